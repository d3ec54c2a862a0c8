//! An event stream: however it is cut, the same events come out, nothing is lost, and what it used is read once.
#![cfg_attr(fuzzing, no_main)]
use farthing_fuzz::{blocks, events};
farthing_fuzz::target!(|bytes: &[u8]| {
    let (cut, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (usize::from(*first).min(rest.len()), rest));
    let whole = blocks(&[rest]);
    assert_eq!(events(&whole), events(&blocks(&[&rest[..cut], &rest[cut..]])));
    assert!(rest.starts_with(&whole.iter().map(|block| block.raw()).collect::<Vec<_>>().concat()));
    assert!(whole.into_iter().all(|block| blocks(&[&block.without_usage()]).iter().all(|block| block.usage("token").is_none())));
});
