//! The plain facts that many pages share: who runs this, forms, links, rows of money.

use super::lang::{Lang, plain};
use super::money::Money;
use ::money::Timestamp;

/// Whether the money of this instance is real. A data folder is one or the other for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Play money: every page carries the striped bar.
    Test,
    /// Real money.
    Live,
}

/// What every page says about the instance it comes from, and in which language it says everything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instance {
    /// The operator's name for it, such as `Harbour Wallet`.
    pub name: String,
    /// Test or real money.
    pub mode: Mode,
    /// The reader's language.
    pub lang: Lang,
}

impl Frame {
    /// The reader's language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.instance.lang
    }
}

/// The surroundings of a wallet page: instance, main links and, when signed in, the money in view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Whose wallet this is.
    pub instance: Instance,
    /// Address of the wallet's first page.
    pub home_url: String,
    /// Address of the history; `None` when nobody is signed in, and then no links are shown.
    pub history_url: Option<String>,
    /// Address of the sites; `None` likewise.
    pub sites_url: Option<String>,
    /// Address of the statements; `None` likewise.
    pub statements_url: Option<String>,
    /// What can be spent now; `None` when nobody is signed in.
    pub available: Option<Money>,
    /// What was spent this calendar month, net of what was taken back; `None` when nobody is signed in.
    pub month_spent: Option<Money>,
    /// The instant of this answer: times of another day are shown with their date.
    pub now: Timestamp,
}

/// The surroundings of an operator's page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdminFrame {
    /// Which instance.
    pub instance: Instance,
    /// True if an operator is signed in: then there are links.
    pub is_in: bool,
    /// Which of the links this page belongs to.
    pub here: AdminPlace,
    /// The instant of this answer.
    pub now: Timestamp,
}

/// The links of the operator's pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdminPlace {
    /// How the instance stands.
    Health,
    /// Who has what.
    Parties,
    /// Both sides.
    Books,
    /// What limits spending.
    Limits,
    /// How money comes in.
    Rails,
    /// What is done by itself.
    Jobs,
    /// Who did what.
    Audit,
    /// What is set.
    Config,
    /// Copies.
    Backup,
    /// Who runs it.
    Operators,
    /// None of them.
    Elsewhere,
}

impl AdminPlace {
    /// All with a link, in their order.
    pub const LINKED: [AdminPlace; 10] = [
        AdminPlace::Health,
        AdminPlace::Parties,
        AdminPlace::Books,
        AdminPlace::Limits,
        AdminPlace::Rails,
        AdminPlace::Jobs,
        AdminPlace::Audit,
        AdminPlace::Config,
        AdminPlace::Backup,
        AdminPlace::Operators,
    ];

    /// Its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            AdminPlace::Health | AdminPlace::Elsewhere => "/",
            AdminPlace::Parties => "/parties",
            AdminPlace::Books => "/books",
            AdminPlace::Limits => "/limits",
            AdminPlace::Rails => "/rails",
            AdminPlace::Jobs => "/jobs",
            AdminPlace::Audit => "/audit",
            AdminPlace::Config => "/config",
            AdminPlace::Backup => "/backup",
            AdminPlace::Operators => "/operators",
        }
    }

    /// What its link and its page are called.
    pub(super) fn word(self, lang: Lang) -> String {
        match self {
            AdminPlace::Health => plain!(lang, "admin-health"),
            AdminPlace::Parties => plain!(lang, "admin-parties"),
            AdminPlace::Books => plain!(lang, "admin-books"),
            AdminPlace::Limits => plain!(lang, "admin-limits"),
            AdminPlace::Rails => plain!(lang, "admin-rails"),
            AdminPlace::Jobs => plain!(lang, "admin-jobs"),
            AdminPlace::Audit => plain!(lang, "admin-audit"),
            AdminPlace::Config => plain!(lang, "admin-config"),
            AdminPlace::Backup => plain!(lang, "admin-backup"),
            AdminPlace::Operators => plain!(lang, "admin-operators"),
            AdminPlace::Elsewhere => plain!(lang, "admin"),
        }
    }
}

/// Where a form is posted, with the hidden fields it carries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// Target of the POST.
    pub action: String,
    /// Goes into the hidden field `csrf`; left out when empty (the site's own forms are guarded by fetch metadata).
    pub csrf: String,
    /// Further hidden fields, such as `("q", quote)`.
    pub fields: Vec<(String, String)>,
}

/// A text that leads somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What the reader presses.
    pub text: String,
    /// Where it leads.
    pub href: String,
}

/// How a notice is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Something went as asked, or is worth knowing.
    Calm,
    /// Test money, waiting, a limit.
    Warn,
    /// Loss or failure.
    Bad,
}

/// One message on top of a page, announced politely.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// The first, strong words: `Added.`
    pub lead: String,
    /// The rest of the sentence; may be empty.
    pub text: String,
}

/// The ways to add money, each a button of one form.
///
/// A press posts the form with `amount` = the base units of the choice, as a decimal string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddMoney {
    /// Where the press goes.
    pub form: Form,
    /// The amounts offered, smallest first.
    pub choices: Vec<AddChoice>,
    /// Since when nothing can be added, if an operator stopped it; then there are no amounts.
    pub stopped: Option<Timestamp>,
}

/// One amount that may be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AddChoice {
    /// What arrives in the wallet.
    pub amount: Money,
    /// What adding it costs on top; shown before the press, also when it is nothing.
    pub fee: Money,
}

/// One line of history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// When it happened.
    pub at: Timestamp,
    /// What it was for: the title of the article, `Added play money`.
    pub title: String,
    /// With whom: a site's host or a rail's name; may be empty.
    pub place: String,
    /// What happened in a word or two when it was not a plain payment: `Taken back`, `Held`, `We do not know yet`.
    pub mark: Option<String>,
    /// Address of its receipt.
    pub receipt_url: Option<String>,
    /// Address of the session it stands for, which has no receipt of its own.
    pub session_url: Option<String>,
    /// The change of the balance: below zero is a debit.
    pub amount: Money,
    /// A fee contained in the amount.
    pub fee: Option<Money>,
    /// The balance after it, where known.
    pub balance_after: Option<Money>,
    /// Present while it can be taken back.
    pub undo: Option<RowUndo>,
}

/// A payment that can still be taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowUndo {
    /// Until when.
    pub until: Timestamp,
    /// The form that does it. All rows of a page share its action and guard; its first field names the row.
    pub form: Form,
}
