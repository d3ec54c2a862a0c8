//! People: the wall, the way back from the wallet, the bar and undo.

use super::*;
use crate::codes::Grant;
use market::{Command, Consent, Maker, Purchase};
use protocol::quote::Quote;
use sha2::{Digest, Sha256};

pub(super) const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const ST: &str = "__Host-farthing_st";
const ENT: &str = "__Host-farthing_ent";
const TB: &str = "__Host-farthing_tb";

/// The quote behind a wall's button.
fn quote_of(bed: &Bed, wall: &Answer) -> Quote {
    let text = wall.text();
    let (_, after) = text.split_once("/pay?q=").expect("a wall has a button");
    let quote = after.split(['"', '&']).next().unwrap();
    Quote::parse(quote, &bed.opened.instance.keys.site.public()).unwrap()
}

/// A press in the wallet: the quote is bought and a code leads back.
async fn press(bed: &Bed, quote: &Quote, key: &SigningKey) -> String {
    let (id, payer) = (world::command_id(), key.public().account());
    let purchase = Purchase {
        payer,
        offer: quote.offer,
        item: format!("{HOST}{}", quote.item),
        amount: quote.amount,
        asset: quote.currency,
        consent: Consent::Pressed,
    };
    let command = Command { id, maker: Maker::Party(payer), body: Body::Buy(purchase) };
    bed.opened.instance.apply(command).await.unwrap().outcome.effect().unwrap();
    let grant = Grant { realm: HOST.to_owned(), party: payer, sale: id, st_hash: quote.st_hash, item: quote.item.clone(), quote: None };
    bed.opened.instance.codes.issue(grant, world::now())
}

/// Wall, press, return: a browser with its two cookies.
pub(super) async fn reader(bed: &Bed, path: &str, key: &SigningKey) -> String {
    let wall = bed.ask(request("GET", path, &[HTML])).await;
    let st = wall.cookie(ST).unwrap();
    let code = press(bed, &quote_of(bed, &wall), key).await;
    let back = bed.ask(request("GET", &format!("/.well-known/farthing/return?code={code}"), &[("cookie", &format!("{ST}={st}"))])).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, path));
    format!("{ST}={st}; {ENT}={}", back.cookie(ENT).unwrap())
}

#[tokio::test]
async fn the_wall_shows_the_teaser_and_nothing_more() {
    let bed = Bed::new().await;
    let wall = bed.ask(request("GET", "/a/quiet?utm=1", &[HTML])).await;
    assert_eq!(wall.status, StatusCode::PAYMENT_REQUIRED);
    let vary = format!("{}, Accept-Language", crate::web::headers::PRICED_VARY);
    assert_eq!((wall.header("cache-control"), wall.header("vary")), ("private, no-store", vary.as_str()));
    assert_eq!(wall.header("content-language"), "en");
    assert_eq!(wall.challenge().realm, HOST);
    let text = wall.text();
    assert!(text.contains("Quiet harbour") && text.contains("Before the cut.") && !text.contains("secret"));
    let quote = quote_of(&bed, &wall);
    assert_eq!((quote.iss.as_str(), quote.aud.as_str(), quote.item.as_str()), (URL, WALLET, "/a/quiet"));
    assert_eq!((quote.title.as_str(), quote.amount, quote.undo), ("Quiet harbour", Amount::from_u32(50_000), 600));
    assert_eq!(quote.exp, quote.iat.after(Span(600)));
    let st = wall.cookie(ST).unwrap();
    assert_eq!(quote.st_hash, <[u8; 32]>::from(Sha256::digest(&st)));
    assert!(wall.cookie(ENT).is_none());
    assert!(text.contains("&amp;restore=1"));

    let again = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &format!("{ST}={st}"))])).await;
    assert_eq!(again.cookie(ST).unwrap(), st);
    let odd = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &format!("{ST}=evil"))])).await;
    assert_ne!(odd.cookie(ST).unwrap(), "evil");
    assert_eq!(bed.origin.teasers(), 1, "one teaser a minute");
    assert!(!bed.ask(request("GET", "/a/uncut", &[HTML])).await.text().contains("All of it"));
    let ahead = bed.ask(request("GET", "/a/quiet", &[HTML, ("sec-purpose", "prefetch;prerender")])).await;
    assert_eq!((ahead.status.as_u16(), ahead.cookie(ST)), (503, None));
    let missing = bed.ask(request("GET", "/a/gone", &[HTML])).await;
    assert_eq!((missing.status.as_u16(), missing.text().as_str()), (404, "no such page"));
}

