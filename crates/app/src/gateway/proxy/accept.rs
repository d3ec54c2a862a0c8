//! The server side that belongs to the proxy: HTTP/1.1 with limits on the head.

use std::time::Duration;

use hyper::server::conn::http1::Builder;
use hyper_util::rt::TokioTimer;

use super::{Limits, MIN_BUFFER_BYTES};

/// A connection builder with the limits of `limits`; serve with `.serve_connection(io, service).with_upgrades()`.
///
/// What it refuses by itself, before any service is called: a head over `max_request_header_bytes` (431), one that
/// takes longer than `header_timeout_ms`, and requests whose end could be read in two ways: differing or malformed
/// `Content-Length`, a `Transfer-Encoding` that does not end in `chunked`, folded lines, white space before a colon (400).
/// `Content-Length` *beside* `chunked` is not refused but disarmed as RFC 9112, 6.3 allows: the length is dropped, the
/// origin sees `chunked` alone, and the connection is closed after the answer, so that no rest can become a request.
#[must_use]
pub fn http1_server(limits: &Limits) -> Builder {
    let mut builder = Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(limits.header_timeout_ms))
        .max_header_size(limits.max_request_header_bytes)
        .max_buf_size(limits.max_request_header_bytes.saturating_add(1).max(MIN_BUFFER_BYTES));
    builder
}
