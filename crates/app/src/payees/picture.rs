//! A logo as a payee sends it: what it says of itself is read, and nothing is drawn. A picture that moves, is cut off or has
//! something behind its end is none, and neither is SVG, which can hold a program.

/// Longest picture, in bytes.
pub const MOST_BYTES: usize = 64 * 1_024;
/// Shortest and longest side, in pixels.
const SIDE: std::ops::RangeInclusive<u32> = 16..=1_024;
/// A picture is at most so many times as wide as it is high, or as high as it is wide.
const MOST_TIMES: u32 = 8;

/// Of which kind a picture is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

/// What a picture says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its kind.
    pub kind: Kind,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Why bytes are no logo.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoPicture {
    /// Too long.
    Long,
    /// Not one of the three kinds, moving, or not whole.
    Kind,
    /// Too small, too large or too narrow.
    Sides,
}

impl Kind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::Webp => "image/webp",
        }
    }
}

impl NoPicture {
    /// In English, for programs.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            NoPicture::Long => "a logo has 64 KiB at most",
            NoPicture::Kind => "a logo is a whole PNG, JPEG or WebP that does not move",
            NoPicture::Sides => "each side of a logo has 16 to 1024 pixels, and none is more than eight times the other",
        }
    }
}

/// Reads a picture.
///
/// # Errors
/// [`NoPicture`].
pub fn read(bytes: &[u8]) -> Result<Picture, NoPicture> {
    if bytes.len() > MOST_BYTES {
        return Err(NoPicture::Long);
    }
    let found = png(bytes).map(|sides| (Kind::Png, sides));
    let found = found.or_else(|| jpeg(bytes).map(|sides| (Kind::Jpeg, sides)));
    let found = found.or_else(|| webp(bytes).map(|sides| (Kind::Webp, sides)));
    let (kind, (width, height)) = found.ok_or(NoPicture::Kind)?;
    let is_narrow = width > height.saturating_mul(MOST_TIMES) || height > width.saturating_mul(MOST_TIMES);
    if !SIDE.contains(&width) || !SIDE.contains(&height) || is_narrow {
        return Err(NoPicture::Sides);
    }
    Ok(Picture { kind, width, height })
}

type Sides = (u32, u32);

/// The header, then chunk after chunk up to the last byte.
fn png(bytes: &[u8]) -> Option<Sides> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut sides = None;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (name, after) = after.split_first_chunk::<4>()?;
        let (data, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let (_crc, after) = after.split_first_chunk::<4>()?;
        match (name, sides) {
            (b"IHDR", None) if data.len() == 13 => {
                let (width, data) = data.split_first_chunk::<4>()?;
                sides = Some((u32::from_be_bytes(*width), u32::from_be_bytes(*data.first_chunk::<4>()?)));
            }
            (b"IHDR" | b"acTL", _) | (_, None) => return None,
            (b"IEND", sides) => return sides.filter(|_| after.is_empty() && data.is_empty()),
            (_, Some(_)) => {}
        }
        rest = after;
    }
}

/// Segments up to the one that begins the picture; it ends with its mark.
fn jpeg(bytes: &[u8]) -> Option<Sides> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?.strip_suffix(b"\xff\xd9")?;
    loop {
        let ([mark, kind], after) = rest.split_first_chunk::<2>()?;
        let (length, after) = after.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length)).checked_sub(2)?;
        let (data, after) = after.split_at_checked(length)?;
        match (mark, kind) {
            // Baseline and progressive; the others no browser shows.
            (0xff, 0xc0..=0xc2) => {
                let [_, h1, h2, w1, w2] = *data.first_chunk::<5>()?;
                return Some((u16::from_be_bytes([w1, w2]).into(), u16::from_be_bytes([h1, h2]).into()));
            }
            (0xff, 0xc4 | 0xcc | 0xdb | 0xdd | 0xe0..=0xef | 0xfe) => rest = after,
            _ => return None,
        }
    }
}

