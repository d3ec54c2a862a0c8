//! `Accept-Payment` and `Accept`: any field is a wish or none.
#![no_main]
use protocol::prefer::{farthing_charge, prefers_html};

libfuzzer_sys::fuzz_target!(|field: &str| {
    let _ = (farthing_charge(Some(field)), prefers_html(Some(field)));
});
