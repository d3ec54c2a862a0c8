//! `farthing.toml`: read whole, every mistake named, nothing guessed.

mod monetization;
mod settings;
mod stablecoin;

pub use monetization::Monetization;
pub use settings::{Setting, Source, Stranger};
pub use stablecoin::Stablecoin;

use crate::caps::{Caps, CapsWords};
use money::Asset;
use protocol::text::check_handle;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use store::folder::Mode;
use thiserror::Error;

use crate::gateway::proxy::Origin;
use crate::host::Host;
use crate::mail::Mailer;
use crate::outward::{Rules, Target};
use crate::zone::Zone;

/// An instance as its file describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What people read as the name of the wallet.
    pub name: String,
    /// `test` or `live`; a data folder is one of them for ever.
    pub mode: ModeWord,
    /// Where the doors listen.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// Where the operator's port listens: a loopback address.
    #[serde(default = "ops")]
    pub ops: SocketAddr,
    /// The data folder, relative to this file.
    #[serde(default = "data")]
    pub data: PathBuf,
    /// Who speaks TLS to the public.
    #[serde(default)]
    pub tls: Tls,
    /// The port that people reach the doors at, where a proxy or a port mapping in front has another than `listen`.
    #[serde(default)]
    pub public_port: Option<u16>,
    /// Addresses of the proxies in front, whose `X-Forwarded-*` counts.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// The currency that wallets are topped up in, such as `EUR`.
    #[serde(default = "currency")]
    pub currency: String,
    /// The time zone of payers who chose none, such as `Europe/Berlin`; UTC if it is not said.
    #[serde(default)]
    pub zone: Option<String>,
    /// The wallet's door.
    pub wallet: WalletDoor,
    /// The payees' door; without it payees work through `/v1` and commands alone.
    #[serde(default)]
    pub desk: Option<Door>,
    /// The operator's door for browsers; without it there are the operator's port and commands.
    #[serde(default)]
    pub admin: Option<Door>,
    /// The way out for mail; without it there are no mailed codes.
    #[serde(default)]
    pub mail: Option<Mail>,
    /// Who is paid, by handle.
    #[serde(default)]
    pub payee: BTreeMap<String, Payee>,
    /// What is sold, by name.
    #[serde(default)]
    pub site: BTreeMap<String, Site>,
    /// Sites of other instances whose readers pay from wallets here, by name.
    #[serde(default)]
    pub elsewhere: BTreeMap<String, Elsewhere>,
    /// The file it was read from.
    #[serde(skip)]
    pub file: PathBuf,
    /// The file's line that each key stands on.
    #[serde(skip)]
    lines: BTreeMap<String, u64>,
}

/// The word for a folder's mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModeWord {
    /// Play money.
    Test,
    /// Real money.
    Live,
}

/// Who speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// Nobody: plain HTTP, on loopback names only.
    #[default]
    Off,
    /// A proxy in front of the doors.
    BehindProxy,
}

/// The wallet's door.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalletDoor {
    /// Host name without port.
    pub host: String,
    /// What the box of one click agrees to, where it is not what is usual in the currency.
    #[serde(default)]
    pub caps: Option<CapsWords>,
}

/// A door of the instance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Door {
    /// Host name without port.
    pub host: String,
}

/// The way out for mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The server: `smtps://user@mail.example:465`, or `smtp://127.0.0.1:25` for one on this machine.
    pub smtp: String,
    /// Who it comes from: `Name <address@example.org>`.
    pub from: String,
    /// A file that holds the user's password, relative to this file.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
}

/// Somebody who is paid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    /// The name that payers read.
    pub name: String,
    /// An address of its own that takes money by Web Monetization, if it has one.
    #[serde(default)]
    pub monetization: Option<Monetization>,
}

/// A site that sells.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Host name without port: also the realm of its challenges.
    pub host: String,
    /// The name that payers read; the payee's if left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Where the pages come from: `http://127.0.0.1:8080`.
    pub origin: String,
    /// Handle of the payee that owns the offers.
    pub payee: String,
    /// Path patterns that are for sale; everything else passes.
    pub priced: Vec<String>,
    /// Offer files, relative to this file; `[]` where offers are made at the desk.
    pub offers: Vec<PathBuf>,
    /// Query keys that make another page; all others are left out of a page's address.
    #[serde(default)]
    pub query: Vec<String>,
    /// Whether the paid bar is put into pages while undo is open.
    #[serde(default)]
    pub bar: Bar,
    /// How requests come to this instance.
    #[serde(default)]
    pub attach: Attach,
    /// Whether people and search engines find the teaser under 200 instead of the 402 (programs get 402 either way).
    #[serde(default)]
    pub search: bool,
    /// Whether `/.well-known/x402.json` lists what is sold, for who looks for it there.
    #[serde(default)]
    pub x402_json: bool,
    /// Origins of the payee's own pages, of the same site, that may show what a reader paid for: `https://news.example`.
    #[serde(default)]
    pub page_origins: Vec<String>,
    /// Where a server that speaks the Model Context Protocol takes its messages: `/mcp`. Its tool `forecast` is then the page
    /// `/mcp/forecast` to prices and offers.
    #[serde(default)]
    pub mcp: Vec<String>,
    /// Origins of the wallets whose money is taken from people, the one that is offered first being first; the instance's own
    /// if none is named.
    #[serde(default)]
    pub wallets: Vec<String>,
    /// Coins on chains that are taken as well, straight to the payee's own address, by name.
    #[serde(default)]
    pub stablecoin: BTreeMap<String, Stablecoin>,
}

