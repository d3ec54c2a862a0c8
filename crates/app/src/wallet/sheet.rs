//! The pay sheet: who asks how much for what, and the one form that pays it.

use super::Visitor;
use super::one_click::{Came, SiteCaps};
use super::onward::Onward;
use super::purse::Purse;
use super::quote::{Asking, Stands};
use super::screen::pressed_only;
use crate::door::{self, Reply};
use crate::gateway::video_of;
use crate::payees::brand::LOGO_PATH;
use crate::web::{self, Money, OneClick, Opens, PageKind, RestoreNotFoundView, SheetState, SheetView, SheetWatch};
use crate::world;
use http::StatusCode;
use market::{Offer, OfferPrice};
use money::{Amount, CommandId, OfferId, Span};
use protocol::problem::Problem;
use protocol::text::serial;

/// What the books say about a quote and its visitor.
pub struct Facts {
    /// The visitor's figures.
    pub purse: Option<Purse>,
    /// The sale by which the visitor has the page.
    pub owned: Option<CommandId>,
    /// True if this very quote was paid before, whatever became of it.
    pub is_used: bool,
    /// The visitor's caps on the site.
    caps: Option<SiteCaps>,
    /// How the sheet was come to.
    pub(super) came: Came,
    /// The session from which the visitor watches, and what is left in it.
    pub(super) watching: Option<(CommandId, Amount)>,
    /// What the quote said before the site elsewhere gave a dearer one.
    pub(super) was: Option<Amount>,
    /// The offer that was quoted.
    pub(super) quoted: Option<Offer>,
    /// What stands in its place today.
    today: Option<(OfferId, Offer)>,
}

/// What was tried before the sheet is shown.
pub enum Tried {
    /// Nothing.
    Nothing,
    /// A price that can't be read or is too low: as typed, and why not.
    Typed(String, String),
    /// A price that the wallet has not got.
    Chosen(Amount),
}

/// What is asked now.
struct Terms {
    asking: Asking,
    price: Amount,
    was: Option<Amount>,
    at_least: bool,
}

