//! The rows of each section, written and read. Fields as in docs/journal-format.md, one after the other.

use crate::claims::moment_of;
use crate::codec::{Damaged, Reader, Writer};
use crate::command::{Founding, Instance, Maker, RefundReason};
use crate::guard::{Guard, Verdict};
use crate::offer::{Offer, OfferVersion};
use crate::outcome::Effect;
use crate::prepared::Fingerprint;
use crate::rate::Unit;
use crate::record::{decode_key, encode_key};
use crate::sale::{Sale, SaleState};
use crate::session::{Aside, Chain, DrawnBy, EventKey, Meter, Phase, Piece, Raise, Reserve, Seqs, Session, SessionKind, Watched};
use crate::state::{GuardKey, Limit, Payee, Place, guard_of};
use crate::upto::Promised;
use crate::wallets::{Spent, Wallet};
use ledger::{Account, AccountId, AccountKey, CapturedLeg, Hold, OnExpiry, PostingPlace};
use money::{Amount, CommandId, OfferId, Party, Span, Timestamp};
use std::sync::Arc;

/// A used id and what it was used for.
pub type Claimed = (CommandId, Maker, Fingerprint, Effect);

pub fn founding(out: &mut Writer<'_>, founding: &Founding) {
    out.bytes(&founding.instance.0);
    out.bytes(&founding.root_key);
    out.bytes(&founding.receipt_key);
}

pub fn read_founding(from: &mut Reader<'_>) -> Result<Founding, Damaged> {
    let instance = Instance(from.array("instance")?);
    Ok(Founding { instance, root_key: from.array("root key")?, receipt_key: from.array("receipt key")? })
}

/// Id, payer, offer version, most, asset, since when, first bytes of the signature.
pub fn promised(out: &mut Writer<'_>, (id, promised): (&CommandId, &Promised)) {
    out.bytes(&id.0);
    out.bytes(&promised.payer.0);
    out.bytes(&promised.offer.0);
    out.amount(promised.most);
    out.asset(promised.asset);
    out.time(promised.at);
    out.bytes(&promised.mark);
}

pub fn read_promised(from: &mut Reader<'_>) -> Result<(CommandId, Promised), Damaged> {
    let (id, payer, offer) = (from.command_id()?, from.party()?, from.offer_id()?);
    let (most, asset, at) = (from.amount()?, from.asset()?, from.time()?);
    Ok((id, Promised { payer, offer, most, asset, at, mark: from.array("mark of a promise")? }))
}

/// Key, posted (i64), held, place of the last posting (u64).
pub fn account(out: &mut Writer<'_>, account: &Account) {
    encode_key(&account.key, out);
    out.i64(account.posted);
    out.amount(account.held);
    out.u64(account.last.0);
}

pub fn read_account(from: &mut Reader<'_>) -> Result<(AccountKey, i64, Amount, PostingPlace), Damaged> {
    Ok((decode_key(from)?, from.i64("posted")?, from.amount()?, PostingPlace(from.u64("last posting")?)))
}

/// Id, then a list of legs: account (u32), amount (i64), refunded.
pub fn capture(out: &mut Writer<'_>, (id, legs): (CommandId, &[CapturedLeg])) {
    out.bytes(&id.0);
    out.count(legs.len());
    for leg in legs {
        out.u32(leg.account.0);
        out.i64(leg.amount);
        out.amount(leg.refunded);
    }
}

pub fn read_capture(from: &mut Reader<'_>, legs: &mut Vec<CapturedLeg>) -> Result<CommandId, Damaged> {
    let id = from.command_id()?;
    legs.clear();
    for _ in 0..from.u16("legs")? {
        legs.push(CapturedLeg { account: AccountId(from.u32("leg")?), amount: from.i64("leg")?, refunded: from.amount()? });
    }
    Ok(id)
}

/// Id, list of parts (account key, amount), cap, drawn, expires, what then (0: release, 1: capture).
pub fn hold(out: &mut Writer<'_>, (id, hold): (&CommandId, &Hold)) {
    out.bytes(&id.0);
    out.count(hold.parts.len());
    for (key, part) in &hold.parts {
        encode_key(key, out);
        out.amount(*part);
    }
    out.amount(hold.cap);
    out.amount(hold.drawn);
    out.time(hold.expires);
    out.u8(match hold.on_expiry {
        OnExpiry::Release => 0,
        OnExpiry::Capture => 1,
    });
}

