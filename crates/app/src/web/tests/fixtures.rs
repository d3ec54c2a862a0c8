//! Every page in every state, filled with plausible facts.

use crate::web::colour::{Accent, Rgb};
use crate::web::*;
use ::money::{Asset, Span, Timestamp};
use protocol::problem::Problem;
use std::cell::Cell;

/// Ends text, attribute and element, and would run.
pub const POISON: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;\u{202e}";

thread_local! {
    static POISONED: Cell<bool> = const { Cell::new(false) };
    static LANG: Cell<Lang> = const { Cell::new(Lang::EN) };
}

mod admin;
mod bills;
mod desk;
mod developers;
mod exports;
mod sites;
mod streams;

/// Makes the texts of fixtures; every one of them ends in [`POISON`] while [`poisoned`] runs.
trait Text {
    fn text(self) -> String;
}

impl Text for &str {
    fn text(self) -> String {
        if POISONED.get() && !self.is_empty() { format!("{self}{POISON}") } else { self.to_owned() }
    }
}

/// Runs `make` with hostile text in every text field.
pub fn poisoned<T>(make: impl FnOnce() -> T) -> T {
    POISONED.set(true);
    let made = make();
    POISONED.set(false);
    made
}

/// Runs `make` for a reader of that language.
pub fn read_in<T>(tag: &str, make: impl FnOnce() -> T) -> T {
    LANG.set(Lang::named(tag).unwrap());
    let made = make();
    LANG.set(Lang::EN);
    made
}

pub fn eur(units: i128) -> Money {
    Money { units, asset: Asset::fiat("EUR").unwrap() }
}

pub fn at(clock: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-11-22T{clock}Z")).unwrap()
}

pub fn day(date: &str) -> Timestamp {
    Timestamp::parse(&format!("{date}:07Z")).unwrap()
}

pub fn instance() -> Instance {
    Instance { name: "Farthing demo".text(), mode: Mode::Test, lang: LANG.get() }
}

pub fn frame() -> Frame {
    Frame {
        instance: instance(),
        home_url: "/".text(),
        history_url: Some("/history".text()),
        sites_url: Some("/sites".text()),
        statements_url: Some("/statements".text()),
        available: Some(eur(4_816_000)),
        month_spent: Some(eur(184_000)),
        now: at("14:22:41"),
    }
}

pub fn stranger() -> Frame {
    Frame { history_url: None, sites_url: None, statements_url: None, available: None, month_spent: None, ..frame() }
}

pub fn form(action: &str) -> Form {
    Form { action: action.text(), csrf: "f3c1a9".text(), fields: vec![("q".text(), "eyJhbGciOiJFZERTQSJ9.e30.c2ln".text())] }
}

fn add() -> AddMoney {
    let choices = [2_000_000, 5_000_000, 10_000_000].map(|units| AddChoice { amount: eur(units), fee: eur(0) });
    AddMoney { form: form("/top-up"), choices: choices.to_vec(), stopped: None }
}

fn stopped() -> AddMoney {
    AddMoney { choices: vec![], stopped: Some(at("12:05:00")), ..add() }
}

/// A payee's own look; its logo is what the tests serve there.
pub fn look_of(path: &str) -> Look {
    let accent = Some(Accent::of(Rgb(0xd9, 0x7a, 0x1d)));
    Look { accent, logo: Some(LogoView { url: format!("{path}adnqrsk5mv2xg7h3u4fzt6ycbeadnqrs"), width: 120, height: 40 }) }
}

