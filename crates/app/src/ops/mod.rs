//! The operator's own port: a page of figures, probes, metrics and the export. Loopback only, read only, no cookies.

mod figures;
mod metrics;
pub mod scrubbing;
mod status;

#[cfg(test)]
mod tests;

use crate::config::is_loopback_name;
use crate::door::{self, Reply, Visit};
use crate::export::{self, Format};
use crate::gateway::proxy::BoxError;
use crate::host::Host;
use crate::instance::Instance;
use crate::streamed::stream;
use crate::web::headers::Reach;
use crate::web::{self, ICON_PATH, ICON_SVG, Lang, Link, PageKind, ProblemView};
use bytes::Bytes;
pub use figures::Tail;
pub(crate) use figures::{Figures, uptime};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::BodyExt;
use protocol::problem::Problem;
pub use status::{BackedUp, RESTORED, Restored, backed_up, disk_free, former_l402, journal_files, reach, restored, status};
use std::sync::Arc;

/// The operator's door: one an instance.
pub struct OpsDoor {
    instance: Arc<Instance>,
}

impl OpsDoor {
    /// The door of an instance.
    #[must_use]
    pub fn new(instance: Arc<Instance>) -> OpsDoor {
        OpsDoor { instance }
    }

    /// Answers a request, in English. The listener is on loopback; a name that is not keeps pages of other sites from reading this
    /// port through a name server of theirs.
    pub async fn handle<B>(&self, request: Request<B>, visit: &Visit) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let (parts, _) = request.into_parts();
        let visit = Visit { reach: Reach::Loopback, lang: Lang::EN, ..visit.clone() };
        let answer = if !is_addressed(&parts.headers, &parts.uri) {
            Err(Problem::Misdirected)
        } else if parts.method != Method::GET && parts.method != Method::HEAD {
            Err(Problem::MethodNotAllowed { allow: "GET, HEAD" })
        } else {
            self.answer(parts.uri.path(), parts.uri.query().unwrap_or_default(), &visit).await
        };
        answer.unwrap_or_else(|problem| self.problem_page(&problem, &visit))
    }

    async fn answer(&self, path: &str, query: &str, visit: &Visit) -> Result<Reply, Problem> {
        match path {
            "/" => {
                let view = self.figures(visit).await?.view(&self.instance, visit.now);
                Ok(door::page(visit, StatusCode::OK, PageKind::Ops, web::ops(&view)))
            }
            "/healthz" => Ok(text(StatusCode::OK, "alive\n")),
            "/readyz" => Ok(match self.figures(visit).await {
                Ok(figures) if figures.is_ready() => text(StatusCode::OK, "ready\n"),
                Ok(_) => text(StatusCode::SERVICE_UNAVAILABLE, "the index is behind or stopped, or the books do not balance\n"),
                Err(_) => text(StatusCode::SERVICE_UNAVAILABLE, "the engine does not answer\n"),
            }),
            "/metrics" => Ok(text(StatusCode::OK, &metrics::text(&self.figures(visit).await?, &self.instance, visit.now))),
            "/export" => self.export(query, visit),
            ICON_PATH => Ok(door::page(visit, StatusCode::OK, PageKind::Icon, ICON_SVG)),
            _ => Err(Problem::Unknown),
        }
    }

    async fn figures(&self, visit: &Visit) -> Result<Figures, Problem> {
        Figures::read(&self.instance, visit.now).await
    }

    /// `GET /export?format=csv|json|hledger|beancount`: the whole journal, as it is read.
    fn export(&self, query: &str, visit: &Visit) -> Result<Reply, Problem> {
        let named = door::form(query.as_bytes()).remove("format").unwrap_or_else(|| "csv".to_owned());
        let format = <Format as clap::ValueEnum>::from_str(&named, true)
            .map_err(|_| Problem::BadRequest { detail: "`format` is csv, json, hledger or beancount".to_owned() })?;
        let (content_type, extension) = match format {
            Format::Csv => ("text/csv; charset=utf-8", "csv"),
            Format::Json => ("application/x-ndjson", "ndjson"),
            Format::Hledger => ("text/plain; charset=utf-8", "journal"),
            Format::Beancount => ("text/plain; charset=utf-8", "beancount"),
        };
        let frames = self.instance.frames().map_err(|error| {
            tracing::error!(%error, "the journal could not be exported");
            Problem::Internal
        })?;
        let (mut out, pieces) = stream();
        tokio::task::spawn_blocking(move || {
            let done = export::write(frames, format, &mut out).map_err(|error| error.to_string());
            if let Err(error) = &done {
                tracing::error!(error, "an export broke off");
            }
            out.end(done);
        });
        let file_name = format!("farthing-journal.{extension}");
        let reply = door::page(visit, StatusCode::OK, PageKind::Export { content_type, file_name: &file_name }, Bytes::new());
        Ok(reply.map(|_| pieces.boxed_unsync()))
    }

    fn problem_page(&self, problem: &Problem, visit: &Visit) -> Reply {
        let way_on = Link { text: "To the figures".to_owned(), href: "/".to_owned() };
        let view = ProblemView::of(figures::named(&self.instance), problem, visit.request_id.clone(), way_on);
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = door::page(visit, status, PageKind::Ops, web::problem(&view));
        if let Problem::MethodNotAllowed { allow } = problem {
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        reply
    }
}

/// True if the request names this machine.
fn is_addressed(headers: &HeaderMap, target: &Uri) -> bool {
    Host::of(headers, target).is_ok_and(|host| is_loopback_name(host.name().trim_matches(['[', ']'])))
}

fn text(status: StatusCode, content: &str) -> Reply {
    let mut reply = Reply::new(door::full(content.to_owned()));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
