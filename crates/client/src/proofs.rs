//! What a payer can prove of a session to anybody, without the books: what was signed when it was opened, and what the instance
//! signed of it since. Kept beside the session, written out as one file, checked with that file alone.

use crate::KeptSession;
use crate::site::{self, Site};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use protocol::discovery::known::{Role, checked};
use protocol::receipt::{Certified, CertifiedSigned, Done};
use protocol::session::{Kind, Open};
use protocol::signed::SignedText;
use protocol::text::{account, array_from_base64url, base64url, command, offer, parse_account, parse_command, parse_offer};
use protocol::{Challenge, Instance, Malformed, PublicKey};
use serde::{Deserialize, Serialize};

/// Receipts of checkpoints that are kept: each says more than those before it.
const MOST_CHECKPOINTS: usize = 16;
/// The kind of file, and its version.
const KIND: &str = "farthing/session-proofs/1";

/// What is kept of one session.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SessionProofs {
    /// What was signed when it was opened.
    pub opening: Option<Opened>,
    /// The instance's signed receipts, as their headers have them, oldest first.
    pub receipts: Vec<String>,
}

/// An opening, less what the session says itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    pub(crate) key: String,
    pub(crate) signature: String,
    /// Id of the challenge that was answered.
    pub(crate) challenge: String,
    pub(crate) offer: String,
    pub(crate) scope: String,
    #[serde(with = "crate::text")]
    pub(crate) hold: Amount,
    #[serde(with = "crate::text")]
    pub(crate) first: Amount,
    #[serde(with = "crate::text")]
    pub(crate) until: Timestamp,
    pub(crate) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) length: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) anchor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) voucher_key: Option<String>,
}

/// The file: strings, so that any program reads it as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bundle {
    farthing: String,
    /// The session's id, as receipts refer to it.
    pub session: String,
    #[serde(with = "crate::text")]
    instance: Instance,
    /// Who pays.
    account: String,
    realm: String,
    recipient: String,
    #[serde(with = "crate::text")]
    currency: Asset,
    /// The instance's root key; its hash is the instance.
    root_key: String,
    /// Its receipt keys, each signed by the root.
    receipt_keys: Vec<site::Certified>,
    opening: Option<Opened>,
    receipts: Vec<String>,
    /// What the payer says to have authorised, and to have counted as drawn: the payer's word, and nobody's signature.
    #[serde(with = "crate::text")]
    authorised: Amount,
    #[serde(with = "crate::text")]
    counted: Amount,
}

/// What a file of proofs was found to prove.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proved {
    /// Which session.
    pub session: CommandId,
    /// Whose books it stands in.
    pub instance: Instance,
    /// Who pays.
    pub account: Party,
    /// The payee's handle.
    pub recipient: String,
    /// Of which asset.
    pub currency: Asset,
    /// What the payer signed to be held at first; none if the file has no opening.
    pub opened: Option<Amount>,
    /// Signed receipts of the instance.
    pub receipts: usize,
    /// The most that they say to be held, authorised and drawn.
    pub stands: Option<(Amount, Amount, Amount)>,
    /// What was captured and released, if it is over.
    pub ended: Option<(Amount, Amount)>,
    /// What payer and instance do not agree on.
    pub differs: Vec<String>,
}

impl SessionProofs {
    /// Puts a receipt to the others; false if it is there.
    pub fn add(&mut self, receipt: &str) -> bool {
        if self.receipts.iter().any(|kept| kept == receipt) {
            return false;
        }
        self.receipts.push(receipt.to_owned());
        let is_checkpoint = |kept: &String| CertifiedSigned::parse(kept).is_ok_and(|signed| signed.receipt.done == Done::Checkpoint);
        if self.receipts.iter().filter(|kept| is_checkpoint(kept)).count() > MOST_CHECKPOINTS
            && let Some(oldest) = self.receipts.iter().position(is_checkpoint)
        {
            self.receipts.remove(oldest);
        }
        true
    }

    /// What the receipts say, for who compares it with what an instance says now.
    pub(crate) fn said(&self) -> impl Iterator<Item = Certified> {
        self.receipts.iter().filter_map(|receipt| CertifiedSigned::parse(receipt).ok()).map(|signed| signed.receipt)
    }
}

