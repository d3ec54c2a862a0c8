//! Lists, one sale, and giving it back.

use super::house::House;
use crate::wallet::tests::house::Seen;
use store::vault::Role;

fn rows(seen: &Seen) -> usize {
    assert_eq!(seen.status, 200, "{}", seen.text);
    seen.text.matches("<th scope=\"row\">").count()
}

#[tokio::test]
async fn a_list_is_narrowed_down_by_page_state_day_and_buyer() {
    let house = House::open().await;
    let (one, two) = (house.payer().await, house.payer().await);
    house.sell(one, "news.localhost", "/a/harbour").await;
    house.sell(one, "news.localhost", "/a/tides").await;
    let back = house.sell(two, "news.localhost", "/a/tides").await;
    house.undo(two, &back).await;
    let owner = house.member("harbour", Role::Reader).await;
    let today = crate::world::now().to_string()[..10].to_owned();
    let buyer = house.opened.instance.keys.pairwise(one, "harbour");
    for (query, count) in [
        (String::new(), 3),
        ("?item=tides".to_owned(), 2),
        ("?item=news.localhost/a/h".to_owned(), 1),
        ("?state=paid".to_owned(), 2),
        ("?state=refunded".to_owned(), 1),
        ("?state=part-refunded".to_owned(), 0),
        ("?state=refunded&item=harbour".to_owned(), 0),
        (format!("?from={today}&to={today}"), 3),
        (format!("?to={today}"), 3),
        ("?to=2020-01-01".to_owned(), 0),
        ("?from=2999-01-01".to_owned(), 0),
        (format!("?buyer={buyer}"), 2),
        (format!("?buyer={}", &buyer[..12]), 2),
        ("?buyer=11".to_owned(), 0),
    ] {
        let seen = owner.get(&format!("/sales{query}")).await;
        assert_eq!(rows(&seen), count, "{query}");
        let file = owner.get(&format!("/sales.csv{query}")).await;
        assert_eq!(file.text.lines().count(), count + 1, "{query}: the file is of the same filter");
    }
    assert!(owner.get("/sales?item=zz").await.says("No sale is like that"));
    assert!(house.member("rival", Role::Reader).await.get("/sales").await.says("Nothing was sold yet"));
    house.close();
}

#[tokio::test]
async fn long_lists_go_on_page_by_page_and_lose_nothing() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Reader).await;
    for number in 0..53 {
        house.sell(house.payer().await, "news.localhost", &format!("/a/n{number}")).await;
    }
    for list in ["/sales", "/buyers"] {
        let first = owner.get(list).await;
        assert_eq!(rows(&first), 50, "{list}");
        let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
        let second = owner.get(&next).await;
        assert_eq!(rows(&second), 3, "{list}");
        assert!(!second.text.contains("rel=\"next\"") && second.text.contains(&format!("href=\"{list}\"")));
    }
    house.close();
}

#[tokio::test]
async fn a_part_is_given_back_once_a_press_and_told_to_both_sides() {
    let house = House::open().await;
    let payer = house.payer().await;
    let sale = house.sell(payer, "news.localhost", "/a/quiet-harbour").await;
    let (editor, refund) = (house.member("harbour", Role::Editor).await, format!("/sales/{sale}/refund"));
    let ask = editor.get(&refund).await;
    assert!(ask.says("Empty gives all €0.05 back"), "{}", ask.text);
    let command = ask.text.split("name=\"command\" value=\"").nth(1).unwrap()[..26].to_owned();
    for (amount, said) in [
        ("0.051", "€0.05 is left of it"),
        ("0", "€0.05 is left of it"),
        ("0,01", "with a point"),
        ("much", "with a point"),
        ("0.0000001", ""),
    ] {
        let wrong = editor.post(&refund, &[("amount", amount), ("cause", "mistake"), ("note", "Two pages"), ("command", &command)]).await;
        assert_eq!(wrong.status, 422, "{amount}");
        assert!(
            wrong.says(said) && wrong.text.contains(&format!("value=\"{amount}\"")) && wrong.text.contains("value=\"Two pages\""),
            "{amount}: {}",
            wrong.text
        );
        assert!(wrong.text.contains("value=\"mistake\" selected"), "{}", wrong.text);
    }
    assert_eq!(editor.post(&refund, &[("amount", "0.01")]).await.status, 422, "a part without a command of its own could be given twice");
    let fields = [("amount", "0.02"), ("cause", "goodwill"), ("note", "Two pages were missing."), ("command", &*command)];
    for _ in 0..2 {
        let done = editor.post(&refund, &fields).await;
        assert_eq!(done.status, 303, "{}", done.text);
        assert_eq!(done.location(), format!("/sales/{sale}?done={command}"));
    }
    assert_eq!(editor.post(&refund, &[("amount", "0.03"), ("command", &command)]).await.status, 422, "another amount is another command");
    house.settle().await;
    let seen = editor.get(&format!("/sales/{sale}?done={command}")).await;
    for words in
        ["€0.02 is in the buyer", "€0.02 of €0.05 was given back", "€0.02 · by you · as goodwill: Two pages were missing.", "Give it back"]
    {
        assert!(seen.says(words), "{words}: {}", seen.text);
    }
    let file = editor.get("/sales.csv").await.text;
    assert!(file.contains(",part-refunded,"), "{file}");
    assert_eq!(rows(&editor.get("/sales?state=part-refunded").await), 1);
    assert_eq!((house.earned("harbour").await + house.earned("ann").await) / 1_000, 28, "28.5 of 47.5 thousandths: both gave their part");
    let home = editor.get("/").await;
    assert!(home.says("0%"), "a part is not taken back: {}", home.text);
    let rest = editor.post(&refund, &[]).await;
    assert_eq!(rest.status, 303);
    house.settle().await;
    assert_eq!((house.earned("harbour").await, house.earned("ann").await), (0, 0));
    let seen = editor.get(&format!("/sales/{sale}")).await;
    assert!(seen.says("It was given back whole") && seen.says("€0.03 · by you"), "{}", seen.text);
    house.close();
}

