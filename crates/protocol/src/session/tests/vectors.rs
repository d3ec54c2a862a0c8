//! The vectors of sessions: made here, kept in testdata/session, and made a second time by a program that was written from
//! docs/sessions.md.

use super::*;
use crate::challenge::Terms;
use crate::json::Object;
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

const FILE: &str = include_str!("../../../../../testdata/session/vectors.json");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bare(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The first vector of the charge.
pub(super) fn charge() -> Challenge {
    issuer().issue(&Terms {
        realm: "news.example".into(),
        request: crate::ChargeRequest {
            amount: units(50_000),
            currency: request().currency,
            recipient: "harbour".into(),
            instance: request().instance,
            offer: request().offer,
            lasts: Some(crate::Lasts::Seconds(86_400)),
            undo: None,
            external_id: None,
        },
        expires: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
        digest: None,
        nonce: terms().nonce,
        route: crate::challenge::route("GET", "/a/quiet-harbour"),
    })
}

#[test]
fn the_vectors_are_as_kept() {
    let made = json!({
        "caption": "Method farthing, intent session; docs/sessions.md. Binary values base64url without padding, seeds in hex.",
        "step": {"session": text::command(SESSION), "from": hex(&seed("w")), "steps": 3, "to": hex(&(0..3).fold(seed("w"), |link, _| step(SESSION, &link)))},
        "seeds": seeds(),
        "chains": chains(),
        "shown": shown_vectors(),
        "standing": standings(),
        "challenges": challenges(),
        "credentials": credentials(),
        "receipts": receipts(),
        "refused": refused_vectors(),
    });
    let kept = bare(FILE);
    for (part, value) in made.as_object().unwrap() {
        assert!(kept.get(part) == Some(value), "{part} of testdata/session/vectors.json should be\n{made:#}");
    }
}

/// A second implementation comes to the same bytes.
#[test]
fn a_program_written_from_the_page_makes_the_same_vectors() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let vectors = root.join("testdata/session/vectors.json");
    let output = match Command::new("python3").arg("-S").arg(root.join("clients/tests/python/sessions.py")).arg(vectors).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => panic!("python3 is missing: run cargo xtask setup python3"),
        output => output.unwrap(),
    };
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let count: usize = bare(FILE).as_object().unwrap().values().map(|part| part.as_array().map_or(0, Vec::len)).sum();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{} vectors, all the same\n", count + 1));
}

fn seeds() -> Value {
    let of = |wallet: [u8; 32], session: CommandId| {
        let seed = voucher_seed(&wallet, session);
        json!({"wallet_seed": hex(&wallet), "session": text::command(session), "voucher_seed": hex(seed.expose()),
            "voucher_key": voucher_key(&seed, session).public().to_string()})
    };
    json!([of(seed("wallet"), SESSION), of(seed("wallet"), CommandId([2; 16])), of(seed("other wallet"), SESSION)])
}

fn chains() -> Value {
    let of = |name, base: u64, value, length: u32| {
        let base = Amount::new(base).unwrap();
        let mut links = Links::of(&voucher_seed_of_alice(), SESSION, base, (units(value), length));
        let indices = [0, 1, 2, 63, 64, 65, 999, 4_095, 4_096, length - 1, length].into_iter().filter(|index| *index <= length);
        let shown: serde_json::Map<String, Value> =
            indices.map(|index| (index.to_string(), text::base64url(&links.link(index).unwrap()).into())).collect();
        json!({"name": name, "voucher_seed": hex(voucher_seed_of_alice().expose()), "session": text::command(SESSION),
            "base": base.to_string(), "step": value.to_string(), "length": length.to_string(), "links": shown})
    };
    let large = Amount::MAX.units() - 1;
    json!([
        of("usual", 2, 2, 4_096),
        of("one link", 0, 1, 1),
        of("odd", 7, 3, 65),
        of("checkpoint", 9_000, 64, 256),
        of("at the end of amounts", large, 1, 1),
        of("longest", 1_000_000, 5, 65_536)
    ])
}

fn chain_json(chain: &Chain) -> Value {
    json!({"base": chain.base.to_string(), "step": chain.step.to_string(), "length": chain.length.to_string(),
        "index": chain.index.to_string(), "tip": text::base64url(&chain.tip)})
}

