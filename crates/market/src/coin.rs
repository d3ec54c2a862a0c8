//! Payments past the books: a payer's coin that goes on a chain straight to the payee's own address. Nothing is posted, since
//! nobody here ever holds it; what was claimed, and what became of it, is kept like any sale.
//!
//! A payment is claimed before anybody is asked to settle it, so that the same signed payment is never taken for two things; what
//! the chain says of it ends it.

mod apply;
mod table;

pub(crate) use table::Coins;

use crate::codec::{Damaged, Reader, Writer};
use crate::command::Body;
use crate::state::Place;
use money::{Amount, Asset, CommandId, OfferId, Timestamp};

/// An address on a chain of Ethereum's kind.
pub type Address = [u8; 20];

/// Longest name of a network, as CAIP-2 has it.
pub(crate) const MOST_NETWORK: usize = 41;
/// Longest name and version of a coin.
pub(crate) const MOST_NAME: usize = 64;
/// Most decimals a coin has.
pub const MOST_DECIMALS: u8 = 18;
/// How many payments may wait for their chain at once.
pub const MOST_PENDING: usize = 10_000;
/// Decimals of the assets that prices are in.
const DECIMALS: u8 = 6;

/// A coin on a chain: what its contract is called there, and what its payers sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coin {
    /// The network, as CAIP-2 names it: `eip155:8453`.
    pub network: String,
    /// The contract.
    pub contract: Address,
    /// The name in its signing domain.
    pub name: String,
    /// The version in its signing domain.
    pub version: String,
    /// How many decimals of it are one unit of the currency that it stands for.
    pub decimals: u8,
}

/// A payment that its payer signed, and what it buys. With its coin, payer and nonce it is claimed once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimCoin {
    /// The offer version that was quoted.
    pub offer: OfferId,
    /// Realm and folded path.
    pub item: String,
    /// The price.
    pub amount: Amount,
    /// Its asset.
    pub asset: Asset,
    /// What is paid with.
    pub coin: Coin,
    /// Where it goes: the payee's own address.
    pub pay_to: Address,
    /// How much, in the coin's own smallest unit.
    pub value: u128,
    /// Who pays.
    pub payer: Address,
    /// What makes the signature single-use on the chain.
    pub nonce: [u8; 32],
    /// From when on the chain takes it, in seconds since 1970.
    pub valid_after: u64,
    /// From when on the chain takes it no more.
    pub valid_before: u64,
    /// Over all of that, by the payer's key, with the byte that recovers the key.
    pub signature: [u8; 65],
    /// The last block of the chain when it was claimed: the nonce was unused then.
    pub block: u64,
}

/// What the chain says of a payment in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoinEnding {
    /// The coin has arrived.
    Paid {
        /// What moved it, by its hash there.
        transfer: [u8; 32],
    },
    /// It can't arrive any more: its time on the chain is over, and its nonce unused.
    Lapsed,
    /// It can't arrive any more: its payer used the nonce for something else.
    Spent,
}

/// Where a payment stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoinPhase {
    /// Nobody knows yet.
    Pending,
    /// The chain has said it.
    Ended {
        /// What.
        ending: CoinEnding,
        /// When that was written down.
        at: Timestamp,
        /// Where its record stands in the journal.
        place: Place,
    },
}

/// A payment as it stands. Its id is that of the command that claimed it; it is also the receipt's serial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CoinPayment {
    /// What was claimed.
    pub claim: ClaimCoin,
    /// When.
    pub at: Timestamp,
    /// Where its record stands in the journal.
    pub place: Place,
    /// Where it stands.
    pub phase: CoinPhase,
    /// When what it bought ends; `None` = never. Of a payment that has not arrived it says nothing.
    pub until: Option<Timestamp>,
}

/// A signed payment, whatever it is for: what its chain takes only once.
pub(crate) type CoinKey = (String, Address, Address, [u8; 32]);

/// What is asked of payments past the books.
pub(crate) fn encode(body: &Body, out: &mut Writer<'_>) {
    if let Body::ClaimCoin(claim) = body {
        out.u8(25);
        claim.encode(out);
    }
    if let Body::CloseCoin(ending) = body {
        out.u8(26);
        ending.encode(out);
    }
}