pub fn read_hold(from: &mut Reader<'_>) -> Result<(CommandId, Hold), Damaged> {
    let id = from.command_id()?;
    let parts = (0..from.u16("parts")?).map(|_| Ok((decode_key(from)?, from.amount()?))).collect::<Result<_, Damaged>>()?;
    let (cap, drawn, expires) = (from.amount()?, from.amount()?, from.time()?);
    let on_expiry = match from.u8("expiry")? {
        0 => OnExpiry::Release,
        1 => OnExpiry::Capture,
        _ => return Err(Damaged("expiry")),
    };
    Ok((id, Hold { parts, cap, drawn, expires, on_expiry }))
}

pub fn handle(out: &mut Writer<'_>, (handle, payee): (&String, &Payee)) {
    out.text(handle);
    out.bytes(&payee.party.0);
}

/// The offer, since when, and until when; its id is made from it.
pub fn version(out: &mut Writer<'_>, version: &OfferVersion) {
    version.offer.encode(out);
    out.time(version.since);
    out.maybe(version.ended, Writer::time);
}

pub fn read_version(from: &mut Reader<'_>) -> Result<OfferVersion, Damaged> {
    Ok(OfferVersion { offer: Offer::decode(from)?, since: from.time()?, ended: from.maybe("ended", Reader::time)? })
}

pub fn standing(out: &mut Writer<'_>, (realm, name, id): (&str, &str, OfferId)) {
    out.text(realm);
    out.text(name);
    out.bytes(&id.0);
}

/// Party, asset, lot, account (u32), spending. The last sale follows from the sales.
pub fn wallet(out: &mut Writer<'_>, wallet: &Wallet) {
    out.bytes(&wallet.party.0);
    out.asset(wallet.asset);
    out.bytes(&wallet.lot.0);
    out.u32(wallet.account.0);
    spent(out, &wallet.spent);
}

pub fn read_wallet(from: &mut Reader<'_>) -> Result<Wallet, Damaged> {
    let (party, asset, lot) = (from.party()?, from.asset()?, from.command_id()?);
    let account = AccountId(from.u32("account")?);
    Ok(Wallet { party, asset, lot, account, spent: read_spent(from)?, last_sale: None })
}

/// Day (u64), what was spent in it, when the month began, what was spent in it.
fn spent(out: &mut Writer<'_>, spent: &Spent) {
    out.u64(spent.day);
    out.amount(spent.today);
    out.time(spent.since);
    out.amount(spent.this_month);
}

fn read_spent(from: &mut Reader<'_>) -> Result<Spent, Damaged> {
    Ok(Spent { day: from.u64("day")?, today: from.amount()?, since: from.time()?, this_month: from.amount()? })
}

/// Id, payer, offer id, number of the page (u32), charged, asset, at, place (frame u64, record u16), until, undo until,
/// signed (0 or 1), and 0 if it stands, else 1, by which command, when, reason. The sale before follows from the order, what has
/// gone back of it from its capture.
pub fn sale(out: &mut Writer<'_>, (id, sale, page): (CommandId, &Sale, u32)) {
    out.bytes(&id.0);
    out.bytes(&sale.payer.0);
    out.bytes(&sale.offer.0);
    out.u32(page);
    out.amount(sale.charged);
    out.asset(sale.asset);
    out.time(sale.at);
    out.u64(sale.place.frame);
    out.u16(sale.place.record);
    out.maybe(sale.until, Writer::time);
    out.time(sale.undo_until);
    out.u8(u8::from(sale.signed));
    match sale.state {
        SaleState::Live => out.u8(0),
        SaleState::Refunded { by, at, reason } => {
            out.u8(1);
            out.bytes(&by.0);
            out.time(at);
            reason.encode(out);
        }
    }
}

pub fn read_sale(from: &mut Reader<'_>, pages: &[Arc<str>]) -> Result<(CommandId, Sale), Damaged> {
    let (id, payer, offer) = (from.command_id()?, from.party()?, from.offer_id()?);
    let page = usize::try_from(from.u32("page")?).ok().and_then(|page| pages.get(page));
    let item = Arc::clone(page.ok_or(Damaged("page"))?);
    let (charged, asset, at) = (from.amount()?, from.asset()?, from.time()?);
    let place = Place { frame: from.u64("place")?, record: from.u16("place")? };
    let (until, undo_until) = (from.maybe("until", Reader::time)?, from.time()?);
    let signed = read_bool(from)?;
    let state = match from.u8("state of a sale")? {
        0 => SaleState::Live,
        1 => SaleState::Refunded { by: from.command_id()?, at: from.time()?, reason: RefundReason::decode(from)? },
        _ => return Err(Damaged("state of a sale")),
    };
    let returned = Amount::ZERO;
    Ok((id, Sale { payer, offer, item, charged, returned, asset, at, place, until, undo_until, state, signed }))
}

fn read_bool(from: &mut Reader<'_>) -> Result<bool, Damaged> {
    match from.u8("yes or no")? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Damaged("yes or no")),
    }
}

