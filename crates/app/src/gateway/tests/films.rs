//! Films over the door: playlists made for a session, segments that are drawn once, a hold that is used up and raised.

use super::people::HTML;
use super::*;
use crate::codes::Grant;
use http::Response;
use market::{Command, EndReason, Maker, OpenSession, RaiseSession, Session, SessionKind, SessionTerms};
use money::{CommandId, Party};
use std::fmt::Write;

pub(super) const FILMS: &str = r#"
[offer.derby]
consume = "hls:http://news.localhost/film/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "0.10 EUR" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]
"#;
const MEDIA: &str = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n";

const CLOCK: &str = "#EXT-X-PROGRAM-DATE-TIME:2026-12-05T20:00:00Z\n";
/// From the second segment of 6.006 s to the third.
const BREAK: &str = "#EXT-X-DATERANGE:ID=\"b\",CLASS=\"ad\",START-DATE=\"2026-12-05T20:00:06.006Z\",DURATION=6.006\n";

fn lines(count: usize, seconds: &str) -> String {
    (0..count).map(|at| format!("#EXTINF:{seconds},\nlow/{at}.m4s\n")).collect()
}

/// What the payee's server says under `/film`: segments of 6.006 s in three renditions.
pub(super) fn answer(path: &str) -> Response<Full<Bytes>> {
    let said = |kind: &str, text: &str| Response::builder().header("content-type", kind).body(Full::from(text.to_owned())).unwrap();
    let playlist = |text: &str| said("application/vnd.apple.mpegurl", text);
    match path {
        "/film" => said("text/html", "<title>The derby</title><body><video></video></body>"),
        "/film/main.m3u8" => playlist(
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"audio.m3u8\"\n\
             #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"s\",URI=\"subs.m3u8\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n/film/high.m3u8\n",
        ),
        "/film/low.m3u8" | "/film/high.m3u8" | "/film/audio.m3u8" => {
            let rendition = path.trim_start_matches("/film/").trim_end_matches(".m3u8");
            let mut text = format!("{MEDIA}#EXT-X-MAP:URI=\"{rendition}/init.mp4\"\n");
            (0..20).for_each(|at| write!(text, "#EXTINF:6.006,\n{rendition}/{at}.m4s\n").unwrap());
            playlist(&format!("{text}#EXT-X-ENDLIST\n"))
        }
        "/film/subs.m3u8" => playlist("#EXTM3U\n#EXT-X-TARGETDURATION:120\n#EXTINF:120,\nsubs/0.vtt\n"),
        "/film/odd.m3u8" => playlist(&format!("{MEDIA}low/0.m4s\n")),
        "/film/long.m3u8" => playlist(&format!("{MEDIA}#EXTINF:7,\nlow/0.m4s\n")),
        "/film/out.m3u8" => playlist(&format!("{MEDIA}#EXTINF:6,\n../free/0.m4s\n")),
        "/film/abroad.m3u8" => playlist(&format!("{MEDIA}#EXTINF:6,\nhttps://cdn.example/0.m4s\n")),
        "/film/fails.m3u8" => {
            playlist(&format!("{MEDIA}#EXTINF:6,\nfails/500.m4s\n#EXTINF:6,\nfails/302.m4s\n#EXTINF:6,\nfails/404.m4s\n"))
        }
        "/film/ads.m3u8" => playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlive.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nodd-live.m3u8\n"),
        "/film/live.m3u8" => playlist(&format!("{MEDIA}{CLOCK}{BREAK}{}", lines(3, "6.006"))),
        "/film/odd-live.m3u8" => playlist(&format!("{MEDIA}{CLOCK}{BREAK}{}", lines(4, "4.004"))),
        "/film/fails/500.m4s" => Response::builder().status(500).body(Full::default()).unwrap(),
        "/film/fails/404.m4s" => Response::builder().status(404).body(Full::default()).unwrap(),
        "/film/fails/302.m4s" => Response::builder().status(302).header("location", "/free").body(Full::default()).unwrap(),
        path => said("video/iso.segment", path),
    }
}

