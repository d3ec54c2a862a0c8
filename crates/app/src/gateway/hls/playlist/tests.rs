//! Playlists that are sold, and every reason why one is not.

use super::*;

fn read(text: &str) -> Result<Vec<(String, Of)>, String> {
    let playlist = Playlist::parse(text.as_bytes()).map_err(|invalid| invalid.to_string())?;
    let addresses = playlist.0.into_iter().filter_map(|part| match part {
        Part::Address { uri, of } => Some((uri, of)),
        Part::Text(_) => None,
    });
    Ok(addresses.collect())
}

fn written(text: &str) -> String {
    let write = |uri: &str, _| Ok::<_, ()>(format!("<{uri}>"));
    Playlist::parse(text.as_bytes()).unwrap().written(write).unwrap()
}

#[test]
fn a_break_that_the_playlist_marks_costs_nothing() {
    let of = |range: &str| {
        let live = "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:01:00Z\n#EXTINF:6,\n0.ts\n#EXTINF:6,\n1.ts\n#EXTINF:6,\n2.ts\n";
        let all = read(&format!("{SEGMENTS}{live}{range}\n")).unwrap();
        all.into_iter().map(|(_, of)| of).collect::<Vec<_>>()
    };
    let paid = [Of::Segment(60_000, 66_000), Of::Segment(66_000, 72_000), Of::Segment(72_000, 78_000)];
    let broken = vec![paid[0], Of::Break(66_000, 72_000), paid[2]];
    assert_eq!(of("#EXT-X-DATERANGE:ID=\"a\",CLASS=\"ad\",START-DATE=\"1970-01-01T00:01:06Z\",DURATION=6.0"), broken);
    assert_eq!(of("#EXT-X-DATERANGE:ID=\"a\",SCTE35-OUT=0xFC,START-DATE=\"1970-01-01T00:01:06Z\",PLANNED-DURATION=6"), broken);
    let in_two = "#EXT-X-DATERANGE:ID=\"a\",SCTE35-OUT=0xFC,START-DATE=\"1970-01-01T00:01:06Z\"\n\
        #EXT-X-DATERANGE:ID=\"a\",SCTE35-IN=0xFC,END-DATE=\"1970-01-01T00:01:12Z\"";
    assert_eq!(of(in_two), broken);
    // Half a segment, another kind of range, one without an end: paid.
    assert_eq!(of("#EXT-X-DATERANGE:ID=\"a\",CLASS=\"ad\",START-DATE=\"1970-01-01T00:01:08Z\",DURATION=4"), paid);
    assert_eq!(of("#EXT-X-DATERANGE:ID=\"a\",CLASS=\"chapter\",START-DATE=\"1970-01-01T00:01:06Z\",DURATION=6"), paid);
    assert_eq!(of("#EXT-X-DATERANGE:ID=\"a\",CLASS=\"ad\",START-DATE=\"1970-01-01T00:01:06Z\""), paid);
    for odd in ["CLASS=\"ad\"", "ID=\"a\",START-DATE=\"soon\"", "ID=\"a\",DURATION=-1"] {
        assert!(read(&format!("{SEGMENTS}#EXT-X-DATERANGE:{odd}\n")).is_err(), "{odd}");
    }
}

const SEGMENTS: &str = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n";

#[test]
fn segments_lie_where_their_lengths_add_up() {
    let text = format!(
        "{SEGMENTS}#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:6.006,\n0.m4s\n#EXTINF:6.006,a, b\n1.m4s\n#EXTINF:0.9999999\n2.m4s\n#EXT-X-ENDLIST\n"
    );
    let of = [
        ("init.mp4", Of::Aid),
        ("0.m4s", Of::Segment(0, 6_006)),
        ("1.m4s", Of::Segment(6_006, 12_012)),
        ("2.m4s", Of::Segment(12_012, 13_011)),
    ];
    assert_eq!(read(&text), Ok(of.map(|(uri, of)| (uri.to_owned(), of)).to_vec()));
}

#[test]
fn a_clock_says_where_a_moving_window_lies() {
    let live = "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:01:00.5+00:00\n#EXTINF:2,\n7.ts\n";
    assert_eq!(read(&format!("{SEGMENTS}{live}")), Ok(vec![("7.ts".to_owned(), Of::Segment(60_500, 62_500))]));
    let lost = format!("{SEGMENTS}#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:2,\n7.ts\n");
    assert!(read(&lost).unwrap_err().contains("EXT-X-PROGRAM-DATE-TIME"));
}

#[test]
fn what_is_understood_goes_out_and_the_rest_stays() {
    let text = "#EXTM3U\r\n#EXT-X-VERSION:7\r\n# a comment\r\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a,b\",NAME=\"x\",URI=\"a.m3u8\",DEFAULT=YES\n\
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"en\",URI=\"s.m3u8\"\n#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\",NAME=\"en\"\n\
        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI=\"i.m3u8\"\n#EXT-X-CONTENT-STEERING:SERVER-URI=\"/x\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n";
    insta::assert_snapshot!(written(text));
    let low_latency = format!(
        "{SEGMENTS}#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n#EXT-X-PART-INF:PART-TARGET=0.3\n#EXTINF:6,\n0.m4s\n\
        #EXT-X-PART:DURATION=0.3,URI=\"1.0.m4s\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"1.1.m4s\"\n#EXT-X-RENDITION-REPORT:URI=\"/other.m3u8\"\n"
    );
    insta::assert_snapshot!(written(&low_latency));
}

