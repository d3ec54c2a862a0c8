//! Commands: everything that can change the books, each with an id its maker chose.

use crate::codec::{Damaged, Reader, Writer};
use crate::coin::{self, ClaimCoin, CoinEnding};
use crate::guard::{Guard, Verdict};
use crate::months::{decode_starts, encode_starts};
use crate::offer::Offer;
use crate::session::{Call, Count, Draw, EndSession, OpenSession, RaiseSession, SetAside, SetMeter, Settle, Voucher, Watch};
use crate::upto::Use;
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};

/// One request to change the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Command {
    /// Chosen by the maker; the same id with the same content is answered with the first outcome.
    pub id: CommandId,
    /// Whose id it is.
    pub maker: Maker,
    /// What is asked.
    pub body: Body,
}

/// Who chose a command's id; ids of different makers never collide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Maker {
    /// The instance: nonces of its challenges, its operator's verbs.
    Instance,
    /// A party that signed it or is logged in.
    Party(Party),
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// The first command of a journal: who the instance is.
    Found(Founding),
    /// A payee and its handle.
    OpenPayee {
        /// `[a-z0-9-]{2,32}`.
        handle: String,
        /// Who is paid.
        party: Party,
    },
    /// A new version of an offer, or the first.
    SetOffer(Box<Offer>),
    /// Withdraws an offer: nothing is sold under it any more.
    EndOffer {
        /// The site's realm.
        realm: String,
        /// The offer's name.
        name: String,
    },
    /// Value arrives over a rail.
    TopUp(TopUp),
    /// A purchase.
    Buy(Purchase),
    /// The most of a purchase is kept back, until it is known what it comes to.
    Promise(Box<Purchase>),
    /// What a promise came to, whose id the command has.
    Use(Box<Use>),
    /// Value goes back.
    Refund(RefundRequest),
    /// A payer limits its own spending.
    SetGuard(Guard),
    /// A payer gives a payee something.
    Tip(Tip),
    /// Its maker, a party, says when its coming months begin, the running one first; nothing is UTC again. None lies in another.
    StateMonths(Vec<Timestamp>),
    /// A payer's hold with a commitment.
    OpenSession(Box<OpenSession>),
    /// A request was paid from a session, whose id the command has.
    Draw(Draw),
    /// As [`Body::Draw`], for work whose cost is not known yet: `units` are what it costs at most.
    Reserve(Draw),
    /// As [`Body::Reserve`], where `units` are just what it costs if it succeeds. It does not lapse: who finds it with nobody
    /// working on it any more draws it.
    Call(Call),
    /// What was really delivered of a reserve.
    Settle(Settle),
    /// A session holds more.
    RaiseSession(RaiseSession),
    /// What a session has drawn is posted.
    CaptureSession {
        /// Which capture of the session it is, from 1: applied only as its next.
        number: u32,
    },
    /// A session ends.
    EndSession(EndSession),
    /// A piece of a film was delivered in a session.
    Watch(Watch),
    /// A payee's meter, or another window for it.
    SetMeter(Box<SetMeter>),
    /// An event of a meter is drawn from the session whose id the command has.
    Count(Count),
    /// A payment past the books, which its payer signed, is taken for one thing.
    ClaimCoin(Box<ClaimCoin>),
    /// What its chain says of the payment past the books whose id the command has.
    CloseCoin(CoinEnding),
    /// A payee's service sets units of a session aside before it works.
    SetAside(SetAside),
}

/// The public facts of an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Founding {
    /// The instance's id, from its root key.
    pub instance: Instance,
    /// Root key, Ed25519.
    pub root_key: [u8; 32],
    /// Key that signs receipts, Ed25519.
    pub receipt_key: [u8; 32],
}

/// The id of an instance: the first 16 bytes of a hash of its root key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Instance(pub [u8; 16]);

