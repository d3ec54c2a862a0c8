//! Pages of the payer's own wallet.

mod history;
mod home;
mod outcome;
mod receipt;
mod sessions;
mod settings;
mod sheet;
mod sign_in;
mod sites;
mod statements;

pub use history::{HistoryView, history};
pub use home::{Fee, HomeView, MonthLine, SignedOutView, home, signed_out};
pub use outcome::{
    PayDoneView, QuoteRefusal, QuoteRefusedView, RestoreNotFoundView, UndoDoneView, UndoRefusal, UndoRefusedView, pay_done, quote_refused,
    restore_not_found, undo_done, undo_refused,
};
pub use receipt::{Leg, Line, Moment, ReceiptUndo, ReceiptView, receipt};
pub use sessions::{CaptureLine, SessionKind, SessionLine, SessionState, SessionView, UnitsLine, session};
pub use settings::{MailSetting, SettingsView, ZoneSetting, codes, settings};
pub use sheet::{OneClick, Opens, OverCap, PayeeFacts, SheetState, SheetView, SheetWatch, sheet};
pub use sign_in::{MailCodeView, SignInView, mail_code, sign_in};
pub use sites::{CapLine, PageLine, ReaderLine, SiteAct, SiteCapsView, SiteLine, SiteState, SiteView, SitesView, site_page, sites};
pub use statements::{MonthState, StatementRow, StatementsView, statements};
