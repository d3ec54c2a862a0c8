//! `forward-auth`: nginx and Caddy ask about each request, configured by the very lines that the desk shows.

use crate::browser::{Browser, css};
use crate::cli::Person;
use crate::support::caddy::Caddy;
use crate::support::desk::signed_in;
use crate::support::evidence;
use crate::support::http::{Answer, get, raw, send};
use crate::support::nginx::Nginx;
use crate::support::origin::Leaf;
use crate::support::payer::Payer;
use crate::support::shop::{BEHIND, Shop, story};
use crate::support::steps::{BAR_UNDO, TO_WALLET, balance, buy, open_wallet, plain_page};
use std::fs;
use std::path::Path;
use store::vault::Role;

const HTML: (&str, &str) = ("Accept", "text/html");

/// A server that asks, with what it serves.
enum Front {
    Nginx(#[allow(dead_code, reason = "it runs as long as it is kept")] Nginx),
    Caddy(#[allow(dead_code, reason = "it runs as long as it is kept")] Caddy),
}

/// Whose server it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    Nginx,
    Caddy,
}

/// Where the front gets the pages from when it may serve them.
#[derive(Clone, Copy)]
enum Pages<'a> {
    /// The shop's origin.
    Origin,
    /// A folder, which it serves by itself.
    Folder(&'a Path),
}

impl Make {
    fn suite(self) -> &'static str {
        match self {
            Make::Nginx => "nginx",
            Make::Caddy => "caddy",
        }
    }

    fn ran(self) {
        let version = match self {
            Make::Nginx => Nginx::version(),
            Make::Caddy => Caddy::version(),
        };
        evidence::ran(self.suite(), self.suite(), &version);
    }

    /// A shop behind this server.
    fn open(self, pages: Pages<'_>) -> (Shop, Front) {
        evidence::begin(self.suite());
        let shop = Shop::open_before_front("attach = \"forward-auth\"\n");
        let origin = shop.origin.url("127.0.0.1");
        let front = match self {
            Make::Nginx => {
                let lines = shop.copied("auth_request").replace("listen 80;", &format!("listen 127.0.0.1:{};", shop.public));
                let pass = format!("proxy_pass {origin};");
                assert!(lines.contains(&pass), "{lines}");
                let lines = match pages {
                    Pages::Origin => lines,
                    Pages::Folder(folder) => lines.replace(&pass, &format!("root {};", folder.display())),
                };
                Front::Nginx(Nginx::serving(shop.public, &lines))
            }
            Make::Caddy => {
                let lines = shop.copied("handle_response").replace(".localhost", &format!(".localhost:{}", shop.public));
                let pass = format!("        reverse_proxy {}\n", origin.trim_start_matches("http://"));
                assert!(lines.contains(&pass), "{lines}");
                let lines = match pages {
                    Pages::Origin => lines,
                    Pages::Folder(folder) => lines.replace(&pass, &format!("        root * {}\n        file_server\n", folder.display())),
                };
                Front::Caddy(Caddy::serving(shop.public, &lines))
            }
        };
        (shop, front)
    }
}

