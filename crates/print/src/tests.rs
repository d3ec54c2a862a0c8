//! What every document keeps to: made again it is the same, nothing is lost, and a page holds what it can.

use crate::fonts::{Fonts, Weight};
use crate::ink::{Mark, Page};
use crate::text::{Style, drawable, width, wrapped};
use crate::*;
use money::Timestamp;

const STYLE: Style = Style { weight: Weight::Regular, size: 9_000 };

fn fonts() -> Fonts {
    Fonts::built_in().unwrap()
}

fn euro(number: &str, rest: &str) -> Figure {
    Figure { head: "−€".to_owned(), number: number.to_owned(), rest: rest.to_owned(), tail: String::new() }
}

fn column(title: &str, kind: Kind) -> Column {
    Column { title: title.to_owned(), kind }
}

/// A document with a table of so many rows.
fn sample(rows: usize) -> Document {
    let row = |number: usize| {
        vec![
            Cell::words("22 Nov, 17:11"),
            Cell::Words { text: format!("{number} 조용한 항구의 아침, a quiet harbour"), small: "news.example".to_owned() },
            Cell::Money(euro("0.05", "4")),
        ]
    };
    Document {
        lang: "ko".to_owned(),
        issuer: "Harbour Wallet".to_owned(),
        title: "명세서, 2026년 11월".to_owned(),
        test: Some("TEST Play money.".to_owned()),
        heading: Heading {
            kind: "명세서".to_owned(),
            title: "2026년 11월".to_owned(),
            figure: euro("4.81", "6"),
            caption: "잔액".to_owned(),
        },
        blocks: vec![
            Block::Facts(vec![Fact { label: "번호".to_owned(), lines: vec!["01JD".to_owned()] }]),
            Block::Table(Table {
                caption: "내역".to_owned(),
                columns: vec![column("언제", Kind::Short), column("무엇", Kind::Words), column("금액", Kind::Money)],
                rows: (0..rows).map(row).collect(),
                total: Some(vec![Cell::Empty, Cell::words("합계"), Cell::Money(euro("9.00", ""))]),
            }),
            Block::Note("Checked.".to_owned()),
        ],
        attachment: Attachment {
            name: "statement.json".to_owned(),
            media_type: "application/json".to_owned(),
            description: "The same facts".to_owned(),
            content: b"{}".to_vec(),
        },
        id: "statement/2026-11".to_owned(),
        at: Timestamp::parse("2026-12-01T00:00:00Z").unwrap(),
    }
}

fn words(page: &Page) -> Vec<&str> {
    page.iter().filter_map(|mark| if let Mark::Words { text, .. } = mark { Some(text.as_str()) } else { None }).collect()
}

#[test]
fn made_again_it_is_the_same_to_the_byte() {
    let document = sample(120);
    let first = pdf(&document).unwrap();
    assert!(first.starts_with(b"%PDF-1.7"));
    assert_eq!(first, pdf(&document).unwrap());
    let other = Document { issuer: "Another".to_owned(), ..document };
    assert_ne!(first, pdf(&other).unwrap());
}

#[test]
fn no_stream_ends_in_doubt_about_its_length() {
    let made = |number: usize| pdf(&Document { issuer: format!("Issuer {number}"), ..sample(number % 7) }).unwrap();
    let is_doubtful = |pdf: &[u8]| pdf.windows(11).any(|window| window == b"\r\nendstream");
    assert!(!(0..60).any(|number| is_doubtful(&made(number))));
    let streams = b"stream\nab\r\nendstream\nendobj\nstream\nab\nendstream\nendobj\n";
    let ended = b"stream\nab\r\rendstream\nendobj\nstream\nab\nendstream\nendobj\n";
    assert_eq!(ink::plainly_ended(streams.to_vec()), ended);
}

