//! The receipts of sessions: an acknowledgement for each payment, unsigned, since the voucher is the proof and a signature
//! would cost more than the payment; and signed ones for what opens, carries over, adds to and ends a session.

use super::{Group, MAX_BYTES, Proof, leaf_of};
use crate::challenge::{METHOD, SESSION};
use crate::json::Object;
use crate::keys::{PublicKey, SigningKey};
use crate::text::{Instance, Malformed, base64url, check_handle, command, from_base64url, parse_command};
use money::{Amount, Asset, CommandId, Timestamp};

/// What a session stands at after a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counted {
    /// The session.
    pub session: CommandId,
    /// When the request was made durable.
    pub timestamp: Timestamp,
    /// The client's number of the request.
    pub seq: u64,
    /// What the vouchers authorise.
    pub accepted: Amount,
    /// What was drawn.
    pub spent: Amount,
    /// How many units that was.
    pub units: u64,
}

/// The signed receipt of an action that is more than a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Certified {
    /// What the session stands at.
    pub counted: Counted,
    /// Whose books it stands in.
    pub instance: Instance,
    /// The payee's handle.
    pub recipient: String,
    /// Of which asset.
    pub currency: Asset,
    /// What is held in all.
    pub hold: Amount,
    /// When the session ends by itself.
    pub until: Timestamp,
    /// What was done.
    pub done: Done,
}

/// What a signed receipt is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// It was opened.
    Open,
    /// A chain began.
    Checkpoint,
    /// More is held.
    TopUp,
    /// It ended: the receipt is final.
    Close {
        /// What was captured for the payee.
        captured: Amount,
        /// What was released to the payer.
        released: Amount,
        /// What the client had counted, if that is not what was drawn.
        agreed: Option<Amount>,
    },
}

/// A signed receipt read from its header, with what proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertifiedSigned {
    /// What it says.
    pub receipt: Certified,
    leaf: [u8; 32],
    proof: Proof,
}

impl Counted {
    /// The header's value of a payment's acknowledgement.
    #[must_use]
    pub fn header_value(&self) -> String {
        // The canonical form, written straight: one is made for each payment, and nothing in it needs an escape.
        let Counted { accepted, seq, spent, timestamp, units, session } = self;
        let reference = command(*session);
        base64url(format!(
            "{{\"acceptedCumulative\":\"{accepted}\",\"intent\":\"{SESSION}\",\"method\":\"{METHOD}\",\"reference\":\"{reference}\",\"seq\":\"{seq}\",\
             \"spent\":\"{spent}\",\"status\":\"success\",\"timestamp\":\"{timestamp}\",\"units\":\"{units}\"}}"
        ).as_bytes())
    }

    /// Reads a header's value, signed or not; unknown fields are ignored. It proves nothing.
    ///
    /// # Errors
    /// [`Malformed`] naming the field.
    pub fn parse(value: &str) -> Result<Counted, Malformed> {
        Counted::read(&opened(value)?)
    }

    fn fields(&self) -> Object {
        Object::default()
            .with("acceptedCumulative", self.accepted.to_string())
            .with("intent", SESSION)
            .with("method", METHOD)
            .with("reference", command(self.session))
            .with("seq", self.seq.to_string())
            .with("spent", self.spent.to_string())
            .with("status", "success")
            .with("timestamp", self.timestamp.to_string())
            .with("units", self.units.to_string())
    }

    fn read(fields: &Object) -> Result<Counted, Malformed> {
        if fields.need("status")? != "success" || fields.need("method")? != METHOD || fields.need("intent")? != SESSION {
            return Err(Malformed("receipt"));
        }
        Ok(Counted {
            session: parse_command(fields.need("reference")?).map_err(|_| Malformed("reference"))?,
            timestamp: time(fields, "timestamp")?,
            seq: amount(fields, "seq")?.units(),
            accepted: amount(fields, "acceptedCumulative")?,
            spent: amount(fields, "spent")?,
            units: amount(fields, "units")?.units(),
        })
    }
}

