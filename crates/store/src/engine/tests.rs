//! The engine over the real journal: what is answered and when, what a crash leaves, and what replaying refuses.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

// The simulated disk names its port as a neighbour.
use crate::journal::disk;

mod answers;
mod auditing;
mod auditor;
mod batches;
#[allow(dead_code, clippy::duplicate_mod, reason = "the journal's own tests have it to themselves and use the rest of it")]
#[path = "../journal/disk_simulated.rs"]
mod disk_simulated;
mod endings;
mod held_disk;
pub(crate) mod moves;
mod power;
pub(crate) mod replaying;
pub(crate) mod rig;
pub(crate) mod scenario;
mod time;
