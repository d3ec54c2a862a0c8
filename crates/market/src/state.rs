//! The state of one market: what stands, what was sold, who may spend what.

use crate::claims::Claims;
use crate::coin::Coins;
use crate::command::{Founding, Maker};
use crate::guard::{Guard, GuardScope, GuardState, Verdict, Window};
use crate::months::Calendar;
use crate::offer::{Offer, OfferVersion};
use crate::sale::{Sale, first_guard};
use crate::sales::Sales;
use crate::session::{Meters, Sessions};
use crate::upto::Promised;
use crate::wallets::{Spent, Wallet, Wallets};
use ledger::{Account, Books, Class, HashKey, Index, PostingPlace};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// When and where in the journal a command is applied.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// The batch's time, strictly increasing from batch to batch.
    pub now: Timestamp,
    /// The place its record will have if it is applied.
    pub place: Place,
}

/// A place in the journal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The frame's sequence number.
    pub frame: u64,
    /// The record's number in the frame, from 0.
    pub record: u16,
}

impl Place {
    /// The place as one number: the frame, then the record's sixteen bits.
    #[must_use]
    pub fn packed(self) -> PostingPlace {
        PostingPlace(self.frame << 16 | u64::from(self.record))
    }

    /// The place that a number packs.
    #[must_use]
    pub fn unpacked(packed: PostingPlace) -> Place {
        let [low, high, ..] = packed.0.to_le_bytes();
        Place { frame: packed.0 >> 16, record: u16::from_le_bytes([low, high]) }
    }
}

/// Somebody who can be paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Payee {
    /// Who it is.
    pub party: Party,
}

/// Everything that replaying the journal gives.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    pub(crate) books: Books,
    pub(crate) founding: Option<Founding>,
    pub(crate) payees: BTreeMap<String, Payee>,
    /// The parties that are payees, in order.
    pub(crate) paid: Vec<Party>,
    pub(crate) by_party: Index,
    pub(crate) versions: BTreeMap<OfferId, OfferVersion>,
    /// By realm and name: what stands.
    pub(crate) current: BTreeMap<String, BTreeMap<String, OfferId>>,
    pub(crate) wallets: Wallets,
    pub(crate) sales: Sales,
    pub(crate) undone: BTreeSet<(Party, String)>,
    pub(crate) undos: BTreeMap<(u64, Party, String), u16>,
    pub(crate) guards: BTreeMap<GuardKey, Limit>,
    /// Whose months are their own.
    pub(crate) calendars: BTreeMap<Party, Calendar>,
    pub(crate) sessions: Sessions,
    pub(crate) meters: Meters,
    /// Purchases under way, of which the most is held.
    pub(crate) promised: BTreeMap<CommandId, Promised>,
    pub(crate) coins: Coins,
    pub(crate) claims: Claims,
    pub(crate) key: HashKey,
}

/// What a guard is found by.
pub(crate) type GuardKey = (Party, GuardScope, Window, Asset, Verdict);

/// What a guard allows, and what was spent on its site; spending on all sites is the wallet's to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Limit {
    pub most: Amount,
    pub spent: Spent,
}

impl State {
    /// An empty market whose tables hash with `key`: one that strangers do not know, another at every start.
    #[must_use]
    pub fn new(key: HashKey) -> State {
        State { books: Books::new(key.clone()), key, ..State::default() }
    }

    /// The accounts, holds and captures.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Who the instance is, once its journal is begun.
    #[must_use]
    pub fn founding(&self) -> Option<&Founding> {
        self.founding.as_ref()
    }

    /// A payee by its handle.
    #[must_use]
    pub fn payee(&self, handle: &str) -> Option<Payee> {
        self.payees.get(handle).copied()
    }

    /// All payees by handle.
    pub fn payees(&self) -> impl Iterator<Item = (&str, Payee)> {
        self.payees.iter().map(|(handle, payee)| (handle.as_str(), *payee))
    }

    /// An offer version, whether it still stands or not.
    #[must_use]
    pub fn offer(&self, id: OfferId) -> Option<&OfferVersion> {
        self.versions.get(&id)
    }

    /// All offer versions, those that stand and those that stood.
    pub fn versions(&self) -> impl Iterator<Item = (OfferId, &OfferVersion)> {
        self.versions.iter().map(|(id, version)| (*id, version))
    }

    /// The offers that stand now, by realm and name.
    pub fn offers(&self) -> impl Iterator<Item = (OfferId, &Offer)> {
        let all = self.current.values().flat_map(BTreeMap::values);
        all.filter_map(|id| self.versions.get(id).map(|version| (*id, &version.offer)))
    }

    /// The offer that sells a page now.
    #[must_use]
    pub fn offer_for(&self, realm: &str, path: &str) -> Option<(OfferId, &Offer)> {
        let of_realm = self.current.get(realm)?.values();
        let mut offers = of_realm.filter_map(|id| self.versions.get(id).map(|version| (*id, &version.offer)));
        offers.find(|(_, offer)| offer.unlock.covers(path))
    }

    /// A sale by the id of the command that made it.
    #[must_use]
    pub fn sale(&self, id: CommandId) -> Option<&Sale> {
        self.sales.find(&self.key, id).map(|row| &row.sale)
    }

    /// All sales in the order in which they were made.
    pub fn sales(&self) -> impl Iterator<Item = (CommandId, &Sale)> {
        self.sales.rows().iter().map(|row| (row.id, &row.sale))
    }

