//! A state put together again from its layout. The bytes are not believed: what no command could have left behind is
//! refused, and the state that comes out is laid out as the very same bytes.

use super::{BLOCK_BYTES, BLOCK_HEAD_BYTES, Section, block_bytes, rows};
use crate::claims::hash_of;
use crate::codec::{Damaged, Reader};
use crate::coin::CoinPayment;
use crate::months::Calendar;
use crate::sales::Row;
use crate::session::Phase;
use crate::state::{Payee, State};
use ledger::{AccountKey, CapturedLeg, Class, HashKey, Unsound};
use money::Amount;
use std::collections::BTreeMap;

/// A state under construction, block by block.
#[derive(Debug)]
pub struct Restore {
    state: State,
    books: ledger::Restore,
    /// The section of the block before, and whether more of it may follow.
    before: Option<(Section, Follows)>,
    legs: Vec<CapturedLeg>,
    standing: Option<(String, String)>,
    moment: u64,
    /// The meter of the event before, by its number.
    meter: u32,
}

/// What a block says of the one after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Follows {
    /// It may be of the same section.
    Any,
    /// This block was not full, so its section is over.
    Another,
}

impl Restore {
    /// Begins an empty state whose tables hash with `key`.
    #[must_use]
    pub fn new(key: HashKey) -> Restore {
        let books = ledger::Restore::new(key.clone());
        Restore { state: State::new(key), books, before: None, legs: Vec::new(), standing: None, moment: 0, meter: 0 }
    }

    /// Takes the next block. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// [`Damaged`] if it is no block, or not one that can come here; the rest is then of no use.
    pub fn block(&mut self, block: &[u8]) -> Result<(), Damaged> {
        let (head, rows) = block.split_first_chunk::<BLOCK_HEAD_BYTES>().ok_or(Damaged("block"))?;
        let section = Section::from_byte(head[0]).ok_or(Damaged("section"))?;
        if rows.is_empty() || block_bytes(*head) != Some(block.len()) {
            return Err(Damaged("block"));
        }
        let comes = match self.before {
            None => true,
            Some((before, Follows::Any)) => section >= before,
            Some((before, Follows::Another)) => section > before,
        };
        if !comes {
            return Err(Damaged("order of blocks"));
        }
        let full = block.len() >= BLOCK_BYTES;
        self.before = Some((section, if full { Follows::Any } else { Follows::Another }));
        let from = &mut Reader(rows);
        while !from.0.is_empty() {
            if block.len().saturating_sub(from.0.len()) >= BLOCK_BYTES {
                return Err(Damaged("length of a block"));
            }
            self.row(section, from)?;
        }
        Ok(())
    }

    /// The state, when no block follows.
    ///
    /// # Errors
    /// [`Damaged`] if the books do not close.
    pub fn finish(self) -> Result<State, Damaged> {
        let Restore { mut state, books, .. } = self;
        state.books = books.finish().map_err(unsound)?;
        Ok(state)
    }

