//! The demo's own site, "Harbour Review": an ordinary origin that knows nothing of payments.
//!
//! It has a look of its own so that nobody takes it for a page of ours. Where the teaser of a priced article ends, the
//! text carries the comment `farthing:more`, as any writer would place it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

mod film;
#[cfg(test)]
mod tests;

pub use film::demo_film;

const PAGE: &str = "text/html; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// Where the doors of this demo stand, each an origin without a slash at its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DemoPlaces {
    /// This site, such as `http://news.localhost:4020`.
    pub news: String,
    /// The wallet.
    pub wallet: String,
    /// The payee's desk, when it is open.
    pub desk: Option<String>,
    /// The operator's page, when it is open.
    pub ops: Option<String>,
}

impl Default for DemoPlaces {
    fn default() -> DemoPlaces {
        DemoPlaces {
            news: "http://news.localhost:4020".to_owned(),
            wallet: "http://wallet.localhost:4020".to_owned(),
            desk: None,
            ops: None,
        }
    }
}

/// One article of the site.
struct Article {
    slug: &'static str,
    section: &'static str,
    title: &'static str,
    by: &'static str,
    summary: &'static str,
    /// As the front page says it; the price itself is none of this site's business.
    cost: &'static str,
    body: &'static str,
    picture: &'static str,
    pictured: &'static str,
}

const ARTICLES: [Article; 3] = [
    Article {
        slug: "quiet-harbour",
        section: "The town",
        title: "The quiet harbour",
        by: "By Ines Aldane",
        summary: "The auction hall closes in spring after ninety-one years. The town has already learned to do without it, and been too polite to say so.",
        cost: "5 cents to read on",
        body: include_str!("demo/quiet-harbour.html"),
        picture: include_str!("demo/art/quiet-harbour.svg"),
        pictured: "A harbour before dawn: a long shed, a lamp on the mole, one boat",
    },
    Article {
        slug: "tide-tables",
        section: "The sea",
        title: "Tide tables, and how to doubt them",
        by: "By Matthis Roe",
        summary: "Everybody owns the yellow booklet and nobody believes it. For the truth you need a second table, and one man keeps it.",
        cost: "0.4 of a cent to read on",
        body: include_str!("demo/tide-tables.html"),
        picture: include_str!("demo/art/tide-tables.svg"),
        pictured: "Seven tides drawn as two curves that drift apart",
    },
    Article {
        slug: "harbour-bell",
        section: "In brief",
        title: "The bell on Kettle Rock",
        by: "By Ines Aldane",
        summary: "It stopped for two nights in October, and half the town lay awake listening to nothing.",
        cost: "Free",
        body: include_str!("demo/harbour-bell.html"),
        picture: include_str!("demo/art/harbour-bell.svg"),
        pictured: "A bell in an iron cage on a rock, and a seal asleep against it",
    },
];

/// What the site answers with to `GET path` (without query), as content type and body, at the usual places.
///
/// `None` is for [`not_found`].
#[must_use]
pub fn demo_site(path: &str) -> Option<(&'static str, String)> {
    demo_site_at(path, &DemoPlaces::default())
}

/// The same with the addresses of this very demo on its tour page.
#[must_use]
pub fn demo_site_at(path: &str, places: &DemoPlaces) -> Option<(&'static str, String)> {
    match path {
        "/" => return Some((PAGE, front())),
        "/tour" => return Some((PAGE, tour(places))),
        "/style.css" => return Some(("text/css; charset=utf-8", include_str!("demo/style.css").to_owned())),
        // Where browsers look by themselves, also from pages that stand before this site.
        "/favicon.ico" => return Some((PICTURE, include_str!("demo/art/favicon.svg").to_owned())),
        "/health" => return Some(("application/json", "{\"site\":\"Harbour Review\",\"status\":\"ok\",\"articles\":3}\n".to_owned())),
        _ => {}
    }
    let named = |slug: &str| ARTICLES.iter().find(|article| article.slug == slug);
    if let Some(article) = path.strip_prefix("/a/").and_then(named) {
        return Some((PAGE, article_page(article)));
    }
    let picture = path.strip_prefix("/art/").and_then(|name| name.strip_suffix(".svg")).and_then(named);
    picture.map(|article| (PICTURE, article.picture.to_owned()))
}

/// The site's own page for an address it does not know.
#[must_use]
pub fn not_found() -> String {
    let content = html! {
        article {
            p.kick { "Not found" }
            h1 { "Nothing has washed up here" }
            p { "The page may have gone out with the tide, or the address was cut short. " a href="/" { "The front page" } " is where it always was." }
        }
    };
    page("Not found · Harbour Review", "Nothing at this address.", &content)
}

