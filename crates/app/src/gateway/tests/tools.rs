//! Tools of an MCP server, paid by the vouchers of a session.

use super::sessions::Client;
use super::*;
use protocol::receipt::Counted;
use protocol::session::{Action, At, Kind, SessionCredential};
use protocol::text::{base64url, from_base64url};
use serde_json::{Value, json};

const TOOLS: &str = r#"
[offer.tools]
unlock = "http://news.localhost/mcp/*"
price = { metered = "0.000002 EUR", per = "1 call" }
"#;

async fn bed() -> Bed {
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("tools.toml"), TOOLS).unwrap();
    let text =
        Bed::configured(origin.address, ("tools.toml", "mcp = [\"/mcp\"]\n")).replace("\"/a/*\", \"/tour\", \"/gift\"", "\"/mcp/*\"");
    Bed::of(&text, (folder, origin), Arc::new(world::now)).await
}

/// One message; what it was answered.
async fn call(bed: &Bed, (id, tool): (u64, &str), credential: Option<Value>) -> Value {
    let mut params = json!({"name": tool, "arguments": {"port": "quay"}});
    if let Some(credential) = credential {
        params["_meta"] = json!({"org.paymentauth/credential": credential});
    }
    let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
    let answer = bed.ask(with_body("POST", "/mcp", &[], message.to_string())).await;
    assert_eq!(answer.status, StatusCode::OK, "JSON-RPC says what is wrong in its own words: {}", answer.text());
    let said = answer.json();
    assert_eq!(said["id"], json!(id), "under its own id: {said}");
    said
}

/// The challenge of an intent in an error, as it would stand in a field.
fn challenge_in(error: &Value, intent: &str) -> Challenge {
    let all = error["error"]["data"]["challenges"].as_array().unwrap_or_else(|| panic!("{error}"));
    let told = all.iter().find(|told| told["intent"] == intent).unwrap_or_else(|| panic!("{error}"));
    let text = |key: &str| told[key].as_str().map(str::to_owned);
    Challenge {
        id: text("id").unwrap(),
        realm: text("realm").unwrap(),
        method: text("method").unwrap(),
        intent: text("intent").unwrap(),
        request: base64url(told["request"].to_string().as_bytes()),
        expires: text("expires"),
        digest: text("digest"),
        opaque: text("opaque"),
        header: None,
    }
}

/// A step of a session as it stands in `_meta`.
fn meta(client: &Client, action: Action) -> Value {
    let line = SessionCredential { challenge: client.challenge.clone(), action }.header_value();
    serde_json::from_slice(&from_base64url(line.strip_prefix("Payment ").unwrap()).unwrap()).unwrap()
}

fn voucher(bed: &Bed, client: &Client, at: At, cumulative: u32) -> Value {
    meta(client, Action::Voucher(at, client.signed(bed, cumulative)))
}

/// What a paid call says of its session: number, accepted, spent, units.
fn counted(said: &Value) -> (u64, u64, u64, u64) {
    let mut receipt = said["result"]["_meta"]["org.paymentauth/receipt"].clone();
    assert!(receipt.as_object_mut().unwrap_or_else(|| panic!("{said}")).remove("challengeId").is_some());
    let counted = Counted::parse(&base64url(receipt.to_string().as_bytes())).unwrap();
    (counted.seq, counted.accepted.units(), counted.spent.units(), counted.units)
}

