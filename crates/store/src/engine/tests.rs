//! The engine over the real journal: what is answered and when, what a crash leaves, and what replaying refuses.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use crate::journal::{disk, disk_simulated};

mod answers;
mod auditing;
mod auditor;
mod batches;
mod endings;
mod held_disk;
pub(crate) mod metering;
pub(crate) mod moves;
mod power;
pub(crate) mod promising;
pub(crate) mod replaying;
pub(crate) mod rig;
mod room;
pub(crate) mod scenario;
pub(crate) mod streaming;
mod time;
