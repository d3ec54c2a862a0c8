//! Forms with a file in them: the first line is the media type.
#![cfg_attr(fuzzing, no_main)]
use app::multipart::read;

farthing_fuzz::target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (kind, body) = (std::str::from_utf8(&bytes[..at]).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default());
    let parts = read(kind, body).unwrap_or_default();
    assert!(parts.iter().map(|part| part.content.len()).sum::<usize>() <= body.len());
});
