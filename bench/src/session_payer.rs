//! One payer's session at the shop: opened over the wire, then a voucher a request, by the links of a chain.

use crate::gateway_load::Connection;
use crate::gateway_shop::get;
use anyhow::{Context, Result, ensure};
use money::{Amount, Asset, CommandId, Span, Timestamp};
use protocol::Challenge;
use protocol::SigningKey;
use protocol::challenge::{SessionRequest, parse_all};
use protocol::session::{
    Action, At, Bound, Close, Kind, Linked, Links, Open, Opening, SessionCredential, Voucher, voucher_key, voucher_seed,
};

/// What one call costs, in base units: 0.0001.
pub const CALL: u32 = 100;

/// A session that pays.
pub struct SessionPayer {
    key: SigningKey,
    session: CommandId,
    challenge: Challenge,
    request: SessionRequest,
    links: Links,
    vouchers: SigningKey,
    /// The number of the request that is next, from 2: `open` is the first.
    seq: u32,
}

impl SessionPayer {
    /// Opens a session over so many calls, the opening's own included, on one connection.
    ///
    /// # Errors
    /// Whatever is answered instead of the page.
    pub async fn open(
        connection: &mut Connection,
        key: &SigningKey,
        (path, calls): (&str, u32),
        (now, id): (Timestamp, CommandId),
    ) -> Result<SessionPayer> {
        let answer = connection.ask(&get(path, "")).await?;
        ensure!(answer.status == 402, "{}", answer.head);
        let lines: Vec<&str> = answer.fields("www-authenticate").collect();
        let challenge = parse_all(lines)?.into_iter().find(|challenge| challenge.intent == "session").context("a session's challenge")?;
        let request = challenge.session()?;
        let seed = voucher_seed(&id_seed(key, id), id);
        let (first, length) = (Amount::from_u32(CALL), calls.saturating_sub(1).max(1));
        let links = Links::of(&seed, id, first, (Amount::from_u32(CALL), length));
        let vouchers = voucher_key(&seed, id);
        let opening = Opening {
            hold: Amount::from_u32(CALL * calls),
            first,
            until: Timestamp::from_seconds(now.after(Span(3_600)).seconds()),
            kind: Kind::Chain(links.begins()),
            voucher_key: Some(vouchers.public()),
            account: None,
        };
        let open = Open::sign(opening, id, &challenge, key)?;
        let mut payer = SessionPayer { key: key.clone(), session: id, challenge, request, links, vouchers, seq: 1 };
        let opened = payer.sent(path, |at| Action::Open(at, Box::new(open)));
        let answer = connection.ask(&opened).await?;
        ensure!(answer.status == 200, "{}{}", answer.head, String::from_utf8_lossy(answer.body));
        payer.seq = 2;
        Ok(payer)
    }

    /// The next request, with its voucher.
    ///
    /// # Errors
    /// When the chain is used up.
    pub fn pay(&mut self, path: &str) -> Result<Vec<u8>> {
        let index = self.seq - 1;
        let link = self.links.link(index).context("a link")?;
        let request = self.sent(path, |at| Action::Voucher(at, Voucher::Link(Linked { index, link })));
        self.seq += 1;
        Ok(request)
    }

    /// The request that ends it.
    ///
    /// # Errors
    /// If it can't be signed.
    pub fn close(&mut self, path: &str) -> Result<Vec<u8>> {
        let currency: Asset = self.request.currency;
        let bound = Bound {
            instance: self.request.instance,
            session: self.session,
            recipient: &self.request.recipient,
            currency,
            account: self.key.public().account(),
        };
        let close = Close::sign(Amount::from_u32(CALL * (self.seq - 1)), None, &bound, &self.vouchers)?;
        Ok(self.sent(path, |at| Action::Close(at, close)))
    }

    fn sent(&self, path: &str, action: impl FnOnce(At) -> Action) -> Vec<u8> {
        let action = action(At { session: self.session, seq: self.seq.into() });
        let credential = SessionCredential { challenge: self.challenge.clone(), action };
        get(path, &format!("Authorization: {}\r\n", credential.header_value()))
    }
}

/// A secret of this session alone; the bench's wallets have no file.
fn id_seed(key: &SigningKey, id: CommandId) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::new().chain_update(key.public().0).chain_update(id.0).finalize().into()
}
