//! Which voucher shows an amount: a link where one fits, else a signature; a checkpoint where the chain is used up.

use super::{KeptChain, KeptSession};
use crate::Wallet;
use money::{Amount, CommandId};
use protocol::Malformed;
use protocol::session::{Linked, Links, MOST_STEPS, NewChain, SignedVoucher, Voucher};
use std::collections::BTreeMap;

/// How many chains are kept ready.
const MOST_CHAINS: usize = 16;

/// How an amount is to be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// As is cheapest.
    Usual,
    /// By a signature, because the site could not take the link.
    Signed,
}

/// The links of chains in use: made once, one hash each after that. Secrets, in memory only.
#[derive(Default)]
pub(crate) struct Chains(BTreeMap<(CommandId, Amount), Links>);

impl Chains {
    fn of(&mut self, chain: &KeptChain, session: CommandId, wallet: &Wallet) -> &mut Links {
        let key = (session, chain.base);
        if self.0.len() >= MOST_CHAINS && !self.0.contains_key(&key) {
            self.0.clear();
        }
        let make = || Links::of(&wallet.voucher_seed(session), session, chain.base, (chain.step, chain.length));
        let links = self.0.entry(key).or_insert_with(make);
        let begins = links.begins();
        if (begins.step, begins.length) != (chain.step, chain.length) {
            *links = make();
        }
        links
    }
}

/// A chain as it is told in `open` or a checkpoint.
pub(crate) fn begins(chain: &KeptChain, session: CommandId, chains: &mut Chains, wallet: &Wallet) -> NewChain {
    chains.of(chain, session, wallet).begins()
}

impl KeptSession {
    /// The voucher that authorises `cumulative` in all; the session is changed to what it stands at once it is shown.
    pub(crate) fn voucher(&mut self, cumulative: Amount, how: How, chains: &mut Chains, wallet: &Wallet) -> Result<Voucher, Malformed> {
        if let (How::Usual, Some(chain)) = (how, self.chain)
            && let Some(index) = index_of(&chain, cumulative)
            && let Some(link) = chains.of(&chain, self.id, wallet).link(index)
        {
            self.chain = Some(KeptChain { index: index.max(chain.index), ..chain });
            self.authorised = self.authorised.max(cumulative);
            return Ok(Voucher::Link(Linked { index, link }));
        }
        // A checkpoint has to raise, or it begins nothing.
        let used_up = self.chain.is_some_and(|chain| is_used_up(&chain, cumulative)) && cumulative > self.authorised;
        let next = self.chain.filter(|_| used_up).and_then(|chain| self.chain_over(cumulative, chain.step));
        let checkpoint = match next {
            Some(next) => self.begin(Some(next), chains, wallet),
            None => None,
        };
        let key = wallet.voucher_key(self.id);
        let signed = SignedVoucher::sign(cumulative, checkpoint, &self.bound(wallet), &key)?;
        self.authorised = self.authorised.max(cumulative);
        Ok(Voucher::Signed(signed))
    }
}

/// The link worth exactly that, if the chain has it and the site can hash its way there.
fn index_of(chain: &KeptChain, cumulative: Amount) -> Option<u32> {
    let above = cumulative.checked_sub(chain.base)?.units();
    if !above.is_multiple_of(chain.step.units()) {
        return None;
    }
    let index = u32::try_from(above.checked_div(chain.step.units())?).ok()?;
    // A chain without links shows nothing: it waits for the checkpoint that begins another.
    (chain.length > 0 && index <= chain.length && index.abs_diff(chain.index) <= MOST_STEPS).then_some(index)
}

fn is_used_up(chain: &KeptChain, cumulative: Amount) -> bool {
    let links = cumulative.saturating_sub(chain.base).units().checked_div(chain.step.units());
    links.is_none_or(|links| links > u64::from(chain.length))
}
