//! Offer files: what people write, and every mistake named with its line and place.

use super::arbitrary::{self, World};
use crate::offer_file::{Site, Unwritable, parse, write};
use crate::*;
use insta::assert_snapshot;
use money::{Amount, Asset, Share, Span, Timestamp};
use proptest::prelude::*;
use std::fmt::Write;

fn read(text: &str) -> String {
    let handles = ["ann".to_owned(), "house".to_owned()];
    let site = Site { realm: "news.example", payee: "house", handles: &handles };
    let mut out = String::new();
    match parse(text, &site) {
        Ok(offers) => {
            for offer in offers {
                writeln!(out, "{} by {}: {}", offer.name, offer.payee, offer.unlock).unwrap();
                writeln!(out, "  {:?}", offer.price).unwrap();
                for leg in &offer.split {
                    writeln!(out, "  {} -> {:?} {:?}", leg.label, leg.to, leg.share).unwrap();
                }
                writeln!(out, "  {:?}, lasts {:?}", offer.refund, offer.lasts).unwrap();
                if let Some(fall) = &offer.fall {
                    let steps: Vec<_> = fall.steps.iter().map(|step| format!("{} s {}", step.after.0, step.amount)).collect();
                    writeln!(out, "  falls from {} until {}: {}", fall.starts, fall.ends, steps.join(", ")).unwrap();
                }
            }
        }
        Err(mistakes) => mistakes.iter().for_each(|mistake| writeln!(out, "{mistake}").unwrap()),
    }
    out
}

#[test]
fn a_good_file_gives_its_offers() {
    assert_snapshot!(read(
        r#"
[offer.harbour]
unlock = "https://news.example/a/*"        # one entitlement a page
price = { fixed = "0.05 EUR" }
refund = { window = "72h", per_payer = "3/day" }
entitlement = { lasts = "ever" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "fee", to = "operator", fixed = "0.001 EUR" }, { label = "house", to = "self", rest = true }]

[offer.day]
unlock = "https://news.example:8443/day/**"
price = { at_least = "0.50 EUR" }
entitlement = { lasts = "24h" }

[offer.gift]
unlock = "https://news.example/gift"
free = true
"#
    ));
}

const METERS: &str = r#"
meter.tokens = { sum = "n", dedupe = ["source", "id"], late_window = "12h" }

[meter.gb-hours]
sum = "size"

