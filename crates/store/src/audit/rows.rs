//! The index beside the records, row by row. The rows are made here again, not by the code that fills the index.

use super::{Accounts, AuditError, Finding, Seen, Watcher, at};
use crate::index::{CoinEndings, Contents, MeteredSums, RowFacts, RowKey};
use crate::journal::Head;
use market::{Body, CoinEnding, Effect};
use money::CommandId;
use std::collections::BTreeMap;

/// Compares an index at one instant with the records up to the frame it stands at.
pub struct IndexRows {
    index: Contents,
    items: BTreeMap<CommandId, String>,
    /// What each session was opened for.
    sessions: BTreeMap<CommandId, String>,
    /// How many units of each version of a session that goes on are in captures.
    counted: BTreeMap<CommandId, Vec<u64>>,
    captures: u64,
    metered: MeteredSums,
    coins: CoinEndings,
    standing: BTreeMap<([u8; 20], String, u8), i128>,
    rows: u64,
    compared: bool,
}

impl IndexRows {
    /// The index as it stands now.
    #[must_use]
    pub fn new(index: Contents) -> IndexRows {
        let compared = index.head().sequence == 0;
        IndexRows {
            index,
            items: BTreeMap::new(),
            sessions: BTreeMap::new(),
            counted: BTreeMap::new(),
            captures: 0,
            metered: MeteredSums::new(),
            coins: CoinEndings::new(),
            standing: BTreeMap::new(),
            rows: 0,
            compared,
        }
    }

