//! A coin on a chain that a site takes beside its own balance: what it is, where it goes, who brings it there, and who is asked
//! whether it has arrived.

use super::ModeWord;
use crate::outward::{Rules, Target};
use market::{Coin, MOST_DECIMALS};
use money::Asset;
use protocol::x402::evm;
use serde::Deserialize;

/// Most coins of one site: what a 402 has room for.
pub(super) const MOST: usize = 2;
/// How long a request waits for its coin if it is not said, in seconds.
const PATIENCE_S: u64 = 15;

/// How many blocks a payment must have if it is not said: the one that has it.
const CONFIRMATIONS: u64 = 1;
/// And at most; a payment is good for five minutes.
const MOST_CONFIRMATIONS: u64 = 64;

/// `[site.NAME.stablecoin.COIN]`
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stablecoin {
    /// The network: `eip155:8453`.
    pub network: String,
    /// The coin's contract.
    pub asset: String,
    /// The name in its signing domain: `USD Coin`.
    pub name: String,
    /// The version there.
    #[serde(default = "version")]
    pub version: String,
    /// How many decimals one coin has.
    #[serde(default = "decimals")]
    pub decimals: u8,
    /// The currency that one coin is one of: `USD`. Offers in another are not sold for it.
    pub currency: String,
    /// The payee's own address.
    pub pay_to: String,
    /// Who brings what a payer signed to the chain: the address before `/settle`.
    pub facilitator: String,
    /// A node of the chain, asked whether a coin has arrived.
    pub rpc: String,
    /// Whether facilitator and node may be on this machine, without TLS. In test mode they may.
    #[serde(default)]
    pub loopback: bool,
    /// For how many seconds a request waits for its coin; then its client is told to come again.
    #[serde(default = "patience")]
    pub patience_s: u64,
    /// How many blocks a payment must have before it counts: the one that has it, and those on top of it.
    #[serde(default = "confirmations")]
    pub confirmations: u64,
}

fn version() -> String {
    "2".to_owned()
}

const fn decimals() -> u8 {
    6
}

const fn patience() -> u64 {
    PATIENCE_S
}

const fn confirmations() -> u64 {
    CONFIRMATIONS
}

impl Stablecoin {
    pub(super) fn check(&self, mode: ModeWord) -> Result<(), (&'static str, &'static str)> {
        let name = |text: &str| (1..=64).contains(&text.len()) && !text.chars().any(char::is_control);
        let rules = self.rules(mode);
        let address = |text: &str| evm::parse_address(text).is_ok();
        let checks = [
            (evm::is_network(&self.network), "network", "a network by its number, such as eip155:8453"),
            (address(&self.asset), "asset", "the address of the coin's contract: 0x and 40 hexadecimal digits"),
            (name(&self.name), "name", "the name in the coin's signing domain, such as USD Coin"),
            (name(&self.version), "version", "the version in the coin's signing domain, such as 2"),
            (self.decimals <= MOST_DECIMALS, "decimals", "0 to 18 decimals"),
            (Asset::fiat(&self.currency).is_ok(), "currency", "the ISO 4217 code that one coin is one of, such as USD"),
            (address(&self.pay_to), "pay_to", "the payee's own address: 0x and 40 hexadecimal digits"),
            (
                Target::parse(&self.settle_url(), rules).is_ok(),
                "facilitator",
                "an address that begins with https://; one on this machine needs loopback = true",
            ),
            (
                Target::parse(&self.rpc, rules).is_ok(),
                "rpc",
                "the address of a node that begins with https://; one on this machine needs loopback = true",
            ),
            ((1..=60).contains(&self.patience_s), "patience_s", "1 to 60 seconds"),
            ((1..=MOST_CONFIRMATIONS).contains(&self.confirmations), "confirmations", "1 to 64 blocks"),
        ];
        checks.into_iter().find(|(holds, ..)| !holds).map_or(Ok(()), |(_, key, message)| Err((key, message)))
    }

    /// Which addresses its facilitator and its node may have.
    #[must_use]
    pub const fn rules(&self, mode: ModeWord) -> Rules {
        match (mode, self.loopback) {
            (ModeWord::Live, false) => Rules::Public,
            (ModeWord::Live, true) | (ModeWord::Test, _) => Rules::PublicAndLocalhost,
        }
    }

    /// Where payments are settled.
    #[must_use]
    pub fn settle_url(&self) -> String {
        format!("{}/settle", self.facilitator.trim_end_matches('/'))
    }

    /// The coin as the books know it, and where it goes. It was checked when the file was read.
    #[must_use]
    pub fn coin(&self) -> Option<(Coin, market::Address)> {
        let coin = Coin {
            network: self.network.clone(),
            contract: evm::parse_address(&self.asset).ok()?,
            name: self.name.clone(),
            version: self.version.clone(),
            decimals: self.decimals,
        };
        Some((coin, evm::parse_address(&self.pay_to).ok()?))
    }

    /// The asset that offers it stands for are priced in.
    #[must_use]
    pub fn priced_in(&self) -> Option<Asset> {
        Asset::fiat(&self.currency).ok()
    }
}
