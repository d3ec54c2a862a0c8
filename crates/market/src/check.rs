//! What the texts and lists of a command may be: tried before anything else looks at them.

use crate::coin::{ClaimCoin, Coin, MOST_DECIMALS, MOST_NAME, MOST_NETWORK};
use crate::command::{Body, Cause, Command, Consent, Maker, Purchase, RefundReason, Signature};
use crate::guard::{Guard, GuardScope};
use crate::months::are_months;
use crate::offer::{Beneficiary, Fall, LegRule, Offer, OfferPrice};
use crate::outcome::Rejection;
use crate::session::{ASIDE, EndReason, EndSession, LATE, SessionProof, SetMeter};
use crate::upto::Use;
use money::{Amount, Span};

/// Longest realm, in bytes: a host name's.
const REALM: usize = 253;
/// Longest offer name and leg label, in bytes.
const NAME: usize = 64;
/// Longest handle, in bytes.
const HANDLE: usize = 32;
/// Longest item, and longest text of a signature, in bytes.
const TEXT: usize = 512;
/// Most legs of a split.
const LEGS: usize = 16;

/// Says no to a command with a text or list that is not of the form its command allows, so that nothing longer than the
/// journal layout can carry ever reaches the codec.
///
/// # Errors
/// [`Rejection::Invalid`] with the word for what is wrong.
pub(crate) fn check(command: &Command) -> Result<(), Rejection> {
    match &command.body {
        Body::Found(_) | Body::TopUp(_) => Ok(()),
        Body::Refund(request) => match request.reason {
            RefundReason::Payee { .. } | RefundReason::Operator => Ok(()),
            // Who undoes takes back everything, and need not say why; what was not delivered is given back whole.
            RefundReason::Undo { .. } | RefundReason::OriginFailed => {
                must(request.amount.is_none(), "amount")?;
                must(request.cause == Cause::Unsaid, "cause")
            }
        },
        // A tip names no payer: it is its maker.
        Body::Tip(_) => must(command.maker != Maker::Instance, "maker"),
        Body::StateMonths(starts) => {
            must(command.maker != Maker::Instance, "maker")?;
            must(are_months(starts), "months")
        }
        Body::OpenPayee { handle, .. } => must(is_handle(handle), "handle"),
        Body::SetOffer(offer) => check_offer(offer),
        Body::EndOffer { realm, name } => {
            must(is_realm(realm), "realm")?;
            must(is_name(name), "offer")
        }
        Body::Buy(purchase) => {
            check_purchase(purchase)?;
            // Under a standing challenge, or none of ours, the command is the payer's own; every other purchase is the instance's.
            let is_own = purchase.is_under_standing() || purchase.is_settlement();
            must(!is_own || command.maker == Maker::Party(purchase.payer), "maker")
        }
        Body::Promise(_) | Body::Use(_) => check_up_to(command),
        Body::OpenSession(open) => {
            must(command.maker != Maker::Instance, "maker")?;
            check_proof(open.proof.as_deref())
        }
        Body::RaiseSession(raise) => {
            must(command.maker != Maker::Instance, "maker")?;
            check_proof(raise.proof.as_deref())
        }
        Body::EndSession(EndSession { reason: EndReason::Payer { proof, .. } }) => {
            must(command.maker == Maker::Instance, "maker")?;
            check_proof(Some(proof))
        }
        Body::Watch(watch) => {
            must(command.maker == Maker::Instance, "maker")?;
            must(watch.piece.length() > 0, "piece")
        }
        Body::SetMeter(set) => check_meter(set),
        Body::SetAside(set) => {
            must(command.maker != Maker::Instance, "maker")?;
            must(set.units > 0, "units")?;
            must(ASIDE.contains(&set.lasts.0), "how long")
        }
        Body::Count(count) => {
            must(command.maker == Maker::Instance, "maker")?;
            must(Amount::new(count.units).is_some(), "units")
        }
        Body::ClaimCoin(claim) => {
            must(command.maker == Maker::Instance, "maker")?;
            check_coin(claim)
        }
        Body::Call(call) => {
            must(command.maker == Maker::Instance, "maker")?;
            must(call.delivered.is_before(call.draw.seq), "delivered")
        }
        // A step is the instance's: what its payer said is in the voucher.
        Body::Draw(_) | Body::Reserve(_) | Body::Settle(_) | Body::CaptureSession { .. } | Body::EndSession(_) | Body::CloseCoin(_) => {
            must(command.maker == Maker::Instance, "maker")
        }
        Body::SetGuard(Guard { on, .. }) => match on {
            GuardScope::All => Ok(()),
            GuardScope::Site(realm) => must(is_realm(realm), "realm"),
        },
    }
}

