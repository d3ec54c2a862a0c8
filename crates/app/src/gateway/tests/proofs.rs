//! What sessions authorised, from the journal alone: every link and signature again, by two programs that share no code with the door.

use super::sessions::{Client, certified, counted};
use super::*;
use crate::audit::{self, Books, Checked, Signatures};
use market::{Call, Draw, Layout, Record, SessionProof, Voucher as Kept};
use protocol::problem::{Problem, SessionProblem};
use protocol::receipt::Done;
use protocol::session::{Action, Kind, Linked, Links, SignedVoucher, TopUp, Voucher};
use protocol::text::serial;
use std::process::{Command, Output};
use store::audit::AuditError;
use store::folder::Mode;
use store::journal::{Draft, FileJournal, Frames, Journal, Options, Stamp};

const PAGE: (&str, &str, &str) = ("GET", "/a/x", "");

/// A session with everything in it that proves: links, a lower one, one of a chain that is over, a checkpoint, a plain signature, a
/// top-up and a signed end. Its program is stopped.
async fn told() -> (TempDir, String) {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let seed = protocol::session::voucher_seed(&[1; 32], alice.session);
    let chain = |base: u32| Links::of(&seed, alice.session, Amount::from_u32(base), (Amount::from_u32(2), 100));
    let (mut links, mut next) = (chain(2), chain(20));
    alice.open(&bed, "/a/x", (1_000, 2, Kind::Chain(links.begins()))).await;
    let mut steps = Vec::new();
    let link = |links: &mut Links, index: u32| Voucher::Link(Linked { index, link: links.link(index).unwrap() });
    steps.extend([link(&mut links, 3), link(&mut links, 1)]);
    let begins = Some(next.begins());
    steps.push(Voucher::Signed(SignedVoucher::sign(Amount::from_u32(20), begins, &alice.bound(&bed), &alice.key).unwrap()));
    steps.extend([link(&mut links, 5), link(&mut next, 2), alice.signed(&bed, 30)]);
    for (drawn, voucher) in (4..).step_by(2).zip(steps) {
        let at = alice.next();
        let answer = alice.send(&bed, PAGE, Action::Voucher(at, voucher)).await;
        assert_eq!(answer.status, StatusCode::OK, "{drawn}: {}", answer.text());
        assert_eq!(counted(&answer).2, drawn);
    }
    let top_up = TopUp::sign(Amount::from_u32(500), world::command_id(), &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    assert_eq!(alice.send(&bed, ("HEAD", "/a/x", ""), Action::TopUp(at, top_up)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(alice.close(&bed, 14).await.status, StatusCode::NO_CONTENT);
    let Bed { opened, door, folder, .. } = bed;
    drop(door);
    opened.finish().unwrap();
    (folder, serial(alice.session))
}

fn frames(journal: &Path) -> Frames {
    let (journal, _) = FileJournal::open(journal, Options::default()).unwrap();
    let frames: Vec<_> = journal.read(1).unwrap().collect();
    Box::new(frames.into_iter())
}

/// The journal written anew with one record changed, the first that `change` says yes to: checksums and chain are right again.
/// Where that record stands, in the words of a finding.
fn forged(journal: &Path, change: impl Fn(&mut Record) -> bool) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let (mut written, _) = FileJournal::open(folder.path(), Options::default()).unwrap();
    let mut changed = String::new();
    for frame in frames(journal) {
        let frame = frame.unwrap();
        let header = *frame.frame().header();
        let mut draft = Draft::new();
        for (number, bytes) in frame.frame().records().enumerate() {
            let mut record = Record::decode(Layout::NEWEST, bytes).unwrap();
            if changed.is_empty() && change(&mut record) {
                changed = format!("frame {}, record {number}", header.sequence);
            }
            draft.record(|out| Record::encode(&record.command, &record.applied, Layout::NEWEST, out));
        }
        let stamp = Stamp { epoch: header.epoch, sequence: header.sequence, timestamp: header.timestamp, rules: header.rules };
        let sealed = draft.seal(stamp, &written.head().hash).unwrap();
        written.append(header.sequence, &sealed).unwrap();
    }
    Box::new(written).close().unwrap();
    assert!(!changed.is_empty(), "nothing was changed");
    (folder, changed)
}

fn audited(journal: &Path, signatures: Signatures) -> Result<Option<Checked>, String> {
    let books = Books { frames: frames(journal), again: frames(journal), index: None, live: None, keys: None, mode: Mode::Test };
    match audit::audit(books, signatures, &mut |_| ()) {
        Ok(report) => Ok(report.proofs),
        Err(AuditError::Finding(finding)) => Err(finding.to_string()),
        Err(error) => panic!("{error}"),
    }
}

fn by_python(journal: &Path, more: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients/audit/audit.py");
    Command::new("python3").arg(script).args(more).arg(journal).output().expect("python3 is missing: run cargo xtask setup python3")
}

/// The draw that brought a voucher of a kind.
fn with_voucher(record: &mut Record, change: impl Fn(&mut Kept) -> bool) -> bool {
    let (Body::Draw(Draw { voucher: Some(voucher), .. })
    | Body::Reserve(Draw { voucher: Some(voucher), .. })
    | Body::Call(Call { draw: Draw { voucher: Some(voucher), .. }, .. })) = &mut record.command.body
    else {
        return false;
    };
    change(voucher)
}

/// Changes a record if it is the one to be changed.
type Change = Box<dyn Fn(&mut Record) -> bool>;

fn link_of(chain: u16, number: u16) -> Change {
    Box::new(move |record| {
        with_voucher(record, |voucher| {
            let Kept::Link { checkpoint, index, link } = voucher else { return false };
            let is_it = (*checkpoint, *index) == (chain, number);
            link[31] ^= u8::from(is_it);
            is_it
        })
    })
}

fn signed_for(cumulative: u32) -> Change {
    Box::new(move |record| {
        with_voucher(record, |voucher| {
            let Kept::Signed { cumulative: said, .. } = voucher else { return false };
            *said = Amount::from_u32(cumulative);
            true
        })
    })
}

fn other_chain(record: &mut Record) -> bool {
    with_voucher(record, |voucher| {
        let Kept::Checkpoint { anchor, .. } = voucher else { return false };
        anchor[0] ^= 1;
        true
    })
}

fn of_opening(record: &mut Record, change: impl Fn(&mut Option<Box<SessionProof>>)) -> bool {
    let Body::OpenSession(open) = &mut record.command.body else { return false };
    change(&mut open.proof);
    true
}

fn of_top_up(record: &mut Record, change: impl Fn(&mut SessionProof)) -> bool {
    let Body::RaiseSession(raise) = &mut record.command.body else { return false };
    raise.proof.iter_mut().for_each(|proof| change(proof));
    true
}

fn other_scope(record: &mut Record) -> bool {
    of_opening(record, |proof| proof.as_mut().unwrap().scope.push('x'))
}

fn other_signature(record: &mut Record) -> bool {
    of_top_up(record, |proof| proof.signature[40] ^= 1)
}

fn other_end(record: &mut Record) -> bool {
    let Body::EndSession(end) = &mut record.command.body else { return false };
    let market::EndReason::Payer { agreed, .. } = &mut end.reason else { return false };
    *agreed = Amount::from_u32(13);
    true
}

#[tokio::test]
async fn a_link_changed_in_the_journal_is_named_with_frame_and_session() {
    let (folder, session) = told().await;
    let journal = folder.path().join("data/journal");
    let checked = audited(&journal, Signatures::Verified).unwrap().unwrap();
    assert_eq!((checked.purchases, checked.links, checked.pressed), (0, 4, 0));
    assert_eq!(checked.signatures, 6, "opening, checkpoint, voucher, top-up, and an end that is begun and done");
    let said = by_python(&journal, &["--proofs"]);
    let report: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"));
    assert_eq!(report["proofs"], serde_json::json!({"purchases": 0, "signatures": 6, "links": 4}));
    let changes: [(Change, &str); 9] = [
        (link_of(0, 3), "link 3 of chain 0 does not hash to the link before it"),
        (link_of(0, 1), "link 1 of chain 0 does not hash to the link before it"),
        (link_of(0, 5), "link 5 of chain 0 does not hash to the link before it"),
        (link_of(1, 2), "link 2 of chain 1 does not hash to the link before it"),
        (signed_for(32), "no signature of its voucher key holds over 32"),
        (Box::new(other_chain), "no signature of its voucher key holds over 20"),
        (Box::new(other_scope), "the signature of its opening does not hold"),
        (Box::new(other_signature), "no signature of its payer holds over 500 more"),
        (Box::new(other_end), "the signature of its end does not hold"),
    ];
    for (number, (change, what)) in changes.iter().enumerate() {
        let (folder, place) = forged(&journal, change);
        assert_eq!(audited(folder.path(), Signatures::Left), Ok(None), "{what}: books and chain are as they should be");
        let said = audited(folder.path(), Signatures::Verified).unwrap_err();
        assert!(said.starts_with(&format!("{place}: session {session}: {what}")), "{said}");
        if number % 2 == 0 {
            assert!(number > 0 || by_python(folder.path(), &[]).status.success());
            let said = String::from_utf8(by_python(folder.path(), &["--proofs"]).stderr).unwrap();
            assert!(said.contains(&format!("{place}: session {session}: {what}")), "{said}");
        }
    }
}

#[tokio::test]
async fn what_nobody_signed_for_is_named() {
    let (folder, session) = told().await;
    let journal = folder.path().join("data/journal");
    let (unsigned, place) = forged(&journal, |record| of_opening(record, |proof| *proof = None));
    let said = audited(unsigned.path(), Signatures::Verified).unwrap_err();
    assert_eq!(said, format!("{place}: session {session}: its payer did not sign its opening"));
    // Somebody else's key.
    let mallory = SigningKey::from_seed([66; 32]).public().0;
    let (folder, place) = forged(&journal, |record| of_top_up(record, |proof| proof.key = mallory));
    let said = audited(folder.path(), Signatures::Verified).unwrap_err();
    assert!(said.starts_with(&format!("{place}: session {session}: no signature of its payer holds over 500 more")));
}

#[tokio::test]
async fn what_the_payer_counted_is_told_in_the_final_receipt_if_it_differs() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (1_000, 2, Kind::Signed)).await;
    alice.pay(&bed, "/a/x", 4).await;
    let closed = alice.close(&bed, 2).await;
    let done = Done::Close { captured: Amount::from_u32(4), released: Amount::from_u32(996), agreed: Some(Amount::from_u32(2)) };
    assert_eq!(certified(&bed, &closed), done);
}