#[tokio::test]
async fn a_tool_is_called_many_times_from_one_session_a_message_each() {
    let bed = bed().await;
    let key = bed.wallet(1, 1_000_000).await;
    let asked = call(&bed, (1, "quiet"), None).await;
    assert_eq!((&asked["error"]["code"], challenge_in(&asked, "charge").intent.as_str()), (&json!(-32_042), "charge"));
    let challenge = challenge_in(&asked, "session");
    let mut alice = Client { key, session: world::command_id(), challenge, seq: 0 };
    let open = alice.opening((1_000, 2, Kind::Signed));
    assert_eq!(counted(&call(&bed, (2, "quiet"), Some(meta(&alice, open))).await), (1, 2, 2, 1));
    for paid in 2..=6_u32 {
        let at = alice.next();
        let said =
            call(&bed, (u64::from(paid) + 1, if paid % 2 == 0 { "quiet" } else { "other" }), Some(voucher(&bed, &alice, at, 2 * paid)))
                .await;
        assert_eq!(counted(&said), (u64::from(paid), u64::from(2 * paid), u64::from(2 * paid), u64::from(paid)));
    }
    let seen = bed.origin.asked("/mcp");
    assert_eq!((seen.len(), &seen[3].headers["farthing-paid"]), (6, &HeaderValue::from_static("session")));
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (999_000, 0), "one hold, and no posting yet");
    let close = protocol::session::Close::sign(Amount::from_u32(12), None, &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    let said = call(&bed, (9, "quiet"), Some(meta(&alice, Action::Close(at, close)))).await;
    assert_eq!(said["result"]["_meta"]["org.paymentauth/receipt"]["captured"], json!("12"), "{said}");
    assert_eq!((bed.available(&alice.key).await, bed.earned().await, bed.origin.asked("/mcp").len()), (999_988, 12, 6));

    // Or by the page that a call stands for, as other sessions are.
    let key = bed.wallet(2, 1_000_000).await;
    let mut bob = Client { key, session: world::command_id(), challenge: alice.challenge, seq: 0 };
    let open = bob.opening((1_000, 2, Kind::Signed));
    call(&bed, (10, "quiet"), Some(meta(&bob, open))).await;
    let close = protocol::session::Close::sign(Amount::from_u32(2), None, &bob.bound(&bed), &bob.key).unwrap();
    let at = bob.next();
    let closed = bob.send(&bed, ("GET", "/mcp/quiet", ""), Action::Close(at, close)).await;
    assert_eq!((closed.status.as_u16(), bed.available(&bob.key).await), (204, 999_998));
}

#[tokio::test]
async fn the_same_voucher_is_the_same_call_and_a_forged_or_failed_one_pays_nothing() {
    let bed = bed().await;
    let key = bed.wallet(1, 1_000_000).await;
    let challenge = challenge_in(&call(&bed, (1, "quiet"), None).await, "session");
    let mut alice = Client { key, session: world::command_id(), challenge, seq: 0 };
    let open = alice.opening((1_000, 2, Kind::Signed));
    call(&bed, (2, "quiet"), Some(meta(&alice, open))).await;
    let at = alice.next();
    let shown = voucher(&bed, &alice, at, 4);
    let first = call(&bed, (3, "quiet"), Some(shown.clone())).await;
    let again = call(&bed, (4, "quiet"), Some(shown.clone())).await;
    assert_eq!((first["result"].clone(), bed.origin.asked("/mcp").len()), (again["result"].clone(), 2), "its answer, and no second call");
    let code = |said: &Value| (said["error"]["code"].as_i64(), said["error"]["data"]["problem"]["code"].as_str().map(str::to_owned));
    let elsewhere = call(&bed, (5, "other"), Some(shown)).await;
    assert_eq!(code(&elsewhere), (Some(-32_043), Some("id-reused".to_owned())), "{elsewhere}");

    let at = alice.next();
    let mallory = Client { key: SigningKey::from_seed([66; 32]), challenge: alice.challenge.clone(), ..alice };
    let forged = call(&bed, (6, "quiet"), Some(meta(&mallory, Action::Voucher(at, mallory.signed(&bed, 6))))).await;
    assert_eq!(code(&forged), (Some(-32_043), Some("invalid-signature".to_owned())));
    let alice = Client { key: bed.wallet(1, 0).await, ..mallory };
    let short = call(&bed, (7, "quiet"), Some(voucher(&bed, &alice, At { session: alice.session, seq: 4 }, 5))).await;
    assert_eq!(code(&short), (Some(-32_043), Some("insufficient-balance".to_owned())));
    assert_eq!(short["error"]["data"]["problem"]["requiredCumulative"], json!("6"));
    assert_eq!(challenge_in(&short, "session").realm, "news.localhost", "how to go on");
    assert_eq!(bed.origin.asked("/mcp").len(), 2);

    // A tool that fails says so itself, and the number it was asked under pays for nothing.
    let failed = call(&bed, (8, "broken"), Some(voucher(&bed, &alice, At { session: alice.session, seq: 5 }, 6))).await;
    assert_eq!((&failed["result"]["isError"], failed["result"].get("_meta")), (&json!(true), None), "{failed}");
    let paid = call(&bed, (9, "quiet"), Some(voucher(&bed, &alice, At { session: alice.session, seq: 6 }, 6))).await;
    assert_eq!(counted(&paid), (6, 6, 6, 3), "what failed was not drawn");
}