fn shown_vectors() -> Value {
    let (mut old, mut new) = (links(), Links::of(&voucher_seed_of_alice(), SESSION, units(9_000), (units(64), 256)));
    let at = |links: &mut Links, base, index| Chain { index, tip: links.link(index).unwrap(), ..links.begins().over(units(base)).unwrap() };
    let (fresh, tip, late) = (at(&mut old, 2, 0), at(&mut old, 2, 999), at(&mut old, 2, 4_096));
    let (begun, went) = (at(&mut new, 9_000, 0), at(&mut new, 9_000, 200));
    let link = |links: &mut Links, index| links.link(index).unwrap();
    let cases = [
        ("the anchor", fresh, None, 0, link(&mut old, 0)),
        ("first", fresh, None, 1, link(&mut old, 1)),
        ("as far as it goes at once", fresh, None, 1_024, link(&mut old, 1_024)),
        ("a step too far", fresh, None, 1_025, link(&mut old, 1_025)),
        ("next", tip, None, 1_000, link(&mut old, 1_000)),
        ("again", tip, None, 999, link(&mut old, 999)),
        ("older", tip, None, 998, link(&mut old, 998)),
        ("anchor again", tip, None, 0, link(&mut old, 0)),
        ("far below", late, None, 1, link(&mut old, 1)),
        ("above the last", late, None, 4_097, link(&mut old, 4_096)),
        ("of another number", tip, None, 1_001, link(&mut old, 1_000)),
        ("older of another number", tip, None, 997, link(&mut old, 998)),
        ("forged", tip, None, 1_000, [7; 32]),
        ("forged tip", tip, None, 999, [7; 32]),
        ("of the chain before, by number above this one", begun, Some(tip), 1_000, link(&mut old, 1_000)),
        ("of the chain before, near", begun, Some(at(&mut old, 2, 100)), 101, link(&mut old, 101)),
        ("of the chain before, within the budget of both", went, Some(at(&mut old, 2, 3)), 250, link(&mut old, 250)),
        ("of the chain before, over the budget", begun, Some(at(&mut old, 2, 2_000)), 200, link(&mut old, 200)),
        ("of this chain, while another is stale", went, Some(tip), 201, link(&mut new, 201)),
        ("of no chain, while another is stale", went, Some(tip), 201, [7; 32]),
    ];
    let of = |(name, chain, stale, index, link): (&str, Chain, Option<Chain>, u32, Link)| {
        let (outcome, after) = match shown(&chain, stale.as_ref(), SESSION, index, &link) {
            Ok(Shown::Raises(after)) => ("raises", after),
            Ok(Shown::Tip) => ("tip", chain),
            Ok(Shown::Lower) => ("lower", chain),
            Ok(Shown::Stale) => ("stale", chain),
            Err(NoLink::Exhausted) => ("chain-exhausted", chain),
            Err(NoLink::StepLimit) => ("step-limit", chain),
            Err(NoLink::Forged) => ("invalid-signature", chain),
        };
        json!({"name": name, "session": text::command(SESSION), "chain": chain_json(&chain), "stale": stale.as_ref().map(chain_json),
            "index": index.to_string(), "link": text::base64url(&link), "outcome": outcome, "authorises": after.authorises().to_string()})
    };
    json!(cases.map(of))
}

/// Vouchers one after the other, and what each leaves accepted. Their signatures hold and their links are authentic.
fn standings() -> Value {
    let new = Links::of(&voucher_seed_of_alice(), SESSION, units(9_000), (units(64), 256));
    let run = |name: &str, chain: Option<NewChain>, vouchers: &[(Option<u32>, u32, Option<NewChain>)]| {
        let mut standing = Standing::opened(units(2), chain.as_ref());
        let steps = vouchers.iter().map(|(index, cumulative, checkpoint)| {
            standing = match index {
                Some(index) => standing.raised(Chain { index: *index, ..standing.chain.unwrap() }),
                None => standing.signed(units(*cumulative), checkpoint.as_ref()).unwrap_or(standing),
            };
            json!({"index": index.map(|index| index.to_string()), "cumulative": index.is_none().then(|| cumulative.to_string()),
                "checkpoint": checkpoint.as_ref().map(new_json), "accepted": standing.accepted().to_string()})
        });
        let steps: Vec<Value> = steps.collect();
        json!({"name": name, "first": "2", "chain": chain.as_ref().map(new_json), "vouchers": steps})
    };
    let begins = links().begins();
    json!([
        run("links", Some(begins), &[(Some(1), 0, None), (Some(999), 0, None)]),
        run(
            "a jump does not move the chain",
            Some(begins),
            &[(Some(10), 0, None), (None, 100, None), (Some(11), 0, None), (Some(60), 0, None)]
        ),
        run("a checkpoint does", Some(begins), &[(Some(10), 0, None), (None, 9_000, Some(new.begins())), (Some(2), 0, None)]),
        run("an old checkpoint does not", Some(begins), &[(None, 9_500, None), (None, 9_000, Some(new.begins())), (Some(1), 0, None)]),
        run(
            "signed alone, then a chain",
            None,
            &[(None, 50, None), (None, 50, None), (None, 9_000, Some(new.begins())), (Some(1), 0, None)]
        ),
    ])
}

