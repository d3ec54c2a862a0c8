//! How bytes stand in texts: base64url without padding, base32 in lower case; strict in what is read.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use money::{CommandId, OfferId, Party};
use sha2::{Digest, Sha256};
use std::fmt;

/// A stranger's text is not what it should be; says what, never repeats it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed(
    /// What was being read.
    pub &'static str,
);

/// The id of an instance: the first 16 bytes of SHA-256(`farthing/instance/1` LF ‖ root key), 26 characters of base32.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instance(pub [u8; 16]);

/// A value that logs, debug output and crash text must not show.
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps it.
    pub fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    /// The value, for the one place that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

/// base64url without padding (RFC 4648).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// Reads base64url with or without padding; refuses white space, foreign bytes and set trailing bits.
///
/// # Errors
/// [`Malformed`].
pub fn from_base64url(text: &str) -> Result<Vec<u8>, Malformed> {
    let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if bare.len() != text.len() && !text.len().is_multiple_of(4) {
        return Err(Malformed("base64url"));
    }
    BASE64URL_NOPAD.decode(bare.as_bytes()).map_err(|_| Malformed("base64url"))
}

/// Reads base64url of exactly `N` bytes.
///
/// # Errors
/// [`Malformed`].
pub fn array_from_base64url<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    from_base64url(text)?.try_into().map_err(|_| Malformed("base64url of another length"))
}

/// base32 in lower case without padding (RFC 4648).
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase()
}

/// Reads lower-case base32 of exactly `N` bytes.
///
/// # Errors
/// [`Malformed`], also for capitals: one value has one text.
pub fn array_from_base32<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Malformed("base32"));
    }
    let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| Malformed("base32"))?;
    bytes.try_into().map_err(|_| Malformed("base32 of another length"))
}

/// An account id on the wire: 32 characters of base32.
#[must_use]
pub fn account(party: Party) -> String {
    base32(&party.0)
}

/// Reads an account id.
///
/// # Errors
/// [`Malformed`].
pub fn parse_account(text: &str) -> Result<Party, Malformed> {
    array_from_base32(text).map(Party)
}

/// A command id on the wire: 22 characters of base64url.
#[must_use]
pub fn command(id: CommandId) -> String {
    base64url(&id.0)
}

/// Reads a command id.
///
/// # Errors
/// [`Malformed`].
pub fn parse_command(text: &str) -> Result<CommandId, Malformed> {
    array_from_base64url(text).map(CommandId)
}

/// A receipt's serial: the command id that made it, 26 characters of base32.
#[must_use]
pub fn serial(id: CommandId) -> String {
    base32(&id.0)
}

/// Reads a receipt's serial.
///
/// # Errors
/// [`Malformed`].
pub fn parse_serial(text: &str) -> Result<CommandId, Malformed> {
    array_from_base32(text).map(CommandId)
}

/// An offer id on the wire: 43 characters of base64url.
#[must_use]
pub fn offer(id: OfferId) -> String {
    base64url(&id.0)
}

/// Reads an offer id.
///
/// # Errors
/// [`Malformed`].
pub fn parse_offer(text: &str) -> Result<OfferId, Malformed> {
    array_from_base64url(text).map(OfferId)
}

/// Checks a payee's handle, `[a-z0-9-]{2,32}`.
///
/// # Errors
/// [`Malformed`].
pub fn check_handle(text: &str) -> Result<(), Malformed> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (2..=32).contains(&text.len()) && text.bytes().all(allowed) { Ok(()) } else { Err(Malformed("handle")) }
}

impl Instance {
    /// The instance of a root key.
    #[must_use]
    pub fn of(root_key: &crate::PublicKey) -> Instance {
        let digest: [u8; 32] = Sha256::new().chain_update(b"farthing/instance/1\n").chain_update(root_key.0).finalize().into();
        let (id, _) = digest.split_first_chunk().expect("SHA-256 has 32 bytes");
        Instance(*id)
    }

    /// Reads the 26 characters.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn parse(text: &str) -> Result<Instance, Malformed> {
        array_from_base32(text).map(Instance)
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base32(&self.0))
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Instance({self})")
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed {}", self.0)
    }
}

impl std::error::Error for Malformed {}