impl Done {
    const fn word(self) -> &'static str {
        match self {
            Done::Open => "open",
            Done::Checkpoint => "checkpoint",
            Done::TopUp => "topUp",
            Done::Close { .. } => "close",
        }
    }

    fn read(fields: &Object) -> Result<Done, Malformed> {
        let is_final = fields.maybe("final")?;
        Ok(match (fields.need("action")?, is_final) {
            ("open", None) => Done::Open,
            ("checkpoint", None) => Done::Checkpoint,
            ("topUp", None) => Done::TopUp,
            ("close", Some("true")) => Done::Close {
                captured: amount(fields, "captured")?,
                released: amount(fields, "released")?,
                agreed: fields.maybe("agreed")?.map(|_| amount(fields, "agreed")).transpose()?,
            },
            _ => return Err(Malformed("action")),
        })
    }
}

impl Certified {
    /// The header's value, signed as a group of one, as charge receipts are.
    ///
    /// # Errors
    /// [`Malformed`] if it would be over [`MAX_BYTES`].
    pub fn header_value(&self, key: &SigningKey, group: Group) -> Result<String, Malformed> {
        let fields = self.fields();
        let leaf = leaf_of(&fields.canonical());
        let mut proof = Proof { key_id: key.id(), group: group.bytes(), leaf: 0, size: 1, path: Vec::new(), signature: [0; 64] };
        proof.signature = key.sign(proof.text(self.instance, &leaf)?.bytes());
        let value = base64url(fields.with("proof", base64url(&proof.bytes())).canonical().as_bytes());
        if value.len() > MAX_BYTES { Err(Malformed("receipt: over 1,400 bytes")) } else { Ok(value) }
    }

    fn fields(&self) -> Object {
        let fields = self
            .counted
            .fields()
            .with("action", self.done.word())
            .with("currency", self.currency.as_str())
            .with("hold", self.hold.to_string())
            .with("instance", self.instance.to_string())
            .with("recipient", self.recipient.as_str())
            .with("until", self.until.to_string());
        let Done::Close { captured, released, agreed } = self.done else { return fields };
        fields
            .with_maybe("agreed", agreed.map(|agreed| agreed.to_string()))
            .with("captured", captured.to_string())
            .with("final", "true")
            .with("released", released.to_string())
    }

    fn read(fields: &Object) -> Result<Certified, Malformed> {
        let recipient = fields.need("recipient")?;
        check_handle(recipient).map_err(|_| Malformed("recipient"))?;
        Ok(Certified {
            counted: Counted::read(fields)?,
            instance: Instance::parse(fields.need("instance")?).map_err(|_| Malformed("instance"))?,
            recipient: recipient.to_owned(),
            currency: Asset::parse(fields.need("currency")?).map_err(|_| Malformed("currency"))?,
            hold: amount(fields, "hold")?,
            until: time(fields, "until")?,
            done: Done::read(fields)?,
        })
    }
}

impl CertifiedSigned {
    /// Reads a header's value; unknown fields are ignored. It proves nothing before [`CertifiedSigned::is_proved_by`].
    ///
    /// # Errors
    /// [`Malformed`] naming the field.
    pub fn parse(value: &str) -> Result<CertifiedSigned, Malformed> {
        let fields = opened(value)?;
        let receipt = Certified::read(&fields)?;
        let proof = from_base64url(fields.need("proof")?).map_err(|_| Malformed("proof"))?;
        // Unknown fields are covered by the proof too, so the leaf is over the text as it came, less the proof.
        let leaf = leaf_of(&fields.without("proof").canonical());
        Ok(CertifiedSigned { receipt, leaf, proof: Proof::parse(&proof)? })
    }

    /// True if the instance's receipt key signed it.
    #[must_use]
    pub fn is_proved_by(&self, key: &PublicKey) -> bool {
        self.proof.holds(self.receipt.instance, self.leaf, key)
    }
}

fn opened(value: &str) -> Result<Object, Malformed> {
    if value.len() > MAX_BYTES {
        return Err(Malformed("receipt: over 1,400 bytes"));
    }
    Object::parse(&from_base64url(value)?)
}

fn amount(fields: &Object, key: &'static str) -> Result<Amount, Malformed> {
    Amount::parse(fields.need(key)?).map_err(|_| Malformed(key))
}

fn time(fields: &Object, key: &'static str) -> Result<Timestamp, Malformed> {
    Timestamp::parse(fields.need(key)?).ok_or(Malformed(key))
}
