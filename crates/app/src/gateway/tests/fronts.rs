//! Credentials of a session whose challenge came before: what begins with it byte for byte is read behind it, and nothing else is.

use super::sessions::{Client, counted};
use super::*;
use protocol::session::{Action, Kind, SessionCredential};
use protocol::text::{base64url, from_base64url};

/// Characters by which the door looks a front up: what differs behind them is found only by who compares.
const MARK: usize = 160;

/// A session whose front the door has read, and read again behind it.
async fn known(bed: &Bed) -> Client {
    let mut alice = Client::new(bed, 1, "/a/x").await;
    let opened = alice.open(bed, "/a/x", (1_000, 2, Kind::Signed)).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    for paid in 2..=3 {
        assert_eq!(counted(&alice.pay(bed, "/a/x", 2 * paid).await).2, u64::from(2 * paid));
    }
    alice
}

/// The next voucher, under a challenge that is echoed otherwise.
fn under(bed: &Bed, alice: &mut Client, challenge: Challenge) -> String {
    let action = Action::Voucher(alice.next(), alice.signed(bed, 8));
    SessionCredential { challenge, action }.header_value()
}

async fn shown(bed: &Bed, value: &str, at: &Visit) -> Answer {
    bed.ask_at(request("GET", "/a/x", &[("authorization", value)]), at).await
}

#[tokio::test]
async fn a_front_is_known_to_the_last_byte() {
    let bed = Bed::metered().await;
    let mut alice = known(&bed).await;
    let (good, now) = (alice.challenge.clone(), visit(world::now()));
    let honest = under(&bed, &mut alice, good.clone());
    let edited = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut request: serde_json::Value = serde_json::from_slice(&from_base64url(&good.request).unwrap()).unwrap();
        change(&mut request);
        Challenge { request: base64url(request.to_string().as_bytes()), ..good.clone() }
    };
    assert!(edited(&|_| ()) == good);
    let forged = [
        edited(&|request| request["amount"] = "1".into()),
        edited(&|request| request["recipient"] = "ann".into()),
        edited(&|request| request["methodDetails"]["scope"] = "/*".into()),
        Challenge { realm: "other.localhost".to_owned(), ..good.clone() },
        Challenge { opaque: good.opaque.as_ref().map(|opaque| format!("{opaque}A")), ..good.clone() },
        Challenge { expires: Some("2099-01-01T00:00:00Z".to_owned()), ..good.clone() },
        Challenge { digest: Some(protocol::digest::of(b"x")), ..good.clone() },
    ];
    let (books, asked) = (bed.opened.instance.look(|state, _| state.hash()).await.unwrap(), bed.origin.asked("/a/x").len());
    let mut behind = 0;
    for challenge in forged {
        let value = under(&bed, &mut alice, challenge);
        behind += usize::from(value[..MARK] == honest[..MARK]);
        let answer = shown(&bed, &value, &now).await;
        assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED, "what is echoed otherwise pays nothing");
        assert_eq!(answer.refusal(), (402, "challenge-unknown".to_owned()), "{}", answer.text());
    }
    assert!(behind >= 4, "most of them are found under the mark of the one that is known");
    let after = (bed.opened.instance.look(|state, _| state.hash()).await.unwrap(), bed.origin.asked("/a/x").len());
    assert_eq!(after, (books, asked), "nothing moved and nothing was asked");
    assert_eq!(counted(&shown(&bed, &honest, &now).await).2, 8, "the honest one still pays");
}

#[tokio::test]
async fn a_front_that_is_known_is_over_at_its_time() {
    let bed = Bed::metered().await;
    let mut alice = known(&bed).await;
    let challenge = alice.challenge.clone();
    let value = under(&bed, &mut alice, challenge);
    let late = shown(&bed, &value, &later(86_500)).await;
    assert_eq!(late.status, StatusCode::PAYMENT_REQUIRED, "a day is over");
    assert_eq!(late.refusal(), (402, "quote-expired".to_owned()), "{}", late.text());
    assert_eq!(counted(&shown(&bed, &value, &visit(world::now())).await).2, 8);
}
