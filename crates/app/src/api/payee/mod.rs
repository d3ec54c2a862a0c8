//! The part of `/v1` that payees' programs use, under `Authorization: Bearer test_…`. It asks for nothing but the request, so
//! every door that has a `/v1` answers alike.

mod bearer;
mod brand;
mod coins;
mod keys;
mod meters;
mod offers;
mod query;
mod reads;
mod refund;
mod sites;
mod sums;
mod team;
#[cfg(test)]
mod tests;
mod usage;
mod webhooks;

use crate::acts::{Doer, Done};
use crate::door::{Reply, Visit};
use crate::instance::Instance;
use crate::keys::id_text;
use crate::wallet::Asked;
use bearer::Caller;
use http::Method;
pub(super) use meters::period;
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::{Scope, What};
pub(super) use usage::days;

/// What is asked for, by path alone.
#[derive(Clone, Copy)]
enum Call<'p> {
    Payee,
    Summary,
    Fees,
    Sales,
    SalesCsv,
    Sale(&'p str),
    Refund(&'p str),
    Usage,
    Sessions,
    Session(&'p str),
    Coins,
    Coin(&'p str),
    Meters,
    MeterUsage(&'p str),
    MeterBills(&'p str),
    SendEvents(&'p str),
    Reserve(&'p str),
    Buyers,
    BuyersCsv,
    Offers,
    OffersFile,
    Offer(&'p str),
    Brand,
    Sites,
    CheckSite(&'p str),
    Events,
    Webhooks,
    Webhook(&'p str),
    Rotate(&'p str),
    Test(&'p str),
    RetryFailed(&'p str),
    Deliveries,
    Delivery(&'p str),
    Retry(&'p str),
    Keys,
    Key(&'p str),
    RotateKey(&'p str),
    Team,
    Member(&'p str),
    Acts,
}

/// Answers a payee's call; none if the address is no payee's.
pub(super) async fn answer(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Option<Result<Reply, Problem>> {
    let call = call(&asked.path)?;
    Some(answered(instance, (asked, visit), call).await)
}

fn call(path: &str) -> Option<Call<'_>> {
    let segments: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
    Some(match segments.as_slice() {
        ["payee"] => Call::Payee,
        ["summary"] => Call::Summary,
        ["fees"] => Call::Fees,
        ["sales"] => Call::Sales,
        ["sales.csv"] => Call::SalesCsv,
        ["sales", id] => Call::Sale(id),
        ["sales", id, "refund"] => Call::Refund(id),
        ["usage"] => Call::Usage,
        ["coins"] => Call::Coins,
        ["coins", id] => Call::Coin(id),
        ["meters"] => Call::Meters,
        ["meters", meter, "usage"] => Call::MeterUsage(meter),
        ["meters", meter, "bills"] => Call::MeterBills(meter),
        ["meters", meter, "events"] => Call::SendEvents(meter),
        ["meters", meter, "reserve"] => Call::Reserve(meter),
        ["payee", "sessions"] => Call::Sessions,
        ["payee", "sessions", id] => Call::Session(id),
        ["buyers"] => Call::Buyers,
        ["buyers.csv"] => Call::BuyersCsv,
        ["offers"] => Call::Offers,
        ["offers.toml"] => Call::OffersFile,
        ["offers", id] => Call::Offer(id),
        ["brand"] => Call::Brand,
        ["sites"] => Call::Sites,
        ["sites", name, "check"] => Call::CheckSite(name),
        ["events"] => Call::Events,
        ["webhooks"] => Call::Webhooks,
        ["webhooks", id] => Call::Webhook(id),
        ["webhooks", id, "rotate"] => Call::Rotate(id),
        ["webhooks", id, "test"] => Call::Test(id),
        ["webhooks", id, "retry"] => Call::RetryFailed(id),
        ["deliveries"] => Call::Deliveries,
        ["deliveries", id] => Call::Delivery(id),
        ["deliveries", id, "retry"] => Call::Retry(id),
        ["keys"] => Call::Keys,
        ["keys", id] => Call::Key(id),
        ["keys", id, "rotate"] => Call::RotateKey(id),
        ["team"] => Call::Team,
        ["team", id] => Call::Member(id),
        ["acts"] => Call::Acts,
        _ => return None,
    })
}

impl<'p> Call<'p> {
    /// What the address takes.
    fn allow(self) -> &'static str {
        match self {
            Call::Payee
            | Call::Summary
            | Call::Fees
            | Call::Sales
            | Call::SalesCsv
            | Call::Sale(_)
            | Call::Usage
            | Call::Sessions
            | Call::Session(_)
            | Call::Coins
            | Call::Coin(_)
            | Call::Meters
            | Call::MeterUsage(_)
            | Call::MeterBills(_)
            | Call::Buyers
            | Call::BuyersCsv
            | Call::OffersFile
            | Call::Sites
            | Call::Events
            | Call::Deliveries
            | Call::Delivery(_)
            | Call::Acts => "GET, HEAD",
            Call::Offers | Call::Webhooks | Call::Keys | Call::Team => "GET, HEAD, POST",
            Call::Offer(_) | Call::Webhook(_) => "GET, HEAD, PATCH, DELETE",
            Call::Brand => "GET, HEAD, PATCH",
            Call::Key(_) => "GET, HEAD, DELETE",
            Call::Member(_) => "PATCH, DELETE",
            Call::Refund(_)
            | Call::SendEvents(_)
            | Call::Reserve(_)
            | Call::CheckSite(_)
            | Call::Rotate(_)
            | Call::Test(_)
            | Call::RetryFailed(_)
            | Call::Retry(_)
            | Call::RotateKey(_) => "POST",
        }
    }

    /// What a key needs for it.
    fn scope(self, method: &Method) -> Scope {
        let is_read = method == Method::GET || method == Method::HEAD;
        match self {
            Call::Payee
            | Call::Summary
            | Call::Fees
            | Call::Sales
            | Call::SalesCsv
            | Call::Sale(_)
            | Call::Usage
            | Call::Sessions
            | Call::Session(_)
            | Call::Coins
            | Call::Coin(_)
            | Call::Meters
            | Call::MeterUsage(_)
            | Call::MeterBills(_)
            | Call::Buyers
            | Call::BuyersCsv
            | Call::OffersFile
            | Call::Sites
            | Call::Events => Scope::Read,
            Call::SendEvents(_) | Call::Reserve(_) => Scope::Meters,
            Call::Offers | Call::Offer(_) | Call::Brand if is_read => Scope::Read,
            Call::Offers | Call::Offer(_) | Call::Brand => Scope::Offers,
            Call::Refund(_) => Scope::Refund,
            Call::CheckSite(_) => Scope::Sites,
            Call::Webhooks
            | Call::Webhook(_)
            | Call::Rotate(_)
            | Call::Test(_)
            | Call::RetryFailed(_)
            | Call::Deliveries
            | Call::Delivery(_)
            | Call::Retry(_) => Scope::Webhooks,
            Call::Keys | Call::Key(_) | Call::RotateKey(_) => Scope::Keys,
            Call::Team | Call::Member(_) | Call::Acts => Scope::Team,
        }
    }

    /// What is written down when it is done, and of what. What only looks leaves no line, nor what names its subject itself.
    fn act(self, method: &Method) -> Option<(What, &'p str)> {
        let changes = |what, id| Some((what, id));
        match self {
            Call::Refund(id) => changes(What::Refunded, id),
            Call::CheckSite(name) => changes(What::SiteChecked, name),
            Call::Offer(id) if method == Method::DELETE => changes(What::OfferEnded, id),
            Call::Webhooks => (method == Method::POST).then_some((What::WebhookMade, "")),
            Call::Webhook(id) if method == Method::PATCH => changes(What::WebhookChanged, id),
            Call::Webhook(id) => (method == Method::DELETE).then_some((What::WebhookDeleted, id)),
            Call::Rotate(id) => changes(What::WebhookRotated, id),
            Call::Test(id) => changes(What::WebhookTested, id),
            Call::RetryFailed(id) | Call::Retry(id) => changes(What::DeliveriesRetried, id),
            Call::RotateKey(id) => changes(What::KeyRotated, id),
            Call::Key(id) => (method == Method::DELETE).then_some((What::KeyRevoked, id)),
            Call::Member(id) if method == Method::DELETE => changes(What::MemberRemoved, id),
            Call::Payee
            | Call::Summary
            | Call::Fees
            | Call::Sales
            | Call::SalesCsv
            | Call::Sale(_)
            | Call::Usage
            | Call::Sessions
            | Call::Session(_)
            | Call::Coins
            | Call::Coin(_)
            // Events come by the thousand, and the journal has each.
            | Call::Meters
            | Call::MeterUsage(_)
            | Call::MeterBills(_)
            | Call::SendEvents(_)
            | Call::Reserve(_)
            | Call::Buyers
            | Call::BuyersCsv
            | Call::Offers
            | Call::OffersFile
            | Call::Offer(_)
            | Call::Brand
            | Call::Sites
            | Call::Events
            | Call::Deliveries
            | Call::Delivery(_)
            | Call::Keys
            | Call::Team
            | Call::Member(_)
            | Call::Acts => None,
        }
    }
}

async fn answered(instance: &Arc<Instance>, (asked, visit): (&Asked, &Visit), call: Call<'_>) -> Result<Reply, Problem> {
    let allow = call.allow();
    if !takes(allow, &asked.method) {
        return Err(Problem::MethodNotAllowed { allow });
    }
    let caller = &Caller::of(instance, asked, visit).await?;
    caller.needs(call.scope(&asked.method))?;
    let (reply, named) = if asked.is_read() {
        (read(instance, caller, (asked, visit), call).await?, None)
    } else {
        let (reply, named) = change(instance, caller, (asked, visit), call).await?;
        (reply, named)
    };
    let act = if asked.is_read() { None } else { call.act(&asked.method).map(|(what, id)| (what, id.to_owned())) };
    if let Some((what, id)) = named.or(act) {
        // Whose hand it was: the key, since no person shows here.
        let subject = format!("{id} {}", id_text(caller.key));
        let whom = if let Call::Member(id) = call { protocol::text::parse_account(id).ok() } else { None };
        let done = match whom {
            Some(whom) => Done::to(what, id_text(caller.key)).whom(whom),
            None => Done::to(what, subject.trim_start()),
        };
        Doer::key(&caller.payee, visit).did(instance, done).await?;
    }
    Ok(reply)
}

async fn read(instance: &Arc<Instance>, caller: &Caller, (asked, visit): (&Asked, &Visit), call: Call<'_>) -> Result<Reply, Problem> {
    let (query, now) = (asked.query.as_str(), visit.now);
    match call {
        Call::Payee => reads::payee(instance, caller).await,
        Call::Summary => sums::summary(instance, caller, now).await,
        Call::Fees => sums::fees(instance, caller, now).await,
        Call::Sales => reads::sales(instance, caller, query).await,
        Call::SalesCsv => sums::sales_csv(instance, caller, (query, visit)),
        Call::Sale(id) => reads::sale(instance, caller, id).await,
        Call::Usage => usage::usage(instance, caller, (query, now)).await,
        Call::Sessions => usage::list(instance, caller, query).await,
        Call::Session(id) => usage::one(instance, caller, id).await,
        Call::Coins => coins::list(instance, caller, query).await,
        Call::Coin(id) => coins::one(instance, caller, id).await,
        Call::Meters => meters::list(instance, caller).await,
        Call::MeterUsage(meter) => meters::usage(instance, caller, (query, now), meter).await,
        Call::MeterBills(meter) => meters::bills(instance, caller, (query, now), meter).await,
        Call::Buyers => sums::buyers(instance, caller, query).await,
        Call::BuyersCsv => sums::buyers_csv(instance, caller, (query, visit)).await,
        Call::Offers => offers::list(instance, caller),
        Call::OffersFile => offers::file(instance, caller, (query, visit)),
        Call::Offer(id) => offers::one(instance, caller, id).await,
        Call::Brand => brand::read(instance, caller),
        Call::Sites => sites::list(instance, caller),
        Call::Events => reads::events(instance, caller, query).await,
        Call::Webhooks => webhooks::list(instance, caller).await,
        Call::Webhook(id) => webhooks::one(instance, caller, id).await,
        Call::Deliveries => webhooks::deliveries(instance, caller, query).await,
        Call::Delivery(id) => webhooks::delivery(instance, caller, id).await,
        Call::Keys => keys::list(instance, caller, now).await,
        Call::Key(id) => keys::one(instance, caller, (id, now)).await,
        Call::Team => team::list(instance, caller).await,
        Call::Acts => team::acts(instance, caller, query).await,
        Call::Refund(_)
        | Call::SendEvents(_)
        | Call::Reserve(_)
        | Call::CheckSite(_)
        | Call::Rotate(_)
        | Call::Test(_)
        | Call::RetryFailed(_)
        | Call::Retry(_)
        | Call::RotateKey(_)
        | Call::Member(_) => Err(Problem::Unknown),
    }
}

/// The answer, and what is written down where only the answer knows what it was done to.
type Changed = (Reply, Option<(What, String)>);

async fn change(instance: &Arc<Instance>, caller: &Caller, (asked, visit): (&Asked, &Visit), call: Call<'_>) -> Result<Changed, Problem> {
    let now = visit.now;
    let is_delete = asked.method == Method::DELETE;
    let made = |what| move |(reply, id): (Reply, String)| (reply, Some((what, id)));
    let reply = match call {
        Call::Offers => return offers::make(instance, caller, (asked, now)).await.map(made(What::OfferMade)),
        Call::Offer(id) if !is_delete => return offers::change(instance, caller, (asked, id)).await.map(made(What::OfferChanged)),
        Call::Brand => return brand::change(instance, caller, (asked, now)).await.map(made(What::BrandSet)),
        Call::Keys => return keys::make(instance, caller, (asked, now)).await.map(made(What::KeyMade)),
        Call::Team => return team::invite(instance, caller, (asked, now)).await.map(made(What::MemberInvited)),
        Call::Member(id) if !is_delete => return team::set_role(instance, caller, (asked, id)).await.map(made(What::RoleSet)),
        Call::Refund(id) => refund::refund(instance, caller, (asked, id)).await,
        Call::SendEvents(meter) => meters::events(instance, caller, asked, meter).await,
        Call::Reserve(meter) => meters::reserve(instance, caller, asked, meter).await,
        Call::Offer(id) => offers::end(instance, caller, id).await,
        Call::CheckSite(name) => sites::check(instance, caller, (asked, now), name).await,
        Call::Webhooks => webhooks::make(instance, caller, (asked, now)).await,
        Call::Webhook(id) if is_delete => webhooks::delete(instance, caller, id).await,
        Call::Webhook(id) => webhooks::change(instance, caller, (asked, id)).await,
        Call::Rotate(id) => webhooks::rotate(instance, caller, (asked, now), id).await,
        Call::Test(id) => webhooks::test(instance, caller, (asked, now), id).await,
        Call::RetryFailed(id) => webhooks::retry_failed(instance, caller, (id, now)).await,
        Call::Retry(id) => webhooks::retry(instance, caller, (id, now)).await,
        Call::Key(id) => keys::revoke(instance, caller, (id, now)).await,
        Call::RotateKey(id) => keys::rotate(instance, caller, (asked, now), id).await,
        Call::Member(id) => team::remove(instance, caller, id).await,
        Call::Payee
        | Call::Summary
        | Call::Fees
        | Call::Sales
        | Call::SalesCsv
        | Call::Sale(_)
        | Call::Usage
        | Call::Sessions
        | Call::Session(_)
        | Call::Coins
        | Call::Coin(_)
        | Call::Meters
        | Call::MeterUsage(_)
        | Call::MeterBills(_)
        | Call::Buyers
        | Call::BuyersCsv
        | Call::OffersFile
        | Call::Sites
        | Call::Events
        | Call::Deliveries
        | Call::Delivery(_)
        | Call::Acts => Err(Problem::Unknown),
    };
    reply.map(|reply| (reply, None))
}

fn takes(allow: &str, method: &Method) -> bool {
    allow.split(", ").any(|allowed| allowed == method.as_str())
}
