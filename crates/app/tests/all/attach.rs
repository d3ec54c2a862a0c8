//! The ways to attach a site besides the reverse proxy, with the real servers that people have.

mod asking;
mod elsewhere;
mod search;
