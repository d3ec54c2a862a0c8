//! What a site here asks of a wallet elsewhere: to redeem the code that a browser brought, whether a purchase still stands,
//! and to give money back. An answer counts only with a receipt that the wallet's instance signed.

use super::{Fault, Known, known, send, whole};
use crate::instance::Instance;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use money::{CommandId, Party, Timestamp};
use protocol::json::Object;
use protocol::receipt::Signed;
use protocol::redeem::{Entitled, QUOTE_PATH};
use protocol::site_call::{SiteCall, sign};
use protocol::text::{base64url, command, serial};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The code of a call whose signature is not believed.
const SIGNATURE: &str = "signature-invalid";

/// A site here and a wallet elsewhere.
#[derive(Clone, Copy)]
pub struct Between<'a> {
    /// Here.
    pub instance: &'a Arc<Instance>,
    /// The site's origin.
    pub site: &'a str,
    /// The wallet's origin.
    pub wallet: &'a str,
    /// When.
    pub now: Timestamp,
}

/// Why a wallet said nothing that helps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotTold {
    /// It could not be asked, or its answer cannot be believed; later it may be otherwise.
    Unreachable,
    /// It does not know the quote, or the code no more.
    Unknown,
    /// It says no, with this code.
    Refused(String),
}

impl From<Fault> for NotTold {
    fn from(_: Fault) -> NotTold {
        NotTold::Unreachable
    }
}

impl Between<'_> {
    /// Redeems a code for what it stands for.
    ///
    /// # Errors
    /// [`NotTold`].
    pub async fn redeem(&self, quote: CommandId, code: &str) -> Result<Entitled, NotTold> {
        let body = Object::default().with("code", code).canonical();
        self.told((Method::POST, &format!("/v1/quotes/{}/redeem", command(quote))), body).await
    }

    /// What became of a sale that paid a quote.
    ///
    /// # Errors
    /// [`NotTold`].
    pub async fn look(&self, (quote, sale): (CommandId, CommandId)) -> Result<Entitled, NotTold> {
        let path = format!("/v1/quotes/{}?sale={}", command(quote), serial(sale));
        self.about(sale, self.told((Method::GET, &path), String::new()).await?)
    }

    /// Asks for a purchase's money to go back.
    ///
    /// # Errors
    /// [`NotTold`].
    pub async fn refund(&self, (quote, sale): (CommandId, CommandId), reason: &str) -> Result<Entitled, NotTold> {
        let body = Object::default().with("reason", reason).with("sale", serial(sale)).canonical();
        self.about(sale, self.told((Method::POST, &format!("/v1/quotes/{}/refund", command(quote))), body).await?)
    }

    /// Two may have paid one quote: what is said of the other's sale is no answer.
    fn about(&self, sale: CommandId, entitled: Entitled) -> Result<Entitled, NotTold> {
        if entitled.sale == sale {
            return Ok(entitled);
        }
        tracing::warn!(wallet = self.wallet, sale = serial(sale), "a wallet's answer is about another sale");
        Err(NotTold::Unreachable)
    }

    async fn told(&self, (method, path): (Method, &str), body: String) -> Result<Entitled, NotTold> {
        let known = known(self.instance, self.wallet, self.now).await?;
        let body = Bytes::from(body);
        let call = SiteCall { instance: known.instance, method: method.as_str(), target: path, body: &body };
        let signed = sign(&call, (self.site, &self.instance.keys.site), self.now).map_err(|_| NotTold::Unreachable)?;
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(signed).map_err(|_| NotTold::Unreachable)?);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let url = format!("{}{path}", self.wallet);
        let answered = send(self.instance, (method, &url), headers, body).await.map_err(|error| {
            tracing::warn!(wallet = self.wallet, %error, "a wallet elsewhere gave no answer");
            NotTold::Unreachable
        })?;
        match answered.status {
            200 if !answered.is_cut => {}
            404 => return Err(NotTold::Unknown),
            status @ (400..=403 | 409 | 410 | 422) => {
                let said = serde_json::from_slice::<serde_json::Value>(&answered.body).ok();
                let code = said.and_then(|said| said["code"].as_str().map(str::to_owned)).unwrap_or_default();
                tracing::warn!(wallet = self.wallet, status, code, "a wallet elsewhere says no");
                // Keys are rotated and clocks go wrong: what was signed well will be believed again.
                return Err(if code == SIGNATURE { NotTold::Unreachable } else { NotTold::Refused(code) });
            }
            status => {
                tracing::warn!(wallet = self.wallet, status, "a wallet elsewhere gave no answer that helps");
                return Err(NotTold::Unreachable);
            }
        }
        let entitled = Entitled::parse(&answered.body).ok().filter(|entitled| is_proved(entitled, &known));
        entitled.ok_or_else(|| {
            tracing::warn!(wallet = self.wallet, "a wallet's answer is not what its receipt proves");
            NotTold::Unreachable
        })
    }
}

/// True if the wallet's instance signed a receipt that says what the answer says.
fn is_proved(entitled: &Entitled, known: &Known) -> bool {
    let Ok(signed) = Signed::parse(&entitled.receipt) else { return false };
    let receipt = &signed.receipt;
    let hash = base64url(&Sha256::digest(entitled.item.as_bytes()));
    let is_item = receipt.entitlement == entitled.item || receipt.entitlement == hash;
    let same = (receipt.instance, receipt.reference, &receipt.payer, receipt.amount, receipt.currency, receipt.until);
    let said = (known.instance, entitled.sale, &entitled.payer, entitled.charged, entitled.currency, entitled.until);
    is_item && same == said && known.receipt_keys.iter().any(|key| signed.is_proved_by(key))
}

/// Whom a browser's handle stands for that came from a wallet elsewhere: nobody in the books here.
#[must_use]
pub fn reader(wallet: &str, payer: &str) -> Party {
    let hash: [u8; 32] =
        Sha256::new().chain_update(b"farthing/elsewhere/1\n").chain_update(wallet).chain_update("\n").chain_update(payer).finalize().into();
    let (party, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
    Party(*party)
}

/// A site's new quote for an old one of its own; none if it gives none.
pub async fn requote(instance: &Arc<Instance>, site: &str, quote: &str) -> Option<String> {
    let body = Object::default().with("quote", quote).canonical();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let url = format!("{site}{QUOTE_PATH}");
    let answered = send(instance, (Method::POST, &url), headers, Bytes::from(body)).await.ok()?;
    Object::parse(whole(&answered)?).ok()?.need("quote").map(str::to_owned).ok()
}
