//! A small market: three payees, an offer in each of two currencies, and the commands that readers give.

use market::{
    Beneficiary, Body, Cause, Command, Consent, Founding, Guard, GuardScope, Instance, LegRule, Maker, Offer, OfferPrice, Purchase,
    RefundReason, RefundRequest, RefundTerms, Selector, Signature, TopUp, Verdict, Window,
};
use money::{Amount, Asset, CommandId, Party, Share, Span, Timestamp};

/// When the tests begin.
pub fn noon() -> Timestamp {
    Timestamp::parse("2026-11-22T12:00:00Z").unwrap()
}

pub fn party(name: &str) -> Party {
    let mut bytes = [b'.'; 20];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Party(bytes)
}

pub fn eur() -> Asset {
    Asset::fiat("EUR").unwrap()
}

pub fn usd() -> Asset {
    Asset::fiat("USD").unwrap()
}

pub fn units(count: u32) -> Amount {
    Amount::from_u32(count)
}

/// An id of its own for each number, made at `at`.
pub fn id(at: Timestamp, number: u32) -> CommandId {
    let mut random = [0; 10];
    random[6..].copy_from_slice(&number.to_be_bytes());
    CommandId::new(at.ms(), random)
}

/// A command of the instance.
pub fn command(at: Timestamp, number: u32, body: Body) -> Command {
    Command { id: id(at, number), maker: Maker::Instance, body }
}

/// 0.05 in the asset: 5 % to the operator, 0.01 to the photographer, the rest to the paper.
pub fn offer(asset: Asset) -> Offer {
    let leg = |label: &str, to, share| LegRule { label: label.to_owned(), to, share };
    Offer {
        name: asset.iso().unwrap(),
        payee: "paper".to_owned(),
        unlock: Selector::new("news.example", &format!("/{}/*", asset.as_str())).unwrap(),
        price: OfferPrice::AtLeast { amount: units(50_000), asset },
        split: vec![
            leg("fee", Beneficiary::Operator, Share::BasisPoints(500)),
            leg("photo", Beneficiary::Payee("photographer".to_owned()), Share::Fixed(units(10_000))),
            leg("paper", Beneficiary::Owner, Share::Rest),
        ],
        refund: RefundTerms { window: Span(600), per_day: 50 },
        lasts: (asset == usd()).then_some(Span(86_400)),
        l402: None,
        fall: None,
    }
}

/// The page `name` under the asset's offer.
pub fn page(asset: Asset, name: &str) -> String {
    format!("news.example/{asset}/{name}")
}

/// What a market begins with: six commands with the numbers from 1,000,000.
pub fn beginning(at: Timestamp) -> Vec<Command> {
    let founding = Founding { instance: Instance([7; 16]), root_key: [8; 32], receipt_key: [9; 32] };
    let open = |handle: &str| Body::OpenPayee { handle: handle.to_owned(), party: party(handle) };
    let payees = ["paper", "photographer", "nobody"].map(open);
    let offers = [eur(), usd()].map(|asset| Body::SetOffer(Box::new(offer(asset))));
    let bodies = std::iter::once(Body::Found(founding)).chain(payees).chain(offers);
    (1_000_000..).zip(bodies).map(|(number, body)| command(at, number, body)).collect()
}

pub fn top_up(payer: &str, asset: Asset, amount: u32) -> Body {
    Body::TopUp(TopUp { party: party(payer), asset, amount: units(amount), most: units(1_000_000_000) })
}

pub fn buy(payer: &str, asset: Asset, name: &str) -> Body {
    buy_for(payer, asset, name, 50_000)
}

/// A purchase for a chosen amount; those of even amounts are signed.
pub fn buy_for(payer: &str, asset: Asset, name: &str, amount: u32) -> Body {
    let consent = if amount.is_multiple_of(20_000) { Consent::Signed(Box::new(signature())) } else { Consent::Pressed };
    let (payer, offer, item) = (party(payer), offer(asset).id(), page(asset, name));
    Body::Buy(Purchase { payer, offer, item, amount: units(amount), asset, consent })
}

fn signature() -> Signature {
    Signature {
        key: [1; 32],
        signature: [2; 64],
        challenge: [3; 32],
        retry: [4; 16],
        expires: noon(),
        asked: None,
        digest: "sha-256=:abc=:".to_owned(),
        account: String::new(),
        realm: "news.example".to_owned(),
    }
}

pub fn undo(payer: &str, sale: CommandId) -> Body {
    Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer: party(payer) }))
}

pub fn give_back(sale: CommandId, reason: RefundReason) -> Body {
    Body::Refund(RefundRequest::whole(sale, reason))
}

/// A part of a sale, and why.
pub fn give_part(sale: CommandId, reason: RefundReason, amount: u32) -> Body {
    Body::Refund(RefundRequest { sale, reason, amount: Some(units(amount)), cause: Cause::Goodwill })
}

pub fn guard(payer: &str, asset: Asset, most: Option<u32>) -> Body {
    let on = GuardScope::Site("news.example".to_owned());
    Body::SetGuard(Guard { party: party(payer), on, window: Window::Day, verdict: Verdict::Deny, asset, most: most.map(units) })
}
