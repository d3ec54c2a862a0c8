//! Meters: events of what a payee's own service counted, on their way into the books, and what they come to.

mod bill;
mod reserve;
mod usage;

pub(crate) use bill::{Bill, Bills, Line, Month, Period, Reader, Stage, Standing, Whose, bills, by_payer, months};
pub(crate) use reserve::{Reserved, USUAL, Wanted, reserve};
pub(crate) use usage::{Of, Sums, of_meter, usage};

use crate::instance::Instance;
use crate::refusals::problem_of;
use market::{Body, Command, Count, Effect, Maker, Outcome, Rejection, State, Unit};
use money::{Amount, CommandId};
use protocol::cloud_event::{MeterEvent, Unread, Wrong};
use protocol::problem::{MeterProblem, Problem};
use protocol::text::{parse_command, parse_serial};
use std::sync::Arc;

/// So long a meter that can remember no more asks to be left alone.
const FULL_S: u32 = 600;

/// What came of one event.
pub(crate) struct Taken {
    /// Its `source`, as far as it could be read.
    pub source: Option<String>,
    /// Its `id`.
    pub id: Option<String>,
    /// What was done, or why nothing was.
    pub done: Result<Done, Problem>,
}

/// An event that is counted.
pub(crate) enum Done {
    /// It is new.
    Applied {
        /// How many units it was for.
        units: u64,
        /// What was drawn for them.
        amount: Amount,
        /// How many of them nothing was authorised for, or set aside.
        unbilled: u64,
        /// What became of the reservation that it named.
        reservation: Option<Named>,
    },
    /// It was counted before.
    Duplicate,
}

/// A reservation that an event named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Named {
    /// It was drawn from; what was left of it is free.
    Drawn,
    /// It is none of this session, or no longer: the event was counted as any other.
    Gone,
}

/// The member that says how many units an event of a payee's meter is for; none if there is no such meter.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn sum_of(instance: &Instance, payee: &str, unit: Unit) -> Result<Option<String>, Problem> {
    let payee = payee.to_owned();
    instance.look(move |state, _| state.meter(&payee, unit).map(|meter| meter.sum.clone())).await
}

/// Takes events of a payee's meter, in their order; all of them are durable when this answers.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::NoRoom`], [`Problem::Internal`]; then none of them was taken.
pub(crate) async fn take(
    instance: &Arc<Instance>,
    (payee, unit): (&str, Unit),
    events: Vec<Result<MeterEvent, Unread>>,
) -> Result<Vec<Taken>, Problem> {
    let subjects: Vec<String> = events.iter().map(|event| event.as_ref().map_or_else(|_| String::new(), |it| it.subject.clone())).collect();
    let (keys, handle) = (Arc::clone(&instance.keys), payee.to_owned());
    let aim = move |state: &State, _| {
        let reference = |payer| keys.pairwise(payer, &handle);
        subjects.iter().map(|subject| aimed(state, (&handle, unit), subject, &reference)).collect::<Vec<_>>()
    };
    let aims = instance.look(aim).await?;
    let mut commands = Vec::with_capacity(events.len());
    let mut taken = Vec::with_capacity(events.len());
    for (event, aim) in events.into_iter().zip(aims) {
        let (source, id, command) = match event {
            Err(unread) => (unread.source, unread.id, Err(problem_of_event(unread.why))),
            Ok(event) => {
                let command = aim.and_then(|aim| command(aim, &event));
                (Some(event.source), Some(event.id), command)
            }
        };
        let done = command.map(|command| {
            let units = if let Body::Count(count) = &command.body { count.units } else { 0 };
            commands.push(command);
            // What the books say of it comes below.
            Done::Applied { units, amount: Amount::ZERO, unbilled: 0, reservation: named(&commands) }
        });
        taken.push(Taken { source, id, done });
    }
    let answers = instance.apply_each(commands).await?;
    for (taken, answer) in taken.iter_mut().filter(|taken| taken.done.is_ok()).zip(answers) {
        if let Ok(Done::Applied { units, reservation, .. }) = taken.done {
            taken.done = done(instance, (units, reservation), &answer.outcome);
        }
    }
    Ok(taken)
}

