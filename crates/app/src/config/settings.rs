//! Every setting with the value in force and where it comes from; and the keys that a file may have.

use super::{Bar, Config, Site, Stablecoin, Tls};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// One setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Its key with the tables before it, such as `site.news.host`.
    pub key: String,
    /// What is in force; empty for nothing. Secrets are never shown.
    pub value: String,
    /// Where it comes from.
    pub source: Source,
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// From this line of the file.
    File {
        /// From 1.
        line: u64,
    },
    /// From the environment.
    Environment,
    /// Nobody said anything.
    Default,
}

/// A key that no setting has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stranger {
    /// The key with the tables before it.
    pub key: String,
    /// The line it stands on, from 1.
    pub line: u64,
    /// The one that was probably meant, if one is near.
    pub nearest: Option<String>,
}

/// Keys of the file itself. A test holds these lists to what is read.
const TOP: [&str; 17] = [
    "name",
    "mode",
    "listen",
    "ops",
    "data",
    "tls",
    "public_port",
    "trusted_proxies",
    "currency",
    "zone",
    "wallet",
    "desk",
    "admin",
    "mail",
    "payee",
    "site",
    "elsewhere",
];
const WALLET: [&str; 2] = ["host", "caps"];
const CAPS: [&str; 3] = ["page", "site", "all"];
const DOOR: [&str; 1] = ["host"];
const PAYEE: [&str; 2] = ["name", "monetization"];
const MONETIZATION: [&str; 5] = ["address", "auth_server", "resource_server", "asset_code", "asset_scale"];
const MAIL: [&str; 3] = ["smtp", "from", "password_file"];
const ELSEWHERE: [&str; 3] = ["url", "payee", "name"];
const SITE: [&str; 15] = [
    "host",
    "name",
    "origin",
    "payee",
    "priced",
    "offers",
    "query",
    "bar",
    "attach",
    "search",
    "x402_json",
    "page_origins",
    "mcp",
    "wallets",
    "stablecoin",
];
const STABLECOIN: [&str; 12] = [
    "network",
    "asset",
    "name",
    "version",
    "decimals",
    "currency",
    "pay_to",
    "facilitator",
    "rpc",
    "loopback",
    "patience_s",
    "confirmations",
];

/// The environment variable that says how much is logged.
const LOG: &str = "FARTHING_LOG";
/// What stands in place of a secret.
const HIDDEN: &str = "••••";

/// The lines of a text that its keys stand on, and the keys that no setting has. A text that is no TOML has neither.
pub(super) fn keys_of(text: &str) -> (BTreeMap<String, u64>, Vec<Stranger>) {
    let mut found = Found { text, lines: BTreeMap::new(), strangers: Vec::new() };
    if let Ok(table) = DeTable::parse(text) {
        found.walk(table.get_ref(), "");
    }
    (found.lines, found.strangers)
}

struct Found<'t> {
    text: &'t str,
    lines: BTreeMap<String, u64>,
    strangers: Vec<Stranger>,
}

impl Found<'_> {
    fn walk(&mut self, table: &DeTable<'_>, before: &str) {
        let known = known_in(before);
        for (key, value) in table {
            let line = self.line(key.span().start);
            let name = key.get_ref().as_ref();
            let path = if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
            if let Some(known) = known
                && !known.contains(&name)
            {
                let nearest = nearest(name, known).map(|near| if before.is_empty() { near.to_owned() } else { format!("{before}.{near}") });
                self.strangers.push(Stranger { key: path, line, nearest });
                continue;
            }
            if let DeValue::Table(inner) = value.get_ref() {
                self.walk(inner, &path);
            }
            self.lines.insert(path, line);
        }
    }

    fn line(&self, offset: usize) -> u64 {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let ends = before.iter().filter(|byte| **byte == b'\n').count();
        u64::try_from(ends).unwrap_or(u64::MAX).saturating_add(1)
    }
}

