//! `/settings`: names, sites, how the payee looks, files to take along, other desks, and the way out.

use super::{CHOSEN, Visitor, enter};
use crate::acts::Done;
use crate::door::{self, Reply};
use crate::multipart::{self, Part};
use crate::payees::brand::{self, LOGO_PATH, Logo};
use crate::payees::picture::NoPicture;
use crate::wallet::Asked;
use crate::web::colour::Rgb;
use crate::web::desk::{self, LookView, OtherDesk, Place, SettingsView};
use crate::web::lang::plain;
use crate::web::{Link, PageKind};
use http::{StatusCode, header};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::vault::{Role, What};

/// Where the form with a logo in it goes, and its longest body.
pub(super) const LOGO_FORM: &str = "/settings/logo";
pub(super) const MOST_FORM: usize = 256 * 1_024;

/// A field of the look that cannot stand, and why.
struct WrongLook {
    field: &'static str,
    typed: Option<String>,
    why: String,
}

/// The fields of a form with a file in it, if it is one.
pub(super) fn file_form(asked: &Asked) -> Option<Vec<Part<'_>>> {
    let content_type = asked.headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multipart::read(content_type, &asked.body)
}

/// Those of them that are words.
pub(super) fn words(parts: &[Part<'_>]) -> BTreeMap<String, String> {
    let word = |part: &Part<'_>| Some((part.name.to_owned(), std::str::from_utf8(part.content).ok()?.to_owned()));
    parts.iter().filter_map(word).collect()
}

impl Visitor<'_> {
    /// `GET /settings`.
    pub(super) fn settings(&self) -> Reply {
        self.settings_page(StatusCode::OK, None)
    }

    fn settings_page(&self, status: StatusCode, wrong: Option<WrongLook>) -> Reply {
        let link = |(_, site): (&String, &crate::config::Site)| {
            let url = self.instance.config.url(&site.host);
            Link { text: site.name.clone().unwrap_or_else(|| site.host.clone()), href: format!("{url}/") }
        };
        let others = self.teams.iter().filter(|team| team.payee != self.me.payee);
        let other = |team: &store::vault::Member| OtherDesk {
            name: self.instance.payee_name(&team.payee),
            role: team.role,
            form: self.form("/settings/payee", &[("payee", &team.payee)]),
        };
        let view = SettingsView {
            frame: self.frame(Place::Settings),
            handle: self.payee.handle.clone(),
            role: self.me.role,
            sites: self.sites().map(link).collect(),
            others: others.map(other).collect(),
            look: self.look(wrong),
            sign_out: self.form("/sign-out", &[]),
        };
        door::page_in(self.visit, status, PageKind::Desk, view.look.shown.as_ref(), desk::settings(&view))
    }

    fn look(&self, wrong: Option<WrongLook>) -> LookView {
        let brand = self.instance.brands.of(&self.payee.handle);
        let may_set = self.me.role >= Role::Editor;
        let typed = wrong.as_ref().and_then(|wrong| wrong.typed.clone());
        LookView {
            accent: typed.or(brand.accent.map(|accent| accent.wished.to_string())).unwrap_or_default(),
            shown: brand.look(LOGO_PATH),
            set_accent: may_set.then(|| self.form("/settings/accent", &[])),
            set_logo: may_set.then(|| self.form(LOGO_FORM, &[])),
            remove_logo: (may_set && brand.logo.is_some()).then(|| self.form("/settings/logo/remove", &[])),
            wrong: wrong.map(|wrong| (wrong.field, wrong.why)),
        }
    }

    /// `POST /settings/accent`; nothing takes the colour away.
    pub(super) async fn set_accent(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let typed = form.get("accent").map(|typed| typed.trim()).unwrap_or_default();
        let colour = Rgb::parse(typed);
        if colour.is_none() && !typed.is_empty() {
            let why = plain!(self.visit.lang, "desk-accent-wrong");
            let wrong = WrongLook { field: "accent", typed: Some(typed.to_owned()), why };
            return Ok(self.settings_page(StatusCode::UNPROCESSABLE_ENTITY, Some(wrong)));
        }
        brand::set_accent(self.instance, &self.payee, colour, self.visit.now).await?;
        self.did(Done::to(What::BrandSet, "accent")).await?;
        Ok(door::see_other("/settings#look"))
    }

    /// `POST /settings/logo`: a form with a file in it.
    pub(super) async fn set_logo(&self, asked: &Asked) -> Result<Reply, Problem> {
        let parts = file_form(asked).unwrap_or_default();
        let file = parts.iter().find(|part| part.name == "logo").map(|part| asked.body.slice_ref(part.content)).unwrap_or_default();
        let logo = match Logo::read(file) {
            Ok(logo) => logo,
            Err(no) => {
                let lang = self.visit.lang;
                let why = match no {
                    NoPicture::Long => plain!(lang, "desk-logo-long"),
                    NoPicture::Kind => plain!(lang, "desk-logo-kind"),
                    NoPicture::Sides => plain!(lang, "desk-logo-sides"),
                };
                return Ok(self.settings_page(StatusCode::UNPROCESSABLE_ENTITY, Some(WrongLook { field: "logo", typed: None, why })));
            }
        };
        brand::set_logo(self.instance, &self.payee, Some(logo), self.visit.now).await?;
        self.did(Done::to(What::BrandSet, "logo")).await?;
        Ok(door::see_other("/settings#look"))
    }

    /// `POST /settings/logo/remove`.
    pub(super) async fn remove_logo(&self) -> Result<Reply, Problem> {
        brand::set_logo(self.instance, &self.payee, None, self.visit.now).await?;
        self.did(Done::to(What::BrandSet, "logo")).await?;
        Ok(door::see_other("/settings#look"))
    }

    /// `POST /settings/payee`: to the desk of another payee that one works for.
    pub(super) async fn choose(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let wanted = form.get("payee").cloned().unwrap_or_default();
        let team = self.teams.iter().find(|team| team.payee == wanted).ok_or(Problem::Unknown)?;
        let (party, payee, now) = (self.login.party, team.payee.clone(), self.visit.now);
        self.instance.vault(move |vault| vault.set_fact(party, CHOSEN, &payee, now)).await?;
        Ok(door::see_other("/"))
    }

    /// `POST /sign-out`.
    pub(super) async fn sign_out(&self) -> Result<Reply, Problem> {
        self.login.end(self.instance).await?;
        Ok(enter::signed_out())
    }
}
