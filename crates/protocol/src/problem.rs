//! Refusals as `application/problem+json` (RFC 9457): one enum, one exhaustive match, one page that explains each code.
//!
//! `code` is the contract, the same in every dialect; docs/problems.md has a paragraph on each and a test holds the two
//! equal. `type` is the public vocabulary of the Payment scheme where one fits, else a page of the instance.

mod coin;
mod devices;
mod document;
mod meter;
mod session;

pub use coin::CoinProblem;
pub use devices::Device;
pub use meter::MeterProblem;
pub use session::{Needed, SessionProblem};

use document::{Kind, Told, Type, kinds};
use money::{Amount, Asset, Timestamp};

/// The media type of [`Problem::to_json`].
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request is not answered as its sender hoped. Amounts are base units of `currency`.
///
/// Texts handed in are shown to the sender: they never hold a credential, a key or another party's data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// 402: a priced page was asked for without a credential.
    PaymentRequired {
        /// What it costs.
        amount: Amount,
        /// Of which asset.
        currency: Asset,
        /// Where a person pays.
        pay_url: String,
        /// Where a person adds money.
        top_up_url: String,
        /// Price and payee in words: `0.05 EUR to Harbour Review`.
        detail: String,
    },
    /// 402: the credential cannot be read.
    MalformedCredential {
        /// What is wrong with it, as half a sentence.
        detail: String,
    },
    /// 400: more than one credential in a request.
    TwoCredentials,
    /// 400: a method or intent that the page does not offer.
    MethodUnsupported,
    /// 402: no challenge of this instance, or made under a secret that is gone.
    ChallengeUnknown,
    /// 402: a challenge for another page, method or realm.
    RouteMismatch,
    /// 402: the challenge was used by another credential, or its charge no longer stands.
    ChallengeUsed,
    /// 402: the challenge or quote is too old.
    QuoteExpired,
    /// 402: the body is not the one the challenge was made for.
    DigestMismatch,
    /// 402: the signature does not verify under the key.
    SignatureInvalid,
    /// 402: the preimage does not open the lock: the invoice was not paid.
    Unpaid,
    /// 402: the payer has too little.
    InsufficientFunds {
        /// Of which asset.
        currency: Asset,
        /// What is missing.
        short_by: Amount,
        /// What can be spent.
        available: Amount,
        /// Where a person adds money.
        top_up_url: String,
    },
    /// 402: today's price is above what was quoted or allowed.
    PriceAboveMax {
        /// Of which asset.
        currency: Asset,
        /// What it costs today.
        due: Amount,
    },
    /// 410: the offer was withdrawn.
    OfferEnded,
    /// 409: the payment stands, but its answer is no longer kept and cannot be fetched again under this credential.
    ResponseGone {
        /// Serial of the receipt.
        reference: String,
    },
    /// 502: the origin failed after payment.
    OriginFailed {
        /// Serial of the receipt.
        reference: String,
        /// True if the sale was taken back already.
        refunded: bool,
    },
    /// 502: the origin did not answer; nothing was paid.
    OriginUnreachable,
    /// 504: the origin did not answer in time; nothing was paid.
    OriginSlow,
    /// 502: the origin's playlist is none that is sold; nothing was paid.
    PlaylistInvalid {
        /// The line, and what is wrong there.
        detail: String,
    },
    /// 403: as many devices watch from the session as may.
    DeviceLimit(Vec<Device>),
    /// 403: a limit that the payer set says no.
    GuardDenied {
        /// Of which asset.
        currency: Asset,
        /// The limit.
        cap: Amount,
        /// What is spent in its window.
        spent: Amount,
        /// When the window ends.
        resets_at: Timestamp,
    },
    /// 403: payer and payee are one party.
    SelfPayment,
    /// 409: the wallet would hold more than it may.
    WalletFull {
        /// Of which asset.
        currency: Asset,
        /// What it may hold.
        most: Amount,
    },
    /// 422: nothing, no amount, or one that the offer cannot take.
    AmountInvalid,
    /// 422: the offer has another currency.
    CurrencyMismatch,
    /// 409: the window for taking back is over.
    RefundWindowClosed {
        /// Since when.
        since: Timestamp,
    },
    /// 409: the sale was taken back before.
    AlreadyRefunded,
    /// 409: the payer took this page back once before.
    UndoUsed,
    /// 403: the payer's undos of the day on this site are used up.
    UndoLimit {
        /// How many a UTC day has.
        per_day: u16,
    },
    /// 422: a part to give back is nothing, or more than what is left of the sale.
    RefundAboveLeft {
        /// Currency.
        currency: Asset,
        /// What is left.
        left: Amount,
    },
    /// 409: a payee no longer has its share of the sale.
    RefundNotCovered,
    /// 409: the id was used with other content.
    IdReused,
    /// 409: the id's own time is before the window in which ids are remembered.
    IdTooOld,
    /// 409: the id's own time lies ahead.
    IdTooNew,
    /// 400: the request cannot be read.
    BadRequest {
        /// What is wrong with it, as half a sentence.
        detail: String,
    },
    /// 403: a form was sent from another origin.
    CrossSite,
    /// 404: nothing of that name, or another's.
    Unknown,
    /// 405: the address takes other methods.
    MethodNotAllowed {
        /// Those, as in the `Allow` header: `GET, HEAD`.
        allow: &'static str,
    },
    /// 413: the body is longer than is taken here.
    BodyTooLarge {
        /// The most bytes.
        most_bytes: u64,
    },
    /// 421: no site of that host name is served here.
    Misdirected,
    /// 429: too many requests.
    TooFast {
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
    /// 503: a queue is full; nothing was begun.
    Busy {
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
    /// 503: the disk of the instance has no space in reserve; nothing that spends is begun.
    NoRoom {
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
    /// 503: an operator stopped the way that money comes in by; all else goes on.
    RailStopped {
        /// Since when.
        since: Timestamp,
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
    /// 401: a payee's call without a key.
    KeyNeeded,
    /// 401: the key's check characters do not belong to it, or it has not the form of a key.
    KeyMistyped,
    /// 401: a key that never was, was revoked or has expired; which of them is not told.
    KeyUnknown,
    /// 401: a key for the other kind of money.
    KeyWrongMode {
        /// The key's mode.
        key: &'static str,
        /// The instance's.
        instance: &'static str,
    },
    /// 403: the key may not do this.
    ScopeMissing {
        /// What it would need.
        scope: &'static str,
    },
    /// 409: there are as many of these as there may be.
    LimitReached {
        /// The most.
        most: u64,
    },
    /// 403: only an owner of the payee does this, in person.
    OwnerNeeded,
    /// 422: an offer that cannot stand.
    OfferInvalid {
        /// Why, as half a sentence.
        detail: String,
    },
    /// 422: a logo or an accent that cannot be shown.
    BrandInvalid {
        /// Why, as half a sentence.
        detail: String,
    },
    /// 422: not an address that webhooks are sent to.
    WebhookAddress {
        /// Why, as half a sentence.
        detail: String,
    },
    /// 402 or 410: a request of a session.
    Session(SessionProblem),
    /// 409, 422 or 429: an event of a meter.
    Meter(MeterProblem),
    /// 402 or 503: a payment in a coin on a chain.
    Coin(CoinProblem),
    /// 500: a fault of the instance; nothing moved.
    Internal,
}

impl Problem {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.told().kind.status
    }

    /// The code: a heading of docs/problems.md.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.told().kind.code
    }

    /// A few words for the kind of problem, without a full stop.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.told().kind.title
    }

    /// What happened and what to do next, in sentences.
    #[must_use]
    pub fn detail(&self) -> String {
        self.told().detail()
    }

    /// The `type`: an address of the public vocabulary, or `{base}/problems/{code}`.
    #[must_use]
    pub fn type_uri(&self, base: &str) -> String {
        self.told().kind.uri(base)
    }

    /// Seconds for the `Retry-After` header.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u32> {
        if let Problem::TooFast { retry_after_s }
        | Problem::Busy { retry_after_s }
        | Problem::NoRoom { retry_after_s }
        | Problem::Session(SessionProblem::UnderWay { retry_after_s, .. })
        | Problem::RailStopped { retry_after_s, .. } = self
        {
            return Some(*retry_after_s);
        }
        if let Problem::Coin(coin) = self {
            return coin.retry_after_s();
        }
        if let Problem::Meter(meter) = self { meter.retry_after_s() } else { None }
    }

    /// The body: `type`, `title`, `status`, `code`, `detail`, then the facts of the code. Amounts are decimal strings of
    /// base units, times RFC 3339. `base` is the instance's address, with or without a last slash.
    #[must_use]
    pub fn to_json(&self, base: &str) -> Vec<u8> {
        self.told().to_json(base)
    }

    /// The one place where a problem gets its code, status, words and facts.
    fn told(&self) -> Told<'_> {
        let plain = Told::of;
        match self {
            Problem::PaymentRequired { amount, currency, pay_url, top_up_url, detail } => plain(&PAYMENT_REQUIRED)
                .said(detail)
                .money("amount", *amount, currency)
                .text("payUrl", pay_url)
                .text("topUpUrl", top_up_url),
            Problem::MalformedCredential { detail } => plain(&MALFORMED_CREDENTIAL).said(detail),
            Problem::TwoCredentials => plain(&TWO_CREDENTIALS),
            Problem::MethodUnsupported => plain(&METHOD_UNSUPPORTED),
            Problem::ChallengeUnknown => plain(&CHALLENGE_UNKNOWN),
            Problem::RouteMismatch => plain(&ROUTE_MISMATCH),
            Problem::ChallengeUsed => plain(&CHALLENGE_USED),
            Problem::QuoteExpired => plain(&QUOTE_EXPIRED),
            Problem::DigestMismatch => plain(&DIGEST_MISMATCH),
            Problem::SignatureInvalid => plain(&SIGNATURE_INVALID),
            Problem::Unpaid => plain(&UNPAID),
            Problem::InsufficientFunds { currency, short_by, available, top_up_url } => plain(&INSUFFICIENT_FUNDS)
                .money("shortBy", *short_by, currency)
                .money("available", *available, currency)
                .text("topUpUrl", top_up_url),
            Problem::PriceAboveMax { currency, due } => plain(&PRICE_ABOVE_MAX).money("due", *due, currency),
            Problem::OfferEnded => plain(&OFFER_ENDED),
            Problem::ResponseGone { reference } => plain(&RESPONSE_GONE).text("reference", reference),
            Problem::OriginFailed { reference, refunded: true } => plain(&ORIGIN_FAILED).text("reference", reference).refunded(true),
            Problem::OriginFailed { reference, refunded: false } => plain(&ORIGIN_FAILED_KEPT).text("reference", reference).refunded(false),
            Problem::OriginUnreachable => plain(&ORIGIN_UNREACHABLE),
            Problem::OriginSlow => plain(&ORIGIN_SLOW),
            Problem::PlaylistInvalid { detail } => plain(&PLAYLIST_INVALID).said(detail),
            Problem::DeviceLimit(devices) => plain(&DEVICE_LIMIT).devices(devices),
            Problem::GuardDenied { currency, cap, spent, resets_at: at } => plain(&GUARD_DENIED).spent(*spent, *cap, currency).resets(*at),
            Problem::SelfPayment => plain(&SELF_PAYMENT),
            Problem::WalletFull { currency, most } => plain(&WALLET_FULL).money("most", *most, currency),
            Problem::AmountInvalid => plain(&AMOUNT_INVALID),
            Problem::CurrencyMismatch => plain(&CURRENCY_MISMATCH),
            Problem::RefundWindowClosed { since } => plain(&REFUND_WINDOW_CLOSED).time("since", *since),
            Problem::AlreadyRefunded => plain(&ALREADY_REFUNDED),
            Problem::UndoUsed => plain(&UNDO_USED),
            Problem::UndoLimit { per_day } => plain(&UNDO_LIMIT).number("perDay", (*per_day).into()),
            Problem::RefundAboveLeft { currency, left } => plain(&REFUND_ABOVE_LEFT).money("left", *left, currency),
            Problem::RefundNotCovered => plain(&REFUND_NOT_COVERED),
            Problem::IdReused => plain(&ID_REUSED),
            Problem::IdTooOld => plain(&ID_TOO_OLD),
            Problem::IdTooNew => plain(&ID_TOO_NEW),
            Problem::BadRequest { detail } => plain(&BAD_REQUEST).said(detail),
            Problem::CrossSite => plain(&CROSS_SITE),
            Problem::Unknown => plain(&UNKNOWN),
            Problem::MethodNotAllowed { allow } => plain(&METHOD_NOT_ALLOWED).text("allow", allow),
            Problem::BodyTooLarge { most_bytes } => plain(&BODY_TOO_LARGE).number("mostBytes", *most_bytes),
            Problem::Misdirected => plain(&MISDIRECTED),
            Problem::TooFast { retry_after_s } => plain(&TOO_FAST).retry(*retry_after_s),
            Problem::Busy { retry_after_s } => plain(&BUSY).retry(*retry_after_s),
            Problem::NoRoom { retry_after_s } => plain(&NO_ROOM).retry(*retry_after_s),
            Problem::RailStopped { since, retry_after_s } => plain(&RAIL_STOPPED).time("since", *since).retry(*retry_after_s),
            Problem::KeyNeeded => plain(&KEY_NEEDED),
            Problem::KeyMistyped => plain(&KEY_MISTYPED),
            Problem::KeyUnknown => plain(&KEY_UNKNOWN),
            Problem::KeyWrongMode { key, instance } => plain(&KEY_WRONG_MODE).text("keyMode", key).text("mode", instance),
            Problem::ScopeMissing { scope } => plain(&SCOPE_MISSING).text("scope", scope),
            Problem::LimitReached { most } => plain(&LIMIT_REACHED).number("most", *most),
            Problem::OwnerNeeded => plain(&OWNER_NEEDED),
            Problem::OfferInvalid { detail } => plain(&OFFER_INVALID).said(detail),
            Problem::BrandInvalid { detail } => plain(&BRAND_INVALID).said(detail),
            Problem::WebhookAddress { detail } => plain(&WEBHOOK_ADDRESS).said(detail),
            Problem::Session(session) => session.told(),
            Problem::Meter(meter) => meter.told(),
            Problem::Coin(coin) => coin.told(),
            Problem::Internal => plain(&INTERNAL),
        }
    }
}