/// Play money put into a wallet. Rails with real money come with their own evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TopUp {
    /// Whose wallet.
    pub party: Party,
    /// Of what.
    pub asset: Asset,
    /// How much.
    pub amount: Amount,
    /// What the wallet may hold afterwards.
    pub most: Amount,
}

/// Value given to a payee for nothing in return; its maker is the payer. Nothing is sold, so nothing can be taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
    /// Who gets it.
    pub payee: Party,
    /// Of what.
    pub asset: Asset,
    /// How much.
    pub amount: Amount,
}

/// A purchase of one page under one offer version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Purchase {
    /// Who pays.
    pub payer: Party,
    /// The offer version that was quoted.
    pub offer: OfferId,
    /// Realm and folded path, at most 512 bytes.
    pub item: String,
    /// The amount that was quoted, or chosen where the offer says *at least*: never more is charged.
    pub amount: Amount,
    /// Its asset.
    pub asset: Asset,
    /// How the payer said yes.
    pub consent: Consent,
}

/// How a payer said yes to an amount.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Consent {
    /// By pressing a button while logged in; the door vouches for it.
    Pressed,
    /// By a signature, kept so that an auditor can check it from the journal alone.
    Signed(Box<Signature>),
    /// Not to this amount: the page went on by itself under a cap that the payer agreed to for this site. Guards that ask bind
    /// it, and without such a cap nothing is bought.
    OneClick,
}

/// What was signed, beside the facts of the purchase (`farthing/charge/1`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// The payer's public key, Ed25519.
    pub key: [u8; 32],
    /// The signature over the signed text.
    pub signature: [u8; 64],
    /// The id of the challenge that was answered.
    pub challenge: [u8; 32],
    /// First half of SHA-256 of the `Idempotency-Key` it came with, zeros for none: the same credential under another
    /// key is other content, so whoever saw it cannot have the answer again.
    pub retry: [u8; 16],
    /// When that challenge ended.
    pub expires: Timestamp,
    /// The request that was signed, for a purchase under a standing challenge (`farthing/pay/1`), which binds none itself; none
    /// for the challenge of this purchase alone (`farthing/charge/1`).
    pub asked: Option<Asked>,
    /// The digest line of the signed text, empty if the request had no body.
    pub digest: String,
    /// The account line of the signed text: always the payer's account.
    pub account: String,
    /// The realm that was challenged for.
    pub realm: String,
}

/// What a payer signed that it asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The HTTP method.
    pub method: String,
    /// The target line of the signed text: path and query as they were sent, or their hash where they are long.
    pub target: String,
}

/// A sale to be taken back, or a part of it to be given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundRequest {
    /// The sale's id.
    pub sale: CommandId,
    /// Who takes it back and why.
    pub reason: RefundReason,
    /// How much; `None` = all that is left. Only who was paid, or the operator, gives back a part.
    pub amount: Option<Amount>,
    /// What who gives back says of it.
    pub cause: Cause,
}

/// Why a payee or the operator gives something back: one of a few words, since what people write has no place in a journal that
/// nothing can be erased from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cause {
    /// It is not said.
    Unsaid,
    /// Out of kindness.
    Goodwill,
    /// What was delivered was not what was promised.
    NotAsDescribed,
    /// Too much was charged.
    Mistake,
    /// The payer asked for it.
    Asked,
}

/// Who takes a sale back and why; only [`RefundReason::Undo`] is bound by window and limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundReason {
    /// The payer changed their mind inside the window.
    Undo {
        /// Must be the sale's payer.
        payer: Party,
    },
    /// The payee gives it back.
    Payee {
        /// Must be the offer's payee.
        payee: Party,
    },
    /// The operator gives it back.
    Operator,
    /// The origin did not deliver what was paid for.
    OriginFailed,
}

