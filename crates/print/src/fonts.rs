//! The fonts in the program: Open Sans for what it has, NanumSquare for Hangul and the rest.

use crate::Error;
use skrifa::raw::TableProvider;
use skrifa::raw::tables::hmtx::Hmtx;
use skrifa::{FontRef, MetadataProvider, charmap::Charmap};

const FILES: [(&str, &[u8]); 4] = [
    ("Open Sans", include_bytes!("../assets/OpenSans-Regular.ttf")),
    ("Open Sans Semibold", include_bytes!("../assets/OpenSans-Semibold.ttf")),
    ("NanumSquare", include_bytes!("../assets/NanumSquareR.ttf")),
    ("NanumSquare Bold", include_bytes!("../assets/NanumSquareB.ttf")),
];

/// How heavy letters are. There are two weights and no slant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    Regular,
    Strong,
}

/// One font.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Face(usize);

/// All of them, ready to be asked.
pub struct Fonts {
    faces: Vec<Opened>,
}

struct Opened {
    charmap: Charmap<'static>,
    widths: Hmtx<'static>,
    units: i64,
}

/// A character as a font draws it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Drawn {
    pub face: Face,
    pub glyph: u32,
    /// In the font's own units.
    pub advance: i64,
}

impl Face {
    /// The file, for the writer.
    pub fn file(self) -> &'static [u8] {
        FILES.get(self.0).map_or(&[], |(_, file)| file)
    }

    pub fn name(self) -> &'static str {
        FILES.get(self.0).map_or("", |(name, _)| name)
    }

    /// Every font.
    pub fn all() -> impl Iterator<Item = Face> {
        (0..FILES.len()).map(Face)
    }

    /// Its number among all.
    pub fn number(self) -> usize {
        self.0
    }
}

impl Weight {
    /// The fonts of this weight, in the order in which they are asked.
    fn faces(self) -> [Face; 2] {
        match self {
            Weight::Regular => [Face(0), Face(2)],
            Weight::Strong => [Face(1), Face(3)],
        }
    }
}

impl Fonts {
    /// Reads the fonts in the program.
    pub fn built_in() -> Result<Fonts, Error> {
        let open = |(name, file): &(&'static str, &'static [u8])| -> Result<Opened, Error> {
            let font = FontRef::new(file).map_err(|_| Error::Font(name))?;
            let widths = font.hmtx().map_err(|_| Error::Font(name))?;
            let units = font.head().map_err(|_| Error::Font(name))?.units_per_em().into();
            Ok(Opened { charmap: font.charmap(), widths, units })
        };
        Ok(Fonts { faces: FILES.iter().map(open).collect::<Result<_, _>>()? })
    }

    /// The character in the first font of the weight that has it.
    pub fn find(&self, character: char, weight: Weight) -> Option<Drawn> {
        weight.faces().into_iter().find_map(|face| {
            let opened = self.faces.get(face.0)?;
            let glyph = opened.charmap.map(character).filter(|glyph| glyph.to_u32() != 0)?;
            let advance = opened.widths.advance(glyph).map_or(0, i64::from);
            Some(Drawn { face, glyph: glyph.to_u32(), advance })
        })
    }

    /// Units of an em.
    pub fn units(&self, face: Face) -> i64 {
        self.faces.get(face.0).map_or(1_000, |opened| opened.units)
    }
}
