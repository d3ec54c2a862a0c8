//! What [`crate::State::apply`] answers.

use crate::codec::{Damaged, Reader, Writer};
use ledger::Posted;
use money::{Amount, CommandId, OfferId, Timestamp};

/// The answer to a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It was done now. The only outcome that is written to the journal.
    Applied(Applied),
    /// The same command was done before; this is what it did then.
    Replayed(Effect),
    /// What was asked is already so (a page that is owned, an offer that stands): nothing changed, nothing is written.
    Standing(Effect),
    /// It can't be done; nothing changed and nothing is remembered, so the same command may succeed later.
    Rejected(Rejection),
}

/// What a command did, in full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// In words of the domain.
    pub effect: Effect,
    /// In the books: accounts opened and legs posted.
    pub posted: Posted,
}

/// What a command did, in words of the domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The journal was begun.
    Founded,
    /// A payee can be paid.
    PayeeOpened,
    /// This offer version stands.
    OfferSet(OfferId),
    /// This offer version is withdrawn.
    OfferEnded(OfferId),
    /// The wallet holds so much more.
    ToppedUp(Amount),
    /// A page was sold.
    Sold {
        /// The sale's id: that of the command that made it.
        sale: CommandId,
        /// What was really charged.
        charged: Amount,
    },
    /// So much is kept back for a purchase that is under way; nothing any more, if it came to nothing.
    Promised(Amount),
    /// A sale was taken back, or a part of it given back.
    Refunded {
        /// Which sale.
        sale: CommandId,
        /// What went back to the payer by this.
        returned: Amount,
        /// What is still to be had back; with nothing left the sale is taken back.
        left: Amount,
    },
    /// A guard stands, or is gone.
    GuardSet,
    /// A payee was given so much.
    Tipped(Amount),
    /// A party's months begin when it said.
    MonthsStated,
    /// A session is open and holds so much.
    SessionOpened(Amount),
    /// So much was drawn from a session.
    Drawn {
        /// How much; nothing if it was drawn before.
        amount: Amount,
        /// The share of the cap, in percent, that this draw reached: 50, 80, 100, or 0 for none of them.
        told: u8,
    },
    /// So much of a session is reserved.
    Reserved(Amount),
    /// The same, after calls before it were drawn.
    Called {
        /// How much is reserved.
        reserved: Amount,
        /// How much was drawn for those before.
        drawn: Amount,
        /// As of [`Effect::Drawn`].
        told: u8,
    },
    /// What a session had drawn by one offer version was posted.
    Captured {
        /// Which session.
        session: CommandId,
        /// How much.
        amount: Amount,
    },
    /// A session holds so much now.
    SessionRaised(Amount),
    /// Nothing new begins in the session.
    SessionClosing,
    /// A meter takes events.
    MeterSet,
    /// An event was counted.
    Counted {
        /// How much was drawn for it; nothing if it was counted before.
        amount: Amount,
        /// How many of its units nothing was authorised for: they are shown and never charged.
        unbilled: u64,
        /// As of [`Effect::Drawn`].
        told: u8,
    },
    /// A payment past the books is claimed.
    CoinClaimed(Amount),
    /// A payment past the books has ended; what of it arrived.
    CoinClosed(Amount),
    /// An event drew from what was set aside for it; the rest of that is headroom again.
    CountedAside {
        /// How much was drawn for it.
        amount: Amount,
        /// How many of its units nothing was set aside for: they are shown and never charged.
        unbilled: u64,
        /// As of [`Effect::Drawn`].
        told: u8,
    },
    /// A session is over.
    SessionEnded {
        /// What can be spent again.
        released: Amount,
    },
}

