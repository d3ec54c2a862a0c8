//! Every link of every page leads somewhere, and pages that are not for sale pass untouched.

use crate::browser::{Browser, Context};
use crate::support::http;
use crate::support::server::Server;
use crate::support::shop::Shop;
use crate::support::steps::{buy, doors, open_wallet, plain_page};
use std::collections::{BTreeMap, BTreeSet};

/// Pages asked at most; a crawl that needs more has lost its way.
const MOST: usize = 300;

#[test]
fn every_link_of_the_demo_leads_somewhere() {
    let demo = Server::demo();
    let (news, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    let found = crawl(&reader, &[&format!("{news}/tour"), &wallet, &demo.url("ops"), &news]);
    assert!(found.contains_key(&format!("{wallet}/history.csv")), "the wallet's exports are among them");
    assert!(found.keys().any(|url| url.contains("/r/") && url.ends_with(".json")), "and a receipt as JSON");
    for kind in ["pdf", "csv", "json"] {
        assert!(found.keys().any(|url| url.contains("/statements/") && url.ends_with(kind)), "and a month as {kind}");
    }
    assert!(found.keys().any(|url| url.starts_with(&demo.url("ops")) && url.contains("export")), "and the operator's export: {found:?}");
    assert!(found.len() > 20, "{found:?}");
}

#[test]
fn every_link_of_an_instance_of_ones_own_leads_somewhere() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    buy(&page, &format!("{}/a/story", shop.site));
    let starts = [&shop.wallet, &shop.site, &format!("{}/a/story", shop.site), &format!("{}/g/gift", shop.site), &shop.server.url("ops")];
    let found = crawl(&reader, &starts.map(String::as_str));
    assert!(found.len() > 10, "{found:?}");
}

#[test]
fn an_unpriced_page_passes_byte_for_byte() {
    let shop = Shop::open();
    let direct = http::get(&format!("{}/plain", shop.origin.url("127.0.0.1")), &[]);
    let passed = http::get(&format!("{}/plain?a=1&b=%20", shop.site), &[("Cookie", "theirs=1"), ("Accept", "text/html")]);
    assert_eq!((passed.status, &passed.body), (200, &direct.body));
    assert_eq!(passed.header("etag"), Some("\"7\""));
    assert!(passed.all("set-cookie").is_empty(), "a page of the site's own gets no cookie of ours");
    let heard = shop.origin.heard().pop().unwrap();
    assert_eq!(heard.target, "/plain?a=1&b=%20");
    assert!(heard.headers.contains(&("cookie".to_owned(), "theirs=1".to_owned())), "{heard:?}");
    let free = http::get(&format!("{}/open/page", shop.site), &[("Accept", "text/html")]);
    assert_eq!(free.status, 200, "what an offer gives for nothing is given");
}

/// Asks for every page that can be reached by links of this machine and panics over those that lead nowhere.
fn crawl(person: &Context, starts: &[&str]) -> BTreeMap<String, u16> {
    let cookies = person.cookies();
    let mut found = BTreeMap::new();
    let mut open: Vec<(String, String)> = starts.iter().map(|url| ((*url).to_owned(), "the start".to_owned())).collect();
    let mut seen: BTreeSet<String> = open.iter().map(|(url, _)| kind(url)).collect();
    while let Some((url, from)) = open.pop() {
        assert!(found.len() < MOST, "too many pages: {found:?}");
        let host = url.trim_start_matches("http://").split([':', '/']).next().unwrap_or_default();
        let own: Vec<String> =
            cookies.iter().filter(|cookie| cookie.domain == host).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let answer = http::get(&url, &[("Cookie", &own.join("; ")), ("Accept", "text/html,*/*;q=0.8")]);
        assert!(answer.status < 400 || answer.status == 402, "{url}, linked from {from}, answers {}", answer.status);
        found.insert(url.clone(), answer.status);
        let mut links: Vec<String> = answer.header("location").map(str::to_owned).into_iter().collect();
        if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            links.extend(links_of(&answer.text()));
        }
        for link in links.iter().filter_map(|link| resolve(&url, link)) {
            if seen.insert(kind(&link)) {
                open.push((link, url.clone()));
            }
        }
    }
    found
}

/// Quotes differ each time and lead to the same sheet.
fn kind(url: &str) -> String {
    match url.split_once("/pay?q=") {
        Some((wallet, quote)) => format!("{wallet}/pay{}", if quote.contains("restore") { "+restore" } else { "" }),
        None => url.to_owned(),
    }
}

fn links_of(page: &str) -> Vec<String> {
    let after = |mark: &'static str| page.split(mark).skip(1).filter_map(|rest| rest.split('"').next());
    after("href=\"").chain(after("src=\"")).map(|link| link.replace("&amp;", "&")).collect()
}

/// The address of a link; none for one inside the page. A link that leaves this machine is a mistake.
fn resolve(from: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let end = from.get(7..).and_then(|rest| rest.find('/')).map_or(from.len(), |at| at + 7);
    if link.is_empty() {
        None
    } else if link.starts_with('/') {
        Some(format!("{}{link}", &from[..end]))
    } else {
        let host = link.strip_prefix("http://").unwrap_or_else(|| panic!("{from} links to {link}"));
        let name = host.split([':', '/']).next().unwrap_or_default();
        assert!(name.ends_with("localhost") || name == "127.0.0.1", "{from} links out of this machine: {link}");
        Some(link.to_owned())
    }
}
