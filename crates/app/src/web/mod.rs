//! The pages people see: functions from plain views to HTML, with no I/O, no routes and no script.
//!
//! A handler fills a view, calls the page function of the same name and adds [`headers::for_kind`]. Every text in a view
//! is plain text and is escaped here; every address and every form target is given by the view.

pub mod admin;
pub mod bar;
pub mod bills;
mod chain;
mod code;
pub mod colour;
pub mod demo;
pub mod desk;
mod devices;
mod exports;
pub mod film;
pub mod headers;
pub(crate) mod lang;
pub mod look;
pub mod money;
pub mod ops;
pub(crate) mod paper;
mod parts;
mod problems;
pub mod site;
mod style;
pub mod time;
pub mod view;
mod wait;
pub mod wallet;

#[cfg(test)]
pub(crate) mod tests;

pub use admin::{AdminSignInView, OperatorLine, OperatorsView, SetupView, admin_codes, admin_problem, admin_sign_in, operators, setup};
pub use bar::{BAR_CSS, BarUndo, BarView, bar};
pub use bills::{BillLine, BillMonth, BillMonths, BillOther, BillSpan, BillStanding, BillSums, BillView, bill, bills};
pub use code::problem_code;
pub use demo::{DemoPlaces, demo_site, demo_site_at};
pub use devices::{DeviceLine, DevicesView, devices};
pub use exports::{FeeLink, FeeLinksView, fee_links};
pub use headers::{PageKind, Reach};
pub use lang::{BadLanguage, Dropped, Lang, take as take_languages};
pub use look::{LogoView, Look};
pub use money::Money;
pub use ops::{AssetBooks, ChainHead, Check, OpsView, Standing, ops};
pub use parts::{Cap, CapMeter, CodesView, Keeping, LoginLine, PasskeyForm, PasskeyLine};
pub use site::{
    Act, CookiesOffView, Lasts, OriginFailedView, ProblemView, TakenBackView, WallNotice, WallPrice, WallView, WallWallets,
    WalletSilentView, Watched, cookies_off, origin_failed, problem, taken_back, wall, wallet_silent,
};
pub use style::{
    BESIDE_SCRIPT, BESIDE_SCRIPT_PATH, DESK_STYLE, ICON_PATH, ICON_SVG, OVERLAY_SCRIPT, OVERLAY_SCRIPT_PATH, PASSKEY_SCRIPT,
    PASSKEY_SCRIPT_PATH, PAY_SCRIPT, PAY_SCRIPT_PATH, STYLE, integrity,
};
pub use view::{AddChoice, AddMoney, AdminFrame, AdminPlace, Form, Frame, Instance, Link, Mode, Notice, Row, RowUndo, Tone};
pub use wait::{WaitState, WaitView, wait};
pub use wallet::{
    CapLine, CaptureLine, Fee, HistoryView, HomeView, Leg, Line, MailCodeView, MailSetting, Moment, MonthLine, MonthState, OneClick, Opens,
    OverCap, PageLine, PayDoneView, PayeeFacts, QuoteRefusal, QuoteRefusedView, ReaderLine, ReceiptUndo, ReceiptView, RestoreNotFoundView,
    SessionKind, SessionLine, SessionState, SessionView, SettingsView, SheetState, SheetView, SheetWatch, SignInView, SignedOutView,
    SiteAct, SiteCapsView, SiteLine, SiteState, SiteView, SitesView, StatementRow, StatementsView, UndoDoneView, UndoRefusal,
    UndoRefusedView, UnitsLine, ZoneSetting, codes, history, home, mail_code, pay_done, quote_refused, receipt, restore_not_found, session,
    settings, sheet, sign_in, signed_out, site_page, sites, statements, undo_done, undo_refused,
};
