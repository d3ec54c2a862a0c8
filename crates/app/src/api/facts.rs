//! `/.well-known/farthing.json`: who this instance is and which keys speak for it.

use crate::config::Site;
use crate::instance::Instance;
use protocol::discovery::known::{Role, certify};
use protocol::discovery::{CertifiedKey, Facts, Mode, farthing};

/// The document of the instance; a site of it tells its own pages and the wallets whose money it takes.
pub(crate) fn facts(instance: &Instance, site: Option<&Site>) -> Vec<u8> {
    let id = instance.id.to_string();
    let key = instance.keys.receipt.public().to_string();
    let signature = certify(&instance.keys.root, Role::Receipt, &instance.keys.receipt.public());
    let site_key = instance.keys.site.public().to_string();
    let site_signature = certify(&instance.keys.root, Role::Site, &instance.keys.site.public());
    let wallet = instance.wallet_url();
    let origins: Vec<String> = match site {
        Some(site) => std::iter::once(instance.config.url(&site.host)).chain(site.page_origins.iter().cloned()).collect(),
        None => instance.config.site.values().map(|site| instance.config.url(&site.host)).collect(),
    };
    let wallets = site.map_or_else(|| vec![wallet.clone()], |site| instance.wallets(site));
    let wallets: Vec<&str> = wallets.iter().map(String::as_str).collect();
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    let assets = super::reads::assets(instance);
    let currencies: Vec<&str> = assets.iter().map(money::Asset::as_str).collect();
    farthing(&Facts {
        name: &instance.config.name,
        mode: if instance.is_test() { Mode::Test } else { Mode::Live },
        instance: &id,
        root_key: &instance.keys.root.public().to_string(),
        receipt_keys: &[CertifiedKey { key: &key, signature: &signature }],
        page_origins: &origins,
        site_keys: &[CertifiedKey { key: &site_key, signature: &site_signature }],
        wallets: &wallets,
        wallet_url: &wallet,
        x402: &format!("{wallet}/x402"),
        currencies: &currencies,
    })
}