/// The keys that a table may have; `None` where they are names that its writer chose.
fn known_in(table: &str) -> Option<&'static [&'static str]> {
    match table.split('.').collect::<Vec<_>>().as_slice() {
        [""] => Some(&TOP),
        ["wallet"] => Some(&WALLET),
        ["wallet", "caps"] => Some(&CAPS),
        ["desk" | "admin"] => Some(&DOOR),
        ["mail"] => Some(&MAIL),
        ["payee", _] => Some(&PAYEE),
        ["payee", _, "monetization"] => Some(&MONETIZATION),
        ["site", _] => Some(&SITE),
        ["site", _, "stablecoin", _] => Some(&STABLECOIN),
        ["elsewhere", _] => Some(&ELSEWHERE),
        _ => None,
    }
}

/// The known name that the fewest letters make of another, if that is at most a third of them and one more.
fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let near = known.iter().map(|other| (distance(name, other), *other)).min()?;
    let most = name.chars().count().saturating_add(5) / 3;
    (near.0 <= most).then_some(near.1)
}

/// How many letters are to be put in, taken out or exchanged.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, letter) in (1_usize..).zip(one.chars()) {
        let mut diagonal = std::mem::replace(&mut row[0], number);
        for (column, same) in other.iter().enumerate() {
            let above = row[column.saturating_add(1)];
            let exchanged = if letter == *same { diagonal } else { diagonal.saturating_add(1) };
            let moved = above.min(row[column]).saturating_add(1);
            row[column.saturating_add(1)] = exchanged.min(moved);
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or_default()
}

impl Config {
    /// Every setting, in the order of the file that `farthing init` writes. `log` is what the environment says of the log.
    #[must_use]
    pub fn settings(&self, log: Option<String>) -> Vec<Setting> {
        let tls = match self.tls {
            Tls::Off => "off",
            Tls::BehindProxy => "behind-proxy",
        };
        let proxies = self.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut all = vec![
            self.setting("name", &self.name),
            self.setting("mode", self.mode.mode().word()),
            self.setting("currency", &self.currency),
            self.setting("zone", self.zone().name()),
            self.setting("data", &self.data.display().to_string()),
            self.setting("tls", tls),
            self.setting("listen", &self.listen.to_string()),
            self.setting("ops", &self.ops.to_string()),
            self.setting("public_port", &self.public_port.map(|port| port.to_string()).unwrap_or_default()),
            self.setting("trusted_proxies", &proxies),
            self.setting("wallet.host", &self.wallet.host),
            self.setting("desk.host", self.desk.as_ref().map(|door| door.host.as_str()).unwrap_or_default()),
            self.setting("admin.host", self.admin.as_ref().map(|door| door.host.as_str()).unwrap_or_default()),
        ];
        if let Some(caps) = &self.wallet.caps {
            let of = |key: &str, value: &str| self.setting(&format!("wallet.caps.{key}"), value);
            all.extend([of("page", &caps.page), of("site", &caps.site), of("all", &caps.all)]);
        }
        if let Some(mail) = &self.mail {
            all.push(self.setting("mail.smtp", &without_password(&mail.smtp)));
            all.push(self.setting("mail.from", &mail.from));
            // The file's name is no secret; what stands in it is.
            let path = mail.password_file.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            all.push(Setting { value: path, ..self.setting("mail.password_file", "") });
        }
        all.extend(self.payee.iter().map(|(handle, payee)| self.setting(&format!("payee.{handle}.name"), &payee.name)));
        all.extend(self.payee.iter().filter_map(|(handle, payee)| Some((handle, payee.monetization.as_ref()?))).flat_map(
            |(handle, known)| {
                let of = |key: &str, value: &Option<String>| {
                    self.setting(&format!("payee.{handle}.monetization.{key}"), value.as_deref().unwrap_or_default())
                };
                let scale = Some(known.asset_scale.to_string());
                let servers =
                    [of("address", &known.address), of("auth_server", &known.auth_server), of("resource_server", &known.resource_server)];
                servers.into_iter().chain([of("asset_code", &known.asset_code), of("asset_scale", &scale)]).collect::<Vec<_>>()
            },
        ));
        all.extend(self.site.iter().flat_map(|(name, site)| self.site_settings(name, site)));
        all.extend(self.elsewhere.iter().flat_map(|(name, site)| {
            let of = |key: &str, value: &str| self.setting(&format!("elsewhere.{name}.{key}"), value);
            [of("url", &site.url), of("payee", &site.payee), of("name", site.name.as_deref().unwrap_or_default())]
        }));
        let source = if log.is_some() { Source::Environment } else { Source::Default };
        all.push(Setting { key: LOG.to_owned(), value: log.unwrap_or_else(|| "warn".to_owned()), source });
        all
    }

