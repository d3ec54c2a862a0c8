//! One click: whether a sheet may go on by itself, and the agreement that lets it.
//!
//! The agreement is a payer's own cap on a site, a guard that asks, in the books. What binds is the engine's: a form that
//! claims one click is a claim of less than a press, and is refused where nothing was agreed to or a cap is reached. What is
//! decided here is only when a page may make that claim without being pressed.

use super::{Asked, Visitor};
use crate::caps::Caps;
use crate::instance::Instance;
use crate::login::SignedIn;
use crate::months;
use crate::web::{Cap, OneClick, OverCap};
use crate::world;
use market::{Body, Command, Guard, GuardScope, GuardState, Maker, Rejection, State, Verdict, Window};
use money::{Amount, Asset, CommandId, Party, Timestamp};
use protocol::problem::Problem;

/// The caps of a payer that bear on one site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SiteCaps(Vec<GuardState>);

/// How a sheet was come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Came {
    /// By the click of a person on a link of some page.
    ByClick,
    /// By a script, an address typed or kept, a form, or nobody knows.
    Otherwise,
}

impl Came {
    /// What the browser says of itself. Pages cannot say these fields for it.
    pub fn of(asked: &Asked) -> Came {
        let is = |name: &str, value: &str| asked.headers.get(name).is_some_and(|said| said.as_bytes() == value.as_bytes());
        // An address out of a mail or a note comes from no page at all.
        let from_a_page = ["cross-site", "same-site", "same-origin"].iter().any(|site| is("sec-fetch-site", site));
        let by_hand = is("sec-fetch-user", "?1") && is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
        let for_now = !asked.headers.contains_key("sec-purpose") && !asked.headers.contains_key("purpose");
        if by_hand && from_a_page && for_now { Came::ByClick } else { Came::Otherwise }
    }
}

impl SiteCaps {
    /// Reads the books.
    pub fn of(state: &State, (party, asset): (Party, Asset), realm: &str, now: Timestamp) -> SiteCaps {
        let bears = |standing: &GuardState| {
            let here = match &standing.guard.on {
                GuardScope::All => true,
                GuardScope::Site(of) => of == realm,
            };
            here && standing.guard.asset == asset && standing.guard.verdict == Verdict::Ask
        };
        SiteCaps(state.standing_guards(party, now).filter(bears).collect())
    }

    /// The cap of a month on the site: what was agreed to, if anything was.
    pub fn site(&self) -> Option<&GuardState> {
        self.find(|guard| guard.on != GuardScope::All && guard.window == Window::Month)
    }

    /// The cap of a page on the site.
    pub fn page(&self) -> Option<&GuardState> {
        self.find(|guard| guard.on != GuardScope::All && guard.window == Window::Each)
    }

    /// The cap of a month on all sites.
    pub fn all(&self) -> Option<&GuardState> {
        self.find(|guard| guard.on == GuardScope::All && guard.window == Window::Month)
    }

    /// True while the payer wants to be asked on this site all the same: nothing a day.
    pub fn is_paused(&self) -> bool {
        let nothing = |standing: &GuardState| standing.most.is_zero();
        self.find(|guard| guard.on != GuardScope::All && guard.window == Window::Day).is_some_and(nothing)
    }

    /// The first cap that a purchase for so much would pass.
    pub fn over(&self, due: Amount) -> Option<&GuardState> {
        self.0.iter().find(|standing| standing.spent.checked_add(due).is_none_or(|after| after > standing.most))
    }

    fn find(&self, is: impl Fn(&Guard) -> bool) -> Option<&GuardState> {
        self.0.iter().find(|standing| is(&standing.guard))
    }
}

/// Which of a payer's caps a guard is, as pages name them.
pub(super) fn cap_of(guard: &Guard) -> Cap {
    match (&guard.on, guard.window) {
        (GuardScope::Site(_), Window::Month) => Cap::Site,
        (GuardScope::All, Window::Month) => Cap::All,
        (_, Window::Each) => Cap::Page,
        (_, Window::Day) => Cap::Day,
    }
}

impl Visitor<'_> {
    /// What a sheet that is ready to be pressed says about one click, at this price.
    pub(super) fn one_click(&self, (caps, came): (Option<&SiteCaps>, Came), realm: &str, price: Amount) -> OneClick {
        let (Some(login), Some(caps)) = (&self.login, caps) else { return OneClick::Silent };
        let url = site_address(realm);
        if caps.site().is_none() {
            let usual = self.instance.config.caps().filter(|usual| price <= usual.page);
            return usual.map_or(OneClick::Silent, |Caps { page, site, all }| {
                // Somebody who has a cap on all sites keeps it.
                let all = caps.all().map_or(all, |standing| standing.most);
                OneClick::Offered { page: self.money(page), site: self.money(site), all: self.money(all) }
            });
        }
        if caps.is_paused() {
            return OneClick::Paused { url };
        }
        if let Some(over) = caps.over(price) {
            return OneClick::Over(OverCap {
                cap: cap_of(&over.guard),
                most: self.money(over.most),
                spent: self.money(over.spent),
                left: self.money(over.left()),
                resets_at: (over.guard.window != Window::Each).then_some(over.resets_at),
                url,
            });
        }
        let has_room = self.tempo.has_room(&(login.party, realm.to_owned()), self.visit.now);
        if came == Came::ByClick && has_room && !self.wants_proof(login, price) { OneClick::Goes } else { OneClick::Agreed { url } }
    }

    /// Keeps what the box on a sheet says: the usual caps on this site, and on all sites together if there is none yet. The
    /// cap of a month on the site comes last, for it is what counts as agreed: a stop in between leaves caps and no agreement.
    pub(super) async fn agree(&self, login: &SignedIn, realm: &str) -> Result<(), Problem> {
        let Some(usual) = self.instance.config.caps() else { return Ok(()) };
        let (whose, site) = ((login.party, self.asset()), realm.to_owned());
        let caps = self.instance.look(move |state, now| SiteCaps::of(state, whose, &site, now)).await?;
        if caps.site().is_some() {
            return Ok(());
        }
        let site = || GuardScope::Site(realm.to_owned());
        let mut wanted = vec![(site(), Window::Each, Some(usual.page)), (site(), Window::Month, Some(usual.site))];
        if caps.all().is_none() {
            wanted.insert(0, (GuardScope::All, Window::Month, Some(usual.all)));
        }
        self.set_caps(login, wanted).await
    }

    /// Sets caps one after the other; `None` takes one away.
    pub(super) async fn set_caps(&self, login: &SignedIn, caps: Vec<(GuardScope, Window, Option<Amount>)>) -> Result<(), Problem> {
        let (party, asset) = (login.party, self.asset());
        months::say(self.instance, party).await?;
        for (on, window, most) in caps {
            let guard = Guard { party, on, window, verdict: Verdict::Ask, asset, most };
            done(self.instance, self.visit.now, party, Body::SetGuard(guard)).await?;
        }
        Ok(())
    }
}

async fn done(instance: &Instance, now: Timestamp, party: Party, body: Body) -> Result<(), Problem> {
    let id = CommandId::new(now.ms(), world::random());
    let outcome = instance.apply(Command { id, maker: Maker::Party(party), body }).await?.outcome;
    let told = outcome.effect().map(|_| ());
    told.map_err(|rejection: &Rejection| crate::refusals::problem_of(rejection, instance.config.asset(), ""))
}

/// The page of a site in the wallet.
pub(super) fn site_address(realm: &str) -> String {
    format!("/sites/{realm}")
}
