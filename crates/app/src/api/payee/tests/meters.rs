//! Meters over `/v1`: a payee's service sends events, and both sides read the same figures.

use super::{Program, READER, content, made, refused, until};
use crate::meters::{Of, Period, Reader, Whose, by_payer, months};
use crate::wallet::tests::house::{House, Seen};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use market::{Body, TopUp, Unit};
use money::{Amount, CommandId, Party, Span, Timestamp};
use protocol::cloud_event::{MANY, ONE};
use protocol::text::{command as command_text, serial};
use rusqlite::Connection;
use serde_json::{Value, json};

const TOKENS: &str = r#"
meter.tokens = { sum = "n", dedupe = ["source", "id"], late_window = "3d" }

[offer.llm]
consume = "https://news.localhost/a/**"
price = { metered = "tokens", rate = "0.000002 EUR per 1" }
session = { reserve = 4096 }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }
"#;

/// A house that sells tokens of a service that meters itself, a reader with so much, and the service's program.
async fn service(house: &House, euro_micros: u32) -> Program<'_> {
    house.offer(TOKENS).await;
    let instance = &house.opened.instance;
    let top_up = TopUp { party: READER, asset: instance.config.asset(), amount: Amount::from_u32(euro_micros), most: Amount::MAX };
    instance.order(Body::TopUp(top_up)).await.unwrap().outcome.effect().unwrap();
    let key = made(house, "harbour", &["read", "meters"]).await.text;
    Program { house, key }
}

fn event(session: CommandId, id: &str, (at, n): (Timestamp, Value)) -> Value {
    json!({
        "specversion": "1.0", "type": "com.example.llm", "source": "/gpu/7", "id": id, "time": at.to_string(), "subject": serial(session),
        "data": { "n": n, "model": "small" },
    })
}

async fn send(program: &Program<'_>, media: &str, body: &Value) -> Seen {
    let request = Request::builder().method(Method::POST).uri("/v1/meters/tokens/events").header("content-type", media);
    let request = request.header("authorization", format!("Bearer {}", program.key));
    program.house.send(request.body(Full::new(Bytes::from(body.to_string()))).unwrap()).await
}

