//! What a page has told so far: its documents and their HTTP exchanges, and everything it complained about.

use std::collections::BTreeMap;

use serde_json::Value;

/// Header names in lower case; several of one name are joined by a line feed, as the browser tells `set-cookie`.
pub type Headers = BTreeMap<String, String>;

/// One HTTP exchange, as it went over the wire.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    pub method: String,
    pub url: String,
    /// 0 while there is no answer.
    pub status: u16,
    pub request_headers: Headers,
    pub response_headers: Headers,
}

/// One request and the redirects it went through; the last exchange is the one whose body was used.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The browser's word: `Document`, `Script`, `Stylesheet`, `Image`, `Fetch`, …
    pub kind: String,
    pub exchanges: Vec<Exchange>,
    /// Raw headers are told apart from the exchange, before or after it; matched by order.
    raw_requests: Vec<Headers>,
    raw_responses: Vec<(u16, Headers)>,
    raw_promised: usize,
}

/// Something the page or the browser found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// `console`, `exception`, `log`, `policy`, `dialog` or `crash`.
    pub source: &'static str,
    pub text: String,
    pub url: String,
}

/// The state of one page, fed by the reader's thread.
#[derive(Default)]
pub struct Seen {
    /// The main frame's id.
    pub frame: String,
    /// The main document's id; also the id of the request that brought it.
    pub loader: String,
    pub url: String,
    /// Whether the main document's load event has fired.
    pub loaded: bool,
    /// Documents the main frame has shown.
    pub documents: usize,
    /// Fragment moves and history pushes inside one document.
    pub moves: usize,
    pub complaints: Vec<Complaint>,
    /// How each preparation of a page in the background went, once `Preload.enable` was called: `Running`, `Failure`, …
    pub prerenders: Vec<String>,
    requests: BTreeMap<String, Request>,
    order: Vec<String>,
}

