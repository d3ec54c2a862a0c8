//! `/`: what is still to be done before the first payment; afterwards, what was earned.

use super::Visitor;
use super::check::Found;
use super::rows::Payee;
use super::tally::{Day, Sum, Tally};
use crate::door::Reply;
use crate::instance::Instance;
use crate::wallet::{split, title};
use crate::web::desk::{self, DayBar, Figures, HomeView, Place, Step, StepKind, TopItem};
use http::StatusCode;
use market::OfferPrice;
use money::Timestamp;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Days of the chart, today included.
const DAYS: u64 = 30;
/// Pages of the list of those that earned most.
const TOP: usize = 8;

/// What the page says, taken from the sums at one instant.
pub(crate) struct Taken {
    /// The last thirty days of UTC, today last.
    pub days: Vec<(u64, Day)>,
    /// Earned in this month of UTC.
    pub month: i128,
    /// Sales ever made.
    pub sales: u64,
    /// Of those, taken back by now.
    pub back: u64,
}

impl Taken {
    /// As it is now.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub async fn now(instance: &Arc<Instance>, payee: &Payee, now: Timestamp) -> Result<Taken, Problem> {
        instance.tallies.read(instance, payee, |tally| Taken::of(tally, now)).await
    }

    fn of(tally: &Tally, now: Timestamp) -> Taken {
        let month = now.utc_month();
        let of_month = |day: &u64| Timestamp::from_seconds(day.saturating_mul(86_400)).utc_month() == month;
        let earned = tally.days.iter().rev().take_while(|(day, _)| of_month(day)).map(|(_, sums)| sums.earned);
        Taken {
            days: tally.lately(now.utc_day(), DAYS),
            month: earned.fold(0, i128::saturating_add),
            sales: tally.all.sales,
            back: tally.all.back,
        }
    }

    /// Pages by what stands of their sales, the best first.
    pub fn top(&self) -> Vec<(String, Sum)> {
        let mut items: BTreeMap<&str, Sum> = BTreeMap::new();
        for (item, sum) in self.days.iter().flat_map(|(_, day)| &day.items) {
            let so_far = items.entry(item).or_default();
            *so_far = so_far.with(*sum);
        }
        let mut top: Vec<(String, Sum)> =
            items.into_iter().filter(|(_, sum)| sum.count > 0).map(|(item, sum)| (item.to_owned(), sum)).collect();
        top.sort_by_key(|(_, sum)| std::cmp::Reverse((sum.units, sum.count)));
        top.truncate(TOP);
        top
    }
}

impl Visitor<'_> {
    /// `GET /`.
    pub(super) async fn home(&self) -> Result<Reply, Problem> {
        let now = self.visit.now;
        let taken = Taken::now(self.instance, &self.payee, now).await?;
        let begun = taken.sales > taken.back;
        let view = HomeView {
            frame: self.frame(Place::Overview),
            steps: if begun { Vec::new() } else { self.steps(&taken).await? },
            figures: begun.then(|| self.figures(&taken)),
        };
        Ok(self.page(StatusCode::OK, desk::home(&view)))
    }

    fn figures(&self, taken: &Taken) -> Figures {
        let today = taken.days.last().map(|(_, day)| day.earned).unwrap_or_default();
        let (sales, back) = taken
            .days
            .iter()
            .fold((0_u64, 0_u64), |(sales, back), (_, day)| (sales.saturating_add(day.sales), back.saturating_add(day.back)));
        let bar = |(day, sums): &(u64, Day)| DayBar {
            at: Timestamp::from_seconds(day.saturating_mul(86_400)),
            earned: self.money(sums.earned),
            sales: sums.sales,
        };
        let item = |(item, sum): (String, Sum)| {
            let (realm, target) = split(&item);
            TopItem {
                title: title(&item),
                url: format!("{}{target}", self.instance.realm_url(realm)),
                sales: u64::try_from(sum.count).unwrap_or(0),
                earned: self.money(sum.units),
            }
        };
        Figures {
            today: self.money(today),
            month: self.money(taken.month),
            sales,
            taken_back: back,
            days: taken.days.iter().map(bar).collect(),
            top: taken.top().into_iter().map(item).collect(),
        }
    }

    /// Each step is computed; none can be ticked by hand.
    async fn steps(&self, taken: &Taken) -> Result<Vec<Step>, Problem> {
        let sites: Vec<(&String, &crate::config::Site)> = self.sites().collect();
        let offers = self.instance.offers();
        let priced = offers.iter().any(|(_, offer)| offer.payee == self.payee.handle && offer.price != OfferPrice::Free);
        // A site that sells nothing yet has nothing to be looked at.
        let sells = |site: &crate::config::Site| {
            offers.iter().any(|(_, offer)| offer.unlock.realm() == site.host && offer.price != OfferPrice::Free)
        };
        let checks: Vec<Option<Found>> =
            sites.iter().filter(|(_, site)| sells(site)).map(|(name, _)| self.instance.checks.last(name)).collect();
        let checked = !checks.is_empty() && checks.iter().all(|found| found.as_ref().is_some_and(|found| found.finding.is_good()));
        let failed = checks.iter().flatten().any(|found| !found.finding.is_good());
        let first_site = sites.first().map(|(_, site)| format!("{}/", self.instance.config.url(&site.host)));
        let step = |kind, done, url: &str| Step { kind, done, url: url.to_owned() };
        let to_try = first_site.unwrap_or_else(|| "/install".to_owned());
        Ok(vec![
            step(StepKind::Site, !sites.is_empty(), "/install"),
            step(StepKind::Offer, priced, "/offers"),
            step(if failed { StepKind::CheckFailed } else { StepKind::Check }, checked, "/install"),
            step(StepKind::Try, taken.back > 0, &to_try),
            step(StepKind::First, taken.sales > taken.back, &to_try),
        ])
    }
}