[offer.llm]
consume = "https://news.example/v1/*"
price = { metered = "tokens", rate = "0.30 EUR per 1000000" }
session = { reserve = 4096 }
split = [{ label = "model", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.disk]
consume = "https://news.example/disk/**"
price = { metered = "gb-hours", rate = "0.000002 EUR per 1" }
"#;

#[test]
fn what_a_service_counts_itself_is_sold_by_its_meter() {
    let handles = ["ann".to_owned(), "house".to_owned()];
    let site = Site { realm: "news.example", payee: "house", handles: &handles };
    let file = crate::offer_file::read(METERS, &site).unwrap();
    let meters: Vec<_> =
        file.meters.iter().map(|meter| (meter.payee.as_str(), meter.unit.as_str(), meter.sum.as_str(), meter.late.0)).collect();
    assert_eq!(meters, [("house", "gb-hours", "size", 259_200), ("house", "tokens", "n", 43_200)]);
    // The same offers said by the quantity, and written and read again.
    let plain = METERS
        .replace("metered = \"tokens\", rate = \"0.30 EUR per 1000000\"", "metered = \"0.30 EUR\", per = \"1000000 tokens\", most = 4096");
    let plain = plain
        .replace("session = { reserve = 4096 }\n", "")
        .replace("metered = \"gb-hours\", rate = \"0.000002 EUR per 1\"", "metered = \"0.000002 EUR\", per = \"1 gb-hours\"");
    let plain = parse(&plain.replace("consume", "unlock"), &site).unwrap();
    assert_eq!(file.offers, plain);
    assert_eq!(parse(&write(&file.offers, &site).unwrap(), &site).unwrap().len(), 2);
}

#[test]
fn every_mistake_in_a_meter_or_an_offer_of_one_is_named() {
    assert_snapshot!(read(
        r#"
meter.call = { sum = "n" }
meter.Tokens = { sum = "n" }
meter.plain = { late_window = "3d" }
meter.long = { sum = "n", late_window = "8d", dedupe = ["id"], window = "1d" }
meter.empty = { sum = "" }
meter.number = 3
meter.words = { sum = "n" }

[offer.both]
consume = "https://news.example/a/**"
unlock = "https://news.example/a/**"
price = { metered = "words", rate = "0.02 EUR per 1000" }

[offer.other]
consume = "https://news.example/b/**"
price = { metered = "letters", rate = "0.02 EUR per 1000" }

[offer.rate]
consume = "https://news.example/c/**"
price = { metered = "words", rate = "0.02 EUR" }
session = { reserve = 0, hold = "1.00 EUR" }

[offer.free]
consume = "https://news.example/d/**"
price = { metered = "words", rate = "0.00 EUR per 1" }

[offer.none]
consume = "https://tv.example/e/**"

[offer.whole]
consume = "https://news.example/f/**"
price = { fixed = "0.05 EUR" }
"#
    ));
}

#[test]
fn clients_of_l402_can_buy_where_the_offer_says_so() {
    let site = Site { realm: "news.example", payee: "house", handles: &[] };
    let read = |price: &str, l402: &str| {
        let text = format!("[offer.a]\nunlock = \"https://news.example/a/*\"\n{price}\n{l402}\n");
        parse(&text, &site).map(|offers| offers[0].l402).map_err(|mistakes| mistakes[0].to_string())
    };
    let (fixed, call) = ("price = { fixed = \"0.05 EUR\" }", "price = { metered = \"0.002 EUR\", per = \"1 call\" }");
    assert_eq!((read(fixed, ""), read(fixed, "l402 = true")), (Ok(None), Ok(Some(L402::After))));
    assert_eq!((read(fixed, "l402 = \"first\""), read(call, "l402 = true")), (Ok(Some(L402::First)), Ok(Some(L402::After))));
    for (price, l402) in [
        (fixed, "l402 = false"),
        (fixed, "l402 = \"last\""),
        ("free = true", "l402 = true"),
        ("price = { metered = \"1.00 EUR\", per = \"1000 token\", most = 9 }", "l402 = true"),
    ] {
        let said = read(price, l402).unwrap_err();
        assert!(said.contains("/offer/a") && said.contains("(value-invalid)") && said.contains("l402"), "{said}");
    }
    let film = "[offer.a]\nconsume = \"hls:https://news.example/a/*\"\nprice = { metered = \"0.002 EUR\", per = \"1 second\" }\nsession = { hold = \"1.00 EUR\" }\nl402 = true\n";
    assert!(parse(film, &site).unwrap_err()[0].to_string().contains("offer-unknown-key"));
}

#[test]
fn films_are_sold_by_the_second() {
    assert_snapshot!(read(
        r#"
[offer.derby]
consume = "hls:https://news.example/derby/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "1.00 EUR" }

[offer.match]
consume = "hls:https://news.example/match/*"
price = { metered = "0.10 EUR", per = "60 second" }
session = { hold = "2.00 EUR", idle = "1h", devices = 2 }
split = [{ label = "club", to = "ann", bp = 5000 }, { label = "house", to = "self", rest = true }]
"#
    ));
}

#[test]
fn a_price_falls_at_the_instants_that_are_said() {
    assert_snapshot!(read(
        r#"
[offer.replay]
unlock = "https://news.example/replay/*"
price = { decay = [["0m", "6.99 EUR"], ["30m", "4.99 EUR"], ["60m", "2.99 EUR"], ["90m", "1.99 EUR"]] }
when = { starts = 2026-12-05T20:00:00+01:00, ends = 2026-12-05T22:30:00+01:00 }
"#
    ));
    let with =
        |decay: &str, when: &str| read(&format!("[offer.a]\nunlock = \"https://news.example/a\"\nprice = {{ decay = {decay} }}\n{when}\n"));
    let (good, when) =
        (r#"[["0m", "2.00 EUR"], ["30m", "1.00 EUR"]]"#, "when = { starts = 2026-12-05T20:00:00Z, ends = 2026-12-05T21:00:00Z }");
    assert!(with(good, when).contains("falls from"), "{}", with(good, when));
    let said = [
        with(good, ""),
        with(good, "when = { starts = 2026-12-05T20:00:00Z }"),
        with(good, "when = { starts = 2026-12-05T20:00:00, ends = 2026-12-05T21:00:00Z }"),
        with(good, "when = { starts = 2026-12-05, ends = 2026-12-05T21:00:00Z }"),
        with(good, "when = { starts = 2026-12-05T20:00:00Z, ends = 2026-12-05T20:30:00Z }"),
        with("[]", when),
        with("\"2.00 EUR\"", when),
        with("[[\"0m\", \"2.00 EUR\", 1]]", when),
        with("[[\"10m\", \"2.00 EUR\"]]", when),
        with("[[\"0m\", \"1.00 EUR\"], [\"30m\", \"2.00 EUR\"]]", when),
        with("[[\"0m\", \"2.00 EUR\"], [\"30m\", \"1.00 USD\"]]", when),
        with("[[\"0m\", \"2.00 EUR\"], [\"30m\", \"0.00 EUR\"]]", when),
        with("[[\"0m\", 2.00]]", when),
        read(&format!("[offer.a]\nunlock = \"https://news.example/a\"\nprice = {{ fixed = \"1.00 EUR\" }}\n{when}\n")),
    ];
    assert_snapshot!(said.concat());
}

#[test]
fn every_mistake_in_an_offer_of_films_is_named() {
    assert_snapshot!(read(
        r#"
[offer.both]
consume = "hls:https://news.example/a/**"
unlock = "https://news.example/a/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "1.00 EUR" }

[offer.other]
consume = "dash:https://news.example/b/**"
price = { metered = "0.002 EUR", per = "1 minute" }
session = { hold = "1.00 EUR", devices = 2 }

[offer.whole]
consume = "hls:https://news.example/c/**"
price = { fixed = "0.05 EUR" }
refund = { window = "10m" }

[offer.held]
consume = "hls:https://news.example/d/**"
price = { metered = "0.002 EUR", per = "1 second" }

[offer.little]
consume = "hls:https://news.example/e/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "0.001 EUR" }

[offer.short]
consume = "hls:https://news.example/f/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "1.00 USD" }

[offer.idle]
consume = "hls:https://other.example/g/**"
price = { metered = "0.002 EUR", per = "0 second" }
session = { hold = "1.00 EUR", idle = "1s", rewatch = "24h" }

[offer.soon]
consume = "hls:https://news.example/h/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "1.00 EUR", idle = "1s" }
"#
    ));
}

/// The first example of the design: what is not there yet is named, and nothing of the offer is taken.
#[test]
fn what_is_not_supported_is_said_so() {
    assert_snapshot!(read(
        r#"
[offer.harbour]
unlock = "https://news.example/a/*"          # one entitlement a page, not one for the pattern
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "10/day" }
entitlement = { lasts = "ever", devices = 5 }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "via", to = "role:via", bp = 1000, absent = "rest" }, { label = "house", to = "self", rest = true }]
"#
    ));
}

