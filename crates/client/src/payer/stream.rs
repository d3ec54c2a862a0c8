//! Paying from a session: one request a payment, its voucher with the first byte. What is sent is on file before it goes.

use crate::checks::{Asked, Offered, choose_session, within_cap};
use crate::io::Reply;
use crate::io::state::Held;
use crate::kept::{Command, Unanswered, taken_until};
use crate::payer::present::{Before, Presented};
use crate::payer::unread::is_read_whole;
use crate::payer::{Payer, Payment, Request};
use crate::proofs::Opened;
use crate::session::{Chains, How, KeptSession, Phase, Waiting};
use crate::{Error, Problem, Refusal};
use http::header::WWW_AUTHENTICATE;
use http::{Method, StatusCode};
use money::{Amount, Price, Span, Timestamp};
use protocol::receipt::{CertifiedSigned, Counted};
use protocol::session::{Action, At, Kind, Open, Opening, SessionCredential, Voucher};
use protocol::text::command as command_text;

/// How long a session is held open at most. One that nobody draws from ends long before.
const LASTS: Span = Span(86_400);

/// An answer of a session.
pub(super) struct Answer {
    pub reply: Reply,
    pub payment: Payment,
}

/// What an answer to a voucher means.
enum Verdict {
    Served(Box<Answer>),
    /// Another voucher may do.
    Again {
        how: How,
        required: Option<Amount>,
    },
    /// The session does not pay for it: ask as if there were none.
    Elsewhere,
}

impl Payer {
    /// Pays from a session that stands, or takes up a request that an earlier call left without an answer. `None`: no session
    /// pays for it.
    pub(super) async fn streamed(&self, request: &Request) -> Result<Option<Answer>, Error> {
        if request.method == Method::HEAD || !self.policy.trusts_the_way_to(&request.url) {
            return Ok(None);
        }
        let mut chains = self.chains.lock().await;
        let (all, identity) = (self.state.sessions()?, request.identity());
        let all: Vec<_> = all.into_iter().filter(|session| !session.is_film()).collect();
        for found in all.iter().filter(|session| session.waits_for(&identity).is_some()) {
            let Some(mut held) = self.state.hold(found.id)? else { continue };
            let Some(waiting) = held.session.waits_for(&identity).cloned() else { continue };
            let opening = held.session.phase == Phase::Opening;
            self.allows(&held.session, if opening { held.session.hold } else { waiting.price })?;
            return self.run(&mut held, request, &mut chains, Some((waiting.command, Before::Unclear))).await;
        }
        if let Some(answer) = self.read_again(request).await? {
            return Ok(Some(answer));
        }
        let now = self.world.now();
        let pays = |session: &KeptSession| session.covers(&request.url, now) && self.allows(session, session.price()).is_ok();
        for found in all.iter().filter(|session| pays(session)) {
            // One that another program holds is left to it.
            if let Some(mut held) = self.state.hold(found.id)?.filter(|held| pays(&held.session)) {
                return self.run(&mut held, request, &mut chains, None).await;
            }
        }
        Ok(None)
    }

    /// Opens a session for what a 402 offers: hold, first payment and delivery in one request.
    pub(super) async fn open(&self, request: &Request, offered: Offered) -> Result<Option<Answer>, Error> {
        let site = self.site_at(&request.url, &offered.challenge.realm, offered.request.instance).await?;
        let mut chains = self.chains.lock().await;
        let unreadable = |what: &'static str| Error::Unpayable(Refusal::Unreadable(what));
        let first = offered.first().ok_or(unreadable("amount"))?;
        let most = self.policy.max.most(&offered.request.currency).unwrap_or(first);
        let hold = offered.request.hold.min(most).max(first);
        let until = Timestamp::from_seconds(self.world.now().seconds()).after(LASTS);
        let mut session = KeptSession::new(self.world.command_id(), &request.url, (&offered, &site), (hold, until));
        let chain = session.chain_over(first, offered.request.step);
        let kind = session.begin(chain, &mut chains, &self.wallet).map_or(Kind::Signed, Kind::Chain);
        let voucher_key = Some(self.wallet.voucher_key(session.id).public());
        let opening = Opening { hold, first, until, kind, voucher_key, account: None };
        let open = Open::sign(opening, session.id, &offered.challenge, self.wallet.key()).map_err(|what| unreadable(what.0))?;
        let opened = Opened::of(&open, &offered.challenge, (offered.request.offer, &offered.request.scope));
        let command = self.enter(&mut session, request, first, |at| Action::Open(at, Box::new(open)))?;
        self.state.keep_opening(session.id, opened)?;
        let mut held = self.state.begin_session(session)?;
        self.run(&mut held, request, &mut chains, Some((command, Before::Nothing))).await
    }

