//! What becomes of a head on its way there and back.

use super::super::{BadOrigin, Origin};
use super::*;

#[tokio::test]
async fn a_page_passes_with_its_own_path_and_public_host() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET //a%2Fb/%C3%A4?q=1&q=%20 HTTP/1.1\r\nHost: other.example\r\nX-Own: kept\r\n\r\n").await;
    let (_origin, head) = origin.serve("HTTP/1.1 200 Fine Indeed\r\nContent-Length: 5\r\nX-Own: too\r\n\r\nhello").await;
    assert!(head.starts_with("GET //a%2Fb/%C3%A4?q=1&q=%20 HTTP/1.1\r\n"), "{head}");
    assert_eq!(values(&head, "host"), ["news.example"]);
    assert_eq!(values(&head, "x-own"), ["kept"]);
    assert_eq!(values(&head, "transfer-encoding"), [""; 0]);
    let answer = client.head().await;
    assert!(answer.starts_with("HTTP/1.1 200 Fine Indeed\r\n"), "{answer}");
    assert_eq!(values(&answer, "x-own"), ["too"]);
    assert_eq!(values(&answer, "content-length"), ["5"]);
    assert_eq!(client.exact(5).await, b"hello");
}

#[tokio::test]
async fn absolute_targets_lose_their_authority() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET http://elsewhere.example/x HTTP/1.1\r\nHost: elsewhere.example\r\n\r\n").await;
    let (_origin, head) = origin.serve("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert!(head.starts_with("GET /x HTTP/1.1\r\n"), "{head}");
    assert_eq!(values(&head, "host"), ["news.example"]);
    client.head().await;
}

