//! A probe reads one page for a minute, and there are few of them.

use super::*;

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).after(Span(seconds))
}

#[test]
fn a_probe_is_for_one_page_and_one_minute() {
    let probes = Probes::default();
    assert!(!probes.any(at(0)));
    let handle = probes.make("news.example/a".to_owned(), at(0));
    let lets = |item: &str, seconds| probes.any(at(seconds)) && probes.lets(&handle_hash(&handle), item, at(seconds));
    assert!(lets("news.example/a", 0) && lets("news.example/a", 59));
    assert!(!lets("news.example/a", 60) && !lets("news.example/b", 1) && !lets("rival.example/a", 1));
    assert!(!probes.lets(&handle_hash("AAAAAAAAAAAAAAAAAAAAAA"), "news.example/a", at(1)));
}

#[test]
fn the_number_of_probes_is_bounded() {
    let probes = Probes::default();
    let first = probes.make("news.example/a".to_owned(), at(0));
    for _ in 0..MOST {
        probes.make("news.example/a".to_owned(), at(1));
    }
    assert!(!probes.lets(&handle_hash(&first), "news.example/a", at(2)), "the oldest went");
    assert_eq!(probes.all.lock().unwrap().len(), MOST);
    probes.make("news.example/a".to_owned(), at(100));
    assert_eq!(probes.all.lock().unwrap().len(), 1, "what is over is forgotten");
}
