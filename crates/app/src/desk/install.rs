//! `/install`: how each site stands behind this instance, with its own values, and what the last check found.

use super::Visitor;
use super::check::{Found, a_page_of};
use super::snippets;
use crate::config::{Attach, Site};
use crate::door::Reply;
use crate::web::desk::{self, Checked, InstallView, Place, SiteSetup};
use http::StatusCode;
use protocol::problem::Problem;
use store::vault::Role;

impl Visitor<'_> {
    /// `GET /install`.
    pub(super) async fn install(&self) -> Result<Reply, Problem> {
        let mut sites = Vec::new();
        for (name, site) in self.sites() {
            let asked = || self.instance.checks.last(name).map(|found| found.path);
            let page = a_page_of(self.instance, &self.payee, site).await?.or_else(asked).unwrap_or_default();
            sites.push(self.setup_of(name, site, page));
        }
        let view = InstallView { frame: self.frame(Place::Install), sites };
        Ok(self.page(StatusCode::OK, desk::install(&view)))
    }

    fn setup_of(&self, name: &str, site: &Site, page: String) -> SiteSetup {
        let config = &self.instance.config;
        let checked = |found: Found| Checked { finding: found.finding, path: found.path, at: found.at };
        SiteSetup {
            name: name.to_owned(),
            title: site.name.clone().unwrap_or_else(|| site.host.clone()),
            url: config.url(&site.host),
            origin: site.origin.clone(),
            priced: site.priced.clone(),
            asks: site.attach == Attach::ForwardAuth,
            in_search: site.search,
            snippets: snippets::of(config, site, &page),
            page,
            check: (self.me.role >= Role::Developer).then(|| self.form("/install/check", &[("site", name)])),
            checked: self.instance.checks.last(name).map(checked),
        }
    }
}
