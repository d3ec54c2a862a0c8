//! Whatever happens on a market, the index says what the books say.

use super::{built, paged};
use crate::engine::tests::moves::{Walk, lives};
use crate::engine::tests::rig::Folder;
use crate::engine::tests::rig::replayed;
use crate::index::{Index, Kind};
use market::{Class, State};
use money::{Asset, CommandId, Party};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::channel;

type Standing = BTreeMap<(Party, Asset, u8), i64>;

/// What the books hold of each party, asset and class, over all lots.
fn of_books(state: &State) -> Standing {
    let mut standing = Standing::new();
    for account in state.books().accounts() {
        *standing.entry((account.key.party, account.key.asset, account.key.class.byte())).or_default() += account.posted;
    }
    standing
}

fn of_index(index: &Index) -> Standing {
    let mut statement = index.connection.prepare("SELECT party, asset, class, balance FROM standing").unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let asset = Asset::parse(&row.get::<_, String>(1)?).unwrap();
        Ok(((Party(row.get(0)?), asset, row.get(2)?), row.get(3)?))
    };
    statement.query_map((), row).unwrap().map(Result::unwrap).collect()
}

/// Asserts that the histories add up to the books and name every sale.
fn assert_agrees(index: &Index, state: &State) {
    let standing = of_books(state);
    assert_eq!(of_index(index), standing);
    let mut sold: BTreeSet<CommandId> = BTreeSet::new();
    let mut returned: BTreeSet<CommandId> = BTreeSet::new();
    let parties: BTreeSet<(Party, u8)> = standing.keys().map(|(party, _, class)| (*party, *class)).collect();
    for (party, class) in parties {
        let class = Class::from_byte(class).unwrap();
        let mut balances: BTreeMap<Asset, i64> = BTreeMap::new();
        for row in paged(index, party, class, 5).into_iter().rev() {
            let balance = balances.entry(row.asset).or_default();
            *balance += row.amount;
            assert_eq!(row.balance, *balance, "{row:?}");
            assert_eq!(row.sale.is_none(), row.kind == Kind::TopUp);
            let Some(id) = row.sale.filter(|_| class == Class::Funded) else { continue };
            let sale = state.sale(id).expect("the index names sales of the books");
            assert_eq!((row.item.as_deref(), row.asset, party), (Some(&*sale.item), sale.asset, sale.payer));
            let charged = sale.charged.credit();
            if row.kind == Kind::Sale {
                assert_eq!((row.amount, row.place, row.at), (-charged, sale.place, sale.at));
                assert!(sold.insert(id), "each sale once");
            } else {
                assert_eq!(row.amount, charged);
                assert!(returned.insert(id) && !sale.is_live(), "each refund once");
            }
        }
        for (asset, balance) in balances {
            assert_eq!(balance, standing[&(party, asset, class.byte())]);
        }
    }
    assert_eq!(sold, state.sales().map(|(id, _)| id).collect());
    assert_eq!(returned, state.sales().filter(|(_, sale)| !sale.is_live()).map(|(id, _)| id).collect());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_agrees_with_the_books(dice in lives(150)) {
        let folder = Folder::new();
        let live = folder.begin();
        let (answers, answered) = channel();
        let mut walk = Walk::new();
        for dice in dice {
            let command = walk.step(dice);
            live.hand.set(walk.now);
            live.send(command, 0, &answers);
        }
        live.finish();
        drop((answers, answered));
        assert_agrees(&built(&folder), &replayed(folder.frames()).unwrap());
    }
}
