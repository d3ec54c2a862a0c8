//! A payer's own calls under `/v1` of the wallet: what is there, what was spent, add, take back, limit.

use crate::io::{MOST_DOCUMENT_BYTES, Sent};
use crate::kept::{Command, Unanswered, taken_until};
use crate::payer::restore::List;
use crate::payer::{Before, Payer, Request, secret, usual_headers};
use crate::site::{Mode, Site};
use crate::{Address, Error, Problem};
use http::Method;
use http::header::AUTHORIZATION;
use money::{Amount, Asset, CommandId, Price, Timestamp};
use protocol::calls::{Call, Kind, sign};
use protocol::digest;
use protocol::text::{command as command_text, serial as serial_text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The payer's account in the books of one instance.
pub struct Account<'a> {
    payer: &'a Payer,
    site: Site,
}

/// What an account holds of one asset.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Balance {
    /// The asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// What can be spent.
    #[serde(with = "crate::text")]
    pub available: Amount,
    /// What is held for payments under way.
    #[serde(with = "crate::text")]
    pub held: Amount,
    /// Spent in this calendar month.
    #[serde(with = "crate::text")]
    pub spent_this_month: Amount,
}

/// A page of history, the newest first.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct History {
    /// The rows.
    pub rows: Vec<Row>,
    /// What to give as `before` for the next page, if there is one.
    pub next: Option<String>,
}

/// Something that moved money.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Row {
    /// When.
    #[serde(with = "crate::text")]
    pub at: Timestamp,
    /// `top-up`, `sale` or `refund`.
    pub kind: String,
    /// The change, in base units; below zero it was spent.
    #[serde(with = "crate::text")]
    pub amount: i64,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// What was there afterwards.
    #[serde(default, with = "crate::text::maybe")]
    pub balance: Option<Amount>,
    /// The receipt's serial.
    pub serial: Option<String>,
    /// What was bought.
    pub item: Option<String>,
    /// Until when it can be taken back.
    #[serde(default, with = "crate::text::maybe")]
    pub undo_until: Option<Timestamp>,
}

/// What came of taking back.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct TakenBack {
    /// What is in the wallet again.
    #[serde(with = "crate::text")]
    pub returned: Amount,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// Serial of the refund or of the sale.
    pub serial: String,
}

/// What adding money came to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct ToppedUp {
    /// What can be spent now.
    #[serde(with = "crate::text")]
    pub available: Amount,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
}

/// What the end of a session came to.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Closed {
    /// What the payee got.
    #[serde(with = "crate::text")]
    pub captured: Amount,
    /// What came back.
    #[serde(with = "crate::text")]
    pub released: Amount,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// The final receipt, as a header has it.
    pub receipt: String,
}

/// The months or days that a limit counts in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Window {
    /// A calendar day.
    Day,
    /// A calendar month.
    Month,
}

/// A limit on spending, set by the payer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// The site's realm; `None` = all sites together.
    pub on: Option<String>,
    /// What it counts in.
    pub window: Window,
    /// Of which asset.
    pub currency: Asset,
    /// The most; `None` takes the limit away.
    pub most: Option<Amount>,
}

#[derive(Deserialize)]
struct Balances {
    balances: Vec<Balance>,
}

impl Payer {
    /// The account at the wallet of an address: the wallet's own, or that of any site which uses it. It is remembered.
    ///
    /// # Errors
    /// [`Error::Document`], [`Error::Unreachable`], [`Error::File`], and [`Error::Unpayable`] if the wallet that was
    /// remembered for the same origin had another instance.
    pub async fn account_at(&self, address: &Address) -> Result<Account<'_>, Error> {
        if !address.is_https() && !address.is_loopback() {
            return Err(Error::Unpayable(crate::Refusal::PlainHttp));
        }
        let site = self.document(address).await?;
        if let Some(known) = self.state.wallet()?.filter(|known| known.wallet == site.wallet) {
            crate::checks::check_instance(site.instance, known.instance).map_err(Error::Unpayable)?;
        }
        self.state.remember_wallet(&site)?;
        Ok(Account { payer: self, site })
    }

    /// The account at the wallet that was used first or named last; `None` if none is known yet.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn account(&self) -> Result<Option<Account<'_>>, Error> {
        Ok(self.state.wallet()?.map(|site| Account { payer: self, site }))
    }

    /// The account in whose books a receipt stands.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Document`], [`Error::Unreachable`].
    pub async fn account_of_receipt(&self, receipt: &crate::KeptReceipt) -> Result<Account<'_>, Error> {
        match self.state.wallet()?.filter(|site| site.instance == receipt.instance) {
            Some(site) => Ok(Account { payer: self, site }),
            None => {
                let site = self.document(&receipt.url).await?;
                crate::checks::check_instance(site.instance, receipt.instance).map_err(Error::Unpayable)?;
                Ok(Account { payer: self, site })
            }
        }
    }

    pub(crate) fn account_of(&self, site: &Site) -> Account<'_> {
        Account { payer: self, site: site.clone() }
    }
}

