//! `Authorization: Farthing-Site`: a site's call is read or refused.
#![cfg_attr(fuzzing, no_main)]

farthing_fuzz::target!(|value: &str| {
    let _ = protocol::site_call::SiteSigned::parse(value);
});
