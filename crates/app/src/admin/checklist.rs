//! What is left to do before the first payment: each line is computed, none can be ticked by hand.

use super::Visitor;
use crate::config::is_loopback_name;
use crate::desk::Fetcher;
use crate::ops::{Figures, backed_up, restored};
use crate::web::ICON_PATH;
use crate::web::admin::{SetupStep, SiteFault, StepKind};
use crate::web::desk::Finding;
use market::{OfferPrice, RefundReason, SaleState, State};
use money::{Span, Timestamp};
use protocol::discovery::FARTHING_PATH;
use protocol::problem::Problem;
use std::sync::Mutex;
use store::vault::Door;
use tokio::task::JoinSet;

/// What was seen of the names is believed for so long.
const FRESH: Span = Span(60);

/// Hosts that do not lead here, each with why.
type Lost = Vec<(String, String)>;

/// Which those were, and when that was seen.
#[derive(Default)]
pub(super) struct Looked(Mutex<Option<(Timestamp, Lost)>>);

impl Visitor<'_> {
    /// The list; empty once a live payment was made, or in a test folder once everything was done.
    pub(super) async fn steps(&self, figures: &Figures) -> Result<Vec<SetupStep>, Problem> {
        let is_sold = figures.counts.sales > 0;
        if is_sold && !self.instance.is_test() {
            return Ok(Vec::new());
        }
        let step = |kind, done, url: &str| SetupStep { kind, done, url: url.to_owned() };
        let lost = self.lost_names().await;
        let (with_passkey, passkeys, operators, codes) = self.operators_proofs().await?;
        let fault = self.site_fault();
        let is_priced = self.instance.offers().iter().any(|(_, offer)| offer.price != OfferPrice::Free);
        let data = &self.instance.config.data;
        let desk = self.instance.desk_url().map_or_else(|| "/config".to_owned(), |desk| format!("{desk}/install"));
        let site_url = if fault == SiteFault::Missing { "/config".to_owned() } else { desk };
        let shop = self.instance.config.site.values().next().map(|site| format!("{}/", self.instance.config.url(&site.host)));
        let shop = shop.unwrap_or_else(|| "/config".to_owned());
        let undone = self.instance.look(|state, _| is_undone(state)).await?;
        let steps = vec![
            step(StepKind::Names { lost: lost.clone() }, lost.is_empty(), "/config"),
            step(StepKind::Operator { only_codes: with_passkey }, with_passkey && codes, "/operators"),
            step(StepKind::Second, operators > 1 || passkeys > 1, "/operators"),
            step(StepKind::Site { fault }, fault == SiteFault::None, &site_url),
            step(StepKind::Price, is_priced, "/config"),
            step(StepKind::Backup, backed_up(data).is_some(), "/backup"),
            step(StepKind::Restore, restored(data).is_some(), "/backup"),
            step(StepKind::Undo, undone, &shop),
            step(StepKind::First, is_sold, &shop),
        ];
        let is_done = steps.iter().all(|step| step.done);
        Ok(if is_done { Vec::new() } else { steps })
    }

    /// Whether anybody has a passkey, how many there are, how many operators, and whether one has codes that count.
    async fn operators_proofs(&self) -> Result<(bool, u64, usize, bool), Problem> {
        let read = |vault: &mut store::vault::Vault| {
            let operators = vault.operators()?;
            let proofs = operators.iter().map(|(party, _)| vault.proofs(*party, Door::Admin)).collect::<Result<Vec<_>, _>>()?;
            let passkeys = proofs.iter().fold(0_u64, |sum, proofs| sum.saturating_add(proofs.passkeys));
            Ok((passkeys > 0, passkeys, operators.len(), proofs.iter().any(|proofs| proofs.codes > 0)))
        };
        self.instance.vault(read).await
    }

    fn site_fault(&self) -> SiteFault {
        let found: Vec<_> = self.instance.config.site.keys().map(|site| self.instance.checks.last(site)).collect();
        let is_good = |found: &Option<crate::desk::Found>| found.as_ref().is_some_and(|found| found.finding == Finding::Good);
        if found.is_empty() {
            SiteFault::Missing
        } else if found.iter().any(is_good) {
            SiteFault::None
        } else if found.iter().any(Option::is_some) {
            SiteFault::Found
        } else {
            SiteFault::Unchecked
        }
    }

    /// Hosts that do not lead here with a good certificate. Names of this machine always do; the others are asked through their
    /// public names, at most once a minute.
    async fn lost_names(&self) -> Lost {
        let now = self.visit.now;
        let known = self.looked.0.lock().expect("no thread panics with the names in hand").clone();
        if let Some((_, lost)) = known.filter(|(at, _)| now < at.after(FRESH)) {
            return lost;
        }
        let config = &self.instance.config;
        let others = [config.desk.as_ref(), config.admin.as_ref()].into_iter().flatten().map(|door| door.host.clone());
        let doors = std::iter::once(config.wallet.host.clone()).chain(others).map(|host| (host, ICON_PATH));
        let sites = config.site.values().map(|site| (site.host.clone(), FARTHING_PATH));
        let mut asked = JoinSet::new();
        for (host, path) in doors.chain(sites).filter(|(host, _)| !is_loopback_name(host)) {
            let url = format!("{}{path}", config.url(&host));
            asked.spawn(async move { leads(&url).await.err().map(|why| (host, why)) });
        }
        let mut lost: Vec<_> = asked.join_all().await.into_iter().flatten().collect();
        lost.sort();
        *self.looked.0.lock().expect("no thread panics with the names in hand") = Some((now, lost.clone()));
        lost
    }
}

async fn leads(url: &str) -> Result<(), String> {
    let answer = Fetcher::default().get(url, &[]).await.map_err(|no| no.0)?;
    if answer.status == 200 { Ok(()) } else { Err(format!("HTTP {}", answer.status)) }
}

/// True if a payer ever took a purchase back.
fn is_undone(state: &State) -> bool {
    state.sales().any(|(_, sale)| matches!(sale.state, SaleState::Refunded { reason: RefundReason::Undo { .. }, .. }))
}
