//! Whatever happens on a market, the index says what the books say.

use super::{built, paged};
use crate::engine::tests::moves::{Walk, lives};
use crate::engine::tests::rig::Folder;
use crate::engine::tests::rig::replayed;
use crate::index::{EventRow, Happened, Index, Kind, Return};
use market::{Class, Place, State};
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
    let mut returned: BTreeMap<CommandId, Vec<Return>> = BTreeMap::new();
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
                let given = row.given.expect("a refund says what it gave back");
                assert_eq!(row.amount, given.returned.credit());
                returned.entry(id).or_default().push(given);
            }
        }
        for (asset, balance) in balances {
            assert_eq!(balance, standing[&(party, asset, class.byte())]);
        }
    }
    for (handle, _) in state.payees() {
        assert_is_told(index, state, handle);
    }
    assert_eq!(sold, state.sales().map(|(id, _)| id).collect());
    for (id, sale) in state.sales() {
        let given = returned.remove(&id).unwrap_or_default();
        let mut back = money::Amount::ZERO;
        for one in &given {
            assert_eq!(one.span(sale.charged).0, back, "each goes on from the one before");
            back = one.span(sale.charged).1;
        }
        assert_eq!((back, sale.is_live()), (sale.returned, back < sale.charged), "together they are what the sale says");
        assert_eq!(index.returns(id).unwrap().into_iter().map(|(_, _, one)| one).collect::<Vec<_>>(), given);
    }
    assert!(returned.is_empty(), "nothing is given back of what was not sold");
}

/// Asserts that a payee is told of each of its sales and refunds once, in the order of the journal, and of nobody else's.
fn assert_is_told(index: &Index, state: &State, handle: &str) {
    let told = index.events(handle, Place { frame: 0, record: 0 }, u32::MAX).unwrap();
    assert!(told.is_sorted_by(|one, next| one.place < next.place), "each record once");
    let mut paged: Vec<EventRow> = Vec::new();
    loop {
        let page = index.events_before(handle, paged.last().map(|row| row.place), 3).unwrap();
        if page.is_empty() {
            break;
        }
        paged.extend(page);
    }
    paged.reverse();
    assert_eq!(paged, told);
    let ids = |happened| told.iter().filter(move |row| row.happened == happened).filter_map(|row| row.sale).collect::<BTreeSet<_>>();
    let own = state.sales().filter(|(_, sale)| state.offer(sale.offer).is_some_and(|version| version.offer.payee == handle));
    let (own, back): (BTreeSet<_>, Vec<_>) = own.map(|(id, sale)| (id, (!sale.returned.is_zero()).then_some(id))).unzip();
    assert_eq!((ids(Happened::Sale), ids(Happened::Refund)), (own, back.into_iter().flatten().collect()));
    for row in told.iter().filter(|row| row.sale.is_some()) {
        let sale = state.sale(row.sale.unwrap()).unwrap();
        assert_eq!((row.item.as_deref(), row.offer), (Some(&*sale.item), Some(sale.offer)));
    }
    let standing = state.offers().filter(|(_, offer)| offer.payee == handle);
    assert!(standing.into_iter().all(|(id, _)| told.iter().any(|row| row.happened == Happened::OfferSet && row.offer == Some(id))));
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
