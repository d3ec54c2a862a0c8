//! The bodies of `/v1`, read strictly: a field that is missing, doubled, unknown or of another form is refused.

use crate::events::{Kind, Seq};
use crate::hooks::{Change, Wish};
use market::{Cause, GuardScope, Window};
use money::{Amount, Asset, CommandId};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use store::vault::WebhookState;

/// Play money to add.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TopUpCall {
    /// How much.
    pub amount: Amount,
    /// Of what.
    pub asset: Asset,
}

/// A limit to set, or to take away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardCall {
    /// What it counts.
    pub on: GuardScope,
    /// Over which time.
    pub window: Window,
    /// In which currency.
    pub asset: Asset,
    /// The most; none takes the limit away.
    pub most: Option<Amount>,
}

/// What to give back of a sale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefundCall {
    /// How much; none for all that is left.
    pub amount: Option<Amount>,
    /// Why.
    pub cause: Cause,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RefundWords {
    amount: Option<String>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopUpWords {
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoWords {
    serial: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardWords {
    on: String,
    window: WindowWord,
    currency: String,
    /// Must be there: leaving it out by mistake would take the limit away.
    #[serde(deserialize_with = "present")]
    most: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookWords {
    url: String,
    #[serde(default)]
    events: Vec<String>,
    after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeWords {
    url: Option<String>,
    events: Option<Vec<String>>,
    state: Option<StateWord>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum StateWord {
    Active,
    Paused,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum WindowWord {
    Day,
    Month,
}

fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// The body of `POST /v1/top-ups`.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::AmountInvalid`].
pub fn top_up(body: &[u8]) -> Result<TopUpCall, Problem> {
    let words: TopUpWords = read(body)?;
    Ok(TopUpCall { asset: currency(&words.currency)?, amount: amount(&words.amount)? })
}

/// The body of `POST /v1/undo`: the sale.
///
/// # Errors
/// [`Problem::BadRequest`]; [`Problem::Unknown`] for what is no serial.
pub fn undo(body: &[u8]) -> Result<CommandId, Problem> {
    let words: UndoWords = read(body)?;
    parse_serial(&words.serial).map_err(|_| Problem::Unknown)
}

/// The body of `POST /v1/sales/{id}/refund`, which may be none.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::AmountInvalid`].
pub fn refund(body: &[u8]) -> Result<RefundCall, Problem> {
    let words: RefundWords = if body.is_empty() { RefundWords::default() } else { read(body)? };
    let what = "`reason` is goodwill, not-as-described, mistake or asked";
    let named = |word: &str| Cause::of_word(word).filter(|cause| *cause != Cause::Unsaid);
    let cause = words.reason.as_deref().map(|word| named(word).ok_or_else(|| Problem::BadRequest { detail: what.to_owned() }));
    Ok(RefundCall { amount: words.amount.as_deref().map(amount).transpose()?, cause: cause.transpose()?.unwrap_or(Cause::Unsaid) })
}

/// The body of `POST /v1/guards`.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::AmountInvalid`].
pub fn guard(body: &[u8]) -> Result<GuardCall, Problem> {
    let words: GuardWords = read(body)?;
    let asset = currency(&words.currency)?;
    let most = words.most.as_deref().map(amount).transpose()?;
    let on = if words.on == "all" { GuardScope::All } else { GuardScope::Site(words.on) };
    let window = match words.window {
        WindowWord::Day => Window::Day,
        WindowWord::Month => Window::Month,
    };
    Ok(GuardCall { on, window, asset, most })
}

/// The body of `POST /v1/webhooks`.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn webhook(body: &[u8]) -> Result<Wish, Problem> {
    let words: WebhookWords = read(body)?;
    Ok(Wish { url: words.url, kinds: kinds(&words.events)?, after: words.after.as_deref().map(Seq::parse).transpose()? })
}

/// The body of `PATCH /v1/webhooks/{id}`.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn webhook_change(body: &[u8]) -> Result<Change, Problem> {
    let words: ChangeWords = read(body)?;
    let state = words.state.map(|state| match state {
        StateWord::Active => WebhookState::Active,
        StateWord::Paused => WebhookState::Paused,
    });
    Ok(Change { url: words.url, kinds: words.events.as_deref().map(kinds).transpose()?, state })
}

/// Kinds of events by their words, in order and each once; none means all.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn kinds(words: &[String]) -> Result<Vec<Kind>, Problem> {
    let one = |word: &String| Kind::ALL.into_iter().find(|kind| kind.word() == word);
    let kinds: Option<Vec<Kind>> = words.iter().map(one).collect();
    let what = "`events` names kinds of events, such as charge.made; without any, all are sent";
    let mut kinds = kinds.ok_or_else(|| Problem::BadRequest { detail: what.to_owned() })?;
    kinds.sort_unstable();
    kinds.dedup();
    Ok(kinds)
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "the body lacks a field, has one too many, or one of another form",
            serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
                "the body is no JSON"
            }
        };
        Problem::BadRequest { detail: what.to_owned() }
    })
}

fn currency(text: &str) -> Result<Asset, Problem> {
    let what = "`currency` is a lower-case ISO code and `-micro`, such as eur-micro";
    Asset::parse(text).map_err(|_| Problem::BadRequest { detail: what.to_owned() })
}

fn amount(text: &str) -> Result<Amount, Problem> {
    Amount::parse(text).map_err(|_| Problem::AmountInvalid)
}
