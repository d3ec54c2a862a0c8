//! Event streams as the standard has them, cut anywhere.

use super::*;
use proptest::prelude::*;

fn blocks(pieces: &[&[u8]]) -> Vec<Block> {
    let mut splitter = Splitter::default();
    let mut all = Vec::new();
    for piece in pieces {
        splitter.push(piece);
        while let Some(block) = splitter.block().unwrap() {
            all.push(block);
        }
    }
    all
}

fn one(text: &str) -> Block {
    let mut all = blocks(&[text.as_bytes()]);
    assert_eq!(all.len(), 1, "{text:?}");
    all.remove(0)
}

#[test]
fn a_block_ends_with_an_empty_line_however_lines_end() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["id: 7", "event: tide", "data: high", "data:water", "data", "", "data: next", "", ""].join(end);
        let all = blocks(&[text.as_bytes()]);
        assert_eq!(all.len(), 2, "{end:?}");
        let first = &all[0];
        assert_eq!((first.id(), first.event(), &*first.data()), (Some(&b"7"[..]), &b"tide"[..], &b"high\nwater\n"[..]));
        assert_eq!((all[1].id(), &*all[1].data()), (None, &b"next"[..]));
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        let data = |all: &[Block]| all.iter().filter(|block| block.is_event()).map(Block::data).collect::<Vec<_>>();
        assert_eq!(data(&blocks(&bytes)), data(&all), "{end:?} byte by byte");
    }
}

#[test]
fn what_is_no_event_is_told_apart() {
    assert!(!one(": only a comment\n\n").is_event());
    assert!(!one("retry: 3000\nid: 4\n\n").is_event());
    assert!(one("data\n\n").is_event(), "a field without a colon has an empty value");
    assert!(one("\u{feff}data: x\n\n").is_event(), "a byte order mark begins a stream");
    assert!(!blocks(&[b"data: x\n\n\xef\xbb\xbfdata: y\n\n"])[1].is_event(), "and no block after it");
    assert!(!one("dataset: x\n\n").is_event());
    assert_eq!(one("id: a\0b\ndata\n\n").id(), None);
    assert_eq!(one("id: 1\nid: 2\ndata\n\n").id(), Some(&b"2"[..]));
    assert!(blocks(&[b"data: cut off\n"]).is_empty(), "what is not whole is not read");
}

#[test]
fn use_is_read_and_taken_off() {
    let block = one(": farthing-usage tokens=12\r\nid: 3\r\ndata: twelve\r\n:farthing-usage\ttoken=3; second=9\r\n: stays\r\n\r\n");
    assert_eq!((block.usage("token"), block.usage("second"), block.usage("byte")), (Some(15), Some(9), None));
    assert_eq!(block.without_usage(), b"id: 3\r\ndata: twelve\r\n: stays\r\n\r\n");
    for no in ["tokens=-1", "tokens=+1", "tokens=1.5", "tokens=", "tokenss=1", "tokens 1", "tokens=99999999999999999999", ""] {
        let block = one(&format!(": farthing-usage {no}\ndata\n\n"));
        assert_eq!((block.usage("token"), &*block.without_usage()), (None, &b"data\n\n"[..]), "{no}");
    }
    let other = one(": farthing-usages tokens=12\ndata\n\n");
    assert_eq!(other.usage("token"), None);
    assert_eq!(other.raw(), &*other.clone().without_usage());
}

#[test]
fn what_never_ends_is_refused() {
    let mut splitter = Splitter::default();
    splitter.push(&vec![b'x'; MOST_BLOCK_BYTES]);
    assert_eq!(splitter.block(), Ok(None));
    splitter.push(b"x");
    assert!(splitter.block().is_err());
}

proptest! {
    #[test]
    fn nothing_is_lost_and_a_cut_changes_nothing(text in "(data|id|event|:|x| |\r|\n|\r\n){0,40}", cut in 0usize..80) {
        let bytes = text.as_bytes();
        let (before, after) = bytes.split_at(cut.min(bytes.len()));
        let (whole, cut) = (blocks(&[bytes]), blocks(&[before, after]));
        let raw = |all: &[Block]| all.iter().flat_map(|block| block.raw().to_vec()).collect::<Vec<u8>>();
        prop_assert!(bytes.starts_with(&raw(&whole)));
        let events = |all: &[Block]| all.iter().filter(|block| block.is_event()).map(|block| (block.data(), block.id().map(<[u8]>::to_vec))).collect::<Vec<_>>();
        prop_assert_eq!(events(&whole), events(&cut));
    }
}
