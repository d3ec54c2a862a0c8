//! What services set aside before they work, from the records alone: covered, named by one event at most, and over in time.

use super::{Said, SessionFacts, Sessions, Wrong, must, says};
use crate::audit::sales::Sales;
use market::session::ASIDE;
use market::{Effect, Maker, OfferPrice, SetAside};
use money::{CommandId, Timestamp};
use std::collections::BTreeMap;

/// What is set aside of a session, by the ids that events name.
#[derive(Default)]
pub(super) struct Asides(BTreeMap<CommandId, AsideFacts>);

#[derive(Clone, Copy)]
pub(super) struct AsideFacts {
    pub version: usize,
    pub units: u64,
    until: Timestamp,
}

impl Asides {
    /// The one that an event draws from, which is gone then.
    pub(super) fn take(&mut self, (id, version): (CommandId, usize), at: Timestamp) -> Option<AsideFacts> {
        let found = self.0.get(&id).copied().filter(|aside| at < aside.until && aside.version == version)?;
        self.0.remove(&id);
        Some(found)
    }

    /// A session ends when nothing of it is set aside any more.
    pub(super) fn must_be_over(&self, at: Timestamp) -> Said {
        let live = self.0.values().filter(|aside| at < aside.until).count();
        must(live == 0, || format!("a session ends while {live} services work on what they set aside"))
    }

    /// All that holds at a time: version and units of each.
    pub(super) fn live(&self, at: Timestamp) -> impl Iterator<Item = (usize, u64)> {
        self.0.values().filter(move |aside| at < aside.until).map(|aside| (aside.version, aside.units))
    }
}

impl Sessions {
    /// A service sets units aside: its payee's meter counts them, and what was authorised covers the most that they cost.
    pub(super) fn set_aside(
        &mut self,
        (id, maker): (CommandId, Maker),
        (set, at): (&SetAside, Timestamp),
        (effect, sales): (Effect, &Sales),
    ) -> Said {
        let session = self.of(set.session)?;
        must(session.goes_on(at), || "units are set aside in a session that is over".to_owned())?;
        must(ASIDE.contains(&set.lasts.0) && set.units > 0, || format!("{} units are set aside for {} s", set.units, set.lasts.0))?;
        let version = usize::from(set.version);
        let row = session.versions.get(version).ok_or((None, format!("a session has no version {version}")))?;
        let offer = sales.offer(row.offer).ok_or((None, "units are priced by an offer that nobody made".to_owned()))?;
        let is_payee = sales.payee(&offer.payee).is_some_and(|payee| maker == Maker::Party(payee));
        must(is_payee && matches!(offer.price, OfferPrice::Metered(_)), || "units are set aside by another than its payee".to_owned())?;
        let amount = session.most((version, set.units), sales)?;
        must(says(effect) == Some(amount), || format!("{} units cost {amount} at most, the record says {effect:?}", set.units))?;
        let mut needs = u128::from(session.drawn).saturating_add(amount.into());
        for (version, units) in session.aside.live(at).collect::<Vec<_>>() {
            needs = needs.saturating_add(session.most((version, units), sales)?.into());
        }
        must(needs <= session.accepted.into(), || format!("{needs} are drawn and set aside of {} authorised", session.accepted))?;
        let aside = AsideFacts { version, units: set.units, until: at.after(set.lasts) };
        session.aside.0.retain(|_, aside| at < aside.until);
        must(session.aside.0.insert(id, aside).is_none(), || "units are set aside a second time".to_owned())
    }
}

impl SessionFacts {
    /// What units of a version can cost at most, whatever was counted before them.
    pub(super) fn most(&self, (version, units): (usize, u64), sales: &Sales) -> Result<u64, Wrong> {
        let (amount, per) = self.rate(version, sales)?;
        let most = u128::from(units).saturating_mul(amount.into()).div_ceil(per.into());
        Ok(u64::try_from(most).unwrap_or(u64::MAX))
    }

    /// True if something new may begin.
    pub(super) fn goes_on(&self, at: Timestamp) -> bool {
        self.ended.is_none() && !self.is_closing && at < self.until
    }

    /// What all reserves can cost at most; those that lapsed are counted as reserved still.
    pub(super) fn reserved(&self, at: Timestamp, sales: &Sales) -> Result<u128, Wrong> {
        let reserves = self.reserves.values().map(|reserve| (reserve.version, reserve.units));
        let all: Vec<(usize, u64)> = reserves.chain(self.aside.live(at)).collect();
        all.into_iter().try_fold(0_u128, |sum, part| Ok(sum.saturating_add(self.most(part, sales)?.into())))
    }
}
