//! Following an event stream that a session pays for: events as they come, a voucher where the site asks for one, and the receipt
//! held against what came.

mod tally;

use crate::io::is_of_type;
use crate::io::state::Held;
use crate::payer::present::Before;
use crate::payer::{Drawn, Fetched, Payer, Payment, Request};
use crate::session::{How, KeptSession, Phase};
use crate::{Body, Error, Refusal};
use http::Method;
use money::{Amount, CommandId, Price};
use protocol::event_stream::{Block, MEDIA_TYPE, Splitter};
use protocol::receipt::{CertifiedSigned, Counted};
use protocol::session::{Action, NeedVoucher, StreamNotice, StreamWord, is_reserved};
use std::time::Duration;
use tally::Tally;

/// So many units are authorised at once: what a gateway reserves for a stream.
const AHEAD: u64 = 64;

/// An event stream under way. While it is followed nobody else pays from its session.
pub struct Flow<'a> {
    payer: &'a Payer,
    request: Request,
    session: CommandId,
    /// Nothing while it connects again, which takes the session anew.
    held: Option<Held>,
    body: Body,
    splitter: Splitter,
    tally: Tally,
    /// What was drawn from the session, in base units and in units, when the stream began.
    began: (Amount, u64),
    units: u64,
    last_id: Option<String>,
    notice: Option<u8>,
    pauses: Vec<Duration>,
    is_over: bool,
}

impl Fetched {
    /// True for an event stream that a session pays for: [`Payer::follow`] reads it.
    #[must_use]
    pub fn is_paid_stream(&self) -> bool {
        is_of_type(&self.headers, MEDIA_TYPE) && self.status < 300 && matches!(self.payment, Payment::Drawn(_))
    }
}

impl Payer {
    /// Follows the event stream that a request brought.
    ///
    /// # Errors
    /// [`Error::Receipt`] if it came without a receipt of its session, [`Error::NoSession`] if another program pays from that.
    pub fn follow(&self, request: Request, fetched: Fetched) -> Result<Flow<'_>, Error> {
        let began = started(&fetched.headers)?;
        let Payment::Drawn(Drawn { session, .. }) = fetched.payment else {
            return Err(Error::Receipt { why: "none came with the stream" });
        };
        let held = self.state.hold(session)?.ok_or_else(|| Error::NoSession { id: protocol::text::serial(session) })?;
        let tally = Tally::of(held.session.unit());
        Ok(Flow {
            payer: self,
            request: Request { url: fetched.url, ..request },
            session,
            held: Some(held),
            body: fetched.body,
            splitter: Splitter::default(),
            tally,
            began: (began.spent, began.units),
            units: 0,
            last_id: None,
            notice: None,
            pauses: self.pauses(),
            is_over: false,
        })
    }

    fn pauses(&self) -> Vec<Duration> {
        self.policy.patience.pauses.iter().rev().copied().collect()
    }
}

