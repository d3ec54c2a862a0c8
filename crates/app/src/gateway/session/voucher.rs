//! A paid request of a session: its voucher is checked, its price drawn or reserved, then the origin is asked.

use super::known::{Known, Seen};
use super::signed::done_by;
use super::stream;
use super::underway::{self, Stood};
use super::units::Settling;
use super::{effect_of, with_notice, with_session_receipt};
use crate::door::{self, Reply};
use crate::gateway::Gate;
use crate::gateway::challenge::MOST_BODY;
use crate::gateway::deliver::{PAID, PAYER, SERIAL};
use crate::gateway::priced::Ask;
use crate::gateway::proxy::{Body, Withheld};
use crate::gateway::replay::{self, Found};
use crate::refusals::Claim;
use http::{HeaderValue, Method, Request, StatusCode, header};
use market::{Draw, Metered, OfferPrice, SessionKind};
use money::{CommandId, OfferId};
use protocol::problem::{Problem, SessionProblem};
use protocol::receipt::{Counted, Done};
use protocol::session::{At, MOST_STEPS, NoLink, Shown as Link, SignedVoucher, Voucher, shown};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a request costs.
pub(super) struct Cost {
    pub offer: OfferId,
    pub metered: Metered,
}

/// A voucher that was checked, and what it makes of what is known.
pub(super) struct Checked {
    pub voucher: Option<market::Voucher>,
    pub after: Seen,
}

impl Gate {
    /// The action `voucher`.
    pub(super) async fn drawn(&self, ask: &Arc<Ask>, request: Request<Body>, at: At, voucher: &Voucher) -> Result<Reply, Problem> {
        let known = self.known(at.session).await?;
        let cost = self.cost(ask, &known)?;
        let (parts, body) = request.into_parts();
        let body = crate::gateway::read_whole(body, MOST_BODY).await?;
        let print = self.print(ask, &body);
        let request = Request::from_parts(parts, door::full(body));
        let checked = self.checked_twice(at.session, &known, voucher).await?;
        let paying = Paying { at, print, known, cost, voucher: checked.voucher, after: checked.after };
        self.draw_and_deliver(ask, request, paying).await
    }

    /// What the request costs in a session: the page's metered offer, of the session's payee and asset.
    pub(super) fn cost(&self, ask: &Ask, known: &Known) -> Result<Cost, Problem> {
        let priced = self.of_offer(ask, |id, offer| {
            let OfferPrice::Metered(metered) = offer.price else { return None };
            let fits = offer.payee == known.recipient && metered.asset == known.asset && metered.video.is_none();
            fits.then_some(Cost { offer: id, metered })
        });
        priced.ok_or(Problem::Internal)?.ok_or(Problem::RouteMismatch)
    }

    /// What request it is, for the number's window: nobody can find another with the same, since the hash is keyed.
    pub(super) fn print(&self, ask: &Ask, body: &[u8]) -> u32 {
        let digest: [u8; 32] = Sha256::digest(body).into();
        let text = [ask.method.as_str().as_bytes(), b"\n", ask.target.sent.as_bytes(), b"\n", &digest].concat();
        let [a, b, c, d, ..] = self.instance.keys.print(&text);
        u32::from_le_bytes([a, b, c, d])
    }

    /// Checks a voucher against what is known of its session, and if it does not hold against what the books know: a checkpoint or
    /// many links may have gone by elsewhere.
    pub(super) async fn checked_twice(&self, session: CommandId, known: &Known, voucher: &Voucher) -> Result<Checked, Problem> {
        match self.checked(session, known, voucher).await {
            Err(Problem::Session(SessionProblem::StepLimit { .. } | SessionProblem::InvalidSignature)) => {
                let known = self.learn(session).await?;
                self.checked(session, &known, voucher).await
            }
            checked => checked,
        }
    }

