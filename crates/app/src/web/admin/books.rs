//! The books: both sides asset by asset and class by class, the accounts by size, and single records.

use super::at_place;
use crate::web::Standing;
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::{money as amounts, pager_onward, standing};
use crate::web::time;
use crate::web::view::AdminFrame;
use ::money::{Asset, Timestamp};
use market::Class;
use maud::{Markup, html};

/// The books of an instance.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BooksView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// An asset each.
    pub assets: Vec<AssetSides>,
    /// Accounts, the one that moves most first, whichever its side.
    pub accounts: Vec<AccountRow>,
    /// The number of the last frame.
    pub last_frame: u64,
    /// The page after this one; none on the last.
    pub next_url: Option<String>,
    /// The first page; none when this is it.
    pub first_url: Option<String>,
}

/// Both sides of an asset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssetSides {
    /// Which.
    pub asset: Asset,
    /// Class by class.
    pub classes: Vec<ClassSides>,
}

/// Both sides of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassSides {
    /// Which.
    pub class: Class,
    /// How many accounts.
    pub accounts: u64,
    /// What those below zero owe, as a positive sum.
    pub debit: i128,
    /// What those above zero have.
    pub credit: i128,
    /// What is held of it.
    pub held: i128,
}

/// One account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccountRow {
    /// Its holder: a handle or the beginning of an id.
    pub holder: String,
    /// The holder's page.
    pub url: String,
    /// Its class.
    pub class: Class,
    /// What stands in it.
    pub posted: Money,
}

/// The records of a frame, or the postings of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// The frame's number.
    pub sequence: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Its chained hash, in hexadecimal.
    pub hash: String,
    /// Its records, or some of them.
    pub records: Vec<RecordRow>,
    /// The rest of them.
    pub next_url: Option<String>,
    /// The frame before.
    pub before_url: Option<String>,
    /// The frame after.
    pub after_url: Option<String>,
}

/// A record in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordRow {
    /// `frame.record`.
    pub place: String,
    /// What kind, in the export's word.
    pub kind: &'static str,
    /// What it was about.
    pub what: String,
    /// How many postings.
    pub legs: u64,
    /// Its page.
    pub url: String,
}

/// A record's postings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// `frame.record`.
    pub place: String,
    /// When.
    pub at: Timestamp,
    /// What kind, in the export's word.
    pub kind: &'static str,
    /// What it was about.
    pub what: String,
    /// The command's id.
    pub id: String,
    /// The postings.
    pub legs: Vec<PostingRow>,
    /// The frame.
    pub frame_url: String,
}

/// One posting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PostingRow {
    /// Whose account: a handle or the beginning of an id.
    pub holder: String,
    /// The holder's page.
    pub url: String,
    /// Its class.
    pub class: Class,
    /// What it changed: below zero is a debit.
    pub amount: Money,
}

/// What a class is called.
pub fn class_word(class: Class, lang: Lang) -> String {
    match class {
        Class::Funded => plain!(lang, "class-funded"),
        Class::EarnedPending => plain!(lang, "class-earned"),
        Class::Fee => plain!(lang, "class-fee"),
        Class::Rail => plain!(lang, "class-rail"),
    }
}

/// What a kind of record is called.
pub fn kind_word(kind: &str, lang: Lang) -> String {
    match kind {
        "sale" => plain!(lang, "kind-sale"),
        "refund" => plain!(lang, "kind-refund"),
        "top-up" => plain!(lang, "kind-top-up"),
        "tip" => plain!(lang, "row-tip"),
        "offer" => plain!(lang, "kind-offer"),
        "offer-ended" => plain!(lang, "kind-offer-ended"),
        "payee" => plain!(lang, "kind-payee"),
        "guard" => plain!(lang, "kind-guard"),
        _ => plain!(lang, "kind-founding"),
    }
}

