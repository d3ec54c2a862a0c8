//! Swarm weights: each seed does much of some things and nothing of others, so that odd mixtures meet.

use crate::rng::Rng;

/// What a client may do next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Found,
    OpenPayee,
    SetOffer,
    EndOffer,
    TopUp,
    Buy,
    /// The most of a purchase is kept back.
    Promise,
    /// What such a purchase came to.
    Use,
    Undo,
    Refund,
    /// Gives back a part of a sale.
    Part,
    SetGuard,
    StateMonths,
    Tip,
    OpenSession,
    Draw,
    Reserve,
    Call,
    Settle,
    /// A piece of a film is watched.
    Watch,
    /// A meter is made, or given another window.
    SetMeter,
    /// An event of a meter.
    Count,
    /// A coin is claimed past the books.
    Coin,
    /// And its chain says what became of it.
    CloseCoin,
    /// A service sets something aside before it works.
    SetAside,
    Raise,
    Capture,
    EndSession,
    /// Sends an earlier command again, as it was.
    Again,
    /// Sends an earlier command with something changed: its content, or whose it is.
    Edited,
    /// A command that no door would let through.
    Malformed,
}

/// What may go wrong with one command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    None,
    /// The answer never arrives; the client asks again.
    LostAnswer,
    /// The process dies after the record is durable and before the answer leaves.
    CrashAfterJournal,
    /// The process dies before the record is durable.
    CrashBeforeJournal,
    /// The process dies while the record is written.
    TornRecord,
}

const ACTIONS: [(Action, u64); 31] = [
    (Action::Found, 1),
    (Action::OpenPayee, 1),
    (Action::SetOffer, 6),
    (Action::EndOffer, 1),
    (Action::TopUp, 8),
    (Action::Buy, 40),
    (Action::Promise, 8),
    (Action::Use, 8),
    (Action::Undo, 14),
    (Action::Refund, 6),
    (Action::Part, 10),
    (Action::SetGuard, 4),
    (Action::StateMonths, 2),
    (Action::Tip, 6),
    (Action::OpenSession, 6),
    (Action::Draw, 24),
    (Action::Reserve, 6),
    (Action::Call, 10),
    (Action::Settle, 8),
    (Action::Watch, 10),
    (Action::SetMeter, 2),
    (Action::Count, 12),
    (Action::Coin, 6),
    (Action::CloseCoin, 5),
    (Action::SetAside, 6),
    (Action::Raise, 3),
    (Action::Capture, 5),
    (Action::EndSession, 3),
    (Action::Again, 6),
    (Action::Edited, 6),
    (Action::Malformed, 1),
];

/// The mixture of one seed.
#[derive(Clone, Debug)]
pub(crate) struct Swarm {
    actions: Vec<(Action, u64)>,
    /// One crash in so many steps; 0 = never.
    crash: u64,
    /// One lost answer in so many steps.
    lost: u64,
    /// One large clock jump in so many steps.
    pub jump: u64,
    /// One client that sends much at once in so many steps.
    pub burst: u64,
    /// One clock jump to the very edge of something in so many steps.
    pub edge: u64,
}

impl Swarm {
    pub fn of(rng: &mut Rng) -> Swarm {
        let actions = ACTIONS.iter().map(|(action, weight)| {
            let times = rng.pick(&[0, 1, 1, 2, 6]);
            let always = matches!(action, Action::Buy | Action::TopUp);
            (*action, weight.saturating_mul(if always { times.max(1) } else { times }))
        });
        let actions = actions.collect();
        let crash = rng.pick(&[0, 400, 150]);
        let lost = rng.pick(&[0, 40, 8]);
        Swarm { actions, crash, lost, jump: rng.pick(&[0, 300, 60, 20]), burst: rng.pick(&[0, 0, 0, 250]), edge: rng.pick(&[0, 60, 15]) }
    }

    /// The same mixture with nothing going wrong.
    pub fn calm(&self) -> Swarm {
        Swarm { crash: 0, lost: 0, ..self.clone() }
    }

    pub fn action(&self, rng: &mut Rng) -> Action {
        let all = self.actions.iter().fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
        let mut at = rng.below(all);
        for (action, weight) in &self.actions {
            if at < *weight {
                return *action;
            }
            at = at.saturating_sub(*weight);
        }
        Action::Buy
    }

    pub fn fault(&self, rng: &mut Rng) -> Fault {
        if rng.once_in(self.crash) {
            return rng.pick(&[Fault::CrashAfterJournal, Fault::CrashBeforeJournal, Fault::TornRecord]);
        }
        if rng.once_in(self.lost) { Fault::LostAnswer } else { Fault::None }
    }
}
