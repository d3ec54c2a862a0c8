//! Times and months by a payer's own zone, and the mail a month that counts by it.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use super::house::{Browser, HARBOUR, House};
use crate::zone::{ZONE, Zone};
use crate::{digest, months};
use market::{GuardScope, GuardState, Window};
use money::{Party, Span, Timestamp};
use serde_json::Value;
use std::sync::Arc;

const MAIL: &str = "mail = { smtp = \"smtp://127.0.0.1:9\", from = \"Wallet <w@example.org>\" }";

/// Lets time pass until an instant; on the way the reader looks in, or the login would end.
async fn until(reader: &mut Browser<'_>, house: &House, at: Timestamp) {
    while house.now() < at {
        let left = at.seconds() - house.now().seconds();
        house.wait(Span(left.clamp(1, 20 * 86_400)));
        reader.get("/").await;
    }
}

fn seoul() -> Zone {
    Zone::named("Asia/Seoul").unwrap()
}

fn name(month: u32) -> String {
    Timestamp::of_utc_month(month).to_string()[..7].to_owned()
}

async fn statement(reader: &mut Browser<'_>, month: u32, query: &str) -> (String, Value) {
    let seen = reader.get(&format!("/statements/{}.json{query}", name(month))).await;
    assert_eq!(seen.status, 200, "{}", seen.text);
    (seen.text.clone(), serde_json::from_str(&seen.text).unwrap())
}

#[tokio::test]
async fn a_zone_is_chosen_by_name_and_every_time_says_it() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    assert!(reader.get("/history").await.says("Times are UTC."));
    let wrong = reader.post("/settings/zone", &[("zone", "Europe/<Atlantis>")]).await;
    assert!(wrong.status == 422 && wrong.says("No zone has that name."), "{}", wrong.text);
    assert!(wrong.text.contains("value=\"Europe/&lt;Atlantis&gt;\"") && wrong.text.contains("aria-invalid=\"true\""), "the input is kept");
    assert_eq!(reader.post("/settings/zone", &[("zone", " asia/seoul ")]).await.location(), "/settings");
    assert!(reader.get("/settings").await.text.contains("value=\"Asia/Seoul\""));
    assert!(reader.get("/history").await.says("Times are Asia/Seoul."));
    let clock = seoul().local(house.now()).to_string()[11..16].to_owned();
    let sale = reader.last_sale().await;
    assert!(reader.get(&format!("/r/{sale}")).await.says(&format!("{clock}:")), "what clocks there show");
    assert!(reader.get("/settings.json").await.text.contains("\"zone\":\"Asia/Seoul\""));
    assert_eq!(reader.post("/settings/zone", &[("zone", "")]).await.status, 303);
    assert!(reader.get("/history").await.says("Times are UTC."));
    house.close();
    let house = House::open_as("mode = \"test\"\ncurrency = \"EUR\"\nzone = \"Asia/Seoul\"", None).await;
    assert!(house.payer(1).await.get("/history").await.says("Times are Asia/Seoul."), "the instance's, where nobody chose");
    house.close();
}

#[tokio::test]
async fn a_statement_counts_its_month_by_its_zone_and_stays_when_another_is_chosen() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.post("/settings/zone", &[("zone", "Asia/Seoul")]).await;
    let month = seoul().month_of(house.now()) + 1;
    // Still the month before by UTC, and already this month in Seoul.
    until(&mut reader, &house, Timestamp::of_utc_month(month).before(Span(3_600))).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    until(&mut reader, &house, Timestamp::of_utc_month(month + 1).after(Span(3_600))).await;
    let list = reader.get("/statements").await;
    let address = format!("/statements/{}.json?zone=Asia/Seoul", name(month));
    assert!(list.text.contains(&address) && list.says("counted in Asia/Seoul"), "{}", list.text);
    assert!(!list.says("until now"), "the month of the purchase is over there");
    let (text, content) = statement(&mut reader, month, "?zone=Asia/Seoul").await;
    assert_eq!((content["zone"].as_str(), content["state"].as_str()), (Some("Asia/Seoul"), Some("closed")));
    assert_eq!(content["from"], seoul().month_start(month).to_string());
    assert_eq!((content["rows"].as_array().unwrap().len(), content["out"].as_str()), (1, Some("-50000")));
    let (_, utc) = statement(&mut reader, month - 1, "").await;
    let last = &utc["rows"].as_array().unwrap().last().unwrap()["kind"];
    assert_eq!((utc["zone"].as_str(), last.as_str()), (Some("UTC"), Some("sale")), "another calendar, another statement");
    let pdf = format!("/statements/{}.pdf?zone=Asia/Seoul", name(month));
    let paper = reader.get(&pdf).await;
    assert!(paper.header("content-disposition").contains(&format!("statement-{}-Asia-Seoul.pdf", name(month))));

    reader.post("/settings/zone", &[("zone", "America/New_York")]).await;
    assert_eq!(statement(&mut reader, month, "?zone=Asia/Seoul").await.0, text, "the same to the byte");
    assert_eq!(reader.get(&pdf).await.bytes, paper.bytes);
    assert_eq!(reader.get("/statements/2026-11.json?zone=Europe/Atlantis").await.status, 404);
    house.close();
}