/// Somebody with a session, and the cookie of a browser.
pub(super) struct Viewer {
    pub key: SigningKey,
    pub session: CommandId,
    pub cookie: String,
}

impl Bed {
    pub(super) async fn films() -> Bed {
        let origin = Origin::start().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("films.toml"), FILMS).unwrap();
        let at = origin.address;
        Bed::open_with(folder, at, origin, ("films.toml", "")).await
    }

    async fn ordered(&self, maker: Party, id: CommandId, body: Body) {
        self.opened.instance.apply(Command { id, maker: Maker::Party(maker), body }).await.unwrap().outcome.effect().unwrap();
    }

    /// Somebody who pressed in the wallet, which holds 0.10.
    pub(super) async fn viewer(&self, number: u64) -> Viewer {
        let key = self.wallet(number, 1_000_000).await;
        let (payer, session) = (key.public().account(), world::command_id());
        let (offer, _) = self.opened.instance.offer_for(HOST, "/film").unwrap();
        let terms = SessionTerms { kind: SessionKind::Trusted, voucher_key: [0; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
        let (until, cap) = (world::now().after(Span(3_600)), Amount::from_u32(100_000));
        let open = OpenSession { offer, asset: eur(), cap, first: Amount::ZERO, until, terms, proof: None };
        self.ordered(payer, session, Body::OpenSession(Box::new(open))).await;
        let st = "A".repeat(22);
        let st_hash = super::super::human::st_hash(&st);
        let grant = Grant { realm: HOST.to_owned(), party: payer, sale: session, st_hash, item: "/film".to_owned(), quote: None };
        let code = self.opened.instance.codes.issue(grant, world::now());
        let st = format!("__Host-farthing_st={st}");
        let back = self.ask(request("GET", &format!("/.well-known/farthing/return?code={code}"), &[("cookie", &st)])).await;
        assert_eq!((back.status.as_u16(), back.header("location")), (303, "/film"));
        let cookie = format!("__Host-farthing_ent={}", back.cookie("__Host-farthing_ent").unwrap());
        Viewer { key, session, cookie }
    }

    pub(super) async fn row_of(&self, id: CommandId) -> Session {
        self.opened.instance.look(move |state, _| state.session(id).cloned()).await.unwrap().unwrap()
    }

    pub(super) async fn drawn(&self, viewer: &Viewer) -> u64 {
        self.row_of(viewer.session).await.drawn.units()
    }
}

impl Viewer {
    pub(super) async fn get(&self, bed: &Bed, path: &str) -> Answer {
        bed.ask(request("GET", path, &[("cookie", &self.cookie)])).await
    }

    /// The addresses of a playlist, in its order.
    async fn addresses(&self, bed: &Bed, path: &str) -> Vec<String> {
        let answer = self.get(bed, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let text = answer.text();
        let starts = text.match_indices("/.well-known/farthing/watch/").map(|(at, _)| at);
        starts.map(|at| text[at..].split(['"', '\n']).next().unwrap().to_owned()).collect()
    }

    /// The segments of the renditions of the film: audio, low, high; each after its beginning.
    pub(super) async fn renditions(&self, bed: &Bed) -> [Vec<String>; 3] {
        let of = self.addresses(bed, "/film/main.m3u8").await;
        let [audio, _, low, high] = of.as_slice() else { panic!("{of:?}") };
        [self.addresses(bed, audio).await, self.addresses(bed, low).await, self.addresses(bed, high).await]
    }

    async fn raise(&self, bed: &Bed) {
        let raise = RaiseSession { session: self.session, additional: Amount::from_u32(100_000), proof: None };
        bed.ordered(self.key.public().account(), world::command_id(), Body::RaiseSession(raise)).await;
    }
}

#[tokio::test]
async fn a_film_plays_until_the_hold_is_empty_on_every_rendition_and_goes_on_when_it_is_raised() {
    let bed = Bed::films().await;
    let alice = bed.viewer(1).await;
    let page = alice.get(&bed, "/film").await;
    assert_eq!((page.status.as_u16(), page.text().contains("<video>")), (200, true));
    let [audio, low, high] = alice.renditions(&bed).await;
    assert_eq!((low.len(), alice.get(&bed, &low[0]).await.text().as_str()), (21, "/film/low/init.mp4"));
    assert_eq!(bed.drawn(&alice).await, 0, "what a rendition begins with costs nothing");
    for (at, address) in low.iter().skip(1).take(8).enumerate() {
        let segment = alice.get(&bed, address).await;
        assert_eq!((segment.status.as_u16(), segment.text()), (200, format!("/film/low/{at}.m4s")));
    }
    assert_eq!(bed.drawn(&alice).await, 96_096);
    for rendition in [&low, &high, &audio] {
        let no = alice.get(&bed, &rendition[9]).await;
        assert_eq!(no.refusal(), (402, "hold-exhausted".to_owned()));
        assert_eq!((&no.json()["requiredCumulative"], &no.json()["hold"]), (&"108108".into(), &"100000".into()));
    }
    assert!(bed.origin.asked("/film/low/8.m4s").is_empty(), "what is not covered is not asked of the origin");
    assert_eq!(alice.get(&bed, &high[3]).await.status, StatusCode::OK, "what was watched is free, also now");
    let standing = alice.get(&bed, "/.well-known/farthing/watch?page=/film").await.json();
    assert_eq!((&standing["left"], &standing["secondsLeft"]), (&"0.003904 EUR".into(), &1.into()));

    alice.raise(&bed).await;
    for address in [&low[9], &high[9], &low[9], &audio[2]] {
        assert_eq!(alice.get(&bed, address).await.status, StatusCode::OK);
    }
    assert_eq!(bed.drawn(&alice).await, 108_108, "another rendition, and a seek back, draw nothing");
    let seen = bed.origin.asked("/film/low/8.m4s").pop().unwrap().headers;
    assert_eq!((&seen["farthing-paid"], seen["farthing-payer"].is_empty()), (&HeaderValue::from_static("session"), false));

    let stop = with_body(
        "POST",
        "/.well-known/farthing/watch/stop",
        &[("cookie", &alice.cookie), ("sec-fetch-site", "same-origin")],
        "page=%2Ffilm",
    );
    assert_eq!(bed.ask(stop).await.header("location"), "/film");
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (891_892, 108_108));
    assert_eq!(alice.get(&bed, &low[1]).await.refusal(), (410, "channel-not-found".to_owned()), "its addresses are dead");
    assert_eq!(alice.get(&bed, "/film/main.m3u8").await.status, StatusCode::PAYMENT_REQUIRED);
}

#[tokio::test]
async fn an_address_is_good_for_what_it_was_made_for_and_nothing_else_has_one() {
    let bed = Bed::films().await;
    let (alice, bob) = (bed.viewer(1).await, bed.viewer(2).await);
    let [_, low, _] = alice.renditions(&bed).await;
    let unknown = (404, "unknown".to_owned());
    assert_eq!(bob.get(&bed, &low[1]).await.refusal(), unknown, "another's address");
    assert_eq!(bed.get(&low[1]).await.status, StatusCode::OK, "a player that sends no cookie");
    assert_eq!(bed.get(&low[1].replace("/0.m4s", "/1.m4s")).await.refusal(), unknown);
    assert_eq!(bed.get(&format!("{}?x=1", low[1])).await.refusal(), unknown);
    let (from, to) = (low[1].rsplit_once("/film").unwrap().0, low[2].rsplit_once("/film").unwrap().1);
    assert_eq!(bed.get(&format!("{from}/film{to}")).await.refusal(), unknown, "the place of one segment, the address of another");
    assert_eq!(bed.get("/.well-known/farthing/watch/AAAA/film/low/0.m4s").await.refusal(), unknown);
    let (token, target) = low[1].trim_start_matches("/.well-known/farthing/watch/").split_once('/').unwrap();
    let token = protocol::text::from_base64url(token).unwrap();
    for at in 0..token.len() {
        let mut other = token.clone();
        other[at] ^= 1;
        let address = format!("/.well-known/farthing/watch/{}/{target}", protocol::text::base64url(&other));
        assert_eq!(bed.get(&address).await.refusal(), unknown, "byte {at} of what it was made for");
    }
    let head = bed.ask(request("HEAD", &low[5], &[("cookie", &alice.cookie)])).await;
    assert_eq!((head.status.as_u16(), bed.drawn(&alice).await), (200, 12_012), "a HEAD draws nothing");
    assert_eq!(alice.get(&bed, "/film/low/0.m4s").await.refusal(), unknown, "only what a playlist names has an address");
    let wall = bed.ask(request("GET", "/film", &[HTML])).await;
    assert_eq!(wall.status, StatusCode::PAYMENT_REQUIRED);
    let text = wall.text();
    assert!(text.contains("a second") && text.contains("50 seconds") && text.contains(">Watch<"), "{text}");
    for path in ["/film", "/film/main.m3u8", "/film/low/0.m4s"] {
        let no = bed.get(path).await;
        assert_eq!((no.status, no.json()["amount"].as_str()), (StatusCode::PAYMENT_REQUIRED, Some("100000")));
        let offered = no.header("www-authenticate");
        assert!(offered.contains("intent=\"session\"") && !offered.contains("intent=\"charge\""), "{offered}");
    }
    let subtitles = alice.addresses(&bed, "/film/main.m3u8").await[1].clone();
    let texts = alice.addresses(&bed, &subtitles).await;
    assert_eq!((alice.get(&bed, &texts[0]).await.status.as_u16(), bed.drawn(&alice).await), (200, 12_012), "subtitles cost nothing");
}

#[tokio::test]
async fn what_does_not_come_is_not_drawn_and_what_cannot_be_sold_is_not_shown() {
    let bed = Bed::films().await;
    let alice = bed.viewer(1).await;
    let fails = alice.addresses(&bed, "/film/fails.m3u8").await;
    let unreachable = (502, "origin-unreachable".to_owned());
    assert_eq!(alice.get(&bed, &fails[0]).await.refusal(), unreachable);
    assert_eq!(alice.get(&bed, &fails[1]).await.refusal(), unreachable, "nobody would pay at the other address");
    assert_eq!(alice.get(&bed, &fails[2]).await.status, StatusCode::NOT_FOUND);
    for (path, why) in [
        ("/film/odd.m3u8", "EXTINF is missing"),
        ("/film/long.m3u8", "above the target duration"),
        ("/film/out.m3u8", "does not cover"),
        ("/film/abroad.m3u8", "elsewhere"),
    ] {
        let no = alice.get(&bed, path).await;
        assert_eq!(no.refusal(), (502, "playlist-invalid".to_owned()));
        assert!(no.text().contains(why), "{}", no.text());
    }
    assert_eq!(bed.drawn(&alice).await, 0);
}

#[tokio::test]
async fn renditions_at_once_are_drawn_once_and_a_restart_forgets_nothing() {
    let bed = Bed::films().await;
    let alice = bed.viewer(1).await;
    let [audio, low, high] = alice.renditions(&bed).await;
    let (a, b, c) = tokio::join!(alice.get(&bed, &audio[1]), alice.get(&bed, &low[1]), alice.get(&bed, &high[1]));
    assert_eq!([a.status, b.status, c.status], [StatusCode::OK; 3]);
    assert_eq!(bed.drawn(&alice).await, 12_012);
    let Bed { opened, door, origin, folder } = bed;
    drop(door);
    opened.finish().unwrap();
    let at = origin.address;
    let bed = Bed::open_with(folder, at, origin, ("films.toml", "")).await;
    for address in [&low[1], &high[1], &low[2]] {
        assert_eq!(alice.get(&bed, address).await.status, StatusCode::OK);
    }
    assert_eq!(bed.drawn(&alice).await, 24_024);
    crate::gateway::session::finish(&bed.opened.instance, alice.session, EndReason::Idle).await.unwrap();
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (975_976, 24_024));
}
