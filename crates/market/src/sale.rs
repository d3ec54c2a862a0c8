//! Sales: what a purchase made, and how it is taken back.

use crate::command::{Consent, Purchase, RefundReason, RefundRequest};
use crate::guard::{GuardScope, Verdict, Window};
use crate::months::Calendar;
use crate::offer::{Beneficiary, Offer, OfferPrice};
use crate::outcome::{Effect, Rejection};
use crate::sales::Row;
use crate::state::{GuardKey, Place, Stamp, State};
use crate::wallets::Spent;
use ledger::{AccountKey, Class, Entry, Posted};
use money::{Amount, Asset, CommandId, OfferId, Party, Share, Timestamp, split_into};
use smallvec::{SmallVec, smallvec};
use std::sync::Arc;

/// The entries of a posting; most have a handful.
type Entries = SmallVec<[Entry; 5]>;

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
    pub item: Arc<str>,
    /// What was really charged.
    pub charged: Amount,
    /// What of it has gone back so far.
    pub returned: Amount,
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
    /// True if the payer signed for it, else a door vouches for a press, of this sale or of the cap it was made under.
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
        realm_of(&self.item)
    }

    /// The page's path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.item.find('/').and_then(|at| self.item.get(at..)).unwrap_or_default()
    }

    /// True unless it was taken back. What was given back of it in parts ends nothing as long as something is left.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.state, SaleState::Live)
    }

    /// What of it can still go back.
    #[must_use]
    pub fn left(&self) -> Amount {
        self.charged.saturating_sub(self.returned)
    }

    /// True if a part of it has gone back, and a part has not.
    #[must_use]
    pub fn is_part_refunded(&self) -> bool {
        self.is_live() && !self.returned.is_zero()
    }

    /// True if the payer can still take it back by the window alone.
    #[must_use]
    pub fn can_undo(&self, now: Timestamp) -> bool {
        self.is_live() && now < self.undo_until
    }
}

/// Whether the payer has said yes to this very spending, which is what a guard that asks wants to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// By a press or a signature.
    Given,
    /// Not to this one.
    Open,
}

impl Answer {
    pub(crate) const fn of(consent: &Consent) -> Answer {
        match consent {
            Consent::Pressed | Consent::Signed(_) => Answer::Given,
            Consent::OneClick => Answer::Open,
        }
    }
}

impl State {
    /// The legs of a sale by label, as its receipt shows them.
    #[must_use]
    pub fn legs_of(&self, sale: &Sale) -> Vec<SaleLeg> {
        self.legs_under(sale.offer, sale.charged)
    }

    /// The legs of so much that was paid under an offer version.
    #[must_use]
    pub fn legs_under(&self, offer: OfferId, paid: Amount) -> Vec<SaleLeg> {
        let Some(version) = self.versions.get(&offer) else { return Vec::new() };
        let parts = version.offer.divide(paid).unwrap_or_default();
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
        if self.sale(id).is_some() || self.promised_under(id).is_some() || self.coin_payment(id).is_some() {
            // Another maker's sale has this id: ids are the maker's own, sales are everybody's.
            return Err(Rejection::IdReused);
        }
        let offer = &self.versions.get(&purchase.offer).ok_or(Rejection::OfferUnknown)?.offer;
        let due = self.due(offer, purchase, stamp.now)?;
        let entries = self.sale_entries(offer, purchase, due)?;
        let realm = realm_of(&purchase.item);
        self.guarded((purchase.payer, purchase.asset), Some(realm), (due, Answer::of(&purchase.consent)), stamp.now)?;
        let posted = self.books.charge(stamp.place.packed(), id, &entries).map_err(from_books)?;
        self.enter_sale(id, (purchase, due), stamp);
        let wallet = self.wallets.find_mut(&self.key, purchase.payer, purchase.asset).expect("what was spent was topped up");
        wallet.spent.add(due, stamp.now, self.calendars.get(&purchase.payer));
        self.count_on_site((purchase.payer, purchase.asset), realm, |spent, calendar| spent.add(due, stamp.now, calendar));
        Ok((Effect::Sold { sale: id, charged: due }, posted))
    }