fn a_person_pays_reads_and_takes_back(make: Make) {
    let (shop, _front) = make.open(Pages::Origin);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    let (story, last) = (format!("{}/a/story", shop.site), format!("{}/f/final", shop.site));
    buy(&page, &story);
    assert!(page.body_text().contains(BEHIND) && page.text("farthing-bar").contains("Paid €0.05"), "{}", page.scene("the bar"));
    page.reload();
    assert_eq!(page.status(), 200, "owned");
    page.follow(BAR_UNDO);
    assert_eq!((page.url(), page.status()), (story, 402), "{}", page.scene("the wall again"));
    assert_eq!(balance(&page, &shop.wallet), 5_000_000);
    // What cannot be taken back comes from the payee's own server, once it was seen to come at all.
    buy(&page, &last);
    page.reload();
    assert!(page.status() == 200 && page.body_text().contains(BEHIND) && !page.exists("farthing-bar"));
    let heard = shop.origin.heard();
    let seen = heard.iter().rev().find(|heard| heard.target == "/f/final").unwrap();
    let field = |name: &str| seen.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(field("farthing-paid"), Some("entitlement"));
    assert!(field("farthing-payer").is_some_and(|payer| payer.len() > 20) && field("farthing-serial").is_some());
    assert!(field("cookie").is_some_and(|cookie| cookie.contains("farthing_ent")), "the server passed it on, not the gateway");
    let cookie = format!("__Host-farthing_ent={}", reader.cookie("__Host-farthing_ent").unwrap());
    let owned = get(&last, &[("Cookie", &cookie)]);
    assert!(owned.all("cache-control").concat().contains("private, no-store"), "{:?}", owned.headers);
    assert!(owned.all("vary").concat().contains("Cookie"), "{:?}", owned.headers);
    // What is free passes without a word of ours.
    let free = get(&format!("{}/plain", shop.site), &[("If-None-Match", "\"0\"")]);
    assert_eq!((free.status, free.header("etag"), free.header("cache-control")), (200, Some("\"7\""), None));
    shop.audit();
    make.ran();
}

#[test]
fn a_person_pays_and_reads_where_nginx_asks() {
    a_person_pays_reads_and_takes_back(Make::Nginx);
}

#[test]
fn a_person_pays_and_reads_where_caddy_asks() {
    a_person_pays_reads_and_takes_back(Make::Caddy);
}

fn a_program_pays_and_is_given_back_what_did_not_come(make: Make) {
    let (shop, _front) = make.open(Pages::Origin);
    let program = Person::with_at(&shop.wallet, "1.00");
    let url = format!("{}/a/story", shop.site);
    let refused = get(&url, &[]);
    assert_eq!((refused.status, refused.code().as_str()), (402, "payment-required"));
    assert!(refused.header("www-authenticate").is_some_and(|line| line.starts_with("Payment ")));
    let wall = get(&url, &[HTML]);
    assert!(wall.status == 402 && wall.text().contains("accurate to the weight of a letter") && !wall.text().contains(BEHIND));
    assert!(wall.all("set-cookie").concat().contains("__Host-farthing_st="));
    assert!(program.ok(&["get", &url, "--max", "0.10"]).contains(BEHIND));
    assert_eq!(program.available(), 950_000);
    program.ok(&["undo", "--last"]);
    // A page that fails after the charge: the paying request goes through the gateway, which sees it.
    let broken = format!("{}/a/second", shop.site);
    shop.origin.put("/a/second", Leaf::failure(500));
    program.run(&["get", &broken, "--max", "0.10"]);
    assert_eq!(program.available(), 1_000_000, "what did not come is given back");
    // Another method than GET is paid for as well, and its body arrives.
    shop.origin.put("/a/form", story("A form"));
    let payer = Payer::of(7, shop.server.doors()["instance"].as_str().unwrap());
    let unpaid = send("POST", &format!("{}/a/form", shop.site), &[], b"body=1").unwrap();
    assert_eq!(unpaid.status, 402);
    let poor = send("POST", &format!("{}/a/form", shop.site), &[("Authorization", &payer.credential(&unpaid))], b"body=1").unwrap();
    assert_eq!((poor.status, poor.code().as_str()), (402, "insufficient-funds"), "the body was bound");
    shop.audit();
    make.ran();
}

#[test]
fn a_program_pays_where_nginx_asks() {
    a_program_pays_and_is_given_back_what_did_not_come(Make::Nginx);
}

#[test]
fn a_program_pays_where_caddy_asks() {
    a_program_pays_and_is_given_back_what_did_not_come(Make::Caddy);
}