pub fn wall_view() -> WallView {
    WallView {
        wallets: None,
        instance: instance(),
        site: "Harbour Review".text(),
        site_url: "http://news.localhost:4020/".text(),
        look: None,
        lang: Some("en".text()),
        title: "The quiet harbour".text(),
        byline: Some("By Ines Aldane · 6 minutes".text()),
        teaser: vec![
            "At ten to five the ice machine stops, and for a moment Brannick has no sound at all. Then the first engine turns over beyond the mole, and the gulls answer it.".text(),
            "I had come to write about the auction hall, which closes in spring. What I found was a harbour that had already learned to do without it.".text(),
        ],
        price: WallPrice::Fixed(eur(50_000)),
        act: Act::Read,
        lasts: Lasts::Ever,
        devices: Some(5),
        undo: Span(600),
        pay_url: "http://wallet.localhost:4020/pay?q=eyJhbGciOiJFZERTQSJ9.e30.c2ln".text(),
        restore_url: "http://wallet.localhost:4020/pay?q=eyJhbGciOiJFZERTQSJ9.e30.c2ln&restore=1".text(),
        wait_url: Some("/.well-known/farthing/wait?page=%2Fa%2Fquiet%2Dharbour".text()),
        wallet_url: "http://wallet.localhost:4020/".text(),
        falls: None,
        item_url: "http://news.localhost:4020/a/quiet-harbour".text(),
        notice: None,
        monetization: None,
    }
}

/// As long as a quote is at most while it becomes a code, hostile text and all.
fn wait_view() -> WaitView {
    wait_for(&"e".repeat(720))
}

fn wait_for(rest: &str) -> WaitView {
    let quote = "eyJhbGciOiJFZERTQSJ9.".text() + rest;
    WaitView {
        instance: instance(),
        site: "Harbour Review".text(),
        title: "The quiet harbour".text(),
        price: eur(50_000),
        item_url: "/a/quiet-harbour".text(),
        state: WaitState::Waiting { phone_url: format!("http://wallet.localhost:4020/pay?q={quote}&screen=1"), until: at("14:32:41") },
        now: at("14:22:41"),
    }
}

fn row(at: Timestamp, title: &str, place: &str, units: i128) -> Row {
    Row {
        at,
        title: title.text(),
        place: place.text(),
        mark: None,
        receipt_url: Some("/r/aabbcc".text()),
        session_url: None,
        amount: eur(units),
        fee: None,
        balance_after: None,
        undo: None,
    }
}

pub fn rows() -> Vec<Row> {
    let undo = |clock| Some(RowUndo { until: at(clock), form: form("/undo") });
    let after = |units| Some(eur(units));
    vec![
        Row {
            undo: undo("14:32:41"),
            balance_after: after(4_816_000),
            ..row(at("14:22:41"), "Tide tables for the week", "news.localhost:4020", -4_000)
        },
        Row {
            undo: undo("14:29:10"),
            balance_after: after(4_820_000),
            ..row(at("14:19:10"), "The quiet harbour", "news.localhost:4020", -50_000)
        },
        Row {
            mark: Some("Taken back".text()),
            balance_after: after(4_870_000),
            ..row(at("09:02:00"), "Nets, and how to read them", "news.localhost:4020", 50_000)
        },
        Row {
            mark: Some("open".text()),
            receipt_url: None,
            session_url: Some("/sessions/aabbcc".text()),
            balance_after: after(4_820_000),
            ..row(at("09:02:00"), "Session at Harbour Review", "1,234 × call, €0.000002 each · €0.997532 given back", -2_468)
        },
        Row { balance_after: after(4_820_000), ..row(at("09:01:00"), "Nets, and how to read them", "news.localhost:4020", -50_000) },
        Row {
            balance_after: after(4_870_000),
            ..row(
                day("2026-11-20T18:40"),
                "A very long title about weather, work and the price of diesel on an island that nobody visits in November",
                "a-rather-long-host-name.publications.example",
                -130_000,
            )
        },
        Row { balance_after: after(5_000_000), ..row(day("2026-11-19T08:00"), "Added test money", "play", 5_000_000) },
    ]
}

fn month() -> MonthLine {
    MonthLine { month: at("14:22:41"), spent: eur(184_000), purchases: 3 }
}

pub fn home_view() -> HomeView {
    HomeView {
        frame: frame(),
        held: eur(250_000),
        month: month(),
        add: Some(add()),
        rows: rows(),
        unkept: Some(eur(20_000_000)),
        start: None,
        notice: Some(Notice { tone: Tone::Calm, lead: "Added.".text(), text: "€5.00 of play money is in your wallet.".text() }),
        cap: Some(sites::meter("Sum of sites", 8_100_000, 10_000_000)),
        warnings: vec![sites::warning(), streams::warning()],
        sessions: vec![streams::line(SessionState::Open), streams::line(SessionState::Closing)],
    }
}

