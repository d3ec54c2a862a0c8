//! WebSocket and other protocols pass as raw bytes; protocols that would carry further requests do not.

use super::*;

const HANDSHAKE: &str = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: __Host-farthing_ent=secret; a=1\r\n\r\n";
const SWITCHED: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nFarthing-Paid: forged\r\n\r\n";

/// A client and an origin that speak WebSocket through a gateway.
async fn switched(limits: Limits) -> (Wire, Wire) {
    let (origin, mut client) = pair(Gate::limits(limits)).await;
    client.send(HANDSHAKE).await;
    let (wire, head) = origin.serve(SWITCHED).await;
    assert_eq!(values(&head, "connection"), ["upgrade"]);
    assert_eq!(values(&head, "upgrade"), ["websocket"]);
    assert_eq!(values(&head, "sec-websocket-key"), ["dGhlIHNhbXBsZSBub25jZQ=="]);
    assert_eq!(values(&head, "cookie"), ["a=1"]);
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 101 Switching Protocols\r\n"), "{answer}");
    assert_eq!(values(&answer, "connection"), ["upgrade"]);
    assert_eq!(values(&answer, "upgrade"), ["websocket"]);
    assert_eq!(values(&answer, "sec-websocket-accept"), ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
    assert!(!answer.contains("forged"), "{answer}");
    for absent in ["content-length", "transfer-encoding"] {
        assert_eq!(values(&answer, absent), [""; 0], "{answer}");
    }
    (client, wire)
}

/// "Hello" as a masked text frame, and as the server's unmasked one.
const CLIENT_FRAME: &[u8] = &[0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
const SERVER_FRAME: &[u8] = &[0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];

#[tokio::test]
async fn frames_pass_both_ways_and_the_client_ends_it() {
    let (mut client, mut wire) = switched(Limits::default()).await;
    for _ in 0..100 {
        client.send(CLIENT_FRAME).await;
        assert_eq!(wire.exact(CLIENT_FRAME.len()).await, CLIENT_FRAME);
        wire.send(SERVER_FRAME).await;
        assert_eq!(client.exact(SERVER_FRAME.len()).await, SERVER_FRAME);
    }
    drop(client);
    wire.closed().await;
}

#[tokio::test]
async fn the_origin_ends_it_and_its_last_bytes_arrive() {
    let (mut client, mut wire) = switched(Limits::default()).await;
    wire.send(SERVER_FRAME).await;
    drop(wire);
    assert_eq!(client.exact(SERVER_FRAME.len()).await, SERVER_FRAME);
    client.closed().await;
}

#[tokio::test]
async fn bytes_behind_the_101_are_not_lost() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send(HANDSHAKE).await;
    let (_wire, _) = origin.serve([SWITCHED.as_bytes(), SERVER_FRAME].concat()).await;
    client.head().await;
    assert_eq!(client.exact(SERVER_FRAME.len()).await, SERVER_FRAME);
}

#[tokio::test]
async fn a_half_closed_side_still_hears_the_other_out() {
    let (mut client, mut wire) = switched(Limits::default()).await;
    client.send("bye").await;
    client.stream.shutdown().await.unwrap();
    assert_eq!(wire.rest().await, "bye");
    wire.send("so long").await;
    drop(wire);
    assert_eq!(client.rest().await, "so long");
}

#[tokio::test]
async fn one_side_that_ended_takes_the_other_with_it() {
    let (mut client, mut wire) = switched(Limits::default()).await;
    wire.stream.shutdown().await.unwrap();
    // Neither side closes any more by itself; the gateway does.
    client.closed().await;
    wire.closed().await;
}

#[tokio::test]
async fn silence_ends_it() {
    let (mut client, mut wire) = switched(Limits { idle_timeout_ms: 100, ..Limits::default() }).await;
    client.closed().await;
    wire.closed().await;
}

#[tokio::test]
async fn a_refused_upgrade_is_an_ordinary_answer() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send(HANDSHAKE).await;
    let (mut wire, _) = origin.serve("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno").await;
    assert!(client.head().await.starts_with("HTTP/1.1 403 "));
    assert_eq!(client.exact(2).await, b"no");
    // What the client sends now is a request again, not raw bytes for the origin.
    client.send("GET /next HTTP/1.1\r\nHost: a\r\nFarthing-Paid: forged\r\n\r\n").await;
    let head = wire.head().await;
    assert!(head.starts_with("GET /next ") && !head.contains("forged"), "{head}");
    wire.send("HTTP/1.1 204 No Content\r\n\r\n").await;
    client.head().await;
}

#[tokio::test]
async fn protocols_that_carry_requests_are_not_asked_for() {
    for (fields, left) in [
        ("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk", vec![]),
        ("Connection: upgrade\r\nUpgrade: H2C , TLS/1.2, HTTP/2.0", vec![]),
        ("Connection: upgrade\r\nUpgrade: h2c, websocket", vec!["websocket"]),
        ("Connection: upgrade\r\nUpgrade: irc/6.9\r\nUpgrade: websocket", vec!["irc/6.9, websocket"]),
        ("Upgrade: websocket", vec![]),
        ("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 1", Vec::<&str>::new()),
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\nx")).await;
        let (_wire, head) = origin.serve("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert_eq!(values(&head, "upgrade"), left, "{fields}");
        assert_eq!(values(&head, "http2-settings"), [""; 0], "{fields}");
        client.head().await;
    }
}

#[tokio::test]
async fn an_origin_that_switches_to_something_else_is_refused() {
    for upgrade in ["Upgrade: h2c\r\n", "Upgrade: web\r\n", ""] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(HANDSHAKE).await;
        let (mut wire, _) = origin.serve(format!("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\n{upgrade}\r\n")).await;
        assert!(client.head().await.starts_with("HTTP/1.1 502 "), "{upgrade}");
        wire.closed().await;
    }
}
