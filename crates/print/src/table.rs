//! Rows onto pages: columns as wide as what stands in them, a head on every page, amounts aligned at their right.

use crate::flow::{BODY, Flow, MARGIN, ROOM, SMALL, STRONG, WIDTH};
use crate::ink::{Mark, Tone};
use crate::text::{Style, drawable, width};
use crate::view::{Cell, Column, Kind, Table};

/// Between columns.
const GAP: i64 = 16_000;
/// From line to line, and of small letters.
const LEADING: i64 = 12_500;
const SMALL_LEADING: i64 = 9_800;
/// Above and below the words of a row.
const PADDING: i64 = 4_000;
/// The least that words of any length get.
const LEAST: i64 = 110_000;

/// Where a column stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    x: i64,
    width: i64,
    kind: Kind,
}

/// A cell in lines.
enum Set<'a> {
    Words { text: Vec<String>, small: Vec<String> },
    Money(&'a crate::Figure),
}

/// Lays a table below what is there.
pub fn lay(table: &Table, flow: &mut Flow<'_>) {
    let places = places(table, flow);
    flow.caption(&table.caption, 70_000);
    let head = table.columns.iter().any(|column| !column.title.is_empty());
    if head {
        titles(&table.columns, &places, flow);
    } else {
        flow.y += 4_000;
        flow.rule(flow.y, Tone::Line);
    }
    for row in &table.rows {
        let (set, height) = set(row, &places, BODY, flow);
        if flow.reserve(height) && head {
            titles(&table.columns, &places, flow);
        }
        draw((set, height), &places, BODY, flow);
        flow.rule(flow.y, Tone::Line);
    }
    if let Some(total) = &table.total {
        let (set, height) = set(total, &places, STRONG, flow);
        if flow.reserve(height) && head {
            titles(&table.columns, &places, flow);
        }
        flow.put(Mark::Area { x: MARGIN, y: flow.y, width: ROOM, height: 900, tone: Tone::Ink });
        draw((set, height), &places, STRONG, flow);
    }
}

/// Short words and amounts get what they need, the rest is shared by the others.
fn places(table: &Table, flow: &Flow<'_>) -> Vec<Place> {
    let rows = || table.rows.iter().chain(&table.total);
    let needed = |(at, column): (usize, &Column)| {
        let title = width(&drawable(&column.title, SMALL, flow.fonts), SMALL, flow.fonts);
        let cells = rows().filter_map(|row| row.get(at)).map(|cell| match cell {
            Cell::Empty => 0,
            Cell::Words { text, small } => {
                let text = width(&drawable(text, STRONG, flow.fonts), STRONG, flow.fonts);
                text.max(width(&drawable(small, SMALL, flow.fonts), SMALL, flow.fonts))
            }
            Cell::Money(figure) => flow.figure_width(figure, STRONG),
        });
        match column.kind {
            Kind::Words => 0,
            Kind::Short | Kind::Money => cells.chain([title]).max().unwrap_or_default(),
        }
    };
    let widths: Vec<i64> = table.columns.iter().enumerate().map(needed).collect();
    let count = |kind: Kind| i64::try_from(table.columns.iter().filter(|column| column.kind == kind).count()).unwrap_or_default();
    let gaps = GAP * (i64::try_from(table.columns.len()).unwrap_or_default() - 1).max(0);
    let left = ROOM - gaps - widths.iter().sum::<i64>();
    let each = (left / count(Kind::Words).max(1)).max(LEAST);
    let mut x = MARGIN;
    let place = |(column, needed): (&Column, i64)| {
        let width = if column.kind == Kind::Words { each } else { needed };
        let place = Place { x, width, kind: column.kind };
        x += width + GAP;
        place
    };
    table.columns.iter().zip(widths).map(place).collect()
}

fn titles(columns: &[Column], places: &[Place], flow: &mut Flow<'_>) {
    flow.y += 12_000;
    for (column, place) in columns.iter().zip(places) {
        let text = drawable(&column.title, SMALL, flow.fonts);
        let x = match place.kind {
            Kind::Money => place.x + place.width - width(&text, SMALL, flow.fonts),
            Kind::Words | Kind::Short => place.x,
        };
        flow.words((x, flow.y), &text, SMALL, Tone::Muted);
    }
    flow.y += 5_000;
    flow.put(Mark::Area { x: MARGIN, y: flow.y, width: WIDTH - 2 * MARGIN, height: 600, tone: Tone::Muted });
}

/// The cells of a row in lines, and how high the row gets.
fn set<'a>(row: &'a [Cell], places: &[Place], style: Style, flow: &Flow<'_>) -> (Vec<Option<Set<'a>>>, i64) {
    let mut high = LEADING;
    let mut cells = Vec::with_capacity(row.len());
    for (cell, place) in row.iter().zip(places) {
        cells.push(match cell {
            Cell::Empty => None,
            Cell::Words { text, small } => {
                let text = flow.lines(text, style, place.width);
                let small = if small.is_empty() { Vec::new() } else { flow.lines(small, SMALL, place.width) };
                let lines = |lines: &[String]| i64::try_from(lines.len()).unwrap_or_default();
                high = high.max(lines(&text) * LEADING + lines(&small) * SMALL_LEADING);
                Some(Set::Words { text, small })
            }
            Cell::Money(figure) => Some(Set::Money(figure)),
        });
    }
    // Letters reach less far below their line than above it.
    (cells, high + 2 * PADDING - 1_000)
}

fn draw((cells, height): (Vec<Option<Set<'_>>>, i64), places: &[Place], style: Style, flow: &mut Flow<'_>) {
    // Letters stand this far under the top of their line.
    let first = flow.y + PADDING + 9_300;
    for (cell, place) in cells.into_iter().zip(places) {
        match cell {
            None => {}
            Some(Set::Words { text, small }) => {
                let mut y = first;
                for line in text {
                    flow.words((place.x, y), &line, style, Tone::Ink);
                    y += LEADING;
                }
                y -= LEADING - SMALL_LEADING;
                for line in small {
                    flow.words((place.x, y), &line, SMALL, Tone::Muted);
                    y += SMALL_LEADING;
                }
            }
            Some(Set::Money(figure)) => {
                let x = place.x + place.width - flow.figure_width(figure, style);
                flow.figure((x, first), figure, style);
            }
        }
    }
    flow.y += height;
}