fn home_empty() -> HomeView {
    HomeView {
        frame: Frame { available: Some(eur(0)), month_spent: Some(eur(0)), ..frame() },
        held: eur(0),
        month: MonthLine { spent: eur(0), purchases: 0, ..month() },
        rows: Vec::new(),
        start: Some(Link { text: "Read something for 0.4¢".text(), href: "http://news.localhost:4020/".text() }),
        notice: None,
        cap: None,
        warnings: Vec::new(),
        sessions: Vec::new(),
        ..home_view()
    }
}

pub fn signed_out_view() -> SignedOutView {
    let fee = |what: &str, cost: &str| Fee { what: what.text(), cost: cost.text() };
    SignedOutView {
        frame: stranger(),
        operator: "Farthing demo, run on this machine for whoever started it. It answers to nobody else.".text(),
        fees: vec![
            fee("Paying", "nothing"),
            fee("Taking back", "nothing"),
            fee("Adding test money", "€0.00"),
            fee("Keeping a wallet", "nothing"),
        ],
        open: form("/open"),
        sign_in_url: "/sign-in".to_owned(),
        limit: eur(20_000_000),
        links: vec![Link { text: "See the demo site".text(), href: "http://news.localhost:4020/".text() }],
    }
}

pub fn sheet_view(state: SheetState) -> SheetView {
    SheetView {
        frame: frame(),
        payee: PayeeFacts { name: "Harbour Review".text(), origin: "http://news.localhost:4020".text() },
        look: None,
        title: "The quiet harbour".text(),
        price: eur(50_000),
        watch: None,
        undo: Span(600),
        state,
        one_click: OneClick::Silent,
        opens: Opens::Here,
        back_url: "http://news.localhost:4020/a/quiet-harbour".text(),
    }
}

pub fn watched() -> Watched {
    Watched { rate: eur(2_000), per_s: 1, hold: eur(1_000_000), good_for: Span(480), devices: std::num::NonZeroU8::new(2) }
}

fn sheet_watch(left: Option<Money>) -> SheetWatch {
    SheetWatch { watched: watched(), left, idle: Span(900) }
}

pub fn ready() -> SheetState {
    SheetState::Ready { pay: form("/pay"), after: eur(4_766_000) }
}

fn at_least(refused: Option<(String, String)>) -> SheetState {
    let suggestions = [50_000, 100_000, 500_000].map(eur).to_vec();
    SheetState::AtLeast { pay: form("/pay"), available: eur(4_816_000), suggestions, refused }
}

pub fn sheets() -> Vec<(&'static str, SheetView)> {
    let (open_url, receipt_url) = ("http://news.localhost:4020/a/quiet-harbour".text(), "/r/aabbcc".text());
    let no_wallet = SheetState::NoWallet { open: form("/open"), sign_in_url: "/sign-in?q=x".to_owned(), limit: eur(20_000_000) };
    let wrong = ("0,5".text(), "Write the price with a point, such as 0.50.".text());
    vec![
        ("sheet-no-wallet", SheetView { frame: stranger(), ..sheet_view(no_wallet) }),
        ("sheet-short", sheet_view(SheetState::Short { available: eur(12_000), missing: eur(38_000), add: add() })),
        ("sheet-rail-down", sheet_view(SheetState::Short { available: eur(12_000), missing: eur(38_000), add: stopped() })),
        ("sheet-ready", sheet_view(ready())),
        ("sheet-watch", SheetView { watch: Some(sheet_watch(None)), price: eur(1_000_000), ..sheet_view(ready()) }),
        ("sheet-watch-more", SheetView { watch: Some(sheet_watch(Some(eur(3_904)))), price: eur(1_000_000), ..sheet_view(ready()) }),
        ("sheet-branded", SheetView { look: Some(look_of("/logo/")), ..sheet_view(ready()) }),
        ("sheet-fine", SheetView { price: eur(4_000), title: "Tide tables for the week".text(), ..sheet_view(ready()) }),
        ("sheet-dearer", sheet_view(SheetState::Dearer { was: eur(40_000), pay: form("/pay"), after: eur(4_766_000) })),
        ("sheet-at-least", sheet_view(at_least(None))),
        ("sheet-at-least-wrong", sheet_view(at_least(Some(wrong)))),
        ("sheet-expired", sheet_view(SheetState::Expired { renew_url: open_url.clone() })),
        (
            "sheet-owned",
            sheet_view(SheetState::Owned { open_url: open_url.clone(), since: at("09:01:00"), receipt_url: receipt_url.clone() }),
        ),
        ("sheet-screen", SheetView { opens: Opens::OnScreen, ..sheet_view(ready()) }),
        ("sheet-screen-owned", SheetView { opens: Opens::OnScreen, ..sheet_view(SheetState::ForScreen { open: form("/pay") }) }),
        ("sheet-used", sheet_view(SheetState::Used { open_url, receipt_url })),
    ]
    .into_iter()
    .chain(sites::sheets())
    .collect()
}