#[test]
fn what_is_not_understood_is_not_sold() {
    let segments = |more: &str| read(&format!("{SEGMENTS}{more}")).unwrap_err();
    let refused = [
        read("").unwrap_err(),
        read("#EXTM3U\n").unwrap_err(),
        read("#EXTM3U\n#EXTINF:2,\n0.ts\n").unwrap_err(),
        read("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n").unwrap_err(),
        read("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n#EXT-X-TARGETDURATION:6\n#EXTINF:2,\n0.ts\n").unwrap_err(),
        segments("0.ts\n"),
        segments("#EXTINF:6,\n0.ts\n1.ts\n"),
        segments("#EXTINF:6,\n#EXTINF:6,\n1.ts\n"),
        segments("#EXTINF:6.5,\n0.ts\n"),
        segments("#EXTINF:0,\n0.ts\n"),
        segments("#EXTINF:-1,\n0.ts\n"),
        segments("#EXTINF:1e3,\n0.ts\n"),
        segments("#EXTINF:,\n0.ts\n"),
        segments("#EXT-X-TARGETDURATION:6\n"),
        segments("#EXT-X-BYTERANGE:10@0\n"),
        segments("#EXT-X-MAP:URI=\"a\",BYTERANGE=\"10@0\"\n"),
        segments("#EXT-X-MAP:URI=\"a\n"),
        segments("#EXT-X-MAP:URI=a\n"),
        segments("#EXT-X-MAP:URI=\"a\"URI=\"b\"\n"),
        segments("#EXT-X-MAP:URI=\"a\",URI=\"b\"\n"),
        segments("#EXT-X-KEY:METHOD\n"),
        segments("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"b\"\n"),
        segments("#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n"),
        segments("#EXT-X-PROGRAM-DATE-TIME:yesterday\n"),
        segments("#EXTINF:6,\n0\u{1}.ts\n"),
    ];
    insta::assert_snapshot!(refused.join("\n"));
    assert!(Playlist::parse(&[b"#EXTM3U\n".as_slice(), &[0xff]].concat()).is_err());
    assert!(Playlist::parse(&vec![b'#'; MOST_BYTES + 1]).is_err());
}

/// Lines of which playlists are made, well and badly.
const LINES: [&str; 22] = [
    "#EXT-X-TARGETDURATION:6",
    "#EXTINF:6.006,",
    "#EXTINF:2,t",
    "#EXTINF:0.0005,",
    "#EXT-X-STREAM-INF:BANDWIDTH=1",
    "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a\",URI=\"a.m3u8\"",
    "#EXT-X-MEDIA:TYPE=SUBTITLES,URI=\"s.m3u8\",NAME=\"é\"",
    "#EXT-X-KEY:METHOD=AES-128,URI=\"\"",
    "#EXT-X-MAP:URI=\"i.mp4\",X=1",
    "#EXT-X-MEDIA-SEQUENCE:3",
    "#EXT-X-PROGRAM-DATE-TIME:2026-12-05T20:00:00Z",
    "#EXT-X-DISCONTINUITY",
    "#EXT-X-ENDLIST",
    "#EXT-X-PART:DURATION=1,URI=\"p\"",
    "#EXT-X-UNKNOWN",
    "# comment",
    "",
    "a.ts",
    " b.ts?x=\"1\" ",
    "c.m3u8",
    "#EXT-X-DATERANGE:ID=\"a\"",
    "\t",
];

/// Whatever is read is written as what it was, and a segment has a length and an address.
#[test]
fn what_is_read_is_written_as_what_it_was() {
    let mut dice = 1_u64;
    let mut below = |most: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % most
    };
    let mut read = 0;
    for _ in 0..20_000 {
        let lines: Vec<&str> = (0..below(8)).map(|_| LINES[below(LINES.len())]).collect();
        let mut bytes = format!("#EXTM3U\n{}", lines.join("\n")).into_bytes();
        if below(3) == 0 {
            let at = below(bytes.len());
            bytes[at] = u8::try_from(below(256)).unwrap();
        }
        let Ok(playlist) = Playlist::parse(&bytes) else { continue };
        read += 1;
        let text = playlist.written(|uri, _| Ok::<_, ()>(uri.to_owned())).unwrap();
        assert_eq!(Playlist::parse(text.as_bytes()).as_ref(), Ok(&playlist), "{text}");
        let bad = |part: &Part| matches!(part, Part::Address { of: Of::Segment(from, to), .. } if from >= to);
        assert!(!playlist.0.iter().any(bad), "{text}");
    }
    assert!(read > 500, "{read} of them are playlists");
}
