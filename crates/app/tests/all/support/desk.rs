//! People at the desk of the test's shop: put on its team and signed in as the vault keeps it.

use super::shop::Shop;
use crate::browser::Context;
use data_encoding::BASE64URL_NOPAD;
use money::{Party, Span, Timestamp};
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use store::vault::{Door, Login, LoginHash, Member, Role, Vault};

/// The cookie of the desk's logins.
pub const COOKIE: &str = "__Host-farthing_d";

/// Makes this person a member of the shop's team, signed in at its desk; gives the cookie's value.
pub fn signed_in(shop: &Shop, person: &Context, role: Role) -> String {
    let value = join(shop, role);
    person.set_cookie(&shop.desk, COOKIE, &value);
    value
}

/// A new member of the shop's team with a login; gives its cookie's value.
pub fn join(shop: &Shop, role: Role) -> String {
    let now = Timestamp::from_ms(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap());
    let id: [u8; 16] = Sha256::digest(format!("{now:?} {role:?}")).first_chunk().copied().unwrap();
    let party = Party(*Sha256::digest(id).first_chunk().unwrap());
    let mut vault = vault_of(shop);
    let member = Member { payee: "quay".to_owned(), party, role, name: "Mona".to_owned(), created_at: now };
    vault.set_member(&member).unwrap();
    let login = login((party, Door::Desk), now);
    vault.add_login(&LoginHash(Sha256::digest(id).into()), &login, 100).unwrap();
    BASE64URL_NOPAD.encode(&id)
}

/// Opens the wallet of an account in this person's browser, as if it had a login: what a program did with its key is seen there.
pub fn signed_in_as(shop: &Shop, person: &Context, party: Party) {
    let now = super::payer::now();
    let id: [u8; 16] = Sha256::digest(party.0).first_chunk().copied().unwrap();
    vault_of(shop).add_login(&LoginHash(Sha256::digest(id).into()), &login((party, Door::Wallet), now), 100).unwrap();
    person.set_cookie(&shop.wallet, "__Host-farthing_w", &BASE64URL_NOPAD.encode(&id));
}

fn vault_of(shop: &Shop) -> Vault {
    Vault::open(&shop.server.data().join("vault.db")).unwrap()
}

fn login((party, door): (Party, Door), now: Timestamp) -> Login {
    let ends = now.after(Span(3_600));
    Login {
        party,
        door,
        created_at: now,
        seen_at: now,
        idle_expires_at: ends,
        ends_at: ends,
        csrf: [7; 32],
        proved_at: Timestamp(0),
        device: String::new(),
    }
}
