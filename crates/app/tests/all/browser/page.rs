//! One tab: going somewhere, what came back, how it is looked at, and whether it complained.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::cdp::{Connection, Deadline, Fault, from_base64, locked};
use super::seen::{Complaint, Exchange, POLICY_BINDING, Request, Seen};
use crate::support::evidence;

/// How long any verb waits for what it wants.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a poll rests when the page tells nothing new.
const REST: Duration = Duration::from_millis(20);

/// A world of scripts of our own, beside the page's.
const OUR_WORLD: &str = "farthing-tests";

/// Whether a page may run scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// What the person prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    Light,
    Dark,
}

impl Scheme {
    /// The word of `prefers-color-scheme`.
    pub fn word(self) -> &'static str {
        match self {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        }
    }
}

#[derive(Default)]
struct Watch {
    seen: Mutex<Seen>,
    told: Condvar,
}

/// One tab of a [`super::Context`].
pub struct Page {
    connection: Arc<Connection>,
    target: String,
    session: String,
    watch: Arc<Watch>,
    scheme: Cell<Scheme>,
    forced_colors: Cell<&'static str>,
    scripts: Cell<Scripts>,
    excused: RefCell<Vec<String>>,
}

impl Page {
    pub(super) fn open(connection: &Arc<Connection>, context: &str) -> Page {
        let call = |method: &str, params: Value| connection.call("", method, params).unwrap_or_else(|fault| panic!("{fault}"));
        // A window of its own: a tab behind another one is not painted and takes no input.
        let made = call("Target.createTarget", json!({ "url": "about:blank", "browserContextId": context, "newWindow": true }));
        let target = made["targetId"].as_str().expect("a target has an id").to_owned();
        let joined = call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let session = joined["sessionId"].as_str().expect("a session has an id").to_owned();
        let watch = Arc::new(Watch::default());
        locked(&watch.seen).frame.clone_from(&target);
        let (watching, answering, own) = (Arc::clone(&watch), Arc::downgrade(connection), session.clone());
        let sink = move |method: &str, params: &Value| {
            locked(&watching.seen).take(method, params);
            watching.told.notify_all();
            if method == "Page.javascriptDialogOpening"
                && let Some(connection) = answering.upgrade()
            {
                // Nobody sees the dialog, and the page stands still until it is answered.
                connection.post(&own, "Page.handleJavaScriptDialog", json!({ "accept": true }));
            }
        };
        connection.listen(&session, Box::new(sink));
        let page = Page {
            connection: Arc::clone(connection),
            target,
            session,
            watch,
            scheme: Cell::new(Scheme::Light),
            forced_colors: Cell::new("none"),
            scripts: Cell::new(Scripts::On),
            excused: RefCell::default(),
        };
        page.prepare();
        page
    }

