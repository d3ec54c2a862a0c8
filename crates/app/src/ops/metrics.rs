//! The figures as Prometheus text (exposition format 0.0.4), written by hand.

use super::figures::{Figures, uptime};
use crate::instance::Instance;
use money::Timestamp;
use std::fmt::{Display, Write};

/// One gauge a figure, one line an asset where a figure is one of each. Amounts are base units.
pub fn text(figures: &Figures, instance: &Instance, now: Timestamp) -> String {
    let counts = &figures.counts;
    let mut out = String::new();
    gauge(&mut out, "farthing_uptime_seconds", "How long the process has run.", uptime(instance, now).0);
    gauge(&mut out, "farthing_journal_frames", "Sequence of the last durable frame.", figures.head.sequence);
    gauge(&mut out, "farthing_journal_chained", "1 if every frame was read and names the one before.", u8::from(figures.is_chained));
    let damaged = figures.scrubbed.as_ref().map_or(0, |scrubbed| scrubbed.damage.len());
    gauge(&mut out, "farthing_journal_damaged_files", "Sealed files in which the last scrub found damage.", damaged);
    gauge(&mut out, "farthing_index_frames", "Sequence of the last frame that the index has seen.", figures.index_sequence);
    gauge(&mut out, "farthing_index_lag_milliseconds", "How far the index is behind the journal.", figures.index_lag_ms);
    let stopped = u8::from(figures.index_stopped.is_some());
    gauge(&mut out, "farthing_index_stopped", "1 if the index follows the journal no more: restart.", stopped);
    gauge(&mut out, "farthing_journal_records", "Records in the journal.", figures.records);
    gauge(&mut out, "farthing_journal_frame_bytes", "Bytes of the journal's frames.", figures.frame_bytes);
    gauge(&mut out, "farthing_wallets", "Parties that ever topped up.", counts.wallets);
    gauge(&mut out, "farthing_sales", "Sales that stand.", counts.sales);
    gauge(&mut out, "farthing_refunds", "Sales that were taken back.", counts.refunds);
    gauge(&mut out, "farthing_offers", "Offers that stand.", counts.offers);
    gauge(&mut out, "farthing_payees", "Payees.", counts.payees);
    gauge(&mut out, "farthing_claims", "Used ids that are remembered.", counts.claims);
    let by_asset = |out: &mut String, name: &str, help: &str, of: &dyn Fn(&super::figures::Sums) -> i128| {
        head(out, name, help);
        for (asset, sums) in &counts.books {
            line(out, format_args!("{name}{{currency=\"{asset}\"}} {}", of(sums)));
        }
    };
    by_asset(&mut out, "farthing_books_credit", "Base units of all accounts above zero.", &|sums| sums.credits);
    by_asset(&mut out, "farthing_books_held", "Base units held.", &|sums| sums.held);
    by_asset(&mut out, "farthing_books_sum", "Base units of all accounts together: zero, always.", &|sums| sums.sum());
    out
}

fn gauge(out: &mut String, name: &str, help: &str, value: impl Display) {
    head(out, name, help);
    line(out, format_args!("{name} {value}"));
}

fn head(out: &mut String, name: &str, help: &str) {
    line(out, format_args!("# HELP {name} {help}"));
    line(out, format_args!("# TYPE {name} gauge"));
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("a String takes all text");
}
