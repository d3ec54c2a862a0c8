//! `State::apply`: the one door into the state.

use crate::check::check;
use crate::claims::fingerprint;
use crate::command::{Body, Command, TopUp};
use crate::guard::Guard;
use crate::offer::{Beneficiary, Offer, OfferVersion};
use crate::outcome::{Applied, Effect, Outcome, Rejection};
use crate::sale::{PLAY_RAIL, from_books};
use crate::state::{Payee, Stamp, State};
use ledger::{AccountKey, Class, Entry, Posted};
use money::{CommandId, Party};

type Done = Result<(Effect, Posted), Rejection>;

impl State {
    /// Applies one command, whole or not at all.
    ///
    /// [`Outcome::Applied`] is the only answer that changed anything; its [`crate::Record`] belongs in the journal frame
    /// that `stamp.place` names.
    pub fn apply(&mut self, command: &Command, stamp: Stamp) -> Outcome {
        if let Err(untimely) = self.claims.timely(command.id, stamp.now) {
            return Outcome::Rejected(untimely);
        }
        if let Err(invalid) = check(&command.body) {
            // What was applied under this id was well formed, so it was something else.
            let reused = self.claims.holds(command.maker, command.id);
            return Outcome::Rejected(if reused { Rejection::IdReused } else { invalid });
        }
        let content = fingerprint(command);
        if let Some(answer) = self.claims.answer(command, content) {
            return answer;
        }
        if let Some(standing) = self.standing(&command.body, stamp) {
            return Outcome::Standing(standing);
        }
        match self.dispatch(command, stamp) {
            Ok((effect, posted)) => {
                self.claims.claim(command, content, effect, stamp.now);
                Outcome::Applied(Applied { effect, posted })
            }
            Err(rejection) => Outcome::Rejected(rejection),
        }
    }

    /// What is asked, if it is so already: an owned page is never charged twice, an unchanged offer gets no new version.
    fn standing(&self, body: &Body, stamp: Stamp) -> Option<Effect> {
        match body {
            Body::Buy(purchase) => {
                let (sale, _) = self.owned(purchase.payer, &purchase.item, stamp.now)?;
                Some(Effect::Sold { sale, charged: money::Amount::ZERO })
            }
            Body::SetOffer(offer) => {
                let key = (offer.unlock.realm().to_owned(), offer.name.clone());
                let id = offer.id();
                (self.current.get(&key) == Some(&id)).then_some(Effect::OfferSet(id))
            }
            Body::OpenPayee { handle, party } => (self.payee(handle) == Some(Payee { party: *party })).then_some(Effect::PayeeOpened),
            Body::Found(founding) => (self.founding.as_ref() == Some(founding)).then_some(Effect::Founded),
            Body::EndOffer { .. } | Body::TopUp(_) | Body::Refund(_) | Body::SetGuard(_) => None,
        }
    }

    fn dispatch(&mut self, command: &Command, stamp: Stamp) -> Done {
        let only = |effect| Ok((effect, Posted::default()));
        match &command.body {
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
            Body::TopUp(top_up) => self.top_up(command.id, top_up),
            Body::Buy(purchase) => self.buy(command.id, purchase, stamp),
            Body::Refund(request) => self.refund(command.id, request, stamp),
            Body::SetGuard(guard) => only(self.set_guard(guard)),
        }
    }

    fn open_payee(&mut self, handle: &str, party: Party) -> Result<Effect, Rejection> {
        if self.payees.contains_key(handle) {
            return Err(Rejection::HandleTaken);
        }
        self.payees.insert(handle.to_owned(), Payee { party });
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
        let clashes = |other: &Offer| other.name != offer.name && other.unlock.overlaps(&offer.unlock);
        if let Some((_, other)) = self.offers().find(|(_, other)| clashes(other)) {
            return Err(Rejection::SelectorOverlap { other: other.name.clone() });
        }
        if let Some((least, _)) = offer.price.least()
            && (least.is_zero() || offer.divide(least).is_err())
        {
            return Err(Rejection::AmountInvalid);
        }
        let id = offer.id();
        self.versions.insert(id, OfferVersion { offer: offer.clone(), since: stamp.now, ended: None });
        self.current.insert((offer.unlock.realm().to_owned(), offer.name.clone()), id);
        Ok(Effect::OfferSet(id))
    }

    fn end_offer(&mut self, realm: &str, name: &str, stamp: Stamp) -> Result<Effect, Rejection> {
        let id = self.current.remove(&(realm.to_owned(), name.to_owned())).ok_or(Rejection::OfferUnknown)?;
        self.versions.get_mut(&id).expect("a current offer has a version").ended = Some(stamp.now);
        Ok(Effect::OfferEnded(id))
    }

    /// Value arrives in the wallet's open lot; the first top-up opens it.
    fn top_up(&mut self, id: CommandId, top_up: &TopUp) -> Done {
        let TopUp { party, asset, amount, most } = *top_up;
        if amount.is_zero() {
            return Err(Rejection::AmountInvalid);
        }
        let after = self.available(party, asset).checked_add(self.held(party, asset)).and_then(|has| has.checked_add(amount));
        if after.ok_or(Rejection::Overflow)? > most {
            return Err(Rejection::WalletFull { most });
        }
        let lot = self.lots.get(&(party, asset)).copied().unwrap_or(id);
        let rail = AccountKey { party: PLAY_RAIL, asset, class: Class::Rail, lot: None };
        let wallet = AccountKey { party, asset, class: Class::Funded, lot: Some(lot) };
        let entries = [Entry { account: rail, amount: amount.debit() }, Entry { account: wallet, amount: amount.credit() }];
        let posted = self.books.settle(&entries).map_err(from_books)?;
        self.lots.insert((party, asset), lot);
        Ok((Effect::ToppedUp(amount), posted))
    }

    fn set_guard(&mut self, guard: &Guard) -> Effect {
        let key = (guard.party, guard.on.clone(), guard.window, guard.asset);
        match guard.most {
            Some(most) => self.guards.insert(key, most),
            None => self.guards.remove(&key),
        };
        Effect::GuardSet
    }
}
