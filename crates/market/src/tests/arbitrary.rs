//! Any command: small worlds, where things meet, and wide ones, where every byte is tried.

use super::script::REALM;
use super::words::party;
use crate::*;
use money::{Amount, Asset, CommandId, OfferId, Party, Share, Span, Timestamp};
use proptest::prelude::*;
use std::num::NonZeroU8;

/// How wide the values are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// Three people, two sites' worth of pages, small amounts: everything meets.
    Small,
    /// Any bytes a command may carry.
    Wide,
}

pub fn body(world: World) -> BoxedStrategy<Body> {
    let key = if world == World::Small { (1u8..3).boxed() } else { any::<u8>().boxed() };
    let found = key.prop_map(|key| Body::Found(Founding { instance: Instance([key; 16]), root_key: [key; 32], receipt_key: [key; 32] }));
    let open = (text(world, &["ann", "house", "x", "self"]), who(world)).prop_map(|(handle, party)| Body::OpenPayee { handle, party });
    let end = (text(world, &[REALM]), text(world, &["a", "b"])).prop_map(|(realm, name)| Body::EndOffer { realm, name });
    let top_up = (who(world), asset(world), amount(world), amount(world)).prop_map(|(party, asset, amount, most)| {
        let most = most.checked_add(Amount::from_u32(40)).unwrap_or(most);
        Body::TopUp(TopUp { party, asset, amount, most })
    });
    let guard = guard(world).prop_map(Body::SetGuard);
    let tip = (who(world), asset(world), amount(world)).prop_map(|(payee, asset, amount)| Body::Tip(Tip { payee, asset, amount }));
    prop_oneof![
        1 => found,
        3 => open,
        4 => offer(world).prop_map(|offer| Body::SetOffer(Box::new(offer))),
        1 => end,
        4 => top_up,
        10 => purchase(world).prop_map(Body::Buy),
        3 => purchase(world).prop_map(|purchase| Body::Promise(Box::new(purchase))),
        2 => used(world).prop_map(|used| Body::Use(Box::new(used))),
        5 => refund(world).prop_map(Body::Refund),
        3 => guard,
        4 => tip,
        2 => months(world),
        4 => session(world),
        2 => meter(world),
        4 => coin(world),
        2 => aside(world),
        12 => step(world),
    ]
    .boxed()
}

/// Months that begin so long before the instant that the runner puts in, mostly such that can be stated.
fn months(world: World) -> BoxedStrategy<Body> {
    let first = if world == World::Small {
        (0u64..40 * 24).prop_map(|hours| Timestamp::from_seconds(hours * 3_600)).boxed()
    } else {
        any::<u64>().prop_map(Timestamp).boxed()
    };
    let starts = (first, prop::collection::vec(26u64..34, 0..6)).prop_map(|(first, days)| {
        let mut starts = vec![first];
        for days in days {
            starts.push(starts[starts.len() - 1].after(Span(days * 86_400)));
        }
        starts
    });
    prop_oneof![1 => Just(Vec::new()), 6 => starts].prop_map(Body::StateMonths).boxed()
}

fn session(world: World) -> BoxedStrategy<Body> {
    let kind = prop::sample::select(vec![SessionKind::Trusted, SessionKind::Signed, SessionKind::Chain]);
    let terms = (kind, amount(world), any::<u16>(), bytes());
    let terms = terms.prop_map(|(kind, step, length, anchor)| SessionTerms { kind, voucher_key: anchor, step, length, anchor });
    let offer = if world == World::Small { (0u8..4).prop_map(|at| OfferId([at; 32])).boxed() } else { bytes().prop_map(OfferId).boxed() };
    let until = if world == World::Small { (0u64..2_000).boxed() } else { any::<u64>().boxed() };
    let parts = (offer, asset(world), amount(world), amount(world), until, terms, prop::option::of(proof(world)));
    let open = parts.prop_map(|(offer, asset, cap, first, until, terms, proof)| {
        let until = Timestamp(until);
        Body::OpenSession(Box::new(OpenSession { offer, asset, cap, first, until, terms, proof: proof.map(Box::new) }))
    });
    let session = any::<[u8; 16]>().prop_map(CommandId);
    let raise = (session, amount(world), prop::option::of(proof(world)))
        .prop_map(|(session, additional, proof)| Body::RaiseSession(RaiseSession { session, additional, proof: proof.map(Box::new) }));
    prop_oneof![3 => open, 1 => raise].boxed()
}

