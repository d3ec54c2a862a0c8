//! Coins at the door, as far as it goes without a chain: what is offered, what is refused, and that nothing is taken blindly.
//! With a chain: `crates/app/tests/all/coins.rs`.

mod arrivals;
mod chain;

use super::*;
use data_encoding::BASE64;
use k256::ecdsa::SigningKey as ChainKey;
use protocol::x402::evm::{self, Authorization, Signed, Terms};
use protocol::x402::{Json, Payment};

const NETWORK: &str = "eip155:8453";
const CONTRACT: &str = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const PAY_TO: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

/// A coin whose node and facilitator nobody is, so many decimals of which are one unit of a currency.
fn coin(name: &str, contract: &str, (decimals, currency): (u8, &str)) -> String {
    format!(
        "[site.news.stablecoin.{name}]\nnetwork = \"{NETWORK}\"\nasset = \"{contract}\"\nname = \"USD Coin\"\ndecimals = {decimals}\n\
         currency = \"{currency}\"\npay_to = \"{PAY_TO}\"\nfacilitator = \"http://localhost:1\"\nrpc = \"http://localhost:1\"\n"
    )
}

fn usual() -> String {
    coin("usdc", CONTRACT, (6, "EUR"))
}

async fn bed(more: &str) -> Bed {
    let origin = Origin::start().await;
    Bed::open_as(tempfile::tempdir().unwrap(), origin.address, origin, more).await
}

fn opened(answer: &Answer, field: &str) -> Json {
    Json::parse(&BASE64.decode(answer.header(field).as_bytes()).unwrap()).unwrap()
}

fn accepts(answer: &Answer) -> Vec<Json> {
    match opened(answer, "payment-required").get("accepts") {
        Some(Json::List(all)) => all.clone(),
        _ => panic!("a 402 lists ways to pay"),
    }
}

/// A payment for what was offered second, good for so many seconds.
fn signed(accepted: &Json, seconds: u64) -> String {
    signed_under(accepted, (seconds, 5))
}

fn payer_key() -> (ChainKey, [u8; 20]) {
    let key = ChainKey::from_slice(&[9; 32]).unwrap();
    let public = key.verifying_key().to_sec1_point(false);
    let from = *evm::keccak(&[&public.as_bytes()[1..]]).last_chunk().unwrap();
    (key, from)
}

fn payer() -> String {
    evm::address(&payer_key().1)
}

/// The same under a nonce of equal bytes.
fn signed_under(accepted: &Json, (seconds, nonce): (u64, u8)) -> String {
    let (key, from) = payer_key();
    let text = |name: &str| accepted.get(name).and_then(Json::text).unwrap();
    let (pay_to, value) = (evm::parse_address(text("payTo")).unwrap(), text("amount").parse().unwrap());
    let contract = evm::parse_address(text("asset")).unwrap();
    let terms = Terms { network: NETWORK, contract, name: "USD Coin", version: "2", pay_to, value };
    let valid_before = world::now().after(Span(seconds)).seconds();
    let authorization = Authorization { from, to: pay_to, value, valid_after: 0, valid_before, nonce: [nonce; 32] };
    let (both, parity) = key.sign_prehash_recoverable(&evm::signed_hash(&terms, &authorization).unwrap());
    let mut signature = [0; 65];
    signature[..64].copy_from_slice(&both.to_bytes());
    signature[64] = parity.to_byte() + 27;
    Signed { authorization, signature }.header_value(accepted)
}

async fn claimed(bed: &Bed) -> usize {
    bed.opened.instance.look(|state, _| state.coin_payments().count()).await.unwrap()
}

