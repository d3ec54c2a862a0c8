//! Bodies stream: chunk by chunk in both directions, in bounded memory, and they end together.

use tokio::net::TcpSocket;
use tokio::sync::oneshot;

use super::*;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n";

#[tokio::test]
async fn both_directions_stream_in_lock_step() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    let (mut wire, head) = origin.serve(CHUNKED).await;
    assert_eq!(values(&head, "transfer-encoding"), ["chunked"]);
    client.head().await;
    // Each chunk has crossed before the next one is written, so nobody on the way can be waiting for more.
    for word in ["one", "three", "fifteen"] {
        let chunk = format!("{:x}\r\n{word}\r\n", word.len());
        client.send(&chunk).await;
        assert_eq!(wire.until("\r\n").await.trim(), format!("{:x}", word.len()).to_uppercase());
        assert_eq!(wire.until("\r\n").await.trim(), word);
        wire.send(&chunk).await;
        client.until("\r\n").await;
        assert_eq!(client.until("\r\n").await.trim(), word);
    }
    client.send("0\r\nX-Payment: trailing\r\n\r\n").await;
    assert_eq!(wire.until("\r\n\r\n").await, "0\r\n\r\n", "trailers end here");
    wire.send("0\r\n\r\n").await;
    assert_eq!(client.until("\r\n\r\n").await, "0\r\n\r\n");
}

#[tokio::test]
async fn a_body_on_a_get_arrives_too() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").await;
    let mut wire = origin.accept().await;
    assert_eq!(values(&wire.head().await, "transfer-encoding"), ["chunked"]);
    assert_eq!(wire.chunks().await, "hello");
    wire.send("HTTP/1.1 204 No Content\r\n\r\n").await;
    client.head().await;
}

#[tokio::test]
async fn events_arrive_one_by_one() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET /events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n").await;
    let (mut wire, _) = origin.serve("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await;
    assert_eq!(values(&client.head().await, "content-type"), ["text/event-stream"]);
    for event in 0..50 {
        wire.send(format!("data: {event}\n\n")).await;
        assert!(client.until("\n\n").await.ends_with(&format!("data: {event}\n\n")));
    }
    // The reader goes; its origin hears of it without having to write.
    drop(client);
    wire.closed().await;
}

#[tokio::test]
async fn a_client_that_goes_before_the_head_ends_the_origins_work() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    drop(client);
    wire.closed().await;
}

#[tokio::test]
async fn a_client_that_goes_in_its_upload_breaks_it_at_the_origin() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    wire.until("hello\r\n").await;
    drop(client);
    assert_eq!(wire.rest().await, "", "no last chunk: the origin must not take it for a whole body");
}

#[tokio::test]
async fn an_answer_may_come_before_the_upload_ends() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nfirst").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    wire.exact(5).await;
    wire.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig").await;
    assert!(client.head().await.starts_with("HTTP/1.1 413 "));
    assert_eq!(client.exact(3).await, b"big");
}

const BIG: usize = 50 * 1024 * 1024;
/// Kernel buffers of two connections hold some megabytes; a proxy that collects would hold all of `BIG`.
const BOUND: usize = 30 * 1024 * 1024;

/// A byte that tells its place, so that a lost or doubled chunk shows.
fn byte_at(place: usize) -> u8 {
    u8::try_from((place / 7) % 251).unwrap()
}

/// Writes `BIG` bytes; when the connection takes no more for a while, tells once how far it got.
async fn pour(stream: TcpStream, stalled: oneshot::Sender<usize>) {
    let mut stalled = Some(stalled);
    let mut sent = 0;
    while sent < BIG {
        let full = tokio::time::timeout(Duration::from_millis(500), stream.writable()).await.is_err();
        if full {
            if let Some(stalled) = stalled.take() {
                stalled.send(sent).unwrap();
            }
            within("room to write", stream.writable()).await.unwrap();
        }
        let block: Vec<u8> = (sent..BIG.min(sent + 64 * 1024)).map(byte_at).collect();
        match stream.try_write(&block) {
            Ok(count) => sent += count,
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock),
        }
    }
    assert!(stalled.is_none(), "all of it was taken though nobody read");
    // The reader closes first: a close with unread bytes would reset the connection.
    let _readable = within("the reader", stream.readable()).await;
}

async fn drink(mut wire: Wire) -> Wire {
    let mut read = 0;
    while read < BIG {
        let count = wire.kept.len().min(BIG - read);
        for byte in wire.kept.drain(..count) {
            assert_eq!(byte, byte_at(read));
            read += 1;
        }
        if read < BIG {
            assert!(wire.more().await, "ended after {read}");
        }
    }
    wire
}

async fn narrow(to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    socket.set_send_buffer_size(64 * 1024).unwrap();
    within("connect", socket.connect(to)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_waits_for_a_slow_reader() {
    let origin = Listener::new().await;
    let gate = Gate::default().before(origin.address()).await;
    let mut client = Wire::new(narrow(gate).await);
    client.send("GET /film HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (wire, _) = origin.serve(format!("HTTP/1.1 200 OK\r\nContent-Length: {BIG}\r\n\r\n")).await;
    let (stalled, progress) = oneshot::channel();
    let pouring = tokio::spawn(pour(wire.stream, stalled));
    let held = within("back-pressure", progress).await.unwrap();
    assert!(held < BOUND, "{held} bytes are on their way though nobody reads");
    client.head().await;
    drop(drink(client).await);
    pouring.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_upload_waits_for_a_slow_origin() {
    let origin = Listener::new().await;
    let gate = Gate::default().before(origin.address()).await;
    let mut client = Wire::new(narrow(gate).await);
    client.send(format!("PUT /film HTTP/1.1\r\nHost: a\r\nContent-Length: {BIG}\r\n\r\n")).await;
    let mut wire = origin.accept().await;
    wire.head().await;
    let (stalled, progress) = oneshot::channel();
    let pouring = tokio::spawn(pour(client.stream, stalled));
    let held = within("back-pressure", progress).await.unwrap();
    assert!(held < BOUND, "{held} bytes are on their way though nobody reads");
    let mut wire = drink(wire).await;
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    within("the answer", pouring).await.unwrap();
}
