//! The wall: the 402 for people. It shows what may be shown, and leads to the wallet by a signed quote in a plain link.

use super::Gate;
use super::auth::Via;
use super::fold::Target;
use super::hls::video_of;
use super::priced::{Ask, is_nonce};
use super::proxy::Body;
use super::teaser::{Kind, NoPage, Teaser};
use crate::door::{self, Reply, ST_COOKIE};
use crate::payees::brand::SITE_LOGO_PATH;
use crate::receipts::Sold;
use crate::web::{self, Act, Form, Lasts, Money, PageKind, WallNotice, WallPrice, WallView, WallWallets};
use crate::world;
use http::{Request, StatusCode};
use market::{Offer, OfferPrice, SaleState};
use money::{CommandId, OfferId, Span, Timestamp};
use percent_encoding::NON_ALPHANUMERIC;
use protocol::problem::Problem;
use protocol::quote::{Quote, plain_title};
use protocol::text::{base64url, parse_serial};
use sha2::{Digest, Sha256};
use store::vault::BoughtState;

/// Where a wall that search engines know leads to the wallet.
pub(super) const PAY_PATH: &str = "/.well-known/farthing/pay";
/// Where a browser chooses another wallet.
const WALLET_PATH: &str = "/.well-known/farthing/wallet";
/// How long a browser's nonce lives without coming back.
pub(super) const ST_LIFE: Span = Span(3_600);
/// How long a quote stands.
const QUOTE_LIFE_S: u64 = 600;
/// What the next wall says first: the serial of what was taken back, or [`RETURN_FAILED`].
pub(super) const NOTICE_COOKIE: &str = "__Host-farthing_tb";
/// The notice that a way back from the wallet did not work.
pub(super) const RETURN_FAILED: &str = "return-failed";

/// Whether a wall is told to search engines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// It is.
    InSearch,
    /// It is not: they drop what answers 402.
    Nowhere,
}

impl Gate {
    /// The 402 page of a priced target.
    pub(super) async fn wall(&self, ask: &Ask, request: Request<Body>, (id, offer): (OfferId, &Offer)) -> Reply {
        let teaser = match self.teaser(&ask.target, &ask.peer, ask.visit.now).await {
            Ok(teaser) => teaser,
            Err(NoPage::Missing) => return self.missing(ask, request).await,
            Err(NoPage::Unreachable) => return self.refuse(ask, &Problem::OriginUnreachable),
            Err(NoPage::Slow) => return self.refuse(ask, &Problem::OriginSlow),
        };
        if teaser.kind != Kind::Unknown {
            self.examples.note(id, &ask.target);
        }
        let nonce = nonce(ask).unwrap_or_else(|| base64url(&world::random::<16>()));
        let Some(price) = wall_price(offer) else { return self.refuse(ask, &Problem::Internal) };
        let title = teaser.title.clone().unwrap_or_else(|| self.fallback_title(&ask.target));
        let (found, wallet) = (self.found(ask), self.wallet_for(ask, offer));
        let is_film = video_of(offer).is_some();
        // What search engines see is what everybody sees, to the byte: the quote is made when somebody goes to pay.
        let pay_url = match found {
            Found::InSearch => format!("{PAY_PATH}?page={}", percent_encoding::utf8_percent_encode(&ask.target.page, NON_ALPHANUMERIC)),
            Found::Nowhere => self.quote_url(&ask.target, (id, offer), &title, &self.for_browser(ask, (&nonce, &wallet))),
        };
        let look = self.instance.brands.of(&self.site.payee).look(SITE_LOGO_PATH);
        let page = web::wall(&WallView {
            instance: self.shown_instance(ask),
            site: self.title(),
            site_url: "/".to_owned(),
            look: look.clone(),
            lang: teaser.lang.clone(),
            title,
            byline: teaser.byline.clone(),
            teaser: teaser.paragraphs.clone(),
            price,
            act: if is_film { Act::Watch } else { act(&teaser) },
            lasts: offer.lasts.map_or(Lasts::Ever, Lasts::For),
            devices: None,
            undo: offer.refund.window,
            restore_url: format!("{pay_url}&restore=1"),
            wait_url: if is_film { None } else { self.wait_url(&ask.target, &wallet) },
            pay_url,
            wallets: if is_film { None } else { self.other_wallets(ask, &wallet) },
            wallet_url: wallet,
            falls: falls(offer, self.instance.now()),
            item_url: format!("{}{}", self.origin_url(), ask.target.page),
            notice: self.notice(ask).await,
            monetization: self.monetization(),
        });
        let mut reply = match found {
            Found::InSearch => door::page_in(&ask.visit, StatusCode::OK, PageKind::Wall, look.as_ref(), page),
            Found::Nowhere => door::page_in(&ask.visit, StatusCode::PAYMENT_REQUIRED, PageKind::Wall, look.as_ref(), page),
        };
        if found == Found::Nowhere {
            self.add_challenge(&mut reply, ask, None);
            // The same nonce again: only its end moves, so that two tabs with two pages both find their way back.
            door::set_cookie(&mut reply, ST_COOKIE, &nonce, ST_LIFE.0);
        }
        if door::cookie(&ask.headers, NOTICE_COOKIE).is_some() {
            door::set_cookie(&mut reply, NOTICE_COOKIE, "", 0);
        }
        reply
    }

