//! Two real instances, each behind a listener of its own: a site at A, the wallet at B.

mod attacks;
mod documents;
mod faults;
mod memory;
mod moved;
mod prices;
mod purchase;
mod stage;