#[test]
fn a_table_goes_on_under_its_head_and_loses_no_row() {
    let fonts = fonts();
    let pages = flow::pages(&sample(120), &fonts);
    assert!(pages.len() > 3, "{} pages", pages.len());
    let all: Vec<&str> = pages.iter().flat_map(words).collect();
    for number in 0..120 {
        let line = format!("{number} 조용한 항구의 아침, a quiet harbour");
        assert_eq!(all.iter().filter(|text| **text == line).count(), 1, "{line}");
    }
    for (at, page) in pages.iter().enumerate() {
        assert!(words(page).contains(&"무엇"), "page {at} has the head of the table");
        assert!(words(page).contains(&&*format!("{} / {}", at + 1, pages.len())));
        assert!(words(page).contains(&"TEST Play money."), "page {at} says that its money is play");
    }
}

#[test]
fn every_mark_is_on_its_page_and_between_the_margins() {
    let fonts = fonts();
    let mut document = sample(60);
    let long = "ThisWordHasNoEndAndNoSpaceInItAnywhere".repeat(9);
    document.heading.title.clone_from(&long);
    document.issuer = "Issuer".to_owned();
    for block in &mut document.blocks {
        if let Block::Table(table) = block {
            table.rows[3][1] = Cell::Words { text: long.clone(), small: long.clone() };
        }
    }
    for page in flow::pages(&document, &fonts) {
        for mark in page {
            match mark {
                Mark::Words { x, y, text, style, .. } => {
                    let end = x + width(&text, style, &fonts);
                    assert!(x >= flow::MARGIN - 2_000 && end <= flow::WIDTH - flow::MARGIN + 1_000, "{text} ends at {end}");
                    assert!(y > 0 && y < flow::HEIGHT - 20_000, "{text} at {y}");
                }
                Mark::Area { x, y, width, height, .. } => {
                    assert!(x >= 0 && y >= 0 && x + width <= flow::WIDTH && y + height <= flow::HEIGHT);
                }
            }
        }
    }
}

#[test]
fn amounts_of_a_column_end_at_one_place() {
    let fonts = fonts();
    let ends: Vec<i64> = flow::pages(&sample(8), &fonts)
        .iter()
        .flatten()
        .filter_map(|mark| match mark {
            Mark::Words { x, text, style, .. } if text == "4" => Some(x + width(text, *style, &fonts)),
            Mark::Words { .. } | Mark::Area { .. } => None,
        })
        .collect();
    assert_eq!(ends.len(), 8);
    assert!(ends.iter().all(|end| end.abs_diff(ends[0]) <= 2), "{ends:?}");
    let digits: Vec<i64> = ('0'..='9').map(|digit| width(&digit.to_string(), STYLE, &fonts)).collect();
    assert!(digits.iter().all(|wide| *wide == digits[0]), "figures are tabular: {digits:?}");
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let fonts = fonts();
    assert_eq!(drawable("한글 and café −€4.81", STYLE, &fonts), "한글 and café −€4.81");
    assert_eq!(drawable("a \u{1f41f} b", STYLE, &fonts), "a [U+1F41F] b");
    assert_eq!(drawable("\u{202e}abc\u{200b}\n\u{7}", STYLE, &fonts), "abc", "what is invisible is left out");
    assert_eq!(drawable("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", STYLE, &fonts), "한글", "single letters become syllables");
    let document = Document { issuer: "\u{1f41f} \u{e000} \u{0}".to_owned(), ..sample(1) };
    assert!(pdf(&document).is_ok(), "whatever the words, the rules of PDF/A are kept");
}

#[test]
fn lines_break_at_spaces_and_lose_nothing() {
    let fonts = fonts();
    let text = "the scale in the hall is set into the floor on a stone of its own";
    let lines = wrapped(text, STYLE, 80_000, &fonts);
    assert!(lines.len() > 2 && lines.iter().all(|line| width(line, STYLE, &fonts) <= 80_000));
    assert_eq!(lines.join(" "), text);
    let word = "가나다라마바사아자차카타파하".repeat(4);
    let lines = wrapped(&word, STYLE, 80_000, &fonts);
    assert!(lines.len() > 2 && lines.iter().all(|line| width(line, STYLE, &fonts) <= 80_000));
    assert_eq!(lines.concat(), word);
    assert_eq!(wrapped("", STYLE, 80_000, &fonts), [""]);
}