/// The domain's noes, in order of precedence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// The id's own time is outside the window in which ids are remembered.
    IdTooOld,
    /// The id's own time lies more than two minutes ahead.
    IdTooNew,
    /// The id was used with other content.
    IdReused,
    /// A text is empty, too long or of another form than the command allows.
    Invalid(&'static str),
    /// The journal was begun before.
    AlreadyFounded,
    /// No such sale, or not the asker's.
    Unknown,
    /// The handle belongs to somebody else.
    HandleTaken,
    /// The offer names a payee that is not open.
    PayeeUnknown,
    /// Two offers would claim one page.
    SelectorOverlap {
        /// The name of the other offer.
        other: String,
    },
    /// No offer of that id, or it does not sell that page.
    OfferUnknown,
    /// The offer was withdrawn.
    OfferEnded,
    /// The offer has another currency.
    CurrencyMismatch,
    /// Nothing, or an amount that the split cannot divide.
    AmountInvalid,
    /// Today's price is above what was quoted.
    PriceAboveMax {
        /// What it would cost.
        due: Amount,
    },
    /// The payer would pay themselves.
    SelfPayment,
    /// The sale was taken back before.
    AlreadyRefunded,
    /// The window for undo is over.
    RefundWindowClosed {
        /// Since when.
        since: Timestamp,
    },
    /// The payer took this page back once before.
    UndoUsed,
    /// The payer's undos of the day on this site are used up.
    UndoLimit {
        /// How many there are.
        per_day: u16,
    },
    /// A guard of the payer says no.
    GuardDenied {
        /// Its limit.
        most: Amount,
        /// What is spent in the window.
        spent: Amount,
        /// When the window ends.
        resets_at: Timestamp,
    },
    /// Nobody pressed or signed, and the payer has agreed to no cap for that on this site.
    NotAgreed,
    /// A guard of the payer asks first: a press or a signature for the amount is the answer.
    GuardAsks {
        /// Its limit.
        most: Amount,
        /// What is spent in the window.
        spent: Amount,
        /// When the window ends.
        resets_at: Timestamp,
    },
    /// The wallet would hold more than it may.
    WalletFull {
        /// What it may hold.
        most: Amount,
    },
    /// The payer has too little.
    Insufficient {
        /// What can be spent.
        available: Amount,
        /// What is missing.
        short_by: Amount,
    },
    /// A part to give back is nothing, or more than what is left of the sale.
    RefundAboveLeft {
        /// What is left.
        left: Amount,
    },
    /// A payee no longer has its share of the sale.
    RefundNotCovered,
    /// No such session, or not the asker's.
    SessionUnknown,
    /// The session takes nothing new.
    SessionEnded,
    /// The session has work under way, or something to capture.
    SessionBusy,
    /// The payer has too many sessions open, or opened too many in this minute.
    TooManySessions,
    /// No such reserve, or it lapsed.
    ReserveUnknown,
    /// The voucher's chain is not the session's.
    CheckpointUnknown,
    /// The voucher is for more than the session holds.
    AboveHold {
        /// What it holds.
        cap: Amount,
    },
    /// What was authorised does not cover it.
    NotCovered {
        /// What would have to be authorised.
        needs: Amount,
        /// What is.
        accepted: Amount,
    },
    /// Nothing was drawn since the last capture.
    NothingToCapture,
    /// The payee has no such meter, or the session is not priced by it.
    MeterUnknown,
    /// The event happened before the meter's window.
    TooLate {
        /// What happened from then on is still taken.
        since: Timestamp,
    },
    /// The event says that it happened more than five minutes from now.
    EventInFuture,
    /// The meter knows an event of that source and id that says something else.
    EventConflict,
    /// The meter can remember no more events of its window.
    MeterFull,
    /// What was signed was taken for something else.
    CoinUsed,
    /// Too many payments past the books wait for their chain.
    CoinsFull,
    /// A figure would leave what can be counted.
    Overflow,
}

impl Default for Outcome {
    /// A place for an outcome.
    fn default() -> Outcome {
        Outcome::Applied(Applied { effect: Effect::Founded, posted: Posted::default() })
    }
}

impl Outcome {
    /// What was applied, empty, in place of what was there.
    pub(crate) fn begin(&mut self) -> &mut Applied {
        if !matches!(self, Outcome::Applied(_)) {
            *self = Outcome::default();
        }
        let Outcome::Applied(applied) = self else { unreachable!("it was just made one") };
        applied.posted.opened.clear();
        applied.posted.legs.clear();
        applied
    }

    /// What was done or stands, unless it was refused.
    ///
    /// # Errors
    /// The [`Rejection`].
    pub fn effect(&self) -> Result<Effect, &Rejection> {
        match self {
            Outcome::Applied(applied) => Ok(applied.effect),
            Outcome::Replayed(effect) | Outcome::Standing(effect) => Ok(*effect),
            Outcome::Rejected(rejection) => Err(rejection),
        }
    }
}

impl Rejection {
    /// True if the same command may succeed later, unchanged: money can arrive, a window can end.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Rejection::IdTooNew
                | Rejection::Insufficient { .. }
                | Rejection::GuardDenied { .. }
                | Rejection::NotAgreed
                | Rejection::GuardAsks { .. }
                | Rejection::WalletFull { .. }
                | Rejection::UndoLimit { .. }
                | Rejection::RefundNotCovered
                | Rejection::SessionBusy
                | Rejection::TooManySessions
                | Rejection::NotCovered { .. }
                | Rejection::AboveHold { .. }
                | Rejection::NothingToCapture
                | Rejection::EventInFuture
                | Rejection::MeterFull
                | Rejection::CoinsFull
        )
    }
}

