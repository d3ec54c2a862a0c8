//! Origins that are down, silent, broken or late: a clear error, and never a short answer that looks whole.

use super::super::{BodyError, OriginError, Phase, UploadFault};
use super::*;

/// Short, so that the tests of late origins are quick; everything else waits on conditions.
fn impatient() -> Limits {
    Limits { connect_timeout_ms: 300, header_timeout_ms: 150, idle_timeout_ms: 150, ..Limits::default() }
}

async fn ask(origin: &str, limits: Limits) -> Result<Response<Body>, OriginError> {
    let proxy = Proxy::new(origin.parse().unwrap(), limits);
    within("an answer or an error", proxy.forward(get("/"), &[], &peer(Earlier::Replaced))).await
}

#[tokio::test]
async fn an_origin_that_is_down_is_unreachable() {
    let listener = Listener::new().await;
    let address = listener.address();
    drop(listener);
    let error = ask(&format!("http://{address}"), Limits::default()).await.unwrap_err();
    assert!(matches!(error, OriginError::Unreachable { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("origin http://{address} cannot be reached"));
    assert_eq!(error.status(), 502);
}

#[tokio::test]
async fn a_host_without_tls_is_unreachable_by_https() {
    let listener = Listener::new().await;
    let address = listener.address();
    let asking = tokio::spawn(async move { ask(&format!("https://{address}"), Limits::default()).await });
    let mut wire = listener.accept().await;
    wire.send("HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let error = asking.await.unwrap().unwrap_err();
    assert!(matches!(error, OriginError::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn a_silent_origin_is_late() {
    let (origin, mut client) = pair(Gate::limits(impatient())).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    wire.send("HTTP/1.1 200 OK\r\nX-Half: a head").await;
    assert!(client.head().await.starts_with("HTTP/1.1 504 "));
    wire.closed().await;
    let error = ask(&format!("http://{}", origin.address()), impatient()).await.unwrap_err();
    assert!(matches!(error, OriginError::Timeout { phase: Phase::Head, waited_ms: 150, .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_upload_that_moves_is_not_late() {
    let (origin, mut client) = pair(Gate::limits(Limits { header_timeout_ms: 400, ..Limits::default() })).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    for _ in 0..4 {
        // Longer in all than the limit on the head; each pause is one read that gets nothing, until its deadline.
        assert!(tokio::time::timeout(Duration::from_millis(200), client.stream.read_u8()).await.is_err(), "refused too early");
        client.send("x").await;
        wire.exact(1).await;
    }
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    assert!(client.head().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_stalled_upload_is_the_clients_fault() {
    let (origin, mut client) = pair(Gate::limits(impatient())).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    assert!(client.head().await.starts_with("HTTP/1.1 408 "));
    assert_eq!(wire.rest().await, "half");
}

#[tokio::test]
async fn malformed_chunks_are_the_clients_fault() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnot a size\r\n").await;
    let mut wire = origin.accept().await;
    wire.head().await;
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(!wire.rest().await.contains("0\r\n\r\n"));
    let fault = OriginError::Upload { fault: UploadFault::Broken };
    assert_eq!(fault.status(), 400);
}

#[tokio::test]
async fn an_origin_that_takes_nothing_is_late() {
    let origin = Listener::new().await;
    let gate = Gate::limits(Limits { idle_timeout_ms: 60_000, ..impatient() }).before(origin.address()).await;
    let mut client = Wire::connect(gate).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n").await;
    let _never_read = origin.accept().await;
    let block = vec![0; 256 * 1024];
    // Pours until the gateway answers; what is in between fills up first.
    let (mut read, mut write) = client.stream.split();
    let mut answer = [0; 12];
    within("an answer", async {
        tokio::select! {
            got = read.read_exact(&mut answer) => assert!(got.is_ok(), "{got:?}"),
            _ = async { while write.write_all(&block).await.is_ok() {} std::future::pending::<()>().await } => {}
        }
    })
    .await;
    assert_eq!(std::str::from_utf8(&answer).unwrap(), "HTTP/1.1 504");
}

#[tokio::test]
async fn broken_heads_are_told_apart() {
    let large = format!("HTTP/1.1 200 OK\r\nX-Large: {}\r\n\r\n", "x".repeat(70 * 1024));
    for head in [
        "220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1 2xx Odd\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nBad Name: 1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        &large,
    ] {
        let origin = Listener::new().await;
        let address = origin.address();
        let asking = tokio::spawn(async move { ask(&format!("http://{address}"), Limits::default()).await });
        let mut wire = origin.accept().await;
        wire.head().await;
        // The proxy may hang up in the middle of the large one.
        let _sent = wire.stream.write_all(head.as_bytes()).await;
        let result = asking.await.unwrap();
        assert!(matches!(result, Err(OriginError::BadHead { .. })), "{head:.60}");
        assert_eq!(result.unwrap_err().status(), 502);
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_a_word_is_tried_once_more_when_that_is_safe() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (mut first, _) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx").await;
    client.head().await;
    client.exact(1).await;
    // The origin's keep-alive limit strikes as the next request is on its way.
    client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    first.head().await;
    drop(first);
    let (mut second, head) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny").await;
    assert!(head.starts_with("GET /1 "));
    client.head().await;
    assert_eq!(client.exact(1).await, b"y");
    // A POST is not repeated, nor is a request with a body.
    client.send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nz").await;
    second.head().await;
    second.exact(1).await;
    drop(second);
    let answer = origin.nobody_until(client.until("before its answer")).await;
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
}

#[tokio::test]
async fn an_origin_that_always_hangs_up_is_broken() {
    let origin = Listener::new().await;
    let address = origin.address();
    let asking = tokio::spawn(async move { ask(&format!("http://{address}"), Limits::default()).await });
    for _ in 0..2 {
        origin.accept().await.head().await;
    }
    let error = origin.nobody_until(asking).await.unwrap().unwrap_err();
    assert!(matches!(error, OriginError::Broken { .. }), "{error:?}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_broken_transfer() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (wire, _) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
    assert_eq!(values(&client.head().await, "content-length"), ["10"]);
    assert_eq!(client.exact(4).await, b"half");
    drop(wire);
    assert_eq!(client.rest().await, "", "closed after 4 of 10");

    let mut client = Wire::connect(Gate::default().before(origin.address()).await).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (wire, _) = origin.serve("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n").await;
    client.head().await;
    assert_eq!(client.until("half\r\n").await, "4\r\nhalf\r\n");
    drop(wire);
    assert_eq!(client.rest().await, "", "no last chunk");
}

#[tokio::test]
async fn a_body_that_falls_silent_is_a_broken_transfer() {
    let origin = Listener::new().await;
    let address = origin.address();
    let asking = tokio::spawn(async move { ask(&format!("http://{address}"), impatient()).await });
    let (mut wire, _) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf").await;
    let mut body = asking.await.unwrap().unwrap().into_body();
    assert_eq!(within("half", body.frame()).await.unwrap().unwrap().into_data().unwrap(), "half");
    let error = within("the limit", body.frame()).await.unwrap().unwrap_err();
    let error = error.downcast::<BodyError>().unwrap();
    assert!(matches!(*error, BodyError::Idle { waited_ms: 150 }), "{error:?}");
    drop(body);
    wire.closed().await;
}
