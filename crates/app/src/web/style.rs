//! The one stylesheet, inlined into every page and allowed by its hash alone.

use data_encoding::BASE64;
use sha2::{Digest, Sha256, Sha384};
use std::sync::LazyLock;

/// The stylesheet of every page of ours, at most 8 KB.
pub const STYLE: &str = include_str!("style.css");

/// The stylesheet of the desk's and the operators' pages: that of all pages, with what tables and forms of payees need beside it.
pub const DESK_STYLE: &str = concat!(include_str!("style.css"), include_str!("desk.css"));

/// The icon of wallet and ops pages.
pub const ICON_SVG: &str = include_str!("icon.svg");

/// Where those pages look for [`ICON_SVG`].
pub const ICON_PATH: &str = "/icon.svg";

/// Runs passkey ceremonies for the forms that say so.
pub const PASSKEY_SCRIPT: &str = include_str!("passkey.js");

/// Where pages with such forms look for [`PASSKEY_SCRIPT`].
pub const PASSKEY_SCRIPT_PATH: &str = "/passkey.js";

/// Puts what a browser has paid for in place of a `<pay-content>` on a page of the payee's elsewhere.
pub const BESIDE_SCRIPT: &str = include_str!("beside.js");

/// Where a site serves [`BESIDE_SCRIPT`].
pub const BESIDE_SCRIPT_PATH: &str = "/.well-known/farthing/beside.js";

/// Hides what a page holds until a button is pressed. It hides and does not protect.
pub const OVERLAY_SCRIPT: &str = include_str!("overlay.js");

/// Where a site serves [`OVERLAY_SCRIPT`].
pub const OVERLAY_SCRIPT_PATH: &str = "/.well-known/farthing/overlay.js";

/// What a page elsewhere says in `integrity`, so that it runs these bytes and no others.
#[must_use]
pub fn integrity(script: &str) -> String {
    format!("sha384-{}", BASE64.encode(&Sha384::digest(script.as_bytes())))
}
/// Lets a sheet go on by itself where the server said that it may.
pub const PAY_SCRIPT: &str = include_str!("pay.js");

/// Where such sheets look for [`PAY_SCRIPT`].
pub const PAY_SCRIPT_PATH: &str = "/pay.js";

static HASH: LazyLock<String> = LazyLock::new(|| hash_of(STYLE));
static DESK_HASH: LazyLock<String> = LazyLock::new(|| hash_of(DESK_STYLE));

/// The source expression that allows exactly this style, without its quotes.
pub fn hash_of(style: &str) -> String {
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