fn new_json(chain: &NewChain) -> Value {
    json!({"step": chain.step.to_string(), "length": chain.length.to_string(), "anchor": text::base64url(&chain.anchor)})
}

fn challenges() -> Value {
    let fine = SessionRequest { amount: units(300_000), per: 1_000_000, unit_type: "token".into(), step: units(500), ..request() };
    let of = |name: &str, terms: &SessionTerms| {
        let challenge = issuer().issue_session(terms).unwrap();
        json!({"name": name, "secret": "0123456789abcdef0123456789abcdef", "realm": terms.realm, "nonce": text::command(terms.nonce),
            "expires": terms.expires.to_string(), "request_json": bare(&terms.request.canonical()), "request": challenge.request,
            "id": challenge.id, "www_authenticate": challenge.to_string()})
    };
    let price = units(50_000);
    let page = SessionRequest {
        amount: price,
        unit_type: crate::challenge::PURCHASE.into(),
        step: price,
        hold: price,
        scope: "/a/*".into(),
        ..request()
    };
    let terms_of = |request| SessionTerms { request, ..terms() };
    json!([of("requests", &terms()), of("a rate below a base unit", &terms_of(fine)), of("a whole page", &terms_of(page))])
}

fn credentials() -> Value {
    let digest = crate::digest::of(b"{\"q\":\"why\"}");
    let voucher_signer = derived_seed();
    let of = |(name, credential): (&str, SessionCredential)| {
        let payload = credential.action.payload();
        let by_vouchers = matches!(credential.action, Action::Voucher(..) | Action::Close(..));
        let is_link = matches!(credential.action, Action::Voucher(_, Voucher::Link(_)));
        let asked = match name {
            "pay" => json!({"method": "GET", "target": "/a/quiet-harbour?x=1", "digest": null}),
            "pay-long" => json!({"method": "GET", "target": long_target(), "digest": null}),
            "pay-posted" => json!({"method": "POST", "target": "/api/ask", "digest": digest}),
            _ => Value::Null,
        };
        let signature = payload.text("signature").map(str::to_owned);
        json!({"name": name, "challenge": "requests", "seed": if by_vouchers { voucher_signer.clone() } else { hex(&seed("alice")) },
            "account": text::account(key("alice").public().account()), "asked": asked,
            "unsigned": bare(&payload.without("signature").canonical()), "text": (!is_link).then(|| said(&credential, name)),
            "signature": signature, "authorization": credential.header_value()})
    };
    json!(one_of_each().into_iter().map(of).collect::<Vec<_>>())
}

/// The seed of the key that signs vouchers: no function gives it, so it is derived here as the page says.
fn derived_seed() -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let keyed = |key: &[u8]| Hmac::<Sha256>::new_from_slice(key).unwrap();
    let extracted = keyed(&SESSION.0).chain_update(voucher_seed_of_alice().expose()).finalize().into_bytes();
    hex(&keyed(&extracted).chain_update("farthing/voucher-key/1").chain_update([1]).finalize().into_bytes())
}

/// The text that a credential's signature is over.
fn said(credential: &SessionCredential, name: &str) -> String {
    let SessionCredential { challenge, action } = credential;
    let request = challenge.session().unwrap();
    let digest = crate::digest::of(b"{\"q\":\"why\"}");
    let (plain, posted) = (asked(), Asked { method: "POST", target: "/api/ask", digest: Some(&digest) });
    let text = match action {
        Action::Open(at, open) => open.text(at.session, challenge, &request),
        Action::Voucher(_, Voucher::Signed(signed)) => signed.text(&bound()),
        Action::Voucher(_, Voucher::Link(_)) => unreachable!("a link is not signed"),
        Action::TopUp(_, top_up) => top_up.text(&bound()),
        Action::Close(_, close) => crate::session::close::text(close.agreed, &bound()),
        Action::Pay(pay) => match name {
            "pay" => pay.text(&plain, challenge, &request),
            "pay-long" => pay.text(&Asked { target: &long_target(), ..plain }, challenge, &request),
            _ => pay.text(&posted, challenge, &request),
        },
    };
    String::from_utf8(text.unwrap().bytes().to_vec()).unwrap()
}

