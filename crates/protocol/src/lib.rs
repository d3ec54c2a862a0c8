//! The HTTP 402 words on the wire: challenge, credential, receipt, quote, problem. Sans-I/O: texts in, texts out.
//!
//! The dialects spoken are The "Payment" HTTP Authentication Scheme (draft-httpauth-payment-01) with the method `farthing`
//! and the intents `charge` and `session`, and [`x402`]. No clock and no random number: what time it is and what is unguessable is handed in.

pub mod calls;
pub mod challenge;
pub mod cloud_event;
pub mod credential;
pub mod digest;
pub mod discovery;
pub mod document;
pub mod event_stream;
pub mod json;
pub mod keys;
pub mod l402;
pub mod mcp;
pub mod offering;
pub mod payee_key;
pub mod prefer;
pub mod problem;
pub mod quote;
pub mod receipt;
pub mod redeem;
pub mod session;
pub mod signed;
pub mod site_call;
pub mod text;
pub mod x402;

pub use challenge::{Challenge, ChargeRequest, Issuer, Lasts, SessionRequest};
pub use credential::{Credential, Presented};
pub use keys::{PublicKey, SigningKey};
pub use session::SessionCredential;
pub use text::{Instance, Malformed};

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod tests;