#[test]
fn many_mistakes_are_all_named() {
    assert_snapshot!(read(
        r#"
title = "prices"

[offer.typo]
unlok = "https://news.example/a/*"
prise = { fixed = "0.05 EUR" }

[offer.no-price]
unlock = "https://news.example/b/*"

[offer.zero]
unlock = "https://news.example/c/*"
price = { fixed = "0.00 EUR" }

[offer.bare]
unlock = "https://news.example/d/*"
price = { fixed = 0.05 }

[offer.fine]
unlock = "https://news.example/e/*"
price = { fixed = "0.0000001 EUR" }

[offer.two-prices]
unlock = "https://news.example/f/*"
price = { fixed = "0.05 EUR", at_least = "0.05 EUR" }

[offer.over]
unlock = "https://news.example/g/*"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "ann", bp = 7000 }, { label = "b", to = "self", bp = 3001 }, { label = "c", to = "self", rest = true }]

[offer.over-fixed]
unlock = "https://news.example/h/*"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "ann", fixed = "0.06 EUR" }, { label = "c", to = "self", rest = true }]

[offer.no-rest]
unlock = "https://news.example/i/*"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "ann", bp = 10000 }]

[offer.stranger]
unlock = "https://news.example/j/*"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "bob", bp = 7000 }, { label = "b", to = "self", rest = true }]