/// The one picture in a RIFF that is as long as it says.
fn webp(bytes: &[u8]) -> Option<Sides> {
    let (length, rest) = bytes.strip_prefix(b"RIFF")?.split_first_chunk::<4>()?;
    if usize::try_from(u32::from_le_bytes(*length)).ok()? != rest.len() {
        return None;
    }
    let (name, rest) = rest.strip_prefix(b"WEBP")?.split_first_chunk::<4>()?;
    let (length, data) = rest.split_first_chunk::<4>()?;
    let data = data.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    let side = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    match name {
        b"VP8 " => {
            let [_, _, _, 0x9d, 0x01, 0x2a, w1, w2, h1, h2] = *data.first_chunk::<10>()? else { return None };
            Some((side(w1, w2), side(h1, h2)))
        }
        b"VP8L" => {
            let [0x2f, a, b, c, d] = *data.first_chunk::<5>()? else { return None };
            let bits = u32::from_le_bytes([a, b, c, d]);
            Some(((bits & 0x3fff).saturating_add(1), ((bits >> 14) & 0x3fff).saturating_add(1)))
        }
        b"VP8X" => {
            let [flags, _, _, _, w1, w2, w3, h1, h2, h3] = *data.first_chunk::<10>()?;
            let moves = flags & 0x02 != 0;
            let side = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]).saturating_add(1);
            (!moves).then(|| (side([w1, w2, w3]), side([h1, h2, h3])))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of one colour, as small as one comes.
    fn png_of(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
        let chunk = |name: &[u8], data: &[u8]| [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], name, data, &[0; 4]].concat();
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(b"IHDR", &header), more, &chunk(b"IDAT", &[1, 2, 3]), &chunk(b"IEND", &[])].concat()
    }

    fn jpeg_of(width: u16, height: u16) -> Vec<u8> {
        let frame = [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 17, 0]].concat();
        let segment =
            |kind: u8, data: &[u8]| [&[0xff, kind][..], &u16::try_from(data.len().saturating_add(2)).unwrap().to_be_bytes(), data].concat();
        [&b"\xff\xd8"[..], &segment(0xe0, b"JFIF\0"), &segment(0xc0, &frame), b"\xff\xda...\xff\xd9"].concat()
    }

    fn webp_of(name: &[u8], data: &[u8]) -> Vec<u8> {
        let chunk = [name, &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat();
        [&b"RIFF"[..], &u32::try_from(chunk.len().saturating_add(4)).unwrap().to_le_bytes(), b"WEBP", &chunk].concat()
    }

    #[test]
    fn the_three_kinds_say_their_sides() {
        let read = |bytes: &[u8]| read(bytes).map(|picture| (picture.kind, picture.width, picture.height));
        assert_eq!(read(&png_of(120, 40, &[])), Ok((Kind::Png, 120, 40)));
        assert_eq!(read(&jpeg_of(300, 200)), Ok((Kind::Jpeg, 300, 200)));
        assert_eq!(read(&webp_of(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 32, 0])), Ok((Kind::Webp, 64, 32)));
        assert_eq!(read(&webp_of(b"VP8L", &[0x2f, 63, 192, 7, 0])), Ok((Kind::Webp, 64, 32)));
        assert_eq!(read(&webp_of(b"VP8X", &[0, 0, 0, 0, 63, 0, 0, 31, 0, 0])), Ok((Kind::Webp, 64, 32)));
    }

    #[test]
    fn what_is_cut_off_moves_or_hides_something_is_none() {
        let whole = png_of(64, 64, &[]);
        for end in 0..whole.len() {
            assert_eq!(read(whole.get(..end).unwrap()), Err(NoPicture::Kind), "{end}");
        }
        assert_eq!(read(&[&whole[..], b"<script>"].concat()), Err(NoPicture::Kind));
        assert_eq!(read(&png_of(64, 64, b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0crc.")), Err(NoPicture::Kind));
        assert_eq!(read(&webp_of(b"VP8X", &[2, 0, 0, 0, 63, 0, 0, 31, 0, 0])), Err(NoPicture::Kind));
        assert_eq!(read(&[&webp_of(b"VP8L", &[0x2f, 63, 192, 7, 0])[..], b"x"].concat()), Err(NoPicture::Kind));
        for other in [&b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..], b"GIF89a\x10\0\x10\0", b"", b"\xff\xd8\xff\xd9"] {
            assert_eq!(read(other), Err(NoPicture::Kind));
        }
    }

    #[test]
    fn sides_and_length_have_limits() {
        for (width, height) in [(15, 15), (1_025, 256), (0, 0), (160, 16), (16, 512), (u32::MAX, u32::MAX)] {
            assert_eq!(read(&png_of(width, height, &[])), Err(NoPicture::Sides), "{width} {height}");
        }
        assert!(read(&png_of(128, 16, &[])).is_ok());
        assert_eq!(read(&[0; 65_537]), Err(NoPicture::Long));
    }
}
