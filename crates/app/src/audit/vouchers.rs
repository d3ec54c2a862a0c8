//! Every link and every signature of sessions again: what was authorised is made anew from them alone, and nothing may be drawn
//! or captured beyond it.
//!
//! Nothing here calls what the door checks vouchers with: texts and hashes are made again from docs/sessions.md. What a press opened
//! or raised has no signature; the instance vouches for it, and only a trusted session may be drawn from so.

use super::proofs::{Checked, finding};
use market::{Body, Call, Draw, EndReason, OpenSession, RaiseSession, SessionKind, SessionProof, Voucher};
use money::{Amount, Asset, CommandId, Party};
use protocol::PublicKey;
use protocol::signed::SignedText;
use protocol::text::{Instance, Malformed, account, base64url, command, offer, serial};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::audit::{AuditError, Seen, SessionFacts};

/// Links that are remembered of a chain stand at least so far apart: a lower one is hashed to from the next above.
const APART: u16 = 64;

/// The sessions that are not over, as their vouchers prove them.
#[derive(Default)]
pub(super) struct Vouchers(BTreeMap<CommandId, Proven>);

/// One of them.
struct Proven {
    instance: Instance,
    payer: Party,
    recipient: String,
    asset: Asset,
    /// Whose signatures are vouchers, and end it.
    key: PublicKey,
    /// Nothing authorises but its opening.
    is_trusted: bool,
    cap: u64,
    /// All that was authorised.
    authorised: u64,
    checkpoint: u16,
    chain: Option<Chain>,
    /// The chain before the last checkpoint: its links still prove who sends.
    before: Option<Chain>,
}

/// A chain as far as its links were shown.
struct Chain {
    base: u64,
    step: u64,
    length: u16,
    /// Links that were proved, by their number; the anchor is 0.
    links: BTreeMap<u16, [u8; 32]>,
}

/// What is wrong with a proof.
type Said<T> = Result<T, String>;

