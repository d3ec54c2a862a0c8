//! Payees' people come to the desk: by an invitation, with the wallet's passkey, and nobody else.

use crate::browser::{Browser, label};
use crate::support::server::farthing_ok;
use crate::support::shop::Shop;
use crate::support::steps::{buy, open_wallet, with_authenticator};

/// A link from the machine that makes its bearer a member of the payee's team.
fn invitation(shop: &Shop, role: &str) -> String {
    let config = shop.server.folder().join("farthing.toml");
    let printed = farthing_ok(&["desk", "invite", "quay", "--role", role, "--config", config.to_str().unwrap()]);
    printed.lines().next().unwrap().to_owned()
}

#[test]
fn an_invitation_leads_through_the_wallet_to_the_desk_and_back_again_later() {
    let shop = Shop::open();
    let desk = shop.server.url("desk");
    let person = Browser::shared().context();
    let (page, _) = with_authenticator(&person);
    page.excuse("status of 4");
    page.goto(&invitation(&shop, "owner"));
    assert_eq!(page.url(), format!("{desk}/join"), "the code is out of the address");
    page.fill("#name", "Ines");
    page.follow(label("Sign in with your wallet and join"));
    // Nobody here yet: the wallet is opened and kept first.
    assert!(page.url().starts_with(&format!("{}/sign-in?st=", shop.wallet)), "{}", page.scene("sign in"));
    page.follow(label("Open a wallet"));
    assert!(page.body_text().contains("The desk opens to wallets that are kept"), "{}", page.scene("keep it first"));
    page.follow(label("Add a passkey"));
    page.goto(&desk);
    page.follow(label("Sign in"));
    assert_eq!(page.url(), format!("{desk}/"), "{}", page.scene("the desk"));
    page.goto(&format!("{desk}/team"));
    assert!(page.body_text().contains("Ines") && page.body_text().contains("owner"), "{}", page.scene("the team"));
    assert!(person.cookies().iter().all(|cookie| cookie.secure && cookie.http_only && cookie.name.starts_with("__Host-")));

    // The desk's login ends alone, and the passkey opens it again.
    let login = person.cookie("__Host-farthing_d").unwrap();
    person.clear_cookies();
    page.goto(&desk);
    page.follow(label("Sign in"));
    page.follow(label("Use a passkey"));
    assert_eq!(page.url(), format!("{desk}/"));
    assert_ne!(person.cookie("__Host-farthing_d").unwrap(), login);
}

#[test]
fn a_wallet_on_no_team_sees_no_desk_and_a_code_of_another_browser_opens_none() {
    let shop = Shop::open();
    let desk = shop.server.url("desk");
    let reader = Browser::shared().context();
    let (page, _) = with_authenticator(&reader);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 5);
    buy(&page, &format!("{}/a/story", shop.site));
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Add a passkey"));
    page.goto(&desk);
    page.follow(label("Sign in"));
    assert!(page.body_text().contains("You are on no team here"), "{}", page.scene("no team"));
    page.goto(&format!("{desk}/sales"));
    assert_eq!(page.url(), format!("{desk}/"), "no page of the desk");

    // A code that was made for this browser is of no use in another one, nor twice.
    let other = reader.another();
    other.set_cookie(&shop.wallet, "__Host-farthing_w", &reader.cookie("__Host-farthing_w").unwrap());
    let elsewhere = other.page();
    let nonce = "AAAAAAAAAAAAAAAAAAAAAA";
    let st = "N0cI-JmkeDrjpDn1zY3SqHTTUVz5FAF1LKpPcBmDPB4";
    elsewhere.goto(&format!("{}/hop?st={st}", shop.wallet));
    assert_eq!(elsewhere.url(), format!("{desk}/"), "{nonce}");
    assert_eq!(other.cookie("__Host-farthing_d"), None);
}

#[test]
fn an_invitation_that_is_used_or_mistyped_makes_nobody_a_member() {
    let shop = Shop::open();
    let desk = shop.server.url("desk");
    let person = Browser::shared().context();
    let (page, _) = with_authenticator(&person);
    page.excuse("status of 4");
    open_wallet(&page, &shop.wallet, 0);
    page.goto(&format!("{}/settings", shop.wallet));
    page.follow(label("Add a passkey"));
    let link = invitation(&shop, "editor");
    page.goto(&link);
    page.fill("#name", "Ann");
    page.follow(label("Sign in with your wallet and join"));
    assert_eq!(page.url(), format!("{desk}/"), "signed in and joined at once: {}", page.scene("joined"));
    page.goto(&format!("{desk}/team"));
    assert!(page.body_text().contains("Ann") && page.body_text().contains("editor"));
    for code in [link.split_once('#').unwrap().1, "0000-0000-0000", "nonsense"] {
        page.goto(&format!("{desk}/join"));
        page.fill("#code", code);
        page.fill("#name", "Ann again");
        page.follow(label("Join"));
        assert!(page.status() == 422 && page.body_text().contains("opens nothing"), "{}", page.scene(code));
        assert_eq!(page.value("#name"), "Ann again", "what was typed is kept");
    }
}
