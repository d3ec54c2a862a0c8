//! What a facilitator and a node say of a coin: the first byte says how many questions the node was asked.
#![cfg_attr(fuzzing, no_main)]
use protocol::x402::evm::{Settling, answers};

farthing_fuzz::target!(|bytes: &[u8]| {
    let Some((asked, bytes)) = bytes.split_first() else { return };
    let _ = Settling::read(bytes);
    let Ok(found) = answers(bytes, usize::from(asked % 4)) else { return };
    let _ = (found.block(0), found.flag(1), found.number(2), found.logs(0));
});