impl Opened {
    /// What was signed in an opening.
    pub(crate) fn of(open: &Open, challenge: &Challenge, (offered, scope): (OfferId, &str)) -> Opened {
        let terms = &open.terms;
        let chain = terms.kind.chain();
        Opened {
            key: open.key.to_string(),
            signature: base64url(&open.signature),
            challenge: challenge.id.clone(),
            offer: offer(offered),
            scope: scope.to_owned(),
            hold: terms.hold,
            first: terms.first,
            until: terms.until,
            kind: match terms.kind {
                Kind::Chain(_) => "chain",
                Kind::Signed => "signed",
                Kind::Trusted => "trusted",
            }
            .to_owned(),
            step: chain.map(|chain| chain.step.to_string()),
            length: chain.map(|chain| chain.length.to_string()),
            anchor: chain.map(|chain| base64url(&chain.anchor)),
            voucher_key: terms.voucher_key.map(|key| key.to_string()),
        }
    }

    /// True if a key of the account signed it for this session of this payee.
    fn holds(&self, (id, account_of): (CommandId, Party), bundle: &Bundle) -> bool {
        let Ok(key) = PublicKey::parse(&self.key) else { return false };
        let signature = array_from_base64url::<64>(&self.signature);
        let text = self.text(id, account_of, bundle);
        key.account() == account_of
            && parse_offer(&self.offer).is_ok()
            && text.is_ok_and(|text| signature.is_ok_and(|signature| key.verifies(text.bytes(), &signature)))
    }

    fn text(&self, id: CommandId, account_of: Party, bundle: &Bundle) -> Result<SignedText, Malformed> {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        SignedText::new("farthing/open/1")
            .line(&bundle.instance.to_string())?
            .line(&self.challenge)?
            .line(&bundle.realm)?
            .line(&bundle.recipient)?
            .line(bundle.currency.as_str())?
            .line(&self.offer)?
            .line(&self.scope)?
            .line(&self.hold.to_string())?
            .line(&self.first.to_string())?
            .line(&self.until.to_string())?
            .line(&self.kind)?
            .line(&or_empty(&self.step))?
            .line(&or_empty(&self.length))?
            .line(&or_empty(&self.anchor))?
            .line(&or_empty(&self.voucher_key))?
            .line(&command(id))?
            .line(&account(account_of))
    }
}

impl Bundle {
    /// The file of a session; none if the keys of its instance are not kept with the root's signatures.
    pub(crate) fn of(session: &KeptSession, site: &Site, (payer, proofs): (Party, SessionProofs)) -> Option<Bundle> {
        let (root, receipt_keys) = site.certificates()?;
        Some(Bundle {
            farthing: KIND.to_owned(),
            session: command(session.id),
            instance: session.instance,
            account: account(payer),
            realm: session.realm.clone(),
            recipient: session.recipient.clone(),
            currency: session.currency,
            root_key: root.to_string(),
            receipt_keys,
            opening: proofs.opening,
            receipts: proofs.receipts,
            authorised: session.authorised,
            counted: session.counted,
        })
    }

    /// Reads the file. It proves nothing before [`Bundle::check`].
    ///
    /// # Errors
    /// What is wrong with it, as half a sentence.
    pub fn parse(json: &[u8]) -> Result<Bundle, String> {
        let bundle: Bundle = serde_json::from_slice(json).map_err(|error| format!("it is not a file of proofs of a session ({error})"))?;
        if bundle.farthing == KIND { Ok(bundle) } else { Err(format!("it is of kind {:?}, not {KIND}", bundle.farthing)) }
    }