fn receipts() -> Value {
    let plain = json!({"name": "payment", "seed": null, "frame": 0, "chunk": 0, "fields": fields(&counted().header_value()), "value": counted().header_value()});
    let of = |(name, done)| {
        let value = certified(done).header_value(&key("receipts"), Group { frame: 7, chunk: 1 }).unwrap();
        json!({"name": name, "seed": hex(&seed("receipts")), "frame": 7, "chunk": 1, "fields": fields(&value), "value": value})
    };
    json!(std::iter::once(plain).chain(all_done().map(of)).collect::<Vec<_>>())
}

fn fields(value: &str) -> Value {
    bare(&Object::parse(&text::from_base64url(value).unwrap()).unwrap().without("proof").canonical())
}

type Refused = (&'static str, Object, &'static str);

fn payload_of(name: &str) -> Object {
    one_of_each().into_iter().find(|(known, _)| *known == name).unwrap().1.action.payload()
}

fn filler(count: usize) -> String {
    text::base64url(&vec![7; count])
}

/// What is refused in every action, and in `open`: made from what is read by one change each.
fn refused_openings() -> Vec<Refused> {
    let (of, long) = (payload_of, filler);
    vec![
        ("no action", of("pay").without("action"), "action"),
        ("an action that is none", of("pay").with("action", "settle"), "action"),
        ("no session", of("open-chain").without("sessionId"), "sessionId"),
        ("a short session", of("open-chain").with("sessionId", long(15)), "sessionId"),
        ("no number", of("voucher-link").without("seq"), "seq"),
        ("number 0", of("voucher-link").with("seq", "0"), "seq"),
        ("a number with a zero before it", of("voucher-link").with("seq", "01"), "seq"),
        ("a number above all", of("voucher-link").with("seq", "9223372036854775808"), "seq"),
        ("opened by no key", of("open-chain").without("key"), "key"),
        ("nothing held", of("open-signed").with("hold", "0").with("first", "0"), "hold"),
        ("first above hold", of("open-signed").with("first", "1000001"), "first"),
        ("no end", of("open-signed").without("until"), "until"),
        ("an end in parts of seconds", of("open-signed").with("until", "2026-11-23T17:06:05.5Z"), "until"),
        ("no kind", of("open-signed").without("kind"), "kind"),
        ("a kind that is none", of("open-signed").with("kind", "lottery"), "kind"),
        ("a chain session without its chain", of("open-chain").without("step").without("length").without("anchor"), "kind"),
        ("a signed session with a chain", of("open-chain").with("kind", "signed"), "kind"),
        ("half a chain", of("open-chain").without("anchor"), "anchor"),
        ("links worth nothing", of("open-chain").with("step", "0"), "step"),
        ("no links", of("open-chain").with("length", "0"), "length"),
        ("too many links", of("open-chain").with("length", "65537"), "length"),
        ("links worth more than amounts hold", of("open-chain").with("step", "9223372036854775807"), "length"),
        ("a short anchor", of("open-chain").with("anchor", long(31)), "anchor"),
        ("a voucher key that is none", of("open-chain").with("voucherKey", long(31)), "voucherKey"),
        ("a voucher key as an object", of("open-chain").without("voucherKey").with_object("voucherKey", Object::default()), "voucherKey"),
        ("an account in capitals", of("open-signed").with("account", "A".repeat(32)), "account"),
        ("no signature", of("open-signed").without("signature"), "signature"),
    ]
}

/// The same in the other actions.
fn refused_vouchers() -> Vec<Refused> {
    let (of, long) = (payload_of, filler);
    vec![
        ("a short signature", of("voucher-signed").with("signature", long(63)), "signature"),
        ("link and amount", of("voucher-link").with("cumulative", "1"), "voucher"),
        ("a link that is signed", of("voucher-link").with("signature", long(64)), "voucher"),
        ("a link that begins a chain", of("voucher-link").with("step", "1"), "voucher"),
        ("no link", of("voucher-link").without("link"), "link"),
        ("a long link", of("voucher-link").with("link", long(33)), "link"),
        ("a number of a link above all", of("voucher-link").with("index", "65537"), "index"),
        ("an amount with a sign", of("voucher-signed").with("cumulative", "+5"), "cumulative"),
        ("half a checkpoint", of("voucher-checkpoint").without("length"), "length"),
        ("nothing added", of("topup").with("additional", "0"), "additional"),
        ("no command", of("topup").without("command"), "command"),
        ("nothing agreed", of("close-bare").without("agreed"), "agreed"),
        ("a last voucher that is text", of("close-bare").with("voucher", "x"), "voucher"),
        ("an empty last voucher", of("close-bare").with_object("voucher", Object::default()), "index"),
        ("a checkpoint at the end", of("close-bare").with_object("voucher", of("voucher-checkpoint")), "voucher"),
        ("no most", of("pay").without("max"), "max"),
        ("a command of set trailing bits", of("pay").with("command", "AaIEPWeENtqk3kF0zJ1v5h"), "command"),
    ]
}

