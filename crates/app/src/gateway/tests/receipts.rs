//! Receipts of one frame: under one signature, and the same that anybody derives from the journal.

use super::{Bed, HOST, eur, request};
use crate::audit::Receipts;
use crate::world;
use market::{Body, Command, Consent, Maker, Purchase};
use money::{Amount, CommandId};
use protocol::Credential;
use protocol::text::serial;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::channel;
use store::audit::Auditor;
use store::folder::Mode;

/// Every receipt that the journal gives, by its serial.
fn derived(bed: &Bed) -> BTreeMap<String, String> {
    let instance = &bed.opened.instance;
    let mut receipts = Collected { receipts: Receipts::new(&instance.keys, Mode::Test), all: BTreeMap::new() };
    let mut auditor = Auditor::default();
    for frame in instance.frames().unwrap() {
        auditor.frame(&frame.unwrap(), &mut [&mut receipts]).unwrap();
    }
    receipts.all
}

struct Collected<'k> {
    receipts: Receipts<'k>,
    all: BTreeMap<String, String>,
}

impl store::audit::Watcher for Collected<'_> {
    fn record(&mut self, seen: &store::audit::Seen<'_>) -> Result<(), store::audit::AuditError> {
        self.receipts.enter(seen)
    }

    fn frame(&mut self, _: &store::journal::Head, _: &store::audit::Accounts) -> Result<(), store::audit::AuditError> {
        self.all.extend(self.receipts.issued()?.into_iter().map(|issued| (issued.serial, issued.header)));
        Ok(())
    }
}

/// The signature in a header's proof.
fn signature(header: &str) -> Vec<u8> {
    let fields = protocol::json::Object::parse(&protocol::text::from_base64url(header).unwrap()).unwrap();
    let mut proof = protocol::text::from_base64url(fields.text("proof").unwrap()).unwrap();
    proof.split_off(proof.len() - 64)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sales_of_one_frame_get_receipts_under_one_signature_that_the_journal_gives_again() {
    let bed = Arc::new(Bed::new().await);
    let instance = Arc::clone(&bed.opened.instance);
    let mut orders = Vec::new();
    for number in 0..70 {
        let key = bed.wallet(number, 60_000).await;
        let path = format!("/a/page-{number}");
        orders.push((path.clone(), Credential::sign(bed.challenge(&path).await, &key).unwrap().header_value()));
    }
    let pressing = bed.wallet(100, 60_000).await;
    // The engine stands still until everything waits for it.
    let ((standing, stands), (go, gone)) = (channel(), channel::<()>());
    let look = move |_: &market::State, _| -> Box<dyn FnOnce() + Send> {
        standing.send(()).unwrap();
        gone.recv().unwrap();
        Box::new(|| {})
    };
    instance.engine.look(Box::new(look)).unwrap();
    stands.recv().unwrap();
    let paying: Vec<_> = orders
        .into_iter()
        .map(|(path, credential)| {
            let bed = Arc::clone(&bed);
            tokio::spawn(async move { bed.ask(request("GET", &path, &[("authorization", &credential)])).await })
        })
        .collect();
    // A sale whose buyer wants no receipt now is one of the frame's all the same.
    let (offer, _) = instance.offer_for(HOST, "/a/pressed").unwrap();
    let (payer, item) = (pressing.public().account(), format!("{HOST}/a/pressed"));
    let purchase = Purchase { payer, offer, item, amount: Amount::from_u32(50_000), asset: eur(), consent: Consent::Pressed };
    let pressed: CommandId = world::command_id();
    let command = Command { id: pressed, maker: Maker::Instance, body: Body::Buy(purchase) };
    let pressing = tokio::spawn({
        let instance = Arc::clone(&instance);
        async move { instance.apply(command).await }
    });
    while instance.engine.waiting() < 71 {
        tokio::task::yield_now().await;
    }
    go.send(()).unwrap();
    let mut given = BTreeMap::new();
    for task in paying {
        let answer = task.await.unwrap();
        let signed = answer.receipt().unwrap();
        assert!(signed.is_proved_by(&instance.keys.receipt.public()));
        given.insert(serial(signed.receipt.reference), answer.header("payment-receipt").to_owned());
    }
    pressing.await.unwrap().unwrap().outcome.effect().unwrap();

    let derived = derived(&bed);
    assert_eq!((given.len(), derived.len()), (70, 71));
    assert!(given.iter().all(|(serial, header)| derived.get(serial) == Some(header)));
    assert!(derived.contains_key(&serial(pressed)));
    let signatures: BTreeSet<Vec<u8>> = derived.values().map(|header| signature(header)).collect();
    assert_eq!(signatures.len(), 2, "64 under one, 7 under the other");
}

#[tokio::test]
async fn a_receipt_given_later_is_signed_apart() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let first = bed.pay("/a/quiet", &alice).await;
    let owned = bed.pay("/a/quiet", &alice).await;
    let key = bed.opened.instance.keys.receipt.public();
    assert!(first.receipt().unwrap().is_proved_by(&key) && owned.receipt().unwrap().is_proved_by(&key));
    let derived = derived(&bed);
    assert_eq!(derived.values().collect::<Vec<_>>(), [first.header("payment-receipt")]);
    assert_ne!(signature(first.header("payment-receipt")), signature(owned.header("payment-receipt")));
}