    /// Checks a voucher against what is known of its session.
    async fn checked(&self, session: CommandId, known: &Known, voucher: &Voucher) -> Result<Checked, Problem> {
        if known.kind == SessionKind::Trusted {
            return Err(Problem::Session(SessionProblem::SignerMismatch));
        }
        let before = known.seen();
        match voucher {
            Voucher::Link(linked) => {
                let chain = before.chain.ok_or(Problem::Session(SessionProblem::InvalidSignature))?;
                let found = shown(&chain, before.stale.as_ref(), session, linked.index, &linked.link).map_err(|no| {
                    Problem::Session(match no {
                        NoLink::Exhausted => SessionProblem::ChainExhausted { length: chain.length },
                        NoLink::StepLimit => SessionProblem::StepLimit { most: MOST_STEPS },
                        NoLink::Forged => SessionProblem::InvalidSignature,
                    })
                })?;
                let checkpoint = if found == Link::Stale { before.checkpoint.saturating_sub(1) } else { before.checkpoint };
                let index = u16::try_from(linked.index).map_err(|_| Problem::MalformedCredential { detail: "index".to_owned() })?;
                let mut after = before;
                if let Link::Raises(chain) = found {
                    after.accepted = after.accepted.max(chain.authorises());
                    after.chain = Some(chain);
                }
                Ok(Checked { voucher: Some(market::Voucher::Link { checkpoint, index, link: linked.link }), after })
            }
            Voucher::Signed(signed) => {
                let claim = signed.claim(&known.bound(self.instance.id, session), &known.key);
                let claim = claim.ok_or(Problem::Session(SessionProblem::InvalidSignature))?;
                if !self.checker.holds(claim).await {
                    return Err(Problem::Session(SessionProblem::InvalidSignature));
                }
                Ok(Checked { voucher: Some(of_signed(signed)?), after: after_signed(before, signed) })
            }
        }
    }

    /// Pays and asks the origin once, and answers the same request with the same answer for a while.
    pub(super) async fn draw_and_deliver(&self, ask: &Arc<Ask>, request: Request<Body>, paying: Paying) -> Result<Reply, Problem> {
        if ask.method == Method::HEAD {
            return self.draw_once(ask, request, paying).await;
        }
        let fields = [header::AUTHORIZATION.as_str(), "payment-authorization"].map(|name| ask.header(name).unwrap_or_default());
        let key = replay::key(&fields.concat(), &paying.print.to_string());
        let ticket = match self.replays.find(key, &ask.target.sent, ask.visit.now).await {
            Found::First(ticket) => ticket,
            Found::Kept(kept) => return Ok(kept.reply()),
            // It was too long, or the program was started anew: the books know whether it was paid.
            Found::Gone => return self.draw_once(ask, request, paying).await,
            Found::Running | Found::Elsewhere => return Err(Problem::Busy { retry_after_s: 1 }),
        };
        match self.draw_once(ask, request, paying).await {
            // A stream has no end that could be kept: whoever lost it asks for what comes next.
            Ok(reply) if stream::is_stream(&reply) => {
                ticket.forget();
                Ok(reply)
            }
            Ok(reply) => Ok(ticket.keep(reply)),
            Err(problem) => {
                ticket.forget();
                Err(problem)
            }
        }
    }

