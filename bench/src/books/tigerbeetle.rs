//! The peer TigerBeetle, where `TIGERBEETLE_ADDRESS` names a server: its official client, two batches in flight.

use super::peer::{Books, Bytes};
use super::transfers::{Said, Transfer, now_ms};
use pollster::block_on;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use tigerbeetle as tb;

const LEDGER: u32 = 1;
const CODE: u16 = 1;
/// The most accounts or transfers of one request.
const MOST: usize = 8_000;

pub struct TigerBeetle {
    client: tb::Client,
    /// Ids of this run's accounts begin here: the server may have those of other runs.
    base: u128,
    staged: Vec<Vec<tb::Transfer>>,
}

type Asked = Pin<Box<dyn Future<Output = Result<Vec<tb::CreateTransferResult>, tb::Error>>>>;

impl TigerBeetle {
    pub fn new(address: &str) -> Result<TigerBeetle, String> {
        let client = tb::Client::new(0, address).map_err(|error| format!("TigerBeetle: {error}"))?;
        Ok(TigerBeetle { client, base: u128::from(now_ms()) << 40, staged: Vec::new() })
    }

    /// The account that brings value, then wallets and payees in turn.
    fn account(&self, pair: u32, side: u32) -> u128 {
        self.base + 1 + u128::from(pair) * 2 + u128::from(side)
    }

    fn transfer(&self, id: u128, (debit, credit): (u128, u128), amount: u128) -> tb::Transfer {
        let (debit_account_id, credit_account_id) = (debit, credit);
        tb::Transfer { id, debit_account_id, credit_account_id, amount, ledger: LEDGER, code: CODE, ..Default::default() }
    }

    fn open(&self, accounts: &[tb::Account]) -> Result<(), String> {
        for some in accounts.chunks(MOST) {
            let results = block_on(self.client.create_accounts(some)).map_err(|error| format!("TigerBeetle: {error}"))?;
            if let Some(bad) = results.iter().find(|result| result.status != tb::CreateAccountStatus::Created) {
                return Err(format!("TigerBeetle: an account was {:?}", bad.status));
            }
        }
        Ok(())
    }
}

fn said(result: &tb::CreateTransferResult) -> Result<Said, String> {
    use tb::CreateTransferStatus as Status;
    Ok(match result.status {
        Status::Created => Said::Done,
        Status::Exists => Said::Again,
        Status::ExistsWithDifferentAmount | Status::ExistsWithDifferentDebitAccountId | Status::ExistsWithDifferentCreditAccountId => {
            Said::Reused
        }
        // It remembers refused ids, too.
        Status::ExceedsCredits | Status::IdAlreadyFailed => Said::TooLittle,
        other => return Err(format!("TigerBeetle: {other:?}")),
    })
}

impl Books for TigerBeetle {
    fn name(&self) -> &'static str {
        "TigerBeetle"
    }

    fn prepare(&mut self, pairs: u32, each: u64) -> Result<(), String> {
        let account = |id, flags| tb::Account { id, ledger: LEDGER, code: CODE, flags, ..Default::default() };
        let sides = (0..pairs).flat_map(|pair| [(pair, 0), (pair, 1)]);
        let mut accounts = vec![account(self.base, tb::AccountFlags::empty())];
        accounts.extend(sides.clone().map(|(pair, side)| account(self.account(pair, side), tb::AccountFlags::DebitsMustNotExceedCredits)));
        self.open(&accounts)?;
        let first = |(pair, side)| {
            let amount = if side == 0 { u128::from(each) } else { 1 };
            self.transfer(tb::id(), (self.base, self.account(pair, side)), amount)
        };
        let firsts: Vec<tb::Transfer> = sides.map(first).collect();
        self.staged = firsts.chunks(MOST).map(<[tb::Transfer]>::to_vec).collect();
        self.run().map(|_| ())
    }

    fn stage(&mut self, batches: &[Vec<Transfer>]) -> Result<(), String> {
        let one = |transfer: &Transfer| {
            let sides = (self.account(transfer.pair, 0), self.account(transfer.pair, 1));
            self.transfer(u128::from_be_bytes(transfer.id), sides, u128::from(transfer.amount))
        };
        self.staged = batches.iter().map(|batch| batch.iter().map(one).collect()).collect();
        Ok(())
    }

    fn run(&mut self) -> Result<Vec<Vec<Said>>, String> {
        let mut answers = Vec::with_capacity(self.staged.len());
        let mut asked: VecDeque<Asked> = VecDeque::new();
        let mut take = |asked: &mut VecDeque<Asked>| -> Result<(), String> {
            let Some(first) = asked.pop_front() else { return Ok(()) };
            let results = block_on(first).map_err(|error| format!("TigerBeetle: {error}"))?;
            answers.push(results.iter().map(said).collect::<Result<Vec<_>, _>>()?);
            Ok(())
        };
        for batch in &self.staged {
            if asked.len() == 2 {
                take(&mut asked)?;
            }
            asked.push_back(Box::pin(self.client.create_transfers(batch)));
        }
        while !asked.is_empty() {
            take(&mut asked)?;
        }
        Ok(answers)
    }

    fn balances(&mut self, pair: u32) -> Result<(u64, u64), String> {
        let ids = [self.account(pair, 0), self.account(pair, 1)];
        let found = block_on(self.client.lookup_accounts(&ids)).map_err(|error| format!("TigerBeetle: {error}"))?;
        let has = |at: usize| found.get(at).map_or(0, |account| u64::try_from(account.credits_posted - account.debits_posted).unwrap_or(0));
        Ok((has(0), has(1)))
    }

    fn history(&mut self, pair: u32) -> Result<Vec<[u8; 16]>, String> {
        let limit = u32::try_from(MOST).map_err(|_| "too many")?;
        let filter =
            tb::AccountFilter { account_id: self.account(pair, 0), limit, flags: tb::AccountFilterFlags::Debits, ..Default::default() };
        let found = block_on(self.client.get_account_transfers(filter)).map_err(|error| format!("TigerBeetle: {error}"))?;
        Ok(found.iter().map(|transfer| transfer.id.to_be_bytes()).collect())
    }

    /// Its file is the server's.
    fn bytes(&mut self) -> Result<Bytes, String> {
        Ok(Bytes::default())
    }
}