/// Day (u64), party, realm, count (u16).
pub fn undos(out: &mut Writer<'_>, ((day, party, realm), used): (&(u64, Party, String), &u16)) {
    out.u64(*day);
    out.bytes(&party.0);
    out.text(realm);
    out.u16(*used);
}

pub fn read_undos(from: &mut Reader<'_>) -> Result<((u64, Party, String), u16), Damaged> {
    Ok(((from.u64("day")?, from.party()?, from.text("realm")?), from.u16("undos")?))
}

/// The guard with its limit, its verdict (0 deny, 1 ask), then spending on its site.
pub fn guard(out: &mut Writer<'_>, (key, limit): (&GuardKey, &Limit)) {
    let guard = guard_of(key, limit);
    guard.encode(out);
    out.u8(match guard.verdict {
        Verdict::Deny => 0,
        Verdict::Ask => 1,
    });
    spent(out, &limit.spent);
}

pub fn read_guard(from: &mut Reader<'_>) -> Result<(GuardKey, Limit), Damaged> {
    let Guard { party, on, window, asset, most, .. } = Guard::decode(Verdict::Deny, from)?;
    let most = most.ok_or(Damaged("limit"))?;
    let verdict = match from.u8("verdict")? {
        0 => Verdict::Deny,
        1 => Verdict::Ask,
        _ => return Err(Damaged("verdict")),
    };
    Ok(((party, on, window, asset, verdict), Limit { most, spent: read_spent(from)? }))
}

/// Id, maker (0, or 1 and party), fingerprint (16 bytes), effect.
pub fn claim(out: &mut Writer<'_>, (id, maker, content, effect): Claimed) {
    out.bytes(&id.0);
    match maker {
        Maker::Instance => out.u8(0),
        Maker::Party(party) => {
            out.u8(1);
            out.bytes(&party.0);
        }
    }
    out.bytes(&content);
    effect.encode(out);
}

pub fn read_claim(from: &mut Reader<'_>) -> Result<(u64, Claimed), Damaged> {
    let id = from.command_id()?;
    let maker = match from.u8("maker")? {
        0 => Maker::Instance,
        1 => Maker::Party(from.party()?),
        _ => return Err(Damaged("maker")),
    };
    Ok((moment_of(id), (id, maker, from.array("fingerprint")?, Effect::decode(from)?)))
}

/// Id and every figure of the session in the order of [`Session`].
pub fn session(out: &mut Writer<'_>, (id, session): (CommandId, &Session)) {
    out.bytes(&id.0);
    out.bytes(&session.payer.0);
    out.asset(session.asset);
    out.u8(session.kind.byte());
    out.bytes(&session.voucher_key);
    chain(out, &session.chain);
    for amount in [session.cap, session.accepted, session.drawn, session.captured] {
        out.amount(amount);
    }
    out.u32(session.captures);
    out.time(session.opened_at);
    out.u64(session.place.frame);
    out.u16(session.place.record);
    out.time(session.until);
    out.time(session.drawn_at);
    out.maybe(session.waits_since, Writer::time);
    let (highest, paid, returned, prints) = session.seqs.parts();
    out.u32(highest);
    out.u64(paid);
    out.u64(returned);
    prints.for_each(|print| out.u32(print));
    out.count(session.versions.len());
    for version in &session.versions {
        out.bytes(&version.offer.0);
        out.u64(version.units);
        out.amount(version.drawn);
        out.amount(version.captured);
    }
    out.count(session.raises.len());
    for raise in &session.raises {
        out.time(raise.at);
        out.amount(raise.amount);
    }
    out.count(session.reserves.len());
    for reserve in &session.reserves {
        out.u32(reserve.seq);
        out.u16(reserve.part);
        out.u8(reserve.version);
        out.u64(reserve.units);
        out.amount(reserve.amount);
        out.time(reserve.until);
    }
    out.count(session.aside.len());
    session.aside.iter().for_each(|aside| aside.encode(out));
    let pieces = session.watched.parts();
    out.count(pieces.len());
    pieces.for_each(|piece| piece.encode(out));
    out.u8(session.told);
    match session.phase {
        Phase::Open => out.u8(0),
        Phase::Closing => out.u8(1),
        Phase::Ended { at } => {
            out.u8(2);
            out.time(at);
        }
    }
}