impl Visitor<'_> {
    /// Reads the books about a quote.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub(super) async fn facts(&self, asking: &Asking) -> Result<Facts, Problem> {
        let payer = self.login.as_ref().map(|login| (login.party, asking.command_id(login.party)));
        let (asset, offer, item, realm) = (self.asset(), asking.offer, asking.item(), asking.realm.clone());
        self.instance
            .look(move |state, now| {
                let quoted = state.offer(offer).map(|version| version.offer.clone());
                let today = quoted.as_ref().and_then(|quoted| {
                    let same = |(_, offer): &(OfferId, &Offer)| offer.name == quoted.name && offer.unlock.realm() == quoted.unlock.realm();
                    let standing = state.offers().find(same).filter(|(_, offer)| !offer.is_over(now));
                    standing.map(|(id, offer)| (id, offer.clone().standing_at(now)))
                });
                let films = quoted.as_ref().filter(|quoted| video_of(quoted).is_some());
                let watching = payer.zip(films).and_then(|((party, _), offer)| {
                    let found = state.watched_by(party, (offer.unlock.realm(), &offer.name), now);
                    found.map(|(id, session)| (id, session.headroom(now)))
                });
                let was_paid = |party, id| {
                    let watched = state.session(id).is_some_and(|session| session.payer == party);
                    watched || state.sale(id).is_some_and(|sale| sale.payer == party)
                };
                Facts {
                    purse: payer.map(|(party, _)| Purse::of(state, party, asset, now)),
                    owned: payer.and_then(|(party, _)| state.owned(party, &item, now)).map(|(sale, _)| sale),
                    is_used: payer.is_some_and(|(party, id)| was_paid(party, id)),
                    watching,
                    caps: payer.map(|(party, _)| SiteCaps::of(state, (party, asset), &realm, now)),
                    came: Came::Otherwise,
                    was: None,
                    quoted,
                    today,
                }
            })
            .await
    }

    /// The sheet as the facts demand it; a page that became free is simply opened.
    ///
    /// # Errors
    /// [`Problem::OfferEnded`].
    pub(super) fn sheet(&self, status: StatusCode, (asking, facts): (&Asking, &Facts), tried: Tried) -> Result<Reply, Problem> {
        let Some(terms) = self.terms(asking, facts)? else { return Ok(door::see_other(&asking.item_url())) };
        let price = terms.price;
        let state = match facts.purse {
            None => SheetState::NoWallet {
                open: self.form("/open", &terms.asking.fields()),
                sign_in_url: Onward::Sheet(terms.asking.text.clone(), asking.opens).sign_in(),
                limit: self.money(self.most()),
            },
            Some(purse) => self.state_with(purse, &terms, tried),
        };
        let shown = if let SheetState::Short { available, missing, .. } = &state {
            Money { units: available.units.saturating_add(missing.units), asset: available.asset }
        } else {
            self.money(price)
        };
        let watch = self.sheet_watch(facts, price);
        let one_click = if watch.is_some() {
            OneClick::Silent
        } else if let SheetState::Ready { .. } = &state {
            self.one_click((facts.caps.as_ref(), facts.came), &asking.realm, price)
        } else {
            OneClick::Silent
        };
        let one_click = if asking.opens == Opens::OnScreen { pressed_only(one_click, &asking.realm) } else { one_click };
        Ok(self.sheet_page(status, (&terms.asking, facts.purse), shown, (state, one_click, watch)))
    }

    fn state_with(&self, purse: Purse, terms: &Terms, tried: Tried) -> SheetState {
        let price = terms.price;
        let wanted = if let Tried::Chosen(amount) = tried { amount.max(price) } else { price };
        if purse.available < wanted {
            let missing = wanted.saturating_sub(purse.available);
            let add = self.add_money("/pay/top-up", &terms.asking.fields(), (purse, missing));
            return SheetState::Short { available: self.money(purse.available), missing: self.money(missing), add };
        }
        let pay = self.form("/pay", &terms.asking.fields());
        let after = self.money(purse.available.saturating_sub(price));
        if terms.at_least {
            let times = |times: u64| price.units().checked_mul(times).and_then(Amount::new).filter(|amount| *amount <= purse.available);
            let suggestions = [2, 5, 10].into_iter().filter_map(times).map(|amount| self.money(amount)).collect();
            let refused = if let Tried::Typed(typed, why) = tried { Some((typed, why)) } else { None };
            return SheetState::AtLeast { pay, available: self.money(purse.available), suggestions, refused };
        }
        match terms.was {
            Some(was) => SheetState::Dearer { was: self.money(was), pay, after },
            None => SheetState::Ready { pay, after },
        }
    }

    /// What is asked under a quote now; `None` if the page is free by now.
    ///
    /// A dearer price comes under a fresh quote, which must be pressed; so does a page that was bought under this one and
    /// is no longer owned. Anything else goes on under the quote that came, at today's price if that is lower.
    fn terms(&self, asking: &Asking, facts: &Facts) -> Result<Option<Terms>, Problem> {
        let (quoted, (today_id, today)) = facts.quoted.as_ref().zip(facts.today.as_ref()).ok_or(Problem::OfferEnded)?;
        let Some((today_least, asset)) = today.price.least() else { return Ok(None) };
        if asset != asking.quote.currency {
            return Err(Problem::OfferEnded);
        }
        let held = asking.quote.amount;
        let is_dearer = today_least > held;
        // Only the site elsewhere can sign another quote; it was asked already where one is needed.
        if asking.stands == Stands::Elsewhere {
            let at_least = matches!(quoted.price, OfferPrice::AtLeast { .. });
            return Ok(Some(Terms { asking: asking.clone(), price: held.min(today_least), was: facts.was, at_least }));
        }
        if !is_dearer && !facts.is_used {
            let at_least = matches!(quoted.price, OfferPrice::AtLeast { .. });
            return Ok(Some(Terms { asking: asking.clone(), price: held.min(today_least), was: None, at_least }));
        }
        let id = CommandId::new(self.visit.now.ms(), world::random());
        let renewed = asking.renewed(self.instance, (id, self.visit.now), |quote| {
            quote.offer = *today_id;
            quote.amount = today_least;
            quote.undo = today.refund.window.0;
        });
        let at_least = matches!(today.price, OfferPrice::AtLeast { .. });
        Ok(Some(Terms { asking: renewed, price: today_least, was: is_dearer.then_some(held), at_least }))
    }

    /// What is asked for now: another quote of a site elsewhere where this one can be paid no more, with the facts about it.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`]; the page inside where the site's answer is not taken.
    pub(super) async fn current(&self, asking: Asking, facts: Facts) -> Result<Result<(Asking, Facts), Reply>, Problem> {
        let today = facts.today.as_ref().and_then(|(_, offer)| offer.price.least());
        let dearer = today.is_some_and(|(least, _)| least > asking.quote.amount);
        // What the books do not sell under this quote, its site withdrew or set anew since.
        let paid_no_more = asking.is_expired(self.visit.now) || facts.is_used || dearer || facts.today.is_none();
        if asking.stands == Stands::Here || facts.owned.is_some() || !paid_no_more {
            return Ok(Ok((asking, facts)));
        }
        let renewed = match asking.requoted(self.instance, self.visit.now).await {
            Ok(renewed) => renewed,
            Err(_) if asking.is_expired(self.visit.now) => return Ok(Err(self.expired(&asking, &facts))),
            Err(refused) => return Ok(Err(self.quote_refused(refused).await?)),
        };
        let was = Some(asking.quote.amount).filter(|was| *was < renewed.quote.amount);
        let now = self.facts(&renewed).await?;
        Ok(Ok((renewed, Facts { came: facts.came, was, ..now })))
    }

    /// The price is no longer held.
    pub(super) fn expired(&self, asking: &Asking, facts: &Facts) -> Reply {
        let state = SheetState::Expired { renew_url: asking.item_url() };
        self.sheet_page(StatusCode::OK, (asking, facts.purse), self.money(asking.quote.amount), (state, OneClick::Silent, None))
    }

    /// This very quote is paid: the way Back leads here, and must not be a trap.
    pub(super) fn used(&self, asking: &Asking, facts: &Facts, sale: CommandId) -> Reply {
        let state = SheetState::Used { open_url: asking.item_url(), receipt_url: format!("/r/{}", serial(sale)) };
        self.sheet_page(StatusCode::OK, (asking, facts.purse), self.money(asking.quote.amount), (state, OneClick::Silent, None))
    }

    /// Restore was pressed, but this wallet has not bought it.
    pub(super) fn not_found(&self, asking: &Asking, facts: &Facts) -> Reply {
        let view = RestoreNotFoundView {
            frame: self.frame_of(facts.purse),
            title: asking.quote.title.clone(),
            origin: asking.quote.iss.clone(),
            price: self.money(asking.quote.amount),
            pay_url: super::home::pay_address(&asking.text, asking.opens),
            back_url: asking.item_url(),
        };
        door::page(self.visit, StatusCode::OK, kind(asking), web::restore_not_found(&view))
    }

    /// The sheet in a state.
    pub(super) fn sheet_page(
        &self,
        status: StatusCode,
        (asking, purse): (&Asking, Option<Purse>),
        price: Money,
        (state, one_click, watch): (SheetState, OneClick, Option<SheetWatch>),
    ) -> Reply {
        let look = self.instance.site(&asking.realm).and_then(|site| self.instance.brands.of(&site.payee).look(LOGO_PATH));
        let view = SheetView {
            frame: self.frame_of(purse),
            payee: asking.payee.clone(),
            look: look.clone(),
            title: asking.quote.title.clone(),
            price,
            watch,
            undo: Span(asking.quote.undo),
            state,
            one_click,
            opens: asking.opens,
            back_url: asking.item_url(),
        };
        door::page_in(self.visit, status, kind(asking), look.as_ref(), web::sheet(&view))
    }
}

/// Where forms of a sheet may end: here, and at the site, which holds both the way back and the item.
fn kind(asking: &Asking) -> PageKind<'_> {
    PageKind::PaySheet { return_origin: &asking.quote.iss, item_origin: &asking.quote.iss }
}
