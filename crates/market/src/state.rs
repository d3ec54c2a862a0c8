//! The state of one market: what stands, what was sold, who may spend what.

use crate::claims::Claims;
use crate::command::{Founding, Maker};
use crate::guard::{Guard, GuardScope, Window};
use crate::offer::{Offer, OfferVersion};
use crate::sale::Sale;
use ledger::{Account, Books, Class};
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
    pub(crate) versions: BTreeMap<OfferId, OfferVersion>,
    pub(crate) current: BTreeMap<(String, String), OfferId>,
    pub(crate) lots: BTreeMap<(Party, Asset), CommandId>,
    pub(crate) sales: BTreeMap<CommandId, Sale>,
    pub(crate) owned: BTreeMap<(Party, String), CommandId>,
    pub(crate) purchases: BTreeSet<(Party, CommandId)>,
    pub(crate) undone: BTreeSet<(Party, String)>,
    pub(crate) undos: BTreeMap<(u64, Party, String), u16>,
    pub(crate) guards: BTreeMap<(Party, GuardScope, Window, Asset), Amount>,
    pub(crate) claims: Claims,
}

impl State {
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

    /// The offers that stand now, by realm and name.
    pub fn offers(&self) -> impl Iterator<Item = (OfferId, &Offer)> {
        self.current.values().filter_map(|id| self.versions.get(id).map(|version| (*id, &version.offer)))
    }

    /// The offer that sells a page now.
    #[must_use]
    pub fn offer_for(&self, realm: &str, path: &str) -> Option<(OfferId, &Offer)> {
        let from = (realm.to_owned(), String::new());
        let of_realm = self.current.range(from..).take_while(|((of, _), _)| of == realm);
        let mut offers = of_realm.filter_map(|(_, id)| self.versions.get(id).map(|version| (*id, &version.offer)));
        offers.find(|(_, offer)| offer.unlock.covers(path))
    }

    /// A sale by the id of the command that made it.
    #[must_use]
    pub fn sale(&self, id: CommandId) -> Option<&Sale> {
        self.sales.get(&id)
    }

    /// All sales by id, which is by time.
    pub fn sales(&self) -> impl Iterator<Item = (CommandId, &Sale)> {
        self.sales.iter().map(|(id, sale)| (*id, sale))
    }

    /// The sale that gives a party a page at `now`, if it has it.
    #[must_use]
    pub fn owned(&self, party: Party, item: &str, now: Timestamp) -> Option<(CommandId, &Sale)> {
        let id = *self.owned.get(&(party, item.to_owned()))?;
        let sale = self.sales.get(&id)?;
        sale.until.is_none_or(|until| now < until).then_some((id, sale))
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

    /// What a payer spent since `from`, what was taken back left out; on one realm if given.
    #[must_use]
    pub fn spent_since(&self, payer: Party, asset: Asset, from: Timestamp, on: &GuardScope) -> Amount {
        // An id may be up to ten minutes older than its sale, and two minutes newer.
        let oldest = CommandId::new(from.ms().saturating_sub(600_000), [0; 10]);
        let ids = self.purchases.range((payer, oldest)..).take_while(|(of, _)| *of == payer);
        let counted = ids.filter_map(|(_, id)| self.sales.get(id)).filter(|sale| {
            let here = match on {
                GuardScope::All => true,
                GuardScope::Site(realm) => sale.realm() == realm,
            };
            sale.at >= from && sale.asset == asset && here && sale.is_live()
        });
        counted.fold(Amount::ZERO, |sum, sale| sum.checked_add(sale.charged).unwrap_or(Amount::MAX))
    }

    /// The guards of a party.
    pub fn guards_of(&self, party: Party) -> impl Iterator<Item = Guard> {
        let first_asset = Asset::parse("-").expect("the first text in the order of assets");
        let from = (party, GuardScope::All, Window::Day, first_asset);
        let of_party = self.guards.range(from..).take_while(move |((of, ..), _)| *of == party);
        of_party.map(|((party, on, window, asset), most)| Guard {
            party: *party,
            on: on.clone(),
            window: *window,
            asset: *asset,
            most: Some(*most),
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
        self.claims.holds(maker, id)
    }
}