#[tokio::test]
async fn a_sale_is_given_back_once_and_says_why_to_the_team_alone() {
    let house = House::open().await;
    let payer = house.payer().await;
    let sale = house.sell(payer, "news.localhost", "/a/quiet-harbour").await;
    let (editor, ann) = (house.member("harbour", Role::Editor).await, house.member("ann", Role::Owner).await);
    let reference = |handle| house.opened.instance.keys.pairwise(payer, handle);
    let seen = editor.get(&format!("/sales/{sale}")).await;
    for words in ["Quiet harbour", "€0.0125", "writer Ann", "service Harbour Wallet", &reference("harbour"), "Give it back"] {
        assert!(seen.says(words), "{words}: {}", seen.text);
    }
    // Who only has a share knows the buyer by another name and cannot give it back.
    let shared = ann.get(&format!("/sales/{sale}")).await;
    assert!(shared.says(&reference("ann")) && !shared.text.contains(&reference("harbour")) && shared.says("€0.035"));
    let document = ann.get(&format!("/sales/{sale}.json")).await;
    assert!(document.text.contains(&reference("ann")) && !document.text.contains(&reference("harbour")));
    assert!(!shared.text.contains("/refund"));
    assert_eq!(ann.post(&format!("/sales/{sale}/refund"), &[]).await.status, 404);
    let ask = editor.get(&format!("/sales/{sale}/refund")).await;
    assert!(ask.says("Give €0.05 back, or a part?") && house.earned("harbour").await == 12_500, "asking moves nothing");
    let done = editor.post(&format!("/sales/{sale}/refund"), &[("note", "paid twice")]).await;
    assert_eq!(done.status, 303);
    assert!(done.location().starts_with(&format!("/sales/{sale}?done=")), "{}", done.location());
    assert_eq!((house.earned("harbour").await, house.earned("ann").await), (0, 0), "every share is reversed");
    let seen = editor.get(done.location()).await;
    assert!(seen.says("Given back. €0.05") && seen.says("by you: paid twice") && seen.says("It was given back whole"), "{}", seen.text);
    let shared = ann.get(&format!("/sales/{sale}")).await;
    assert!(!shared.says("paid twice"), "the note is the team's");
    // Pressed again, nothing happens again.
    let again = editor.post(&format!("/sales/{sale}/refund"), &[("note", "other words")]).await;
    assert_eq!(again.status, 303);
    assert!(editor.get(&format!("/sales/{sale}")).await.says("paid twice"));
    assert_eq!(editor.get(&format!("/sales/{sale}/refund")).await.status, 303);
    house.close();
}

#[tokio::test]
async fn an_offer_shows_its_terms_its_wall_and_all_its_versions() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Reader).await;
    let list = owner.get("/offers").await;
    assert!(list.says("article") && list.says("€0.05") && list.says("free") && list.says("Managed by offers.toml"), "{}", list.text);
    let (id, _) = house.opened.instance.offer_for("news.localhost", "/a/x").unwrap();
    let first = format!("/offers/{}", protocol::text::offer(id));
    let seen = owner.get(&first).await;
    for words in ["within 10 minutes", "writer Ann", "70%", "€0.0350", "Pay €0.05 and read", "for good", "stands"] {
        assert!(seen.says(words), "{words}: {}", seen.text);
    }
    let wall = crate::web::site::wall_card;
    assert!(seen.text.contains("aria-labelledby=\"offer\"") && std::mem::size_of_val(&wall) == 0, "the wall's own function draws it");
    let file = house.opened.instance.config.site["news"].offers[0].clone();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("0.05 EUR", "0.08 EUR")).unwrap();
    crate::instance::apply_offers(&house.opened.instance).await.unwrap();
    let seen = owner.get(&first).await;
    assert!(seen.says("Pay €0.08 and read") && seen.says("€0.05"), "an old version's address shows what stands now");
    assert_eq!(seen.text.matches("<span class=\"mark\">stands").count(), 1);
    let free = text.replace("[offer.article]", "[offer.essay]");
    std::fs::write(&file, free).unwrap();
    crate::instance::apply_offers(&house.opened.instance).await.unwrap();
    assert!(owner.get(&first).await.says("Withdrawn"));
    house.close();
}
