//! The books as `farthing audit` recomputes them from the journal.

use super::server::farthing_ok;
use std::collections::BTreeMap;
use std::path::Path;

/// Every account's balance in base units, by name and currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Books(pub BTreeMap<(String, String), i128>);

impl Books {
    /// Asks for them; the audit must be clean.
    pub fn of(data: &Path) -> Books {
        Books::parse(&farthing_ok(&["audit", "--json", "--data", data.to_str().unwrap()]))
    }

    /// Reads the audit's lines.
    pub fn parse(lines: &str) -> Books {
        let mut books = BTreeMap::new();
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            let word = |key: &str| line[key].as_str().unwrap_or_else(|| panic!("no {key} in {line}")).to_owned();
            let first = books.insert((word("account"), word("currency")), word("balance").parse().unwrap());
            assert!(first.is_none(), "an account stands twice: {line}");
        }
        assert!(!books.is_empty() || lines.is_empty());
        Books(books)
    }

    /// All lots together of `class:owner`.
    pub fn sum(&self, account: &str) -> i128 {
        let lots = format!("{account}:");
        self.0.iter().filter(|((name, _), _)| name == account || name.starts_with(&lots)).map(|(_, units)| units).sum()
    }

    /// What a payee has earned.
    pub fn earned(&self, handle: &str) -> i128 {
        self.sum(&format!("earned-pending:{handle}"))
    }

    /// What an account has to spend or to be held.
    pub fn funded(&self, account: &str) -> i128 {
        self.sum(&format!("funded:{account}"))
    }
}