    /// Rows that were compared.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The frame the index stands at.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.index.head().sequence
    }

    /// Ends the comparison at the journal's head.
    ///
    /// # Errors
    /// A [`Finding`] if the index stands at a frame that the journal does not have.
    pub fn finish(&self, head: Head) -> Result<(), AuditError> {
        if self.compared {
            return Ok(());
        }
        let what = format!("the index stands at frame {}, the journal ends at {}", self.sequence(), head.sequence);
        Err(AuditError::Finding(Finding { sequence: head.sequence, record: 0, account: None, what }))
    }

    /// Kind, sale and item of the rows of a record; `None` if it makes none.
    fn about(&mut self, seen: &Seen<'_>) -> Option<(u8, Option<CommandId>, Option<String>)> {
        if let Effect::ToppedUp(_) = seen.record.applied.effect {
            return Some((1, None, None));
        }
        if let Effect::Tipped(_) = seen.record.applied.effect {
            return Some((4, None, None));
        }
        if let Effect::Captured { session, .. } = seen.record.applied.effect {
            return Some((7, Some(session), self.sessions.get(&session).cloned()));
        }
        if let Effect::Refunded { sale, .. } = seen.record.applied.effect {
            return Some((3, Some(sale), self.items.get(&sale).cloned()));
        }
        let (Some(purchase), Effect::Sold { sale, .. }) = (seen.record.command.body.purchase(), seen.record.applied.effect) else {
            return None;
        };
        self.items.insert(sale, purchase.item.clone());
        Some((2, Some(sale), Some(purchase.item.clone())))
    }

    /// A session's row, as it is opened.
    fn opened(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        let Body::OpenSession(open) = &seen.record.command.body else { return Ok(()) };
        let (id, unlock) = (seen.record.command.id, seen.sales.offer(open.offer).map(|offer| &offer.unlock));
        self.sessions.insert(id, unlock.map(|unlock| format!("{}{}", unlock.realm(), unlock.path())).unwrap_or_default());
        let theirs = self.index.session(id).map_err(AuditError::Store)?;
        if theirs == Some(open.offer.0) {
            return Ok(());
        }
        let what = "the index lacks a session, or knows it under another offer".to_owned();
        Err(AuditError::Finding(at(seen.place, None, what)))
    }

    /// What was captured, and of which units: those that came since the version's capture before.
    fn captured(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        let Effect::Captured { session: id, amount } = seen.record.applied.effect else { return Ok(()) };
        let Some(session) = seen.sessions.session(id) else { return Ok(()) };
        self.captures = self.captures.saturating_add(1);
        let counted = self.counted.entry(id).or_default();
        counted.resize(session.versions.len(), 0);
        // Of the versions with nothing left to capture, the one that counted on since is the one this was of.
        let mut of = session
            .versions
            .iter()
            .zip(counted)
            .filter(|(version, counted)| version.captured == version.drawn && version.units > **counted);
        let ours = of.next().map(|(version, counted)| {
            let units = version.units.saturating_sub(*counted);
            *counted = version.units;
            (version.offer.0, i64::try_from(units).unwrap_or(i64::MAX), amount.credit())
        });
        let theirs = self.index.capture(id, seen.place).map_err(AuditError::Store)?;
        if theirs == ours {
            return Ok(());
        }
        let what = format!(
            "the index says that a capture was of {:?} units, the records give {:?}",
            theirs.map(|row| row.1),
            ours.map(|row| row.1)
        );
        Err(AuditError::Finding(at(seen.place, None, what)))
    }

    /// What an event adds to the sums of its session, its own day and the version that prices it.
    fn counted(&mut self, seen: &Seen<'_>) {
        let (Body::Count(count), Effect::Counted { amount, unbilled, .. } | Effect::CountedAside { amount, unbilled, .. }) =
            (&seen.record.command.body, seen.record.applied.effect)
        else {
            return;
        };
        let id = seen.record.command.id;
        let version = seen.sessions.session(id).and_then(|session| session.versions.get(usize::from(count.version)));
        let Some(version) = version else { return };
        let figure = |units: u64| i64::try_from(units).unwrap_or(i64::MAX);
        let sums = self.metered.entry((id.0, figure(count.at.utc_day()), version.offer.0, figure(seen.at.utc_day()))).or_default();
        for (sum, more) in sums.iter_mut().zip([1, figure(count.units), amount.credit(), figure(unbilled)]) {
            *sum = sum.saturating_add(more);
        }
    }

    /// A payment past the books, claimed or ended.
    fn coin(&mut self, seen: &Seen<'_>) {
        let id = seen.record.command.id.0;
        if let Body::ClaimCoin(claim) = &seen.record.command.body {
            self.coins.insert(id, (claim.amount.credit(), 0, None));
        }
        if let (Body::CloseCoin(ending), Some((_, number, moved))) = (&seen.record.command.body, self.coins.get_mut(&id)) {
            (*number, *moved) = match ending {
                CoinEnding::Paid { transfer } => (1, Some(*transfer)),
                CoinEnding::Lapsed => (2, None),
                CoinEnding::Spent => (3, None),
            };
        }
    }

    /// The figures of a session that is over.
    fn ended(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        let (id, Effect::SessionEnded { released }) = (seen.record.command.id, seen.record.applied.effect) else { return Ok(()) };
        self.counted.remove(&id);
        let figure = |units: u64| i64::try_from(units).unwrap_or(i64::MAX);
        let session = seen.sessions.session(id);
        let ours = session.map(|session| [figure(session.cap), figure(session.drawn), figure(session.captured), released.credit()]);
        let theirs = self.index.session_figures(id).map_err(AuditError::Store)?;
        if theirs == ours {
            return Ok(());
        }
        let what = format!("the index says {theirs:?} were held, drawn, captured and given back of a session, the records give {ours:?}");
        Err(AuditError::Finding(at(seen.place, None, what)))
    }

    fn compare_row(&mut self, seen: &Seen<'_>, (key, ours): (&RowKey, &RowFacts), account: u32) -> Result<(), AuditError> {
        self.rows = self.rows.saturating_add(1);
        let theirs = self.index.row(key).map_err(AuditError::Store)?;
        if theirs.as_ref() == Some(ours) {
            return Ok(());
        }
        let what = match theirs {
            None => "the index lacks its row".to_owned(),
            Some(theirs) => format!("the index says {}, the records give {}", theirs.words(), ours.words()),
        };
        Err(AuditError::Finding(at(seen.place, Some(account), what)))
    }

    fn compare_whole(&mut self, head: &Head, accounts: &Accounts) -> Result<(), AuditError> {
        self.compared = true;
        let found = |what: String| AuditError::Finding(Finding { sequence: head.sequence, record: 0, account: None, what });
        if self.index.head().hash != head.hash {
            return Err(found("the index stands on another journal's frame".to_owned()));
        }
        let counts = self.index.counts().map_err(AuditError::Store)?;
        let length = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let named = [length(self.standing.len()), length(self.items.len()), length(self.sessions.len())];
        let [standings, sales, sessions] = named;
        let ours = [self.rows, length(accounts.len()), standings, sales, sessions, self.captures];
        let names = ["entries", "accounts", "standings", "sales", "sessions", "captures"];
        for (name, (theirs, ours)) in names.iter().zip(counts.into_iter().zip(ours)) {
            if theirs != ours {
                return Err(found(format!("the index has {theirs} {name}, the records give {ours}")));
            }
        }
        if self.index.metered().map_err(AuditError::Store)? != self.metered {
            return Err(found("the index sums the events of meters otherwise than the records give".to_owned()));
        }
        if self.index.coins().map_err(AuditError::Store)? != self.coins {
            return Err(found("the index has other payments past the books than the records give".to_owned()));
        }
        for (number, (key, _)) in (0_u32..).zip(accounts.iter()) {
            let ours = (key.party.0, key.asset.as_str().to_owned(), key.class.byte());
            if self.index.account(number).map_err(AuditError::Store)? != Some(ours) {
                return Err(AuditError::Finding(at(
                    accounts.last_place(number),
                    Some(number),
                    "the index knows another account".to_owned(),
                )));
            }
        }
        for (key, ours) in &self.standing {
            let theirs = self.index.standing(key).map_err(AuditError::Store)?;
            if theirs.map(i128::from) != Some(*ours) {
                let theirs = theirs.map_or("nothing".to_owned(), |theirs| theirs.to_string());
                return Err(found(format!("the index says that {theirs} stands in {}, the records give {ours}", key.1)));
            }
        }
        Ok(())
    }
}

