//! A small page behind the stock Rust middleware, in this process and by a proxy; prints one JSON line with port and version.
//! mpp-peer ORIGIN
mod method;
mod payer;
mod verifier;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use axum::serve::ListenerExt;
use bytes::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use mpp::server::middleware::PaymentLayer;
use payer::Kind;
use std::error::Error;
use std::net::SocketAddr;
use verifier::{Charges, Sessions, Shop};

/// As the origin of the bench gives it.
const PAGE: Bytes = Bytes::from_static(&[b'x'; 1_024]);

/// Where the proxied paths come from.
#[derive(Clone)]
struct Upstream {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).ok_or("mpp-peer ORIGIN")?.parse()?;
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let upstream = Upstream { address, client: Client::builder(TokioExecutor::new()).build(connector) };
    let shop = Shop::open();
    let router = doors(&shop, "", get(page)).merge(doors(&shop, "/via", get(through)));
    let router = router.route("/credentials/{kind}/{connections}/{each}", get(credentials)).with_state((shop, upstream));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", serde_json::json!({"port": listener.local_addr()?.port(), "version": mpp::VERSION}));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await?;
    Ok(())
}

type Everything = (Shop, Upstream);

/// The same page free, for a method that says yes, for a charge that is checked, for a link of a session.
fn doors(shop: &Shop, under: &str, page: MethodRouter<Everything>) -> Router<Everything> {
    let at = |path: &str| format!("{under}{path}");
    Router::new()
        .route(&at("/free"), page.clone())
        .route(&at("/yes"), page.clone().route_layer(PaymentLayer::new(Charges(shop.saying_yes()))))
        .route(&at("/charge"), page.clone().route_layer(PaymentLayer::new(Charges(shop.checking()))))
        .route(&at("/session"), page.route_layer(PaymentLayer::new(Sessions(shop.checking()))))
}

async fn page() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain")], PAGE)
}

/// The origin's answer, as a proxy passes it on; the credential stays here.
async fn through(State((_, upstream)): State<Everything>, mut request: Request) -> Result<Response, StatusCode> {
    let authority = upstream.address.to_string();
    let path = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme("http").authority(authority).path_and_query(path).build();
    *request.uri_mut() = uri.map_err(|_| StatusCode::BAD_GATEWAY)?;
    request.headers_mut().remove(AUTHORIZATION);
    request.headers_mut().remove(HOST);
    let answer = upstream.client.request(request).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(answer.map(Body::new).into_response())
}

/// So many credentials for so many connections, a line each: what a payer makes beforehand.
async fn credentials(
    State((shop, _)): State<Everything>,
    Path((kind, connections, each)): Path<(String, usize, usize)>,
) -> Result<String, StatusCode> {
    let kind = match kind.as_str() {
        "yes" => Kind::Yes,
        "charge" => Kind::Charge,
        "session" => Kind::Session,
        _ => return Err(StatusCode::NOT_FOUND),
    };
    payer::credentials(&shop, kind, (connections, each)).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}