impl Coin {
    /// A price in the coin's own smallest unit; none if that is not exact.
    #[must_use]
    pub fn value_of(&self, amount: Amount) -> Option<u128> {
        let units = u128::from(amount.units());
        match self.decimals.checked_sub(DECIMALS) {
            Some(more) => units.checked_mul(10_u128.checked_pow(more.into())?),
            None => {
                let part = 10_u128.checked_pow(DECIMALS.saturating_sub(self.decimals).into())?;
                (units.checked_rem(part)? == 0).then_some(units.checked_div(part)?)
            }
        }
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.text(&self.network);
        out.bytes(&self.contract);
        out.text(&self.name);
        out.text(&self.version);
        out.u8(self.decimals);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Coin, Damaged> {
        Ok(Coin {
            network: from.text("network")?,
            contract: from.array("contract")?,
            name: from.text("name of a coin")?,
            version: from.text("version of a coin")?,
            decimals: from.u8("decimals")?,
        })
    }
}

impl ClaimCoin {
    pub(crate) fn key(&self) -> CoinKey {
        (self.coin.network.clone(), self.coin.contract, self.payer, self.nonce)
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.offer.0);
        out.text(&self.item);
        out.amount(self.amount);
        out.asset(self.asset);
        self.coin.encode(out);
        out.bytes(&self.pay_to);
        out.bytes(&self.value.to_le_bytes());
        out.bytes(&self.payer);
        out.bytes(&self.nonce);
        out.u64(self.valid_after);
        out.u64(self.valid_before);
        out.bytes(&self.signature);
        out.u64(self.block);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<ClaimCoin, Damaged> {
        Ok(ClaimCoin {
            offer: from.offer_id()?,
            item: from.text("item")?,
            amount: from.amount()?,
            asset: from.asset()?,
            coin: Coin::decode(from)?,
            pay_to: from.array("payee's address")?,
            value: u128::from_le_bytes(from.array("value")?),
            payer: from.array("payer's address")?,
            nonce: from.array("nonce")?,
            valid_after: from.u64("valid after")?,
            valid_before: from.u64("valid before")?,
            signature: from.array("signature")?,
            block: from.u64("block")?,
        })
    }
}

impl CoinEnding {
    pub(crate) fn encode(self, out: &mut Writer<'_>) {
        match self {
            CoinEnding::Paid { transfer } => {
                out.u8(0);
                out.bytes(&transfer);
            }
            CoinEnding::Lapsed => out.u8(1),
            CoinEnding::Spent => out.u8(2),
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<CoinEnding, Damaged> {
        Ok(match from.u8("ending")? {
            0 => CoinEnding::Paid { transfer: from.array("transfer")? },
            1 => CoinEnding::Lapsed,
            2 => CoinEnding::Spent,
            _ => return Err(Damaged("ending")),
        })
    }

    /// As programs call it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            CoinEnding::Paid { .. } => "paid",
            CoinEnding::Lapsed => "lapsed",
            CoinEnding::Spent => "spent",
        }
    }
}

impl CoinPayment {
    /// What moved the coin, by its hash on the chain, and when that was written down, if it has arrived.
    #[must_use]
    pub const fn paid(&self) -> Option<([u8; 32], Timestamp)> {
        match self.phase {
            CoinPhase::Ended { ending: CoinEnding::Paid { transfer }, at, .. } => Some((transfer, at)),
            CoinPhase::Pending | CoinPhase::Ended { .. } => None,
        }
    }

    /// As programs call where it stands.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self.phase {
            CoinPhase::Pending => "pending",
            CoinPhase::Ended { ending, .. } => ending.word(),
        }
    }

    /// What a snapshot keeps.
    pub(crate) fn encode(&self, id: CommandId, out: &mut Writer<'_>) {
        out.bytes(&id.0);
        self.claim.encode(out);
        out.time(self.at);
        out.u64(self.place.frame);
        out.u16(self.place.record);
        match self.phase {
            CoinPhase::Pending => out.u8(0),
            CoinPhase::Ended { ending, at, place } => {
                out.u8(1);
                ending.encode(out);
                out.time(at);
                out.u64(place.frame);
                out.u16(place.record);
            }
        }
        out.maybe(self.until, Writer::time);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<(CommandId, CoinPayment), Damaged> {
        let (id, claim, at) = (from.command_id()?, ClaimCoin::decode(from)?, from.time()?);
        let place = Place { frame: from.u64("place")?, record: from.u16("place")? };
        let phase = match from.u8("phase")? {
            0 => CoinPhase::Pending,
            1 => {
                let (ending, at) = (CoinEnding::decode(from)?, from.time()?);
                CoinPhase::Ended { ending, at, place: Place { frame: from.u64("place")?, record: from.u16("place")? } }
            }
            _ => return Err(Damaged("phase")),
        };
        let until = from.maybe("until", Reader::time)?;
        Ok((id, CoinPayment { claim, at, place, phase, until }))
    }
}
