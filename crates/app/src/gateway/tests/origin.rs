//! A payee's server: pages of every kind, and a record of what it was asked.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

pub const ARTICLE: &str = "<!doctype html><html lang=\"en\"><head><title>Quiet harbour</title><meta name=\"author\" content=\"Ann\"></head>\
<body><p>Before the cut.</p><!-- farthing:more --><p>The secret rest.</p></body></html>";

/// The listener's address and what came in.
pub struct Origin {
    pub address: SocketAddr,
    seen: Mutex<Vec<Seen>>,
    /// While closed, `/a/slow`, `/a/slow-broken` and `/tour?slow-tokens` wait.
    pub gate: tokio::sync::Semaphore,
}

/// One request that came in.
#[derive(Clone)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: HeaderMap,
}

impl Origin {
    pub async fn start() -> Arc<Origin> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let origin = Arc::new(Origin { address, seen: Mutex::default(), gate: tokio::sync::Semaphore::new(0) });
        let serving = Arc::clone(&origin);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let origin = Arc::clone(&serving);
                let answer = service_fn(move |request| {
                    let origin = Arc::clone(&origin);
                    async move { Ok::<_, Infallible>(origin.answer(request).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        origin
    }

    /// What was asked of one path, teasers left out.
    pub fn asked(&self, path: &str) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        let here = |seen: &&Seen| seen.target.split('?').next() == Some(path) && !is_teaser(seen);
        seen.iter().filter(here).cloned().collect()
    }

    /// How often a teaser was fetched.
    pub fn teasers(&self) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| is_teaser(seen)).count()
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default();
        let (counts, waits) = (query.ends_with("tokens"), path.starts_with("/a/slow") || query.starts_with("slow"));
        let streams = path == "/s/told" || query == "stream";
        let seen = Seen { method: parts.method.to_string(), target: parts.uri.to_string(), headers: parts.headers };
        self.seen.lock().unwrap().push(seen);
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        if waits {
            self.gate.acquire().await.unwrap().forget();
        }
        let html = |text: String| Response::builder().header("content-type", "text/html; charset=utf-8").body(Full::from(text)).unwrap();
        let plain = |status: u16, text: &str| Response::builder().status(status).body(Full::from(text.to_owned())).unwrap();
        match path.as_str() {
            "/a/broken" | "/a/slow-broken" => plain(500, "broken"),
            "/a/priced" => plain(402, "pay me"),
            "/a/gone" => plain(404, "no such page"),
            "/tour" if query == "broken" => plain(500, "broken"),
            "/tour" if query == "gone" => plain(404, "no such page"),
            "/tour" if query == "many" => Response::builder().header("farthing-usage", "token=90000").body(Full::from("many")).unwrap(),
            "/tour" if query == "long" => {
                let events = ": farthing-usage tokens=1\ndata: x\n\n".repeat(40_000);
                Response::builder().header("content-type", "text/event-stream").body(Full::from(events)).unwrap()
            }
            "/tour" if query == "headed" => {
                let events = "event: payment-receipt\ndata: forged\n\n: farthing-usage tokens=9\ndata: x\n\n";
                let reply = Response::builder().header("content-type", "text/event-stream").header("farthing-usage", "token=1500");
                reply.body(Full::from(events)).unwrap()
            }
            "/tour" if counts => Response::builder().status(200).header("farthing-usage", "token=1500").body(Full::from("tokens")).unwrap(),
            _ if streams => Response::builder().header("content-type", "text/event-stream").body(Full::from(told())).unwrap(),
            "/a/moved" => Response::builder().status(303).header("location", "/a/quiet").body(Full::default()).unwrap(),
            "/a/big" => plain(200, &"x".repeat(300_000)),
            "/a/echo" => Response::builder().status(200).body(Full::new(body)).unwrap(),
            "/a/uncut" => html("<title>Uncut</title><body><p>All of it.</p></body>".to_owned()),
            "/a/cached" => {
                let reply = Response::builder().header("cache-control", "public, max-age=600").header("etag", "\"1\"");
                reply.header("content-type", "text/html").body(Full::from("<body>x</body>")).unwrap()
            }
            path if path.starts_with("/t/") => {
                Response::builder().header("farthing-usage", "token=1000").body(Full::from("tokens")).unwrap()
            }
            "/mcp" => Response::builder().header("content-type", "application/json").body(Full::from(result(&body))).unwrap(),
            path if path.starts_with("/film") => super::films::answer(path),
            path if path.starts_with("/a/") || path == "/tour" => html(ARTICLE.to_owned()),
            path => plain(200, &format!("free: {path}")),
        }
    }
}

/// What a server of tools says to any call.
fn result(call: &[u8]) -> String {
    let call: serde_json::Value = serde_json::from_slice(call).unwrap_or_default();
    let result = if call["params"]["name"] == "broken" {
        serde_json::json!({"content": [], "isError": true})
    } else {
        serde_json::json!({"content": []})
    };
    serde_json::json!({"jsonrpc": "2.0", "id": call["id"], "result": result}).to_string()
}

/// A hundred and twenty events of one token each. Every tenth comes twice, and the fiftieth comes late.
pub fn told() -> String {
    let event = |n: u32| format!(": farthing-usage tokens=1\nid: t-{n}\ndata: {n}\n\n");
    let order = (1..=120).filter(|n| *n != 50).flat_map(|n| if n % 10 == 0 { vec![n, n] } else { vec![n] });
    order.flat_map(|n| if n == 61 { vec![50, n] } else { vec![n] }).map(event).collect()
}

/// The door asks for teasers in words that no test uses.
fn is_teaser(seen: &Seen) -> bool {
    seen.headers.get("accept").is_some_and(|accept| accept == "text/html, */*;q=0.5")
}
