//! Films: the sheet that says what watching costs, a press that holds, another that holds more.

use super::house::{HARBOUR, House};
use money::{Party, Span};

const FILMS: &str = r#"
[offer.derby]
consume = "hls:https://news.localhost/a/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "0.60 EUR", idle = "20m" }

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }
"#;

async fn films() -> House {
    let house = House::open().await;
    house.offer(FILMS).await;
    house
}

/// What the one session there is holds, and of whom.
async fn held(house: &House) -> Option<(Party, u64)> {
    let read = |state: &market::State, _| state.running_sessions().next().map(|(_, session)| (session.payer, session.cap.units()));
    house.opened.instance.look(read).await.unwrap()
}

async fn available(house: &House, party: Party) -> u64 {
    let asset = money::Asset::fiat("EUR").unwrap();
    house.opened.instance.look(move |state, _| state.available(party, asset).units()).await.unwrap()
}

#[tokio::test]
async fn a_press_holds_once_and_another_quote_holds_more() {
    let house = films().await;
    let mut viewer = house.payer(2).await;
    let quote = house.quote(HARBOUR);
    let seen = viewer.get(&format!("/pay?q={quote}")).await;
    assert!(seen.says("€0.60 held, not paid") && seen.says("€0.002 a second") && seen.says("5 minutes"), "{}", seen.text);
    assert!(seen.says("Hold €0.60 and watch") && seen.says("20 minutes") && !seen.says("Left of what is held"), "{}", seen.text);
    assert!(!seen.text.contains("one_click"), "nothing goes on by itself");
    assert_eq!(held(&house).await, None, "looking holds nothing");
    let no = viewer.post("/pay", &[("q", &quote), ("consent", "one-click")]).await;
    assert_eq!((no.status.as_u16(), held(&house).await), (409, None));

    let seen = viewer.pay(&quote).await;
    let grant = house.opened.instance.codes.redeem(seen.code(), "news.localhost", house.now()).unwrap();
    let (party, cap) = held(&house).await.unwrap();
    assert_eq!((grant.party, cap, available(&house, party).await), (party, 600_000, 1_400_000));
    viewer.pay(&quote).await.code();
    assert_eq!(held(&house).await.unwrap().1, 600_000, "the same press twice holds once");
    viewer.get(&format!("/pay?q={quote}&restore=1")).await.code();

    let more = house.quote(HARBOUR);
    let seen = viewer.get(&format!("/pay?q={more}")).await;
    assert!(seen.says("Left of what is held €0.60") && seen.says("Hold €0.60 more"), "{}", seen.text);
    viewer.pay(&more).await.code();
    viewer.pay(&more).await.code();
    assert_eq!((held(&house).await.unwrap().1, available(&house, party).await), (1_200_000, 800_000));
    let mut short = house.quote(HARBOUR);
    viewer.pay(&short).await.code();
    short = house.quote(HARBOUR);
    let seen = viewer.pay(&short).await;
    assert!(seen.status == 402 && seen.says("€0.40 is missing"), "{}", seen.text);

    house.wait(Span(6 * 60));
    crate::gateway::sweep(&house.opened.instance).await.unwrap();
    assert!(held(&house).await.is_some(), "the offer says twenty minutes");
    house.wait(Span(15 * 60));
    crate::gateway::sweep(&house.opened.instance).await.unwrap();
    assert_eq!((held(&house).await, available(&house, party).await), (None, 2_000_000));
    let again = viewer.pay(&quote).await;
    assert!(again.status != 303 && held(&house).await.is_none(), "a quote that opened one opens no other");
    house.close();
}
