//! `State::apply`: the one door into the state.

use crate::ahead::Guess;
use crate::check::check;
use crate::claims::hash_of;
use crate::command::{Body, Command, Maker, Purchase, Tip, TopUp};
use crate::guard::{Guard, GuardScope};
use crate::offer::{Beneficiary, LegRule, Offer, OfferPrice, OfferVersion};
use crate::outcome::{Applied, Effect, Outcome, Rejection};
use crate::prepared::{Fingerprint, Prepared, Ready};
use crate::sale::{Answer, PLAY_RAIL, from_books};
use crate::session::Phase;
use crate::state::{Limit, Payee, Stamp, State};
use crate::wallets::{Spent, Wallet};
use ledger::{AccountKey, Class, Entry, Hash, Posted};
use money::{Amount, CommandId, OfferId, Party, Share, Timestamp};

type Done = Result<(Effect, Posted), Rejection>;

/// A command and its fingerprint, if its form is right.
type Form<'a> = (&'a Command, Result<Fingerprint, Rejection>);

impl State {
    /// Applies one command, whole or not at all.
    ///
    /// [`Outcome::Applied`] is the only answer that changed anything; its [`crate::Record`] belongs in the journal frame
    /// that `stamp.place` names.
    pub fn apply(&mut self, command: &Command, stamp: Stamp) -> Outcome {
        self.apply_ready(Prepared::new(command.clone()).ready(), Guess::default(), stamp)
    }

    /// As [`State::apply`], for a command that was made ready elsewhere and perhaps looked ahead for.
    pub fn apply_ready(&mut self, ready: Ready<'_>, guess: Guess, stamp: Stamp) -> Outcome {
        let mut outcome = Outcome::default();
        self.apply_ready_into(&mut outcome, ready, guess, stamp);
        outcome
    }

    /// As [`State::apply_ready`], with the outcome written where the asker keeps it, in place of what was there: read right
    /// after it was moved, it makes the processor wait for all that was written before.
    pub fn apply_ready_into(&mut self, outcome: &mut Outcome, ready: Ready<'_>, guess: Guess, stamp: Stamp) {
        let content = ready.form.map(|(_, content)| content).map_err(Clone::clone);
        self.apply_form(outcome, (ready.command, content), guess, stamp);
    }

    /// As [`State::apply_ready_into`], for a command that was read from the journal with its fingerprint.
    pub fn apply_again(&mut self, outcome: &mut Outcome, (command, content): (&Command, Fingerprint), guess: Guess, stamp: Stamp) {
        self.apply_form(outcome, (command, check(command).map(|()| content)), guess, stamp);
    }

    fn apply_form(&mut self, outcome: &mut Outcome, (command, content): Form<'_>, guess: Guess, stamp: Stamp) {
        let hash = guess.claim.unwrap_or_else(|| hash_of(&self.key, command.maker, command.id));
        let content = match self.is_new(command, (hash, content), stamp) {
            Ok(content) => content,
            Err(answer) => return *outcome = answer,
        };
        let applied = outcome.begin();
        if let Err(rejection) = self.dispatch(applied, command, guess, stamp) {
            return *outcome = Outcome::Rejected(rejection);
        }
        if command.body.is_step() {
            return;
        }
        self.claims.claim(hash, (command.id, command.maker), content, &applied.effect);
        self.claims.forget(stamp.now);
    }

    /// The fingerprint of a command that is to be tried; else what there is to answer.
    #[expect(clippy::result_large_err, reason = "an answer goes one step up, to where the caller keeps it")]
    fn is_new(
        &self,
        command: &Command,
        (hash, content): (Hash, Result<Fingerprint, Rejection>),
        stamp: Stamp,
    ) -> Result<Fingerprint, Outcome> {
        if let Body::Count(count) = &command.body {
            let content = content.map_err(Outcome::Rejected)?;
            return self.event_past(command.id, count, stamp.now).map_or(Ok(content), Err);
        }
        if let Body::Use(_) = &command.body {
            let content = content.map_err(Outcome::Rejected)?;
            return self.use_past(command.id).map_or(Ok(content), Err);
        }
        if let Body::CloseCoin(ending) = &command.body {
            let content = content.map_err(Outcome::Rejected)?;
            return self.coin_past(command.id, *ending).map_or(Ok(content), Err);
        }
        if command.body.is_step() {
            let content = content.map_err(Outcome::Rejected)?;
            return self.step_past(command.id, &command.body).map_or(Ok(content), Err);
        }
        self.claims.timely(command.id, stamp.now).map_err(Outcome::Rejected)?;
        let content = content.map_err(|invalid| {
            // What was applied under this id was well formed, so it was something else.
            let reused = self.is_claimed(command.maker, command.id);
            Outcome::Rejected(if reused { Rejection::IdReused } else { invalid })
        })?;
        if let Some(answer) = self.claims.answer(hash, command, content) {
            return Err(answer);
        }
        match self.standing(command, stamp) {
            Some(standing) => Err(Outcome::Standing(standing)),
            None => Ok(content),
        }
    }