[offer.foreign]
unlock = "https://other.example/a/*"
price = { fixed = "0.05 EUR" }

[offer.clash-1]
unlock = "https://news.example/k/*"
price = { fixed = "0.05 EUR" }

[offer.clash-2]
unlock = "https://news.example/k/x"
price = { fixed = "0.05 EUR" }

[offer.leg-currency]
unlock = "https://news.example/l/*"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "ann", fixed = "0.01 USD" }, { label = "b", to = "self", rest = true }]

[offer.both]
unlock = "https://news.example/m/*"
price = { fixed = "0.05 EUR" }
free = true

[offer."odd/na~me"]
unlock = "news.example/n"
price = { fixed = "0.05 EUR" }
refund = { window = "1 week", per_payer = 3 }
entitlement = { lasts = "0s" }
split = [{ label = "", to = "self", bp = 0x10 }, { to = "self" }, 7]
"#
    ));
}

#[test]
fn an_empty_price_list_never_means_free() {
    assert_snapshot!(read("# nothing yet\n"));
}

#[test]
fn what_is_no_toml_is_named_by_its_line() {
    assert_snapshot!(read("[offer.a]\nunlock = \"https://news.example/a\"\nprice = { fixed = \"0.05 EUR\"\n[offer.b]\n"));
}

#[test]
fn free_is_said_and_never_meant() {
    for (text, code) in [
        ("[offer.a]\nunlock = \"https://news.example/a\"\nfree = false", "value-invalid"),
        ("[offer.a]\nunlock = \"https://news.example/a\"\nfree = \"yes\"", "value-invalid"),
        ("[offer.a]\nunlock = \"https://news.example/a\"\nprice = {}", "offer-without-price"),
        ("[offer.a]\nunlock = \"https://news.example/a\"\nprice = \"0.05 EUR\"", "value-invalid"),
        ("[offer.a]\nprice = { fixed = \"0.05 EUR\" }", "offer-verb"),
        ("[offer]", "offer-empty"),
        ("offer = 1", "offer-unknown-key"),
        ("[offer]\na = 1", "value-invalid"),
    ] {
        assert!(read(text).contains(code), "{text}: {}", read(text));
    }
}

mod laws {
    use super::*;

    const GOOD: &str = "[offer.a]\nunlock = \"https://news.example/a/*\"\nprice = { fixed = \"0.05 EUR\" }\nrefund = { window = \"10m\", per_payer = \"10/day\" }\nentitlement = { lasts = \"24h\" }\nsplit = [{ label = \"w\", to = \"ann\", bp = 7000 }, { label = \"h\", to = \"self\", rest = true }]\n";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]

        #[test]
        fn no_text_stops_the_reader(text in "(\\PC|\n|\\[offer\\.a\\]\n|price = |\\{|\\}|\"){0,60}") {
            read(&text);
        }

        #[test]
        fn no_change_of_a_good_file_stops_the_reader(at in any::<prop::sample::Index>(), cut in 0usize..9, put in "[\\PC\"{}=\n]{0,4}") {
            let chars: Vec<char> = GOOD.chars().collect();
            let at = at.index(chars.len());
            let head: String = chars[..at].iter().collect();
            let tail: String = chars[(at + cut).min(chars.len())..].iter().collect();
            read(&format!("{head}{put}{tail}"));
        }
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        read(&format!("a = {}", "[".repeat(100_000)));
        read(&format!("a{}", ".a".repeat(50_000)));
        let legs = "{ label = \"w\", to = \"ann\", bp = 9999 }, ".repeat(20_000);
        let many = format!("[offer.a]\nunlock = \"https://news.example/a\"\nprice = {{ fixed = \"0.05 EUR\" }}\nsplit = [{legs}]\n");
        assert!(read(&many).contains("legs-without-rest"));
    }
}

