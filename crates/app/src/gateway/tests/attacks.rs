//! One table of attacks on every dialect. Each cell is tried, on a page that is used up as it is bought, so nothing is excused by
//! being owned: it is refused in the dialect's own form, the state of the books is the same to the last byte before and after, the
//! origin is not asked, and the credential that was attacked still pays afterwards. What the cells said stands in docs/attacks.md.

#![allow(clippy::wildcard_enum_match_arm, reason = "a row says what is special; all others are as the rest")]

mod shown;
mod thief;
mod told;

use super::*;
use protocol::text::base64url;
use serde_json::json;
use shown::{CALL, Call, OTHER, Payer, Shown, send};
use std::collections::BTreeSet;
use std::fmt::Write;

const SOLD: &str = r#"
[offer.calls]
unlock = "http://news.localhost/a/*"
price = { metered = "0.002 EUR", per = "1 call" }
l402 = true

[offer.tokens]
unlock = "http://news.localhost/t/*"
price = { metered = "0.002 EUR", per = "1000 token", most = 2000 }

[offer.tools]
unlock = "http://news.localhost/mcp/*"
price = { metered = "0.002 EUR", per = "1 call" }

[offer.others]
consume = "x402:*"
price = { at_most = "1.00 EUR" }
"#;
const PRICE: u64 = 2_000;
const AT_ONCE: usize = 12;

/// In what a payer speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Charge,
    Pay,
    Session,
    X402,
    UpTo,
    L402,
    Lightning,
    Lock,
    Mcp,
    Settle,
}

/// What somebody changes who would gain by it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edit {
    Amount,
    Asset,
    Payee,
    Offer,
    Time,
    Network,
    Scheme,
    Signature,
    Account,
}

impl Dialect {
    const ALL: [Dialect; 10] = [
        Dialect::Charge,
        Dialect::Pay,
        Dialect::Session,
        Dialect::X402,
        Dialect::UpTo,
        Dialect::L402,
        Dialect::Lightning,
        Dialect::Lock,
        Dialect::Mcp,
        Dialect::Settle,
    ];

    const fn title(self) -> &'static str {
        match self {
            Dialect::Charge => "charge",
            Dialect::Pay => "`pay`",
            Dialect::Session => "session",
            Dialect::X402 => "x402 `exact`",
            Dialect::UpTo => "x402 `upto`",
            Dialect::L402 => "L402",
            Dialect::Lightning => "lightning/charge",
            Dialect::Lock => "lock",
            Dialect::Mcp => "MCP",
            Dialect::Settle => "facilitator",
        }
    }

    /// What it is signed for: only what is counted costs up to an amount.
    const fn call(self) -> Call {
        if matches!(self, Dialect::UpTo) { Call { page: "/t/quiet", ..CALL } } else { CALL }
    }

    /// Another page of the same offer.
    const fn other(self) -> Call {
        if matches!(self, Dialect::UpTo) { Call { page: "/t/other", ..CALL } } else { OTHER }
    }

    /// In which form it is refused if it comes in this field.
    const fn in_field(self, field: &str) -> Dialect {
        match field.as_bytes() {
            b"payment-signature" => Dialect::X402,
            _ => self,
        }
    }
}

impl Edit {
    const ALL: [Edit; 9] =
        [Edit::Amount, Edit::Asset, Edit::Payee, Edit::Offer, Edit::Time, Edit::Network, Edit::Scheme, Edit::Signature, Edit::Account];

    const fn title(self) -> &'static str {
        match self {
            Edit::Amount => "another amount",
            Edit::Asset => "another asset",
            Edit::Payee => "another payee",
            Edit::Offer => "another offer",
            Edit::Time => "a later end",
            Edit::Network => "another network",
            Edit::Scheme => "another method or scheme",
            Edit::Signature => "a forged signature or preimage",
            Edit::Account => "somebody else's account",
        }
    }
}