/// Spellings by which some server or other would find `/a/story.html`.
const SPELLINGS: [&str; 26] = [
    "/a/story.html",
    "//a/story.html",
    "/a//story.html",
    "/./a/story.html",
    "/a/./story.html",
    "/b/../a/story.html",
    "/free/../a/story.html",
    "/free/..%2fa/story.html",
    "/free%2f..%2fa%2fstory.html",
    "/%61/story.html",
    "/a%2fstory.html",
    "/a%2Fstory%2ehtml",
    "/a/story%2ehtml",
    "/a\\story.html",
    "/a%5cstory.html",
    "/a;x=1/story.html",
    "/a/story.html;x=1",
    "/a/story.html/",
    "/a/story.html?x=1",
    "/a/story.html%3fx",
    "/free/%2e%2e/a/story.html",
    "/free/.%2e/a/story.html",
    "/free/x#/../../a/story.html",
    "/free#/../a/story.html",
    "/.//a/story.html",
    "/a/story.html%20",
];

fn no_spelling_is_a_way_round(make: Make) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("a")).unwrap();
    fs::create_dir(at("free")).unwrap();
    fs::write(at("a/story.html"), format!("<!doctype html><title>S</title><p>{BEHIND}</p>")).unwrap();
    fs::write(at("free/x"), "free").unwrap();
    fs::write(at("index.html"), "the front page").unwrap();
    let (shop, _front) = make.open(Pages::Folder(folder.path()));
    shop.origin.put("/a/story.html", story("S"));
    assert_eq!(get(&format!("{}/free/x", shop.site), &[]).text(), "free", "the server serves its folder");
    assert_eq!(get(&shop.site, &[]).text(), "the front page");
    let absolute = format!("{}/a/story.html", shop.site);
    for spelling in SPELLINGS.into_iter().map(str::to_owned).chain([absolute.replace("http://", "/http://")]) {
        for method in ["GET", "HEAD", "OPTIONS", "POST"] {
            let answer = send(method, &format!("{}{spelling}", shop.site), &[], b"").unwrap();
            assert!(!answer.text().contains(BEHIND), "{method} {spelling}: {}", answer.status);
            let whole = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
            assert!(method != "HEAD" || answer.status != 200 || whole.is_none_or(|length| length < 20), "{method} {spelling}");
        }
    }
    let answer = raw(
        "127.0.0.1",
        shop.public,
        &format!("GET {absolute} HTTP/1.1\r\nHost: news.localhost:{}\r\nConnection: close\r\n\r\n", shop.public),
    );
    assert!(!answer.contains(BEHIND), "an address in full: {answer}");
    make.ran();
}

#[test]
fn no_spelling_gets_a_priced_page_past_nginx() {
    no_spelling_is_a_way_round(Make::Nginx);
}

#[test]
fn no_spelling_gets_a_priced_page_past_caddy() {
    no_spelling_is_a_way_round(Make::Caddy);
}

fn what_a_stranger_writes_is_not_believed(make: Make) {
    let (shop, _front) = make.open(Pages::Origin);
    let (priced, free) = (format!("{}/a/story", shop.site), format!("{}/plain", shop.site));
    let forged: [&[(&str, &str)]; 9] = [
        &[("X-Forwarded-Uri", "/plain")],
        &[("X-Forwarded-Uri", "/plain"), ("X-Forwarded-Uri", "/plain")],
        &[("X-Forwarded-Method", "OPTIONS")],
        &[("X-Forwarded-Host", "wallet.localhost")],
        &[("X-Forwarded-Host", "other.localhost")],
        &[("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Proto", "https")],
        &[("X_Forwarded_Uri", "/plain")],
        &[("Farthing-Paid", "entitlement"), ("Farthing-Payer", "me"), ("Farthing-Serial", "1"), ("Farthing-Amount", "0")],
        &[("Connection", "X-Forwarded-Uri, X-Forwarded-Method"), ("X-Original-URL", "/a/story")],
    ];
    for fields in forged {
        let answer = get(&priced, fields);
        assert!(answer.status == 402 && !answer.text().contains(BEHIND), "{fields:?}: {}", answer.status);
        let answer = get(&free, fields);
        assert!(answer.status == 200 && answer.text().contains("Plain"), "{fields:?}: {} {}", answer.status, answer.text());
    }
    for (name, value) in
        [("Farthing-Paid", "charge"), ("farthing_payer", "me"), ("X-Original-URL", "/a/story"), ("X-Rewrite-URL", "/a/story")]
    {
        assert_eq!(get(&free, &[(name, value)]).status, 200);
    }
    for heard in shop.origin.heard() {
        for (name, value) in &heard.headers {
            let told = name.starts_with("farthing") || name.starts_with("x-original") || name.starts_with("x-rewrite");
            assert!(!told || value.is_empty(), "{} heard {name}: {value}", heard.target);
        }
    }
    // Nobody asks in the server's place: not through it, nor past it.
    let asked = |answer: &Answer| answer.status == 200 && answer.body.is_empty();
    let fields = [("X-Forwarded-Uri", "/plain"), ("X-Forwarded-Method", "GET")];
    let through = get(&format!("{}/.well-known/farthing/auth", shop.site), &fields);
    assert!(!asked(&through), "{}", through.status);
    make.ran();
}

