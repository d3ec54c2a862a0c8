//! The demo site answers every address it prints, and only those.

use super::*;

const PATHS: [&str; 11] = [
    "/",
    "/tour",
    "/a/quiet-harbour",
    "/a/tide-tables",
    "/a/harbour-bell",
    "/style.css",
    "/favicon.ico",
    "/health",
    "/art/quiet-harbour.svg",
    "/art/tide-tables.svg",
    "/art/harbour-bell.svg",
];

#[test]
fn every_address_a_page_prints_answers() {
    for path in PATHS {
        let (kind, body) = demo_site(path).unwrap_or_else(|| panic!("{path} is not answered"));
        assert!(!body.is_empty() && body.len() < 30_000, "{path} has {} bytes", body.len());
        if kind != PAGE {
            continue;
        }
        for mark in ["href=\"/", "src=\"/"] {
            for rest in body.split(mark).skip(1) {
                let target = format!("/{}", rest.split('"').next().unwrap());
                assert!(demo_site(&target).is_some() || demo_film(&target).is_some(), "{path} leads to {target}");
            }
        }
    }
}

#[test]
fn priced_articles_have_one_cut_and_the_free_one_none() {
    let cuts = |path| demo_site(path).unwrap().1.matches("<!-- farthing:more -->").count();
    assert_eq!([cuts("/a/quiet-harbour"), cuts("/a/tide-tables"), cuts("/a/harbour-bell")], [1, 1, 0]);
}

#[test]
fn before_the_cut_the_only_paragraphs_are_the_teaser() {
    let page = demo_site("/a/quiet-harbour").unwrap().1;
    let (before, after) = page.split_once("<!-- farthing:more -->").unwrap();
    assert_eq!(before.matches("<p>").count(), 2);
    assert!(before.contains("<title>The quiet harbour</title>") && after.matches("<p>").count() >= 5);
}

#[test]
fn anything_else_is_not_found() {
    for path in ["", "/a/", "/a/other", "/art/other.svg", "/art/quiet-harbour", "/tour/", "/.well-known/farthing.json"] {
        assert!(demo_site(path).is_none(), "{path}");
    }
    assert!(not_found().contains("Nothing has washed up here"));
}

#[test]
fn the_tour_names_the_places_it_is_given() {
    let places = DemoPlaces {
        news: "http://n:1".into(),
        wallet: "http://w:1".into(),
        desk: Some("http://d:1".into()),
        ops: Some("http://o:2".into()),
    };
    let (_, tour) = demo_site_at("/tour", &places).unwrap();
    assert!(
        tour.contains("farthing get http://n:1/a/quiet-harbour --max 0.10")
            && tour.contains("http://w:1")
            && tour.contains("http://d:1")
            && tour.contains("http://o:2")
    );
}

#[test]
fn the_film_has_all_that_its_page_and_its_playlists_name() {
    let text = |path: &str| String::from_utf8(demo_film(path).unwrap_or_else(|| panic!("{path}")).1.into_owned()).unwrap();
    assert!(text("/film").contains("/film/main.m3u8") && text("/film").matches("<!-- farthing:more -->").count() == 1);
    let mut segments = 0;
    for rendition in text("/film/main.m3u8").lines().filter(|line| !line.starts_with('#')) {
        for segment in text(&format!("/film/{rendition}")).lines().filter(|line| !line.starts_with('#')) {
            let (kind, bytes) = demo_film(&format!("/film/{segment}")).unwrap();
            assert!(kind == "video/mp2t" && bytes.len() < 10_000 && bytes.first() == Some(&0x47), "{segment}");
            segments += 1;
        }
    }
    assert_eq!(segments, 36);
    assert!(demo_film("/film/low-12.ts").is_none() && demo_film("/film/low-00").is_none() && demo_film("/a/film").is_none());
}
