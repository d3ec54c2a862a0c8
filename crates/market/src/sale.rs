//! Sales: what a purchase made, and how it is taken back.

use crate::command::{Consent, Purchase, RefundReason, RefundRequest};
use crate::guard::Window;
use crate::offer::{Beneficiary, Offer, OfferPrice};
use crate::outcome::{Effect, Rejection};
use crate::state::{Place, Stamp, State};
use ledger::{AccountKey, Class, Entry, Posted};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};

/// The party that operates the instance: fees are its own.
pub const OPERATOR: Party = Party(*b"operator\0\0\0\0\0\0\0\0\0\0\0\0");
/// The rail that brings play money. It exists only in a test folder.
pub const PLAY_RAIL: Party = Party(*b"rail:play\0\0\0\0\0\0\0\0\0\0\0");

/// A page sold to a payer. The id is that of the command that made it; it is also the receipt's serial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sale {
    /// Who paid.
    pub payer: Party,
    /// Under which offer version.
    pub offer: OfferId,
    /// Realm and folded path.
    pub item: String,
    /// What was really charged.
    pub charged: Amount,
    /// Of which asset.
    pub asset: Asset,
    /// When.
    pub at: Timestamp,
    /// Where its record stands in the journal.
    pub place: Place,
    /// When the entitlement ends; `None` = never.
    pub until: Option<Timestamp>,
    /// Until when the payer can take it back; equal to `at` if never.
    pub undo_until: Timestamp,
    /// Whether it stands.
    pub state: SaleState,
    /// True if the payer signed for it, else a door vouches for a press.
    pub signed: bool,
}

/// Whether a sale stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SaleState {
    /// It does.
    Live,
    /// It was taken back.
    Refunded {
        /// By which command.
        by: CommandId,
        /// When.
        at: Timestamp,
        /// By whom and why.
        reason: RefundReason,
    },
}

/// What one leg of a sale's split got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SaleLeg {
    /// The leg's label.
    pub label: String,
    /// Handle of the payee, or `operator`.
    pub to: String,
    /// How much.
    pub amount: Amount,
}

impl Sale {
    /// The site's realm.
    #[must_use]
    pub fn realm(&self) -> &str {
        self.item.split('/').next().unwrap_or_default()
    }

    /// The page's path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.item.find('/').and_then(|at| self.item.get(at..)).unwrap_or_default()
    }

    /// True unless it was taken back.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.state, SaleState::Live)
    }

    /// True if the payer can still take it back by the window alone.
    #[must_use]
    pub fn can_undo(&self, now: Timestamp) -> bool {
        self.is_live() && now < self.undo_until
    }
}

impl State {
    /// The legs of a sale by label, as its receipt shows them.
    #[must_use]
    pub fn legs_of(&self, sale: &Sale) -> Vec<SaleLeg> {
        let Some(version) = self.versions.get(&sale.offer) else { return Vec::new() };
        let parts = version.offer.divide(sale.charged).unwrap_or_default();
        let leg = |(rule, amount): (&crate::LegRule, Amount)| {
            let to = match &rule.to {
                Beneficiary::Owner => version.offer.payee.clone(),
                Beneficiary::Payee(handle) => handle.clone(),
                Beneficiary::Operator => "operator".to_owned(),
            };
            SaleLeg { label: rule.label.clone(), to, amount }
        };
        version.offer.split.iter().zip(parts).map(leg).collect()
    }

    pub(crate) fn buy(&mut self, id: CommandId, purchase: &Purchase, stamp: Stamp) -> Result<(Effect, Posted), Rejection> {
        if self.sales.contains_key(&id) {
            // Another maker's sale has this id: ids are the maker's own, sales are everybody's.
            return Err(Rejection::IdReused);
        }
        let version = self.versions.get(&purchase.offer).ok_or(Rejection::OfferUnknown)?;
        let offer = version.offer.clone();
        let due = self.due(&offer, purchase)?;
        let entries = self.sale_entries(&offer, purchase, due)?;
        self.guarded(purchase, due, stamp.now)?;
        let posted = self.books.charge(id, &entries).map_err(from_books)?;
        let sale = Sale {
            payer: purchase.payer,
            offer: purchase.offer,
            item: purchase.item.clone(),
            charged: due,
            asset: purchase.asset,
            at: stamp.now,
            place: stamp.place,
            until: offer.lasts.map(|span| stamp.now.after(span)),
            undo_until: stamp.now.after(offer.refund.window),
            state: SaleState::Live,
            signed: matches!(purchase.consent, Consent::Signed(_)),
        };
        self.sales.insert(id, sale);
        self.purchases.insert((purchase.payer, id));
        self.owned.insert((purchase.payer, purchase.item.clone()), id);
        Ok((Effect::Sold { sale: id, charged: due }, posted))
    }