    /// Whether this wall is told to search engines: only where somebody goes to it, since a script or a server that asked us
    /// would take its 200 for the page.
    fn found(&self, ask: &Ask) -> Found {
        let goes_there = ask.header("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
        if self.site.search && goes_there && ask.via == Via::Proxy { Found::InSearch } else { Found::Nowhere }
    }

    /// `GET /.well-known/farthing/pay?page=…`: to the wallet with a fresh quote; to another of the site's with `&wallet=…`.
    pub(super) async fn to_wallet(&self, ask: &Ask) -> Reply {
        if ask.header("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch")) {
            return self.refuse(ask, &Problem::Busy { retry_after_s: 1 });
        }
        let fields = door::form(ask.target.sent.split_once('?').map(|(_, query)| query).unwrap_or_default().as_bytes());
        let Some((target, (id, offer))) = fields.get("page").and_then(|page| self.for_sale(page)) else {
            return self.refuse(ask, &Problem::Unknown);
        };
        if let Err(retry_after_s) = self.challenges.take(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(ask, &Problem::TooFast { retry_after_s });
        }
        let title = self.shown_title(&target);
        let nonce = nonce(ask).unwrap_or_else(|| base64url(&world::random::<16>()));
        let named = fields.get("wallet").filter(|named| self.instance.wallets(&self.site).contains(named) && video_of(&offer).is_none());
        let wallet = named.cloned().unwrap_or_else(|| self.wallet_for(ask, &offer));
        let url = self.quote_url(&target, (id, &offer), &title, &self.for_browser(ask, (&nonce, &wallet)));
        let restoring = if fields.contains_key("restore") { "&restore=1" } else { "" };
        let mut reply = door::see_other(&format!("{url}{restoring}"));
        door::set_cookie(&mut reply, ST_COOKIE, &nonce, ST_LIFE.0);
        reply
    }

    /// The wallet that a browser pays from. Films are watched from sessions in our own books.
    fn wallet_for(&self, ask: &Ask, offer: &Offer) -> String {
        if video_of(offer).is_some() { self.instance.wallet_url() } else { self.wallet(ask) }
    }

    /// A page of this site that costs something, by its address, with the offer that sells it.
    pub(super) fn for_sale(&self, page: &str) -> Option<(Target, (OfferId, Offer))> {
        let target = Target::fold(&page.parse().ok()?, &self.site.query).ok().filter(|target| self.priced.cover(&target.path))?;
        let offer = self.instance.offer_for(&self.site.host, &target.path).filter(|(_, offer)| offer.price != OfferPrice::Free)?;
        Some((target, offer))
    }

    /// The origin knows no such page: its own words go out, and only those.
    async fn missing(&self, ask: &Ask, request: Request<Body>) -> Reply {
        let reply = self.pass(ask, request).await;
        let gone = matches!(reply.status(), StatusCode::NOT_FOUND | StatusCode::GONE);
        if gone { reply } else { self.refuse(ask, &Problem::Unknown) }
    }

    /// Where a person pays, for a program to pass on.
    pub(super) fn pay_url(&self, ask: &Ask, offer: (OfferId, &Offer), title: &str) -> String {
        let wallet = self.wallet_for(ask, offer.1);
        self.quote_url(&ask.target, offer, title, &self.for_anybody(ask, &wallet))
    }

    /// The wallet's pay sheet with a fresh signed quote.
    pub(super) fn quote_url(&self, target: &Target, offer: (OfferId, &Offer), title: &str, whom: &For<'_>) -> String {
        format!("{}/pay?q={}", whom.wallet, self.quote(target, offer, title, whom))
    }

    /// A fresh signed quote.
    pub(super) fn quote(&self, target: &Target, (id, offer): (OfferId, &Offer), title: &str, whom: &For<'_>) -> String {
        let For { st_hash, wallet, now } = *whom;
        let (amount, currency) = offer.price.least().unwrap_or((money::Amount::ZERO, self.instance.config.asset()));
        let iat = Timestamp::from_seconds(now.seconds());
        let quote = Quote {
            iss: self.origin_url(),
            aud: wallet.to_owned(),
            id: world::command_id(),
            offer: id,
            amount,
            currency,
            item: target.page.clone(),
            title: plain_title(title),
            st_hash,
            iat,
            exp: iat.after(Span(QUOTE_LIFE_S)),
            undo: offer.refund.window.0,
        };
        quote.sign(&self.instance.keys.site)
    }

