//! Offers of what other servers sell: read, written again, and each mistake named.

use crate::offer_file::{Site, parse, write};
use crate::{Offer, OfferPrice, SETTLED_PATH};
use money::{Amount, Asset};

fn read(text: &str) -> Result<Vec<Offer>, Vec<String>> {
    let handles = ["ann".to_owned(), "harbour".to_owned()];
    let site = Site { realm: "news.example", payee: "harbour", handles: &handles };
    let offers = parse(text, &site).map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let again = parse(&write(&offers, &site).unwrap(), &site).unwrap();
    assert_eq!(again, offers, "written and read again");
    Ok(offers)
}

#[test]
fn the_other_server_names_the_price_and_the_offer_the_most() {
    let text = "[offer.others]\nconsume = \"x402:*\"\nprice = { at_most = \"1.00 EUR\" }\n\
                split = [{ label = \"writer\", to = \"ann\", bp = 7000 }, { label = \"house\", to = \"self\", rest = true }]\n";
    let offers = read(text).unwrap();
    let [offer] = &offers[..] else { panic!("{offers:?}") };
    assert_eq!(offer.settles(), Some((Amount::from_u32(1_000_000), Asset::fiat("EUR").unwrap())));
    assert_eq!((offer.unlock.realm(), offer.unlock.path()), ("news.example", SETTLED_PATH));
    assert_eq!((offer.lasts, offer.refund.window.0), (None, 0));
    assert_eq!(Offer::from_document(&offer.document()).as_ref(), Ok(offer));
    assert_ne!(read(&text.replace("1.00", "2.00")).unwrap()[0].id(), offer.id(), "the most is part of the terms");
}

#[test]
fn only_such_an_offer_settles() {
    let calls =
        "[offer.calls]\nunlock = \"https://news.example/c/*\"\nprice = { metered = \"0.000001 EUR\", per = \"1 x402\", most = 1000000 }\n";
    let offers = read(calls).unwrap();
    assert!(matches!(offers[0].price, OfferPrice::Metered(_)) && offers[0].settles().is_none());
}

#[test]
fn it_stands_beside_an_offer_of_all_pages() {
    let both = "[offer.all]\nunlock = \"https://news.example/**\"\nprice = { fixed = \"0.05 EUR\" }\n\
                [offer.others]\nconsume = \"x402:*\"\nprice = { at_most = \"1.00 EUR\" }\n";
    let offers = read(both).unwrap();
    assert!(!offers[0].meets(&offers[1]) && offers[0].meets(&offers[0]) && offers[1].meets(&offers[1]));
}

#[test]
fn every_mistake_is_named() {
    let code = |text: &str| read(text).unwrap_err().join("\n");
    let both = "[offer.a]\nconsume = \"x402:*\"\nunlock = \"https://news.example/a\"\nprice = { at_most = \"1.00 EUR\" }\n";
    assert!(code(both).contains("(offer-verb)"));
    for (price, word) in [
        ("", "(offer-without-price)"),
        ("price = { fixed = \"1.00 EUR\" }\n", "(offer-without-price)"),
        ("price = \"1.00 EUR\"\n", "(offer-without-price)"),
        ("price = { at_most = \"0.00 EUR\" }\n", "(price-zero)"),
        ("price = { at_most = \"1.00 EUR\", per = \"1 call\" }\n", "(offer-unknown-key)"),
        ("price = { at_most = \"1.00 EUR\" }\nrefund = { window = \"10m\" }\n", "(offer-unknown-key)"),
    ] {
        let said = code(&format!("[offer.a]\nconsume = \"x402:*\"\n{price}"));
        assert!(said.contains(word), "{price}: {said}");
    }
    let twice = "[offer.a]\nconsume = \"x402:*\"\nprice = { at_most = \"1.00 EUR\" }\n[offer.b]\nconsume = \"x402:*\"\nprice = { at_most = \"2.00 EUR\" }\n";
    assert!(code(twice).contains("(selector-overlap)"));
}
