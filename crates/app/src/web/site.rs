//! Pages on a payee's own host: the wall, and what can go another way than reading.

use super::exports::wall_data;
use super::film;
use super::lang::{Arg, Lang, plain, say};
use super::look::Look;
use super::money::Money;
use super::parts::{bare, bare_in, hidden, money, notice, problem_body, quoted};
use super::time;
use super::view::{Form, Frame, Instance, Link, Notice, Tone};
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
    /// How the payee looks.
    pub look: Option<Look>,
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
    /// Where a phone is waited for, if the wallet is one that can say so here.
    pub wait_url: Option<String>,
    /// What a wallet is: a page of the wallet.
    pub wallet_url: String,
    /// Other wallets to pay from, if the site takes their money.
    pub wallets: Option<WallWallets>,
    /// When it is cheaper and how much it costs then, and until when it is sold at all, where its price falls with time.
    pub falls: Option<(Option<(Timestamp, Money)>, Timestamp)>,
    /// Full address of the item, for the hint to programs.
    pub item_url: String,
    /// What happened before this page, if something did.
    pub notice: Option<WallNotice>,
    /// An address that takes money for the site by Web Monetization, if its payee has one.
    pub monetization: Option<String>,
}

/// The wallets of a wall.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WallWallets {
    /// Origin of the one that its button leads to.
    pub chosen: String,
    /// Origins of the others.
    pub others: Vec<String>,
    /// Chooses another.
    pub form: Form,
}

/// A fixed price or the least one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WallPrice {
    /// Exactly this.
    Fixed(Money),
    /// This or more, as the reader likes.
    AtLeast(Money),
    /// This for so many units, paid by programs as they are delivered.
    Metered(Money, u64, market::Unit),
    /// Films, paid by what is watched of them.
    Watched(Watched),
}

/// What watching costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Watched {
    /// So much
    pub rate: Money,
    /// for so many seconds.
    pub per_s: u64,
    /// What is held when somebody begins.
    pub hold: Money,
    /// How long that is good for.
    pub good_for: Span,
    /// On how many devices at once.
    pub devices: Option<std::num::NonZeroU8>,
}

impl Watched {
    /// What an offer of films says, and what a hold of `amount` is good for.
    #[must_use]
    pub fn of(metered: &market::Metered, hold: ::money::Amount) -> Watched {
        let seconds = crate::gateway::seconds_for(metered, hold);
        // In whole minutes, down: a little more is left in the end.
        let whole = if seconds < 60 { seconds } else { seconds.saturating_sub(seconds % 60) };
        Watched {
            rate: Money::of(metered.rate.amount, metered.asset),
            per_s: metered.rate.per.get() / 1_000,
            hold: Money::of(hold, metered.asset),
            good_for: Span(whole),
            devices: metered.video.and_then(|video| video.devices),
        }
    }

    /// Its rate as people read it.
    pub fn per(self, lang: Lang) -> Markup {
        say!(lang, "watch-per", seconds: self.per_s)
    }
}

