//! Finding a party, and what the books and the vault know of one.

use super::books::{class_word, kind_word};
use super::limits::{GuardRow, guards};
use super::{at_place, short};
use crate::web::lang::{Lang, plain, say};
use crate::web::money::{self, Money};
use crate::web::parts::money as amounts;
use crate::web::time;
use crate::web::view::AdminFrame;
use ::money::Timestamp;
use market::Class;
use maud::{Markup, html};

/// The page that finds parties.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartiesView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// What was looked for; empty at first.
    pub asked: String,
    /// A sale whose receipt was looked for.
    pub sale: Option<FoundSale>,
    /// Payees, the operator and the rails: who has a name of ours.
    pub known: Vec<KnownParty>,
    /// True if there were too many to try a reference on.
    pub too_many: bool,
}

/// A sale found by its receipt's serial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundSale {
    /// Realm and path.
    pub item: String,
    /// When.
    pub at: Timestamp,
    /// What was paid.
    pub paid: Money,
    /// True if it was taken back.
    pub taken_back: bool,
    /// The payer's account.
    pub payer: String,
    /// The payer's page.
    pub payer_url: String,
    /// Its record.
    pub record_url: String,
}

/// A party with a name of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownParty {
    /// The name.
    pub name: String,
    /// Its handle.
    pub handle: String,
    /// Its page.
    pub url: String,
}

/// Everything known of a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartyView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// Its account id.
    pub account: String,
    /// Names that it has with us: a payee's, the operator's, a rail's; most have none.
    pub names: Vec<String>,
    /// What it has, class by class.
    pub balances: Vec<BalanceRow>,
    /// What is held of it.
    pub holds: Vec<HoldRow>,
    /// Limits it set itself.
    pub guards: Vec<GuardRow>,
    /// Its last movements, newest first.
    pub moves: Vec<MoveRow>,
    /// How it can come back to its wallet.
    pub passkeys: u64,
    /// Recovery codes that count.
    pub codes: u64,
    /// Browsers that are signed in.
    pub logins: u64,
}

/// What a party has of one class and asset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BalanceRow {
    /// Which class.
    pub class: Class,
    /// All of it.
    pub posted: Money,
    /// What holds keep from being spent.
    pub held: Money,
    /// In how many accounts.
    pub accounts: u64,
}

/// An open hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldRow {
    /// Its id.
    pub id: String,
    /// How much.
    pub amount: Money,
    /// Until when.
    pub until: Timestamp,
}

/// One movement, on the side it was on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MoveRow {
    /// When.
    pub at: Timestamp,
    /// What kind, in the export's word.
    pub kind: &'static str,
    /// Realm and path, where there is one.
    pub item: String,
    /// Of which class.
    pub class: Class,
    /// What it changed.
    pub amount: Money,
    /// Its record.
    pub url: String,
}

/// The page that finds.
#[must_use]
pub fn parties(view: &PartiesView) -> String {
    let lang = view.frame.instance.lang;
    let none = !view.asked.is_empty() && view.sale.is_none();
    let content = html! {
        h1 { (say!(lang, "admin-parties")) }
        form.filter method="get" action="/parties" {
            div.all {
                label for="q" { (say!(lang, "admin-parties-ask")) }
                input #q name="q" value=(view.asked) maxlength="64" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="q-hint";
            }
            button.btn type="submit" { (say!(lang, "admin-find")) }
        }
        p.small #q-hint { (say!(lang, "admin-parties-hint")) }
        @if none {
            p.notice.warn role="status" {
                b { (say!(lang, "admin-parties-none")) } " "
                @if view.too_many { (say!(lang, "admin-parties-too-many")) } @else { (say!(lang, "admin-parties-none-text")) }
            }
        }
        @if let Some(sale) = &view.sale { (found(sale, lang)) }
        section {
            h2 { (say!(lang, "admin-parties-known")) }
            dl.facts { @for known in &view.known { div { dt { (known.handle) } dd { a href=(known.url) { (known.name) } } } } }
        }
    };
    at_place(&view.frame, None, &content)
}

fn found(sale: &FoundSale, lang: Lang) -> Markup {
    html! {
        section.card {
            h2 { (say!(lang, "desk-sale")) @if sale.taken_back { " " span.mark { (say!(lang, "row-back")) } } }
            dl.facts {
                div { dt { (say!(lang, "receipt-paid")) } dd { (time::precise(sale.at, lang)) } }
                div { dt { (say!(lang, "desk-page")) } dd { (sale.item) } }
                div { dt { (say!(lang, "receipt-amount")) } dd { (amounts::exact(sale.paid, lang)) } }
                div { dt { (say!(lang, "admin-payer")) } dd { a href=(sale.payer_url) { code { (sale.payer) } } } }
                div { dt { (say!(lang, "admin-record")) } dd { a href=(sale.record_url) { (say!(lang, "admin-record-see")) } } }
            }
        }
    }
}

