//! The headers of each kind of page: what may run, load, post and be kept.
//!
//! No page of ours can run a script it was not meant to, be framed, or be cached by others. `form-action` covers the whole
//! chain of redirects after a post, so the pay sheet names the site it sends the payer back to.

use super::style::{desk_style_hash, hash_of, style_hash};

/// What a handler is about to answer with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageKind<'a> {
    /// The answer 402 on a priced path; the same path is answered differently to a buyer.
    Wall,
    /// Any other page of ours on a site's host: taken back, origin failed, cookies off, errors.
    SitePage,
    /// The pay sheet. Both origins stand in `form-action`: where the code is handed back and where the item lies.
    PaySheet {
        /// Scheme, host and port of the site that signed the quote.
        return_origin: &'a str,
        /// Scheme, host and port of the item; may be the same.
        item_origin: &'a str,
    },
    /// Any other wallet page.
    Wallet,
    /// Any page of the payee's desk.
    Desk,
    /// A desk page whose form may lead on to the wallet, at this origin, and back.
    DeskTo {
        /// Scheme, host and port of the wallet.
        origin: &'a str,
    },
    /// A wallet page whose forms may lead on to another door of ours, at this origin.
    WalletTo {
        /// Scheme, host and port of the door.
        origin: &'a str,
    },
    /// A page of the operator's door.
    Admin,
    /// The operator's page on the ops port.
    Ops,
    /// A file to keep: CSV or JSON.
    Export {
        /// Media type with its parameters.
        content_type: &'a str,
        /// Name the browser offers; letters, digits, `.`, `-` and `_` are kept.
        file_name: &'a str,
    },
    /// [`super::BAR_CSS`], beside the payee's own pages.
    BarStyle,
    /// [`super::ICON_SVG`].
    Icon,
    /// A payee's logo, at an address that names its bytes.
    Logo {
        /// Media type.
        content_type: &'a str,
    },
    /// A script of our own.
    Script,
    /// A script of ours that pages of other origins run.
    SharedScript,
}

/// Who can reach the listener: loopback names are never told to insist on https.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// `localhost`, `*.localhost`, `127.0.0.1`, `[::1]`.
    Loopback,
    /// Anything else.
    Public,
}

/// What a priced answer depends on.
pub const PRICED_VARY: &str = "Accept, Cookie, Authorization, Accept-Payment, Payment-Authorization, Payment-Signature, X-Cashu";

/// What every answer with words for people depends on.
pub const LANGUAGE: &str = "Accept-Language";

impl PageKind<'_> {
    /// True for HTML: what has words in somebody's language.
    #[must_use]
    pub fn is_page(self) -> bool {
        match self {
            PageKind::Wall
            | PageKind::SitePage
            | PageKind::PaySheet { .. }
            | PageKind::Wallet
            | PageKind::WalletTo { .. }
            | PageKind::Desk
            | PageKind::DeskTo { .. }
            | PageKind::Admin
            | PageKind::Ops => true,
            PageKind::Export { .. }
            | PageKind::BarStyle
            | PageKind::Icon
            | PageKind::Logo { .. }
            | PageKind::Script
            | PageKind::SharedScript => false,
        }
    }
}

