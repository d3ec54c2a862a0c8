//! What somebody shows as proofs of a session: what holds is read again the same, and says no more than is held.
#![cfg_attr(fuzzing, no_main)]
use client::proofs::Bundle;

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(bundle) = Bundle::parse(json) else { return };
    assert_eq!(Bundle::parse(bundle.to_json().as_bytes()), Ok(bundle.clone()));
    let Ok(proved) = bundle.check() else { return };
    assert!(proved.stands.is_none_or(|(hold, accepted, spent)| spent <= accepted && accepted <= hold));
});
