//! Commands: everything that can change the books, each with an id its maker chose.

mod codec;

use crate::coin::{ClaimCoin, CoinEnding};
use crate::guard::Guard;
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

impl Body {
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
}

impl RefundRequest {
    /// All that is left of a sale, and nothing more is said of it.
    #[must_use]
    pub const fn whole(sale: CommandId, reason: RefundReason) -> RefundRequest {
        RefundRequest { sale, reason, amount: None, cause: Cause::Unsaid }
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
}
