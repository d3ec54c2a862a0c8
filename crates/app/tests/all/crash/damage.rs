//! Files that are not as they were written: a torn tail is cut and kept, damage stops the start and is left as it is.

use super::audited;
use crate::support::payer::Payer;
use crate::support::server::{FARTHING, Server};
use crate::support::tools::text;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A demo with a few sales, killed.
fn killed() -> TempDir {
    let server = Server::demo();
    for name in ["alice", "bob", "carol"] {
        let payer = Payer::with(name, &server, 1_000_000);
        assert_eq!(payer.pay(&server.url("article")).status, 200);
    }
    server.kill()
}

fn journal(folder: &TempDir) -> PathBuf {
    folder.path().join("data/journal")
}

/// The file that frames are written into.
fn frames(folder: &TempDir) -> PathBuf {
    let files = fs::read_dir(journal(folder)).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|kind| kind == "open")).max().unwrap()
}

/// Every file of the journal with its bytes.
fn bytes(folder: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(journal(folder)).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Where each frame begins: at a whole block each.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let (mut at, mut starts) = (0, Vec::new());
    while bytes[at] != 0 {
        starts.push(at);
        at += 88 + usize::try_from(u32::from_le_bytes(bytes[at + 44..at + 48].try_into().unwrap())).unwrap();
        at = at.next_multiple_of(4_096);
    }
    starts
}

/// Where the zeros begin that stand after the last frame.
fn written(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

/// The file with other bytes at one place.
fn with(whole: &[u8], at: usize, other: &[u8]) -> Vec<u8> {
    [&whole[..at], other, &whole[at + other.len()..]].concat()
}

/// Starts the demo that must not start.
fn refused(folder: &TempDir) -> String {
    let mut command = Command::new(FARTHING);
    command.args(["demo", "--json", "--port", "0", "--data"]).arg(folder.path().join("data")).stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().unwrap();
    assert_eq!((status.code(), text(&stdout).as_str()), (Some(1), ""), "{}", text(&stderr));
    text(&stderr)
}

/// Starts it again with its standard error in a file.
fn started(folder: TempDir) -> (Server, String) {
    let log = folder.path().join("stderr");
    let mut command = Command::new(FARTHING);
    command.args(["demo", "--json", "--port", "0", "--data"]).arg(folder.path().join("data")).stderr(fs::File::create(&log).unwrap());
    let server = Server::start(command, folder);
    let said = fs::read_to_string(log).unwrap();
    (server, said)
}

/// The three payments are there and business goes on.
fn goes_on(server: Server) -> TempDir {
    assert_eq!(Payer::new("alice", &server).available(), 950_000);
    let dave = Payer::with("dave", &server, 1_000_000);
    assert_eq!(dave.pay(&server.url("article")).status, 200);
    let folder = server.stop();
    assert_eq!(audited(&folder.path().join("data")).earned("ines"), 4 * 35_000);
    folder
}

#[test]
fn a_torn_tail_is_cut_told_and_kept() {
    let folder = killed();
    let path = frames(&folder);
    let whole = fs::read(&path).unwrap();
    let last = *starts(&whole).last().unwrap();
    // What a write that broke off leaves: a frame's beginning, here of a length that its header promises no end for.
    let mut torn = whole[last..last + 90].to_vec();
    torn[24] = torn[24].wrapping_add(1);
    torn[89] = 1;
    let next = written(&whole).next_multiple_of(4_096);
    fs::write(&path, with(&whole, next, &torn)).unwrap();
    let (server, said) = started(folder);
    assert!(said.contains("torn off") && said.contains(&format!("90 bytes at offset {next}")), "{said}");
    assert!(said.contains(path.file_name().unwrap().to_str().unwrap()), "{said}");
    let folder = goes_on(server);
    let kept = bytes(&folder).into_iter().find(|(path, _)| path.file_name().unwrap().to_str().unwrap().starts_with("torn-")).unwrap();
    assert_eq!(kept.1, torn, "the bytes are kept aside");
    assert!(said.contains(kept.0.file_name().unwrap().to_str().unwrap()), "{said}");
}

#[test]
fn garbage_after_the_last_frame_is_cut_and_kept() {
    let folder = killed();
    let path = frames(&folder);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, with(&whole, written(&whole).next_multiple_of(4_096), &[0xA5; 100])).unwrap();
    let (server, said) = started(folder);
    assert!(said.contains("100 bytes"), "{said}");
    let folder = goes_on(server);
    assert!(bytes(&folder).values().any(|bytes| *bytes == [0xA5; 100]));
}