fn front() -> String {
    let [first, rest @ ..] = &ARTICLES;
    let content = html! {
        h1.skip { "Harbour Review, the front page" }
        section.lead {
            a href={ "/a/" (first.slug) } tabindex="-1" aria-hidden="true" { (picture(first, "")) }
            div { (entry(first)) }
        }
        div.two {
            @for article in rest {
                section {
                    a href={ "/a/" (article.slug) } tabindex="-1" aria-hidden="true" { (picture(article, "")) }
                    (entry(article))
                }
            }
        }
    };
    page("Harbour Review", "News of a small harbour, by the piece.", &content)
}

fn entry(article: &Article) -> Markup {
    html! {
        div.kick { (article.section) }
        h2 { a href={ "/a/" (article.slug) } { (article.title) } }
        div { (article.summary) }
        div.cost { (article.cost) }
    }
}

fn picture(article: &Article, alt: &str) -> Markup {
    html! { img src={ "/art/" (article.slug) ".svg" } alt=(alt) width="900" height="560"; }
}

fn article_page(article: &Article) -> String {
    let content = html! {
        article {
            div.kick { (article.section) }
            h1 { (article.title) }
            div.by { (article.by) }
            (picture(article, article.pictured))
            (PreEscaped(article.body))
        }
    };
    page(article.title, article.summary, &content)
}

fn tour(places: &DemoPlaces) -> String {
    let item = format!("{}/a/quiet-harbour", places.news);
    let content = html! {
        article.tour {
            div.kick { "The tour" }
            h1 { "What there is to try" }
            div.by { "This newspaper is an ordinary site. What asks for money stands before it." }
            ol {
                li { h2 { "Buy one article" } p { "Open " a href="/a/quiet-harbour" { "The quiet harbour" } ". Press the button, open a wallet, add play money, pay. No name is asked." } }
                li { h2 { "Pay less than a cent" } p { a href="/a/tide-tables" { "Tide tables" } " costs 0.4 of a cent, and that is what leaves the wallet." } }
                li { h2 { "Watch by the second" } p { "Of " a href="/film" { "a film" } " only what you watch is paid: two cents are held, and what is left comes back." } }
                li { h2 { "Take it back" } p { "The bar above a bought article has an Undo button for ten minutes. The whole amount returns and the article closes." } }
                li { h2 { "See where the money went" } p { "Every payment has a receipt with each share and each fee, in " a href=(places.wallet) { "the wallet" } "." } }
                @if let Some(desk) = &places.desk { li { h2 { "Stand on the other side" } p { "What was sold, who gets which share, money given back: " a href=(desk) { "the desk" } " of Harbour Review." } } }
                li { h2 { "Ask as a program" } p { "The same address tells a program its terms in the headers of a 402:" } pre { code { "curl -i " (item) } } }
                li { h2 { "Pay as a program" } p { "One command asks, pays at most what you allow, and prints the page:" } pre { code { "farthing get " (item) " --max 0.10" } } }
                li { h2 { "Pay word by word" } p { "A session holds a little and pays 0.000002 for each word as it comes; what is not used is free again:" } pre { code { "farthing get " (places.news) "/told/tides --session --max 0.01" } } }
                li { h2 { "Pay for one answer" } p { "The same words at once. A client of x402 signs for 0.008 at most and pays what the answer came to (" code { "upto" } "):" } pre { code { "curl -i " (places.news) "/ask/tides" } } }
                li { h2 { "Pay as clients of Lightning do" } p { "Tide tables are sold by L402 too. The invoice is paid from a balance here; no bitcoin moves:" } pre { code { "curl -i " (places.news) "/a/tide-tables" } } }
                li { h2 { "Sell a tool" } p { "Assistants that speak MCP find the tool " code { "high-water" } " at this address. A call of it costs 0.002:" } pre { code { (places.news) "/mcp" } } }
                @if let Some(ops) = &places.ops { li { h2 { "Look into the engine room" } p { "The books of every asset and whether they sum to zero: " a href=(ops) { "operations" } "." } } }
            }
        }
    };
    page("The tour · Harbour Review", "What this demo lets you try.", &content)
}

fn page(title: &str, description: &str, content: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="description" content=(description);
                title { (title) }
                link rel="icon" href="/favicon.ico" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
            }
            body {
                header {
                    a.skip href="#main" { "Skip to the text" }
                    div.mast {
                        a href="/" { "Harbour Review" }
                        span { "News of a small harbour, by the piece" }
                        nav aria-label="Site" { a href="/" { "Front page" } a href="/tour" { "The tour" } }
                    }
                }
                main #main { (content) }
                footer { "Harbour Review is made up, and so is Brannick. The sea is real." }
            }
        }
    }
    .into_string()
}