// The details name facts in braces; money is shown as people write it. `own` is a page of the instance.
kinds! {
    PAYMENT_REQUIRED { code: "payment-required", 402, public "payment-required", "Payment required" }
        "{said}";
    MALFORMED_CREDENTIAL { code: "malformed-credential", 402, public "malformed-credential", "The credential cannot be read" }
        "The credential cannot be read: {said}. Nothing was charged. Answer the challenge in this response.";
    TWO_CREDENTIALS { code: "two-credentials", 400, public "bad-request", "More than one credential" }
        "The request carries more than one credential. Nothing was charged. Send exactly one.";
    METHOD_UNSUPPORTED { code: "method-unsupported", 400, public "method-unsupported", "Not a way to pay for this page" }
        "This page is paid by method farthing, intent charge. Nothing was charged. Answer the challenge in this response.";
    CHALLENGE_UNKNOWN { code: "challenge-unknown", 402, public "invalid-challenge", "Not our challenge" }
        "The credential answers a challenge that this instance did not make, or no longer knows. Nothing was charged. Answer the challenge in this response.";
    ROUTE_MISMATCH { code: "route-mismatch", 402, public "invalid-challenge", "A challenge for another page" }
        "The credential answers a challenge for another page or method. Nothing was charged. Answer the challenge in this response.";
    CHALLENGE_USED { code: "challenge-used", 402, public "invalid-challenge", "The challenge was used" }
        "That challenge was used before. A page you own is served for nothing under a fresh one: answer the challenge in this response.";
    QUOTE_EXPIRED { code: "quote-expired", 402, public "payment-expired", "The offer of this price has expired" }
        "The challenge is too old. Nothing was charged. Answer the challenge in this response.";
    DIGEST_MISMATCH { code: "digest-mismatch", 402, public "verification-failed", "Another body than challenged" }
        "The body is not the one that the challenge was made for. Nothing was charged. Send the same bytes, or answer the challenge in this response.";
    SIGNATURE_INVALID { code: "signature-invalid", 402, public "verification-failed", "The signature does not hold" }
        "The signature does not verify under the key. Nothing was charged. Sign the fields of the challenge in this response.";
    UNPAID { code: "unpaid", 402, public "verification-failed", "Not paid for" }
        "This preimage does not open what it came with: the invoice was not paid, or that was another one. Nothing was charged. Pay the invoice of a challenge in this response.";
    INSUFFICIENT_FUNDS { code: "insufficient-funds", 402, public "payment-insufficient", "Too little money" }
        "{shortBy} short: {available} can be spent. Nothing was charged. Add money at {topUpUrl}, then pay again.";
    PRICE_ABOVE_MAX { code: "price-above-max", 402, public "payment-insufficient", "Dearer than agreed" }
        "It costs {due} today, more than was agreed. Nothing was charged. Answer the challenge in this response if you still want it.";
    OFFER_ENDED { code: "offer-ended", 410, own, "No longer offered" }
        "The offer was withdrawn. Nothing was charged. Ask for the page again to see what it costs now.";
    RESPONSE_GONE { code: "response-gone", 409, own, "The answer is no longer kept" }
        "This was paid, but the answer to it is no longer kept. The receipt is {reference}. Ask again without a credential; a page you own costs nothing.";
    ORIGIN_FAILED { code: "origin-failed", 502, own, "The site failed after payment" }
        "The site behind this address failed after you paid, so you have your money back. The receipt is {reference}. Try again later.";
    ORIGIN_FAILED_KEPT { code: "origin-failed", 502, own, "The site failed after payment" }
        "The site behind this address failed after you paid. What you bought is yours: ask again without paying, or take it back with receipt {reference}.";
    ORIGIN_UNREACHABLE { code: "origin-unreachable", 502, own, "The site does not answer" }
        "The site behind this address cannot be reached. Nothing was charged. Try again later.";
    ORIGIN_SLOW { code: "origin-unreachable", 504, own, "The site does not answer" }
        "The site behind this address did not answer in time. Nothing was charged. Try again later.";
    PLAYLIST_INVALID { code: "playlist-invalid", 502, own, "The film's playlist cannot be sold" }
        "The site's playlist cannot be sold by what is watched: {said}. Nothing was charged. Its payee has to look.";
    DEVICE_LIMIT { code: "device-limit", 403, own, "Watched on as many devices as may be" }
        "{most} at once, and these watch now: {devices}. Nothing was charged. Stop one at its player, or wait until it has not asked for anything for a while.";
    GUARD_DENIED { code: "guard-denied", 403, own, "Above a limit you set" }
        "Your limit is {cap} and {spent} is spent, so {left} is left until {resetsAt}. Nothing was charged. Wait until then, or change the limit in your wallet.";
    SELF_PAYMENT { code: "self-payment", 403, own, "Payer and payee are one" }
        "You would pay yourself. Nothing was charged. Pay from another wallet.";
    WALLET_FULL { code: "wallet-full", 409, own, "The wallet would hold too much" }
        "This wallet may hold {most} at most. Nothing was added. Add less.";
    AMOUNT_INVALID { code: "amount-invalid", 422, own, "Not an amount for this" }
        "The amount is nothing, no decimal string of base units, or less than the offer asks. Nothing was charged. Send another amount.";
    CURRENCY_MISMATCH { code: "currency-mismatch", 422, own, "Another currency" }
        "The offer has another currency, and nothing is converted. Nothing was charged. Pay in the currency of the offer.";
    REFUND_WINDOW_CLOSED { code: "refund-window-closed", 409, own, "Too late to take back" }
        "It could be taken back until {since}. Ask the payee, who can always give back.";
    ALREADY_REFUNDED { code: "already-refunded", 409, own, "Taken back before" }
        "This was taken back before; the money is in your wallet. There is nothing more to do.";
    UNDO_USED { code: "undo-used", 409, own, "One undo a page" }
        "You took this page back once before, and each page can be taken back once. Ask the payee, who can always give back.";
    UNDO_LIMIT { code: "undo-limit", 403, own, "The undos of today are used up" }
        "This site has {perDay} undos a day for each payer, counted from 00:00 UTC, and yours are used up. Ask the payee, who can always give back.";
    REFUND_ABOVE_LEFT { code: "refund-above-left", 422, own, "That is not what is left to give back" }
        "Of this sale {left} is left to give back. Ask for a part of that, or for no amount to give all of it.";
    REFUND_NOT_COVERED { code: "refund-not-covered", 409, own, "The payee has too little to give back" }
        "A payee no longer has its share of this sale, so nothing was given back. Try again later, or write to the payee.";
    ID_REUSED { code: "id-reused", 409, own, "The id was used for something else" }
        "This id was used with other content, which stands. Nothing new was done. Send the request under a new id.";
    ID_TOO_OLD { code: "id-too-old", 409, own, "The id is too old" }
        "The id is older than ids are remembered. Nothing was done. Look whether the first request was done, then send it under a new id.";
    ID_TOO_NEW { code: "id-too-new", 409, own, "The id lies ahead" }
        "The id's time lies more than two minutes ahead. Nothing was done. Set the clock, then send the request under a new id.";
    BAD_REQUEST { code: "bad-request", 400, public "bad-request", "The request cannot be read" }
        "The request cannot be read: {said}. Nothing was done. Send it corrected.";
    CROSS_SITE { code: "cross-site", 403, own, "Not asked from here" }
        "The request did not come from a page of this origin. Nothing was done. Open the page here and press again.";
    UNKNOWN { code: "unknown", 404, own, "Nothing here" }
        "There is nothing of that name, or it is not yours. Check the address.";
    METHOD_NOT_ALLOWED { code: "method-not-allowed", 405, own, "Not done at this address" }
        "This address takes {allow}. Nothing was done. Use one of these.";
    BODY_TOO_LARGE { code: "body-too-large", 413, own, "Too much at once" }
        "A body has at most {mostBytes} bytes here. Nothing was done. Send less.";
    MISDIRECTED { code: "misdirected", 421, own, "No site of that name" }
        "No site of that host name is served here. Check the address.";
    TOO_FAST { code: "too-fast", 429, own, "Too many requests" }
        "That was too fast. Nothing was done. Ask again in {retryAfter} s.";
    BUSY { code: "busy", 503, own, "Too busy for a moment" }
        "The queue is full. Nothing was begun. Send the same request again in {retryAfter} s.";
    NO_ROOM { code: "no-room", 503, own, "No space for more sales" }
        "The disk of this instance is nearly full. Nothing was begun and nothing was charged. Send the same request again in {retryAfter} s.";
    RAIL_STOPPED { code: "rail-stopped", 503, own, "No money can be added for now" }
        "Adding money is stopped here since {since}. This call added nothing; paying, undo and history go on. Send the same request again in {retryAfter} s.";
    KEY_NEEDED { code: "key-needed", 401, own, "A payee's key is needed" }
        "This call is made with a payee's key. Nothing was done. Send it once, as `Authorization: Bearer KEY`.";
    KEY_MISTYPED { code: "key-mistyped", 401, own, "Not a whole key" }
        "What was sent is no key: something was left out or changed on the way. Nothing was done. Copy the key again, whole.";
    KEY_UNKNOWN { code: "key-unknown", 401, own, "No key of this instance" }
        "No such key stands here. Nothing was done. Make one, or use the one that took its place.";
    KEY_WRONG_MODE { code: "key-wrong-mode", 401, own, "A key for the other kind of money" }
        "This is a {keyMode} key, and the money here is {mode}. Nothing was done. Use a {mode} key, or call the instance that the key is for.";
    SCOPE_MISSING { code: "scope-missing", 403, own, "The key may not do this" }
        "This call needs a key with the scope {scope}. Nothing was done. Make a key that has it.";
    LIMIT_REACHED { code: "limit-reached", 409, own, "No more of these" }
        "There are {most} already, and no more may be. Nothing was done. Take one away first.";
    OWNER_NEEDED { code: "owner-needed", 403, own, "Left to the owners" }
        "Only an owner makes, changes or removes an owner, and does it in person at the desk. Nothing was done.";
    OFFER_INVALID { code: "offer-invalid", 422, own, "Not an offer that can stand" }
        "The offer cannot stand: {said}. Nothing was done. Change it and send it again.";
    BRAND_INVALID { code: "brand-invalid", 422, own, "Not a logo or an accent that can be shown" }
        "That cannot be shown: {said}. Nothing was done. Give another one.";
    WEBHOOK_ADDRESS { code: "webhook-address", 422, own, "Nothing is sent to that address" }
        "Nothing is sent to that address: {said}. Nothing was done. Give another one.";
    INSUFFICIENT_BALANCE { code: "insufficient-balance", 402, public "session/insufficient-balance", "The voucher covers too little" }
        "The vouchers authorise {acceptedCumulative} in all, and this request needs {requiredCumulative} of {hold} held. Nothing was drawn. Send a voucher for as much.";
    VOUCHER_STALE { code: "voucher-stale", 402, public "session/delta-too-small", "No higher than a voucher before" }
        "The voucher raises nothing: {acceptedCumulative} is authorised, and this request needs {requiredCumulative} of {hold} held. Nothing was drawn. Send a higher voucher.";
    HOLD_EXHAUSTED { code: "hold-exhausted", 402, public "session/amount-exceeds-deposit", "More than is held" }
        "This request needs {requiredCumulative} in all, and {hold} is held; {acceptedCumulative} is authorised. Nothing was drawn. Top the session up, or open another.";
    CHAIN_EXHAUSTED { code: "chain-exhausted", 402, public "verification-failed", "The chain is used up" }
        "The chain has {length} links. Nothing was drawn. Send a checkpoint: a signed voucher that begins a new chain.";
    STEP_LIMIT { code: "step-limit", 402, public "verification-failed", "Too many steps at once" }
        "A voucher may be {mostSteps} steps from the last. Nothing was drawn. Send a signed voucher for a jump as long as this.";
    INVALID_SIGNATURE { code: "invalid-signature", 402, public "session/invalid-signature", "The voucher does not hold" }
        "The link does not hash to a known one of the session's chain, or the signature does not verify over the session's lines. Nothing was drawn. Ask what the session stands at, and go on from there.";
    SIGNER_MISMATCH { code: "signer-mismatch", 402, public "session/signer-mismatch", "Not a key of this session" }
        "The key is not the one that the session was opened with, or not one of its account. Nothing was drawn. Sign with the session's key.";
    SEQ_REUSED { code: "id-reused", 402, own, "The id was used for something else" }
        "This request number of the session, or this command of the payer, was used for another request, which stands. Nothing new was done. Send the request under the next.";
    SEQ_TOO_OLD { code: "id-too-old", 402, own, "The id is too old" }
        "This request number of the session, or this command of the payer, is older than those that are remembered. Nothing was done. Send the request under the next.";
    CHANNEL_NOT_FOUND { code: "channel-not-found", 410, public "session/channel-not-found", "No session of that id" }
        "There is no session of that id here. Nothing was drawn. Open one under the challenge in this response.";
    CHANNEL_FINALIZED { code: "channel-finalized", 410, public "session/channel-finalized", "The session has ended" }
        "The session was closed or has expired; its final receipt comes with this. Nothing was drawn. Open another under the challenge in this response.";
    SESSION_UNDER_WAY { code: "session-under-way", 503, own, "Work under way is finished first" }
        "The session takes nothing new and ends once what is under way is finished: {requests} of its requests. Ask again in {retryAfter} s.";
    INTERNAL { code: "internal", 500, public "internal-payment-error", "A fault on our side" }
        "Something failed here. Nothing was charged. Send the same request again, unchanged.";
}

