//! The header fields: `WWW-Authenticate: L402 version="0", token="…", macaroon="…", invoice="…"` and
//! `Authorization: L402 token:preimage`. Both were called LSAT once, and clients that still call them so are understood.

use super::{parse_hex, token::TOKEN_BYTES};
use crate::text::Malformed;
use data_encoding::{BASE64, BASE64_NOPAD};

/// Longest credential we read.
const MOST_BYTES: usize = 8_192;
const SCHEMES: [&str; 2] = ["L402", "LSAT"];

/// What a client shows: the token, and the preimage that it paid for.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// As it was sent, not looked at yet.
    pub token: Vec<u8>,
    /// The preimage.
    pub preimage: [u8; 32],
}

/// The value of `WWW-Authenticate`. Older clients call the token a macaroon, so it stands under both names.
#[must_use]
pub fn challenge_line(token: &[u8; TOKEN_BYTES], invoice: &str) -> String {
    let token = BASE64.encode(token);
    format!("L402 version=\"0\", token=\"{token}\", macaroon=\"{token}\", invoice=\"{invoice}\"")
}

/// Token and invoice of such a value.
///
/// # Errors
/// [`Malformed`].
pub fn read_challenge(value: &str) -> Result<(Vec<u8>, String), Malformed> {
    let no = Malformed("WWW-Authenticate: L402");
    let rest = without_scheme(value).filter(|_| value.len() <= MOST_BYTES).ok_or(no)?;
    let (mut token, mut invoice) = (None, None);
    for part in rest.split(',') {
        let (name, value) = part.trim().split_once('=').ok_or(no)?;
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or(no)?;
        let before = match name {
            "token" | "macaroon" => token.replace(value),
            "invoice" => invoice.replace(value),
            _ => None,
        };
        if before.is_some_and(|before| before != value) {
            return Err(no);
        }
    }
    Ok((base64(token.ok_or(no)?)?, invoice.ok_or(no)?.to_owned()))
}

/// True if a line of `Authorization` is of this scheme, whatever follows.
#[must_use]
pub fn is_l402(line: &str) -> bool {
    SCHEMES.iter().any(|scheme| line.split([' ', '\t']).next().is_some_and(|word| word.eq_ignore_ascii_case(scheme)))
}

impl Credential {
    /// Reads a line of `Authorization`.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(line: &str) -> Result<Credential, Malformed> {
        if line.len() > MOST_BYTES {
            return Err(Malformed("credential: over 8 KiB"));
        }
        let shown = without_scheme(line).ok_or(Malformed("credential: not of the L402 scheme"))?;
        let (token, preimage) = shown.split_once(':').ok_or(Malformed("credential: not token:preimage"))?;
        if preimage.len() != 64 {
            return Err(Malformed("preimage"));
        }
        Ok(Credential { token: base64(token)?, preimage: parse_hex(preimage).map_err(|_| Malformed("preimage"))? })
    }

    /// The line of `Authorization`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("L402 {}:{}", BASE64.encode(&self.token), super::hex(&self.preimage))
    }
}

fn without_scheme(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once([' ', '\t'])?;
    SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)).then(|| rest.trim_matches([' ', '\t']))
}

/// Standard base64, with padding or none.
fn base64(text: &str) -> Result<Vec<u8>, Malformed> {
    let no = Malformed("token");
    let bare = text.trim_end_matches('=');
    if bare.len() != text.len() && !text.len().is_multiple_of(4) || text.len().saturating_sub(bare.len()) > 2 {
        return Err(no);
    }
    BASE64_NOPAD.decode(bare.as_bytes()).map_err(|_| no)
}
