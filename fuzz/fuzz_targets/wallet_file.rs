//! The wallet file: what is read has the account of its seed, and is written so that it is read again.
#![cfg_attr(fuzzing, no_main)]
use client::Wallet;

farthing_fuzz::target!(|json: &[u8]| {
    let Ok(wallet) = Wallet::from_json(json) else { return };
    assert!(Wallet::from_json(wallet.to_json().as_bytes()).is_ok_and(|again| again.account() == wallet.account()));
});
