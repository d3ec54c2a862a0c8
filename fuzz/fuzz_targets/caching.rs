//! An origin's `Cache-Control` and `Vary`, whatever they say: a paid answer stays private, and says so once.
#![cfg_attr(fuzzing, no_main)]
use app::gateway::proxy::private_caching;

farthing_fuzz::target!(|lines: &[u8]| {
    let mut fields = farthing_fuzz::headers("cache-control", lines);
    fields.extend(farthing_fuzz::headers("vary", lines));
    private_caching(&mut fields, Some(60));
    assert!(fields.get_all("cache-control").iter().map(|line| line.as_bytes().starts_with(b"private, ")).eq([true]), "{fields:?}");
});
