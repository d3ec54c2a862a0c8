//! The files that are built in can be read, and nothing else is taken for one.

use super::*;

#[test]
fn every_file_is_read_and_named_once() {
    let tags: Vec<&str> = Lang::all().map(Lang::tag).collect();
    assert_eq!(tags, ["en", "ko", "de", "en-IN", "fr", "ja", "es", "ar", "ar-EG"]);
    assert_eq!(Lang::named("EN-in").map(Lang::tag), Some("en-IN"));
    assert_eq!((Lang::named("en"), Lang::named("xx")), (Some(Lang::EN), None));
}

#[test]
fn a_file_is_read_strictly() {
    let good = FILES[0];
    assert!(Locale::parse(good).is_ok());
    for (was, is) in [
        ("tag = ", "tags = "),
        ("[time]\n", "[time]\nzone = \"UTC\"\n"),
        ("decimal = \".\"", "decimal = \"..\""),
        ("grouping = \"3\"", "grouping = \"0\""),
        ("digits = \"0123456789\"", "digits = \"012345678\""),
        ("plain = \"¤#\"", "plain = \"#\""),
        ("debit = \"−¤#\"", "debit = \"−¤##\""),
        ("percent = \"#%\"", "percent = \"%\""),
        ("EUR = \"€\"", "EURO = \"€\""),
        ("today = \"{clock} UTC\"", "today = \"{clock UTC\""),
        ("today = \"{clock} UTC\"", "today = \"{hour} UTC\""),
        ("today = \"{clock} UTC\"", "today = \"UTC\""),
        ("months = [\"Jan\", ", "months = ["),
    ] {
        assert!(good.contains(was), "{was}");
        assert!(Locale::parse(&good.replacen(was, is, 1)).is_err(), "{is} was taken");
    }
}

#[test]
fn numbers_are_grouped_as_each_language_groups_them() {
    let say = |tag: &str, number| Lang::named(tag).unwrap().locale().number(number);
    let texts: Vec<String> = ["en", "en-IN", "es", "ar-EG"].into_iter().map(|tag| say(tag, 1_234_567)).collect();
    assert_eq!(texts, ["1,234,567", "12,34,567", "1.234.567", "١٬٢٣٤٬٥٦٧"]);
    assert_eq!(
        (say("es", 1_234), say("es", 12_345), say("en", 999), say("en", 1_000)),
        ("1234".into(), "12.345".into(), "999".into(), "1,000".into())
    );
}