    /// Enters a sale whose posting is made, as its payer's last.
    pub(crate) fn enter_sale(&mut self, id: CommandId, (purchase, due): (&Purchase, Amount), stamp: Stamp) {
        let offer = &self.versions.get(&purchase.offer).expect("what is sold has its terms").offer;
        let (until, undo_until) = offer.ends(stamp.now);
        let sale = Sale {
            payer: purchase.payer,
            offer: purchase.offer,
            item: self.sales.item(&self.key, &purchase.item),
            charged: due,
            returned: Amount::ZERO,
            asset: purchase.asset,
            at: stamp.now,
            place: stamp.place,
            until,
            undo_until,
            state: SaleState::Live,
            signed: matches!(purchase.consent, Consent::Signed(_)),
        };
        let before = self.wallet(purchase.payer, purchase.asset).and_then(|wallet| wallet.last_sale);
        let row = self.sales.enter(&self.key, Row { id, sale, before });
        let wallet = self.wallets.find_mut(&self.key, purchase.payer, purchase.asset).expect("what was spent was topped up");
        wallet.last_sale = Some(row);
    }

    /// What a purchase costs now: the quote's price or today's, whichever is lower; never more than was quoted.
    fn due(&self, offer: &Offer, purchase: &Purchase, now: Timestamp) -> Result<Amount, Rejection> {
        let (realm, path) = purchase.item.split_at(purchase.item.find('/').ok_or(Rejection::OfferUnknown)?);
        // Query keys that make another page are part of the item; which pages an offer sells is a matter of the path.
        let path = path.split('?').next().unwrap_or_default();
        if realm != offer.unlock.realm() || !offer.unlock.covers(path) {
            return Err(Rejection::OfferUnknown);
        }
        let today = self.current_of(realm, &offer.name).and_then(|id| self.versions.get(&id)).ok_or(Rejection::OfferEnded)?;
        let (least, asset) = offer.price.least().ok_or(Rejection::AmountInvalid)?;
        if asset != purchase.asset {
            return Err(Rejection::CurrencyMismatch);
        }
        if today.offer.is_over(now) {
            return Err(Rejection::OfferEnded);
        }
        // Of a price that falls, what it has fallen to: a quote is a promise upwards only.
        let least = offer.least_at(now).map_or(least, |(amount, _)| amount);
        let least = match today.offer.least_at(now) {
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
            // What is signed under a standing challenge is the most that it may cost, not what is given.
            OfferPrice::AtLeast { .. } if purchase.is_under_standing() => Ok(least),
            OfferPrice::AtLeast { .. } => Ok(purchase.amount),
            // One unit at a time is bought by a program that opens no session. A person would have nothing to read again.
            OfferPrice::Metered(metered) if metered.unit.is_call() && matches!(purchase.consent, Consent::Signed(_)) => Ok(least),
            // The other server names the price, and its client has signed it.
            OfferPrice::Metered(_) if let Some((most, _)) = offer.settles().filter(|_| purchase.is_settlement()) => {
                if purchase.amount <= most { Ok(purchase.amount) } else { Err(Rejection::AmountInvalid) }
            }
            OfferPrice::Metered(_) => Err(Rejection::AmountInvalid),
        }
    }

    /// The posting of a sale: the payer's open lot pays, each leg of the split is earned from that lot.
    fn sale_entries(&self, offer: &Offer, purchase: &Purchase, due: Amount) -> Result<Entries, Rejection> {
        let (payer, asset) = (purchase.payer, purchase.asset);
        let wallet = self.wallet(payer, asset);
        let (lot, known) = (wallet.map(|wallet| wallet.lot), wallet.map(|wallet| wallet.account));
        let mut entries = Entries::new();
        entries.push(Entry { account: AccountKey { party: payer, asset, class: Class::Funded, lot }, amount: due.debit(), known });
        self.credits_into(&mut entries, offer, (payer, asset), due)?;
        Ok(entries)
    }

    /// What each leg of an offer's split gets of `due`, earned from the payer's open lot.
    pub(crate) fn credits(&self, offer: &Offer, payer: (Party, Asset), due: Amount) -> Result<Entries, Rejection> {
        let mut entries = Entries::new();
        self.credits_into(&mut entries, offer, payer, due)?;
        Ok(entries)
    }

