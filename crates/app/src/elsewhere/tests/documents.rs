//! Documents of other instances: what is read of them, and what is not asked at all.

use super::stage::Stage;
use crate::elsewhere::{Fault, known};
use money::Span;
use protocol::SigningKey;
use protocol::discovery::known::{Role, certify};
use protocol::text::Instance;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A stranger's server that says the same bytes to everybody, or nothing; and its origin.
async fn server(said: &str) -> (Arc<Mutex<String>>, String) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let origin = format!("http://stranger.localhost:{}", listener.local_addr().unwrap().port());
    let said = Arc::new(Mutex::new(said.to_owned()));
    let saying = Arc::clone(&said);
    tokio::spawn(async move {
        let mut silent = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            let _ = stream.read(&mut asked).await;
            let answer = saying.lock().unwrap().clone();
            if answer.is_empty() {
                silent.push(stream);
            } else {
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        }
    });
    (said, origin)
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// The document of an instance with this root and this key for quotes.
fn document(root: u8, site: u8) -> String {
    let key = |seed: u8| SigningKey::from_seed([seed; 32]);
    let (root, site) = (key(root), key(site).public());
    let signature = certify(&root, Role::Site, &site);
    let (root, id) = (root.public(), Instance::of(&root.public()));
    format!(
        "{{\"name\":\"N\",\"mode\":\"test\",\"instance\":\"{id}\",\"root_key\":\"{root}\",\"site_keys\":[{{\"key\":\"{site}\",\"signature\":\"{signature}\"}}]}}"
    )
}

#[tokio::test]
async fn keys_that_the_root_signs_are_followed_and_another_root_is_not() {
    let stage = Stage::open().await;
    let instance = &stage.b.opened.instance;
    let (said, origin) = server(&ok(&document(1, 2))).await;
    let keys = |seed: u8| vec![SigningKey::from_seed([seed; 32]).public()];
    assert_eq!(known(instance, &origin, stage.now()).await.unwrap().site_keys, keys(2));
    *said.lock().unwrap() = ok(&document(1, 3));
    assert_eq!(known(instance, &origin, stage.now()).await.unwrap().site_keys, keys(2), "believed for five minutes");
    stage.wait(Span(301));
    assert_eq!(known(instance, &origin, stage.now()).await.unwrap().site_keys, keys(3));
    *said.lock().unwrap() = ok(&document(4, 3));
    stage.wait(Span(301));
    assert_eq!(known(instance, &origin, stage.now()).await, Err(Fault::KeyChanged));
    *said.lock().unwrap() = ok(&document(1, 3).replace("test", "live"));
    stage.wait(Span(301));
    assert_eq!(known(instance, &origin, stage.now()).await, Err(Fault::Unreachable), "play money and money do not mix");
}

#[tokio::test]
async fn a_document_that_redirects_is_huge_or_late_is_not_believed() {
    let stage = Stage::open().await;
    let instance = &stage.b.opened.instance;
    let there = format!("HTTP/1.1 302 Found\r\nlocation: {}/.well-known/farthing.json\r\ncontent-length: 0\r\n\r\n", stage.news());
    let huge = ok(&format!("{{\"fill\":\"{}\",{}", "x".repeat(64 * 1_024), &document(1, 2)[1..]));
    let (silent, other) = (String::new(), ok("not json"));
    let before = stage.a.asked.lock().unwrap().len();
    let mut asked = Vec::new();
    for answer in [there, huge, other, silent] {
        let (_, origin) = server(&answer).await;
        let (instance, now) = (Arc::clone(instance), stage.now());
        asked.push(tokio::spawn(async move { known(&instance, &origin, now).await }));
    }
    for answer in asked {
        assert_eq!(answer.await.unwrap(), Err(Fault::Unreachable));
    }
    assert_eq!(stage.a.asked.lock().unwrap().len(), before, "no redirect was followed");
    for origin in [
        "https://169.254.169.254",
        "https://10.0.0.1",
        "https://[::1]",
        "http://127.0.0.1:1",
        "http://example.com",
        "https://[::ffff:10.0.0.1]",
    ] {
        assert_eq!(known(instance, origin, stage.now()).await, Err(Fault::Unreachable), "{origin}");
    }
    assert!(instance.vault(|vault| vault.pins()).await.unwrap().is_empty(), "nothing was pinned");
}
