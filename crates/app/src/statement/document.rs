//! A statement as a JSON document, signed by the instance's receipt key. Amounts are decimal strings of base units.

use super::Statement;
use crate::receipts::Speaker;
use crate::wallet::{Line, id, party, split, state};
use money::Party;
use protocol::document::{Kind, signed};
use protocol::json::Object;
use protocol::text::{account, serial};
use std::collections::BTreeMap;

/// The document with its proof; nothing in it hangs on a reader's language.
///
/// # Panics
/// Never: the document names its instance, which has no control character.
pub(crate) fn document(statement: &Statement, speaker: &Speaker) -> Object {
    let Statement { of, sum, division, .. } = statement;
    let division = Object::default()
        .with("total", division.total.to_string())
        .with_list("payees", named(&division.payees, "to"))
        .with_list("fees", named(&division.fees, "label"))
        .with("tips", division.tips.to_string())
        .with("refunds", division.refunds.to_string());
    let rows = statement.lines.iter().map(row).collect();
    let document = Object::default()
        .with("kind", Kind::Statement.word())
        .with("instance", speaker.id.to_string())
        .with("mode", speaker.mode.word())
        .with("account", name_of(of.party))
        .with("class", of.class.word())
        .with("currency", of.asset.as_str())
        .with("month", statement.name())
        .with("zone", statement.zone.name())
        .with("from", statement.from.to_string())
        .with("to", statement.to.to_string())
        .with("as_of", statement.as_of.to_string())
        .with("state", if statement.is_open() { "open" } else { "closed" })
        .with("opening", sum.opening.to_string())
        .with("in", sum.came_in.to_string())
        .with("out", sum.went_out.to_string())
        .with("closing", sum.closing.to_string())
        .with_object("division", division)
        .with_list("rows", rows);
    signed(document, Kind::Statement, &speaker.keys.receipt).expect("it names its instance")
}

/// The account as its owner knows it.
fn name_of(party: Party) -> String {
    account(party)
}

fn named(parts: &BTreeMap<String, i64>, name: &'static str) -> Vec<Object> {
    parts.iter().map(|(who, units)| Object::default().with(name, &**who).with("amount", units.to_string())).collect()
}

fn row(line: &Line) -> Object {
    let (site, item) = line.row.item.as_deref().map(split).unzip();
    let facts = Object::default()
        .with("id", id(line))
        .with("at", line.row.at.to_string())
        .with("kind", line.row.kind.word())
        .with_maybe("party", party(line))
        .with_maybe("site", site)
        .with_maybe("item", item)
        .with("amount", line.row.amount.to_string())
        .with("balance", line.row.balance.to_string())
        .with("state", state(line));
    let Some((captured, metered)) = line.row.captured.zip(line.used) else { return facts };
    facts
        .with_maybe("session", line.row.sale.map(serial))
        .with("units", captured.units.to_string())
        .with("unit", metered.unit.as_str())
        .with("unit_price", metered.rate.amount.to_string())
        .with("per", metered.rate.per.to_string())
}
