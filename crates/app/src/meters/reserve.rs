//! A service that meters itself reserves the worst case before it works, so that it never works for what nobody authorised.

use super::aimed;
use crate::instance::Instance;
use crate::refusals::{Claim, problem_of_session};
use market::{Body, Command, Effect, Maker, Outcome, Rejection, SetAside, State, Unit};
use money::{Amount, CommandId, Party, Span, Timestamp};
use protocol::problem::{MeterProblem, Problem};
use std::sync::Arc;

/// So long a reservation holds where nobody says.
pub(crate) const USUAL: Span = Span(60);

/// What a service asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Wanted {
    /// The call's own id, and the reservation's.
    pub id: CommandId,
    /// The session, as an event's subject names it.
    pub subject: String,
    /// How many units the work uses at most.
    pub units: u64,
    /// So long it may take.
    pub lasts: Span,
}

/// What is reserved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Reserved {
    /// Of which session.
    pub session: CommandId,
    /// What the units cost at most.
    pub amount: Amount,
    /// Until when, unless an event names it before; none once that was so.
    pub until: Option<Timestamp>,
}

/// Reserves units of a payee's meter; durable when this answers. Asked again with the same id it answers the same, whatever happened between.
///
/// # Errors
/// [`Problem::Unknown`] for a session that is not the payee's or is over, `hold-exhausted` and `insufficient-balance` where not enough is
/// authorised, [`Problem::IdReused`] and the like for the id, [`Problem::Busy`], [`Problem::NoRoom`], [`Problem::Internal`].
pub(crate) async fn reserve(instance: &Arc<Instance>, whose: (&str, Party, Unit), wanted: &Wanted) -> Result<Reserved, Problem> {
    let (payee, party, unit) = (whose.0.to_owned(), whose.1, whose.2);
    let (keys, subject) = (Arc::clone(&instance.keys), wanted.subject.clone());
    let aim = move |state: &State, _| {
        let (session, version) = aimed(state, (&payee, unit), &subject, &|payer| keys.pairwise(payer, &payee))?;
        let figures = state.session(session).map(|is| (is.cap, is.accepted));
        figures.map(|figures| (session, version, figures)).ok_or(Problem::Unknown)
    };
    let (session, version, (cap, accepted)) = instance.look(aim).await?.map_err(of_subject)?;
    let body = Body::SetAside(SetAside { session, version, units: wanted.units, lasts: wanted.lasts });
    let id = wanted.id;
    let outcome = instance.apply(Command { id, maker: Maker::Party(party), body }).await?.outcome;
    let amount = match &outcome {
        Outcome::Rejected(Rejection::SessionUnknown | Rejection::MeterUnknown | Rejection::SessionEnded) => return Err(Problem::Unknown),
        // These are of the call's id, and not of a request's number in the session.
        Outcome::Rejected(Rejection::IdReused) => return Err(Problem::IdReused),
        Outcome::Rejected(Rejection::IdTooOld) => return Err(Problem::IdTooOld),
        Outcome::Rejected(no) => return Err(problem_of_session(no, instance.config.asset(), (cap, Claim::Raises(accepted)))),
        Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => match outcome.effect() {
            Ok(Effect::Reserved(amount)) => amount,
            _ => return Err(Problem::Internal),
        },
    };
    let until = move |state: &State, now: Timestamp| {
        let mut live = state.session(session)?.set_aside(now);
        live.find(|aside| aside.id == id).map(|aside| aside.until)
    };
    Ok(Reserved { session, amount, until: instance.look(until).await? })
}

/// What is wrong with the subject of an event is wrong with the call here.
fn of_subject(problem: Problem) -> Problem {
    if let Problem::Meter(MeterProblem::EventInvalid { detail }) = problem { Problem::BadRequest { detail } } else { problem }
}
