//! Streams over the door: slice by slice, refilled by `HEAD`, taken up again, ended.

use super::sessions::Client;
use super::*;
use protocol::event_stream::{Block, Splitter};
use protocol::receipt::Counted;
use protocol::session::{Action, Kind, NeedVoucher, Open, Opening, SessionCredential, StreamNotice, StreamWord};

/// A reply whose body is read as it comes.
struct Stream {
    reply: Reply,
    splitter: Splitter,
}

impl Stream {
    async fn of(bed: &Bed, client: &mut Client, action: Action, (path, last): (&str, Option<&str>)) -> Stream {
        let credential = SessionCredential { challenge: client.challenge.clone(), action }.header_value();
        let mut headers = vec![("authorization", credential.as_str()), ("accept-encoding", "gzip")];
        headers.extend(last.map(|last| ("last-event-id", last)));
        let reply = bed.door.handle(request("GET", path, &headers), &visit(world::now()), peer()).await;
        assert_eq!(reply.status(), StatusCode::OK);
        assert!(reply.headers().get("content-length").is_none() && reply.headers().get("payment-receipt").is_some());
        Stream { reply, splitter: Splitter::default() }
    }

    async fn opened(bed: &Bed, client: &mut Client, hold: u32) -> Stream {
        Stream::opened_at(bed, client, "/s/told", (hold, 2)).await
    }

    async fn opened_at(bed: &Bed, client: &mut Client, path: &str, (hold, first): (u32, u32)) -> Stream {
        let until = Timestamp::from_seconds(world::now().seconds()).after(Span(3_600));
        let (hold, first) = (Amount::from_u32(hold), Amount::from_u32(first));
        let terms = Opening { hold, first, until, kind: Kind::Signed, voucher_key: None, account: None };
        let open = Open::sign(terms, client.session, &client.challenge, &client.key).unwrap();
        let at = client.next();
        Stream::of(bed, client, Action::Open(at, Box::new(open)), (path, None)).await
    }

    async fn next(&mut self) -> Option<Block> {
        loop {
            if let Some(block) = self.splitter.block().unwrap() {
                return Some(block);
            }
            let frame = self.reply.body_mut().frame().await?.unwrap();
            self.splitter.push(&frame.into_data().unwrap());
        }
    }

    /// The origin's events up to a word of ours, and the shares of the hold that were told on the way.
    async fn until(&mut self, word: StreamWord) -> (Vec<String>, Vec<u8>, Vec<u8>) {
        let (mut events, mut told) = (Vec::new(), Vec::new());
        while let Some(block) = self.next().await {
            assert!(!String::from_utf8_lossy(block.raw()).contains("farthing-usage"));
            match StreamWord::of(block.event()) {
                Some(found) if found == word => return (events, told, block.data()),
                Some(StreamWord::Notice) => told.push(StreamNotice::parse(&block.data()).unwrap().percent),
                Some(other) => panic!("{other:?} instead of {word:?}"),
                None => events.push(String::from_utf8(block.data()).unwrap()),
            }
        }
        panic!("it ended without {word:?}, after {events:?}")
    }
}

