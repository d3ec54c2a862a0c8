//! Other languages than English, in a real browser: money as the browser itself writes it.

mod money;
