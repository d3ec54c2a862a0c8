//! The operator's door: the first one comes by the printed link, the next by an invitation, and a wallet opens nothing here.

use crate::browser::{Browser, Page, label};
use crate::support::server::farthing_ok;
use crate::support::shop::Shop;
use crate::support::steps::{authenticator_of, open_wallet, with_authenticator};

/// Follows a link of the set-up and makes the passkey.
pub fn set_up(page: &Page, link: &str, name: &str) {
    page.goto(link);
    page.fill("#name", name);
    page.follow(label("Make a passkey and begin"));
    assert!(page.text("[role=status]").contains("Passkey added"), "{}", page.scene("set up"));
}

#[test]
fn the_printed_link_makes_the_first_operator_once_and_an_invitation_the_second() {
    let shop = Shop::open();
    let (setup, admin) = (shop.server.url("setup"), shop.server.url("admin"));
    let (address, code) = setup.split_once('#').unwrap();
    assert_eq!(address, format!("{admin}/setup"));
    let person = Browser::shared().context();
    let (page, _) = with_authenticator(&person);
    page.excuse("status of 4");
    page.goto(&admin);
    assert_eq!(page.url(), address, "nobody runs it yet");
    page.goto(&setup);
    // A move inside the document: the page's script hears of it a moment later.
    let taken = || (page.value("#code") == code && page.url() == address).then_some(());
    page.until(|| "the code to be in its field and out of the address".to_owned(), taken);
    set_up(&page, &setup, "Mira");
    assert!(page.text("ul.list").contains("Mira"));
    page.goto(&admin);
    assert!(page.body_text().contains("All is well") || page.body_text().contains("Waiting"), "{}", page.scene("health"));

    // The code is used up; the next comes from the page.
    let second = person.another();
    let (other, _) = with_authenticator(&second);
    other.excuse("status of 4");
    other.goto(&setup);
    other.fill("#name", "Second");
    other.follow(label("Make a passkey and begin"));
    assert!(other.body_text().contains("opens nothing"), "{}", other.scene("used"));
    other.goto(&admin);
    assert_eq!(other.url(), format!("{admin}/sign-in"), "somebody runs it now");
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Invite an operator"));
    let link = page.text("[role=status] pre");
    set_up(&other, &link, "Jonas");
    assert!(other.text("ul.list").contains("Mira") && other.text("ul.list").contains("Jonas"));
    // And from the machine.
    let config = shop.server.folder().join("farthing.toml");
    let printed = farthing_ok(&["admin", "setup-code", "--config", config.to_str().unwrap()]);
    let third = person.another();
    let (last, _) = with_authenticator(&third);
    set_up(&last, printed.lines().next().unwrap(), "Third");

    // One who is removed is out at once.
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Remove Jonas"));
    other.goto(&admin);
    assert_eq!(other.url(), format!("{admin}/sign-in"));
    other.follow(label("Use a passkey"));
    assert!(other.body_text().contains("opened nothing"), "{}", other.scene("removed"));
}

#[test]
fn a_wallets_login_and_passkey_open_nothing_at_the_operators_door() {
    let shop = Shop::open();
    let admin = shop.server.url("admin");
    let operator = Browser::shared().context();
    let (page, _) = with_authenticator(&operator);
    set_up(&page, &shop.server.url("setup"), "Mira");
    let reader = operator.another();
    let (other, _) = with_authenticator(&reader);
    open_wallet(&other, &shop.wallet, 5);
    other.goto(&format!("{}/settings", shop.wallet));
    other.follow(label("Add a passkey"));
    let login = reader.cookie("__Host-farthing_w").unwrap();
    reader.set_cookie(&admin, "__Host-farthing_a", &login);
    for path in ["/", "/operators", "/anything"] {
        other.goto(&format!("{admin}{path}"));
        assert_eq!(other.url(), format!("{admin}/sign-in"), "{path}");
    }
    other.click(label("Use a passkey"));
    other.wait_for(label("No passkey was used. Try again."));
}

#[test]
fn an_operator_comes_back_with_a_code_and_signs_out() {
    let shop = Shop::open();
    let admin = shop.server.url("admin");
    let operator = Browser::shared().context();
    let (page, authenticator) = with_authenticator(&operator);
    page.excuse("status of 4");
    set_up(&page, &shop.server.url("setup"), "Mira");
    page.follow(label("Make ten codes"));
    let code = page.text("ol li:last-child code");
    page.fill("#code", &code);
    page.follow(label("They are written down"));
    page.follow(label("Sign out"));
    assert_eq!(page.url(), format!("{admin}/sign-in"));
    page.cdp("WebAuthn.removeVirtualAuthenticator", serde_json::json!({"authenticatorId": authenticator}));
    page.fill("#code", &code);
    page.follow(label("Use this code"));
    assert!(page.body_text().contains("You are back"), "{}", page.scene("back"));
    authenticator_of(&page);
    page.follow(label("Add a passkey"));
    assert!(page.text("[role=status]").contains("Passkey added"));
    page.follow(label("Sign out"));
    page.follow(label("Use a passkey"));
    assert_eq!(page.url(), format!("{admin}/"));
}
