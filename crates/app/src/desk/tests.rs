//! The desk's door on a real instance: engine, journal, index and vault in a folder that vanishes.

mod books;
mod brand;
mod by_key;
mod calls;
mod developers;
mod house;
mod lists;
mod moving;
mod offers;
mod proving;
mod roles;
mod strangers;
mod team;
