//! A visitor who clicks and types at random: no page fails, no link is dead, every page has a way on. Seeds are printed; the same
//! seed takes the same steps through the same pages.

use crate::support::http::{Answer, send};
use crate::support::server::{Server, farthing_ok};
use std::collections::BTreeMap;

/// Clicks and form posts of each role and seed.
const STEPS: usize = 500;

/// What strangers type.
const TYPED: [&str; 12] = [
    "",
    "1",
    "0.05",
    "-1",
    "99999999999999999999",
    "a word",
    "\"'><script>alert(1)</script>",
    "../../etc/passwd",
    "%00%0d%0aSet-Cookie: x=y",
    "한국어 Ω \u{202e}",
    "http://127.0.0.1:1/",
    "7Q4K-M2XD-9TFB",
];

/// Pseudo-random numbers from a seed: a linear step and a mix, enough to choose a link.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        usize::try_from((mixed >> 33) % sides as u64).unwrap()
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// One thing that can be done on a page.
#[derive(Clone, Debug)]
enum Action {
    Link(String),
    Form { method: String, target: String, fields: Vec<(String, String)> },
}

/// A tag with its attributes, as our pages write them: double quotes, no exceptions.
fn tag(text: &str) -> (&str, BTreeMap<String, String>) {
    let (name, mut rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut attributes = BTreeMap::new();
    while let Some((key, after)) = rest.split_once(['=', ' ']) {
        let key = key.trim();
        if let Some(quoted) = rest.get(rest.find(['=', ' ']).unwrap()..).and_then(|rest| rest.strip_prefix("=\"")) {
            let (value, left) = quoted.split_once('"').unwrap_or((quoted, ""));
            attributes
                .insert(key.to_owned(), value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
            rest = left.trim_start();
        } else {
            attributes.insert(key.to_owned(), String::new());
            rest = after.trim_start();
        }
    }
    (name, attributes)
}

struct Crawler {
    dice: Dice,
    cookies: BTreeMap<String, BTreeMap<String, String>>,
    trail: Vec<String>,
}

impl Crawler {
    fn host(url: &str) -> String {
        url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned()
    }

    /// One request with this visitor's cookies; redirects are followed as a browser does.
    fn ask(&mut self, method: &str, url: &str, body: &[u8]) -> (String, Answer) {
        let (mut method, mut url, mut body) = (method.to_owned(), url.to_owned(), body.to_vec());
        for _ in 0..10 {
            let host = Crawler::host(&url);
            let jar = self.cookies.entry(host.clone()).or_default();
            let cookie = jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
            let origin = format!("http://{host}");
            let mut headers =
                vec![("Accept", "text/html,*/*"), ("Cookie", &*cookie), ("User-Agent", "Mozilla/5.0 (X11; Linux) Firefox/140.0")];
            if method == "POST" {
                headers.extend([
                    ("Origin", &*origin),
                    ("Sec-Fetch-Site", "same-origin"),
                    ("Content-Type", "application/x-www-form-urlencoded"),
                ]);
            }
            let answer =
                send(&method, &url, &headers, &body).unwrap_or_else(|error| panic!("{error} at {method} {url}: {:#?}", self.trail));
            self.trail.push(format!("{} {method} {url} {}", answer.status, String::from_utf8_lossy(&body)));
            assert!(answer.status < 500, "{} at {method} {url}: {:#?}\n{}", answer.status, self.trail.last(), answer.text());
            let jar = self.cookies.entry(host).or_default();
            for line in answer.all("set-cookie") {
                let (pair, rest) = line.split_once(';').unwrap();
                let (name, value) = pair.split_once('=').unwrap();
                if rest.contains("Max-Age=0;") {
                    jar.remove(name);
                } else {
                    jar.insert(name.to_owned(), value.to_owned());
                }
            }
            if !matches!(answer.status, 301..=303 | 307 | 308) {
                return (url, answer);
            }
            let location = answer.header("location").unwrap_or_else(|| panic!("nowhere to go from {url}")).to_owned();
            (method, body, url) = ("GET".to_owned(), Vec::new(), joined(&url, &location));
        }
        panic!("round and round: {:#?}", self.trail.iter().rev().take(12).collect::<Vec<_>>());
    }

    /// What can be done on a page, with something typed into every field.
    fn actions(&mut self, url: &str, html: &str) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut form: Option<(String, String, Vec<(String, String)>, Vec<(String, String)>)> = None;
        let mut select: Option<(String, Vec<String>)> = None;
        for piece in html.split('<').skip(1) {
            let (name, attributes) = tag(piece.split('>').next().unwrap_or_default());
            let of = |key: &str| attributes.get(key).cloned();
            match name {
                "a" => actions.extend(of("href").filter(|href| !href.starts_with(['#', 'm'])).map(|href| Action::Link(joined(url, &href)))),
                "form" => {
                    let target = joined(url, &of("action").unwrap_or_default());
                    form = Some((of("method").unwrap_or_else(|| "get".to_owned()).to_uppercase(), target, Vec::new(), Vec::new()));
                }
                "select" => select = Some((of("name").unwrap_or_default(), Vec::new())),
                "option" => {
                    if let Some((_, options)) = &mut select {
                        options.extend(of("value"));
                    }
                }
                "/select" => {
                    if let (Some((name, options)), Some((_, _, fields, _))) = (select.take(), &mut form) {
                        fields.push((name, self.dice.of(&options).clone()));
                    }
                }
                "input" | "textarea" | "button" => {
                    let (Some(field), Some((_, _, fields, buttons))) = (of("name"), &mut form) else { continue };
                    let kind = of("type").unwrap_or_default();
                    let value = of("value").unwrap_or_default();
                    match (name, &*kind) {
                        ("button", _) => buttons.push((field, value)),
                        (_, "hidden") => fields.push((field, value)),
                        (_, "checkbox" | "radio") if self.dice.below(2) == 0 => {}
                        (_, "checkbox" | "radio") => fields.push((field, value)),
                        _ if self.dice.below(3) == 0 => fields.push((field, value)),
                        _ => fields.push((field, (*self.dice.of(&TYPED)).to_owned())),
                    }
                }
                "/form" => {
                    let Some((method, target, mut fields, buttons)) = form.take() else { continue };
                    if !buttons.is_empty() {
                        fields.push(self.dice.of(&buttons).clone());
                    }
                    actions.push(Action::Form { method, target, fields });
                }
                _ => {}
            }
        }
        actions
    }

    fn crawl(&mut self, home: &str, ours: &str) {
        let (mut url, mut page) = self.ask("GET", home, b"");
        for _ in 0..STEPS {
            let html = page.text();
            let actions: Vec<Action> = self.actions(&url, &html);
            assert!(!actions.is_empty(), "no way on from {url}: {:#?}", self.trail.iter().rev().take(5).collect::<Vec<_>>());
            // What leads away from this machine is not followed; a third of the time forms are preferred to the many links.
            let is_ours = |action: &&Action| {
                let (Action::Link(to) | Action::Form { target: to, .. }) = action;
                Crawler::host(to).ends_with(ours)
            };
            let forms = |action: &&&Action| matches!(action, Action::Form { .. });
            let here: Vec<&Action> = actions.iter().filter(is_ours).collect();
            let posts: Vec<&Action> = here.iter().filter(forms).copied().collect();
            let (next, is_link) = match (self.dice.below(20), self.dice.below(3)) {
                (0, _) => (Action::Link(home.to_owned()), false),
                (_, 0) if !posts.is_empty() => ((*self.dice.of(&posts)).clone(), false),
                _ if !here.is_empty() => ((*self.dice.of(&here)).clone(), true),
                _ => (Action::Link(home.to_owned()), false),
            };
            let (at, answer) = match next {
                Action::Link(to) => {
                    let (at, answer) = self.ask("GET", &to, b"");
                    assert!(!is_link || !matches!(answer.status, 404 | 405 | 410 | 421), "a dead link on {url}: {to} is {}", answer.status);
                    (at, answer)
                }
                Action::Form { method, target, fields } => {
                    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
                    match &*method {
                        "GET" => self.ask("GET", &format!("{}?{body}", target.split('?').next().unwrap()), b""),
                        _ => self.ask("POST", &target, body.as_bytes()),
                    }
                }
            };
            // A file is saved, and the page stays.
            if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                (url, page) = (at, answer);
            }
        }
    }
}

