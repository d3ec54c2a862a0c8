//! The demo's tool: a server that speaks the Model Context Protocol and knows nothing of payments. The gateway sells its calls.

use crate::door::full;
use crate::gateway::proxy::Body;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

/// Where its messages go.
pub(super) const PATH: &str = "/mcp";
/// The tool that is for sale.
const TOOL: &str = "high-water";
/// Longest message that is read.
const MOST: usize = 64 * 1_024;

/// Answers one message.
pub(super) async fn answer<B>(body: B) -> Response<Body>
where
    B: hyper::body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let body = Limited::new(body, MOST).collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let Ok(message) = serde_json::from_slice::<Value>(&body) else { return said(StatusCode::BAD_REQUEST, "") };
    // What has no id wants no answer.
    let Some(id) = message.get("id") else { return said(StatusCode::ACCEPTED, "") };
    let mut answer = json!({"jsonrpc": "2.0", "id": id});
    match result(message.get("method").and_then(Value::as_str).unwrap_or_default(), &message) {
        Ok(result) => answer["result"] = result,
        Err((code, why)) => answer["error"] = json!({"code": code, "message": why}),
    }
    said(StatusCode::OK, &answer.to_string())
}

fn result(method: &str, message: &Value) -> Result<Value, (i64, &'static str)> {
    let schema = json!({"type": "object", "properties": {"port": {"type": "string"}}, "required": ["port"]});
    match method {
        "initialize" => {
            let version = message.pointer("/params/protocolVersion").cloned().unwrap_or_else(|| json!("2025-06-18"));
            let server = json!({"name": "Harbour Review", "version": env!("CARGO_PKG_VERSION")});
            Ok(json!({"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}))
        }
        "ping" => Ok(json!({})),
        "tools/list" => {
            let description = "When the water is high at a port today. 0.002 EUR a call.";
            Ok(json!({"tools": [{"name": TOOL, "description": description, "inputSchema": schema}]}))
        }
        "tools/call" if message.pointer("/params/name").and_then(Value::as_str) == Some(TOOL) => {
            let port = message.pointer("/params/arguments/port").and_then(Value::as_str).ok_or((-32_602, "which port?"))?;
            Ok(json!({"content": [{"type": "text", "text": high_water(port)}]}))
        }
        "tools/call" => Err((-32_602, "there is no such tool")),
        _ => Err((-32_601, "there is no such method")),
    }
}

/// No port is as late as another, and each is as late as ever: it is a demo.
fn high_water(port: &str) -> String {
    let late = port.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 360;
    let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let first = time(late);
    let second = time(late.saturating_add(745));
    format!("High water at {port}: {first} and {second}.")
}

fn said(status: StatusCode, body: &str) -> Response<Body> {
    let mut reply = Response::new(full(body.to_owned()));
    *reply.status_mut() = status;
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}
