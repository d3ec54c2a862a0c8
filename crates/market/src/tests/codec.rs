//! The journal layout: what is written is read back, and nothing else is read.

use super::arbitrary::{World, body};
use crate::*;
use ledger::{AccountId, Leg, Posted};
use money::{Amount, Asset, CommandId, OfferId, Party};
use proptest::prelude::*;

fn effect() -> impl Strategy<Value = Effect> {
    let amount = || (0..=Amount::MAX.units()).prop_map(|units| Amount::new(units).unwrap());
    let id = || any::<[u8; 16]>().prop_map(CommandId);
    let offer = || any::<[u8; 32]>().prop_map(OfferId);
    prop_oneof![
        Just(Effect::Founded),
        Just(Effect::PayeeOpened),
        Just(Effect::GuardSet),
        Just(Effect::MonthsStated),
        Just(Effect::MeterSet),
        amount().prop_map(Effect::Promised),
        any::<u32>().prop_map(|units| Effect::CoinClaimed(Amount::from_u32(units))),
        any::<u32>().prop_map(|units| Effect::CoinClosed(Amount::from_u32(units))),
        (amount(), amount(), any::<u8>()).prop_map(|(amount, unbilled, told)| Effect::Counted { amount, unbilled: unbilled.units(), told }),
        (amount(), amount(), any::<u8>()).prop_map(|(amount, unbilled, told)| Effect::CountedAside {
            amount,
            unbilled: unbilled.units(),
            told
        }),
        offer().prop_map(Effect::OfferSet),
        offer().prop_map(Effect::OfferEnded),
        amount().prop_map(Effect::ToppedUp),
        amount().prop_map(Effect::Tipped),
        (id(), amount()).prop_map(|(sale, charged)| Effect::Sold { sale, charged }),
        (id(), amount(), amount()).prop_map(|(sale, returned, left)| Effect::Refunded { sale, returned, left }),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let maker = prop_oneof![Just(Maker::Instance), any::<[u8; 20]>().prop_map(|party| Maker::Party(Party(party)))];
    let command = (any::<[u8; 16]>(), maker, body(World::Wide)).prop_map(|(id, maker, body)| Command { id: CommandId(id), maker, body });
    let class = prop::sample::select(vec![Class::Funded, Class::EarnedPending, Class::Fee, Class::Rail]);
    let key = (any::<[u8; 20]>(), "[a-z0-9:-]{1,32}", class, prop::option::of(any::<[u8; 16]>()));
    let key = key.prop_map(|(party, asset, class, lot)| {
        let asset = Asset::parse(&asset).unwrap();
        AccountKey { party: Party(party), asset, class, lot: lot.map(CommandId) }
    });
    let leg = (any::<u32>(), any::<i64>(), any::<u64>());
    let leg = leg.prop_map(|(account, amount, previous)| Leg { account: AccountId(account), amount, previous: PostingPlace(previous) });
    let posted = (prop::collection::vec(key, 0..4), prop::collection::vec(leg, 0..4))
        .prop_map(|(opened, legs)| Posted { opened, legs: legs.into() });
    (command, effect(), posted).prop_map(|(command, effect, posted)| Record { command, applied: Applied { effect, posted } })
}

fn encoded(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::new();
    Record::encode(&record.command, &record.applied, Layout::Two, &mut bytes);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_record_is_read_back_as_written(record in record()) {
        prop_assert_eq!(Record::decode(Layout::Two, &encoded(&record)), Ok(record));
    }

    #[test]
    fn a_record_cut_short_or_long_is_damaged(record in record(), extra in any::<u8>()) {
        let mut bytes = encoded(&record);
        for end in 0..bytes.len() {
            prop_assert!(Record::decode(Layout::Two, &bytes[..end]).is_err(), "cut at {} of {}", end, bytes.len());
        }
        bytes.push(extra);
        prop_assert_eq!(Record::decode(Layout::Two, &bytes), Err(Damaged("end")));
    }

    /// There is one layout for one record: bytes that are read are the bytes that would be written.
    #[test]
    fn changed_bytes_are_refused_or_mean_something_else(record in record(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = encoded(&record);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = Record::decode(Layout::Two, &bytes) {
            prop_assert_eq!(encoded(&read), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(read) = Record::decode(Layout::Two, &bytes) {
            prop_assert_eq!(encoded(&read), bytes);
        }
    }
}
