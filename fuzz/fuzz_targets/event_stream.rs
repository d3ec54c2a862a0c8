//! An event stream: however it is cut, the same events come out, nothing is lost, and what it used is read once.
#![cfg_attr(fuzzing, no_main)]
use protocol::event_stream::{Block, Splitter};

farthing_fuzz::target!(|bytes: &[u8]| {
    let blocks = |pieces: &[&[u8]]| {
        let (mut splitter, mut all) = (Splitter::default(), Vec::<Block>::new());
        for piece in pieces {
            splitter.push(piece);
            all.extend(std::iter::from_fn(|| splitter.block().ok().flatten()));
        }
        all
    };
    let (at, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first).min(rest.len()), rest));
    let whole = blocks(&[rest]);
    let events =
        |all: &[Block]| all.iter().filter(|block| block.is_event()).map(|block| (block.data(), block.event().to_vec())).collect::<Vec<_>>();
    assert_eq!(events(&whole), events(&blocks(&[&rest[..at], &rest[at..]])));
    assert!(rest.starts_with(&whole.iter().flat_map(|block| block.raw().to_vec()).collect::<Vec<u8>>()));
    for block in whole {
        assert!(blocks(&[&block.without_usage()]).iter().all(|block| block.usage("token").is_none()));
    }
});
