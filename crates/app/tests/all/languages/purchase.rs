//! A purchase and its undo in the language that the reader's browser asks for.

use crate::browser::{Browser, Page};
use crate::support::server::Server;
use crate::support::steps::{BAR_UNDO, PAY, TO_WALLET, doors, plain_page};

/// What a reader of one language sees on the way.
struct Words {
    wish: &'static str,
    tag: &'static str,
    wall: &'static str,
    sheet: &'static str,
    bar: [&'static str; 3],
    undone: [&'static str; 2],
    refused: &'static str,
    nothing: &'static str,
}

fn says(page: &Page, words: &Words, said: &str, where_: &str) {
    assert!(page.body_text().contains(said), "{}", page.scene(&format!("{said:?} on {where_}")));
    assert_eq!(page.attribute("html", "lang"), words.tag, "{where_}");
    let language = page.exchange().response_headers.get("content-language").cloned();
    assert_eq!(language.as_deref(), Some(words.tag), "{where_}");
}

/// Wall, sheet, article, undo, and the second undo that is refused.
fn buys_and_takes_back(words: &Words) {
    let demo = Server::demo();
    let (_, wallet, article) = doors(&demo);
    let reader = Browser::shared().context();
    let page = plain_page(&reader);
    page.reads(words.wish);
    page.excuse("status of 409");
    page.excuse("status of 404");
    page.goto(&article);
    says(&page, words, words.wall, "the wall");
    assert_eq!(page.attribute("article.tease", "lang"), "en", "the article's own language stays its own");
    page.follow(TO_WALLET);
    says(&page, words, words.sheet, "the sheet");
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (article.clone(), 200));
    let bar = page.text("farthing-bar");
    assert!(words.bar.iter().all(|said| bar.contains(said)), "{bar}");
    assert_eq!((page.attribute("html", "lang"), page.attribute("farthing-bar", "lang")), ("en".to_owned(), words.tag.to_owned()));
    page.follow(BAR_UNDO);
    assert_eq!((page.url(), page.status()), (article.clone(), 402));
    let notice = page.text("[role=status]");
    assert!(words.undone.iter().all(|said| notice.contains(said)), "{notice}");
    page.follow(TO_WALLET);
    page.follow(PAY);
    page.follow(BAR_UNDO);
    assert_eq!(page.status(), 409);
    says(&page, words, words.refused, "the second undo");
    page.goto(&format!("{wallet}/nowhere"));
    says(&page, words, words.nothing, "a page that is not there");
    page.goto(&format!("{wallet}/history"));
    assert_eq!(page.count("table.moves tbody tr"), 4, "{}", page.scene("added, bought, taken back, bought"));
}

#[test]
fn in_korean() {
    buys_and_takes_back(&Words {
        wish: "ko-KR,ko",
        tag: "ko",
        wall: "€0.05 결제하고 읽기",
        sheet: "€0.05 결제하기",
        bar: ["€0.05 결제됨", "결제 취소", "영수증"],
        undone: ["결제를 취소했어요.", "€0.05 지갑으로 돌려드렸어요."],
        refused: "페이지마다 한 번만 취소할 수 있어요",
        nothing: "찾을 수 없어요",
    });
}

#[test]
fn in_german() {
    buys_and_takes_back(&Words {
        wish: "de-CH,de",
        tag: "de",
        wall: "0,05\u{a0}€ zahlen und lesen",
        sheet: "0,05\u{a0}€ zahlen",
        bar: ["0,05\u{a0}€ bezahlt", "Zurücknehmen", "Beleg"],
        undone: ["Zurückgenommen.", "0,05\u{a0}€ ist wieder in Ihrer Wallet."],
        refused: "jede Seite lässt sich einmal zurücknehmen",
        nothing: "Hier ist nichts",
    });
}

#[test]
fn in_english_for_who_reads_nothing_that_we_write() {
    buys_and_takes_back(&Words {
        wish: "fr-FR,fr",
        tag: "en",
        wall: "Pay €0.05 and read",
        sheet: "Pay €0.05",
        bar: ["Paid €0.05", "Undo", "Receipt"],
        undone: ["Taken back.", "€0.05 is in your wallet."],
        refused: "each page can be taken back once",
        nothing: "Nothing here",
    });
}
