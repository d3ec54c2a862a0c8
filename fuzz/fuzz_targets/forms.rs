//! Form bodies, queries and cookies of browsers.
#![cfg_attr(fuzzing, no_main)]
use app::door::{ENT_COOKIE, cookie, form, is_same_origin};

farthing_fuzz::target!(|bytes: &[u8]| {
    let _ = form(bytes);
    let Ok(value) = http::HeaderValue::from_bytes(bytes) else { return };
    let headers = [(http::header::COOKIE, value.clone()), (http::header::ORIGIN, value)].into_iter().collect();
    let _ = (cookie(&headers, ENT_COOKIE), is_same_origin(&headers, "https://wallet.example"));
});
