//! Without a mouse: a purchase and its undo by Tab and Enter alone.

use super::judged;
use crate::browser::axe;
use crate::browser::{Browser, Page};
use crate::support::server::Server;
use crate::support::steps::{doors, plain_page};

/// Tabs until something with these words has the focus, which must be seen, and presses Enter on it.
fn enter(page: &Page, words: &str) {
    for _ in 0..30 {
        page.press("Tab");
        if page.focused().contains(words) {
            let ring =
                page.eval("(s => s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 3)(getComputedStyle(document.activeElement))");
            assert_eq!(ring, true, "{}", page.scene("the focus is seen"));
            let seen =
                page.eval("(r => r.top >= 0 && r.bottom <= innerHeight && r.width > 0)(document.activeElement.getBoundingClientRect())");
            assert_eq!(seen, true, "{}", page.scene("and not hidden"));
            page.press_and_follow("Enter");
            return;
        }
    }
    panic!("{}", page.scene(&format!("no way to {words:?} by Tab")));
}

#[test]
fn a_purchase_and_its_undo_by_keyboard() {
    let demo = Server::demo();
    let (news, _, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&news);
    enter(&page, "The quiet harbour");
    enter(&page, "Pay €0.05 and read");
    enter(&page, "Pay €0.05");
    assert_eq!((page.url(), page.status()), (article, 200));
    enter(&page, "Undo");
    assert_eq!(page.status(), 402, "{}", page.scene("undone"));
    axe::assert_accessible(&page);
    judged(&page);
}

#[test]
fn the_skip_link_leads_past_the_header() {
    let demo = Server::demo();
    let (_, wallet, _) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.goto(&wallet);
    page.press("Tab");
    assert_eq!(page.focused(), "Skip to the content");
    page.press("Enter");
    page.until(|| "the content".to_owned(), || (page.eval("document.activeElement.id") == "main").then_some(()));
}

#[test]
fn in_the_few_colours_of_a_high_contrast_screen_everything_is_still_there() {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.forced_colors();
    for (address, name) in [(article, "wall"), (wallet, "wallet")] {
        page.goto(&address);
        page.screenshot(&crate::support::evidence::target().join(format!("shots/{name}-1100-contrast.png")));
        let bordered = page.eval("[...document.querySelectorAll('.btn')].every(e => getComputedStyle(e).borderStyle === 'solid')");
        assert_eq!(bordered, true, "{}", page.scene("a button keeps its edge"));
    }
}
