//! Money that wallets elsewhere are to give back: written down before anybody is asked, and asked for until the wallet says
//! yes or no, also over restarts. The reader reads the page no more from the first moment on.

use super::ask::{Between, NotTold};
use super::asked::{PAYEE, UNDO};
use crate::instance::Instance;
use crate::world;
use money::{Span, Timestamp};
use protocol::problem::Problem;
use protocol::redeem::{Entitled, Standing};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use store::vault::{Bought, BoughtState, Giving};
use tokio::time::MissedTickBehavior;

/// How often it is looked whether something is due.
const LOOK: Duration = Duration::from_secs(2);
/// Asked for in one go.
const AT_ONCE: u32 = 20;
/// While one asks, no other does.
const TURN: Span = Span(10);
/// When it is asked again; the last one for ever.
const AGAIN: [Span; 6] = [Span(5), Span(30), Span(120), Span(600), Span(3_600), Span(6 * 3_600)];

/// What came of asking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// The money went back.
    Back,
    /// Not yet; the wallet is asked again.
    Later,
    /// The wallet gave no answer; it is asked again until it does.
    Silent,
    /// The wallet says no, with this code.
    No(String),
}

/// Ends what a purchase gives and asks its wallet for the money. On return the wish is durable, whatever the wallet said.
///
/// # Errors
/// [`Problem::Internal`]; then nothing changed.
pub async fn begin(instance: &Arc<Instance>, bought: &Bought, reason: &'static str, now: Timestamp) -> Result<Given, Problem> {
    let (wallet, sale) = (bought.wallet.clone(), bought.sale);
    let began = instance.vault(move |vault| vault.give_back((&wallet, sale), reason, now.after(TURN))).await?;
    if !began {
        return Ok(if bought.state == BoughtState::Returned { Given::Back } else { Given::Later });
    }
    ask(instance, Giving { bought: bought.clone(), reason: reason.to_owned(), tries: 0 }, now).await
}

/// Asks for all that is due.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn step(instance: &Arc<Instance>, now: Timestamp) -> Result<(), Problem> {
    let mut silent = BTreeSet::new();
    for giving in instance.vault(move |vault| vault.due_back(now, AT_ONCE)).await? {
        let wallet = giving.bought.wallet.clone();
        // One that gave no answer now would let each of its purchases wait as long again.
        if !silent.contains(&wallet) && ask(instance, giving, now).await? == Given::Silent {
            silent.insert(wallet);
        }
    }
    Ok(())
}

/// Asks for what is due until it is dropped.
pub async fn keep(instance: Arc<Instance>) {
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        // A fault is in the log, and the next look tries again.
        let _ = step(&instance, world::now()).await;
    }
}

async fn ask(instance: &Arc<Instance>, giving: Giving, now: Timestamp) -> Result<Given, Problem> {
    let Giving { bought, mut reason, tries } = giving;
    let site = instance.config.site.get(&bought.site).map(|site| instance.config.url(&site.host));
    let told = match &site {
        Some(site) => Between { instance, site, wallet: &bought.wallet, now }.refund((bought.quote, bought.sale), &reason).await,
        // The operator took the site out of the configuration; put back, it is asked for again.
        None => Err(NotTold::Unreachable),
    };
    let given = match told {
        Ok(Entitled { standing: Standing::Refunded, .. }) => Given::Back,
        Ok(_) => Given::Later,
        Err(NotTold::Unreachable) => Given::Silent,
        Err(NotTold::Unknown) => Given::No("unknown".to_owned()),
        Err(NotTold::Refused(code)) if code == "refund-window-closed" && reason == UNDO && tries > 0 => {
            // The reader was in time, the wallet was not there: the payee gives it back.
            reason = PAYEE.to_owned();
            Given::Later
        }
        Err(NotTold::Refused(code)) => Given::No(code),
    };
    let wait = usize::try_from(tries).ok().and_then(|tries| AGAIN.get(tries)).or(AGAIN.last()).copied().unwrap_or(TURN);
    let (wallet, sale, said) = (bought.wallet, bought.sale, given.clone());
    instance
        .vault(move |vault| match said {
            Given::Back => vault.settle_bought((&wallet, sale), BoughtState::Returned),
            Given::Later | Given::Silent => vault.ask_again((&wallet, sale), &reason, now.after(wait)),
            Given::No(code) => {
                tracing::error!(wallet, code, "a wallet elsewhere does not give money back");
                vault.settle_bought((&wallet, sale), BoughtState::Refused)
            }
        })
        .await?;
    Ok(given)
}