fn statuses(answer: &Value) -> Vec<(&str, &str)> {
    answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["status"].as_str().unwrap(), row["code"].as_str().unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn events_are_counted_once_each_and_answered_each() {
    let house = House::open().await;
    {
        let gpu = service(&house, 3_000_000).await;
        let session = house.session(READER, 12).await;
        let at = Timestamp::from_seconds(house.now().seconds());
        let first = event(session, "r-1", (at, 3.into()));
        let said = content(&send(&gpu, ONE, &first).await);
        assert_eq!(said, json!({ "status": "applied", "units": "3", "amount": "6", "unbilled": "0" }));
        assert_eq!(content(&send(&gpu, "application/cloudevents+json; charset=utf-8", &first).await), json!({ "status": "duplicate" }));
        refused(&send(&gpu, ONE, &event(session, "r-1", (at, 4.into()))).await, 409, "event-conflict");
        refused(&send(&gpu, ONE, &event(session, "r-2", (at, json!(-1)))).await, 422, "quantity-invalid");
        refused(&send(&gpu, ONE, &event(session, "r-2", (at, json!(1.5)))).await, 422, "quantity-invalid");
        refused(&send(&gpu, ONE, &event(session, "r-2", (at.before(Span(3 * 86_400 + 1)), 3.into()))).await, 422, "too-late");
        refused(&send(&gpu, ONE, &event(session, "r-2", (at.after(Span(302)), 3.into()))).await, 422, "event-in-future");
        refused(&send(&gpu, ONE, &json!({ "specversion": "1.0" })).await, 422, "event-invalid");
        refused(&send(&gpu, ONE, &json!([])).await, 400, "bad-request");
        refused(&send(&gpu, MANY, &json!([])).await, 400, "bad-request");
        refused(&send(&gpu, "application/json", &first).await, 400, "bad-request");
        let mut named = event(session, "r-3", (at, 1.into()));
        named["subject"] = format!("{}/{}", house.opened.instance.keys.pairwise(READER, "harbour"), serial(session)).into();
        let mut stranger = event(session, "r-4", (at, 1.into()));
        stranger["subject"] = format!("{}/{}", house.opened.instance.keys.pairwise(Party([1; 20]), "harbour"), serial(session)).into();
        let batch = json!([
            first,
            named,
            stranger,
            event(CommandId([7; 16]), "r-5", (at, 1.into())),
            event(session, "r-6", (at, 9.into())),
            event(session, "r-6", (at, 9.into())),
            event(session, "r-7", (at, json!("x"))),
            7,
        ]);
        let answer = content(&send(&gpu, MANY, &batch).await);
        let expected = [
            ("duplicate", ""),
            ("applied", ""),
            ("refused", "unknown"),
            ("refused", "unknown"),
            ("applied", ""),
            ("duplicate", ""),
            ("refused", "quantity-invalid"),
            ("refused", "event-invalid"),
        ];
        assert_eq!(statuses(&answer), expected);
        assert_eq!((&answer["applied"], &answer["duplicate"], &answer["refused"]), (&2.into(), &2.into(), &4.into()));
        // Two tokens were left of the hold; seven are counted and never charged.
        assert_eq!((&answer["rows"][4]["amount"], &answer["rows"][4]["unbilled"]), (&"4".into(), &"7".into()));
        assert_eq!((&answer["rows"][4]["source"], &answer["rows"][4]["id"]), (&"/gpu/7".into(), &"r-6".into()));
        assert_eq!(answer["rows"][2]["problem"]["status"], 404);
        let meters = content(&gpu.get("/v1/meters").await);
        assert_eq!(
            (&meters["rows"][0]["meter"], &meters["rows"][0]["late_window_s"], &meters["rows"][0]["remembered"]),
            (&"tokens".into(), &259_200.into(), &3.into())
        );
        let usage = until(&gpu, "/v1/meters/tokens/usage", |usage| usage["sums"]["events"] == "3").await;
        assert_eq!(usage["sums"], json!({ "events": "3", "units": "13", "amount": "12", "unbilled": "7" }));
        let row = &usage["rows"][0];
        assert_eq!((&row["units"], &row["unit_price"], &row["per"], &row["name"]), (&"13".into(), &"2".into(), &"1".into(), &"llm".into()));
        assert_eq!((&usage["sessions"][0]["drawn"], &usage["sessions"][0]["told"]), (&"12".into(), &100.into()));
        // Who pays reads the same.
        let own =
            crate::meters::usage(&house.opened.instance, crate::meters::Of::Payer(READER), (at.utc_day(), at.utc_day())).await.unwrap();
        assert_eq!((&own["rows"], &own["sums"]), (&usage["rows"], &usage["sums"]));
        assert!(own["sessions"][0].get("payer").is_none());
        // Another payee has no such meter, and a key without the scope sends nothing.
        let ann = Program::of(&house, "ann").await;
        refused(&ann.get("/v1/meters/tokens/usage").await, 404, "unknown");
        refused(&send(&ann, ONE, &first).await, 403, "scope-missing");
    }
    house.close();
}

/// Day, units, amount, and whether it came late.
type Line<'b> = (&'b str, &'b str, &'b str, bool);

/// A bill of one payer, without who it is between.
fn bill(bills: &Value) -> (&str, Vec<Line<'_>>, &Value) {
    let bill = &bills["bills"][0];
    let line = |line| {
        let line: &Value = line;
        let (day, units, amount) = (line["day"].as_str().unwrap(), line["units"].as_str().unwrap(), line["amount"].as_str().unwrap());
        assert_eq!(line.get("came").is_some(), line["late"] == true, "{line}");
        (day, units, amount, line["late"].as_bool().unwrap())
    };
    (bill["state"].as_str().unwrap_or_default(), bill["lines"].as_array().into_iter().flatten().map(line).collect(), &bill["sums"])
}