    fn prepare(&self) {
        for domain in ["Page", "Runtime", "Network", "Log", "Audits"] {
            self.cdp(&format!("{domain}.enable"), json!({}));
        }
        self.cdp("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        self.cdp("Emulation.setFocusEmulationEnabled", json!({ "enabled": true }));
        // As on a phone: a scrollbar takes no width.
        self.cdp("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
        self.cdp("Runtime.addBinding", json!({ "name": POLICY_BINDING, "executionContextName": OUR_WORLD }));
        let tell = format!(
            "document.addEventListener('securitypolicyviolation', e => {POLICY_BINDING}(\
             `${{e.effectiveDirective}} refused ${{e.blockedURI || 'inline'}} (${{e.disposition}}) ${{e.sourceFile}}:${{e.lineNumber}}`))"
        );
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": tell, "worldName": OUR_WORLD }));
        self.viewport(1100, 900);
        self.media();
    }

    /// Goes to an address and waits until the document is loaded.
    pub fn goto(&self, url: &str) {
        let before = self.documents();
        let went = self.cdp("Page.navigate", json!({ "url": url }));
        if let Some(error) = went["errorText"].as_str() {
            panic!("{url} cannot be reached: {error}");
        }
        // Without a new loader it was a move inside the document.
        if went["loaderId"].is_string() {
            self.arrive(before, url);
        }
    }

    /// Loads the document again.
    pub fn reload(&self) {
        let before = self.documents();
        self.cdp("Page.reload", json!({}));
        self.arrive(before, "the same page again");
    }

    /// One step back in the tab's history, as by the browser's button.
    pub fn back(&self) {
        let history = self.cdp("Page.getNavigationHistory", json!({}));
        let current = history["currentIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).unwrap_or_default();
        let before = current.checked_sub(1).expect("there is a page to go back to");
        let was = self.seen(|seen| (seen.documents, seen.moves));
        self.cdp("Page.navigateToHistoryEntry", json!({ "entryId": history["entries"][before]["id"] }));
        self.until_seen("the page before", |seen| seen.loaded && (seen.documents, seen.moves) != was);
    }

    /// How many documents this tab has shown; with [`Page::arrive`] it waits for the next.
    pub fn documents(&self) -> usize {
        self.seen(|seen| seen.documents)
    }

    /// Waits until a document after the first `before` is loaded.
    pub fn arrive(&self, before: usize, what: &str) {
        self.until_seen(what, |seen| seen.loaded && seen.documents > before);
    }

    /// The address in the bar.
    pub fn url(&self) -> String {
        self.seen(|seen| seen.url.clone())
    }

    /// The HTTP status of the document shown; 0 when none came over HTTP.
    pub fn status(&self) -> u16 {
        self.exchanges().last().map_or(0, |exchange| exchange.status)
    }

    /// The last exchange of the document shown: status, request and response headers as they went over the wire.
    pub fn exchange(&self) -> Exchange {
        self.exchanges().pop().unwrap_or_else(|| panic!("{}", self.scene("there is no exchange")))
    }

    /// All exchanges that led to the document shown: redirects first.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.until_seen("the raw headers", |seen| seen.document().is_none_or(Request::is_whole));
        self.seen(|seen| seen.document().map(Request::on_the_wire).unwrap_or_default())
    }

    /// Everything this tab has asked of any server, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.seen(|seen| seen.requests().cloned().collect())
    }

    /// How each preparation of a page in the background went so far.
    pub fn prerenders(&self) -> Vec<String> {
        self.seen(|seen| seen.prerenders.clone())
    }

    /// Lets the documents that come next run scripts, or not. Our own questions are answered either way.
    pub fn set_scripts(&self, scripts: Scripts) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": scripts == Scripts::Off }));
        self.scripts.set(scripts);
    }

    /// What [`Page::set_scripts`] said last.
    pub fn scripts(&self) -> Scripts {
        self.scripts.get()
    }

