//! The bodies of `/v1` that payees' programs send: what is none is the caller's mistake.
#![cfg_attr(fuzzing, no_main)]
use app::api::bodies::{brand, check, key, offer, offer_change, refund, role, webhook, webhook_change};

farthing_fuzz::target!(|body: &[u8]| {
    let noes = [webhook(body).err(), webhook_change(body).err(), offer(body).err(), offer_change(body).err(), refund(body).err()];
    let noes = noes.into_iter().chain([key(body).err(), role(body).err(), check(body).err(), brand(body).err()]);
    assert!(noes.flatten().all(|no| (400..500).contains(&no.status())));
});
