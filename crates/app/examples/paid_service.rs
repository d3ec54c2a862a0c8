//! An axum service that charges a fiftieth of a cent a call, in one process and without a proxy.
//!
//! `cargo run --example paid_service`, then `farthing wallet new`, `farthing wallet topup 1.00 --at http://wallet.localhost:4030`
//! and `farthing get http://api.localhost:4030/tide/porto --max 0.01`.

use app::layer::Farthing;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use std::net::SocketAddr;
use tower::Layer;

const CONFIG: &str = r#"
name = "Tides"
mode = "test"
listen = "127.0.0.1:4030"    # where this program listens; addresses that people are given name the port
data = "data"
wallet = { host = "wallet.localhost" }

[payee.tides]
name = "Tides"

[site.api]
host = "api.localhost"
origin = "inside"            # this very program
payee = "tides"
priced = ["/tide/**"]
offers = ["offers.toml"]
"#;

const OFFERS: &str = r#"
[offer.tide]
unlock = "http://api.localhost/tide/**"
price = { fixed = "0.0002 EUR" }
"#;

async fn tide(Path(harbour): Path<String>) -> String {
    format!("High water at {harbour}: 14:22\n")
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join("farthing-paid-service");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("farthing.toml"), CONFIG)?;
    std::fs::write(folder.join("offers.toml"), OFFERS)?;
    let farthing = Farthing::open(&folder.join("farthing.toml")).await?;

    let router = Router::new().route("/", get(|| async { "free\n" })).route("/tide/{harbour}", get(tide));
    // Around the whole router, so that no route of it is forgotten.
    let paid = farthing.layer("api")?.layer(router);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:4030").await?;
    println!("http://api.localhost:4030/tide/porto   wallet http://wallet.localhost:4030");
    let service = Router::new().fallback_service(paid).into_make_service_with_connect_info::<SocketAddr>();
    let ended = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, service).with_graceful_shutdown(ended).await?;
    Ok(farthing.close().await?)
}
