//! Requests whose end could be read in two ways never become two requests at the origin.

use super::*;

#[tokio::test]
async fn ambiguous_requests_are_refused_unseen() {
    for fields in [
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
        "Content-Length: 99999999999999999999",
        "Content-Length: ",
        "Content-Length : 5",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity\r\nContent-Length: 5",
        "Transfer-Encoding: gzip",
        "X-A: b\r\n Transfer-Encoding: chunked",
        "X-A: b\r\n\tContent-Length: 5",
        "Transfer\u{0}-Encoding: chunked",
        "X-A: a\u{0}b",
        "X-A: a\rTransfer-Encoding: chunked",
        ": empty",
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        let answer = origin.nobody_until(client.rest()).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{fields:?} {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{fields:?} {answer}");
    }
}

#[tokio::test]
async fn a_length_beside_chunked_is_disarmed() {
    for fields in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 100\r\nTransfer-Encoding: CHUNKED\r\nContent-Length: 4",
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client
            .send(format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n2\r\nhi\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"))
            .await;
        let mut wire = origin.accept().await;
        let head = wire.head().await;
        assert_eq!(values(&head, "content-length"), [""; 0], "{fields:?}");
        assert_eq!(values(&head, "transfer-encoding"), ["chunked"], "{fields:?}");
        assert_eq!(wire.chunks().await, "hi");
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        // One answer, then the end of the connection; the rest was never a request.
        let answer = origin.nobody_until(client.rest()).await;
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{fields:?} {answer}");
        assert!(answer.ends_with("\r\n\r\nok"), "{fields:?} {answer}");
        assert!(wire.kept.is_empty());
    }
}

#[tokio::test]
async fn chunk_sizes_are_read_strictly() {
    for chunks in
        ["-2\r\nhi\r\n0\r\n\r\n", "0x2\r\nhi\r\n0\r\n\r\n", "fffffffffffffffff\r\n", "2\r\nhigh\r\n0\r\n\r\n", "2 2\r\nhi\r\n0\r\n\r\n"]
    {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}")).await;
        // What is known to be wrong at once may never have been sent on; the head alone does not matter.
        let mut wire = origin.accept().await;
        assert!(client.head().await.starts_with("HTTP/1.1 400 "), "{chunks:?}");
        assert!(!wire.rest().await.ends_with("0\r\n\r\n"), "{chunks:?} ended well at the origin");
    }
}

#[tokio::test]
async fn a_length_beside_chunked_from_the_origin_is_dropped() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (_wire, _) =
        origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").await;
    assert_eq!(values(&client.head().await, "content-length"), [""; 0]);
    assert_eq!(client.chunks().await, "hello");
}

#[tokio::test]
async fn a_length_said_twice_alike_is_said_once() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi").await;
    let mut wire = origin.accept().await;
    assert_eq!(values(&wire.head().await, "content-length"), ["2"]);
    assert_eq!(wire.exact(2).await, b"hi");
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello").await;
    assert_eq!(values(&client.head().await, "content-length"), ["5"]);
    assert_eq!(client.exact(5).await, b"hello");
}

#[tokio::test]
async fn what_follows_a_short_answer_is_not_the_next_answer() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";
    let (mut wire, _) = origin.serve(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{poison}", poison.len())).await;
    client.head().await;
    wire.closed().await;
    client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (_wire, head) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
    assert!(head.starts_with("GET /b "));
    client.head().await;
    assert_eq!(client.exact(2).await, b"ok");
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused_unseen() {
    for request in [
        format!("GET / HTTP/1.1\r\nHost: a\r\nX-Large: {}\r\n\r\n", "x".repeat(33 * 1024)),
        format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Many: 1\r\n".repeat(200)),
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(request).await;
        let answer = origin.nobody_until(client.head()).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    }
}
