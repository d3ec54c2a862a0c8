//! The paid bar put into a page on its way: right after the true `<body>`, everything else byte for byte.

use super::Gate;
use super::priced::Ask;
use super::proxy::{Body, BoxError};
use crate::config::Bar;
use crate::door::Reply;
use crate::receipts::Sold;
use crate::web::headers::LANGUAGE;
use crate::web::{self, BarUndo, BarView, Form, Mode, Money};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Frame;
use lol_html::html_content::ContentType;
use lol_html::send::{HtmlRewriter, Settings};
use lol_html::{MemorySettings, element};
use std::fmt::Write;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

/// Bytes of one tag that are held back at most; a page with a longer one passes as it is.
const MOST_HELD: usize = 4 * 1_024 * 1_024;

impl Gate {
    /// Whether the page's answer shall carry the bar: only for people, only while undo is open.
    pub(super) fn wants_bar(&self, ask: &Ask, sold: &Sold) -> bool {
        self.site.bar == Bar::Insert && ask.method == Method::GET && sold.sale.can_undo(ask.visit.now)
    }

    /// Puts the bar into an answer that is a page.
    pub(super) fn with_bar(&self, reply: Reply, ask: &Ask, sold: &Sold) -> Reply {
        if !takes_insertions(&reply) {
            return reply;
        }
        let mut reply = insert_into(reply, Insertions { head: self.monetization_link(), body: Some(self.bar(ask, sold)) });
        reply.headers_mut().append(header::VARY, HeaderValue::from_static(LANGUAGE));
        reply
    }

    /// Where the payer finds the receipt of a sale: in the wallet that paid.
    pub(super) fn receipt_url(&self, sold: &Sold) -> String {
        let wallet = sold.wallet.clone().unwrap_or_else(|| self.instance.wallet_url());
        format!("{wallet}/r/{}", sold.serial())
    }

    fn bar(&self, ask: &Ask, sold: &Sold) -> String {
        let sale = &sold.sale;
        let serial = sold.serial();
        let form = Form {
            action: "/.well-known/farthing/undo".to_owned(),
            csrf: String::new(),
            fields: vec![("sale".to_owned(), serial.clone())],
        };
        let markup = web::bar(&BarView {
            lang: ask.visit.lang,
            mode: if self.instance.is_test() { Mode::Test } else { Mode::Live },
            paid: Money::of(sale.charged, sale.asset),
            undo: Some(BarUndo { until: sale.undo_until, form }),
            receipt_url: self.receipt_url(sold),
            css_url: "/.well-known/farthing/bar.css".to_owned(),
            now: ask.visit.now,
        });
        ascii(&markup)
    }
}

/// Prepares a request so that its answer can be given the bar: whole, as plain text, and not "not modified".
pub(super) fn ask_plainly(headers: &mut HeaderMap) {
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for condition in
        [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_MATCH, header::IF_UNMODIFIED_SINCE, header::IF_RANGE, header::RANGE]
    {
        headers.remove(condition);
    }
}

/// Markup in ASCII that is put into a page.
pub(super) struct Insertions {
    /// Right after its `<head>`.
    pub head: Option<String>,
    /// Right after its `<body>`.
    pub body: Option<String>,
}

fn takes_insertions(reply: &Reply) -> bool {
    reply.status() == StatusCode::OK && is_page(reply.headers())
}

/// An answer with them, if it is a page.
pub(super) fn insert_into(reply: Reply, insertions: Insertions) -> Reply {
    if !takes_insertions(&reply) {
        return reply;
    }
    let (mut parts, body) = reply.into_parts();
    for stale in [header::CONTENT_LENGTH, header::ETAG, header::LAST_MODIFIED, header::ACCEPT_RANGES] {
        parts.headers.remove(stale);
    }
    for digest in ["digest", "content-digest", "repr-digest", "content-md5"] {
        parts.headers.remove(digest);
    }
    Response::from_parts(parts, insert(body, insertions))
}

/// HTML in an encoding that leaves ASCII as it is.
fn is_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let content = text(header::CONTENT_TYPE);
    let wide = content.contains("utf-16") || content.contains("utf-32") || content.contains("iso-2022");
    let plain = matches!(text(header::CONTENT_ENCODING).as_str(), "" | "identity");
    content.split(';').next().unwrap_or_default().trim() == "text/html" && !wide && plain
}

/// The same markup in ASCII, so that it fits into a page of any encoding.
fn ascii(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    for character in markup.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            write!(out, "&#{};", u32::from(character)).expect("a String takes all text");
        }
    }
    out
}

/// A body with the markup in its first `<head>` and `<body>`; without them it passes as it is.
fn insert(inner: Body, insertions: Insertions) -> Body {
    let out = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&out);
    let Insertions { mut head, mut body } = insertions;
    let settings = Settings::new_send()
        .with_strict(false)
        .with_memory_settings(
            MemorySettings::new().with_max_allowed_memory_usage(MOST_HELD).with_graceful_bail_out_on_memory_limit_exceeded(true),
        )
        .append_element_content_handler(element!("head", move |element: &mut lol_html::send::Element<'_, '_>| {
            if let Some(markup) = head.take() {
                element.prepend(&markup, ContentType::Html);
            }
            Ok(())
        }))
        .append_element_content_handler(element!("body", move |element: &mut lol_html::send::Element<'_, '_>| {
            if let Some(markup) = body.take() {
                element.prepend(&markup, ContentType::Html);
            }
            Ok(())
        }));
    let write: Sink = Box::new(move |chunk: &[u8]| sink.lock().expect("no thread panics with the output in hand").extend_from_slice(chunk));
    Inserting { inner, stage: Stage::Looking(Box::new(HtmlRewriter::new(settings, write))), out }.boxed_unsync()
}

type Sink = Box<dyn FnMut(&[u8]) + Send>;

struct Inserting {
    inner: Body,
    stage: Stage,
    out: Arc<Mutex<Vec<u8>>>,
}

enum Stage {
    /// The page goes through the parser.
    Looking(Box<HtmlRewriter<'static, Sink>>),
    /// The parser gave up and handed on what it held; the rest passes as it is.
    Passing,
    Over,
}

impl Inserting {
    /// What is ready to go out after one more frame of the page.
    fn step(&mut self, frame: Option<Frame<Bytes>>) -> Result<Bytes, BoxError> {
        let chunk = match frame.map(Frame::into_data) {
            Some(Ok(chunk)) => chunk,
            Some(Err(_)) => return Ok(Bytes::new()),
            None => {
                if let Stage::Looking(rewriter) = std::mem::replace(&mut self.stage, Stage::Over) {
                    rewriter.end()?;
                }
                return Ok(self.written());
            }
        };
        let Stage::Looking(rewriter) = &mut self.stage else { return Ok(chunk) };
        if rewriter.write(&chunk).is_err() {
            self.stage = Stage::Passing;
        }
        Ok(self.written())
    }

    fn written(&self) -> Bytes {
        std::mem::take(&mut *self.out.lock().expect("no thread panics with the output in hand")).into()
    }
}

impl hyper::body::Body for Inserting {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        while !matches!(self.stage, Stage::Over) {
            let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx)).transpose()?;
            let written = self.step(frame)?;
            if !written.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(written))));
            }
        }
        Poll::Ready(None)
    }
}

#[cfg(test)]
mod tests;