    /// What is asked, if it is so already: an owned page is never charged twice, an unchanged offer gets no new version.
    fn standing(&self, command: &Command, stamp: Stamp) -> Option<Effect> {
        match &command.body {
            Body::Buy(purchase) => self.owned_already(purchase, stamp),
            Body::Promise(purchase) => self.owned_already(purchase, stamp),
            Body::SetOffer(offer) => {
                let id = offer.id();
                (self.current_of(offer.unlock.realm(), &offer.name) == Some(id)).then_some(Effect::OfferSet(id))
            }
            Body::OpenPayee { handle, party } => (self.payee(handle) == Some(Payee { party: *party })).then_some(Effect::PayeeOpened),
            Body::Found(founding) => (self.founding.as_ref() == Some(founding)).then_some(Effect::Founded),
            Body::StateMonths(starts) => self.states_months(command.maker, starts).then_some(Effect::MonthsStated),
            Body::SetMeter(set) => self.has_meter(set).then_some(Effect::MeterSet),
            Body::EndOffer { .. }
            | Body::TopUp(_)
            | Body::Use(_)
            | Body::Refund(_)
            | Body::SetGuard(_)
            | Body::Tip(_)
            | Body::OpenSession(_)
            | Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::RaiseSession(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::Count(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::SetAside(_) => None,
        }
    }

    fn owned_already(&self, purchase: &Purchase, stamp: Stamp) -> Option<Effect> {
        let (sale, _) = self.owned(purchase.payer, &purchase.item, stamp.now)?;
        Some(Effect::Sold { sale, charged: money::Amount::ZERO })
    }

    fn dispatch(&mut self, applied: &mut Applied, command: &Command, guess: Guess, stamp: Stamp) -> Result<(), Rejection> {
        let only = |effect| Ok((effect, Posted::default()));
        let (effect, posted) = match &command.body {
            Body::Tip(tip) => return self.tip(applied, (command.maker, tip), guess, stamp),
            Body::Found(founding) => {
                if self.founding.is_some() {
                    return Err(Rejection::AlreadyFounded);
                }
                self.founding = Some(founding.clone());
                only(Effect::Founded)
            }
            Body::OpenPayee { handle, party } => only(self.open_payee(handle, *party)?),
            Body::SetOffer(offer) => only(self.set_offer(offer, stamp)?),
            Body::EndOffer { realm, name } => only(self.end_offer(realm, name, stamp)?),
            Body::TopUp(top_up) => self.top_up(command.id, top_up, stamp),
            Body::Buy(purchase) => self.buy(command.id, purchase, stamp),
            Body::Promise(purchase) => only(self.promise(command.id, purchase, stamp)?),
            Body::Use(used) => self.use_promised(command.id, used, stamp),
            Body::Refund(request) => self.refund(command.id, request, stamp),
            Body::SetGuard(guard) => only(self.set_guard(guard, stamp)),
            Body::StateMonths(starts) => only(self.state_months(command.maker, starts, stamp)?),
            Body::OpenSession(open) => only(self.open_session((command.id, command.maker), open, stamp)?),
            Body::Draw(draw) => only(self.draw(command.id, draw, stamp)?),
            Body::Reserve(draw) => only(self.reserve(command.id, draw, stamp)?),
            Body::Call(call) => only(self.call(command.id, call, stamp)?),
            Body::Settle(settle) => only(self.settle(command.id, settle, stamp)?),
            Body::RaiseSession(raise) => only(self.raise_session(command.maker, raise, stamp)?),
            Body::CaptureSession { number } => self.capture_session(command.id, *number, stamp),
            Body::EndSession(end) => only(self.end_session(command.id, end, stamp)?),
            Body::Watch(watch) => only(self.watch(command.id, watch, stamp)?),
            Body::SetMeter(set) => only(self.set_meter(set, stamp)?),
            Body::SetAside(set) => only(self.set_aside((command.id, command.maker), set, stamp)?),
            Body::Count(count) => only(self.count(command.id, count, stamp)?),
            Body::ClaimCoin(claim) => only(self.claim_coin(command.id, claim, stamp)?),
            Body::CloseCoin(ending) => only(self.close_coin(command.id, *ending, stamp)?),
        }?;
        *applied = Applied { effect, posted };
        Ok(())
    }

    fn open_payee(&mut self, handle: &str, party: Party) -> Result<Effect, Rejection> {
        if self.payees.contains_key(handle) {
            return Err(Rejection::HandleTaken);
        }
        self.enter_payee(handle.to_owned(), party);
        Ok(Effect::PayeeOpened)
    }

    fn set_offer(&mut self, offer: &Offer, stamp: Stamp) -> Result<Effect, Rejection> {
        let handles = offer.split.iter().filter_map(|leg| match &leg.to {
            Beneficiary::Payee(handle) => Some(handle),
            Beneficiary::Owner | Beneficiary::Operator => None,
        });
        if std::iter::once(&offer.payee).chain(handles).any(|handle| !self.payees.contains_key(handle)) {
            return Err(Rejection::PayeeUnknown);
        }
        let clashes = |other: &Offer| other.name != offer.name && other.meets(offer);
        if let Some((_, other)) = self.offers().find(|(_, other)| clashes(other)) {
            return Err(Rejection::SelectorOverlap { other: other.name.clone() });
        }
        if let Some((least, _)) = offer.lowest()
            && (least.is_zero() || offer.divide(least).is_err())
        {
            return Err(Rejection::AmountInvalid);
        }
        // What is captured of a session is whatever was drawn by then: only shares of it divide every amount.
        let fixed = |leg: &LegRule| matches!(leg.share, Share::Fixed(_));
        if matches!(offer.price, OfferPrice::Metered(_)) && offer.split.iter().any(fixed) {
            return Err(Rejection::AmountInvalid);
        }
        let id = offer.id();
        self.versions.insert(id, OfferVersion { offer: offer.clone(), since: stamp.now, ended: None });
        self.current.entry(offer.unlock.realm().to_owned()).or_default().insert(offer.name.clone(), id);
        Ok(Effect::OfferSet(id))
    }

    fn end_offer(&mut self, realm: &str, name: &str, stamp: Stamp) -> Result<Effect, Rejection> {
        let id = self.current.get_mut(realm).and_then(|names| names.remove(name)).ok_or(Rejection::OfferUnknown)?;
        self.versions.get_mut(&id).expect("a current offer has a version").ended = Some(stamp.now);
        Ok(Effect::OfferEnded(id))
    }

    pub(crate) fn current_of(&self, realm: &str, name: &str) -> Option<OfferId> {
        self.current.get(realm)?.get(name).copied()
    }

    /// Value arrives in the wallet's open lot; the first top-up opens it.
    fn top_up(&mut self, id: CommandId, top_up: &TopUp, stamp: Stamp) -> Done {
        let TopUp { party, asset, amount, most } = *top_up;
        if amount.is_zero() {
            return Err(Rejection::AmountInvalid);
        }
        let after = self.available(party, asset).checked_add(self.held(party, asset)).and_then(|has| has.checked_add(amount));
        if after.ok_or(Rejection::Overflow)? > most {
            return Err(Rejection::WalletFull { most });
        }
        let known = self.wallet(party, asset).map(|wallet| wallet.lot);
        let lot = known.unwrap_or(id);
        let rail = AccountKey { party: PLAY_RAIL, asset, class: Class::Rail, lot: None };
        let wallet = AccountKey { party, asset, class: Class::Funded, lot: Some(lot) };
        let entries = [Entry::new(rail, amount.debit()), Entry::new(wallet, amount.credit())];
        let posted = self.books.settle(stamp.place.packed(), &entries).map_err(from_books)?;
        if known.is_none() {
            let account = self.books.id_of(&wallet).expect("the posting opened it");
            self.wallets.enter(&self.key, Wallet { party, asset, lot, account, spent: Spent::default(), last_sale: None });
        }
        Ok((Effect::ToppedUp(amount), posted))
    }

    /// The payer's open lot pays; the payee has earned it from that lot, and for good.
    fn tip(&mut self, applied: &mut Applied, (maker, tip): (Maker, &Tip), guess: Guess, stamp: Stamp) -> Result<(), Rejection> {
        let Tip { payee, asset, amount } = *tip;
        let Maker::Party(payer) = maker else { return Err(Rejection::Invalid("maker")) };
        let row = self.wallets.row_guessed(&self.key, guess.wallet, (payer, asset));
        let wallet = row.and_then(|row| self.wallets.rows().get(row));
        let (lot, known) = (wallet.map(|wallet| wallet.lot), wallet.map(|wallet| wallet.account));
        let from = AccountKey { party: payer, asset, class: Class::Funded, lot };
        let to = AccountKey { party: payee, asset, class: Class::EarnedPending, lot };
        let earned = self.books.id_of_guessed(&to, guess.earned);
        // Only a payee has ever earned.
        if earned.is_none() && !self.is_payee(payee) {
            return Err(Rejection::PayeeUnknown);
        }
        if amount.is_zero() {
            return Err(Rejection::AmountInvalid);
        }
        if payee == payer {
            return Err(Rejection::SelfPayment);
        }
        // Its maker signed for it.
        self.guarded((payer, asset), None, (amount, Answer::Given), stamp.now)?;
        let paid = Entry { account: from, amount: amount.debit(), known };
        let given = Entry { account: to, amount: amount.credit(), known: earned };
        self.books.settle_into(&mut applied.posted, stamp.place.packed(), &[paid, given]).map_err(from_books)?;
        let wallet = row.and_then(|row| self.wallets.row_mut(row)).expect("what was spent was topped up");
        wallet.spent.add(amount, stamp.now, self.calendars.get(&payer));
        applied.effect = Effect::Tipped(amount);
        Ok(())
    }

    fn set_guard(&mut self, guard: &Guard, stamp: Stamp) -> Effect {
        let key = (guard.party, guard.on.clone(), guard.window, guard.asset, guard.verdict);
        match guard.most {
            Some(most) => {
                let known = self.guards.get(&key).map(|limit| limit.spent);
                let spent = known.unwrap_or_else(|| self.spent_on(guard, stamp.now));
                self.guards.insert(key, Limit { most, spent });
            }
            None => {
                self.guards.remove(&key);
            }
        }
        Effect::GuardSet
    }

    /// What a party spent on a guard's site in the windows that run, from its sales and sessions: only a new guard has to ask.
    fn spent_on(&self, guard: &Guard, now: Timestamp) -> Spent {
        let mut spent = Spent::default();
        let GuardScope::Site(realm) = &guard.on else { return spent };
        spent.turn(now, self.calendars.get(&guard.party));
        let since = spent.since;
        let mut next = self.wallet(guard.party, guard.asset).and_then(|wallet| wallet.last_sale);
        while let Some(row) = next.and_then(|row| self.sales.row(row)).filter(|row| row.sale.at >= since) {
            if row.sale.is_live() && row.sale.realm() == realm {
                spent.put(row.sale.left(), row.sale.at);
            }
            next = row.before;
        }
        // What is held counts as spent until it is released: else the release would take out what never went in.
        let own = self.sessions().filter(|(_, session)| session.payer == guard.party && session.asset == guard.asset);
        for (_, session) in own.filter(|(_, session)| self.realm_of_offer(session.offer()) == *realm) {
            let released = if matches!(session.phase, Phase::Ended { .. }) { session.released() } else { Amount::ZERO };
            session.coming_back(released).for_each(|(_, stays, at)| spent.put(stays, at));
        }
        let own = self.promised.values().filter(|promised| promised.payer == guard.party && promised.asset == guard.asset);
        for promised in own.filter(|promised| self.realm_of_offer(promised.offer) == *realm) {
            spent.put(promised.most, promised.at);
        }
        spent
    }
}
