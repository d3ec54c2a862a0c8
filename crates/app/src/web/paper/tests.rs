//! What stands on paper: the figures of the statement in each language, and no more pages than anybody leafs through.

use super::*;
use crate::statement::{Division, Statement};
use crate::wallet::{Line, SaleFacts};
use ::money::{Amount, Asset, CommandId, Party, Timestamp};
use market::{Class, Place};
use print::Block;
use store::index::{HistoryRow, Kind as Moved, MonthSum, Of};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// November of a wallet that had 5.00 and bought so many pages of 0.004.
fn november(pages: u32) -> Statement {
    let of = Of { party: Party([7; 20]), asset: Asset::fiat("EUR").unwrap(), class: Class::Funded };
    let spent = |pages: u32| i64::from(pages).saturating_mul(4_000);
    let line = |number: u32| Line {
        row: HistoryRow {
            given: None,
            captured: None,
            place: Place { frame: u64::from(number), record: 0 },
            at: at("2026-11-22T17:11:05Z"),
            kind: Moved::Sale,
            asset: of.asset,
            amount: -4_000,
            balance: 500_000_000_i64.saturating_sub(spent(number)),
            sale: Some(CommandId([1; 16])),
            item: Some("news.example/a/quiet-harbour".to_owned()),
        },
        sale: Some(SaleFacts { payee: "harbour".to_owned(), undo_until: None, taken_back: false, returned: Amount::ZERO }),
        used: None,
        session: None,
    };
    let total = spent(pages);
    let closing = 500_000_000_i64.saturating_sub(total);
    let (from, to) = (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    let division = Division { total, payees: [("harbour".to_owned(), total)].into(), ..Division::default() };
    let sum = MonthSum {
        month: from.utc_month(),
        opening: 500_000_000,
        came_in: 0,
        went_out: total.saturating_neg(),
        closing,
        lines: u64::from(pages),
    };
    let (month, zone) = (from.utc_month(), crate::zone::Zone::UTC);
    Statement { of, month, zone, from, to, as_of: to, sum, lines: (1..=pages).map(line).collect(), division }
}

fn instance(tag: &str, mode: Mode) -> Instance {
    Instance { name: "Harbour Wallet".to_owned(), mode, lang: Lang::named(tag).unwrap() }
}

fn on_paper(statement: &Statement, instance: &Instance) -> print::Document {
    let attachment = Attachment {
        name: "statement.json".to_owned(),
        media_type: "application/json".to_owned(),
        description: "facts".to_owned(),
        content: b"{}".to_vec(),
    };
    let issue = Issue { instance, id: "abc".to_owned(), wallet_url: "https://wallet.example".to_owned(), attachment };
    super::statement(statement, &issue, &|handle| handle.to_uppercase())
}

fn notes(document: &print::Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|block| if let Block::Note(text) = block { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn the_line_that_was_checked_is_printed() {
    let document = on_paper(&november(2), &instance("en", Mode::Test));
    let checked = "Checked against the books: €0.008 paid = €0.008 kept by payees + €0.00 fees + €0.00 taken back.";
    assert_eq!(notes(&document)[0], checked);
    assert_eq!((document.title.as_str(), document.at), ("Statement, November 2026", at("2026-12-01T00:00:00Z")));
    let figure = &document.heading.figure;
    assert_eq!((&*figure.head, &*figure.number, &*figure.rest), ("€", "499.99", "2"));
    assert!(notes(&document)[1].ends_with("https://wallet.example/.well-known/farthing.json"));
    let open = Statement { as_of: at("2026-11-23T08:00:00Z"), ..november(2) };
    let open = on_paper(&open, &instance("en", Mode::Test));
    assert_eq!((&*open.heading.kind, &*document.heading.kind), ("Statement until now", "Statement"));
    assert!(open.heading.caption.contains("23 Nov 2026, 08:00 UTC") && document.heading.caption.contains("at the end of November 2026"));
}

#[test]
fn money_that_is_real_is_not_called_a_test() {
    assert!(on_paper(&november(1), &instance("de", Mode::Test)).test.unwrap().starts_with("TEST"));
    assert_eq!(on_paper(&november(1), &instance("de", Mode::Live)).test, None);
}

#[test]
fn nobody_leafs_through_a_thousand_pages() {
    let tables = |document: &print::Document| document.blocks.iter().filter(|block| matches!(block, Block::Table(_))).count();
    let (few, many) = (november(10_000), november(10_001));
    assert_eq!(tables(&on_paper(&few, &instance("ko", Mode::Test))), 3);
    let many = on_paper(&many, &instance("en", Mode::Test));
    assert_eq!(tables(&many), 2);
    assert!(notes(&many)[1].starts_with("This month has 10,001 changes."));
}
