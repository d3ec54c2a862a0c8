//! Export: the whole journal as text that other programs read. It is a projection of the records alone.

mod beancount;

use crate::world;
use market::{Body, Class, Effect, Layout, Maker, OPERATOR, PLAY_RAIL, Record};
use money::{Asset, Party, Timestamp, plain};
use protocol::text;
use std::collections::BTreeMap;
use std::io::{self, Write};
use store::journal::Frames;

/// In which form.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    /// One row a leg, RFC 4180.
    Csv,
    /// One line a record, JSON.
    Json,
    /// A journal for hledger and other plain-text accounting.
    Hledger,
    /// A ledger for Beancount, with its signs: what we owe is negative.
    Beancount,
}

/// Why an export ended early.
#[derive(thiserror::Error, Debug)]
pub enum ExportError {
    /// The journal can't be read.
    #[error(transparent)]
    Journal(#[from] store::Error),
    /// A record can't be read.
    #[error("frame {sequence}, record {record}: {damaged}")]
    Record {
        /// The frame.
        sequence: u64,
        /// The record in it.
        record: u16,
        /// What was being read.
        damaged: market::Damaged,
    },
    /// The output can't be written.
    #[error("cannot write the export")]
    Output(#[source] io::Error),
}

/// What one applied command did, with its accounts by name.
pub struct Entry {
    /// The command's id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// `frame.record`.
    pub place: String,
    /// What kind: `top-up`, `sale`, `refund`, `offer`, ….
    pub kind: &'static str,
    /// In words: the page that was sold, the offer that was set.
    pub what: String,
    /// Account name, asset and signed base units.
    pub legs: Vec<(String, Asset, i64)>,
}

/// Reads a journal record by record and keeps the names of accounts as they are opened.
#[derive(Default)]
pub struct Reader {
    handles: BTreeMap<Party, String>,
    accounts: Vec<(String, Asset)>,
    items: BTreeMap<money::CommandId, String>,
}

impl Reader {
    /// Calls `each` for every record of the frames.
    ///
    /// # Errors
    /// [`ExportError`], also what `each` says.
    pub fn read(&mut self, frames: Frames, mut each: impl FnMut(Entry) -> Result<(), ExportError>) -> Result<(), ExportError> {
        for frame in frames {
            let frame = frame?;
            let header = *frame.frame().header();
            let layout = Layout::of_format(header.format).unwrap_or(Layout::NEWEST);
            for (number, bytes) in (0..=u16::MAX).zip(frame.frame().records()) {
                let wrong = |damaged| ExportError::Record { sequence: header.sequence, record: number, damaged };
                let record = Record::decode(layout, bytes).map_err(wrong)?;
                each(self.entry(&record, header.timestamp, format!("{}.{number}", header.sequence)))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, record: &Record, at: Timestamp, place: String) -> Entry {
        if let Body::OpenPayee { handle, party } = &record.command.body {
            self.handles.insert(*party, handle.clone());
        }
        for key in &record.applied.posted.opened {
            let lot = key.lot.map(|lot| format!(":{}", text::serial(lot))).unwrap_or_default();
            self.accounts.push((format!("{}:{}{lot}", class_word(key.class), self.name(key.party)), key.asset));
        }
        let leg = |leg: &ledger::Leg| {
            let at = usize::try_from(leg.account.0).unwrap_or(usize::MAX);
            let (name, asset) = self.accounts.get(at).cloned().expect("an account is opened before it is posted to");
            (name, asset, leg.amount)
        };
        let legs = record.applied.posted.legs.iter().map(leg).collect();
        let (kind, what) = self.words(record);
        Entry { id: text::serial(record.command.id), at, place, kind, what, legs }
    }

    fn words(&mut self, record: &Record) -> (&'static str, String) {
        let what = match (&record.command.body, record.applied.effect) {
            (body, Effect::Sold { sale, .. }) if let Some(purchase) = body.purchase() => {
                self.items.insert(sale, purchase.item.clone());
                purchase.item.clone()
            }
            (Body::ClaimCoin(claim), _) => {
                self.items.insert(record.command.id, claim.item.clone());
                claim.item.clone()
            }
            (Body::CloseCoin(_), _) => self.items.get(&record.command.id).cloned().unwrap_or_default(),
            (_, Effect::Refunded { sale, .. }) => self.items.get(&sale).cloned().unwrap_or_default(),
            (Body::TopUp(top_up), _) => self.name(top_up.party),
            (Body::SetOffer(offer), _) => offer.name.clone(),
            (Body::EndOffer { name, .. }, _) => name.clone(),
            (Body::OpenPayee { handle, .. }, _) => handle.clone(),
            (Body::SetMeter(set), _) => set.unit.as_str().to_owned(),
            (Body::SetGuard(guard), _) => self.name(guard.party),
            (Body::Tip(tip), _) => self.name(tip.payee),
            (
                Body::OpenSession(_)
                | Body::Draw(_)
                | Body::Reserve(_)
                | Body::Call(_)
                | Body::Settle(_)
                | Body::CaptureSession { .. }
                | Body::EndSession(_)
                | Body::Watch(_)
                | Body::Count(_),
                _,
            ) => text::serial(record.command.id),
            (Body::RaiseSession(raise), _) => text::serial(raise.session),
            (Body::SetAside(set), _) => text::serial(set.session),
            (Body::StateMonths(_), _) => match record.command.maker {
                Maker::Party(party) => self.name(party),
                Maker::Instance => String::new(),
            },
            (Body::Promise(purchase), _) => purchase.item.clone(),
            (Body::Use(_), _) => text::serial(record.command.id),
            (Body::Found(_) | Body::Buy(_) | Body::Refund(_), _) => String::new(),
        };
        (kind_of(record), what)
    }

    fn name(&self, party: Party) -> String {
        match self.handles.get(&party) {
            Some(handle) => handle.clone(),
            None if party == OPERATOR => "operator".to_owned(),
            None if party == PLAY_RAIL => "play".to_owned(),
            None => text::account(party),
        }
    }
}

/// The word for a kind of record.
#[must_use]
pub fn kind_of(record: &Record) -> &'static str {
    match &record.command.body {
        Body::Buy(_) => "sale",
        Body::Promise(_) => "promise",
        Body::Use(_) => "use",
        Body::Refund(_) => "refund",
        Body::TopUp(_) => "top-up",
        Body::SetOffer(_) => "offer",
        Body::EndOffer { .. } => "offer-ended",
        Body::OpenPayee { .. } => "payee",
        Body::SetGuard(_) => "guard",
        Body::StateMonths(_) => "months",
        Body::Tip(_) => "tip",
        Body::Found(_) => "founding",
        Body::OpenSession(_) => "session",
        Body::Draw(_) => "draw",
        Body::Reserve(_) => "reserve",
        Body::Call(_) => "call",
        Body::Settle(_) => "settle",
        Body::RaiseSession(_) => "session-raised",
        Body::CaptureSession { .. } => "capture",
        Body::EndSession(_) => "session-ended",
        Body::Watch(_) => "watch",
        Body::SetMeter(_) => "meter",
        Body::Count(_) => "event",
        Body::ClaimCoin(_) => "coin-claimed",
        Body::CloseCoin(_) => "coin-closed",
        Body::SetAside(_) => "reserve",
    }
}

fn class_word(class: Class) -> &'static str {
    class.word()
}

/// Writes the whole journal in a format.
///
/// # Errors
/// [`ExportError`].
pub fn write(frames: Frames, format: Format, out: &mut dyn Write) -> Result<(), ExportError> {
    match format {
        Format::Csv => write_csv(frames, out),
        Format::Json => write_json(frames, out),
        Format::Hledger => write_hledger(frames, out),
        Format::Beancount => beancount::write(frames, out),
    }
}

fn write_csv(frames: Frames, out: &mut dyn Write) -> Result<(), ExportError> {
    let failed = |error: csv::Error| ExportError::Output(error.into());
    let mut rows = csv::Writer::from_writer(out);
    rows.write_record(["place", "id", "at", "kind", "what", "account", "amount", "currency", "units"]).map_err(failed)?;
    Reader::default().read(frames, |entry| {
        entry.legs.iter().try_for_each(|(account, asset, units)| {
            let (amount, currency) = decimal(*asset, *units);
            let at = entry.at.to_string();
            let row = [&entry.place, &entry.id, &at, entry.kind, &entry.what, account, &amount, &currency, &units.to_string()];
            rows.write_record(row).map_err(failed)
        })
    })?;
    rows.flush().map_err(ExportError::Output)
}

fn write_json(frames: Frames, out: &mut dyn Write) -> Result<(), ExportError> {
    Reader::default().read(frames, |entry| {
        let leg = |(account, asset, units): &(String, Asset, i64)| {
            serde_json::json!({"account": account, "amount": units.to_string(), "currency": asset.as_str()})
        };
        let legs: Vec<_> = entry.legs.iter().map(leg).collect();
        let line = serde_json::json!({"place": entry.place, "id": entry.id, "at": entry.at.to_string(), "kind": entry.kind,
            "what": entry.what, "legs": legs});
        writeln!(out, "{line}").map_err(ExportError::Output)
    })
}

fn write_hledger(frames: Frames, out: &mut dyn Write) -> Result<(), ExportError> {
    let failed = ExportError::Output;
    writeln!(out, "; Farthing export of {}. Amounts are exact to the millionth.", world::now()).map_err(failed)?;
    Reader::default().read(frames, |entry| {
        if entry.legs.is_empty() {
            return Ok(());
        }
        let at = entry.at.to_string();
        let (day, time) = at.split_at(10);
        writeln!(out, "\n{day} ({}) {} {}  ; at:{}", entry.id, entry.kind, entry.what, time.trim_matches(['T', 'Z'])).map_err(failed)?;
        entry.legs.iter().try_for_each(|(account, asset, units)| {
            let (amount, currency) = decimal(*asset, *units);
            writeln!(out, "    {account}  {amount} {currency}").map_err(failed)
        })
    })
}

/// Signed base units as a plain decimal with its code; assets that are no currency stay in units.
#[must_use]
pub fn decimal(asset: Asset, units: i64) -> (String, String) {
    let Some(iso) = asset.iso() else { return (units.to_string(), format!("\"{asset}\"")) };
    let amount = money::Amount::new(units.unsigned_abs()).unwrap_or(money::Amount::MAX);
    let sign = if units < 0 { "-" } else { "" };
    (format!("{sign}{}", plain(amount, &iso)), iso)
}

/// Every account's balance by name, recomputed from the legs.
///
/// # Errors
/// [`ExportError`].
pub fn balances(frames: Frames) -> Result<BTreeMap<(String, Asset), i128>, ExportError> {
    let mut balances = BTreeMap::new();
    Reader::default().read(frames, |entry| {
        for (account, asset, units) in entry.legs {
            let balance: &mut i128 = balances.entry((account, asset)).or_default();
            *balance = balance.saturating_add(i128::from(units));
        }
        Ok(())
    })?;
    Ok(balances)
}
