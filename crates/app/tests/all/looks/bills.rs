//! Bills of meters: what a service that meters itself reported, at the desk and in the wallet of who pays.

use super::{judged, show};
use crate::browser::{Browser, css};
use crate::cli::Person;
use crate::crash::meters::opened;
use crate::support::desk::{signed_in, signed_in_as};
use crate::support::http;
use crate::support::payer::now;
use crate::support::server::farthing_ok;
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use money::{CommandId, Span, Timestamp};
use protocol::text::serial;
use serde_json::{Value, json};
use store::vault::Role;

/// A day, in seconds.
const DAY: u64 = 86_400;

/// The shop's notes become calls of a service that counts tokens.
fn metered(shop: &Shop) {
    shop.reprice("\n[offer.story]", "meter.tokens = { sum = \"n\", late_window = \"7d\" }\n\n[offer.story]");
    shop.reprice(
        "[offer.note]\nunlock = \"http://news.localhost/c/**\"\nprice = { fixed = \"0.004 EUR\" }\nrefund = { window = \"10m\", per_payer = \"10/day\" }",
        "[offer.note]\nconsume = \"http://news.localhost/c/**\"\nprice = { metered = \"tokens\", rate = \"0.30 EUR per 1000000\" }",
    );
}

/// Events of some days, the last of them more than the hold covers.
fn told(shop: &Shop, session: CommandId) {
    let config = shop.server.folder().join("farthing.toml");
    let made = ["key", "new", "--payee", "quay", "--name", "gpu", "--scope", "meters", "--scope", "read", "--config"];
    let key = farthing_ok(&[&made[..], &[config.to_str().unwrap()]].concat());
    let bearer = format!("Bearer {}", key.lines().next().unwrap());
    let event = |(number, (ago, units)): (usize, (u64, u64))| {
        let time = Timestamp::from_seconds(now().before(Span(ago * DAY)).seconds()).to_string();
        json!({ "specversion": "1.0", "type": "t", "source": "/gpu/7", "id": number.to_string(), "time": time, "subject": serial(session),
            "data": { "n": units } })
    };
    let used = [(2, 412_000), (1, 8_192), (1, 123_456), (0, 77_000), (0, 900_000)];
    let events: Vec<Value> = used.into_iter().enumerate().map(event).collect();
    let fields = [("Authorization", bearer.as_str()), ("Content-Type", "application/cloudevents-batch+json")];
    let answer =
        http::send("POST", &format!("{}/v1/meters/tokens/events", shop.wallet), &fields, json!(events).to_string().as_bytes()).unwrap();
    assert_eq!(answer.json()["applied"], used.len(), "{}", answer.text());
}

#[test]
fn a_bill_is_read_by_who_is_paid_and_by_who_pays() {
    let shop = Shop::open();
    metered(&shop);
    let (payer, seller) = (Browser::shared().context(), Browser::shared().context());
    let (page, desk) = (plain_page(&payer), plain_page(&seller));
    signed_in(&shop, &seller, Role::Reader);
    desk.goto(&format!("{}/bills", shop.desk));
    show(&desk, "desk-bills-none");

    let person = Person::with_at(&shop.wallet, "1.00");
    let account: Value = serde_json::from_str(&person.ok(&["wallet", "show", "--json"])).unwrap();
    signed_in_as(&shop, &payer, protocol::text::parse_account(account["account"].as_str().unwrap()).unwrap());
    page.goto(&format!("{}/bills", shop.wallet));
    show(&page, "bills-none");
    told(&shop, opened(&format!("{}/c/note", shop.site), &person, 400_000));
    desk.until(
        || desk.scene("a bill is listed"),
        || {
            desk.goto(&format!("{}/usage", shop.desk));
            (desk.count("a[href='/bills']") == 1).then_some(())
        },
    );
    show(&desk, "desk-usage-metered");
    desk.follow(css("a[href='/bills']"));
    show(&desk, "desk-bills");
    desk.follow(css("table.books th a"));
    show(&desk, "desk-bill-buyers");
    desk.follow(css("table.books th a"));
    show(&desk, "desk-bill");
    for (language, name) in [("de", "desk-bill-de"), ("ko", "desk-bill-ko")] {
        desk.reads(language);
        desk.reload();
        show(&desk, name);
    }
    // A day that is over: its events came when it was, and more may come.
    desk.reads("en");
    let yesterday = &now().before(Span(DAY)).to_string()[..10];
    let buyer = desk.url().split_once('?').unwrap().1.to_owned();
    desk.goto(&format!("{}/bills/{yesterday}/tokens?{buyer}", shop.desk));
    assert!(desk.body_text().contains("reported late"), "{}", desk.body_text());
    show(&desk, "desk-bill-day");

    page.goto(&format!("{}/statements", shop.wallet));
    show(&page, "statements-bills");
    page.follow(css("a[href='/bills']"));
    show(&page, "bills");
    page.follow(css("table.books th a"));
    show(&page, "bill");
    page.reads("de");
    page.reload();
    show(&page, "bill-de");
    judged(&page);
    judged(&desk);
}
