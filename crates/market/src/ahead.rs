//! Looking ahead: where the rows that a run of commands needs most likely stand.
//!
//! With a million accounts each row that a command touches is a wait for memory. Asked one after another the waits add
//! up; asked for a run of commands at once, the processor does them side by side. What is found is a guess only: apply
//! verifies it, and looks again where it was wrong.

use crate::claims::hash_of;
use crate::command::{Body, Command, Maker};
use crate::state::State;
use ledger::{AccountId, AccountKey, Class, Hash};
use std::hint::black_box;

/// Commands that are looked ahead for together: enough for the memory to be busy, few enough to stay in the nearest cache.
pub const AHEAD: usize = 32;

/// Where a command's rows most likely stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Guess {
    /// No guess: the hash under which its id is claimed, computed once.
    pub(crate) claim: Option<Hash>,
    pub(crate) wallet: Option<u32>,
    pub(crate) earned: Option<AccountId>,
}

impl State {
    /// Guesses for the first [`AHEAD`] of `commands`; the others have none.
    #[must_use]
    pub fn look_ahead<'a>(&self, commands: impl Iterator<Item = &'a Command> + Clone) -> [Guess; AHEAD] {
        let mut guesses = [Guess::default(); AHEAD];
        for (guess, command) in guesses.iter_mut().zip(commands.clone()) {
            let hash = hash_of(&self.key, command.maker, command.id);
            black_box(self.claims.touch(command.id, hash));
            guess.claim = Some(hash);
            guess.wallet = self.guess_wallet(command);
        }
        for (guess, command) in guesses.iter_mut().zip(commands) {
            let wallet = guess.wallet.and_then(|row| self.wallets.at(row));
            if let (Body::Tip(tip), Some(wallet)) = (&command.body, wallet) {
                let earned = AccountKey { party: tip.payee, asset: tip.asset, class: Class::EarnedPending, lot: Some(wallet.lot) };
                guess.earned = self.books.guess(&earned);
                black_box((wallet.party, wallet.spent.today));
                black_box(self.books.by_id(wallet.account).map(|account| (account.posted, account.key.class)));
            }
        }
        for guess in &guesses {
            black_box(guess.earned.and_then(|id| self.books.by_id(id)).map(|account| (account.posted, account.key.class)));
        }
        guesses
    }

    fn guess_wallet(&self, command: &Command) -> Option<u32> {
        match (&command.body, command.maker) {
            (Body::Tip(tip), Maker::Party(payer)) => self.wallets.guess(&self.key, payer, tip.asset),
            (Body::Buy(purchase), _) => self.wallets.guess(&self.key, purchase.payer, purchase.asset),
            _ => None,
        }
    }
}
