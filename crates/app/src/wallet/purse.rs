//! What a wallet has, and how much of it a page shows.

use super::Visitor;
use crate::web::{AddChoice, AddMoney, Form, Frame, Instance as Named, Mode, Money};
use crate::world;
use market::{Month, State};
use money::{Amount, Asset, CommandId, Party, Timestamp, minor_digits};
use protocol::problem::Problem;
use protocol::text::command;

/// A wallet's figures in one asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Purse {
    /// What can be spent.
    pub available: Amount,
    /// What is kept back for purchases under way.
    pub held: Amount,
    /// The month that its caps count now.
    pub month: Month,
    /// Spent in it, net of what was taken back.
    pub month_spent: Amount,
}

/// What a wallet that only a browser knows may hold, in whole units of a currency with cents.
pub(crate) const MOST_IN_BROWSER: u32 = 20;
/// What a wallet with a key may hold in test mode, in the same units.
pub(crate) const MOST_WITH_KEY: u32 = 1_000;
/// Amounts to press, in the same units.
const CHOICES: [u32; 4] = [1, 5, 10, 20];

impl Purse {
    /// Reads the books.
    pub fn of(state: &State, party: Party, asset: Asset, now: Timestamp) -> Purse {
        let month_spent = state.spent_this_month(party, asset, now);
        let month = state.month(party, now);
        Purse { available: state.available(party, asset), held: state.held(party, asset), month, month_spent }
    }

    /// Everything in the wallet, spendable or not.
    pub fn whole(&self) -> Amount {
        self.available.checked_add(self.held).unwrap_or(Amount::MAX)
    }
}

/// So many main units in base units; where a currency has no minor unit, one stands for a thousand (20,000 KRW for 20 EUR).
pub(crate) fn whole(units: u32, asset: Asset) -> Amount {
    let has_minor = asset.iso().is_none_or(|iso| minor_digits(&iso) > 0);
    let each: u64 = if has_minor { 1_000_000 } else { 1_000_000_000 };
    Amount::new(u64::from(units).saturating_mul(each)).unwrap_or(Amount::MAX)
}

impl Visitor<'_> {
    /// The currency of this wallet.
    pub fn asset(&self) -> Asset {
        self.instance.config.asset()
    }

    /// An amount of it.
    pub fn money(&self, amount: Amount) -> Money {
        Money::of(amount, self.asset())
    }

    /// The most this wallet may hold.
    pub fn most(&self) -> Amount {
        let is_kept = self.login.as_ref().is_some_and(|login| login.is_kept);
        whole(if is_kept { MOST_WITH_KEY } else { MOST_IN_BROWSER }, self.asset())
    }

    /// The instance as pages name it.
    pub fn named(&self) -> Named {
        let mode = if self.instance.is_test() { Mode::Test } else { Mode::Live };
        Named { name: self.instance.config.name.clone(), mode, lang: self.visit.lang }
    }

    /// The visitor's figures; `None` without a login.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub async fn purse(&self) -> Result<Option<Purse>, Problem> {
        let Some(login) = &self.login else { return Ok(None) };
        let (party, asset) = (login.party, self.asset());
        self.instance.look(move |state, now| Some(Purse::of(state, party, asset, now))).await
    }

    /// What stands around a page, with figures read now.
    ///
    /// # Errors
    /// As [`Visitor::purse`].
    pub async fn frame(&self) -> Result<Frame, Problem> {
        Ok(self.frame_of(self.purse().await?))
    }

    /// What stands around a page.
    pub fn frame_of(&self, purse: Option<Purse>) -> Frame {
        Frame {
            instance: self.named(),
            home_url: "/".to_owned(),
            history_url: self.login.as_ref().map(|_| "/history".to_owned()),
            sites_url: self.login.as_ref().map(|_| "/sites".to_owned()),
            statements_url: self.login.as_ref().map(|_| "/statements".to_owned()),
            available: purse.map(|purse| self.money(purse.available)),
            month_spent: purse.map(|purse| self.money(purse.month_spent)),
            now: self.visit.now,
        }
    }

    /// A form that carries the login's secret.
    pub fn form(&self, action: &str, fields: &[(&str, &str)]) -> Form {
        let csrf = self.login.as_ref().map(|login| login.csrf.clone()).unwrap_or_default();
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Form { action: action.to_owned(), csrf, fields }
    }

    /// Ways to add play money, none while the rail is stopped: amounts that still fit, and of these only such that bring `least` if any does.
    ///
    /// The form carries an id of its own, so that two presses of one page are one top-up.
    pub fn add_money(&self, action: &str, fields: &[(&str, &str)], (purse, least): (Purse, Amount)) -> AddMoney {
        let stopped = self.instance.rail.stopped().filter(|_| self.instance.is_test());
        let once = command(CommandId::new(self.visit.now.ms(), world::random()));
        let fields = [fields, &[("once", once.as_str())]].concat();
        let amounts = CHOICES.map(|units| whole(units, self.asset()));
        let fits = |amount: &Amount| {
            self.instance.is_test() && stopped.is_none() && purse.whole().checked_add(*amount).is_some_and(|after| after <= self.most())
        };
        let fitting: Vec<Amount> = amounts.into_iter().filter(fits).collect();
        let enough: Vec<Amount> = fitting.iter().copied().filter(|amount| *amount >= least).collect();
        let shown = if enough.is_empty() { fitting } else { enough };
        let choice = |amount: Amount| AddChoice { amount: self.money(amount), fee: self.money(Amount::ZERO) };
        AddMoney { form: self.form(action, &fields), choices: shown.into_iter().map(choice).collect(), stopped }
    }
}
