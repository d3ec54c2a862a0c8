//! What parties are called on the operators' pages: by a name of ours where they have one, else by their id.

use market::{OPERATOR, PLAY_RAIL, State};
use money::Party;
use protocol::text::account;
use std::collections::BTreeMap;

/// Names of payees, of the operator and of the rails.
pub(super) struct Names(BTreeMap<Party, String>);

impl Names {
    /// All that the books have.
    pub fn of(state: &State) -> Names {
        let own = [(OPERATOR, "operator".to_owned()), (PLAY_RAIL, "play".to_owned())];
        Names(state.payees().map(|(handle, payee)| (payee.party, handle.to_owned())).chain(own).collect())
    }

    /// A party in a list: its name, or the beginning of its id.
    pub fn short(&self, party: Party) -> String {
        let id = || format!("{}…", account(party).get(..8).unwrap_or_default());
        self.0.get(&party).cloned().unwrap_or_else(id)
    }

    /// The party of a name.
    pub fn party(&self, name: &str) -> Option<Party> {
        self.0.iter().find(|(_, known)| *known == name).map(|(party, _)| *party)
    }

    /// The names of a party.
    pub fn name(&self, party: Party) -> Option<&str> {
        self.0.get(&party).map(String::as_str)
    }

    /// All parties with a name, by name.
    pub fn all(&self) -> Vec<(String, Party)> {
        let mut all: Vec<_> = self.0.iter().map(|(party, name)| (name.clone(), *party)).collect();
        all.sort();
        all
    }
}

/// A party's page.
pub(super) fn party_url(party: Party) -> String {
    format!("/parties/{}", account(party))
}