    fn credits_into(&self, entries: &mut Entries, offer: &Offer, (payer, asset): (Party, Asset), due: Amount) -> Result<(), Rejection> {
        let shares: SmallVec<[Share; 4]> = offer.split.iter().map(|leg| leg.share).collect();
        let mut parts: SmallVec<[Amount; 4]> = smallvec![Amount::ZERO; shares.len()];
        split_into(due, &shares, &mut parts).map_err(|_| Rejection::AmountInvalid)?;
        let lot = self.wallet(payer, asset).map(|wallet| wallet.lot);
        for (rule, part) in offer.split.iter().zip(parts) {
            let (party, class) = self.beneficiary(offer, &rule.to)?;
            if party == payer {
                return Err(Rejection::SelfPayment);
            }
            let lot = if class == Class::Fee { None } else { lot };
            if !part.is_zero() {
                entries.push(Entry::new(AccountKey { party, asset, class, lot }, part.credit()));
            }
        }
        Ok(())
    }

    /// Who gets a leg of an offer's split, and as what.
    pub(crate) fn beneficiary(&self, offer: &Offer, to: &Beneficiary) -> Result<(Party, Class), Rejection> {
        Ok(match to {
            Beneficiary::Owner => (self.payee(&offer.payee).ok_or(Rejection::PayeeUnknown)?.party, Class::EarnedPending),
            Beneficiary::Payee(handle) => (self.payee(handle).ok_or(Rejection::PayeeUnknown)?.party, Class::EarnedPending),
            Beneficiary::Operator => (OPERATOR, Class::Fee),
        })
    }

    /// Enters what is spent, or held to be spent, on the pages of a site.
    pub(crate) fn count_spent(&mut self, (payer, asset): (Party, Asset), realm: &str, amount: Amount, now: Timestamp) {
        let wallet = self.wallets.find_mut(&self.key, payer, asset).expect("what was spent was topped up");
        wallet.spent.add(amount, now, self.calendars.get(&payer));
        self.count_on_site((payer, asset), realm, |spent, calendar| spent.add(amount, now, calendar));
    }

    /// Takes out what was entered at some time and came back.
    pub(crate) fn take_back_spent(&mut self, (payer, asset): (Party, Asset), realm: &str, back: (Amount, Timestamp), now: Timestamp) {
        let wallet = self.wallets.find_mut(&self.key, payer, asset).expect("who paid has a wallet");
        wallet.spent.take_back(back, now, self.calendars.get(&payer));
        self.count_on_site((payer, asset), realm, |spent, calendar| spent.take_back(back, now, calendar));
    }

    /// What the payer's guards would say now to a purchase for so much on the pages of `realm`, without a press or signature.
    ///
    /// # Errors
    /// [`Rejection::GuardDenied`], [`Rejection::NotAgreed`], [`Rejection::GuardAsks`].
    pub fn may_go_on(&self, (payer, asset): (Party, Asset), realm: &str, due: Amount, now: Timestamp) -> Result<(), Rejection> {
        self.guarded((payer, asset), Some(realm), (due, Answer::Open), now)
    }

    /// Every guard of a payer that binds a spending, on the pages of `realm` if it is a sale. One that denies goes before one
    /// that asks: a press would not help.
    pub(crate) fn guarded(
        &self,
        (payer, asset): (Party, Asset),
        realm: Option<&str>,
        (due, answer): (Amount, Answer),
        now: Timestamp,
    ) -> Result<(), Rejection> {
        let mut agreed = answer == Answer::Given;
        if self.guards.is_empty() {
            return if agreed { Ok(()) } else { Err(Rejection::NotAgreed) };
        }
        let mut asks = None;
        let own = self.guards.range(first_guard(payer)..).take_while(|((of, ..), _)| *of == payer);
        for ((_, on, window, _, verdict), limit) in own.filter(|((.., of, _), _)| *of == asset) {
            if *verdict == Verdict::Ask && answer == Answer::Given {
                continue;
            }
            let spent = match on {
                GuardScope::All => self.spent(payer, asset, *window, now),
                GuardScope::Site(of) if realm == Some(of) => limit.spent.within(*window, now, self.calendars.get(&payer)),
                GuardScope::Site(_) => continue,
            };
            // The cap of a month on this site is what the payer agreed to.
            agreed |= *verdict == Verdict::Ask && *window == Window::Month && *on != GuardScope::All;
            if spent.checked_add(due).is_some_and(|after| after <= limit.most) {
                continue;
            }
            let (most, resets_at) = (limit.most, self.window_end(payer, *window, now));
            match verdict {
                Verdict::Deny => return Err(Rejection::GuardDenied { most, spent, resets_at }),
                Verdict::Ask => asks = asks.or(Some(Rejection::GuardAsks { most, spent, resets_at })),
            }
        }
        if agreed { asks.map_or(Ok(()), Err) } else { Err(Rejection::NotAgreed) }
    }