impl WallPrice {
    /// The price of what is metered.
    #[must_use]
    pub fn of_metered(metered: &market::Metered) -> WallPrice {
        if let Some(video) = metered.video {
            return WallPrice::Watched(Watched::of(metered, video.hold));
        }
        // What other servers ask is counted in base units, which nobody reads: what it may be at most is what is shown.
        let amount = if metered.is_others() { metered.rate.at_most(metered.most) } else { None };
        WallPrice::Metered(Money::of(amount.unwrap_or(metered.rate.amount), metered.asset), metered.rate.per.get(), metered.unit)
    }
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
    /// A film.
    Watch,
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
    /// This item was taken back just now, and its wallet will give so much back once it answers.
    ComesBack(Money),
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
    let lang = view.instance.lang;
    let logo = view.look.as_ref().map(Look::logo);
    let site = html! { a.site href=(view.site_url) { @if let Some(logo) = &logo { (logo) } (view.site) } };
    let content = html! {
        @if let Some(said) = &view.notice { (wall_notice(said, lang)) }
        article.tease lang=[view.lang.as_deref()] {
            h1 { (view.title) }
            @if let Some(byline) = &view.byline { p.mut { (byline) } }
            @for paragraph in &view.teaser { p { (paragraph) } }
        }
        (wall_card(view))
        (wall_data(view))
        // Programs have no way to pay for a film.
        @if view.act != Act::Watch {
            details.machine {
                summary { (say!(lang, "wall-machine")) }
                p { (say!(lang, "wall-machine-text")) }
                pre { code { "curl -i " (for_shell(&view.item_url)) "\nfarthing get " (for_shell(&view.item_url)) " --max " (least(view.price).plain()) } }
            }
        }
    };
    bare_in(&view.instance, (&view.title, view.look.as_ref(), view.monetization.as_deref()), &site, &content)
}

/// What the wall asks, as the desk shows it too.
pub fn wall_card(view: &WallView) -> Markup {
    let lang = view.instance.lang;
    html! {
        section.card aria-labelledby="offer" {
            (offer(view))
            p.links {
                // What is paid unit by unit, a program pays: no wallet has bought it, and no phone can.
                @if !matches!(view.price, WallPrice::Metered(..)) {
                    a href=(view.restore_url) { (say!(lang, "wall-restore")) }
                    @if let Some(wait_url) = &view.wait_url { a href=(wait_url) { (say!(lang, "wall-phone")) } }
                }
                a href=(view.wallet_url) { (say!(lang, "wall-what")) }
            }
            @if let Some(wallets) = &view.wallets { (other_wallets(wallets, lang)) }
        }
    }
}

fn other_wallets(wallets: &WallWallets, lang: Lang) -> Markup {
    html! {
        details {
            summary { (say!(lang, "wall-wallet", wallet: name_of(&wallets.chosen))) }
            p { (say!(lang, "wall-wallet-text")) }
            form method="post" action=(wallets.form.action) {
                (hidden(&wallets.form))
                p.links {
                    @for wallet in &wallets.others { button.btn.quiet name="wallet" value=(wallet) { (name_of(wallet)) } }
                }
            }
        }
    }
}

/// An origin as it is called: without its scheme.
fn name_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, rest)| rest)
}

fn offer(view: &WallView) -> Markup {
    let lang = view.instance.lang;
    let (price, at_least) = match view.price {
        WallPrice::Fixed(price) => (price, false),
        WallPrice::AtLeast(price) => (price, true),
        WallPrice::Metered(price, per, unit) => return metered((price, per, unit), &view.item_url, lang),
        WallPrice::Watched(watched) => return to_watch(view, watched),
    };
    let (short, exact) = (price.short(lang), price.exact(lang));
    html! {
        h2 #offer .vh { (say!(lang, "wall-price")) }
        p.fig {
            (money::short(price, lang))
            @if at_least { " " small { (say!(lang, "wall-or-more")) } }
            @else if short != exact { " " small { (exact) } }
        }
        @if let Some((next, ends)) = view.falls {
            p {
                @if let Some((at, price)) = next { (say!(lang, "wall-falls", at: time::full(at, lang), price: price.exact(lang))) " " }
                (say!(lang, "wall-ends", at: time::full(ends, lang)))
            }
        }
        p { (bought(view)) }
        a.btn.wide href=(view.pay_url) aria-describedby="undo" {
            @if at_least { (choose(view.act, lang)) } @else { (pay(view.act, short, lang)) }
        }
        p #undo .small {
            @if view.undo.0 == 0 { (say!(lang, "wall-final")) }
            @else { (say!(lang, "wall-undo", span: time::span(view.undo, lang))) }
        }
    }
}