async fn payer_of(house: &House) -> Party {
    house.opened.instance.look(|state, _| state.sales().next().unwrap().1.payer).await.unwrap()
}

#[tokio::test]
async fn a_digest_is_sent_once_a_month_to_whoever_said_yes_also_after_a_restart() {
    let house = House::open_as(&format!("mode = \"test\"\ncurrency = \"EUR\"\n{MAIL}"), None).await;
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let (party, now) = (payer_of(&house).await, house.now());
    house.opened.instance.vault(move |vault| vault.set_mail(party, "ann@example.org", now)).await.unwrap();
    let settings = reader.get("/settings").await;
    assert!(settings.says("Send me one mail a month") && !settings.says("Send me no more"), "nobody is asked by a box that is ticked");
    let zone = Zone::named("America/New_York").unwrap();
    let start = zone.month_of(house.now());
    let over = Timestamp::of_utc_month(start + 1).after(Span(60));
    assert_eq!(digest::due(&house.opened.instance, over).await.unwrap(), [], "who did not say yes gets none");
    reader.post("/settings/zone", &[("zone", "America/New_York")]).await;
    reader.post("/settings/digest", &[("digest", "yes")]).await;
    assert!(reader.get("/settings").await.says("Send me no more"));
    assert_eq!(digest::due(&house.opened.instance, house.now()).await.unwrap(), [], "the month goes on");
    until(&mut reader, &house, over).await;
    assert_eq!(digest::due(&house.opened.instance, house.now()).await.unwrap(), [], "and in New York still does");
    until(&mut reader, &house, zone.month_start(start + 1).after(Span(60))).await;
    let letters = digest::due(&house.opened.instance, house.now()).await.unwrap();
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(letter.to, "ann@example.org");
    let url = format!("/statements/{}.pdf?zone=America/New_York", name(start));
    assert!(
        letter.text.contains("you spent €0.05 with Harbour Wallet") && letter.text.contains("news.localhost: €0.05"),
        "{}",
        letter.text
    );
    assert!(letter.text.contains(&url) && letter.subject.starts_with("What you spent in "), "{letter:?}");
    let cookie = reader.cookie.clone().unwrap();
    assert!(!letter.text.contains(&cookie) && !letter.text.contains("ann@example.org"), "no secret stands in it");
    assert_eq!(house.stranger().get(&url).await.location(), "/", "and its link opens nothing by itself");
    assert_eq!(digest::due(&house.opened.instance, house.now()).await.unwrap(), [], "never twice");
    let house = house.without_index().await;
    assert_eq!(digest::due(&house.opened.instance, house.now()).await.unwrap(), [], "also after a restart");
    // A month in which nothing moved has no mail, and the next that has one comes again.
    house.wait(Span(32 * 86_400));
    assert_eq!(digest::due(&house.opened.instance, house.now()).await.unwrap(), []);
    house.close();
}

/// What was spent under the cap of a month on the site, and when it starts again.
async fn cap(house: &House) -> (u64, Timestamp) {
    let party = payer_of(house).await;
    let is_site = |cap: &GuardState| cap.guard.window == Window::Month && cap.guard.on != GuardScope::All;
    let caps = house.opened.instance.look(move |state, now| state.standing_guards(party, now).find(is_site)).await.unwrap();
    caps.map(|cap| (cap.spent.units(), cap.resets_at)).unwrap()
}

