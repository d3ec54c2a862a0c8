//! Offers made at the desk, beside those of files.

use super::house::{House, Person};
use crate::wallet::tests::house::Seen;
use money::OfferId;
use protocol::text::{offer as offer_text, parse_offer};
use store::vault::Role;

const STORY: [(&str, &str); 7] = [
    ("realm", "shop.localhost"),
    ("name", "story"),
    ("path", "/a/**"),
    ("kind", "fixed"),
    ("price", "0.20"),
    ("undo", "3600"),
    ("lasts", "0"),
];

/// The fields with some of them changed.
fn but<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let changed = |name: &str| changes.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value);
    STORY.iter().map(|(name, value)| (*name, changed(name).unwrap_or(value))).collect()
}

/// The offer that an answer leads to.
fn made(seen: &Seen) -> OfferId {
    assert_eq!(seen.status, 303, "{}", seen.text);
    parse_offer(seen.location().strip_prefix("/offers/").unwrap()).unwrap()
}

fn price_of(house: &House, path: &str) -> Option<u64> {
    house.opened.instance.offer_for("shop.localhost", path).and_then(|(_, offer)| offer.price.least()).map(|(amount, _)| amount.units())
}

async fn editor(house: &House) -> Person<'_> {
    house.member("harbour", Role::Editor).await
}

#[tokio::test]
async fn an_offer_made_here_sells_and_outlives_a_restart_and_a_reading_of_the_files() {
    let house = House::open().await;
    let person = editor(&house).await;
    assert!(person.get("/offers").await.text.contains("href=\"/offers/new\""));
    assert!(person.get("/offers/new").await.says("New offer"));
    assert_eq!(price_of(&house, "/a/x"), None, "a path that is for sale without an offer sells nothing");
    let first = made(&person.post("/offers/new", &STORY).await);
    assert_eq!(price_of(&house, "/a/x"), Some(200_000));
    house.sell(house.payer().await, "shop.localhost", "/a/x").await;
    assert_eq!(house.earned("harbour").await, 200_000, "all of it is the payee's");
    let edit = format!("/offers/{}/edit", offer_text(first));
    let form = person.get(&edit).await;
    assert!(form.text.contains("name=\"price\" value=\"0.20\"") && form.says("Change story"), "{}", form.text);
    let second =
        made(&person.post(&edit, &but(&[("price", "0.30"), ("kind", "least"), ("name", "ignored"), ("realm", "news.localhost")])).await);
    assert_eq!(price_of(&house, "/a/x"), Some(300_000));
    crate::instance::apply_offers(&house.opened.instance).await.unwrap();
    assert_eq!(price_of(&house, "/a/x"), Some(300_000), "files do not take it away");
    drop(person);
    let house = house.again().await;
    assert_eq!(price_of(&house, "/a/x"), Some(300_000), "nor does a restart");
    let person = editor(&house).await;
    let seen = person.get(&format!("/offers/{}", offer_text(second))).await;
    assert!(seen.says("€0.30 or more") && seen.says("Made here") && seen.text.matches("data-l=\"Version\"").count() == 2, "{}", seen.text);
    let end = person.post(&format!("/offers/{}/end", offer_text(second)), &[]).await;
    assert_eq!(end.status, 303);
    assert_eq!(price_of(&house, "/a/x"), None);
    assert!(person.get(end.location()).await.says("Withdrawn"));
    house.close();
}

#[tokio::test]
async fn what_a_file_manages_is_only_read_here() {
    let house = House::open().await;
    let person = house.member("harbour", Role::Owner).await;
    let (id, _) = house.opened.instance.offer_for("news.localhost", "/a/x").unwrap();
    let page = person.get(&format!("/offers/{}", offer_text(id))).await;
    assert!(page.says("Managed by offers.toml") && !page.text.contains("/edit"), "{}", page.text);
    for path in ["edit", "end"] {
        assert_eq!(person.post(&format!("/offers/{}/{path}", offer_text(id)), &STORY).await.status, 404, "{path}");
    }
    let seen = person.post("/offers/new", &but(&[("realm", "news.localhost"), ("path", "/b/**")])).await;
    assert!(seen.status == 422 && seen.says("Choose one of your sites"));
    // Nor can anybody reach another payee's site.
    let seen = person.post("/offers/new", &but(&[("realm", "rival.localhost")])).await;
    assert_eq!(seen.status, 422);
    let rival = house.member("rival", Role::Owner).await;
    assert_eq!(rival.get("/offers/new").await.status, 404);
    let mine = made(&person.post("/offers/new", &STORY).await);
    for path in ["edit", "end"] {
        assert_eq!(rival.post(&format!("/offers/{}/{path}", offer_text(mine)), &STORY).await.status, 404, "{path}");
    }
    assert_eq!(price_of(&house, "/a/x"), Some(200_000));
    house.close();
}

