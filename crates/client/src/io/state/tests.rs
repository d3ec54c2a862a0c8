//! Files: whose eyes, and what a crash leaves.

use super::State;
use crate::io::drawer::{Drawer, write_aside};
use crate::io::wallet_file::{create, read};
use crate::kept::{Command, Unanswered};
use crate::{Address, Error, Request, Wallet};
use money::Timestamp;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn request() -> Request {
    Request::post(Address::parse("https://news.example/ask").unwrap(), b"question".to_vec(), "text/plain")
}

fn command(request: &Request) -> Unanswered {
    let until = Timestamp::from_seconds(1_000);
    Unanswered::new(request, Command { field: "authorization", credential: "Payment abc".into(), key: "k".into(), until })
}

#[test]
fn a_wallet_file_is_made_once_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config/farthing/wallet.json");
    assert!(matches!(read(&path), Err(Error::NoWallet { .. })));
    let wallet = Wallet::from_seed([3; 32]);
    create(&path, &wallet).unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    assert_eq!(read(&path).unwrap().account(), wallet.account());
    let again = create(&path, &Wallet::from_seed([4; 32])).unwrap_err();
    assert!(matches!(again, Error::File { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists));
    assert_eq!(read(&path).unwrap().account(), wallet.account(), "the first one stays");
    let left: Vec<_> = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["wallet.json"], "nothing is left beside it");
}

#[test]
fn a_wallet_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet.json");
    create(&path, &Wallet::from_seed([3; 32])).unwrap();
    for open in [0o640, 0o604, 0o660, 0o610, 0o777] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(open)).unwrap();
        let said = read(&path).err().unwrap().to_string();
        assert_eq!(said, format!("others may read the wallet {0}: chmod 600 {0}", path.display()), "{open:o}");
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(read(&path).is_ok());
}

#[test]
fn a_wallet_whose_account_is_not_its_seeds_is_refused() {
    let json = Wallet::from_seed([3; 32]).to_json();
    assert!(Wallet::from_json(json.as_bytes()).is_ok());
    let other = protocol::text::account(Wallet::from_seed([4; 32]).account());
    let own = protocol::text::account(Wallet::from_seed([3; 32]).account());
    assert!(Wallet::from_json(json.replace(&own, &other).as_bytes()).is_err());
    assert!(Wallet::from_json(json.replace("\"version\":1", "\"version\":2").as_bytes()).is_err());
    assert!(Wallet::from_json(b"{}").is_err());
}

#[test]
fn an_unanswered_command_is_the_same_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let wallet = folder.path().join("wallet.json");
    let request = request();
    let kept = command(&request);
    State::beside(&wallet).unwrap().begin(&request.identity(), &kept).unwrap();
    let state = State::beside(&wallet).unwrap();
    let found = state.unanswered(&request.identity()).unwrap().unwrap();
    assert!(found == kept);
    assert_eq!(found.body().unwrap().as_deref(), Some(b"question".as_slice()));
    let other = Request::post(request.url.clone(), b"another".to_vec(), "text/plain");
    assert!(state.unanswered(&other.identity()).unwrap().is_none(), "another body is another request");
    state.answered(&request.identity()).unwrap();
    state.answered(&request.identity()).unwrap();
    assert!(State::beside(&wallet).unwrap().unanswered(&request.identity()).unwrap().is_none());
    assert_eq!(mode(&folder.path().join("wallet.state/unanswered")), 0o700);
}

#[test]
fn a_crash_while_writing_leaves_the_former_value() {
    let folder = tempfile::tempdir().unwrap();
    let drawer = Drawer::open(folder.path().to_owned()).unwrap();
    drawer.put("a", &"first").unwrap();
    // The crash: the new value was written aside, whole or torn, and never took its place.
    write_aside(folder.path(), b"\"sec").unwrap();
    assert_eq!(drawer.find::<String>("a").unwrap().as_deref(), Some("first"));
    assert_eq!(drawer.all::<String>().unwrap(), ["first"], "what lies aside is nobody's value");
    drawer.put("a", &"second").unwrap();
    assert_eq!(drawer.find::<String>("a").unwrap().as_deref(), Some("second"));
}

#[test]
fn a_damaged_file_is_an_error_and_not_an_absence() {
    let folder = tempfile::tempdir().unwrap();
    let wallet = folder.path().join("wallet.json");
    let state = State::beside(&wallet).unwrap();
    let request = request();
    let path = folder.path().join(format!("wallet.state/unanswered/{}.json", request.identity()));
    std::fs::write(&path, b"{\"method\":").unwrap();
    assert!(matches!(state.unanswered(&request.identity()), Err(Error::File { doing: "read", .. })));
}
