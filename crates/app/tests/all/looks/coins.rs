//! The desk's page of coins that went past the books, on a chain of the tests' own: what arrived, what is on its way, what never will.

use super::{judged, show};
use crate::browser::{Browser, css};
use crate::coins::chain::{Chain, Purse, field};
use crate::support::desk::signed_in;
use crate::support::http;
use crate::support::shop::Shop;
use crate::support::steps::plain_page;
use store::vault::Role;

/// The lines that let a site take the coin of a chain.
pub fn coin_of(chain: &Chain) -> String {
    let of = |key: &str| chain.text(key);
    format!(
        "[site.news.stablecoin.test]\nnetwork = \"{}\"\nasset = \"{}\"\nname = \"{}\"\ncurrency = \"EUR\"\npay_to = \"{}\"\n\
         facilitator = \"{}\"\nrpc = \"{}\"\npatience_s = 3\n",
        of("network"),
        of("asset"),
        of("name"),
        of("payTo"),
        of("facilitator"),
        of("rpc")
    )
}

#[test]
fn what_was_paid_in_coins_is_seen_at_the_desk() {
    let (chain, seller) = (Chain::shared(), Browser::shared().context());
    let shop = Shop::open_site_with(&coin_of(chain));
    let page = plain_page(&seller);
    signed_in(&shop, &seller, Role::Reader);
    page.goto(&format!("{}/sales", shop.desk));
    page.follow(css("a[href='/coins']"));
    show(&page, "desk-coins-none");

    let pay = |purse: &Purse, path: &str| {
        let url = format!("{}{path}", shop.site);
        let payment = field(&chain.sign(purse, &url));
        http::get(&url, &[("payment-signature", &payment)]).status
    };
    for (mood, path, status) in [("honest", "/a/story", 200), ("honest", "/c/note", 200), ("lie", "/d/book", 503)] {
        let purse = chain.purse();
        chain.moods(&purse, mood);
        assert_eq!(pay(&purse, path), status, "{path}");
    }
    page.until(
        || page.scene("three payments are listed"),
        || {
            page.reload();
            (page.count("table.books tbody tr") == 3).then_some(())
        },
    );
    show(&page, "desk-coins");
    for (language, name) in [("de", "desk-coins-de"), ("ko", "desk-coins-ko")] {
        page.reads(language);
        page.reload();
        show(&page, name);
    }
    judged(&page);
}
