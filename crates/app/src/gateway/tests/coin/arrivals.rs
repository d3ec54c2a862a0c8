//! Whether a coin has arrived: nodes that are behind or cut short, chains that take blocks back, payers who let one coin stand for two
//! pages, and clients that come late.

use super::chain::{Chain, Mood, moved, used};
use super::*;

/// A door before a chain.
struct Shop {
    bed: Bed,
    chain: Arc<Chain>,
}

fn coin_at(chain: &Chain, more: &str) -> String {
    let usual = usual().replace("localhost:1\"", &format!("localhost:{}\"", chain.address.port()));
    format!("{usual}patience_s = 1\n{more}")
}

impl Shop {
    async fn open(mood: Mood) -> Shop {
        Shop::open_with(mood, "").await
    }

    async fn open_with(mood: Mood, more: &str) -> Shop {
        let chain = Chain::start(world::now().seconds()).await;
        chain.facts().mood = mood;
        Shop { bed: bed(&coin_at(&chain, more)).await, chain }
    }

    /// What a payer signs for a page, under a nonce of so many equal bytes.
    async fn sign(&self, path: &str, nonce: u8) -> String {
        signed_under(&accepts(&self.bed.get(path).await)[1], (300, nonce))
    }

    async fn present(&self, path: &str, payment: &str) -> Answer {
        self.present_at(path, payment, 0).await
    }

    /// So many seconds from now, by our clock.
    async fn present_at(&self, path: &str, payment: &str, seconds: u64) -> Answer {
        self.bed.ask_at(request("GET", path, &[("payment-signature", payment)]), &later(seconds)).await
    }

    async fn waits(&self, path: &str, payment: &str) {
        assert_eq!(self.present(path, payment).await.refusal(), (503, "coin-pending".to_owned()), "{path}");
    }
}

fn nonce(byte: u8) -> String {
    evm::bytes(&[byte; 32])
}

fn arrived(nonce_byte: u8) -> Vec<serde_json::Value> {
    vec![used(&payer(), &nonce(nonce_byte)), moved(&payer(), PAY_TO, 50_000)]
}

/// A payer uses one nonce to give nothing to nobody, and the other for the coin, in one transaction of its own.
#[tokio::test]
async fn one_coin_does_not_pay_for_two_pages() {
    let shop = Shop::open(Mood::Idle).await;
    let (first, second) = (shop.sign("/a/one", 1).await, shop.sign("/a/two", 2).await);
    shop.waits("/a/one", &first).await;
    shop.waits("/a/two", &second).await;
    let nothing = vec![used(&payer(), &nonce(1)), moved(&payer(), &payer(), 0)];
    shop.chain.mine(1, [nothing, arrived(2)].concat());
    assert_eq!(shop.present("/a/one", &first).await.refusal(), (402, "coin-lapsed".to_owned()));
    assert_eq!(shop.present("/a/two", &second).await.status, StatusCode::OK);
    assert_eq!(shop.bed.origin.asked("/a/one").len(), 0);
}

