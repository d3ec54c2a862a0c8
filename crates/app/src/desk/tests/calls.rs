//! The desk uses nothing that the API has not: each page with the calls of `/v1` that give what it gives.

use crate::api::openapi;
use std::collections::{BTreeMap, BTreeSet};

/// How a program comes to the same.
#[derive(Debug)]
enum Calls {
    /// By these calls.
    V1(&'static [&'static str]),
    /// It is a page only, for this reason.
    Page(&'static str),
}

use Calls::{Page, V1};

const A_FORM: &str = "a form or a question before an act; a call is the act";

/// The pages of `route.rs`.
const PAGES: &[(&str, Calls)] = &[
    ("Home", V1(&["summary", "payee", "sites", "offers"])),
    ("Sales", V1(&["sales"])),
    ("SalesCsv", V1(&["salesFile"])),
    ("SalesJson", V1(&["sales"])),
    ("Sale", V1(&["sale"])),
    ("SaleJson", V1(&["sale"])),
    ("AskRefund", Page(A_FORM)),
    ("Refund", V1(&["refund"])),
    ("Usage", V1(&["usage", "payeeSessions", "meters", "meterUsage"])),
    ("Session", V1(&["payeeSession"])),
    ("Bills", V1(&["meterBills"])),
    ("BillsOf", V1(&["meterBills"])),
    ("BillsCsv", V1(&["meterBills"])),
    ("BillsJson", V1(&["meterBills"])),
    ("Coins", V1(&["coins", "coin"])),
    ("Buyers", V1(&["buyers"])),
    ("BuyersCsv", V1(&["buyersFile"])),
    ("BuyersJson", V1(&["buyers"])),
    ("Offers", V1(&["offers"])),
    ("Offer", V1(&["offer"])),
    ("AskOffer", Page(A_FORM)),
    ("MakeOffer", V1(&["makeOffer"])),
    ("AskEdit", Page(A_FORM)),
    ("Edit", V1(&["changeOffer"])),
    ("EndOffer", V1(&["endOffer"])),
    ("Fees", V1(&["fees"])),
    ("Install", V1(&["sites"])),
    ("Check", V1(&["checkSite"])),
    ("Move", V1(&["sites", "offersFile"])),
    ("MoveOffers", V1(&["offersFile"])),
    ("Team", V1(&["team", "acts"])),
    ("Invite", V1(&["inviteMember"])),
    ("SetRole", V1(&["setRole"])),
    ("Remove", V1(&["removeMember"])),
    ("Settings", V1(&["payee", "brand"])),
    ("SetAccent", V1(&["changeBrand"])),
    ("SetLogo", V1(&["changeBrand"])),
    ("RemoveLogo", V1(&["changeBrand"])),
    ("Choose", Page("which payee a browser stands at; a key is of one payee")),
    ("Prove", Page("fetches a fresh proof from a person's wallet; a key is its own proof")),
    ("SignOut", Page("ends a browser's login; a key has none and is revoked")),
    ("Developers", Page("the rooms below")),
];

/// The rooms of `developers/mod.rs`.
const ROOMS: &[(&str, Calls)] = &[
    ("Front", Page("leads on to the keys")),
    ("Keys", V1(&["keys"])),
    ("MakeKey", V1(&["makeKey"])),
    ("Key", V1(&["key"])),
    ("RotateKey", V1(&["rotateKey"])),
    ("AskRevoke", Page(A_FORM)),
    ("Revoke", V1(&["revokeKey"])),
    ("Webhooks", V1(&["webhooks"])),
    ("MakeWebhook", V1(&["makeWebhook"])),
    ("Webhook", V1(&["webhook"])),
    ("ChangeWebhook", V1(&["changeWebhook"])),
    ("SetState", V1(&["changeWebhook"])),
    ("RotateSecret", V1(&["rotateWebhook"])),
    ("Test", V1(&["testWebhook"])),
    ("AskDelete", Page(A_FORM)),
    ("Delete", V1(&["deleteWebhook"])),
    ("Deliveries", V1(&["deliveries"])),
    ("RetryFailed", V1(&["retryWebhook"])),
    ("Delivery", V1(&["delivery"])),
    ("DeliveryJson", V1(&["delivery"])),
    ("Retry", V1(&["retryDelivery"])),
    ("Events", V1(&["events"])),
    ("Reference", Page("drawn from /v1/openapi.json")),
    ("Operation", Page("drawn from /v1/openapi.json")),
];

/// What only a program does, for this reason.
const PROGRAMS: &[(&str, &str)] = &[("sendEvents", "a person counts nothing by hand"), ("reserveUnits", "who reserves works right after")];

/// The names of an enum's variants, as the source has them.
fn variants(source: &str, open: &str) -> BTreeSet<String> {
    let body = source.split_once(open).unwrap().1.split_once("\n}").unwrap().0;
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.map(|line| line.split(['(', ',', ' ']).next().unwrap().to_owned()).collect()
}

fn operations() -> BTreeMap<String, bool> {
    let document = openapi();
    let calls = document["paths"].as_object().unwrap().values().flat_map(|calls| calls.as_object().unwrap().values().cloned());
    calls.map(|call| (call["operationId"].as_str().unwrap().to_owned(), call["security"][0].get("key").is_some())).collect()
}

#[test]
fn each_page_of_the_desk_has_its_call_or_a_reason() {
    let known = operations();
    for (pages, source, open) in
        [(PAGES, include_str!("../route.rs"), "enum Page {"), (ROOMS, include_str!("../developers/mod.rs"), "enum Room {")]
    {
        let named: BTreeSet<String> = pages.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(named.len(), pages.len(), "each once");
        assert_eq!(named, variants(source, open), "a page without an entry, or an entry without a page");
        for (name, calls) in pages {
            match calls {
                V1(ids) => ids.iter().for_each(|id| assert_eq!(known.get(*id), Some(&true), "{name}: {id} is no payee's call")),
                Page(reason) => assert!(reason.len() > 10, "{name}"),
            }
        }
    }
}

/// What a key opens that no page of the desk shows would be a door that nobody looks at.
#[test]
fn each_call_of_a_payee_stands_behind_a_page() {
    let used: BTreeSet<&str> =
        PAGES.iter().chain(ROOMS).filter_map(|(_, calls)| if let V1(ids) = calls { Some(*ids) } else { None }).flatten().copied().collect();
    for (id, keyed) in operations() {
        let of_programs = PROGRAMS.iter().any(|(program, _)| *program == id);
        assert!(!keyed || of_programs || used.contains(id.as_str()), "{id}");
    }
}
