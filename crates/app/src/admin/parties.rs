//! `/parties`: finding a party by what somebody has of it, and what is known of one. No name is shown that is not ours.

use super::Visitor;
use super::limits::guard_row;
use super::named::{Names, party_url};
use crate::door::{self, Reply};
use crate::wallet::cursor;
use crate::web::admin::{BalanceRow, FoundSale, HoldRow, KnownParty, MoveRow, PartiesView, PartyView, parties, party};
use crate::web::{AdminPlace, Money};
use http::StatusCode;
use market::{Class, Guard, State};
use money::{Amount, Asset, Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{account, base32, parse_account, parse_serial};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::vault::Door;

/// Lines of a party's last movements.
const MOVES: u32 = 20;
/// Holds and guards of a party that are shown.
const SHOWN: usize = 20;
/// Pairs of payer and payee that a reference is tried on: a second's work.
const MOST_TRIED: usize = 1_000_000;

/// What the books have of a party.
struct Facts {
    names: Vec<String>,
    balances: BTreeMap<(Class, Asset), (i128, i128, u64)>,
    holds: Vec<(String, Amount, Asset, Timestamp)>,
    guards: Vec<(Guard, Amount)>,
    is_known: bool,
}

impl Visitor<'_> {
    /// `GET /parties?q=`.
    pub(super) async fn parties(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let asked = query.get("q").map(|asked| asked.trim()).unwrap_or_default();
        let asked: String = asked.chars().take(64).collect();
        let names = self.instance.look(|state, _| Names::of(state)).await?;
        if let Some(found) = names.party(&asked) {
            return Ok(door::see_other(&party_url(found)));
        }
        let (mut sale, mut too_many) = (None, false);
        if let Ok(id) = parse_serial(&asked) {
            sale = self.instance.look(move |state, _| state.sale(id).map(found_sale)).await?;
        } else if let Ok(party) = parse_account(&asked) {
            if self.is_known(party).await? {
                return Ok(door::see_other(&party_url(party)));
            }
            match self.behind(asked.clone()).await? {
                Behind::Somebody(party) => return Ok(door::see_other(&party_url(party))),
                Behind::Nobody => {}
                Behind::TooMany => too_many = true,
            }
        }
        let known = |(handle, party): (String, Party)| KnownParty {
            name: if handle == "operator" { self.instance.config.name.clone() } else { self.instance.payee_name(&handle) },
            handle,
            url: party_url(party),
        };
        let known = names.all().into_iter().take(SHOWN).map(known).collect();
        let view = PartiesView { frame: self.at(AdminPlace::Parties), asked, sale, known, too_many };
        Ok(self.page(StatusCode::OK, parties(&view)))
    }

    async fn is_known(&self, party: Party) -> Result<bool, Problem> {
        let in_books = move |state: &State| state.books().accounts().iter().any(|account| account.key.party == party);
        if self.instance.look(move |state, _| in_books(state)).await? {
            return Ok(true);
        }
        let now = self.visit.now;
        self.instance.vault(move |vault| Ok(vault.count_logins(party, now)? > 0 || vault.name_of(party)?.is_some())).await
    }

    /// The payer behind a reference that some payee knows them by.
    async fn behind(&self, reference: String) -> Result<Behind, Problem> {
        let payers = |state: &State| {
            let of = state.books().accounts().iter().filter(|account| account.key.class == Class::Funded);
            of.map(|account| account.key.party).collect::<BTreeSet<Party>>()
        };
        let (payers, handles) = self
            .instance
            .look(move |state, _| (payers(state), state.payees().map(|(handle, _)| handle.to_owned()).collect::<Vec<_>>()))
            .await?;
        if payers.len().saturating_mul(handles.len()) > MOST_TRIED {
            return Ok(Behind::TooMany);
        }
        let keys = Arc::clone(&self.instance.keys);
        let find = move || {
            let is = |party: &Party| handles.iter().any(|handle| keys.pairwise(*party, handle) == reference);
            payers.into_iter().find(is)
        };
        let found = tokio::task::spawn_blocking(find).await.map_err(|_| Problem::Internal)?;
        Ok(found.map_or(Behind::Nobody, Behind::Somebody))
    }

    /// `GET /parties/{account}`.
    pub(super) async fn party(&self, id: &str) -> Result<Reply, Problem> {
        let whom = parse_account(id).map_err(|_| Problem::Unknown)?;
        let facts = self.instance.look(move |state, now| facts(state, whom, now)).await?;
        let now = self.visit.now;
        let (proofs, logins, name) = self
            .instance
            .vault(move |vault| Ok((vault.proofs(whom, Door::Wallet)?, vault.count_logins(whom, now)?, vault.name_of(whom)?)))
            .await?;
        if !facts.is_known && logins == 0 && name.is_none() && !proofs.is_kept() {
            return Err(Problem::Unknown);
        }
        let (names, guards) = (facts.names.into_iter().chain(name).collect(), facts.guards);
        let short = format!("{}…", account(whom).get(..8).unwrap_or_default());
        let balance = |((class, asset), (posted, held, accounts))| BalanceRow {
            class,
            posted: Money { units: posted, asset },
            held: Money { units: held, asset },
            accounts,
        };
        let hold = |(id, amount, asset, until)| HoldRow { id, amount: Money::of(amount, asset), until };
        let view = PartyView {
            frame: self.at(AdminPlace::Parties),
            account: account(whom),
            names,
            balances: facts.balances.into_iter().map(balance).collect(),
            holds: facts.holds.into_iter().map(hold).collect(),
            guards: guards.into_iter().map(|guard| guard_row(guard, &short)).collect(),
            moves: self.moves(whom).await?,
            passkeys: proofs.passkeys,
            codes: proofs.codes,
            logins,
        };
        Ok(self.page(StatusCode::OK, party(&view)))
    }

    async fn moves(&self, whom: Party) -> Result<Vec<MoveRow>, Problem> {
        let classes = [Class::Funded, Class::EarnedPending, Class::Fee, Class::Rail];
        let read = move |index: &store::index::Index| {
            let of = |class: Class| Ok(index.history(whom, class, None, MOVES)?.into_iter().map(move |row| (class, row)));
            let found = classes.into_iter().map(of).collect::<Result<Vec<_>, store::Error>>()?;
            Ok(found.into_iter().flatten().collect::<Vec<_>>())
        };
        let mut rows = self.instance.index(read).await?;
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.place));
        let row = |(class, row): (Class, store::index::HistoryRow)| MoveRow {
            at: row.at,
            kind: row.kind.word(),
            item: row.item.unwrap_or_default(),
            class,
            amount: Money { units: row.amount.into(), asset: row.asset },
            url: format!("/books/{}", cursor(row.place)),
        };
        Ok(rows.into_iter().take(usize::try_from(MOVES).unwrap_or(usize::MAX)).map(row).collect())
    }
}

