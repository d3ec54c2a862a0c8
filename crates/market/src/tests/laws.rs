//! What holds whatever is asked, in whatever order: a market of few people and pages under thousands of commands.

use super::arbitrary::{World, body, id};
use super::script::Run;
use super::words::party;
use crate::*;
use money::{CommandId, OfferId, Span, Timestamp};
use proptest::prelude::*;

/// The runner fills in what a command can only know from what was before: offers and sales by their order.
pub fn bound(body: &Body, run: &Run) -> Body {
    let offer_of = |pick: OfferId| {
        let offers: Vec<_> = run.state.versions.keys().copied().collect();
        offers.get(usize::from(pick.0[0]) % (offers.len() + 1)).copied().unwrap_or(pick)
    };
    match body {
        Body::OpenSession(open) => {
            let until = run.now.after(Span(open.until.0));
            Body::OpenSession(Box::new(OpenSession { offer: offer_of(open.offer), until, ..OpenSession::clone(open) }))
        }
        Body::RaiseSession(raise) => {
            let session = session_of(raise.session, run).unwrap_or(raise.session);
            Body::RaiseSession(RaiseSession { session, ..raise.clone() })
        }
        Body::ClaimCoin(claim) => Body::ClaimCoin(Box::new(ClaimCoin { offer: offer_of(claim.offer), ..ClaimCoin::clone(claim) })),
        Body::Draw(draw) => Body::Draw(Draw { offer: draw.offer.map(offer_of), ..*draw }),
        Body::Reserve(draw) => Body::Reserve(Draw { offer: draw.offer.map(offer_of), ..*draw }),
        Body::Call(call) => Body::Call(Call { draw: Draw { offer: call.draw.offer.map(offer_of), ..call.draw }, ..*call }),
        Body::Buy(purchase) => {
            let offers: Vec<_> = run.state.versions.keys().copied().collect();
            let pick = usize::from(purchase.offer.0[0]);
            let offer = offers.get(pick).copied().unwrap_or(purchase.offer);
            Body::Buy(Purchase { offer, ..purchase.clone() })
        }
        Body::Promise(purchase) => {
            let offers: Vec<_> = run.state.versions().filter(|(_, version)| version.offer.up_to().is_some()).collect();
            let (offer, most) =
                offers.last().map_or((purchase.offer, purchase.amount), |(id, version)| (*id, version.offer.up_to().unwrap().0));
            let amount = if purchase.offer.0[0] == 3 { purchase.amount } else { most };
            let item = if purchase.item.starts_with("news") { "news.example/t/x".to_owned() } else { purchase.item.clone() };
            Body::Promise(Box::new(Purchase { offer, amount, item, ..purchase.as_ref().clone() }))
        }
        Body::Use(used) => match (used.as_ref(), open_promise(run)) {
            (Use::Delivered { units, .. }, Some((_, purchase))) => Body::Use(Box::new(Use::Delivered { purchase, units: *units })),
            _ => body.clone(),
        },
        Body::Refund(request) => {
            let sales: Vec<_> = run.state.sales().map(|(id, _)| id).collect();
            let pick = usize::from(request.sale.0[0]) % (sales.len() + 1);
            Body::Refund(RefundRequest { sale: sales.get(pick).copied().unwrap_or(request.sale), ..request.clone() })
        }
        // Months are drawn around the instant at which everything begins.
        Body::StateMonths(starts) if starts.len() > 1 => {
            let first = Timestamp(run.now.0.saturating_sub(starts[0].0));
            let start = |at: &Timestamp| Timestamp(first.0.saturating_add(at.0.saturating_sub(starts[0].0)));
            Body::StateMonths(starts.iter().map(start).collect())
        }
        Body::Found(_)
        | Body::StateMonths(_)
        | Body::OpenPayee { .. }
        | Body::SetOffer(_)
        | Body::EndOffer { .. }
        | Body::TopUp(_)
        | Body::SetGuard(_)
        | Body::Tip(_)
        | Body::Settle(_)
        | Body::CaptureSession { .. }
        | Body::EndSession(_)
        | Body::Watch(_)
        | Body::CloseCoin(_)
        | Body::SetMeter(_) => body.clone(),
        Body::SetAside(set) => {
            let session = session_of(set.session, run).unwrap_or(set.session);
            Body::SetAside(SetAside { session, ..*set })
        }
        // Events are drawn around the instant at which they are sent.
        Body::Count(count) => {
            let at = Timestamp((run.now.0.saturating_add(count.at.0)).saturating_sub(200_000_000));
            let aside = count.aside.map(|pick| aside_of(pick, run).unwrap_or(pick));
            Body::Count(Count { at, aside, ..*count })
        }
    }
}