/// Why there is nothing to try, where there is nothing.
const fn nothing(dialect: Dialect, row: &str) -> &'static str {
    match (dialect, row.as_bytes()) {
        (Dialect::Session, _) => "a voucher is signed for the session and pays for any one request in its scope, whichever comes first",
        (Dialect::L402 | Dialect::Lightning, b"another body") => {
            "clients of these methods send no digest back: the page is bound, not what is sent to it"
        }
        (Dialect::L402 | Dialect::Lightning, b"somebody else's account") => "a bearer has no account",
        (Dialect::L402, b"another method or scheme") => "the scheme is the field that it stands in: see there",
        (Dialect::L402, _) => "the token names an offer, which has price, payee and asset; at the lock they are in the invoice",
        (Dialect::Lightning, _) => "the invoice names an offer, which has payee and terms, and is changed in the row of the amount",
        (Dialect::Lock, _) => "a lock is asked at one address, and its body is the invoice",
        (Dialect::Mcp, _) => "all calls go to one address by one method",
        (Dialect::Settle, b"another offer") => "the other server names none; the payee's is found by payee and asset",
        (Dialect::Settle, b"two at once") => "its body has one payment, and no field of the request is read",
        (Dialect::Settle, _) => "a settlement is bound to no request; the payer's command makes it single",
        _ => "",
    }
}

/// Both instances, and what was found.
struct Stage {
    bed: Bed,
    elsewhere: Bed,
    rows: Vec<(String, Vec<String>)>,
    /// All that went wrong: one look shows the whole of it.
    faults: Vec<String>,
}

async fn bed() -> Bed {
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("attacks.toml"), SOLD).unwrap();
    let text = configured(origin.address);
    Bed::of(&text, (folder, origin), Arc::new(world::now)).await
}

fn configured(at: SocketAddr) -> String {
    Bed::configured(at, ("attacks.toml", "query = [\"page\"]\nmcp = [\"/mcp\"]\n")).replace("\"/tour\", \"/gift\"", "\"/mcp/*\", \"/t/*\"")
}

async fn state(bed: &Bed) -> [u8; 32] {
    bed.opened.instance.look(|state, _| state.hash()).await.unwrap()
}

fn fetched(bed: &Bed) -> usize {
    ["/a/quiet", "/a/other", "/t/quiet", "/t/other", "/mcp"].map(|path| bed.origin.asked(path).len()).iter().sum()
}

/// One attempt.
struct Try {
    shown: Vec<Shown>,
    call: Call,
    at: Visit,
    form: Dialect,
    /// At the other instance.
    elsewhere: bool,
}

impl Try {
    fn new(shown: Shown, call: Call, form: Dialect) -> Try {
        Try { shown: vec![shown], call, at: visit(world::now()), form, elsewhere: false }
    }
}

impl Stage {
    /// Tries each, and says in a cell how they were refused.
    async fn refused(&mut self, row: &str, dialect: Dialect, tries: Vec<Try>) {
        let mut said = BTreeSet::new();
        for Try { shown, call, at, form, elsewhere } in &tries {
            let bed = if *elsewhere { &self.elsewhere } else { &self.bed };
            let what = format!("{}: {row}", dialect.title());
            let before = (state(bed).await, fetched(bed));
            let answer = send(bed, shown, call, at).await;
            let after = (state(bed).await, fetched(bed));
            said.insert(self.form(&answer, *form, &what));
            self.holds(after == before, || format!("{what}: something moved"));
        }
        let cell =
            if tries.is_empty() { format!("– {}", nothing(dialect, row)) } else { said.into_iter().collect::<Vec<_>>().join("; ") };
        self.holds(cell != "– ", || format!("{}: {row}: nothing was tried", dialect.title()));
        self.note(row, cell);
    }

