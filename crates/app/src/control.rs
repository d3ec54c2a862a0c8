//! The control socket: commands reach a running process through it, one JSON line there, pieces back.
//!
//! The socket stands in the data folder, which only its owner can enter; that is the permission. A piece is its kind (1 byte,
//! `o` output, `e` end), its length (4 bytes, little-endian) and so many bytes; the last one is the end and holds [`Said`] as
//! JSON. An answer without an end broke off.

mod ask;
mod developers;
mod secrets;

pub use ask::{Asked, ask, open};
pub use developers::{KeyOrder, WebhookOrder, WebhookVerb, key, webhook};

use crate::acts::{Doer, Done};
use crate::instance::{Instance, apply_offers};
use crate::ops;
use crate::proof::invitation::invite;
use crate::rails::{self, Taking};
use crate::streamed::{Out, stream};
use crate::world;
use market::{Body, Cause, Effect, Outcome, RefundReason, RefundRequest};
use money::{CommandId, Price, Timestamp};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::sync::Arc;
use store::journal::Head;
use store::vault::{Invitation, Role, What};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};

/// Longest ask that is read.
const MOST_ASK_BYTES: u64 = 64 << 10;

/// What can be asked of a running process.
#[derive(Serialize, Deserialize, Debug)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// A sale goes back to its payer.
    Refund(GiveBack),
    /// The offer files are read again and applied.
    ApplyOffers,
    /// The offers that stand.
    ListOffers,
    /// How far the journal is durable: [`Reach`] as JSON.
    Reach,
    /// The durable frames up to one: each its length (4 bytes, little-endian) and its bytes.
    Frames {
        /// The last one wanted.
        to: u64,
    },
    /// Every account's balance at one instant, in the order of their numbers, 8 bytes each, little-endian.
    Balances,
    /// What `farthing status` tells, as JSON.
    Status,
    /// A rail takes no money in, or takes it in again.
    Rail {
        /// Its name.
        rail: String,
        /// Whether it does from now on.
        taking: Taking,
    },
    /// L402 is sold under a new secret; the former one is kept for what stands under it.
    RotateL402,
    /// A link that makes one more operator.
    SetupCode,
    /// A link that makes somebody a member of a payee's team.
    InviteMember {
        /// Handle of the payee.
        payee: String,
        /// `owner`, `editor`, `reader` or `developer`.
        role: String,
    },
    /// Keys of a payee's programs, as JSON.
    Key {
        /// What is to be done with them.
        order: KeyOrder,
    },
    /// Webhooks of a payee's programs, as JSON.
    Webhook {
        /// What is to be done with them.
        order: WebhookOrder,
    },
}

/// The end of an answer.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// It was done; in words.
    Done(String),
    /// The domain says no.
    Refused(String),
    /// It could not be done.
    Failed(String),
}

/// How far a journal reaches.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// Epoch of the last frame.
    pub epoch: u64,
    /// Its sequence.
    pub sequence: u64,
    /// Its time in µs since 1970.
    pub timestamp: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Records up to it.
    pub records: u64,
    /// Bytes of the frames up to it.
    pub frame_bytes: u64,
}

impl Reach {
    /// Of a head with what was counted up to it.
    #[must_use]
    pub fn of(head: Head, records: u64, frame_bytes: u64) -> Reach {
        let Head { epoch, sequence, timestamp, hash } = head;
        Reach { epoch, sequence, timestamp: timestamp.0, hash, records, frame_bytes }
    }

    /// The head.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { epoch: self.epoch, sequence: self.sequence, timestamp: money::Timestamp(self.timestamp), hash: self.hash }
    }
}

/// Answers on the socket until the process ends.
pub async fn serve(listener: UnixListener, instance: Arc<Instance>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let instance = Arc::clone(&instance);
        tokio::spawn(async move {
            // Who asks may go away; what was ordered is durable all the same.
            let _ = answer(stream, &instance).await;
        });
    }
}

async fn answer(stream: UnixStream, instance: &Arc<Instance>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(read.take(MOST_ASK_BYTES)).read_line(&mut line).await?;
    let said = match serde_json::from_str(&line) {
        Ok(ask) => run(ask, instance, &mut write).await?,
        Err(error) => Said::Failed(format!("not understood: {error}; is another version of the program running?")),
    };
    piece(&mut write, b'e', serde_json::to_string(&said).unwrap_or_default().as_bytes()).await?;
    write.shutdown().await
}

