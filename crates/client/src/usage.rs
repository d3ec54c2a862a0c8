//! What services that meter themselves counted: by a payer's own key, or by a key of the payee.

use crate::calls::{Account, escaped};
use crate::io::{Http, MOST_DOCUMENT_BYTES, Sent};
use crate::payer::{secret, usual_headers};
use crate::{Address, Error, Patience, Problem};
use http::Method;
use http::header::AUTHORIZATION;
use serde_json::Value;

/// From one day of UTC to another, such as `2026-11-30`; thirty days up to today where neither is said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Days {
    /// The first.
    pub from: Option<String>,
    /// The last.
    pub to: Option<String>,
}

impl Days {
    /// As a query, with its question mark.
    fn query(&self) -> String {
        let part = |name: &str, day: &Option<String>| day.as_deref().map(|day| format!("{name}={}", escaped(day)));
        let parts: Vec<String> = [part("from", &self.from), part("to", &self.to)].into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

impl Account<'_> {
    /// What was drawn from own sessions by events of meters.
    ///
    /// # Errors
    /// As [`Account::balances`].
    pub async fn metered(&self, days: &Days) -> Result<Value, Error> {
        self.read(&format!("/v1/metered{}", days.query())).await
    }
}

impl Account<'_> {
    /// Own bills of a month or a day of UTC, such as `2026-11` or `2026-11-30`; of the running month where none is said.
    ///
    /// # Errors
    /// As [`Account::balances`].
    pub async fn bills(&self, period: Option<&str>) -> Result<Value, Error> {
        self.read(&format!("/v1/bills{}", asked(period))).await
    }
}

fn asked(period: Option<&str>) -> String {
    period.map(|period| format!("?period={}", escaped(period))).unwrap_or_default()
}

/// The same of a payee's meter, one for each payer. As [`of_meter`].
///
/// # Errors
/// As [`of_meter`].
pub async fn bills_of_meter(who: (&Address, &str), meter: &str, period: Option<&str>) -> Result<Value, Error> {
    by_key(who, &format!("/v1/meters/{}/bills{}", escaped(meter), asked(period))).await
}

/// What a payee's meter counted, at the wallet of an address, with a key of the scope `read`. Nothing is sent over a line that others read.
///
/// # Errors
/// [`Error::Unpayable`] for plain HTTP beyond this machine, [`Error::Refused`], [`Error::Unreachable`], [`Error::BrokeOff`],
/// [`Error::Document`].
pub async fn of_meter(who: (&Address, &str), meter: &str, days: &Days) -> Result<Value, Error> {
    by_key(who, &format!("/v1/meters/{}/usage{}", escaped(meter), days.query())).await
}

/// A read with a payee's key.
async fn by_key((at, key): (&Address, &str), target: &str) -> Result<Value, Error> {
    if !at.is_https() && !at.is_loopback() {
        return Err(Error::Unpayable(crate::Refusal::PlainHttp));
    }
    let patience = Patience::default();
    let url = at.at(target);
    let mut headers = usual_headers(None);
    headers.extend(secret(&format!("Bearer {key}")).map(|value| (AUTHORIZATION, value)));
    let sent = Sent { method: Method::GET, url: &url, body: None, headers };
    let mut reply = Http::new(patience.answer).send(sent).await.map_err(|no| no.unpaid(&url))?;
    if let Some(problem) = reply.problem {
        return Err(Error::refused(problem));
    }
    if !reply.status.is_success() {
        return Err(Error::refused(Problem::silent(reply.status.as_u16())));
    }
    let read = tokio::time::timeout(patience.answer, reply.body.whole(MOST_DOCUMENT_BYTES)).await;
    let json = read.map_err(|late| Error::BrokeOff { source: Box::new(late) })??;
    serde_json::from_slice(&json).map_err(|error| Error::Document { url: url.to_string(), why: error.to_string() })
}
