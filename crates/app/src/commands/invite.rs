//! `farthing admin` and `farthing desk`: links that let people in, made on the machine itself; stopping a rail; a new secret.

use super::{Failure, Which, books};
use crate::control::{self, Ask};
use crate::rails::Taking;
use clap::Subcommand;

/// `farthing admin`.
#[derive(clap::Args, Debug)]
pub struct AdminArgs {
    #[command(subcommand)]
    verb: AdminVerb,
}

#[derive(Subcommand, Debug)]
enum AdminVerb {
    /// Print a link that makes one more operator; it works once, for 30 minutes.
    SetupCode {
        #[command(flatten)]
        which: Which,
    },
    /// Take no money in over a rail, as when it is broken; balances, paying and undo go on.
    RailStop {
        /// Its name: `play` in test mode.
        rail: String,
        #[command(flatten)]
        which: Which,
    },
    /// Take money in over a rail again.
    RailStart {
        /// Its name: `play` in test mode.
        rail: String,
        #[command(flatten)]
        which: Which,
    },
    /// Sell by L402 under a new secret; what was sold under the former one stays good until it ends.
    RotateL402 {
        #[command(flatten)]
        which: Which,
    },
}

/// `farthing desk`.
#[derive(clap::Args, Debug)]
pub struct DeskArgs {
    #[command(subcommand)]
    verb: DeskVerb,
}

#[derive(Subcommand, Debug)]
enum DeskVerb {
    /// Print a link that makes somebody a member of a payee's team; it works once, for three days.
    Invite {
        /// Handle of the payee, as in farthing.toml.
        payee: String,
        /// What they may do: owner, editor, reader or developer.
        #[arg(long, default_value = "owner")]
        role: String,
        #[command(flatten)]
        which: Which,
    },
}

pub(super) fn admin(args: &AdminArgs) -> Result<(), Failure> {
    match &args.verb {
        AdminVerb::SetupCode { which } => running(which, &Ask::SetupCode),
        AdminVerb::RotateL402 { which } => running(which, &Ask::RotateL402),
        AdminVerb::RailStop { rail, which } => running(which, &Ask::Rail { rail: rail.clone(), taking: Taking::Stop }),
        AdminVerb::RailStart { rail, which } => running(which, &Ask::Rail { rail: rail.clone(), taking: Taking::Start }),
    }
}

pub(super) fn desk(args: &DeskArgs) -> Result<(), Failure> {
    let DeskVerb::Invite { payee, role, which } = &args.verb;
    running(which, &Ask::InviteMember { payee: payee.clone(), role: role.clone() })
}

/// Asks the running instance; an invitation to a door that nobody serves would be of no use.
fn running(which: &Which, ask: &Ask) -> Result<(), Failure> {
    let asked = control::ask(&super::source::folder(which)?.join("sock"), ask).map_err(|error| Failure::failed(error.to_string()))?;
    match asked {
        Some((said, _)) => books::say(said),
        None => Err(Failure::failed("the instance is not running: start `farthing serve` first")),
    }
}