impl Account<'_> {
    /// The wallet's origin.
    #[must_use]
    pub fn wallet(&self) -> &Address {
        &self.site.wallet
    }

    /// Whether the money is real.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.site.mode
    }

    /// The assets that the instance counts.
    pub fn currencies(&self) -> impl Iterator<Item = Asset> {
        self.site.currencies.iter().filter_map(|text| Asset::parse(text).ok())
    }

    /// What is there, by asset.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Unreachable`], [`Error::Document`]; so for every reading call.
    pub async fn balances(&self) -> Result<Vec<Balance>, Error> {
        Ok(self.read::<Balances>("/v1/wallet").await?.balances)
    }

    /// What happened, at most `limit` rows before a cursor.
    ///
    /// # Errors
    /// As [`Account::balances`].
    pub async fn history(&self, limit: u32, before: Option<&str>) -> Result<History, Error> {
        let before = before.map(|cursor| format!("&before={}", escaped(cursor))).unwrap_or_default();
        self.read(&format!("/v1/history?limit={limit}{before}")).await
    }

    /// The whole receipt.
    ///
    /// # Errors
    /// As [`Account::balances`]; status 404 if there is none, or it is not ours.
    pub async fn receipt(&self, serial: CommandId) -> Result<serde_json::Value, Error> {
        self.read(&format!("/v1/receipts/{}", serial_text(serial))).await
    }

    /// A part of the list of sessions that are not over.
    pub(crate) async fn sessions(&self, query: &str) -> Result<List, Error> {
        self.read(&format!("/v1/sessions{query}")).await
    }

    /// One call of the wallet's close, which waits ten seconds for work under way.
    pub(crate) async fn closed_now(&self, id: CommandId) -> Result<Closed, Error> {
        self.write(&format!("/v1/sessions/{}/close", command_text(id)), &serde_json::json!({})).await
    }

    pub(crate) fn payer(&self) -> &Payer {
        self.payer
    }

    pub(crate) fn receipt_keys(&self) -> impl Iterator<Item = &protocol::PublicKey> {
        self.site.receipt_keys()
    }

    pub(crate) fn instance(&self) -> protocol::Instance {
        self.site.instance
    }

    /// The limits of the account, with what was spent under each.
    ///
    /// # Errors
    /// As [`Account::balances`].
    pub async fn limits(&self) -> Result<serde_json::Value, Error> {
        self.read("/v1/guards").await
    }

    /// The months in which something moved, newest first.
    ///
    /// # Errors
    /// As [`Account::balances`].
    pub async fn months(&self) -> Result<serde_json::Value, Error> {
        self.read("/v1/statements").await
    }

    /// A month, such as `2026-11`, as the instance signed it.
    ///
    /// # Errors
    /// As [`Account::balances`]; [`Error::Refused`] for a month in which nothing moved.
    pub async fn statement(&self, month: &str) -> Result<serde_json::Value, Error> {
        self.read(&format!("/v1/statements/{}", escaped(month))).await
    }

    /// Adds play money; an instance with real money refuses.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Unknown`], [`Error::Unreachable`], [`Error::Document`]; so for every writing call.
    pub async fn top_up(&self, sum: Price) -> Result<ToppedUp, Error> {
        let body = serde_json::json!({ "amount": sum.amount.to_string(), "currency": sum.asset.as_str() });
        self.write("/v1/top-ups", &body).await
    }

    /// Takes a purchase back while its window is open; the kept receipt then owns nothing any more.
    ///
    /// # Errors
    /// As [`Account::top_up`].
    pub async fn undo(&self, serial: CommandId) -> Result<TakenBack, Error> {
        let taken: TakenBack = self.write("/v1/undo", &serde_json::json!({ "serial": serial_text(serial) })).await?;
        for mut receipt in self.payer.state.receipts()?.into_iter().filter(|receipt| receipt.serial == serial) {
            receipt.taken_back = true;
            self.payer.state.keep(&receipt)?;
        }
        Ok(taken)
    }

    /// Sets or takes away a limit.
    ///
    /// # Errors
    /// As [`Account::top_up`].
    pub async fn limit(&self, limit: &Limit) -> Result<(), Error> {
        let body = serde_json::json!({
            "on": limit.on.as_deref().unwrap_or("all"),
            "window": limit.window,
            "currency": limit.currency.as_str(),
            "most": limit.most.map(|most| most.to_string()),
        });
        self.write::<serde_json::Value>("/v1/guards", &body).await.map(drop)
    }

    pub(crate) async fn read<T: DeserializeOwned>(&self, target: &str) -> Result<T, Error> {
        let url = self.site.wallet.at(target);
        let call = Call { instance: self.site.instance, method: "GET", target, kind: Kind::Read };
        let mut headers = usual_headers(None);
        let signed = sign(&call, self.payer.wallet.key(), self.payer.world.now()).ok().and_then(|value| secret(&value));
        headers.extend(signed.map(|value| (AUTHORIZATION, value)));
        let sent = Sent { method: Method::GET, url: &url, body: None, headers };
        let reply = self.payer.http.send(sent).await.map_err(|no| no.unpaid(&url))?;
        self.answer(&url, reply).await
    }

    /// A write, kept until it is answered: the same call again is the same command.
    async fn write<T: DeserializeOwned>(&self, target: &str, body: &serde_json::Value) -> Result<T, Error> {
        let payer = self.payer;
        let url = self.site.wallet.at(target);
        let bytes = body.to_string().into_bytes();
        let identity = crate::io::state::name("call", &format!("{url}\n{}", digest::of(&bytes)));
        let (command, before) = match payer.state.unanswered(&identity)?.filter(|kept| payer.world.now() <= kept.until) {
            Some(kept) => (kept, Before::Unclear),
            None => (self.command(&url, bytes)?, Before::Nothing),
        };
        payer.state.begin(&identity, &command)?;
        let presented = match payer.present(&command, before).await {
            Err(error @ Error::Unreachable { .. }) => {
                payer.state.answered(&identity)?;
                return Err(error);
            }
            other => other?,
        };
        let answer = self.answer(&url, presented.reply).await;
        if !matches!(answer, Err(Error::BrokeOff { .. })) {
            payer.state.answered(&identity)?;
        }
        answer
    }

    fn command(&self, url: &Address, body: Vec<u8>) -> Result<Unanswered, Error> {
        let id = self.payer.world.command_id();
        let kind = Kind::Write { body: &body, command: id };
        let call = Call { instance: self.site.instance, method: "POST", target: url.target(), kind };
        let now = self.payer.world.now();
        let signed = sign(&call, self.payer.wallet.key(), now);
        let credential = signed.map_err(|what| Error::Document { url: url.to_string(), why: what.to_string() })?;
        let command = Command { field: "authorization", credential, key: command_text(id), until: taken_until(now) };
        Ok(Unanswered::new(&Request::post(url.clone(), body, "application/json"), command))
    }

    async fn answer<T: DeserializeOwned>(&self, url: &Address, mut reply: crate::io::Reply) -> Result<T, Error> {
        if let Some(problem) = reply.problem {
            return Err(Error::refused(problem));
        }
        if !reply.status.is_success() {
            return Err(Error::refused(Problem::silent(reply.status.as_u16())));
        }
        let read = tokio::time::timeout(self.payer.policy.patience.answer, reply.body.whole(MOST_DOCUMENT_BYTES)).await;
        let json = read.map_err(|late| Error::BrokeOff { source: Box::new(late) })??;
        serde_json::from_slice(&json).map_err(|error| Error::Document { url: url.to_string(), why: error.to_string() })
    }
}

/// A text as a value in a query.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