#[test]
fn what_strangers_write_past_nginx_is_not_believed() {
    what_a_stranger_writes_is_not_believed(Make::Nginx);
}

#[test]
fn what_strangers_write_past_caddy_is_not_believed() {
    what_a_stranger_writes_is_not_believed(Make::Caddy);
}

/// Caddy's own `forward_auth`, as others have it too: the answer is all that it takes from us.
fn caddy_that_only_asks(shop: &Shop, more: &str) -> Caddy {
    let (at, origin) = (shop.public, shop.origin.url("127.0.0.1").replace("http://", ""));
    let sites = format!(
        "http://wallet.localhost:{at} {{\n reverse_proxy 127.0.0.1:{0}\n}}\n\
         http://news.localhost:{at} {{\n @ours path /.well-known/farthing/* /.well-known/farthing.json\n \
         handle @ours {{\n reverse_proxy 127.0.0.1:{0}\n }}\n{more} handle {{\n forward_auth 127.0.0.1:{0} {{\n \
         uri /.well-known/farthing/auth\n copy_headers Farthing-Paid Farthing-Payer Farthing-Serial Farthing-Amount\n }}\n \
         reverse_proxy {origin}\n }}\n}}\n",
        shop.port
    );
    Caddy::serving(at, &sites)
}

#[test]
fn a_server_that_only_asks_gets_the_whole_wall_and_nothing_is_charged_past_us() {
    evidence::begin("caddy");
    let shop = Shop::open_before_front("attach = \"forward-auth\"\n");
    let url = format!("{}/a/story", shop.site);
    let program = {
        let _caddy = caddy_that_only_asks(&shop, "");
        let reader = Browser::shared().context();
        let page = plain_page(&reader);
        open_wallet(&page, &shop.wallet, 5);
        buy(&page, &url);
        assert!(page.body_text().contains(BEHIND) && !page.exists("farthing-bar"), "no bar: the page is not ours to see");
        page.goto(&format!("{}/c/note", shop.site));
        assert!(page.status() == 402 && page.exists(TO_WALLET) && page.exists(css("article")));
        let program = Person::with_at(&shop.wallet, "1.00");
        let output = program.run(&["get", &url, "--max", "0.10"]);
        assert!(!output.status.success() && !String::from_utf8_lossy(&output.stdout).contains(BEHIND));
        assert_eq!(program.available(), 1_000_000, "asking moves no money");
        program
    };
    drop(program);
    // With payments handed over, all is as everywhere: what does not come is given back.
    let paying = format!(" @paying header Authorization Payment*\n handle @paying {{\n reverse_proxy 127.0.0.1:{}\n }}\n", shop.port);
    let _caddy = caddy_that_only_asks(&shop, &paying);
    let program = Person::with_at(&shop.wallet, "1.00");
    assert!(program.ok(&["get", &url, "--max", "0.10"]).contains(BEHIND));
    assert_eq!(program.available(), 950_000);
    shop.origin.put("/a/third", Leaf::failure(500));
    program.run(&["get", &format!("{}/a/third", shop.site), "--max", "0.10"]);
    assert_eq!(program.available(), 950_000);
    shop.audit();
    Make::Caddy.ran();
}