/// An address as a page at `base` writes it.
fn joined(base: &str, href: &str) -> String {
    let root = base.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let path = base.split(['?', '#']).next().unwrap();
    let joined = match href {
        _ if href.starts_with("http://") || href.starts_with("https://") => href.to_owned(),
        _ if href.starts_with('/') => format!("{root}{href}"),
        _ if href.is_empty() || href.starts_with('?') => format!("{path}{href}"),
        _ => format!("{}/{href}", path.rsplit_once('/').map_or(path, |(folder, _)| folder)),
    };
    joined.split('#').next().unwrap().to_owned()
}

/// Each role begins where the demo signs it in by itself; a fixed seed and a fresh one.
fn wander(door: &str) {
    let demo = Server::demo();
    let home = demo.url(door);
    let port = home.rsplit(':').next().unwrap().trim_end_matches('/').to_owned();
    for seed in [7, u64::from_le_bytes(app::world::random())] {
        println!("{door} with seed {seed}");
        let mut crawler = Crawler { dice: Dice(seed), cookies: BTreeMap::new(), trail: Vec::new() };
        crawler.crawl(&home, &format!(".localhost:{port}"));
        let seen: BTreeMap<String, usize> = crawler.trail.iter().fold(BTreeMap::new(), |mut seen, step| {
            let words: Vec<&str> = step.split([' ', '?']).take(3).collect();
            *seen.entry(words.join(" ")).or_default() += 1;
            seen
        });
        println!("{} requests of {} kinds", crawler.trail.len(), seen.len());
        assert!(seen.len() > 8, "it goes round in a corner: {seen:#?}");
    }
    let folder = demo.stop();
    let said = farthing_ok(&["audit", "--data", folder.path().join("data").to_str().unwrap()]);
    assert!(said.starts_with("The books are clean"), "{said}");
}

#[test]
fn a_reader_who_clicks_at_random_finds_no_fault() {
    wander("read");
}

#[test]
fn a_payer_who_clicks_at_random_finds_no_fault() {
    wander("wallet");
}

#[test]
fn a_payee_who_clicks_at_random_finds_no_fault() {
    wander("desk");
}

#[test]
fn an_operator_who_clicks_at_random_finds_no_fault() {
    wander("admin");
}
