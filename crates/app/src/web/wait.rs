//! The screen that waits for a phone: the quote as a QR and as a link, asked again by the browser itself, without a script.

use super::lang::{plain, say};
use super::money::Money;
use super::parts::{bare, copied, money, qr, quoted};
use super::time;
use super::view::Instance;
use ::money::Timestamp;
use maud::html;

/// What is waited for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitView {
    /// The instance that takes the payment.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// Title of the item.
    pub title: String,
    /// What it costs; the least, where the payer names the price.
    pub price: Money,
    /// The item, to go back to.
    pub item_url: String,
    /// Where the wait is.
    pub state: WaitState,
    /// The instant of this answer.
    pub now: Timestamp,
}

/// Where a wait is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WaitState {
    /// Not paid yet.
    Waiting {
        /// The sheet for the phone.
        phone_url: String,
        /// Until when the price is held.
        until: Timestamp,
    },
    /// The price is no longer held.
    Over {
        /// A fresh quote.
        again_url: String,
    },
}

/// "Pay with your phone."
#[must_use]
pub fn wait(view: &WaitView) -> String {
    let lang = view.instance.lang;
    let site = html! { span.site { (view.site) } };
    let title = quoted(&view.title, lang);
    let (heading, content) = match &view.state {
        WaitState::Waiting { phone_url, until } => (
            plain!(lang, "wait-head"),
            html! {
                p { (say!(lang, "wait-for", title: title)) }
                p.fig { (money::exact(view.price, lang)) }
                @match qr(phone_url, &plain!(lang, "wait-code")) {
                    Some(code) => { p { (say!(lang, "wait-text")) } (code) }
                    None => p { (say!(lang, "wait-long")) }
                }
                p role="status" { b { (say!(lang, "wait-waiting")) } " " (say!(lang, "wait-until", time: time::brief(*until, view.now, lang))) }
                p.small { (say!(lang, "wait-warning")) }
                p.links {
                    a href=(phone_url) { (say!(lang, "wait-link")) }
                    a href=(view.item_url) { (say!(lang, "back-to-page")) }
                }
                // Open from the start: what is unfolded would fold again each time the browser asks.
                h2 { (say!(lang, "wait-copy")) }
                (copied(phone_url))
            },
        ),
        WaitState::Over { again_url } => (
            plain!(lang, "wait-over"),
            html! {
                p { (say!(lang, "wait-for", title: title)) }
                p { (say!(lang, "wait-over-text")) }
                p.links { a.btn href=(again_url) { (say!(lang, "wait-again")) } a href=(view.item_url) { (say!(lang, "back-to-page")) } }
            },
        ),
    };
    bare(&view.instance, &heading, &site, &html! { section.card { h1 { (heading) } (content) } })
}
