//! Other languages than English, in a real browser: money as the browser itself writes it, and a purchase in the reader's words.

mod money;
mod purchase;
