//! An address that takes a payee's money by Web Monetization: elsewhere, or a document of ours whose servers are elsewhere.

use serde::Deserialize;

/// Longest address.
const MOST_BYTES: usize = 512;

/// `[payee.HANDLE.monetization]`
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monetization {
    /// A wallet address: `https://ilp.bank.example/harbour`.
    #[serde(default)]
    pub address: Option<String>,
    /// Instead of it: who grants access to payments, for an address of our own.
    #[serde(default)]
    pub auth_server: Option<String>,
    /// And who takes them.
    #[serde(default)]
    pub resource_server: Option<String>,
    /// In which currency these take it; the instance's if it is not said.
    #[serde(default)]
    pub asset_code: Option<String>,
    /// With how many decimals.
    #[serde(default = "scale")]
    pub asset_scale: u8,
}

fn scale() -> u8 {
    2
}

impl Monetization {
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let both =
            "a wallet address, or auth_server and resource_server of one that is served here: what takes no money is not told to anybody";
        match (&self.address, &self.auth_server, &self.resource_server) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => {}
            _ => return Err(("address", both)),
        }
        let named = [("address", &self.address), ("auth_server", &self.auth_server), ("resource_server", &self.resource_server)];
        if let Some((key, _)) = named.into_iter().find(|(_, url)| url.as_deref().is_some_and(|url| !is_https(url))) {
            return Err((key, "an address that begins with https://"));
        }
        let code = self.asset_code.as_deref().is_none_or(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        if !code {
            return Err(("asset_code", "three capitals such as EUR"));
        }
        if self.asset_scale > 18 { Err(("asset_scale", "0 to 18 decimals")) } else { Ok(()) }
    }
}

/// An address that can stand in a page as it is.
fn is_https(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\".contains(&byte);
    text.len() <= MOST_BYTES
        && text.bytes().all(plain)
        && url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.username().is_empty())
}