    fn site_settings(&self, name: &str, site: &Site) -> Vec<Setting> {
        let offers = site.offers.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        let bar = match site.bar {
            Bar::Insert => "insert",
            Bar::Off => "off",
        };
        let of = |key: &str, value: &str| self.setting(&format!("site.{name}.{key}"), value);
        let coins = site.stablecoin.iter().flat_map(|(coin, known)| self.coin_settings(&format!("site.{name}.stablecoin.{coin}"), known));
        let all = vec![
            of("host", &site.host),
            of("name", site.name.as_deref().unwrap_or_default()),
            of("origin", &site.origin),
            of("payee", &site.payee),
            of("priced", &site.priced.join(", ")),
            of("offers", &offers),
            of("query", &site.query.join(", ")),
            of("bar", bar),
            of("attach", site.attach.word()),
            of("search", if site.search { "true" } else { "false" }),
            of("x402_json", if site.x402_json { "true" } else { "false" }),
            of("page_origins", &site.page_origins.join(", ")),
            of("mcp", &site.mcp.join(", ")),
            of("wallets", &site.wallets.join(", ")),
        ];
        all.into_iter().chain(coins).collect()
    }

    fn coin_settings(&self, table: &str, coin: &Stablecoin) -> Vec<Setting> {
        let of = |key: &str, value: &str| self.setting(&format!("{table}.{key}"), value);
        vec![
            of("network", &coin.network),
            of("asset", &coin.asset),
            of("name", &coin.name),
            of("version", &coin.version),
            of("decimals", &coin.decimals.to_string()),
            of("currency", &coin.currency),
            of("pay_to", &coin.pay_to),
            of("facilitator", &coin.facilitator),
            of("rpc", &coin.rpc),
            of("loopback", if coin.loopback { "true" } else { "false" }),
            of("patience_s", &coin.patience_s.to_string()),
            of("confirmations", &coin.confirmations.to_string()),
        ]
    }

    fn setting(&self, key: &str, value: &str) -> Setting {
        let source = self.lines.get(key).map_or(Source::Default, |line| Source::File { line: *line });
        Setting { key: key.to_owned(), value: shown(key, value), source }
    }
}

/// A server's address as anybody may see it.
fn without_password(smtp: &str) -> String {
    match url::Url::parse(smtp) {
        Ok(mut url) if url.password().is_some() => {
            // Only an address without a host can't have one, and then there is nothing to hide.
            let _ = url.set_password(Some("****"));
            url.to_string()
        }
        Ok(_) | Err(_) => smtp.to_owned(),
    }
}

/// A value as anybody may see it: of a secret only that there is one.
fn shown(key: &str, value: &str) -> String {
    let last = key.rsplit('.').next().unwrap_or_default();
    let is_secret = ["secret", "password", "passphrase", "token", "private"].iter().any(|word| last.contains(word));
    if is_secret && !value.is_empty() { HIDDEN.to_owned() } else { value.to_owned() }
}

#[cfg(test)]
mod tests;