async fn run(ask: Ask, instance: &Arc<Instance>, write: &mut OwnedWriteHalf) -> std::io::Result<Said> {
    let output = match ask {
        Ask::Refund(back) => return Ok(refund(&back, instance).await),
        Ask::ApplyOffers => {
            return Ok(match apply_offers(instance).await {
                Ok(changed) => noted(instance, None, What::OffersApplied.into(), format!("{changed} offer versions changed")).await,
                Err(error) => Said::Refused(error.to_string()),
            });
        }
        Ask::Rail { rail, taking } => return Ok(set_rail(instance, &rail, taking).await),
        Ask::RotateL402 => return Ok(secrets::rotate_l402(instance).await),
        Ask::SetupCode => return Ok(setup_code(instance).await),
        Ask::InviteMember { payee, role } => return Ok(invite_member(instance, payee, &role).await),
        Ask::Frames { to } => return output(instance, write, move |instance, out| frames(instance, to, out)).await,
        Ask::ListOffers => Ok(list_offers(instance).into_bytes()),
        Ask::Reach => reach(instance).await,
        Ask::Balances => {
            let balances =
                |state: &market::State| state.books().accounts().iter().flat_map(|account| account.posted.to_le_bytes()).collect();
            instance.look(move |state, _| balances(state)).await.map_err(|problem| problem.detail())
        }
        Ask::Key { order } => return told(write, key(order, instance, world::now()).await).await,
        Ask::Webhook { order } => return told(write, webhook(order, instance, world::now()).await).await,
        Ask::Status => ops::status(instance, world::now()).await.map(|status| status.to_string().into_bytes()),
    };
    match output {
        Ok(output) => {
            for part in output.chunks(64 << 10) {
                piece(write, b'o', part).await?;
            }
            Ok(Said::Done(String::new()))
        }
        Err(text) => Ok(Said::Failed(text)),
    }
}

/// Writes down what somebody at the machine did and says it. What is done stays done if the line cannot be written.
async fn noted(instance: &Arc<Instance>, payee: Option<&str>, done: Done, said: String) -> Said {
    match Doer::machine(payee, world::now()).did(instance, done).await {
        Ok(()) => Said::Done(said),
        Err(_) => Said::Done(format!("{said}\nIt could not be written down who did it; the log says why.")),
    }
}

/// Sends an answer as JSON; a problem is the domain's no.
async fn told(write: &mut OwnedWriteHalf, answer: Result<serde_json::Value, Problem>) -> std::io::Result<Said> {
    match answer {
        Ok(content) => {
            piece(write, b'o', content.to_string().as_bytes()).await?;
            Ok(Said::Done(String::new()))
        }
        Err(problem) => Ok(Said::Refused(problem.detail())),
    }
}

/// Runs work on a thread that may block, and sends what it writes as it comes.
async fn output(
    instance: &Arc<Instance>,
    write: &mut OwnedWriteHalf,
    work: impl FnOnce(&Instance, &mut Out) -> Result<(), String> + Send + 'static,
) -> std::io::Result<Said> {
    let (mut out, mut pieces) = stream();
    let instance = Arc::clone(instance);
    tokio::task::spawn_blocking(move || {
        let done = work(&instance, &mut out);
        out.end(done);
    });
    while let Some(part) = pieces.next().await {
        match part {
            Ok(part) => piece(write, b'o', &part).await?,
            Err(text) => return Ok(Said::Failed(text)),
        }
    }
    Ok(Said::Done(String::new()))
}

async fn piece(write: &mut OwnedWriteHalf, kind: u8, bytes: &[u8]) -> std::io::Result<()> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let [a, b, c, d] = length.to_le_bytes();
    write.write_all(&[kind, a, b, c, d]).await?;
    write.write_all(bytes).await
}

fn frames(instance: &Instance, to: u64, out: &mut Out) -> Result<(), String> {
    if to == 0 {
        return Ok(());
    }
    for frame in instance.frames().map_err(|error| error.to_string())? {
        let frame = frame.map_err(|error| error.to_string())?;
        let bytes = frame.frame().bytes();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let written = out.write_all(&length.to_le_bytes()).and_then(|()| out.write_all(bytes));
        written.map_err(|error| error.to_string())?;
        if frame.head().sequence >= to {
            break;
        }
    }
    Ok(())
}

async fn reach(instance: &Arc<Instance>) -> Result<Vec<u8>, String> {
    let reach = ops::reach(instance).await?;
    Ok(serde_json::to_string(&reach).unwrap_or_default().into_bytes())
}

async fn set_rail(instance: &Arc<Instance>, rail: &str, taking: Taking) -> Said {
    let now = world::now();
    match rails::set(instance, rail, (taking, Doer::machine(None, now)), now).await {
        Ok(changed) => Said::Done(match (taking, changed) {
            (Taking::Stop, true) => format!("{rail} takes no money in; all else goes on"),
            (Taking::Stop, false) => format!("{rail} was stopped before"),
            (Taking::Start, true) => format!("{rail} takes money in again"),
            (Taking::Start, false) => format!("{rail} takes money in already"),
        }),
        Err(Problem::Unknown) if instance.is_test() => {
            Said::Refused(format!("there is no rail `{rail}`; the one of test mode is `{}`", rails::PLAY))
        }
        Err(Problem::Unknown) => Said::Refused("no rail is connected where money is real".to_owned()),
        Err(problem) => Said::Failed(problem.detail()),
    }
}

