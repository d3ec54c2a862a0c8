//! What holds whatever is asked, in whatever order: a market of few people and pages under thousands of commands.

use super::arbitrary::{World, body, id};
use super::script::Run;
use crate::*;
use money::{CommandId, Span};
use proptest::prelude::*;

/// The runner fills in what a command can only know from what was before: offers and sales by their order.
pub fn bound(body: &Body, run: &Run) -> Body {
    match body {
        Body::Buy(purchase) => {
            let offers: Vec<_> = run.state.versions.keys().copied().collect();
            let pick = usize::from(purchase.offer.0[0]);
            let offer = offers.get(pick).copied().unwrap_or(purchase.offer);
            Body::Buy(Purchase { offer, ..purchase.clone() })
        }
        Body::Refund(request) => {
            let sales: Vec<_> = run.state.sales().map(|(id, _)| id).collect();
            let pick = usize::from(request.sale.0[0]) % (sales.len() + 1);
            Body::Refund(RefundRequest { sale: sales.get(pick).copied().unwrap_or(request.sale), ..request.clone() })
        }
        Body::Found(_)
        | Body::OpenPayee { .. }
        | Body::SetOffer(_)
        | Body::EndOffer { .. }
        | Body::TopUp(_)
        | Body::SetGuard(_)
        | Body::Tip(_) => body.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// `Run::tell` asserts after each command: sums zero, held ≤ posted, refunded ≤ captured, what is owned has a live
    /// sale, and that only an applied command changed the state; at the end replay(journal) = state.
    #[test]
    fn whatever_is_asked_the_market_holds(steps in prop::collection::vec((0u64..400, id(), body(World::Small)), 1..120)) {
        let mut run = Run::begun();
        for line in ["_ topup alice 0.0001 EUR", "_ topup bob 0.0001 EUR", "_ offer a /a/* fixed 0.00001 EUR w:ann:7000bp h:self:rest per-day 2"] {
            run.line(line);
        }
        for (seconds, (off, random, maker), body) in &steps {
            run.now = run.now.after(Span(*seconds));
            let made = run.now.ms().checked_add_signed(*off).unwrap();
            let id = CommandId::new(made, [*random % 16; 10]);
            let command = Command { id, maker: *maker, body: bound(body, &run) };
            let first = run.tell(&command);
            let again = run.tell(&command);
            match (first, again) {
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
