//! Whose turn it is.

use super::*;

fn id(number: u64) -> CommandId {
    CommandId::new(number, [0; 10])
}

#[test]
fn what_never_ends_keeps_nobody_from_a_turn() {
    let all: Vec<CommandId> = (0..40).map(id).collect();
    let (mut seen, mut last) = (Vec::new(), None);
    for _ in 0..3 {
        let turn = in_turn(&all, last);
        assert_eq!(turn.len(), MOST_AT_ONCE);
        last = turn.last().copied();
        seen.extend(turn);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, all);
    assert_eq!(in_turn(&all[..3], Some(id(1))), [id(2), id(0), id(1)]);
    assert!(in_turn(&[], last).is_empty());
}
