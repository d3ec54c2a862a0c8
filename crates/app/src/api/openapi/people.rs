//! Who works for a payee and what its programs show: keys, the team, and who changed what.

use super::payee::{USUAL, body, integer, keyed, limit, list, nullable, page, path_id, post, query, text};
use super::selling::boolean;
use super::{closed, object, operation, or_null, reference};
use serde_json::{Map, Value, json};
use store::vault::{Role, Scope, Via, What};

/// The paths.
pub fn paths() -> Map<String, Value> {
    let get = |id: &str, summary: &str, parameters: Value, (answer, refusals): (&str, &[&str])| {
        keyed(operation(id, summary, parameters, (answer, &[&USUAL[..], refusals].concat())))
    };
    let id = || json!([path_id()]);
    let value = json!({
        "/v1/keys": {
            "get": get("keys", "Own keys, newest first, those that are over too", json!([]), ("Keys", &[])),
            "post": post("makeKey", "Make a key that may do no more than this one and lasts no longer; the one answer that shows it", (Some("NewKey"), "KeyWithText"), &["409"]),
        },
        "/v1/keys/{id}": {
            "get": get("key", "One key", id(), ("Key", &["404"])),
            "delete": get("revokeKey", "Revoke it at once, this very key as well", id(), ("Done", &["404"])),
        },
        "/v1/keys/{id}/rotate": { "post": post("rotateKey", "Put another in its place, if this key could have made it; both open for seven days", (None, "KeyWithText"), &["404"]) },
        "/v1/team": {
            "get": get("team", "Who works for the payee, longest member first", json!([]), ("Team", &[])),
            "post": post("inviteMember", "A link for one use that makes a member of whoever proves there who they are; never an owner", (Some("NewMember"), "Invitation"), &["409"]),
        },
        "/v1/team/{id}": {
            "patch": body(get("setRole", "Another role; owners are left to owners", id(), ("Member", &["404", "413"])), "NewMember"),
            "delete": get("removeMember", "Take somebody off the team; owners are left to owners", id(), ("Done", &["404"])),
        },
        "/v1/acts": { "get": get("acts", "Who changed what at the desk, by a key or on the machine; newest first", act_parameters(), ("Acts", &[])) },
    });
    value.as_object().cloned().unwrap_or_default()
}

fn act_parameters() -> Value {
    let words: Vec<&str> = What::ALL.iter().map(|what| what.word()).collect();
    json!([
        limit(),
        query("before", "The `next` of an earlier answer.", json!({ "type": "string" })),
        query("what", "Acts of one kind.", json!({ "type": "string", "enum": words })),
    ])
}

/// The schemas.
pub fn schemas() -> Map<String, Value> {
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.word()).collect();
    let roles: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
    let vias: Vec<&str> = Via::ALL.iter().map(|via| via.word()).collect();
    let value = json!({
        "Scope": { "type": "string", "enum": scopes },
        "Role": { "type": "string", "enum": roles },
        "Keys": object(json!({ "rows": list("Key") })),
        "Key": object(json!({
            "id": text("`key_` and 16 characters of base32."), "name": text("What its owner calls it."), "begins": text("Its first characters."),
            "scopes": list("Scope"), "created": reference("Time"), "used": or_null("Time", "To the hour; null for never."),
            "expires": or_null("Time", "From when on it opens nothing."), "revoked": or_null("Time", "When it was."),
            "successor": nullable(text("The key that takes its place.")), "stands": boolean("Whether it opens something."),
        })),
        "KeyWithText": { "allOf": [reference("Key"), object(json!({ "key": text("The key itself.") }))] },
        "NewKey": new_key(),
        "Team": object(json!({ "rows": list("Member") })),
        "Member": object(json!({ "id": text("Of the member."), "name": text("What the team calls them."), "role": reference("Role"), "since": reference("Time") })),
        "NewMember": closed(json!({ "role": reference("Role") })),
        "Invitation": object(json!({ "link": text("Opened by the new member; it holds the code."), "role": reference("Role"), "until": reference("Time") })),
        "Acts": page("Act"),
        "Act": object(json!({
            "at": reference("Time"), "via": { "type": "string", "enum": vias }, "who": nullable(text("As far as a person is known.")),
            "what": text("The word of the act."), "subject": text("Of what: ids, the key's among them."), "whom": nullable(text("To whom.")),
            "network": text("Where from, to the network; empty for the machine."),
        })),
    });
    value.as_object().cloned().unwrap_or_default()
}

fn new_key() -> Value {
    let lasts = nullable(integer("How long it opens; null for ever, or for as long as the key that makes it."));
    let mut wish = closed(json!({ "name": text("1 to 64 bytes of plain text."), "scopes": list("Scope"), "lasts_s": lasts }));
    wish["required"] = json!(["name", "scopes"]);
    wish
}
