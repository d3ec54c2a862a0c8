//! The demo's reader, who is signed in by themselves: two clicks to an article, one to take it back.

use crate::browser::{Browser, label};
use crate::support::server::Server;
use crate::support::steps::{BAR_UNDO, PAY, TO_WALLET, balance, buy, doors, plain_page};

/// A line of the first article that stands behind its cut.
const BEHIND: &str = "forty-four boats";

#[test]
fn an_article_is_bought_in_two_clicks_across_two_origins_without_script() {
    let demo = Server::demo();
    let (news, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&news);
    page.follow(label("The quiet harbour"));
    assert_eq!(page.status(), 402);
    assert!(!page.body_text().contains(BEHIND), "the wall shows what is to be paid for");
    let clicks = page.documents();
    page.follow(TO_WALLET);
    assert!(page.url().starts_with(&wallet), "the sheet stands at the wallet");
    assert!(page.body_text().contains(&news), "the sheet names the site's origin in full");
    page.follow(PAY);
    assert_eq!(page.documents() - clicks, 2, "two clicks, two documents");
    assert_eq!((page.url(), page.status()), (article, 200));
    assert!(page.body_text().contains(BEHIND));
    let bar = page.text("farthing-bar");
    assert!(bar.contains("Paid €0.05") && bar.contains("Undo") && bar.contains("until") && bar.contains("TEST"), "{bar}");
}

#[test]
fn reading_again_is_free() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    for _ in 0..3 {
        page.reload();
        assert_eq!(page.status(), 200);
        assert!(page.body_text().contains(BEHIND));
    }
    assert_eq!(balance(&page, &wallet), 4_950_000);
}

#[test]
fn undo_from_the_bar_gives_the_money_back_and_closes_the_page() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    let before = balance(&page, &wallet);
    buy(&page, &article);
    page.follow(BAR_UNDO);
    assert_eq!((page.url(), page.status()), (article.clone(), 402), "{}", page.scene("undo leads to the wall"));
    assert!(page.text("[role=status]").contains("Taken back"), "{}", page.scene("the notice"));
    assert!(page.text("[role=status]").contains("€0.05"));
    page.goto(&article);
    assert_eq!(page.status(), 402, "access has ended");
    assert!(!page.exists("[role=status]"), "the notice is said once");
    assert_eq!(balance(&page, &wallet), before, "nothing is lost by an undo");
}

#[test]
fn a_second_undo_of_the_same_article_is_refused_with_its_rule() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    buy(&page, &article);
    page.follow(BAR_UNDO);
    buy(&page, &article);
    page.excuse("status of 409");
    page.follow(BAR_UNDO);
    assert_eq!(page.status(), 409);
    assert!(page.body_text().contains("each page can be taken back once"), "{}", page.scene("the rule"));
    assert_eq!(balance(&page, &wallet), 4_950_000, "the second purchase stands");
    page.goto(&article);
    assert_eq!(page.status(), 200, "and stays the reader's");
}

#[test]
fn an_article_below_a_cent_costs_what_it_says() {
    let demo = Server::demo();
    let (news, wallet, _) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&format!("{news}/a/tide-tables"));
    assert!(page.text(TO_WALLET).contains("0.4¢"), "{}", page.scene("the short price"));
    page.follow(TO_WALLET);
    assert!(page.text(PAY).contains("€0.004"), "{}", page.scene("the exact price"));
    page.follow(PAY);
    assert_eq!(page.status(), 200);
    assert_eq!(balance(&page, &wallet), 4_996_000);
}

#[test]
fn what_is_free_stays_untouched() {
    let demo = Server::demo();
    let (news, wallet, _) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    for path in ["/", "/a/harbour-bell", "/tour"] {
        page.goto(&format!("{news}{path}"));
        assert_eq!(page.status(), 200);
        assert!(!page.exists("farthing-bar"));
    }
    assert!(reader.cookies().is_empty(), "free pages leave no cookie: {:?}", reader.cookies());
    assert_eq!(balance(&page, &wallet), 5_000_000);
}
