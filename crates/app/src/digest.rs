//! One mail a month to whoever asked for it: what was spent, on which site, what is left of caps, and where the statement is.
//!
//! The month is written down as sent before its mail leaves, so nobody gets two; a mail that the server does not take, or that a
//! crash comes before, is not sent again: the statement has it all.

use crate::instance::Instance;
use crate::statement::Statement;
use crate::wallet::{LANGUAGE, split, zone_query};
use crate::web::lang::plain;
use crate::web::{Lang, Money, time};
use crate::world;
use crate::zone::{ZONE, Zone};
use market::{Class, GuardScope, Verdict, Window};
use money::{Amount, Asset, Party, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::index::{Kind, Of};

/// How often it is looked whether a month is over for somebody.
const EVERY: Duration = Duration::from_secs(3_600);

/// A mail that is to leave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The verified address.
    pub to: String,
    /// What it is.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// Somebody who asked for digests.
#[derive(Clone)]
struct Reader {
    party: Party,
    address: String,
    lang: Lang,
}

/// Sends what is due, now and every hour.
pub async fn keep(instance: Arc<Instance>) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        let Some(mailer) = &instance.mailer else { return };
        let Ok(letters) = due(&instance, world::now()).await else { continue };
        for Letter { to, subject, text } in letters {
            if let Err(error) = mailer.send(&to, &subject, text).await {
                tracing::error!(%error, "a digest could not be mailed and is not sent again");
            }
        }
    }
}

/// The digests of months that are over and were not taken on before; from here on they count as sent. Somebody whose month cannot
/// be read now is looked at again.
///
/// # Errors
/// [`Problem::Internal`] if the vault cannot be read.
pub async fn due(instance: &Arc<Instance>, now: Timestamp) -> Result<Vec<Letter>, Problem> {
    let usual = instance.config.zone();
    let readers = instance.vault(move |vault| {
        let mut waiting = Vec::new();
        for (party, address) in vault.digest_readers()? {
            let zone = vault.fact(party, ZONE)?.and_then(|name| Zone::named(&name)).unwrap_or(usual);
            let over = zone.month_of(now).saturating_sub(1);
            if vault.last_digest(party)?.is_none_or(|last| last < over) {
                let lang = vault.fact(party, LANGUAGE)?.and_then(|tag| Lang::named(&tag)).unwrap_or(Lang::EN);
                waiting.push((Reader { party, address, lang: lang.in_zone(zone) }, over));
            }
        }
        Ok(waiting)
    });
    let mut letters = Vec::new();
    for (reader, month) in readers.await? {
        let party = reader.party;
        // A month in which nothing moved has no mail; it is done with all the same.
        let letter = match letter(instance, reader, month).await {
            Ok(letter) => Some(letter),
            Err(Problem::Unknown) => None,
            Err(_) => continue,
        };
        if instance.vault(move |vault| vault.claim_digest(party, month, now)).await? {
            letters.extend(letter);
        }
    }
    Ok(letters)
}

async fn letter(instance: &Arc<Instance>, reader: Reader, month: u32) -> Result<Letter, Problem> {
    let Reader { party, address: to, lang } = reader;
    let asset = instance.config.asset();
    let of = Of { party, asset, class: Class::Funded };
    let statement = Statement::of_month(instance, of, (month, lang.zone())).await?;
    let exact = |units: i64| Money { units: units.into(), asset }.exact(lang);
    let name = || time::month(statement.from, lang);
    let mut lines: Vec<String> = by_site(&statement)
        .into_iter()
        .map(|(site, units)| plain!(lang, "digest-site", site: site, amount: exact(units)))
        .chain(left(instance, (party, asset), lang).await?)
        .collect();
    lines.push(String::new());
    let url = format!("{}/statements/{}.pdf{}", instance.wallet_url(), statement.name(), zone_query(lang.zone()));
    lines.push(plain!(lang, "digest-statement", url: url));
    lines.push(plain!(lang, "digest-end", url: format!("{}/settings", instance.wallet_url())));
    let spent = statement.division.total.saturating_sub(statement.division.refunds);
    let head = plain!(lang, "digest-head", month: name(), spent: exact(spent), instance: &instance.config.name);
    let subject = plain!(lang, "digest-subject", month: name(), instance: &instance.config.name);
    Ok(Letter { to, subject, text: format!("{head}\n\n{}\n", lines.join("\n")) })
}

/// What was paid on each site, less what came back; nothing of sites where that is nothing.
fn by_site(statement: &Statement) -> Vec<(String, i64)> {
    let mut sites: BTreeMap<&str, i64> = BTreeMap::new();
    for row in statement.lines.iter().map(|line| &line.row).filter(|row| matches!(row.kind, Kind::Sale | Kind::Refund)) {
        if let Some(item) = &row.item {
            let spent = sites.entry(split(item).0).or_default();
            *spent = spent.saturating_sub(row.amount);
        }
    }
    sites.into_iter().filter(|(_, units)| *units != 0).map(|(site, units)| (site.to_owned(), units)).collect()
}

/// What is left this month of caps on one click.
async fn left(instance: &Arc<Instance>, (party, asset): (Party, Asset), lang: Lang) -> Result<Vec<String>, Problem> {
    let caps = instance.look(move |state, now| {
        let months = state.standing_guards(party, now);
        months
            .filter(|cap| cap.guard.asset == asset && cap.guard.verdict == Verdict::Ask && cap.guard.window == Window::Month)
            .collect::<Vec<_>>()
    });
    let line = |cap: market::GuardState| {
        let exact = |amount: Amount| Money::of(amount, asset).exact(lang);
        let (left, most) = (exact(cap.left()), exact(cap.most));
        match cap.guard.on {
            GuardScope::All => plain!(lang, "digest-left-all", left: left, most: most),
            GuardScope::Site(site) => plain!(lang, "digest-left", site: site, left: left, most: most),
        }
    };
    Ok(caps.await?.into_iter().map(line).collect())
}
