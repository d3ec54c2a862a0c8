//! The languages of the pages. A language is data: `i18n/<tag>.toml` says how it writes numbers, money and instants.

mod locale;

#[cfg(test)]
mod tests;

pub(super) use locale::{Around, Fields, Layout, Locale};

use std::sync::LazyLock;

/// Every language that is built in, English first.
const FILES: [&str; 9] = [
    include_str!("../../../../i18n/en.toml"),
    include_str!("../../../../i18n/ko.toml"),
    include_str!("../../../../i18n/de.toml"),
    include_str!("../../../../i18n/en-IN.toml"),
    include_str!("../../../../i18n/fr.toml"),
    include_str!("../../../../i18n/ja.toml"),
    include_str!("../../../../i18n/es.toml"),
    include_str!("../../../../i18n/ar.toml"),
    include_str!("../../../../i18n/ar-EG.toml"),
];

static ALL: LazyLock<Vec<Locale>> =
    LazyLock::new(|| FILES.iter().map(|file| Locale::parse(file).expect("a test reads every file that is built in")).collect());

/// A language that is built in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lang(usize);

impl Lang {
    /// What programs read, and people of whose languages we have none.
    pub const EN: Lang = Lang(0);

    /// All of them.
    pub fn all() -> impl Iterator<Item = Lang> {
        (0..FILES.len()).map(Lang)
    }

    /// The language of that very tag, in any case of letters.
    #[must_use]
    pub fn named(tag: &str) -> Option<Lang> {
        Lang::all().find(|lang| lang.tag().eq_ignore_ascii_case(tag))
    }

    /// As HTML and HTTP name it: `ko`, `en-IN`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        &self.locale().tag
    }

    /// How it writes numbers, money and instants.
    pub(super) fn locale(self) -> &'static Locale {
        ALL.get(self.0).expect("only places of the list are made")
    }
}
