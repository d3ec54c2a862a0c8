//! Tools for sale: somebody's MCP server behind the gateway, called by the stock MCP client that mppx and our method let pay.

use crate::support::drivers::npm_driver;
use crate::support::evidence;
use crate::support::http;
use crate::support::payer::Payer;
use crate::support::server::{Server, farthing_ok};
use crate::support::tools::{npm_version, run_ok};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Their server; it ends with the test.
struct Tools {
    child: Child,
    url: String,
}

impl Tools {
    fn open(more: &[&str]) -> Tools {
        let mut command = Command::new("node");
        let mut child = command.arg(npm_driver("mcp-server.mjs")).args(more).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        assert!(url.starts_with("http://"), "the server for tools did not start");
        Tools { child, url: url.trim().to_owned() }
    }

    /// An instance in front of it that sells two of its tools by the call, and one not.
    fn behind_farthing(&self) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let into = folder.path().to_str().unwrap();
        let answers = ["--name", "Harbour", "--domain", "news.localhost", "--currency", "EUR", "--data", "data", "--test"];
        farthing_ok(&[&["init", "--origin", &self.url, "--into", into], &answers[..]].concat());
        let (config, offers) = (folder.path().join("farthing.toml"), folder.path().join("offers.toml"));
        let written = std::fs::read_to_string(&config).unwrap().replace(":4020\"", ":0\"").replace(":4021\"", ":0\"");
        let priced = written.replace("[\"/paid/**\"]", "[\"/paid/**\", \"/mcp/forecast\", \"/mcp/broken\"]");
        std::fs::write(&config, format!("{priced}mcp = [\"/mcp\"]\n")).unwrap();
        let offer = |tool: &str| {
            format!(
                "[offer.{tool}]\nunlock = \"https://news.localhost/mcp/{tool}\"\nprice = {{ metered = \"0.002 EUR\", per = \"1 call\" }}\n"
            )
        };
        let sold = std::fs::read_to_string(&offers).unwrap();
        std::fs::write(&offers, format!("{sold}\n{}\n{}", offer("forecast"), offer("broken"))).unwrap();
        Server::serve(folder)
    }

    fn called(&self) -> Value {
        http::get(&format!("{}/called", self.url), &[]).json()
    }
}

