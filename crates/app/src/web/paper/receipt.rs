//! A receipt on paper: what was true at the sale, so that it is the same whenever it is printed.

use super::{Issue, amount, column, fact, figure, widest};
use crate::web::lang::{Lang, plain};
use crate::web::money;
use crate::web::time;
use crate::web::wallet::ReceiptView;
use print::{Block, Cell, Document, Fact, Heading, Kind, Table};

/// The receipt on paper. Of the view it takes what the sale says and nothing that came later.
pub(crate) fn receipt(view: &ReceiptView, issue: &Issue<'_>) -> Document {
    let lang = issue.lang();
    Document {
        lang: lang.tag().to_owned(),
        issuer: issue.instance.name.clone(),
        title: plain!(lang, "receipt-title", number: &view.serial),
        test: issue.test(),
        heading: Heading {
            kind: plain!(lang, "receipt"),
            title: view.title.clone(),
            figure: figure(view.total.figure(lang)),
            caption: plain!(lang, "receipt-caption", payee: &view.payee),
        },
        blocks: vec![
            Block::Facts(facts(view, issue)),
            Block::Table(lines(view, lang)),
            Block::Table(legs(view, lang)),
            Block::Note(plain!(lang, "receipt-then")),
            Block::Note(issue.signed()),
        ],
        attachment: issue.attachment.clone(),
        id: format!("{}/{}", issue.id, view.serial),
        at: view.at,
    }
}

fn facts(view: &ReceiptView, issue: &Issue<'_>) -> Vec<Fact> {
    let lang = issue.lang();
    let payee = vec![format!("{} · {}", view.payee, view.payee_handle), view.origin.clone()];
    let of_sale = [
        fact(plain!(lang, "receipt-paid"), vec![time::precise_text(view.at, lang)]),
        fact(plain!(lang, "receipt-number"), vec![view.serial.clone()]),
        fact(plain!(lang, "receipt-to"), payee),
        fact(plain!(lang, "receipt-from"), vec![plain!(lang, "receipt-you"), view.payer_reference.clone()]),
        fact(plain!(lang, "sheet-for"), vec![view.item_url.clone()]),
    ];
    of_sale.into_iter().chain(issue.facts()).collect()
}

fn lines(view: &ReceiptView, lang: Lang) -> Table {
    let lines = || view.lines.iter().chain(&view.fees);
    let decimals = widest(lines().map(|line| line.amount).chain([view.total]));
    Table {
        caption: plain!(lang, "receipt-sums"),
        columns: vec![column(String::new(), Kind::Words), column(String::new(), Kind::Money)],
        rows: lines().map(|line| vec![Cell::words(&*line.text), amount(line.amount, decimals, lang)]).collect(),
        total: Some(vec![Cell::words(plain!(lang, "receipt-total")), amount(view.total, decimals, lang)]),
    }
}

fn legs(view: &ReceiptView, lang: Lang) -> Table {
    let decimals = widest(view.legs.iter().map(|leg| leg.amount).chain([view.total]));
    let row = |leg: &crate::web::wallet::Leg| {
        let share = leg.bp.map_or_else(|| plain!(lang, "receipt-rest"), |bp| money::percent(bp, lang));
        let who = Cell::Words { text: leg.label.clone(), small: leg.to.clone() };
        vec![who, Cell::words(share), amount(leg.amount, decimals, lang)]
    };
    Table {
        caption: plain!(lang, "receipt-legs"),
        columns: vec![column(String::new(), Kind::Words), column(String::new(), Kind::Short), column(String::new(), Kind::Money)],
        rows: view.legs.iter().map(row).collect(),
        total: Some(vec![Cell::words(plain!(lang, "receipt-together")), Cell::Empty, amount(view.total, decimals, lang)]),
    }
}
