//! Paying with the phone: this browser shows its quote as a code and asks, again and again, whether it was paid elsewhere.
//!
//! What is paid goes to the browser whose nonce the quote carries and to no other: the code is no secret, the nonce is.

use super::Gate;
use super::back::same;
use super::fold::Target;
use super::human::{ST_LIFE, nonce, st_hash};
use super::priced::Ask;
use crate::door::{self, Reply, ST_COOKIE};
use crate::web::{self, Money, PageKind, WaitState, WaitView};
use crate::world;
use http::{HeaderValue, StatusCode, header};
use market::OfferPrice;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::problem::Problem;
use protocol::quote::Quote;
use protocol::text::base64url;

/// Where a browser waits for a phone.
const WAIT_PATH: &str = "/.well-known/farthing/wait";
/// Letters of a title in a quote that becomes a code.
const MOST_TITLE: usize = 48;
/// So often it asks, in seconds.
const ASKS: HeaderValue = HeaderValue::from_static("5");

impl Gate {
    /// Where this browser waits for a phone, if its wallet stands here: one elsewhere cannot tell this door what was paid.
    pub(super) fn wait_url(&self, target: &Target, wallet: &str) -> Option<String> {
        (wallet == self.instance.wallet_url()).then(|| waits_for(&target.page))
    }

    /// `GET /.well-known/farthing/wait?page=…` makes a quote for this browser, `?q=…` waits until it is paid.
    pub(super) async fn wait(&self, ask: &Ask) -> Reply {
        if ask.header("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch")) {
            return self.refuse(ask, &Problem::Busy { retry_after_s: 1 });
        }
        if let Err(retry_after_s) = self.challenges.take(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(ask, &Problem::TooFast { retry_after_s });
        }
        let fields = door::form(ask.target.sent.split_once('?').map(|(_, query)| query).unwrap_or_default().as_bytes());
        match (fields.get("q"), fields.get("page")) {
            (Some(text), _) => self.look_again(ask, text).await,
            (None, Some(page)) => self.begin_to_wait(ask, page),
            (None, None) => self.refuse(ask, &Problem::Unknown),
        }
    }

    fn begin_to_wait(&self, ask: &Ask, page: &str) -> Reply {
        let wallet = self.wallet(ask);
        let sold = self.for_sale(page).filter(|(_, (_, offer))| !matches!(offer.price, OfferPrice::Metered(_)));
        let Some((target, (id, offer))) = sold.filter(|_| wallet == self.instance.wallet_url()) else {
            return self.refuse(ask, &Problem::Unknown);
        };
        let nonce = nonce(ask).unwrap_or_else(|| base64url(&world::random::<16>()));
        // Short, for the code's sake: each letter makes its squares smaller.
        let title: String = self.shown_title(&target).chars().take(MOST_TITLE).collect();
        let quote = self.quote(&target, (id, &offer), &title, &self.for_browser(ask, (&nonce, &wallet)));
        let mut reply = door::see_other(&format!("{WAIT_PATH}?q={quote}"));
        door::set_cookie(&mut reply, ST_COOKIE, &nonce, ST_LIFE.0);
        reply
    }

    /// Only the browser that the quote was made for learns anything; to all others it is as unknown as none.
    async fn look_again(&self, ask: &Ask, text: &str) -> Reply {
        let unknown = || self.refuse(ask, &Problem::Unknown);
        let Some(nonce) = nonce(ask) else { return unknown() };
        let wallet = self.instance.wallet_url();
        let ours = |quote: &Quote| quote.iss == self.origin_url() && quote.aud == wallet && same(&st_hash(&nonce), &quote.st_hash);
        let Some(quote) = Quote::parse(text, &self.instance.keys.site.public()).ok().filter(ours) else { return unknown() };
        if let Some(grant) = self.instance.screens.take(&quote.st_hash, (&self.site.host, &quote.item), ask.visit.now) {
            return self.let_in(ask, &grant, &nonce).await;
        }
        match self.has_it(ask, &quote).await {
            Ok(true) => return door::see_other(&super::back::on_this_site(&quote.item)),
            Ok(false) => {}
            Err(problem) => return self.refuse(ask, &problem),
        }
        let is_over = ask.visit.now >= quote.exp;
        let state = if is_over {
            WaitState::Over { again_url: waits_for(&quote.item) }
        } else {
            WaitState::Waiting { phone_url: format!("{wallet}/pay?q={text}&screen=1"), until: quote.exp }
        };
        let view = WaitView {
            instance: self.shown_instance(ask),
            site: self.title(),
            price: Money::of(quote.amount, quote.currency),
            item_url: quote.item,
            title: quote.title,
            state,
            now: ask.visit.now,
        };
        let mut reply = door::page(&ask.visit, StatusCode::OK, PageKind::SitePage, web::wait(&view));
        // The address holds the quote, which is nothing for the origin behind us.
        reply.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if !is_over {
            reply.headers_mut().insert(header::REFRESH, ASKS);
        }
        reply
    }

    /// True if this browser reads the page already: a second tab, or the way Back.
    async fn has_it(&self, ask: &Ask, quote: &Quote) -> Result<bool, Problem> {
        let (item, now) = (format!("{}{}", self.site.host, quote.item), ask.visit.now);
        match self.settled_reader(ask).await? {
            Some(party) => Ok(self.instance.owned(party, &item, now).await?.is_some()),
            None => Ok(false),
        }
    }
}

fn waits_for(page: &str) -> String {
    format!("{WAIT_PATH}?page={}", utf8_percent_encode(page, NON_ALPHANUMERIC))
}
