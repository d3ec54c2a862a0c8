//! `/settings`: names, sites, files to take along, other desks, and the way out.

use super::{CHOSEN, Visitor, enter};
use crate::door::{self, Reply};
use crate::web::Link;
use crate::web::desk::{self, OtherDesk, Place, SettingsView};
use http::StatusCode;
use protocol::problem::Problem;
use std::collections::BTreeMap;

impl Visitor<'_> {
    /// `GET /settings`.
    pub(super) fn settings(&self) -> Reply {
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
            sign_out: self.form("/sign-out", &[]),
        };
        self.page(StatusCode::OK, desk::settings(&view))
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