    /// How it was refused, in its own form or not.
    fn form(&mut self, answer: &Answer, form: Dialect, what: &str) -> String {
        let told = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| told::refusal(answer, form, what)));
        told.unwrap_or_else(|fault| {
            self.faults.push(fault.downcast_ref::<String>().cloned().unwrap_or_else(|| format!("{what}: {}", answer.text())));
            "!".to_owned()
        })
    }

    fn holds(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }

    fn note(&mut self, row: &str, cell: String) {
        match self.rows.iter_mut().find(|(known, _)| known == row) {
            Some((_, cells)) => cells.push(cell),
            None => self.rows.push((row.to_owned(), vec![cell])),
        }
    }

    /// What it pays for, once.
    async fn paid(&mut self, payer: &Payer, shown: &Shown) {
        let (before, asked) = (self.bed.available(&payer.key).await, fetched(&self.bed));
        let answer = send(&self.bed, std::slice::from_ref(shown), &payer.dialect.call(), &visit(world::now())).await;
        let title = payer.dialect.title();
        self.holds(is_served(&answer), || format!("{title}: does not pay any more: {} {}", answer.status, answer.text()));
        let fetches = usize::from(!matches!(payer.dialect, Dialect::Lock | Dialect::Settle));
        let again = fetched(&self.bed) - asked;
        self.holds(again == fetches, || format!("{title}: fetched {again} times"));
        // A session holds, and a bearer's lock was paid before.
        let due = if matches!(payer.dialect, Dialect::Session | Dialect::L402 | Dialect::Lightning) { 0 } else { PRICE };
        let went = before - self.bed.available(&payer.key).await;
        self.holds(went == due, || format!("{title}: {went} instead of {due} were paid"));
    }
}