pub fn receipt_view(undo: ReceiptUndo) -> ReceiptView {
    let leg = |label: &str, to: &str, bp, units| Leg { label: label.text(), to: to.text(), bp, amount: eur(units) };
    let line = |text: &str, units| Line { text: text.text(), amount: eur(units) };
    let moment = |clock, what: &str, detail: &str| Moment { at: at(clock), what: what.text(), detail: detail.text() };
    ReceiptView {
        frame: frame(),
        serial: "adnqrsk5mv2xg7h3u4fzt6ycbe".text(),
        title: "The quiet harbour".text(),
        item_url: "http://news.localhost:4020/a/quiet-harbour".text(),
        session_url: None,
        payee: "Harbour Review".text(),
        look: None,
        payee_handle: "harbour".text(),
        origin: "http://news.localhost:4020".text(),
        payer_reference: "k7m2q4xv6t5hz3ub".text(),
        at: at("14:19:10"),
        total: eur(50_000),
        lines: vec![line("The quiet harbour", 50_000)],
        legs: vec![
            leg("writer", "ines", Some(7_000), 35_000),
            leg("house", "harbour", None, 14_500),
            leg("operator", "farthing", Some(100), 500),
        ],
        fees: vec![line("Fee of the method", 0)],
        balance_after: Some(eur(4_820_000)),
        timeline: vec![
            moment("14:19:04", "Priced", "by the site, for ten minutes"),
            moment("14:19:10", "Paid", "by a press, here"),
            moment("14:19:11", "Opened", ""),
        ],
        part: None,
        undo,
        pdf_url: "/r/aabbcc.pdf".text(),
        json_url: "/r/aabbcc.json".text(),
    }
}

pub fn history_view() -> HistoryView {
    let mut rows: Vec<Row> = rows().into_iter().cycle().take(50).collect();
    for (row, left) in rows.iter_mut().skip(2).zip(0_i128..) {
        row.undo = None;
        row.balance_after = Some(eur(4_870_000_i128.saturating_sub(left.saturating_mul(4_000))));
    }
    HistoryView {
        frame: frame(),
        rows,
        older_url: Some("/history?after=812".text()),
        newest_url: Some("/history".text()),
        csv_url: "/history.csv".text(),
        json_url: "/history.json".text(),
    }
}

pub fn statements_view() -> StatementsView {
    let row = |month: &str, state, [opening, came_in, went_out, closing]: [i128; 4]| StatementRow {
        month: day(&format!("{month}-01T00:00")),
        state,
        opening: eur(opening),
        came_in: eur(came_in),
        went_out: eur(went_out),
        closing: eur(closing),
        url: format!("/statements/{month}").text(),
        query: "?zone=Europe/Berlin".text(),
    };
    StatementsView {
        frame: frame(),
        months: vec![
            row("2026-11", MonthState::Open, [4_930_000, 50_000, -164_000, 4_816_000]),
            row("2026-10", MonthState::Closed, [1_204_500, 5_000_000, -1_274_500, 4_930_000]),
            row("2026-03", MonthState::Closed, [0, 1_234_500_000, -1_233_295_500, 1_204_500]),
        ],
        older_url: Some("/statements?before=2026-03".text()),
        newest_url: Some("/statements".text()),
        bills_url: Some("/bills".text()),
    }
}

