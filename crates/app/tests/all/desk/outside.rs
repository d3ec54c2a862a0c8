//! *Check my site*, with a real cache in front.

use crate::browser::{Browser, Page, css};
use crate::support::desk::signed_in;
use crate::support::evidence;
use crate::support::http::get;
use crate::support::nginx::{HEEDFUL, LEAKING, LEAKING_BY_PATH, Nginx};
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use store::vault::Role;

fn shop_behind(cache: &str) -> (Shop, Nginx) {
    evidence::begin("nginx");
    Shop::open_behind(|port, behind| Nginx::start(port, behind, cache))
}

/// Presses the button and gives what was found.
fn checked(shop: &Shop, page: &Page) -> String {
    page.goto(&format!("{}/install", shop.desk));
    page.fill("#path-news", "/a/story");
    page.follow(css("form[action='/install/check'] button"));
    page.text(".finding")
}

#[test]
fn a_cache_that_shows_paid_pages_to_everybody_is_found() {
    let (shop, _nginx) = shop_behind(LEAKING);
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Developer);
    let page = plain_page(&seller);
    let found = checked(&shop, &page);
    assert!(found.contains("shows paid pages to everybody") && found.contains("proxy_ignore_headers"), "{}", page.scene(&found));
    assert!(found.contains("/a/story"));
    page.goto(&shop.desk);
    assert!(page.body_text().contains("The last look found something"), "{}", page.scene("the checklist"));
    evidence::ran("nginx", "nginx", &Nginx::version());
}

#[test]
fn a_cache_that_shows_walls_to_buyers_is_found_and_one_that_heeds_is_not() {
    let seller = Browser::shared().context();
    let page = plain_page(&seller);
    {
        let (shop, _nginx) = shop_behind(LEAKING_BY_PATH);
        signed_in(&shop, &seller, Role::Developer);
        assert_eq!(get(&format!("{}/a/story", shop.site), &[("Accept", "text/html")]).status, 402);
        let found = checked(&shop, &page);
        assert!(found.contains("shows the wall to buyers"), "{}", page.scene(&found));
    }
    seller.clear_cookies();
    let (shop, _nginx) = shop_behind(HEEDFUL);
    signed_in(&shop, &seller, Role::Developer);
    let found = checked(&shop, &page);
    assert!(found.contains("All is well"), "{}", page.scene(&found));
    let heard = shop.origin.heard();
    assert!(heard.iter().all(|heard| !heard.headers.iter().any(|(name, _)| name.starts_with("farthing-"))), "nobody bought anything");
    evidence::ran("nginx", "nginx", &Nginx::version());
}
