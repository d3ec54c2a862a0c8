//! The wallet door on a real instance: engine, journal, index and vault in a folder that vanishes.

mod calls;
mod errands;
mod films;
pub(crate) mod house;
mod keeping;
mod logins;
mod money_in;
mod one_click;
mod paying;
mod phone;
mod prices;
mod quotes;
mod sessions;
mod sites;
mod statements;
mod taking_back;
mod zones;