impl Watcher for IndexRows {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        if self.compared {
            return Ok(());
        }
        self.opened(seen)?;
        self.captured(seen)?;
        self.counted(seen);
        self.coin(seen);
        self.ended(seen)?;
        let Some((kind, sale, item)) = self.about(seen) else { return Ok(()) };
        if kind == 2 {
            let id = sale.expect("a sale has an id");
            let theirs = self.index.sale(id).map_err(AuditError::Store)?;
            if theirs != item {
                return Err(AuditError::Finding(at(seen.place, None, format!("the index says {theirs:?} was sold, the record {item:?}"))));
            }
        }
        let mut nets: BTreeMap<([u8; 20], String, u8), (i128, u32)> = BTreeMap::new();
        for leg in &seen.record.applied.posted.legs {
            let Some(key) = seen.accounts.key(leg.account.0) else { continue };
            let net = nets.entry((key.party.0, key.asset.as_str().to_owned(), key.class.byte())).or_insert((0, leg.account.0));
            net.0 = net.0.saturating_add(i128::from(leg.amount));
        }
        for ((party, asset, class), (amount, account)) in nets {
            let balance = self.standing.entry((party, asset.clone(), class)).or_default();
            *balance = balance.saturating_add(amount);
            let facts = RowFacts { at: seen.at, kind, amount, balance: *balance, sale, item: item.clone() };
            self.compare_row(seen, (&RowKey { party, class, place: seen.place, asset }, &facts), account)?;
        }
        Ok(())
    }

    fn frame(&mut self, head: &Head, accounts: &Accounts) -> Result<(), AuditError> {
        if !self.compared && head.sequence == self.index.head().sequence {
            return self.compare_whole(head, accounts);
        }
        Ok(())
    }
}
