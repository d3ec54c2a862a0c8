//! The files that are built in can be read and nothing else is taken for one; what the sources say exists in each language.

use super::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn every_file_is_read_and_named_once() {
    let tags: Vec<&str> = Lang::all().map(Lang::tag).collect();
    assert_eq!(tags, ["en", "ko", "de", "en-IN", "fr", "ja", "es", "ar", "ar-EG"]);
    assert_eq!(Lang::named("EN-in").map(Lang::tag), Some("en-IN"));
    assert_eq!((Lang::named("en"), Lang::named("xx")), (Some(Lang::EN), None));
}

#[test]
fn a_file_is_read_strictly() {
    let good = BUILT_IN[0].0;
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
        ("today = \"{clock} {zone}\"", "today = \"{clock {zone}\""),
        ("today = \"{clock} {zone}\"", "today = \"{hour} {zone}\""),
        ("today = \"{clock} {zone}\"", "today = \"{zone}\""),
        ("full = \"{day} {month} {year}, {clock} {zone}\"", "full = \"{day} {month} {year}, {clock} UTC\""),
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

#[test]
fn a_reader_gets_the_first_language_that_we_have() {
    let say = |wish| Lang::of_reader(Some(wish)).tag();
    for (wish, tag) in [
        ("ko-KR,ko;q=0.9,en-US;q=0.8", "ko"),
        ("de-CH", "de"),
        ("en-in", "en-IN"),
        ("en-GB, ko;q=0.5", "en"),
        // Without sentences of its own yet.
        ("fr-FR, fr;q=0.9, ko;q=0.8", "ko"),
        ("fr", "en"),
        ("zh-Hant-TW, *;q=0.5", "en"),
        ("en;q=0.3, de;q=0.7", "de"),
        ("ko;q=0, de;q=0.1", "de"),
        ("", "en"),
    ] {
        assert_eq!(say(wish), tag, "{wish}");
    }
    assert_eq!(Lang::of_reader(None), Lang::EN);
}

/// Names of the messages of a file, each with the arguments it wants.
fn messages(file: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut last = "";
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase())) {
            assert!(found.insert(name, BTreeSet::new()).is_none(), "{name} stands twice");
            last = name;
        }
        let wanted = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap());
        found.entry(last).or_default().extend(wanted);
    }
    found.remove("");
    found
}

#[test]
fn every_language_has_all_messages_with_the_same_arguments() {
    let english = messages(ENGLISH);
    assert!(english.len() > 200);
    for (locale, file) in BUILT_IN {
        let Some(file) = file else { continue };
        assert_eq!(messages(file), english, "{}", locale.lines().next().unwrap());
        let strange =
            |c: char| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!file.contains(strange), "nobody sees what this character does");
    }
}

/// The names that [`say`] and [`plain`] are given anywhere in the sources.
fn used(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_str().unwrap();
        if entry.is_dir() {
            used(&entry, names);
        } else if name.ends_with(".rs") && !matches!(name, "texts.rs" | "tests.rs") {
            let source = fs::read_to_string(&entry).unwrap();
            let calls = source.split("say!(").skip(1).chain(source.split("plain!(").skip(1));
            names.extend(calls.map(|call| call.split('"').nth(1).unwrap().to_owned()));
        }
    }
}

#[test]
fn every_message_is_used_and_every_name_used_is_a_message() {
    let mut names = BTreeSet::new();
    used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut names);
    assert_eq!(names, messages(ENGLISH).into_keys().map(str::to_owned).collect());
}

#[test]
fn what_a_language_does_not_say_is_said_in_english() {
    let partial = Texts::parse("ko", "undo = 취소\nuntil = { $when }까지\n").unwrap();
    let say = |name, args: &[(&'static str, Arg<'_>)]| unmarked(Lang::EN, &sentence(Some(&partial), Id(name), args), args);
    assert_eq!(say("undo", &[]), "취소");
    assert_eq!(say("receipt", &[]), "Receipt");
    assert_eq!(say("until", &[("time", Arg::Own("14:32".into()))]), "until 14:32", "an argument of another name is no argument");
    for wrong in ["undo", "undo = { $", "undo = a\nundo = b\n"] {
        assert!(Texts::parse("ko", wrong).is_err(), "{wrong} was taken");
    }
}

#[test]
fn arguments_are_text_and_only_their_own_marks_are_marks() {
    let hostile = "</bdi><b>x</b>&\u{e000}0\u{e001}{ $time }";
    let marked = say!(Lang::EN, "go-to-site", site: hostile).into_string();
    assert_eq!(marked, "Go to <bdi>&lt;/bdi&gt;&lt;b&gt;x&lt;/b&gt;&amp;\u{e000}0\u{e001}{ $time }</bdi>");
    assert_eq!(plain!(Lang::EN, "go-to-site", site: hostile), format!("Go to {hostile}"));
    assert_eq!(say!(Lang::EN, "sheet-pay", price: "<i>".to_owned()).into_string(), "Pay &lt;i&gt;");
    let risen = say!(Lang::EN, "sheet-dearer").into_string();
    assert!(risen.starts_with("<b>The price has risen</b> since"), "{risen}");
}

#[test]
fn numbers_choose_the_sentence_and_are_grouped() {
    let say = |tag, count| plain!(Lang::named(tag).unwrap(), "span-days", count: count);
    assert_eq!([say("en", 1), say("en", 1_234), say("en-IN", 123_456)], ["1 day", "1,234 days", "1,23,456 days"]);
    assert_eq!([say("de", 1), say("de", 1_234), say("ko", 7)], ["1 Tag", "1.234 Tage", "7일"]);
}
