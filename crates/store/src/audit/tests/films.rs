//! Films: the index counts the milliseconds that the books draw, once each.

use super::super::IndexRows;
use super::audited;
use crate::engine::tests::rig::Folder;
use crate::engine::tests::scenario::{command, eur, noon, party, top_up, units};
use crate::engine::tests::streaming::{SESSION, calls, end, session, step};
use crate::index::{Contents, Follower};
use crate::journal::Journal;
use market::{Body, Command, Maker, Metered, Offer, OfferPrice, OpenSession, Piece, SessionKind, SessionTerms, Unit, Video, Watch};
use money::{Amount, Span};
use std::sync::mpsc::channel;

/// 0.0003 for a second.
fn film() -> Offer {
    let mut offer = calls();
    if let OfferPrice::Metered(metered) = offer.price {
        let video = Some(Video { hold: units(1_000), idle: Span(900), devices: None });
        offer.price = OfferPrice::Metered(Metered { unit: Unit::parse("ms").unwrap(), video, ..metered });
    }
    offer
}

fn watch(from: u64, to: u64) -> Command {
    step(Body::Watch(Watch { piece: Piece { film: 1, from, to }, version: 0, offer: None }))
}

#[test]
fn what_is_watched_is_in_the_index_as_in_the_records() {
    let terms = SessionTerms { kind: SessionKind::Trusted, voucher_key: [0; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
    let (offer, asset, until) = (film().id(), eur(), noon().after(Span(86_400)));
    let open = OpenSession { offer, asset, cap: units(1_000), first: units(0), until, terms, proof: None };
    let folder = Folder::new();
    let live = folder.begin();
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(film()))),
        Command { maker: Maker::Party(party("rosa")), ..command(noon(), SESSION, Body::OpenSession(Box::new(open))) },
        watch(0, 1_000),
        watch(500, 1_500),
        step(Body::CaptureSession { number: 1 }),
        watch(1_400, 1_700),
        watch(5_000, 5_100),
        step(Body::CaptureSession { number: 2 }),
        end(),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    let journal = folder.open();
    let follower = Follower::start(&folder.index(), journal.reader().as_ref(), channel().1, Box::new(|_| ())).unwrap();
    let index = follower.index().unwrap();
    let captures: Vec<(u64, Amount)> = index.captures(session(), 9).unwrap().iter().map(|(_, of)| (of.units, of.amount)).collect();
    assert_eq!(captures, [(300, units(90)), (1_500, units(450))]);
    assert_eq!(index.session(session()).unwrap().map(|row| (row.units, row.drawn, row.captured)), Some((1_800, units(540), units(540))));
    follower.finish().unwrap();
    drop(journal);
    let mut index = IndexRows::new(Contents::open(&folder.index()).unwrap().unwrap());
    let auditor = audited(&folder, &mut [&mut index]).unwrap();
    index.finish(auditor.head()).unwrap();
}
