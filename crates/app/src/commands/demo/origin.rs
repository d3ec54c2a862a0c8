//! The demo's news site: an ordinary HTTP origin that knows nothing of payments.

use super::{told, tools};
use crate::door::full;
use crate::gateway::proxy::Body;
use crate::web::demo::{DemoPlaces, demo_film, demo_site_at, not_found};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the site until the process ends.
pub(super) async fn serve(listener: TcpListener, places: DemoPlaces) {
    let places = Arc::new(places);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let places = Arc::clone(&places);
        let service = service_fn(move |request| {
            let places = Arc::clone(&places);
            async move {
                if request.uri().path() == tools::PATH && *request.method() == Method::POST {
                    return Ok::<_, Infallible>(tools::answer(request.into_body()).await);
                }
                Ok(answer(&request, &places))
            }
        });
        // How a connection ends is the gateway's affair.
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

fn answer(request: &Request<Incoming>, places: &DemoPlaces) -> Response<Body> {
    if *request.method() == Method::GET && request.uri().path() == told::PATH {
        return told::tell(request.headers());
    }
    if *request.method() == Method::GET && request.uri().path() == told::WHOLE {
        return told::whole();
    }
    let path = request.uri().path();
    let found = || {
        let site = || demo_site_at(path, places).map(|(kind, body)| (kind, Bytes::from(body)));
        demo_film(path).map(|(kind, body)| (kind, Bytes::from(body.into_owned()))).or_else(site)
    };
    let (status, kind, body) = match *request.method() {
        // Messages for tools are posted there.
        Method::GET | Method::HEAD if path != tools::PATH => match found() {
            Some((kind, body)) => (StatusCode::OK, kind, body),
            None => (StatusCode::NOT_FOUND, "text/html; charset=utf-8", Bytes::from(not_found())),
        },
        _ => (StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", Bytes::from_static(b"This site is only read.\n")),
    };
    let mut reply = Response::new(full(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    reply
}
