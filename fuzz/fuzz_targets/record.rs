//! A record of the journal: what is read is written again byte for byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(record) = market::Record::decode(bytes) else { return };
    let mut again = Vec::new();
    market::Record::encode(&record.command, &record.applied, &mut again);
    assert_eq!(again, bytes);
});