impl Flow<'_> {
    /// The next event of the origin's, or a comment of it; nothing once the receipt came and agrees with what was counted.
    ///
    /// # Errors
    /// [`Error::Dearer`] where it would cost more than was agreed, [`Error::Receipt`] where it is said to have cost more than came,
    /// [`Error::BrokeOff`] where it was lost too often.
    pub async fn next(&mut self) -> Result<Option<Block>, Error> {
        while !self.is_over {
            let unreadable = |what: protocol::Malformed| Error::BrokeOff { source: what.0.into() };
            if let Some(block) = self.splitter.block().map_err(unreadable)? {
                if let Some(event) = self.read(block).await? {
                    return Ok(Some(event));
                }
                continue;
            }
            match self.body.chunk().await {
                Ok(Some(piece)) => self.splitter.push(&piece),
                // Without a receipt it is not at its end.
                Ok(None) => self.connect_again(Error::BrokeOff { source: "the stream ended without its receipt".into() }).await?,
                Err(error @ Error::BrokeOff { .. }) => self.connect_again(error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The share of what is held, in percent, that was reached since this was asked last.
    pub fn notice(&mut self) -> Option<u8> {
        self.notice.take()
    }

    /// What it came to by now, as far as the site has said.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn drawn(&self) -> Result<Option<(Drawn, u64)>, Error> {
        let Some(held) = &self.held else { return Ok(None) };
        let KeptSession { id, currency, mode, ref recipient, spent, .. } = held.session;
        let charged = spent.saturating_sub(self.began.0);
        Ok(Some((Drawn { session: id, recipient: recipient.clone(), charged, currency, mode }, self.units)))
    }

    /// What units it is counted in.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.held.as_ref().map_or("", |held| held.session.unit())
    }

    async fn read(&mut self, block: Block) -> Result<Option<Block>, Error> {
        let wrong = |what: protocol::Malformed| Error::Receipt { why: what.0 };
        match StreamWord::of(block.event()) {
            Some(StreamWord::NeedVoucher) => self.asked(NeedVoucher::parse(&block.data()).map_err(wrong)?).await?,
            Some(StreamWord::Notice) => self.notice = Some(StreamNotice::parse(&block.data()).map_err(wrong)?.percent),
            Some(StreamWord::Receipt) => {
                self.settled(&String::from_utf8_lossy(&block.data()))?;
                // What breaks off after its receipt is paid up to here, and not whole.
                match self.body.chunk().await {
                    Err(error @ Error::BrokeOff { .. }) => self.connect_again(error).await?,
                    ended => self.is_over = ended.is_ok(),
                }
            }
            None if is_reserved(block.event()) => {}
            None => {
                self.pauses = self.payer.pauses();
                if let Some(id) = block.id() {
                    self.last_id = std::str::from_utf8(id).ok().filter(|id| !id.is_empty()).map(str::to_owned);
                }
                self.tally.count(&block);
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    fn held(&mut self) -> Result<&mut Held, Error> {
        let id = self.session;
        self.held.as_mut().ok_or_else(|| Error::NoSession { id: protocol::text::serial(id) })
    }

    /// Answers a stream that waits, within what was agreed.
    async fn asked(&mut self, need: NeedVoucher) -> Result<(), Error> {
        let (payer, began, url) = (self.payer, self.began.0, self.request.url.clone());
        self.must_agree(need.session, need.accepted.max(need.spent))?;
        let held = self.held()?;
        let session = &mut held.session;
        (session.spent, session.counted) = (session.spent.max(need.spent), session.counted.max(need.spent));
        payer.state.note_session(session)?;
        let price = session.price_of(need.required.saturating_sub(began));
        let most = payer.policy.max.most(&price.asset);
        if most.is_none_or(|most| price.amount > most) {
            let max = most.map(|amount| Price { amount, asset: price.asset });
            return Err(Error::Dearer { price, max });
        }
        // What one request may cost bounds also what is authorised ahead.
        let ceiling = most.and_then(|most| began.checked_add(most)).unwrap_or(need.required);
        let ahead = need.required.checked_add(session.worth_of(AHEAD)).unwrap_or(need.required).min(ceiling);
        if need.required > session.hold
            && !payer.top_up_session(held, &url, ahead).await?
            && !payer.top_up_session(held, &url, need.required).await?
        {
            return Err(Error::Dearer { price, max: Some(held.session.price_of(held.session.hold.saturating_sub(began))) });
        }
        let cumulative = ahead.min(held.session.hold).max(need.required).max(held.session.authorised);
        payer.refill(held, &url, cumulative).await
    }

    /// What the site claims must lie within what was authorised.
    fn must_agree(&mut self, session: CommandId, claims: Amount) -> Result<(), Error> {
        let held = self.held()?;
        let why = if session != held.session.id {
            "it is of another session"
        } else if claims > held.session.authorised {
            "it claims more than was authorised"
        } else {
            return Ok(());
        };
        Err(Error::Receipt { why })
    }

    /// The last word of a stream: what it came to.
    fn settled(&mut self, value: &str) -> Result<(), Error> {
        let counted = Counted::parse(value).map_err(|what| Error::Receipt { why: what.0 })?;
        self.must_agree(counted.session, counted.accepted.max(counted.spent))?;
        self.units = counted.units.saturating_sub(self.began.1);
        let (units, covers) = (self.units, self.tally.covers(self.units));
        let (payer, began) = (self.payer, self.began.0);
        let session = &mut self.held()?.session;
        session.settle_stream(counted.spent, value);
        // Rounded down once over all units of a session, a part of them may come to one base unit more than alone. What was under way
        // when the stream began is settled by now, so all of the session may agree where this part does not.
        let own = counted.spent.saturating_sub(began).saturating_sub(session.worth_of(units)) <= Amount::from_u32(1);
        if covers && (own || counted.spent <= session.worth_of(counted.units)) {
            return payer.state.note_session(session);
        }
        session.phase = Phase::Aside;
        payer.state.keep_session(session)?;
        Err(Error::Receipt { why: "it counts more than came" })
    }

    /// Asks for what comes after the last event that came, as the same request under the session's next number.
    async fn connect_again(&mut self, why: Error) -> Result<(), Error> {
        let Some(pause) = self.pauses.pop() else { return Err(why) };
        self.tally.lost();
        // Whoever pays takes the session.
        self.held = None;
        tokio::time::sleep(pause).await;
        let request = Request { after: self.last_id.clone(), ..self.request.clone() };
        let answer = self.payer.streamed(&request).await;
        self.held = self.payer.state.hold(self.session)?;
        let answer = match answer {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(why),
            // It was paid for before, or nobody is there: the next try has another number.
            Err(Error::Refused(problem)) if problem.code == "response-gone" => return Ok(()),
            Err(Error::Unknown { .. } | Error::Unreachable { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let next = crate::payer::served(&request, answer.reply, answer.payment);
        let Payment::Drawn(Drawn { session, .. }) = next.payment else { return Err(why) };
        if !next.is_paid_stream() || session != self.session {
            return Err(why);
        }
        (self.body, self.splitter) = (next.body, Splitter::default());
        Ok(())
    }
}

impl Payer {
    /// Authorises more without asking for anything: by `HEAD`, which draws nothing.
    async fn refill(&self, held: &mut Held, url: &crate::Address, cumulative: Amount) -> Result<(), Error> {
        let request = Request { method: Method::HEAD, ..Request::get(url.clone()) };
        self.freshen(held, &Request::get(url.clone())).await?;
        let mut chains = self.chains.lock().await;
        let damaged = |what: protocol::Malformed| Error::Unpayable(Refusal::Unreadable(what.0));
        let voucher = held.session.voucher(cumulative, How::Usual, &mut chains, &self.wallet).map_err(damaged)?;
        let command = self.command_of(&mut held.session, &request, |at| Action::Voucher(at, voucher))?;
        self.state.note_session(&held.session)?;
        let reply = self.present(&command, Before::Nothing).await?.reply;
        if !reply.status.is_success() {
            return Err(Error::refused(crate::payer::pay::said(&reply)));
        }
        let counted = Counted::parse(reply.field("payment-receipt").unwrap_or_default()).map_err(|what| Error::Receipt { why: what.0 })?;
        if counted.session != held.session.id || counted.accepted.max(counted.spent) > held.session.authorised {
            return Err(Error::Receipt { why: "it claims more than was authorised" });
        }
        let value = reply.field("payment-receipt").unwrap_or_default();
        if let Ok(signed) = CertifiedSigned::parse(value) {
            self.vouched(&held.session, &signed).await?;
            self.state.keep_receipt(held.session.id, value)?;
        }
        Ok(())
    }
}

/// What the session stood at when the stream began.
fn started(headers: &http::HeaderMap) -> Result<Counted, Error> {
    let value = headers.get("payment-receipt").and_then(|value| value.to_str().ok()).unwrap_or_default();
    Counted::parse(value).map_err(|what| Error::Receipt { why: what.0 })
}
