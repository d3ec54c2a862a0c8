//! One language's sentences: Fluent messages whose arguments are put in afterwards, as the pages put in text.

use super::Lang;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use maud::{Markup, PreEscaped, html};
use std::borrow::Cow;
use thiserror::Error;

/// Around the place of an argument in a finished sentence; no message of ours has them.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// Before a number that is to be grouped.
const COUNT: char = '#';

/// The name of a message. Made by [`say`] and [`plain`] alone, so that a test finds every name in the sources.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Id(pub &'static str);

/// What a message is given.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// Words of somebody else: kept apart, so that their direction of writing does not reach out.
    Theirs(&'a str),
    /// A figure or an instant that the language wrote itself.
    Own(String),
    /// A piece of a page.
    Piece(Markup),
    /// A number that the sentence may depend on.
    Count(u64),
    /// A word of the program's that only chooses between sentences.
    Choice(&'static str),
}

/// A file of messages that cannot be used.
#[derive(Error, Debug)]
pub enum BadTexts {
    /// No tag of a language.
    #[error("`{0}` names no language")]
    Tag(String),
    /// Not Fluent, at these places.
    #[error("not Fluent: {0}")]
    Syntax(String),
    /// A name that stands twice.
    #[error("a message stands twice: {0}")]
    Twice(String),
}

/// The sentences of a language.
pub struct Texts(FluentBundle<FluentResource>);

impl Texts {
    /// Reads a file whole or not at all.
    ///
    /// # Errors
    /// [`BadTexts`].
    pub fn parse(tag: &str, file: &str) -> Result<Texts, BadTexts> {
        let language = tag.parse().map_err(|_| BadTexts::Tag(tag.to_owned()))?;
        let resource = FluentResource::try_new(file.to_owned()).map_err(|(_, errors)| BadTexts::Syntax(format!("{errors:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Our pages isolate arguments by an element: what is copied from them has no invisible characters.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(|value, _| match value {
            FluentValue::Number(number) => Some(format!("{OPEN}{COUNT}{}{CLOSE}", number.as_string())),
            FluentValue::String(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
        }));
        bundle.add_resource(resource).map_err(|errors| BadTexts::Twice(format!("{errors:?}")))?;
        Ok(Texts(bundle))
    }

    /// The sentence with places instead of arguments, if there is one of that name and every argument it wants is there.
    pub fn find(&self, Id(name): Id, args: &[(&'static str, Arg<'_>)]) -> Option<String> {
        let pattern = self.0.get_message(name)?.value()?;
        let mut given = FluentArgs::with_capacity(args.len());
        for (at, (name, arg)) in args.iter().enumerate() {
            let value = match arg {
                Arg::Theirs(_) | Arg::Own(_) | Arg::Piece(_) => FluentValue::String(Cow::Owned(format!("{OPEN}{at}{CLOSE}"))),
                Arg::Count(number) => FluentValue::from(*number),
                Arg::Choice(word) => FluentValue::String(Cow::Borrowed(word)),
            };
            given.set(*name, value);
        }
        let mut errors = Vec::new();
        let sentence = self.0.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        errors.is_empty().then_some(sentence)
    }
}

/// A part of a finished sentence.
enum Part<'a> {
    Words(&'a str),
    Given(&'a Arg<'a>),
    Number(u128),
}

fn parts<'a>(sentence: &'a str, args: &'a [(&'static str, Arg<'a>)]) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    for (at, run) in sentence.split(OPEN).enumerate() {
        let (place, words) = if at == 0 { ("", run) } else { run.split_once(CLOSE).unwrap_or(("", run)) };
        if let Some(number) = place.strip_prefix(COUNT) {
            parts.extend(number.parse().ok().map(Part::Number));
        } else {
            let arg = place.parse::<usize>().ok().and_then(|place| args.get(place));
            parts.extend(arg.map(|(_, arg)| Part::Given(arg)));
        }
        parts.push(Part::Words(words));
    }
    parts
}

/// A sentence as a part of a page. Its own words are escaped like all text; of marks it may have `<b>` alone.
pub fn marked(lang: Lang, sentence: &str, args: &[(&'static str, Arg<'_>)]) -> Markup {
    let mut page = String::new();
    for part in parts(sentence, args) {
        page.push_str(&match part {
            Part::Words(words) => html! { (words) }.into_string().replace("&lt;b&gt;", "<b>").replace("&lt;/b&gt;", "</b>"),
            Part::Given(Arg::Theirs(words)) => html! { bdi { (words) } }.into_string(),
            Part::Given(Arg::Own(words)) => html! { (words) }.into_string(),
            Part::Given(Arg::Piece(piece)) => piece.0.clone(),
            Part::Given(Arg::Count(number)) => lang.locale().number((*number).into()),
            Part::Given(Arg::Choice(word)) => html! { (word) }.into_string(),
            Part::Number(number) => lang.locale().number(number),
        });
    }
    PreEscaped(page)
}

/// A sentence as text alone: for a title or an attribute, which escape it themselves.
pub fn unmarked(lang: Lang, sentence: &str, args: &[(&'static str, Arg<'_>)]) -> String {
    let mut text = String::new();
    for part in parts(sentence, args) {
        match part {
            Part::Words(words) => text.push_str(words),
            Part::Given(Arg::Theirs(words)) => text.push_str(words),
            Part::Given(Arg::Own(words)) => text.push_str(words),
            Part::Given(Arg::Choice(word)) => text.push_str(word),
            Part::Given(Arg::Count(number)) => text.push_str(&lang.locale().number((*number).into())),
            Part::Number(number) => text.push_str(&lang.locale().number(number)),
            // A piece of a page is no text; nobody gives one here, and a test would see its words missing.
            Part::Given(Arg::Piece(_)) => {}
        }
    }
    text
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(words: &'a str) -> Arg<'a> {
        Arg::Theirs(words)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(words: &'a String) -> Arg<'a> {
        Arg::Theirs(words)
    }
}

impl From<String> for Arg<'_> {
    fn from(words: String) -> Self {
        Arg::Own(words)
    }
}

impl From<Markup> for Arg<'_> {
    fn from(piece: Markup) -> Self {
        Arg::Piece(piece)
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Arg::Count(number)
    }
}

/// A sentence of a page: `say!(lang, "wall-restore")`, `say!(lang, "sheet-pay", price: text)`. Borrowed text is somebody
/// else's words, owned text is ours.
macro_rules! say {
    ($lang:expr, $id:literal $(, $name:ident: $value:expr)*) => {
        $lang.say($crate::web::lang::Id($id), &[$((stringify!($name), $crate::web::lang::Arg::from($value))),*])
    };
}

/// The same as text without marks, for titles and attributes.
macro_rules! plain {
    ($lang:expr, $id:literal $(, $name:ident: $value:expr)*) => {
        $lang.plain($crate::web::lang::Id($id), &[$((stringify!($name), $crate::web::lang::Arg::from($value))),*])
    };
}

pub(crate) use {plain, say};
