//! Pays a URL with a public client and our adapter; prints one line of JSON for each response.
//! pay mpp|x402 URL SEED_HEX MAX [COUNT]      MAX is like "60000 eur-micro" or "0.06 EUR"

use serde_json::{Value, json};
use std::error::Error;
use std::net::SocketAddr;
use std::process::ExitCode;

type Said = Result<Value, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (words, count) = match arguments.as_slice() {
        [client, url, seed, max] => ([client, url, seed, max], 1),
        [client, url, seed, max, count] => ([client, url, seed, max], count.parse().unwrap_or(1)),
        _ => {
            eprintln!("usage: pay mpp|x402 URL SEED_HEX MAX [COUNT]");
            return ExitCode::from(2);
        }
    };
    let mut payments = tokio::task::JoinSet::new();
    for _ in 0..count {
        let [client, url, seed, max] = words.map(String::clone);
        payments.spawn(async move { pay(&client, &url, &seed, &max).await.unwrap_or_else(|error| json!({"error": chain(&*error)})) });
    }
    let said = payments.join_all().await;
    said.iter().for_each(|line| println!("{line}"));
    if said.iter().all(|line| line["status"] == 200) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn pay(client: &str, url: &str, seed: &str, max: &str) -> Said {
    let bytes = (0..32).map(|at| u8::from_str_radix(seed.get(at * 2..at * 2 + 2).unwrap_or_default(), 16));
    let bytes: Vec<u8> = bytes.collect::<Result<_, _>>()?;
    let seed = bytes.try_into().map_err(|_| "a seed is 64 hexadecimal digits")?;
    if client == "mpp" { by_mpp(url, seed, max).await } else { by_x402(url, seed, max).await }
}

async fn by_mpp(url: &str, seed: [u8; 32], max: &str) -> Said {
    use farthing_mpp::{ACCEPT_PAYMENT, Farthing, Payer};
    use mpp::client::Fetch;
    let farthing = Farthing::new(Payer::from_seed(seed, &[max])?);
    let request = plain(url)?.get(url).header("Accept-Payment", ACCEPT_PAYMENT);
    let response = request.send_with_payment(&farthing).await?;
    let receipt = response.headers().get("payment-receipt").map(|receipt| receipt.to_str().map(mpp::parse_receipt));
    let receipt = receipt.transpose()?.transpose()?;
    told(response, receipt.map(|receipt| json!(receipt))).await
}

async fn by_x402(url: &str, seed: [u8; 32], max: &str) -> Said {
    use farthing_x402::{Payer, farthing};
    use x402_reqwest::{ReqwestWithPayments, ReqwestWithPaymentsBuild, X402Client};
    use x402_types::util::Base64Bytes;
    let (scheme, guard) = farthing(Payer::from_seed(seed, &[max])?);
    let paying = X402Client::new().register(scheme.up_to()).register(scheme);
    let client = plain(url)?.with_payments(paying).builder().with(guard).build();
    let response = client.get(url).send().await?;
    let settled = response.headers().get("payment-response").and_then(|header| Base64Bytes::from(header.as_bytes()).decode().ok());
    let settled = settled.and_then(|json| serde_json::from_slice(&json).ok());
    told(response, settled).await
}

async fn told(response: reqwest::Response, receipt: Option<Value>) -> Said {
    let status = response.status().as_u16();
    let body = response.text().await?;
    Ok(json!({"status": status, "receipt": receipt, "length": body.len(), "body": body}))
}

/// RFC 6761 makes every name under localhost loopback; many resolvers know only the bare name.
fn plain(url: &str) -> Result<reqwest::Client, Box<dyn Error>> {
    let url = reqwest::Url::parse(url)?;
    let host = url.host_str().unwrap_or_default();
    let here = SocketAddr::from(([127, 0, 0, 1], url.port_or_known_default().unwrap_or(80)));
    let builder = reqwest::Client::builder().no_proxy();
    Ok(if host.ends_with(".localhost") { builder.resolve(host, here) } else { builder }.build()?)
}

fn chain(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        said = format!("{said}: {source}");
        next = source.source();
    }
    said
}