impl Seen {
    /// Takes one event of the page's session.
    pub fn take(&mut self, method: &str, params: &Value) {
        match method {
            "Page.frameNavigated" => self.navigated(params),
            "Page.navigatedWithinDocument" if params["frameId"] == self.frame.as_str() => {
                self.url = text(&params["url"]);
                self.moves = self.moves.saturating_add(1);
            }
            "Page.lifecycleEvent" if params["frameId"] == self.frame.as_str() && params["loaderId"] == self.loader.as_str() => {
                self.loaded |= params["name"] == "load";
            }
            "Page.javascriptDialogOpening" => self.complain("dialog", text(&params["message"]), &params["url"]),
            "Inspector.targetCrashed" => self.complain("crash", "the page crashed".into(), &Value::Null),
            "Network.requestWillBeSent" => self.asked(params),
            "Network.responseReceived" => self.answered(params),
            "Network.requestWillBeSentExtraInfo" => self.request(params).raw_requests.push(headers(&params["headers"])),
            "Network.responseReceivedExtraInfo" => {
                let raw = (status(&params["statusCode"]), headers(&params["headers"]));
                self.request(params).raw_responses.push(raw);
            }
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                let thrown = details["exception"]["description"].as_str().or(details["text"].as_str());
                self.complain("exception", thrown.unwrap_or_default().to_owned(), &details["url"]);
            }
            "Runtime.consoleAPICalled" if params["type"] == "error" || params["type"] == "assert" => {
                let said = params["args"].as_array().map_or(&[][..], Vec::as_slice);
                let words: Vec<String> = said.iter().map(spoken).collect();
                self.complain("console", words.join(" "), &params["stackTrace"]["callFrames"][0]["url"]);
            }
            "Preload.prerenderStatusUpdated" => self.prerenders.push(text(&params["status"])),
            "Log.entryAdded" => self.logged(&params["entry"]),
            "Audits.issueAdded" if params["issue"]["code"] == "ContentSecurityPolicyIssue" => {
                let issue = &params["issue"]["details"]["contentSecurityPolicyIssueDetails"];
                let text = format!("{} refused {}", text(&issue["violatedDirective"]), issue["contentSecurityPolicyViolationType"]);
                self.complain("policy", text, &issue["blockedURL"]);
            }
            "Runtime.bindingCalled" if params["name"] == POLICY_BINDING => {
                self.complain("policy", text(&params["payload"]), &Value::Null);
            }
            _ => {}
        }
    }

    /// The request that brought the main document; none for `about:blank`.
    pub fn document(&self) -> Option<&Request> {
        self.requests.get(&self.loader)
    }

    /// Every request of the page, oldest first.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        self.order.iter().filter_map(|id| self.requests.get(id)).filter(|request| !request.exchanges.is_empty())
    }

    fn navigated(&mut self, params: &Value) {
        let frame = &params["frame"];
        if frame["id"] != self.frame.as_str() {
            return;
        }
        self.loader = text(&frame["loaderId"]);
        self.url = text(&frame["url"]) + frame["urlFragment"].as_str().unwrap_or_default();
        self.documents = self.documents.saturating_add(1);
        // A page that comes back from the cache of whole pages was loaded before and fires no load event again.
        self.loaded = params["type"] == "BackForwardCacheRestore";
    }

    fn asked(&mut self, params: &Value) {
        let redirect = &params["redirectResponse"];
        let request = self.request(params);
        request.kind = text(&params["type"]);
        if !redirect.is_null() {
            request.raw_promised = request.raw_promised.saturating_add(usize::from(params["redirectHasExtraInfo"] == true));
            if let Some(exchange) = request.exchanges.last_mut() {
                exchange.close(redirect);
            }
        }
        let asked = &params["request"];
        request.exchanges.push(Exchange {
            method: text(&asked["method"]),
            url: text(&asked["url"]),
            request_headers: headers(&asked["headers"]),
            ..Exchange::default()
        });
    }

    fn answered(&mut self, params: &Value) {
        let request = self.request(params);
        request.raw_promised = request.raw_promised.saturating_add(usize::from(params["hasExtraInfo"] == true));
        if let Some(exchange) = request.exchanges.last_mut() {
            exchange.close(&params["response"]);
        }
    }

    fn request(&mut self, params: &Value) -> &mut Request {
        let id = text(&params["requestId"]);
        if !self.requests.contains_key(&id) {
            self.order.push(id.clone());
        }
        self.requests.entry(id).or_default()
    }

    fn logged(&mut self, entry: &Value) {
        let said = text(&entry["text"]);
        let wrong = entry["level"] == "error" || entry["source"] == "security";
        // The browser's own line about every paid page; the status is what we want.
        let is_payment_required = said.starts_with("Failed to load resource: the server responded with a status of 402");
        if wrong && !is_payment_required {
            self.complain("log", said, &entry["url"]);
        }
    }

    fn complain(&mut self, source: &'static str, text: String, url: &Value) {
        self.complaints.push(Complaint { source, text, url: url.as_str().unwrap_or_default().to_owned() });
    }
}

impl Request {
    /// Whether the headers as they went over the wire have all been told.
    pub fn is_whole(&self) -> bool {
        self.raw_responses.len() >= self.raw_promised && self.raw_requests.len() >= self.raw_promised
    }

    /// The exchanges, first to last, with the headers as they went over the wire where the browser told them.
    pub fn on_the_wire(&self) -> Vec<Exchange> {
        let mut exchanges = self.exchanges.clone();
        if self.raw_promised == exchanges.len() {
            for (exchange, raw) in exchanges.iter_mut().zip(&self.raw_requests) {
                exchange.request_headers = raw.clone();
            }
            for (exchange, (status, raw)) in exchanges.iter_mut().zip(&self.raw_responses) {
                exchange.status = *status;
                exchange.response_headers = raw.clone();
            }
        }
        exchanges
    }
}

impl Exchange {
    fn close(&mut self, response: &Value) {
        self.status = status(&response["status"]);
        self.response_headers = headers(&response["headers"]);
    }
}

/// The function by which a page's own `securitypolicyviolation` events reach us, from a world of scripts that is not the page's.
pub const POLICY_BINDING: &str = "farthingPolicy";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn status(value: &Value) -> u16 {
    value.as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default()
}

fn headers(value: &Value) -> Headers {
    let told = value.as_object().into_iter().flatten();
    told.map(|(name, value)| (name.to_lowercase(), text(value))).collect()
}

fn spoken(argument: &Value) -> String {
    let plain = argument["value"].as_str().or(argument["description"].as_str());
    plain.map_or_else(|| argument["value"].to_string(), str::to_owned)
}