#[tokio::test]
async fn targets_without_a_page_are_refused() {
    for request in ["OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(request).await;
        let answer = origin.nobody_until(client.head()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{request} {answer}");
    }
}

#[tokio::test]
async fn hop_by_hop_fields_stop_here_in_both_directions() {
    let (origin, mut client) = pair(Gate::default()).await;
    client
        .send(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Mine, host, HTTP2-Settings\r\nX-Mine: 1\r\nKeep-Alive: timeout=9\r\n\
             TE: trailers\r\nTrailer: X-T\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nProxy-Authorization: Basic x\r\n\
             Proxy-Connection: keep-alive\r\nX-Original-URL: /free\r\nX_Rewrite_Url: /free\r\nX-Stays: 1\r\n\r\n",
        )
        .await;
    let (_origin, head) = origin
        .serve(
            "HTTP/1.1 200 OK\r\nConnection: X-Theirs\r\nX-Theirs: 1\r\nKeep-Alive: timeout=5\r\nTrailer: X-T\r\nUpgrade: h2c\r\n\
             Proxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\nX-Stays: 2\r\n\r\n2\r\nok\r\n0\r\nX-T: trailing\r\n\r\n",
        )
        .await;
    let names: Vec<&str> = head.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    assert_eq!(names, ["host", "x-stays", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"]);
    let answer = client.head().await;
    for gone in ["connection", "x-theirs", "keep-alive", "trailer", "upgrade", "proxy-authenticate"] {
        assert_eq!(values(&answer, gone), [""; 0], "{answer}");
    }
    assert_eq!(values(&answer, "x-stays"), ["2"]);
    assert_eq!(client.until("0\r\n\r\n").await, "2\r\nok\r\n0\r\n\r\n", "the trailer is not handed on");
}

#[tokio::test]
async fn who_asks_is_told_and_strangers_cannot_tell_otherwise() {
    let incoming = "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\nX_Forwarded_For: 6.6.6.6\r\nX-Forwarded-Proto: ftp\r\n\
                    X-Forwarded-Port: 1\r\nForwarded: for=1.1.1.1\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-Host: evil.example\r\n\r\n";
    for (earlier, chain, proto, host, forwarded) in [
        (Earlier::Replaced, "203.0.113.7", "https", "news.example", vec![]),
        (Earlier::Trusted, "1.1.1.1, 203.0.113.7", "ftp", "evil.example", vec!["for=1.1.1.1"]),
    ] {
        let (origin, mut client) = pair(Gate { earlier, ..Gate::default() }).await;
        client.send(incoming).await;
        let (_origin, head) = origin.serve("HTTP/1.1 204 No Content\r\n\r\n").await;
        assert_eq!(values(&head, "x-forwarded-for"), [chain]);
        assert_eq!(values(&head, "x-forwarded-proto"), [proto]);
        assert_eq!(values(&head, "x-forwarded-host"), [host]);
        assert_eq!(values(&head, "forwarded"), forwarded);
        assert!(!head.contains("6.6.6.6"), "{head}");
        client.head().await;
    }
}

#[tokio::test]
async fn answers_without_a_body_keep_their_meaning() {
    for (method, answer, length, encoding) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", vec!["1234"], vec![]),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", vec![], vec![]),
        ("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1234\r\n\r\n", vec![], vec![]),
        ("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", vec![], vec![]),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", vec!["0"], Vec::<&str>::new()),
    ] {
        let (origin, mut client) = pair(Gate::default()).await;
        client.send(format!("{method} /one HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        let (mut wire, head) = origin.serve(answer).await;
        assert!(head.starts_with(&format!("{method} /one ")), "{head}");
        let got = client.head().await;
        assert_eq!(values(&got, "content-length"), length, "{method} {answer} {got}");
        assert_eq!(values(&got, "transfer-encoding"), encoding, "{method} {answer} {got}");
        // Both connections are in step: the next request gets the next answer, over the same two sockets.
        client.send("GET /two HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(wire.head().await.starts_with("GET /two "));
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
        assert!(client.head().await.starts_with("HTTP/1.1 200 "), "{method} {answer}");
        assert_eq!(client.exact(2).await, b"ok");
    }
}

#[tokio::test]
async fn interim_answers_are_not_the_answer() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n";
    let (_origin, _) = origin.serve(format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")).await;
    assert!(client.head().await.starts_with("HTTP/1.1 200 OK\r\n"));
    assert_eq!(client.exact(2).await, b"ok");
}

#[tokio::test]
async fn continue_is_said_once_the_origin_takes_the_body() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n").await;
    let mut wire = origin.accept().await;
    let head = wire.head().await;
    assert_eq!(values(&head, "expect"), [""; 0]);
    assert!(client.head().await.starts_with("HTTP/1.1 100 Continue"));
    client.send("hello").await;
    assert_eq!(wire.exact(5).await, b"hello");
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    assert!(client.head().await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn an_old_client_and_an_old_origin_are_understood() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET / HTTP/1.0\r\n\r\n").await;
    let (wire, head) = origin.serve("HTTP/1.0 200 OK\r\n\r\nold words").await;
    drop(wire);
    assert!(head.starts_with("GET / HTTP/1.1\r\n"), "{head}");
    let answer = client.rest().await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") || answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\nold words"), "{answer}");
}

#[tokio::test]
async fn one_connection_to_the_origin_serves_many_requests() {
    let (origin, mut client) = pair(Gate::default()).await;
    client.send("GET /0 HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let (mut wire, _) = origin.serve("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx").await;
    client.head().await;
    client.exact(1).await;
    for turn in 1..20 {
        client.send(format!("POST /{turn} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")).await;
        let head = origin.nobody_until(wire.head()).await;
        assert!(head.starts_with(&format!("POST /{turn} ")));
        wire.exact(2).await;
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx").await;
        client.head().await;
        client.exact(1).await;
    }
}

#[test]
fn origins_are_read_strictly() {
    for text in ["http://127.0.0.1:8080", "https://www.example.com", "http://[::1]:81", "http://localhost"] {
        assert_eq!(text.parse::<Origin>().unwrap().to_string(), text);
    }
    assert_eq!("http://a.example/".parse::<Origin>().unwrap().to_string(), "http://a.example");
    let refused = |text: &str| text.parse::<Origin>().unwrap_err();
    assert!(matches!(refused(""), BadOrigin::Unreadable(_)));
    assert!(matches!(refused("http://"), BadOrigin::Unreadable(_)));
    assert!(matches!(refused("127.0.0.1:8080"), BadOrigin::Scheme(_)));
    assert!(matches!(refused("ftp://a.example"), BadOrigin::Scheme(_)));
    assert!(matches!(refused("/page"), BadOrigin::Scheme(_)));
    assert!(matches!(refused("http://me:secret@a.example"), BadOrigin::UserInfo(_)));
    assert!(matches!(refused("http://a.example:0"), BadOrigin::Port(_)));
    assert!(matches!(refused("http://a.example:"), BadOrigin::Port(_)));
    assert!(matches!(refused("http://a.example/base"), BadOrigin::Path(_)));
    assert!(matches!(refused("http://a.example?x"), BadOrigin::Path(_)));
    assert!(matches!(refused("http://a.example#x"), BadOrigin::Path(_)));
    assert!(refused("http://a.example:99999").to_string().contains("99999"));
}
