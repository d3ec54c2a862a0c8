//! The DevTools protocol: one WebSocket, answers matched to calls, events handed to the session they belong to.

use std::collections::BTreeMap;
use std::fmt;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Message, client};

/// How long the browser may take over one answer before the test is called red.
const ANSWER: Duration = Duration::from_secs(60);

/// Why a call has no answer.
#[derive(Debug)]
pub enum Fault {
    /// The browser answered with an error of its own.
    Refused { method: String, message: String },
    /// The connection is closed: the browser is gone.
    Gone { method: String },
    /// No answer in time.
    Late { method: String, after: Duration },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refused { method, message } => write!(f, "{method}: {message}"),
            Fault::Gone { method } => write!(f, "{method}: the browser is gone"),
            Fault::Late { method, after } => write!(f, "{method}: no answer in {} s", after.as_secs()),
        }
    }
}

/// What a session does with its events; runs on the reader's thread, so it must not call the browser and wait.
pub type Sink = Box<dyn FnMut(&str, &Value) + Send>;

type Answer = Result<Value, String>;

#[derive(Default)]
struct Desk {
    /// Calls without an answer yet; `None` once the connection is closed.
    waiting: Mutex<Option<BTreeMap<u64, Sender<Answer>>>>,
    sinks: Mutex<BTreeMap<String, Arc<Mutex<Sink>>>>,
}

/// The one connection to the browser; every page is a session on it ("flat" sessions of the protocol).
pub struct Connection {
    writer: Mutex<WebSocket<TcpStream>>,
    desk: Arc<Desk>,
    next: AtomicU64,
}

impl Connection {
    /// Opens `ws://127.0.0.1:PORT/devtools/browser/ID` and starts the reader's thread.
    pub fn open(url: &str) -> Connection {
        let host = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).expect("DevTools tells a ws:// address");
        let stream = TcpStream::connect(host).expect("DevTools listens on the port it has just told");
        stream.set_nodelay(true).expect("a fresh socket takes options");
        let outward = stream.try_clone().expect("a socket can be cloned");
        // A full-page picture is one message of many megabytes.
        let sizes = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (reader, _) = client::client_with_config(url, stream, Some(sizes)).expect("DevTools speaks WebSocket");
        // A second half over the same socket: reading blocks, and calls must not wait for it.
        let writer = WebSocket::from_raw_socket(outward, Role::Client, Some(sizes));
        let desk = Arc::new(Desk { waiting: Mutex::new(Some(BTreeMap::new())), sinks: Mutex::default() });
        let at_desk = Arc::clone(&desk);
        thread::Builder::new()
            .name("devtools-reader".into())
            .spawn(move || at_desk.read_on(reader))
            .expect("the system gives one more thread");
        Connection { writer: Mutex::new(writer), desk, next: AtomicU64::new(1) }
    }

    /// Calls a method and waits for its answer. An empty `session` addresses the browser itself.
    pub fn call(&self, session: &str, method: &str, params: Value) -> Result<Value, Fault> {
        self.call_within(session, method, params, ANSWER)
    }

    /// As [`Connection::call`], with another patience.
    pub fn call_within(&self, session: &str, method: &str, params: Value, after: Duration) -> Result<Value, Fault> {
        let gone = || Fault::Gone { method: method.into() };
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = mpsc::channel();
        locked(&self.desk.waiting).as_mut().ok_or_else(gone)?.insert(id, answer);
        self.write(id, session, method, params).map_err(|_| gone())?;
        match answered.recv_timeout(after) {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(message)) => Err(Fault::Refused { method: method.into(), message }),
            Err(RecvTimeoutError::Disconnected) => Err(gone()),
            Err(RecvTimeoutError::Timeout) => Err(Fault::Late { method: method.into(), after }),
        }
    }

    /// Sends a call whose answer nobody waits for: the only kind a [`Sink`] may make.
    pub fn post(&self, session: &str, method: &str, params: Value) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        // A lost connection shows itself at the next call that waits.
        drop(self.write(id, session, method, params));
    }

    /// Hands every later event of `session` to `sink`.
    pub fn listen(&self, session: &str, sink: Sink) {
        locked(&self.desk.sinks).insert(session.into(), Arc::new(Mutex::new(sink)));
    }

    /// Stops handing events of `session` over.
    pub fn forget(&self, session: &str) {
        locked(&self.desk.sinks).remove(session);
    }

    fn write(&self, id: u64, session: &str, method: &str, params: Value) -> Result<(), Box<tungstenite::Error>> {
        let mut call = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            call["sessionId"] = session.into();
        }
        locked(&self.writer).send(Message::text(call.to_string())).map_err(Box::new)
    }
}

impl Desk {
    fn read_on(&self, mut socket: WebSocket<TcpStream>) {
        while let Ok(message) = socket.read() {
            if !message.is_text() {
                continue;
            }
            let text = message.to_text().expect("a text message is text");
            let mut message: Value = serde_json::from_str(text).expect("DevTools speaks JSON");
            match message["id"].as_u64() {
                Some(id) => self.answer(id, &mut message),
                None => self.hand_over(&message),
            }
        }
        *locked(&self.waiting) = None;
    }

    fn answer(&self, id: u64, message: &mut Value) {
        let waiting = locked(&self.waiting).as_mut().and_then(|calls| calls.remove(&id));
        let Some(waiting) = waiting else { return };
        let answer = match message.get("error") {
            Some(error) => Err(error["message"].as_str().unwrap_or("an error without a message").to_owned()),
            None => Ok(message["result"].take()),
        };
        // The caller may have lost patience already.
        drop(waiting.send(answer));
    }

    fn hand_over(&self, message: &Value) {
        let session = message["sessionId"].as_str().unwrap_or_default();
        let sink = locked(&self.sinks).get(session).cloned();
        if let Some(sink) = sink {
            let method = message["method"].as_str().unwrap_or_default();
            locked(&sink)(method, &message["params"]);
        }
    }
}

/// A moment after which waiting is over.
#[derive(Clone, Copy)]
pub struct Deadline(Instant);

#[allow(clippy::disallowed_methods, reason = "a test waits for a real browser, in real time")]
impl Deadline {
    /// From now on, `patience` long.
    pub fn after(patience: Duration) -> Deadline {
        Deadline(Instant::now().checked_add(patience).expect("patience is seconds, not centuries"))
    }

    /// What is left; zero when it has passed.
    pub fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Whether it has passed.
    pub fn is_over(self) -> bool {
        self.left().is_zero()
    }
}

/// Locks even after another test's panic: what is guarded here is whole at every step.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Decodes the standard base64 of the protocol's pictures.
pub fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter.wrapping_sub(b'A'),
            b'a'..=b'z' => letter.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => letter.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            other => panic!("byte {other} is not base64"),
        };
        bits = bits << 6 | u32::from(six);
        held = held.wrapping_add(6);
        if held >= 8 {
            held = held.wrapping_sub(8);
            bytes.push((bits >> held).to_le_bytes()[0]);
        }
    }
    bytes
}
