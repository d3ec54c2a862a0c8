//! The front of a credential of a session: the challenge that all its vouchers echo, byte for byte. Whoever has read it once finds
//! it again by comparing, and reads only what differs: the payload.

use super::{MAX_BYTES, opened, strip_scheme};
use crate::challenge::{Challenge, SESSION};
use crate::json::{Object, Reader};
use crate::session::Action;
use crate::text::{Malformed, from_base64url};

/// Characters of base64url that decode by themselves.
const GROUP: usize = 4;
/// Bytes of such a group.
const BYTES: usize = 3;

/// The front of a header field's value.
pub struct Front {
    /// As it stands in the field: the scheme, and whole groups of base64url that end within the challenge or at its end.
    text: Box<str>,
    /// What the next group decodes to before the challenge is over.
    rest: Box<[u8]>,
}

impl Front {
    /// The front of a value whose JSON begins with a challenge of intent `session`, and that challenge; none for any other.
    #[must_use]
    pub fn of(value: &str) -> Option<(Front, Challenge)> {
        let (challenge, _) = opened(value).ok()?;
        let encoded = strip_scheme(value)?;
        let json = from_base64url(encoded.trim()).ok()?;
        let over = end_of_challenge(std::str::from_utf8(&json).ok()?)?;
        let groups = over.checked_div(BYTES)?;
        // White space before the groups is not part of them.
        let begun = value.len().checked_sub(encoded.len())?;
        let text = value.get(..begun.checked_add(groups.checked_mul(GROUP)?)?)?;
        let rest = json.get(groups.checked_mul(BYTES)?..over)?;
        let front = Front { text: text.into(), rest: rest.into() };
        (challenge.intent == SESSION && encoded.trim_start().len() == encoded.len()).then_some((front, challenge))
    }

    /// By what it is looked up: `None` for a value that is too short to be one of a session.
    #[must_use]
    pub fn mark(value: &str) -> Option<&str> {
        value.get(..MARK)
    }

    /// What a value with this very front does. None if its front is another.
    ///
    /// # Errors
    /// As [`super::Presented::parse`] of the whole value.
    #[must_use]
    pub fn read(&self, value: &str) -> Option<Result<Action, Malformed>> {
        let encoded = value.strip_prefix(&*self.text)?;
        if value.len() > MAX_BYTES {
            return None;
        }
        let json = from_base64url(encoded.trim_end()).ok()?;
        let members = std::str::from_utf8(json.strip_prefix(&*self.rest)?).ok()?;
        // What cannot be read from here is read whole, for its own words.
        let fields = Object::parse_further(members).ok()?;
        let payload = fields.object("payload").filter(|_| !fields.has("challenge"))?;
        Some(Action::parse(payload))
    }
}

/// So many characters tell most fronts apart; those of our own clients have the challenge's id in them.
const MARK: usize = 160;

/// Where the first member is over, if that is the challenge.
fn end_of_challenge(json: &str) -> Option<usize> {
    let mut reader = Reader::of(json);
    reader.take('{').ok()?;
    let key = reader.text().ok()?;
    reader.take(':').ok()?;
    reader.object(2).ok()?;
    (key == "challenge").then(|| json.len().saturating_sub(reader.left()))
}
