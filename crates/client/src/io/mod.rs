//! Files and HTTP: the only part of the library that touches the world.

pub mod body;
pub mod drawer;
pub mod state;
pub mod wallet_file;
mod wire;

pub(crate) use wire::{Http, MOST_DOCUMENT_BYTES, NotAnswered, Reply, Sent, is_of_type};
