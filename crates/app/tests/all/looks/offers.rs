//! Offers of every kind at the desk, and the wall of one whose price falls.

use super::coins::coin_of;
use super::{judged, show};
use crate::browser::{Browser, label};
use crate::coins::chain::Chain;
use crate::support::desk::signed_in;
use crate::support::payer::now;
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use money::{Span, Timestamp};
use store::vault::Role;

/// Replaces offers of the shop's by those of further kinds.
fn of_every_kind(shop: &Shop) {
    let undo = "\nrefund = { window = \"10m\", per_payer = \"10/day\" }";
    let (starts, ends) = (Timestamp::from_seconds(now().seconds()), Timestamp::from_seconds(now().after(Span(7_200)).seconds()));
    let falling = format!(
        "[offer.race]\nunlock = \"http://news.localhost/d/**\"\n\
         price = {{ decay = [[\"0m\", \"6.99 EUR\"], [\"30m\", \"4.99 EUR\"], [\"60m\", \"2.99 EUR\"]] }}\nwhen = {{ starts = {starts}, ends = {ends} }}"
    );
    let counted = "[offer.answers]\nunlock = \"http://news.localhost/c/**\"\n\
                   price = { metered = \"0.30 EUR\", per = \"1000000 tokens\", most = 4096 }";
    let tool = "[offer.forecast]\nunlock = \"http://news.localhost/f/mcp/forecast\"\nprice = { metered = \"0.002 EUR\", per = \"1 call\" }\n\n\
                [offer.servers]\nconsume = \"x402:*\"\nprice = { at_most = \"1.00 EUR\" }";
    shop.reprice("price = { fixed = \"0.02 EUR\" }", "l402 = true\nprice = { fixed = \"0.02 EUR\" }");
    shop.reprice(&format!("[offer.book]\nunlock = \"http://news.localhost/d/**\"\nprice = {{ fixed = \"1.50 EUR\" }}{undo}"), &falling);
    shop.reprice(&format!("[offer.note]\nunlock = \"http://news.localhost/c/**\"\nprice = {{ fixed = \"0.004 EUR\" }}{undo}"), counted);
    shop.reprice(
        "[offer.final]\nunlock = \"http://news.localhost/f/**\"\nprice = { fixed = \"0.03 EUR\" }\nrefund = { window = \"0s\" }",
        tool,
    );
}

#[test]
fn offers_of_every_kind_say_how_they_are_paid() {
    let shop = Shop::open_site_with(&format!("mcp = [\"/f/mcp\"]\n{}", coin_of(Chain::shared())));
    of_every_kind(&shop);
    let (seller, reader) = (Browser::shared().context(), Browser::shared().context());
    let (desk, page) = (plain_page(&seller), plain_page(&reader));
    page.excuse("status of 402");
    signed_in(&shop, &seller, Role::Reader);
    let list = format!("{}/offers", shop.desk);
    desk.goto(&list);
    show(&desk, "desk-offers-kinds");
    for (name, said) in [
        ("hasty", "Lightning"),
        ("race", "€2.99"),
        ("answers", "x402 upto"),
        ("forecast", "The tool forecast"),
        ("servers", "programs alone pay"),
    ] {
        desk.goto(&list);
        desk.follow(label(name));
        assert!(desk.body_text().contains(said), "{}", desk.scene(name));
        show(&desk, &format!("desk-offer-{name}"));
    }
    for (language, name) in [("de", "hasty"), ("ko", "answers")] {
        desk.goto(&list);
        desk.reads(language);
        desk.follow(label(name));
        show(&desk, &format!("desk-offer-{name}-{language}"));
        desk.reads("en");
    }
    page.goto(&format!("{}/d/book", shop.site));
    assert!(page.body_text().contains("€4.99"), "{}", page.scene("it falls"));
    show(&page, "wall-falls");
    page.reads("de");
    page.reload();
    show(&page, "wall-falls-de");
    judged(&desk);
    judged(&page);
}