    /// Draws what one request costs, or promises the most it can cost, and asks the origin.
    async fn draw_once(&self, ask: &Arc<Ask>, request: Request<Body>, paying: Paying) -> Result<Reply, Problem> {
        let Paying { at, print, known, cost, voucher, after } = paying;
        let seq = u32::try_from(at.seq).map_err(|_| Problem::MalformedCredential { detail: "seq".to_owned() })?;
        let upkeep = ask.method == Method::HEAD;
        let raises = voucher.is_none() || after.accepted > known.seen().accepted;
        // What neither pays nor raises anything is no record.
        if upkeep && !raises {
            return self.upkeep(at, &known.recipient, |_| None).await;
        }
        // Another request of that number is under way, or the same under another voucher: nobody knows yet whether it pays.
        let Some(_running) = self.sessions.begin(at.session, seq) else { return Err(Problem::Busy { retry_after_s: 1 }) };
        let units = if upkeep { 0 } else { cost.metered.most.max(1) };
        let place = after.versions.iter().position(|offer| *offer == cost.offer);
        let version = u8::try_from(place.unwrap_or(after.versions.len())).map_err(|_| Problem::OfferEnded)?;
        let offer = place.is_none().then_some(cost.offer);
        let draw = Draw { seq, print, voucher, version, offer, units };
        // A request that the origin fails is not paid for, so its cost is only promised before the origin is asked.
        let calls = cost.metered.unit.is_call();
        let (answer, stood) = if upkeep {
            (self.step(at.session, market::Body::Draw(draw)).await?.answer, None)
        } else if calls {
            underway::promise(&self.instance, at.session, draw).await?
        } else {
            (self.step(at.session, market::Body::Reserve(draw)).await?.answer, None)
        };
        let claim = if raises { Claim::Raises(after.accepted) } else { Claim::Stale };
        let (_, applied) = effect_of(&answer, &known, claim).inspect_err(|_| {
            // What is known here may be old, or the session over.
            self.sessions.forget(at.session);
        })?;
        let checkpoint = matches!(voucher, Some(market::Voucher::Checkpoint { .. }));
        if applied {
            known.moved(|seen| seen.follow(&after, offer));
            // Whether a checkpoint began a chain is the books' to say: two may have crossed.
            if checkpoint {
                drop(self.learn(at.session).await);
            }
            self.wires.raised(at.session);
        }
        let done = done_by(voucher.as_ref());
        if upkeep {
            underway::settle_calls(&self.instance, at.session).await;
            return self.upkeep(at, &known.recipient, |_| done).await;
        }
        // An answer that was lost is asked for once more where that costs the origin no more than it did.
        let again = || ask.is_read() && cost.metered.unit.is_call() && self.sessions.try_again(at.session, seq);
        if !(applied || again()) {
            return Err(Problem::ResponseGone { reference: protocol::text::serial(at.session) });
        }
        let taken = match (applied, calls) {
            (false, _) => Taken::Before,
            (true, true) => Taken::Called,
            (true, false) => Taken::Reserved,
        };
        let work = Work { session: at.session, seq, print, units, taken, done, metered: cost.metered, stood: stood.filter(|_| applied) };
        self.fetch(ask, request, (at, &known), work).await
    }

    /// Asks the origin for what is paid. What it does not deliver is not charged.
    async fn fetch(&self, ask: &Arc<Ask>, mut request: Request<Body>, (at, known): (At, &Known), work: Work) -> Result<Reply, Problem> {
        let payer = self.instance.keys.pairwise(known.payer, &known.recipient);
        let line = |text: &str| HeaderValue::from_str(text).map_err(|_| Problem::Internal);
        let facts =
            [(PAID, HeaderValue::from_static("session")), (PAYER, line(&payer)?), (SERIAL, line(&protocol::text::serial(at.session))?)];
        // What goes through a tunnel cannot be counted.
        request.headers_mut().remove(header::UPGRADE);
        stream::prepare(&mut request, &work.metered);
        let settling = Settling::begin(&self.instance, &work);
        let mut reply = match self.bring(request, &facts, &ask.peer).await {
            Ok(reply) if reply.status().is_success() || reply.status().is_redirection() => reply,
            // Nothing came that is paid for: the reserve is settled with nothing.
            Ok(reply) if reply.status().is_client_error() && reply.status() != StatusCode::PAYMENT_REQUIRED => {
                settling.end(0).await;
                return Ok(reply);
            }
            Ok(_) => {
                let refunded = settling.end(0).await;
                return Err(Problem::OriginFailed { reference: protocol::text::serial(at.session), refunded });
            }
            Err(error) => {
                settling.end(0).await;
                return Err(self.origin_fault(ask, &error));
            }
        };
        if let Some(layout) = stream::layout_of(&reply, &work.metered) {
            return Ok(self.stream(reply, (at, known), settling, (work, layout)).await);
        }
        let reported = reply.extensions().get::<Withheld>().and_then(|withheld| withheld.usage(work.metered.unit.as_str()));
        let counts = work.metered.unit.as_str() == "byte" && reported.is_none();
        if counts {
            reply = settling.counting(reply);
        } else {
            let units = if work.metered.unit.is_call() { Some(1) } else { reported };
            if units.is_none() {
                tracing::error!(site = %self.name, unit = work.metered.unit.as_str(), "the origin said no Farthing-Usage: nothing is charged");
            }
            settling.end(units.unwrap_or(0)).await;
        }
        match (work.counted(at), &work.stood) {
            (Some(counted), Some(stood)) => {
                with_session_receipt(&mut reply, &self.receipt_of(counted, known, work.done));
                with_notice(&self.wires, &mut reply, at.session, stood.told);
            }
            _ => {
                if let Ok((session, counted)) = self.counted(at).await {
                    with_session_receipt(&mut reply, &self.receipt_of(counted, known, work.done));
                    with_notice(&self.wires, &mut reply, at.session, session.told);
                }
            }
        }
        Ok(reply)
    }
}