    fn row(&mut self, section: Section, from: &mut Reader<'_>) -> Result<(), Damaged> {
        match section {
            Section::Founding => {
                let before = self.state.founding.replace(rows::read_founding(from)?);
                must(before.is_none(), "founding")
            }
            Section::Account => {
                let (key, posted, held, last) = rows::read_account(from)?;
                self.books.account(key, posted, held, last).map_err(unsound)
            }
            Section::Capture => {
                let id = rows::read_capture(from, &mut self.legs)?;
                self.books.capture(id, &self.legs).map_err(unsound)
            }
            Section::Hold => {
                let (id, hold) = rows::read_hold(from)?;
                must(self.books.books().holds().last().is_none_or(|(before, _)| *before < id), "order of holds")?;
                self.books.hold(id, hold).map_err(unsound)
            }
            Section::Payee => {
                let party = from.party()?;
                must(!self.state.is_payee(party), "payee")?;
                self.state.enter_paid(party);
                Ok(())
            }
            Section::Handle => {
                let (handle, party) = (from.text("handle")?, from.party()?);
                must(self.state.is_payee(party), "payee of a handle")?;
                rising(&mut self.state.payees, handle, Payee { party }, "order of handles")
            }
            Section::Version => {
                let version = rows::read_version(from)?;
                rising(&mut self.state.versions, version.offer.id(), version, "order of offers")
            }
            Section::Realm => rising(&mut self.state.current, from.text("realm")?, BTreeMap::new(), "order of realms"),
            Section::Standing => self.standing(from),
            Section::Wallet => self.wallet(from),
            Section::Page => {
                let item = from.text("page")?;
                must(self.state.sales.item_row(&self.state.key, &item).is_none(), "page")?;
                self.state.sales.item(&self.state.key, &item);
                Ok(())
            }
            Section::Sale => self.sale(from),
            Section::Undone => {
                let undone = (from.party()?, from.text("page")?);
                must(self.state.undone.last().is_none_or(|before| *before < undone), "order of undone pages")?;
                self.state.undone.insert(undone);
                Ok(())
            }
            Section::Undos => {
                let (key, used) = rows::read_undos(from)?;
                rising(&mut self.state.undos, key, used, "order of undos")
            }
            Section::Guard => {
                let (key, limit) = rows::read_guard(from)?;
                rising(&mut self.state.guards, key, limit, "order of guards")
            }
            Section::Claim => self.claim(from),
            Section::Session => self.session(from),
            Section::Calendar => self.calendar(from),
            Section::Meter => self.meter_row(from),
            Section::Event => self.event(from),
            Section::Coin => self.coin(from),
            Section::Promised => self.promised(from),
        }
    }

    fn standing(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (realm, name, id) = (from.text("realm")?, from.text("offer name")?, from.offer_id()?);
        let offer = &self.state.versions.get(&id).ok_or(Damaged("offer that stands"))?.offer;
        must(offer.name == name && offer.unlock.realm() == realm, "offer that stands")?;
        let names = self.state.current.get_mut(&realm).ok_or(Damaged("realm of an offer"))?;
        names.insert(name.clone(), id);
        let this = Some((realm, name));
        must(self.standing < this, "order of offers that stand")?;
        self.standing = this;
        Ok(())
    }

    fn wallet(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let wallet = rows::read_wallet(from)?;
        let key = AccountKey { party: wallet.party, asset: wallet.asset, class: Class::Funded, lot: Some(wallet.lot) };
        must(self.books.books().by_id(wallet.account).is_some_and(|account| account.key == key), "account of a wallet")?;
        must(self.state.wallet(wallet.party, wallet.asset).is_none(), "wallet")?;
        self.state.wallets.enter(&self.state.key, wallet);
        Ok(())
    }

    fn sale(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let state = &mut self.state;
        let (id, mut sale) = rows::read_sale(from, state.sales.items())?;
        must(state.sales.find(&state.key, id).is_none(), "sale")?;
        must(state.versions.contains_key(&sale.offer), "offer of a sale")?;
        let capture = self.books.books().capture_of(id).ok_or(Damaged("capture of a sale"))?;
        sale.returned = capture.returned().0;
        must(sale.is_live() == (sale.returned < sale.charged), "what went back of a sale")?;
        let wallet = state.wallets.find_mut(&state.key, sale.payer, sale.asset).ok_or(Damaged("wallet of a sale"))?;
        let live = sale.is_live();
        let row = state.sales.enter(&state.key, Row { id, sale, before: wallet.last_sale });
        wallet.last_sale = Some(row);
        if !live {
            state.sales.disown(&state.key, id);
        }
        Ok(())
    }