/// The page.
#[must_use]
pub fn books(view: &BooksView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        h1 { (say!(lang, "admin-books")) }
        @if view.assets.is_empty() { p.mut { (say!(lang, "admin-books-none")) } }
        @for asset in &view.assets { (sides(asset, lang)) }
        form.filter.few method="get" action="/books" {
            div {
                label for="record" { (say!(lang, "admin-record-find")) }
                input #record name="record" inputmode="decimal" maxlength="30" autocomplete="off" aria-describedby="record-hint";
            }
            button.btn.quiet type="submit" { (say!(lang, "desk-filter-go")) }
        }
        p.small #record-hint { (say!(lang, "admin-record-hint", last: view.last_frame)) }
        @if !view.accounts.is_empty() { (accounts(view, lang)) }
        (pager_onward(view.first_url.as_deref(), view.next_url.as_deref(), lang))
    };
    at_place(&view.frame, None, &content)
}

fn sides(asset: &AssetSides, lang: Lang) -> Markup {
    let money = |units| Money { units, asset: asset.asset };
    let sum = |of: fn(&ClassSides) -> i128| asset.classes.iter().map(of).fold(0_i128, i128::saturating_add);
    let (debit, credit, held) = (sum(|class| class.debit), sum(|class| class.credit), sum(|class| class.held));
    let total = credit.saturating_sub(debit);
    let number = asset.classes.iter().fold(0_u64, |sum, class| sum.saturating_add(class.accounts));
    let shown = |units| html! { (amounts::exact(money(units), lang)) };
    let named = asset.asset.iso().unwrap_or_else(|| asset.asset.to_string());
    html! {
        table.rows.books {
            caption { (named) " " (standing(if total == 0 { Standing::Good } else { Standing::Bad }, lang)) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-class")) }
                th.n scope="col" { (say!(lang, "admin-accounts")) }
                th.n scope="col" { (say!(lang, "admin-held")) }
                th.n scope="col" { (say!(lang, "admin-debit")) }
                th.n scope="col" { (say!(lang, "admin-credit")) }
            } }
            tbody { @for class in &asset.classes { tr {
                th scope="row" { (class_word(class.class, lang)) }
                td.n data-l=(plain!(lang, "admin-accounts")) { (money::count(class.accounts, lang)) }
                td.n data-l=(plain!(lang, "admin-held")) { (shown(class.held)) }
                td.n data-l=(plain!(lang, "admin-debit")) { (shown(class.debit)) }
                td.n data-l=(plain!(lang, "admin-credit")) { (shown(class.credit)) }
            } } }
            tfoot { tr {
                th scope="row" { b { (say!(lang, "admin-sum", amount: money(total).exact(lang))) } }
                td.n data-l=(plain!(lang, "admin-accounts")) { (money::count(number, lang)) }
                td.n data-l=(plain!(lang, "admin-held")) { (shown(held)) }
                td.n data-l=(plain!(lang, "admin-debit")) { b { (shown(debit)) } }
                td.n data-l=(plain!(lang, "admin-credit")) { b { (shown(credit)) } }
            } }
        }
    }
}

fn accounts(view: &BooksView, lang: Lang) -> Markup {
    let decimals = amounts::widest(view.accounts.iter().map(|row| row.posted));
    let side =
        |amount: Money| html! { span { (amounts::after(Money { units: amount.units.saturating_abs(), ..amount }, decimals, lang)) } };
    html! {
        table.rows.books {
            caption { (say!(lang, "admin-accounts-by-size")) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-holder")) }
                th scope="col" { (say!(lang, "admin-class")) }
                th.n scope="col" { (say!(lang, "admin-debit")) }
                th.n scope="col" { (say!(lang, "admin-credit")) }
            } }
            tbody { @for row in &view.accounts { tr {
                th scope="row" { a href=(row.url) { (row.holder) } }
                td data-l=(plain!(lang, "admin-class")) { (class_word(row.class, lang)) }
                td.n data-l=(plain!(lang, "admin-debit")) { @if row.posted.units < 0 { (side(row.posted)) } }
                td.n data-l=(plain!(lang, "admin-credit")) { @if row.posted.units >= 0 { (side(row.posted)) } }
            } } }
        }
    }
}

