//! Writing down who changed what: one line in the vault for each act at a door, by a key or on the machine.
//!
//! An act is written when what it says was done, so what was refused leaves no line. A process that dies in between has done
//! what no line tells; money is in the journal all the same.

use crate::door::Visit;
use crate::instance::Instance;
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use store::vault::{Act, MOST_ACTS, Via, What};

/// Acts are kept for so long.
pub const KEPT: Span = Span(400 * 86_400);

/// Who does something, and where from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Doer {
    via: Via,
    payee: Option<String>,
    party: Option<Party>,
    network: String,
    now: Timestamp,
}

/// What was done: to what, and to whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    what: What,
    subject: String,
    whom: Option<Party>,
}

impl Doer {
    /// An operator at their door.
    #[must_use]
    pub fn operator(party: Party, visit: &Visit) -> Doer {
        Doer { via: Via::Admin, payee: None, party: Some(party), network: network(visit.client_ip), now: visit.now }
    }

    /// A member of a payee's team at the desk.
    #[must_use]
    pub fn member(payee: &str, party: Party, visit: &Visit) -> Doer {
        Doer { via: Via::Desk, payee: Some(payee.to_owned()), ..Doer::operator(party, visit) }
    }

    /// A payee's program that showed a key.
    #[must_use]
    pub fn key(payee: &str, visit: &Visit) -> Doer {
        Doer { via: Via::Key, payee: Some(payee.to_owned()), party: None, network: network(visit.client_ip), now: visit.now }
    }

    /// Somebody at the machine's command line, in a payee's matter or the operator's own.
    #[must_use]
    pub fn machine(payee: Option<&str>, now: Timestamp) -> Doer {
        Doer { via: Via::Machine, payee: payee.map(str::to_owned), party: None, network: String::new(), now }
    }

    /// The same in a payee's matter.
    #[must_use]
    pub fn of(self, payee: &str) -> Doer {
        Doer { payee: Some(payee.to_owned()), ..self }
    }

    /// Writes down what was done.
    ///
    /// # Errors
    /// [`Problem::Internal`]: what was done is done.
    pub async fn did(self, instance: &Arc<Instance>, done: impl Into<Done>) -> Result<(), Problem> {
        let Done { what, subject, whom } = done.into();
        let Doer { via, payee, party, network, now } = self;
        let act = Act { at: now, via, payee, party, what, subject, whom, network };
        instance.vault(move |vault| vault.add_act(&act, MOST_ACTS)).await
    }
}

impl Done {
    /// Something done to what an id or a word of ours names.
    #[must_use]
    pub fn to(what: What, subject: impl Into<String>) -> Done {
        Done { what, subject: subject.into(), whom: None }
    }

    /// And to somebody.
    #[must_use]
    pub fn whom(self, whom: Party) -> Done {
        Done { whom: Some(whom), ..self }
    }
}

impl From<What> for Done {
    fn from(what: What) -> Done {
        Done::to(what, String::new())
    }
}

/// The network of an address: enough to tell home from abroad, too little to tell a household.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn an_act_keeps_the_network_and_not_the_address() {
        for (address, kept) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:7:1::9", "2001:db8:7::/48"),
            ("::1", "::/48"),
        ] {
            assert_eq!(network(address.parse().unwrap()), kept);
        }
    }
}
