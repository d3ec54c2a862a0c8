//! Every target under a driver that needs no nightly compiler: `cargo xtask fuzz --stable [TARGET...] [--seconds N] [--seed N]`.
#![allow(dead_code, reason = "each target is a program of its own, too")]

#[path = "../fuzz_targets/address.rs"]
mod address;
#[path = "../fuzz_targets/api_body.rs"]
mod api_body;
#[path = "../fuzz_targets/backup.rs"]
mod backup;
#[path = "../fuzz_targets/caching.rs"]
mod caching;
#[path = "../fuzz_targets/call.rs"]
mod call;
#[path = "../fuzz_targets/challenge.rs"]
mod challenge;
#[path = "../fuzz_targets/charge_request.rs"]
mod charge_request;
#[path = "../fuzz_targets/cloud_event.rs"]
mod cloud_event;
#[path = "../fuzz_targets/coin_answer.rs"]
mod coin_answer;
#[path = "../fuzz_targets/coin_payment.rs"]
mod coin_payment;
#[path = "../fuzz_targets/config.rs"]
mod config;
#[path = "../fuzz_targets/control.rs"]
mod control;
#[path = "../fuzz_targets/credential.rs"]
mod credential;
#[path = "../fuzz_targets/entitled.rs"]
mod entitled;
#[path = "../fuzz_targets/event_stream.rs"]
mod event_stream;
#[path = "../fuzz_targets/event_words.rs"]
mod event_words;
#[path = "../fuzz_targets/fold.rs"]
mod fold;
#[path = "../fuzz_targets/forms.rs"]
mod forms;
#[path = "../fuzz_targets/host.rs"]
mod host;
#[path = "../fuzz_targets/idempotency_key.rs"]
mod idempotency_key;
#[path = "../fuzz_targets/issuer.rs"]
mod issuer;
#[path = "../fuzz_targets/journal_files.rs"]
mod journal_files;
#[path = "../fuzz_targets/journal_frame.rs"]
mod journal_frame;
#[path = "../fuzz_targets/json.rs"]
mod json;
#[path = "../fuzz_targets/kept.rs"]
mod kept;
#[path = "../fuzz_targets/known.rs"]
mod known;
#[path = "../fuzz_targets/l402.rs"]
mod l402;
#[path = "../fuzz_targets/message.rs"]
mod message;
#[path = "../fuzz_targets/multipart.rs"]
mod multipart;
#[path = "../fuzz_targets/offer_document.rs"]
mod offer_document;
#[path = "../fuzz_targets/offer_file.rs"]
mod offer_file;
#[path = "../fuzz_targets/origin.rs"]
mod origin;
#[path = "../fuzz_targets/outward.rs"]
mod outward;
#[path = "../fuzz_targets/payee_body.rs"]
mod payee_body;
#[path = "../fuzz_targets/payee_key.rs"]
mod payee_key;
#[path = "../fuzz_targets/picture.rs"]
mod picture;
#[path = "../fuzz_targets/playlist.rs"]
mod playlist;
#[path = "../fuzz_targets/problem.rs"]
mod problem;
#[path = "../fuzz_targets/quote.rs"]
mod quote;
#[path = "../fuzz_targets/ranges.rs"]
mod ranges;
#[path = "../fuzz_targets/receipt.rs"]
mod receipt;
#[path = "../fuzz_targets/record.rs"]
mod record;
#[path = "../fuzz_targets/selector.rs"]
mod selector;
#[path = "../fuzz_targets/session_credential.rs"]
mod session_credential;
#[path = "../fuzz_targets/session_proofs.rs"]
mod session_proofs;
#[path = "../fuzz_targets/session_receipt.rs"]
mod session_receipt;
#[path = "../fuzz_targets/session_request.rs"]
mod session_request;
#[path = "../fuzz_targets/site.rs"]
mod site;
#[path = "../fuzz_targets/site_call.rs"]
mod site_call;
#[path = "../fuzz_targets/snapshot.rs"]
mod snapshot;
#[path = "../fuzz_targets/stream_word.rs"]
mod stream_word;
#[path = "../fuzz_targets/wallet_file.rs"]
mod wallet_file;
#[path = "../fuzz_targets/words.rs"]
mod words;
#[path = "../fuzz_targets/x402.rs"]
mod x402;
#[path = "../fuzz_targets/x402_payment.rs"]
mod x402_payment;

const TARGETS: &[farthing_fuzz::stable::Target] = &[
    ("address", address::fuzz),
    ("api_body", api_body::fuzz),
    ("l402", l402::fuzz),
    ("message", message::fuzz),
    ("multipart", multipart::fuzz),
    ("payee_body", payee_body::fuzz),
    ("picture", picture::fuzz),
    ("backup", backup::fuzz),
    ("caching", caching::fuzz),
    ("call", call::fuzz),
    ("challenge", challenge::fuzz),
    ("charge_request", charge_request::fuzz),
    ("cloud_event", cloud_event::fuzz),
    ("coin_answer", coin_answer::fuzz),
    ("coin_payment", coin_payment::fuzz),
    ("config", config::fuzz),
    ("control", control::fuzz),
    ("credential", credential::fuzz),
    ("entitled", entitled::fuzz),
    ("event_stream", event_stream::fuzz),
    ("event_words", event_words::fuzz),
    ("fold", fold::fuzz),
    ("forms", forms::fuzz),
    ("host", host::fuzz),
    ("idempotency_key", idempotency_key::fuzz),
    ("issuer", issuer::fuzz),
    ("journal_files", journal_files::fuzz),
    ("journal_frame", journal_frame::fuzz),
    ("json", json::fuzz),
    ("kept", kept::fuzz),
    ("known", known::fuzz),
    ("offer_document", offer_document::fuzz),
    ("offer_file", offer_file::fuzz),
    ("origin", origin::fuzz),
    ("outward", outward::fuzz),
    ("payee_key", payee_key::fuzz),
    ("playlist", playlist::fuzz),
    ("problem", problem::fuzz),
    ("quote", quote::fuzz),
    ("ranges", ranges::fuzz),
    ("receipt", receipt::fuzz),
    ("record", record::fuzz),
    ("selector", selector::fuzz),
    ("session_credential", session_credential::fuzz),
    ("session_proofs", session_proofs::fuzz),
    ("session_receipt", session_receipt::fuzz),
    ("session_request", session_request::fuzz),
    ("site", site::fuzz),
    ("site_call", site_call::fuzz),
    ("snapshot", snapshot::fuzz),
    ("stream_word", stream_word::fuzz),
    ("wallet_file", wallet_file::fuzz),
    ("words", words::fuzz),
    ("x402", x402::fuzz),
    ("x402_payment", x402_payment::fuzz),
];

fn main() -> std::process::ExitCode {
    farthing_fuzz::stable::run(TARGETS)
}
