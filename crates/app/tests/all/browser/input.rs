//! Mouse and keyboard, as events of the browser itself: what covers an element takes its click, what is disabled stays so.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::page::Page;
use super::query::Find;

/// Where to click an element, or why not: scrolled into view, enabled, and nothing else on top of it.
const AIM: &str = r#"e => {
  if (!e) return { why: 'it is not there' };
  if (e.matches(':disabled')) return { why: 'it is disabled' };
  e.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const r = [...e.getClientRects()].find(r => r.width > 0 && r.height > 0);
  if (!r) return { why: 'it is not seen' };
  const x = r.x + r.width / 2, y = r.y + r.height / 2;
  const hit = document.elementFromPoint(x, y);
  if (!hit) return { why: 'it is outside the page' };
  const own = e.contains(hit) || hit.contains(e) && hit.closest('label, a, button') === hit;
  return own ? { x, y } : { why: `it is covered by ${hit.cloneNode(false).outerHTML}` };
}"#;

impl Page {
    /// Moves the mouse to the middle of an element and clicks; waits until that is possible.
    pub fn click<'a>(&self, find: impl Into<Find<'a>>) {
        let at = self.aim(find.into());
        self.mouse(&at, 1);
    }

    /// Clicks twice, as an impatient person does.
    pub fn double_click<'a>(&self, find: impl Into<Find<'a>>) {
        let at = self.aim(find.into());
        self.mouse(&at, 1);
        self.mouse(&at, 2);
    }

    /// Clicks and waits until the document it leads to is loaded.
    pub fn follow<'a>(&self, find: impl Into<Find<'a>>) {
        let find = find.into();
        let before = self.documents();
        self.click(find);
        self.arrive(before, &format!("where {find:?} leads"));
    }

    /// Presses a key and waits until the document it leads to is loaded.
    pub fn press_and_follow(&self, key: &str) {
        let before = self.documents();
        self.press(key);
        self.arrive(before, &format!("where {key} leads"));
    }

    /// Replaces what is in a field, by clicking into it, selecting all and typing.
    pub fn fill<'a>(&self, find: impl Into<Find<'a>>, text: &str) {
        let find = find.into();
        self.click(find);
        let all = json!({ "type": "rawKeyDown", "key": "a", "code": "KeyA", "modifiers": 2, "commands": ["selectAll"] });
        self.cdp("Input.dispatchKeyEvent", all);
        self.press("Delete");
        self.write(text);
        let has = self.value(find);
        assert!(text.is_empty() == has.is_empty(), "{}", self.scene(&format!("{find:?} took {text:?} as {has:?}")));
    }

    /// Types into whatever has the focus.
    pub fn write(&self, text: &str) {
        self.cdp("Input.insertText", json!({ "text": text }));
    }

    /// Chooses the option with that label in a `<select>`, by the arrow keys.
    pub fn choose<'a>(&self, find: impl Into<Find<'a>>, option: &str) {
        let find = find.into();
        let place =
            format!("e => e && [...(e.control ?? e).options].filter(o => !o.disabled).findIndex(o => o.label === {})", json!(option));
        let place = self.until(|| format!("{option:?} in {find:?}"), || self.with(find, &place).ok()?.as_u64());
        self.with(find, "e => (e.control ?? e).focus()").unwrap_or_else(|error| panic!("{}", self.scene(&error)));
        self.press("Home");
        for _ in 0..place {
            self.press("ArrowDown");
        }
        let chosen = self.with(find, "e => (e.control ?? e).selectedOptions[0].label");
        assert_eq!(chosen.as_ref().ok().and_then(Value::as_str), Some(option), "{}", self.scene("the choice"));
    }

    /// Presses and releases a key: `Enter`, `Tab`, `Shift+Tab`, `Escape`, `Space`, `ArrowDown`, …, or one character.
    pub fn press(&self, key: &str) {
        let (modifiers, name) = modified(key);
        let (key, code, number, text) = known(name);
        let mut event = json!({ "key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers });
        event["type"] = if text.is_empty() { "rawKeyDown" } else { "keyDown" }.into();
        if !text.is_empty() {
            event["text"] = text.into();
        }
        self.cdp("Input.dispatchKeyEvent", event.clone());
        event["type"] = "keyUp".into();
        self.cdp("Input.dispatchKeyEvent", event);
    }

    /// The words of what has the focus, for a person without a mouse.
    pub fn focused(&self) -> String {
        let words = self.eval("(e => e.innerText || e.ariaLabel || e.name || e.id || e.tagName)(document.activeElement)");
        words.as_str().unwrap_or_default().trim().to_owned()
    }

    fn aim(&self, find: Find<'_>) -> Value {
        let why = RefCell::new(String::new());
        let what = || format!("a click on {find:?}: {}", why.borrow());
        self.until(what, || {
            let at = self.with(find, AIM).unwrap_or_else(|error| json!({ "why": error }));
            *why.borrow_mut() = at["why"].as_str().unwrap_or_default().to_owned();
            at["x"].is_number().then_some(at)
        })
    }

    fn mouse(&self, at: &Value, clicks: u32) {
        for (kind, button, buttons) in [("mouseMoved", "none", 0), ("mousePressed", "left", 1), ("mouseReleased", "left", 0)] {
            let clicks = if kind == "mouseMoved" { 0 } else { clicks };
            let event = json!({ "type": kind, "x": at["x"], "y": at["y"], "button": button, "buttons": buttons, "clickCount": clicks });
            self.cdp("Input.dispatchMouseEvent", event);
        }
    }
}

/// The bits of the protocol for `Alt+`, `Control+`, `Meta+` and `Shift+`, and the key itself.
fn modified(key: &str) -> (u8, &str) {
    let mut left = key;
    let mut bits = 0;
    while let Some((name, rest)) = left.split_once('+').filter(|(name, rest)| !name.is_empty() && !rest.is_empty()) {
        bits |= match name {
            "Alt" => 1,
            "Control" => 2,
            "Meta" => 4,
            "Shift" => 8,
            other => panic!("{other} is not a key that is held"),
        };
        left = rest;
    }
    (bits, left)
}

/// Key, place on the keyboard, number, and the text it writes.
fn known(name: &str) -> (String, String, u32, String) {
    let (number, text) = match name {
        "Enter" => (13, "\r"),
        "Space" => return (" ".into(), "Space".into(), 32, " ".into()),
        "Tab" => (9, ""),
        "Backspace" => (8, ""),
        "Delete" => (46, ""),
        "Escape" => (27, ""),
        "PageUp" => (33, ""),
        "PageDown" => (34, ""),
        "End" => (35, ""),
        "Home" => (36, ""),
        "ArrowLeft" => (37, ""),
        "ArrowUp" => (38, ""),
        "ArrowRight" => (39, ""),
        "ArrowDown" => (40, ""),
        letter => {
            let mut letters = letter.chars();
            let (Some(only), None) = (letters.next(), letters.next()) else { panic!("{letter} is not a key known here") };
            let upper = only.to_ascii_uppercase();
            return (only.into(), format!("Key{upper}"), u32::from(upper), only.into());
        }
    };
    (name.into(), name.into(), number, text.into())
}
