//! Says in the books when a payer's months begin, so that caps go by the zone that the payer reads in.
//!
//! Which zone somebody chose is in the vault, and written there first. What a crash leaves unsaid in the books, what runs out, and
//! what other rules of a zone have made wrong is said by the hourly run; until then months go on by what was said before, and after
//! all that by UTC. Only who has a zone that is not UTC ever has a record of it.

use crate::instance::Instance;
use crate::world;
use crate::zone::{ZONE, Zone};
use market::{Body, Command, MOST_STARTS, Maker, State, Window};
use money::{CommandId, Party, Timestamp};
use protocol::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whose months are to be said.
const EVERY: Duration = Duration::from_secs(3_600);
/// They are said anew when fewer of them lie ahead.
const AHEAD: usize = 12;
/// Parties of one look at the books, which waits for nobody.
const PARTIES: usize = 500;

/// Says what is to be said, now and every hour.
pub async fn keep(instance: Arc<Instance>) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        if let Err(problem) = say_all(&instance).await {
            tracing::warn!(?problem, "months were not looked after; the next run does it");
        }
    }
}

/// Says one payer's months, if the books do not know them yet; true if they were said now.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn say(instance: &Arc<Instance>, party: Party) -> Result<bool, Problem> {
    let zone = instance.vault(move |vault| vault.fact(party, ZONE)).await?;
    say_those_of(instance, vec![(party, zone_of(zone.as_deref(), instance))]).await.map(|said| said > 0)
}

/// Says the months of all who need it: who chose a zone, whose months were ever said, and who has a cap where the instance's own zone
/// is not UTC. How many were said.
///
/// # Errors
/// As [`say`]; some may have been said by then.
pub async fn say_all(instance: &Arc<Instance>) -> Result<usize, Problem> {
    let chosen: BTreeMap<Party, String> = instance.vault(|vault| vault.facts_named(ZONE)).await?.into_iter().collect();
    let mut parties: BTreeSet<Party> = chosen.keys().copied().collect();
    let caps_count = instance.config.zone() != Zone::UTC;
    let mut after = None;
    loop {
        let found = instance.look(move |state, now| known(state, (after, caps_count), now)).await?;
        after = found.last().copied();
        parties.extend(&found);
        if found.len() < PARTIES {
            break;
        }
    }
    let all: Vec<(Party, Zone)> = parties.iter().map(|party| (*party, zone_of(chosen.get(party).map(String::as_str), instance))).collect();
    let mut said = 0_usize;
    for some in all.chunks(PARTIES) {
        said = said.saturating_add(say_those_of(instance, some.to_vec()).await?);
    }
    Ok(said)
}

/// The next parties that ever had months said or, if those count, have a cap of a month.
fn known(state: &State, (after, caps_count): (Option<Party>, bool), now: Timestamp) -> Vec<Party> {
    let is_next = |party: &Party| after.is_none_or(|after| *party > after);
    let from = after.unwrap_or(Party([0; 20]));
    let said = state.parties_with_months(from).filter(is_next).take(PARTIES);
    let mut found: BTreeSet<Party> = said.collect();
    if caps_count {
        let caps = state.guards_from(from, now).filter(|(guard, _)| guard.window == Window::Month);
        let mut of_caps: Vec<Party> = Vec::new();
        for party in caps.map(|(guard, _)| guard.party).filter(is_next) {
            if of_caps.len() == PARTIES {
                break;
            }
            if of_caps.last() != Some(&party) {
                of_caps.push(party);
            }
        }
        found.extend(of_caps);
    }
    found.into_iter().take(PARTIES).collect()
}

async fn say_those_of(instance: &Arc<Instance>, parties: Vec<(Party, Zone)>) -> Result<usize, Problem> {
    let unsaid = instance.look(move |state, now| {
        let mut starts: BTreeMap<Zone, Vec<Timestamp>> = BTreeMap::new();
        let mut unsaid = Vec::new();
        for (party, zone) in parties {
            let wanted = starts.entry(zone).or_insert_with(|| starts_of(zone, now));
            if !is_said(state.month_starts(party), wanted) {
                let id = CommandId::new(now.ms(), world::random());
                unsaid.push(Command { id, maker: Maker::Party(party), body: Body::StateMonths(wanted.clone()) });
            }
        }
        unsaid
    });
    let mut said = 0_usize;
    for command in unsaid.await? {
        match instance.apply(command).await?.outcome.effect() {
            Ok(_) => said = said.saturating_add(1),
            // A month ended between the look and the command: the next run says it.
            Err(rejection) => tracing::warn!(?rejection, "the months of a payer were not taken"),
        }
    }
    Ok(said)
}

/// The first instants of the months of a zone, from the running one on; none of UTC.
fn starts_of(zone: Zone, now: Timestamp) -> Vec<Timestamp> {
    if zone == Zone::UTC {
        return Vec::new();
    }
    let running = zone.month_of(now);
    (0..).take(MOST_STARTS).map(|ahead| zone.month_start(running.saturating_add(ahead))).collect()
}

/// True if what was said agrees with what is so, and reaches far enough.
fn is_said(said: &[Timestamp], wanted: &[Timestamp]) -> bool {
    let Some(running) = wanted.first() else { return said.is_empty() };
    let ahead: Vec<Timestamp> = said.iter().copied().skip_while(|start| start < running).collect();
    ahead.len() > AHEAD && wanted.starts_with(&ahead)
}

fn zone_of(chosen: Option<&str>, instance: &Arc<Instance>) -> Zone {
    chosen.and_then(Zone::named).unwrap_or_else(|| instance.config.zone())
}

#[cfg(test)]
mod tests;