#[tokio::test]
async fn a_bill_has_late_events_on_their_own_lines_and_is_final_when_none_can_come_any_more() {
    let house = House::open().await;
    {
        let gpu = service(&house, 3_000_000).await;
        let session = house.session(READER, 60).await;
        let now = Timestamp::from_seconds(house.now().seconds());
        let (today, before) = (crate::desk::day(now), crate::desk::day(now.before(Span(86_400))));
        let events = json!([
            event(session, "a", (now, 10.into())),
            event(session, "b", (now, 5.into())),
            event(session, "c", (now.before(Span(86_400)), 9.into())),
            event(session, "d", (now, 8.into())),
        ]);
        assert_eq!(content(&send(&gpu, MANY, &events).await)["applied"], 4);
        let of = |day: &str| format!("/v1/meters/tokens/bills?period={day}");
        let bills = until(&gpu, &of(&today), |bills| bills["bills"][0]["sums"]["events"] == "3").await;
        // 24 of 32 tokens reach from 60 less 18: two are not covered.
        assert_eq!(bill(&bills).0, "running");
        assert_eq!(bill(&bills).1, [(today.as_str(), "21", "42", false)]);
        assert_eq!(bill(&bills).2, &json!({ "events": "3", "units": "21", "amount": "42", "unbilled": "2" }));
        let line = &bills["bills"][0]["lines"][0];
        assert_eq!((&line["unit_price"], &line["per"], &line["session"]), (&"2".into(), &"1".into(), &serial(session).into()));
        assert_eq!(bills["bills"][0]["payer"], house.opened.instance.keys.pairwise(READER, "harbour"));
        let late = content(&gpu.get(&of(&before)).await);
        assert_eq!((bill(&late).0, bill(&late).1), ("provisional", vec![(before.as_str(), "9", "18", true)]));
        assert_eq!(late["bills"][0]["lines"][0]["came"], today);
        assert_eq!(late["bills"][0]["final_at"], format!("{}T00:00:00Z", crate::desk::day(now.after(Span(3 * 86_400)))));
        assert_eq!(content(&gpu.get(&of("2020-02")).await)["bills"], json!([]));
        refused(&gpu.get(&of("2026-13")).await, 400, "bad-request");
        refused(&gpu.get("/v1/meters/words/bills").await, 404, "unknown");
        // Who pays has the same bill, but for their own name.
        let own = crate::meters::bills(&house.opened.instance, Of::Payer(READER), Period::parse(&today).unwrap()).await.unwrap();
        let own = own.facts(Reader::Payer);
        let mut theirs = bills["bills"][0].clone();
        theirs.as_object_mut().unwrap().remove("payer");
        assert_eq!(own["bills"][0], theirs);
        // An instant before its end plus the window an event of the day is still taken, on a line of its own; then the bill is final.
        let end = Timestamp::from_seconds((now.utc_day() + 4) * 86_400);
        house.wait(Span(end.seconds() - house.now().seconds() - 10));
        let next = house.session(READER, 40).await;
        let last = Timestamp::from_seconds((now.utc_day() + 1) * 86_400 - 5);
        let late = json!([event(next, "e", (last, 7.into())), event(session, "g", (last, 1.into()))]);
        assert_eq!(content(&send(&gpu, MANY, &late).await)["applied"], 2);
        let bills = until(&gpu, &of(&today), |bills| bills["bills"][0]["sums"]["events"] == "5").await;
        assert_eq!(bill(&bills).0, "provisional");
        // Nothing was left for the late one of the first session: it stands there and is not charged.
        let lines = [(today.as_str(), "21", "42", false), (today.as_str(), "0", "0", true), (today.as_str(), "7", "14", true)];
        assert_eq!(bill(&bills).1, lines);
        house.wait(Span(20));
        refused(&send(&gpu, ONE, &event(next, "f", (last, 7.into()))).await, 422, "too-late");
        let bills = content(&gpu.get(&of(&today)).await);
        assert_eq!((bill(&bills).0, bills["bills"][0].get("final_at")), ("final", None));
        assert_eq!(bill(&bills).2, &json!({ "events": "5", "units": "28", "amount": "56", "unbilled": "3" }));
    }
    house.close();
}

