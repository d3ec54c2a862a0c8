//! Keys under a passphrase: Argon2id makes the key, XChaCha20-Poly1305 seals, bound to the manifest.
//!
//! version 1 (1) ‖ memory in KiB (4) ‖ passes (4) ‖ lanes (4) ‖ salt (16) ‖ nonce (24) ‖ sealed text and tag. The text is, for
//! each key, the length of its name (1), the name, and 32 bytes.

use super::block::take;
use crate::folder::{KEY_BYTES, KeyName};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 53;
/// 64 MiB and three passes: what RFC 9106 recommends where memory is short.
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
const LANES: u32 = 1;
/// A crafted file must not make the reader take all memory or for ever.
const MOST_MEMORY_KIB: u32 = 1 << 20;
const MOST_PASSES: u32 = 16;
/// Longest section of keys that is read.
pub(super) const MOST_BYTES: usize = 4_096;

/// Fresh random bytes: salt and nonce.
pub type Random = ([u8; 16], [u8; 24]);

/// Keys with their names.
pub type NamedKeys = Vec<(KeyName, [u8; KEY_BYTES])>;

/// Seals keys under a passphrase; `binding` is the hash of the manifest they belong to.
///
/// # Panics
/// If there are more keys than fit 4 KiB, which an instance does not have.
#[must_use]
pub fn seal_keys(keys: &[(KeyName, [u8; KEY_BYTES])], passphrase: &[u8], (salt, nonce): Random, binding: &[u8; 32]) -> Vec<u8> {
    let mut plain = Vec::new();
    for (name, key) in keys {
        let name = name.file_name();
        plain.push(u8::try_from(name.len()).expect("names of keys are short"));
        plain.extend(name.as_bytes());
        plain.extend(key);
    }
    let mut sealed = vec![VERSION];
    sealed.extend(MEMORY_KIB.to_le_bytes());
    sealed.extend(PASSES.to_le_bytes());
    sealed.extend(LANES.to_le_bytes());
    sealed.extend(salt);
    sealed.extend(nonce);
    let aad = aad(binding, &sealed);
    let cipher = cipher(passphrase, &salt, (MEMORY_KIB, PASSES, LANES)).expect("our own parameters are in range");
    let text = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &aad }).expect("a few hundred bytes can be sealed");
    sealed.extend(text);
    assert!(sealed.len() <= MOST_BYTES, "an instance has a handful of keys");
    sealed
}

/// Opens sealed keys. `None` if the passphrase is another, `Err` if the bytes are of no form known here.
///
/// # Errors
/// What is wrong with the bytes. Never panics, whatever they are.
pub fn open_keys(sealed: &[u8], passphrase: &[u8], binding: &[u8; 32]) -> Result<Option<NamedKeys>, &'static str> {
    let (head, text) = sealed.split_at_checked(HEAD_BYTES).ok_or("the sealed keys are cut short")?;
    if head.first() != Some(&VERSION) {
        return Err("the keys are sealed in a way unknown here");
    }
    let costs = (u32::from_le_bytes(take(head, 1)), u32::from_le_bytes(take(head, 5)), u32::from_le_bytes(take(head, 9)));
    if costs.0 > MOST_MEMORY_KIB || costs.1 > MOST_PASSES || costs.2 > 16 {
        return Err("the keys ask for more work to open than any of ours");
    }
    let (salt, nonce) = (take::<16>(head, 13), take::<24>(head, 29));
    let cipher = cipher(passphrase, &salt, costs).ok_or("the keys are sealed with impossible parameters")?;
    let Ok(plain) = cipher.decrypt(&nonce.into(), Payload { msg: text, aad: &aad(binding, head) }) else { return Ok(None) };
    parse(&plain).map(Some)
}

fn parse(mut plain: &[u8]) -> Result<NamedKeys, &'static str> {
    let mut keys = NamedKeys::new();
    while let Some((length, rest)) = plain.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length)).ok_or("a key's name is cut short")?;
        let (key, rest) = rest.split_first_chunk::<KEY_BYTES>().ok_or("a key is cut short")?;
        let name = std::str::from_utf8(name).ok().and_then(KeyName::parse).ok_or("a key of an unknown name")?;
        if keys.iter().any(|(known, _)| *known == name) {
            return Err("a key stands twice");
        }
        keys.push((name, *key));
        plain = rest;
    }
    Ok(keys)
}

fn aad(binding: &[u8; 32], head: &[u8]) -> Vec<u8> {
    [b"farthing/backup-keys/1\n", &binding[..], head].concat()
}

fn cipher(passphrase: &[u8], salt: &[u8; 16], (memory, passes, lanes): (u32, u32, u32)) -> Option<XChaCha20Poly1305> {
    let parameters = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters).hash_password_into(passphrase, salt, &mut key).ok()?;
    Some(XChaCha20Poly1305::new(&key.into()))
}