#[tokio::test]
async fn the_wall_leads_to_the_phone_where_its_wallet_can_tell_what_was_paid() {
    let link = "href=\"/.well-known/farthing/wait?page=%2Fa%2Fquiet\"";
    let bed = Bed::new().await;
    assert!(bed.ask(request("GET", "/a/quiet", &[HTML])).await.text().contains(link));
    let origin = Origin::start().await;
    let more = "wallets = [\"http://purse.localhost:4021\", \"http://wallet.localhost:4020\"]\n";
    let bed = Bed::open_as(tempfile::tempdir().unwrap(), origin.address, origin, more).await;
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await;
    assert!(wall.status == StatusCode::PAYMENT_REQUIRED && !wall.text().contains("farthing/wait"), "{}", wall.text());
    assert_eq!(bed.ask(request("GET", "/.well-known/farthing/wait?page=%2Fa%2Fquiet", &[HTML])).await.status, StatusCode::NOT_FOUND);
    let chosen = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", "__Host-farthing_wl=1")])).await;
    assert!(chosen.text().contains(link));
}

#[tokio::test]
async fn a_browser_comes_back_and_reads() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let page = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)])).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(text.contains("The secret rest.") && text.contains("<body><link rel=\"stylesheet\""));
    assert!(text.contains("action=\"/.well-known/farthing/undo\"") && text.is_ascii());
    assert!(page.headers.get("content-length").is_none() && page.headers.get("payment-receipt").is_none());
    assert_eq!(page.header("cache-control"), "private, no-store");
    let seen = bed.origin.asked("/a/quiet").pop().unwrap().headers;
    assert_eq!((seen["farthing-paid"].to_str().unwrap(), seen["accept-encoding"].to_str().unwrap()), ("entitlement", "identity"));
    assert!(seen.get("cookie").is_none());
    // Another page is not owned, another browser has no handle, and past the window bytes pass untouched.
    assert_eq!(bed.ask(request("GET", "/a/other", &[("cookie", &cookies)])).await.refusal().0, 402);
    let later = bed.ask_at(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)]), &later(601)).await;
    assert_eq!(later.text(), origin::ARTICLE);
    let head = bed.ask(request("HEAD", "/a/quiet", &[("cookie", &cookies)])).await;
    assert_eq!(head.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cookie_slides_once_an_hour() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let soon = bed.ask(request("GET", "/a/quiet", &[("cookie", &cookies)])).await;
    assert!(soon.cookie(ENT).is_none());
    let later_on = bed.ask_at(request("GET", "/a/quiet", &[("cookie", &cookies)]), &later(4_000)).await;
    assert!(cookies.ends_with(&later_on.cookie(ENT).unwrap()));
    let months = bed.ask_at(request("GET", "/a/quiet", &[("cookie", &cookies)]), &later(91 * 86_400)).await;
    assert_eq!(months.status, StatusCode::PAYMENT_REQUIRED);
}

#[tokio::test]
async fn a_second_page_keeps_the_handle() {
    let bed = Bed::new().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let come_back = |path: &'static str, key: SigningKey| {
        let (bed, cookies) = (&bed, &cookies);
        async move {
            let wall = bed.ask(request("GET", path, &[HTML, ("cookie", cookies)])).await;
            let code = press(bed, &quote_of(bed, &wall), &key).await;
            let target = format!("/.well-known/farthing/return?code={code}");
            bed.ask(request("GET", &target, &[("cookie", cookies)])).await.cookie(ENT).unwrap()
        }
    };
    assert!(cookies.ends_with(&come_back("/a/other", alice).await));
    assert!(!cookies.ends_with(&come_back("/a/third", bob).await));
}

#[tokio::test]
async fn a_code_is_good_once_and_in_one_browser() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await;
    let (quote, st) = (quote_of(&bed, &wall), wall.cookie(ST).unwrap());
    let code = press(&bed, &quote, &alice).await;
    let target = format!("/.well-known/farthing/return?code={code}");
    let thief = bed.ask(request("GET", &target, &[("cookie", &format!("{ST}={}", "A".repeat(22)))])).await;
    assert_eq!((thief.status.as_u16(), thief.header("location"), thief.cookie(ENT)), (303, "/a/quiet", None));
    let notice = format!("{TB}={}", thief.cookie(TB).unwrap());
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &notice)])).await;
    assert!(wall.text().contains("That way back was used or too old."));
    assert_eq!(wall.cookie(TB).unwrap(), "");
    let used = bed.ask(request("GET", &target, &[HTML, ("cookie", &format!("{ST}={st}"))])).await;
    assert_eq!((used.status.as_u16(), used.cookie(ENT)), (404, None));
    assert!(used.text().contains("not charged twice"));
}

