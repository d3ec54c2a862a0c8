//! *Teaser in search*: people and engines get the same page under 200, programs get 402.

use crate::browser::{Browser, css};
use crate::support::desk::signed_in;
use crate::support::http::get;
use crate::support::shop::{BEHIND, Shop};
use crate::support::steps::{PAY, TO_WALLET, open_wallet, plain_page};
use store::vault::Role;

#[test]
fn a_crawler_reads_what_a_person_reads_to_the_byte_and_a_program_gets_402() {
    let shop = Shop::open_site_with("search = true\n");
    let url = format!("{}/a/story", shop.site);
    let html = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let crawler = get(&url, &[html, ("User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"), ("From", "googlebot(at)googlebot.com")]);
    let person =
        get(&url, &[html, ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-User", "?1")]);
    let known = get(&url, &[html, ("Cookie", "__Host-farthing_st=AAAAAAAAAAAAAAAAAAAAAA; theirs=1")]);
    assert_eq!((crawler.status, person.status, known.status), (200, 200, 200));
    assert!(crawler.body == person.body && crawler.body == known.body, "one page for all");
    let text = crawler.text();
    assert!(text.contains("accurate to the weight of a letter") && !text.contains(BEHIND));
    let data = text.split("<script type=\"application/ld+json\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let data: serde_json::Value = serde_json::from_str(data).unwrap();
    assert_eq!((&data["isAccessibleForFree"], &data["headline"]), (&false.into(), &"A story of weights".into()));
    assert_eq!((&data["offers"]["price"], &data["offers"]["priceCurrency"]), (&"0.05".into(), &"EUR".into()));
    assert!(crawler.header("set-cookie").is_none() && crawler.header("www-authenticate").is_none());
    let program = get(&url, &[("Accept", "*/*")]);
    assert!(program.status == 402 && program.header("www-authenticate").is_some());
    let script = get(&url, &[html, ("Sec-Fetch-Mode", "cors")]);
    assert_eq!(script.status, 402, "a script does not take the teaser for the page");
    assert_eq!(get(&format!("{}/.well-known/farthing/pay?page=%2Fplain", shop.site), &[html]).status, 404);
    assert_eq!(get(&format!("{}/.well-known/farthing/pay?page=%2F%2Fevil.example%2Fa%2Fstory", shop.site), &[html]).status, 404);
}

#[test]
fn a_teaser_in_search_is_bought_like_any_other() {
    let shop = Shop::open_site_with("search = true\n");
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    open_wallet(&page, &shop.wallet, 5);
    let url = format!("{}/a/story", shop.site);
    page.goto(&url);
    assert!(page.status() == 200 && !page.body_text().contains(BEHIND), "{}", page.scene("the teaser"));
    page.follow(TO_WALLET);
    assert!(page.url().starts_with(&shop.wallet), "{}", page.scene("the sheet"));
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (url, 200));
    assert!(page.body_text().contains(BEHIND) && page.exists("farthing-bar"), "{}", page.scene("the article"));
    page.assert_clean();
}

#[test]
fn check_my_site_tells_a_teaser_from_a_page() {
    let shop = Shop::open_site_with("search = true\n");
    let seller = Browser::shared().context();
    signed_in(&shop, &seller, Role::Developer);
    let page = plain_page(&seller);
    page.goto(&format!("{}/install", shop.desk));
    page.fill("#path-news", "/a/story");
    page.follow(css("form[action='/install/check'] button"));
    assert!(page.text(".finding").contains("All is well"), "{}", page.scene("the finding"));
}
