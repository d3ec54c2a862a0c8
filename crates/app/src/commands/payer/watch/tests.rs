//! Which rendition is taken, what a file remembers, and how spans are written.

use super::place::Place;
use super::reel::{Choice, Reel, variants};
use super::told::span;

const RENDITIONS: &[u8] = b"#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a,b\",URI=\"audio.m3u8\"\n\
    #EXT-X-STREAM-INF:BANDWIDTH=28000,CODECS=\"avc1.42c01e,mp4a\",RESOLUTION=480x270,AUDIO=\"a\"\nhigh.m3u8\n\
    #EXT-X-STREAM-INF:BANDWIDTH=24000,RESOLUTION=160x90\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=26000,RESOLUTION=320x180\nmid.m3u8\n";

#[test]
fn the_rendition_that_is_asked_for_is_taken() {
    let variants = variants(RENDITIONS).unwrap().unwrap();
    assert_eq!(variants.iter().map(|variant| variant.sound_apart).collect::<Vec<_>>(), [true, false, false]);
    for (asked, taken) in [
        ("best", "high.m3u8"),
        ("lowest", "low.m3u8"),
        ("180p", "mid.m3u8"),
        ("269p", "mid.m3u8"),
        ("1080p", "high.m3u8"),
        ("50p", "low.m3u8"),
    ] {
        assert_eq!(asked.parse::<Choice>().unwrap().of(variants.clone()).unwrap().uri, taken, "{asked}");
    }
    assert!(["", "p", "high", "-1p", "720"].iter().all(|odd| odd.parse::<Choice>().is_err()));
}

#[test]
fn a_rendition_is_its_segments_and_what_they_begin_with() {
    let text = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MAP:URI=\"a.mp4\"\n#EXTINF:6.006,\n0.m4s\n#EXTINF:6.006,\n1.m4s\n\
        #EXT-X-MAP:URI=\"b.mp4\"\n#EXTINF:2,\n2.m4s\n#EXT-X-ENDLIST\n";
    let reel = Reel::read(text).unwrap();
    assert_eq!((reel.is_whole, reel.target_s, reel.length_ms()), (true, 6, 14_012));
    let of = |at: usize| (reel.segments[at].from, reel.segments[at].to, reel.begins(&reel.segments[at]).unwrap());
    assert_eq!([of(0), of(1), of(2)], [(0, 6_006, "a.mp4"), (6_006, 12_012, "a.mp4"), (12_012, 14_012, "b.mp4")]);
    assert!(variants(text).unwrap().is_none());
    let locked = b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n#EXTINF:6,\n0.ts\n#EXT-X-ENDLIST\n";
    assert!(Reel::read(locked).unwrap_err().message.contains("encrypted"));
}

#[test]
fn an_unfinished_file_is_gone_on_with_and_a_finished_one_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, url) = (folder.path().join("film.ts"), "https://tv.example/a.m3u8");
    let mut place = Place::open(Some(&path), url).unwrap();
    assert!(!place.write(2_000, b"one").unwrap());
    drop(place);
    // It died in the middle of the second.
    std::fs::write(&path, b"onetw").unwrap();
    let mut place = Place::open(Some(&path), url).unwrap();
    assert_eq!(place.next_ms(), 2_000);
    let begins = |token: &str| format!("/.well-known/farthing/watch/{token}/film/init.mp4");
    assert!(place.has_not(&begins("AAAA")));
    place.write_beginning(&begins("AAAA"), b"+").unwrap();
    assert!(!place.has_not(&begins("BBBB")), "the same, under the address of another session");
    assert!(!place.write(4_000, b"two").unwrap());
    assert!(Place::open(Some(&path), "https://tv.example/b.m3u8").is_err(), "another film");
    place.finish().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"one+two");
    assert!(Place::open(Some(&path), url).is_err(), "it is whole, and stays");
}

#[test]
fn a_span_is_written_as_players_do() {
    assert_eq!([0, 999, 24_000, 59_999, 61_000, 3_723_000].map(span), ["0:00", "0:00", "0:24", "0:59", "1:01", "1:02:03"]);
}
