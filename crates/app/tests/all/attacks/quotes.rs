//! Quotes that were forged, altered, or made for another wallet or by another site.

use crate::browser::{Browser, Page};
use crate::support::shop::Shop;
use crate::support::steps::{PAY, TO_WALLET, balance, open_wallet, plain_page};
use data_encoding::BASE64URL_NOPAD;
use money::{Amount, Asset};
use protocol::SigningKey;
use protocol::quote::Quote;

/// Shows a sheet that must not be one, and presses nothing because there is nothing to press.
fn refused(page: &Page, address: &str, said: &str) {
    page.goto(address);
    assert!(matches!(page.status(), 400 | 403), "{}", page.scene("a refused quote"));
    assert!(!page.exists(PAY) && !page.exists("form"), "{}", page.scene("there is nothing to press"));
    let text = page.body_text();
    assert!(text.contains(said) && text.contains("Nothing was charged"), "{}", page.scene(said));
}

#[test]
fn forged_altered_and_foreign_quotes_have_no_pay_button() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.excuse("status of 400");
    page.excuse("status of 403");
    open_wallet(&page, &shop.wallet, 1);
    page.goto(&format!("{}/a/story", shop.site));
    let link = page.attribute(TO_WALLET, "href");
    let (wallet, text) = link.split_once("q=").unwrap();
    let quote = shop.quote(&link);
    let changed = |change: &dyn Fn(&mut Quote)| {
        let mut changed = quote.clone();
        change(&mut changed);
        changed
    };

    // Altered: one field changed under the old signature, in every part that could profit somebody.
    let (body, signature) = text.rsplit_once('.').unwrap();
    let (header, claims) = body.split_once('.').unwrap();
    let claims = String::from_utf8(BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap()).unwrap();
    for (was, now) in [("\"50000\"", "\"1\""), ("/a/story", "/d/book"), (&*shop.site, "http://evil.localhost:1"), ("weights", "wonders")] {
        assert!(claims.contains(was), "{claims}");
        let altered = BASE64URL_NOPAD.encode(claims.replace(was, now).as_bytes());
        refused(&page, &format!("{wallet}q={header}.{altered}.{signature}"), "not signed by the site");
    }
    // Another algorithm, no algorithm, no signature.
    for other in ["{\"alg\":\"none\",\"typ\":\"farthing-quote\"}", "{\"alg\":\"HS256\",\"typ\":\"farthing-quote\"}"] {
        let header = BASE64URL_NOPAD.encode(other.as_bytes());
        let claims = BASE64URL_NOPAD.encode(claims.as_bytes());
        refused(&page, &format!("{wallet}q={header}.{claims}.{signature}"), "quote-forged");
        refused(&page, &format!("{wallet}q={header}.{claims}."), "quote-");
    }
    // Forged: well made, by another key.
    let foreign = SigningKey::from_seed([7; 32]);
    refused(&page, &format!("{wallet}q={}", quote.sign(&foreign)), "not signed by the site");
    // Signed by the site, but not for this wallet, not of this instance, not in its money.
    refused(&page, &shop.sheet(&changed(&|quote| "http://wallet.elsewhere".clone_into(&mut quote.aud))), "made for another wallet");
    refused(&page, &shop.sheet(&changed(&|quote| "http://evil.localhost:1".clone_into(&mut quote.iss))), "does not know that site");
    refused(&page, &shop.sheet(&changed(&|quote| "https://evil.localhost/".clone_into(&mut quote.item))), "does not know that site");
    refused(&page, &shop.sheet(&changed(&|quote| quote.currency = Asset::fiat("USD").unwrap())), "does not keep that currency");
    // Damaged.
    for damaged in ["", "x", "a.b.c", &text[..text.len() / 2]] {
        refused(&page, &format!("{wallet}q={damaged}"), "Nothing was charged");
    }
    assert_eq!(balance(&page, &shop.wallet), 1_000_000);
}

#[test]
fn a_quote_below_the_price_does_not_lower_it() {
    // Even a leaked site key cannot sell below the offer, or a page under a foreign offer.
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    for status in [402, 409, 410, 422, 404] {
        page.excuse(&format!("status of {status}"));
    }
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/c/note", shop.site));
    let note = shop.quote(&page.attribute(TO_WALLET, "href"));
    page.goto(&format!("{}/d/book", shop.site));
    let book = shop.quote(&page.attribute(TO_WALLET, "href"));
    let cheap = Quote { amount: Amount::from_u32(1), ..book.clone() };
    let swapped = Quote { item: book.item.clone(), ..note };
    for quote in [cheap, swapped] {
        page.goto(&shop.sheet(&quote));
        if page.exists(PAY) {
            assert!(page.text(PAY).contains("€1.50") || quote.offer != book.offer, "{}", page.scene("the offer's price"));
            page.follow(PAY);
        }
        let paid = 5_000_000 - balance(&page, &shop.wallet);
        assert!(paid == 0 || paid == 1_500_000, "the book was sold for {paid}");
    }
    page.goto(&format!("{}/d/book", shop.site));
    let has_book = page.status() == 200;
    assert_eq!(has_book, balance(&page, &shop.wallet) == 3_500_000, "the book is read by who paid its price");
}

#[test]
fn a_title_cannot_steer_or_overfill_the_sheet() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 1);
    let long = format!("A\u{202e}ecirp\u{2066} {}", "very long ".repeat(60));
    shop.origin.put("/a/story", crate::support::shop::story(&long));
    page.viewport(360, 800);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    let sheet = page.body_text();
    assert!(!sheet.contains(['\u{202e}', '\u{2066}']), "nothing steers the reading direction");
    assert!(crate::browser::look::overflow(&page).is_none(), "{:?}", crate::browser::look::overflow(&page));
    assert!(page.text(PAY).contains("€0.05"), "the price stays in sight");
}