pub fn read_session(from: &mut Reader<'_>) -> Result<(CommandId, Session), Damaged> {
    let id = from.command_id()?;
    let (payer, asset) = (from.party()?, from.asset()?);
    let kind = SessionKind::of_byte(from.u8("kind of a session")?)?;
    let (voucher_key, chain) = (from.array("voucher key")?, read_chain(from)?);
    let (cap, accepted, drawn, captured) = (from.amount()?, from.amount()?, from.amount()?, from.amount()?);
    let (captures, opened_at) = (from.u32("captures")?, from.time()?);
    let place = Place { frame: from.u64("place")?, record: from.u16("place")? };
    let (until, drawn_at) = (from.time()?, from.time()?);
    let waits_since = from.maybe("waiting", Reader::time)?;
    let (highest, paid, returned) = (from.u32("seq")?, from.u64("window")?, from.u64("window")?);
    let prints = (0..paid.count_ones()).map(|_| from.u32("print")).collect::<Result<Vec<_>, _>>()?;
    let seqs = Seqs::of_parts(highest, (paid, returned), prints).ok_or(Damaged("window"))?;
    let versions = (0..from.u16("versions")?).map(|_| read_drawn_by(from)).collect::<Result<Vec<_>, _>>()?;
    if versions.is_empty() {
        return Err(Damaged("versions"));
    }
    let raises =
        (0..from.u16("raises")?).map(|_| Ok(Raise { at: from.time()?, amount: from.amount()? })).collect::<Result<_, Damaged>>()?;
    let reserves = (0..from.u16("reserves")?).map(|_| read_reserve(from)).collect::<Result<_, _>>()?;
    let aside = (0..from.u16("set aside")?).map(|_| Aside::decode(from)).collect::<Result<_, _>>()?;
    let pieces = (0..from.u16("pieces")?).map(|_| Piece::decode(from)).collect::<Result<Vec<_>, _>>()?;
    let watched = Watched::of_parts(pieces).ok_or(Damaged("pieces"))?;
    let told = from.u8("share")?;
    let phase = match from.u8("phase")? {
        0 => Phase::Open,
        1 => Phase::Closing,
        2 => Phase::Ended { at: from.time()? },
        _ => return Err(Damaged("phase")),
    };
    let session = Session {
        payer,
        asset,
        kind,
        voucher_key,
        chain,
        cap,
        accepted,
        drawn,
        captured,
        captures,
        opened_at,
        place,
        until,
        drawn_at,
        waits_since,
        seqs,
        versions,
        raises,
        reserves,
        aside,
        watched,
        told,
        phase,
    };
    Ok((id, session))
}

/// Handle, unit, member of the data, late window, what is closed.
pub fn meter(out: &mut Writer<'_>, ((payee, unit), meter): (&(String, Unit), &Meter)) {
    out.text(payee);
    out.text(unit.as_str());
    out.text(&meter.sum);
    out.u64(meter.late.0);
    out.time(meter.closed());
}

pub fn read_meter(from: &mut Reader<'_>) -> Result<((String, Unit), Meter), Damaged> {
    let payee = from.text("payee of a meter")?;
    let unit = Unit::parse(&from.text("unit")?).ok_or(Damaged("unit"))?;
    Ok(((payee, unit), Meter::new(from.text("sum")?, Span(from.u64("late window")?), from.time()?)))
}

/// Number of its meter in the section before, then key, time, print.
pub fn event(out: &mut Writer<'_>, (meter, (event, at, print)): (u32, (EventKey, Timestamp, u64))) {
    out.u32(meter);
    out.bytes(&event);
    out.time(at);
    out.u64(print);
}

pub fn read_event(from: &mut Reader<'_>) -> Result<(u32, (EventKey, Timestamp, u64)), Damaged> {
    Ok((from.u32("meter of an event")?, (from.array("event")?, from.time()?, from.u64("print")?)))
}

fn chain(out: &mut Writer<'_>, chain: &Chain) {
    out.u16(chain.checkpoint);
    out.amount(chain.base);
    out.amount(chain.step);
    out.u16(chain.length);
    out.u16(chain.index);
    out.bytes(&chain.tip);
    out.time(chain.stale_until);
}

fn read_chain(from: &mut Reader<'_>) -> Result<Chain, Damaged> {
    let (checkpoint, base, step) = (from.u16("checkpoint")?, from.amount()?, from.amount()?);
    let (length, index) = (from.u16("length")?, from.u16("index")?);
    Ok(Chain { checkpoint, base, step, length, index, tip: from.array("tip")?, stale_until: from.time()? })
}

fn read_drawn_by(from: &mut Reader<'_>) -> Result<DrawnBy, Damaged> {
    Ok(DrawnBy { offer: from.offer_id()?, units: from.u64("units")?, drawn: from.amount()?, captured: from.amount()? })
}

fn read_reserve(from: &mut Reader<'_>) -> Result<Reserve, Damaged> {
    let (seq, part, version) = (from.u32("seq")?, from.u16("part")?, from.u8("version")?);
    Ok(Reserve { seq, part, version, units: from.u64("units")?, amount: from.amount()?, until: from.time()? })
}
