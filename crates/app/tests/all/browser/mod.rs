//! A real Chromium for the tests: one browser a run, one browser context a test, pages with the verbs of a person at a screen.
//!
//! ```ignore
//! let person = Browser::shared().context();
//! let page = person.page();
//! page.goto("http://wallet.localhost:4020/");
//! page.follow(label("Pay €0.12"));
//! page.wait_for(label("Paid."));
//! ```
//!
//! Every verb panics when what it wants does not come within ten seconds (a document: twenty), with the page's
//! address and words.
//! A page that is dropped with a console error or a violated policy fails its test; see [`Page::excuse`].
#![allow(dead_code, unused_imports, reason = "the verbs are there for every suite, used yet or not")]

pub mod axe;
pub mod cdp;
mod input;
mod launch;
pub mod look;
mod page;
mod query;
pub mod seen;

use std::sync::{Arc, OnceLock};
use std::thread;

use serde_json::{Value, json};

use crate::support::evidence;
use cdp::Connection;

pub use launch::require;
pub use page::{Page, Scheme, Scripts};
pub use query::{Find, css, label};

/// The suite's name in `target/evidence/`.
pub const SUITE: &str = "browser";

/// The browser of this run.
pub struct Browser {
    connection: Arc<Connection>,
    version: String,
    /// Never dropped, being in a static: the watcher ends the browser when this process ends.
    _running: launch::Running,
}

static SHARED: OnceLock<Browser> = OnceLock::new();

impl Browser {
    /// The one browser of this process, started by the first test that wants it.
    pub fn shared() -> &'static Browser {
        SHARED.get_or_init(|| {
            evidence::begin(SUITE);
            let running = launch::start();
            let connection = Arc::new(Connection::open(&running.devtools));
            let told = connection.call("", "Browser.getVersion", json!({})).expect("a browser knows its version");
            let product = told["product"].as_str().unwrap_or_default();
            let version = product.rsplit('/').next().unwrap_or_default().to_owned();
            Browser { connection, version, _running: running }
        })
    }

    /// As the browser tells it: `156.0.8078.79`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A person with a fresh profile. It stands for one test: when it is dropped in peace, the suite's evidence counts one more.
    /// A second person or device of the same test comes from [`Context::another`].
    pub fn context(&'static self) -> Context {
        let mut context = self.unseen();
        context.counts = true;
        context
    }

    fn unseen(&'static self) -> Context {
        let made = self.connection.call("", "Target.createBrowserContext", json!({ "disposeOnDetach": true }));
        let made = made.unwrap_or_else(|fault| panic!("{fault}"));
        let id = made["browserContextId"].as_str().expect("a context has an id").to_owned();
        Context { browser: self, id, counts: false }
    }
}

/// One profile: its own cookies, cache and storage.
pub struct Context {
    browser: &'static Browser,
    id: String,
    counts: bool,
}

/// A cookie as the browser keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub domain: String,
    pub path: String,
    pub secure: bool,
    pub http_only: bool,
    /// `Strict`, `Lax`, `None`, or empty when the server did not say.
    pub same_site: String,
}

impl Context {
    /// A second person, or the same on a second device; the test counts once all the same.
    pub fn another(&self) -> Context {
        self.browser.unseen()
    }

    /// An empty page in its own tab.
    pub fn page(&self) -> Page {
        Page::open(&self.browser.connection, &self.id)
    }

    /// All cookies of this profile, sorted by domain and name.
    pub fn cookies(&self) -> Vec<Cookie> {
        let told = self.call("Storage.getCookies", json!({}));
        let mut cookies: Vec<Cookie> = told["cookies"].as_array().into_iter().flatten().map(cookie).collect();
        cookies.sort_by(|a, b| (&a.domain, &a.name).cmp(&(&b.domain, &b.name)));
        cookies
    }

    /// The value of the cookie of that name, at whatever host.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().into_iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value)
    }

    /// Forgets all cookies.
    pub fn clear_cookies(&self) {
        self.call("Storage.clearCookies", json!({}));
    }

    /// Sets a cookie as if the server at `url` had: `Secure` and host-only if its name says `__Host-`.
    pub fn set_cookie(&self, url: &str, name: &str, value: &str) {
        let cookie = json!({ "url": url, "name": name, "value": value, "path": "/", "secure": name.starts_with("__") });
        self.call("Storage.setCookies", json!({ "cookies": [cookie] }));
    }

    fn call(&self, method: &str, mut params: Value) -> Value {
        params["browserContextId"] = self.id.as_str().into();
        self.browser.connection.call("", method, params).unwrap_or_else(|fault| panic!("{fault}"))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // Without waiting: a test that is over does not care how long a profile takes to close.
        self.browser.connection.post("", "Target.disposeBrowserContext", json!({ "browserContextId": self.id }));
        if self.counts && !thread::panicking() {
            evidence::ran(SUITE, "chromium", &self.browser.version);
        }
    }
}

fn cookie(told: &Value) -> Cookie {
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    Cookie {
        name: text("name"),
        value: text("value"),
        domain: text("domain"),
        path: text("path"),
        secure: told["secure"] == true,
        http_only: told["httpOnly"] == true,
        same_site: text("sameSite"),
    }
}
