//! The further dialects that an offer names: `l402 = true`, or `"first"`.

use super::{At, Reader, Table, child};
use crate::offer::L402;
use toml::de::DeValue;

impl Reader<'_> {
    /// Whether clients of L402 can buy it, and where its challenge stands.
    pub(super) fn l402(&mut self, table: &Table<'_>, offer: &At<'_, '_>) -> Option<L402> {
        let at = child(table, "l402", &offer.pointer)?;
        match at.value.get_ref() {
            DeValue::Boolean(true) => Some(L402::After),
            DeValue::String(word) if word == "first" => Some(L402::First),
            _ => {
                self.wrong(
                    &at,
                    "value-invalid",
                    "l402 is true, or \"first\" for clients that read no other scheme; leave it out to sell without",
                );
                None
            }
        }
    }
}