/// The pages of bills are made of the same rows as the calls.
#[tokio::test]
async fn months_payers_and_files_come_to_what_the_bills_say() {
    let house = House::open().await;
    {
        let gpu = service(&house, 3_000_000).await;
        let session = house.session(READER, 60).await;
        let now = Timestamp::from_seconds(house.now().seconds());
        let (today, before) = (crate::desk::day(now), now.before(Span(86_400)));
        let used = [("a", now, 10), ("b", now, 5), ("c", before, 9), ("d", now, 8)];
        let events: Vec<Value> = used.into_iter().map(|(id, at, n)| event(session, id, (at, n.into()))).collect();
        assert_eq!(content(&send(&gpu, MANY, &json!(events)).await)["applied"], 4);
        let of = format!("/v1/meters/tokens/bills?period={today}");
        let mut theirs = until(&gpu, &of, |bills| bills["bills"][0]["sums"]["events"] == "3").await["bills"][0].clone();
        theirs.as_object_mut().unwrap().remove("payer");
        // Months and payers come to the same as the lines of their bills.
        let instance = &house.opened.instance;
        let events = |month: &crate::meters::Month| (month.payee.clone(), month.unit.as_str().to_owned(), month.sums.events);
        for whose in [Whose::Payee("harbour".to_owned()), Whose::Payer(READER)] {
            let months = months(instance, whose).await.unwrap();
            assert_eq!(months.iter().map(|month| month.sums.events).sum::<u64>(), 4);
            assert!(months.iter().all(|month| events(month).0 == "harbour" && events(month).1 == "tokens"));
        }
        assert!(months(instance, Whose::Payee("ann".to_owned())).await.unwrap().is_empty());
        let period = Period::parse(&today).unwrap();
        let tokens = Unit::parse("tokens").unwrap();
        let (_, payers) = by_payer(instance, ("harbour".to_owned(), tokens), period).await.unwrap();
        assert_eq!(payers.iter().map(|(payer, sums)| (*payer, sums.billed(), sums.amount)).collect::<Vec<_>>(), [(READER, 21, 42)]);
        assert!(by_payer(instance, ("harbour".to_owned(), Unit::parse("words").unwrap()), period).await.is_err());
        let both = crate::meters::bills(instance, Of::Both("harbour".to_owned(), tokens, READER), period).await.unwrap();
        assert_eq!(both.facts(Reader::Payer)["bills"][0], theirs);
        let file = String::from_utf8(both.csv(Reader::Payee).unwrap()).unwrap();
        let reference = instance.keys.pairwise(READER, "harbour");
        let cells: Vec<&str> = file.lines().nth(1).unwrap().split(',').collect();
        assert_eq!(cells[..6], [&*today, "running", "harbour", &*reference, "tokens", &*today]);
        assert_eq!(cells[9..], ["3", "21", "tokens", "0.000002", "1", "0.000042", "2", "EUR"], "{file}");
        assert!(!String::from_utf8(both.csv(Reader::Payer).unwrap()).unwrap().contains(&reference));
        // A bill is nobody else's, and a page of it says no more than one of nothing.
        let mut other = house.payer(1).await;
        for path in [
            format!("/bills/{today}/harbour/tokens"),
            format!("/bills/{today}/harbour/tokens.json"),
            "/bills/soon/harbour/tokens".to_owned(),
        ] {
            assert_eq!(other.get(&path).await.status, 404, "{path}");
        }
        assert!(other.get("/bills").await.says("Nothing was reported yet."));
        assert_eq!(house.stranger().get("/bills").await.location(), "/");
    }
    house.close();
}

async fn reserve(program: &Program<'_>, id: CommandId, body: &Value) -> Seen {
    let request = Request::builder().method(Method::POST).uri("/v1/meters/tokens/reserve").header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {}", program.key)).header("idempotency-key", command_text(id));
    program.house.send(request.body(Full::new(Bytes::from(body.to_string()))).unwrap()).await
}