#[tokio::test]
async fn a_coin_is_offered_after_the_balance_within_the_budget() {
    let bytes = |answer: &Answer| {
        let of_field = |name: &str| answer.headers.get_all(name).iter().map(|line| name.len() + line.len() + 4).sum::<usize>();
        of_field("www-authenticate") + of_field("payment-required") + of_field("payment-response")
    };
    let two = usual() + &coin("zz", "0x1111111111111111111111111111111111111111", (18, "EUR"));
    for (more, most) in [(usual(), 2), (two, 3)] {
        let bed = bed(&more).await;
        for path in ["/a/quiet", "/tour"] {
            let answer = bed.get(path).await;
            let all = accepts(&answer);
            let networks: Vec<&str> = all.iter().map(|way| way.get("network").and_then(Json::text).unwrap()).collect();
            assert!(networks[0].starts_with("farthing:") && networks[1] == NETWORK, "{networks:?}");
            assert!(all.len() <= most && bytes(&answer) <= protocol::offering::BUDGET, "{path}: {} in {}", all.len(), bytes(&answer));
            let way = &all[1];
            let text = |name: &str| way.get(name).and_then(Json::text).unwrap();
            assert_eq!((text("scheme"), text("asset"), text("payTo")), ("exact", CONTRACT, PAY_TO));
            assert_eq!(text("amount"), if path == "/tour" { "100000" } else { "50000" });
        }
        let refused =
            bed.ask(request("GET", "/a/quiet", &[("payment-signature", &signed(&accepts(&bed.get("/tour").await)[1], 300))])).await;
        assert_eq!(refused.refusal(), (402, "challenge-unknown".to_owned()));
        assert!(bytes(&refused) <= protocol::offering::BUDGET, "{}", bytes(&refused));
        assert!(accepts(&refused).len() > 1, "asked anew, for the coin too");
    }
}

#[tokio::test]
async fn what_is_no_whole_number_of_a_coin_or_in_another_currency_is_not_sold_for_it() {
    for terms in [(0, "EUR"), (1, "EUR"), (6, "USD")] {
        let bed = bed(&coin("usdc", CONTRACT, terms)).await;
        assert_eq!(accepts(&bed.get("/a/quiet").await).len(), 1, "{terms:?}");
    }
    let bed = bed(&coin("usdc", CONTRACT, (2, "EUR"))).await;
    assert_eq!(accepts(&bed.get("/a/quiet").await)[1].get("amount"), Some(&Json::from("5")));
}

#[tokio::test]
async fn while_its_chain_is_silent_nothing_is_claimed() {
    let bed = bed(&usual()).await;
    let accepted = accepts(&bed.get("/a/quiet").await)[1].clone();
    let before = bed.books().await;
    let answer = bed.ask(request("GET", "/a/quiet", &[("payment-signature", &signed(&accepted, 300))])).await;
    assert_eq!(answer.refusal(), (503, "chain-silent".to_owned()));
    assert_eq!(opened(&answer, "payment-response").get("errorReason"), Some(&Json::from("unexpected_verify_error")));
    assert!(!answer.header("retry-after").is_empty() && answer.header("payment-required").is_empty(), "nothing to sign anew");
    assert_eq!((bed.books().await, claimed(&bed).await), (before, 0));
    for (seconds, code) in [(0, "coin-authorization"), (5, "coin-authorization"), (4_000, "coin-authorization")] {
        let answer = bed.ask(request("GET", "/a/quiet", &[("payment-signature", &signed(&accepted, seconds))])).await;
        assert_eq!(answer.refusal(), (402, code.to_owned()), "{seconds}");
    }
    let late = bed.ask_at(request("GET", "/a/quiet", &[("payment-signature", &signed(&accepted, 600))]), &later(400)).await;
    assert_eq!(late.refusal(), (402, "quote-expired".to_owned()));
}

#[tokio::test]
async fn a_site_without_coins_knows_of_none() {
    let (taking, plain) = (bed(&usual()).await, Bed::new().await);
    let payment = signed(&accepts(&taking.get("/a/quiet").await)[1], 300);
    assert!(evm::is_for_chain(&Payment::parse(&payment).unwrap()));
    let answer = plain.ask(request("GET", "/a/quiet", &[("payment-signature", &payment)])).await;
    assert_eq!(answer.refusal(), (402, "method-unsupported".to_owned()));
    assert_eq!(opened(&answer, "payment-response").get("errorReason"), Some(&Json::from("invalid_network")));
}