#[tokio::test]
async fn without_cookies_the_purchase_waits_under_restore() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await;
    let code = press(&bed, &quote_of(&bed, &wall), &alice).await;
    let off = bed.ask(request("GET", &format!("/.well-known/farthing/return?code={code}"), &[HTML])).await;
    assert_eq!(off.status, StatusCode::BAD_REQUEST);
    assert!(off.text().contains("keeps no cookies") && off.text().contains("restore=1"));
    let again = quote_of(&bed, &off);
    assert_eq!((again.item.as_str(), again.st_hash), ("/a/quiet", Sha256::digest(off.cookie(ST).unwrap()).into()));
}

#[tokio::test]
async fn undo_from_the_page_gives_the_money_back() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let page = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)])).await.text();
    let serial = page.split_once("name=\"sale\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let form = format!("sale={serial}");
    let before = bed.books().await;
    assert_eq!(undo_status(&bed, &form, "cross-site", &cookies).await.0, 403);
    assert_eq!(undo_status(&bed, &form, "same-origin", "").await.0, 404);
    assert_eq!(bed.books().await, before);
    let (status, tb) = undo_status(&bed, &form, "same-origin", &cookies).await;
    assert_eq!((status, tb.as_deref()), (303, Some(serial.as_str())));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0));
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &format!("{cookies}; {TB}={serial}"))])).await;
    assert_eq!(wall.status, StatusCode::PAYMENT_REQUIRED);
    assert!(wall.text().contains("Taken back."));
    assert_eq!(undo_status(&bed, &form, "same-origin", &cookies).await.0, 409);

    // Bought again, it cannot be taken back a second time.
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let page = bed.ask(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)])).await.text();
    let serial = page.split_once("name=\"sale\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let headers = [HTML, ("cookie", cookies.as_str()), ("sec-fetch-site", "same-origin")];
    let refused = bed.ask(with_body("POST", "/.well-known/farthing/undo", &headers, format!("sale={serial}"))).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("undo-used"));
    assert_eq!(bed.available(&alice).await, 950_000);
}

async fn undo_status(bed: &Bed, form: &str, site: &str, cookies: &str) -> (u16, Option<String>) {
    let headers = [("cookie", cookies), ("sec-fetch-site", site)];
    let answer = bed.ask(with_body("POST", "/.well-known/farthing/undo", &headers, form.to_owned())).await;
    (answer.status.as_u16(), answer.cookie(TB))
}

#[tokio::test]
async fn a_page_paid_in_the_wallet_that_the_origin_never_delivered_is_taken_back() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let wall = bed.ask(request("GET", "/a/quiet", &[HTML])).await;
    let mut quote = quote_of(&bed, &wall);
    quote.item = "/a/broken".to_owned();
    let code = press(&bed, &quote, &alice).await;
    let cookie = format!("{ST}={}", wall.cookie(ST).unwrap());
    let back = bed.ask(request("GET", &format!("/.well-known/farthing/return?code={code}"), &[("cookie", &cookie)])).await;
    let ent = format!("{ENT}={}", back.cookie(ENT).unwrap());
    let failed = bed.ask(request("GET", "/a/broken", &[("cookie", &ent)])).await;
    assert_eq!(failed.refusal(), (502, "origin-failed".to_owned()));
    assert_eq!(bed.available(&alice).await, 1_000_000);
}

#[tokio::test]
async fn a_paid_page_is_private_and_only_a_page_with_the_bar_is_changed() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let paid = bed.pay("/a/cached", &alice).await;
    assert_eq!((paid.header("cache-control"), paid.header("etag"), paid.text().as_str()), ("private, no-store", "\"1\"", "<body>x</body>"));
    assert_eq!(paid.header("vary"), crate::web::headers::PRICED_VARY);
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let conditional = [HTML, ("cookie", cookies.as_str()), ("if-none-match", "\"1\""), ("range", "bytes=0-1")];
    let barred = bed.ask(request("GET", "/a/cached", &conditional)).await;
    assert_eq!((barred.header("etag"), barred.header("content-length")), ("", ""));
    assert!(barred.header("vary").ends_with(", Accept-Language"), "the bar speaks the reader's language");
    assert!(barred.text().starts_with("<body><link") && barred.text().ends_with("x</body>"));
    let seen = bed.origin.asked("/a/cached").pop().unwrap().headers;
    assert!(seen.get("if-none-match").is_none() && seen.get("range").is_none());
}
