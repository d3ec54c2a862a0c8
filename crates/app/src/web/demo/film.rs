//! The demo's film: 24 seconds of a boat, in three renditions of twelve segments, and the page that plays them.
//!
//! The segments were made once, by ffmpeg and without any file but these lines, for each rendition (`low` 160x90 crf 33, `mid` 320x180
//! crf 31, `high` 480x270 crf 30):
//!
//! ```text
//! ffmpeg -f lavfi -i "gradients=s=640x360:r=12:d=24:c0=0x0b2239:c1=0x6d7f8f:nb_colors=2:x0=320:y0=0:x1=320:y1=230:speed=0.00001"
//!   -f lavfi -i "color=0xd9a066:s=44x44:r=12:d=24" -f lavfi -i "color=0x0a1a2a:s=640x136:r=12:d=24"
//!   -f lavfi -i "color=0x1f1410:s=92x16:r=12:d=24" -f lavfi -i "color=0x1f1410:s=5x64:r=12:d=24"
//!   -filter_complex "[0][1]overlay=x=430:y='232-4*t'[a];[a][2]overlay=x=0:y=224[b];[b][3]overlay=x='30+16*t':y=230[c];
//!     [c][4]overlay=x='72+16*t':y=168,scale=SIZE"
//!   -c:v libx264 -profile:v baseline -preset veryslow -crf CRF -pix_fmt yuv420p -g 24 -keyint_min 24 -sc_threshold 0 -bf 0
//!   -bitexact -map_metadata -1 -f hls -hls_time 2 -hls_list_size 0 -hls_playlist_type vod -hls_segment_filename NAME-%02d.ts NAME.m3u8
//! ```
//!
//! `hls.light.min.js` is `dist/hls.light.min.js` of the npm package hls.js 1.6.19 (Apache-2.0), byte for byte.

use super::page;
use maud::{PreEscaped, html};
use std::borrow::Cow;
use std::fmt::Write;

const PLAYLIST: &str = "application/vnd.apple.mpegurl";
const SCRIPT: &str = "text/javascript; charset=utf-8";
/// Seconds of a segment.
const SEGMENT_S: u32 = 2;

macro_rules! rendition {
    ($name:literal) => {
        rendition!($name: "00" "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11")
    };
    ($name:literal: $($number:literal)*) => {
        [$(include_bytes!(concat!("film/", $name, "-", $number, ".ts")).as_slice()),*]
    };
}

/// Renditions: name, bits a second, size, segments.
const RENDITIONS: [(&str, u32, &str, [&[u8]; 12]); 3] = [
    ("low", 24_000, "160x90", rendition!("low")),
    ("mid", 26_000, "320x180", rendition!("mid")),
    ("high", 28_000, "480x270", rendition!("high")),
];

/// What stands under a path of the film, as content type and body.
#[must_use]
pub fn demo_film(path: &str) -> Option<(&'static str, Cow<'static, [u8]>)> {
    let text = |kind, text: String| Some((kind, Cow::Owned(text.into_bytes())));
    match path {
        "/film" => return text(super::PAGE, film()),
        "/film.js" => return text(SCRIPT, include_str!("film/player.js").to_owned()),
        "/hls.js" => return Some((SCRIPT, Cow::Borrowed(include_bytes!("film/hls.light.min.js").as_slice()))),
        "/film/main.m3u8" => return text(PLAYLIST, renditions()),
        _ => {}
    }
    let name = path.strip_prefix("/film/")?;
    for (rendition, _, _, segments) in &RENDITIONS {
        let Some(rest) = name.strip_prefix(rendition) else { continue };
        if rest == ".m3u8" {
            return text(PLAYLIST, playlist(rendition, segments.len()));
        }
        let number: usize = rest.strip_prefix('-')?.strip_suffix(".ts")?.parse().ok()?;
        return segments.get(number).map(|bytes| ("video/mp2t", Cow::Borrowed(*bytes)));
    }
    None
}

fn renditions() -> String {
    RENDITIONS.iter().fold("#EXTM3U\n#EXT-X-VERSION:3\n".to_owned(), |mut text, (name, bits, size, _)| {
        let stream = format!("#EXT-X-STREAM-INF:BANDWIDTH={bits},RESOLUTION={size},CODECS=\"avc1.42c01e\"\n{name}.m3u8\n");
        text.push_str(&stream);
        text
    })
}

fn playlist(name: &str, segments: usize) -> String {
    let mut text = format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{SEGMENT_S}\n#EXT-X-PLAYLIST-TYPE:VOD\n");
    for number in 0..segments {
        writeln!(text, "#EXTINF:{SEGMENT_S}.000,\n{name}-{number:02}.ts").expect("a String takes all text");
    }
    text.push_str("#EXT-X-ENDLIST\n");
    text
}

fn film() -> String {
    let content = html! {
        article {
            div.kick { "Filmed" }
            h1 { "A boat before dawn" }
            div.by { "By Ines Aldane" }
            p { "Twenty-four seconds of a boat that leaves the harbour, and of the sun, which is in less of a hurry." }
            (PreEscaped("<!-- farthing:more -->"))
            video controls muted autoplay playsinline width="480" height="270" data-playlist="/film/main.m3u8" aria-label="A boat before dawn" {}
            p #stopped role="status" hidden { "What you held is used up. " a #more href="/film" { "Hold more and go on" } "." }
            p #full role="status" hidden { "It is watched on two devices already. " a #which href="/film" { "Choose which one stops" } "." }
            div #standing hidden {
                p { "Paid so far: " span #spent {} ". Left: " span #left {} "." }
                form method="post" action="/.well-known/farthing/watch/stop" {
                    input type="hidden" name="page" value="/film";
                    button type="submit" { "Stop, and give back what is left" }
                }
            }
            script src="/hls.js" {}
            script src="/film.js" {}
        }
    };
    page("A boat before dawn", "Twenty-four seconds of a boat that leaves the harbour.", &content)
}
