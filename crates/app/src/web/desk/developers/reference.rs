//! The reference of the calls, drawn from the OpenAPI document: what there is, and each call with all that it takes and answers.
//!
//! The document is English, as the names in it are; around it the page speaks the reader's language.

use super::examples::examples;
use super::operations::{Field, Operation, Parameter, Shape, about, said, shapes, topics};
use super::{Tab, english, room};
use crate::web::desk::DeskFrame;
use crate::web::lang::{Lang, plain, say};
use maud::{Markup, html};

/// All calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReferenceView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Origin under which `/v1` answers.
    pub base: String,
}

/// One call.
#[derive(Clone, PartialEq, Debug)]
pub struct OperationView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The call.
    pub operation: &'static Operation,
    /// Origin under which `/v1` answers.
    pub base: String,
    /// For each status the codes that problems have with it, and what they are.
    pub refusals: Vec<(u16, Vec<(&'static str, &'static str)>)>,
}

/// The list.
#[must_use]
pub fn reference(view: &ReferenceView) -> String {
    let lang = view.frame.lang();
    let scheme = |name: &str| said(&format!("/components/securitySchemes/{name}/description"));
    let content = html! {
        hgroup { h1 { (say!(lang, "dev-api")) } p.mut { (say!(lang, "dev-api-text")) } }
        dl.facts {
            div { dt { (say!(lang, "dev-base")) } dd { code { (view.base) } } }
            div { dt { (say!(lang, "dev-api-key")) } dd { code { "Authorization: Bearer KEY" } " " a href="/developers/keys" { (say!(lang, "dev-keys")) } p.small { (english(scheme("key"), lang)) } } }
        }
        @for topic in topics() {
            section {
                h2 lang=[marked(lang)] { (topic.means.trim_end_matches('.')) }
                dl.events {
                    @for operation in about(topic.name) {
                        div {
                            dt { code { (operation.method) " " (operation.path) } }
                            dd { a href={ "/developers/api/" (operation.id) } lang=[marked(lang)] { (operation.summary) } }
                        }
                    }
                }
            }
        }
        section { h2 #words { (say!(lang, "dev-api-words")) } p { (english(said("/info/description"), lang)) } p.small { (english(scheme("signature"), lang)) } }
    };
    room(&view.frame, Tab::Api, &plain!(lang, "dev-api"), &content)
}

/// The language of what the document says, where the page has another.
fn marked(lang: Lang) -> Option<&'static str> {
    (!lang.is_english()).then_some(Lang::EN.tag())
}

/// One call.
#[must_use]
pub fn operation(view: &OperationView) -> String {
    let (lang, call) = (view.frame.lang(), view.operation);
    let content = html! {
        hgroup { h1 { (call.method) " " (call.path) } p lang=[marked(lang)] { (call.summary) } }
        (examples_of(view, lang))
        @if !call.parameters.is_empty() {
            section { h2 { (say!(lang, "dev-parameters")) } dl.facts.fields { @for given in &call.parameters { (parameter(given, lang)) } } }
        }
        @if let Some((body, _)) = call.body { (objects(&say!(lang, "dev-api-body"), &shapes(body), lang)) }
        (objects(&say!(lang, "dev-answer"), &shapes(call.answer), lang))
        (refusals(view, lang))
        p.links { a href="/developers/api" { (say!(lang, "dev-api-all")) } }
    };
    room(&view.frame, Tab::Api, &format!("{} {}", call.method, call.path), &content)
}

fn examples_of(view: &OperationView, lang: Lang) -> Markup {
    let texts = examples(view.operation, &view.base);
    html! {
        section {
            h2 { (say!(lang, "dev-examples")) }
            @if view.operation.keyed { p { (say!(lang, "dev-examples-key", name: html! { code { "FARTHING_KEY" } })) } }
            @else { p { (say!(lang, "dev-examples-signed", name: html! { code { "SIGNED" } })) " " a href="/developers/api#words" { (say!(lang, "dev-api-words")) } } }
            h3 { "curl" } pre #curl tabindex="0" { (texts.curl) }
            h3 { "JavaScript" } pre #javascript tabindex="0" { (texts.javascript) }
            h3 { "Rust" } pre #rust tabindex="0" { (texts.rust) }
        }
    }
}

fn parameter(given: &Parameter, lang: Lang) -> Markup {
    let kind = format!("{}, {}", given.place, given.kind);
    member(&Field { name: given.name, optional: !given.required, kind, means: given.means }, lang)
}

fn member(field: &Field, lang: Lang) -> Markup {
    html! {
        div {
            dt { code { (field.name) } }
            dd {
                code lang=[marked(lang)] { (field.kind) }
                @if field.optional { " " small { (say!(lang, "dev-optional")) } }
                @if !field.means.is_empty() { br; (english(field.means, lang)) }
            }
        }
    }
}

fn objects(title: &Markup, shapes: &[Shape], lang: Lang) -> Markup {
    html! {
        section {
            h2 { (title) }
            @for shape in shapes {
                @if shapes.len() > 1 { h3 { (shape.name) } }
                @if !shape.means.is_empty() { p { (english(shape.means, lang)) } }
                @if shape.fields.is_empty() { @if shape.means.is_empty() { p { code { "{}" } } } }
                @else { dl.facts.fields { @for one in &shape.fields { (member(one, lang)) } } }
            }
        }
    }
}

fn refusals(view: &OperationView, lang: Lang) -> Markup {
    html! {
        section {
            h2 { (say!(lang, "dev-refusals")) }
            p { (say!(lang, "dev-refusals-text")) }
            dl.facts {
                @for (status, codes) in &view.refusals {
                    div {
                        dt { (status) }
                        dd { @for (code, title) in codes { p { a href={ (view.base) "/problems/" (code) } { code { (code) } } " " (english(title, lang)) } } }
                    }
                }
            }
        }
    }
}
