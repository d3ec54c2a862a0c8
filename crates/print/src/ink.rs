//! The border to the writer of PDF: pages of words, lines and areas become bytes.

use crate::fonts::{Drawn, Face, Fonts};
use crate::text::{Style, runs, width_of};
use crate::view::Document;
use crate::{Error, flow};
use krilla::color::rgb;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, Glyph, GlyphId};
use krilla::{Document as Pdf, SerializeSettings};
use money::Timestamp;
use std::ops::Range;

/// What something is drawn in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// What is read first.
    Ink,
    /// What is read second.
    Muted,
    /// A hairline.
    Line,
    /// Test money.
    Warn,
    /// The ground under it.
    Sand,
}

/// One thing on a page. Lengths are thousandths of a point from the page's upper left corner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Drawable words on one line; `y` is where letters stand.
    Words { x: i64, y: i64, text: String, style: Style, tone: Tone },
    /// An area.
    Area { x: i64, y: i64, width: i64, height: i64, tone: Tone },
}

/// All marks of one page.
pub type Page = Vec<Mark>;

impl Tone {
    fn fill(self) -> Fill {
        let (red, green, blue) = match self {
            Tone::Ink => (0x1b, 0x1b, 0x19),
            Tone::Muted => (0x62, 0x60, 0x5a),
            Tone::Line => (0xdd, 0xd9, 0xd1),
            Tone::Warn => (0x7a, 0x52, 0x00),
            Tone::Sand => (0xf6, 0xee, 0xdc),
        };
        Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
    }
}

/// Writes the pages, the attachment and what the document says of itself.
pub fn write(document: &Document, pages: &[Page], fonts: &Fonts) -> Result<Vec<u8>, Error> {
    let refused = |what: &str| Error::Write(what.to_owned());
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A3_U).finish();
    let configuration = configuration.map_err(|error| Error::Write(format!("{error:?}")))?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() });
    let read = |face: Face| Font::new(face.file().into(), 0).ok_or(Error::Font(face.name()));
    let files = Face::all().map(read).collect::<Result<Vec<_>, _>>()?;
    for page in pages {
        let size = PageSettings::from_wh(points(flow::WIDTH), points(flow::HEIGHT)).ok_or_else(|| refused("the size of a page"))?;
        let mut sheet = pdf.start_page_with(size);
        let mut surface = sheet.surface();
        for mark in page {
            draw(mark, &mut surface, (fonts, &files));
        }
        surface.finish();
        sheet.finish();
    }
    let at = date(document.at);
    let attachment = &document.attachment;
    let file = EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: MimeType::new(&attachment.media_type),
        description: Some(attachment.description.clone()),
        // The pages are drawn from the same facts.
        association_kind: AssociationKind::Source,
        data: attachment.content.clone().into(),
        modification_date: Some(at),
        compress: None,
        location: None,
    };
    pdf.embed_file(file).ok_or_else(|| refused("the attachment"))?;
    let metadata = Metadata::new()
        .title(document.title.clone())
        .authors(vec![document.issuer.clone()])
        .creator("Farthing".to_owned())
        .language(document.lang.clone())
        .document_id(document.id.clone())
        .creation_date(at);
    pdf.set_metadata(metadata);
    pdf.finish().map(plainly_ended).map_err(|error| Error::Write(error.to_string()))
}

/// A stream whose last byte is a carriage return, with the line feed that the writer puts after it, reads as if both were the
/// end of its line and it were a byte too long: PDF/A wants its length beyond doubt. Another carriage return ends it as well.
pub fn plainly_ended(mut pdf: Vec<u8>) -> Vec<u8> {
    const DOUBTFUL: &[u8] = b"\r\nendstream\nendobj";
    let at: Vec<usize> = pdf.windows(DOUBTFUL.len()).enumerate().filter(|(_, window)| *window == DOUBTFUL).map(|(at, _)| at).collect();
    for at in at {
        if let Some(end) = pdf.get_mut(at + 1) {
            *end = b'\r';
        }
    }
    pdf
}

fn draw(mark: &Mark, surface: &mut Surface<'_>, (fonts, files): (&Fonts, &[Font])) {
    match mark {
        Mark::Words { x, y, text, style, tone } => {
            surface.set_fill(Some(tone.fill()));
            let mut x = *x;
            for run in runs(text, *style, fonts) {
                let (said, glyphs) = glyphs(&run.glyphs, fonts.units(run.face));
                if let Some(file) = files.get(run.face.number()) {
                    surface.draw_glyphs(Point::from_xy(points(x), points(*y)), &glyphs, file.clone(), &said, points(style.size), false);
                }
                x += width_of(&run, *style, fonts);
            }
        }
        Mark::Area { x, y, width, height, tone } => {
            let mut path = PathBuilder::new();
            if let Some(rect) = Rect::from_xywh(points(*x), points(*y), points(*width), points(*height)) {
                path.push_rect(rect);
            }
            if let Some(path) = path.finish() {
                surface.set_fill(Some(tone.fill()));
                surface.draw_path(&path);
            }
        }
    }
}

/// A glyph that knows its width in the units of its font.
struct Placed {
    glyph: u32,
    advance: i64,
    units: i64,
    said: Range<usize>,
}

fn glyphs(drawn: &[(char, Drawn)], units: i64) -> (String, Vec<Placed>) {
    let mut said = String::new();
    let mut placed = Vec::with_capacity(drawn.len());
    for (character, drawn) in drawn {
        let start = said.len();
        said.push(*character);
        placed.push(Placed { glyph: drawn.glyph, advance: drawn.advance, units, said: start..said.len() });
    }
    (said, placed)
}

impl Glyph for Placed {
    fn glyph_id(&self) -> GlyphId {
        GlyphId::new(self.glyph)
    }

    fn text_range(&self) -> Range<usize> {
        self.said.clone()
    }

    #[allow(clippy::float_arithmetic, reason = "the writer counts in floats; no money is among them")]
    fn x_advance(&self, size: f32) -> f32 {
        self.advance as f32 / self.units as f32 * size
    }

    fn x_offset(&self, _size: f32) -> f32 {
        0.0
    }

    fn y_offset(&self, _size: f32) -> f32 {
        0.0
    }

    fn y_advance(&self, _size: f32) -> f32 {
        0.0
    }

    fn location(&self) -> Option<krilla::surface::Location> {
        None
    }
}

/// Thousandths of a point as the writer's points.
#[allow(clippy::float_arithmetic, reason = "the writer counts in floats; no money is among them")]
fn points(thousandths: i64) -> f32 {
    thousandths as f32 / 1_000.0
}

/// Taken from the RFC 3339 text, which has one shape.
fn date(at: Timestamp) -> DateTime {
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u8>().ok()).unwrap_or_default();
    let year = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
    let day = DateTime::new(year).month(part(5, 7)).day(part(8, 10));
    day.hour(part(11, 13)).minute(part(14, 16)).second(part(17, 19)).utc_offset_hour(0)
}
