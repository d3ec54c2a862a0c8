//! The whole market in one thread from a seed: hot and cold payers, faults, crashes, and an oracle that must agree.
//!
//! [`run`] plays two phases. First everything happens at once: purchases, price changes, refunds, guards, lost answers,
//! retries, edited and foreign commands, clock jumps, crashes before and after the journal. Then the faults stop and
//! time runs: what was lost is settled, what is remembered is forgotten, and all money finds its way back.
//!
//! After each step the state must answer as the oracle ([`Model`]) does and hold the same balances, and what must
//! always hold (sums zero, held within posted, no entitlement without its capture, refunds within captures,
//! replay(journal) = state) is checked.

mod balances;
mod checks;
mod commands;
mod crowd;
mod durable;
mod market_under_test;
mod model;
mod rng;
mod simulation;
mod swarm;
mod words;

pub use durable::{FAULTS, VERDICTS, run_durable};
pub use model::Model;
pub use simulation::{Failure, Report, run};
pub use words::{EFFECTS, NOT_YET, OUTCOMES, REJECTIONS};
