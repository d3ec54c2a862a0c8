//! Proofs and teams: what counts, what is taken once, what never leaves nobody.

use super::{ALICE, BOB, Stage, at, id, login};
use crate::vault::{CodeHash, Door, Invitation, InvitationHash, Member, Passkey, Proofs, Role};

const HERE: (money::Party, Door) = (ALICE, Door::Wallet);

fn passkey(byte: u8) -> Passkey {
    let (id, name, key) = (vec![byte; 16], "phone".to_owned(), "{}".to_owned());
    Passkey { id, party: ALICE, door: Door::Wallet, name, key, created_at: at(u64::from(byte)), used_at: at(5) }
}

fn codes(from: u8) -> Vec<CodeHash> {
    (from..=from.saturating_add(9)).map(|byte| CodeHash([byte; 32])).collect()
}

#[test]
fn codes_count_once_they_are_typed_back_and_each_opens_once() {
    let (_stage, mut vault) = Stage::new();
    vault.lay_codes(HERE, &codes(0), at(1)).unwrap();
    assert_eq!(vault.proofs(ALICE, Door::Wallet).unwrap(), Proofs::default());
    assert_eq!(vault.take_code(Door::Wallet, &CodeHash([3; 32])).unwrap(), None, "nobody has shown to have them");
    assert!(!vault.confirm_codes((BOB, Door::Wallet), &CodeHash([3; 32])).unwrap());
    assert!(vault.confirm_codes(HERE, &CodeHash([3; 32])).unwrap());
    assert_eq!(vault.take_code(Door::Admin, &CodeHash([3; 32])).unwrap(), None, "of another door");
    assert_eq!(vault.take_code(Door::Wallet, &CodeHash([3; 32])).unwrap(), Some(ALICE));
    assert_eq!(vault.take_code(Door::Wallet, &CodeHash([3; 32])).unwrap(), None);
    assert_eq!(vault.proofs(ALICE, Door::Wallet).unwrap().codes, 9);
    // New ones replace old ones only when they are written down.
    vault.lay_codes(HERE, &codes(50), at(2)).unwrap();
    vault.lay_codes(HERE, &codes(100), at(3)).unwrap();
    assert!(!vault.confirm_codes(HERE, &CodeHash([50; 32])).unwrap(), "laid down and replaced");
    assert_eq!(vault.take_code(Door::Wallet, &CodeHash([4; 32])).unwrap(), Some(ALICE));
    assert!(vault.confirm_codes(HERE, &CodeHash([100; 32])).unwrap());
    assert_eq!(vault.take_code(Door::Wallet, &CodeHash([5; 32])).unwrap(), None);
    assert_eq!(vault.proofs(ALICE, Door::Wallet).unwrap().codes, 10);
}

#[test]
fn the_last_passkey_stays_unless_a_code_is_left() {
    let (_stage, mut vault) = Stage::new();
    assert!(!vault.has_passkey(Door::Wallet).unwrap());
    vault.add_passkey(&passkey(1)).unwrap();
    vault.add_passkey(&passkey(2)).unwrap();
    assert!(vault.add_passkey(&passkey(2)).is_err());
    assert!(vault.has_passkey(Door::Wallet).unwrap() && !vault.has_passkey(Door::Admin).unwrap());
    assert!(vault.use_passkey(&[1; 16], "{1}", at(9)).unwrap());
    let known = vault.passkeys(ALICE, Door::Wallet).unwrap();
    assert_eq!(known, [Passkey { key: "{1}".to_owned(), used_at: at(9), ..passkey(1) }, passkey(2)]);
    assert!(!vault.remove_passkey(BOB, &[1; 16]).unwrap());
    assert!(vault.remove_passkey(ALICE, &[1; 16]).unwrap());
    assert!(!vault.remove_passkey(ALICE, &[2; 16]).unwrap());
    vault.lay_codes(HERE, &codes(0), at(1)).unwrap();
    assert!(!vault.remove_passkey(ALICE, &[2; 16]).unwrap(), "codes nobody wrote down are none");
    assert!(vault.confirm_codes(HERE, &CodeHash([0; 32])).unwrap());
    assert!(vault.remove_passkey(ALICE, &[2; 16]).unwrap());
}

