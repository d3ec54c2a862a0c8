//! A meter and its events, as a journal.

use super::rig::Folder;
use super::scenario::{command, eur, noon, party, top_up, units};
use super::streaming::{SESSION, calls, end, session, step};
use market::{Body, Command, Count, Maker, Metered, Offer, OfferPrice, OpenSession, SessionKind, SessionTerms, SetAside, SetMeter, Unit};
use money::{Amount, CommandId, Span};

/// 0.0003 for a thousand tokens.
fn tokens() -> Offer {
    let mut offer = calls();
    if let OfferPrice::Metered(metered) = offer.price {
        offer.price = OfferPrice::Metered(Metered { unit: Unit::parse("token").unwrap(), ..metered });
    }
    offer
}

fn open() -> Command {
    let terms = SessionTerms { kind: SessionKind::Trusted, voucher_key: [0; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
    let (offer, asset, until) = (tokens().id(), eur(), noon().after(Span(86_400)));
    let open = OpenSession { offer, asset, cap: units(1_000), first: units(0), until, terms, proof: None };
    Command { maker: Maker::Party(party("rosa")), ..command(noon(), SESSION, Body::OpenSession(Box::new(open))) }
}

fn event(key: u8, units: u64) -> Command {
    step(Body::Count(Count { event: [key; 16], print: key.into(), at: noon().before(Span(60)), units, version: 0, aside: None }))
}

/// Fourteen frames: the beginning, a top-up in 7, the offer in 8, the session in 9, the meter in 10, an event of 100 tokens in 11, one that
/// the hold does not cover in 12, the session closes in 13, an event that comes too late for it in 14.
pub fn metered() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    let meter = SetMeter { payee: "paper".to_owned(), unit: Unit::parse("token").unwrap(), sum: "n".to_owned(), late: Span(3_600) };
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(tokens()))),
        open(),
        command(noon(), 3, Body::SetMeter(Box::new(meter))),
        event(1, 100),
        event(2, 5_000),
        end(),
        event(3, 7),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    folder
}

/// What a service sets aside of the session, by an id that ends in a number.
fn aside(number: u32, units: u64) -> Command {
    let set = SetAside { session: session(), version: 0, units, lasts: Span(60) };
    Command { maker: Maker::Party(party("paper")), ..command(noon(), number, Body::SetAside(set)) }
}

/// An event that names what was set aside under a number.
fn of_aside(key: u8, units: u64, number: u32) -> Command {
    let mut event = event(key, units);
    let id: CommandId = aside(number, 0).id;
    if let Body::Count(count) = &mut event.body {
        count.aside = Some(id);
    }
    event
}

/// Sixteen frames: as of [`metered`] up to the meter in 10; 1,000 tokens are set aside in 11 and 2,000 in 12, an event draws 400 of the first in
/// 13 and another more than the second was in 14, the session closes in 15, an event names what is gone in 16.
pub fn reserved() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    let meter = SetMeter { payee: "paper".to_owned(), unit: Unit::parse("token").unwrap(), sum: "n".to_owned(), late: Span(3_600) };
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(tokens()))),
        open(),
        command(noon(), 3, Body::SetMeter(Box::new(meter))),
        aside(21, 1_000),
        aside(22, 2_000),
        of_aside(1, 400, 21),
        of_aside(2, 2_500, 22),
        end(),
        of_aside(3, 7, 21),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    folder
}

/// The session's figures by hand: 3,336 tokens cost 1000.8.
pub fn drawn(of: &market::State) -> (u64, u64) {
    let session = of.session(session()).unwrap();
    (session.units(), session.drawn.units())
}