    fn session(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (id, session) = rows::read_session(from)?;
        must(self.state.sessions.last().is_none_or(|before| before < id), "order of sessions")?;
        must(session.versions.iter().all(|version| self.state.versions.contains_key(&version.offer)), "offer of a session")?;
        let hold = self.books.books().has_hold(id);
        let versions = session.versions.len();
        must(session.reserves.iter().all(|reserve| usize::from(reserve.version) < versions), "version of a reserve")?;
        must(session.aside.iter().all(|aside| usize::from(aside.version) < versions), "version of what is set aside")?;
        must(
            session.captured <= session.drawn && session.drawn <= session.accepted && session.accepted <= session.cap,
            "figures of a session",
        )?;
        let raised = session.raises.iter().try_fold(Amount::ZERO, |sum, raise| sum.checked_add(raise.amount));
        must(raised.is_some_and(|raised| raised <= session.cap), "raises of a session")?;
        must(hold != matches!(session.phase, Phase::Ended { .. }), "hold of a session")?;
        self.state.sessions.enter(id, session);
        Ok(())
    }

    fn meter_row(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (key, meter) = rows::read_meter(from)?;
        must(self.state.payees.contains_key(&key.0), "payee of a meter")?;
        rising(&mut self.state.meters, key, meter, "order of meters")
    }

    fn promised(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (id, promised) = rows::read_promised(from)?;
        must(self.state.versions.contains_key(&promised.offer), "offer of a promise")?;
        must(self.books.books().has_hold(id) && self.state.sessions.find(id).is_none(), "hold of a promise")?;
        rising(&mut self.state.promised, id, promised, "order of promises")
    }

    fn event(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (number, (event, at, print)) = rows::read_event(from)?;
        must(number >= self.meter, "order of events")?;
        self.meter = number;
        let at_place = usize::try_from(number).map_err(|_| Damaged("meter of an event"))?;
        let meter = self.state.meters.values_mut().nth(at_place).ok_or(Damaged("meter of an event"))?;
        must(meter.put_back(event, at, print), "event")
    }

    fn calendar(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (party, calendar) = (from.party()?, Calendar::decode(from)?);
        rising(&mut self.state.calendars, party, calendar, "order of calendars")
    }

    fn coin(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (id, payment) = CoinPayment::decode(from)?;
        must(self.state.coins.last().is_none_or(|before| before < id), "order of payments past the books")?;
        must(self.state.versions.contains_key(&payment.claim.offer), "offer of a payment past the books")?;
        must(self.state.coins.by_key(&payment.claim.key()).is_none(), "payment past the books")?;
        must(payment.until.is_none() || payment.paid().is_some(), "end of a payment past the books")?;
        self.state.coins.enter(id, payment);
        Ok(())
    }

    fn claim(&mut self, from: &mut Reader<'_>) -> Result<(), Damaged> {
        let (moment, (id, maker, content, effect)) = rows::read_claim(from)?;
        must(moment >= self.moment, "order of claims")?;
        must(!self.state.is_claimed(maker, id), "claim")?;
        self.moment = moment;
        let hash = hash_of(&self.state.key, maker, id);
        self.state.claims.claim(hash, (id, maker), content, &effect);
        Ok(())
    }
}

impl State {
    /// Reads the blocks of a whole state, one directly after the other and nothing else; its tables hash with `key`. Never
    /// panics, whatever the bytes.
    ///
    /// # Errors
    /// [`Damaged`] if they are not what [`State::lay_out`] writes.
    pub fn restore(mut bytes: &[u8], key: HashKey) -> Result<State, Damaged> {
        let mut restore = Restore::new(key);
        while !bytes.is_empty() {
            let length = bytes.first_chunk().and_then(|head| block_bytes(*head));
            let (block, rest) = length.and_then(|length| bytes.split_at_checked(length)).ok_or(Damaged("block"))?;
            restore.block(block)?;
            bytes = rest;
        }
        restore.finish()
    }
}

fn must(holds: bool, what: &'static str) -> Result<(), Damaged> {
    if holds { Ok(()) } else { Err(Damaged(what)) }
}

/// Enters what sorts after everything before it.
fn rising<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V, what: &'static str) -> Result<(), Damaged> {
    must(map.last_key_value().is_none_or(|(before, _)| *before < key), what)?;
    map.insert(key, value);
    Ok(())
}

fn unsound(unsound: Unsound) -> Damaged {
    Damaged(unsound.0)
}