    /// The file's text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("texts and lists of texts always have a JSON form")
    }

    /// Checks every signature in it, and that what was signed one after the other can all be true.
    ///
    /// # Errors
    /// What does not hold, as half a sentence.
    pub fn check(&self) -> Result<Proved, String> {
        let id = parse_command(&self.session).map_err(|_| "its session is no id")?;
        let payer = parse_account(&self.account).map_err(|_| "its account is none")?;
        let root = PublicKey::parse(&self.root_key).map_err(|_| "its root key is none")?;
        if Instance::of(&root) != self.instance {
            return Err("the root key is not the one of its instance".to_owned());
        }
        let certified = |entry: &site::Certified| checked(Role::Receipt, (self.instance, &root), (&entry.key, &entry.signature));
        let keys: Vec<PublicKey> = self.receipt_keys.iter().filter_map(certified).collect();
        if keys.is_empty() {
            return Err("the root key signed none of the receipt keys".to_owned());
        }
        if self.opening.as_ref().is_some_and(|opening| !opening.holds((id, payer), self)) {
            return Err("its opening is not signed by its account".to_owned());
        }
        let mut proved = Proved {
            session: id,
            instance: self.instance,
            account: payer,
            recipient: self.recipient.clone(),
            currency: self.currency,
            opened: self.opening.as_ref().map(|opening| opening.hold),
            receipts: 0,
            stands: None,
            ended: None,
            differs: Vec::new(),
        };
        let mut until = self.opening.as_ref().map(|opening| opening.until);
        for (number, value) in (1_usize..).zip(&self.receipts) {
            let wrong = |what: &str| format!("receipt {number}: {what}");
            let signed = CertifiedSigned::parse(value).map_err(|what| wrong(&format!("it cannot be read ({})", what.0)))?;
            if !keys.iter().any(|key| signed.is_proved_by(key)) {
                return Err(wrong("no key of the instance proves it"));
            }
            if *until.get_or_insert(signed.receipt.until) != signed.receipt.until {
                return Err(wrong("it ends at another time"));
            }
            self.follows(&mut proved, &signed).map_err(|what| wrong(&what))?;
        }
        self.compare(&mut proved);
        Ok(proved)
    }

    /// A receipt beside those before it. Requests at the same time are not counted in each other's, so only the end must say at least
    /// as much as all of them.
    fn follows(&self, proved: &mut Proved, signed: &CertifiedSigned) -> Result<(), String> {
        let receipt = &signed.receipt;
        let theirs = (receipt.counted.session, receipt.instance, &receipt.recipient, receipt.currency);
        if theirs != (proved.session, proved.instance, &proved.recipient, proved.currency) {
            return Err("it is of another session".to_owned());
        }
        let (hold, accepted, spent) = (receipt.hold, receipt.counted.accepted, receipt.counted.spent);
        let most = proved.stands.unwrap_or_default();
        let is_final = matches!(receipt.done, Done::Close { .. });
        if hold < proved.opened.unwrap_or_default() || (is_final && (hold < most.0 || accepted < most.1 || spent < most.2)) {
            return Err("it takes back what was signed before".to_owned());
        }
        if spent > accepted || accepted > hold {
            return Err(format!("of {hold} held it says {accepted} authorised and {spent} drawn"));
        }
        if proved.ended.is_some() {
            return Err("it follows the final one".to_owned());
        }
        if let Done::Close { captured, released, agreed } = receipt.done {
            if captured.checked_add(released) != Some(hold) || captured != spent {
                return Err(format!("of {hold} held and {spent} drawn it captures {captured} and releases {released}"));
            }
            if let Some(agreed) = agreed {
                proved.differs.push(format!("the payer counted {agreed} when it ended, the instance says that {spent} was drawn"));
            }
            proved.ended = Some((captured, released));
        }
        proved.stands = Some((hold.max(most.0), accepted.max(most.1), spent.max(most.2)));
        proved.receipts = proved.receipts.saturating_add(1);
        Ok(())
    }

    /// What the payer says beside what the instance signed.
    fn compare(&self, proved: &mut Proved) {
        let Some((_, accepted, spent)) = proved.stands else { return };
        if accepted > self.authorised {
            proved.differs.push(format!("the instance says that {accepted} was authorised, the payer authorised {}", self.authorised));
        }
        let is_said = !proved.differs.is_empty();
        if proved.ended.is_some() && spent != self.counted && !is_said {
            proved.differs.push(format!("the payer counted {}, the instance says that {spent} was drawn", self.counted));
        }
    }
}
