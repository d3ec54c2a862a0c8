//! The one stylesheet, inlined into every page and allowed by its hash alone.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The stylesheet of every page of ours, at most 8 KB.
pub const STYLE: &str = include_str!("style.css");

/// The stylesheet of desk pages: that of all pages, with what tables and forms of payees need beside it.
pub const DESK_STYLE: &str = concat!(include_str!("style.css"), include_str!("desk.css"));

/// The icon of wallet and ops pages.
pub const ICON_SVG: &str = include_str!("icon.svg");

/// Where those pages look for [`ICON_SVG`].
pub const ICON_PATH: &str = "/icon.svg";

/// Runs passkey ceremonies for the forms that say so.
pub const PASSKEY_SCRIPT: &str = include_str!("passkey.js");

/// Where pages with such forms look for [`PASSKEY_SCRIPT`].
pub const PASSKEY_SCRIPT_PATH: &str = "/passkey.js";

/// Lets a sheet go on by itself where the server said that it may.
pub const PAY_SCRIPT: &str = include_str!("pay.js");

/// Where such sheets look for [`PAY_SCRIPT`].
pub const PAY_SCRIPT_PATH: &str = "/pay.js";

static HASH: LazyLock<String> = LazyLock::new(|| hash_of(STYLE));
static DESK_HASH: LazyLock<String> = LazyLock::new(|| hash_of(DESK_STYLE));

fn hash_of(style: &str) -> String {
    format!("sha256-{}", BASE64.encode(&Sha256::digest(style.as_bytes())))
}

/// The source expression that allows exactly [`STYLE`], without its quotes.
pub fn style_hash() -> &'static str {
    &HASH
}

/// The source expression that allows exactly [`DESK_STYLE`].
pub fn desk_style_hash() -> &'static str {
    &DESK_HASH
}