fn proof(world: World) -> BoxedStrategy<SessionProof> {
    let parts = (bytes(), text(world, &["/a/*"]));
    parts.prop_map(|(key, scope)| SessionProof { key, signature: [key[0]; 64], challenge: key, scope }).boxed()
}

/// A call after those of some numbers less; there are none before the first.
fn called(draw: Draw, distances: [u32; 2]) -> Call {
    let with = |earlier: Earlier, distance: u32| draw.seq.checked_sub(distance).and_then(|seq| earlier.with(draw.seq, seq));
    let delivered = distances.into_iter().fold(Earlier::default(), |earlier, distance| with(earlier, distance).unwrap_or(earlier));
    Call { draw, delivered }
}

/// Steps of sessions, whose ids the runner puts in.
fn step(world: World) -> BoxedStrategy<Body> {
    let units = if world == World::Small { (0u64..30).boxed() } else { any::<u64>().boxed() };
    let seq = if world == World::Small { (0u32..90).boxed() } else { any::<u32>().boxed() };
    let from = if world == World::Small { (0u64..40).boxed() } else { any::<u64>().boxed() };
    let part = if world == World::Small { (0u16..3).boxed() } else { any::<u16>().boxed() };
    let draw = (seq.clone(), 0u32..3, prop::option::of(voucher(world)), 0u8..3, prop::option::of(bytes()), units.clone())
        .prop_map(|(seq, print, voucher, version, offer, units)| Draw { seq, print, voucher, version, offer: offer.map(OfferId), units })
        .boxed();
    let settle = (seq, part, units.clone(), units).prop_map(|(seq, part, units, again)| Body::Settle(Settle { seq, part, units, again }));
    let reason = prop_oneof![
        (amount(world), proof(world)).prop_map(|(agreed, proof)| EndReason::Payer { agreed, proof: Box::new(proof) }),
        who(world).prop_map(|payer| EndReason::Pressed { payer }),
        Just(EndReason::Idle),
        Just(EndReason::Expired),
        Just(EndReason::Operator),
    ];
    let piece = (0u32..3, from.clone(), from, 0u8..3, prop::option::of(bytes())).prop_map(|(film, from, to, version, offer)| {
        Body::Watch(Watch { piece: Piece { film, from, to }, version, offer: offer.map(OfferId) })
    });
    let aside = prop::option::weighted(0.3, any::<[u8; 16]>().prop_map(CommandId));
    let event = (0u8..6, 0u64..2, from_times(world), units_of(world), 0u8..2, aside);
    let event = event
        .prop_map(|(event, print, at, units, version, aside)| Body::Count(Count { event: [event; 16], print, at, units, version, aside }));
    prop_oneof![
        4 => event,
        2 => piece,
        10 => draw.clone().prop_map(Body::Draw),
        4 => draw.clone().prop_map(Body::Reserve),
        4 => (draw, 0u32..4, 0u32..70).prop_map(|(draw, near, far)| Body::Call(called(draw, [near, far]))),
        4 => settle,
        2 => (0u32..5).prop_map(|number| Body::CaptureSession { number }),
        1 => reason.prop_map(|reason| Body::EndSession(EndSession { reason })),
    ]
    .boxed()
}

fn aside(world: World) -> BoxedStrategy<Body> {
    let parts = (any::<[u8; 16]>(), 0u8..2, units_of(world), 0u64..700);
    parts
        .prop_map(|(session, version, units, lasts)| {
            Body::SetAside(SetAside { session: CommandId(session), version, units, lasts: Span(lasts) })
        })
        .boxed()
}

