//! How an instance stands, running and stopped; what happens when its index is taken away.

use super::{demo, ends, path, status};
use crate::support::http::get;
use crate::support::payer::Payer;
use crate::support::server::{Server, farthing};
use serde_json::{Value, json};

use rusqlite::Connection;
use std::fs;

#[test]
fn status_tells_every_fact() {
    let server = demo();
    let data = server.data();
    let said = status(&data);
    for (field, is) in [("role", "serving"), ("mode", "test")] {
        assert_eq!(said[field], is, "{said:#}");
    }
    assert_eq!((&said["instance"], &said["healthy"], &said["balanced"]), (&server.doors()["instance"], &true.into(), &true.into()));
    assert_eq!(
        (&said["sales"], &said["index"]["stopped"], &said["last_backup"]),
        (&3.into(), &serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert_eq!(said["head"]["hash"].as_str().unwrap().len(), 64);
    assert_eq!(said["head"]["sequence"], said["journal"]["frames"]);
    for pointer in [
        "/accounts",
        "/offers",
        "/claims",
        "/memory_bytes",
        "/disk_free_bytes",
        "/queue/limit",
        "/journal/records",
        "/journal/files",
        "/journal/file_bytes",
        "/journal/frame_bytes",
        "/versions/rules",
        "/versions/journal_format",
    ] {
        assert!(said.pointer(pointer).and_then(serde_json::Value::as_u64).is_some_and(|count| count > 0), "{pointer}: {said:#}");
    }
    for pointer in ["/uptime_s", "/queue/waiting", "/index/lag_frames", "/index/lag_ms", "/refunds"] {
        assert!(said.pointer(pointer).and_then(serde_json::Value::as_u64).is_some(), "{pointer}: {said:#}");
    }
    let lines = ends(0, &["status", "--data", path(&data)]).0;
    assert!(lines.contains("head.sequence") && lines.contains("serving") && lines.contains("last_backup"), "{lines}");
    assert_eq!(said["l402"], json!({ "former_secrets": 0, "honoured_until": null }));
    ends(0, &["admin", "rotate-l402", "--data", path(&data)]);
    let kept = json!({ "former_secrets": 1, "honoured_until": "ever" });
    assert_eq!(status(&data)["l402"], kept, "the demo sells pages by L402 that last for ever");
    let said = status(&data);
    let folder = server.stop();
    let stopped = status(&folder.path().join("data"));
    assert_eq!(stopped["l402"], kept);
    assert_eq!((&stopped["role"], &stopped["head"], &stopped["instance"]), (&"stopped".into(), &said["head"], &said["instance"]));
    assert!(ends(2, &["status", "--data", path(&folder.path().join("nowhere"))]).1.contains("no data folder"));
}

#[test]
fn a_deleted_index_changes_nothing_but_the_start() {
    let server = demo();
    let history = |server: &Server| Payer::new("alice", server).read("/v1/history").text();
    let before = history(&server);
    let folder = server.stop();
    let index = |name: &str| folder.path().join("data").join(name);
    ["index.db", "index.db-wal", "index.db-shm"].iter().for_each(|name| drop(fs::remove_file(index(name))));
    let server = Server::demo_in(folder, &[]);
    assert_eq!(history(&server), before);
    assert_eq!(status(&server.data())["index"]["lag_frames"], 0);
    assert!(ends(0, &["audit", "--full", "--data", path(&server.data())]).0.contains("rows the same"));
}

#[test]
fn a_flipped_bit_in_a_sealed_file_is_found_by_the_running_process() {
    let server = demo();
    // Each top-up is a frame of its own, and 256 of them fill the first file.
    for _ in 0..260 {
        Payer::with("dave", &server, 10_000);
    }
    let folder = server.stop();
    let sealed = folder.path().join("data/journal/00000000000000000001.segment");
    let mut bytes = fs::read(&sealed).unwrap();
    bytes[20_000] ^= 1;
    fs::write(&sealed, &bytes).unwrap();
    // A snapshot covers the frame, so the start has no need of it.
    let server = Server::demo_in(folder, &[]);
    let data = server.data();
    let ask = |_| farthing(&["status", "--json", "--data", path(&data)]).stdout;
    let told = (0..5_000).map(ask).map(|said| serde_json::from_slice::<Value>(&said).unwrap());
    let said = { told }.find(|said| !said["scrub"].is_null()).expect("the scrub ends");
    let damage = said["scrub"]["damage"][0].as_str().unwrap();
    assert!(damage.contains("00000000000000000001.segment, offset ") && damage.contains("frame "), "{damage}");
    assert_eq!(said["healthy"], false);
    let page = get(&server.url("ops"), &[]).text();
    assert!(page.contains("Sealed files") && page.contains("00000000000000000001.segment"), "{page}");
    // What was never damaged is as it was: the wallet answers, and who audits hears the same place.
    assert!(Payer::new("dave", &server).available() > 0);
    assert!(ends(1, &["audit", "--data", path(&server.data())]).1.contains("00000000000000000001.segment"));
}

#[test]
fn an_index_that_stopped_is_seen() {
    let server = demo();
    let probe = |door: &str| get(&format!("{}{door}", server.url("ops")), &[]);
    assert_eq!(probe("/readyz").status, 200);
    Connection::open(server.data().join("index.db")).unwrap().execute_batch("DROP TABLE entry").unwrap();
    Payer::with("dave", &server, 1_000_000);
    // Each question takes the time of an answer, so this waits for seconds at most.
    assert!((0..5_000).any(|_| probe("/readyz").status == 503), "the follower has met what is not there");
    let (out, error) = ends(5, &["status", "--json", "--data", path(&server.data())]);
    let said: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(said["index"]["stopped"].as_str().unwrap().contains("entry"), "{said:#}");
    assert!(said["healthy"] == false && said["index"]["lag_frames"].as_u64() > Some(0) && error.contains("needs you"), "{said:#}");
    assert!(probe("/").text().contains("Needs you: Index"));
    assert!(probe("/metrics").text().contains("farthing_index_stopped 1"));
    // Money moves on all the same.
    assert_eq!(Payer::new("dave", &server).pay(&server.url("article")).status, 200);
}
