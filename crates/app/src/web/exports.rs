//! What a site says of its prices in the words of others: schema.org on its walls, and a page of links with fees.

use super::lang::{Lang, say};
use super::money::Money;
use super::parts::bare;
use super::site::{Act, WallView, least};
use super::time;
use super::view::Instance;
use ::money::{Span, Timestamp};
use maud::{Markup, PreEscaped, html};

/// Data for programs in a wall: that its text is not free, what it costs and who sells it. It is no script. Nothing in it can end the
/// element, nor the string it stands in.
pub(super) fn wall_data(view: &WallView) -> Markup {
    let kind = match view.act {
        Act::Read => "Article",
        Act::Open | Act::Download => "CreativeWork",
        Act::Watch => "VideoObject",
    };
    let (title, url, seller) = (escaped(&view.title), escaped(&view.item_url), escaped(&view.site));
    let price = least(view.price);
    let data = format!(
        "{{\"@context\":\"https://schema.org\",\"@type\":\"{kind}\",\"headline\":\"{title}\",\"url\":\"{url}\",\"isAccessibleForFree\":false,\
         \"offers\":{{\"@type\":\"Offer\",\"price\":\"{}\",\"priceCurrency\":\"{}\",\"url\":\"{url}\",\
         \"seller\":{{\"@type\":\"Organization\",\"name\":\"{seller}\"}}}}}}",
        price.plain(),
        price.asset.iso().as_deref().unwrap_or_default()
    );
    html! { script type="application/ld+json" { (PreEscaped(data)) } }
}

/// A text for a string of JSON: letters, digits and what addresses are made of as they are, all else by its number.
fn escaped(text: &str) -> String {
    let plain = |unit: u16| u8::try_from(unit).ok().filter(|byte| byte.is_ascii_alphanumeric() || b" -._~:/?=%".contains(byte));
    text.encode_utf16().map(|unit| plain(unit).map_or_else(|| format!("\\u{unit:04x}"), |byte| char::from(byte).to_string())).collect()
}

/// The links of a site that cost something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeeLinksView {
    /// The instance that takes the payments.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// Its first page.
    pub site_url: String,
    /// What it sells.
    pub links: Vec<FeeLink>,
    /// Until when the prices of this page are those that are asked.
    pub expires: Timestamp,
}

/// A link with its fee: the fields that *Common Markup for micropayment per-fee-links* (W3C, 1999) has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeeLink {
    /// What is sold.
    pub title: String,
    /// A page of it; nothing where none is known yet.
    pub url: Option<String>,
    /// Which pages.
    pub pattern: String,
    /// What one costs, at least.
    pub price: Money,
    /// Who is paid.
    pub merchant: String,
    /// How long it can be read again for the same fee; nothing for ever.
    pub duration: Option<Span>,
}

/// `/.well-known/farthing/offers.html`
#[must_use]
pub fn fee_links(view: &FeeLinksView) -> String {
    let lang = view.instance.lang;
    let site = html! { a.site href=(view.site_url) { (view.site) } };
    let content = html! {
        h1 { (say!(lang, "fees")) }
        p.mut { (say!(lang, "fees-text")) }
        @if view.links.is_empty() { p { (say!(lang, "fees-none")) } }
        @else { ul { @for link in &view.links { li { (fee_link(link, view.expires, lang)) } } } }
    };
    bare(&view.instance, &view.site, &site, &content)
}

fn fee_link(link: &FeeLink, expires: Timestamp, lang: Lang) -> Markup {
    let duration = link.duration.map_or_else(|| "ever".to_owned(), |span| format!("PT{}S", span.0));
    let price = format!("{} {}", link.price.plain(), link.price.asset.iso().as_deref().unwrap_or_default());
    html! {
        @if let Some(url) = &link.url {
            a href=(url) title=(link.title) data-price=(price) data-merchantname=(link.merchant) data-duration=(duration) data-expiration=(expires) { (link.title) }
        } @else { b { (link.title) } }
        " · " (link.price.exact(lang)) " · "
        @match link.duration {
            None => (say!(lang, "fees-ever")),
            Some(Span(0)) => (say!(lang, "fees-once")),
            Some(span) => (say!(lang, "fees-for", span: time::span(span, lang))),
        }
        " " code { (link.pattern) }
    }
}
