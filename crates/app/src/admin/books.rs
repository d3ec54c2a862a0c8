//! `/books`: both sides, accounts by size, and records with their postings, read from the journal itself.

use super::Visitor;
use super::named::{Names, party_url};
use crate::door::{self, Reply};
use crate::export::kind_of;
use crate::wallet::parse_cursor;
use crate::web::admin::{
    AccountRow, AssetSides, BooksView, ClassSides, FrameView, PostingRow, RecordRow, RecordView, books, frame, record,
};
use crate::web::{AdminPlace, Money};
use data_encoding::HEXLOWER;
use http::StatusCode;
use ledger::Leg;
use market::{Body, Class, Effect, Layout, Place, Record, State};
use money::{Asset, Timestamp};
use protocol::problem::Problem;
use protocol::text::serial;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use store::journal::StoredFrame;

/// Accounts of a page.
const ACCOUNTS: usize = 50;
/// Records of a page.
const RECORDS: usize = 50;

/// Where an account stands in the list: the greatest first, of equal ones the older.
type Rank = (Reverse<u64>, u32);

/// A frame as it was read, with its records.
struct Read {
    at: Timestamp,
    hash: String,
    records: Vec<Record>,
}

impl Visitor<'_> {
    /// `GET /books?after=`, and `?record=` on the way to a frame or record.
    pub(super) async fn books(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let asked = query.get("record").map(|asked| asked.trim()).filter(|asked| !asked.is_empty());
        if let Some(asked) = asked.filter(|asked| asked.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')) {
            return Ok(door::see_other(&format!("/books/{asked}")));
        }
        let after = query.get("after").map(|text| parse_rank(text)).transpose()?;
        let (assets, accounts) = self.instance.look(move |state, _| (sides(state), by_size(state, after))).await?;
        let next = accounts.get(ACCOUNTS.saturating_sub(1)).filter(|_| accounts.len() > ACCOUNTS).map(|(rank, _)| *rank);
        let last_frame = self.instance.index(|index| Ok(index.sequence())).await?;
        let view = BooksView {
            frame: self.at(AdminPlace::Books),
            assets,
            accounts: accounts.into_iter().take(ACCOUNTS).map(|(_, row)| row).collect(),
            last_frame,
            next_url: next.map(|(Reverse(size), number)| format!("/books?after={size}.{number}")),
            first_url: after.map(|_| "/books".to_owned()),
        };
        Ok(self.page(StatusCode::OK, books(&view)))
    }

    /// `GET /books/{frame}` and `GET /books/{frame}.{record}`.
    pub(super) async fn record(&self, name: &str, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        if name.contains('.') {
            let place = parse_cursor(name).map_err(|_| Problem::Unknown)?;
            return self.one_record(place).await;
        }
        let sequence: u64 = name.parse().map_err(|_| Problem::Unknown)?;
        let from: usize = query.get("from").and_then(|from| from.parse().ok()).unwrap_or_default();
        let read = self.read(sequence).await?;
        let total = read.records.len();
        let numbered = (0_u16..=u16::MAX).zip(read.records).skip(from).take(RECORDS).collect::<Vec<_>>();
        let rows = self.instance.look(move |state, _| {
            let row = |(number, record): (u16, Record)| record_row(state, Place { frame: sequence, record: number }, &record);
            numbered.into_iter().map(row).collect::<Vec<_>>()
        });
        let records = rows.await?;
        let shown = from.saturating_add(RECORDS);
        let last = self.instance.index(|index| Ok(index.sequence())).await?;
        let view = FrameView {
            frame: self.at(AdminPlace::Books),
            sequence,
            at: read.at,
            hash: read.hash,
            records,
            next_url: (shown < total).then(|| format!("/books/{sequence}?from={shown}")),
            before_url: sequence.checked_sub(1).filter(|before| *before > 0).map(|before| format!("/books/{before}")),
            after_url: (sequence < last).then(|| format!("/books/{}", sequence.saturating_add(1))),
        };
        Ok(self.page(StatusCode::OK, frame(&view)))
    }

    async fn one_record(&self, place: Place) -> Result<Reply, Problem> {
        let read = self.read(place.frame).await?;
        let found = read.records.into_iter().nth(place.record.into()).ok_or(Problem::Unknown)?;
        let row = self.instance.look(move |state, _| {
            let names = Names::of(state);
            let legs = found.applied.posted.legs.iter().filter_map(|leg| posting(state, &names, leg)).collect::<Vec<_>>();
            (record_row(state, place, &found), serial(found.command.id), legs)
        });
        let (row, id, legs) = row.await?;
        let view = RecordView {
            frame: self.at(AdminPlace::Books),
            place: row.place,
            at: read.at,
            kind: row.kind,
            what: row.what,
            id,
            legs,
            frame_url: format!("/books/{}", place.frame),
        };
        Ok(self.page(StatusCode::OK, record(&view)))
    }

    /// One frame of the journal; one that is not there is unknown.
    async fn read(&self, sequence: u64) -> Result<Read, Problem> {
        let instance = Arc::clone(self.instance);
        let read = move || {
            if sequence == 0 {
                return Ok(None);
            }
            let mut frames = instance.frames_from(sequence).map_err(|error| error.to_string())?;
            let found = frames.next().transpose().map_err(|error| error.to_string())?;
            found.filter(|found| found.head().sequence == sequence).map(|found| decoded(&found)).transpose()
        };
        let found: Result<Option<Read>, String> = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::Internal)?;
        found
            .map_err(|error| {
                tracing::error!(error, "a frame of the journal cannot be read");
                Problem::Internal
            })?
            .ok_or(Problem::Unknown)
    }
}

