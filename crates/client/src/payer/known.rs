//! What is known of a site: its instance, pinned at the first payment, and the keys that prove its receipts.

use crate::checks::{Agreed, check_instance};
use crate::io::{MOST_DOCUMENT_BYTES, NotAnswered, Reply, Sent};
use crate::kept::{Access, KeptReceipt};
use crate::payer::{Payer, usual_headers};
use crate::site::Site;
use crate::{Address, Error};
use http::{Method, StatusCode};
use money::Span;
use protocol::discovery::FARTHING_PATH;
use protocol::receipt::Signed;
use protocol::{Instance, PublicKey};

impl Payer {
    /// The instance behind a realm: the pinned one, or at first use the one whose keys the site shows.
    pub(super) async fn site_of(&self, url: &Address, agreed: &Agreed) -> Result<Site, Error> {
        self.site_at(url, &agreed.challenge.realm, agreed.request.instance).await
    }

    /// The same by what a challenge names.
    pub(super) async fn site_at(&self, url: &Address, realm: &str, instance: Instance) -> Result<Site, Error> {
        if let Some(site) = self.state.site(realm)? {
            check_instance(instance, site.instance).map_err(Error::Unpayable)?;
            return Ok(site);
        }
        let site = self.document(url).await?;
        if site.instance != instance {
            let why = "it names another instance than the one that asks for money".to_owned();
            return Err(Error::Document { url: document_url(url), why });
        }
        self.state.pin(realm, &site)?;
        if self.state.wallet()?.is_none() {
            self.state.remember_wallet(&site)?;
        }
        Ok(site)
    }

    /// The keys that an origin shows, checked.
    ///
    /// # Errors
    /// [`Error::Document`], [`Error::Unreachable`].
    pub(crate) async fn document(&self, url: &Address) -> Result<Site, Error> {
        let at = url.at(FARTHING_PATH);
        let fault = |why: String| Error::Document { url: at.to_string(), why };
        let sent = Sent { method: Method::GET, url: &at, body: None, headers: usual_headers(None) };
        let mut reply = self.http.send(sent).await.map_err(|no| no.unpaid(&at))?;
        if reply.status != StatusCode::OK {
            return Err(fault(format!("it answers {}", reply.status.as_u16())));
        }
        let read = tokio::time::timeout(self.policy.patience.answer, reply.body.whole(MOST_DOCUMENT_BYTES)).await;
        let json = read.map_err(|late| NotAnswered::Lost(Box::new(late)).unpaid(&at))??;
        Site::parse(&json).map_err(|why| fault(why.to_string()))
    }

    /// The receipt of an answer, proved by a key of the instance. If the keys have changed, the site is asked once more.
    ///
    /// # Errors
    /// [`Error::Receipt`].
    pub(super) async fn proved(&self, url: &Address, (agreed, site): (&Agreed, &Site), reply: &Reply) -> Result<KeptReceipt, Error> {
        let wrong = |why| Error::Receipt { why };
        let value = reply.field("payment-receipt").ok_or(wrong("none came with the page"))?;
        let signed = Signed::parse(value).map_err(|what| wrong(what.0))?;
        check_words(&signed, agreed)?;
        self.proved_by(url, (&agreed.challenge.realm, site), |key| signed.is_proved_by(key)).await?;
        let (receipt, request) = (&signed.receipt, &agreed.request);
        Ok(KeptReceipt {
            url: url.clone(),
            serial: receipt.reference,
            amount: receipt.amount,
            currency: receipt.currency,
            recipient: receipt.recipient.clone(),
            at: receipt.timestamp,
            access: match (request.lasts, receipt.until) {
                (None, _) => Access::Once,
                (Some(_), Some(until)) => Access::Until(until),
                (Some(_), None) => Access::Ever,
            },
            undo_until: request.undo.filter(|_| receipt.offer == request.offer).map(|seconds| receipt.timestamp.after(Span(seconds))),
            instance: site.instance,
            wallet: site.wallet.clone(),
            mode: site.mode,
            signed: Some(value.to_owned()),
            taken_back: false,
        })
    }
}

impl Payer {
    /// True words of the instance are proved by one of its keys. If the keys have changed, the site is asked once more.
    ///
    /// # Errors
    /// [`Error::Receipt`].
    pub(super) async fn proved_by(
        &self,
        url: &Address,
        (realm, site): (&str, &Site),
        proves: impl Fn(&PublicKey) -> bool,
    ) -> Result<(), Error> {
        if site.receipt_keys().any(&proves) {
            return Ok(());
        }
        let unproved = || Error::Receipt { why: "no key of the site proves it" };
        let fresh = self.document(url).await.map_err(|_| unproved())?;
        check_instance(fresh.instance, site.instance).map_err(Error::Unpayable)?;
        if !fresh.receipt_keys().any(proves) {
            return Err(unproved());
        }
        self.state.pin(realm, &fresh)
    }
}

/// A receipt must be of what was signed: cheaper it may be, dearer or for another payee never.
fn check_words(signed: &Signed, agreed: &Agreed) -> Result<(), Error> {
    let (receipt, request) = (&signed.receipt, &agreed.request);
    let wrong = |why| Err(Error::Receipt { why });
    if receipt.instance != request.instance {
        return wrong("it is of another instance");
    }
    if receipt.recipient != request.recipient {
        return wrong("it is of another payee");
    }
    if receipt.currency != request.currency || receipt.amount > request.amount {
        return wrong("it charges other than was signed");
    }
    if !receipt.amount.is_zero() && receipt.reference != agreed.nonce {
        return wrong("it is of another payment");
    }
    Ok(())
}

fn document_url(url: &Address) -> String {
    url.at(FARTHING_PATH).to_string()
}
