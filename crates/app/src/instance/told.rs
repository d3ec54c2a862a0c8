//! What a frame's answers say, on its way from the engine to whoever waits: one task for all of them, which makes the receipts
//! of the frame's sales under one signature.
//!
//! The engine's thread only lays answers down here and wakes the doors once a frame.

use super::{Instance, Offers};
use crate::gateway::receipt_header;
use crate::receipts::{Sold, Speaker};
use market::{Command, Effect, Outcome, Purchase};
use protocol::problem::Problem;
use protocol::receipt::{GROUP, Group, Receipt, sign_group};
use std::sync::{Arc, Mutex};
use store::engine::Answer;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// An answer as the doors get it.
pub struct Told {
    /// What the engine said.
    pub answer: Answer,
    /// The sale that it made, with its receipt.
    pub made: Option<Sold>,
}

/// Answers of the frame that is being released.
pub(super) struct Desk {
    speaker: Speaker,
    doors: Handle,
    laid: Mutex<Vec<Laid>>,
}

struct Laid {
    answer: Answer,
    order: Option<Order>,
    reply: oneshot::Sender<Told>,
}

/// A purchase and the terms it was made under.
pub(super) struct Order {
    purchase: Purchase,
    offers: Offers,
    /// Where among them.
    at: usize,
}

impl Instance {
    /// What has to be known of a command to write the receipt of its sale. The engine is asked only for an offer version that
    /// stands no longer.
    ///
    /// # Errors
    /// As [`Instance::look`].
    pub(super) async fn order_of(&self, command: &Command) -> Result<Option<Order>, Problem> {
        let Some(purchase) = command.body.purchase() else { return Ok(None) };
        let (offers, id) = (self.offers(), purchase.offer);
        if let Some(at) = offers.iter().position(|(current, _)| *current == id) {
            return Ok(Some(Order { purchase: purchase.clone(), offers, at }));
        }
        let offer = self.look(move |state, _| state.offer(id).map(|version| version.offer.clone())).await?;
        Ok(offer.map(|offer| Order { purchase: purchase.clone(), offers: Arc::new(vec![(id, offer)]), at: 0 }))
    }
}

impl Order {
    fn made(&self, answer: &Answer) -> Option<Sold> {
        let Outcome::Applied(applied) = &answer.outcome else { return None };
        let Effect::Sold { sale, charged } = applied.effect else { return None };
        let (_, offer) = self.offers.get(self.at)?;
        Some(Sold::made(&self.purchase, offer, (sale, charged), (answer.at, answer.place)))
    }
}

impl Desk {
    pub(super) fn new(speaker: Speaker, doors: Handle) -> Desk {
        Desk { speaker, doors, laid: Mutex::default() }
    }

    /// Called for each answer of a frame, in their order.
    pub(super) fn lay(&self, answer: Answer, order: Option<Order>, reply: oneshot::Sender<Told>) {
        self.laid().push(Laid { answer, order, reply });
    }

    /// Called when all are laid down.
    pub(super) fn hand_out(&self) {
        let laid = std::mem::take(&mut *self.laid());
        if !laid.is_empty() {
            let speaker = self.speaker.clone();
            // Without doors nobody waits: the process is ending.
            drop(self.doors.spawn(hand_out(speaker, laid)));
        }
    }

    fn laid(&self) -> std::sync::MutexGuard<'_, Vec<Laid>> {
        self.laid.lock().expect("no thread panics with the answers in hand")
    }
}

/// Group after group, so that the first answers need not wait for the last receipts, nor other work for all of them.
async fn hand_out(speaker: Speaker, laid: Vec<Laid>) {
    let mut rest = laid.into_iter().map(|laid| {
        let made = laid.order.as_ref().and_then(|order| order.made(&laid.answer));
        (laid, made)
    });
    for chunk in 0_u16.. {
        let (mut group, mut sales) = (Vec::new(), 0_usize);
        while sales < GROUP
            && let Some((laid, made)) = rest.next()
        {
            sales = sales.saturating_add(usize::from(made.is_some()));
            group.push((laid, made));
        }
        if group.is_empty() {
            return;
        }
        if chunk > 0 {
            tokio::task::yield_now().await;
        }
        hand_out_group(&speaker, group, chunk);
    }
}

fn hand_out_group(speaker: &Speaker, mut group: Vec<(Laid, Option<Sold>)>, chunk: u16) {
    let sales: Vec<&mut Sold> = group.iter_mut().filter_map(|(_, made)| made.as_mut()).collect();
    let frame = sales.first().map_or(0, |sold| sold.sale.place.frame);
    let mut receipts: Vec<Receipt> = sales.iter().map(|sold| sold.receipt_of(speaker, sold.sale.charged)).collect();
    let values = sign_group(&mut receipts, &speaker.keys.receipt, Group { frame, chunk });
    for (sold, value) in sales.into_iter().zip(values) {
        sold.receipt = receipt_header(sold, value);
    }
    for (Laid { answer, reply, .. }, made) in group {
        // Who asked may have gone away.
        drop(reply.send(Told { answer, made }));
    }
}
