//! Events of a meter under `kill -9`: what was answered is counted, and what is sent again after any crash is counted once.

use super::load::Rng;
use super::{audited, fresh_seed};
use crate::cli::Person;
use crate::support::backend::Backend;
use crate::support::evidence;
use crate::support::http::{Answer, get, send};
use crate::support::server::{Server, farthing_ok};
use money::{Amount, CommandId, Span, Timestamp};
use protocol::challenge::parse_all;
use protocol::session::{Action, At, Kind, Open, Opening, SessionCredential};
use protocol::text::{command, serial};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::Duration;

/// Crashes of a run; `FARTHING_CRASH_ROUNDS` says another number.
const ROUNDS: usize = 4;
/// Events of a batch; each is of one token at two base units.
const BATCH: usize = 40;

fn now() -> Timestamp {
    app::world::now()
}

fn served(backend: &Backend) -> Server {
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let (config, offers) = (folder.path().join("farthing.toml"), folder.path().join("offers.toml"));
    let text = std::fs::read_to_string(&config).unwrap();
    let text = text.replacen("listen = \"127.0.0.1:0\"", &format!("listen = \"127.0.0.1:{port}\""), 1);
    std::fs::write(&config, text.replacen("priced = [\"/paid/**\"]", "priced = [\"/paid/**\", \"/llm/**\"]", 1)).unwrap();
    let metered = "meter.tokens = { sum = \"n\", late_window = \"1h\" }\n";
    let llm =
        "\n[offer.llm]\nconsume = \"http://news.localhost/llm/**\"\nprice = { metered = \"tokens\", rate = \"0.000002 EUR per 1\" }\n";
    let sold = std::fs::read_to_string(&offers).unwrap();
    std::fs::write(&offers, format!("{metered}{sold}{llm}")).unwrap();
    Server::serve(folder)
}

/// Opens a session that a meter may draw all of, as a payer's program does.
pub fn opened(url: &str, person: &Person, hold: u32) -> CommandId {
    let wallet = client::io::wallet_file::read(&person.wallet()).unwrap();
    let asked = get(url, &[]);
    let challenges = parse_all(asked.all("www-authenticate")).unwrap();
    let challenge = challenges.into_iter().find(|challenge| challenge.intent == "session").unwrap();
    let mut random = [0; 10];
    getrandom::fill(&mut random).unwrap();
    let session = CommandId::new(now().ms(), random);
    let until = Timestamp::from_seconds(now().after(Span(86_400)).seconds());
    let hold = Amount::from_u32(hold);
    let terms = Opening { hold, first: Amount::ZERO, until, kind: Kind::Trusted, voucher_key: None, account: None };
    let open = Open::sign(terms, session, &challenge, wallet.key()).unwrap();
    let credential = SessionCredential { challenge, action: Action::Open(At { session, seq: 1 }, Box::new(open)) };
    let authorization = credential.header_value();
    let fetched = send("GET", url, &[("Authorization", &authorization)], b"").unwrap();
    assert_eq!((fetched.status, fetched.code().as_str()), (402, "malformed-credential"), "nothing is delivered for an opening alone");
    let answer = send("HEAD", url, &[("Authorization", &authorization)], b"").unwrap();
    assert_eq!(answer.status, 204, "{}", answer.text());
    session
}

/// Sends a batch; an error if the program died on the way.
fn batch(server: &str, key: &str, events: &[Value]) -> std::io::Result<Answer> {
    let fields = [("Authorization", key), ("Content-Type", "application/cloudevents-batch+json")];
    send("POST", &format!("{server}/v1/meters/tokens/events"), &fields, json!(events).to_string().as_bytes())
}

/// Reserves a token before the work; an error if the program died on the way.
fn reserve(server: &str, key: &str, id: CommandId, session: CommandId) -> std::io::Result<Answer> {
    let id = command(id);
    let fields = [("Authorization", key), ("Content-Type", "application/json"), ("Idempotency-Key", &id)];
    let body = json!({ "subject": serial(session), "units": "1" });
    send("POST", &format!("{server}/v1/meters/tokens/reserve"), &fields, body.to_string().as_bytes())
}