impl Vouchers {
    /// Takes in a record: what it proves is counted.
    ///
    /// # Errors
    /// A finding that names the session.
    pub fn enter(&mut self, seen: &Seen<'_>, checked: &mut Checked) -> Result<(), AuditError> {
        let of = |id: CommandId| move |what: String| finding(seen.place, format!("session {}: {what}", serial(id)));
        let command = &seen.record.command;
        let id = if let Body::RaiseSession(raise) = &command.body {
            raise.session
        } else if let Body::SetAside(set) = &command.body {
            set.session
        } else {
            command.id
        };
        let Some(facts) = seen.sessions.session(id) else { return Ok(()) };
        match &command.body {
            Body::OpenSession(open) => {
                let proven = opened((id, facts), open, (seen, checked)).map_err(of(id))?;
                self.0.insert(id, proven);
            }
            Body::RaiseSession(raise) => {
                self.of(id).and_then(|session| session.raised((id, command.id), raise, checked)).map_err(of(id))?
            }
            Body::Draw(draw) | Body::Reserve(draw) | Body::Call(Call { draw, .. }) => {
                self.of(id).and_then(|session| session.shown(id, draw, checked)).map_err(of(id))?;
            }
            Body::EndSession(end) => {
                if let EndReason::Payer { agreed, proof } = &end.reason {
                    self.of(id).and_then(|session| session.ended((id, *agreed), proof, checked)).map_err(of(id))?;
                }
            }
            // An event may come when its session is over; it draws nothing then.
            Body::Count(_) if facts.ended.is_some() => return Ok(()),
            Body::Settle(_) | Body::Watch(_) | Body::CaptureSession { .. } | Body::Count(_) | Body::SetAside(_) => {}
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
            | Body::StateMonths(_)
            | Body::SetMeter(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::Tip(_) => return Ok(()),
        }
        self.of(id).and_then(|session| session.covers(facts)).map_err(of(id))?;
        if facts.ended.is_some() {
            self.0.remove(&id);
        }
        Ok(())
    }

    fn of(&mut self, id: CommandId) -> Said<&mut Proven> {
        self.0.get_mut(&id).ok_or_else(|| "its opening was not seen".to_owned())
    }
}

/// A session from its opening, whose signature covers everything that later vouchers are held against.
fn opened((id, facts): (CommandId, &SessionFacts), open: &OpenSession, (seen, checked): (&Seen<'_>, &mut Checked)) -> Said<Proven> {
    let founding = seen.founding.ok_or("the journal has not said whose it is")?;
    let terms = seen.sales.offer(open.offer).ok_or("its offer is unknown")?;
    let (instance, realm) = (Instance(founding.instance.0), terms.unlock.realm());
    let is_trusted = open.terms.kind == SessionKind::Trusted;
    match &open.proof {
        None if is_trusted => checked.pressed = checked.pressed.saturating_add(1),
        None => return Err("its payer did not sign its opening".to_owned()),
        Some(proof) => {
            let text = |voucher_key: &str| -> Result<SignedText, Malformed> {
                let begun = SignedText::new("farthing/open/1")
                    .line(&instance.to_string())?
                    .line(&base64url(&proof.challenge))?
                    .line(realm)?
                    .line(&terms.payee)?
                    .line(open.asset.as_str())?
                    .line(&offer(open.offer))?
                    .line(&proof.scope)?
                    .line(&open.cap.to_string())?
                    .line(&open.first.to_string())?
                    .line(&open.until.to_string())?
                    .line(word(open.terms.kind))?;
                let begins = (open.terms.step, open.terms.length, &open.terms.anchor);
                let chain = (open.terms.kind == SessionKind::Chain).then_some(begins);
                with_chain(begun, chain)?.line(voucher_key)?.line(&command(id))?.line(&account(facts.payer))
            };
            // Who signs vouchers with the key that opened need not name it, and the journal does not say whether it was named.
            let named = PublicKey(open.terms.voucher_key).to_string();
            let unnamed = open.terms.voucher_key == proof.key;
            let holds = signed_by(facts.payer, proof, text(&named)) || (unnamed && signed_by(facts.payer, proof, text("")));
            must(holds, || "the signature of its opening does not hold over what the journal says was opened".to_owned())?;
            checked.signatures = checked.signatures.saturating_add(1);
        }
    }
    let first = open.first.units();
    let chain =
        (open.terms.kind == SessionKind::Chain).then(|| Chain::new(first, (open.terms.step.units(), open.terms.length), open.terms.anchor));
    Ok(Proven {
        instance,
        payer: facts.payer,
        recipient: terms.payee.clone(),
        asset: open.asset,
        key: PublicKey(open.terms.voucher_key),
        is_trusted,
        cap: open.cap.units(),
        authorised: if is_trusted { open.cap.units() } else { first },
        checkpoint: 0,
        chain,
        before: None,
    })
}

impl Proven {
    /// More is held: signed by the account, or pressed for where nothing but the hold authorises.
    fn raised(&mut self, (id, by): (CommandId, CommandId), raise: &RaiseSession, checked: &mut Checked) -> Said<()> {
        match &raise.proof {
            None if self.is_trusted => checked.pressed = checked.pressed.saturating_add(1),
            None => return Err("its payer did not sign that more is held".to_owned()),
            Some(proof) => {
                let text = self.bound("farthing/topup/1", id).and_then(|text| {
                    let text = text.line(&self.recipient)?.line(self.asset.as_str())?;
                    text.line(&raise.additional.to_string())?.line(&command(by))?.line(&account(self.payer))
                });
                let holds = signed_by(self.payer, proof, text);
                must(holds, || format!("no signature of its payer holds over {} more", raise.additional))?;
                checked.signatures = checked.signatures.saturating_add(1);
            }
        }
        self.cap = self.cap.saturating_add(raise.additional.units());
        if self.is_trusted {
            self.authorised = self.cap;
        }
        Ok(())
    }

    /// What a request brought.
    fn shown(&mut self, id: CommandId, draw: &Draw, checked: &mut Checked) -> Said<()> {
        match draw.voucher {
            None => return Ok(()),
            Some(Voucher::Link { checkpoint, index, link }) => {
                let reached = self.linked(id, (checkpoint, index), link)?;
                self.authorised = self.authorised.max(reached);
                checked.links = checked.links.saturating_add(1);
            }
            Some(Voucher::Signed { cumulative, signature }) => {
                self.signed(id, cumulative, (None, &signature))?;
                self.authorised = self.authorised.max(cumulative.units());
                checked.signatures = checked.signatures.saturating_add(1);
            }
            Some(Voucher::Checkpoint { cumulative, signature, step, length, anchor }) => {
                self.signed(id, cumulative, (Some((step, length, &anchor)), &signature))?;
                if cumulative.units() > self.authorised {
                    self.authorised = cumulative.units();
                    self.checkpoint = self.checkpoint.saturating_add(1);
                    self.before = self.chain.replace(Chain::new(cumulative.units(), (step.units(), length), anchor));
                }
                checked.signatures = checked.signatures.saturating_add(1);
            }
        }
        Ok(())
    }

    /// What a link authorises, if hashing leads from it to the links that were shown before, or from those to it.
    fn linked(&mut self, id: CommandId, (checkpoint, index): (u16, u16), link: [u8; 32]) -> Said<u64> {
        let is_running = checkpoint == self.checkpoint;
        let is_before = checkpoint.checked_add(1) == Some(self.checkpoint);
        let chain = if is_running { self.chain.as_mut() } else { self.before.as_mut().filter(|_| is_before) };
        let chain = chain.ok_or_else(|| format!("link {index} is of chain {checkpoint}, which is not its own"))?;
        must(chain.holds(id, index, link), || format!("link {index} of chain {checkpoint} does not hash to the link before it"))?;
        // A link of a chain that is over proves its sender and authorises nothing.
        Ok(if is_running { chain.reaches(index) } else { 0 })
    }

    fn signed(&self, id: CommandId, cumulative: Amount, (chain, signature): (Option<NewChain<'_>>, &[u8; 64])) -> Said<()> {
        must(!self.is_trusted, || "it has a voucher, and is for none".to_owned())?;
        let text = self.bound("farthing/voucher/1", id).and_then(|text| {
            let text = text.line(&self.recipient)?.line(self.asset.as_str())?.line(&cumulative.to_string())?;
            with_chain(text, chain)?.line(&account(self.payer))
        });
        let holds = text.is_ok_and(|text| self.key.verifies(text.bytes(), signature));
        must(holds, || format!("no signature of its voucher key holds over {cumulative}"))
    }

    /// Its payer's word that it ends.
    fn ended(&self, (id, agreed): (CommandId, Amount), proof: &SessionProof, checked: &mut Checked) -> Said<()> {
        let text = self.bound("farthing/close/1", id).and_then(|text| text.line(&agreed.to_string())?.line(&account(self.payer)));
        let holds = text.is_ok_and(|text| self.key.verifies(text.bytes(), &proof.signature));
        must(holds, || "the signature of its end does not hold".to_owned())?;
        checked.signatures = checked.signatures.saturating_add(1);
        Ok(())
    }

    /// What every text of a session begins with.
    fn bound(&self, tag: &'static str, id: CommandId) -> Result<SignedText, Malformed> {
        SignedText::new(tag).line(&self.instance.to_string())?.line(&command(id))
    }

    /// Nothing is drawn or captured that was not proved.
    fn covers(&self, facts: &SessionFacts) -> Said<()> {
        let most = self.authorised.min(self.cap);
        let SessionFacts { accepted, drawn, captured, .. } = facts;
        must(*accepted <= most, || format!("{accepted} are said to be authorised, its vouchers prove {most}"))?;
        must(*drawn <= most, || format!("{drawn} are drawn, its vouchers prove {most}"))?;
        must(*captured <= *drawn, || format!("{captured} are captured of {drawn}"))
    }
}

type NewChain<'a> = (Amount, u16, &'a [u8; 32]);

impl Chain {
    fn new(base: u64, (step, length): (u64, u16), anchor: [u8; 32]) -> Chain {
        Chain { base, step, length, links: BTreeMap::from([(0, anchor)]) }
    }

    fn reaches(&self, index: u16) -> u64 {
        self.base.saturating_add(self.step.saturating_mul(index.into()))
    }

    /// True for a link of this chain; it is remembered.
    fn holds(&mut self, id: CommandId, index: u16, link: [u8; 32]) -> bool {
        if index > self.length {
            return false;
        }
        if let Some((above, higher)) = self.links.range(index..).next() {
            return hashed(id, *higher, above.saturating_sub(index)) == link;
        }
        let Some((below, lower)) = self.links.range(..index).next_back() else { return false };
        if hashed(id, link, index.saturating_sub(*below)) != *lower {
            return false;
        }
        // The one before stands no longer at the tip: it is kept only where it is far from the one before it.
        let below = *below;
        let is_near = self.links.range(..below).next_back().is_some_and(|(earlier, _)| below.saturating_sub(*earlier) < APART);
        if is_near {
            self.links.remove(&below);
        }
        self.links.insert(index, link);
        true
    }
}

/// The link so many steps before one: SHA-256 of `fth/hc1`, the session's id and the link, again and again.
fn hashed(id: CommandId, link: [u8; 32], steps: u16) -> [u8; 32] {
    (0..steps).fold(link, |link, _| Sha256::new().chain_update(b"fth/hc1").chain_update(id.0).chain_update(link).finalize().into())
}

fn signed_by(payer: Party, proof: &SessionProof, text: Result<SignedText, Malformed>) -> bool {
    let key = PublicKey(proof.key);
    key.account() == payer && text.is_ok_and(|text| key.verifies(text.bytes(), &proof.signature))
}

/// The lines of a chain that begins; empty ones where none does.
fn with_chain(text: SignedText, chain: Option<NewChain<'_>>) -> Result<SignedText, Malformed> {
    let Some((step, length, anchor)) = chain else { return text.line("")?.line("")?.line("") };
    text.line(&step.to_string())?.line(&length.to_string())?.line(&base64url(anchor))
}

fn word(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Trusted => "trusted",
        SessionKind::Signed => "signed",
        SessionKind::Chain => "chain",
    }
}

fn must(holds: bool, what: impl FnOnce() -> String) -> Said<()> {
    if holds { Ok(()) } else { Err(what()) }
}
