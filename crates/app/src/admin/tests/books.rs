//! What operators look at: parties, both sides of the books, records, limits, jobs, settings and copies.

use super::house::{Office, PAGES};
use crate::wallet::tests::house::HARBOUR;
use crate::{hooks, world};
use market::{Body, Guard, GuardScope, TopUp, Verdict, Window};
use money::{Amount, Party, Timestamp};
use protocol::text::account;
use store::vault::{DeliveryFilter, Ending, Try, Vault};

#[tokio::test]
async fn every_page_answers_small_and_in_three_languages() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    for path in PAGES {
        let seen = operator.get(path).await;
        assert_eq!(seen.status, 200, "{path}");
        assert!(seen.text.len() < 30_000, "{path} has {} bytes", seen.text.len());
    }
    for (lang, says) in [("ko", "첫 결제 전에 할 일"), ("de", "Vor der ersten Zahlung"), ("en", "Before the first payment")] {
        let mut visit = office.house.visit();
        visit.lang = crate::web::Lang::named(lang).unwrap();
        let request = http::Request::builder().uri("/").header("cookie", format!("{}={}", crate::door::ADMIN_COOKIE, operator.cookie));
        let request = request.body(http_body_util::Full::<bytes::Bytes>::default()).unwrap();
        let seen = super::house::Seen::of(office.door.handle(request, &visit).await).await;
        assert!(seen.text.contains(says), "{lang}: {}", seen.text);
    }
    office.close();
}

#[tokio::test]
async fn a_payer_is_found_by_id_reference_and_serial_and_named_by_none() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let mut reader = office.house.payer(5).await;
    reader.pay(&office.house.quote(HARBOUR)).await.code();
    office.settle().await;
    let instance = &office.house.opened.instance;
    let (sale, payer) = instance.look(|state, _| state.sales().next().map(|(id, sale)| (id, sale.payer)).unwrap()).await.unwrap();
    let page = format!("/parties/{}", account(payer));
    let reference = instance.keys.pairwise(payer, "harbour");
    for asked in [account(payer), reference.clone()] {
        assert_eq!(operator.get(&format!("/parties?q={asked}")).await.location(), page, "{asked}");
    }
    let found = operator.get(&format!("/parties?q={}", protocol::text::serial(sale))).await;
    assert!(found.text.contains(&page) && found.says("news.localhost/a/quiet-harbour") && found.says("€0.05"), "{}", found.text);
    let other = format!("{}{}", &reference[..31], if reference.ends_with('a') { 'q' } else { 'a' });
    assert!(operator.get(&format!("/parties?q={other}")).await.says("Nobody of that name"));
    let harbour = operator.get("/parties?q=harbour").await;
    assert!(operator.get(harbour.location()).await.says("harbour"));
    let seen = operator.get(&page).await;
    assert!(seen.says("€4.95") && seen.says("Only browsers know its wallet") && seen.says("A party"), "{}", seen.text);
    assert_eq!(seen.text.matches("href=\"/books/").count(), 2, "a top-up and a sale");
    office.close();
}

#[tokio::test]
async fn a_records_postings_stand_on_two_sides_that_are_equal() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let mut reader = office.house.payer(5).await;
    reader.pay(&office.house.quote(HARBOUR)).await.code();
    office.settle().await;
    let place = office.house.opened.instance.look(|state, _| state.sales().next().unwrap().1.place).await.unwrap();
    let (frame, record) = (format!("/books/{}", place.frame), format!("/books/{}.{}", place.frame, place.record));
    assert_eq!(operator.get(&format!("/books?record={}.{}", place.frame, place.record)).await.location(), record);
    let seen = operator.get(&frame).await;
    assert!(seen.text.contains(&format!("href=\"{record}\"")) && seen.says("quiet-harbour"), "{}", seen.text);
    let seen = operator.get(&record).await;
    let foot = seen.text.split("<tfoot>").nth(1).unwrap();
    assert_eq!(foot.matches("value=\"0.05\"").count(), 2, "{foot}");
    assert!(seen.says("ann") && seen.says("harbour"), "{}", seen.text);
    let seen = operator.get("/books").await;
    assert!(seen.says("Sum: €0.00") && seen.says("€5.00"), "{}", seen.text);
    office.close();
}

#[tokio::test]
async fn the_list_of_accounts_shows_each_once_the_largest_first() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let instance = &office.house.opened.instance;
    let asset = instance.config.asset();
    for number in 1..=60_u32 {
        let party = Party(world::random());
        // Every third has the same, so that equal ones are told apart.
        let amount = Amount::from_u32(if number % 3 == 0 { 1_000_000 } else { number * 10_000 });
        instance.order(Body::TopUp(TopUp { party, asset, amount, most: Amount::from_u32(20_000_000) })).await.unwrap();
    }
    let (mut target, mut seen) = ("/books".to_owned(), Vec::new());
    loop {
        let page = operator.get(&target).await;
        let list = page.text.split("the largest first").nth(1).unwrap();
        seen.extend(list.split("href=\"/parties/").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        let Some(next) = list.split("rel=\"next\" href=\"").nth(1) else { break };
        target = next.split('"').next().unwrap().to_owned();
    }
    let (all, first) = (seen.len(), seen.first().cloned());
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (61, 61), "sixty payers and the rail");
    assert_eq!(first, Some(account(market::PLAY_RAIL)));
    office.close();
}

