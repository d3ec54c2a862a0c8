//! `farthing audit --proofs FILE`: a payer's proofs of one session, checked with nothing but the file.

use super::Failure;
use super::books::print;
use client::proofs::{Bundle, Proved};
use money::{Amount, Price};
use protocol::text::{account, serial};
use std::path::Path;

/// Checks a file of `farthing sessions export`.
///
/// # Errors
/// Damaged where a signature in it does not hold, or what was signed contradicts itself; failed where it cannot be read.
pub(super) fn check(file: &Path, json: bool) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::failed(format!("cannot read {}: {error}", file.display())))?;
    let wrong = |what: String| Failure::damaged(format!("{}: {what}", file.display()));
    let proved = Bundle::parse(&bytes).and_then(|bundle| bundle.check()).map_err(wrong)?;
    let text = if json { in_json(&proved) } else { in_words(&proved) };
    print(text.as_bytes())
}

fn in_words(proved: &Proved) -> String {
    let sum = |amount: Amount| Price { amount, asset: proved.currency }.to_string();
    let mut text = format!("The proofs hold: session {} of account {}", serial(proved.session), account(proved.account));
    text.push_str(&format!(" with {} of instance {}\n", proved.recipient, proved.instance));
    text.push_str(&match proved.opened {
        Some(hold) => format!("  the payer signed its opening, {} held\n", sum(hold)),
        None => "  what the payer signed at its opening is not in the file\n".to_owned(),
    });
    if let Some((hold, accepted, spent)) = proved.stands {
        text.push_str(&format!(
            "  the instance signed {} receipts: {} held, {} authorised, {} drawn\n",
            proved.receipts,
            sum(hold),
            sum(accepted),
            sum(spent)
        ));
    }
    text.push_str(&match proved.ended {
        Some((captured, released)) => format!("  it is over: {} captured, {} given back\n", sum(captured), sum(released)),
        None => "  the file does not say that it is over\n".to_owned(),
    });
    proved.differs.iter().for_each(|differs| text.push_str(&format!("  they differ: {differs}\n")));
    text
}

fn in_json(proved: &Proved) -> String {
    let stands = proved.stands.map(|(hold, accepted, spent)| {
        serde_json::json!({"hold": hold.to_string(), "accepted": accepted.to_string(), "spent": spent.to_string()})
    });
    let ended =
        proved.ended.map(|(captured, released)| serde_json::json!({"captured": captured.to_string(), "released": released.to_string()}));
    let report = serde_json::json!({
        "holds": true,
        "session": serial(proved.session),
        "account": account(proved.account),
        "recipient": proved.recipient,
        "instance": proved.instance.to_string(),
        "currency": proved.currency.as_str(),
        "opened": proved.opened.map(|hold| hold.to_string()),
        "receipts": proved.receipts,
        "stands": stands,
        "ended": ended,
        "differs": proved.differs,
    });
    format!("{report:#}\n")
}
