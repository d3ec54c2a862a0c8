//! The bill is exact under duplicates, late events and lost connections, whatever their order.

use super::bed::{Bed, events_of};
use super::*;

/// splitmix64.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

fn tokens(id: u64) -> u64 {
    id % 5 + 1
}

fn said(id: u64) -> String {
    format!(": farthing-usage tokens={}\nid: answer-{id}\ndata: {id}\n\n", tokens(id))
}

#[tokio::test]
async fn an_event_is_billed_once_when_it_comes_first_however_often_and_late_it_comes() {
    let mut bed = Bed::of("token", 10_000, Layout::Events).await;
    for id in [1, 2, 2, 4, 5, 3, 3, 1, 6] {
        bed.origin_says(&said(id)).await;
    }
    assert_eq!(events_of(&bed.read().await), 9, "all of them are handed on");
    // The connection is lost; the origin begins again before what was read.
    let mut bed = bed.again().await;
    assert_eq!(bed.drawn(), 2 * (1..=6).map(tokens).sum::<u64>());
    for id in [5, 6, 7, 4, 8] {
        bed.origin_says(&said(id)).await;
    }
    bed.origin_ends().await;
    let text = bed.read().await;
    assert_eq!(events_of(&text), 5);
    assert!(!text.contains("farthing-usage"));
    let receipt = Counted::parse(&data_of(&text, "payment-receipt")[0]).unwrap();
    let units: u64 = (1..=8).map(tokens).sum();
    assert_eq!((receipt.units, receipt.spent.units(), bed.drawn()), (units, 2 * units, 2 * units));
}

#[tokio::test]
async fn what_was_claimed_and_not_sent_is_billed_when_it_is_sent() {
    let mut bed = Bed::of("token", 3, Layout::Events).await;
    // Two tokens are paid for; the next event costs four.
    bed.origin_says(&said(1)).await;
    bed.origin_says(&said(3)).await;
    assert_eq!(events_of(&bed.read().await), 1);
    let mut bed = bed.again().await;
    bed.voucher(1_000).await;
    bed.origin_says(&said(3)).await;
    bed.origin_ends().await;
    bed.read().await;
    assert_eq!(bed.drawn(), 2 * (tokens(1) + tokens(3)));
}

/// Deliveries of three tokens: most in order, some late, some twice. In all so many ids.
fn deliveries(ids: u64) -> Vec<u64> {
    let mut rng = Rng(29);
    let mut due: Vec<(u64, u64)> = Vec::new();
    for id in 1..=ids {
        let late = if rng.below(50) == 0 { rng.below(200) } else { 0 };
        due.push((id + late, id));
        if rng.below(20) == 0 {
            due.push((id + rng.below(100), id));
        }
    }
    due.sort_unstable();
    due.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn a_bill_over_thousands_of_deliveries_is_exact_to_the_token() {
    let deliveries = deliveries(3_000);
    assert!(deliveries.len() > 3_100 && !deliveries.is_sorted(), "some come twice and some come late");
    let mut bed = Bed::reporting(2 * 3 * 3_000).await;
    let mut text = String::new();
    for many in deliveries.chunks(20) {
        let said: String = many.iter().map(|id| format!(": farthing-usage tokens=3\nid: {id}\ndata: {id}\n\n")).collect();
        bed.origin_says(&said).await;
        text.push_str(&bed.read_for(1).await);
    }
    assert_eq!(events_of(&text), deliveries.len(), "the credit is as much as all of them cost, and not a token more");
    bed.origin_says(": farthing-usage tokens=1\nid: one more\ndata: x\n\n").await;
    text.push_str(&bed.read_for(61).await);
    let told: Vec<String> =
        data_of(&text, "payment-notice").iter().map(|data| data[data.len() - 5..].replace(|c: char| !c.is_ascii_digit(), "")).collect();
    assert_eq!(told, ["50", "80", "100"], "once each");
    assert_eq!((events_of(&text), bed.drawn()), (deliveries.len(), 18_000));
    let receipt = Counted::parse(&data_of(&text, "payment-receipt")[0]).unwrap();
    assert_eq!((receipt.units, receipt.spent.units()), (9_000, 18_000));
}

#[tokio::test]
async fn any_script_comes_to_the_sum_of_its_events() {
    for seed in 0..40 {
        let mut rng = Rng(seed);
        let mut bed = Bed::of("token", u32::try_from(1 + rng.below(40)).unwrap(), Layout::Events).await;
        let mut seen = std::collections::BTreeSet::new();
        let mut newest = 0;
        for _ in 0..80 {
            match rng.below(12) {
                0 => {
                    let more = bed.accepted() + rng.below(60);
                    bed.voucher(u32::try_from(more).unwrap()).await;
                }
                1 => bed.pass(rng.below(9)).await,
                2 => {
                    seen.extend(ids_of(&bed.read().await));
                    bed = bed.again().await;
                }
                // An old one, or one that was left out until now.
                3..=5 => {
                    let id = rng.below(newest + 3);
                    bed.origin_says(&said(id)).await;
                }
                _ => {
                    newest += 1 + rng.below(2);
                    bed.origin_says(&said(newest)).await;
                }
            }
            seen.extend(ids_of(&bed.read().await));
            let sent: u64 = seen.iter().copied().map(tokens).sum();
            let authorised = bed.accepted();
            assert!(2 * sent <= authorised, "seed {seed}: credit for {authorised}, and {sent} tokens left");
        }
        bed.voucher(100_000).await;
        seen.extend(ids_of(&bed.read().await));
        bed.origin_ends().await;
        seen.extend(ids_of(&bed.read().await));
        let sent: u64 = seen.iter().copied().map(tokens).sum();
        assert_eq!((bed.drawn(), bed.reserved()), (2 * sent, 0), "seed {seed}");
    }
}

fn ids_of(text: &str) -> Vec<u64> {
    text.lines().filter_map(|line| line.strip_prefix("id: answer-")?.parse().ok()).collect()
}
