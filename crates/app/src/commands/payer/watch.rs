//! `farthing watch`: a film, paid as it comes. Its segments go to a file or to standard output, one after the other, each with
//! its voucher; what it costs goes to standard error.

mod place;
mod reel;
mod told;

use super::{Common, address, currency, run as run_verb};
use crate::commands::Failure;
use crate::gateway::hls::MOST_BYTES;
use client::{Address, Error, Fetched, Film, Opened, Policy, Sessions};
use place::Place;
use reel::{Choice, Reel, Rendition, Segment};
use std::path::PathBuf;
use std::time::Duration;
use told::Told;

/// `farthing watch`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The address of its playlist.
    url: String,
    /// The most that may be held for it, and so spent: 1.00, or "1.00 EUR".
    #[arg(long, value_name = "AMOUNT")]
    max: String,
    /// The currency of --max; without it --max counts in the currency that the site asks for.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Which rendition: best, lowest, or the best of at most so many lines: 720p.
    #[arg(long, value_name = "WHICH", default_value = "best")]
    rendition: Choice,
    /// Write to a file; one that was left unfinished is gone on with. Without it the film goes to standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// How a run came to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    /// All of it came.
    Whole,
    /// What may be spent is spent.
    Spent,
    /// The session ended: nothing was asked of it for too long, or somebody closed it.
    Over,
    /// Nobody reads it any more.
    Left,
}

/// Watches.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &Args) -> Result<(), Failure> {
    run_verb(&args.common, watch(args))
}

async fn watch(args: &Args) -> Result<(), Failure> {
    let common = &args.common;
    let max = super::get::caps_of(&args.max, args.currency.as_deref().map(currency).transpose()?)?;
    let policy = Policy { max, allow_http_loopback: true, sessions: Sessions::Wanted, ..Policy::default() };
    let (url, payer) = (address(&args.url, common)?, common.payer(policy)?);
    let mut place = Place::open(args.output.as_deref(), &args.url)?;
    let told = |error: Error| common.told(super::get::short(error, &payer));
    let (mut film, mut first) = match payer.film(url).await.map_err(told)? {
        Opened::Film(film, first) => (film, first),
        Opened::Other(other) if other.status < 400 => {
            return Err(Failure::usage(format!("{} is no film that is sold by the second: farthing get fetches it", other.url)));
        }
        Opened::Other(other) => return Err(Failure::failed(format!("{} answers {}", other.url, other.status))),
    };
    let mut saying = Told::begin(common.json, (&film, args.max.as_str()));
    let watched = play(args, (&mut film, &mut first), &mut place, &mut saying).await;
    // Whatever happened, what is left is given back; but for a fault on the way, after which the same command goes on.
    let closes = !matches!(watched, Err(Stopped::Lost(_)));
    let closed = if closes { film.close().await } else { Ok(()) };
    let end = watched.as_ref().ok().copied();
    saying.end(&film, end, args.output.is_some())?;
    match watched {
        Err(Stopped::Refused(error) | Stopped::Lost(error)) => Err(told(error)),
        Err(Stopped::Here(failure)) => Err(failure),
        Ok(End::Spent) => {
            closed.map_err(told)?;
            let message = format!("--max {} is spent; with more, the same command goes on where it stopped", args.max);
            Err(common.told(Failure { code: 4, message }))
        }
        Ok(End::Over) => {
            let message = "the session is over: it was idle for too long, or closed; the same command goes on where it stopped";
            Err(common.told(Failure { code: 3, message: message.to_owned() }))
        }
        Ok(end) => {
            closed.map_err(told)?;
            if end == End::Whole { place.finish() } else { Ok(()) }
        }
    }
}

/// Why it stopped before its end.
enum Stopped {
    /// The site says no: the session is closed.
    Refused(Error),
    /// On the way: the session stays, and the same command goes on.
    Lost(Error),
    /// On this machine.
    Here(Failure),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Stopped {
        Stopped::Here(failure)
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        if matches!(error, Error::Refused(_) | Error::Dearer { .. }) { Stopped::Refused(error) } else { Stopped::Lost(error) }
    }
}

