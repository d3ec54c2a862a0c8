//! What is asked of sessions, and how the journal lays it out.

use crate::codec::{Damaged, Reader, Writer};
use crate::session::SessionKind;
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};

/// A hold with a commitment; its id is the session's. Its maker is the payer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenSession {
    /// The metered offer it is opened under.
    pub offer: OfferId,
    /// Of what.
    pub asset: Asset,
    /// What is held.
    pub cap: Amount,
    /// What the opening itself authorises.
    pub first: Amount,
    /// When it ends by itself.
    pub until: Timestamp,
    /// The commitment.
    pub terms: SessionTerms,
    /// How the payer said yes; `None` for a press, which the door vouches for.
    pub proof: Option<Box<SessionProof>>,
}

/// What a payer commits to for a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SessionTerms {
    /// What will authorise draws.
    pub kind: SessionKind,
    /// Whose signatures are vouchers.
    pub voucher_key: [u8; 32],
    /// What a link of the chain adds.
    pub step: Amount,
    /// How many links it has.
    pub length: u16,
    /// The end of it that is shown.
    pub anchor: [u8; 32],
}

/// A signature of the payer's key, beside the facts of the command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionProof {
    /// The payer's public key, Ed25519.
    pub key: [u8; 32],
    /// Over the text of the action.
    pub signature: [u8; 64],
    /// The challenge it answered.
    pub challenge: [u8; 32],
    /// The scope line of the signed text.
    pub scope: String,
}

/// What was delivered for one request, and the voucher it came with. The command's id is the session's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    /// The request's number in the session, from 1.
    pub seq: u32,
    /// What request it was: a keyed hash over method, target and body, made by the door.
    pub print: u32,
    /// What it brought.
    pub voucher: Option<Voucher>,
    /// The offer version it is priced by, as a place among the session's versions.
    pub version: u8,
    /// That version, where it is the first draw by it.
    pub offer: Option<OfferId>,
    /// How many units.
    pub units: u64,
}

/// What raises *accepted*. The door has verified it; the journal keeps it for who audits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Voucher {
    /// All that was authorised so far, signed.
    Signed {
        /// In base units.
        cumulative: Amount,
        /// By the voucher key.
        signature: [u8; 64],
    },
    /// A link of the chain.
    Link {
        /// The checkpoint its chain began with.
        checkpoint: u16,
        /// Its place.
        index: u16,
        /// The link.
        link: [u8; 32],
    },
    /// A signed voucher with which a new chain begins.
    Checkpoint {
        /// In base units.
        cumulative: Amount,
        /// By the voucher key.
        signature: [u8; 64],
        /// What a link of the new chain adds.
        step: Amount,
        /// How many links it has.
        length: u16,
        /// The end of it that is shown.
        anchor: [u8; 32],
    },
}

/// What was really delivered of a reserve. Its number in the reserve names it: a repeat moves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settle {
    /// The request.
    pub seq: u32,
    /// How often the reserve was settled before.
    pub part: u16,
    /// How many units of it are drawn.
    pub units: u64,
    /// How many units are reserved anew; 0 ends it.
    pub again: u64,
}

/// More is held. Its maker is the payer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RaiseSession {
    /// Which session.
    pub session: CommandId,
    /// How much more.
    pub additional: Amount,
    /// As of [`OpenSession`].
    pub proof: Option<Box<SessionProof>>,
}

/// The session is to end: what is under way is finished, what was drawn is captured, the rest is released.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EndSession {
    /// Who says so.
    pub reason: EndReason,
}

/// Who ends a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EndReason {
    /// Its payer, with a signature over what they counted.
    Payer {
        /// What the client counted as spent.
        agreed: Amount,
        /// The signature.
        proof: Box<SessionProof>,
    },
    /// Its payer, with a press in the wallet.
    Pressed {
        /// Must be the session's payer.
        payer: Party,
    },
    /// Nothing was drawn for long.
    Idle,
    /// Its time is over.
    Expired,
    /// The operator.
    Operator,
}

impl OpenSession {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.offer.0);
        out.asset(self.asset);
        out.amount(self.cap);
        out.amount(self.first);
        out.time(self.until);
        self.terms.encode(out);
        out.maybe(self.proof.as_deref(), |out, proof| proof.encode(out));
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<OpenSession, Damaged> {
        Ok(OpenSession {
            offer: from.offer_id()?,
            asset: from.asset()?,
            cap: from.amount()?,
            first: from.amount()?,
            until: from.time()?,
            terms: SessionTerms::decode(from)?,
            proof: from.maybe("proof", |from| SessionProof::decode(from).map(Box::new))?,
        })
    }
}

impl SessionTerms {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.u8(self.kind.byte());
        out.bytes(&self.voucher_key);
        out.amount(self.step);
        out.u16(self.length);
        out.bytes(&self.anchor);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<SessionTerms, Damaged> {
        let kind = SessionKind::of_byte(from.u8("kind of a session")?)?;
        let (voucher_key, step) = (from.array("voucher key")?, from.amount()?);
        Ok(SessionTerms { kind, voucher_key, step, length: from.u16("length")?, anchor: from.array("anchor")? })
    }
}