    /// Brings what a payer's guards of one site have counted up to date.
    fn count_on_site(&mut self, (payer, asset): (Party, Asset), realm: &str, change: impl Fn(&mut Spent, Option<&Calendar>)) {
        if self.guards.is_empty() {
            return;
        }
        let calendar = self.calendars.get(&payer);
        let own = self.guards.range_mut(first_guard(payer)..).take_while(|((of, ..), _)| *of == payer);
        for ((_, on, _, of, _), limit) in own {
            if *of == asset && matches!(on, GuardScope::Site(site) if site == realm) {
                change(&mut limit.spent, calendar);
            }
        }
    }

    pub(crate) fn refund(&mut self, id: CommandId, request: &RefundRequest, stamp: Stamp) -> Result<(Effect, Posted), Rejection> {
        let sale = self.sale(request.sale).ok_or(Rejection::Unknown)?;
        self.may_refund(sale, request.reason, stamp.now)?;
        let (payer, asset, at, left) = (sale.payer, sale.asset, sale.at, sale.left());
        let item = Arc::clone(&sale.item);
        let returned = request.amount.unwrap_or(left);
        let capture = self.books.capture_of(request.sale).ok_or(Rejection::Unknown)?;
        let parts = capture.part(returned).filter(|_| !returned.is_zero()).ok_or(Rejection::RefundAboveLeft { left })?;
        let posted = self.books.refund(stamp.place.packed(), request.sale, &parts).map_err(|no| {
            let gone = matches!(no, ledger::Rejection::Insufficient { .. });
            if gone { Rejection::RefundNotCovered } else { from_books(no) }
        })?;
        let left = left.saturating_sub(returned);
        let sale = &mut self.sales.find_mut(&self.key, request.sale).expect("found above").sale;
        sale.returned = sale.charged.saturating_sub(left);
        if left.is_zero() {
            sale.state = SaleState::Refunded { by: id, at: stamp.now, reason: request.reason };
            self.sales.disown(&self.key, request.sale);
        }
        self.take_back_spent((payer, asset), realm_of(&item), (returned, at), stamp.now);
        if let RefundReason::Undo { .. } = request.reason {
            self.count_undo(payer, &item, stamp.now.utc_day());
        }
        Ok((Effect::Refunded { sale: request.sale, returned, left }, posted))
    }

    /// Remembers that a payer undid a page today.
    fn count_undo(&mut self, payer: Party, item: &str, today: u64) {
        let used = self.undos.entry((today, payer, realm_of(item).to_owned())).or_default();
        *used = used.saturating_add(1);
        self.undone.insert((payer, item.to_owned()));
        while let Some(oldest) = self.undos.first_entry()
            && oldest.key().0 < today
        {
            oldest.remove();
        }
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
        if self.undone.contains(&(payer, sale.item.as_ref().to_owned())) {
            return Err(Rejection::UndoUsed);
        }
        let used = self.undos.get(&(now.utc_day(), payer, sale.realm().to_owned())).copied().unwrap_or(0);
        if used >= offer.refund.per_day {
            return Err(Rejection::UndoLimit { per_day: offer.refund.per_day });
        }
        Ok(())
    }

    /// What the payer spent in the month that `now` lies in.
    #[must_use]
    pub fn spent_this_month(&self, payer: Party, asset: Asset, now: Timestamp) -> Amount {
        self.spent(payer, asset, Window::Month, now)
    }
}

/// The site's realm of an item.
pub(crate) fn realm_of(item: &str) -> &str {
    item.split('/').next().unwrap_or_default()
}

/// The key that no guard of a party sorts before.
pub(crate) fn first_guard(party: Party) -> GuardKey {
    let asset = Asset::parse("-").expect("the first text in the order of assets");
    (party, GuardScope::All, Window::Day, asset, Verdict::Deny)
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
