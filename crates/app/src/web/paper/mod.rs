//! Documents for paper: what statements and receipts say, as `print` lays it out. No figure is computed here.

mod receipt;
mod statement;

pub(crate) use receipt::receipt;
pub(crate) use statement::statement;

use super::lang::{Lang, plain};
use super::money::{self, Money};
use super::view::{Instance, Mode};
use print::{Attachment, Cell, Column, Fact, Kind};

/// Who issues a document, and the file that goes with it.
pub(crate) struct Issue<'a> {
    /// The instance as pages name it.
    pub instance: &'a Instance,
    /// Its id.
    pub id: String,
    /// The wallet's origin.
    pub wallet_url: String,
    /// The signed facts.
    pub attachment: Attachment,
}

impl Issue<'_> {
    fn lang(&self) -> Lang {
        self.instance.lang
    }

    /// What stands on top of every page if the money is play.
    fn test(&self) -> Option<String> {
        (self.instance.mode == Mode::Test).then(|| plain!(self.lang(), "test-money", test: "TEST"))
    }

    /// Who issued it, and which instance that is.
    fn facts(&self) -> [Fact; 2] {
        let lang = self.lang();
        let issuer = vec![self.instance.name.clone(), self.wallet_url.clone()];
        [fact(plain!(lang, "paper-issuer"), issuer), fact(plain!(lang, "paper-instance"), vec![self.id.clone()])]
    }

    /// How the facts in the file are checked.
    fn signed(&self) -> String {
        let keys = format!("{}{}", self.wallet_url, protocol::discovery::FARTHING_PATH);
        plain!(self.lang(), "paper-signed", file: &self.attachment.name, keys: &keys)
    }
}

fn fact(label: String, lines: Vec<String>) -> Fact {
    Fact { label, lines }
}

fn column(title: String, kind: Kind) -> Column {
    Column { title, kind }
}

fn figure(figure: money::Figure) -> print::Figure {
    let money::Figure { head, number, rest, tail } = figure;
    print::Figure { head, number, rest, tail }
}

/// An amount in a column with so many decimals.
fn amount(money: Money, decimals: usize, lang: Lang) -> Cell {
    Cell::Money(figure(money.padded(decimals, lang)))
}

/// A change, with its sign.
fn change(money: Money, decimals: usize, lang: Lang) -> Cell {
    Cell::Money(figure(money.changed(decimals, lang)))
}

/// Digits behind the point that a column of these needs.
fn widest(column: impl IntoIterator<Item = Money>) -> usize {
    column.into_iter().map(Money::decimals).max().unwrap_or_default()
}

#[cfg(test)]
mod tests;