/// Every segment of a rendition in its order; of a film that is still being made, as they come.
async fn play(args: &Args, (film, first): (&mut Film<'_>, &mut Fetched), place: &mut Place, told: &mut Told) -> Result<End, Stopped> {
    let mut rendition = chosen(args, film, first).await?;
    told.rendition(&rendition);
    loop {
        let next_ms = place.next_ms();
        for segment in rendition.reel.segments.iter().filter(|segment| segment.from >= next_ms) {
            let begins = rendition.reel.begins(segment).filter(|begins| place.has_not(begins));
            if let Some(begins) = begins {
                let target = rendition.url.join(begins).map_err(|why| Error::Address { url: begins.to_owned(), why })?;
                let mut aid = arrived(film.aid(target).await?)?;
                let piece = aid.body.whole(MOST_SEGMENT).await?;
                place.write_beginning(begins, &piece)?;
            }
            match next(film, &rendition.url, segment, place).await? {
                None => {}
                Some(end) => return Ok(end),
            }
            told.tick(film, segment);
        }
        if rendition.reel.is_whole {
            return Ok(End::Whole);
        }
        tokio::time::sleep(Duration::from_secs((rendition.reel.target_s.clamp(1, 60) / 2).saturating_add(1))).await;
        let mut again = arrived(film.aid(rendition.url.clone()).await?)?;
        rendition.reel = Reel::read(&again.body.whole(MOST_BYTES).await?)?;
    }
}

/// The longest segment.
const MOST_SEGMENT: usize = 256 * 1_024 * 1_024;

/// One segment: asked for, paid for, written. What ended it, if something did.
async fn next(film: &mut Film<'_>, playlist: &Address, segment: &Segment, place: &mut Place) -> Result<Option<End>, Stopped> {
    let url = playlist.join(&segment.uri).map_err(|why| Error::Address { url: segment.uri.clone(), why })?;
    let ms = if segment.is_paid { segment.to.saturating_sub(segment.from) } else { 0 };
    let Some(fetched) = film.segment(url, ms).await? else {
        let (spent, worth) = (film.spent(), film.worth(ms).amount);
        let reaches = spent.spent.amount.checked_add(worth).is_some_and(|sum| sum <= spent.hold.amount);
        return Ok(Some(if reaches { End::Over } else { End::Spent }));
    };
    let mut fetched = arrived(fetched)?;
    let piece = fetched.body.whole(MOST_SEGMENT).await?;
    Ok(place.write(segment.to, &piece)?.then_some(End::Left))
}

fn arrived(fetched: Fetched) -> Result<Fetched, Failure> {
    if fetched.status == 200 { Ok(fetched) } else { Err(Failure::failed(format!("{} answers {}", fetched.url, fetched.status))) }
}

/// The rendition that is asked for, of a playlist of them; or the one that stands at the address itself.
async fn chosen(args: &Args, film: &mut Film<'_>, first: &mut Fetched) -> Result<Rendition, Stopped> {
    let url = first.url.clone();
    if first.status != 200 {
        return Err(Failure::failed(format!("{url} answers {}", first.status)).into());
    }
    let bytes = first.body.whole(MOST_BYTES).await?;
    let Some(variant) = reel::variants(&bytes)?.and_then(|variants| args.rendition.of(variants)) else {
        return Ok(Rendition { url, name: String::new(), sound_apart: false, reel: Reel::read(&bytes)? });
    };
    let target = url.join(&variant.uri).map_err(|why| Error::Address { url: variant.uri.clone(), why })?;
    let mut fetched = arrived(film.aid(target).await?)?;
    let reel = Reel::read(&fetched.body.whole(MOST_BYTES).await?)?;
    Ok(Rendition { url: fetched.url, name: variant.name(), sound_apart: variant.sound_apart, reel })
}

#[cfg(test)]
mod tests;