/// A request on its way into the books: its number and what request it is, its session, its price and its voucher.
pub(super) struct Paying {
    pub at: At,
    pub print: u32,
    pub known: Arc<Known>,
    pub cost: Cost,
    pub voucher: Option<market::Voucher>,
    /// What is known of the session once it is paid.
    pub after: Seen,
}

/// What is promised of a session to a request under way.
pub(super) struct Work {
    pub session: CommandId,
    pub seq: u32,
    /// What request it is.
    pub print: u32,
    pub units: u64,
    pub taken: Taken,
    /// What it was besides a payment.
    pub done: Option<Done>,
    pub metered: Metered,
    /// How the session stood when it was promised, if it is a call.
    pub stood: Option<Stood>,
}

impl Work {
    /// The figures of a call's receipt: what the books said when it was promised, and its own price, which they have promised.
    fn counted(&self, at: At) -> Option<Counted> {
        let stood = self.stood.as_ref()?;
        let (rate, units) = (self.metered.rate, stood.by_version.checked_add(self.units)?);
        let price = rate.of(units)?.saturating_sub(rate.of(stood.by_version)?);
        let (spent, units) = (stood.drawn.checked_add(price)?, stood.units.checked_add(self.units)?);
        Some(Counted { session: at.session, timestamp: stood.at, seq: at.seq, accepted: stood.accepted, spent, units })
    }
}

/// By which request it was promised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taken {
    /// By one before, of the same number, which paid.
    Before,
    /// By this one: it has to be settled.
    Reserved,
    /// By this one, and it is drawn unless it fails.
    Called,
}

fn of_signed(signed: &SignedVoucher) -> Result<market::Voucher, Problem> {
    let SignedVoucher { cumulative, signature, checkpoint } = *signed;
    let Some(chain) = checkpoint else { return Ok(market::Voucher::Signed { cumulative, signature }) };
    let length = u16::try_from(chain.length).map_err(|_| Problem::MalformedCredential { detail: "length".to_owned() })?;
    Ok(market::Voucher::Checkpoint { cumulative, signature, step: chain.step, length, anchor: chain.anchor })
}

fn after_signed(before: Seen, signed: &SignedVoucher) -> Seen {
    let mut after = before;
    if signed.cumulative <= after.accepted {
        return after;
    }
    after.accepted = signed.cumulative;
    if let Some(chain) = signed.checkpoint.and_then(|chain| chain.over(signed.cumulative)) {
        after.stale = after.chain.replace(chain);
        after.checkpoint = after.checkpoint.saturating_add(1);
    }
    after
}