fn decoded(found: &StoredFrame) -> Result<Read, String> {
    let header = *found.frame().header();
    let layout = Layout::of_format(header.format).unwrap_or(Layout::NEWEST);
    let records = found.frame().records().map(|bytes| Record::decode(layout, bytes)).collect::<Result<_, _>>();
    let records = records.map_err(|damaged| damaged.to_string())?;
    Ok(Read { at: header.timestamp, hash: HEXLOWER.encode(&found.head().hash), records })
}

fn record_row(state: &State, place: Place, record: &Record) -> RecordRow {
    let place = crate::wallet::cursor(place);
    RecordRow {
        url: format!("/books/{place}"),
        place,
        kind: kind_of(record),
        what: what(state, record),
        legs: u64::try_from(record.applied.posted.legs.len()).unwrap_or(u64::MAX),
    }
}

/// What a record was about: the page, the offer, the handle.
fn what(state: &State, record: &Record) -> String {
    match (&record.command.body, record.applied.effect) {
        (Body::Buy(purchase), _) => purchase.item.clone(),
        (Body::Promise(purchase), _) => purchase.item.clone(),
        (Body::Use(used), _) => used.purchase().map(|purchase| purchase.item.clone()).unwrap_or_default(),
        (Body::ClaimCoin(claim), _) => claim.item.clone(),
        (Body::CloseCoin(_), _) => state.coin_payment(record.command.id).map(|payment| payment.claim.item.clone()).unwrap_or_default(),
        (Body::Refund(_), Effect::Refunded { sale, .. }) => state.sale(sale).map(|sale| sale.item.to_string()).unwrap_or_default(),
        (Body::SetOffer(offer), _) => offer.name.clone(),
        (Body::EndOffer { name, .. }, _) => name.clone(),
        (Body::OpenPayee { handle, .. }, _) => handle.clone(),
        (Body::SetMeter(set), _) => set.unit.as_str().to_owned(),
        (Body::OpenSession(open), _) => offer_name(state, open.offer),
        (
            Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::Count(_),
            _,
        ) => {
            let session = state.session(record.command.id);
            session.map(|session| offer_name(state, session.offer())).unwrap_or_default()
        }
        (Body::SetAside(set), _) => state.session(set.session).map(|session| offer_name(state, session.offer())).unwrap_or_default(),
        (Body::RaiseSession(raise), _) => {
            state.session(raise.session).map(|session| offer_name(state, session.offer())).unwrap_or_default()
        }
        (Body::Found(_) | Body::TopUp(_) | Body::Refund(_) | Body::SetGuard(_) | Body::StateMonths(_) | Body::Tip(_), _) => String::new(),
    }
}

fn posting(state: &State, names: &Names, leg: &Leg) -> Option<PostingRow> {
    let key = state.books().by_id(leg.account)?.key;
    let amount = Money { units: leg.amount.into(), asset: key.asset };
    Some(PostingRow { holder: names.short(key.party), url: party_url(key.party), class: key.class, amount })
}

fn sides(state: &State) -> Vec<AssetSides> {
    let mut found: BTreeMap<Asset, BTreeMap<Class, ClassSides>> = BTreeMap::new();
    for account in state.books().accounts() {
        let class = account.key.class;
        let new = || ClassSides { class, accounts: 0, debit: 0, credit: 0, held: 0 };
        let sides = found.entry(account.key.asset).or_default().entry(class).or_insert_with(new);
        let posted = i128::from(account.posted);
        let side = if posted < 0 { &mut sides.debit } else { &mut sides.credit };
        *side = side.saturating_add(posted.saturating_abs());
        sides.held = sides.held.saturating_add(account.held.units().into());
        sides.accounts = sides.accounts.saturating_add(1);
    }
    found.into_iter().map(|(asset, classes)| AssetSides { asset, classes: classes.into_values().collect() }).collect()
}

/// The accounts that come next in the list, one more than a page has.
fn by_size(state: &State, after: Option<Rank>) -> Vec<(Rank, AccountRow)> {
    let mut nearest: BinaryHeap<Rank> = BinaryHeap::new();
    for (number, account) in (0_u32..).zip(state.books().accounts()) {
        let rank = (Reverse(account.posted.unsigned_abs()), number);
        if after.is_none_or(|after| rank > after) {
            nearest.push(rank);
            if nearest.len() > ACCOUNTS.saturating_add(1) {
                nearest.pop();
            }
        }
    }
    let names = Names::of(state);
    let row = |rank: Rank| {
        let account = state.books().by_id(ledger::AccountId(rank.1))?;
        let key = account.key;
        let posted = Money { units: account.posted.into(), asset: key.asset };
        Some((rank, AccountRow { holder: names.short(key.party), url: party_url(key.party), class: key.class, posted }))
    };
    nearest.into_sorted_vec().into_iter().filter_map(row).collect()
}

fn parse_rank(text: &str) -> Result<Rank, Problem> {
    let foreign = || Problem::BadRequest { detail: "`after` is a cursor that an earlier answer gave".to_owned() };
    let (size, number) = text.split_once('.').ok_or_else(foreign)?;
    Ok((Reverse(size.parse().map_err(|_| foreign())?), number.parse().map_err(|_| foreign())?))
}

fn offer_name(state: &State, offer: money::OfferId) -> String {
    state.offer(offer).map(|version| version.offer.name.clone()).unwrap_or_default()
}