/// The first purchase that is under way, as its record has it.
fn open_promise(run: &Run) -> Option<(CommandId, Purchase)> {
    let (id, _) = run.state.all_promised().next()?;
    run.journal.iter().find_map(|(_, bytes)| match Record::decode(Layout::Two, bytes).unwrap().command {
        Command { id: of, body: Body::Promise(purchase), .. } if of == id => Some((id, *purchase)),
        _ => None,
    })
}

/// Something that is set aside, by the first byte.
fn aside_of(pick: CommandId, run: &Run) -> Option<CommandId> {
    let all: Vec<_> = run.state.sessions().flat_map(|(_, session)| session.aside.iter().map(|aside| aside.id)).collect();
    let at = usize::from(pick.0[0]).checked_rem(all.len())?;
    all.get(at).copied()
}

/// One of the sessions there are, by the first byte.
fn session_of(pick: CommandId, run: &Run) -> Option<CommandId> {
    let sessions: Vec<_> = run.state.sessions().map(|(id, _)| id).collect();
    let at = usize::from(pick.0[0]).checked_rem(sessions.len())?;
    sessions.get(at).copied()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// `Run::tell` asserts after each command: sums zero, held ≤ posted, refunded ≤ captured, what is owned has a live
    /// sale, and that only an applied command changed the state; at the end replay(journal) = state.
    #[test]
    fn whatever_is_asked_the_market_holds(steps in prop::collection::vec((0u64..400, id(), body(World::Small)), 1..120)) {
        let mut run = Run::begun();
        for line in [
            "_ topup alice 0.0001 EUR",
            "_ meter house call 1h",
            "_ offer m /m/* metered 0.000003 EUR 2 call w:ann:7000bp h:self:rest",
            "_ offer t /t/* metered 0.000002 EUR 1 token most 5 w:ann:7000bp h:self:rest",
            "_ topup bob 0.0001 EUR", "_ offer a /a/* fixed 0.00001 EUR w:ann:7000bp h:self:rest per-day 2"] {
            run.line(line);
        }
        for (seconds, (off, random, maker), body) in &steps {
            run.now = run.now.after(Span(*seconds));
            let made = run.now.ms().checked_add_signed(*off).unwrap();
            let id = CommandId::new(made, [*random % 16; 10]);
            let (id, maker) = match body.is_step() {
                _ if matches!(body, Body::Use(_)) => (open_promise(&run).map_or(id, |(id, _)| id), Maker::Instance),
                _ if matches!(body, Body::Promise(_)) => (id, Maker::Instance),
                true => (session_of(CommandId([*random; 16]), &run).unwrap_or(id), Maker::Instance),
                false if matches!(body, Body::SetAside(_)) => (id, Maker::Party(party("house"))),
                false => (id, *maker),
            };
            let command = Command { id, maker, body: bound(body, &run) };
            let first = run.tell(&command);
            let again = run.tell(&command);
            match (first, again) {
                // A step that is repeated moves nothing; an end is told until it is one.
                (Outcome::Applied(_), again) if command.body.is_step() => {
                    let ends = matches!(command.body, Body::EndSession(_));
                    prop_assert!(ends || !matches!(again, Outcome::Applied(_)), "{:?} {:?}", command, again);
                }
                (Outcome::Applied(applied), Outcome::Replayed(effect)) => prop_assert_eq!(applied.effect, effect),
                (first, again) => prop_assert_eq!(first, again),
            }
        }
        run.assert_replays();
    }

    /// Whatever a stranger fills a command with, it is answered.
    #[test]
    fn any_command_is_answered(bodies in prop::collection::vec(body(World::Wide), 1..8)) {
        let mut run = Run::begun();
        for (number, body) in bodies.into_iter().enumerate() {
            let id = CommandId::new(run.now.ms(), [u8::try_from(number).unwrap(); 10]);
            run.tell(&Command { id, maker: Maker::Instance, body });
        }
        run.assert_replays();
    }
}
