//! How a payee looks to payers: one accent and a logo, set at the desk or under `/v1`, kept in the vault and in memory.

use super::picture::{self, Picture};
use crate::desk::Payee;
use crate::instance::{Instance, payee_party};
use crate::web::colour::{Accent, Rgb};
use crate::web::look::{LogoView, Look};
use bytes::Bytes;
use data_encoding::BASE64;
use money::Timestamp;
use protocol::Instance as InstanceId;
use protocol::problem::Problem;
use protocol::text::base32;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};
use store::vault::Vault;

/// The facts of a payee's party that its look is kept in: the colour as it was asked for, the picture in base64.
const ACCENT: &str = "brand-accent";
const LOGO: &str = "brand-logo";
/// Where doors serve logos, each under the hash of its bytes.
pub const LOGO_PATH: &str = "/logo/";
/// The same on a site, whose other paths are the payee's own.
pub const SITE_LOGO_PATH: &str = "/.well-known/farthing/logo/";

/// A payee's look.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Brand {
    /// The colour.
    pub accent: Option<Accent>,
    /// The picture.
    pub logo: Option<Logo>,
}

/// A picture with its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logo {
    /// What it says of itself.
    pub picture: Picture,
    /// Its bytes.
    pub bytes: Bytes,
    /// The beginning of their hash: another picture has another address, so each can be kept for good.
    pub hash: String,
}

/// The looks of all payees: a page asks no database for them.
#[derive(Default)]
pub struct Brands(RwLock<BTreeMap<String, Arc<Brand>>>);

impl Brands {
    /// What the vault has of these payees.
    ///
    /// # Errors
    /// What the vault says.
    pub fn load<'p>(vault: &Vault, id: InstanceId, payees: impl Iterator<Item = &'p String>) -> Result<Brands, store::Error> {
        let mut all = BTreeMap::new();
        for handle in payees {
            let party = payee_party(id, handle);
            let accent = vault.fact(party, ACCENT)?.and_then(|text| Rgb::parse(&text)).map(Accent::of);
            let logo = vault.fact(party, LOGO)?.and_then(|text| Logo::read(BASE64.decode(text.as_bytes()).ok()?.into()).ok());
            all.insert(handle.clone(), Arc::new(Brand { accent, logo }));
        }
        Ok(Brands(RwLock::new(all)))
    }

    /// A payee's look; none set is a plain one.
    #[must_use]
    pub fn of(&self, handle: &str) -> Arc<Brand> {
        self.0.read().expect("no thread panics with the looks in hand").get(handle).cloned().unwrap_or_default()
    }

    /// The logo of this hash.
    #[must_use]
    pub fn logo(&self, hash: &str) -> Option<Logo> {
        let all = self.0.read().expect("no thread panics with the looks in hand");
        all.values().filter_map(|brand| brand.logo.as_ref()).find(|logo| logo.hash == hash).cloned()
    }

    fn change(&self, handle: &str, change: impl FnOnce(&mut Brand)) {
        let mut all = self.0.write().expect("no thread panics with the looks in hand");
        change(Arc::make_mut(all.entry(handle.to_owned()).or_default()));
    }
}

impl Logo {
    /// A picture of these bytes.
    ///
    /// # Errors
    /// [`picture::NoPicture`].
    pub fn read(bytes: Bytes) -> Result<Logo, picture::NoPicture> {
        let picture = picture::read(&bytes)?;
        let hash = Sha256::digest(&bytes);
        Ok(Logo { picture, bytes, hash: base32(hash.get(..20).unwrap_or_default()) })
    }
}

impl Brand {
    /// As a page shows it whose door serves logos below `path`; none if there is nothing to show.
    #[must_use]
    pub fn look(&self, path: &str) -> Option<Look> {
        let logo = self.logo.as_ref().map(|logo| LogoView {
            url: format!("{path}{}", logo.hash),
            width: logo.picture.width,
            height: logo.picture.height,
        });
        (self.accent.is_some() || logo.is_some()).then_some(Look { accent: self.accent, logo })
    }
}

/// Sets the colour, or takes it away.
///
/// # Errors
/// [`Problem::Internal`]; then it is as it was.
pub(crate) async fn set_accent(instance: &Arc<Instance>, payee: &Payee, colour: Option<Rgb>, now: Timestamp) -> Result<(), Problem> {
    keep(instance, payee, (ACCENT, colour.map(|colour| colour.to_string())), now).await?;
    instance.brands.change(&payee.handle, |brand| brand.accent = colour.map(Accent::of));
    Ok(())
}

/// Sets the logo, or takes it away.
///
/// # Errors
/// [`Problem::Internal`]; then it is as it was.
pub(crate) async fn set_logo(instance: &Arc<Instance>, payee: &Payee, logo: Option<Logo>, now: Timestamp) -> Result<(), Problem> {
    keep(instance, payee, (LOGO, logo.as_ref().map(|logo| BASE64.encode(&logo.bytes))), now).await?;
    instance.brands.change(&payee.handle, |brand| brand.logo = logo);
    Ok(())
}

async fn keep(
    instance: &Arc<Instance>,
    payee: &Payee,
    (name, value): (&'static str, Option<String>),
    now: Timestamp,
) -> Result<(), Problem> {
    let party = payee.party;
    let work = move |vault: &mut Vault| match value {
        Some(value) => vault.set_fact(party, name, &value, now),
        None => vault.delete_fact(party, name).map(drop),
    };
    instance.vault(work).await
}

/// What a call says of a payee's look; the logo's address is the wallet's.
#[must_use]
pub fn facts(instance: &Instance, handle: &str) -> Value {
    let brand = instance.brands.of(handle);
    let accent = brand.accent.map(|accent| {
        json!({
            "wished": accent.wished.to_string(), "light": accent.light.to_string(), "dark": accent.dark.to_string(),
            "corrected": accent.is_corrected(),
        })
    });
    let logo = brand.logo.as_ref().map(|logo| {
        json!({
            "url": format!("{}{LOGO_PATH}{}", instance.wallet_url(), logo.hash), "type": logo.picture.kind.media_type(),
            "width": logo.picture.width, "height": logo.picture.height,
        })
    });
    json!({ "name": instance.payee_name(handle), "accent": accent, "logo": logo })
}
