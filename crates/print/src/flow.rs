//! Blocks onto pages: the head, then one below the other, a new page where one is full, a foot under each.

use crate::fonts::{Fonts, Weight};
use crate::ink::{Mark, Page, Tone};
use crate::table;
use crate::text::{Style, drawable, width, wrapped};
use crate::view::{Block, Document, Fact, Figure, Heading};

/// A4, in thousandths of a point.
pub const WIDTH: i64 = 595_276;
pub const HEIGHT: i64 = 841_890;
/// What words keep from the left and right edges.
pub const MARGIN: i64 = 62_000;
/// Between the margins.
pub const ROOM: i64 = WIDTH - 2 * MARGIN;
/// A hairline.
pub const HAIR: i64 = 400;

/// Where the first block of a later page begins.
const TOP: i64 = 88_000;
/// Below this nothing stands but the foot.
const BOTTOM: i64 = HEIGHT - 74_000;
const FOOT: i64 = HEIGHT - 46_000;
/// The band over test money.
const BAND: i64 = 22_000;

pub const BODY: Style = Style { weight: Weight::Regular, size: 9_000 };
pub const STRONG: Style = Style { weight: Weight::Strong, size: 9_000 };
pub const SMALL: Style = Style { weight: Weight::Regular, size: 7_500 };
const CAPTION: Style = Style { weight: Weight::Strong, size: 11_000 };
const TITLE: Style = Style { weight: Weight::Strong, size: 20_000 };
const NUMERAL: Style = Style { weight: Weight::Strong, size: 38_000 };

/// Pages under construction.
pub struct Flow<'a> {
    pub fonts: &'a Fonts,
    pages: Vec<Page>,
    /// Where the next thing begins.
    pub y: i64,
}

/// The document's pages.
pub fn pages(document: &Document, fonts: &Fonts) -> Vec<Page> {
    let mut flow = Flow { fonts, pages: vec![Page::new()], y: 0 };
    head(&document.heading, &document.issuer, &mut flow);
    for block in &document.blocks {
        match block {
            Block::Facts(facts) => facts_of(facts, &mut flow),
            Block::Table(table) => table::lay(table, &mut flow),
            Block::Note(text) => note(text, &mut flow),
        }
    }
    let Flow { mut pages, .. } = flow;
    let count = pages.len();
    for (at, page) in pages.iter_mut().enumerate() {
        edges(document, page, (at + 1, count), fonts);
    }
    pages
}

impl Flow<'_> {
    /// Puts a mark onto the page that is being filled.
    pub fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Begins a new page if less than `height` is left; true if it did.
    pub fn reserve(&mut self, height: i64) -> bool {
        let is_full = self.y + height > BOTTOM;
        if is_full {
            self.pages.push(Page::new());
            self.y = TOP;
        }
        is_full
    }

    /// Words that begin at `x`; they are made drawable here.
    pub fn words(&mut self, (x, y): (i64, i64), words: &str, style: Style, tone: Tone) {
        let text = drawable(words, style, self.fonts);
        if !text.is_empty() {
            self.put(Mark::Words { x, y, text, style, tone });
        }
    }

    /// A line from margin to margin.
    pub fn rule(&mut self, y: i64, tone: Tone) {
        self.put(Mark::Area { x: MARGIN, y, width: ROOM, height: HAIR, tone });
    }

    /// An amount that begins at `x`; its digits beyond the minor unit are muted. The strong one is of one tone.
    pub fn figure(&mut self, (x, y): (i64, i64), figure: &Figure, style: Style) {
        let mut x = x;
        let pieces = [
            (format!("{}{}", figure.head, figure.number), Tone::Ink),
            (figure.rest.clone(), Tone::Muted),
            (figure.tail.clone(), Tone::Ink),
        ];
        for (piece, tone) in pieces {
            let text = drawable(&piece, style, self.fonts);
            let wide = width(&text, style, self.fonts);
            if !text.is_empty() {
                self.put(Mark::Words { x, y, text, style, tone });
            }
            x += wide;
        }
    }

    /// How wide an amount gets.
    pub fn figure_width(&self, figure: &Figure, style: Style) -> i64 {
        let pieces = [format!("{}{}", figure.head, figure.number), figure.rest.clone(), figure.tail.clone()];
        pieces.iter().map(|piece| width(&drawable(piece, style, self.fonts), style, self.fonts)).sum()
    }

    /// Words in lines of at most `room`.
    pub fn lines(&self, words: &str, style: Style, room: i64) -> Vec<String> {
        wrapped(&drawable(words, style, self.fonts), style, room, self.fonts)
    }

    /// A heading within the document, which never stands alone at the end of a page: `with` is what must follow it.
    pub fn caption(&mut self, words: &str, with: i64) {
        self.y += 30_000;
        if self.reserve(with) {
            self.y += 10_000;
        }
        for line in self.lines(words, CAPTION, ROOM) {
            self.words((MARGIN, self.y), &line, CAPTION, Tone::Ink);
            self.y += 15_000;
        }
        self.y -= 6_000;
    }
}