/// A site of another instance: its readers pay one of our payees from their wallets here.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Its origin: `https://news.example`.
    pub url: String,
    /// Handle of the payee here that is paid for it.
    pub payee: String,
    /// The name that payers read; the payee's if left out.
    #[serde(default)]
    pub name: Option<String>,
}

impl Elsewhere {
    /// The realm of its pages: its host without port.
    #[must_use]
    pub fn realm(&self) -> String {
        let authority = self.url.split_once("://").map_or("", |(_, rest)| rest);
        authority.split(':').next().unwrap_or_default().to_owned()
    }
}

/// How a site is attached to the instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attach {
    /// Every request comes through here.
    #[default]
    Proxy,
    /// The payee's own server asks about each request, and serves what it may by itself.
    ForwardAuth,
}

impl Attach {
    /// As the file writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Attach::Proxy => "proxy",
            Attach::ForwardAuth => "forward-auth",
        }
    }
}

/// Where the paid bar goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bar {
    /// Right after `<body>`.
    #[default]
    Insert,
    /// Nowhere: undo is in the wallet.
    Off,
}

/// Why a file is no configuration; says what to do.
#[derive(Error, Debug)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read {path}: {source}. `farthing init` writes one")]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no TOML of the right form.
    #[error("{path}: {message}")]
    Form {
        /// Which file.
        path: PathBuf,
        /// What and where.
        message: String,
    },
    /// Keys that are no settings.
    #[error("{}", .strangers.iter().map(|stranger| unknown(.path, stranger)).collect::<Vec<_>>().join("\n"))]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// All of them.
        strangers: Vec<Stranger>,
    },
    /// A value can't be used.
    #[error("{path}: {key}: {message}")]
    Value {
        /// Which file.
        path: PathBuf,
        /// Which key.
        key: String,
        /// What is wrong and what to write.
        message: String,
    },
}

fn unknown(path: &Path, stranger: &Stranger) -> String {
    let Stranger { key, line, nearest } = stranger;
    let meant = nearest.as_ref().map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default();
    format!("{}:{line}: `{key}` is no setting{meant}", path.display())
}

fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 4020))
}

fn ops() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 4021))
}

fn data() -> PathBuf {
    PathBuf::from("data")
}

fn currency() -> String {
    "EUR".to_owned()
}

impl ModeWord {
    /// The store's word for it.
    #[must_use]
    pub const fn mode(self) -> Mode {
        match self {
            ModeWord::Test => Mode::Test,
            ModeWord::Live => Mode::Live,
        }
    }
}

impl Config {
    /// Reads and checks a file; paths in it become absolute, relative to the file.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that is wrong.
    pub fn load(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Config::parse(&text, path, folder)
    }

    /// Reads a text as [`Config::load`] does.
    ///
    /// # Errors
    /// [`ConfigError`] with the key that is wrong.
    pub fn parse(text: &str, path: &Path, folder: &Path) -> Result<Config, ConfigError> {
        let form = |error: toml::de::Error| ConfigError::Form { path: path.to_owned(), message: error.to_string() };
        let (lines, strangers) = settings::keys_of(text);
        if !strangers.is_empty() {
            return Err(ConfigError::Unknown { path: path.to_owned(), strangers });
        }
        let mut config: Config = toml::from_str(text).map_err(form)?;
        (config.file, config.lines) = (path.to_owned(), lines);
        // Without the `.` of a folder that is the file's own, so that messages name it as people do.
        config.data = folder.join(&config.data).components().collect();
        if let Some(path) = config.mail.as_mut().and_then(|mail| mail.password_file.as_mut()) {
            *path = folder.join(&*path);
        }
        for site in config.site.values_mut() {
            site.offers.iter_mut().for_each(|offers| *offers = folder.join(&*offers));
        }
        config.check().map_err(|(key, message)| ConfigError::Value { path: path.to_owned(), key, message })?;
        Ok(config)
    }