/// 1.00 buys 500,000 tokens: as in the script of verticals, a hundredth of it, with a restart in the midst of it.
#[tokio::test]
async fn who_reserves_first_is_told_that_the_hold_is_used_up_before_the_work() {
    let house = House::open().await;
    let house = {
        let gpu = service(&house, 1_000_000).await;
        let session = house.session(READER, 10_000).await;
        let at = Timestamp::from_seconds(house.now().seconds());
        let id = |number: u8| CommandId::new(at.ms(), [number; 10]);
        let asked = json!({ "subject": serial(session), "units": "100" });
        for number in 0..48 {
            let said = content(&reserve(&gpu, id(number), &asked).await);
            assert_eq!((&said["state"], &said["amount"], &said["units"]), (&"held".into(), &"200".into(), &"100".into()));
            let mut event = event(session, &format!("r-{number}"), (at, 100.into()));
            event["reservation"] = said["reservation"].clone();
            let said = content(&send(&gpu, ONE, &event).await);
            assert_eq!(said, json!({ "status": "applied", "units": "100", "amount": "200", "unbilled": "0", "reservation": "drawn" }));
        }
        // Four of a hundred tokens are left: two are reserved, so two more are.
        let first = reserve(&gpu, id(100), &json!({ "subject": serial(session), "units": "100", "seconds": 600 })).await;
        assert_eq!(content(&first)["until"], house.now().after(Span(600)).to_string());
        assert_eq!(content(&reserve(&gpu, id(101), &asked).await)["state"], "held");
        let no = reserve(&gpu, id(102), &asked).await;
        refused(&no, 402, "hold-exhausted");
        // The same call is the same reservation; another under its id is none.
        let again = reserve(&gpu, id(100), &json!({ "subject": serial(session), "units": "100", "seconds": 600 })).await;
        assert_eq!(again.text, first.text);
        refused(&reserve(&gpu, id(100), &asked).await, 409, "id-reused");
        // More than was reserved is drawn up to it; less, and the rest is free at once.
        let named = |name: &str, number: u8, n: u64| {
            let mut event = event(session, name, (at, n.into()));
            event["reservation"] = serial(id(number)).into();
            event
        };
        let said = content(&send(&gpu, ONE, &named("over", 100, 130)).await);
        assert_eq!((&said["unbilled"], &said["notice"]), (&"30".into(), &"over-reserve".into()));
        assert_eq!(content(&send(&gpu, ONE, &named("over", 100, 130)).await)["status"], "duplicate");
        assert_eq!(
            content(&reserve(&gpu, id(100), &json!({ "subject": serial(session), "units": "100", "seconds": 600 })).await)["state"],
            "gone"
        );
        assert_eq!(content(&send(&gpu, ONE, &named("less", 101, 40)).await)["amount"], "80");
        assert_eq!(content(&reserve(&gpu, id(103), &json!({ "subject": serial(session), "units": "60" })).await)["amount"], "120");
        refused(&reserve(&gpu, id(104), &json!({ "subject": serial(session), "units": "1" })).await, 402, "hold-exhausted");
        for (body, status, code) in [
            (json!({ "subject": serial(session), "units": "0" }), 400, "bad-request"),
            (json!({ "subject": serial(session), "units": "1", "seconds": 601 }), 400, "bad-request"),
            (json!({ "subject": serial(CommandId([7; 16])), "units": "1" }), 404, "unknown"),
            (json!({ "subject": format!("{}/{}", "a".repeat(26), serial(session)), "units": "1" }), 404, "unknown"),
        ] {
            refused(&reserve(&gpu, id(105), &body).await, status, code);
        }
        let ann = Program::of(&house, "ann").await;
        refused(&reserve(&ann, id(105), &asked).await, 403, "scope-missing");
        // What is reserved is so after a restart, too.
        let key = gpu.key.clone();
        let house = house.without_index().await;
        let gpu = Program { house: &house, key };
        refused(&reserve(&gpu, id(106), &json!({ "subject": serial(session), "units": "1" })).await, 402, "hold-exhausted");
        assert_eq!(content(&send(&gpu, ONE, &named("last", 103, 60)).await)["amount"], "120");
        assert_eq!(drawn(&house, session).await, Some((5_000, 10_000, 100)));
        house
    };
    house.close();
}

/// Units, what they came to, and the share of the hold that was told of.
async fn drawn(house: &House, session: CommandId) -> Option<(u64, u64, u8)> {
    let read = move |state: &market::State, _| state.session(session).map(|is| (is.units(), is.drawn.units(), is.told));
    house.opened.instance.look(read).await.unwrap()
}

/// A small generator of one's own, so that the same numbers come every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.checked_rem(most).unwrap_or(0)
    }
}

