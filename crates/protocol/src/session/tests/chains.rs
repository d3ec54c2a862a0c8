//! A chain gives the payer's money to nobody else, whatever is shown in whatever order.

use super::*;

#[test]
fn a_step_is_as_the_page_says() {
    let link = (0..3).fold(seed("w"), |link, _| step(SESSION, &link));
    let hex: String = link.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "3622f0be79d45ae16aa80a6a0d6ae9959c07e64ba209cff6973cede1d861a7da");
}

#[test]
fn links_are_the_same_however_they_are_asked_for() {
    for length in [1, 2, 63, 64, 65, 127, 128, 129, 200] {
        let make = || Links::of(&voucher_seed_of_alice(), SESSION, units(2), (units(2), length));
        let (mut ordered, mut shuffled) = (make(), make());
        let all: Vec<Link> = (0..=length).map(|index| ordered.link(index).unwrap()).collect();
        assert_eq!(all[0], ordered.begins().anchor);
        assert!(all.windows(2).all(|pair| step(SESSION, &pair[1]) == pair[0]), "{length}");
        for index in (0..=length).map(|index| index * 37 % (length + 1)) {
            assert_eq!(shuffled.link(index).unwrap(), all[usize::try_from(index).unwrap()], "{index} of {length}");
        }
        assert!(ordered.link(length + 1).is_none());
    }
    let anchor = |base, step, length| Links::of(&voucher_seed_of_alice(), SESSION, units(base), (units(step), length)).begins().anchor;
    let anchors = [anchor(2, 2, 64), anchor(3, 2, 64), anchor(2, 3, 64), anchor(2, 2, 65)];
    assert!((1..4).all(|other| anchors[0] != anchors[other]), "another worth is another chain");
}

#[test]
fn a_link_is_held_against_any_tip_that_is_known() {
    let mut links = links();
    let fresh = links.begins().over(units(2)).unwrap();
    assert_eq!(fresh.authorises(), units(2));
    let mut raised = |from: &Chain, index| match from.show(SESSION, index, &links.link(index).unwrap()) {
        Ok(Shown::Raises(chain)) => chain,
        other => panic!("{index}: {other:?}"),
    };
    let (near, far) = (raised(&fresh, 1), raised(&fresh, 1_024));
    assert_eq!((near.authorises(), far.authorises()), (units(4), units(2_050)));
    assert_eq!(raised(&near, 1_025), raised(&far, 1_025), "an older tip is enough");
    let last = [2_048, 3_072, 4_096].into_iter().fold(far, |chain, index| raised(&chain, index));
    assert_eq!(last.authorises(), units(2 + 2 * 4_096));
    let mut link = |index| links.link(index).unwrap();
    assert_eq!(far.show(SESSION, 1_024, &link(1_024)), Ok(Shown::Tip));
    assert_eq!(far.show(SESSION, 1, &link(1)), Ok(Shown::Lower));
    assert_eq!(last.show(SESSION, 3_000, &link(3_000)), Err(NoLink::StepLimit));
    assert_eq!(fresh.show(SESSION, 1_025, &link(1_025)), Err(NoLink::StepLimit));
    assert_eq!(last.show(SESSION, 4_097, &link(4_096)), Err(NoLink::Exhausted));
    for (index, shown) in [(1_025, 1_024), (1_024, 1_023), (1, 2)] {
        assert_eq!(far.show(SESSION, index, &link(shown)), Err(NoLink::Forged), "{index}");
    }
    assert_eq!(far.show(CommandId([2; 16]), 1_025, &link(1_025)), Err(NoLink::Forged), "the session is part of the chain");
}

#[test]
fn a_checkpoint_raises_or_is_nothing_and_the_chain_before_it_goes_stale() {
    let mut old = links();
    let opened = Standing::opened(units(2), Some(&old.begins()));
    assert_eq!((opened.accepted(), Standing::opened(units(2), None).accepted()), (units(2), units(2)));
    let chain = opened.chain.unwrap();
    let Ok(Shown::Raises(chain)) = chain.show(SESSION, 500, &old.link(500).unwrap()) else { panic!("it is the chain's") };
    let standing = opened.raised(chain);
    assert_eq!(standing.accepted(), units(1_002));
    // A plain voucher moves neither base nor index, so the chain goes on from where it was.
    let jumped = standing.signed(units(1_500), None).unwrap();
    assert_eq!((jumped.accepted(), jumped.chain), (units(1_500), standing.chain));
    assert!(jumped.signed(units(1_500), None).is_none() && jumped.signed(units(2), None).is_none());
    let new = Links::of(&voucher_seed_of_alice(), SESSION, units(1_600), (units(64), 256));
    assert!(jumped.signed(units(1_500), Some(&new.begins())).is_none(), "a checkpoint that raises nothing begins nothing");
    let moved = jumped.signed(units(1_600), Some(&new.begins())).unwrap();
    let (now, stale) = (moved.chain.unwrap(), jumped.chain.unwrap());
    assert_eq!((moved.accepted(), now.index, now.base), (units(1_600), 0, units(1_600)));
    let shown_of = |stale, index, link: Link| shown(&now, stale, SESSION, index, &link);
    let next = old.link(501).unwrap();
    assert_eq!((shown_of(Some(&stale), 501, next), shown_of(None, 501, next)), (Ok(Shown::Stale), Err(NoLink::Exhausted)));
}