fn refused_requests() -> Vec<Refused> {
    let details = |change: fn(Object) -> Object| {
        let mut fields = Object::parse(request().canonical().as_bytes()).unwrap();
        let details = fields.take_object("methodDetails").unwrap();
        fields.with_object("methodDetails", change(details))
    };
    let whole = || details(|it| it);
    vec![
        ("no unit", whole().without("unitType"), "unitType"),
        ("a unit in capitals", whole().with("unitType", "Token"), "unitType"),
        ("no details", whole().without("methodDetails"), "methodDetails"),
        ("a handle in capitals", whole().with("recipient", "Harbour"), "recipient"),
        ("no price", whole().without("amount"), "amount"),
        ("per nothing", details(|it| it.with("per", "0")), "per"),
        ("worth nothing a link", details(|it| it.with("step", "0")), "step"),
        ("nothing to hold", details(|it| it.with("hold", "0")), "hold"),
        ("no scope", details(|it| it.with("scope", "")), "scope"),
        ("a scope with a space", details(|it| it.with("scope", "/a b")), "scope"),
        ("a scope that is too long", details(|it| it.with("scope", "x".repeat(257))), "scope"),
    ]
}

fn refused_receipts() -> Vec<Refused> {
    let close = certified(all_done()[3].1).header_value(&key("receipts"), Group { frame: 7, chunk: 1 }).unwrap();
    let close = || Object::parse(&text::from_base64url(&close).unwrap()).unwrap();
    vec![
        ("no success", close().with("status", "failed"), "receipt"),
        ("of a charge", close().with("intent", "charge"), "receipt"),
        ("no sum", close().without("spent"), "spent"),
        ("an end that is not final", close().without("final"), "action"),
        ("final, and no end", close().with("action", "topUp"), "action"),
        ("nothing captured", close().without("captured"), "captured"),
        ("no proof", close().without("proof"), "proof"),
        ("a proof too short", close().with("proof", filler(80)), "proof"),
    ]
}

/// What is refused, with the reason.
fn refused_vectors() -> Value {
    let whole = |what: &'static str| move |(name, json, reason): Refused| (name.to_owned(), what, json.canonical(), reason.to_owned());
    let doubled = payload_of("pay").canonical().replacen('{', "{\"max\":\"1\",", 1);
    let number = payload_of("pay").canonical().replace("\"60000\"", "60000");
    let raw = [("a member twice", doubled), ("a number", number)].map(|(name, json)| (name.to_owned(), "payload", json, "JSON".to_owned()));
    let all = refused_openings()
        .into_iter()
        .chain(refused_vouchers())
        .map(whole("payload"))
        .chain(refused_requests().into_iter().map(whole("request")));
    let all = all.chain(refused_receipts().into_iter().map(whole("receipt"))).chain(raw);
    let all: Vec<Value> = all
        .inspect(assert_is_refused)
        .map(|(name, what, json, reason)| json!({"name": name, "what": what, "json": json, "reason": reason}))
        .collect();
    json!(all)
}

fn assert_is_refused((name, what, json, reason): &(String, &'static str, String, String)) {
    let refused = match *what {
        "payload" => {
            let challenge = credential_of_pay();
            let value = format!("Payment {}", text::base64url(challenge.replace("PAYLOAD", json).as_bytes()));
            SessionCredential::parse(&value).err()
        }
        "request" => SessionRequest::parse(json.as_bytes()).err(),
        _ => CertifiedSigned::parse(&text::base64url(json.as_bytes())).err(),
    };
    let word = refused.unwrap_or_else(|| panic!("{name} is read")).0;
    assert_eq!(word.split(':').next().unwrap(), reason, "{name}");
}

/// The JSON of a credential with a word where its payload stands.
fn credential_of_pay() -> String {
    let value = crate::credential::sealed(&challenge(), Object::default().with("a", "b"));
    let json = String::from_utf8(text::from_base64url(value.strip_prefix("Payment ").unwrap()).unwrap()).unwrap();
    json.replace("{\"a\":\"b\"}", "PAYLOAD")
}
