//! Calls that can be copied: curl, JavaScript, Rust; with this instance's own address in them, and the key out of the environment.

use super::operations::Operation;
use serde_json::Value;

/// One call in three languages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Examples {
    /// For a shell.
    pub curl: String,
    /// For Node, Deno and Bun.
    pub javascript: String,
    /// For Rust.
    pub rust: String,
}

/// What is in all three.
struct Call<'a> {
    operation: &'a Operation,
    url: String,
    body: Option<&'a Value>,
    has_command: bool,
}

/// The call against a wallet's address.
#[must_use]
pub fn examples(operation: &Operation, base: &str) -> Examples {
    let has = |name: &str| operation.parameters.iter().any(|parameter| parameter.name == name);
    let path = operation.path.replace("{id}", place(operation.tag)).replace("{serial}", "SERIAL").replace("{month}", "2026-11");
    let query = if has("limit") { "?limit=50" } else { "" };
    let call = Call {
        operation,
        url: format!("{base}{path}{query}"),
        body: operation.body.map(|(_, example)| example),
        has_command: has("Idempotency-Key"),
    };
    let rust = if operation.keyed { rust(&call) } else { rust_of_payers(operation.id, base) };
    Examples { curl: curl(&call), javascript: javascript(&call), rust }
}

/// What stands for an id that the reader has.
fn place(tag: &str) -> &'static str {
    match tag {
        "webhooks" => "WEBHOOK_ID",
        "deliveries" => "DELIVERY_ID",
        "offers" => "OFFER_ID",
        "sites" => "SITE",
        "keys" => "KEY_ID",
        "team" => "MEMBER_ID",
        _ => "SALE_ID",
    }
}

fn curl(call: &Call<'_>) -> String {
    let mut lines = Vec::new();
    if call.has_command {
        lines.push(
            "id=$(printf '%012x%s' \"$(date +%s)000\" \"$(openssl rand -hex 10)\" | xxd -r -p | base64 | tr +/ -_ | cut -c1-22)".to_owned(),
        );
    }
    let method = if call.operation.method == "GET" { String::new() } else { format!("-X {} ", call.operation.method) };
    let mut parts = vec![format!("curl {method}'{}'", call.url)];
    let key = if call.operation.keyed { "Bearer $FARTHING_KEY" } else { "$SIGNED" };
    parts.push(format!("-H \"Authorization: {key}\""));
    if call.has_command {
        parts.push("-H \"Idempotency-Key: $id\"".to_owned());
    }
    if let Some(body) = call.body {
        parts.push("-H 'Content-Type: application/json'".to_owned());
        parts.push(format!("-d '{body}'"));
    }
    lines.push(parts.join(" \\\n  "));
    lines.join("\n")
}

fn javascript(call: &Call<'_>) -> String {
    let mut text = String::new();
    if call.has_command {
        text.push_str(
            "import { randomBytes } from \"node:crypto\";\n\nconst time = Date.now().toString(16).padStart(12, \"0\");\n\
             const id = Buffer.from(time + randomBytes(10).toString(\"hex\"), \"hex\").toString(\"base64url\");\n\n",
        );
    }
    let key = if call.operation.keyed { "`Bearer ${process.env.FARTHING_KEY}`" } else { "process.env.SIGNED" };
    let mut headers = vec![format!("Authorization: {key}")];
    if call.has_command {
        headers.push("\"Idempotency-Key\": id".to_owned());
    }
    if call.body.is_some() {
        headers.push("\"Content-Type\": \"application/json\"".to_owned());
    }
    let mut options = Vec::new();
    if call.operation.method != "GET" {
        options.push(format!("method: \"{}\"", call.operation.method));
    }
    options.push(format!("headers: {{ {} }}", headers.join(", ")));
    options.extend(call.body.map(|body| format!("body: JSON.stringify({body})")));
    text.push_str(&format!("const answer = await fetch(\"{}\", {{\n  {},\n}});\n", call.url, options.join(",\n  ")));
    let read = if call.operation.is_file { "text" } else { "json" };
    text.push_str(&format!("console.log(answer.status, await answer.{read}());"));
    text
}

fn rust(call: &Call<'_>) -> String {
    let mut text = "// ureq = { version = \"3\", features = [\"json\"] }, serde_json = \"1\"".to_owned();
    if call.has_command {
        text.push_str("\n// getrandom = { version = \"0.3\", features = [\"std\"] }, data-encoding = \"2\"\n");
        text.push_str(
            "let ms = std::time::UNIX_EPOCH.elapsed()?.as_millis() as u64;\nlet mut id = [0; 16];\ngetrandom::fill(&mut id)?;\n\
             id[..6].copy_from_slice(&ms.to_be_bytes()[2..]);\nlet id = data_encoding::BASE64URL_NOPAD.encode(&id);",
        );
    }
    let method = call.operation.method.to_ascii_lowercase();
    text.push_str(&format!(
        "\nlet mut answer = ureq::{method}(\"{}\")\n    .header(\"Authorization\", format!(\"Bearer {{}}\", std::env::var(\"FARTHING_KEY\")?))",
        call.url
    ));
    if call.has_command {
        text.push_str("\n    .header(\"Idempotency-Key\", id)");
    }
    match (call.body, method.as_str()) {
        (Some(body), _) => text.push_str(&format!("\n    .send_json(serde_json::json!({body}))?;")),
        (None, "get" | "delete") => text.push_str("\n    .call()?;"),
        (None, _) => text.push_str("\n    .send_empty()?;"),
    }
    let read = if call.operation.is_file { "read_to_string()" } else { "read_json::<serde_json::Value>()" };
    text.push_str(&format!("\nprintln!(\"{{}}\", answer.body_mut().{read}?);"));
    text
}

/// What the client crate has for a payer's own calls.
fn rust_of_payers(id: &str, base: &str) -> String {
    let call = match id {
        "history" => "account.history(50, None).await?",
        "receipt" => "account.receipt(serial).await?",
        "topUp" => "account.top_up(sum).await?",
        "undo" => "account.undo(serial).await?",
        "guard" => "account.limit(&limit).await?",
        "guards" => "account.limits().await?",
        "statements" => "account.months().await?",
        "statement" => "account.statement(\"2026-11\").await?",
        _ => "account.balances().await?",
    };
    format!(
        "// the crate `client`; `payer` is a client::Payer\nlet account = payer.account_at(&client::Address::parse(\"{base}\")?).await?;\n\
         println!(\"{{:?}}\", {call});"
    )
}
