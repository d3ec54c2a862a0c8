//! Programs of other people: what they pay, what they find, what they sell for a balance here.

mod one_url;
mod validators;