#[tokio::test]
async fn what_cannot_stand_is_named_and_kept_in_its_field() {
    let house = House::open().await;
    let person = editor(&house).await;
    made(&person.post("/offers/new", &STORY).await);
    for (field, value, why) in [
        ("name", "", "A name has 1 to 64 bytes"),
        ("name", "a\u{7}b", "A name has 1 to 64 bytes"),
        ("name", "story", "An offer of this name stands already"),
        ("path", "a b", "A path begins with /"),
        ("path", "/a/x", "The offer story sells some of these pages already"),
        ("price", "0", "Nothing is free by accident"),
        ("price", "cheap", "Write the price as a number"),
        ("price", "0.0000001", "at most six digits"),
        ("price", "9999999999999999", "more than can be counted"),
    ] {
        let seen = person.post("/offers/new", &but(&[("name", "second"), ("path", "/b/**"), (field, value)])).await;
        assert!(seen.status == 422 && seen.says(why), "{field} {value}: {} {}", seen.status, seen.text);
        assert!(seen.text.contains(&format!("href=\"#{field}\"")) && seen.text.contains("aria-invalid"), "{field}");
    }
    let hostile = person.post("/offers/new", &but(&[("name", "\"><script>x</script>"), ("path", "/b/**")])).await;
    assert!(!person.get(hostile.location()).await.text.contains("<script"));
    let free = but(&[("name", "open"), ("path", "/c/**"), ("kind", "free"), ("price", "")]);
    let id = made(&person.post("/offers/new", &free).await);
    assert!(person.get(&format!("/offers/{}", offer_text(id))).await.says("No wall: the page is free"));
    house.close();
}

#[tokio::test]
async fn a_price_by_the_unit_is_made_changed_and_refused_in_words() {
    let house = House::open().await;
    let person = editor(&house).await;
    let metered = |more: &[(&'static str, &'static str)]| {
        let fields = [("kind", "metered"), ("price", "0.30"), ("per", "1000000"), ("unit", "token"), ("most", "4000")];
        let kept = fields.iter().chain(&STORY).filter(|(name, _)| !more.iter().any(|(known, _)| known == name));
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for (name, value) in more.iter().chain(kept) {
            if !seen.iter().any(|(known, _)| known == name) {
                seen.push((name, value));
            }
        }
        seen
    };
    for (wrong, says) in [
        (("per", "0"), "as a whole number above 0"),
        (("unit", "Tokens!"), "a word of 1 to 16 small letters"),
        (("most", ""), "how many units one request costs at most"),
        (("most", "-1"), "how many units one request costs at most"),
        (("unit", "call"), "for calls leave it empty"),
        (("price", "0"), "0"),
    ] {
        let seen = person.post("/offers/new", &metered(&[wrong])).await;
        assert!(seen.status == 422 && seen.says(says), "{wrong:?}: {}", seen.text);
        assert!(seen.text.contains("<details open>") && seen.text.contains("name=\"per\" value="), "what was typed is kept: {wrong:?}");
    }
    let first = made(&person.post("/offers/new", &metered(&[])).await);
    let page = person.get(&format!("/offers/{}", offer_text(first))).await;
    assert!(page.says("€0.30 per 1,000,000 token") && page.says("farthing get") && !page.says("Restore access"), "{}", page.text);
    let edit = format!("/offers/{}/edit", offer_text(first));
    let form = person.get(&edit).await;
    for field in
        ["name=\"price\" value=\"0.30\"", "name=\"per\" value=\"1000000\"", "name=\"unit\" value=\"token\"", "name=\"most\" value=\"4000\""]
    {
        assert!(form.text.contains(field), "{field}: {}", form.text);
    }
    let second = made(&person.post(&edit, &metered(&[("unit", "call"), ("most", ""), ("per", "1")])).await);
    assert_ne!(first, second);
    let (_, offer) = house.opened.instance.offer_for("shop.localhost", "/a/x").unwrap();
    assert!(matches!(offer.price, market::OfferPrice::Metered(metered) if metered.unit.is_call() && metered.most == 0));
    house.close();
}
