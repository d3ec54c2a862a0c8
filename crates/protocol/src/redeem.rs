//! What a wallet tells a site of another instance about a quote that was paid: by `POST /v1/quotes/{id}/redeem` for a
//! one-use code, and again by `GET /v1/quotes/{id}`.
//!
//! The receipt is signed by the wallet's instance; the quote is the site's own, so the site need not remember it.

use crate::json::Object;
use crate::text::{Malformed, parse_serial, serial};
use money::{Amount, Asset, CommandId, Timestamp};

/// Where a way back leads on a site.
pub const RETURN_PATH: &str = "/.well-known/farthing/return";
/// Where a site gives a new quote for an old one.
pub const QUOTE_PATH: &str = "/.well-known/farthing/quote";
/// Under which a site gives the terms of an offer, by the offer's hash.
pub const OFFERS_PATH: &str = "/.well-known/farthing/offers/";

/// Longest name of a payer that is read.
const MOST_PAYER: usize = 64;

/// Whether a purchase stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It does.
    Live,
    /// The money went back.
    Refunded,
}

/// A purchase as the wallet's books have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitled {
    /// The quote that was redeemed, as the site signed it; absent where only its id was shown.
    pub quote: Option<String>,
    /// The sale: the receipt's serial.
    pub sale: CommandId,
    /// What the site knows the payer by: differs from payee to payee. 1 to 64 visible ASCII characters.
    pub payer: String,
    /// The page that may be read: realm and target.
    pub item: String,
    /// What was charged.
    pub charged: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// When.
    pub at: Timestamp,
    /// Until when it may be read; `None` = for ever.
    pub until: Option<Timestamp>,
    /// Until when one click takes it back.
    pub undo_until: Timestamp,
    /// Whether it stands.
    pub standing: Standing,
    /// `Payment-Receipt` of it, signed alone.
    pub receipt: String,
}

impl Entitled {
    /// The body of the answer.
    #[must_use]
    pub fn to_json(&self) -> String {
        let standing = match self.standing {
            Standing::Live => "live",
            Standing::Refunded => "refunded",
        };
        let mut object = Object::default()
            .with("sale", serial(self.sale))
            .with("payer", &*self.payer)
            .with("item", &*self.item)
            .with("charged", self.charged.to_string())
            .with("currency", self.currency.as_str())
            .with("at", self.at.to_string())
            .with("undo_until", self.undo_until.to_string())
            .with("standing", standing)
            .with("receipt", &*self.receipt);
        if let Some(quote) = &self.quote {
            object = object.with("quote", &**quote);
        }
        if let Some(until) = self.until {
            object = object.with("until", until.to_string());
        }
        object.canonical()
    }

    /// Reads the body of an answer. The receipt in it is the caller's to check.
    ///
    /// # Errors
    /// [`Malformed`] naming the member.
    pub fn parse(json: &[u8]) -> Result<Entitled, Malformed> {
        let object = Object::parse(json)?;
        let time = |text: &str, what| Timestamp::parse(text).ok_or(Malformed(what));
        Ok(Entitled {
            quote: object.maybe("quote")?.map(str::to_owned),
            sale: parse_serial(object.need("sale")?)?,
            payer: payer(object.need("payer")?)?,
            item: object.need("item")?.to_owned(),
            charged: Amount::parse(object.need("charged")?).map_err(|_| Malformed("charged"))?,
            currency: Asset::parse(object.need("currency")?).map_err(|_| Malformed("currency"))?,
            at: time(object.need("at")?, "at")?,
            until: object.maybe("until")?.map(|text| time(text, "until")).transpose()?,
            undo_until: time(object.need("undo_until")?, "undo_until")?,
            standing: match object.need("standing")? {
                "live" => Standing::Live,
                "refunded" => Standing::Refunded,
                _ => return Err(Malformed("standing")),
            },
            receipt: object.need("receipt")?.to_owned(),
        })
    }
}

/// A name that can stand in a header's line and be shown.
fn payer(text: &str) -> Result<String, Malformed> {
    let fits = (1..=MOST_PAYER).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text.to_owned()) } else { Err(Malformed("payer")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_it_was_written() {
        let entitled = Entitled {
            quote: Some("a.b.c".to_owned()),
            sale: CommandId([7; 16]),
            payer: "ref".to_owned(),
            item: "news.example/a/x".to_owned(),
            charged: Amount::from_u32(50_000),
            currency: Asset::fiat("EUR").unwrap(),
            at: Timestamp::from_seconds(1_800_000_000),
            until: Some(Timestamp::from_seconds(1_800_086_400)),
            undo_until: Timestamp::from_seconds(1_800_000_600),
            standing: Standing::Live,
            receipt: "xyz".to_owned(),
        };
        assert_eq!(Entitled::parse(entitled.to_json().as_bytes()), Ok(entitled.clone()));
        let short = Entitled { quote: None, until: None, standing: Standing::Refunded, ..entitled };
        assert_eq!(Entitled::parse(short.to_json().as_bytes()), Ok(short.clone()));
        assert_eq!(Entitled::parse(short.to_json().replace("refunded", "gone").as_bytes()), Err(Malformed("standing")));
        for payer in ["", "a b", "a\nb", "\u{fc}", "\u{7f}", &"x".repeat(65)] {
            let named = Entitled { payer: payer.to_owned(), ..short.clone() };
            assert_eq!(Entitled::parse(named.to_json().as_bytes()), Err(Malformed("payer")), "{payer:?}");
        }
        let long = Entitled { payer: "x".repeat(64), ..short };
        assert_eq!(Entitled::parse(long.to_json().as_bytes()), Ok(long.clone()));
    }
}