/// What programs pay unit by unit: a figure, and what to do with it.
fn metered((price, per, unit): (Money, u64, market::Unit), url: &str, lang: Lang) -> Markup {
    html! {
        h2 #offer .vh { (say!(lang, "wall-price")) }
        p.fig { (money::exact(price, lang)) " " small { (say!(lang, "wall-per", count: per, unit: film::unit_word(unit.as_str(), per, lang))) } }
        p { (say!(lang, "wall-metered")) }
        pre { code { "farthing get " (for_shell(url)) " --session --max " (price.plain()) } }
    }
}

/// What films cost, and the way to the wallet, which holds before anything plays.
fn to_watch(view: &WallView, watched: Watched) -> Markup {
    let lang = view.instance.lang;
    html! {
        h2 #offer .vh { (say!(lang, "wall-price")) }
        p.fig { (money::exact(watched.rate, lang)) " " small { (watched.per(lang)) } }
        p {
            (say!(lang, "watch-held", hold: watched.hold.exact(lang), span: time::span(watched.good_for, lang)))
            @if let Some(devices) = watched.devices { " " (say!(lang, "watch-devices", most: u64::from(devices.get()))) }
        }
        a.btn.wide href=(view.pay_url) aria-describedby="undo" { (say!(lang, "watch")) }
        p #undo .small { (say!(lang, "watch-final")) }
    }
}

pub(super) fn least(price: WallPrice) -> Money {
    match price {
        WallPrice::Watched(watched) => watched.hold,
        WallPrice::Fixed(price) | WallPrice::AtLeast(price) | WallPrice::Metered(price, ..) => price,
    }
}

fn bought(view: &WallView) -> Markup {
    let lang = view.instance.lang;
    let act = Arg::Choice(match view.act {
        Act::Read => "read",
        Act::Open => "open",
        Act::Download => "download",
        Act::Watch => "open",
    });
    let devices = u64::from(view.devices.unwrap_or(0));
    match view.lasts {
        Lasts::Ever => say!(lang, "wall-ever", act: act, devices: devices),
        Lasts::For(long) => say!(lang, "wall-for", act: act, devices: devices, span: time::span(long, lang)),
        Lasts::Once => say!(lang, "wall-once", act: act),
    }
}

fn pay(act: Act, price: String, lang: Lang) -> Markup {
    match act {
        Act::Read => say!(lang, "wall-pay-read", price: price),
        Act::Open => say!(lang, "wall-pay-open", price: price),
        Act::Download => say!(lang, "wall-pay-download", price: price),
        Act::Watch => say!(lang, "watch"),
    }
}

fn choose(act: Act, lang: Lang) -> Markup {
    match act {
        Act::Read => say!(lang, "wall-choose-read"),
        Act::Open => say!(lang, "wall-choose-open"),
        Act::Download => say!(lang, "wall-choose-download"),
        Act::Watch => say!(lang, "watch"),
    }
}

/// For a shell: addresses with `&` or `?` would otherwise be cut.
fn for_shell(url: &str) -> String {
    let plain = url.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '/' | '.' | '-' | '_' | '~' | '%'));
    if plain { url.to_owned() } else { format!("'{}'", url.replace('\'', "%27")) }
}

fn wall_notice(said: &WallNotice, lang: Lang) -> Markup {
    let (tone, lead, text) = match said {
        WallNotice::TakenBack(amount) => {
            (Tone::Calm, plain!(lang, "wall-back"), plain!(lang, "wall-back-text", amount: amount.exact(lang)))
        }
        WallNotice::ComesBack(amount) => {
            (Tone::Warn, plain!(lang, "wall-back"), plain!(lang, "wall-back-later", amount: amount.exact(lang)))
        }
        WallNotice::PriceChanged { was } => {
            (Tone::Warn, plain!(lang, "wall-changed"), plain!(lang, "wall-changed-text", was: was.exact(lang)))
        }
        WallNotice::ReturnFailed => (Tone::Warn, plain!(lang, "wall-return"), plain!(lang, "wall-return-text")),
    };
    notice(&Notice { tone, lead, text })
}

