//! Addresses that are good for one session: what stands at them, where on the film's timeline, and a code that only we make.
//!
//! They need no cookie, so that a player that sends none (a television, a native player) can follow them. Whoever has one may
//! fetch what it names for as long as its session is open; what that draws, it draws once.

use crate::instance::Keys;
use market::Piece;
use money::CommandId;
use protocol::text::{base64url, from_base64url};

/// Where they stand on the site.
pub(in super::super) const PREFIX: &str = "/.well-known/farthing/watch/";
/// Bytes of the code.
const MAC: usize = 16;

/// What stands at an address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stands {
    pub session: CommandId,
    /// The film, by a hash of the address at which somebody began to watch.
    pub film: u32,
    pub what: What,
    /// Of a segment: how many seconds those of its playlist have at most.
    pub target_s: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A playlist.
    Playlist,
    /// A playlist of subtitles, whose segments cost nothing.
    Subtitles,
    /// What goes with what is paid: keys, beginnings, subtitles.
    Aid,
    /// A segment, from a millisecond up to another.
    Segment(u64, u64),
}

impl Stands {
    pub fn piece(&self, from: u64, to: u64) -> Piece {
        Piece { film: self.film, from, to }
    }

    /// The address at which `target` (path and query) stands for this session.
    pub fn address(&self, keys: &Keys, host: &str, target: &str) -> String {
        let body = self.bytes();
        let mac = mac(keys, host, (&body, target));
        format!("{PREFIX}{}{target}", base64url(&[body.as_slice(), &mac].concat()))
    }

    /// Reads an address without its prefix: what stands there, and the target on the origin. `None` for any that we did not make.
    pub fn parse<'a>(keys: &Keys, host: &str, rest: &'a str) -> Option<(Stands, &'a str)> {
        let (token, target) = rest.split_at_checked(rest.find('/')?)?;
        let bytes = from_base64url(token).ok().filter(|bytes| base64url(bytes) == token)?;
        let (body, code) = bytes.split_at_checked(bytes.len().checked_sub(MAC)?)?;
        let differs = mac(keys, host, (body, target)).iter().zip(code).fold(0, |differs, (a, b)| differs | (a ^ b));
        if differs != 0 {
            return None;
        }
        Some((Stands::read(body)?, target))
    }

    fn bytes(&self) -> Vec<u8> {
        let (kind, from, to) = match self.what {
            What::Playlist => (0, 0, 0),
            What::Subtitles => (1, 0, 0),
            What::Aid => (2, 0, 0),
            What::Segment(from, to) => (3, from, to),
        };
        let mut bytes = [self.session.0.as_slice(), &self.film.to_be_bytes(), &[kind]].concat();
        if kind == 3 {
            bytes.extend(from.to_be_bytes());
            bytes.extend(to.to_be_bytes());
            bytes.extend(self.target_s.to_be_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Stands> {
        let (session, rest) = bytes.split_first_chunk::<16>()?;
        let (film, rest) = rest.split_first_chunk::<4>()?;
        let (what, target_s) = match rest {
            [0] => (What::Playlist, 0),
            [1] => (What::Subtitles, 0),
            [2] => (What::Aid, 0),
            [3, times @ ..] => {
                let (from, rest) = times.split_first_chunk::<8>()?;
                let (to, target) = rest.split_first_chunk::<8>()?;
                (What::Segment(u64::from_be_bytes(*from), u64::from_be_bytes(*to)), u16::from_be_bytes(target.try_into().ok()?))
            }
            _ => return None,
        };
        Some(Stands { session: CommandId(*session), film: u32::from_be_bytes(*film), what, target_s })
    }
}

/// The film that a playlist begins.
pub(super) fn film(keys: &Keys, host: &str, path: &str) -> u32 {
    let [a, b, c, d, ..] = keys.print(format!("farthing/film/1\n{host}\n{path}").as_bytes());
    u32::from_be_bytes([a, b, c, d])
}

fn mac(keys: &Keys, host: &str, (body, target): (&[u8], &str)) -> [u8; MAC] {
    let text = [b"farthing/watch/1\n", host.as_bytes(), b"\n", body, b"\n", target.as_bytes()].concat();
    let [code @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = keys.print(&text);
    code
}