async fn refill(bed: &Bed, client: &mut Client, cumulative: u32) -> u64 {
    let (voucher, at) = (client.signed(bed, cumulative), client.next());
    let answer = client.send(bed, ("HEAD", "/s/told", ""), Action::Voucher(at, voucher)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    Counted::parse(answer.header("payment-receipt")).unwrap().accepted.units()
}

#[tokio::test]
async fn a_stream_is_paid_as_it_flows_and_nothing_twice() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/s/told").await;
    let mut stream = Stream::opened(&bed, &mut alice, 240).await;
    let seen = bed.origin.asked("/s/told").pop().unwrap().headers;
    assert!(seen.get("accept-encoding").is_none(), "what is compressed cannot be counted");
    let (events, _, data) = stream.until(StreamWord::NeedVoucher).await;
    let need = NeedVoucher::parse(&data).unwrap();
    assert_eq!((events, need.required.units(), need.accepted.units(), need.hold.units()), (vec!["1".to_owned()], 4, 2, 240));
    assert_eq!(refill(&bed, &mut alice, 200).await, 200);
    let (events, told, data) = stream.until(StreamWord::NeedVoucher).await;
    assert_eq!((events.len(), told), (99 + 9, vec![50, 80]), "a hundred tokens in all, nine of them twice");
    assert_eq!(NeedVoucher::parse(&data).unwrap().required.units(), 202);
    refill(&bed, &mut alice, 240).await;
    let (events, told, data) = stream.until(StreamWord::Receipt).await;
    let receipt = Counted::parse(std::str::from_utf8(&data).unwrap()).unwrap();
    assert_eq!((events.len(), told, receipt.seq, receipt.units, receipt.spent.units()), (20 + 2, vec![100], 1, 120, 240));
    assert!(stream.next().await.is_none());
    // The same request again finds every event billed: it needs credit for one to begin with, and draws nothing.
    let top_up = protocol::session::TopUp::sign(Amount::from_u32(2), world::command_id(), &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    alice.send(&bed, ("HEAD", "/s/told", ""), Action::TopUp(at, top_up)).await;
    let (voucher, at) = (alice.signed(&bed, 242), alice.next());
    let mut again = Stream::of(&bed, &mut alice, Action::Voucher(at, voucher), ("/s/told", Some("t-110"))).await;
    let (events, _, data) = again.until(StreamWord::Receipt).await;
    let receipt = Counted::parse(std::str::from_utf8(&data).unwrap()).unwrap();
    assert_eq!((events.len(), receipt.units, receipt.spent.units()), (131, 120, 240));
    assert_eq!(bed.origin.asked("/s/told").pop().unwrap().headers["last-event-id"], "t-110");
    let closed = alice.close(&bed, 240).await;
    assert_eq!((closed.status.as_u16(), bed.earned().await, bed.available(&alice.key).await), (204, 240, 999_760));
}

#[tokio::test]
async fn what_was_reserved_for_a_whole_answer_is_free_but_for_a_slice_once_it_streams() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/tour").await;
    let mut stream = Stream::opened_at(&bed, &mut alice, "/tour?stream", (20_000, 8_000)).await;
    let first = stream.next().await.unwrap();
    assert_eq!(first.data(), b"1");
    let id = alice.session;
    let look = move |state: &market::State, now: Timestamp| state.session(id).unwrap().reserved(now).units();
    assert!(bed.opened.instance.look(look).await.unwrap() < 2_000, "4,000 tokens were");
    let (events, _, data) = stream.until(StreamWord::Receipt).await;
    assert_eq!((events.len(), Counted::parse(std::str::from_utf8(&data).unwrap()).unwrap().units), (130, 120));
}

#[tokio::test]
async fn a_close_settles_the_stream_under_way() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/s/told").await;
    let mut stream = Stream::opened(&bed, &mut alice, 240).await;
    stream.until(StreamWord::NeedVoucher).await;
    let (closed, (events, _, data)) = tokio::join!(alice.close(&bed, 2), stream.until(StreamWord::Receipt));
    assert_eq!((closed.status.as_u16(), events.len()), (204, 0));
    assert_eq!(Counted::parse(std::str::from_utf8(&data).unwrap()).unwrap().units, 1);
    assert_eq!((bed.earned().await, bed.available(&alice.key).await), (2, 999_998));
}

#[tokio::test]
async fn the_wallets_close_ends_a_stream_at_once_with_its_receipt() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/s/told").await;
    let mut stream = Stream::opened(&bed, &mut alice, 240).await;
    let signed = protocol::receipt::CertifiedSigned::parse(stream.reply.headers()["payment-receipt"].to_str().unwrap()).unwrap();
    assert_eq!(signed.receipt.done, protocol::receipt::Done::Open, "a stream's opening is signed as well");
    stream.until(StreamWord::NeedVoucher).await;
    // The stream waits, and would look again in a quarter of a minute: longer than a close waits.
    let payer = alice.key.public().account();
    let (closed, (events, _, data)) =
        tokio::join!(crate::gateway::close_for(&bed.opened.instance, alice.session, payer), stream.until(StreamWord::Receipt));
    let (session, _) = closed.unwrap();
    assert_eq!((session.captured.units(), events.len()), (2, 0));
    assert_eq!(Counted::parse(std::str::from_utf8(&data).unwrap()).unwrap().spent.units(), 2);
    assert_eq!((bed.earned().await, bed.available(&alice.key).await), (2, 999_998));
}

#[tokio::test]
async fn a_share_of_the_hold_is_said_on_the_next_answer() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let opened = alice.open(&bed, "/a/x", (12, 2, Kind::Signed)).await;
    let mut told = vec![opened.header("farthing-notice").to_owned()];
    for cumulative in [4, 6, 8, 10, 12] {
        told.push(alice.pay(&bed, "/a/x", cumulative).await.header("farthing-notice").to_owned());
    }
    assert_eq!(told, ["", "", "", "spent=50", "", "spent=80"], "what the calls before came to");
}