/// What a service sends in the script of verticals, a fiftieth of it: in time, late inside the window, too late, and again.
#[tokio::test]
async fn twenty_thousand_deliveries_come_to_what_sqlite_says_of_the_distinct_ones() {
    let house = House::open().await;
    let house = {
        let gpu = service(&house, 1_000_000).await;
        let session = house.session(READER, 120_000).await;
        let raw = Connection::open_in_memory().unwrap();
        raw.execute_batch("CREATE TABLE delivery (source TEXT, id TEXT, at INTEGER, n INTEGER)").unwrap();
        let now = Timestamp::from_seconds(house.now().seconds());
        let mut dice = Dice(0x5eed);
        let mut sent: Vec<(String, Timestamp)> = Vec::new();
        let mut deliveries = Vec::new();
        for number in 0..20_000_u64 {
            let kind = dice.below(1_000);
            // 940 in time, 8 late inside the window, 2 too late, 50 again.
            let (id, at) = if kind < 50 && !sent.is_empty() {
                sent[usize::try_from(dice.below(sent.len() as u64)).unwrap()].clone()
            } else {
                let ago = match kind {
                    50..58 => 86_400 + dice.below(2 * 86_400 - 100),
                    58..60 => 3 * 86_400 + 60 + dice.below(86_400),
                    _ => dice.below(600),
                };
                (format!("r-{number}"), now.before(Span(ago)))
            };
            sent.push((id.clone(), at));
            raw.execute("INSERT INTO delivery VALUES ('/gpu/7', ?1, ?2, 3)", (&id, i64::try_from(at.seconds()).unwrap())).unwrap();
            deliveries.push(event(session, &id, (at, 3.into())));
        }
        let (mut applied, mut duplicate, mut late) = (0_u64, 0, 0);
        for batch in deliveries.chunks(1_000) {
            let answer = content(&send(&gpu, MANY, &json!(batch)).await);
            let count = |name: &str| answer[name].as_u64().unwrap();
            assert!(statuses(&answer).iter().all(|(status, code)| *status != "refused" || *code == "too-late"));
            (applied, duplicate, late) = (applied + count("applied"), duplicate + count("duplicate"), late + count("refused"));
        }
        let since = i64::try_from(now.before(Span(3 * 86_400)).seconds()).unwrap();
        let sql = "SELECT count(*), sum(n) FROM (SELECT DISTINCT source, id, at, n FROM delivery WHERE at >= ?1)";
        let count = |row: &rusqlite::Row<'_>, at: usize| row.get::<_, i64>(at).map(i64::unsigned_abs);
        let (events, tokens) = raw.query_row(sql, (since,), |row| Ok((count(row, 0)?, count(row, 1)?))).unwrap();
        let too_late = raw.query_row("SELECT count(*) FROM delivery WHERE at < ?1", (since,), |row| count(row, 0)).unwrap();
        let all = applied.to_string();
        assert_eq!((applied, late), (events, too_late));
        assert_eq!(applied + duplicate + late, 20_000);
        assert!(duplicate > 800 && late > 20, "{duplicate} again, {late} too late");
        let due = (tokens, tokens * 2, if tokens * 2 * 100 >= 80 * 120_000 { 80 } else { 50 });
        assert_eq!(drawn(&house, session).await, Some(due));
        let usage = until(&gpu, "/v1/meters/tokens/usage", |usage| usage["sums"]["events"] == all).await;
        assert_eq!((&usage["sums"]["units"], &usage["sums"]["amount"]), (&tokens.to_string().into(), &(tokens * 2).to_string().into()));
        // Each share of the hold is told once.
        let events = until(&gpu, "/v1/events?limit=200", |seen| seen["rows"].as_array().unwrap().len() >= 2).await;
        let alerts: Vec<u64> = events["rows"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["type"] == "session.alert")
            .map(|row| row["object"]["level"].as_u64().unwrap())
            .collect();
        assert_eq!(alerts, [50, 80]);
        // The process ends and starts again; all that was counted is known.
        let key = gpu.key.clone();
        let house = house.without_index().await;
        let gpu = Program { house: &house, key };
        let answer = content(&send(&gpu, MANY, &json!(deliveries[..1_000])).await);
        assert_eq!(answer["applied"], 0, "{answer}");
        assert_eq!(drawn(&house, session).await, Some(due));
        let again = until(&gpu, "/v1/meters/tokens/usage", |usage| usage["sums"]["events"] == all).await;
        assert_eq!(again["rows"], usage["rows"], "the rows of a rebuilt index are the same");
        house
    };
    house.close();
}