fn from_times(world: World) -> BoxedStrategy<Timestamp> {
    if world == World::Small { (0u64..600).prop_map(Timestamp::from_seconds).boxed() } else { any::<u64>().prop_map(Timestamp).boxed() }
}

fn units_of(world: World) -> BoxedStrategy<u64> {
    if world == World::Small { (0u64..30).boxed() } else { any::<u64>().boxed() }
}

fn meter(world: World) -> BoxedStrategy<Body> {
    let unit = prop::sample::select(vec!["call", "token"]).prop_map(|unit| Unit::parse(unit).unwrap());
    let parts = (text(world, &["house", "ann"]), unit, text(world, &["n", "m"]), 50u64..400);
    parts.prop_map(|(payee, unit, sum, late)| Body::SetMeter(Box::new(SetMeter { payee, unit, sum, late: Span(late) }))).boxed()
}

/// Payments past the books; the runner puts in an offer, and the id of one to be ended.
fn coin(world: World) -> BoxedStrategy<Body> {
    let page = prop::sample::select(vec!["news.example/a/x", "news.example/b/c/d"]);
    let claim = (0u8..4, page, amount(world), asset(world), 0u8..12, prop::sample::select(vec![6u8, 6, 18, 2]), any::<bool>());
    let claim = claim.prop_map(|(offer, item, amount, asset, nonce, decimals, exact)| {
        let (network, name, version) = ("eip155:1".to_owned(), "Coin".to_owned(), "2".to_owned());
        let coin = Coin { network, contract: [1; 20], name, version, decimals };
        let value = coin.value_of(amount).unwrap_or(1).wrapping_add(u128::from(!exact && nonce > 9));
        let (offer, item, nonce) = (OfferId([offer; 32]), item.to_owned(), [nonce; 32]);
        let (pay_to, payer, signature) = ([2; 20], [3; 20], [4; 65]);
        let (valid_after, valid_before, block) = (0, u64::MAX >> 21, 5);
        Body::ClaimCoin(Box::new(ClaimCoin {
            offer,
            item,
            amount,
            asset,
            coin,
            pay_to,
            value,
            payer,
            nonce,
            valid_after,
            valid_before,
            signature,
            block,
        }))
    });
    let ending = prop_oneof![
        3 => (0u8..2).prop_map(|byte| CoinEnding::Paid { transfer: [byte; 32] }),
        1 => Just(CoinEnding::Lapsed),
        1 => Just(CoinEnding::Spent),
    ];
    prop_oneof![3 => claim, 2 => ending.prop_map(Body::CloseCoin)].boxed()
}

fn voucher(world: World) -> BoxedStrategy<Voucher> {
    let signed = amount(world).prop_map(|cumulative| Voucher::Signed { cumulative, signature: [6; 64] });
    let link = (0u16..3, any::<u16>(), bytes());
    let link = link.prop_map(|(checkpoint, index, link)| Voucher::Link { checkpoint, index, link });
    let checkpoint = (amount(world), amount(world), any::<u16>(), bytes())
        .prop_map(|(cumulative, step, length, anchor)| Voucher::Checkpoint { cumulative, signature: [6; 64], step, length, anchor });
    prop_oneof![signed, link, checkpoint].boxed()
}

fn guard(world: World) -> BoxedStrategy<Guard> {
    let on = prop_oneof![Just(GuardScope::All), text(world, &[REALM, "other.example"]).prop_map(GuardScope::Site)];
    let window = prop::sample::select(vec![Window::Day, Window::Month, Window::Each]);
    let verdict = prop::sample::select(vec![Verdict::Deny, Verdict::Ask]);
    let parts = (who(world), on, window, verdict, asset(world), prop::option::of(amount(world)));
    parts.prop_map(|(party, on, window, verdict, asset, most)| Guard { party, on, window, verdict, asset, most }).boxed()
}