async fn setup_code(instance: &Arc<Instance>) -> Said {
    if instance.config.admin.is_none() {
        return Said::Refused("there is no [admin] host in farthing.toml, so operators have no door; add one and start again".to_owned());
    }
    match setup_link(instance).await {
        Ok((link, until)) => {
            noted(instance, None, What::OperatorInvited.into(), format!("{link}\nmakes one operator, once, until {until}")).await
        }
        Err(problem) => Said::Failed(problem.detail()),
    }
}

/// A link that makes one more operator, and until when.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn setup_link(instance: &Arc<Instance>) -> Result<(String, Timestamp), Problem> {
    let (code, until) = invite(instance, Invitation::Operator, world::now()).await?;
    let host = instance.config.admin.as_ref().map_or("", |door| &door.host);
    Ok((format!("{}/setup#{code}", instance.config.url(host)), until))
}

async fn invite_member(instance: &Arc<Instance>, payee: String, role: &str) -> Said {
    let Some(desk) = &instance.config.desk else {
        return Said::Refused("there is no [desk] host in farthing.toml, so payees have no door; add one and start again".to_owned());
    };
    if !instance.config.payee.contains_key(&payee) {
        return Said::Refused(format!("no [payee.{payee}] in farthing.toml"));
    }
    let Some(role) = Role::of_word(role) else {
        return Said::Refused(format!("`{role}` is no role: owner, editor, reader or developer"));
    };
    match invite(instance, Invitation::Member { payee: payee.clone(), role }, world::now()).await {
        Ok((code, until)) => {
            let link = format!("{}/join#{code}", instance.config.url(&desk.host));
            let said = format!("{link}\nmakes one {} of {payee}, once, until {until}", role.word());
            noted(instance, Some(&payee), Done::to(What::MemberInvited, role.word()), said).await
        }
        Err(problem) => Said::Failed(problem.detail()),
    }
}

/// What the operator gives back, as it was typed.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct GiveBack {
    /// The receipt's serial.
    pub serial: String,
    /// A part, as a plain decimal; none for all that is left.
    #[serde(default)]
    pub amount: Option<String>,
    /// A cause by its word.
    #[serde(default)]
    pub reason: Option<String>,
}

impl GiveBack {
    /// The request that it asks for.
    ///
    /// # Errors
    /// What cannot be read, for who typed it.
    pub fn request(&self) -> Result<RefundRequest, String> {
        let serial = &self.serial;
        let sale = parse_serial(serial).map_err(|_| format!("`{serial}` is no receipt serial: 26 characters, as receipts show them"))?;
        let amount = self.amount.as_deref().map(|text| Price::decimal(text).map_err(|_| format!("`{text}` is no amount, such as 0.002")));
        let cause = self.reason.as_deref().map(|word| {
            let known = Cause::of_word(word).filter(|cause| *cause != Cause::Unsaid);
            known.ok_or_else(|| format!("`{word}` is no reason: goodwill, not-as-described, mistake or asked"))
        });
        let cause = cause.transpose()?.unwrap_or(Cause::Unsaid);
        Ok(RefundRequest { sale, reason: RefundReason::Operator, amount: amount.transpose()?, cause })
    }

    /// What was done, in a line.
    #[must_use]
    pub fn done(&self, outcome: &Outcome) -> String {
        let serial = &self.serial;
        match outcome.effect() {
            Ok(Effect::Refunded { returned, left, .. }) if !left.is_zero() => {
                format!("{returned} base units of {serial} are given back, {left} are left")
            }
            Ok(_) | Err(_) => format!("{serial} is taken back, every leg reversed"),
        }
    }
}

async fn refund(back: &GiveBack, instance: &Arc<Instance>) -> Said {
    let request = match back.request() {
        Ok(request) => request,
        Err(said) => return Said::Failed(said),
    };
    let sale = request.sale;
    match instance.order(Body::Refund(request)).await.map(|answer| answer.outcome) {
        Ok(Outcome::Rejected(rejection)) => Said::Refused(format!("{rejection:?}")),
        Ok(outcome @ (Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_))) => {
            let owner = owner_of(instance, sale).await;
            noted(instance, owner.as_deref(), Done::to(What::Refunded, &back.serial), back.done(&outcome)).await
        }
        Err(problem) => Said::Failed(problem.detail()),
    }
}

/// The payee under whose offer a sale was made.
pub async fn owner_of(instance: &Instance, sale: CommandId) -> Option<String> {
    let owner = move |state: &market::State| state.offer(state.sale(sale)?.offer).map(|version| version.offer.payee.clone());
    instance.look(move |state, _| owner(state)).await.ok().flatten()
}

/// The offers that stand, a line each.
fn list_offers(instance: &Instance) -> String {
    let mut lines = String::new();
    for (id, offer) in instance.offers().iter() {
        let price = offer.price.least().map_or("free".to_owned(), |(amount, asset)| money::Price { amount, asset }.to_string());
        lines.push_str(&format!("{}  {}  {price}  {}\n", offer.name, offer.unlock, protocol::text::offer(*id)));
    }
    lines
}