#[tokio::test]
async fn an_end_says_what_it_waits_for_and_until_when() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/tour").await;
    alice.open(&bed, "/tour?tokens", (20_000, 8_000, Kind::Signed)).await;
    // What a gateway that died leaves behind: a reserve that nobody works on.
    let draw = Draw { seq: 9, print: 9, voucher: None, version: 0, offer: None, units: 1 };
    bed.opened
        .instance
        .apply(market::Command { id: alice.session, maker: market::Maker::Instance, body: Body::Reserve(draw) })
        .await
        .unwrap();
    let (now, payer) = (world::now(), alice.key.public().account());
    let reason = market::EndReason::Pressed { payer };
    let waits = crate::gateway::session::finish_in(1, &bed.opened.instance, alice.session, reason).await.unwrap_err();
    let Problem::Session(SessionProblem::UnderWay { requests: 1, until: Some(until), .. }) = waits else { panic!("{waits:?}") };
    assert!(now < until && until <= now.after(Span(62)), "{until}");
    assert_eq!((waits.status(), waits.code(), waits.retry_after_s()), (503, "session-under-way", Some(5)));
    let paid = alice.pay(&bed, "/tour?tokens", 11_000).await;
    assert_eq!(paid.refusal().0, 410, "nothing new begins: {}", paid.text());
}
