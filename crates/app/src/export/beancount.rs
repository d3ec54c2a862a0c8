//! The journal for Beancount: accounts are opened before they are posted to, and signs are those of an accountant.

use super::{ExportError, Reader, decimal};
use crate::world;
use money::Asset;
use std::collections::BTreeSet;
use std::io::{self, Write};
use store::journal::Frames;

pub(super) fn write(frames: Frames, out: &mut dyn Write) -> Result<(), ExportError> {
    let failed = ExportError::Output;
    writeln!(out, ";; Farthing export of {}. Amounts are exact to the millionth.", world::now()).map_err(failed)?;
    let mut open: BTreeSet<String> = BTreeSet::new();
    Reader::default().read(frames, |entry| {
        if entry.legs.is_empty() {
            return Ok(());
        }
        let at = entry.at.to_string();
        let (day, _) = at.split_at(10);
        let mut text = String::new();
        for (account, asset, _) in &entry.legs {
            let name = name(account);
            if !open.contains(&name) {
                text.push_str(&format!("{day} open {name} {}\n", commodity(*asset)));
                open.insert(name);
            }
        }
        text.push_str(&format!("\n{day} * \"{}\" \"{}\"\n", entry.kind, entry.what.replace('\\', "\\\\").replace('"', "\\\"")));
        text.push_str(&format!("  id: \"{}\"\n  at: \"{at}\"\n", entry.id));
        for (account, asset, units) in &entry.legs {
            let (amount, _) = decimal(*asset, units.saturating_neg());
            text.push_str(&format!("  {}  {amount} {}\n", name(account), commodity(*asset)));
        }
        write_all(out, &text).map_err(failed)
    })
}

fn write_all(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(text.as_bytes())
}

/// `funded:alice` is ours to give back, so it is a liability; a fee is income; a rail is what the world owes us.
fn name(account: &str) -> String {
    let root = match account.split(':').next() {
        Some("fee") => "Income",
        Some("rail") => "Assets",
        Some(_) | None => "Liabilities",
    };
    account.split(':').fold(root.to_owned(), |mut name, part| {
        name.push(':');
        let mut letters = part.chars();
        match letters.next() {
            Some(first) if first.is_ascii_alphanumeric() => name.push(first.to_ascii_uppercase()),
            Some(other) => name.extend(['P', other]),
            None => name.push('0'),
        }
        name.extend(letters);
        name
    })
}

fn commodity(asset: Asset) -> String {
    asset.iso().unwrap_or_else(|| asset.as_str().to_ascii_uppercase())
}