impl Drop for Tools {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn call(server: &Server, payer: &Payer, max: &str, tools: &[&str]) -> Vec<Value> {
    let url = format!("{}/mcp", server.site());
    let (options, tools): (Vec<&str>, Vec<&str>) = tools.iter().partition(|word| word.starts_with("--"));
    let told = [&url, &payer.seed_hex(), max];
    let said = run_ok(Command::new("node").arg(npm_driver("mcp.mjs")).args(options).args(told).args(tools), "npm");
    said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_stock_mcp_client_pays_for_each_call_of_a_tool_and_for_none_that_fails() {
    evidence::begin("mcp");
    for more in [&[][..], &["--json"]] {
        let tools = Tools::open(more);
        let server = tools.behind_farthing();
        let payer = Payer::with("alice", &server, 10_000);
        let said = call(&server, &payer, "0.01 EUR", &["tide", "forecast", "forecast", "broken"]);
        assert_eq!((said[0]["said"].as_str(), &said[0]["receipt"]), (Some("high tide at quay"), &Value::Null), "{said:?}");
        for paid in &said[1..3] {
            assert_eq!(paid["said"], "fair wind at quay", "{paid}");
            let receipt = &paid["receipt"];
            assert_eq!(
                (&receipt["status"], &receipt["method"], &receipt["amount"]),
                (&json!("success"), &json!("farthing"), &json!("2000"))
            );
            assert_eq!(receipt["challengeId"].as_str().map(str::len), Some(43), "{receipt}");
        }
        assert_ne!(said[1]["receipt"]["reference"], said[2]["receipt"]["reference"], "each call is bought by itself");
        assert_eq!((&said[3]["failed"], &said[3]["receipt"]), (&json!(true), &Value::Null), "{}", said[3]);
        assert_eq!(payer.available(), 6_000, "two calls, and nothing for the one that failed");
        assert_eq!(tools.called(), json!({"tide": 1, "forecast": 2, "broken": 1}), "nobody asks the server before it is paid");

        let said = call(&server, &payer, "0.001 EUR", &["forecast"]);
        assert!(said[0]["error"].as_str().unwrap().contains("above the max"), "{said:?}");
        let poor = Payer::with("bob", &server, 1_000);
        let said = call(&server, &poor, "0.01 EUR", &["forecast"]);
        assert_eq!((&said[0]["code"], &said[0]["problem"]), (&json!(-32043), &json!("insufficient-funds")), "{said:?}");
        assert_eq!((payer.available(), poor.available(), &tools.called()["forecast"]), (6_000, 1_000, &json!(2)));
    }
    evidence::ran("mcp", "@modelcontextprotocol/sdk", &npm_version("@modelcontextprotocol/sdk"));
}

#[test]
fn the_stock_mcp_client_pays_for_many_calls_from_one_session() {
    evidence::begin("mcp");
    let tools = Tools::open(&[]);
    let server = tools.behind_farthing();
    let payer = Payer::with("alice", &server, 100_000);
    let at_once = ["forecast"; 6].join("+");
    let said = call(&server, &payer, "0.05 EUR", &["--session", "forecast", "forecast", "tide", "broken", "forecast", &at_once]);
    let (last, said) = said.split_last().unwrap();
    let served: Vec<_> = said.iter().filter(|one| one["said"] == "fair wind at quay").collect();
    let sessions: std::collections::BTreeSet<_> = served.iter().map(|one| one["receipt"]["reference"].as_str().unwrap()).collect();
    assert_eq!((served.len(), sessions.len(), &said[2]["receipt"]), (9, 1, &Value::Null), "{said:?}");
    assert_eq!((&said[3]["failed"], &said[3]["receipt"]), (&json!(true), &Value::Null), "{said:?}");
    // Two ask for a price first, one of them for the tool that fails, whose session captures nothing.
    assert_eq!(last["messages"], 13, "11 calls in a message each, and two that had no challenge: {last}");
    let captured: u64 =
        last["closed"].as_array().unwrap().iter().map(|one| one["captured"].as_str().unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!((captured, payer.available()), (18_000, 82_000), "{last}");
    assert_eq!(tools.called(), json!({"tide": 1, "forecast": 9, "broken": 1}));

    let poor = Payer::with("bob", &server, 1_000);
    let said = call(&server, &poor, "0.05 EUR", &["--session", "forecast"]);
    assert!(said[0]["error"].as_str().unwrap().contains("too little money"), "{said:?}");
    evidence::ran("mcp", "@modelcontextprotocol/sdk", &npm_version("@modelcontextprotocol/sdk"));
}

/// One message; status and document.
fn post(server: &Server, path: &str, message: &Value) -> (u16, Value) {
    let headers = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    let answer = http::send("POST", &format!("{}{path}", server.site()), &headers, message.to_string().as_bytes()).unwrap();
    (answer.status, serde_json::from_str(&answer.text()).unwrap_or_default())
}

#[test]
fn a_call_is_paid_for_its_tool_and_arguments_once_and_there_is_no_way_round() {
    evidence::begin("mcp");
    let tools = Tools::open(&["--json"]);
    let server = tools.behind_farthing();
    let payer = Payer::with("alice", &server, 10_000);
    let forecast = |id: u64, port: &str, meta: Value| {
        json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": {"name": "forecast", "arguments": {"port": port}, "_meta": meta}})
    };
    let (status, asked) = post(&server, "/mcp", &forecast(1, "quay", json!({})));
    assert_eq!((status, &asked["error"]["code"], &asked["error"]["data"]["httpStatus"]), (200, &json!(-32042), &json!(402)), "{asked}");
    let challenges = asked["error"]["data"]["challenges"].as_array().unwrap();
    let intents: Vec<_> = challenges.iter().map(|told| told["intent"].as_str().unwrap()).collect();
    assert_eq!((intents, &challenges[0]["request"]["amount"]), (vec!["charge", "session"], &json!("2000")), "{asked}");

    let credential = payer.credential_for(&challenges[0]);
    let paying = |id: u64, port: &str| forecast(id, port, json!({"org.paymentauth/credential": credential}));
    let (_, other) = post(&server, "/mcp", &paying(2, "pier"));
    assert_eq!(
        (&other["error"]["code"], &other["error"]["data"]["problem"]["code"]),
        (&json!(-32043), &json!("digest-mismatch")),
        "{other}"
    );
    let (_, paid) = post(&server, "/mcp", &paying(3, "quay"));
    assert_eq!((&paid["id"], &paid["result"]["content"][0]["text"]), (&json!(3), &json!("fair wind at quay")), "{paid}");
    let (_, again) = post(&server, "/mcp", &paying(4, "quay"));
    assert_eq!(again["error"]["data"]["problem"]["code"], "challenge-used", "{again}");
    assert_eq!((payer.available(), &tools.called()["forecast"]), (8_000, &json!(1)));

    let batch = json!([forecast(5, "quay", json!({}))]);
    for (path, message) in [("/mcp", &batch), ("/mcp/", &forecast(6, "quay", json!({}))), ("/MCP", &forecast(7, "quay", json!({})))] {
        assert_eq!(post(&server, path, message).0, 400, "{path} {message}");
    }
    let mut twin = forecast(8, "quay", json!({}));
    twin["params"]["Name"] = json!("tide");
    assert_eq!(post(&server, "/mcp", &twin).0, 400);
    assert_eq!(tools.called(), json!({"forecast": 1}));
    evidence::ran("mcp", "@modelcontextprotocol/sdk", &npm_version("@modelcontextprotocol/sdk"));
}

#[test]
fn the_demo_sells_a_tool() {
    evidence::begin("mcp");
    let server = Server::demo();
    let payer = Payer::with("alice", &server, 10_000);
    let said = call(&server, &payer, "0.01 EUR", &["high-water", "high-water", "low-water"]);
    for paid in &said[..2] {
        assert!(paid["said"].as_str().unwrap().starts_with("High water at quay: "), "{paid}");
        assert_eq!(paid["receipt"]["amount"].as_str(), Some("2000"), "{paid}");
    }
    assert_eq!((said[2]["code"].as_i64(), payer.available()), (Some(-32_602), 6_000), "{said:?}");
    evidence::ran("mcp", "@modelcontextprotocol/sdk", &npm_version("@modelcontextprotocol/sdk"));
}
