//! What a page says of the fresh proof that some presses want.

use crate::web::lang::{Lang, say};
use maud::{Markup, html};

/// What at the desk wants a fresh proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proving {
    /// Who is on the team, and as what.
    Team,
    /// Keys of the payee's programs.
    Keys,
}

impl Proving {
    /// Its word in an address.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Proving::Team => "team",
            Proving::Keys => "keys",
        }
    }

    /// What a word stands for.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Proving> {
        [Proving::Team, Proving::Keys].into_iter().find(|proving| proving.word() == word)
    }
}

/// How it stands with the proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// There is nothing to say of it.
    Unasked,
    /// The forms are there once it is given.
    Wanted,
    /// Something was pressed without it, and nothing was changed.
    Refused,
    /// It was just given.
    Given,
}

impl Proof {
    /// True where the forms wait for it.
    #[must_use]
    pub const fn is_wanted(self) -> bool {
        matches!(self, Proof::Wanted | Proof::Refused)
    }
}

/// The way to it, and what came of it.
pub(super) fn asked(proof: Proof, proving: Proving, lang: Lang) -> Markup {
    html! {
        @match proof {
            Proof::Unasked => {}
            Proof::Given => p.notice role="status" { (say!(lang, "desk-proved")) },
            Proof::Refused => p.notice.warn role="status" { (say!(lang, "desk-unproved")) },
            Proof::Wanted => {}
        }
        @if proof.is_wanted() {
            section.card {
                h2 { (say!(lang, "signin-again")) }
                p {
                    @match proving {
                        Proving::Team => (say!(lang, "desk-prove-team")),
                        Proving::Keys => (say!(lang, "desk-prove-keys")),
                    }
                }
                p { a.btn.quiet href={ "/prove?to=" (proving.word()) } { (say!(lang, "desk-prove-press")) } }
            }
        }
    }
}