/// The page of one party.
#[must_use]
pub fn party(view: &PartyView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        hgroup {
            h1 { @if view.names.is_empty() { (say!(lang, "admin-party")) } @else { (view.names.join(", ")) } }
            p { code { (view.account) } }
        }
        (balances(view, lang))
        div.split.even {
            // Who only gets paid or runs the instance has no wallet to come back to.
            @if view.names.is_empty() || view.passkeys > 0 || view.codes > 0 || view.logins > 0 { section {
                h2 { (say!(lang, "admin-party-back")) }
                dl.facts.nums {
                    div { dt { (say!(lang, "admin-party-passkeys")) } dd.n { (money::count(view.passkeys, lang)) } }
                    div { dt { (say!(lang, "admin-party-codes")) } dd.n { (money::count(view.codes, lang)) } }
                    div { dt { (say!(lang, "admin-party-logins")) } dd.n { (money::count(view.logins, lang)) } }
                }
                p.small {
                    @if view.passkeys > 0 || view.codes > 0 { (say!(lang, "admin-party-kept")) } @else { (say!(lang, "admin-party-not-kept")) }
                }
            } }
            section {
                h2 { (say!(lang, "admin-holds")) }
                @if view.holds.is_empty() { p.mut { (say!(lang, "admin-holds-none")) } } @else {
                    dl.facts.nums { @for hold in &view.holds { div { dt { code { (short(&hold.id)) } " " (time::full(hold.until, lang)) } dd.n { (amounts::exact(hold.amount, lang)) } } } }
                }
            }
        }
        @if !view.guards.is_empty() { section { h2 { (say!(lang, "admin-guards")) } (guards(&view.guards, lang)) } }
        section { (moves(view, lang)) }
    };
    at_place(&view.frame, Some(&plain!(lang, "admin-party")), &content)
}

fn balances(view: &PartyView, lang: Lang) -> Markup {
    if view.balances.is_empty() {
        return html! { p.mut { (say!(lang, "admin-party-nothing")) } };
    }
    let free = |row: &BalanceRow| Money { units: row.posted.units.saturating_sub(row.held.units), asset: row.posted.asset };
    html! {
        table.rows.books {
            caption { (say!(lang, "admin-balances")) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-class")) }
                th.n scope="col" { (say!(lang, "admin-accounts")) }
                th.n scope="col" { (say!(lang, "admin-posted")) }
                th.n scope="col" { (say!(lang, "admin-held")) }
                th.n scope="col" { (say!(lang, "admin-available")) }
            } }
            tbody { @for row in &view.balances { tr {
                th scope="row" { (class_word(row.class, lang)) }
                td.n data-l=(plain!(lang, "admin-accounts")) { (money::count(row.accounts, lang)) }
                td.n data-l=(plain!(lang, "admin-posted")) { (amounts::exact(row.posted, lang)) }
                td.n data-l=(plain!(lang, "admin-held")) { (amounts::exact(row.held, lang)) }
                td.n data-l=(plain!(lang, "admin-available")) { (amounts::exact(free(row), lang)) }
            } } }
        }
    }
}

fn moves(view: &PartyView, lang: Lang) -> Markup {
    if view.moves.is_empty() {
        return html! { h2 { (say!(lang, "admin-moves")) } p.mut { (say!(lang, "admin-moves-none")) } };
    }
    let decimals = amounts::widest(view.moves.iter().map(|row| row.amount));
    let side = |amount: Money, is_here: bool| html! { @if is_here { span { (amounts::after(Money { units: amount.units.saturating_abs(), ..amount }, decimals, lang)) } } };
    html! {
        table.rows.books {
            caption { (say!(lang, "admin-moves")) }
            thead { tr {
                th scope="col" { (say!(lang, "rows-when")) }
                th scope="col" { (say!(lang, "rows-what")) }
                th scope="col" { (say!(lang, "admin-class")) }
                th.n scope="col" { (say!(lang, "admin-debit")) }
                th.n scope="col" { (say!(lang, "admin-credit")) }
            } }
            tbody { @for row in &view.moves { tr {
                td data-l=(plain!(lang, "rows-when")) { (time::listed(row.at, view.frame.now, lang)) }
                th scope="row" { a href=(row.url) { (kind_word(row.kind, lang)) } @if !row.item.is_empty() { " " small { (row.item) } } }
                td data-l=(plain!(lang, "admin-class")) { (class_word(row.class, lang)) }
                td.n data-l=(plain!(lang, "admin-debit")) { (side(row.amount, row.amount.units < 0)) }
                td.n data-l=(plain!(lang, "admin-credit")) { (side(row.amount, row.amount.units >= 0)) }
            } } }
        }
    }
}
