//! What a payer's key may do: add play money, take a purchase back, limit itself. Each under the caller's own id, so a
//! call that is sent again does nothing more and is answered as the first was.

use super::reads::assets;
use super::signer::Write;
use crate::door::{self, Reply};
use crate::instance::Instance;
use crate::refusals::problem_of;
use crate::wallet::{MOST_WITH_KEY, whole};
use http::StatusCode;
use market::{Body, Command, Effect, Guard, GuardScope, Maker, RefundReason, RefundRequest, TopUp, Window};
use money::{Amount, Asset};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::json;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopUpCall {
    amount: String,
    currency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoCall {
    serial: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardCall {
    on: String,
    window: WindowWord,
    currency: String,
    /// Must be there: leaving it out by mistake would take the limit away.
    #[serde(deserialize_with = "present")]
    most: Option<String>,
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

/// `POST /v1/top-ups`: play money, in a test folder only.
///
/// # Errors
/// [`Problem::Unknown`] where money is real, what reading the call says, and the domain's noes.
pub async fn top_up(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    if !instance.is_test() {
        return Err(Problem::Unknown);
    }
    let call: TopUpCall = read(&write)?;
    let asset = currency(&call.currency)?;
    if asset != instance.config.asset() {
        return Err(Problem::CurrencyMismatch);
    }
    let (party, amount) = (write.account, amount(&call.amount)?);
    let top_up = TopUp { party, asset, amount, most: whole(MOST_WITH_KEY, asset) };
    done(instance, &write, (Body::TopUp(top_up), asset)).await?;
    let available = instance.look(move |state, _| state.available(party, asset)).await?;
    Ok(door::json(StatusCode::OK, &json!({ "available": available.to_string(), "currency": asset.as_str() })))
}

/// `POST /v1/undo`.
///
/// # Errors
/// [`Problem::Unknown`] for a sale that is not the caller's, what reading the call says, and the domain's noes.
pub async fn undo(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    let call: UndoCall = read(&write)?;
    let sale = parse_serial(&call.serial).map_err(|_| Problem::Unknown)?;
    let payer = write.account;
    let asset = instance.look(move |state, _| state.sale(sale).map(|sale| sale.asset)).await?.ok_or(Problem::Unknown)?;
    let request = RefundRequest { sale, reason: RefundReason::Undo { payer } };
    let effect = done(instance, &write, (Body::Refund(request), asset)).await?;
    let Effect::Refunded { returned, .. } = effect else { return Err(Problem::Internal) };
    let content = json!({ "returned": returned.to_string(), "currency": asset.as_str(), "serial": call.serial });
    Ok(door::json(StatusCode::OK, &content))
}

/// `POST /v1/guards`: a limit, or with `most` null its end.
///
/// # Errors
/// What reading the call says, and the domain's noes.
pub async fn guard(instance: &Arc<Instance>, write: Write<'_>) -> Result<Reply, Problem> {
    let call: GuardCall = read(&write)?;
    let asset = currency(&call.currency)?;
    let most = call.most.as_deref().map(amount).transpose()?;
    let on = if call.on == "all" { GuardScope::All } else { GuardScope::Site(call.on) };
    // A limit on a name that sells nothing here would never say no.
    if let (GuardScope::Site(realm), Some(_)) = (&on, most)
        && instance.site(realm).is_none()
    {
        return Err(unread("`on` is `all` or the host name of a site of this instance"));
    }
    if most.is_some() && !assets(instance).contains(&asset) {
        return Err(Problem::CurrencyMismatch);
    }
    let window = match call.window {
        WindowWord::Day => Window::Day,
        WindowWord::Month => Window::Month,
    };
    let guard = Guard { party: write.account, on, window, asset, most };
    done(instance, &write, (Body::SetGuard(guard), asset)).await?;
    Ok(door::json(StatusCode::OK, &json!({})))
}

async fn done(instance: &Instance, write: &Write<'_>, (body, asset): (Body, Asset)) -> Result<Effect, Problem> {
    let command = Command { id: write.id, maker: Maker::Party(write.account), body };
    let outcome = instance.apply(command).await?.outcome;
    let top_up_url = format!("{}/top-up", instance.wallet_url());
    outcome.effect().map_err(|rejection| problem_of(rejection, asset, &top_up_url))
}

fn read<T: DeserializeOwned>(write: &Write<'_>) -> Result<T, Problem> {
    serde_json::from_slice(write.body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "the body lacks a field, has one too many, or one of another form",
            serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Eof => {
                "the body is no JSON"
            }
        };
        unread(what)
    })
}

fn currency(text: &str) -> Result<Asset, Problem> {
    Asset::parse(text).map_err(|_| unread("`currency` is a lower-case ISO code and `-micro`, such as eur-micro"))
}

fn amount(text: &str) -> Result<Amount, Problem> {
    Amount::parse(text).map_err(|_| Problem::AmountInvalid)
}

fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
}
