//! `/sites` and `/sites/{host}`: what one click may draw, which browsers read in the payer's name, which pages were paid.

use super::lines::title;
use super::one_click::{SiteCaps, site_address};
use super::onward::{Onward, is_host};
use super::{Asked, Visitor};
use crate::caps::Caps;
use crate::door::{self, Reply};
use crate::login::SignedIn;
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::web::{
    self, CapLine, CapMeter, Notice, PageKind, PageLine, ReaderLine, SiteAct, SiteCapsView, SiteLine, SiteState, SiteView, SitesView, Tone,
};
use http::StatusCode;
use market::{GuardScope, GuardState, Verdict, Window};
use money::{Amount, CommandId, Price, PriceError, Timestamp};
use protocol::problem::Problem;
use protocol::text::{base64url, serial};
use std::collections::{BTreeMap, BTreeSet};
use store::vault::{HandleHash, SiteReader};

/// Pages on a site's page.
const PAGES: usize = 20;
/// Sales that are looked through for a site's.
const LOOKED: usize = 5_000;

/// What the books say of a payer on one site.
struct OnSite {
    realm: String,
    caps: SiteCaps,
    spent: Amount,
}

/// What was typed into the form of caps, and why not all of it was taken.
type Typed = BTreeMap<&'static str, (String, Option<String>)>;

