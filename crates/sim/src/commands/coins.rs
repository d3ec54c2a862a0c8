//! Payments past the books: pages claimed for coins that payers signed, and what their chains say in the end.

use super::Client;
use market::{Body, ClaimCoin, Coin, CoinEnding, Command, Maker};
use money::CommandId;

impl Client<'_> {
    pub fn coin(&mut self) -> Body {
        let (payer, item) = (self.person(), self.rng.pick_hot(&super::PAGES).to_owned());
        let Body::Buy(purchase) = self.purchase(payer, item) else { return self.top_up() };
        let decimals = self.rng.pick(&[6, 6, 6, 18, 2]);
        let contract = self.rng.pick(&[[1; 20], [2; 20]]);
        let (network, name, version) = ("eip155:8453".to_owned(), "USD Coin".to_owned(), "2".to_owned());
        // Some of what was signed is shown again for something else.
        let known = self.model.coins.last().filter(|_| self.rng.once_in(4)).map(|known| (known.claim.payer, known.claim.nonce));
        let (payer, nonce) = known.unwrap_or_else(|| {
            let mut nonce = [0; 32];
            nonce[0] = u8::try_from(self.rng.below(250)).unwrap_or_default();
            (self.rng.pick(&[[3; 20], [4; 20]]), nonce)
        });
        let contract = self.model.coins.last().filter(|_| known.is_some()).map_or(contract, |known| known.claim.coin.contract);
        let coin = Coin { network, contract, name, version, decimals };
        let off = u128::from(self.rng.once_in(12));
        let value = coin.value_of(purchase.amount).unwrap_or(1).wrapping_add(off);
        let left = self.rng.pick(&[300, 300, 300, 60, 1, 0]);
        Body::ClaimCoin(Box::new(ClaimCoin {
            offer: purchase.offer,
            item: purchase.item,
            amount: purchase.amount,
            asset: purchase.asset,
            coin,
            pay_to: [9; 20],
            value,
            payer,
            nonce,
            valid_after: 0,
            valid_before: self.now.seconds().saturating_add(left),
            signature: [5; 65],
            block: self.rng.below(1_000),
        }))
    }

    /// The end of one that is known, mostly of one that was claimed a moment ago.
    pub fn coin_end(&mut self) -> Command {
        let known = &self.model.coins;
        let recent = known.len().saturating_sub(if self.rng.once_in(4) { 200 } else { 6 });
        let id = match known.get(recent..) {
            Some(recent) if !recent.is_empty() && !self.rng.once_in(20) => self.rng.pick(recent).id,
            Some(_) | None => CommandId([7; 16]),
        };
        let ending = match self.rng.below(5) {
            0 => CoinEnding::Lapsed,
            1 => CoinEnding::Spent,
            other => CoinEnding::Paid { transfer: [u8::try_from(other).unwrap_or_default() / 3; 32] },
        };
        let maker = if self.rng.once_in(20) { Maker::Party(self.person()) } else { Maker::Instance };
        Command { id, maker, body: Body::CloseCoin(ending) }
    }
}
