//! Bills as files: JSON as the calls answer it, CSV (RFC 4180) for spreadsheets.

use super::{Bill, Bills, Line, Stage, midnight};
use crate::desk::day;
use crate::sessions::unit_facts;
use crate::wallet::csv_text;
use crate::web::Money;
use protocol::text::serial;
use serde_json::{Value, json};

/// Whose copy it is: only the payee's has its name for the payer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// Who is paid.
    Payee,
    /// Who pays.
    Payer,
}

/// The columns of the file for spreadsheets.
const COLUMNS: [&str; 17] = [
    "period",
    "state",
    "recipient",
    "payer",
    "meter",
    "day",
    "came",
    "session",
    "offer",
    "events",
    "units",
    "unit",
    "unit_price",
    "per",
    "amount",
    "unbilled",
    "currency",
];

impl Stage {
    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Stage::Running => "running",
            Stage::Provisional => "provisional",
            Stage::Final => "final",
        }
    }
}

impl Bills {
    /// As the calls answer it.
    pub fn facts(&self, reader: Reader) -> Value {
        let (from, to) = (day(self.period.starts()), day(midnight(self.period.last())));
        let bills: Vec<Value> = self.all.iter().map(|bill| bill.facts(reader)).collect();
        json!({ "period": self.period.text(), "from": from, "to": to, "currency": self.currency.as_str(), "bills": bills })
    }

    /// A row for each line, with amounts as plain decimals in main units.
    ///
    /// # Errors
    /// What the writer says.
    pub fn csv(&self, reader: Reader) -> Result<Vec<u8>, String> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        out.write_record(COLUMNS).map_err(|error| error.to_string())?;
        for bill in &self.all {
            for line in &bill.lines {
                out.write_record(self.cells((bill, line), reader)).map_err(|error| error.to_string())?;
            }
        }
        out.into_inner().map_err(|error| error.to_string())
    }

    fn cells(&self, (bill, line): (&Bill, &Line), reader: Reader) -> [String; 17] {
        let (asset, metered) = (self.currency, &line.of.metered);
        [
            self.period.text(),
            bill.standing.stage.word().to_owned(),
            bill.payee.clone(),
            if reader == Reader::Payee { bill.reference.clone() } else { String::new() },
            bill.unit.as_str().to_owned(),
            day(midnight(line.day)),
            line.came.map(|came| day(midnight(came))).unwrap_or_default(),
            csv_text(&serial(line.session)),
            csv_text(&line.of.name),
            line.events.to_string(),
            line.of.units.to_string(),
            metered.unit.as_str().to_owned(),
            Money::of(metered.rate.amount, asset).plain(),
            metered.rate.per.to_string(),
            Money::of(line.of.amount, asset).plain(),
            line.unbilled.to_string(),
            asset.iso().unwrap_or_else(|| asset.to_string()),
        ]
    }
}

impl Bill {
    fn facts(&self, reader: Reader) -> Value {
        let lines: Vec<Value> = self.lines.iter().map(Line::facts).collect();
        // Of a bill's units only those that are charged count.
        let mut sums = self.sums.facts();
        sums["units"] = self.sums.billed().to_string().into();
        let mut facts = json!({ "recipient": self.payee, "meter": self.unit.as_str(), "state": self.standing.stage.word(), "lines": lines, "sums": sums });
        if let Some(at) = self.standing.final_at {
            facts["final_at"] = at.to_string().into();
        }
        if reader == Reader::Payee {
            facts["payer"] = self.reference.as_str().into();
        }
        facts
    }
}

impl Line {
    fn facts(&self) -> Value {
        let mut facts = unit_facts(&self.of);
        facts["day"] = day(midnight(self.day)).into();
        facts["session"] = serial(self.session).into();
        facts["events"] = self.events.to_string().into();
        facts["unbilled"] = self.unbilled.to_string().into();
        facts["late"] = self.came.is_some().into();
        if let Some(came) = self.came {
            facts["came"] = day(midnight(came)).into();
        }
        facts
    }
}