    /// What a purchase costs now: the quote's price or today's, whichever is lower; never more than was quoted.
    fn due(&self, offer: &Offer, purchase: &Purchase) -> Result<Amount, Rejection> {
        let (realm, path) = purchase.item.split_at(purchase.item.find('/').ok_or(Rejection::OfferUnknown)?);
        // Query keys that make another page are part of the item; which pages an offer sells is a matter of the path.
        let path = path.split('?').next().unwrap_or_default();
        if realm != offer.unlock.realm() || !offer.unlock.covers(path) {
            return Err(Rejection::OfferUnknown);
        }
        let key = (realm.to_owned(), offer.name.clone());
        let today = self.current.get(&key).and_then(|id| self.versions.get(id)).ok_or(Rejection::OfferEnded)?;
        let (least, asset) = offer.price.least().ok_or(Rejection::AmountInvalid)?;
        if asset != purchase.asset {
            return Err(Rejection::CurrencyMismatch);
        }
        let least = match today.offer.price.least() {
            Some((amount, now_in)) if now_in == asset => least.min(amount),
            Some(_) => least,
            // Free by now: the page is served without a purchase, so there is nothing to pay.
            None => return Err(Rejection::AmountInvalid),
        };
        if least > purchase.amount {
            return Err(Rejection::PriceAboveMax { due: least });
        }
        match offer.price {
            OfferPrice::Free => Err(Rejection::AmountInvalid),
            OfferPrice::Fixed { .. } => Ok(least),
            OfferPrice::AtLeast { .. } => Ok(purchase.amount),
        }
    }

    /// The posting of a sale: the payer's open lot pays, each leg of the split is earned from that lot.
    fn sale_entries(&self, offer: &Offer, purchase: &Purchase, due: Amount) -> Result<Vec<Entry>, Rejection> {
        let parts = offer.divide(due).map_err(|_| Rejection::AmountInvalid)?;
        let (payer, asset) = (purchase.payer, purchase.asset);
        let lot = self.lots.get(&(payer, asset)).copied();
        let mut entries = Vec::with_capacity(parts.len().saturating_add(1));
        entries.push(Entry { account: AccountKey { party: payer, asset, class: Class::Funded, lot }, amount: due.debit() });
        for (rule, part) in offer.split.iter().zip(parts) {
            let (party, class) = match &rule.to {
                Beneficiary::Owner => (self.payee(&offer.payee).ok_or(Rejection::PayeeUnknown)?.party, Class::EarnedPending),
                Beneficiary::Payee(handle) => (self.payee(handle).ok_or(Rejection::PayeeUnknown)?.party, Class::EarnedPending),
                Beneficiary::Operator => (OPERATOR, Class::Fee),
            };
            if party == payer {
                return Err(Rejection::SelfPayment);
            }
            let lot = if class == Class::Fee { None } else { lot };
            if !part.is_zero() {
                entries.push(Entry { account: AccountKey { party, asset, class, lot }, amount: part.credit() });
            }
        }
        Ok(entries)
    }

    fn guarded(&self, purchase: &Purchase, due: Amount, now: Timestamp) -> Result<(), Rejection> {
        let realm = purchase.item.split('/').next().unwrap_or_default();
        for guard in self.guards_of(purchase.payer) {
            let bound = match &guard.on {
                crate::GuardScope::All => true,
                crate::GuardScope::Site(of) => of == realm,
            };
            let Some(most) = guard.most.filter(|_| bound && guard.asset == purchase.asset) else { continue };
            let spent = self.spent_since(purchase.payer, guard.asset, guard.window.start(now), &guard.on);
            if spent.checked_add(due).is_none_or(|after| after > most) {
                return Err(Rejection::GuardDenied { most, spent, resets_at: guard.window.end(now) });
            }
        }
        Ok(())
    }