    /// The title of a page: as it was shown lately, else made of its address.
    pub(super) fn shown_title(&self, target: &Target) -> String {
        self.teasers.title(&target.page).unwrap_or_else(|| self.fallback_title(target))
    }

    /// A page's name from the last part of its address.
    pub(super) fn fallback_title(&self, target: &Target) -> String {
        let last = target.path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
        let decoded = percent_encoding::percent_decode_str(last).decode_utf8_lossy().replace(['-', '_'], " ");
        let title = plain_title(&decoded);
        if title.is_empty() { self.title() } else { title }
    }

    /// The wallets that this browser could pay from instead.
    fn other_wallets(&self, ask: &Ask, chosen: &str) -> Option<WallWallets> {
        let others: Vec<String> = self.instance.wallets(&self.site).into_iter().filter(|wallet| wallet != chosen).collect();
        let page = ("page".to_owned(), ask.target.page.clone());
        let form = Form { action: WALLET_PATH.to_owned(), csrf: String::new(), fields: vec![page] };
        (!others.is_empty()).then(|| WallWallets { chosen: chosen.to_owned(), others, form })
    }

    /// The same of a purchase in another instance's books.
    async fn notice_elsewhere(&self, ask: &Ask, sale: CommandId) -> Option<WallNotice> {
        let site = self.name.clone();
        let bought = self.instance.vault(move |vault| vault.bought_by((&site, None), sale)).await.ok()??;
        if bought.item != self.item(&ask.target) {
            return None;
        }
        let amount = Money::of(bought.charged, bought.currency);
        match bought.state {
            BoughtState::Returned => Some(WallNotice::TakenBack(amount)),
            BoughtState::Returning => Some(WallNotice::ComesBack(amount)),
            BoughtState::Live | BoughtState::Refused => None,
        }
    }

    /// What a former answer left to be said.
    async fn notice(&self, ask: &Ask) -> Option<WallNotice> {
        let said = door::cookie(&ask.headers, NOTICE_COOKIE)?;
        if said == RETURN_FAILED {
            return Some(WallNotice::ReturnFailed);
        }
        let id = parse_serial(said).ok()?;
        let Some(sold) = self.instance.look(move |state, _| Sold::find(state, id)).await.ok()? else {
            return self.notice_elsewhere(ask, id).await;
        };
        let taken_back = matches!(sold.sale.state, SaleState::Refunded { .. }) && *sold.sale.item == *self.item(&ask.target);
        taken_back.then(|| WallNotice::TakenBack(Money::of(sold.sale.charged, sold.sale.asset)))
    }
}

/// For whom a quote is made.
pub(super) struct For<'a> {
    /// SHA-256 of the browser's nonce.
    pub st_hash: [u8; 32],
    /// Origin of the wallet that is to be paid from.
    pub wallet: &'a str,
    /// When.
    pub now: Timestamp,
}

/// The nonce of the browser, if it has one of our form.
pub(super) fn nonce(ask: &Ask) -> Option<String> {
    door::cookie(&ask.headers, ST_COOKIE).filter(|nonce| is_nonce(nonce)).map(str::to_owned)
}

/// What quotes and grants carry of a nonce.
pub(super) fn st_hash(nonce: &str) -> [u8; 32] {
    Sha256::digest(nonce).into()
}

/// When it is cheaper and what it costs then, and until when it is sold.
fn falls(offer: &Offer, now: Timestamp) -> Option<(Option<(Timestamp, Money)>, Timestamp)> {
    let (fall, (_, asset)) = offer.fall.as_ref().zip(offer.price.least())?;
    Some((fall.next(now).map(|(at, amount)| (at, Money::of(amount, asset))), fall.ends))
}

fn wall_price(offer: &Offer) -> Option<WallPrice> {
    match offer.price {
        OfferPrice::Free => None,
        OfferPrice::Fixed { amount, asset } => Some(WallPrice::Fixed(Money::of(amount, asset))),
        OfferPrice::AtLeast { amount, asset } => Some(WallPrice::AtLeast(Money::of(amount, asset))),
        OfferPrice::Metered(metered) => Some(WallPrice::of_metered(&metered)),
    }
}

fn act(teaser: &Teaser) -> Act {
    match teaser.kind {
        Kind::Page | Kind::Unknown => Act::Read,
        Kind::View => Act::Open,
        Kind::File => Act::Download,
    }
}
