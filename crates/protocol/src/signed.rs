//! Signed texts: values one a line under a tag that names what they are. No canonical JSON in the signer.

use crate::text::Malformed;

/// A text under construction: the tag, then one value a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedText(String);

impl SignedText {
    /// A text of a kind, such as `farthing/charge/1`.
    #[must_use]
    pub fn new(tag: &'static str) -> SignedText {
        SignedText(tag.to_owned())
    }

    /// The next line; absent is an empty line.
    ///
    /// # Errors
    /// [`Malformed`] for a value with a control byte or of more than 512 bytes: it could forge a line or a buffer.
    pub fn line(mut self, value: &str) -> Result<SignedText, Malformed> {
        if value.len() > 512 || value.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return Err(Malformed("a value to be signed"));
        }
        self.0.push('\n');
        self.0.push_str(value);
        Ok(self)
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
