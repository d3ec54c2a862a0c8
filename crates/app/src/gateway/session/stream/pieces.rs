//! What an origin sends, piece by piece, with what each piece costs. Nothing is read before it is asked for, so an origin that is
//! not waited for is not gathered here.

use super::wires::Wires;
use super::{Counts, Layout};
use crate::gateway::proxy::{Body, BoxError};
use bytes::Bytes;
use http_body_util::BodyExt;
use money::CommandId;
use protocol::event_stream::{Block, Splitter};
use protocol::session::is_reserved;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A piece of a stream, not sent yet.
pub(super) struct Piece {
    pub bytes: Bytes,
    pub units: u64,
    /// The event that it is billed as.
    pub id: Option<u64>,
    /// Whether a part of it may be sent alone, which costs its share.
    pub splits: bool,
}

/// The origin's body in pieces.
pub(super) struct Pieces {
    body: Body,
    counts: Counts,
    ids: Ids,
    cut: Cut,
}

enum Cut {
    Events(Splitter),
    Bytes(Bytes),
}

/// Which events of one request of a session were billed, by their ids.
pub(super) struct Ids {
    pub wires: Arc<Wires>,
    pub session: CommandId,
    /// What request it is: the same one again has the same.
    pub print: u32,
}

impl Ids {
    /// True if it was not billed before; it counts as billed from now on.
    fn claim(&self, id: u64) -> bool {
        self.wires.claim((self.session, self.print, id))
    }

    /// It was not sent after all.
    pub fn give_back(&self, id: u64) {
        self.wires.give_back((self.session, self.print, id));
    }
}

impl Pieces {
    pub fn new(body: Body, layout: Layout, counts: Counts, ids: Ids) -> Pieces {
        let cut = match layout {
            Layout::Events => Cut::Events(Splitter::default()),
            Layout::Bytes => Cut::Bytes(Bytes::new()),
        };
        Pieces { body, counts, ids, cut }
    }

    /// True if we can say something between two pieces.
    pub fn has_events(&self) -> bool {
        matches!(self.cut, Cut::Events(_))
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The next piece of what was read.
    pub fn ready(&mut self) -> Result<Option<Piece>, BoxError> {
        let splitter = match &mut self.cut {
            Cut::Events(splitter) => splitter,
            Cut::Bytes(held) => {
                let bytes = std::mem::take(held);
                let units = if self.counts == Counts::Bytes { length(&bytes) } else { 0 };
                return Ok((!bytes.is_empty()).then_some(Piece { bytes, units, id: None, splits: true }));
            }
        };
        while let Some(block) = splitter.block().map_err(|what| what.0)? {
            // An origin does not speak in our name.
            if is_reserved(block.event()) {
                continue;
            }
            return Ok(Some(piece_of(block, self.counts, &self.ids)));
        }
        Ok(None)
    }

    /// Reads on; false at the end. Safe to give up half-way: what was read is kept.
    pub async fn fill(&mut self) -> Result<bool, BoxError> {
        let Some(frame) = self.body.frame().await else { return Ok(false) };
        let Ok(data) = frame?.into_data() else { return Ok(true) };
        match &mut self.cut {
            Cut::Events(splitter) => splitter.push(&data),
            Cut::Bytes(held) => *held = data,
        }
        Ok(true)
    }

    /// The payer is shown a share of the hold here, and nowhere else.
    pub fn shown(&self, told: u8) {
        self.ids.wires.notice(self.ids.session, told);
    }

    /// A piece was not sent: an event that counts as billed for it is billed another time.
    pub fn take_back(&mut self, piece: &Piece) {
        if let Some(id) = piece.id {
            self.ids.give_back(id);
        }
    }
}

fn piece_of(block: Block, counts: Counts, ids: &Ids) -> Piece {
    let id = block.id().filter(|id| !id.is_empty()).map(hash);
    let is_event = block.is_event();
    let reported = if let Counts::Reported(unit) = counts { block.usage(unit.as_str()).unwrap_or(0) } else { 0 };
    let bytes = Bytes::from(block.without_usage());
    let units = match counts {
        Counts::Events => u64::from(is_event),
        Counts::Bytes => length(&bytes),
        Counts::Seconds => 0,
        Counts::Reported(_) => reported,
    };
    let id = id.filter(|_| units > 0);
    match id {
        // It was billed before, whatever it is said to have used this time.
        Some(id) if !ids.claim(id) => Piece { bytes, units: 0, id: None, splits: false },
        id => Piece { bytes, units, id, splits: false },
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn hash(id: &[u8]) -> u64 {
    let digest: [u8; 32] = Sha256::digest(id).into();
    let [a, b, c, d, e, f, g, h, ..] = digest;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