/// True for what was paid for.
fn is_served(answer: &Answer) -> bool {
    let json = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    answer.status.is_success() && json.get("error").is_none() && json.get("success") != Some(&json!(false))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_attack_on_every_dialect_is_refused_and_moves_nothing() {
    let mut stage = Stage { bed: bed().await, elsewhere: bed().await, rows: Vec::new(), faults: Vec::new() };
    let alice = stage.bed.wallet(1, 50_000_000).await;
    for dialect in Dialect::ALL {
        let mut payer = Payer::new(dialect, alice.clone());
        before_it_is_used(&mut stage, &mut payer).await;
        edits(&mut stage, &mut payer).await;
        too_much(&mut stage, &mut payer).await;
        in_other_fields(&mut stage, &mut payer).await;
        two_at_once(&mut stage, &mut payer).await;
        stage = again(stage, &mut payer).await;
    }
    assert_eq!(stage.elsewhere.earned().await, 0);
    let table = table(&stage.rows);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/attacks.md");
    if world::environment("FARTHING_WRITE_GOLDEN").is_some() {
        std::fs::write(path, &table).unwrap();
    }
    assert!(stage.faults.is_empty(), "{}", stage.faults.join("\n"));
    assert_eq!(std::fs::read_to_string(path).unwrap(), table, "docs/attacks.md differs: FARTHING_WRITE_GOLDEN=1 writes it anew");
}

/// Shown for something else than it was signed for, at the wrong place or too late; then it still pays.
async fn before_it_is_used(stage: &mut Stage, payer: &mut Payer) {
    let dialect = payer.dialect;
    let good = payer.good(&stage.bed, &payer.dialect.call()).await;
    let request = matches!(dialect, Dialect::Charge | Dialect::Pay | Dialect::X402 | Dialect::UpTo | Dialect::L402 | Dialect::Lightning);
    let each = |calls: Vec<Call>| calls.into_iter().map(|call| Try::new(good.clone(), call, dialect)).collect::<Vec<_>>();
    let other = match &good {
        Shown::Lock { credential, .. } => {
            let Shown::Lock { invoice, .. } = payer.good(&stage.bed, &payer.dialect.other()).await else {
                unreachable!("a lock's credential")
            };
            vec![Try::new(Shown::Lock { invoice, credential: credential.clone() }, CALL, dialect)]
        }
        _ if request || dialect == Dialect::Mcp => each(vec![dialect.other()]),
        _ => Vec::new(),
    };
    stage.refused("another page", dialect, other).await;
    let when = |is: bool, calls: Vec<Call>| if is { each(calls) } else { Vec::new() };
    stage.refused("another query", dialect, when(request, vec![Call { query: "?page=2", ..dialect.call() }])).await;
    let methods = ["POST", "PUT", "DELETE"].map(|method| Call { method, ..dialect.call() }).to_vec();
    stage.refused("another method", dialect, when(request, methods)).await;
    let binds = matches!(dialect, Dialect::Charge | Dialect::Pay | Dialect::X402 | Dialect::UpTo | Dialect::Mcp);
    stage.refused("another body", dialect, when(binds, vec![Call { body: "another", ..dialect.call() }])).await;

    let elsewhere = vec![Try { elsewhere: true, ..Try::new(good.clone(), dialect.call(), dialect) }];
    stage.refused("another instance", dialect, elsewhere).await;
    let late = if dialect == Dialect::Session { payer.opening(&stage.bed).await } else { good.clone() };
    // Longer than what pays once is shown, and than a challenge of a session is good for.
    let seconds = if matches!(dialect, Dialect::Pay | Dialect::Session) { 86_500 } else { 1_000 };
    stage.refused("after its time", dialect, vec![Try { at: later(seconds), ..Try::new(late, dialect.call(), dialect) }]).await;
    stage.paid(payer, &good).await;
}

async fn edits(stage: &mut Stage, payer: &mut Payer) {
    for edit in Edit::ALL {
        let shown = payer.edited(&stage.bed, edit).await;
        let tries = shown.into_iter().map(|shown| Try::new(shown, payer.dialect.call(), payer.dialect)).collect();
        stage.refused(edit.title(), payer.dialect, tries).await;
    }
}

/// More than anybody has to read, and more than anybody can pay.
async fn too_much(stage: &mut Stage, payer: &mut Payer) {
    let dialect = payer.dialect;
    let nested = format!("{{\"a\":{}1{}}}", "[".repeat(3_000), "]".repeat(3_000));
    let (long, deep) = ("A".repeat(9_000), base64url(nested.as_bytes()));
    let bombs: Vec<Shown> = match payer.good(&stage.bed, &payer.dialect.call()).await {
        Shown::Field(field, good) => {
            let scheme = good.split_once(' ').map_or("", |(scheme, _)| scheme);
            let of = |text: &str| Shown::Field(field, format!("{scheme} {text}").trim().to_owned());
            vec![of(&long), of(&deep), of(""), Shown::Field(field, format!("{good}{long}"))]
        }
        Shown::Lock { invoice, credential } => {
            let of = |text: &str| Shown::Lock { invoice: invoice.clone(), credential: format!("Payment {text}") };
            vec![of(&long), of(&deep), of(""), Shown::Lock { invoice: invoice.repeat(100), credential }]
        }
        Shown::Meta(good) => {
            let with = |key: &str, value: serde_json::Value| {
                let mut meta = good.clone();
                meta[key] = value;
                Shown::Meta(meta)
            };
            vec![with("payload", json!(long)), with("challenge", json!([])), with("payload", json!({"key": long})), Shown::Meta(json!({}))]
        }
        Shown::Settle(good) => {
            let mut with = good;
            with["paymentPayload"]["payload"]["signature"] = json!(long);
            let nested = (0..20).fold(json!(1), |inner, _| json!([inner]));
            vec![Shown::Settle(with), Shown::Settle(json!({"x402Version": 2, "paymentPayload": nested})), Shown::Settle(json!([]))]
        }
    };
    let tries = bombs.into_iter().map(|shown| Try::new(shown, dialect.call(), dialect)).collect();
    stage.refused("long, deep or empty", dialect, tries).await;

    let poor = stage.bed.wallet(90 + dialect as u64, 1_999).await;
    let mut beggar = Payer::new(dialect, poor);
    let tries = match dialect {
        Dialect::L402 | Dialect::Lightning | Dialect::Session => Vec::new(),
        _ => vec![Try::new(beggar.good(&stage.bed, &dialect.call()).await, dialect.call(), dialect)],
    };
    if tries.is_empty() {
        let is_session = dialect == Dialect::Session;
        stage.note(
            "too little money",
            (if is_session { "– what a voucher draws is held" } else { "– see the lock, where it is paid" }).to_owned(),
        );
    } else {
        stage.refused("too little money", dialect, tries).await;
    }
}

/// In a field where credentials of other dialects stand.
async fn in_other_fields(stage: &mut Stage, payer: &mut Payer) {
    let dialect = payer.dialect;
    let good = payer.good(&stage.bed, &payer.dialect.call()).await;
    let tries: Vec<Try> = match &good {
        Shown::Field(own, value) => {
            let bare = value.split_once(' ').map_or(value.as_str(), |(_, bare)| bare);
            let fields = [("payment-signature", bare), ("x-payment", bare), ("x-cashu", bare), ("cookie", value.as_str())];
            let mut tries: Vec<_> = fields
                .into_iter()
                .filter(|(field, _)| field != own)
                .map(|(field, value)| Try::new(Shown::Field(field, value.to_owned()), dialect.call(), plain(dialect).in_field(field)))
                .collect();
            let schemes = ["Payment", "L402"].map(|scheme| (scheme, format!("{scheme} {bare}")));
            let others = schemes.into_iter().filter(|(_, line)| line != value);
            tries.extend(others.map(|(scheme, line)| {
                let form = if scheme == "L402" { Dialect::L402 } else { Dialect::Charge };
                Try::new(Shown::Field("authorization", line), dialect.call(), form)
            }));
            tries
        }
        Shown::Lock { credential, .. } => {
            vec![Try::new(Shown::Field("authorization", credential.clone()), CALL, Dialect::Charge)]
        }
        Shown::Meta(_) | Shown::Settle(_) => Vec::new(),
    };
    match &good {
        Shown::Meta(credential) => {
            // As a field of the request, where calls have none, and as an argument.
            let line = format!("Payment {}", base64url(credential.to_string().as_bytes()));
            let before = (state(&stage.bed).await, fetched(&stage.bed));
            let now = visit(world::now());
            let answer = shown::message(&stage.bed, &CALL, None, &[("authorization", &line)], &now).await;
            let cell = stage.form(&answer, Dialect::Mcp, "MCP: the wrong field");
            let after = (state(&stage.bed).await, fetched(&stage.bed));
            stage.holds(after == before, || "MCP: the wrong field moved something".to_owned());
            stage.note("in another field", cell);
        }
        Shown::Settle(body) => {
            let payment = data_encoding::BASE64.encode(body["paymentPayload"].to_string().as_bytes());
            let tries = vec![Try::new(Shown::Field("payment-signature", payment), CALL, Dialect::X402)];
            stage.refused("in another field", dialect, tries).await;
        }
        Shown::Field(..) | Shown::Lock { .. } => stage.refused("in another field", dialect, tries).await,
    }
    if !matches!(dialect, Dialect::Lock | Dialect::Settle) {
        stage.paid(payer, &good).await;
    }
}

/// In which form a request is refused that brings no credential at all.
const fn plain(dialect: Dialect) -> Dialect {
    match dialect {
        Dialect::X402 | Dialect::UpTo | Dialect::L402 | Dialect::Lightning => Dialect::Charge,
        other => other,
    }
}

/// Beside a good one of every other.
async fn two_at_once(stage: &mut Stage, payer: &mut Payer) {
    let dialect = payer.dialect;
    let good = payer.good(&stage.bed, &payer.dialect.call()).await;
    let mut tries = Vec::new();
    if dialect != Dialect::Settle {
        for (second, form) in [
            (Dialect::Charge, Dialect::Charge),
            (Dialect::Pay, Dialect::Charge),
            (Dialect::X402, Dialect::X402),
            (Dialect::L402, Dialect::L402),
            (Dialect::Lightning, Dialect::Lightning),
        ] {
            let beside = Payer::new(second, payer.key.clone()).good(&stage.bed, &CALL).await;
            // The form is that of the later in the table of dialects.
            let rank = |of: Dialect| Dialect::ALL.iter().position(|known| *known == of).unwrap_or_default();
            let form = match dialect {
                Dialect::Mcp | Dialect::Lock => dialect,
                _ if rank(form) > rank(dialect) => form,
                _ => dialect,
            };
            tries.push(Try { shown: vec![good.clone(), beside], ..Try::new(good.clone(), dialect.call(), form) });
        }
        if matches!(good, Shown::Field(..)) {
            tries.push(Try { shown: vec![good.clone(); 40], ..Try::new(good.clone(), dialect.call(), dialect) });
        }
    }
    stage.refused("two at once", dialect, tries).await;
    stage.paid(payer, &good).await;
}

/// Once more: elsewhere, many at once, after the program was started anew.
async fn again(stage: Stage, payer: &mut Payer) -> Stage {
    let mut stage = stage;
    let dialect = payer.dialect;
    let good = payer.good(&stage.bed, &payer.dialect.call()).await;
    let (before, asked) = (stage.bed.earned().await, fetched(&stage.bed));
    let held = stage.bed.available(&payer.key).await;
    let (bed, answers) = at_once(stage.bed, (&good, dialect.call())).await;
    stage.bed = bed;
    let (mut served, mut said) = (0, BTreeSet::new());
    for answer in answers {
        if is_served(&answer) {
            served += 1;
        } else {
            said.insert(stage.form(&answer, dialect, "many at once"));
        }
    }
    // Vouchers and locks are answered with the first answer; everything else once.
    let same = matches!(dialect, Dialect::Session | Dialect::Lock);
    let title = dialect.title();
    stage.holds(served == if same { AT_ONCE } else { 1 }, || format!("{title}: {served} served at once"));
    let fetches = fetched(&stage.bed) - asked;
    stage
        .holds(fetches == usize::from(!matches!(dialect, Dialect::Lock | Dialect::Settle)), || format!("{title}: fetched {fetches} times"));
    let moved = stage.bed.earned().await - before;
    let bought_before = matches!(dialect, Dialect::L402 | Dialect::Lightning | Dialect::Session);
    let (left, due) = (held - stage.bed.available(&payer.key).await, if bought_before { 0 } else { PRICE });
    stage.holds((moved, left) == (due, due), || format!("{title}: at once {left} left the payer and {moved} came"));
    stage.note(
        "many at once",
        if same { "all get the one answer, paid once".to_owned() } else { format!("one is served; {}", joined(said)) },
    );

    let calls = if matches!(dialect, Dialect::Lock | Dialect::Settle) { vec![CALL] } else { vec![dialect.call(), dialect.other()] };
    other_form(&mut stage, payer).await;
    for (row, restarts) in [("again", false), ("again after a restart", true)] {
        if restarts {
            stage.bed = restarted(stage.bed).await;
        }
        let mut cells = Vec::new();
        for call in &calls {
            let before = (stage.bed.earned().await, stage.bed.available(&payer.key).await);
            let asked = fetched(&stage.bed);
            let answer = send(&stage.bed, std::slice::from_ref(&good), call, &visit(world::now())).await;
            let after = (stage.bed.earned().await, stage.bed.available(&payer.key).await);
            let cell = if is_served(&answer) {
                stage.holds(same && call.page == dialect.call().page, || format!("{title}: {row}: served again"));
                let fetches = fetched(&stage.bed) - asked;
                (if fetches == 0 { "the first answer again" } else { "asked of the origin again, uncharged" }).to_owned()
            } else {
                let fetches = fetched(&stage.bed) - asked;
                stage.holds(fetches == 0, || format!("{title}: {row}: fetched"));
                stage.form(&answer, dialect, &format!("{title}: {row}"))
            };
            // Nobody knows any more whether a bearer's call was used: it is given back, and served to nobody.
            let back = restarts && after != before;
            if back {
                let whole = (before.0.saturating_sub(after.0), after.1.saturating_sub(before.1)) == (PRICE, PRICE);
                let may = whole && matches!(dialect, Dialect::L402 | Dialect::Lightning);
                stage.holds(may, || format!("{title}: {row} moved something: {before:?} {after:?}"));
            }
            cells.push(if back { format!("{cell}, and given back") } else { cell });
        }
        cells.dedup();
        stage.note(row, cells.join("; elsewhere "));
    }
    stage
}

/// What was used once, in the other form that the same 402 offers.
async fn other_form(stage: &mut Stage, payer: &Payer) {
    let (row, dialect) = ("again in another dialect", payer.dialect);
    let Some((first, second, call, form)) = payer.two_forms(&stage.bed).await else {
        return stage.note(row, "– what it signs has one form".to_owned());
    };
    stage.paid(payer, &first).await;
    stage.refused(row, dialect, vec![Try::new(second, call, form)]).await;
}

/// Sent so often at once; with all answers.
async fn at_once(bed: Bed, (shown, call): (&Shown, Call)) -> (Bed, Vec<Answer>) {
    let bed = Arc::new(bed);
    let one = || {
        let (bed, shown) = (Arc::clone(&bed), shown.clone());
        tokio::spawn(async move { send(&bed, &[shown], &call, &visit(world::now())).await })
    };
    let tasks: Vec<_> = (0..AT_ONCE).map(|_| one()).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    (Arc::into_inner(bed).expect("all have answered"), answers)
}

fn joined(said: BTreeSet<String>) -> String {
    said.into_iter().collect::<Vec<_>>().join("; ")
}

async fn restarted(bed: Bed) -> Bed {
    let Bed { opened, door, origin, folder } = bed;
    drop(door);
    opened.finish().unwrap();
    let text = configured(origin.address);
    Bed::of(&text, (folder, origin), Arc::new(world::now)).await
}

fn table(rows: &[(String, Vec<String>)]) -> String {
    let mut out = String::from(
        "# Attacks on every dialect\n\n\
         Made by the test that tries them (`crates/app/src/gateway/tests/attacks.rs`): `FARTHING_WRITE_GOLDEN=1 cargo test -p farthing \
         --lib every_attack_on` writes this page anew.\n\n\
         Every cell was tried on a page that is used up as it is bought. Each is refused in the form of its dialect: the status and `code` \
         of a problem document; for x402 the reason in `PAYMENT-RESPONSE` beside it; for MCP the code of the error and that of the problem; for the \
         facilitator its `errorReason`. In all of them the state of the books is the same before and after, to the last byte, the origin is not \
         asked, and what was attacked still pays afterwards, once.\n\n\
         *session* is a voucher of an open session, and where there is a challenge to change also an opening. *lock* is `POST /v1/locks/{hash}`, \
         where the invoices of L402 and lightning/charge are paid. `–` says why there is nothing to try.\n\n",
    );
    for (row, cells) in rows {
        assert_eq!(cells.len(), Dialect::ALL.len(), "{row} was not tried in every dialect");
        let _ = writeln!(out, "## {}\n\n| dialect | answer |\n| --- | --- |", capital(row));
        for (dialect, cell) in Dialect::ALL.iter().zip(cells) {
            let _ = writeln!(out, "| {} | {cell} |", dialect.title());
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
