//! A frame of the journal, as it stands and with its header's checksum made to hold.
#![cfg_attr(fuzzing, no_main)]
use store::journal::{Frame, frame::HEADER_BYTES};

farthing_fuzz::target!(|bytes: &[u8]| {
    assert!(Frame::parse(bytes).is_ok_and(|frame| bytes.starts_with(frame.bytes())) || Frame::parse(bytes).is_err());
    let Some((header, body)) = bytes.split_at_checked(HEADER_BYTES) else { return };
    let sum = crc32c::crc32c(&header[..HEADER_BYTES - 4]).to_le_bytes();
    let _ = Frame::parse(&[&header[..HEADER_BYTES - 4], &sum, body].concat());
});
