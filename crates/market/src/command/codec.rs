//! The journal layout of commands: a number for each kind, then its fields.

use super::{
    Asked, Body, Cause, Command, Consent, Founding, Instance, Maker, Purchase, RefundReason, RefundRequest, Signature, Tip, TopUp,
};
use crate::codec::{Damaged, Reader, Writer};
use crate::coin::{self, ClaimCoin, CoinEnding};
use crate::guard::{Guard, Verdict};
use crate::months::{decode_starts, encode_starts};
use crate::offer::Offer;
use crate::session::{Call, Count, Draw, EndSession, OpenSession, RaiseSession, SetAside, SetMeter, Settle, Watch};
use crate::upto::Use;
use money::CommandId;

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

impl RefundReason {
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