#[test]
fn a_mail_address_keeps_one_wallet() {
    let (_stage, mut vault) = Stage::new();
    assert!(vault.set_mail(ALICE, "a@example.org", at(1)).unwrap());
    assert!(!vault.set_mail(BOB, "a@example.org", at(2)).unwrap());
    assert!(vault.set_mail(ALICE, "b@example.org", at(3)).unwrap());
    assert_eq!(vault.party_of_mail("a@example.org").unwrap(), None);
    assert_eq!(vault.mail(ALICE).unwrap().as_deref(), Some("b@example.org"));
    assert!(vault.proofs(ALICE, Door::Wallet).unwrap().has_mail && !vault.proofs(ALICE, Door::Admin).unwrap().has_mail);
    assert_eq!(vault.delete_mail(ALICE).unwrap(), 1);
    assert!(vault.set_mail(BOB, "b@example.org", at(4)).unwrap());
}

#[test]
fn a_team_keeps_an_owner() {
    let (_stage, vault) = Stage::new();
    let member = |party, role, second| Member { payee: "house".to_owned(), party, role, name: "N".to_owned(), created_at: at(second) };
    vault.set_member(&member(ALICE, Role::Owner, 1)).unwrap();
    vault.set_member(&member(BOB, Role::Reader, 2)).unwrap();
    assert!(!vault.remove_member("house", ALICE).unwrap());
    assert!(!vault.remove_member("other", BOB).unwrap());
    vault.set_member(&member(BOB, Role::Owner, 3)).unwrap();
    assert!(vault.remove_member("house", ALICE).unwrap());
    assert_eq!(vault.members("house").unwrap(), [member(BOB, Role::Owner, 2)]);
    assert_eq!(vault.memberships(BOB).unwrap(), [member(BOB, Role::Owner, 2)]);
    assert_eq!(vault.memberships(ALICE).unwrap(), []);
}

#[test]
fn an_invitation_is_taken_once_and_in_time() {
    let (_stage, mut vault) = Stage::new();
    let (one, two) = (InvitationHash([1; 32]), InvitationHash([2; 32]));
    let editor = Invitation::Member { payee: "house".to_owned(), role: Role::Editor };
    vault.invite(&one, &editor, (at(1), at(100))).unwrap();
    vault.invite(&two, &Invitation::Operator, (at(1), at(50))).unwrap();
    assert_eq!(vault.invitation(&one, at(2)).unwrap().as_ref(), Some(&editor));
    assert_eq!(vault.invitation(&two, at(49)).unwrap(), Some(Invitation::Operator));
    assert_eq!(vault.invitation(&two, at(50)).unwrap(), None);
    assert!(!vault.take_invitation(&two, at(50)).unwrap());
    assert!(vault.take_invitation(&one, at(99)).unwrap());
    assert!(!vault.take_invitation(&one, at(99)).unwrap());
    // The command that made it says the same again, and makes no second one.
    vault.invite(&one, &editor, (at(99), at(200))).unwrap();
    assert_eq!(vault.invitation(&one, at(100)).unwrap(), None);
    assert!(!vault.take_invitation(&one, at(100)).unwrap());
}

#[test]
fn logins_are_listed_and_noted_as_proved() {
    let (_stage, mut vault) = Stage::new();
    for (byte, party, seen) in [(1, ALICE, 20), (2, ALICE, 30), (3, BOB, 40)] {
        vault.add_login(&id(byte), &login(party, seen), 10).unwrap();
    }
    assert!(vault.prove_login(&id(1), at(50)).unwrap());
    assert!(!vault.prove_login(&id(9), at(50)).unwrap());
    let found = vault.logins_of(ALICE, at(60)).unwrap();
    let proved: Vec<_> = found.iter().map(|(id, login)| (*id, login.proved_at)).collect();
    assert_eq!(proved, [(id(2), at(0)), (id(1), at(50))]);
    assert_eq!(vault.logins_of(ALICE, at(100)).unwrap(), []);
}

#[test]
fn a_months_digest_is_taken_on_once_whoever_asks_at_the_same_time() {
    let (_stage, vault) = Stage::new();
    assert_eq!(vault.last_digest(ALICE).unwrap(), None);
    // Both saw that none was sent; one of them sends it.
    assert_eq!([vault.claim_digest(ALICE, 682, at(1)).unwrap(), vault.claim_digest(ALICE, 682, at(2)).unwrap()], [true, false]);
    assert!(!vault.claim_digest(ALICE, 681, at(3)).unwrap(), "no older one afterwards");
    assert!(vault.claim_digest(BOB, 681, at(3)).unwrap() && vault.claim_digest(ALICE, 683, at(4)).unwrap());
    assert_eq!((vault.last_digest(ALICE).unwrap(), vault.last_digest(BOB).unwrap()), (Some(683), Some(681)));
}
