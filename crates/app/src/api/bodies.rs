//! The bodies of `/v1`, read strictly: a field that is missing, doubled, unknown or of another form is refused.

use crate::events::{Kind, Seq};
use crate::hooks::{Change, Wish};
use crate::meters::Wanted;
use crate::payees::brand::Logo;
use crate::payees::offers;
use crate::web::colour::Rgb;
use data_encoding::BASE64;
use market::session::ASIDE;
use market::{Cause, GuardScope, Metered, OfferPrice, Rate, Unit, Window};
use money::{Amount, Asset, CommandId, Span};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use std::num::NonZeroU64;
use store::vault::{Role, Scopes, WebhookState};

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
struct ReserveWords {
    subject: String,
    units: String,
    seconds: Option<u64>,
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

/// The body of `POST /v1/meters/{meter}/reserve`, for the call of this id.
///
/// # Errors
/// [`Problem::BadRequest`].
pub(crate) fn reserve(body: &[u8], id: CommandId) -> Result<Wanted, Problem> {
    let words: ReserveWords = read(body)?;
    let units = words.units.parse().ok().filter(|units| (1..=Amount::MAX.units()).contains(units));
    let units = units.ok_or_else(|| unread("`units` is a whole number above 0, as a decimal text"))?;
    let lasts = words.seconds.map_or(crate::meters::USUAL, Span);
    if !ASIDE.contains(&lasts.0) {
        return Err(unread("`seconds` is 1 to 600; who works longer reserves again"));
    }
    Ok(Wanted { id, subject: words.subject, units, lasts })
}

fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
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

/// A key to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyCall {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// How long it opens; none for ever.
    pub lasts: Option<Span>,
}

/// What is to be another of an offer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferChange {
    path: Option<String>,
    price: Option<OfferPrice>,
    undo: Option<Span>,
    /// If it is named: none for ever.
    lasts: Option<Option<Span>>,
}

impl OfferChange {
    /// The offer with this changed.
    #[must_use]
    pub fn over(self, stands: offers::Wish) -> offers::Wish {
        offers::Wish {
            path: self.path.unwrap_or(stands.path),
            price: self.price.unwrap_or(stands.price),
            undo: self.undo.unwrap_or(stands.undo),
            lasts: self.lasts.unwrap_or(stands.lasts),
            ..stands
        }
    }
}

