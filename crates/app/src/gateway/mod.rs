//! The gateway: a paid door in front of any HTTP origin.

pub mod proxy;
