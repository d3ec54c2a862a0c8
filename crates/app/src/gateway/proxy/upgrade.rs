//! `Upgrade`: WebSocket and other protocols pass as raw bytes once the origin has said 101.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use http_body_util::{BodyExt, Empty};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional};
use tokio::sync::Notify;

use super::body::Source;
use super::{Body, OriginError, Proxy, credentials, headers};

/// How long the other side may finish after one side has ended.
const LAST_WORDS_MS: u64 = 2_000;

/// The protocols a request asks to switch to, or `None` if it asks for nothing that may pass.
///
/// HTTP/1.1 without a body only. What would carry further *requests* past the gateway, where nobody prices them, is
/// taken out of the list: `h2c`, other versions of HTTP, and TLS. The request then goes on as an ordinary one.
pub(super) fn asked<B: hyper::body::Body>(request: &Request<B>) -> Option<HeaderValue> {
    let fields = request.headers();
    let wants = list(fields.get_all(CONNECTION)).any(|token| token.eq_ignore_ascii_case("upgrade"));
    if !wants || request.version() != Version::HTTP_11 || !request.body().is_end_stream() {
        return None;
    }
    let passable: Vec<&str> = list(fields.get_all(UPGRADE)).filter(|protocol| may_pass(protocol)).collect();
    if passable.is_empty() { None } else { HeaderValue::try_from(passable.join(", ")).ok() }
}

fn may_pass(protocol: &str) -> bool {
    let name = protocol.split('/').next().unwrap_or_default().trim();
    !["h2c", "h2", "http", "tls"].iter().any(|closed| name.eq_ignore_ascii_case(closed))
}

fn list<'a>(lines: http::header::GetAll<'a, HeaderValue>) -> impl Iterator<Item = &'a str> {
    lines.into_iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim).filter(|item| !item.is_empty())
}

/// Puts the wish back after the hop-by-hop fields were dropped.
pub(super) fn ask(fields: &mut HeaderMap, protocols: &HeaderValue) {
    fields.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    fields.insert(UPGRADE, protocols.clone());
}

/// The 101 for the client. Once it is out, bytes flow both ways until one side ends or both are silent.
pub(super) fn join(
    mut response: Response<Source>,
    near: OnUpgrade,
    asked: &HeaderValue,
    proxy: &Proxy,
) -> Result<Response<Body>, OriginError> {
    let chosen = response.headers().get(UPGRADE).cloned();
    let offered = |name: &str| asked.to_str().is_ok_and(|asked| asked.split(',').any(|one| one.trim().eq_ignore_ascii_case(name)));
    let Some(chosen) = chosen.filter(|value| value.to_str().is_ok_and(|value| offered(value.trim()))) else {
        return Err(proxy.bad_head("the origin switched to a protocol that was not asked for".into()));
    };
    let far = hyper::upgrade::on(&mut response);
    let idle = Duration::from_millis(proxy.limits.idle_timeout_ms);
    tokio::spawn(async move {
        // A client that is gone before its 101 makes `near` fail; dropping `far` then closes the origin's side.
        if let Ok((near, far)) = tokio::try_join!(near, far) {
            tunnel(TokioIo::new(near), TokioIo::new(far), idle).await;
        }
    });

    let (mut parts, _) = response.into_parts();
    parts.version = Version::HTTP_11;
    parts.headers.remove(http::header::CONTENT_LENGTH);
    headers::drop_hop_by_hop(&mut parts.headers);
    credentials::strip_response(&mut parts);
    parts.headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    parts.headers.insert(UPGRADE, chosen);
    Ok(Response::from_parts(parts, Empty::new().map_err(|never| match never {}).boxed_unsync()))
}

/// Copies both ways. Ends when both sides have ended, shortly after one has, or after one to two `idle` without a byte.
async fn tunnel<A, B>(near: A, far: B, idle: Duration)
where
    A: AsyncRead + AsyncWrite + Unpin,
    B: AsyncRead + AsyncWrite + Unpin,
{
    let pulse = Arc::new(Pulse::default());
    let mut near = Watched { io: near, pulse: Arc::clone(&pulse) };
    let mut far = Watched { io: far, pulse: Arc::clone(&pulse) };
    let silent = async {
        loop {
            let before = pulse.beats.load(Ordering::Relaxed);
            tokio::time::sleep(idle).await;
            if pulse.beats.load(Ordering::Relaxed) == before {
                return;
            }
        }
    };
    let one_ended = async {
        pulse.ended.notified().await;
        tokio::time::sleep(Duration::from_millis(LAST_WORDS_MS)).await;
    };
    tokio::select! {
        // However it ended, both connections close as they are dropped; there is nobody left to tell.
        _ = copy_bidirectional(&mut near, &mut far) => {}
        () = silent => {}
        () = one_ended => {}
    }
}

#[derive(Default)]
struct Pulse {
    beats: AtomicU64,
    ended: Notify,
}

/// A connection that tells when bytes or the end came.
struct Watched<T> {
    io: T,
    pulse: Arc<Pulse>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        if buf.filled().len() == before {
            self.pulse.ended.notify_one();
        } else {
            self.pulse.beats.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.io).poll_write(cx, bytes))?;
        self.pulse.beats.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