/// Many payments of one payer in one transaction, each with its own coin.
#[tokio::test]
async fn what_a_facilitator_brings_together_counts_each_for_itself() {
    let shop = Shop::open(Mood::Idle).await;
    let (first, second) = (shop.sign("/a/one", 1).await, shop.sign("/a/two", 2).await);
    shop.waits("/a/one", &first).await;
    shop.waits("/a/two", &second).await;
    shop.chain.mine(1, [arrived(2), arrived(1)].concat());
    for (path, payment) in [("/a/one", first), ("/a/two", second)] {
        assert_eq!(shop.present(path, &payment).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_log_that_comes_later_loses_no_coin() {
    let shop = Shop::open(Mood::Denies).await;
    shop.chain.facts().logs_behind = 1;
    let payment = shop.sign("/a/one", 1).await;
    let first = shop.present("/a/one", &payment).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
}

/// Anybody can have a coin log that a payer gave somebody nothing.
#[tokio::test]
async fn what_strangers_have_logged_of_a_payer_stops_nothing() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, vec![moved(&payer(), PAY_TO, 0); 100]);
    shop.chain.mine(1, arrived(1));
    assert_eq!(shop.present("/a/one", &payment).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_day_later_the_node_is_still_asked_what_it_answers() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, arrived(1));
    for _ in 0..3_000 {
        shop.chain.mine(30, Vec::new());
    }
    shop.chain.facts().longest = 2_000;
    assert_eq!(shop.present("/a/one", &payment).await.status, StatusCode::OK);
}

/// The chain has had it before it came: that is somebody else's payment, and its node only knows it late.
#[tokio::test]
async fn what_was_used_before_it_was_claimed_is_no_payment_here() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.chain.mine(1, arrived(1));
    shop.chain.facts().behind = 1;
    assert_eq!(shop.present("/a/one", &payment).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!(claimed(&shop.bed).await, 0);
}

/// One of the nodes behind an address knows the time, another is behind with the state.
#[tokio::test]
async fn no_payment_lapses_by_the_word_of_a_node_that_is_behind() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, arrived(1));
    shop.chain.mine(500, Vec::new());
    shop.chain.facts().behind = 2;
    let answer = shop.present("/a/one", &payment).await;
    assert_ne!(answer.refusal_code(), "coin-lapsed");
    shop.chain.facts().behind = 0;
    assert_eq!(shop.present("/a/one", &payment).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_payment_that_was_claimed_is_good_after_its_time_and_at_the_price_it_was_quoted() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    let late = shop.present_at("/a/one", &payment, 295).await;
    assert_eq!(late.refusal(), (503, "coin-pending".to_owned()), "none that is on its way is asked for anew");
    shop.chain.mine(1, arrived(1));
    let Shop { bed: Bed { opened, door, origin, folder }, chain } = shop;
    drop(door);
    opened.finish().unwrap();
    let dearer = OFFERS.replace("0.05 EUR", "0.06 EUR");
    std::fs::write(folder.path().join("dearer.toml"), dearer).unwrap();
    let more = coin_at(&chain, "").replace(PAY_TO, "0x1111111111111111111111111111111111111111");
    let at = origin.address;
    let shop = Shop { bed: Bed::open_with(folder, at, origin, ("dearer.toml", &more)).await, chain };
    assert_eq!(accepts(&shop.bed.get("/a/one").await)[1].get("amount"), Some(&Json::from("60000")));
    let served = shop.present_at("/a/one", &payment, 400).await;
    assert_eq!(served.status, StatusCode::OK, "{}", served.text());
    assert_eq!(shop.present_at("/a/one", &payment, 100_000).await.status, StatusCode::OK, "what was bought for ever is served for ever");
    assert_eq!(shop.present_at("/a/two", &payment, 400).await.refusal_code(), "challenge-unknown");
}

#[tokio::test]
async fn who_paid_and_got_nothing_asks_again_with_the_same_payment() {
    let shop = Shop::open(Mood::Honest).await;
    let payment = shop.sign("/a/broken", 1).await;
    for times in 1..=3 {
        assert_eq!(shop.present("/a/broken", &payment).await.refusal(), (502, "origin-failed".to_owned()));
        assert_eq!(shop.bed.origin.asked("/a/broken").len(), times, "the page may be there by now");
    }
    assert_eq!(shop.chain.facts().asked, 1);
}

#[tokio::test]
async fn what_is_told_of_a_network_that_nobody_has_is_short() {
    let shop = Shop::open(Mood::Honest).await;
    let mut accepted = accepts(&shop.bed.get("/a/one").await)[1].clone();
    if let Json::Object(members) = &mut accepted {
        members
            .iter_mut()
            .filter(|(key, _)| key == "network")
            .for_each(|(_, value)| *value = format!("eip155:{}", "9".repeat(4_000)).into());
    }
    let answer = shop.present("/a/one", &signed_under(&accepted, (300, 1))).await;
    assert_eq!(answer.refusal(), (402, "method-unsupported".to_owned()));
    assert!(answer.header("payment-response").len() < 300, "{}", answer.header("payment-response").len());
}

#[tokio::test]
async fn a_payment_counts_with_its_confirmations_and_one_that_vanishes_is_settled_again() {
    let shop = Shop::open_with(Mood::Denies, "confirmations = 3\n").await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, Vec::new());
    shop.waits("/a/one", &payment).await;
    // The chain takes the block back that had it.
    shop.chain.facts().take_back(2);
    for _ in 0..3 {
        shop.chain.mine(1, Vec::new());
    }
    shop.waits("/a/one", &payment).await;
    assert_eq!((shop.bed.origin.asked("/a/one").len(), claimed(&shop.bed).await), (0, 1));
    shop.bed.opened.instance.coins.rested();
    shop.waits("/a/one", &payment).await;
    assert_eq!(shop.chain.facts().asked, 2, "the same bytes again");
    shop.chain.mine(1, Vec::new());
    shop.chain.mine(1, Vec::new());
    let served = shop.present("/a/one", &payment).await;
    assert_eq!((served.status, shop.chain.facts().asked), (StatusCode::OK, 2));
}

#[tokio::test]
async fn what_vanishes_for_good_lapses_and_is_served_by_nobody() {
    let shop = Shop::open_with(Mood::Denies, "confirmations = 2\n").await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.facts().take_back(1);
    shop.chain.mine(500, Vec::new());
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, Vec::new());
    assert_eq!(shop.present("/a/one", &payment).await.refusal(), (402, "coin-lapsed".to_owned()));
    assert_eq!(shop.bed.origin.asked("/a/one").len(), 0);
}

