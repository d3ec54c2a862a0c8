//! The wallet's pages beside the payer's calls of `/v1`: each has the calls that give what it gives, or a reason why a signed
//! payer needs none.

use crate::api::openapi;
use crate::wallet::{BOTH, POSTED, READ};
use std::collections::BTreeSet;

/// The calls, or why none.
type Calls = Result<&'static [&'static str], &'static str>;

const A_PERSON: &str = "how a person proves who they are; a signed call is its own proof";
const A_BROWSER: &str = "what a browser may do without a press; a signature is given for each amount";

const PAGES: &[(&str, Calls)] = &[
    ("/", Ok(&["wallet", "history"])),
    ("/history", Ok(&["history"])),
    ("/history.csv", Ok(&["history"])),
    ("/history.json", Ok(&["history"])),
    ("/statements", Ok(&["statements", "statement"])),
    ("/bills", Ok(&["bills"])),
    ("/sites", Ok(&["guards"])),
    ("/top-up", Ok(&["topUp"])),
    ("/undo", Ok(&["undo"])),
    ("/sites/all", Ok(&["guard"])),
    ("/sites/caps", Ok(&["guard"])),
    ("/sites/pause", Err(A_BROWSER)),
    ("/sites/resume", Err(A_BROWSER)),
    ("/sites/revoke", Err(A_BROWSER)),
    ("/sessions/end", Ok(&["closeSession"])),
    ("/sites/readers/end", Err("ends what a browser reads; a program shows a credential each time")),
    ("/pay", Err("the sheet of a quote; a program answers the challenge of the page itself")),
    ("/pay/done", Err("where a phone ends that paid for another screen")),
    ("/pay/top-up", Ok(&["topUp"])),
    ("/open", Err("an account of a key needs no opening")),
    ("/hop", Err("takes a person on to the desk")),
    ("/settings", Err(A_PERSON)),
    ("/settings.json", Err("what is kept of a person beside the books; of a key nothing is")),
    ("/settings/close", Err("forgets a person; of a key nothing is kept but the books")),
    ("/settings/language", Err("calls speak no language")),
    ("/settings/zone", Err("the calendar that pages count by; calls state instants and months of UTC")),
    ("/settings/digest", Err(A_PERSON)),
    ("/settings/mail", Err(A_PERSON)),
    ("/settings/mail/code", Err(A_PERSON)),
    ("/settings/passkeys", Err(A_PERSON)),
    ("/settings/passkeys/options", Err(A_PERSON)),
    ("/settings/passkeys/remove", Err(A_PERSON)),
    ("/settings/codes", Err(A_PERSON)),
    ("/settings/codes/confirm", Err(A_PERSON)),
    ("/settings/logins/end", Err(A_PERSON)),
    ("/sign-in", Err(A_PERSON)),
    ("/sign-in/passkey", Err(A_PERSON)),
    ("/sign-in/passkey/options", Err(A_PERSON)),
    ("/sign-in/recovery", Err(A_PERSON)),
    ("/sign-in/mail", Err(A_PERSON)),
    ("/sign-in/mail/code", Err(A_PERSON)),
    ("/sign-out", Err(A_PERSON)),
];

#[test]
fn each_page_of_the_wallet_has_its_call_or_a_reason() {
    let named: BTreeSet<&str> = PAGES.iter().map(|(path, _)| *path).collect();
    let known: BTreeSet<&str> = POSTED.iter().chain(&BOTH).chain(&READ).copied().collect();
    assert_eq!(named, known, "a page without an entry, or an entry without a page");
    let document = openapi();
    let calls = document["paths"].as_object().unwrap().values().flat_map(|calls| calls.as_object().unwrap().values());
    let signed: BTreeSet<&str> =
        calls.filter(|call| call["security"][0].get("key").is_none()).map(|call| call["operationId"].as_str().unwrap()).collect();
    for (path, calls) in PAGES {
        match calls {
            Ok(ids) => ids.iter().for_each(|id| assert!(signed.contains(id), "{path}: {id} is no payer's call")),
            Err(reason) => assert!(reason.len() > 10, "{path}"),
        }
    }
}