/// A code of the mistakes that reading an offer file names, by line and JSON pointer (422 where it is sent by HTTP).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OfferFileCode {
    /// The code: a heading of docs/problems.md.
    pub code: &'static str,
    /// A few words for the kind of mistake.
    pub title: &'static str,
}

/// Every code that reading an offer file can name.
pub const OFFER_FILE_CODES: [OfferFileCode; 15] = [
    OfferFileCode { code: "toml-syntax", title: "Not TOML" },
    OfferFileCode { code: "offer-empty", title: "No offer in the file" },
    OfferFileCode { code: "offer-unknown-key", title: "A key that nothing reads" },
    OfferFileCode { code: "offer-verb", title: "Not exactly one verb" },
    OfferFileCode { code: "offer-without-price", title: "Not exactly one price" },
    OfferFileCode { code: "price-zero", title: "Free by accident" },
    OfferFileCode { code: "amount-not-text", title: "Money as a bare number" },
    OfferFileCode { code: "amount-too-fine", title: "More than six decimals" },
    OfferFileCode { code: "currency-mismatch", title: "Another currency" },
    OfferFileCode { code: "legs-over-whole", title: "Legs take more than the whole" },
    OfferFileCode { code: "legs-without-rest", title: "Not exactly one leg takes the rest" },
    OfferFileCode { code: "payee-unknown", title: "Nobody of that handle" },
    OfferFileCode { code: "selector-foreign", title: "Pages of another site" },
    OfferFileCode { code: "selector-overlap", title: "Two offers for one page" },
    OfferFileCode { code: "value-invalid", title: "Not a value for this key" },
];

#[cfg(test)]
mod tests;
