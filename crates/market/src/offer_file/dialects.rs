//! The further dialects that an offer names: `l402 = true`, or `"first"`.

use super::{At, Reader, Table, child};
use crate::offer::L402;

impl Reader<'_> {
    /// Whether clients of L402 can buy it, and where its challenge stands.
    pub(super) fn l402(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<L402> {
        let at = child(table, "l402", &offer.pointer)?;
        let value = at.value.get_ref();
        let told = match (value.as_bool(), value.as_str()) {
            (Some(true), _) => Some(L402::After),
            (_, Some("first")) => Some(L402::First),
            (Some(false) | None, _) => None,
        };
        if told.is_none() {
            let text = "l402 is true, or \"first\" for clients that read no other scheme; leave it out to sell without";
            self.wrong(&at, "value-invalid", text);
        }
        told
    }
}
