//! One click under a cap: a person's click pays, and nothing else does.

use crate::browser::{Browser, Context, Page, css, label};
use crate::support::shop::{BEHIND, Shop};
use crate::support::steps::{PAY, TO_WALLET, add, balance, buy, open_wallet, plain_page};
use serde_json::json;

/// A person whose pages run scripts, with a wallet and an agreement to one click at the shop's site.
fn agreed(person: &Context, shop: &Shop) -> Page {
    let page = person.page();
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    assert_eq!(page.eval("document.getElementById('one-click').checked"), false, "never ticked by us");
    page.click(css("label[for=one-click]"));
    page.follow(PAY);
    arrives(&page, &format!("{}/a/story", shop.site));
    page
}

fn arrives(page: &Page, article: &str) {
    page.until(|| format!("the article {article}"), || (page.url() == article && page.body_text().contains(BEHIND)).then_some(()));
}

/// The link of a page's wall, without following it.
fn sheet_of(page: &Page, url: &str) -> String {
    page.goto(url);
    assert_eq!(page.status(), 402, "{}", page.scene("a wall"));
    page.attribute(TO_WALLET, "href")
}

#[test]
fn one_click_under_a_cap_is_one_click() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = agreed(&reader, &shop);
    let second = format!("{}/a/second", shop.site);
    page.goto(&second);
    // The one click.
    page.click(TO_WALLET);
    arrives(&page, &second);
    assert_eq!(balance(&page, &shop.wallet), 4_900_000);
    // Back from a page so bought leads to no sheet that pays again.
    page.goto(&format!("{}/a/third", shop.site));
    page.click(TO_WALLET);
    arrives(&page, &format!("{}/a/third", shop.site));
    page.back();
    assert!(!page.url().starts_with(&shop.wallet), "{}", page.scene("Back"));
    assert_eq!(balance(&page, &shop.wallet), 4_850_000);
    // Undo is where it was.
    page.goto(&second);
    assert!(page.exists(crate::support::steps::BAR_UNDO));
    shop.audit();
}

#[test]
fn without_script_it_is_one_visible_press_as_ever() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    page.goto(&format!("{}/a/story", shop.site));
    page.follow(TO_WALLET);
    page.click(css("label[for=one-click]"));
    page.follow(PAY);
    let second = format!("{}/a/second", shop.site);
    page.goto(&second);
    page.follow(TO_WALLET);
    assert!(page.url().starts_with(&shop.wallet), "{}", page.scene("the sheet stays"));
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (second, 200));
    assert_eq!(balance(&page, &shop.wallet), 4_900_000);
}

#[test]
fn a_scripted_navigation_never_charges() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = agreed(&reader, &shop);
    let sheet = sheet_of(&page, &format!("{}/a/second", shop.site));
    page.goto(&format!("{}/plain", shop.site));
    for script in [
        format!("location.href = {sheet:?}"),
        format!("const a = document.createElement('a'); a.href = {sheet:?}; document.body.append(a); a.click()"),
        format!(
            "const u = new URL({sheet:?}), f = document.createElement('form'), i = document.createElement('input'); \
             f.action = u.origin + u.pathname; i.name = 'q'; i.value = u.searchParams.get('q'); f.append(i); \
             document.body.append(f); f.submit()"
        ),
    ] {
        page.goto(&format!("{}/plain", shop.site));
        let before = page.documents();
        page.eval(&script);
        page.arrive(before, "the sheet");
        assert!(page.url().starts_with(&shop.wallet) && !page.exists(css("[data-goes]")), "{}", page.scene(&script));
    }
    // An address typed, or opened from a note.
    page.goto(&sheet);
    assert!(page.body_text().contains("Press once") && !page.exists(css("[data-goes]")), "{}", page.scene("typed"));
    page.reload();
    assert!(page.url().starts_with(&shop.wallet), "loaded again");
    assert_eq!(balance(&page, &shop.wallet), 4_950_000);
}

