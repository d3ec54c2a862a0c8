//! Words of the stream and of receivers: a place in the stream has one text; patience is read from seconds or a date.
#![cfg_attr(fuzzing, no_main)]
use {app::events::Seq, app::hooks::schedule::retry_after, money::Timestamp};

farthing_fuzz::target!(|word: &str| {
    assert!(Seq::parse(word).is_err() || Seq::parse(word).is_ok_and(|seq| seq.to_string() == word));
    let ids = (app::hooks::parse_id(word).map(app::hooks::id_text), app::keys::parse_id(word).map(app::keys::id_text));
    assert!(ids.0.is_none_or(|id| id == word) && ids.1.is_none_or(|id| id == word));
    let _ = retry_after(word, Timestamp::from_seconds(1_790_000_000));
});
