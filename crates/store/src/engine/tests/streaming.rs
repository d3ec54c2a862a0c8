//! A session from its opening to its end, as a journal.

use super::replaying::altered_of;
use super::rig::Folder;
use super::scenario::{command, eur, id, noon, offer, party, top_up, units};
use market::{
    Body, Call, Command, Draw, Earlier, EndReason, EndSession, Maker, Metered, Offer, OfferPrice, OpenSession, RaiseSession, Rate, Record,
    Selector, SessionKind, SessionTerms, Settle, Unit, Voucher,
};
use money::{CommandId, Span};
use std::num::NonZeroU64;

/// The session's number.
pub const SESSION: u32 = 100;

/// 0.0003 for a thousand calls, split as every offer of the scenario but without its fixed leg.
pub fn calls() -> Offer {
    let mut calls = Offer { name: "calls".to_owned(), unlock: Selector::new("news.example", "/api/*").unwrap(), ..offer(eur()) };
    calls.split.remove(1);
    let rate = Rate { amount: units(300), per: NonZeroU64::new(1_000).unwrap() };
    calls.price = OfferPrice::Metered(Metered { rate, asset: eur(), unit: Unit::parse("call").unwrap(), most: 0, video: None });
    calls
}

pub fn session() -> CommandId {
    id(noon(), SESSION)
}

/// A session of rosa's that holds so much; the first 300 are authorised as it is opened.
pub fn open(number: u32, cap: u32) -> Command {
    let terms = SessionTerms { kind: SessionKind::Chain, voucher_key: [5; 32], step: units(100), length: 20, anchor: [6; 32] };
    let (offer, asset, until) = (calls().id(), eur(), noon().after(Span(86_400)));
    let open = OpenSession { offer, asset, cap: units(cap), first: units(300), until, terms, proof: None };
    Command { maker: Maker::Party(party("rosa")), ..command(noon(), number, Body::OpenSession(Box::new(open))) }
}

pub fn step(body: Body) -> Command {
    command(noon(), SESSION, body)
}

pub fn draw(seq: u32, units: u64, voucher: Option<Voucher>) -> Draw {
    Draw { seq, print: seq, voucher, version: 0, offer: None, units }
}

pub fn link(checkpoint: u16, index: u16) -> Option<Voucher> {
    Some(Voucher::Link { checkpoint, index, link: [7; 32] })
}

pub fn raise(number: u32, more: u32) -> Command {
    let raise = RaiseSession { session: session(), additional: units(more), proof: None };
    Command { maker: Maker::Party(party("rosa")), ..command(noon(), number, Body::RaiseSession(raise)) }
}

pub fn end() -> Command {
    step(Body::EndSession(EndSession { reason: EndReason::Operator }))
}

/// Twenty frames: the beginning, a top-up in 7, the offer in 8, the session in 9, draws in 10 and 11, a checkpoint in 12, a
/// reserve in 13, settled in 14, a raise in 15, captures in 16 and 18, a draw in 17, the end in 19, a top-up in 20.
pub fn streamed() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    let checkpoint = Voucher::Checkpoint { cumulative: units(1_000), signature: [8; 64], step: units(200), length: 9, anchor: [9; 32] };
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(calls()))),
        open(SESSION, 2_000),
        step(Body::Draw(draw(1, 1_001, None))),
        step(Body::Draw(draw(3, 999, link(0, 3)))),
        step(Body::Draw(draw(2, 10, Some(checkpoint)))),
        step(Body::Reserve(draw(4, 1_000, link(1, 1)))),
        step(Body::Settle(Settle { seq: 4, part: 0, units: 500, again: 0 })),
        raise(3, 500),
        step(Body::CaptureSession { number: 1 }),
        step(Body::Draw(draw(5, 1_000, Some(Voucher::Signed { cumulative: units(2_100), signature: [4; 64] })))),
        step(Body::CaptureSession { number: 2 }),
        end(),
        command(noon(), 4, top_up("rosa", eur(), 5)),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    folder
}

/// Sixteen frames: the beginning, a top-up in 7, the offer in 8, the session in 9, calls in 10 to 13, the second told to be after the
/// first and the fourth after the second and third, which is settled by itself in 14; a capture in 15, the end in 16.
pub fn called() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    let after = |draw: Draw, earlier: &[u32]| {
        let delivered = earlier.iter().fold(Earlier::default(), |so_far, seq| so_far.with(draw.seq, *seq).unwrap());
        step(Body::Call(Call { draw, delivered }))
    };
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(calls()))),
        open(SESSION, 1_500),
        after(draw(1, 1_000, None), &[]),
        after(draw(2, 1_000, link(0, 3)), &[1]),
        after(draw(3, 500, link(0, 5)), &[]),
        after(draw(4, 10, None), &[2, 3]),
        step(Body::Settle(Settle { seq: 4, part: 0, units: 10, again: 0 })),
        step(Body::CaptureSession { number: 1 }),
        end(),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    folder
}

/// The journal of calls with what frame 13 says was delivered before it changed.
pub fn told_otherwise(delivered: Earlier) -> Folder {
    altered_of(&called(), 13, |record| {
        let Body::Call(call) = &mut record.command.body else { panic!("frame 13 is a call") };
        call.delivered = delivered;
    })
}

/// The journal of a session with the record of one frame changed.
pub fn altered(frame: u64, change: impl Fn(&mut Record)) -> Folder {
    altered_of(&streamed(), frame, change)
}
