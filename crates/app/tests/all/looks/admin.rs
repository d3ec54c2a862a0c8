//! The operator's pages.

use super::{judged, show};
use crate::browser::{Browser, label};
use crate::support::shop::Shop;
use crate::support::steps::with_authenticator;

#[test]
fn setting_up_and_running() {
    let shop = Shop::open();
    let (setup, admin) = (shop.server.url("setup"), shop.server.url("admin"));
    let operator = Browser::shared().context();
    let (page, _) = with_authenticator(&operator);
    page.excuse("status of 4");
    page.goto(&setup);
    show(&page, "admin-setup");
    page.goto(&setup);
    page.fill("#name", "Mira Quay");
    page.follow(label("Make a passkey and begin"));
    show(&page, "admin-operators-new");
    page.follow(label("Invite an operator"));
    show(&page, "admin-operators-invited");
    page.goto(&admin);
    show(&page, "admin-health");
    page.goto(&format!("{admin}/nothing"));
    show(&page, "admin-unknown");
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Make ten codes"));
    show(&page, "admin-codes");
    page.goto(&format!("{admin}/operators"));
    page.follow(label("Sign out"));
    show(&page, "admin-sign-in");
    judged(&page);
}
