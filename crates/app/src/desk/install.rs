//! `/install`: how each site stands behind this instance, with its own values, and what the last check found.

use super::Visitor;
use super::check::Found;
use crate::config::{Site, Tls};
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
            let page = self.a_page_of(site).await?.or_else(asked).unwrap_or_default();
            sites.push(self.setup_of(name, site, page));
        }
        let view = InstallView { frame: self.frame(Place::Install), sites };
        Ok(self.page(StatusCode::OK, desk::install(&view)))
    }

    fn setup_of(&self, name: &str, site: &Site, page: String) -> SiteSetup {
        let config = &self.instance.config;
        let checked = |found: Found| Checked { finding: found.finding, path: found.path, at: found.at };
        let desk = config.desk.as_ref().map(|desk| desk.host.clone());
        let names: Vec<String> = [Some(site.host.clone()), Some(config.wallet.host.clone()), desk].into_iter().flatten().collect();
        SiteSetup {
            name: name.to_owned(),
            title: site.name.clone().unwrap_or_else(|| site.host.clone()),
            url: config.url(&site.host),
            origin: site.origin.clone(),
            priced: site.priced.clone(),
            nginx: nginx(&names, &config.listen.to_string(), config.tls),
            caddy: caddy(&names, &config.listen.to_string(), config.tls),
            page,
            check: (self.me.role >= Role::Developer).then(|| self.form("/install/check", &[("site", name)])),
            checked: self.instance.checks.last(name).map(checked),
        }
    }
}

/// A server block for nginx. What people must fill in stands in capitals.
fn nginx(names: &[String], listen: &str, tls: Tls) -> String {
    let (port, certificate) = match tls {
        Tls::BehindProxy => ("443 ssl", "    ssl_certificate /PATH/fullchain.pem;\n    ssl_certificate_key /PATH/privkey.pem;\n"),
        Tls::Off => ("80", ""),
    };
    format!(
        "server {{\n    listen {port};\n    server_name {};\n{certificate}    location / {{\n        proxy_pass http://{listen};\n        \
         proxy_http_version 1.1;\n        proxy_set_header Host $http_host;\n        proxy_set_header X-Forwarded-For $remote_addr;\n        \
         proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection $http_connection;\n        proxy_buffering off;\n    }}\n}}\n",
        names.join(" ")
    )
}

/// A site block for Caddy, which finds its certificates by itself.
fn caddy(names: &[String], listen: &str, tls: Tls) -> String {
    let scheme = match tls {
        Tls::BehindProxy => "",
        Tls::Off => "http://",
    };
    let names: Vec<String> = names.iter().map(|name| format!("{scheme}{name}")).collect();
    format!("{} {{\n    reverse_proxy {listen}\n}}\n", names.join(", "))
}