impl Effect {
    /// As the journal lays it out: its kind, the id it names, the amount it states and, of a refund in part, what is left.
    const fn parts(&self) -> (u8, &[u8], Option<Amount>, Option<Amount>) {
        match self {
            Effect::Founded => (1, &[], None, None),
            Effect::PayeeOpened => (2, &[], None, None),
            Effect::OfferSet(offer) => (3, &offer.0, None, None),
            Effect::OfferEnded(offer) => (4, &offer.0, None, None),
            Effect::ToppedUp(amount) => (5, &[], Some(*amount), None),
            Effect::Sold { sale, charged } => (6, &sale.0, Some(*charged), None),
            Effect::Refunded { sale, returned, left } if left.is_zero() => (7, &sale.0, Some(*returned), None),
            Effect::Refunded { sale, returned, left } => (11, &sale.0, Some(*returned), Some(*left)),
            Effect::GuardSet => (8, &[], None, None),
            Effect::Tipped(amount) => (9, &[], Some(*amount), None),
            Effect::SessionOpened(cap) => (12, &[], Some(*cap), None),
            Effect::Drawn { amount, told } => (13, std::slice::from_ref(told), Some(*amount), None),
            Effect::Reserved(amount) => (14, &[], Some(*amount), None),
            Effect::Called { reserved, drawn, told } => (29, std::slice::from_ref(told), Some(*reserved), Some(*drawn)),
            Effect::MonthsStated => (16, &[], None, None),
            Effect::SessionRaised(cap) => (17, &[], Some(*cap), None),
            Effect::Captured { session, amount } => (18, &session.0, Some(*amount), None),
            Effect::SessionClosing => (19, &[], None, None),
            Effect::SessionEnded { released } => (20, &[], Some(*released), None),
            Effect::Promised(amount) => (27, &[], Some(*amount), None),
            Effect::MeterSet => (23, &[], None, None),
            Effect::CoinClaimed(amount) => (25, &[], Some(*amount), None),
            Effect::CoinClosed(amount) => (26, &[], Some(*amount), None),
            Effect::Counted { amount, unbilled, told } => (24, std::slice::from_ref(told), Some(*amount), Amount::new(*unbilled)),
            Effect::CountedAside { amount, unbilled, told } => (21, std::slice::from_ref(told), Some(*amount), Amount::new(*unbilled)),
        }
    }

    pub(crate) fn encode(self, out: &mut Writer<'_>) {
        let (kind, id, amount, left) = self.parts();
        out.u8(kind);
        out.bytes(id);
        for amount in [amount, left].into_iter().flatten() {
            out.amount(amount);
        }
    }

    /// True if this effect comes next. None is built to be compared: reading in other pieces what was written a moment ago
    /// makes the processor wait for all that was written before. Nor is an id compared that is none: some processors need a
    /// hundred nanoseconds to find out that nothing equals nothing at an address where nothing is.
    pub(crate) fn comes_next(&self, from: &mut Reader<'_>) -> Result<bool, Damaged> {
        let (kind, id, amount, left) = self.parts();
        Ok(from.u8("effect")? == kind
            && (id.is_empty() || from.bytes(id.len(), "effect")? == id)
            && match amount {
                Some(amount) => from.u64("amount")? == amount.units(),
                None => true,
            }
            && match left {
                Some(left) => from.u64("amount left")? == left.units(),
                None => true,
            })
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Effect, Damaged> {
        Ok(match from.u8("effect")? {
            1 => Effect::Founded,
            2 => Effect::PayeeOpened,
            3 => Effect::OfferSet(from.offer_id()?),
            4 => Effect::OfferEnded(from.offer_id()?),
            5 => Effect::ToppedUp(from.amount()?),
            6 => Effect::Sold { sale: from.command_id()?, charged: from.amount()? },
            7 => Effect::Refunded { sale: from.command_id()?, returned: from.amount()?, left: Amount::ZERO },
            8 => Effect::GuardSet,
            9 => Effect::Tipped(from.amount()?),
            11 => {
                let (sale, returned, left) = (from.command_id()?, from.amount()?, from.amount()?);
                // With nothing left it has the other number: there is one layout for one effect.
                if left.is_zero() {
                    return Err(Damaged("effect"));
                }
                Effect::Refunded { sale, returned, left }
            }
            12 => Effect::SessionOpened(from.amount()?),
            13 => {
                let told = from.u8("share")?;
                Effect::Drawn { told, amount: from.amount()? }
            }
            14 => Effect::Reserved(from.amount()?),
            29 => {
                let told = from.u8("share")?;
                Effect::Called { told, reserved: from.amount()?, drawn: from.amount()? }
            }
            16 => Effect::MonthsStated,
            17 => Effect::SessionRaised(from.amount()?),
            18 => Effect::Captured { session: from.command_id()?, amount: from.amount()? },
            19 => Effect::SessionClosing,
            20 => Effect::SessionEnded { released: from.amount()? },
            21 => {
                let (told, amount) = (from.u8("share")?, from.amount()?);
                Effect::CountedAside { amount, unbilled: from.amount()?.units(), told }
            }
            23 => Effect::MeterSet,
            27 => Effect::Promised(from.amount()?),
            25 => Effect::CoinClaimed(from.amount()?),
            26 => Effect::CoinClosed(from.amount()?),
            24 => {
                let (told, amount) = (from.u8("share")?, from.amount()?);
                // Units of an event are no more than an amount can be: it is written as one.
                Effect::Counted { amount, unbilled: from.amount()?.units(), told }
            }
            _ => return Err(Damaged("effect")),
        })
    }
}
