//! The way back from the wallet: a one-use code becomes the cookie that this browser reads by.

use super::Gate;
use super::fold::Target;
use super::human::{NOTICE_COOKIE, RETURN_FAILED, ST_LIFE, st_hash};
use super::priced::{Ask, ENT_LIFE, handle_hash, is_nonce};
use crate::codes::Grant;
use crate::door::{self, ENT_COOKIE, Reply, ST_COOKIE};
use crate::web::lang::plain;
use crate::web::{self, CookiesOffView, PageKind, ProblemView};
use crate::world;
use http::StatusCode;
use money::Party;
use protocol::problem::Problem;
use protocol::text::base64url;
use store::vault::SiteReader;

/// Readers kept at once, over all sites.
const MOST_READERS: u64 = 1_000_000;
/// How long a notice waits for its wall, in seconds.
pub(super) const NOTICE_LIFE_S: u64 = 60;

impl Gate {
    /// `GET /.well-known/farthing/return?code=…`. The code is used up in any case.
    pub(super) async fn come_back(&self, ask: &Ask) -> Reply {
        let query = ask.target.sent.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let mut fields = door::form(query.as_bytes());
        if let Some(way) = self.way_back(&fields) {
            return self.come_back_from(ask, way).await;
        }
        let code = fields.remove("code").unwrap_or_default();
        let Some(grant) = self.instance.codes.redeem(&code, &self.site.host, ask.visit.now) else { return self.used_code(ask) };
        let Some(nonce) = door::cookie(&ask.headers, ST_COOKIE) else {
            return self.cookies_off(ask, (&grant, &self.instance.wallet_url()));
        };
        if !same(&st_hash(nonce), &grant.st_hash) {
            let mut reply = door::see_other(&on_this_site(&grant.item));
            door::set_cookie(&mut reply, NOTICE_COOKIE, RETURN_FAILED, NOTICE_LIFE_S);
            return reply;
        }
        self.let_in(ask, &grant, nonce).await
    }

    /// To the page, with the cookie that this browser reads by.
    pub(super) async fn let_in(&self, ask: &Ask, grant: &Grant, nonce: &str) -> Reply {
        match self.handle_for(ask, grant.party).await {
            Ok(handle) => {
                let mut reply = door::see_other(&on_this_site(&grant.item));
                door::set_cookie(&mut reply, ENT_COOKIE, &handle, ENT_LIFE.0);
                if is_nonce(nonce) {
                    door::set_cookie(&mut reply, ST_COOKIE, nonce, ST_LIFE.0);
                }
                reply
            }
            Err(problem) => self.refuse(ask, &problem),
        }
    }

    /// The browser's handle if it stands for this party, else a new one.
    async fn handle_for(&self, ask: &Ask, party: Party) -> Result<String, Problem> {
        let known = door::cookie(&ask.headers, ENT_COOKIE).filter(|handle| is_nonce(handle)).map(str::to_owned);
        let fresh = base64url(&world::random::<16>());
        let (site, now) = (self.name.clone(), ask.visit.now);
        self.instance
            .vault(move |vault| {
                let ends = now.after(ENT_LIFE);
                if let Some(handle) = known {
                    let hash = handle_hash(&handle);
                    let same = vault.reader(&hash, &site, now)?.is_some_and(|reader| reader.party == party);
                    if same && vault.extend_reader(&hash, now, ends)? {
                        return Ok(handle);
                    }
                }
                let reader = SiteReader { site, party, created_at: now, expires_at: ends };
                vault.add_reader(&handle_hash(&fresh), &reader, MOST_READERS)?;
                Ok(fresh)
            })
            .await
    }

    /// The code was used, is too old or was never ours; which page it was for is not known any more.
    pub(super) fn used_code(&self, ask: &Ask) -> Reply {
        let status = StatusCode::NOT_FOUND;
        let lang = ask.visit.lang;
        let way_on = self.way_home(lang, "/".to_owned());
        let page = web::problem(&ProblemView {
            status: status.as_u16(),
            title: plain!(lang, "way-back-used"),
            sentence: plain!(lang, "way-back-used-text"),
            ..ProblemView::of(self.shown_instance(ask), &Problem::Unknown, ask.visit.request_id.clone(), way_on)
        });
        door::page(&ask.visit, status, PageKind::SitePage, page)
    }

    /// The browser sent no cookie at all. It gets another, and a way to try again for nothing with the wallet that it used.
    pub(super) fn cookies_off(&self, ask: &Ask, (grant, wallet): (&Grant, &str)) -> Reply {
        let nonce = base64url(&world::random::<16>());
        let item = on_this_site(&grant.item);
        let target = item.parse().ok().and_then(|uri| Target::fold(&uri, &self.site.query).ok());
        let offer = target.as_ref().and_then(|target| self.instance.offer_for(&self.site.host, &target.path));
        let (title, restore_url) = match (&target, offer) {
            (Some(target), Some((id, offer))) => {
                let title = self.shown_title(target);
                let url = self.quote_url(target, (id, &offer), &title, &self.for_browser(ask, (&nonce, wallet)));
                (title, format!("{url}&restore=1"))
            }
            (_, _) => (self.title(), item),
        };
        let page = web::cookies_off(&CookiesOffView { instance: self.shown_instance(ask), site: self.title(), title, restore_url });
        let mut reply = door::page(&ask.visit, StatusCode::BAD_REQUEST, PageKind::SitePage, page);
        door::set_cookie(&mut reply, ST_COOKIE, &nonce, ST_LIFE.0);
        reply
    }
}

/// A target that cannot lead to another host, whatever the grant says.
pub(super) fn on_this_site(item: &str) -> String {
    // Browsers leave tabs and line breaks out before they read an address: what is `/`, tab, `/` here is `//` there.
    let steers = |byte: u8| byte <= 0x20 || byte == 0x7f || byte == b'\\';
    let local = item.starts_with('/') && !item.starts_with("//") && !item.bytes().any(steers);
    if local { item.to_owned() } else { "/".to_owned() }
}

/// Compares without telling by its time where the difference is.
pub(super) fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
