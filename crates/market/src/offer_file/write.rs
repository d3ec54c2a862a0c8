//! Writing offers as the file that says them: for whoever takes them to another instance.

use super::{Site, parse};
use crate::offer::{Beneficiary, Fall, FallStep, L402, LegRule, Metered, Offer, OfferPrice, Video};
use money::{Amount, Asset, Price, Share, Span};
use std::fmt::{self, Write as _};

/// Offers that no file says, as one priced in an asset that has no ISO code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unwritable;

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no offer file says these offers")
    }
}

impl std::error::Error for Unwritable {}

/// The file that says exactly these offers of a site. It is read again before it is handed out: terms that came back otherwise
/// would be sold by somebody who never set them.
///
/// # Errors
/// [`Unwritable`], also for no offers at all.
pub fn write(offers: &[Offer], site: &Site<'_>) -> Result<String, Unwritable> {
    let mut text = String::new();
    for offer in offers {
        let gap = if text.is_empty() { "" } else { "\n" };
        write!(text, "{gap}{}", Written(offer)).map_err(|_| Unwritable)?;
    }
    let mut read = parse(&text, site).map_err(|_| Unwritable)?;
    let mut meant: Vec<&Offer> = offers.iter().collect();
    read.sort_by(|a, b| a.name.cmp(&b.name));
    meant.sort_by(|a, b| a.name.cmp(&b.name));
    if read.iter().eq(meant) { Ok(text) } else { Err(Unwritable) }
}

/// An offer as its table.
struct Written<'o>(&'o Offer);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Offer { name, unlock, price, split, refund, lasts, fall, l402, .. } = self.0;
        writeln!(f, "[offer.{}]", Key(name))?;
        // A port is no part of a realm, and plain HTTP is a matter of the instance: https stands for both.
        let video = if let OfferPrice::Metered(metered) = price { metered.video } else { None };
        let sold = format!("https://{unlock}");
        let is_consumed = video.is_some() || self.0.settles().is_some();
        match video {
            _ if self.0.settles().is_some() => writeln!(f, "consume = {}", Quoted(super::settled::WORD))?,
            Some(_) => writeln!(f, "consume = {}", Quoted(&format!("hls:{sold}")))?,
            None => writeln!(f, "unlock = {}", Quoted(&sold))?,
        }
        match price {
            OfferPrice::Free => writeln!(f, "free = true")?,
            OfferPrice::Fixed { amount, asset } => match fall {
                None => writeln!(f, "price = {{ fixed = {} }}", money(*amount, *asset))?,
                Some(fall) => falling(f, fall, *asset)?,
            },
            OfferPrice::AtLeast { amount, asset } => writeln!(f, "price = {{ at_least = {} }}", money(*amount, *asset))?,
            OfferPrice::Metered(Metered { rate, asset, video: Some(Video { hold, idle, devices }), .. }) => {
                let seconds = rate.per.get() / super::video::MS;
                writeln!(f, "price = {{ metered = {}, per = \"{seconds} second\" }}", money(rate.amount, *asset))?;
                let devices = devices.map(|count| format!(", devices = {count}")).unwrap_or_default();
                writeln!(f, "session = {{ hold = {}, idle = \"{}\"{devices} }}", money(*hold, *asset), exact(*idle))?;
            }
            OfferPrice::Metered(_) if let Some((most, asset)) = self.0.settles() => {
                writeln!(f, "price = {{ at_most = {} }}", money(most, asset))?
            }
            OfferPrice::Metered(Metered { rate, asset, unit, most, video: None }) => {
                write!(f, "price = {{ metered = {}, per = \"{} {}\"", money(rate.amount, *asset), rate.per, unit.as_str())?;
                match most {
                    0 => writeln!(f, " }}")?,
                    most => writeln!(f, ", most = {most} }}")?,
                }
            }
        }
        if !is_consumed {
            writeln!(f, "refund = {{ window = \"{}\", per_payer = \"{}/day\" }}", exact(refund.window), refund.per_day)?;
        }
        match lasts {
            None if is_consumed => {}
            None => writeln!(f, "entitlement = {{ lasts = \"ever\" }}")?,
            Some(span) => writeln!(f, "entitlement = {{ lasts = \"{}\" }}", exact(*span))?,
        }
        match l402 {
            None => {}
            Some(L402::After) => writeln!(f, "l402 = true")?,
            Some(L402::First) => writeln!(f, "l402 = \"first\"")?,
        }
        writeln!(f, "split = [")?;
        let asset = price.least().map(|(_, asset)| asset);
        split.iter().try_for_each(|rule| leg(f, rule, asset))?;
        writeln!(f, "]")
    }
}

fn falling(f: &mut fmt::Formatter<'_>, fall: &Fall, asset: Asset) -> fmt::Result {
    let step = |step: &FallStep| format!("[\"{}\", {}]", exact(step.after), money(step.amount, asset));
    writeln!(f, "price = {{ decay = [{}] }}", fall.steps.iter().map(step).collect::<Vec<_>>().join(", "))?;
    writeln!(f, "when = {{ starts = {}, ends = {} }}", fall.starts, fall.ends)
}

fn leg(f: &mut fmt::Formatter<'_>, rule: &LegRule, asset: Option<Asset>) -> fmt::Result {
    let to = match &rule.to {
        Beneficiary::Owner => "self",
        Beneficiary::Operator => "operator",
        Beneficiary::Payee(handle) => handle,
    };
    write!(f, "  {{ label = {}, to = {}, ", Quoted(&rule.label), Quoted(to))?;
    match (rule.share, asset) {
        (Share::BasisPoints(points), _) => write!(f, "bp = {points}")?,
        (Share::Rest, _) => write!(f, "rest = true")?,
        (Share::Fixed(amount), Some(asset)) => write!(f, "fixed = {}", money(amount, asset))?,
        // Of what is free nothing is shared, and the currency of the part is not known: any will do.
        (Share::Fixed(amount), None) => write!(f, "fixed = \"{} EUR\"", money::plain(amount, "EUR"))?,
    }
    writeln!(f, " }},")
}

fn money(amount: Amount, asset: Asset) -> String {
    format!("\"{}\"", Price { amount, asset })
}

/// The span in the largest unit that says it exactly.
fn exact(span: Span) -> String {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let whole = units.into_iter().find(|(seconds, _)| span.0 > 0 && span.0.is_multiple_of(*seconds));
    let (count, unit) = whole.map_or((span.0, 's'), |(seconds, unit)| (span.0.checked_div(seconds).unwrap_or_default(), unit));
    format!("{count}{unit}")
}

/// A name as a key of TOML.
struct Key<'t>(&'t str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = self.0.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if is_bare && !self.0.is_empty() { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// A text as a basic string of TOML. What has control characters in it stands in no offer.
struct Quoted<'t>(&'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for letter in self.0.chars() {
            if matches!(letter, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(letter)?;
        }
        f.write_char('"')
    }
}