/// The page of a frame.
#[must_use]
pub fn frame(view: &FrameView) -> String {
    let lang = view.frame.instance.lang;
    let title = plain!(lang, "admin-frame", number: view.sequence);
    let content = html! {
        hgroup { h1 { (title) } p.mut { (time::precise(view.at, lang)) } p { code { (view.hash) } } }
        table.rows.books {
            caption { (say!(lang, "admin-records")) }
            thead { tr { th scope="col" { (say!(lang, "admin-record")) } th scope="col" { (say!(lang, "rows-what")) } th.n scope="col" { (say!(lang, "admin-postings")) } } }
            tbody { @for row in &view.records { tr {
                th scope="row" { a href=(row.url) { (row.place) } }
                td data-l=(plain!(lang, "rows-what")) { span { (kind_word(row.kind, lang)) @if !row.what.is_empty() { " " small { (row.what) } } } }
                td.n data-l=(plain!(lang, "admin-postings")) { (money::count(row.legs, lang)) }
            } } }
        }
        @if let Some(next) = &view.next_url { p { a.btn.quiet rel="next" href=(next) { (say!(lang, "pages-next")) } } }
        p.links {
            @if let Some(before) = &view.before_url { a href=(before) { (say!(lang, "admin-frame-before")) } }
            @if let Some(after) = &view.after_url { a href=(after) { (say!(lang, "admin-frame-after")) } }
        }
    };
    at_place(&view.frame, Some(&title), &content)
}

/// The page of a record.
#[must_use]
pub fn record(view: &RecordView) -> String {
    let lang = view.frame.instance.lang;
    let title = plain!(lang, "admin-record-number", place: &view.place);
    let content = html! {
        hgroup { h1 { (title) } p.mut { (time::precise(view.at, lang)) } }
        dl.facts {
            div { dt { (say!(lang, "rows-what")) } dd { (kind_word(view.kind, lang)) @if !view.what.is_empty() { " " (view.what) } } }
            div { dt { (say!(lang, "admin-command")) } dd { code { (view.id) } } }
            div { dt { (say!(lang, "admin-frame-of")) } dd { a href=(view.frame_url) { (say!(lang, "admin-frame-see")) } } }
        }
        @if view.legs.is_empty() { p.mut { (say!(lang, "admin-postings-none")) } } @else { (postings(&view.legs, lang)) }
    };
    at_place(&view.frame, Some(&title), &content)
}

fn postings(legs: &[PostingRow], lang: Lang) -> Markup {
    let decimals = amounts::widest(legs.iter().map(|leg| leg.amount));
    let positive = |amount: Money| Money { units: amount.units.saturating_abs(), ..amount };
    let side = |amount: Money| amounts::column(positive(amount), decimals, lang);
    let assets: std::collections::BTreeSet<Asset> = legs.iter().map(|leg| leg.amount.asset).collect();
    let sum = |asset: Asset, is_debit: bool| {
        let of = legs.iter().map(|leg| leg.amount).filter(|amount| amount.asset == asset && (amount.units < 0) == is_debit);
        Money { units: of.map(|amount| amount.units.saturating_abs()).fold(0, i128::saturating_add), asset }
    };
    html! {
        table.rows.books {
            caption { (say!(lang, "admin-postings")) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-holder")) }
                th scope="col" { (say!(lang, "admin-class")) }
                th.n scope="col" { (say!(lang, "admin-debit")) }
                th.n scope="col" { (say!(lang, "admin-credit")) }
            } }
            tbody { @for leg in legs { tr {
                th scope="row" { a href=(leg.url) { (leg.holder) } }
                td data-l=(plain!(lang, "admin-class")) { (class_word(leg.class, lang)) }
                td.n data-l=(plain!(lang, "admin-debit")) { @if leg.amount.units < 0 { (side(leg.amount)) } }
                td.n data-l=(plain!(lang, "admin-credit")) { @if leg.amount.units >= 0 { (side(leg.amount)) } }
            } } }
            tfoot { @for asset in assets { tr {
                th scope="row" { b { (say!(lang, "receipt-together")) } }
                td {}
                td.n data-l=(plain!(lang, "admin-debit")) { b { (side(sum(asset, true))) } }
                td.n data-l=(plain!(lang, "admin-credit")) { b { (side(sum(asset, false))) } }
            } } }
        }
    }
}
