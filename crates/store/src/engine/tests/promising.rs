//! Purchases up to an amount, as a journal.

use super::rig::Folder;
use super::scenario::{command, eur, noon, party, top_up, units};
use super::streaming::calls;
use market::{Body, Command, Consent, Metered, Offer, OfferPrice, Purchase, Signature, Unit, Use};
use money::Timestamp;

/// 0.0003 for a thousand tokens, of which a request is 10,000 at most: 3,000 base units.
pub fn asked() -> Offer {
    let mut offer = calls();
    if let OfferPrice::Metered(metered) = offer.price {
        offer.price = OfferPrice::Metered(Metered { unit: Unit::parse("token").unwrap(), most: 10_000, ..metered });
    }
    offer
}

fn purchase(mark: u8) -> Purchase {
    let text = String::new;
    let (key, signature, challenge) = ([1; 32], [mark; 64], [3; 32]);
    let signature = Signature {
        key,
        signature,
        challenge,
        retry: [0; 16],
        expires: Timestamp(4),
        asked: None,
        digest: text(),
        account: text(),
        realm: text(),
    };
    let offer = asked();
    let (amount, asset) = offer.up_to().unwrap();
    assert_eq!((amount, asset), (units(3_000), eur()));
    let item = format!("{}{}", offer.unlock.realm(), offer.unlock.path().replace('*', "x"));
    Purchase { payer: party("rosa"), offer: offer.id(), item, amount, asset, consent: Consent::Signed(Box::new(signature)) }
}

fn promise(number: u32) -> Command {
    command(noon(), number, Body::Promise(Box::new(purchase(u8::try_from(number).unwrap()))))
}

fn used(number: u32, units: u64) -> Command {
    let purchase = purchase(u8::try_from(number).unwrap());
    command(noon(), number, Body::Use(Box::new(Use::Delivered { purchase, units })))
}

/// Fourteen frames: the beginning, a top-up in 7, the offer in 8, a promise in 9 that is used with 1,001 tokens in 10, one in 11 that comes to
/// nothing in 12, one in 13 that is under way, and one in 14 that is, too.
pub fn promised() -> Folder {
    let folder = Folder::new();
    let live = folder.begin();
    for command in [
        command(noon(), 1, top_up("rosa", eur(), 1_000_000)),
        command(noon(), 2, Body::SetOffer(Box::new(asked()))),
        promise(3),
        used(3, 1_001),
        promise(4),
        command(noon(), 4, Body::Use(Box::new(Use::Nothing))),
        promise(5),
        promise(6),
    ] {
        live.tell(command).outcome.effect().unwrap();
    }
    live.finish();
    folder
}
