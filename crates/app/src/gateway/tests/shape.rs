//! What goes through, what is priced, and the shape of a 402.

use super::*;
use crate::gateway::proxy::{Limits, http1_server};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use protocol::Lasts;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn what_is_not_priced_passes() {
    let bed = Bed::new().await;
    let answer = bed.get("/about?x=1").await;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "free: /about"));
    assert_eq!(bed.origin.asked("/about")[0].target, "/about?x=1");
    assert_eq!(bed.get("/gift").await.text(), "free: /gift");
    let options = bed.ask(request("OPTIONS", "/a/quiet", &[])).await;
    assert_eq!(options.status, StatusCode::OK);
    assert_eq!(bed.origin.asked("/a/quiet")[0].method, "OPTIONS");
}

#[tokio::test]
async fn every_spelling_of_a_priced_page_is_priced() {
    let bed = Bed::new().await;
    for path in ["/a/quiet", "//a//quiet", "/b/../a/quiet", "/%61/quiet", "/a/./quiet", "/a/%2e%2e/a/quiet"] {
        assert_eq!(bed.get(path).await.status, StatusCode::PAYMENT_REQUIRED, "{path}");
    }
    for path in ["/a%2Fquiet", "/b%2F..%2Fa%2Fquiet", "/a%5Cquiet", "/tour;x"] {
        assert_eq!(bed.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let slash = bed.get("/a/quiet/?x=1").await;
    assert_eq!((slash.status.as_u16(), slash.header("location")), (308, "/a/quiet?x=1"));
    assert!(bed.origin.asked("/a/quiet").is_empty());
}

/// A site whose host, address and payee are as long as names can be, and what its 402 says to a call with a body.
async fn of_long_names(page: &str, price: &str, wish: &str) -> Vec<Challenge> {
    let host = format!("{}.{}.{}.{}.localhost", "n".repeat(60), "n".repeat(60), "n".repeat(60), "n".repeat(55));
    let long = |text: &str| {
        text.replace("news.localhost", &host)
            .replace("harbour", "harbour-of-the-longest-name-here")
            .replace("/a/", page)
            .replace("0.000002", price)
    };
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("metered.toml"), long(METERED)).unwrap();
    let text = long(&Bed::configured(origin.address, ("metered.toml", "")));
    let bed = Bed::of(&text, (folder, origin), Arc::new(world::now)).await;
    let answer = bed.ask(with_body("POST", &format!("{page}x"), &[("accept-payment", wish)], "{}")).await;
    assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED, "{}", answer.text());
    let lines: Vec<&str> = answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
    let bytes: usize = lines.iter().map(|line| "www-authenticate: ".len() + line.len() + 2).sum();
    let bytes = bytes + answer.headers.get("payment-required").map_or(0, |value| "payment-required: ".len() + value.len() + 2);
    assert!(bytes <= protocol::offering::BUDGET, "{bytes}");
    parse_all(lines).unwrap()
}

#[tokio::test]
async fn a_402_that_would_be_too_long_for_some_leaves_the_session_out() {
    let intents = |challenges: Vec<Challenge>| challenges.into_iter().map(|challenge| challenge.intent).collect::<Vec<_>>();
    let wish = "farthing/session, farthing/charge;q=0.5";
    assert_eq!(intents(of_long_names("/a/", "0.000002", "").await), ["charge"], "x402 goes before the session");
    assert_eq!(intents(of_long_names("/a/", "0.000002", wish).await), ["charge", "session"]);
    assert_eq!(intents(of_long_names(&format!("/{}/", "a".repeat(246)), "9000000.00", wish).await), ["charge"]);
}

#[tokio::test]
async fn a_402_has_its_shape() {
    let bed = Bed::new().await;
    let answer = bed.get("/a/quiet").await;
    let challenge = answer.challenge();
    assert!(answer.header("www-authenticate").starts_with("Payment id="));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert_eq!(answer.header("vary"), crate::web::headers::PRICED_VARY);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert!(answer.cookie("__Host-farthing_st").is_none());
    assert_eq!((challenge.realm.as_str(), challenge.digest.as_ref()), (HOST, None));
    let charge = challenge.charge().unwrap();
    assert_eq!((charge.amount, charge.currency, charge.recipient.as_str()), (Amount::from_u32(50_000), eur(), "harbour"));
    assert_eq!((charge.instance, charge.lasts, charge.undo), (bed.opened.instance.id, Some(Lasts::Ever), Some(600)));
    let left_us = challenge.expires_at().unwrap().0 - world::now().0;
    assert!((290_000_000..=300_000_000).contains(&left_us));
    let json = answer.json();
    assert_eq!((json["code"].as_str(), json["amount"].as_str()), (Some("payment-required"), Some("50000")));
    assert_eq!(json["detail"].as_str(), Some("0.05 EUR to Harbour Review"));
    assert!(json["payUrl"].as_str().unwrap().starts_with(&format!("{WALLET}/pay?q=")));

    let tour = bed.challenge("/tour").await.charge().unwrap();
    assert_eq!((tour.amount, tour.lasts), (Amount::from_u32(100_000), Some(Lasts::Seconds(86_400))));
    assert_ne!(bed.challenge("/tour").await.id, bed.challenge("/tour").await.id);
}

