//! What a paid event stream says beside the origin's events: that it waits for a voucher, that a share of the hold is drawn, and
//! what it came to in the end. These events are never billed, and an origin cannot speak them.

use super::amount;
use crate::json::Object;
use crate::text::{Malformed, command, parse_command};
use money::{Amount, CommandId};

/// How the kinds of our own events begin.
const OURS: &[u8] = b"payment-";

/// A kind of event that only a gateway sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreamWord {
    /// `payment-need-voucher`: a [`NeedVoucher`].
    NeedVoucher,
    /// `payment-notice`: a [`StreamNotice`].
    Notice,
    /// `payment-receipt`: the value of a `Payment-Receipt`; the last event of a stream.
    Receipt,
}

impl StreamWord {
    const ALL: [StreamWord; 3] = [StreamWord::NeedVoucher, StreamWord::Notice, StreamWord::Receipt];

    /// The kind of the event.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            StreamWord::NeedVoucher => "payment-need-voucher",
            StreamWord::Notice => "payment-notice",
            StreamWord::Receipt => "payment-receipt",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn of(event: &[u8]) -> Option<StreamWord> {
        StreamWord::ALL.into_iter().find(|word| word.name().as_bytes() == event)
    }

    /// The event as it is sent. It sets no id, so the last one of the origin's stays that.
    #[must_use]
    pub fn event(self, data: &str) -> String {
        format!("event: {}\ndata: {data}\n\n", self.name())
    }
}

/// True for a kind of event that an origin may not send.
#[must_use]
pub fn is_reserved(event: &[u8]) -> bool {
    event.get(..OURS.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(OURS))
}

/// The stream waits: what is authorised is used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeedVoucher {
    /// The session.
    pub session: CommandId,
    /// What has to be authorised in all for the next event.
    pub required: Amount,
    /// What is authorised.
    pub accepted: Amount,
    /// What is held; above it a top-up has to come first.
    pub hold: Amount,
    /// What will have been drawn in all if the stream ends here.
    pub spent: Amount,
}

impl NeedVoucher {
    /// Its data.
    #[must_use]
    pub fn data(&self) -> String {
        let fields = Object::default()
            .with("acceptedCumulative", self.accepted.to_string())
            .with("hold", self.hold.to_string())
            .with("requiredCumulative", self.required.to_string())
            .with("sessionId", command(self.session))
            .with("spent", self.spent.to_string());
        fields.canonical()
    }

    /// Reads its data; unknown members are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming the member.
    pub fn parse(data: &[u8]) -> Result<NeedVoucher, Malformed> {
        let fields = Object::parse(data)?;
        Ok(NeedVoucher {
            session: session_of(&fields)?,
            required: amount(&fields, "requiredCumulative")?,
            accepted: amount(&fields, "acceptedCumulative")?,
            hold: amount(&fields, "hold")?,
            spent: amount(&fields, "spent")?,
        })
    }
}

/// A share of the hold is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StreamNotice {
    /// The session.
    pub session: CommandId,
    /// The share that was reached, in percent: 50, 80 or 100.
    pub percent: u8,
}

impl StreamNotice {
    /// Its data.
    #[must_use]
    pub fn data(&self) -> String {
        Object::default().with("sessionId", command(self.session)).with("spent", self.percent.to_string()).canonical()
    }

    /// Reads its data; unknown members are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming the member.
    pub fn parse(data: &[u8]) -> Result<StreamNotice, Malformed> {
        let fields = Object::parse(data)?;
        let percent = super::number(&fields, "spent", 100)?;
        Ok(StreamNotice { session: session_of(&fields)?, percent: u8::try_from(percent).map_err(|_| Malformed("spent"))? })
    }
}

fn session_of(fields: &Object) -> Result<CommandId, Malformed> {
    parse_command(fields.need("sessionId")?).map_err(|_| Malformed("sessionId"))
}
