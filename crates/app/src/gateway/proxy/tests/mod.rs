//! The proxy between real sockets: origins and clients are written in raw bytes, so that the wire itself is looked at.

#![allow(clippy::arithmetic_side_effects, reason = "a wrong sum in a test is a failing test")]

mod bodies;
mod caches;
mod faults;
mod framing;
mod heads;
mod secrets;
mod upgrades;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Body, BoxError, Earlier, Forwarded, Limits, Proto, Proxy, http1_server};

/// Far longer than anything here takes; reached only by a hang.
const DEADLINE: Duration = Duration::from_secs(20);

async fn within<F: Future>(what: &str, future: F) -> F::Output {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("nothing happened: {what}"))
}

/// One end of a connection, with what was read but not yet asked for.
struct Wire {
    stream: TcpStream,
    kept: Vec<u8>,
}

impl Wire {
    fn new(stream: TcpStream) -> Wire {
        Wire { stream, kept: Vec::new() }
    }

    async fn connect(to: SocketAddr) -> Wire {
        Wire::new(within("connect", TcpStream::connect(to)).await.unwrap())
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within("send", self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Reads more; false at the end of the stream or when the peer reset it.
    async fn more(&mut self) -> bool {
        let read = within("read", self.stream.read_buf(&mut self.kept)).await;
        matches!(read, Ok(count) if count > 0)
    }

    /// Everything up to and with `mark`.
    async fn until(&mut self, mark: &str) -> String {
        loop {
            let at = self.kept.windows(mark.len()).position(|part| part == mark.as_bytes());
            if let Some(at) = at {
                let rest = self.kept.split_off(at + mark.len());
                return String::from_utf8(std::mem::replace(&mut self.kept, rest)).unwrap();
            }
            let so_far = String::from_utf8_lossy(&self.kept).into_owned();
            assert!(self.more().await, "ended before {mark:?}, after {so_far:?}");
        }
    }

    /// A head, in lower-case field names as hyper writes them.
    async fn head(&mut self) -> String {
        self.until("\r\n\r\n").await
    }

    async fn exact(&mut self, count: usize) -> Vec<u8> {
        while self.kept.len() < count {
            assert!(self.more().await, "ended after {} of {count}", self.kept.len());
        }
        let rest = self.kept.split_off(count);
        std::mem::replace(&mut self.kept, rest)
    }

    async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8(std::mem::take(&mut self.kept)).unwrap()
    }

    /// Waits until the peer closed; what still comes is thrown away.
    async fn closed(&mut self) {
        while self.more().await {
            self.kept.clear();
        }
    }

    /// A whole chunked body, decoded.
    async fn chunks(&mut self) -> String {
        let mut body = String::new();
        loop {
            let size = usize::from_str_radix(self.until("\r\n").await.trim(), 16).unwrap();
            let chunk = self.exact(size + 2).await;
            if size == 0 {
                return body;
            }
            body.push_str(std::str::from_utf8(&chunk[..size]).unwrap());
        }
    }
}

/// A listener to play an origin on.
struct Listener(TcpListener);

impl Listener {
    async fn new() -> Listener {
        Listener(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    async fn accept(&self) -> Wire {
        Wire::new(within("a connection to the origin", self.0.accept()).await.unwrap().0)
    }

    /// Accepts, reads a head and answers with `answer`; returns the connection and the head.
    async fn serve(&self, answer: impl AsRef<[u8]>) -> (Wire, String) {
        let mut wire = self.accept().await;
        let head = wire.head().await;
        wire.send(answer).await;
        (wire, head)
    }

    /// Waits for `other`; a connection that comes before fails the test.
    async fn nobody_until<F: Future>(&self, other: F) -> F::Output {
        tokio::select! {
            biased;
            _ = self.0.accept() => panic!("the origin was asked"),
            output = other => output,
        }
    }
}

/// How a test wants its gateway.
struct Gate {
    limits: Limits,
    add: Vec<(HeaderName, HeaderValue)>,
    earlier: Earlier,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate { limits: Limits::default(), add: Vec::new(), earlier: Earlier::Replaced }
    }
}

impl Gate {
    fn limits(limits: Limits) -> Gate {
        Gate { limits, ..Gate::default() }
    }

    /// Serves on a port of its own, before the origin at `origin`. Faults are answered as the proxy proposes, in words.
    async fn before(self, origin: SocketAddr) -> SocketAddr {
        let proxy = Proxy::new(format!("http://{origin}").parse().unwrap(), self.limits);
        let listener = Listener::new().await;
        let address = listener.address();
        let peer = peer(self.earlier);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.0.accept().await.unwrap();
                let (proxy, add, peer) = (proxy.clone(), self.add.clone(), peer.clone());
                let answer = service_fn(move |request: Request<Incoming>| {
                    let (proxy, add, peer) = (proxy.clone(), add.clone(), peer.clone());
                    async move {
                        let response = proxy.forward(request, &add, &peer).await.unwrap_or_else(|error| {
                            let text = Full::new(Bytes::from(error.to_string())).map_err(|never| match never {});
                            let mut response = Response::new(text.boxed_unsync());
                            *response.status_mut() = error.status();
                            response
                        });
                        Ok::<Response<Body>, BoxError>(response)
                    }
                });
                let connection = http1_server(&self.limits).serve_connection(TokioIo::new(stream), answer);
                tokio::spawn(connection.with_upgrades());
            }
        });
        address
    }
}

fn peer(earlier: Earlier) -> Forwarded {
    Forwarded {
        client_ip: IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        proto: Proto::Https,
        host: HeaderValue::from_static("news.example"),
        earlier,
    }
}

/// An origin's listener and a client connected to a gateway before it.
async fn pair(gate: Gate) -> (Listener, Wire) {
    let origin = Listener::new().await;
    let client = Wire::connect(gate.before(origin.address()).await).await;
    (origin, client)
}

/// The lines of a head that begin with `name:`, values only.
fn values<'a>(head: &'a str, name: &str) -> Vec<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .filter(|(field, _)| field.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .collect()
}

/// A request whose body is complete, for tests that call the proxy itself.
fn get(path: &str) -> Request<Full<Bytes>> {
    Request::get(path).body(Full::default()).unwrap()
}
