//! Offer files: what people write, and every mistake named with its line and place.

use crate::offer_file::{Site, parse};
use insta::assert_snapshot;
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
    use proptest::prelude::*;

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
