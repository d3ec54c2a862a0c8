//! Readers whose wallet is another instance's: which wallet that is, the way back by a call, and what they own by its word.

use super::Gate;
use super::back::{NOTICE_LIFE_S, on_this_site, same};
use super::human::{For, NOTICE_COOKIE, PAY_PATH, RETURN_FAILED, nonce, st_hash};
use super::priced::Ask;
use super::proxy::Body;
use crate::codes::Grant;
use crate::door::{self, Reply, ST_COOKIE};
use crate::elsewhere::ask::{self, Between, NotTold};
use crate::receipts::Sold;
use crate::web::{self, PageKind, WalletSilentView};
use http::{Request, StatusCode};
use money::{CommandId, Party, Span, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::problem::Problem;
use protocol::quote::Quote;
use protocol::redeem::{Entitled, Standing};
use protocol::text::parse_command;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Bought, BoughtState};

/// The wallet that a browser chose at a wall, by its number among those of the site.
const WALLET_COOKIE: &str = "__Host-farthing_wl";
const WALLET_LIFE_S: u64 = 90 * 86_400;
/// Longest form.
const MOST_FORM: usize = 8 * 1_024;
/// A wallet's word on a purchase is believed for so long once it cannot be taken back any more.
const BELIEVED: Span = Span(86_400);
/// A wallet that did not answer is asked again after so long.
const ASKED_AGAIN: Span = Span(60);

/// What stands in the address of a way back from a wallet elsewhere.
pub(super) struct WayBack {
    wallet: String,
    quote: CommandId,
    code: String,
    page: String,
}

impl Gate {
    /// The wallet that this browser pays from: the one it chose, if its money is taken here, else the first.
    pub(super) fn wallet(&self, ask: &Ask) -> String {
        let wallets = self.instance.wallets(&self.site);
        let chosen = door::cookie(&ask.headers, WALLET_COOKIE).and_then(|chosen| chosen.parse::<usize>().ok());
        let chosen = chosen.and_then(|number| wallets.get(number)).or(wallets.first());
        chosen.cloned().unwrap_or_else(|| self.instance.wallet_url())
    }

    /// `POST /.well-known/farthing/wallet` with the field `wallet`, and `page` to go back to: another wallet for this browser.
    pub(super) async fn choose_wallet(&self, ask: &Ask, request: Request<Body>) -> Reply {
        if !self.is_own_form(ask) {
            return self.refuse(ask, &Problem::CrossSite);
        }
        let form = match super::read_whole(request.into_body(), MOST_FORM).await {
            Ok(body) => door::form(&body),
            Err(problem) => return self.refuse(ask, &problem),
        };
        let wallets = self.instance.wallets(&self.site);
        let Some(number) = form.get("wallet").and_then(|chosen| wallets.iter().position(|wallet| wallet == chosen)) else {
            return self.refuse(ask, &Problem::Unknown);
        };
        let mut reply = door::see_other(&on_this_site(form.get("page").map_or("/", String::as_str)));
        door::set_cookie(&mut reply, WALLET_COOKIE, &number.to_string(), WALLET_LIFE_S);
        reply
    }

    /// The way back from a wallet elsewhere, if the address names one whose money is taken here.
    pub(super) fn way_back(&self, query: &BTreeMap<String, String>) -> Option<WayBack> {
        let wallet = query.get("wallet").filter(|wallet| **wallet != self.instance.wallet_url())?;
        let is_taken = self.site.wallets.contains(wallet);
        let quote = query.get("quote").and_then(|quote| parse_command(quote).ok()).filter(|_| is_taken)?;
        let (code, page) = (query.get("code")?.clone(), on_this_site(query.get("page").map_or("/", String::as_str)));
        Some(WayBack { wallet: wallet.clone(), quote, code, page })
    }

    /// A browser comes back with a code of a wallet elsewhere, which says for it what was bought.
    pub(super) async fn come_back_from(&self, ask: &Ask, way: WayBack) -> Reply {
        if let Err(retry_after_s) = self.failures.look(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(ask, &Problem::TooFast { retry_after_s });
        }
        let site = self.origin_url();
        let between = Between { instance: &self.instance, site: &site, wallet: &way.wallet, now: ask.visit.now };
        let entitled = match between.redeem(way.quote, &way.code).await {
            Ok(entitled) => entitled,
            Err(NotTold::Unreachable) => return self.wallet_silent(ask, &way),
            Err(NotTold::Unknown | NotTold::Refused(_)) => {
                // The answer is the same whether the address has failures left or not.
                let _ = self.failures.take(ask.visit.client_ip, ask.visit.now);
                return self.used_code(ask);
            }
        };
        let Some(quote) = self.own_quote(&entitled, &way) else { return self.wallet_silent(ask, &way) };
        let party = ask::reader(&way.wallet, &entitled.payer);
        let (st_hash_of_quote, item) = (quote.st_hash, quote.item.clone());
        let realm = self.site.host.clone();
        let grant = Grant { realm, party, sale: entitled.sale, st_hash: st_hash_of_quote, item, quote: None };
        let Some(nonce) = door::cookie(&ask.headers, ST_COOKIE) else { return self.cookies_off(ask, (&grant, &way.wallet)) };
        if !same(&st_hash(nonce), &grant.st_hash) {
            let mut reply = door::see_other(&on_this_site(&grant.item));
            door::set_cookie(&mut reply, NOTICE_COOKIE, RETURN_FAILED, NOTICE_LIFE_S);
            return reply;
        }
        let bought = self.bought(&way, (entitled, &quote), party, ask.visit.now);
        match self.instance.vault(move |vault| vault.keep_bought(&bought)).await {
            Ok(()) => self.let_in(ask, &grant, nonce).await,
            Err(problem) => self.refuse(ask, &problem),
        }
    }

