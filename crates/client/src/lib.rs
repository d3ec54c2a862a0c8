//! The payer's library: pays an HTTP 402 within the payer's caps, never twice, and keeps the receipts.
//!
//! Only [`io`] touches files and sockets; what time it is and what is unguessable comes in through [`World`].

pub mod address;
pub mod calls;
pub mod checks;
mod error;
pub mod io;
pub mod kept;
pub mod payer;
mod policy;
pub mod problem;
pub mod proofs;
pub mod session;
pub mod site;
mod standing;
mod text;
pub mod usage;
pub mod wallet;
mod world;

pub use address::Address;
pub use checks::Refusal;
pub use error::Error;
pub use io::body::Body;
pub use io::state::State;
pub use kept::KeptReceipt;
pub use payer::restore::Restored;
pub use payer::{Drawn, Fetched, Film, Flow, Opened, Payer, Payment, Request, Spent, Waiting};
pub use policy::{Caps, Patience, Policy, Sessions};
pub use problem::Problem;
pub use session::KeptSession;
pub use wallet::Wallet;
pub use world::World;