    /// The sale that gives a party a page at `now`, if it has it.
    #[must_use]
    pub fn owned(&self, party: Party, item: &str, now: Timestamp) -> Option<(CommandId, &Sale)> {
        let row = self.sales.owned(&self.key, party, item)?;
        row.sale.until.is_none_or(|until| now < until).then_some((row.id, &row.sale))
    }

    /// What a wallet can spend.
    #[must_use]
    pub fn available(&self, party: Party, asset: Asset) -> Amount {
        self.total(party, asset, Class::Funded, Account::available)
    }

    /// What a wallet holds back for open holds.
    #[must_use]
    pub fn held(&self, party: Party, asset: Asset) -> Amount {
        self.total(party, asset, Class::Funded, |account| account.held)
    }

    /// What a payee earned and was not paid out yet.
    #[must_use]
    pub fn earned(&self, party: Party, asset: Asset) -> Amount {
        self.total(party, asset, Class::EarnedPending, Account::available)
    }

    fn total(&self, party: Party, asset: Asset, class: Class, of: impl Fn(&Account) -> Amount) -> Amount {
        let amounts = self.books.accounts_of(party, asset, class).map(of);
        amounts.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
    }

    /// What a payer spent in the calendar window that `now` lies in, what was taken back left out.
    #[must_use]
    pub fn spent(&self, payer: Party, asset: Asset, window: Window, now: Timestamp) -> Amount {
        self.wallet(payer, asset).map_or(Amount::ZERO, |wallet| wallet.spent.within(window, now, self.calendars.get(&payer)))
    }

    pub(crate) fn wallet(&self, party: Party, asset: Asset) -> Option<&Wallet> {
        self.wallets.find(&self.key, party, asset)
    }

    pub(crate) fn is_payee(&self, party: Party) -> bool {
        let is = |row: u32| usize::try_from(row).ok().and_then(|row| self.paid.get(row)) == Some(&party);
        self.by_party.find(self.key.hash(&[&party.0]), is).is_some()
    }

    /// Remembers a payee; a party may have several handles.
    pub(crate) fn enter_payee(&mut self, handle: String, party: Party) {
        self.enter_paid(party);
        self.payees.insert(handle, Payee { party });
    }

    /// Remembers that a party is a payee.
    pub(crate) fn enter_paid(&mut self, party: Party) {
        if !self.is_payee(party) {
            let row = u32::try_from(self.paid.len()).expect("fewer than 2^32 payees fit in memory");
            self.paid.push(party);
            self.by_party.insert(self.key.hash(&[&party.0]), row);
        }
    }

    /// The guards of a party.
    pub fn guards_of(&self, party: Party) -> impl Iterator<Item = Guard> {
        let of_party = self.guards.range(first_guard(party)..).take_while(move |((of, ..), _)| *of == party);
        of_party.map(|(key, limit)| guard_of(key, limit))
    }

    /// All guards that stand, by party and from `party` on, each with what was spent in the window that `now` lies in.
    pub fn guards_from(&self, party: Party, now: Timestamp) -> impl Iterator<Item = (Guard, Amount)> {
        self.guards.range(first_guard(party)..).map(move |(key, limit)| {
            let guard = guard_of(key, limit);
            let spent = match &guard.on {
                GuardScope::All => self.spent(guard.party, guard.asset, guard.window, now),
                GuardScope::Site(_) => limit.spent.within(guard.window, now, self.calendars.get(&guard.party)),
            };
            (guard, spent)
        })
    }

    /// The guards of a party with what is spent under each in the window that `now` lies in.
    pub fn standing_guards(&self, party: Party, now: Timestamp) -> impl Iterator<Item = GuardState> {
        let of_party = self.guards.range(first_guard(party)..).take_while(move |((of, ..), _)| *of == party);
        of_party.map(move |(key, limit)| {
            let guard = guard_of(key, limit);
            let spent = match &guard.on {
                GuardScope::All => self.spent(party, guard.asset, guard.window, now),
                GuardScope::Site(_) => limit.spent.within(guard.window, now, self.calendars.get(&party)),
            };
            GuardState { most: limit.most, spent, resets_at: self.window_end(party, guard.window, now), guard }
        })
    }

    /// A payer's sales in an asset, the newest first.
    pub fn sales_of(&self, payer: Party, asset: Asset) -> impl Iterator<Item = (CommandId, &Sale)> {
        let mut next = self.wallet(payer, asset).and_then(|wallet| wallet.last_sale);
        std::iter::from_fn(move || {
            let row = self.sales.row(next?)?;
            next = row.before;
            Some((row.id, &row.sale))
        })
    }

    /// How many used ids are remembered.
    #[must_use]
    pub fn claims(&self) -> usize {
        self.claims.len()
    }

    /// True if the id was used by that maker within its window.
    #[must_use]
    pub fn is_claimed(&self, maker: Maker, id: CommandId) -> bool {
        self.claims.holds(&self.key, maker, id)
    }
}

pub(crate) fn guard_of((party, on, window, asset, verdict): &GuardKey, limit: &Limit) -> Guard {
    let (party, window, verdict, asset) = (*party, *window, *verdict, *asset);
    Guard { party, on: on.clone(), window, verdict, asset, most: Some(limit.most) }
}
