//! The bodies of `/v1` that payers send: none is two calls, and what is none is the caller's mistake.
#![cfg_attr(fuzzing, no_main)]
use app::api::bodies::{guard, top_up, undo};

farthing_fuzz::target!(|body: &[u8]| {
    let noes = [top_up(body).err(), undo(body).err(), guard(body).err()];
    assert!(noes.iter().filter(|no| no.is_none()).count() <= 1);
    assert!(noes.into_iter().flatten().all(|no| (400..500).contains(&no.status())));
});