const HANDLES: [&str; 3] = ["ann", "house", "x-9"];

fn of_site<T>(offers: &[Offer], payee: &str, then: impl FnOnce(&Site<'_>) -> T) -> T {
    let handles: Vec<String> = HANDLES.map(str::to_owned).to_vec();
    let realm = offers.first().map_or("news.example", |offer| offer.unlock.realm());
    then(&Site { realm, payee, handles: &handles })
}

/// Names that people write, quotes, backslashes and letters of all scripts among them.
fn name() -> impl Strategy<Value = String> {
    "[ -~가-힣éß]{1,16}"
}

fn whole() -> impl Strategy<Value = Amount> {
    prop_oneof![(1u64..100_000_000), (1u64..=i64::MAX as u64)].prop_map(|units| Amount::new(units).unwrap())
}

/// What a film costs, as a file says it; what it holds is a second or more.
fn filmed() -> impl Strategy<Value = OfferPrice> {
    (1u64..1_000_000, 1u64..3_600, 1u64..1_000, 60u64..=86_400).prop_map(|(amount, seconds, more, idle)| {
        let rate = Rate { amount: Amount::new(amount).unwrap(), per: std::num::NonZeroU64::new(seconds * 1_000).unwrap() };
        let video = Some(Video {
            hold: Amount::new(amount * more).unwrap(),
            idle: Span(idle),
            devices: std::num::NonZeroU8::new((more % 101) as u8),
        });
        OfferPrice::Metered(Metered { rate, asset: Asset::fiat("KRW").unwrap(), unit: Unit::parse("ms").unwrap(), most: 0, video })
    })
}

fn metered() -> impl Strategy<Value = OfferPrice> {
    let most = prop_oneof![Just(0), 1u64..5_000, Just(i64::MAX as u64), Just(u64::MAX)];
    let parts = (whole(), prop_oneof![1u64..2_000_000, Just(u64::MAX)], prop::sample::select(vec!["call", "token", "kw-h"]), most);
    parts.prop_map(|(amount, per, unit, most)| {
        let unit = Unit::parse(unit).unwrap();
        let rate = Rate { amount, per: std::num::NonZeroU64::new(per).unwrap() };
        OfferPrice::Metered(Metered {
            rate,
            asset: Asset::fiat("KRW").unwrap(),
            unit,
            most: if unit.is_call() { 0 } else { most },
            video: None,
        })
    })
}

/// From a price down to a base unit, if it is worth more than one.
fn falling(price: &OfferPrice, dice: u16) -> Option<Fall> {
    let OfferPrice::Fixed { amount, .. } = price else { return None };
    let last = Amount::from_u32(1);
    let (starts, first) = (Timestamp::from_seconds(1_795_000_000 + u64::from(dice)), FallStep { after: Span(0), amount: *amount });
    let steps = [Some(first), (last < *amount).then_some(FallStep { after: Span(60 + u64::from(dice)), amount: last })];
    Some(Fall { starts, ends: starts.after(Span(100_000)), steps: steps.into_iter().flatten().collect() })
}

/// An offer that an offer file can say, with all that it may have.
fn sayable() -> impl Strategy<Value = Offer> {
    let asset = prop::sample::select(vec!["EUR", "KRW", "USD", "BHD"]).prop_map(|code| Asset::fiat(code).unwrap());
    let price = (whole(), asset, 0u8..3).prop_map(|(amount, asset, kind)| match kind {
        0 => OfferPrice::Free,
        1 => OfferPrice::Fixed { amount, asset },
        _ => OfferPrice::AtLeast { amount, asset },
    });
    let to = prop_oneof![
        Just(Beneficiary::Owner),
        Just(Beneficiary::Operator),
        prop::sample::select(HANDLES.to_vec()).prop_map(|handle| Beneficiary::Payee(handle.to_owned()))
    ];
    let share = prop_oneof![(1u16..=600).prop_map(Share::BasisPoints), Just(Share::Fixed(Amount::from_u32(1)))];
    let leg = (name(), to.clone(), share).prop_map(|(label, to, share)| LegRule { label, to, share });
    let legs = (prop::collection::vec(leg, 0..15), name(), to, any::<prop::sample::Index>()).prop_map(|(mut legs, label, to, at)| {
        legs.insert(at.index(legs.len() + 1), LegRule { label, to, share: Share::Rest });
        legs
    });
    let spans = || prop_oneof![Just(60), Just(600), Just(86_400), 1u64..=100 * 366 * 86_400].prop_map(Span);
    let window = prop_oneof![1 => Just(Span(0)), 4 => spans()];
    let path = prop::sample::select(vec!["/a/*", "/", "/b/**", "/a\"b\\c/x", "/%EA%B0%80"]);
    let l402 = prop::sample::select(vec![None, Some(L402::After), Some(L402::First)]);
    let lasts = (prop::option::of(spans()), l402);
    (name(), path, prop_oneof![price.boxed(), metered().boxed(), filmed().boxed()], legs, window, any::<u16>(), lasts).prop_map(
        |(name, path, price, split, window, per_day, (lasts, l402))| {
            let unlock = Selector::new("news.example", path).unwrap();
            let is_film = matches!(price, OfferPrice::Metered(metered) if metered.video.is_some());
            let (window, per_day, lasts) = if is_film { (Span(0), 0, None) } else { (window, per_day, lasts) };
            let fall = if per_day % 2 == 0 { falling(&price, per_day) } else { None };
            let refund = RefundTerms { window, per_day };
            let offer = Offer { name, payee: "house".into(), unlock, price, split, refund, lasts, fall, l402 };
            let l402 = offer.l402.filter(|_| offer.fits_l402());
            Offer { l402, ..offer }
        },
    )
}

proptest! {
    /// What is taken to another instance is what stood here.
    #[test]
    fn any_offer_written_and_read_is_the_same(offer in sayable()) {
        // Fixed parts above the price are refused wherever an offer is set.
        prop_assume!(offer.lowest().is_none_or(|(least, _)| offer.divide(least).is_ok()));
        let offers = [offer];
        of_site(&offers, "house", |site| {
            let text = write(&offers, site).unwrap();
            prop_assert_eq!(parse(&text, site).unwrap(), offers.to_vec(), "{}", text);
            Ok(())
        })?;
    }

    /// Never other terms than those that stand: what a file cannot say is refused.
    #[test]
    fn what_no_file_says_is_not_written_as_something_else(offer in arbitrary::offer(World::Wide)) {
        let offers = [offer];
        of_site(&offers, "house", |site| {
            if let Ok(text) = write(&offers, site) {
                prop_assert_eq!(parse(&text, site).unwrap(), offers.to_vec(), "{}", text);
            }
            Ok(())
        })?;
    }
}

#[test]
fn several_offers_stand_in_one_file_as_people_write_it() {
    let text = r#"
[offer.harbour]
unlock = "https://news.example/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "72h", per_payer = "3/day" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "fee", to = "operator", fixed = "0.001 EUR" }, { label = "house", to = "self", rest = true }]

[offer."the day's tide"]
unlock = "https://news.example/day/**"
price = { at_least = "0.50 EUR" }
entitlement = { lasts = "90m" }

[offer.model]
unlock = "https://news.example/v1/complete"
price = { metered = "2.00 EUR", per = "1000000 token", most = 4000 }

[offer.gift]
unlock = "https://news.example/gift"
free = true
"#;
    of_site(&[], "house", |site| {
        let offers = parse(text, site).unwrap();
        let written = write(&offers, site).unwrap();
        assert_snapshot!(written);
        assert_eq!(write(&parse(&written, site).unwrap(), site), Ok(written), "written again it is the same");
        assert_eq!(write(&[], site), Err(Unwritable), "no offers are no file");
    });
}