/// All headers of a page of this kind, lower case, one of each name; the caller adds cookies and payment headers.
#[must_use]
pub fn for_kind(kind: PageKind<'_>, reach: Reach) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
    ];
    match kind {
        PageKind::Wall => {
            page(&mut headers, style_hash(), "form-action 'self'");
            headers.push(("vary", format!("{PRICED_VARY}, {LANGUAGE}")));
        }
        PageKind::SitePage => {
            page(&mut headers, style_hash(), "form-action 'self'");
            headers.push(vary_by_language());
        }
        PageKind::Ops => page(&mut headers, style_hash(), "form-action 'self'"),
        PageKind::PaySheet { return_origin, item_origin } => {
            page(
                &mut headers,
                style_hash(),
                &format!("script-src 'self'; connect-src 'self'; {}", sheet_targets(return_origin, item_origin)),
            );
            headers.push(passkeys_here());
            headers.push(vary_by_language());
        }
        PageKind::WalletTo { origin } => {
            page(&mut headers, style_hash(), &format!("script-src 'self'; connect-src 'self'; {}", sheet_targets(origin, origin)));
            headers.push(passkeys_here());
            headers.push(vary_by_language());
        }
        PageKind::Wallet | PageKind::Admin => {
            let style = if kind == PageKind::Admin { desk_style_hash() } else { style_hash() };
            page(&mut headers, style, "script-src 'self'; connect-src 'self'; form-action 'self'");
            headers.push(passkeys_here());
            headers.push(vary_by_language());
        }
        PageKind::DeskTo { origin } => {
            page(&mut headers, desk_style_hash(), &format!("script-src 'self'; {}", sheet_targets(origin, origin)));
            headers.push(vary_by_language());
        }
        PageKind::Desk => {
            page(&mut headers, desk_style_hash(), "script-src 'self'; connect-src 'self'; form-action 'self'");
            headers.push(vary_by_language());
        }
        PageKind::Export { content_type, file_name } => {
            let name: String = file_name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
            headers.push(("content-type", content_type.to_owned()));
            headers.push(("cache-control", PRIVATE.to_owned()));
            headers.push(("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()));
            headers.push(("content-disposition", format!("attachment; filename=\"{name}\"")));
        }
        PageKind::BarStyle => {
            // The bar also stands in pages beside the site's own: see `beside.js`.
            shared(&mut headers, "same-site");
            fixed(&mut headers, "text/css; charset=utf-8");
        }
        PageKind::Icon => fixed(&mut headers, "image/svg+xml"),
        PageKind::Logo { content_type } => kept(&mut headers, content_type),
        PageKind::Script => fixed(&mut headers, "text/javascript; charset=utf-8"),
        PageKind::SharedScript => {
            shared(&mut headers, "cross-origin");
            // `integrity` is only checked of what a page may read.
            headers.push(("access-control-allow-origin", "*".to_owned()));
            fixed(&mut headers, "text/javascript; charset=utf-8");
        }
    }
    if reach == Reach::Public {
        headers.push(("strict-transport-security", "max-age=31536000".to_owned()));
    }
    headers
}

/// A page's policy with one more piece of style allowed, by its hash.
#[must_use]
pub fn and_style(policy: &str, style: &str) -> String {
    policy.replacen("style-src ", &format!("style-src '{}' ", hash_of(style)), 1)
}

const PRIVATE: &str = "private, no-store";

fn page(headers: &mut Vec<(&'static str, String)>, style: &str, added: &str) {
    let policy = format!(
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src '{style}'; img-src 'self'; \
         require-trusted-types-for 'script'; trusted-types 'none'; {added}"
    );
    headers.push(("content-type", "text/html; charset=utf-8".to_owned()));
    headers.push(("cache-control", PRIVATE.to_owned()));
    headers.push(("content-security-policy", policy));
}

/// Lets other origins load it; the policy of all others stands there already.
fn shared(headers: &mut [(&'static str, String)], with: &str) {
    for (_, value) in headers.iter_mut().filter(|(name, _)| *name == "cross-origin-resource-policy") {
        with.clone_into(value);
    }
}

/// Files that change only with the program.
fn fixed(headers: &mut Vec<(&'static str, String)>, content_type: &str) {
    headers.push(("content-type", content_type.to_owned()));
    headers.push(("cache-control", "public, max-age=3600".to_owned()));
    headers.push(("content-security-policy", "default-src 'none'; frame-ancestors 'none'".to_owned()));
}

/// Files whose address names their bytes.
fn kept(headers: &mut Vec<(&'static str, String)>, content_type: &str) {
    headers.push(("content-type", content_type.to_owned()));
    headers.push(("cache-control", "public, max-age=31536000, immutable".to_owned()));
    headers.push(("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()));
}

fn vary_by_language() -> (&'static str, String) {
    ("vary", LANGUAGE.to_owned())
}

fn passkeys_here() -> (&'static str, String) {
    ("permissions-policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)".to_owned())
}

fn sheet_targets(return_origin: &str, item_origin: &str) -> String {
    let mut targets = "form-action 'self'".to_owned();
    for origin in [return_origin, item_origin] {
        let known = targets.split(' ').any(|target| target == origin);
        if !known && is_origin(origin) {
            targets.push(' ');
            targets.push_str(origin);
        }
    }
    targets
}

/// Origins come out of a signed quote, but a policy must not be widened by a stray `;` or space either way.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: PageKind<'_>, reach: Reach, name: &str) -> Option<String> {
        let headers = for_kind(kind, reach);
        assert!(headers.iter().filter(|(known, _)| *known == name).count() <= 1, "{name} stands twice");
        headers.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    const SHEET: PageKind<'_> = PageKind::PaySheet { return_origin: "https://news.example", item_origin: "https://pay.news.example" };

    #[test]
    fn a_wall_can_run_nothing_and_is_kept_by_nobody() {
        let policy = value(PageKind::Wall, Reach::Public, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-"));
        assert!(policy.ends_with("; require-trusted-types-for 'script'; trusted-types 'none'; form-action 'self'"));
        assert!(!policy.contains("script-src"));
        assert_eq!(value(PageKind::Wall, Reach::Public, "cache-control").unwrap(), "private, no-store");
        assert_eq!(value(PageKind::Wall, Reach::Public, "vary").unwrap(), format!("{PRICED_VARY}, Accept-Language"));
        assert_eq!(value(PageKind::Wallet, Reach::Public, "vary").unwrap(), "Accept-Language");
        assert_eq!(value(PageKind::Wall, Reach::Public, "referrer-policy").unwrap(), "same-origin");
    }

    #[test]
    fn the_sheet_may_post_its_way_back() {
        let policy = value(SHEET, Reach::Public, "content-security-policy").unwrap();
        assert!(policy.ends_with("connect-src 'self'; form-action 'self' https://news.example https://pay.news.example"));
        let same = PageKind::PaySheet { return_origin: "http://news.localhost:4020", item_origin: "http://news.localhost:4020" };
        let policy = value(same, Reach::Loopback, "content-security-policy").unwrap();
        assert!(policy.ends_with("form-action 'self' http://news.localhost:4020"));
        assert!(value(SHEET, Reach::Public, "permissions-policy").is_some());
        assert!(value(PageKind::Wall, Reach::Public, "permissions-policy").is_none());
    }

    #[test]
    fn a_hostile_origin_widens_nothing() {
        for hostile in ["https://a.example; script-src *", "*", "https://", "javascript:x", "https://a.example b.example"] {
            let kind = PageKind::PaySheet { return_origin: hostile, item_origin: "https://news.example" };
            let policy = value(kind, Reach::Public, "content-security-policy").unwrap();
            assert!(policy.ends_with("form-action 'self' https://news.example"), "{policy}");
        }
    }

    #[test]
    fn loopback_is_not_told_to_use_https() {
        assert!(value(PageKind::Wallet, Reach::Loopback, "strict-transport-security").is_none());
        assert_eq!(value(PageKind::Wallet, Reach::Public, "strict-transport-security").unwrap(), "max-age=31536000");
    }

    #[test]
    fn an_export_is_a_file_and_never_a_page() {
        let kind = PageKind::Export { content_type: "text/csv; charset=utf-8", file_name: "history\"\r\n2026-11.csv" };
        assert_eq!(value(kind, Reach::Public, "content-disposition").unwrap(), "attachment; filename=\"history2026-11.csv\"");
        assert!(value(kind, Reach::Public, "content-security-policy").unwrap().starts_with("sandbox"));
    }
}
