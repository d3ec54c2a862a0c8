//! Accessibility, by axe-core: every rule it has by default, no violation allowed.

use std::fmt;
use std::sync::OnceLock;

use serde_json::Value;

use super::launch::read_component;
use super::page::{Page, Scripts};
use crate::support::evidence;

/// One rule a page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule: `color-contrast`.
    pub id: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule wants.
    pub help: String,
    /// Selectors of the elements that break it.
    pub targets: Vec<String>,
    /// What is wrong with the first of them.
    pub why: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}; {}; {}", self.id, self.impact, self.help, self.targets.join(", "), self.why)
    }
}

const RUN: &str = r#"axe.run(document, { resultTypes: ['violations'], iframes: false }).then(found => found.violations.map(v => ({
  id: v.id, impact: v.impact, help: v.help, targets: v.nodes.map(n => n.target.join(' ')), why: v.nodes[0]?.failureSummary,
})))"#;

/// axe takes what is in `<noscript>` for unseen whether it is or not, so without scripts its content takes its place.
const UNWRAP: &str = "document.querySelectorAll('noscript').forEach(e => e.replaceWith(...e.childNodes))";

/// The rules the document breaks as it stands, framed documents left out.
///
/// Of a document without scripts too: axe needs timers, so scripts are let on while it runs. That starts none of those the
/// document brought. Afterwards `<noscript>` elements are gone, their content stays.
pub fn check(page: &Page) -> Vec<Violation> {
    // Beside the page's own scripts, where neither its policy nor its names are in the way.
    let found = match page.scripts() {
        Scripts::On => page.try_eval_apart(&[source(), RUN]),
        Scripts::Off => {
            page.set_scripts(Scripts::On);
            let found = page.try_eval_apart(&[UNWRAP, source(), RUN]);
            page.set_scripts(Scripts::Off);
            found
        }
    };
    let found = found.unwrap_or_else(|error| panic!("{}", page.scene(&format!("axe: {error}"))));
    let found = found.as_array().unwrap_or_else(|| panic!("{}", page.scene("axe gave no answer")));
    found.iter().map(violation).collect()
}

/// Panics with everything axe finds.
pub fn assert_accessible(page: &Page) {
    let found = check(page);
    let lines: Vec<String> = found.iter().map(|violation| format!("\n  {violation}")).collect();
    assert!(found.is_empty(), "{}", page.scene(&format!("not accessible:{}", lines.concat())));
}

/// The version axe tells of itself.
pub fn version(page: &Page) -> String {
    let version = page.try_eval_apart(&[source(), "axe.version"]).unwrap_or_else(|error| panic!("{error}"));
    version.as_str().unwrap_or_default().to_owned()
}

fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let path = evidence::target().join("tools/npm/node_modules/axe-core/axe.min.js");
        // The value of the script itself is of no use to anybody, and large.
        read_component(&path, "cargo xtask setup npm") + "\n;0"
    })
}

fn violation(told: &Value) -> Violation {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    let targets = told["targets"].as_array().into_iter().flatten();
    Violation {
        id: text("id"),
        impact: text("impact"),
        help: text("help"),
        targets: targets.map(|target| target.as_str().unwrap_or_default().to_owned()).collect(),
        why: text("why").replace('\n', " "),
    }
}
