//! What was paid on a phone for the screen that shows the code: kept until that browser asks, once. In memory only and bounded;
//! after a restart the phone presses again and pays nothing, since the page is owned.

use crate::codes::Grant;
use crate::tickets::Tickets;
use money::{Span, Timestamp};
use protocol::text::base64url;

/// Longer than a price is held, so that what is paid in its last moment is still found.
const LIFE: Span = Span(660);

/// What waits for its screen.
pub struct Screens(Tickets<Grant>);

impl Default for Screens {
    fn default() -> Screens {
        Screens(Tickets::new(LIFE))
    }
}

impl Screens {
    /// Keeps a grant for the browser that its quote was made for.
    pub fn keep(&self, grant: Grant, now: Timestamp) {
        self.0.put(&name(&grant.st_hash, &grant.realm, &grant.item), grant, now);
    }

    /// Takes for good what was paid for this browser and this page. Not under the quote's id: a price that rises while the
    /// phone looks comes under another quote, for the same browser and page.
    pub fn take(&self, st_hash: &[u8; 32], (realm, item): (&str, &str), now: Timestamp) -> Option<Grant> {
        self.0.take(&name(st_hash, realm, item), now)
    }
}

fn name(st_hash: &[u8; 32], realm: &str, item: &str) -> String {
    // An item begins with a slash and a realm has none, so no two pairs are one text.
    format!("{} {realm}{item}", base64url(st_hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use money::{CommandId, Party};

    #[test]
    fn what_was_paid_is_for_one_browser_one_page_and_once() {
        let (screens, at) = (Screens::default(), Timestamp::from_seconds(1_000));
        let grant = Grant {
            realm: "news.example".to_owned(),
            party: Party([1; 20]),
            sale: CommandId([2; 16]),
            st_hash: [3; 32],
            item: "/a/one".to_owned(),
            quote: None,
        };
        screens.keep(grant.clone(), at);
        assert_eq!(screens.take(&[4; 32], ("news.example", "/a/one"), at), None);
        assert_eq!(screens.take(&[3; 32], ("news.example", "/a/two"), at), None);
        assert_eq!(screens.take(&[3; 32], ("blog.example", "/a/one"), at), None);
        assert_eq!(screens.take(&[3; 32], ("news.example", "/a/one"), at), Some(grant.clone()));
        assert_eq!(screens.take(&[3; 32], ("news.example", "/a/one"), at), None);
        screens.keep(grant, at);
        assert_eq!(screens.take(&[3; 32], ("news.example", "/a/one"), at.after(LIFE)), None);
    }
}
