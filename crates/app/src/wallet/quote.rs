//! Reading what a site asks of this wallet: for us, by a site that we know, signed by us or under the keys of its own document.

use super::Visitor;
use super::screen::{SCREEN, opens};
use crate::config::Elsewhere;
use crate::door::{self, Reply};
use crate::elsewhere::{self, Fault};
use crate::instance::Instance;
use crate::web::{self, Opens, PageKind, PayeeFacts, QuoteRefusal, QuoteRefusedView};
use http::StatusCode;
use money::{CommandId, OfferId, Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::quote::{Quote, unproved_issuer};
use protocol::text::Malformed;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// The offer in the books here.
    pub offer: OfferId,
    /// Where the site stands.
    pub stands: Stands,
    /// Where the page opens once it is paid.
    pub opens: Opens,
}

/// Where a site stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stands {
    /// In this instance.
    Here,
    /// In another one, which redeems codes by a call.
    Elsewhere,
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
    pub async fn read(instance: &Arc<Instance>, text: &str, now: Timestamp) -> Result<Asking, Refused> {
        let issuer = unproved_issuer(text).ok();
        match issuer.and_then(|issuer| instance.elsewhere(&issuer)) {
            Some(site) => Asking::read_elsewhere(instance, (site, text), now).await,
            None => Asking::read_own(instance, text),
        }
    }

    fn read_own(instance: &Instance, text: &str) -> Result<Asking, Refused> {
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
        Ok(Asking {
            text: text.to_owned(),
            payee,
            realm: site.host.clone(),
            offer: quote.offer,
            stands: Stands::Here,
            opens: Opens::Here,
            quote,
        })
    }

    /// A quote of another instance's site, under the keys that the site's own document names.
    async fn read_elsewhere(instance: &Arc<Instance>, (site, text): (&Elsewhere, &str), now: Timestamp) -> Result<Asking, Refused> {
        let refuse = |why| Refused { why, origin: Some(site.url.clone()) };
        let fault = |fault| match fault {
            Fault::Unreachable => refuse(QuoteRefusal::Unreachable),
            Fault::KeyChanged => refuse(QuoteRefusal::KeyChanged),
        };
        let known = elsewhere::known(instance, &site.url, now).await.map_err(fault)?;
        let quote = known.site_keys.iter().find_map(|key| Quote::parse(text, key).ok()).ok_or_else(|| refuse(QuoteRefusal::Forged))?;
        // Where the site does not take our money, nobody would redeem the code.
        if quote.aud != instance.wallet_url() || !known.wallets.contains(&quote.aud) {
            return Err(refuse(QuoteRefusal::OtherWallet));
        }
        if quote.iss != site.url || !quote.item.starts_with('/') {
            return Err(refuse(QuoteRefusal::UnknownSite));
        }
        if quote.currency != instance.config.asset() {
            return Err(refuse(QuoteRefusal::OtherCurrency));
        }
        let offer = elsewhere::terms::registered(instance, site, &quote, now).await.map_err(fault)?;
        let name = site.name.clone().unwrap_or_else(|| instance.payee_name(&site.payee));
        let payee = PayeeFacts { name, origin: site.url.clone() };
        Ok(Asking { text: text.to_owned(), payee, realm: site.realm(), offer, stands: Stands::Elsewhere, opens: Opens::Here, quote })
    }

    /// A new quote of a site elsewhere in place of this one: for the same page and browser.
    ///
    /// # Errors
    /// [`Refused`] as for the first; [`QuoteRefusal::Unreachable`] if the site gives none.
    pub async fn requoted(&self, instance: &Arc<Instance>, now: Timestamp) -> Result<Asking, Refused> {
        let unreachable = || Refused { why: QuoteRefusal::Unreachable, origin: Some(self.quote.iss.clone()) };
        let text = elsewhere::ask::requote(instance, &self.quote.iss, &self.text).await.ok_or_else(unreachable)?;
        let renewed = Box::pin(Asking::read(instance, &text, now)).await?;
        let (new, old) = (&renewed.quote, &self.quote);
        let same = (&new.iss, &new.item, new.st_hash, new.currency) == (&old.iss, &old.item, old.st_hash, old.currency);
        if same && !renewed.is_expired(now) { Ok(renewed) } else { Err(unreachable()) }
    }

    /// What its forms carry.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let on_screen = (self.opens == Opens::OnScreen).then_some(SCREEN);
        [("q", self.text.as_str())].into_iter().chain(on_screen).collect()
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
        Asking { text: quote.sign(&instance.keys.site), offer: quote.offer, quote, ..self.clone() }
    }
}

impl Visitor<'_> {
    /// The quote of a form or query.
    ///
    /// # Errors
    /// The page that says why it is not taken.
    pub(super) async fn asking(&self, fields: &BTreeMap<String, String>) -> Result<Result<Asking, Reply>, Problem> {
        match Asking::read(self.instance, fields.get("q").map_or("", String::as_str), self.visit.now).await {
            // A site elsewhere cannot ask here what was paid: there the page opens where it is paid.
            Ok(asking) if asking.stands == Stands::Here => Ok(Ok(Asking { opens: opens(fields), ..asking })),
            Ok(asking) => Ok(Ok(asking)),
            Err(refused) => Ok(Err(self.quote_refused(refused).await?)),
        }
    }

    /// The page that says why a quote is not taken.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub(super) async fn quote_refused(&self, Refused { why, origin }: Refused) -> Result<Reply, Problem> {
        let status = if why == QuoteRefusal::Unreadable { StatusCode::BAD_REQUEST } else { StatusCode::FORBIDDEN };
        let request_id = self.visit.request_id.clone();
        let view = QuoteRefusedView { frame: self.frame().await?, refusal: why, origin, request_id };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::quote_refused(&view)))
    }
}