    /// The size of what is seen, in CSS pixels.
    pub fn viewport(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size);
        self.until(|| "the new width".into(), || (self.try_eval("innerWidth").ok()? == width).then_some(()));
    }

    /// What the person prefers, from now on.
    pub fn color_scheme(&self, scheme: Scheme) {
        self.scheme.set(scheme);
        self.media();
    }

    /// The languages that the person reads, dearest first, from the next document on: `ko-KR,ko`.
    pub fn reads(&self, languages: &str) {
        let agent = self.eval("navigator.userAgent");
        self.cdp("Emulation.setUserAgentOverride", json!({ "userAgent": agent, "acceptLanguage": languages }));
    }

    /// The person's own few colours instead of the page's, from now on.
    pub fn forced_colors(&self) {
        self.forced_colors.set("active");
        self.media();
    }

    /// The page's own colours again.
    pub fn own_colors(&self) {
        self.forced_colors.set("none");
        self.media();
    }

    fn media(&self) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": self.scheme.get().word() },
            { "name": "forced-colors", "value": self.forced_colors.get() },
            // A picture or a contrast in the middle of a fade tells nothing.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// The value of a script, run as the page's own; a promise is waited for.
    pub fn eval(&self, script: &str) -> Value {
        self.try_eval(script).unwrap_or_else(|error| panic!("{}", self.scene(&format!("{script}: {error}"))))
    }

    /// As [`Page::eval`], with the error: thrown by the script, or that the document went away meanwhile.
    pub fn try_eval(&self, script: &str) -> Result<Value, String> {
        self.evaluate(json!({ "expression": script }))
    }

    /// As [`Page::try_eval`], in a fresh world of scripts of our own that shares only the document with the page.
    pub fn try_eval_apart(&self, scripts: &[&str]) -> Result<Value, String> {
        let world = json!({ "frameId": self.target, "worldName": OUR_WORLD });
        let world = self.try_cdp("Page.createIsolatedWorld", world).map_err(|fault| fault.to_string())?;
        let mut last = Value::Null;
        for script in scripts {
            last = self.evaluate(json!({ "expression": script, "contextId": world["executionContextId"] }))?;
        }
        Ok(last)
    }

    fn evaluate(&self, mut params: Value) -> Result<Value, String> {
        params["awaitPromise"] = true.into();
        params["returnByValue"] = true.into();
        let mut answer = self.try_cdp("Runtime.evaluate", params).map_err(|fault| fault.to_string())?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            let words = thrown["exception"]["description"].as_str().or(thrown["text"].as_str());
            return Err(words.unwrap_or("thrown without a word").to_owned());
        }
        Ok(answer["result"]["value"].take())
    }

    /// Writes a picture of the whole page, as long as it is.
    pub fn screenshot(&self, path: &Path) {
        if let Err(error) = self.try_screenshot(path) {
            panic!("no picture {}: {error}", path.display());
        }
    }

    fn try_screenshot(&self, path: &Path) -> Result<(), String> {
        let told = |fault: Fault| fault.to_string();
        let mut clip = self.try_cdp("Page.getLayoutMetrics", json!({})).map_err(told)?["cssContentSize"].take();
        clip["scale"] = 1.into();
        let shot = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let shot = self.try_cdp("Page.captureScreenshot", shot).map_err(told)?;
        let folder = path.parent().ok_or("a picture is in a folder")?;
        fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        fs::write(path, from_base64(shot["data"].as_str().unwrap_or_default())).map_err(|error| error.to_string())
    }

    /// Everything the page and the browser complained about so far that is not excused.
    pub fn complaints(&self) -> Vec<Complaint> {
        // The answer comes after all that was told before it.
        drop(self.try_eval("0"));
        let excused = self.excused.borrow();
        let is_excused = |complaint: &&Complaint| excused.iter().any(|part| complaint.text.contains(part));
        self.seen(|seen| seen.complaints.iter().filter(|complaint| !is_excused(complaint)).cloned().collect())
    }

    /// Expects complaints that contain `part`: they are the point of the test, not its failure.
    pub fn excuse(&self, part: &str) {
        self.excused.borrow_mut().push(part.to_owned());
    }

    /// Panics if there is a complaint. Dropping the page does it too.
    pub fn assert_clean(&self) {
        let complaints = self.complaints();
        assert!(complaints.is_empty(), "{}", self.scene(&format!("the page complains: {complaints:#?}")));
    }

    /// Any call of the protocol on this page.
    pub fn cdp(&self, method: &str, params: Value) -> Value {
        self.try_cdp(method, params).unwrap_or_else(|fault| panic!("{}", self.scene(&fault.to_string())))
    }

    fn try_cdp(&self, method: &str, params: Value) -> Result<Value, Fault> {
        self.connection.call(&self.session, method, params)
    }

    /// Asks again and again until there is an answer; panics with `what` when patience is over.
    #[track_caller]
    pub fn until<T>(&self, what: impl Fn() -> String, mut ask: impl FnMut() -> Option<T>) -> T {
        let deadline = Deadline::after(PATIENCE);
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            if deadline.is_over() {
                panic!("{}", self.scene(&format!("waited in vain for {}", what())));
            }
            // Asks at once when the page tells something.
            let seen = locked(&self.watch.seen);
            drop(self.watch.told.wait_timeout(seen, REST).unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn until_seen(&self, what: &str, is_so: impl Fn(&Seen) -> bool) {
        let seen = locked(&self.watch.seen);
        let waited = self.watch.told.wait_timeout_while(seen, PATIENCE.saturating_mul(2), |seen| !is_so(seen));
        let (seen, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(seen);
        assert!(!waited.timed_out(), "{}", self.scene(&format!("waited in vain for {what}")));
    }

    fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&locked(&self.watch.seen))
    }

    /// `what`, where it happened, and what the page said: the words of a red test.
    pub fn scene(&self, what: &str) -> String {
        let shows = self.try_eval("document.body ? document.body.innerText.slice(0, 800) : ''");
        let shows = shows.map_or_else(|error| error, |text| text.as_str().unwrap_or_default().replace('\n', "\n         "));
        let complaints = self.seen(|seen| seen.complaints.clone());
        format!("{what}\n  at     {}\n  shows  {shows}\n  told   {complaints:?}", self.url())
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let complaints = if thread::panicking() {
            let test = thread::current().name().unwrap_or("test").replace("::", "-");
            let path = evidence::target().join("shots/red").join(format!("{test}.png"));
            match self.try_screenshot(&path) {
                Ok(()) => eprintln!("the page when it went wrong: {}", path.display()),
                Err(error) => eprintln!("no picture of the page when it went wrong: {error}"),
            }
            Vec::new()
        } else {
            self.complaints()
        };
        let address = self.url();
        self.connection.forget(&self.session);
        self.connection.post("", "Target.closeTarget", json!({ "targetId": self.target }));
        assert!(complaints.is_empty(), "the page complains at {address}: {complaints:#?}");
    }
}