#[tokio::test]
async fn a_body_is_bound_and_bounded() {
    let bed = Bed::new().await;
    let priced = bed.ask(with_body("POST", "/a/echo", &[], "ask")).await;
    assert_eq!(priced.challenge().digest, Some(protocol::digest::of(b"ask")));
    let long = bed.ask(with_body("POST", "/a/echo", &[], vec![b'x'; 1_024 * 1_024 + 1])).await;
    assert_eq!(long.refusal(), (413, "body-too-large".to_owned()));
    assert!(bed.origin.asked("/a/echo").is_empty());
}

#[tokio::test]
async fn an_origin_that_is_down_is_said_so() {
    let bed = Bed::without_origin().await;
    assert_eq!(bed.get("/about").await.refusal(), (502, "origin-unreachable".to_owned()));
    let page = bed.ask(request("GET", "/about", &[("accept", "text/html")])).await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.header("content-type").starts_with("text/html"));
    // What cannot be delivered is not sold to people.
    let wall = bed.ask(request("GET", "/a/quiet", &[("accept", "text/html")])).await;
    assert_eq!(wall.status, StatusCode::BAD_GATEWAY);
    assert!(wall.fresh_challenge().is_none());
}

#[tokio::test]
async fn the_documents_of_the_site() {
    let bed = Bed::new().await;
    let facts = bed.get("/.well-known/farthing.json").await;
    assert_eq!(facts.json()["instance"].as_str().unwrap(), bed.opened.instance.id.to_string());
    assert_eq!(facts.json()["mode"].as_str(), Some("test"));
    assert_eq!((facts.header("cache-control"), facts.header("access-control-allow-origin")), ("public, max-age=300", "*"));

    let before = bed.get("/openapi.json").await.json();
    assert!(before["paths"].get("/a/{page}").is_none());
    assert_eq!(before["paths"]["/tour"]["get"]["x-payment-info"]["offers"][0]["amount"].as_str(), Some("100000"));
    assert_eq!(before["x-farthing-offers"].as_array().unwrap().len(), 2);
    bed.ask(request("GET", "/a/quiet", &[("accept", "text/html")])).await;
    let after = bed.get("/openapi.json").await.json();
    assert_eq!(after["paths"]["/a/{page}"]["get"]["parameters"][0]["example"].as_str(), Some("quiet"));

    let llms = bed.get("/llms.txt").await;
    assert_eq!(llms.header("content-type"), "text/plain; charset=utf-8");
    assert!(llms.text().contains("0.05 EUR"));
    assert!(bed.get("/problems/insufficient-funds").await.text().contains("402"));
    let page = bed.ask(request("GET", "/problems/insufficient-funds", &[("accept", "text/html")])).await;
    assert!(page.header("content-type").starts_with("text/html") && page.text().contains("<dd>402</dd>"), "{}", page.text());
    assert_eq!(bed.get("/problems/nothing").await.status, StatusCode::NOT_FOUND);
    let css = bed.get("/.well-known/farthing/bar.css").await;
    assert_eq!((css.status.as_u16(), css.header("content-type")), (200, "text/css; charset=utf-8"));
    assert_eq!(bed.get("/.well-known/farthing/other").await.refusal().0, 404);
    let wrong = bed.ask(request("POST", "/llms.txt", &[])).await;
    assert_eq!((wrong.refusal().0, wrong.header("allow")), (405, "GET, HEAD"));
    assert_eq!(bed.ask(request("HEAD", "/llms.txt", &[])).await.status, StatusCode::OK);
}

/// Reads until `mark` was seen.
async fn until(stream: &mut TcpStream, mark: &str) {
    let mut read = Vec::new();
    while !read.ends_with(mark.as_bytes()) {
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "ended after {:?}", String::from_utf8_lossy(&read));
    }
}

#[tokio::test]
async fn an_upgrade_passes_through_the_door() {
    let origin = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let bed = Bed::open(tempfile::tempdir().unwrap(), origin.local_addr().unwrap(), Origin::start().await).await;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let door = bed.door.clone();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let answer = service_fn(move |request| {
            let answer = door.handle(request, &visit(world::now()), peer());
            async move { Ok::<_, std::convert::Infallible>(answer.await) }
        });
        http1_server(&Limits::default()).serve_connection(TokioIo::new(stream), answer).with_upgrades().await.unwrap();
    });
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET /chat HTTP/1.1\r\nhost: news.localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n").await.unwrap();
    let (mut far, _) = origin.accept().await.unwrap();
    until(&mut far, "\r\n\r\n").await;
    far.write_all(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n").await.unwrap();
    until(&mut client, "\r\n\r\n").await;
    client.write_all(b"ping").await.unwrap();
    until(&mut far, "ping").await;
    far.write_all(b"pong").await.unwrap();
    until(&mut client, "pong").await;
}