#[test]
fn what_is_sent_again_after_a_kill_is_counted_once() {
    evidence::begin("crash-meters");
    let rounds = std::env::var("FARTHING_CRASH_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number of rounds"));
    let seed = std::env::var("FARTHING_CRASH_SEED").map_or_else(|_| fresh_seed(), |seed| seed.parse().expect("a number"));
    println!("FARTHING_CRASH_SEED={seed} FARTHING_CRASH_ROUNDS={rounds}");
    let (mut rng, backend) = (Rng(seed), Backend::start());
    let mut server = served(&backend);
    let person = Person::with(&server, "1.00");
    let session = opened(&format!("{}/llm/x", server.site()), &person, 900_000);
    let config = server.folder().join("farthing.toml").to_str().unwrap().to_owned();
    let made =
        farthing_ok(&["key", "new", "--payee", "house", "--name", "gpu", "--scope", "meters", "--scope", "read", "--config", &config]);
    let key = made.lines().next().unwrap().to_owned();
    let bearer = format!("Bearer {key}");
    let mut sent = 0_usize;
    for round in 0..rounds {
        let event = |number: usize| {
            let time = now().to_string();
            json!({ "specversion": "1.0", "type": "t", "source": "/gpu", "id": number.to_string(), "time": time, "subject": serial(session), "data": { "n": 1 } })
        };
        let mut events: Vec<Value> = (sent..sent + BATCH).map(event).collect();
        let reservation = CommandId::new(now().ms(), [u8::try_from(round).unwrap(); 10]);
        events[0]["reservation"] = serial(reservation).into();
        sent += BATCH;
        let wallet = server.url("wallet").trim_end_matches('/').to_owned();
        let (at, fields, body) = (wallet.clone(), bearer.clone(), events.clone());
        let sender = std::thread::spawn(move || {
            let reserved = reserve(&at, &fields, reservation, session);
            (reserved, batch(&at, &fields, &body))
        });
        std::thread::park_timeout(Duration::from_micros(rng.below(12_000)));
        let folder = server.kill();
        let (reserved, first) = sender.join().unwrap();
        audited(&folder.path().join("data"));
        server = Server::serve(folder);
        let kept = reserve(server.url("wallet").trim_end_matches('/'), &bearer, reservation, session).unwrap().json();
        assert_eq!(kept["amount"], "2", "round {round} of seed {seed}: {kept}");
        if let Ok(answer) = reserved
            && answer.status == 200
        {
            assert_eq!(answer.json()["reservation"], kept["reservation"], "round {round} of seed {seed}");
        }
        let again = batch(server.url("wallet").trim_end_matches('/'), &bearer, &events).unwrap().json();
        let known = again["duplicate"].as_u64().unwrap();
        if again["rows"][0]["status"] == "applied" {
            assert_eq!(again["rows"][0]["reservation"], "drawn", "round {round} of seed {seed}: {again}");
        }
        assert_eq!(known + again["applied"].as_u64().unwrap(), BATCH as u64, "round {round} of seed {seed}: {again}");
        if first.is_ok_and(|answer| answer.status == 200) {
            assert_eq!(known, BATCH as u64, "round {round} of seed {seed}: what was answered is known");
        }
        evidence::ran("crash-meters", "farthing", env!("CARGO_PKG_VERSION"));
    }
    // Who is paid and who pays read the same sum, by their own keys.
    let file = person.wallet().with_file_name("key");
    std::fs::write(&file, &key).unwrap();
    let at = server.url("wallet");
    let payee = ["usage", "--key-file", file.to_str().unwrap(), "--meter", "tokens", "--at", &at, "--json"];
    let read = |arguments: &[&str]| serde_json::from_str::<Value>(&person.ok(arguments)).unwrap();
    let all = sent.to_string();
    let deadline = now().after(Span(30));
    let theirs = loop {
        let seen = read(&payee);
        if seen["sums"]["events"] == all || now() > deadline {
            break seen;
        }
    };
    assert_eq!(theirs["sums"], json!({ "events": all, "units": all, "amount": (2 * sent).to_string(), "unbilled": "0" }));
    let ours = read(&["usage", "--json"]);
    assert_eq!((&ours["rows"], &ours["sums"]), (&theirs["rows"], &theirs["sums"]));
    assert!(person.ok(&["usage"]).contains(&format!("in all {sent} in {sent} events")));
    server.stop();
}