    fn check(&self) -> Result<(), (String, String)> {
        let wrong = |key: &str, message: &str| Err((key.to_owned(), message.to_owned()));
        if self.name.trim().is_empty() || self.name.len() > 120 {
            return wrong("name", "a name of 1 to 120 bytes that people read");
        }
        if Asset::fiat(&self.currency).is_err() {
            return wrong("currency", "an ISO 4217 code such as EUR");
        }
        if self.zone.as_deref().is_some_and(|zone| Zone::named(zone).is_none()) {
            return wrong("zone", "a time zone by its name, such as Europe/Berlin");
        }
        if !self.ops.ip().is_loopback() {
            return wrong("ops", "the operator's port is for this machine only: 127.0.0.1:PORT");
        }
        if let Some(Err((key, message))) = self.wallet.caps.as_ref().map(Caps::read) {
            return wrong(&format!("wallet.caps.{key}"), message);
        }
        let hosts = self.site.iter().map(|(name, site)| (format!("site.{name}.host"), &site.host));
        let mut seen: Vec<&str> = Vec::new();
        let doors = [
            ("wallet.host", Some(&self.wallet.host)),
            ("desk.host", self.desk.as_ref().map(|door| &door.host)),
            ("admin.host", self.admin.as_ref().map(|door| &door.host)),
        ];
        let doors = doors.into_iter().filter_map(|(key, host)| Some((key.to_owned(), host?)));
        for (key, host) in doors.chain(hosts) {
            if host.is_empty() || host.contains([':', '/']) || *host != host.to_ascii_lowercase() {
                return wrong(&key, "a host name in lower case without scheme, port or path");
            }
            if self.tls == Tls::Off && !is_loopback_name(host) {
                return wrong(&key, "plain HTTP is for loopback names only: put a TLS proxy in front and set tls = \"behind-proxy\"");
            }
            if seen.contains(&host.as_str()) {
                return wrong(&key, "each door has its own host name");
            }
            seen.push(host);
        }
        if let Some(error) = self.mail.as_ref().and_then(|mail| Mailer::new(mail).err()) {
            return wrong("mail", &error.to_string());
        }
        if self.tls == Tls::Off && !self.listen.ip().is_loopback() {
            return wrong("listen", "plain HTTP listens on loopback only: 127.0.0.1:PORT");
        }
        if let Some(handle) = self.payee.keys().find(|handle| check_handle(handle).is_err()) {
            return wrong(&format!("payee.{handle}"), "a handle is 2 to 32 of a-z, 0-9 and -");
        }
        for (handle, known) in self.payee.iter().filter_map(|(handle, payee)| Some((handle, payee.monetization.as_ref()?))) {
            known.check().map_err(|(key, message)| (format!("payee.{handle}.monetization.{key}"), message.to_owned()))?;
        }
        self.site.iter().try_for_each(|(name, site)| self.check_site(name, site))?;
        self.elsewhere.iter().try_for_each(|(name, site)| self.check_elsewhere(name, site))
    }

    fn check_elsewhere(&self, name: &str, site: &Elsewhere) -> Result<(), (String, String)> {
        let wrong = |key: &str, message: String| Err((format!("elsewhere.{name}.{key}"), message));
        if !self.payee.contains_key(&site.payee) {
            return wrong("payee", format!("no [payee.{}] in this file", site.payee));
        }
        if !self.is_origin(&site.url) {
            return wrong("url", "the site's origin without a path, such as https://news.example".to_owned());
        }
        let realm = site.realm();
        let twin = |(other, it): (&String, &Elsewhere)| other != name && it.realm() == realm;
        if self.site.values().any(|here| here.host == realm) || self.elsewhere.iter().any(twin) {
            return wrong("url", format!("{realm} is named twice"));
        }
        Ok(())
    }

    /// True for an origin that another instance may have: https, or a name of this machine's in test mode.
    fn is_origin(&self, text: &str) -> bool {
        let rules = match self.mode {
            ModeWord::Test => Rules::PublicAndLocalhost,
            ModeWord::Live => Rules::Public,
        };
        let bare = text.split_once("://").is_some_and(|(_, rest)| !rest.contains(['/', '?', '#']));
        bare && *text == text.to_ascii_lowercase() && Target::parse(text, rules).is_ok()
    }

