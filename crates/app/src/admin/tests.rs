//! The operators' door on a real instance: engine, journal, index and vault in a folder that vanishes.

mod books;
mod house;
mod log;
mod pins;
mod rails;
mod steps;
mod strangers;