    /// The session challenge of a 402, if one unit of it may be paid.
    pub(super) fn offered(&self, request: &Request, reply: &Reply) -> Result<Offered, Refusal> {
        let offered = self.fresh_challenge(request, reply)?;
        let amount = offered.first().ok_or(Refusal::Unreadable("amount"))?;
        within_cap(Price { amount, asset: offered.request.currency }, &self.policy)?;
        Ok(offered)
    }

    /// The session challenge of a 402, if there is one that may be signed.
    pub(super) fn fresh_challenge(&self, request: &Request, reply: &Reply) -> Result<Offered, Refusal> {
        let asked = Asked { url: &request.url, body: None, policy: &self.policy, now: self.world.now() };
        choose_session(reply.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok()), &asked)
    }

    pub(super) async fn run(
        &self,
        held: &mut Held,
        request: &Request,
        chains: &mut Chains,
        begun: Option<(Unanswered, Before)>,
    ) -> Result<Option<Answer>, Error> {
        let (mut begun, mut tried) = (begun, Vec::new());
        let (mut how, mut required) = (How::Usual, None);
        loop {
            let (command, before) = match begun.take() {
                Some(begun) => begun,
                None => match self.next(held, request, chains, (required, how)).await? {
                    Some(command) => (command, Before::Nothing),
                    None => return Ok(None),
                },
            };
            let presented = match self.present(&command, before).await {
                Err(error @ Error::Unreachable { .. }) => {
                    held.session.done(&request.identity());
                    self.put_back(held)?;
                    return Err(error);
                }
                other => other?,
            };
            match self.judge(held, request, presented, &mut tried).await? {
                Verdict::Served(answer) => return Ok(Some(*answer)),
                Verdict::Elsewhere => return Ok(None),
                Verdict::Again { how: next, required: needs } => (how, required) = (next, needs),
            }
        }
    }

    /// The next voucher, written down. `None`: what is held does not reach, and no more may be held.
    async fn next(
        &self,
        held: &mut Held,
        request: &Request,
        chains: &mut Chains,
        (required, how): (Option<Amount>, How),
    ) -> Result<Option<Unanswered>, Error> {
        let presumed = held.session.presumed();
        if held.session.is_film() && required.is_some_and(|required| required > held.session.most_required()) {
            return Err(Error::Receipt { why: "it asks for more than the segment is worth" });
        }
        let price = required.map_or(held.session.price(), |required| required.saturating_sub(presumed));
        self.allows(&held.session, price)?;
        held.session.found(price);
        let cumulative = presumed.checked_add(price).ok_or(Error::Unpayable(Refusal::Unreadable("requiredCumulative")))?;
        // An address of a segment takes vouchers and nothing else.
        let place = if held.session.is_film() { held.session.url.clone() } else { request.url.clone() };
        if cumulative > held.session.hold && !self.top_up_session(held, &place, cumulative).await? {
            if held.session.phase == Phase::Open {
                self.end(held).await?;
            }
            return Ok(None);
        }
        let session = &mut held.session;
        let damaged = |what: protocol::Malformed| Error::Unpayable(Refusal::Unreadable(what.0));
        let voucher = session.voucher(cumulative, how, chains, &self.wallet).map_err(damaged)?;
        let command = self.enter(session, request, price, |at| Action::Voucher(at, voucher))?;
        match voucher {
            Voucher::Signed(signed) if signed.checkpoint.is_some() => self.state.keep_session(session)?,
            Voucher::Signed(_) | Voucher::Link(_) => self.state.note_session(session)?,
        }
        Ok(Some(command))
    }

    /// Makes the command of an action under the next number, and has the session wait for it.
    fn enter(
        &self,
        session: &mut KeptSession,
        request: &Request,
        price: Amount,
        action: impl FnOnce(At) -> Action,
    ) -> Result<Unanswered, Error> {
        let command = self.command_of(session, request, action)?;
        session.waiting.push(Waiting { identity: request.identity(), seq: session.seq, price, command: command.clone() });
        Ok(command)
    }

    /// The command of an action under the next number.
    pub(super) fn command_of(
        &self,
        session: &mut KeptSession,
        request: &Request,
        action: impl FnOnce(At) -> Action,
    ) -> Result<Unanswered, Error> {
        let damaged = || Error::Document { url: request.url.to_string(), why: "the session that is kept for it is damaged".to_owned() };
        let challenge = session.challenge().ok_or_else(damaged)?;
        let expires = challenge.expires_at().map_err(|_| damaged())?;
        session.seq = session.seq.checked_add(1).ok_or_else(damaged)?;
        let field = if challenge.header.is_some() { "payment-authorization" } else { "authorization" };
        let credential = SessionCredential { action: action(At { session: session.id, seq: session.seq }), challenge };
        let key = command_text(self.world.command_id());
        let until = taken_until(expires);
        Ok(Unanswered::new(request, Command { field, credential: credential.header_value(), key, until }))
    }

    async fn judge(
        &self,
        held: &mut Held,
        request: &Request,
        Presented { reply, before }: Presented,
        tried: &mut Vec<String>,
    ) -> Result<Verdict, Error> {
        let identity = request.identity();
        if !reply.status.is_client_error() && !reply.status.is_server_error() {
            return self.served_by(held, request, reply).await.map(|answer| Verdict::Served(Box::new(answer)));
        }
        let opening = held.session.phase == Phase::Opening;
        let Some(problem) = reply.problem.clone() else {
            held.session.done(&identity);
            if reply.status == StatusCode::PAYMENT_REQUIRED {
                self.put_back(held)?;
                return Err(Error::refused(Problem::silent(402)));
            }
            // An error of the page itself: what was taken for it came back, and the session stands.
            held.session.phase = Phase::Open;
            self.state.keep_session(&held.session)?;
            return Ok(Verdict::Served(Box::new(Answer { reply, payment: Payment::None })));
        };
        let code = &*problem.code;
        if code == "response-gone" || (code == "id-reused" && before == Before::Unclear) {
            let spent = held.session.spent;
            held.session.count(&identity, spent);
            held.session.phase = Phase::Open;
            self.state.keep_session(&held.session)?;
            return Err(Error::refused(problem));
        }
        held.session.done(&identity);
        if opening && !matches!(code, "insufficient-balance" | "hold-exhausted" | "origin-failed") {
            self.put_back(held)?;
            return if before == Before::Unclear { Ok(Verdict::Elsewhere) } else { Err(Error::refused(problem)) };
        }
        held.session.phase = Phase::Open;
        self.state.keep_session(&held.session)?;
        if tried.iter().any(|tried| tried == code) {
            return Err(Error::refused(problem));
        }
        tried.push(code.to_owned());
        self.remedy(held, request, &reply, problem).await
    }

    /// What to do about a refusal that drew nothing.
    async fn remedy(&self, held: &mut Held, request: &Request, reply: &Reply, problem: Problem) -> Result<Verdict, Error> {
        match &*problem.code {
            "insufficient-balance" | "voucher-stale" | "hold-exhausted" => {
                let currency = held.session.currency;
                let required = problem.required.filter(|required| required.asset == currency);
                let Some(required) = required else { return Err(Error::refused(problem)) };
                if let Ok(offered) = self.offered(request, reply) {
                    held.session.renew(&offered);
                }
                Ok(Verdict::Again { how: How::Usual, required: Some(required.amount) })
            }
            "chain-exhausted" | "step-limit" => Ok(Verdict::Again { how: How::Signed, required: None }),
            "quote-expired" | "challenge-unknown" => {
                let offered = self.offered(request, reply);
                let renewed = offered.is_ok_and(|offered| held.session.renew(&offered));
                if renewed { Ok(Verdict::Again { how: How::Usual, required: None }) } else { Ok(Verdict::Elsewhere) }
            }
            "channel-not-found" | "channel-finalized" => self.over(held, &problem).await.map(|()| Verdict::Elsewhere),
            "route-mismatch" => Ok(Verdict::Elsewhere),
            "invalid-signature" | "signer-mismatch" | "id-reused" | "id-too-old" => {
                held.session.phase = Phase::Aside;
                self.state.keep_session(&held.session)?;
                Ok(Verdict::Elsewhere)
            }
            _ => Err(Error::refused(problem)),
        }
    }

    /// A page came: what its receipt says is held against what was authorised.
    async fn served_by(&self, held: &mut Held, request: &Request, reply: Reply) -> Result<Answer, Error> {
        let identity = request.identity();
        let wrong = |why| Error::Receipt { why };
        let opening = held.session.phase == Phase::Opening;
        let value = match reply.field("payment-receipt") {
            Some(value) => value.to_owned(),
            None if opening => return Err(wrong("none came with the page")),
            // The page costs nothing.
            None => {
                held.session.done(&identity);
                self.state.note_session(&held.session)?;
                return Ok(Answer { reply, payment: Payment::None });
            }
        };
        let counted = Counted::parse(&value).map_err(|what| wrong(what.0))?;
        let waiting = held.session.waits_for(&identity).cloned().ok_or(wrong("it is of no request of this session"))?;
        if (counted.session, counted.seq) != (held.session.id, waiting.seq) {
            return Err(wrong("it is of another request"));
        }
        if counted.spent > held.session.authorised || counted.accepted > held.session.authorised {
            return Err(wrong("it claims more than was authorised"));
        }
        match CertifiedSigned::parse(&value) {
            Ok(signed) => {
                self.vouched(&held.session, &signed).await?;
                // An addition whose answer never came may have been made.
                let (hold, raising) = (held.session.hold, held.session.raising.map(|raising| raising.additional));
                let says = (signed.receipt.hold, signed.receipt.until);
                let raised = raising.and_then(|more| hold.checked_add(more));
                if ![Some(hold), raised].contains(&Some(says.0)) || says.1 != held.session.until {
                    return Err(wrong("it says another hold than was signed"));
                }
                self.state.keep_receipt(held.session.id, &value)?;
            }
            // What was opened is signed for: else the instance could deny all of it.
            Err(_) if opening => return Err(wrong("its opening is not signed")),
            Err(_) => {}
        }
        let reply = if is_read_whole(&held.session, &reply) { self.until_read(held.session.id, &waiting, reply)? } else { reply };
        held.session.count(&identity, counted.spent);
        if held.session.is_film() && !held.session.watched(counted.units) {
            return Err(wrong("its units do not come to what it says was spent"));
        }
        held.session.phase = Phase::Open;
        held.session.receipt = Some(value);
        if opening {
            self.state.keep_session(&held.session)?
        } else {
            self.state.note_session(&held.session)?
        }
        let KeptSession { id, currency, mode, ref recipient, .. } = held.session;
        let drawn = crate::payer::Drawn { session: id, recipient: recipient.clone(), charged: waiting.price, currency, mode };
        Ok(Answer { reply, payment: Payment::Drawn(drawn) })
    }

    /// Writes down that a request moved nothing; a session that was not opened by it never came to be.
    fn put_back(&self, held: &Held) -> Result<(), Error> {
        match held.session.phase {
            Phase::Opening => {
                self.state.forget_proofs(held.session.id)?;
                self.state.forget_session(held.session.id)
            }
            Phase::Open | Phase::Aside | Phase::Ended { .. } | Phase::Gone => self.state.note_session(&held.session),
        }
    }

    fn allows(&self, session: &KeptSession, price: Amount) -> Result<(), Error> {
        within_cap(session.price_of(price), &self.policy).map_err(super::pay::refused)
    }
}