impl Command {
    /// Appends the journal layout of the command.
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.id.0);
        match self.maker {
            Maker::Instance => out.u8(0),
            Maker::Party(party) => {
                out.u8(1);
                out.bytes(&party.0);
            }
        }
        self.body.encode(out);
    }

    /// Where in the journal layout the body begins.
    pub(crate) const fn body_at(&self) -> usize {
        match self.maker {
            Maker::Instance => 17,
            Maker::Party(_) => 37,
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Command, Damaged> {
        let (id, maker) = Command::decode_maker(from)?;
        Ok(Command { id, maker, body: Body::decode(from)? })
    }

    /// As [`Command::decode`], in place of what was there: a command is large, and moving it about costs as much as reading it.
    pub(crate) fn decode_over(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        (self.id, self.maker) = Command::decode_maker(from)?;
        match from.0.first() {
            // The kind of a tip: written where it stays.
            Some(9) => {
                from.u8("command kind")?;
                self.body = Body::Tip(Tip::decode(from)?);
            }
            Some(_) | None => self.body = Body::decode(from)?,
        }
        Ok(())
    }

    fn decode_maker(from: &mut Reader<'_>) -> Result<(CommandId, Maker), Damaged> {
        let id = from.command_id()?;
        let maker = match from.u8("maker")? {
            0 => Maker::Instance,
            1 => Maker::Party(from.party()?),
            _ => return Err(Damaged("maker")),
        };
        Ok((id, maker))
    }
}

impl Body {
    fn encode(&self, out: &mut Writer<'_>) {
        match self {
            Body::Found(founding) => {
                out.u8(1);
                out.bytes(&founding.instance.0);
                out.bytes(&founding.root_key);
                out.bytes(&founding.receipt_key);
            }
            Body::OpenPayee { handle, party } => {
                out.u8(2);
                out.text(handle);
                out.bytes(&party.0);
            }
            Body::SetOffer(offer) => {
                out.u8(3);
                offer.encode(out);
            }
            Body::EndOffer { realm, name } => {
                out.u8(4);
                out.text(realm);
                out.text(name);
            }
            Body::TopUp(top_up) => {
                out.u8(5);
                out.bytes(&top_up.party.0);
                out.asset(top_up.asset);
                out.amount(top_up.amount);
                out.amount(top_up.most);
            }
            Body::Buy(purchase) => {
                out.u8(6);
                purchase.encode(out);
            }
            Body::Promise(_) | Body::Use(_) => self.encode_up_to(out),
            Body::Refund(request) => {
                out.u8(if request.is_plain() { 7 } else { 11 });
                request.encode(out);
            }
            Body::SetGuard(guard) => {
                out.u8(match guard.verdict {
                    Verdict::Deny => 8,
                    Verdict::Ask => 10,
                });
                guard.encode(out);
            }
            Body::Tip(tip) => {
                out.u8(9);
                tip.encode(out);
            }
            Body::StateMonths(starts) => {
                out.u8(16);
                encode_starts(starts, out);
            }
            Body::SetMeter(set) => {
                out.u8(23);
                set.encode(out);
            }
            Body::ClaimCoin(_) | Body::CloseCoin(_) => coin::encode(self, out),
            Body::OpenSession(_)
            | Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::RaiseSession(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::SetAside(_)
            | Body::Count(_) => self.encode_of_session(out),
        }
    }

    /// A purchase up to an amount: two parts of one kind.
    fn encode_up_to(&self, out: &mut Writer<'_>) {
        out.u8(27);
        if let Body::Promise(purchase) = self {
            out.u8(0);
            purchase.encode(out);
        }
        if let Body::Use(used) = self {
            used.encode(out);
        }
    }

    /// What is asked of sessions.
    fn encode_of_session(&self, out: &mut Writer<'_>) {
        match self {
            Body::OpenSession(open) => {
                out.u8(12);
                open.encode(out);
            }
            Body::Draw(draw) => {
                out.u8(13);
                draw.encode(out);
            }
            Body::Reserve(draw) => {
                out.u8(14);
                draw.encode(out);
            }
            Body::Call(call) => {
                out.u8(call.kind());
                call.encode(out);
            }
            Body::Settle(settle) => {
                out.u8(15);
                settle.encode(out);
            }
            Body::RaiseSession(raise) => {
                out.u8(17);
                raise.encode(out);
            }
            Body::CaptureSession { number } => {
                out.u8(18);
                out.u32(*number);
            }
            Body::EndSession(end) => {
                out.u8(19);
                end.encode(out);
            }
            Body::Watch(watch) => {
                out.u8(28);
                watch.encode(out);
            }
            Body::SetAside(set) => {
                out.u8(20);
                set.encode(out);
            }
            Body::Count(count) => {
                out.u8(if count.aside.is_none() { 24 } else { 21 });
                count.encode(out);
            }
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::TopUp(_)
            | Body::Buy(_)
            | Body::Promise(_)
            | Body::Use(_)
            | Body::Refund(_)
            | Body::SetGuard(_)
            | Body::Tip(_)
            | Body::SetMeter(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::StateMonths(_) => unreachable!("encode() writes these"),
        }
    }

    /// The voucher that a request of a session came with.
    #[must_use]
    pub const fn voucher(&self) -> Option<&Voucher> {
        match self {
            Body::Draw(draw) | Body::Reserve(draw) | Body::Call(Call { draw, .. }) => draw.voucher.as_ref(),
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::TopUp(_)
            | Body::Buy(_)
            | Body::Promise(_)
            | Body::Use(_)
            | Body::Refund(_)
            | Body::SetGuard(_)
            | Body::Tip(_)
            | Body::StateMonths(_)
            | Body::OpenSession(_)
            | Body::Settle(_)
            | Body::RaiseSession(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::SetMeter(_)
            | Body::Count(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::SetAside(_) => None,
        }
    }

    /// The purchase that this makes, or would make: of a use the one that was promised.
    #[must_use]
    pub fn purchase(&self) -> Option<&Purchase> {
        if let Body::Use(used) = self {
            return used.purchase();
        }
        if let Body::Buy(purchase) = self { Some(purchase) } else { None }
    }

    /// True for a step of a session, which names its session and the next number there instead of an id of its own, for the use of a
    /// promise, and for the end of a payment past the books, which comes once.
    pub(crate) const fn is_step(&self) -> bool {
        matches!(
            self,
            Body::Draw(_)
                | Body::Reserve(_)
                | Body::Call(_)
                | Body::Settle(_)
                | Body::CaptureSession { .. }
                | Body::EndSession(_)
                | Body::Watch(_)
                | Body::Count(_)
                | Body::Use(_)
                | Body::CloseCoin(_)
        )
    }

    fn decode(from: &mut Reader<'_>) -> Result<Body, Damaged> {
        Ok(match from.u8("command kind")? {
            1 => Body::Found(Founding {
                instance: Instance(from.array("instance")?),
                root_key: from.array("root key")?,
                receipt_key: from.array("receipt key")?,
            }),
            2 => Body::OpenPayee { handle: from.text("handle")?, party: from.party()? },
            3 => Body::SetOffer(Box::new(Offer::decode(from)?)),
            4 => Body::EndOffer { realm: from.text("realm")?, name: from.text("offer name")? },
            5 => Body::TopUp(TopUp { party: from.party()?, asset: from.asset()?, amount: from.amount()?, most: from.amount()? }),
            6 => Body::Buy(Purchase::decode(from)?),
            7 => Body::Refund(RefundRequest::decode(from)?),
            11 => Body::Refund(RefundRequest::decode_more(from)?),
            8 => Body::SetGuard(Guard::decode(Verdict::Deny, from)?),
            9 => Body::Tip(Tip::decode(from)?),
            10 => Body::SetGuard(Guard::decode(Verdict::Ask, from)?),
            12 => Body::OpenSession(Box::new(OpenSession::decode(from)?)),
            13 => Body::Draw(Draw::decode(from)?),
            14 => Body::Reserve(Draw::decode(from)?),
            22 => Body::Call(Draw::decode(from)?.into()),
            29 => Body::Call(Call::decode(from)?),
            15 => Body::Settle(Settle::decode(from)?),
            16 => Body::StateMonths(decode_starts(from)?),
            17 => Body::RaiseSession(RaiseSession::decode(from)?),
            18 => Body::CaptureSession { number: from.u32("number")? },
            19 => Body::EndSession(EndSession::decode(from)?),
            20 => Body::SetAside(SetAside::decode(from)?),
            21 => Body::Count(Count::decode_aside(from)?),
            23 => Body::SetMeter(Box::new(SetMeter::decode(from)?)),
            24 => Body::Count(Count::decode(from)?),
            27 => match from.u8("part of a promise")? {
                0 => Body::Promise(Box::new(Purchase::decode(from)?)),
                part => Body::Use(Box::new(Use::decode(part, from)?)),
            },
            25 => Body::ClaimCoin(Box::new(ClaimCoin::decode(from)?)),
            26 => Body::CloseCoin(CoinEnding::decode(from)?),
            28 => Body::Watch(Watch::decode(from)?),
            _ => return Err(Damaged("command kind")),
        })
    }
}

impl Tip {
    fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.payee.0);
        out.asset(self.asset);
        out.amount(self.amount);
    }

    fn decode(from: &mut Reader<'_>) -> Result<Tip, Damaged> {
        Ok(Tip { payee: from.party()?, asset: from.asset()?, amount: from.amount()? })
    }
}

impl Purchase {
    /// True if it was signed under a standing challenge: today's price is charged, and `amount` is the most it may be.
    #[must_use]
    pub fn is_under_standing(&self) -> bool {
        matches!(&self.consent, Consent::Signed(signature) if signature.asked.is_some())
    }

    /// What its payer signed, if it did.
    #[must_use]
    pub const fn signature(&self) -> Option<&Signature> {
        match &self.consent {
            Consent::Signed(signature) => Some(signature),
            Consent::Pressed | Consent::OneClick => None,
        }
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.payer.0);
        out.bytes(&self.offer.0);
        out.text(&self.item);
        out.amount(self.amount);
        out.asset(self.asset);
        match &self.consent {
            Consent::Pressed => out.u8(0),
            Consent::OneClick => out.u8(2),
            Consent::Signed(signature) => {
                out.u8(if signature.asked.is_none() { 1 } else { 3 });
                signature.encode(out);
            }
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Purchase, Damaged> {
        let (payer, offer, item) = (from.party()?, from.offer_id()?, from.text("item")?);
        let (amount, asset) = (from.amount()?, from.asset()?);
        let consent = match from.u8("consent")? {
            0 => Consent::Pressed,
            1 => Consent::Signed(Box::new(Signature::decode(from)?)),
            2 => Consent::OneClick,
            3 => {
                let signature = Signature::decode(from)?;
                let asked = Some(Asked { method: from.text("method")?, target: from.text("target")? });
                Consent::Signed(Box::new(Signature { asked, ..signature }))
            }
            _ => return Err(Damaged("consent")),
        };
        Ok(Purchase { payer, offer, item, amount, asset, consent })
    }
}

impl Signature {
    fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.key);
        out.bytes(&self.signature);
        out.bytes(&self.challenge);
        out.bytes(&self.retry);
        out.time(self.expires);
        out.text(&self.digest);
        out.text(&self.account);
        out.text(&self.realm);
        if let Some(Asked { method, target }) = &self.asked {
            out.text(method);
            out.text(target);
        }
    }

    /// All but the request that was signed.
    fn decode(from: &mut Reader<'_>) -> Result<Signature, Damaged> {
        Ok(Signature {
            key: from.array("key")?,
            signature: from.array("signature")?,
            challenge: from.array("challenge")?,
            retry: from.array("retry key")?,
            expires: from.time()?,
            asked: None,
            digest: from.text("digest")?,
            account: from.text("account")?,
            realm: from.text("realm")?,
        })
    }
}

impl RefundRequest {
    /// All that is left of a sale, and nothing more is said of it.
    #[must_use]
    pub const fn whole(sale: CommandId, reason: RefundReason) -> RefundRequest {
        RefundRequest { sale, reason, amount: None, cause: Cause::Unsaid }
    }

    /// True if it says no more than its first form could.
    fn is_plain(&self) -> bool {
        self.amount.is_none() && self.cause == Cause::Unsaid
    }

    fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.sale.0);
        self.reason.encode(out);
        if !self.is_plain() {
            out.maybe(self.amount, Writer::amount);
            out.u8(self.cause.byte());
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<RefundRequest, Damaged> {
        Ok(RefundRequest::whole(from.command_id()?, RefundReason::decode(from)?))
    }

    /// The form that says how much or why; one that says neither has the other number.
    fn decode_more(from: &mut Reader<'_>) -> Result<RefundRequest, Damaged> {
        let RefundRequest { sale, reason, .. } = RefundRequest::decode(from)?;
        let (amount, cause) = (from.maybe("amount", Reader::amount)?, Cause::decode(from)?);
        let request = RefundRequest { sale, reason, amount, cause };
        if request.is_plain() { Err(Damaged("refund")) } else { Ok(request) }
    }
}

impl Cause {
    /// Every cause, in the order of their numbers in the journal.
    pub const ALL: [Cause; 5] = [Cause::Unsaid, Cause::Goodwill, Cause::NotAsDescribed, Cause::Mistake, Cause::Asked];

    /// As programs call it; empty if it is not said.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Cause::Unsaid => "",
            Cause::Goodwill => "goodwill",
            Cause::NotAsDescribed => "not-as-described",
            Cause::Mistake => "mistake",
            Cause::Asked => "asked",
        }
    }

    /// The cause of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.word() == word)
    }

    const fn byte(self) -> u8 {
        match self {
            Cause::Unsaid => 0,
            Cause::Goodwill => 1,
            Cause::NotAsDescribed => 2,
            Cause::Mistake => 3,
            Cause::Asked => 4,
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Cause, Damaged> {
        let byte = from.u8("cause")?;
        Cause::ALL.into_iter().find(|cause| cause.byte() == byte).ok_or(Damaged("cause"))
    }
}

/// Who gives a sale back, without their names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Giver {
    /// The payer undid it.
    Payer,
    /// The payee.
    Payee,
    /// The operator.
    Operator,
    /// The door itself, since the origin did not deliver.
    Door,
}

