//! Sessions: opened and drawn from by the program of a payer, seen in its wallet and at the desk, ended by a press.

use super::{judged, show};
use crate::browser::{Browser, Page, css, label};
use crate::cli::Person;
use crate::paper::checked;
use crate::support::desk::{signed_in, signed_in_as};
use crate::support::http;
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use serde_json::Value;
use store::vault::Role;

/// A call of the note's address, paid from a session.
fn calls(person: &Person, shop: &Shop, times: u32) {
    for _ in 0..times {
        person.ok(&["get", &format!("{}/c/note", shop.site), "--session", "--max", "0.004"]);
    }
}

#[test]
fn a_session_that_a_program_draws_from_is_seen_and_ended_in_the_wallet() {
    let shop = Shop::open();
    shop.reprice("price = { fixed = \"0.004 EUR\" }", "price = { metered = \"0.30 EUR\", per = \"1000 call\" }");
    let (payer, seller) = (Browser::shared().context(), Browser::shared().context());
    let (page, desk) = (plain_page(&payer), plain_page(&seller));
    page.excuse("status of 402");
    page.goto(&format!("{}/c/note", shop.site));
    show(&page, "wall-metered");
    page.reads("de");
    page.reload();
    show(&page, "wall-metered-de");
    page.reads("en");
    signed_in(&shop, &seller, Role::Owner);
    desk.goto(&format!("{}/usage", shop.desk));
    show(&desk, "desk-usage-none");
    desk.goto(&format!("{}/offers", shop.desk));
    desk.follow(label("note"));
    show(&desk, "desk-offer-metered");

    let person = Person::with_at(&shop.wallet, "1.00");
    let account: Value = serde_json::from_str(&person.ok(&["wallet", "show", "--json"])).unwrap();
    let party = protocol::text::parse_account(account["account"].as_str().unwrap()).unwrap();
    calls(&person, &shop, 7);
    signed_in_as(&shop, &payer, party);
    page.goto(&shop.wallet);
    // That a call succeeded is drawn a moment after its answer.
    page.until(
        || page.scene("all calls are drawn"),
        || {
            page.reload();
            page.body_text().contains("€0.0021 of").then_some(())
        },
    );
    show(&page, "wallet-session");
    page.follow(css("a[href^='/sessions/']"));
    assert!(page.body_text().contains("7 × call, €0.30 per 1,000"), "{}", page.body_text());
    show(&page, "session-open");
    page.reads("ko");
    page.reload();
    show(&page, "session-open-ko");
    page.reads("en");
    page.reload();
    page.follow(label("Close"));
    assert!(page.text("[role=status]").contains("€0.0021 was paid"), "{}", page.body_text());
    show(&page, "session-closed");
    page.follow(css("a[href^='/r/']"));
    show(&page, "receipt-capture");
    let receipt = page.url();
    page.goto(&format!("{}/history", shop.wallet));
    assert_eq!(page.count("a[href^='/sessions/']"), 2, "one line, its title and its link");
    show(&page, "history-session");

    desk.goto(&format!("{}/usage", shop.desk));
    show(&desk, "desk-usage");
    desk.follow(css("a[href^='/usage/']"));
    show(&desk, "desk-session");
    desk.reads("de");
    desk.reload();
    show(&desk, "desk-session-de");

    checked_by_strangers(&shop, &page, &format!("__Host-farthing_w={}", payer.cookie("__Host-farthing_w").unwrap()), &receipt);
    shop.audit();
    judged(&page);
    judged(&desk);
}

/// The statement of the month and a receipt hold in the hands of a stranger, and not with other units.
fn checked_by_strangers(shop: &Shop, page: &Page, cookie: &str, receipt: &str) {
    let folder = shop.server.folder();
    let month = page.eval("new Date().toISOString().slice(0, 7)").as_str().unwrap().to_owned();
    for (name, address, said) in [
        ("statement.json", format!("{}/statements/{month}.json", shop.wallet), " rows, open, good"),
        ("receipt.json", format!("{receipt}.json"), ": good"),
    ] {
        let file = folder.join(name);
        std::fs::write(&file, http::get(&address, &[("Cookie", cookie)]).body).unwrap();
        let found = checked(shop, &file).unwrap();
        assert!(found.trim_end().ends_with(said), "{name}: {found}");
        let altered = std::fs::read_to_string(&file).unwrap().replacen("\"units\":\"", "\"units\":\"9", 1);
        std::fs::write(&file, altered).unwrap();
        assert!(checked(shop, &file).is_err(), "{name}");
    }
}
