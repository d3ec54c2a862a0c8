//! A peer in the same run: an axum service behind the layer of the crate `mpp`, beside the same service free. Its sources are in
//! `bench/peers/mpp`, a workspace of its own; `cargo xtask bench` builds it.

use crate::cores::Cores;
use crate::gateway_figures::{Figures, Turn};
use crate::gateway_load::{Connection, Requests, on_a_thread};
use crate::gateway_peer::{Started, request};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Credentials of one connection in one round.
const EACH: usize = 128;
/// Connections and time of a round.
pub type Shape = (usize, Duration);

/// A path of the service: its name in the figures and in the table, and what credentials it takes. The free ones come first of their kind.
struct Door {
    path: &'static str,
    credentials: Option<&'static str>,
    json: &'static str,
    name: &'static str,
}

const DOORS: [Door; 7] = [
    Door { path: "/free", credentials: None, json: "axum_free", name: "axum, free page" },
    Door { path: "/yes", credentials: Some("yes"), json: "axum_mpp_yes", name: "  with mpp, a method that says yes" },
    Door { path: "/charge", credentials: Some("charge"), json: "axum_mpp_charge", name: "  with mpp, signed charge, in memory" },
    Door { path: "/session", credentials: Some("session"), json: "axum_mpp_session", name: "  with mpp, a link each, in memory" },
    Door { path: "/via/free", credentials: None, json: "proxy_free", name: "axum as a proxy, free page" },
    Door { path: "/via/charge", credentials: Some("charge"), json: "proxy_mpp_charge", name: "  with mpp, signed charge, in memory" },
    Door { path: "/via/session", credentials: Some("session"), json: "proxy_mpp_session", name: "  with mpp, a link each, in memory" },
];

/// The peer as it runs, with what it gave.
pub struct Middleware {
    started: Started,
    version: String,
    figures: [Figures; DOORS.len()],
}

impl Middleware {
    /// Starts it in front of the origin that its proxied paths come from.
    pub fn start(cores: &Cores, origin: SocketAddr) -> Result<Middleware> {
        let program = std::env::current_exe()?.with_file_name("mpp-peer");
        ensure!(program.exists(), "it is not built: `cargo xtask bench` does it");
        let mut command = cores.server(&program);
        command.arg(origin.to_string());
        let (started, doors) = Started::start(command)?;
        let version = doors["version"].as_str().context("a version")?.to_owned();
        for door in DOORS.iter().filter(|door| matches!(door.credentials, Some("charge" | "session"))) {
            is_checked(started.address, door).with_context(|| format!("{} is not checked", door.path))?;
        }
        Ok(Middleware { started, version, figures: Default::default() })
    }

    /// One round of every path.
    pub fn round(&mut self, (connections, length): Shape) -> Result<()> {
        let mut unpaid = None;
        for (door, figures) in DOORS.iter().zip(&mut self.figures) {
            let requests = match door.credentials {
                None => Requests::Same(request(door.path, "").into(), length),
                Some("yes") => {
                    let shown = prepared(self.started.address, door, (1, 1))?;
                    let shown = shown.into_iter().flatten().next().context("a credential")?;
                    Requests::Same(shown.into(), length)
                }
                Some(_) => Requests::Each(Arc::new(prepared(self.started.address, door, (connections, EACH))?)),
            };
            let to = (self.started.address, self.started.pid());
            let turn = Turn::take(to, connections, &requests, || Ok(())).with_context(|| format!("mpp, {}", door.path))?;
            if door.credentials.is_none() {
                unpaid = Some(turn);
                figures.note(turn, None);
            } else {
                figures.note(turn, unpaid);
            }
        }
        Ok(())
    }

    /// Rows of the table.
    pub fn rows(&self) -> Vec<Vec<String>> {
        DOORS.iter().zip(&self.figures).map(|(door, figures)| figures.row(door.name, None)).collect()
    }

    /// Names and figures, to see where the load was the limit.
    pub fn loads(&self) -> impl Iterator<Item = (&'static str, f64)> {
        DOORS.iter().zip(&self.figures).map(|(door, figures)| (door.json, figures.load()))
    }

    /// What to know of it.
    pub fn note(&self) -> String {
        format!(
            "mpp {}: its layer in one axum process, itself the origin or a proxy before ours; \"of unpaid\" is of the same service free. \
             Methods of a seller with no books: one says yes to a credential shown again and again; one checks an Ed25519 signature \
             over the challenge and uses it up in the crate's memory store; one checks the next link of a session's hash chain. \
             Nothing is durable, no receipt is signed. The crate's own session is not here: it asks a chain's node at each payment.",
            self.version
        )
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        let modes: Vec<Value> = DOORS.iter().zip(&self.figures).map(|(door, figures)| figures.json(door.json)).collect();
        json!({"version": self.version, "modes": modes})
    }
}

/// A figure of checks that are not made would say nothing: nobody is served without a credential, nor twice for one.
fn is_checked(address: SocketAddr, door: &Door) -> Result<()> {
    let paid = prepared(address, door, (1, 1))?.into_iter().flatten().next().context("a credential")?;
    on_a_thread(|| async {
        let mut connection = Connection::open(address).await?;
        let mut said = Vec::new();
        for request in [request(door.path, ""), paid.clone(), paid] {
            let answer = connection.ask(&request).await?;
            said.push((answer.status, answer.field("payment-receipt").is_some()));
        }
        let is_so = matches!(said[..], [(402, false), (200, true), (402 | 403, false)]);
        ensure!(is_so, "it answers {said:?}");
        Ok(())
    })
}

/// For each connection so many requests with credentials of their own, made by the peer's payer before the round.
fn prepared(address: SocketAddr, door: &Door, (connections, each): (usize, usize)) -> Result<Vec<Vec<Vec<u8>>>> {
    let kind = door.credentials.context("a kind")?;
    let asked = request(&format!("/credentials/{kind}/{connections}/{each}"), "");
    let lines = on_a_thread(|| async {
        let mut connection = Connection::open(address).await?;
        let answer = connection.ask(&asked).await?;
        ensure!(answer.status == 200, "{}", answer.head);
        Ok(String::from_utf8(answer.body.to_vec())?)
    })?;
    let requests: Vec<Vec<u8>> = lines.lines().map(|line| request(door.path, &format!("Authorization: {line}\r\n"))).collect();
    ensure!(requests.len() == connections * each, "{} credentials came", requests.len());
    Ok(requests.chunks(each).map(<[Vec<u8>]>::to_vec).collect())
}