fn must(holds: bool, what: &'static str) -> Result<(), Rejection> {
    if holds { Ok(()) } else { Err(Rejection::Invalid(what)) }
}

fn check_offer(offer: &Offer) -> Result<(), Rejection> {
    must(is_name(&offer.name), "offer")?;
    must(offer.payee.len() <= HANDLE, "payee")?;
    must(offer.split.len() <= LEGS, "split")?;
    must(offer.lasts != Some(Span(0)), "lasts")?;
    // The price itself is that of the first step, so whoever does not know of the others names one that is never too low.
    let first = |fall: &Fall| fall.steps.first().map(|step| step.amount);
    let falls = |fall: &Fall| fall.is_sound() && matches!(offer.price, OfferPrice::Fixed { amount, .. } if first(fall) == Some(amount));
    must(offer.fall.as_ref().is_none_or(falls), "decay")?;
    offer.split.iter().try_for_each(|LegRule { label, to, .. }| {
        must(is_name(label), "label")?;
        match to {
            Beneficiary::Owner | Beneficiary::Operator => Ok(()),
            Beneficiary::Payee(handle) => must(handle.len() <= HANDLE, "payee"),
        }
    })
}

fn check_meter(set: &SetMeter) -> Result<(), Rejection> {
    must(is_handle(&set.payee), "payee")?;
    must(is_name(&set.sum), "sum")?;
    must(LATE.contains(&set.late.0), "late window")
}

fn check_proof(proof: Option<&SessionProof>) -> Result<(), Rejection> {
    must(proof.is_none_or(|proof| proof.scope.len() <= TEXT), "scope")
}

fn check_coin(ClaimCoin { item, coin: Coin { network, name, version, decimals, .. }, .. }: &ClaimCoin) -> Result<(), Rejection> {
    must(is_page(item), "item")?;
    let word = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    must(word(network, MOST_NETWORK), "network")?;
    must([name, version].into_iter().all(|text| text.len() <= MOST_NAME && is_name(text)), "coin")?;
    must(*decimals <= MOST_DECIMALS, "decimals")
}

fn is_page(item: &str) -> bool {
    item.contains('/') && item.len() <= TEXT && item.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_purchase(purchase: &Purchase) -> Result<(), Rejection> {
    must(is_page(&purchase.item), "item")?;
    match &purchase.consent {
        Consent::Pressed | Consent::OneClick => Ok(()),
        Consent::Signed(signed) => {
            let Signature { digest, account, realm, asked, .. } = signed.as_ref();
            must(asked.as_ref().is_none_or(|asked| asked.method.len() <= TEXT && asked.target.len() <= TEXT), "asked")?;
            must(digest.len() <= TEXT, "digest")?;
            must(account.len() <= TEXT, "account")?;
            must(realm.len() <= TEXT, "realm")
        }
    }
}

/// A promise answers a challenge of ours, and is the instance's; so is what it came to.
fn check_up_to(command: &Command) -> Result<(), Rejection> {
    if let Body::Promise(purchase) = &command.body {
        check_promised(purchase)?;
    }
    must(command.maker == Maker::Instance, "maker")?;
    let Body::Use(used) = &command.body else { return Ok(()) };
    let Use::Delivered { purchase, units } = used.as_ref() else { return Ok(()) };
    check_promised(purchase)?;
    must(*units > 0 && Amount::new(*units).is_some(), "units")
}

/// A purchase up to an amount is signed, under a challenge of ours for it alone.
fn check_promised(purchase: &Purchase) -> Result<(), Rejection> {
    check_purchase(purchase)?;
    let is_own = purchase.is_under_standing() || purchase.is_settlement();
    must(purchase.signature().is_some() && !is_own, "consent")
}

fn is_handle(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (2..=HANDLE).contains(&text.len()) && text.bytes().all(allowed) && text != "operator" && text != "self"
}

fn is_realm(text: &str) -> bool {
    (1..=REALM).contains(&text.len())
}

/// True for a name or label that people read: 1 to 64 bytes without control characters.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=NAME).contains(&text.len()) && !text.chars().any(char::is_control)
}
