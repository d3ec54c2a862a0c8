//! What a problem's code means, for people who write programs: the paragraph of docs/problems.md as a page. It is in English, as all
//! that programs are told is.

use super::lang::{plain, say};
use super::parts::bare;
use super::view::Instance;
use maud::{Markup, html};

/// The page. `text` is what stands under the code's heading: a line of facts, and paragraphs.
#[must_use]
pub fn problem_code(instance: &Instance, code: &str, text: &str) -> String {
    let lang = instance.lang;
    let (facts, paragraphs) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut facts = facts.split(" · ");
    let (status, title) = (facts.next().unwrap_or_default(), facts.next().unwrap_or(code));
    let labels = [plain!(lang, "code-type"), plain!(lang, "code-members")];
    let site = html! { span.site { (instance.name) } };
    let content = html! {
        article.card {
            h1 lang="en" { (title) }
            p.mut { (say!(lang, "code-text")) }
            dl.facts {
                div { dt { (say!(lang, "code")) } dd { code { (code) } } }
                div { dt { (say!(lang, "code-status")) } dd { (status) } }
                @for (label, fact) in labels.iter().zip(facts) { div { dt { (label) } dd lang="en" { (marked(fact)) } } }
            }
            section lang="en" { @for paragraph in paragraphs.split("\n\n").filter(|paragraph| !paragraph.is_empty()) { p { (marked(paragraph)) } } }
        }
    };
    bare(instance, code, &site, &content)
}

/// Text with its words of programs marked.
fn marked(text: &str) -> Markup {
    html! { @for (number, part) in text.split('`').enumerate() { @if number % 2 == 1 { code { (part) } } @else { (part) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{Lang, Mode};

    #[test]
    fn the_facts_of_a_code_stand_apart_from_what_it_means() {
        let text = crate::gateway::problem_paragraph("payment-required").unwrap();
        let instance = Instance { name: "Farthing <demo>".to_owned(), mode: Mode::Test, lang: Lang::EN };
        let page = problem_code(&instance, "payment-required", text);
        for said in ["<dd>402</dd>", "<h1 lang=\"en\">Payment required</h1>", "<code>payUrl</code>", "Farthing &lt;demo&gt;"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains('`') && !page.contains(" · "), "{page}");
    }
}