#[tokio::test]
async fn guards_that_stand_are_listed_party_by_party() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    assert!(operator.get("/limits").await.says("No payer has set one"));
    let instance = &office.house.opened.instance;
    let asset = instance.config.asset();
    for number in 1..=40_u8 {
        for (on, window) in [(GuardScope::All, Window::Month), (GuardScope::Site("news.localhost".to_owned()), Window::Day)] {
            let guard =
                Guard { party: Party([number; 20]), on, window, verdict: Verdict::Deny, asset, most: Some(Amount::from_u32(1_000_000)) };
            instance.order(Body::SetGuard(guard)).await.unwrap();
        }
    }
    let first = operator.get("/limits").await;
    assert!(first.says("everything") && first.says("news.localhost") && first.says("€20.00"), "{}", first.text);
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = operator.get(&next).await;
    let count = |text: &str| text.matches("href=\"/parties/").count();
    assert_eq!(count(&first.text) + count(&second.text), 80);
    assert!(!second.text.contains("rel=\"next\""));
    let page = operator.get(&format!("/parties/{}", account(Party([7; 20])))).await;
    assert!(page.says("Limits that payers set"), "{}", page.text);
    office.close();
}

#[tokio::test]
async fn settings_say_their_line_and_copies_say_their_age() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let seen = operator.get("/config").await;
    assert!(seen.says("line 1") && seen.says("default") && seen.says("wallet.localhost"), "{}", seen.text);
    let seen = operator.get("/backup").await;
    assert!(seen.says("No backup is known") && seen.says("No restore was tried"));
    let data = &office.house.opened.instance.config.data;
    let at = office.house.now();
    std::fs::write(data.join("backup.json"), format!("{{\"at\":\"{at}\",\"sequence\":1,\"hash\":\"00\",\"keys\":true}}")).unwrap();
    let word = format!("{{\"at\":\"<b>{at}\",\"backup\":\"{at}\",\"sequence\":1,\"hash\":\"00\",\"keys\":false}}");
    std::fs::write(data.join(crate::ops::RESTORED), word).unwrap();
    let seen = operator.get("/backup").await;
    assert!(seen.says("in it, sealed") && seen.says("not tried") && seen.says("&lt;b&gt;"), "{}", seen.text);
    assert!(operator.get("/").await.text.matches("✓").count() > 2);
    assert!(operator.get("/jobs").await.says("as it happens"));
    office.close();
}

#[tokio::test]
async fn what_was_given_up_is_begun_again_by_an_operator_and_that_is_written_down() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let (instance, now) = (&office.house.opened.instance, office.house.now());
    let wish = hooks::Wish { url: "http://hooks.localhost:9/secret-path".to_owned(), kinds: Vec::new(), after: None };
    let hook = hooks::make(instance, "harbour", (wish, world::command_id()), now).await.unwrap();
    hooks::test(instance, "harbour", (hook.id, world::command_id()), now).await.unwrap();
    assert!(operator.get("/jobs").await.says("1 waiting, 0 given up"));
    let give_up = |vault: &mut Vault| {
        let number = vault.deliveries("harbour", &DeliveryFilter::default(), 1)?[0].number;
        let attempt = Try { at: Timestamp(7), status: None, latency_ms: 1, request: String::new(), response: String::new(), fault: None };
        vault.end_try(number, &attempt, Ending::GivenUp)
    };
    instance.vault(give_up).await.unwrap();
    let seen = operator.get("/jobs").await;
    assert!(seen.says("0 waiting, 1 given up") && seen.says("hooks.localhost") && seen.says("Begin again"), "{}", seen.text);
    assert!(!seen.text.contains("secret-path"), "an address may have a secret in its path");
    let id = hooks::id_text(hook.id);
    assert_eq!(operator.post("/jobs/retry", &[("payee", "ann"), ("webhook", &id)]).await.status, 404);
    assert_eq!(operator.post("/jobs/retry", &[("payee", "harbour"), ("webhook", &id)]).await.location(), "/jobs?begun=1");
    assert!(operator.get("/jobs?begun=1").await.says("One delivery begins again"));
    let seen = operator.get("/audit?payee=harbour").await;
    assert!(seen.says("Deliveries begun again") && seen.text.contains(&id), "{}", seen.text);
    office.close();
}