pub fn ops_view() -> OpsView {
    let check = |name: &str, standing, detail: &str| Check { name: name.text(), standing, detail: detail.text() };
    let usd = |units| Money { units, asset: Asset::fiat("USD").unwrap() };
    OpsView {
        instance: Instance { lang: Lang::EN, ..instance() },
        as_of: at("14:22:41"),
        uptime: Span(273_725),
        health: vec![
            check("Journal", Standing::Good, "synced 0.4 s ago"),
            check("Index", Standing::Good, ""),
            check("Origin news.localhost", Standing::Waiting, "slow, 3.1 s"),
            check("Backup", Standing::Bad, "none taken yet"),
        ],
        books: vec![
            AssetBooks { credits: eur(1_234_567_891_000), debits: eur(-1_234_567_891_000), held: eur(250_000), accounts: 12_480 },
            AssetBooks { credits: usd(0), debits: usd(0), held: usd(0), accounts: 0 },
        ],
        head: ChainHead {
            sequence: 48_291,
            hash: "9f2c41d07be85a6630c1e4b7a2d95f18e63c70b4ad12f8590ce7316ba4d8f205".text(),
            at: at("14:22:40"),
        },
        queue_depth: 3,
        queue_limit: 8_192,
        index_lag_ms: 12,
        counts: vec![("Payments".text(), 31_204), ("Taken back".text(), 412), ("Wallets".text(), 1_877), ("Offers".text(), 6)],
        versions: vec![
            ("Program".text(), "0.1.0".text()),
            ("Rules".text(), "1".text()),
            ("Journal format".text(), "1".text()),
            ("Data folder".text(), "test".text()),
        ],
        links: vec![
            Link { text: "Health as JSON".text(), href: "/healthz".text() },
            Link { text: "Export the books".text(), href: "/export".text() },
        ],
    }
}

fn wallets() -> WallWallets {
    let others = vec!["https://purse.example".text(), "http://wallet.localhost:4020".text()];
    WallWallets { chosen: "https://wallet.quay.example".text(), others, form: form("/.well-known/farthing/wallet") }
}

fn walls() -> Vec<(&'static str, String)> {
    let on_wall = |said| wall(&WallView { notice: Some(said), ..wall_view() });
    vec![
        ("wall", wall(&wall_view())),
        (
            "wall-fine",
            wall(&WallView { price: WallPrice::Fixed(eur(4_000)), lasts: Lasts::For(Span(604_800)), devices: None, ..wall_view() }),
        ),
        (
            "wall-at-least",
            wall(&WallView {
                price: WallPrice::AtLeast(eur(100_000)),
                undo: Span(0),
                act: Act::Download,
                lasts: Lasts::Once,
                ..wall_view()
            }),
        ),
        ("wall-watch", wall(&WallView { price: WallPrice::Watched(watched()), act: Act::Watch, undo: Span(0), ..wall_view() })),
        ("wall-branded", wall(&WallView { look: Some(look_of("/.well-known/farthing/logo/")), ..wall_view() })),
        ("wall-monetized", wall(&WallView { monetization: Some("https://ilp.bank.example/harbour".text()), ..wall_view() })),
        ("wall-taken-back", on_wall(WallNotice::TakenBack(eur(50_000)))),
        ("wall-comes-back", on_wall(WallNotice::ComesBack(eur(50_000)))),
        ("wall-wallets", wall(&WallView { wallets: Some(wallets()), ..wall_view() })),
        ("wall-dearer", on_wall(WallNotice::PriceChanged { was: eur(40_000) })),
        ("wall-return-failed", on_wall(WallNotice::ReturnFailed)),
    ]
}

