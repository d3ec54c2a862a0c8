//! Every page of the desk, its address and who may open it.

use super::developers::Room;
use crate::meters::Period;
use crate::web::desk::Proving;
use http::Method;
use market::Unit;
use money::{CommandId, OfferId};
use protocol::problem::Problem;
use protocol::text::{parse_offer, parse_serial};
use store::vault::Role;

/// What is asked of the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Page {
    Home,
    Sales,
    SalesCsv,
    SalesJson,
    Sale(CommandId),
    SaleJson(CommandId),
    AskRefund(CommandId),
    Refund(CommandId),
    Usage,
    /// What meters came to, by month.
    Bills,
    BillsOf(Period, Unit),
    BillsCsv(Period, Unit),
    BillsJson(Period, Unit),
    /// What was paid past the books.
    Coins,
    Session(CommandId),
    Buyers,
    BuyersCsv,
    BuyersJson,
    Offers,
    Offer(OfferId),
    AskOffer,
    MakeOffer,
    AskEdit(OfferId),
    Edit(OfferId),
    EndOffer(OfferId),
    Fees,
    Install,
    Check,
    Move,
    MoveOffers,
    Team,
    Invite,
    SetRole,
    Remove,
    Settings,
    SetAccent,
    SetLogo,
    RemoveLogo,
    Choose,
    Prove,
    SignOut,
    /// The pages for developers, which have a table of their own.
    Developers(Room),
}

/// What can be done at one address.
pub(super) struct Ways {
    pub read: Option<Page>,
    pub post: Option<Page>,
}

impl Page {
    /// The page at an address.
    ///
    /// # Errors
    /// [`Problem::Unknown`], [`Problem::MethodNotAllowed`].
    pub fn of(method: &Method, path: &str) -> Result<Page, Problem> {
        let Ways { read, post } = Ways::at(path)?;
        let found = match *method {
            Method::GET | Method::HEAD => read,
            Method::POST => post,
            _ => None,
        };
        let allow = match (read, post) {
            (Some(_), None) => "GET, HEAD",
            (None, Some(_)) => "POST",
            (Some(_), Some(_)) | (None, None) => "GET, HEAD, POST",
        };
        found.ok_or(Problem::MethodNotAllowed { allow })
    }

    /// The least role that may open it.
    pub const fn least(self) -> Role {
        match self {
            Page::Home
            | Page::Sales
            | Page::SalesCsv
            | Page::SalesJson
            | Page::Sale(_)
            | Page::SaleJson(_)
            | Page::Usage
            | Page::Bills
            | Page::BillsOf(..)
            | Page::BillsCsv(..)
            | Page::BillsJson(..)
            | Page::Coins
            | Page::Session(_)
            | Page::Buyers
            | Page::BuyersCsv
            | Page::BuyersJson
            | Page::Offers
            | Page::Offer(_)
            | Page::Fees
            | Page::Install
            | Page::Team
            | Page::Settings
            | Page::Choose
            | Page::Prove
            | Page::SignOut => Role::Reader,
            Page::Check | Page::Developers(_) => Role::Developer,
            Page::AskRefund(_)
            | Page::Refund(_)
            | Page::AskOffer
            | Page::MakeOffer
            | Page::AskEdit(_)
            | Page::Edit(_)
            | Page::EndOffer(_)
            | Page::SetAccent
            | Page::SetLogo
            | Page::RemoveLogo => Role::Editor,
            Page::Move | Page::MoveOffers | Page::Invite | Page::SetRole | Page::Remove => Role::Owner,
        }
    }
}

impl Page {
    /// What of it wants a fresh proof of who presses: whoever comes in by it stays in when a stolen login is long ended.
    pub const fn proving(self) -> Option<Proving> {
        if matches!(self, Page::Invite | Page::SetRole | Page::Remove) {
            Some(Proving::Team)
        } else if matches!(self, Page::Developers(Room::MakeKey | Room::RotateKey(_))) {
            Some(Proving::Keys)
        } else {
            None
        }
    }
}

impl Ways {
    fn at(path: &str) -> Result<Ways, Problem> {
        let read = |page| Ok(Ways { read: Some(page), post: None });
        let post = |page| Ok(Ways { read: None, post: Some(page) });
        match path {
            "/" => read(Page::Home),
            "/sales" => read(Page::Sales),
            "/sales.csv" => read(Page::SalesCsv),
            "/sales.json" => read(Page::SalesJson),
            "/usage" => read(Page::Usage),
            "/bills" => read(Page::Bills),
            "/coins" => read(Page::Coins),
            "/buyers" => read(Page::Buyers),
            "/buyers.csv" => read(Page::BuyersCsv),
            "/buyers.json" => read(Page::BuyersJson),
            "/offers" => read(Page::Offers),
            "/offers/new" => Ok(Ways { read: Some(Page::AskOffer), post: Some(Page::MakeOffer) }),
            "/fees" => read(Page::Fees),
            "/install" => read(Page::Install),
            "/install/check" => post(Page::Check),
            "/move" => read(Page::Move),
            "/move/offers.toml" => read(Page::MoveOffers),
            "/team" => read(Page::Team),
            "/team/invite" => post(Page::Invite),
            "/team/role" => post(Page::SetRole),
            "/team/remove" => post(Page::Remove),
            "/settings" => read(Page::Settings),
            "/settings/accent" => post(Page::SetAccent),
            "/settings/logo" => post(Page::SetLogo),
            "/settings/logo/remove" => post(Page::RemoveLogo),
            "/settings/payee" => post(Page::Choose),
            "/prove" => read(Page::Prove),
            "/sign-out" => post(Page::SignOut),
            path => Ways::under(path),
        }
    }

    /// Addresses with an id in them.
    fn under(path: &str) -> Result<Ways, Problem> {
        let ways = match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
            ["developers", rest @ ..] => return Room::ways(rest),
            ["sales", name] => match name.strip_suffix(".json") {
                Some(serial) => Ways { read: Some(Page::SaleJson(sale(serial)?)), post: None },
                None => Ways { read: Some(Page::Sale(sale(name)?)), post: None },
            },
            ["sales", serial, "refund"] => {
                let id = sale(serial)?;
                Ways { read: Some(Page::AskRefund(id)), post: Some(Page::Refund(id)) }
            }
            ["bills", period, name] => {
                let (meter, page): (_, fn(Period, Unit) -> Page) = match name.rsplit_once('.') {
                    None => (*name, Page::BillsOf),
                    Some((meter, "csv")) => (meter, Page::BillsCsv),
                    Some((meter, "json")) => (meter, Page::BillsJson),
                    Some(_) => return Err(Problem::Unknown),
                };
                let (period, unit) = Period::parse(period).zip(Unit::parse(meter)).ok_or(Problem::Unknown)?;
                Ways { read: Some(page(period, unit)), post: None }
            }
            ["usage", serial] => Ways { read: Some(Page::Session(sale(serial)?)), post: None },
            ["offers", id] => Ways { read: Some(Page::Offer(offer(id)?)), post: None },
            ["offers", id, "edit"] => Ways { read: Some(Page::AskEdit(offer(id)?)), post: Some(Page::Edit(offer(id)?)) },
            ["offers", id, "end"] => Ways { read: None, post: Some(Page::EndOffer(offer(id)?)) },
            _ => return Err(Problem::Unknown),
        };
        Ok(ways)
    }
}

fn sale(serial: &str) -> Result<CommandId, Problem> {
    parse_serial(serial).map_err(|_| Problem::Unknown)
}

fn offer(id: &str) -> Result<OfferId, Problem> {
    parse_offer(id).map_err(|_| Problem::Unknown)
}
