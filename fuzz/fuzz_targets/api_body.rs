//! The bodies of `/v1`: none is two calls of a payer, and what is none is the caller's mistake.
#![cfg_attr(fuzzing, no_main)]
use app::api::bodies::{brand, check, guard, key, offer, offer_change, role, top_up, undo, webhook, webhook_change};

farthing_fuzz::target!(|body: &[u8]| {
    let noes = [top_up(body).err(), undo(body).err(), guard(body).err()];
    assert!(noes.iter().filter(|no| no.is_none()).count() <= 1);
    let noes = noes.into_iter().chain([webhook(body).err(), webhook_change(body).err(), offer(body).err(), offer_change(body).err()]);
    let noes = noes.chain([key(body).err(), role(body).err(), check(body).err(), brand(body).err()]);
    assert!(noes.flatten().all(|no| (400..500).contains(&no.status())));
});
