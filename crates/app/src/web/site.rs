//! Pages on a payee's own host: the wall, and what can go another way than reading.

use super::lang::Lang;
use super::money::Money;
use super::parts::{bare, money, notice, problem_body};
use super::time;
use super::view::{Frame, Instance, Link, Notice, Tone};
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// The page of a 402: what it is, what it costs, what one gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WallView {
    /// The instance that takes the payment.
    pub instance: Instance,
    /// Name of the site, such as `Harbour Review`.
    pub site: String,
    /// Address of the site's own first page.
    pub site_url: String,
    /// Language of title and teaser as the origin states it (`en`, `ko-KR`), if it does.
    pub lang: Option<String>,
    /// Title of the item.
    pub title: String,
    /// Author, date, length: one line as the origin gives it.
    pub byline: Option<String>,
    /// Text before the cut, a paragraph each, as plain text.
    pub teaser: Vec<String>,
    /// What it costs.
    pub price: WallPrice,
    /// What the reader does with it.
    pub act: Act,
    /// For how long it is theirs.
    pub lasts: Lasts,
    /// How many devices may open it; `None` when the offer does not limit them.
    pub devices: Option<u32>,
    /// How long it can be taken back; zero when it cannot, and that is then said.
    pub undo: Span,
    /// The signed quote at the wallet: a plain link.
    pub pay_url: String,
    /// The same with `restore=1`.
    pub restore_url: String,
    /// What a wallet is: a page of the wallet.
    pub wallet_url: String,
    /// Full address of the item, for the hint to programs.
    pub item_url: String,
    /// What happened before this page, if something did.
    pub notice: Option<WallNotice>,
}

/// A fixed price or the least one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WallPrice {
    /// Exactly this.
    Fixed(Money),
    /// This or more, as the reader likes.
    AtLeast(Money),
}

/// The word on the button.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// An article.
    Read,
    /// A page or picture.
    Open,
    /// A file.
    Download,
}

/// How long a purchase is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lasts {
    /// Without end.
    Ever,
    /// So long from now.
    For(Span),
    /// One time.
    Once,
}

/// What the wall says first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WallNotice {
    /// This item was taken back just now and so much is in the wallet again.
    TakenBack(Money),
    /// The price rose while the reader was away.
    PriceChanged {
        /// The price before.
        was: Money,
    },
    /// The way back from the wallet did not work (a code used twice, too old, another browser); nothing was lost.
    ReturnFailed,
}

/// The 402 page.
#[must_use]
pub fn wall(view: &WallView) -> String {
    let site = html! { a.site href=(view.site_url) { (view.site) } };
    let content = html! {
        @if let Some(said) = &view.notice { (wall_notice(said)) }
        article.tease lang=[view.lang.as_deref()] {
            h1 { (view.title) }
            @if let Some(byline) = &view.byline { p.mut { (byline) } }
            @for paragraph in &view.teaser { p { (paragraph) } }
        }
        section.card aria-labelledby="offer" {
            (offer(view))
            p.links {
                a href=(view.restore_url) { "Restore access" }
                a href=(view.wallet_url) { "What is a wallet?" }
            }
        }
        details.machine {
            summary { "Reading with a program?" }
            p { "The terms are in the headers of this answer. No account, no key to ask for:" }
            pre { code { "curl -i " (quoted(&view.item_url)) "\nfarthing get " (quoted(&view.item_url)) " --max " (least(view.price).plain()) } }
        }
    };
    bare(&view.instance, &view.title, &site, &content)
}

fn offer(view: &WallView) -> Markup {
    let (price, at_least) = match view.price {
        WallPrice::Fixed(price) => (price, None),
        WallPrice::AtLeast(price) => (price, Some("or more, as you like")),
    };
    let (short, exact) = (price.short(Lang::EN), price.exact(Lang::EN));
    html! {
        h2 #offer .vh { "Price" }
        p.fig {
            (money::short(price, Lang::EN))
            @if let Some(words) = at_least { " " small { (words) } }
            @else if short != exact { " " small { (exact) } }
        }
        p { (bought(view)) }
        a.btn.wide href=(view.pay_url) aria-describedby="undo" {
            @if at_least.is_some() { "Choose a price and " (verb(view.act)) } @else { "Pay " (short) " and " (verb(view.act)) }
        }
        p #undo .small {
            @if view.undo.0 == 0 {
                "This purchase cannot be taken back. Nothing is charged before you have seen who is paid, and pressed again."
            } @else {
                "Not what you hoped for? One click within " (time::span(view.undo)) " takes it back, in full."
            }
        }
    }
}