    fn check_site(&self, name: &str, site: &Site) -> Result<(), (String, String)> {
        let wrong = |key: &str, message: String| Err((format!("site.{name}.{key}"), message));
        if !self.payee.contains_key(&site.payee) {
            return wrong("payee", format!("no [payee.{}] in this file", site.payee));
        }
        if let Err(error) = site.origin.parse::<Origin>() {
            return wrong("origin", error.to_string());
        }
        if site.attach == Attach::ForwardAuth && self.trusted_proxies.is_empty() {
            return wrong("attach", "list the server that asks in trusted_proxies, such as [\"127.0.0.1\"]".to_owned());
        }
        if let Some(origin) = site.page_origins.iter().find(|origin| !self.is_of_same_site(origin, &site.host)) {
            let base = base_of(&site.host);
            return wrong(
                "page_origins",
                format!("{origin}: an origin of {base} or below it, such as {}", self.url(&format!("www.{base}"))),
            );
        }
        if let Some(wallet) = site.wallets.iter().find(|wallet| !self.is_origin(wallet)) {
            return wrong("wallets", format!("{wallet}: a wallet's origin without a path, such as https://wallet.example"));
        }
        self.check_stablecoins(name, site)?;
        if site.offers.is_empty() && self.desk.is_none() {
            return wrong(
                "offers",
                "name a file such as [\"offers.toml\"]; `[]` is for offers made at the desk, and there is no [desk]".to_owned(),
            );
        }
        if let Some(path) = site.mcp.iter().find(|path| !is_plain_path(path)) {
            return wrong("mcp", format!("{path}: the path of a server for tools, such as /mcp"));
        }
        if !site.mcp.is_empty() && site.attach == Attach::ForwardAuth {
            return wrong("mcp", "a server in front that only asks shows no messages; use attach = \"proxy\"".to_owned());
        }
        if site.priced.is_empty() {
            return wrong("priced", "say which paths are for sale, such as [\"/a/**\"]; nothing is free by accident".to_owned());
        }
        for pattern in &site.priced {
            if let Err(error) = market::Selector::new(&site.host, pattern) {
                return wrong("priced", format!("{pattern}: {error}"));
            }
        }
        Ok(())
    }

    fn check_stablecoins(&self, name: &str, site: &Site) -> Result<(), (String, String)> {
        let key = |rest: &str| format!("site.{name}.stablecoin{rest}");
        if site.stablecoin.len() > stablecoin::MOST {
            return Err((key(""), format!("at most {} coins a site: a 402 has no room for more", stablecoin::MOST)));
        }
        for (number, (coin, known)) in site.stablecoin.iter().enumerate() {
            known.check(self.mode).map_err(|(wrong, message)| (key(&format!(".{coin}.{wrong}")), message.to_owned()))?;
            let contract = |known: &Stablecoin| (known.network.clone(), known.asset.to_ascii_lowercase());
            if site.stablecoin.values().take(number).any(|other| contract(other) == contract(known)) {
                return Err((key(&format!(".{coin}.asset")), "the same coin twice".to_owned()));
            }
        }
        Ok(())
    }

    /// True for an origin beside a host: only there a browser sends the host's cookies along.
    fn is_of_same_site(&self, origin: &str, host: &str) -> bool {
        let scheme = if self.tls == Tls::Off { "http://" } else { "https://" };
        let named = origin.strip_prefix(scheme).and_then(Host::parse).filter(|named| Some(named.as_str()) == origin.strip_prefix(scheme));
        let (Some(named), base) = (named, base_of(host)) else { return false };
        named.name() == base || named.name().strip_suffix(base).is_some_and(|rest| rest.ends_with('.'))
    }

    /// The address that people and programs reach a door at, without a path.
    #[must_use]
    pub fn url(&self, host: &str) -> String {
        let (scheme, port, usual) = match self.tls {
            Tls::BehindProxy => ("https", self.public_port.unwrap_or(443), 443),
            Tls::Off => ("http", self.public_port.unwrap_or(self.listen.port()), 80),
        };
        if port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
    }

    /// What the box of one click agrees to; `None` where there is no such box.
    #[must_use]
    pub fn caps(&self) -> Option<Caps> {
        match &self.wallet.caps {
            Some(words) => Caps::read(words).ok(),
            None => Caps::usual(self.asset()),
        }
    }

    /// The time zone of payers who chose none.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone.as_deref().and_then(Zone::named).unwrap_or(Zone::UTC)
    }

    /// The currency of wallets.
    ///
    /// # Panics
    /// Never: the code was checked when the file was read.
    #[must_use]
    pub fn asset(&self) -> Asset {
        Asset::fiat(&self.currency).expect("checked when read")
    }
}

/// What a host shares with the payee's pages beside it: its parent, or itself where the parent is a whole domain.
fn base_of(host: &str) -> &str {
    host.split_once('.').map(|(_, parent)| parent).filter(|parent| parent.contains('.')).unwrap_or(host)
}

/// True for names that can only mean this machine.
#[must_use]
pub fn is_loopback_name(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// True for a path of plain segments, which every server reads alike.
fn is_plain_path(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(|part| !part.is_empty() && part.bytes().all(is_plain)))
}

#[cfg(test)]
mod tests;