fn site_pages() -> Vec<(&'static str, String)> {
    let (site, title) = ("Harbour Review".text(), "The quiet harbour".text());
    let item_url = "http://news.localhost:4020/a/quiet-harbour".text();
    let way_on = Link { text: "To the first page".text(), href: "/".text() };
    let page_of = |problem| ProblemView::of(instance(), &problem, "7Q4K-M2XD".text(), way_on.clone());
    vec![
        (
            "taken-back",
            taken_back(&TakenBackView {
                instance: instance(),
                site: site.clone(),
                site_url: "/".text(),
                title: title.clone(),
                amount: eur(50_000),
                at: at("14:24:00"),
                item_url: item_url.clone(),
                wallet_url: "http://wallet.localhost:4020/".text(),
            }),
        ),
        (
            "origin-failed",
            origin_failed(&OriginFailedView {
                waits: false,
                instance: instance(),
                site: site.clone(),
                title: title.clone(),
                refunded: eur(50_000),
                retry_url: item_url.clone(),
                receipt_url: "http://wallet.localhost:4020/r/aabbcc".text(),
                request_id: "7Q4K-M2XD".text(),
            }),
        ),
        (
            "origin-failed-later",
            origin_failed(&OriginFailedView {
                waits: true,
                instance: instance(),
                site: site.clone(),
                title: title.clone(),
                refunded: eur(50_000),
                retry_url: item_url.clone(),
                receipt_url: "https://wallet.quay.example/r/aabbcc".text(),
                request_id: "7Q4K-M2XD".text(),
            }),
        ),
        (
            "wallet-silent",
            wallet_silent(&WalletSilentView {
                instance: instance(),
                site: site.clone(),
                wallet: "https://wallet.quay.example".text(),
                restore_url: "/.well-known/farthing/pay?page=%2Fa%2Fquiet%2Dharbour&restore=1".text(),
                item_url: "/a/quiet-harbour".text(),
            }),
        ),
        ("wait", wait(&wait_view())),
        ("wait-long", wait(&wait_for(&"e".repeat(1_200)))),
        (
            "wait-over",
            wait(&WaitView { state: WaitState::Over { again_url: "/.well-known/farthing/wait?page=%2Fa%2Fx".text() }, ..wait_view() }),
        ),
        ("cookies-off", cookies_off(&CookiesOffView { instance: instance(), site, title, restore_url: wall_view().restore_url })),
        ("not-found", problem(&page_of(Problem::Unknown))),
        ("bad-request", problem(&page_of(Problem::BadRequest { detail: "its body did not arrive whole".text() }))),
        ("for-programs", problem(&page_of(Problem::SignatureInvalid))),
        ("misdirected", problem(&page_of(Problem::Misdirected))),
        ("wallet-error", problem(&ProblemView { frame: Some(frame()), ..page_of(Problem::Internal) })),
    ]
}

fn outcomes() -> Vec<(&'static str, String)> {
    let title = "The quiet harbour".text();
    let refused =
        |refusal| undo_refused(&UndoRefusedView { frame: frame(), title: title.clone(), refusal, receipt_url: "/r/aabbcc".text() });
    let quote = |refusal, origin: Option<&str>| {
        quote_refused(&QuoteRefusedView { frame: frame(), refusal, origin: origin.map(Text::text), request_id: "7Q4K-M2XD".text() })
    };
    vec![
        (
            "undo-done",
            undo_done(&UndoDoneView {
                frame: frame(),
                title: title.clone(),
                payee: "Harbour Review".text(),
                amount: eur(50_000),
                receipt_url: "/r/aabbcc".text(),
            }),
        ),
        (
            "pay-done",
            pay_done(&PayDoneView {
                frame: frame(),
                title: title.clone(),
                receipt_url: "/r/aabbcc".text(),
                site_url: "/sites/news.localhost".text(),
            }),
        ),
        ("undo-closed", refused(UndoRefusal::WindowClosed { since: at("14:29:10") })),
        ("undo-again", refused(UndoRefusal::AlreadyTakenBack { at: at("14:24:00") })),
        ("undo-used", refused(UndoRefusal::Used { at: at("09:02:00") })),
        ("undo-limit", refused(UndoRefusal::DayLimit { limit: 10 })),
        ("undo-never", refused(UndoRefusal::NotOffered)),
        ("quote-forged", quote(QuoteRefusal::Forged, Some("http://news.localhost:4020"))),
        ("quote-unreadable", quote(QuoteRefusal::Unreadable, None)),
        ("quote-other-wallet", quote(QuoteRefusal::OtherWallet, Some("http://news.localhost:4020"))),
        ("quote-unknown", quote(QuoteRefusal::UnknownSite, Some("https://xn--nws-pma.example"))),
        ("quote-key", quote(QuoteRefusal::KeyChanged, Some("http://news.localhost:4020"))),
        ("quote-unreachable", quote(QuoteRefusal::Unreachable, Some("http://news.localhost:4020"))),
        ("quote-currency", quote(QuoteRefusal::OtherCurrency, Some("http://news.localhost:4020"))),
        (
            "restore-not-found",
            restore_not_found(&RestoreNotFoundView {
                frame: frame(),
                title: title.clone(),
                origin: "http://news.localhost:4020".text(),
                price: eur(4_000),
                pay_url: "/pay?q=x".text(),
                back_url: "http://news.localhost:4020/a/quiet-harbour".text(),
            }),
        ),
    ]
}