fn least(price: WallPrice) -> Money {
    match price {
        WallPrice::Fixed(price) | WallPrice::AtLeast(price) => price,
    }
}

fn bought(view: &WallView) -> String {
    let what = match view.act {
        Act::Read => "The whole article",
        Act::Open => "The whole page",
        Act::Download => "The file",
    };
    let devices = match view.devices {
        None => String::new(),
        Some(1) => ", on one device".to_owned(),
        Some(many) => format!(", on up to {many} devices"),
    };
    match view.lasts {
        Lasts::Ever => format!("{what}, yours for good{devices}. No subscription."),
        Lasts::For(long) => format!("{what}, for {}{devices}. It ends by itself; nothing renews.", time::span(long)),
        Lasts::Once => format!("{what}, one time. No subscription."),
    }
}

fn verb(act: Act) -> &'static str {
    match act {
        Act::Read => "read",
        Act::Open => "open",
        Act::Download => "download",
    }
}

/// For a shell: addresses with `&` or `?` would otherwise be cut.
fn quoted(url: &str) -> String {
    let plain = url.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_' | '~' | '%'));
    if plain { url.to_owned() } else { format!("'{}'", url.replace('\'', "%27")) }
}

fn wall_notice(said: &WallNotice) -> Markup {
    notice(&match said {
        WallNotice::TakenBack(amount) => {
            Notice { tone: Tone::Calm, lead: "Taken back.".into(), text: format!("{} is in your wallet.", amount.exact(Lang::EN)) }
        }
        WallNotice::PriceChanged { was } => Notice {
            tone: Tone::Warn,
            lead: "The price has changed.".into(),
            text: format!("It was {}. Nothing has been charged.", was.exact(Lang::EN)),
        },
        WallNotice::ReturnFailed => Notice {
            tone: Tone::Warn,
            lead: "That way back was used or too old.".into(),
            text: "Press the button again: what you have bought is not charged twice.".into(),
        },
    })
}

/// A purchase taken back, where the wall itself cannot be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TakenBackView {
    /// The instance that took the payment.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// Address of the site's own first page.
    pub site_url: String,
    /// Title of the item.
    pub title: String,
    /// What came back.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// The item: its wall from now on.
    pub item_url: String,
    /// The wallet's first page.
    pub wallet_url: String,
}

/// "Taken back. €0.004 is in your wallet."
#[must_use]
pub fn taken_back(view: &TakenBackView) -> String {
    let site = html! { a.site href=(view.site_url) { (view.site) } };
    let content = html! {
        section.card {
            h1 { "Taken back" }
            p.fig { (money::exact(view.amount, Lang::EN)) }
            p { "is in your wallet again, since " (time::full(view.at, Lang::EN)) "." }
            p { "“" (view.title) "” is closed to you from now on. You may buy it again; it cannot be taken back a second time." }
            p.links { a.btn href=(view.wallet_url) { "Open your wallet" } a href=(view.item_url) { "Back to the page" } }
        }
    };
    bare(&view.instance, "Taken back", &site, &content)
}

/// The origin failed after a charge; the sale has been refunded by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OriginFailedView {
    /// The instance that took and returned the payment.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// Title of the item.
    pub title: String,
    /// What came back.
    pub refunded: Money,
    /// The item, to try again.
    pub retry_url: String,
    /// The receipt, which shows both the charge and its refund.
    pub receipt_url: String,
    /// Names this answer in the logs.
    pub request_id: String,
}

