//! `/.well-known/farthing.json`: who this instance is and which keys speak for it.

use crate::instance::Instance;
use protocol::discovery::{CertifiedKey, Facts, Mode, farthing};

/// The document of the instance; its sites show the same.
pub(crate) fn facts(instance: &Instance) -> Vec<u8> {
    let id = instance.id.to_string();
    let key = instance.keys.receipt.public().to_string();
    let signature = client::site::certify(&instance.keys.root, &instance.keys.receipt.public());
    let wallet = instance.wallet_url();
    let origins: Vec<String> = instance.config.site.values().map(|site| instance.config.url(&site.host)).collect();
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
        wallets: &[&wallet],
        wallet_url: &wallet,
        currencies: &currencies,
    })
}