/// What is to be another of a payee's look; of what is named, none takes it away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrandChange {
    /// The colour.
    pub accent: Option<Option<Rgb>>,
    /// The picture.
    pub logo: Option<Option<Logo>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrandWords {
    #[serde(default, deserialize_with = "named")]
    accent: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    logo: Option<Option<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferWords {
    site: String,
    name: String,
    path: String,
    price: PriceWords,
    refund_window_s: Option<u64>,
    lasts_s: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferChangeWords {
    path: Option<String>,
    price: Option<PriceWords>,
    refund_window_s: Option<u64>,
    #[serde(default, deserialize_with = "named")]
    lasts_s: Option<Option<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceWords {
    kind: PriceKind,
    amount: Option<String>,
    currency: Option<String>,
    per: Option<String>,
    unit: Option<String>,
    most: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PriceKind {
    Free,
    Fixed,
    AtLeast,
    Metered,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyWords {
    name: String,
    scopes: Vec<String>,
    lasts_s: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleWords {
    role: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckWords {
    path: Option<String>,
}

/// A member that is there, if only to say null.
fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// The body of `POST /v1/offers`.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::AmountInvalid`].
pub fn offer(body: &[u8]) -> Result<offers::Wish, Problem> {
    let words: OfferWords = read(body)?;
    Ok(offers::Wish {
        site: words.site,
        name: words.name,
        path: words.path,
        price: price(&words.price)?,
        undo: words.refund_window_s.map(span).transpose()?.unwrap_or(offers::UNDO),
        lasts: words.lasts_s.map(span).transpose()?,
    })
}

/// The body of `PATCH /v1/offers/{id}`.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::AmountInvalid`].
pub fn offer_change(body: &[u8]) -> Result<OfferChange, Problem> {
    let words: OfferChangeWords = read(body)?;
    Ok(OfferChange {
        path: words.path,
        price: words.price.as_ref().map(price).transpose()?,
        undo: words.refund_window_s.map(span).transpose()?,
        lasts: words.lasts_s.map(|lasts| lasts.map(span).transpose()).transpose()?,
    })
}

/// The body of `POST /v1/keys`.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn key(body: &[u8]) -> Result<KeyCall, Problem> {
    let words: KeyWords = read(body)?;
    let unread = || Problem::BadRequest { detail: "`scopes` are one or more words such as read and refund".to_owned() };
    let scopes = Scopes::parse(words.scopes.iter().map(String::as_str)).ok_or_else(unread)?;
    Ok(KeyCall { name: words.name, scopes, lasts: words.lasts_s.map(span).transpose()? })
}

/// The body of `POST /v1/team` and `PATCH /v1/team/{id}`.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn role(body: &[u8]) -> Result<Role, Problem> {
    let words: RoleWords = read(body)?;
    let unread = || Problem::BadRequest { detail: "`role` is reader, developer, editor or owner".to_owned() };
    Role::of_word(&words.role).ok_or_else(unread)
}

/// The body of `PATCH /v1/brand`: a colour such as `#1f5f4a`, a picture in base64.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::BrandInvalid`].
pub fn brand(body: &[u8]) -> Result<BrandChange, Problem> {
    let words: BrandWords = read(body)?;
    let invalid = |detail: &str| Problem::BrandInvalid { detail: detail.to_owned() };
    let colour = |text: String| Rgb::parse(&text).ok_or_else(|| invalid("a colour is # and six digits or letters from a to f"));
    let picture = |text: String| {
        let bytes = BASE64.decode(text.as_bytes()).map_err(|_| invalid("a logo is sent in base64"))?;
        Logo::read(bytes.into()).map_err(|no| invalid(no.detail()))
    };
    Ok(BrandChange {
        accent: words.accent.map(|accent| accent.map(colour).transpose()).transpose()?,
        logo: words.logo.map(|logo| logo.map(picture).transpose()).transpose()?,
    })
}

/// The body of `POST /v1/sites/{id}/check`, if there is one: the path to ask for.
///
/// # Errors
/// [`Problem::BadRequest`].
pub fn check(body: &[u8]) -> Result<Option<String>, Problem> {
    let words: CheckWords = if body.is_empty() { CheckWords::default() } else { read(body)? };
    match words.path {
        Some(path) if !path.starts_with('/') || path.len() > 2_048 => {
            Err(Problem::BadRequest { detail: "`path` begins with / and has 2048 bytes at most".to_owned() })
        }
        path => Ok(path),
    }
}

fn price(words: &PriceWords) -> Result<OfferPrice, Problem> {
    let unread = || Problem::BadRequest { detail: PRICE.to_owned() };
    let paid = match (&words.amount, &words.currency) {
        (Some(amount), Some(asset)) => Some((self::amount(amount)?, currency(asset)?)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(unread()),
    };
    let of_units = [&words.per, &words.unit, &words.most].into_iter().any(Option::is_some);
    if of_units && !matches!(words.kind, PriceKind::Metered) {
        return Err(unread());
    }
    match (&words.kind, paid) {
        (PriceKind::Metered, Some((amount, asset))) => metered(words, (amount, asset)).ok_or_else(unread),
        (PriceKind::Free, None) => Ok(OfferPrice::Free),
        (PriceKind::Fixed, Some((amount, asset))) => Ok(OfferPrice::Fixed { amount, asset }),
        (PriceKind::AtLeast, Some((amount, asset))) => Ok(OfferPrice::AtLeast { amount, asset }),
        (PriceKind::Free, Some(_)) | (PriceKind::Fixed | PriceKind::AtLeast | PriceKind::Metered, None) => Err(unread()),
    }
}

/// A price by the unit: so much for `per` units, and how many a request can cost at most.
fn metered(words: &PriceWords, (amount, asset): (Amount, Asset)) -> Option<OfferPrice> {
    let count = |text: &String| text.parse::<u64>().ok().filter(|count| *count > 0 && !text.starts_with('+'));
    let per = NonZeroU64::new(words.per.as_ref().map_or(Some(1), count)?)?;
    let unit = Unit::parse(words.unit.as_deref()?)?;
    let most = words.most.as_ref().map_or(Some(0), count)?;
    Some(OfferPrice::Metered(Metered { rate: Rate { amount, per }, asset, unit, most, video: None }))
}

const PRICE: &str =
    "a price is `free` alone, `fixed` or `at-least` with amount and currency, or `metered` with these, `unit`, `per` and `most`";

fn span(seconds: u64) -> Result<Span, Problem> {
    let unread = || Problem::BadRequest { detail: "a time is seconds, a hundred years at most".to_owned() };
    Some(Span(seconds)).filter(|span| *span <= offers::LONGEST).ok_or_else(unread)
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
