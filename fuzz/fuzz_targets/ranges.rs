//! `Accept-Payment`, `Accept` and `Accept-Language`: any field is a wish or none.
#![cfg_attr(fuzzing, no_main)]
use protocol::prefer::{farthing_charge, languages, prefers_html};

farthing_fuzz::target!(|field: &str| {
    let _ = (farthing_charge(Some(field)), prefers_html(Some(field)));
    assert!(languages(Some(field)).iter().all(|tag| field.contains(tag)));
});