#[test]
fn old_and_new_chain_share_one_budget_of_steps() {
    let (mut old, mut new) = (links(), Links::of(&voucher_seed_of_alice(), SESSION, units(9_000), (units(2), 4_096)));
    let at = |links: &mut Links, base, index| Chain { index, tip: links.link(index).unwrap(), ..links.begins().over(units(base)).unwrap() };
    let (stale, now) = (at(&mut old, 2, 900), at(&mut new, 9_000, 0));
    let shown_of = |stale, index, link: Link| shown(&now, stale, SESSION, index, &link);
    let old_link = |links: &mut Links, index| links.link(index).unwrap();
    assert_eq!(shown_of(Some(&stale), 901, old_link(&mut old, 901)), Ok(Shown::Stale));
    assert_eq!(shown_of(Some(&stale), 900, old_link(&mut old, 900)), Ok(Shown::Stale));
    assert_eq!(shown_of(None, 901, old_link(&mut old, 901)), Err(NoLink::Forged), "after half a minute it is none");
    assert_eq!(shown_of(Some(&stale), 1_000, old_link(&mut old, 1_000)), Err(NoLink::Forged), "1,000 and 100 are over the budget");
    assert!(matches!(shown_of(Some(&stale), 3, new.link(3).unwrap()), Ok(Shown::Raises(chain)) if chain.index == 3));
    assert_eq!(shown_of(Some(&stale), 901, [0; 32]), Err(NoLink::Forged));
}

#[test]
fn no_chain_is_worth_more_than_amounts_hold() {
    let anchor = [0; 32];
    let chain = |step, length| NewChain { step, length, anchor };
    assert!(chain(Amount::MAX, 1).over(Amount::ZERO).is_some());
    assert!(chain(Amount::MAX, 1).over(units(1)).is_none() && chain(Amount::MAX, 2).over(Amount::ZERO).is_none());
    let wrong = Chain { base: units(1), step: Amount::MAX, length: 2, index: 2, tip: anchor };
    assert_eq!(wrong.authorises(), units(1));
    assert!(SignedVoucher::sign(units(1), Some(chain(Amount::MAX, 1)), &bound(), &key("alice")).is_err());
    let opening = opening(Kind::Chain(chain(units(1), MOST_LENGTH + 1)));
    assert_eq!(Open::sign(opening, SESSION, &challenge(), &key("alice")).err(), Some(Malformed("length")));
}

proptest! {
    /// Whatever is shown, in whatever order: what is accepted only grows, and only by what the payer allowed.
    #[test]
    fn accepted_only_grows(indices in proptest::collection::vec((0..=200_u32, any::<bool>()), 1..40)) {
        let mut links = Links::of(&voucher_seed_of_alice(), SESSION, units(2), (units(3), 200));
        let mut standing = Standing::opened(units(2), Some(&links.begins()));
        let mut highest = 0;
        for (index, forged) in indices {
            let link = if forged { [7; 32] } else { links.link(index).unwrap() };
            let before = standing.accepted();
            match standing.chain.unwrap().show(SESSION, index, &link) {
                Ok(Shown::Raises(chain)) => {
                    prop_assert!(!forged && index > highest);
                    (standing, highest) = (standing.raised(chain), index);
                }
                Ok(Shown::Tip) => prop_assert!(!forged && index == highest),
                Ok(Shown::Lower) => prop_assert!(!forged && index < highest),
                Ok(Shown::Stale) => prop_assert!(false, "no chain went before"),
                Err(no) => prop_assert!(forged && no == NoLink::Forged),
            }
            prop_assert!(standing.accepted() >= before);
            prop_assert_eq!(standing.accepted(), units(2 + 3 * highest));
        }
    }
}