/// Every page of ours in every state, by name.
fn passkey_form() -> PasskeyForm {
    PasskeyForm { form: form("/sign-in/passkey"), options_url: "/sign-in/passkey/options".text() }
}

fn sign_in_view() -> SignInView {
    SignInView {
        frame: stranger(),
        is_again: false,
        refused: Some("Nothing opened by it.".text()),
        keep_first: None,
        passkey: Some(passkey_form()),
        recovery: form("/sign-in/recovery"),
        mail: Some(form("/sign-in/mail")),
        open: Some(form("/open")),
    }
}

fn keeping() -> Keeping {
    let passkey =
        |name: &str, remove: Option<String>| PasskeyLine { name: name.text(), created: at("14:22:41"), used: at("14:29:10"), remove };
    let login = |device: &str, is_this: bool| LoginLine {
        device: device.text(),
        is_this,
        is_desk: !is_this,
        created: at("14:22:41"),
        seen: at("14:29:10"),
        end: "AAAA".text(),
    };
    Keeping {
        add: Some(passkey_form()),
        passkeys: vec![passkey("Phone", Some("BBBB".text())), passkey("Laptop", None)],
        remove: form("/settings/passkeys/remove"),
        codes: 9,
        make_codes: form("/settings/codes"),
        logins: vec![login("Firefox, Linux", true), login("", false)],
        end: form("/settings/logins/end"),
        sign_out: form("/sign-out"),
    }
}

fn settings_view() -> SettingsView {
    let notice = Some(Notice { tone: Tone::Calm, lead: "Done.".text(), text: String::new() });
    SettingsView {
        frame: frame(),
        notice,
        limit: eur(1_000_000_000),
        is_kept: false,
        keeping: keeping(),
        mail: Some(MailSetting {
            address: Some("ann@example.org".text()),
            form: form("/settings/mail"),
            digest: form("/settings/digest"),
            wants_digest: false,
        }),
        chosen: None,
        language: form("/settings/language"),
        zone: ZoneSetting {
            form: form("/settings/zone"),
            typed: "Europe/Berlin".text(),
            refused: Some(crate::web::lang::plain!(LANG.get(), "zone-wrong")),
            usual: "UTC",
        },
        close: form("/settings/close"),
        left: Some(eur(5_000_000)),
    }
}

fn codes_view() -> CodesView {
    let codes = vec!["7Q4KM-2XD9T".text(), "9FBAA-00000".text()];
    CodesView { codes, confirm: form("/settings/codes/confirm"), again: form("/settings/codes"), refused: Some("None of the ten.".text()) }
}

fn admin_frame() -> AdminFrame {
    let instance = frame().instance;
    AdminFrame { instance, is_in: true, here: AdminPlace::Operators, now: at("14:22:41") }
}

fn setup_view() -> SetupView {
    let (code, name, refused) = ("7Q4K-M2XD-9TFB".text(), "Mira".text(), Some("No such code.".text()));
    SetupView { frame: admin_frame(), is_first: true, form: Some(passkey_form()), code, name, refused }
}