    pub(crate) fn refund(&mut self, id: CommandId, request: &RefundRequest, stamp: Stamp) -> Result<(Effect, Posted), Rejection> {
        let sale = self.sales.get(&request.sale).ok_or(Rejection::Unknown)?;
        self.may_refund(sale, request.reason, stamp.now)?;
        let parts = self.books.capture_of(request.sale).ok_or(Rejection::Unknown)?.left();
        let (payer, item, returned) = (sale.payer, sale.item.clone(), sale.charged);
        let realm = sale.realm().to_owned();
        let posted = self.books.refund(request.sale, &parts).map_err(|no| {
            let gone = matches!(no, ledger::Rejection::Insufficient { .. });
            if gone { Rejection::RefundNotCovered } else { from_books(no) }
        })?;
        let refunded = SaleState::Refunded { by: id, at: stamp.now, reason: request.reason };
        self.sales.get_mut(&request.sale).expect("found above").state = refunded;
        if self.owned.get(&(payer, item.clone())) == Some(&request.sale) {
            self.owned.remove(&(payer, item.clone()));
        }
        if let RefundReason::Undo { .. } = request.reason {
            let today = stamp.now.utc_day();
            let used = self.undos.entry((today, payer, realm)).or_default();
            *used = used.saturating_add(1);
            self.undone.insert((payer, item));
            while let Some(oldest) = self.undos.first_entry()
                && oldest.key().0 < today
            {
                oldest.remove();
            }
        }
        Ok((Effect::Refunded { sale: request.sale, returned }, posted))
    }

    fn may_refund(&self, sale: &Sale, reason: RefundReason, now: Timestamp) -> Result<(), Rejection> {
        let offer = &self.versions.get(&sale.offer).ok_or(Rejection::Unknown)?.offer;
        let asker_is_right = match reason {
            RefundReason::Undo { payer } => payer == sale.payer,
            RefundReason::Payee { payee } => self.payee(&offer.payee).is_some_and(|owner| owner.party == payee),
            RefundReason::Operator | RefundReason::OriginFailed => true,
        };
        if !asker_is_right {
            return Err(Rejection::Unknown);
        }
        if !sale.is_live() {
            return Err(Rejection::AlreadyRefunded);
        }
        let RefundReason::Undo { payer } = reason else { return Ok(()) };
        if now >= sale.undo_until {
            return Err(Rejection::RefundWindowClosed { since: sale.undo_until });
        }
        if self.undone.contains(&(payer, sale.item.clone())) {
            return Err(Rejection::UndoUsed);
        }
        let used = self.undos.get(&(now.utc_day(), payer, sale.realm().to_owned())).copied().unwrap_or(0);
        if used >= offer.refund.per_day {
            return Err(Rejection::UndoLimit { per_day: offer.refund.per_day });
        }
        Ok(())
    }

    /// The first instant of the UTC month and what the payer spent since.
    #[must_use]
    pub fn spent_this_month(&self, payer: Party, asset: Asset, now: Timestamp) -> Amount {
        self.spent_since(payer, asset, Window::Month.start(now), &crate::GuardScope::All)
    }
}

/// The books' noes in the market's words; those that the market's own checks rule out are bugs.
pub(crate) fn from_books(rejection: ledger::Rejection) -> Rejection {
    match rejection {
        ledger::Rejection::Insufficient { available, short_by } => Rejection::Insufficient { available, short_by },
        ledger::Rejection::Overflow => Rejection::Overflow,
        ledger::Rejection::IdTaken => Rejection::IdReused,
        ledger::Rejection::Unbalanced => Rejection::AmountInvalid,
        ledger::Rejection::Unknown | ledger::Rejection::AboveCap { .. } | ledger::Rejection::AboveCaptured => Rejection::Unknown,
    }
}
