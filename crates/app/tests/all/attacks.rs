//! What hostile pages and links try in a person's browser, and that no money moves by it.

mod codes;
mod elsewhere;
mod quotes;
mod texts;