#[test]
fn a_last_frame_that_was_never_answered_may_be_torn() {
    let folder = killed();
    let path = frames(&folder);
    let whole = fs::read(&path).unwrap();
    // Without the record of what was answered, as a power cut can leave it.
    fs::remove_file(journal(&folder).join("head")).unwrap();
    let torn = with(&whole, written(&whole) - 20, &[0; 20]);
    fs::write(&path, &torn).unwrap();
    let (server, said) = started(folder);
    let last = *starts(&whole).last().unwrap();
    assert!(said.contains(&format!("{} bytes at offset {last}", written(&torn) - last)), "{said}");
    assert_eq!(Payer::new("alice", &server).available(), 950_000);
    assert_eq!(Payer::new("carol", &server).available(), 1_000_000, "the last purchase was in that frame");
    let folder = server.stop();
    audited(&folder.path().join("data"));
}

#[test]
fn a_cut_below_what_was_answered_stops_the_start() {
    let folder = killed();
    let path = frames(&folder);
    let whole = fs::read(&path).unwrap();
    let count = starts(&whole).len();
    fs::write(&path, with(&whole, written(&whole) - 20, &[0; 20])).unwrap();
    let before = bytes(&folder);
    let said = refused(&folder);
    assert!(said.contains(&format!("ends at frame {}", count - 1)) && said.contains(&format!("frame {count} was acknowledged")), "{said}");
    assert_eq!(bytes(&folder), before, "nothing was overwritten");
}

#[test]
fn damage_before_a_good_frame_stops_the_start_and_is_named() {
    let folder = killed();
    let path = frames(&folder);
    let whole = fs::read(&path).unwrap();
    let starts = starts(&whole);
    // In a header, in a body, in the magic, in the very first frame and in the one before the last.
    for (frame, inside) in [(2, 30), (2, 100), (3, 3), (0, 95), (starts.len() - 2, 89)] {
        let mut damaged = whole.clone();
        damaged[starts[frame] + inside] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        let before = bytes(&folder);
        for said in [refused(&folder), audit_refused(&folder)] {
            let named = format!("{}, offset {}, frame {}", path.display(), starts[frame], frame + 1);
            assert!(said.contains(&named), "expected {named} in: {said}");
        }
        assert_eq!(bytes(&folder), before, "frame {}: damage is left as it is", frame + 1);
    }
    fs::write(&path, &whole).unwrap();
    goes_on(Server::demo_in(folder, &[]));
}

fn audit_refused(folder: &TempDir) -> String {
    let output = crate::support::server::farthing(&["audit", "--data", folder.path().join("data").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(5));
    text(&output.stderr)
}

#[test]
fn a_journal_file_that_is_gone_stops_the_start() {
    let folder = killed();
    fs::remove_file(frames(&folder)).unwrap();
    let before = bytes(&folder);
    let said = refused(&folder);
    assert!(said.contains("was acknowledged"), "{said}");
    assert_eq!(bytes(&folder), before);
}

#[test]
fn the_index_can_be_deleted() {
    let folder = killed();
    for name in fs::read_dir(folder.path().join("data")).unwrap().map(|entry| entry.unwrap().path()) {
        if name.file_name().unwrap().to_str().unwrap().starts_with("index.db") {
            fs::remove_file(name).unwrap();
        }
    }
    let server = Server::demo_in(folder, &[]);
    let history = Payer::new("alice", &server).read("/v1/history");
    assert_eq!(history.json()["rows"].as_array().unwrap().len(), 2, "rebuilt from the journal: {}", history.text());
}