#[test]
fn a_page_prepared_in_the_background_never_charges() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = agreed(&reader, &shop);
    for status in ["status of 503", "net::ERR"] {
        page.excuse(status);
    }
    let sheet = sheet_of(&page, &format!("{}/a/second", shop.site));
    page.goto(&format!("{}/plain", shop.site));
    page.eval(&format!("const l = document.createElement('link'); l.rel = 'prefetch'; l.href = {sheet:?}; document.head.append(l)"));
    page.eval(&format!("fetch({sheet:?}, {{mode: 'no-cors', credentials: 'include'}}).catch(() => 0)"));
    let asked = || page.requests().iter().filter(|request| request.exchanges.iter().any(|of| of.url == sheet)).count();
    page.until(|| "the prefetch and the call".to_owned(), || (asked() >= 2).then_some(()));
    // From the wallet's own origin, which is as much as a browser ever grants: whole pages made ready to be shown.
    page.goto(&shop.wallet);
    page.cdp("Preload.enable", json!({}));
    page.cdp("Page.setBypassCSP", json!({ "enabled": true }));
    page.reload();
    let path = sheet.strip_prefix(&shop.wallet).unwrap();
    page.eval(&format!(
        "const s = document.createElement('script'); s.type = 'speculationrules'; \
         s.textContent = JSON.stringify({{prerender: [{{urls: [{path:?}]}}]}}); document.head.append(s)"
    ));
    page.until(|| "the end of the preparation".to_owned(), || page.prerenders().iter().any(|status| status == "Failure").then_some(()));
    page.cdp("Page.setBypassCSP", json!({ "enabled": false }));
    assert_eq!(balance(&page, &shop.wallet), 4_950_000);
}

#[test]
fn back_to_a_sheet_never_charges() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = agreed(&reader, &shop);
    // A sheet that was left: paused at that time, allowed again since.
    page.goto(&format!("{}/sites/news.localhost", shop.wallet));
    page.follow(label("Pause"));
    page.goto(&format!("{}/a/second", shop.site));
    page.follow(TO_WALLET);
    assert!(page.body_text().contains("One click is paused"), "{}", page.scene("paused"));
    page.follow(label("Change caps"));
    page.follow(label("Go on"));
    while !page.url().contains("/pay?") {
        page.back();
    }
    assert!(page.exists(PAY), "{}", page.scene("Back to the sheet"));
    assert_eq!(balance(&page, &shop.wallet), 4_950_000);
    page.goto(&format!("{}/a/second", shop.site));
    page.click(TO_WALLET);
    arrives(&page, &format!("{}/a/second", shop.site));
}

#[test]
fn over_a_cap_just_this_once_and_edit() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = agreed(&reader, &shop);
    let site = format!("{}/sites/news.localhost", shop.wallet);
    page.goto(&site);
    page.fill("#site", "0.08");
    page.follow(label("Set"));
    assert!(page.body_text().contains("€0.05 of €0.08 this month, €0.03 left"), "{}", page.scene("lowered"));
    let second = format!("{}/a/second", shop.site);
    page.goto(&second);
    page.follow(TO_WALLET);
    let said = page.body_text();
    assert!(said.contains("Above your cap for this site") && said.contains("Just this once"), "{}", page.scene("over"));
    page.follow(PAY);
    arrives(&page, &second);
    assert_eq!(balance(&page, &shop.wallet), 4_900_000);
    page.goto(&format!("{}/a/third", shop.site));
    page.follow(TO_WALLET);
    page.follow(label("Change caps"));
    page.fill("#page", "2");
    page.excuse("status of 422");
    page.follow(label("Set"));
    assert!(page.status() == 422 && page.body_text().contains("A page cannot have more than the month"), "{}", page.scene("too much"));
    page.fill("#page", "0.05");
    page.fill("#site", "1");
    page.follow(label("Set"));
    page.goto(&format!("{}/a/third", shop.site));
    page.click(TO_WALLET);
    arrives(&page, &format!("{}/a/third", shop.site));
    assert_eq!(balance(&page, &shop.wallet), 4_850_000);
}

#[test]
fn a_browser_that_reads_is_ended_from_the_wallet() {
    let shop = Shop::open();
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 0);
    add(&page, 1);
    let story = format!("{}/a/story", shop.site);
    buy(&page, &story);
    page.goto(&format!("{}/sites/news.localhost", shop.wallet));
    page.follow(css("button[name=reader]"));
    assert!(page.body_text().contains("None."), "{}", page.scene("ended"));
    // The gateway trusts what it knew for some seconds.
    page.until(
        || "the wall".to_owned(),
        || {
            page.goto(&story);
            (page.status() == 402).then_some(())
        },
    );
    page.follow(TO_WALLET);
    assert_eq!((page.url(), page.status()), (story, 200), "what was paid stays paid");
    assert_eq!(balance(&page, &shop.wallet), 950_000);
}