fn operators_view() -> OperatorsView {
    let operator = |name: &str, is_this: bool| OperatorLine { name: name.text(), is_this, since: at("14:22:41"), remove: "CCCC".text() };
    OperatorsView {
        frame: admin_frame(),
        notice: None,
        operators: vec![operator("Mira", true), operator("Jonas", false)],
        remove: form("/operators/remove"),
        invite: form("/operators/invite"),
        invited: Some(("http://admin.localhost:4020/setup#7Q4K-M2XD-9TFB".text(), at("14:52:41"))),
        keeping: keeping(),
    }
}

pub fn all() -> Vec<(&'static str, String)> {
    let mut pages = walls();
    pages.extend(site_pages());
    pages.extend(sheets().into_iter().map(|(name, view)| (name, sheet(&view))));
    pages.extend(outcomes());
    pages.extend([
        ("sign-in", sign_in(&sign_in_view())),
        ("sign-in-keep-first", sign_in(&SignInView { keep_first: Some(eur(5_000_000)), ..sign_in_view() })),
        (
            "mail-code",
            mail_code(&MailCodeView {
                frame: stranger(),
                form: form("/sign-in/mail/code"),
                again_url: "/sign-in".to_owned(),
                refused: Some("Not it.".text()),
            }),
        ),
        ("settings", settings(&settings_view())),
        ("codes", codes(&frame(), &codes_view())),
        ("admin-setup", setup(&setup_view())),
        (
            "admin-sign-in",
            admin_sign_in(&AdminSignInView {
                frame: admin_frame(),
                passkey: Some(passkey_form()),
                recovery: form("/sign-in/recovery"),
                refused: Some("Nothing opened by it.".text()),
            }),
        ),
        ("admin-operators", operators(&operators_view())),
        ("admin-codes", admin_codes(&admin_frame(), &codes_view())),
        ("signed-out", signed_out(&signed_out_view())),
        ("home", home(&home_view())),
        ("home-empty", home(&home_empty())),
        ("home-rail-down", home(&HomeView { add: Some(stopped()), ..home_view() })),
        ("receipt", receipt(&receipt_view(ReceiptUndo::Open { until: at("14:29:10"), form: form("/undo") }))),
        (
            "receipt-in-part",
            receipt(&ReceiptView {
                part: Some((eur(20_000), eur(30_000))),
                ..receipt_view(ReceiptUndo::Open { until: at("14:29:10"), form: form("/undo") })
            }),
        ),
        ("receipt-closed", receipt(&receipt_view(ReceiptUndo::Closed { since: at("14:29:10") }))),
        ("receipt-taken-back", receipt(&receipt_view(ReceiptUndo::TakenBack { at: at("14:24:00") }))),
        ("receipt-never", receipt(&receipt_view(ReceiptUndo::Never))),
        ("history", history(&history_view())),
        ("history-empty", history(&HistoryView { rows: Vec::new(), older_url: None, newest_url: None, ..history_view() })),
        ("statements", statements(&statements_view())),
        ("statements-empty", statements(&StatementsView { months: Vec::new(), older_url: None, newest_url: None, ..statements_view() })),
        ("ops", ops(&ops_view())),
    ]);
    pages.extend(admin::pages());
    pages.extend(sites::pages());
    pages.extend(desk::pages());
    pages.extend(streams::pages());
    pages.extend(developers::pages());
    pages.extend(exports::pages());
    pages.extend(bills::pages());
    pages
}

pub fn bar_view() -> BarView {
    BarView {
        lang: LANG.get(),
        mode: Mode::Test,
        paid: eur(4_000),
        undo: Some(BarUndo {
            until: at("14:32:41"),
            form: Form {
                action: "/.well-known/farthing/undo".text(),
                csrf: String::new(),
                fields: vec![("receipt".text(), "aabbcc".text())],
            },
        }),
        receipt_url: "http://wallet.localhost:4020/r/aabbcc".text(),
        css_url: "/.well-known/farthing/bar.css".text(),
        now: at("14:22:41"),
    }
}
