//! Sample sales: real commands with times that lie in the past, the same in every fresh demo but for the day it is made.

use super::{DemoClock, Failure};
use crate::instance::Instance;
use market::{Body, Command, Consent, Maker, OfferPrice, Purchase, RefundReason, RefundRequest, TopUp};
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};
use store::engine::{Answer, Reply};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What can be bought.
#[derive(Clone)]
struct Page {
    offer: OfferId,
    item: String,
    price: Amount,
    asset: Asset,
}

/// The month under way.
struct Month<'i> {
    instance: &'i Instance,
    pages: Vec<Page>,
    rng: Rng,
    readers: u32,
    answers: (UnboundedSender<Answer>, UnboundedReceiver<Answer>),
    under_way: u32,
}

/// splitmix64: small, seeded, good enough for a plausible month.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.next().checked_rem(u64::from(bound)).and_then(|rest| u32::try_from(rest).ok()).unwrap_or(0)
    }

    fn bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        let (first, rest) = bytes.split_at_mut(8);
        first.copy_from_slice(&self.next().to_le_bytes());
        rest.copy_from_slice(self.next().to_le_bytes().get(..2).unwrap_or(&[0; 2]));
        bytes
    }
}

/// Fills the days before now, hour by hour; the clock moves along.
///
/// # Errors
/// If the engine ends.
pub(super) async fn fill(instance: &Instance, days: u16, clock: &DemoClock) -> Result<(), Failure> {
    let offers = instance.offers();
    let pages = offers.iter().filter_map(|(id, offer)| {
        let OfferPrice::Fixed { amount, asset } = offer.price else { return None };
        Some(Page { offer: *id, item: offer.unlock.to_string(), price: amount, asset })
    });
    let pages: Vec<Page> = pages.collect();
    let readers = u32::from(days).saturating_mul(40);
    let mut month = Month { instance, pages, rng: Rng(0x6661_7274_6869_6e67), readers, answers: unbounded_channel(), under_way: 0 };
    let first = crate::world::now().before(Span(u64::from(days).saturating_mul(86_400)));
    let hours = u64::from(days).saturating_mul(24);
    for hour in 0..hours {
        let at = first.after(Span(hour.saturating_mul(3_600)));
        clock.stand_at(at);
        month.hour(at, hour).await?;
    }
    Ok(())
}

impl Month<'_> {
    /// New readers top up and buy; some take it back, and now and then the payee or the operator does.
    async fn hour(&mut self, at: Timestamp, hour: u64) -> Result<(), Failure> {
        // Few at night, most in the evening.
        let busy = match hour % 24 {
            0..=5 => 1,
            6..=16 => 4,
            _ => 8,
        };
        for _ in 0..self.rng.below(busy) {
            let party = reader(self.rng.below(self.readers));
            if self.rng.below(3) > 0 {
                self.top_up(party, at)?;
            }
            for page in self.pages.clone() {
                if self.rng.below(3) > 0 {
                    self.buy(party, page, at)?;
                }
            }
        }
        self.settle(at).await
    }

    fn buy(&mut self, payer: Party, page: Page, at: Timestamp) -> Result<(), Failure> {
        let Page { offer, item, price: amount, asset } = page;
        let body = Body::Buy(Purchase { payer, offer, item, amount, asset, consent: Consent::Pressed });
        self.submit(Maker::Party(payer), body, at)
    }

    fn top_up(&mut self, party: Party, at: Timestamp) -> Result<(), Failure> {
        let amounts = [1_000_000, 2_000_000, 5_000_000];
        let pick = usize::try_from(self.rng.below(3)).unwrap_or(0);
        let amount = Amount::from_u32(amounts.get(pick).copied().unwrap_or(1_000_000));
        let asset = self.instance.config.asset();
        let body = Body::TopUp(TopUp { party, asset, amount, most: Amount::from_u32(20_000_000) });
        self.submit(Maker::Party(party), body, at)
    }

    fn submit(&mut self, maker: Maker, body: Body, at: Timestamp) -> Result<(), Failure> {
        let id = CommandId::new(at.ms(), self.rng.bytes());
        let answers = self.answers.0.clone();
        let reply: Reply = Box::new(move |answer| drop(answers.send(answer)));
        self.under_way = self.under_way.saturating_add(1);
        let sent = self.instance.engine.submit_at(Command { id, maker, body }, at, reply);
        sent.map_err(|_| Failure::failed("the engine ended while sample sales were made"))
    }

    /// Waits for the hour's answers, then takes some sales back five minutes later.
    async fn settle(&mut self, at: Timestamp) -> Result<(), Failure> {
        let later = at.after(Span(300));
        let mut sold = Vec::new();
        while self.under_way > 0 {
            let answer = self.answers.1.recv().await.ok_or_else(|| Failure::failed("the engine ended while sample sales were made"))?;
            self.under_way = self.under_way.saturating_sub(1);
            if let market::Outcome::Applied(applied) = answer.outcome
                && let market::Effect::Sold { sale, .. } = applied.effect
            {
                sold.push(sale);
            }
        }
        for sale in sold {
            let dice = self.rng.below(40);
            let payer = self.instance.look(move |state, _| state.sale(sale).map(|sale| sale.payer)).await;
            let Ok(Some(payer)) = payer else { continue };
            let (maker, reason) = match dice {
                0..=2 => (Maker::Party(payer), RefundReason::Undo { payer }),
                3 => (Maker::Instance, RefundReason::Operator),
                _ => continue,
            };
            self.submit(maker, Body::Refund(RefundRequest::whole(sale, reason)), later)?;
        }
        while self.under_way > 0 {
            self.answers.1.recv().await.ok_or_else(|| Failure::failed("the engine ended while sample sales were made"))?;
            self.under_way = self.under_way.saturating_sub(1);
        }
        Ok(())
    }
}

/// A sample reader: its party says so.
fn reader(number: u32) -> Party {
    let mut party = *b"sample:reader\0\0\0\0\0\0\0";
    if let Some(tail) = party.last_chunk_mut::<4>() {
        *tail = number.to_be_bytes();
    }
    Party(party)
}
