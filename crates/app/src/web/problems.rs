//! What people read of a problem: its kind and facts in their language. Programs get the problem document in English.

use super::lang::{Lang, plain};
use super::money::Money;
use super::site::ProblemView;
use super::time;
use super::view::{Instance, Link};
use ::money::{Amount, Asset};
use protocol::problem::Problem;

impl ProblemView {
    /// The page of a problem, without a wallet around it.
    #[must_use]
    pub fn of(instance: Instance, problem: &Problem, request_id: String, way_on: Link) -> ProblemView {
        let lang = instance.lang;
        let told = told(problem, lang);
        let said_in = if told.is_some() || lang.is_english() { None } else { Some(Lang::EN.tag()) };
        let (title, sentence) = told.unwrap_or_else(|| (problem.title().to_owned(), problem.detail()));
        let (status, code) = (problem.status(), problem.code().to_owned());
        ProblemView { instance, frame: None, status, title, sentence, said_in, code, request_id, way_on }
    }
}

/// The heading, and what it means, whether money moved and what to do; none for what only programs bring about.
fn told(problem: &Problem, lang: Lang) -> Option<(String, String)> {
    let told = match problem {
        Problem::OfferEnded => (plain!(lang, "problem-offer-ended"), plain!(lang, "problem-offer-ended-text")),
        Problem::OriginUnreachable => (plain!(lang, "problem-origin"), plain!(lang, "problem-origin-text")),
        Problem::OriginSlow => (plain!(lang, "problem-origin"), plain!(lang, "problem-origin-slow-text")),
        Problem::SelfPayment => (plain!(lang, "problem-self"), plain!(lang, "problem-self-text")),
        Problem::AlreadyRefunded => (plain!(lang, "problem-back-before"), plain!(lang, "problem-back-before-text")),
        Problem::UndoUsed => (plain!(lang, "problem-undo-used"), plain!(lang, "problem-undo-used-text")),
        Problem::RefundNotCovered => (plain!(lang, "problem-not-covered"), plain!(lang, "problem-not-covered-text")),
        Problem::CrossSite => (plain!(lang, "problem-cross-site"), plain!(lang, "problem-cross-site-text")),
        Problem::Unknown => (plain!(lang, "problem-unknown"), plain!(lang, "problem-unknown-text")),
        Problem::Misdirected => (plain!(lang, "problem-misdirected"), plain!(lang, "problem-misdirected-text")),
        Problem::Internal => (plain!(lang, "problem-internal"), plain!(lang, "problem-internal-text")),
        Problem::OriginFailed { .. }
        | Problem::InsufficientFunds { .. }
        | Problem::GuardDenied { .. }
        | Problem::DeviceLimit(_)
        | Problem::WalletFull { .. }
        | Problem::RefundWindowClosed { .. }
        | Problem::RefundAboveLeft { .. }
        | Problem::UndoLimit { .. }
        | Problem::PlaylistInvalid { .. }
        | Problem::BadRequest { .. }
        | Problem::MethodNotAllowed { .. }
        | Problem::BodyTooLarge { .. }
        | Problem::TooFast { .. }
        | Problem::Busy { .. }
        | Problem::NoRoom { .. }
        | Problem::RailStopped { .. }
        | Problem::PaymentRequired { .. }
        | Problem::MalformedCredential { .. }
        | Problem::TwoCredentials
        | Problem::MethodUnsupported
        | Problem::ChallengeUnknown
        | Problem::RouteMismatch
        | Problem::ChallengeUsed
        | Problem::QuoteExpired
        | Problem::DigestMismatch
        | Problem::SignatureInvalid
        | Problem::Unpaid
        | Problem::Session(_)
        | Problem::Meter(_)
        | Problem::Coin(_)
        | Problem::PriceAboveMax { .. }
        | Problem::ResponseGone { .. }
        | Problem::AmountInvalid
        | Problem::CurrencyMismatch
        | Problem::IdReused
        | Problem::IdTooOld
        | Problem::IdTooNew
        | Problem::KeyNeeded
        | Problem::KeyMistyped
        | Problem::KeyUnknown
        | Problem::KeyWrongMode { .. }
        | Problem::ScopeMissing { .. }
        | Problem::LimitReached { .. }
        | Problem::OwnerNeeded
        | Problem::OfferInvalid { .. }
        | Problem::BrandInvalid { .. }
        | Problem::WebhookAddress { .. } => return told_with_facts(problem, lang),
    };
    Some(told)
}