impl Visitor<'_> {
    /// `GET /sites`.
    pub(super) async fn sites(&self) -> Result<Reply, Problem> {
        self.sites_page(StatusCode::OK, &Typed::new()).await
    }

    async fn sites_page(&self, status: StatusCode, typed: &Typed) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Sites.sign_in())) };
        let lang = self.visit.lang;
        let own: BTreeSet<String> = self.readers(login).await?.into_iter().filter_map(|(_, reader)| self.host_of(&reader.site)).collect();
        let (known, caps) = self.on_sites(login, own).await?;
        let all = caps.all().map(|cap| self.meter(cap, plain!(lang, "sites-all")));
        let mut notices: Vec<Notice> = all.iter().filter_map(|cap| self.warning(cap)).collect();
        for site in &known {
            let meter = site.caps.site().map(|cap| self.meter(cap, self.site_name(&site.realm)));
            notices.extend(meter.and_then(|meter| self.warning(&meter)));
        }
        let line = |site: &OnSite| SiteLine {
            name: self.site_name(&site.realm),
            url: site_address(&site.realm),
            host: site.realm.clone(),
            state: state_of(&site.caps),
            spent: self.money(site.spent),
            most: site.caps.site().map(|cap| self.money(cap.most)),
        };
        let most = caps.all().map(|cap| cap.most).or(self.instance.config.caps().map(|caps| caps.all));
        let view = SitesView {
            frame: self.frame().await?,
            notices,
            all,
            change: SiteCapsView { form: self.form("/sites/all", &[]), lines: vec![self.line("all", most, typed)] },
            sites: known.iter().map(line).collect(),
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::sites(&view)))
    }

    /// `GET /sites/{host}`.
    pub(super) async fn site(&self, path: &str) -> Result<Reply, Problem> {
        let realm = path.strip_prefix("/sites/").unwrap_or_default().to_owned();
        if !is_host(&realm) {
            return Err(Problem::Unknown);
        }
        self.one_site(&realm, StatusCode::OK, &Typed::new()).await
    }

    async fn one_site(&self, realm: &str, status: StatusCode, typed: &Typed) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Site(realm.to_owned()).sign_in())) };
        let site = self.on_site(login, realm).await?;
        if !self.instance.sells(realm) && site.caps.site().is_none() {
            return Err(Problem::Unknown);
        }
        let month = site.caps.site().map(|cap| self.meter(cap, self.site_name(realm)));
        let state = state_of(&site.caps);
        let act = |act: SiteAct, path: &str| (act, self.form(path, &[("host", realm)]));
        let acts = match state {
            SiteState::Off => Vec::new(),
            SiteState::On => vec![act(SiteAct::Pause, "/sites/pause"), act(SiteAct::Revoke, "/sites/revoke")],
            SiteState::Paused => vec![act(SiteAct::Resume, "/sites/resume"), act(SiteAct::Revoke, "/sites/revoke")],
        };
        let readers = self.readers(login).await?.into_iter().filter(|(_, reader)| self.host_of(&reader.site).as_deref() == Some(realm));
        let reader = |(hash, reader): (HandleHash, SiteReader)| ReaderLine {
            end: reference(&hash),
            since: reader.created_at,
            until: reader.expires_at,
        };
        let view = SiteView {
            frame: self.frame().await?,
            notices: month.iter().filter_map(|cap| self.warning(cap)).collect(),
            name: self.site_name(realm),
            origin: self.instance.realm_url(realm),
            state,
            page: site.caps.page().map(|cap| self.money(cap.most)),
            month,
            spent: self.money(site.spent),
            change: self.change(&site, typed),
            acts,
            readers: readers.map(reader).collect(),
            end: self.form("/sites/readers/end", &[("host", realm)]),
            pages: self.pages(login, realm).await?,
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::site_page(&view)))
    }

    /// `POST /sites/caps`: both caps of one site. With none before, it is the agreement itself.
    pub(super) async fn set_site_caps(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Sites.sign_in())) };
        login.check(&form)?;
        let realm = self.known_site(&form)?;
        let ((page, page_typed), (site, site_typed)) = (self.typed(&form, "page"), self.typed(&form, "site"));
        let mut typed = Typed::from([("page", page_typed), ("site", site_typed)]);
        if let (Some(page), Some(site), Some((_, why))) = (page, site, typed.get_mut("page"))
            && page > site
        {
            *why = Some(plain!(self.visit.lang, "caps-order"));
        }
        let (Some(page), Some(site), true) = (page, site, typed.values().all(|(_, why)| why.is_none())) else {
            return self.one_site(&realm, StatusCode::UNPROCESSABLE_ENTITY, &typed).await;
        };
        let now = self.on_site(login, &realm).await?.caps;
        let raises = |new: Amount, old: Option<&GuardState>| old.is_none_or(|old| new > old.most);
        if (raises(page, now.page()) || raises(site, now.site()))
            && let Some(proof_first) = self.proof_first(login, &Onward::Site(realm.clone()))
        {
            return Ok(proof_first);
        }
        let on = || GuardScope::Site(realm.clone());
        let mut wanted = vec![(on(), Window::Each, Some(page)), (on(), Window::Month, Some(site))];
        if let (None, Some(Caps { all, .. })) = (now.all(), self.instance.config.caps()) {
            wanted.insert(0, (GuardScope::All, Window::Month, Some(all.max(site))));
        }
        self.set_caps(login, wanted).await?;
        Ok(door::see_other(&site_address(&realm)))
    }

    /// `POST /sites/all`: the cap of all sites.
    pub(super) async fn set_cap_of_all(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Sites.sign_in())) };
        login.check(&form)?;
        let (all, typed) = self.typed(&form, "all");
        let Some(all) = all else {
            return self.sites_page(StatusCode::UNPROCESSABLE_ENTITY, &Typed::from([("all", typed)])).await;
        };
        let now = self.on_site(login, "").await?.caps;
        if now.all().is_none_or(|old| all > old.most)
            && let Some(proof_first) = self.proof_first(login, &Onward::Sites)
        {
            return Ok(proof_first);
        }
        self.set_caps(login, vec![(GuardScope::All, Window::Month, Some(all))]).await?;
        Ok(door::see_other("/sites"))
    }

    /// `POST /sites/pause`, `/sites/resume`, `/sites/revoke`: none of them lets a site draw more than it could before.
    pub(super) async fn change_site(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Sites.sign_in())) };
        login.check(&form)?;
        let realm = self.known_site(&form)?;
        let on = |window, most| (GuardScope::Site(realm.clone()), window, most);
        let wanted = match asked.path.as_str() {
            "/sites/pause" => vec![on(Window::Day, Some(Amount::ZERO))],
            "/sites/resume" => vec![on(Window::Day, None)],
            // What counts as agreed goes first.
            _ => vec![on(Window::Month, None), on(Window::Each, None), on(Window::Day, None)],
        };
        self.set_caps(login, wanted).await?;
        Ok(door::see_other(&site_address(&realm)))
    }

    /// `POST /sites/readers/end`: one browser's access to a site, or that of all.
    pub(super) async fn end_reader(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Sites.sign_in())) };
        login.check(&form)?;
        let (realm, named) = (self.known_site(&form)?, form.get("reader").cloned().unwrap_or_default());
        let here = self.readers(login).await?.into_iter().filter(|(_, reader)| self.host_of(&reader.site).as_deref() == Some(&realm));
        let ended: Vec<HandleHash> = here.map(|(hash, _)| hash).filter(|hash| named == "all" || reference(hash) == named).collect();
        self.instance.vault(move |vault| ended.iter().try_for_each(|hash| vault.delete_reader(hash).map(drop))).await?;
        Ok(door::see_other(&site_address(&realm)))
    }

    /// The cap of all sites as the first page shows it, and the words for caps that are nearly used.
    pub(super) async fn caps_at_home(&self, login: &SignedIn) -> Result<(Option<CapMeter>, Vec<Notice>), Problem> {
        let (party, asset) = (login.party, self.asset());
        let lang = self.visit.lang;
        let months =
            move |cap: &GuardState| cap.guard.asset == asset && cap.guard.verdict == Verdict::Ask && cap.guard.window == Window::Month;
        let found = self.instance.look(move |state, now| state.standing_guards(party, now).filter(months).collect::<Vec<_>>()).await?;
        let (mut all, mut notices) = (None, Vec::new());
        for cap in &found {
            let meter = match &cap.guard.on {
                GuardScope::All => self.meter(cap, plain!(lang, "sites-all")),
                GuardScope::Site(realm) => self.meter(cap, self.site_name(realm)),
            };
            notices.extend(self.warning(&meter));
            if cap.guard.on == GuardScope::All {
                all = Some(meter);
            }
        }
        Ok((all, notices))
    }

    fn meter(&self, cap: &GuardState, label: String) -> CapMeter {
        let (most, spent, left) = (self.money(cap.most), self.money(cap.spent), self.money(cap.left()));
        CapMeter { label, most, spent, left, resets_at: cap.resets_at }
    }

    fn warning(&self, cap: &CapMeter) -> Option<Notice> {
        let lang = self.visit.lang;
        let lead =
            if cap.is_reached() { plain!(lang, "cap-reached", what: &cap.label) } else { plain!(lang, "cap-near", what: &cap.label) };
        let (spent, most, day) = (cap.spent.exact(lang), cap.most.exact(lang), web::time::full_text(cap.resets_at, lang));
        let text = plain!(lang, "cap-warning", spent: spent, most: most, day: day);
        cap.is_near().then_some(Notice { tone: Tone::Warn, lead, text })
    }

    fn change(&self, site: &OnSite, typed: &Typed) -> Option<SiteCapsView> {
        let usual = self.instance.config.caps();
        let standing = |cap: Option<&GuardState>| cap.map(|cap| cap.most);
        let page = standing(site.caps.page()).or(usual.map(|caps| caps.page));
        let month = standing(site.caps.site()).or(usual.map(|caps| caps.site));
        page.or(month)?;
        let lines = vec![self.line("page", page, typed), self.line("site", month, typed)];
        Some(SiteCapsView { form: self.form("/sites/caps", &[("host", &site.realm)]), lines })
    }

    fn line(&self, name: &'static str, most: Option<Amount>, typed: &Typed) -> CapLine {
        let stands = || most.map(|most| self.money(most).typed(self.visit.lang)).unwrap_or_default();
        let (typed, refused) = typed.get(name).cloned().unwrap_or_else(|| (stands(), None));
        CapLine { name, typed, refused }
    }

    /// An amount out of a field; with what was typed and why it is none.
    fn typed(&self, form: &BTreeMap<String, String>, name: &str) -> (Option<Amount>, (String, Option<String>)) {
        let lang = self.visit.lang;
        let text = form.get(name).map_or("", |text| text.trim());
        let read = plain_of_typed(text, lang).map_or(Err(PriceError::Form), |plain| Price::decimal(&plain));
        let kept = |why| (text.chars().take(40).collect(), why);
        match read {
            Ok(amount) => (Some(amount), kept(None)),
            Err(PriceError::Form) => (None, kept(Some(plain!(lang, "caps-form")))),
            Err(PriceError::TooFine) => (None, kept(Some(plain!(lang, "choose-fine")))),
            Err(PriceError::TooLarge) => (None, kept(Some(plain!(lang, "choose-large")))),
        }
    }

    async fn on_site(&self, login: &SignedIn, realm: &str) -> Result<OnSite, Problem> {
        let (whose, realm) = ((login.party, self.asset()), realm.to_owned());
        self.instance.look(move |state, now| on_site(state, whose, &realm, now)).await
    }

    /// The sites that a payer has to do with: paid, allowed or opened; and the caps of no site in particular.
    async fn on_sites(&self, login: &SignedIn, opened: BTreeSet<String>) -> Result<(Vec<OnSite>, SiteCaps), Problem> {
        let whose = (login.party, self.asset());
        self.instance
            .look(move |state, now| {
                let mut realms = opened;
                realms.extend(state.sales_of(whose.0, whose.1).take(LOOKED).map(|(_, sale)| sale.realm().to_owned()));
                realms.extend(state.guards_of(whose.0).filter(|guard| guard.asset == whose.1 && guard.verdict == Verdict::Ask).filter_map(
                    |guard| match guard.on {
                        GuardScope::All => None,
                        GuardScope::Site(realm) => Some(realm),
                    },
                ));
                let sites = realms.iter().map(|realm| on_site(state, whose, realm, now)).collect();
                (sites, SiteCaps::of(state, whose, "", now))
            })
            .await
    }

    async fn pages(&self, login: &SignedIn, realm: &str) -> Result<Vec<PageLine>, Problem> {
        let (party, asset, of) = (login.party, self.asset(), realm.to_owned());
        let found = self.instance.look(move |state, _| {
            let here = state.sales_of(party, asset).take(LOOKED).filter(|(_, sale)| sale.realm() == of).take(PAGES);
            here.map(|(id, sale)| (id, sale.clone())).collect::<Vec<(CommandId, market::Sale)>>()
        });
        let line = |(id, sale): (CommandId, market::Sale)| PageLine {
            title: title(&sale.item),
            receipt_url: format!("/r/{}", serial(id)),
            amount: self.money(sale.charged),
            at: sale.at,
            taken_back: !sale.is_live(),
        };
        Ok(found.await?.into_iter().map(line).collect())
    }

    async fn readers(&self, login: &SignedIn) -> Result<Vec<(HandleHash, SiteReader)>, Problem> {
        let (party, now) = (login.party, self.visit.now);
        self.instance.vault(move |vault| vault.readers_of(party, now)).await
    }

    /// The host of a site that the vault knows by its name in the configuration.
    fn host_of(&self, name: &str) -> Option<String> {
        self.instance.config.site.get(name).map(|site| site.host.clone())
    }

    fn site_name(&self, realm: &str) -> String {
        self.instance.realm_name(realm).unwrap_or_else(|| realm.to_owned())
    }

    /// The host that a form names, if it is one of this instance: nothing else is worth a record.
    fn known_site(&self, form: &BTreeMap<String, String>) -> Result<String, Problem> {
        let host = form.get("host").filter(|host| self.instance.sells(host));
        host.cloned().ok_or(Problem::Unknown)
    }
}

fn on_site(state: &market::State, whose: (money::Party, money::Asset), realm: &str, now: Timestamp) -> OnSite {
    let caps = SiteCaps::of(state, whose, realm, now);
    let counted = caps.site().map(|cap| cap.spent);
    let this_month = || {
        let since = state.month(whose.0, now).since;
        let sales = state.sales_of(whose.0, whose.1).take_while(|(_, sale)| sale.at >= since);
        let here = sales.filter(|(_, sale)| sale.is_live() && sale.realm() == realm);
        here.fold(Amount::ZERO, |sum, (_, sale)| sum.checked_add(sale.charged).unwrap_or(Amount::MAX))
    };
    OnSite { realm: realm.to_owned(), spent: counted.unwrap_or_else(this_month), caps }
}

fn state_of(caps: &SiteCaps) -> SiteState {
    match caps.site() {
        None => SiteState::Off,
        Some(_) if caps.is_paused() => SiteState::Paused,
        Some(_) => SiteState::On,
    }
}

/// Names a reader in a form without saying what would find it in the vault.
fn reference(hash: &HandleHash) -> String {
    base64url(hash.0.get(..12).unwrap_or_default())
}
