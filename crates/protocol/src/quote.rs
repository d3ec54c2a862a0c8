//! The signed quote that a person carries from a site to a wallet: a JWS whose algorithm is always EdDSA.
//!
//! It is no secret: it says what is asked, not who may read. The way back is derived from `iss`.

use crate::json::Object;
use crate::keys::{PublicKey, SigningKey};
use crate::text::{Malformed, array_from_base64url, base64url, command, from_base64url, offer, parse_command, parse_offer};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};

/// Longest quote we read.
const MAX_BYTES: usize = 4_096;
/// `{"alg":"EdDSA","typ":"farthing-quote"}`: no other header is read, so no other algorithm can be asked for.
const HEADER: &str = "{\"alg\":\"EdDSA\",\"typ\":\"farthing-quote\"}";

/// What a site asks of a wallet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// The site's origin, such as `https://news.example`.
    pub iss: String,
    /// The wallet's origin.
    pub aud: String,
    /// The quote's id.
    pub id: CommandId,
    /// The offer version.
    pub offer: OfferId,
    /// The price, or the least where the offer says *at least*.
    pub amount: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// Target on `iss` to return to: path and query.
    pub item: String,
    /// What is bought, as plain text of at most 120 characters.
    pub title: String,
    /// SHA-256 of the browser's nonce: only that browser can redeem.
    pub st_hash: [u8; 32],
    /// When it was made; whole seconds.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// Seconds in which one click takes it back.
    pub undo: u64,
}

impl Quote {
    /// The compact JWS.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> String {
        let claims = Object::default()
            .with("iss", &*self.iss)
            .with("aud", &*self.aud)
            .with("jti", command(self.id))
            .with("offer", offer(self.offer))
            .with("amount", self.amount.to_string())
            .with("currency", self.currency.as_str())
            .with("item", &*self.item)
            .with("title", plain_title(&self.title))
            .with("st", base64url(&self.st_hash))
            .with("iat", self.iat.seconds().to_string())
            .with("exp", self.exp.seconds().to_string())
            .with("undo", self.undo.to_string());
        let body = format!("{}.{}", base64url(HEADER.as_bytes()), base64url(claims.canonical().as_bytes()));
        let signature = key.sign(body.as_bytes());
        format!("{body}.{}", base64url(&signature))
    }

    /// Reads a quote and checks that `key` signed it. Expiry, audience and issuer are the caller's to compare.
    ///
    /// # Errors
    /// [`Malformed`] if it is forged or unreadable.
    pub fn parse(text: &str, key: &PublicKey) -> Result<Quote, Malformed> {
        if text.len() > MAX_BYTES {
            return Err(Malformed("quote: too long"));
        }
        let (body, signature) = text.rsplit_once('.').ok_or(Malformed("quote"))?;
        let (header, claims) = body.split_once('.').ok_or(Malformed("quote"))?;
        if from_base64url(header)? != HEADER.as_bytes() {
            return Err(Malformed("quote: header"));
        }
        if !key.verifies(body.as_bytes(), &array_from_base64url(signature)?) {
            return Err(Malformed("quote: signature"));
        }
        let claims = Object::parse(&from_base64url(claims)?)?;
        let number = |key| claims.need(key)?.parse::<u64>().map_err(|_| Malformed(key));
        Ok(Quote {
            iss: claims.need("iss")?.to_owned(),
            aud: claims.need("aud")?.to_owned(),
            id: parse_command(claims.need("jti")?)?,
            offer: parse_offer(claims.need("offer")?)?,
            amount: Amount::parse(claims.need("amount")?).map_err(|_| Malformed("amount"))?,
            currency: Asset::parse(claims.need("currency")?).map_err(|_| Malformed("currency"))?,
            item: claims.need("item")?.to_owned(),
            title: claims.need("title")?.to_owned(),
            st_hash: array_from_base64url(claims.need("st")?)?,
            iat: Timestamp::from_seconds(number("iat")?),
            exp: Timestamp::from_seconds(number("exp")?),
            undo: number("undo")?,
        })
    }
}

/// The origin that a quote names as its own, read before anybody checked the signature: whom to ask for the key.
///
/// # Errors
/// [`Malformed`] if it is unreadable.
pub fn unproved_issuer(text: &str) -> Result<String, Malformed> {
    if text.len() > MAX_BYTES {
        return Err(Malformed("quote: too long"));
    }
    let claims = text.split('.').nth(1).ok_or(Malformed("quote"))?;
    Object::parse(&from_base64url(claims)?)?.need("iss").map(str::to_owned)
}

/// A payee's title as a wallet may show it: no control or direction-changing characters, at most 120 characters.
#[must_use]
pub fn plain_title(text: &str) -> String {
    let steers = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|character| !steers(*character)).take(120).collect()
}