    /// The quote that was redeemed, if it is ours, for this wallet, and the purchase is of its page and stands.
    fn own_quote(&self, entitled: &Entitled, way: &WayBack) -> Option<Quote> {
        let quote = Quote::parse(entitled.quote.as_deref()?, &self.instance.keys.site.public()).ok()?;
        let ours = quote.id == way.quote && quote.iss == self.origin_url() && quote.aud == way.wallet;
        let fits = entitled.item == format!("{}{}", self.site.host, quote.item) && entitled.currency == quote.currency;
        if ours && fits && entitled.standing == Standing::Live {
            // What Restore brings may have been cheaper then; what was paid under this very quote has its price, or a lower
            // one that the site itself set since.
            if entitled.charged < quote.amount && entitled.at >= quote.iat {
                let (charged, quoted) = (entitled.charged.units(), quote.amount.units());
                tracing::error!(site = %self.name, wallet = way.wallet, charged, quoted, "a wallet charged less than was quoted");
            }
            return Some(quote);
        }
        tracing::warn!(site = %self.name, wallet = way.wallet, "a wallet's answer is not about the quote that was asked for");
        None
    }

    fn bought(&self, way: &WayBack, (entitled, quote): (Entitled, &Quote), party: Party, now: Timestamp) -> Bought {
        Bought {
            wallet: way.wallet.clone(),
            sale: entitled.sale,
            site: self.name.clone(),
            quote: quote.id,
            party,
            offer: quote.offer,
            checked: believed_until(&entitled, now),
            item: entitled.item,
            payer: entitled.payer,
            charged: entitled.charged,
            currency: entitled.currency,
            at: entitled.at,
            until: entitled.until,
            undo_until: entitled.undo_until,
            state: BoughtState::Live,
        }
    }

    /// What a browser's party owns of this page: by the books here, or by a wallet's word.
    pub(super) async fn owned(&self, party: Party, ask: &Ask) -> Result<Option<Arc<Sold>>, Problem> {
        let (item, now) = (self.item(&ask.target), ask.visit.now);
        if let Some(sold) = self.instance.owned(party, &item, now).await? {
            return Ok(Some(sold));
        }
        if self.site.wallets.is_empty() {
            return Ok(None);
        }
        let site = self.name.clone();
        let found = self.instance.vault(move |vault| vault.bought((&site, party), &item, now)).await?;
        match found {
            Some(bought) if self.still_stands(&bought, now).await? => Ok(Some(Arc::new(Sold::elsewhere(&bought, &self.site.payee)))),
            Some(_) | None => Ok(None),
        }
    }

    /// Whether a purchase stands by its wallet's word, which is asked for anew now and then: it may have been taken back there.
    async fn still_stands(&self, bought: &Bought, now: Timestamp) -> Result<bool, Problem> {
        if now < bought.checked {
            return Ok(true);
        }
        let site = self.origin_url();
        let told = Between { instance: &self.instance, site: &site, wallet: &bought.wallet, now }.look((bought.quote, bought.sale)).await;
        let (wallet, sale) = (bought.wallet.clone(), bought.sale);
        let until = match told {
            Ok(entitled) if entitled.standing == Standing::Live => believed_until(&entitled, now),
            // Who paid reads on while the wallet is away.
            Err(NotTold::Unreachable | NotTold::Refused(_)) => now.after(ASKED_AGAIN),
            Ok(_) | Err(NotTold::Unknown) => {
                self.instance.vault(move |vault| vault.settle_bought((&wallet, sale), BoughtState::Returned)).await?;
                return Ok(false);
            }
        };
        self.instance.vault(move |vault| vault.check_bought((&wallet, sale), until)).await?;
        Ok(true)
    }

    /// The wallet did not say what was bought: nothing is lost, and the page says where it waits.
    fn wallet_silent(&self, ask: &Ask, way: &WayBack) -> Reply {
        let escaped = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let (page, wallet) = (escaped(&way.page), escaped(&way.wallet));
        let view = WalletSilentView {
            instance: self.shown_instance(ask),
            site: self.title(),
            wallet: way.wallet.clone(),
            restore_url: format!("{PAY_PATH}?page={page}&wallet={wallet}&restore=1"),
            item_url: way.page.clone(),
        };
        door::page(&ask.visit, StatusCode::BAD_GATEWAY, PageKind::SitePage, web::wallet_silent(&view))
    }

    /// For whom a quote is made here and now: this browser, under its nonce.
    pub(super) fn for_browser<'a>(&self, ask: &Ask, (nonce, wallet): (&str, &'a str)) -> For<'a> {
        For { st_hash: st_hash(nonce), wallet, now: ask.visit.now }
    }

    /// The same for whoever asks, who may be a program without a nonce.
    pub(super) fn for_anybody<'a>(&self, ask: &Ask, wallet: &'a str) -> For<'a> {
        // Without a nonce the wallet's way back ends at a page that sets one and leads to Restore.
        let hash = nonce(ask).map_or([0; 32], |nonce| st_hash(&nonce));
        For { st_hash: hash, wallet, now: ask.visit.now }
    }
}

fn believed_until(entitled: &Entitled, now: Timestamp) -> Timestamp {
    if now < entitled.undo_until { entitled.undo_until } else { now.after(BELIEVED) }
}