/// The session that an event names, and the version of it that the meter draws by. Somebody else's is not there.
fn aimed(
    state: &State,
    (payee, unit): (&str, Unit),
    subject: &str,
    reference: &impl Fn(money::Party) -> String,
) -> Result<(CommandId, u8), Problem> {
    let (payer, text) = subject.rsplit_once('/').map_or((None, subject), |(payer, text)| (Some(payer), text));
    let id = parse_serial(text).or_else(|_| parse_command(text)).map_err(|_| Problem::Unknown)?;
    let session = state.session(id).ok_or(Problem::Unknown)?;
    let is_own = state.offer(session.offer()).is_some_and(|version| version.offer.payee == payee);
    if !is_own || payer.is_some_and(|payer| payer != reference(session.payer)) {
        return Err(Problem::Unknown);
    }
    let version = state.metered_version(session, payee, unit);
    let detail = || "the session of its `subject` is not priced by this meter".to_owned();
    version.map(|version| (id, version)).ok_or_else(|| Problem::Meter(MeterProblem::EventInvalid { detail: detail() }))
}

fn command((session, version): (CommandId, u8), event: &MeterEvent) -> Result<Command, Problem> {
    let unread = |_| problem_of_event(Wrong::Form("`reservation` is the one that /reserve gave"));
    let aside = event.reservation.as_deref().map(|text| parse_serial(text).or_else(|_| parse_command(text))).transpose().map_err(unread)?;
    let count = Count { event: event.key, print: event.print, at: event.at, units: event.quantity, version, aside };
    Ok(Command { id: session, maker: Maker::Instance, body: Body::Count(count) })
}

/// What is known of the reservation that the last of the commands names, before the books say more.
fn named(commands: &[Command]) -> Option<Named> {
    match commands.last().map(|command| &command.body) {
        Some(Body::Count(Count { aside: Some(_), .. })) => Some(Named::Gone),
        _ => None,
    }
}

fn done(instance: &Instance, (units, named): (u64, Option<Named>), outcome: &Outcome) -> Result<Done, Problem> {
    match outcome {
        Outcome::Standing(_) | Outcome::Replayed(_) => Ok(Done::Duplicate),
        Outcome::Applied(applied) => {
            if let Effect::CountedAside { amount, unbilled, .. } = applied.effect {
                return Ok(Done::Applied { units, amount, unbilled, reservation: Some(Named::Drawn) });
            }
            let Effect::Counted { amount, unbilled, .. } = applied.effect else { return Err(Problem::Internal) };
            Ok(Done::Applied { units, amount, unbilled, reservation: named })
        }
        Outcome::Rejected(Rejection::SessionUnknown | Rejection::MeterUnknown) => Err(Problem::Unknown),
        Outcome::Rejected(rejection) => Err(problem_of(rejection, instance.config.asset(), "")),
    }
}

/// What the books say of an event, in the words of the wire.
pub(crate) fn problem_of_meter(rejection: &Rejection) -> MeterProblem {
    if let Rejection::TooLate { since } = rejection {
        MeterProblem::TooLate { since: *since }
    } else if *rejection == Rejection::EventInFuture {
        MeterProblem::EventInFuture
    } else if *rejection == Rejection::EventConflict {
        MeterProblem::EventConflict
    } else {
        MeterProblem::MeterFull { retry_after_s: FULL_S }
    }
}

fn problem_of_event(wrong: Wrong) -> Problem {
    Problem::Meter(match wrong {
        Wrong::Form(what) => MeterProblem::EventInvalid { detail: what.to_owned() },
        Wrong::Quantity => MeterProblem::QuantityInvalid,
    })
}
