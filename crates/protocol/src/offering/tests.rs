//! Which lines go out, in which order, and what goes first where there is too much.

use super::*;

fn line(kind: Kind, bytes: usize) -> Line {
    let line = Line::new("f", "x".repeat(bytes.saturating_sub(5)), kind);
    assert_eq!(line.bytes(), bytes);
    line
}

fn kinds(lines: Vec<Line>, taken: usize) -> Vec<Kind> {
    fitted(lines, taken).into_iter().map(|line| line.kind).collect()
}

#[test]
fn what_fits_goes_out_in_its_order() {
    use Kind::{Cashu, Charge, L402, Lightning, Session, X402};
    let all = [Lightning, L402, Cashu, X402, Session, Charge].map(|kind| line(kind, 600)).to_vec();
    assert_eq!(kinds(all.clone(), 0), [Charge, Session, X402, Cashu, L402, Lightning]);
    let ours = [Session, Charge, X402].map(|kind| line(kind, 682)).to_vec();
    assert_eq!(kinds(ours.clone(), 2), [Charge, Session, X402], "2,048 fit");
    assert_eq!(kinds(ours, 3), [Charge, X402]);
    let mut first = all;
    first[1].place = 0;
    assert_eq!(kinds(first, 0)[..2], [L402, Charge]);
}

#[test]
fn over_the_budget_lines_are_given_up_one_after_another_and_a_charge_never() {
    use Kind::{Cashu, Charge, L402, Lightning, Session, X402};
    let all = [Charge, Session, X402, Cashu, L402, Lightning].map(|kind| line(kind, 1_000)).to_vec();
    assert_eq!(kinds(all.clone(), 0), [Charge, X402, L402, Lightning], "session, then X-Cashu");
    // The budget stays that of an offer which names more dialects, though they go.
    assert_eq!(kinds(all.clone(), 1_000), [Charge, X402, L402]);
    assert_eq!(kinds(all.clone(), 2_000), [Charge, X402]);
    assert_eq!(kinds(all, 3_000), [Charge]);
    assert_eq!(kinds(vec![line(Charge, 9_000)], 0), [Charge]);
    assert_eq!(kinds(vec![line(Session, 9_000)], 0), [Session], "alone it is all there is");
    let long = [Charge, X402].map(|kind| line(kind, 1_100)).to_vec();
    assert_eq!(kinds(long, 0), [Charge]);
}

#[test]
fn a_line_is_shortened_before_any_is_given_up() {
    use Kind::{Charge, Session, X402};
    let mut all = [Charge, Session, X402].map(|kind| line(kind, 700)).to_vec();
    assert_eq!(kinds(all.clone(), 0), [Charge, X402]);
    all[2].shorter = vec!["x".repeat(600), "x".repeat(100)];
    let out = fitted(all.clone(), 0);
    assert_eq!((out.len(), out[2].bytes()), (3, 605));
    // The others come when it is this line's turn.
    let out = fitted(all, 200);
    assert_eq!(out.iter().map(|line| (line.kind, line.bytes())).collect::<Vec<_>>(), [(Charge, 700), (X402, 605)]);
    let mut two = [Charge, X402].map(|kind| line(kind, 1_100)).to_vec();
    two[1].shorter = vec!["x".repeat(1_000), "x".repeat(900)];
    assert_eq!(fitted(two, 0)[1].bytes(), 905);
}
