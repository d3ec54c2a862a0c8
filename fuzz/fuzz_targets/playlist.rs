//! Playlists of a payee's films: what is read is written again as what it was, and no segment is without a length.
#![cfg_attr(fuzzing, no_main)]
use app::gateway::hls::{Of, Part, Playlist};
farthing_fuzz::target!(|bytes: &[u8]| {
    let Ok(playlist) = Playlist::parse(bytes) else { return };
    let written = playlist.written(|uri, _| Ok::<_, ()>(uri.to_owned())).unwrap_or_default();
    assert_eq!(Playlist::parse(written.as_bytes()).as_ref(), Ok(&playlist), "{written}");
    assert!(!playlist.0.iter().any(|part| matches!(part, Part::Address { of: Of::Segment(from, to), .. } if from >= to)));
});