#[test]
fn an_application_keeps_its_own_sign_in_behind_a_caddy_that_asks() {
    let (shop, _front) = Make::Caddy.open(Pages::Origin);
    shop.origin.put("/sign-in", Leaf::html("<!doctype html><title>In</title>").with("Set-Cookie", "session=7; Path=/; HttpOnly"));
    shop.origin.put("/members", Leaf::failure(401).with("WWW-Authenticate", "Basic realm=\"theirs\""));
    let signed = send("POST", &format!("{}/sign-in", shop.site), &[("Content-Type", "text/plain")], b"name=ann&word=secret").unwrap();
    assert_eq!((signed.status, signed.header("set-cookie")), (200, Some("session=7; Path=/; HttpOnly")));
    let members = get(&format!("{}/members", shop.site), &[("Cookie", "session=7"), ("Authorization", "Basic YTpi")]);
    assert_eq!((members.status, members.header("www-authenticate")), (401, Some("Basic realm=\"theirs\"")), "their own no stays theirs");
    let heard = shop.origin.heard();
    assert!(heard.iter().any(|heard| heard.method == "POST" && heard.body == b"name=ann&word=secret"), "what is posted arrives whole");
    let of_members = heard.iter().find(|heard| heard.target == "/members").unwrap();
    let field = |name: &str| of_members.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((field("cookie"), field("authorization")), (Some("session=7"), Some("Basic YTpi")));
    Make::Caddy.ran();
}

#[test]
fn check_my_site_looks_through_a_server_that_asks() {
    let (shop, _front) = Make::Nginx.open(Pages::Origin);
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Developer);
    let page = plain_page(&seller);
    page.goto(&format!("{}/install", shop.desk));
    page.fill("#path-news", "/a/story");
    page.follow(css("form[action='/install/check'] button"));
    assert!(page.text(".finding").contains("All is well"), "{}", page.scene("the finding"));
    let heard = shop.origin.heard();
    assert!(heard.iter().all(|heard| heard.headers.iter().all(|(name, value)| !name.starts_with("farthing-") || value.is_empty())));
    Make::Nginx.ran();
}

#[test]
fn nothing_is_served_when_nobody_answers_a_server_that_asks() {
    for make in [Make::Nginx, Make::Caddy] {
        let (shop, _front) = make.open(Pages::Origin);
        let Shop { server, site, origin, .. } = shop;
        drop(server);
        for path in ["/a/story", "/plain"] {
            assert!(get(&format!("{site}{path}"), &[]).status >= 500, "{path}");
        }
        assert!(origin.heard().is_empty());
        make.ran();
    }
}

#[test]
fn a_block_of_nginx_that_takes_every_host_asks_about_its_own_site() {
    let (shop, front) = Make::Nginx.open(Pages::Origin);
    drop(front);
    let lines = shop.copied("auth_request").replace("listen 80;", &format!("listen 127.0.0.1:{};", shop.public));
    let site = lines.rsplit("\nserver {").next().unwrap();
    let _nginx = Nginx::serving(shop.public, &format!("server {{{site}"));
    for host in [
        "news.localhost",
        "NEWS.localhost",
        "news.localhost.",
        "other.localhost",
        "wallet.localhost",
        "desk.localhost",
        "admin.localhost",
        "127.0.0.1",
    ] {
        for path in ["/a/story", "/a/story?x", "//a/story"] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{}\r\nConnection: close\r\n\r\n", shop.public);
            let answer = raw("127.0.0.1", shop.public, &request);
            assert!(!answer.starts_with("HTTP/1.1 200") && !answer.contains(BEHIND), "{host} {path}: {answer}");
        }
    }
    Make::Nginx.ran();
}