/// The wallet elsewhere did not say what was bought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WalletSilentView {
    /// The instance.
    pub instance: Instance,
    /// Name of the site.
    pub site: String,
    /// The wallet's origin.
    pub wallet: String,
    /// The wallet's link with `restore=1`, to press once it answers.
    pub restore_url: String,
    /// The item.
    pub item_url: String,
}

/// "Your wallet does not answer."
#[must_use]
pub fn wallet_silent(view: &WalletSilentView) -> String {
    let lang = view.instance.lang;
    let site = html! { span.site { (view.site) } };
    let content = html! {
        section.card {
            h1 { (say!(lang, "wallet-silent-head")) }
            p.mut { (view.wallet) }
            p { (say!(lang, "wallet-silent-text")) }
            p.links { a.btn href=(view.restore_url) { (say!(lang, "wall-restore")) } a href=(view.item_url) { (say!(lang, "back-to-page")) } }
        }
    };
    bare(&view.instance, &plain!(lang, "wallet-silent-head"), &site, &content)
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
    let lang = view.instance.lang;
    let site = html! { a.site href=(view.site_url) { (view.site) } };
    let content = html! {
        section.card {
            h1 { (say!(lang, "taken-back")) }
            p.fig { (money::exact(view.amount, lang)) }
            p { (say!(lang, "taken-back-since", at: time::full(view.at, lang))) }
            p { (say!(lang, "taken-back-closed", title: quoted(&view.title, lang))) }
            p.links { a.btn href=(view.wallet_url) { (say!(lang, "taken-back-wallet")) } a href=(view.item_url) { (say!(lang, "back-to-page")) } }
        }
    };
    bare(&view.instance, &plain!(lang, "taken-back"), &site, &content)
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
    /// True if it comes back only once the wallet answers.
    pub waits: bool,
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
    let lang = view.instance.lang;
    let (code, request) = (html! { code { "origin-failed" } }, html! { code { (view.request_id) } });
    let site = html! { span.site { (view.site) } };
    let content = html! {
        section.card {
            h1 { @if view.waits { (say!(lang, "origin-failed-later")) } @else { (say!(lang, "origin-failed-back")) } }
            p.fig { (money::exact(view.refunded, lang)) }
            p {
                @if view.waits { (say!(lang, "origin-failed-later-text", title: quoted(&view.title, lang))) }
                @else { (say!(lang, "origin-failed-text", title: quoted(&view.title, lang))) }
            }
            p.links { a.btn href=(view.retry_url) { (say!(lang, "origin-failed-again")) } a href=(view.receipt_url) { (say!(lang, "origin-failed-receipt")) } }
            p.small { (say!(lang, "failure-facts", code: code, request: request)) }
        }
    };
    bare(&view.instance, &plain!(lang, "origin-failed"), &site, &content)
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
    let lang = view.instance.lang;
    let site = html! { span.site { (view.site) } };
    let content = html! {
        section.card {
            h1 { (say!(lang, "cookies-off-head")) }
            p { (say!(lang, "cookies-off-text", title: quoted(&view.title, lang))) }
            ol.steps {
                li { (say!(lang, "cookies-off-allow")) }
                li { (say!(lang, "cookies-off-press")) }
            }
            p.links { a.btn href=(view.restore_url) { (say!(lang, "wall-restore")) } }
        }
    };
    bare(&view.instance, &plain!(lang, "cookies-off"), &site, &content)
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
    /// The language of both, where it is not the page's: what only programs come to see is said in English.
    pub said_in: Option<&'static str>,
    /// The same code as in JSON and on the command line: `unknown`, `busy`.
    pub code: String,
    /// Names this answer in the logs.
    pub request_id: String,
    /// The one way on.
    pub way_on: Link,
}

/// A human sentence, the request id and one way on.
#[must_use]
pub fn problem(view: &ProblemView) -> String {
    problem_body(view)
}