impl Giver {
    /// All there are, in the order of their numbers in the journal.
    pub const ALL: [Giver; 4] = [Giver::Payer, Giver::Payee, Giver::Operator, Giver::Door];

    /// As programs call it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Giver::Payer => "undo",
            Giver::Payee => "payee",
            Giver::Operator => "operator",
            Giver::Door => "origin-failed",
        }
    }
}

impl RefundReason {
    /// Who it is.
    #[must_use]
    pub const fn giver(self) -> Giver {
        match self {
            RefundReason::Undo { .. } => Giver::Payer,
            RefundReason::Payee { .. } => Giver::Payee,
            RefundReason::Operator => Giver::Operator,
            RefundReason::OriginFailed => Giver::Door,
        }
    }

    pub(crate) fn encode(self, out: &mut Writer<'_>) {
        match self {
            RefundReason::Undo { payer } => {
                out.u8(0);
                out.bytes(&payer.0);
            }
            RefundReason::Payee { payee } => {
                out.u8(1);
                out.bytes(&payee.0);
            }
            RefundReason::Operator => out.u8(2),
            RefundReason::OriginFailed => out.u8(3),
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<RefundReason, Damaged> {
        Ok(match from.u8("reason")? {
            0 => RefundReason::Undo { payer: from.party()? },
            1 => RefundReason::Payee { payee: from.party()? },
            2 => RefundReason::Operator,
            3 => RefundReason::OriginFailed,
            _ => return Err(Damaged("reason")),
        })
    }
}
