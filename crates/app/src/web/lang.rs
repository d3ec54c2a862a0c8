//! The languages of the pages. A language is data: `i18n/<tag>.toml` says how it writes numbers, money and instants,
//! `i18n/<tag>.ftl` has its sentences.

mod dropped;
mod locale;
mod texts;

#[cfg(test)]
mod tests;

pub use dropped::{BadLanguage, Dropped, take};
pub(super) use locale::{Around, Fields, Layout, Locale};
pub(crate) use texts::{Arg, Id, plain, say};

use crate::zone::Zone;
use maud::Markup;
use protocol::prefer::languages;
use std::sync::OnceLock;
use texts::{Texts, marked, unmarked};

const ENGLISH: &str = include_str!("../../../../i18n/en.ftl");

/// What is built in, English first: how a language writes, and its sentences. One without sentences is not offered yet.
const BUILT_IN: [(&str, Option<&str>); 9] = [
    (include_str!("../../../../i18n/en.toml"), Some(ENGLISH)),
    (include_str!("../../../../i18n/ko.toml"), Some(include_str!("../../../../i18n/ko.ftl"))),
    (include_str!("../../../../i18n/de.toml"), Some(include_str!("../../../../i18n/de.ftl"))),
    (include_str!("../../../../i18n/en-IN.toml"), Some(ENGLISH)),
    (include_str!("../../../../i18n/fr.toml"), None),
    (include_str!("../../../../i18n/ja.toml"), None),
    (include_str!("../../../../i18n/es.toml"), None),
    (include_str!("../../../../i18n/ar.toml"), None),
    (include_str!("../../../../i18n/ar-EG.toml"), None),
];

/// All languages of this process, once the first is asked for or a folder was taken.
static ALL: OnceLock<Vec<Language>> = OnceLock::new();

fn known() -> &'static [Language] {
    ALL.get_or_init(|| BUILT_IN.iter().map(Language::read).collect())
}

struct Language {
    locale: Locale,
    texts: Option<Texts>,
}

impl Language {
    fn read((locale, texts): &(&str, Option<&str>)) -> Language {
        const READ: &str = "a test reads every file that is built in";
        let locale = Locale::parse(locale).expect(READ);
        let texts = texts.map(|texts| Texts::parse(&locale.tag, texts).expect(READ));
        Language { locale, texts }
    }
}

/// A language of this process, built in or out of the data folder, and the zone whose clocks its instants are written by: one
/// reader's ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lang(usize, Zone);

impl Lang {
    /// What programs read, and people of whose languages we have none.
    pub const EN: Lang = Lang(0, Zone::UTC);

    /// All of them.
    pub fn all() -> impl Iterator<Item = Lang> {
        (0..known().len()).map(|place| Lang(place, Zone::UTC))
    }

    /// Those whose sentences we have: what people can choose.
    pub fn offered() -> impl Iterator<Item = Lang> {
        Lang::all().filter(|lang| lang.language().texts.is_some())
    }

    /// The same for a reader whose clocks show another time.
    #[must_use]
    pub const fn in_zone(self, zone: Zone) -> Lang {
        Lang(self.0, zone)
    }

    /// Whose clocks instants are written by.
    #[must_use]
    pub const fn zone(self) -> Zone {
        self.1
    }

    /// True for English: what programs read, too.
    #[must_use]
    pub const fn is_english(self) -> bool {
        self.0 == Lang::EN.0
    }

    /// What the language calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.locale().name
    }

    /// The language of that very tag, in any case of letters.
    #[must_use]
    pub fn named(tag: &str) -> Option<Lang> {
        Lang::all().find(|lang| lang.tag().eq_ignore_ascii_case(tag))
    }

    /// The first that a reader's `Accept-Language` asks for and whose sentences we have; English if there is none.
    ///
    /// A range covers its shorter forms too: who asks for `ko-KR` reads `ko`.
    #[must_use]
    pub fn of_reader(accept_language: Option<&str>) -> Lang {
        let shorter = |range: &str| range.rsplit_once('-').map(|(shorter, _)| shorter.to_owned());
        let forms = |range: &str| std::iter::successors(Some(range.to_owned()), move |range| shorter(range));
        let offered = |tag: String| Lang::named(&tag).filter(|lang| lang.language().texts.is_some());
        languages(accept_language).into_iter().flat_map(forms).find_map(offered).unwrap_or(Lang::EN)
    }

    /// As HTML and HTTP name it: `ko`, `en-IN`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        &self.locale().tag
    }

    /// How it writes numbers, money and instants.
    pub(super) fn locale(self) -> &'static Locale {
        &self.language().locale
    }

    /// A sentence as part of a page; see [`say`].
    pub(crate) fn say(self, id: Id, args: &[(&'static str, Arg<'_>)]) -> Markup {
        marked(self, &self.sentence(id, args), args)
    }

    /// A sentence as text; see [`plain`].
    pub(crate) fn plain(self, id: Id, args: &[(&'static str, Arg<'_>)]) -> String {
        unmarked(self, &self.sentence(id, args), args)
    }

    fn sentence(self, id: Id, args: &[(&'static str, Arg<'_>)]) -> String {
        sentence(self.language().texts.as_ref(), id, args)
    }

    fn language(self) -> &'static Language {
        known().get(self.0).expect("only places of the list are made")
    }
}

/// What a language does not say is said in English.
fn sentence(own: Option<&Texts>, id: Id, args: &[(&'static str, Arg<'_>)]) -> String {
    let english = || Lang::EN.language().texts.as_ref().and_then(|texts| texts.find(id, args));
    own.and_then(|texts| texts.find(id, args)).or_else(english).unwrap_or_else(|| {
        debug_assert!(false, "no sentence `{}` for {args:?}", id.0);
        id.0.to_owned()
    })
}
