//! Pages of the payee's desk.

mod bills;
mod buyers;
mod coins;
pub mod developers;
mod edit;
mod fees;
mod home;
mod install;
mod metered;
mod moving;
mod offers;
mod proof;
mod sale;
mod sales;
mod settings;
mod team;
mod threshold;
mod usage;

pub use bills::{BillBuyer, BillBuyers, bill, bill_buyers, bills};
pub use buyers::{BuyerRow, BuyersView, buyers};
pub use coins::{CoinLine, CoinState, CoinTotal, CoinsView, coins};
pub use edit::{Draft, OfferFormView, offer_form};
pub use fees::{FeesView, ShareOf, ShareSum, fees};
pub use home::{DayBar, Figures, HomeView, Step, StepKind, TopItem, home};
pub use install::{Checked, Finding, InstallView, SiteSetup, Snippet, Way, install};
pub use metered::MeteredRow;
pub use moving::{MoveView, Moved, Moving, moving};
pub use offers::{OfferRow, OfferView, OffersView, SoldBy, Terms, Version, offer, offers};
pub use proof::{Proof, Proving};
pub use sale::{GiveBack, RefundFields, RefundView, SaleView, ShareLeg, refund, sale};
pub use sales::{SaleRow, SalesFilter, SalesView, sales};
pub use settings::{LookView, OtherDesk, SettingsView, settings};
pub use team::{MemberRow, TeamNews, TeamView, team};
pub use threshold::{JoinView, NotYoursView, SignInView, WithoutTeamView, join, not_yours, problem, sign_in, without_team};
pub use usage::{CaptureRow, SessionRow, SessionView, UsageView, UsedRow, session, usage};

use super::film;
use super::lang::{Lang, plain, say};
use super::money::Money;
use super::parts::{desked, money as amounts};
use super::site::WallPrice;
use super::view::Instance;
use ::money::Timestamp;
use maud::{Markup, html};
use store::vault::Role;

/// The surroundings of a desk page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskFrame {
    /// Whose desk this is.
    pub instance: Instance,
    /// Name of the payee; none where nobody is signed in, and then no links are shown.
    pub payee: Option<String>,
    /// The reader's role; none where nobody is signed in.
    pub role: Option<Role>,
    /// Which of the main links this page belongs to.
    pub here: Place,
    /// The instant of this answer.
    pub now: Timestamp,
}

/// The main links of the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// What was earned.
    Overview,
    /// What was sold.
    Sales,
    /// Who buys.
    Buyers,
    /// What is for sale.
    Offers,
    /// Where the money goes.
    Fees,
    /// How the site stands behind the instance.
    Install,
    /// Keys, webhooks, events and calls.
    Developers,
    /// Who works here.
    Team,
    /// Names, files, other desks.
    Settings,
    /// None of them.
    Elsewhere,
}

impl DeskFrame {
    /// The reader's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.instance.lang
    }
}

impl Place {
    /// All with a link, in their order.
    pub const LINKED: [Place; 9] = [
        Place::Overview,
        Place::Sales,
        Place::Buyers,
        Place::Offers,
        Place::Fees,
        Place::Install,
        Place::Developers,
        Place::Team,
        Place::Settings,
    ];

    /// Those that lead this reader somewhere.
    pub fn linked(role: Option<Role>) -> impl Iterator<Item = Place> {
        Place::LINKED.into_iter().filter(move |place| *place != Place::Developers || role >= Some(Role::Developer))
    }

    /// Its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Place::Overview | Place::Elsewhere => "/",
            Place::Sales => "/sales",
            Place::Buyers => "/buyers",
            Place::Offers => "/offers",
            Place::Fees => "/fees",
            Place::Install => "/install",
            Place::Developers => "/developers/keys",
            Place::Team => "/team",
            Place::Settings => "/settings",
        }
    }

    /// What its link and its page are called.
    pub(super) fn word(self, lang: Lang) -> String {
        match self {
            Place::Overview => plain!(lang, "desk-overview"),
            Place::Sales => plain!(lang, "desk-sales"),
            Place::Buyers => plain!(lang, "desk-buyers"),
            Place::Offers => plain!(lang, "desk-offers"),
            Place::Fees => plain!(lang, "desk-fees"),
            Place::Install => plain!(lang, "desk-install"),
            Place::Developers => plain!(lang, "dev-name"),
            Place::Team => plain!(lang, "desk-team"),
            Place::Settings => plain!(lang, "desk-settings"),
            Place::Elsewhere => plain!(lang, "desk-name"),
        }
    }
}

/// A page of one of the main links, under that link's word.
fn at_place(frame: &DeskFrame, content: &Markup) -> String {
    desked(frame, &frame.here.word(frame.lang()), "wide", content)
}

/// What a role is called.
fn role_word(role: Role, lang: Lang) -> String {
    match role {
        Role::Reader => plain!(lang, "desk-role-reader"),
        Role::Developer => plain!(lang, "desk-role-developer"),
        Role::Editor => plain!(lang, "desk-role-editor"),
        Role::Owner => plain!(lang, "desk-role-owner"),
    }
}

/// A price in a list or a table.
fn price(price: Option<WallPrice>, lang: Lang) -> Markup {
    match price {
        None => say!(lang, "desk-free"),
        Some(WallPrice::Fixed(price)) => amounts::exact(price, lang),
        Some(WallPrice::AtLeast(least)) => say!(lang, "desk-price-least", price: amounts::exact(least, lang)),
        Some(WallPrice::Watched(watched)) => html! { (amounts::exact(watched.rate, lang)) " " (watched.per(lang)) },
        Some(WallPrice::Metered(most, _, unit)) if market::is_others(unit) => {
            say!(lang, "desk-price-others", price: amounts::exact(most, lang))
        }
        Some(WallPrice::Metered(price, per, unit)) => {
            say!(lang, "desk-price-metered", price: amounts::exact(price, lang), count: per, unit: film::unit_word(unit.as_str(), per, lang))
        }
    }
}

/// The pages of an offer as people read them.
fn pages(pages: &str, price: Option<WallPrice>, lang: Lang) -> Markup {
    let is_others = matches!(price, Some(WallPrice::Metered(_, _, unit)) if market::is_others(unit));
    if is_others {
        say!(lang, "desk-pages-others")
    } else {
        html! { (pages) }
    }
}

/// Shares of one sum, which add up to it.
fn shares(legs: &[ShareLeg], (total, caption): (Money, Markup), lang: Lang) -> Markup {
    let decimals = amounts::widest(legs.iter().map(|leg| leg.amount).chain([total]));
    html! {
        table.sums {
            caption { (caption) }
            thead.vh { tr { th scope="col" { (say!(lang, "receipt-to")) } th scope="col" { (say!(lang, "receipt-share")) } th scope="col" { (say!(lang, "receipt-amount")) } } }
            tbody {
                @for leg in legs {
                    tr {
                        th scope="row" { (leg.label) " " span.mut { (leg.name) } }
                        td.n.mut { @if let Some(bp) = leg.bp { (super::money::percent(bp, lang)) } @else { (say!(lang, "receipt-rest")) } }
                        td.n { (amounts::column(leg.amount, decimals, lang)) }
                    }
                }
            }
            tfoot { tr { th scope="row" colspan="2" { (say!(lang, "receipt-together")) } td.n { (amounts::column(total, decimals, lang)) } } }
        }
    }
}