pub fn offer(world: World) -> BoxedStrategy<Offer> {
    let price = prop_oneof![
        1 => Just(OfferPrice::Free),
        4 => (amount(world), asset(world)).prop_map(|(amount, asset)| OfferPrice::Fixed { amount, asset }),
        2 => (amount(world), asset(world)).prop_map(|(amount, asset)| OfferPrice::AtLeast { amount, asset }),
        3 => (amount(world), 1u64..9, asset(world), prop::sample::select(vec!["call", "token"])).prop_map(|(amount, per, asset, unit)| {
            let rate = Rate { amount, per: std::num::NonZeroU64::new(per).unwrap() };
            let video = (per > 4).then_some(Video { hold: amount, idle: Span(900), devices: (per > 6).then_some(NonZeroU8::MIN) });
            OfferPrice::Metered(Metered { rate, asset, unit: Unit::parse(unit).unwrap(), most: per, video })
        }),
    ];
    let names = (text(world, &["a", "b"]), text(world, &["ann", "house"]));
    let path = prop::sample::select(vec!["/a/*", "/a/x", "/b/**"]);
    let unlock = path.prop_map(|path| Selector::new(REALM, path).unwrap());
    let rest = prop::collection::vec(leg(world), 0..4);
    let refund = (span(world), 0u16..4).prop_map(|(window, per_day)| RefundTerms { window, per_day });
    let l402 = prop::sample::select(vec![None, None, Some(L402::After), Some(L402::First)]);
    let parts = (names, unlock, price, rest, refund, (prop::option::of(span(world)), l402));
    parts
        .prop_map(|((name, payee), unlock, price, mut split, refund, (lasts, l402))| {
            split.push(LegRule { label: "rest".into(), to: Beneficiary::Owner, share: Share::Rest });
            let fall = falling(&price, refund.window);
            Offer { name, payee, unlock, price, split, refund, lasts, fall, l402 }
        })
        .boxed()
}

/// Of some fixed prices a fall, around the instant at which everything begins.
fn falling(price: &OfferPrice, long: Span) -> Option<Fall> {
    let OfferPrice::Fixed { amount, .. } = price else { return None };
    let half = Amount::new(amount.units() / 2).filter(|half| !half.is_zero() && half < amount && long.0 % 2 == 1)?;
    let starts = Timestamp::parse("2026-11-22T10:00:00Z").unwrap();
    let steps = vec![FallStep { after: Span(0), amount: *amount }, FallStep { after: Span(long.0), amount: half }];
    Some(Fall { starts, ends: starts.after(Span(long.0.saturating_mul(3))), steps })
}

fn leg(world: World) -> BoxedStrategy<LegRule> {
    let to =
        prop_oneof![Just(Beneficiary::Owner), Just(Beneficiary::Operator), text(world, &["ann", "house"]).prop_map(Beneficiary::Payee),];
    let wide = any::<u16>().prop_map(Share::BasisPoints).boxed();
    let points = if world == World::Small { (1u16..5_000).prop_map(Share::BasisPoints).boxed() } else { wide };
    let share = prop_oneof![3 => points, 1 => amount(world).prop_map(Share::Fixed)];
    (text(world, &["writer"]), to, share).prop_map(|(label, to, share)| LegRule { label, to, share }).boxed()
}

fn purchase(world: World) -> BoxedStrategy<Purchase> {
    // In the small world a purchase names the offer by what the runner puts in for these first bytes.
    let offer = if world == World::Small { (0u8..4).prop_map(|at| OfferId([at; 32])).boxed() } else { bytes().prop_map(OfferId).boxed() };
    let item = text(world, &["news.example/a/x", "news.example/a/y", "news.example/b/c/d"]);
    let texts = (text(world, &[""]), text(world, &[""]), text(world, &[REALM]));
    let asked = prop::option::of(text(world, &["/a/x", "/a/x?p=2"]).prop_map(|target| Asked { method: "GET".to_owned(), target }));
    let signed = (bytes(), any::<u64>(), texts, asked).prop_map(|(key, expires, (digest, account, realm), asked)| {
        let (expires, signature, retry) = (Timestamp(expires), [key[0]; 64], [7; 16]);
        Consent::Signed(Box::new(Signature { key, signature, challenge: key, retry, expires, asked, digest, account, realm }))
    });
    let consent = prop_oneof![Just(Consent::Pressed), Just(Consent::OneClick), signed];
    let parts = (who(world), offer, item, amount(world), asset(world), consent);
    parts.prop_map(|(payer, offer, item, amount, asset, consent)| Purchase { payer, offer, item, amount, asset, consent }).boxed()
}

