//! Reading what a site asks of this wallet: signed by us, for us, by a site that we know.

use super::Visitor;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::web::{self, PageKind, PayeeFacts, QuoteRefusal, QuoteRefusedView};
use http::StatusCode;
use money::{CommandId, Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::quote::Quote;
use protocol::text::Malformed;
use sha2::{Digest, Sha256};

/// A renewed price is held for this long, like the first.
const HELD: Span = Span(600);

/// A quote that this wallet takes.
#[derive(Clone)]
pub struct Asking {
    /// What it says.
    pub quote: Quote,
    /// The text that says it.
    pub text: String,
    /// Who is paid, as people read it.
    pub payee: PayeeFacts,
    /// The site's realm.
    pub realm: String,
}

/// Why a quote is not taken, with the origin it names where that could be read.
pub struct Refused {
    why: QuoteRefusal,
    origin: Option<String>,
}

impl Asking {
    /// Reads the text of a quote. Expiry is the caller's to look at.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn read(instance: &Instance, text: &str) -> Result<Asking, Refused> {
        let quote = Quote::parse(text, &instance.keys.site.public()).map_err(|Malformed(what)| {
            let forged = what == "quote: signature" || what == "quote: header";
            Refused { why: if forged { QuoteRefusal::Forged } else { QuoteRefusal::Unreadable }, origin: None }
        })?;
        let refuse = |why| Err(Refused { why, origin: Some(quote.iss.clone()) });
        if quote.aud != instance.wallet_url() {
            return refuse(QuoteRefusal::OtherWallet);
        }
        let site = instance.config.site.values().find(|site| instance.config.url(&site.host) == quote.iss);
        let Some(site) = site.filter(|_| quote.item.starts_with('/')) else { return refuse(QuoteRefusal::UnknownSite) };
        if quote.currency != instance.config.asset() {
            return refuse(QuoteRefusal::OtherCurrency);
        }
        let name = site.name.clone().unwrap_or_else(|| instance.payee_name(&site.payee));
        let payee = PayeeFacts { name, origin: quote.iss.clone() };
        Ok(Asking { text: text.to_owned(), payee, realm: site.host.clone(), quote })
    }

    /// The page that is bought: realm and folded target.
    pub fn item(&self) -> String {
        format!("{}{}", self.realm, self.quote.item)
    }

    /// The page's address.
    pub fn item_url(&self) -> String {
        format!("{}{}", self.quote.iss, self.quote.item)
    }

    /// True once the price is no longer held.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.quote.exp
    }

    /// The id of this payer's purchase under this quote: the same however often Pay is pressed.
    pub fn command_id(&self, payer: Party) -> CommandId {
        let hash: [u8; 32] = Sha256::new().chain_update(self.quote.id.0).chain_update(payer.0).finalize().into();
        let (first, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
        CommandId::new(self.quote.iat.ms(), *first)
    }

    /// The same page asked for anew, as its site would: `change` sets what differs.
    pub fn renewed(&self, instance: &Instance, (id, now): (CommandId, Timestamp), change: impl FnOnce(&mut Quote)) -> Asking {
        let iat = Timestamp::from_seconds(now.seconds());
        let mut quote = Quote { id, iat, exp: iat.after(HELD), ..self.quote.clone() };
        change(&mut quote);
        Asking { text: quote.sign(&instance.keys.site), quote, ..self.clone() }
    }
}

impl Visitor<'_> {
    /// The quote of a form or query.
    ///
    /// # Errors
    /// The page that says why it is not taken.
    pub(super) async fn asking(&self, text: Option<&String>) -> Result<Result<Asking, Reply>, Problem> {
        let read = Asking::read(self.instance, text.map_or("", String::as_str));
        let Refused { why, origin } = match read {
            Ok(asking) => return Ok(Ok(asking)),
            Err(refused) => refused,
        };
        let status = if why == QuoteRefusal::Unreadable { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
        let request_id = self.visit.request_id.clone();
        let view = QuoteRefusedView { frame: self.frame().await?, refusal: why, origin, request_id };
        Ok(Err(door::page(self.visit, status, PageKind::Wallet, web::quote_refused(&view))))
    }
}