impl SessionKind {
    pub(crate) const fn byte(self) -> u8 {
        match self {
            SessionKind::Trusted => 0,
            SessionKind::Signed => 1,
            SessionKind::Chain => 2,
        }
    }

    pub(crate) const fn of_byte(byte: u8) -> Result<SessionKind, Damaged> {
        match byte {
            0 => Ok(SessionKind::Trusted),
            1 => Ok(SessionKind::Signed),
            2 => Ok(SessionKind::Chain),
            _ => Err(Damaged("kind of a session")),
        }
    }
}

impl SessionProof {
    fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.key);
        out.bytes(&self.signature);
        out.bytes(&self.challenge);
        out.text(&self.scope);
    }

    fn decode(from: &mut Reader<'_>) -> Result<SessionProof, Damaged> {
        Ok(SessionProof {
            key: from.array("key")?,
            signature: from.array("signature")?,
            challenge: from.array("challenge")?,
            scope: from.text("scope")?,
        })
    }
}

impl Draw {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.u32(self.seq);
        out.u32(self.print);
        match &self.voucher {
            None => out.u8(0),
            Some(voucher) => voucher.encode(out),
        }
        out.u8(self.version);
        out.maybe(self.offer, |out, offer| out.bytes(&offer.0));
        out.u64(self.units);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Draw, Damaged> {
        let (seq, print) = (from.u32("seq")?, from.u32("print")?);
        let voucher = Voucher::decode(from)?;
        let (version, offer) = (from.u8("version")?, from.maybe("offer", Reader::offer_id)?);
        Ok(Draw { seq, print, voucher, version, offer, units: from.u64("units")? })
    }
}

impl Voucher {
    fn encode(&self, out: &mut Writer<'_>) {
        match self {
            Voucher::Signed { cumulative, signature } => {
                out.u8(1);
                out.amount(*cumulative);
                out.bytes(signature);
            }
            Voucher::Link { checkpoint, index, link } => {
                out.u8(2);
                out.u16(*checkpoint);
                out.u16(*index);
                out.bytes(link);
            }
            Voucher::Checkpoint { cumulative, signature, step, length, anchor } => {
                out.u8(3);
                out.amount(*cumulative);
                out.bytes(signature);
                out.amount(*step);
                out.u16(*length);
                out.bytes(anchor);
            }
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<Option<Voucher>, Damaged> {
        Ok(match from.u8("voucher")? {
            0 => None,
            1 => Some(Voucher::Signed { cumulative: from.amount()?, signature: from.array("signature")? }),
            2 => {
                let (checkpoint, index) = (from.u16("checkpoint")?, from.u16("index")?);
                Some(Voucher::Link { checkpoint, index, link: from.array("link")? })
            }
            3 => Some(Voucher::Checkpoint {
                cumulative: from.amount()?,
                signature: from.array("signature")?,
                step: from.amount()?,
                length: from.u16("length")?,
                anchor: from.array("anchor")?,
            }),
            _ => return Err(Damaged("voucher")),
        })
    }
}

impl Settle {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.u32(self.seq);
        out.u16(self.part);
        out.u64(self.units);
        out.u64(self.again);
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Settle, Damaged> {
        Ok(Settle { seq: from.u32("seq")?, part: from.u16("part")?, units: from.u64("units")?, again: from.u64("again")? })
    }
}

impl RaiseSession {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.bytes(&self.session.0);
        out.amount(self.additional);
        out.maybe(self.proof.as_deref(), |out, proof| proof.encode(out));
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<RaiseSession, Damaged> {
        let (session, additional) = (from.command_id()?, from.amount()?);
        let proof = from.maybe("proof", |from| SessionProof::decode(from).map(Box::new))?;
        Ok(RaiseSession { session, additional, proof })
    }
}

impl EndSession {
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        match &self.reason {
            EndReason::Payer { agreed, proof } => {
                out.u8(0);
                out.amount(*agreed);
                proof.encode(out);
            }
            EndReason::Pressed { payer } => {
                out.u8(1);
                out.bytes(&payer.0);
            }
            EndReason::Idle => out.u8(2),
            EndReason::Expired => out.u8(3),
            EndReason::Operator => out.u8(4),
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<EndSession, Damaged> {
        let reason = match from.u8("end")? {
            0 => EndReason::Payer { agreed: from.amount()?, proof: Box::new(SessionProof::decode(from)?) },
            1 => EndReason::Pressed { payer: from.party()? },
            2 => EndReason::Idle,
            3 => EndReason::Expired,
            4 => EndReason::Operator,
            _ => return Err(Damaged("end")),
        };
        Ok(EndSession { reason })
    }
}
