//! The wallet door on a real instance: engine, journal, index and vault in a folder that vanishes.

mod errands;
pub(crate) mod house;
mod keeping;
mod logins;
mod money_in;
mod paying;
mod prices;
mod quotes;
mod statements;
mod taking_back;