/// Who is behind a reference.
enum Behind {
    Somebody(Party),
    Nobody,
    /// There are too many to try.
    TooMany,
}

fn found_sale(sale: &market::Sale) -> FoundSale {
    FoundSale {
        item: sale.item.to_string(),
        at: sale.at,
        paid: Money::of(sale.charged, sale.asset),
        taken_back: !sale.is_live(),
        payer: account(sale.payer),
        payer_url: party_url(sale.payer),
        record_url: format!("/books/{}", cursor(sale.place)),
    }
}

fn facts(state: &State, whom: Party, now: Timestamp) -> Facts {
    let mut balances: BTreeMap<(Class, Asset), (i128, i128, u64)> = BTreeMap::new();
    for account in state.books().accounts().iter().filter(|account| account.key.party == whom) {
        let (posted, held, accounts) = balances.entry((account.key.class, account.key.asset)).or_default();
        *posted = posted.saturating_add(account.posted.into());
        *held = held.saturating_add(account.held.units().into());
        *accounts = accounts.saturating_add(1);
    }
    let holds = state.books().holds().flat_map(|(id, hold)| {
        let part = move |(key, amount): &(ledger::AccountKey, Amount)| {
            (key.party == whom).then(|| (base32(&id.0), *amount, key.asset, hold.expires))
        };
        hold.parts.iter().filter_map(part)
    });
    let holds: Vec<_> = holds.take(SHOWN).collect();
    let guards: Vec<_> = state.guards_from(whom, now).take_while(|(guard, _)| guard.party == whom).take(SHOWN).collect();
    let names: Vec<String> = Names::of(state).name(whom).map(str::to_owned).into_iter().collect();
    let is_known = !balances.is_empty() || !guards.is_empty() || !names.is_empty();
    Facts { names, balances, holds, guards, is_known }
}
