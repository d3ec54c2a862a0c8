//! Asking a page what it shows.

use serde_json::{Value, json};

use super::page::Page;

/// How an element is found: the first visible one that fits.
#[derive(Clone, Copy, Debug)]
pub enum Find<'a> {
    /// By a CSS selector.
    Css(&'a str),
    /// By the words a person sees or hears: a control with exactly these, else one that contains them, else the innermost element.
    Label(&'a str),
}

/// Finds by CSS selector; a plain `&str` means the same.
pub fn css(selector: &str) -> Find<'_> {
    Find::Css(selector)
}

/// Finds by the words a person sees or hears.
pub fn label(words: &str) -> Find<'_> {
    Find::Label(words)
}

impl<'a> From<&'a str> for Find<'a> {
    fn from(selector: &'a str) -> Find<'a> {
        Find::Css(selector)
    }
}

const PICK: &str = r#"(how, what) => {
  const tidy = s => (s ?? '').replace(/\s+/g, ' ').trim();
  const shown = e => e.getClientRects().length > 0 && getComputedStyle(e).visibility === 'visible';
  const first = all => all.find(shown) ?? all[0] ?? null;
  if (how === 'css') return first([...document.querySelectorAll(what)]);
  const words = e => [e.innerText, e.textContent, e.getAttribute('aria-label'), e.type === 'submit' ? e.value : '',
    e.placeholder, e.alt, e.title].map(tidy);
  const wanted = tidy(what);
  const controls = [...document.querySelectorAll('a, button, summary, label, input, select, textarea, [role=button], [role=link]')];
  const exact = controls.filter(e => words(e).includes(wanted));
  const partly = controls.filter(e => words(e).some(w => w.includes(wanted)));
  const said = [...document.body.querySelectorAll('*')].filter(shown).filter(e => tidy(e.innerText).includes(wanted));
  const innermost = said.filter(e => ![...e.children].some(c => said.includes(c)));
  return exact.find(shown) ?? partly.find(shown) ?? innermost[0] ?? null;
}"#;

impl Page {
    /// Whether there is such an element now, seen or not when asked by CSS, seen when asked by words.
    pub fn exists<'a>(&self, find: impl Into<Find<'a>>) -> bool {
        self.with(find.into(), "e => e !== null").is_ok_and(|answer| answer == true)
    }

    /// Waits until there is such an element and it is seen.
    pub fn wait_for<'a>(&self, find: impl Into<Find<'a>>) {
        let find = find.into();
        let seen = "e => e !== null && e.getClientRects().length > 0";
        self.until(|| format!("{find:?}"), || (self.with(find, seen).ok()? == true).then_some(()));
    }

    /// Waits until there is no such element.
    pub fn wait_gone<'a>(&self, find: impl Into<Find<'a>>) {
        let find = find.into();
        self.until(|| format!("the end of {find:?}"), || (self.with(find, "e => e === null").ok()? == true).then_some(()));
    }

    /// The words of an element as they are seen; waits until it is there.
    pub fn text<'a>(&self, find: impl Into<Find<'a>>) -> String {
        self.told(find.into(), "e => e && (e.innerText ?? e.textContent)")
    }

    /// An attribute of an element, as it stands in the document; waits until both are there.
    pub fn attribute<'a>(&self, find: impl Into<Find<'a>>, name: &str) -> String {
        self.told(find.into(), &format!("e => e && e.getAttribute({})", json!(name)))
    }

    /// What is in a field now; a label stands for its field.
    pub fn value<'a>(&self, find: impl Into<Find<'a>>) -> String {
        self.told(find.into(), "e => e && (e.control ?? e).value")
    }

    /// How many elements fit a selector.
    pub fn count(&self, selector: &str) -> usize {
        let count = self.eval(&format!("document.querySelectorAll({}).length", json!(selector)));
        count.as_u64().and_then(|count| usize::try_from(count).ok()).expect("a length is a small number")
    }

    /// All the words that are seen.
    pub fn body_text(&self) -> String {
        self.told(Find::Css("body"), "e => e && e.innerText")
    }

    fn told(&self, find: Find<'_>, function: &str) -> String {
        self.until(|| format!("{find:?}"), || self.with(find, function).ok()?.as_str().map(str::to_owned))
    }

    /// What a function of the element answers; the element is `null` when there is none.
    pub(super) fn with(&self, find: Find<'_>, function: &str) -> Result<Value, String> {
        let (how, what) = match find {
            Find::Css(selector) => ("css", selector),
            Find::Label(words) => ("label", words),
        };
        self.try_eval(&format!("({function})(({PICK})({}, {}))", json!(how), json!(what)))
    }
}
