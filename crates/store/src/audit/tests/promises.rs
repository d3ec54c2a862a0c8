//! The auditor on purchases up to an amount: what is promised, and that it comes to what its units cost and no more.

use super::super::against_state;
use super::{audited, said};
use crate::engine::tests::promising::promised;
use crate::engine::tests::replaying::altered_of;
use crate::engine::tests::rig::{Folder, replayed};
use crate::engine::tests::scenario::units;
use market::{Body, Effect, Record, Use};

fn altered(frame: u64, change: impl Fn(&mut Record)) -> Folder {
    altered_of(&promised(), frame, |record: &mut Record| change(record))
}

fn with_units(record: &mut Record, more: u64) {
    let Body::Use(used) = &mut record.command.body else { panic!("a use") };
    let Use::Delivered { units, .. } = used.as_mut() else { panic!("of something") };
    *units = more;
}

#[test]
fn promises_of_the_engine_are_clean_and_come_to_its_figures() {
    let folder = promised();
    let auditor = audited(&folder, &mut []).unwrap();
    let state = replayed(folder.frames()).unwrap();
    against_state(&auditor, &state).unwrap();
    assert_eq!(state.all_promised().map(|(_, promised)| promised.most).collect::<Vec<_>>(), [units(3_000); 2]);
    assert_eq!(auditor.sales().iter().map(|(_, sale)| sale.charged).collect::<Vec<_>>(), [301], "rounded up");
}

#[test]
fn what_breaks_a_rule_of_promises_is_named() {
    let rows: [(Folder, &str); 5] = [
        (
            altered(9, |record| record.applied.effect = Effect::Promised(units(2_999))),
            "frame 9, record 0: its payer signed 3000 at most, a request costs 3000 at most, and the record says ",
        ),
        (altered(10, |record| with_units(record, 2_000)), "frame 10, record 0: 2000 units cost 600, and the record says "),
        (
            altered(10, |record| {
                let Body::Use(used) = &mut record.command.body else { panic!("a use") };
                let Use::Delivered { purchase, .. } = used.as_mut() else { panic!("of something") };
                purchase.item.push('y');
            }),
            "frame 10, record 0: what is used is not what was promised",
        ),
        (
            altered(12, |record| record.applied.effect = Effect::Promised(units(1))),
            "frame 12, record 0: nothing was delivered, and the record says ",
        ),
        (altered(12, |record| record.command.id = promised_in_nobodys_name()), "frame 12, record 0: nothing is promised that is used here"),
    ];
    for (folder, what) in rows {
        let said = said(&folder);
        assert!(said.starts_with(what), "{said}\nexpected {what}");
    }
}

fn promised_in_nobodys_name() -> money::CommandId {
    money::CommandId([9; 16])
}