fn head(heading: &Heading, issuer: &str, flow: &mut Flow<'_>) {
    flow.words((MARGIN, 66_000), issuer, STRONG, Tone::Ink);
    let kind = drawable(&heading.kind, BODY, flow.fonts);
    let x = WIDTH - MARGIN - width(&kind, BODY, flow.fonts);
    flow.words((x, 66_000), &kind, BODY, Tone::Muted);
    flow.rule(76_000, Tone::Line);
    flow.y = 118_000;
    for line in flow.lines(&heading.title, TITLE, ROOM) {
        flow.words((MARGIN, flow.y), &line, TITLE, Tone::Ink);
        flow.y += 26_000;
    }
    flow.y += 26_000;
    flow.figure((MARGIN - 1_500, flow.y), &heading.figure, NUMERAL);
    flow.y += 20_000;
    for line in flow.lines(&heading.caption, BODY, ROOM) {
        flow.words((MARGIN, flow.y), &line, BODY, Tone::Muted);
        flow.y += 13_000;
    }
}

/// Two facts beside each other, each with its name above it.
fn facts_of(facts: &[Fact], flow: &mut Flow<'_>) {
    const GAP: i64 = 24_000;
    let room = (ROOM - GAP) / 2;
    flow.y += 14_000;
    for pair in facts.chunks(2) {
        let set: Vec<(Vec<String>, Vec<String>)> = pair
            .iter()
            .map(|fact| {
                let lines = fact.lines.iter().flat_map(|line| flow.lines(line, BODY, room)).collect();
                (flow.lines(&fact.label, SMALL, room), lines)
            })
            .collect();
        let rows = set.iter().map(|(label, lines)| label.len() + lines.len()).max().unwrap_or_default();
        let height = i64::try_from(rows).unwrap_or_default() * 12_500 + 12_000;
        flow.reserve(height);
        for (x, (label, lines)) in [MARGIN, MARGIN + room + GAP].into_iter().zip(set) {
            let mut y = flow.y + 10_000;
            for line in label {
                flow.words((x, y), &line, SMALL, Tone::Muted);
                y += 12_500;
            }
            for line in lines {
                flow.words((x, y), &line, BODY, Tone::Ink);
                y += 12_500;
            }
        }
        flow.y += height;
    }
}

fn note(text: &str, flow: &mut Flow<'_>) {
    flow.y += 10_000;
    for line in flow.lines(text, SMALL, ROOM) {
        flow.reserve(11_000);
        flow.y += 11_000;
        flow.words((MARGIN, flow.y), &line, SMALL, Tone::Muted);
    }
}

/// What stands on every page: the band over test money, the title of later pages, the foot.
fn edges(document: &Document, page: &mut Page, (number, count): (usize, usize), fonts: &Fonts) {
    let mut flow = Flow { fonts, pages: vec![std::mem::take(page)], y: 0 };
    if let Some(test) = &document.test {
        flow.put(Mark::Area { x: 0, y: 0, width: WIDTH, height: BAND, tone: Tone::Sand });
        flow.words((MARGIN, 14_300), test, Style { size: 8_000, ..STRONG }, Tone::Warn);
    }
    if number > 1 {
        flow.words((MARGIN, 58_000), &document.issuer, STRONG, Tone::Ink);
        let title = drawable(&document.title, BODY, fonts);
        flow.words((WIDTH - MARGIN - width(&title, BODY, fonts), 58_000), &title, BODY, Tone::Muted);
        flow.rule(68_000, Tone::Line);
    }
    flow.rule(FOOT - 14_000, Tone::Line);
    flow.words((MARGIN, FOOT), &document.title, SMALL, Tone::Muted);
    let place = format!("{number} / {count}");
    flow.words((WIDTH - MARGIN - width(&place, SMALL, fonts), FOOT), &place, SMALL, Tone::Muted);
    *page = flow.pages.pop().unwrap_or_default();
}
