//! How a page looks: by day and by night, on a phone and on a desk.

use super::SUITE;
use super::axe;
use super::page::{Page, Scheme};
use crate::support::evidence;

/// Widths in CSS pixels, with a height that fits.
const SIZES: [(u32, u32); 2] = [(360, 800), (1100, 900)];

const OVERFLOW: &str = r#"(() => {
  const wide = document.documentElement.scrollWidth, seen = innerWidth;
  if (wide <= seen) return null;
  const name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + [...e.classList].map(c => '.' + c).join('');
  const out = [...document.body.querySelectorAll('*')].map(e => [name(e), Math.round(e.getBoundingClientRect().right)]);
  const worst = out.filter(o => o[1] > seen).sort((a, b) => b[1] - a[1]).slice(0, 5).map(o => `${o[0]} ends at ${o[1]}`);
  return `${wide} wide, seen ${seen}: ${worst.join(', ')}`;
})()"#;

/// Whether the page is wider than what is seen, and which elements make it so.
pub fn overflow(page: &Page) -> Option<String> {
    page.eval(OVERFLOW).as_str().map(str::to_owned)
}

/// Looks at the document in light and dark, 360 and 1100 wide: nothing sticks out sideways, axe finds nothing, nobody complains.
/// Each look leaves a picture `target/shots/<name>-<width>-<scheme>.png`, as evidence; pictures are never compared.
pub fn look(page: &Page, name: &str) {
    let mut wrong = Vec::new();
    for (width, height) in SIZES {
        page.viewport(width, height);
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.color_scheme(scheme);
            let at = format!("{name}-{width}-{}", scheme.word());
            wrong.extend(overflow(page).map(|what| format!("{at}: too wide: {what}")));
            wrong.extend(axe::check(page).iter().map(|violation| format!("{at}: {violation}")));
            let path = evidence::target().join("shots").join(format!("{at}.png"));
            page.screenshot(&path);
            evidence::made(SUITE, &path);
        }
    }
    page.color_scheme(Scheme::Light);
    wrong.extend(page.complaints().iter().map(|complaint| format!("{name}: {complaint:?}")));
    assert!(wrong.is_empty(), "{}", page.scene(&wrong.join("\n")));
}