#[tokio::test]
async fn a_node_of_another_chain_or_coin_takes_nothing() {
    let shop = Shop::open(Mood::Honest).await;
    let payment = shop.sign("/a/one", 1).await;
    for (chain, decimals) in [(1, 6), (8_453, 18)] {
        (shop.chain.facts().chain, shop.chain.facts().decimals) = (chain, decimals);
        assert_eq!(shop.present("/a/one", &payment).await.refusal(), (503, "chain-silent".to_owned()));
    }
    assert_eq!((claimed(&shop.bed).await, shop.chain.facts().asked), (0, 0));
}

#[tokio::test]
async fn one_coin_does_not_wait_in_many_payments() {
    let shop = Shop::open(Mood::Idle).await;
    shop.chain.facts().balance = 50_000;
    let (first, second) = (shop.sign("/a/one", 1).await, shop.sign("/a/two", 2).await);
    shop.waits("/a/one", &first).await;
    let refused = shop.present("/a/two", &second).await;
    assert_eq!(refused.refusal(), (503, "busy".to_owned()));
    assert!(!refused.header("retry-after").is_empty() && refused.header("payment-required").is_empty());
    assert_eq!(claimed(&shop.bed).await, 1);
    shop.chain.facts().balance = 0;
    assert_eq!(shop.present("/a/two", &second).await.refusal(), (402, "coin-insufficient".to_owned()));
}

/// A facilitator names a transaction that did something else, and a nonce that no log tells of is given up in the end.
#[tokio::test]
async fn what_no_log_tells_of_is_given_up_in_the_end() {
    let shop = Shop::open(Mood::Idle).await;
    let payment = shop.sign("/a/one", 1).await;
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(1, arrived(1));
    shop.chain.facts().forgets = true;
    shop.chain.mine(1, Vec::new());
    shop.waits("/a/one", &payment).await;
    shop.chain.mine(4_000, Vec::new());
    assert_eq!(shop.present("/a/one", &payment).await.refusal(), (402, "coin-lapsed".to_owned()));
}

#[tokio::test]
async fn no_facilitator_is_believed_about_a_transaction() {
    let shop = Shop::open(Mood::Lies).await;
    let (first, second) = (shop.sign("/a/one", 1).await, shop.sign("/a/two", 2).await);
    shop.chain.mine(1, vec![moved(&payer(), PAY_TO, 50_000)]);
    shop.waits("/a/one", &first).await;
    shop.chain.mine(1, arrived(2));
    assert_eq!(shop.present("/a/two", &second).await.refusal(), (402, "challenge-used".to_owned()));
    shop.waits("/a/one", &first).await;
    shop.chain.mine(1, arrived(1));
    assert_eq!(shop.present("/a/one", &first).await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_a_chain_takes_back_after_it_was_served_is_settled_once_more() {
    let shop = Shop::open(Mood::Honest).await;
    let payment = shop.sign("/a/one", 1).await;
    assert_eq!(shop.present("/a/one", &payment).await.status, StatusCode::OK);
    let (instance, look_again) = (Arc::clone(&shop.bed.opened.instance), crate::coins::look_again);
    let after = |seconds: u64| world::now().after(Span(seconds));
    look_again(&instance, after(0)).await;
    shop.chain.facts().take_back(1);
    look_again(&instance, after(0)).await;
    assert_eq!(shop.chain.facts().asked, 1, "not at once");
    for seconds in [40, 41, 90, 130] {
        look_again(&instance, after(seconds)).await;
        assert_eq!(shop.chain.facts().asked, 2, "once, and then it is there");
    }
    assert_eq!(shop.present("/a/one", &payment).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_name_of_a_request_belongs_to_one_payment() {
    let (chain, origin) = (Chain::start(world::now().seconds()).await, Origin::start().await);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("metered.toml"), METERED).unwrap();
    let at = origin.address;
    let bed = Bed::open_with(folder, at, origin, ("metered.toml", &coin_at(&chain, ""))).await;
    let shop = Shop { bed, chain };
    let named = |payment: String| {
        let mut payment = Json::parse(&BASE64.decode(payment.as_bytes()).unwrap()).unwrap();
        let info = Json::object().with("info", Json::object().with("id", "a-name-of-16-bytes"));
        payment = payment.with("extensions", Json::object().with("payment-identifier", info));
        BASE64.encode(payment.to_string().as_bytes())
    };
    let (first, second) = (named(shop.sign("/a/x", 1).await), named(shop.sign("/a/x", 2).await));
    let served = shop.present("/a/x", &first).await;
    assert_eq!((served.status, shop.chain.facts().asked), (StatusCode::OK, 1), "{}", served.text());
    assert_eq!(shop.present("/a/x", &second).await.refusal(), (409, "id-reused".to_owned()));
    assert_eq!(shop.present("/a/x", &first).await.text(), served.text());
    assert_eq!((claimed(&shop.bed).await, shop.chain.facts().asked), (1, 1), "no second coin for one request");
}