/// "The site did not answer. You have your money back."
#[must_use]
pub fn origin_failed(view: &OriginFailedView) -> String {
    let site = html! { span.site { (view.site) } };
    let content = html! {
        section.card {
            h1 { "The site did not answer. You have your money back." }
            p.fig { (money::exact(view.refunded, Lang::EN)) }
            p { "for “" (view.title) "” went back to your wallet by itself. You have not paid anything." }
            p.links { a.btn href=(view.retry_url) { "Try again" } a href=(view.receipt_url) { "See the receipt" } }
            p.small { "Code " code { "origin-failed" } " · request " code { (view.request_id) } }
        }
    };
    bare(&view.instance, "The site did not answer", &site, &content)
}

/// The browser came back from the wallet without the cookie that it left with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CookiesOffView {
    /// The instance that took the payment.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// Title of the item.
    pub title: String,
    /// The wallet's link with `restore=1`, to press once cookies are on.
    pub restore_url: String,
}

/// Cookies are off; the purchase waits under Restore.
#[must_use]
pub fn cookies_off(view: &CookiesOffView) -> String {
    let site = html! { span.site { (view.site) } };
    let content = html! {
        section.card {
            h1 { "Your browser keeps no cookies for this site" }
            p { "“" (view.title) "” is yours and waits in your wallet. One cookie is needed to know this browser as the one that bought it; it follows you nowhere else." }
            ol.steps {
                li { "Allow cookies for this site in your browser's settings." }
                li { "Press Restore access. Nothing is charged again." }
            }
            p.links { a.btn href=(view.restore_url) { "Restore access" } }
        }
    };
    bare(&view.instance, "Cookies are off", &site, &content)
}

/// A refusal or failure as a page: 403, 404, 409, 421, 500, 503 and their like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProblemView {
    /// The instance that answers.
    pub instance: Instance,
    /// The wallet's surroundings when the page is the wallet's; `None` on a site or the ops port.
    pub frame: Option<Frame>,
    /// HTTP status, shown small.
    pub status: u16,
    /// What is the matter, as a heading without a full stop.
    pub title: String,
    /// What it means for the reader and whether money moved.
    pub sentence: String,
    /// The same code as in JSON and on the command line: `unknown`, `busy`.
    pub code: String,
    /// Names this answer in the logs.
    pub request_id: String,
    /// The one way on.
    pub way_on: Link,
}

impl ProblemView {
    /// The usual words for a status, where a handler has none that fit better.
    #[must_use]
    pub fn usual(instance: Instance, status: u16, request_id: String, way_on: Link) -> ProblemView {
        let (title, sentence, code) = match status {
            400 => ("This address or form is not complete", "Something in it was missing or damaged. Nothing was charged.", "bad-request"),
            403 => {
                ("This was not asked from here", "The request did not come from a page of this wallet, so nothing was done.", "cross-site")
            }
            404 => ("There is nothing at this address", "It may have moved, or the link was cut short.", "unknown"),
            405 => ("That cannot be done at this address", "Nothing was changed.", "method-not-allowed"),
            409 => ("That was already decided", "The state changed before your press arrived. Nothing was charged twice.", "conflict"),
            410 => ("This has ended", "It is no longer offered. Nothing was charged.", "offer-ended"),
            413 => ("That is too much at once", "The request was larger than is taken here. Nothing was done.", "body-too-large"),
            421 => ("No site of that name lives here", "The address points at this machine, which does not know the name.", "misdirected"),
            429 => ("That was a little fast", "Wait a moment, then try again. Nothing was charged.", "too-fast"),
            502 => ("The site behind this page did not answer", "Nothing was charged for it, or it was given back.", "origin-failed"),
            503 => ("Too busy for a moment", "Your request was not begun. You will not be charged twice.", "busy"),
            _ => ("Something failed on our side", "It has been noted. If you were paying, you will not be charged twice.", "internal"),
        };
        ProblemView {
            instance,
            frame: None,
            status,
            title: title.to_owned(),
            sentence: sentence.to_owned(),
            code: code.to_owned(),
            request_id,
            way_on,
        }
    }
}

/// A human sentence, the request id and one way on.
#[must_use]
pub fn problem(view: &ProblemView) -> String {
    problem_body(view)
}
