//! What a wall may show of a page before it is paid: title, byline and the text before the cut, taken as text.

use super::Gate;
use super::fold::Target;
use super::proxy::{Body, Forwarded, OriginError};
use crate::door::full;
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use http_body_util::BodyExt;
use money::{Span, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;

mod text;

/// How long a teaser is shown without asking again.
const FRESH: Span = Span(60);
/// Teasers kept at once.
const MOST_KEPT: usize = 256;
/// Bytes of a page that are read at most.
const MOST_READ: usize = 256 * 1_024;

/// What a page shows before it is paid. All texts are plain text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Teaser {
    /// The page's title.
    pub title: Option<String>,
    /// Its author.
    pub byline: Option<String>,
    /// Its language as it says itself.
    pub lang: Option<String>,
    /// The paragraphs before the cut; none if the page has no cut.
    pub paragraphs: Vec<String>,
    /// What kind of thing it is.
    pub kind: Kind,
}

/// What a page is, by its media type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Kind {
    /// Something to read.
    Page,
    /// Something to look at.
    View,
    /// Something to keep.
    File,
    /// The origin did not show it.
    #[default]
    Unknown,
}

/// Why there is nothing to sell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum NoPage {
    /// The origin has no such page.
    Missing,
    /// The origin cannot be reached or fails.
    Unreachable,
    /// It did not answer in time.
    Slow,
}

/// The teasers of a site; one request to the origin for each page at a time.
#[derive(Default)]
pub(super) struct Teasers(Mutex<BTreeMap<String, Entry>>);

#[derive(Clone)]
struct Entry {
    since: Timestamp,
    teaser: Arc<OnceCell<Result<Arc<Teaser>, NoPage>>>,
}

impl Teasers {
    /// The entry of a page: a fresh one, or a new one to be filled.
    fn entry(&self, page: &str, now: Timestamp) -> Entry {
        let mut kept = self.0.lock().expect("no thread panics with the teasers in hand");
        if let Some(entry) = kept.get(page).filter(|entry| now < entry.since.after(FRESH)) {
            return entry.clone();
        }
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, entry| now < entry.since.after(FRESH));
        }
        if kept.len() >= MOST_KEPT
            && let Some(oldest) = kept.iter().min_by_key(|(_, entry)| entry.since).map(|(page, _)| page.clone())
        {
            kept.remove(&oldest);
        }
        let entry = Entry { since: now, teaser: Arc::default() };
        kept.insert(page.to_owned(), entry.clone());
        entry
    }

    /// A failure is not kept: the next visitor asks again.
    fn forget(&self, page: &str, failed: &Entry) {
        let mut kept = self.0.lock().expect("no thread panics with the teasers in hand");
        if kept.get(page).is_some_and(|entry| Arc::ptr_eq(&entry.teaser, &failed.teaser)) {
            kept.remove(page);
        }
    }

    /// The title of a page that was shown lately.
    pub(super) fn title(&self, page: &str) -> Option<String> {
        let kept = self.0.lock().expect("no thread panics with the teasers in hand");
        kept.get(page)?.teaser.get()?.as_ref().ok()?.title.clone()
    }
}

impl Gate {
    /// What may be shown of a page; asks the origin at most once a minute, without anything of the visitor's own.
    pub(super) async fn teaser(&self, target: &Target, peer: &Forwarded, now: Timestamp) -> Result<Arc<Teaser>, NoPage> {
        let entry = self.teasers.entry(&target.page, now);
        let result = entry.teaser.get_or_init(|| async { self.fetch_teaser(target, peer).await.map(Arc::new) }).await.clone();
        if result.is_err() {
            self.teasers.forget(&target.page, &entry);
        }
        result
    }

    async fn fetch_teaser(&self, target: &Target, peer: &Forwarded) -> Result<Teaser, NoPage> {
        let mut request = Request::new(full(Bytes::new()));
        *request.uri_mut() = target.page.parse().map_err(|_| NoPage::Missing)?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html, */*;q=0.5"));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let response = self.forward(request, &[], peer).await.map_err(|error| match error {
            OriginError::Timeout { .. } => NoPage::Slow,
            OriginError::Unreachable { .. } | OriginError::BadHead { .. } | OriginError::Broken { .. } => NoPage::Unreachable,
            OriginError::Upload { .. } | OriginError::Target { .. } => NoPage::Missing,
        })?;
        let status = response.status();
        if matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE) {
            return Err(NoPage::Missing);
        }
        if status.is_server_error() {
            return Err(NoPage::Unreachable);
        }
        if status != StatusCode::OK {
            return Ok(Teaser::default());
        }
        let kind = kind(response.headers());
        let readable = kind == Kind::Page && is_plain_utf8(response.headers());
        if !readable {
            return Ok(Teaser { kind, ..Teaser::default() });
        }
        let start = read_start(response.into_body()).await;
        Ok(Teaser { kind, ..text::extract(&start) })
    }
}

fn kind(headers: &http::HeaderMap) -> Kind {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    match said.split(';').next().unwrap_or_default().trim() {
        "text/html" | "application/xhtml+xml" => Kind::Page,
        other if other.starts_with("image/") || other.starts_with("text/") => Kind::View,
        _ => Kind::File,
    }
}

/// Another encoding or charset is not guessed at: the wall then names the page without its text.
fn is_plain_utf8(headers: &http::HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let charset = said.split_once("charset=").map(|(_, charset)| charset.trim().trim_matches('"'));
    let encoding = headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    charset.is_none_or(|charset| charset.starts_with("utf-8")) && encoding.is_none_or(|encoding| encoding.eq_ignore_ascii_case(b"identity"))
}

/// The first bytes of a page. One that breaks off is taken as far as it came.
async fn read_start(mut body: Body) -> Vec<u8> {
    let mut start = Vec::new();
    while start.len() < MOST_READ
        && let Some(Ok(frame)) = body.frame().await
    {
        if let Some(chunk) = frame.data_ref() {
            start.extend_from_slice(chunk);
        }
    }
    start.truncate(MOST_READ);
    start
}
