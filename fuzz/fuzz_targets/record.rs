//! A record of the journal: what is read is written again byte for byte.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|bytes: &[u8]| {
    for layout in [market::Layout::One, market::Layout::Two] {
        let (Ok(record), mut again) = (market::Record::decode(layout, bytes), Vec::new()) else { continue };
        market::Record::encode(&record.command, &record.applied, layout, &mut again);
        assert_eq!(again, bytes);
    }
});