#[tokio::test]
async fn a_cap_counts_its_month_by_the_zone_of_its_payer_and_a_change_forgets_nothing() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let month = seoul().month_of(house.now()) + 1;
    until(&mut reader, &house, Timestamp::of_utc_month(month).after(Span(14 * 86_400))).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    assert_eq!(cap(&house).await, (50_000, Timestamp::of_utc_month(month + 1)));
    assert!(reader.get("/settings").await.says("statements and caps count months by it"));
    reader.post("/settings/zone", &[("zone", "Asia/Seoul")]).await;
    assert_eq!(cap(&house).await, (50_000, seoul().month_start(month + 1)), "at once, and what was spent stays spent");
    let seen = reader.get("/sites/news.localhost").await;
    assert!(seen.says("€0.05 of €1.00 this month") && seen.says("00:00 KST"), "{}", seen.text);
    until(&mut reader, &house, seoul().month_start(month + 1).before(Span(60))).await;
    assert_eq!(cap(&house).await.0, 50_000, "to the end of the month there");
    // By UTC it is the month before for nine hours more.
    until(&mut reader, &house, seoul().month_start(month + 1)).await;
    assert_eq!(cap(&house).await, (0, seoul().month_start(month + 2)));
    reader.pay(&house.quote("/a/second")).await.code();
    let home = reader.get("/").await;
    let name = crate::web::time::month(Timestamp::of_utc_month(month + 1).after(Span(86_400)), crate::web::Lang::EN);
    assert!(home.says(&name) && home.says("1 purchase"), "{name}: {}", home.text);
    assert!(reader.get("/sites").await.says("€0.05 of €1.00"));
    // December has begun in Seoul. Until it has by UTC too, choosing UTC would be a second December: it goes on instead.
    reader.post("/settings/zone", &[("zone", "UTC")]).await;
    assert_eq!(cap(&house).await, (50_000, Timestamp::of_utc_month(month + 2)));
    house.close();
}

#[tokio::test]
async fn months_are_said_before_they_run_out_and_also_after_a_crash() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let (party, now) = (payer_of(&house).await, house.now());
    let instance = Arc::clone(&house.opened.instance);
    let starts = || async { instance.look(move |state, _| state.month_starts(party).to_vec()).await.unwrap() };
    assert_eq!((months::say_all(&instance).await.unwrap(), starts().await), (0, Vec::new()), "UTC is not said");
    // The vault was told, and the process died before the books were.
    instance.vault(move |vault| vault.set_fact(party, ZONE, "Asia/Seoul", now)).await.unwrap();
    assert_eq!((months::say_all(&instance).await.unwrap(), months::say_all(&instance).await.unwrap()), (1, 0));
    let first = seoul().month_of(house.now());
    let all: Vec<Timestamp> = (first..first + 25).map(|month| seoul().month_start(month)).collect();
    assert_eq!(starts().await, all);
    house.wait(Span(300 * 86_400));
    assert_eq!(months::say_all(&instance).await.unwrap(), 0);
    house.wait(Span(150 * 86_400));
    assert_eq!(months::say_all(&instance).await.unwrap(), 1, "well before a year is left of the two");
    assert!(starts().await.last().unwrap().seconds() > house.now().after(Span(23 * 30 * 86_400)).seconds());
    // Of somebody who was erased nothing more is said but that.
    instance.vault(move |vault| vault.delete_fact(party, ZONE)).await.unwrap();
    assert_eq!((months::say_all(&instance).await.unwrap(), months::say_all(&instance).await.unwrap()), (1, 0));
    assert_eq!(starts().await, []);
    drop(instance);
    house.close();
}

#[tokio::test]
async fn who_chose_no_zone_has_caps_by_the_instances() {
    let settings = "mode = \"test\"\ncurrency = \"EUR\"\nzone = \"Asia/Seoul\"";
    let house = House::open_as(settings, None).await;
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    assert_eq!(months::say_all(&house.opened.instance).await.unwrap(), 0, "who has no cap needs no months");
    reader.agree(&house.quote("/a/second")).await.code();
    let party = payer_of(&house).await;
    let said = house.opened.instance.look(move |state, _| state.month_starts(party).first().copied()).await.unwrap();
    assert_eq!(said, Some(seoul().month_start(seoul().month_of(house.now()))), "before its first cap is set");
    house.close();
}