/// The same for those whose sentence has facts in it.
fn told_with_facts(problem: &Problem, lang: Lang) -> Option<(String, String)> {
    let exact = |amount: Amount, currency: Asset| Money::of(amount, currency).exact(lang);
    let (title, sentence) = if let Problem::OriginFailed { reference, refunded } = problem {
        let kept = || plain!(lang, "problem-origin-failed-kept-text", receipt: reference);
        let back = || plain!(lang, "problem-origin-failed-text", receipt: reference);
        (plain!(lang, "problem-origin-failed"), if *refunded { back() } else { kept() })
    } else if let Problem::InsufficientFunds { currency, short_by, available, .. } = problem {
        let (missing, available) = (exact(*short_by, *currency), exact(*available, *currency));
        (plain!(lang, "problem-funds"), plain!(lang, "problem-funds-text", missing: missing, available: available))
    } else if let Problem::GuardDenied { currency, cap, spent, resets_at } = problem {
        let (left, until) = (exact(cap.saturating_sub(*spent), *currency), time::full_text(*resets_at, lang));
        let (cap, spent) = (exact(*cap, *currency), exact(*spent, *currency));
        (plain!(lang, "problem-guard"), plain!(lang, "problem-guard-text", cap: cap, spent: spent, left: left, until: until))
    } else if let Problem::WalletFull { currency, most } = problem {
        (plain!(lang, "problem-full"), plain!(lang, "problem-full-text", most: exact(*most, *currency)))
    } else if let Problem::RefundWindowClosed { since } = problem {
        (plain!(lang, "problem-late"), plain!(lang, "problem-late-text", since: time::full_text(*since, lang)))
    } else if let Problem::RefundAboveLeft { currency, left } = problem {
        (plain!(lang, "problem-above-left"), plain!(lang, "problem-above-left-text", left: exact(*left, *currency)))
    } else if let Problem::UndoLimit { per_day } = problem {
        (plain!(lang, "problem-undo-limit"), plain!(lang, "problem-undo-limit-text", limit: u64::from(*per_day)))
    } else if let Problem::BadRequest { detail } = problem {
        (plain!(lang, "problem-request"), plain!(lang, "problem-request-text", said: detail))
    } else if let Problem::PlaylistInvalid { detail } = problem {
        (plain!(lang, "problem-playlist"), plain!(lang, "problem-playlist-text", said: detail))
    } else if let Problem::DeviceLimit(devices) = problem {
        let most = u64::try_from(devices.len()).unwrap_or(u64::MAX);
        (plain!(lang, "problem-devices"), plain!(lang, "problem-devices-text", most: most))
    } else if let Problem::MethodNotAllowed { allow } = problem {
        (plain!(lang, "problem-method"), plain!(lang, "problem-method-text", allow: *allow))
    } else if let Problem::BodyTooLarge { most_bytes } = problem {
        (plain!(lang, "problem-too-large"), plain!(lang, "problem-too-large-text", most: *most_bytes))
    } else if let Problem::TooFast { retry_after_s } = problem {
        (plain!(lang, "problem-too-fast"), plain!(lang, "problem-too-fast-text", seconds: u64::from(*retry_after_s)))
    } else if let Problem::Busy { retry_after_s } = problem {
        (plain!(lang, "problem-busy"), plain!(lang, "problem-busy-text", seconds: u64::from(*retry_after_s)))
    } else if let Problem::NoRoom { retry_after_s } = problem {
        (plain!(lang, "problem-no-room"), plain!(lang, "problem-no-room-text", seconds: u64::from(*retry_after_s)))
    } else if let Problem::RailStopped { since, .. } = problem {
        (plain!(lang, "rail-stopped"), plain!(lang, "rail-stopped-text", since: time::full_text(*since, lang)))
    } else {
        return None;
    };
    Some((title, sentence))
}
