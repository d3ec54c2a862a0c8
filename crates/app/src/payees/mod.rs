//! What is done for a payee, whoever asks: its people at the desk, or its programs under `/v1`. Both doors press these.

pub mod brand;
pub mod moving;
pub mod offers;
pub mod picture;
pub mod team;
