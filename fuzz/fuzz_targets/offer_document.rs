//! The terms of another instance's offer: read only as we would write them.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|bytes: &[u8]| {
    assert!(
        market::Offer::from_document(bytes).is_ok_and(|offer| offer.document() == bytes) || market::Offer::from_document(bytes).is_err()
    );
});