/// What a promise came to; the runner puts in which.
fn used(world: World) -> BoxedStrategy<Use> {
    let units = if world == World::Small { (0u64..6).boxed() } else { any::<u64>().boxed() };
    let delivered = (purchase(world), units).prop_map(|(purchase, units)| Use::Delivered { purchase, units });
    prop_oneof![4 => delivered, 1 => Just(Use::Nothing)].boxed()
}

fn refund(world: World) -> BoxedStrategy<RefundRequest> {
    let reason = prop_oneof![
        3 => who(world).prop_map(|payer| RefundReason::Undo { payer }),
        2 => who(world).prop_map(|payee| RefundReason::Payee { payee }),
        1 => Just(RefundReason::Operator),
        1 => Just(RefundReason::OriginFailed),
    ];
    let part = prop_oneof![2 => Just((None, Cause::Unsaid)), 3 => (prop::option::weighted(0.9, amount(world)), prop::sample::select(Cause::ALL.to_vec()))];
    let parts = (any::<[u8; 16]>(), reason, part);
    parts
        .prop_map(|(sale, reason, part)| {
            let by_payer = matches!(reason, RefundReason::Undo { .. } | RefundReason::OriginFailed);
            // Mostly of the form that is taken, since nothing else goes further.
            let (amount, cause) = if by_payer && sale[15] > 20 { (None, Cause::Unsaid) } else { part };
            RefundRequest { sale: CommandId(sale), reason, amount, cause }
        })
        .boxed()
}

fn who(world: World) -> BoxedStrategy<Party> {
    let names = prop::sample::select(vec!["alice", "bob", "ann", "house"]);
    if world == World::Small { names.prop_map(party).boxed() } else { any::<[u8; 20]>().prop_map(Party).boxed() }
}

fn asset(world: World) -> BoxedStrategy<Asset> {
    let few = prop_oneof![9 => Just("eur-micro"), 1 => Just("usd-micro")].prop_map(|text| Asset::parse(text).unwrap());
    if world == World::Small { few.boxed() } else { "[a-z0-9:-]{1,32}".prop_map(|text| Asset::parse(&text).unwrap()).boxed() }
}

fn amount(world: World) -> BoxedStrategy<Amount> {
    let wide = (0..=Amount::MAX.units()).prop_map(|units| Amount::new(units).unwrap());
    if world == World::Small { (0u32..40).prop_map(Amount::from_u32).boxed() } else { wide.boxed() }
}

fn span(world: World) -> BoxedStrategy<Span> {
    if world == World::Small { (0u64..5_000).prop_map(Span).boxed() } else { prop_oneof![0u64..4, any::<u64>()].prop_map(Span).boxed() }
}

fn text(world: World, few: &'static [&'static str]) -> BoxedStrategy<String> {
    let known = prop::sample::select(few.to_vec()).prop_map(str::to_owned);
    if world == World::Small { known.boxed() } else { prop_oneof![known, "\\PC{0,40}", any::<String>()].boxed() }
}

fn bytes() -> impl Strategy<Value = [u8; 32]> {
    any::<[u8; 32]>()
}

/// Ids that collide now and then, at times in and around their window.
pub fn id() -> impl Strategy<Value = (i64, u8, Maker)> {
    let maker = prop_oneof![3 => Just(Maker::Instance), 1 => Just(Maker::Party(party("alice")))];
    (prop_oneof![8 => Just(0i64), 1 => -700_000i64..200_000], any::<u8>(), maker)
}
