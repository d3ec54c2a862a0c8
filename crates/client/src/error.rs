//! Why a payer's request did not come to its end; each says what to do next.

use crate::Refusal;
use crate::problem::Problem;
use money::{Price, Timestamp};
use std::path::PathBuf;
use thiserror::Error;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What went wrong. Nothing was paid unless the text says that it may have been.
#[derive(Error, Debug)]
pub enum Error {
    /// There is no wallet file.
    #[error("No wallet yet: farthing wallet new")]
    NoWallet {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Others on this machine may read the wallet file.
    #[error("others may read the wallet {path}: chmod 600 {path}", path = .path.display())]
    WalletOpen {
        /// The file.
        path: PathBuf,
    },
    /// The wallet file is none.
    #[error("cannot use the wallet {path}: {why}", path = .path.display())]
    WalletUnreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong, as half a sentence.
        why: &'static str,
    },
    /// A file of wallet or state cannot be read or written.
    #[error("cannot {doing} {path}: {source}", path = .path.display())]
    File {
        /// Read, write, make or remove.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No address that can be asked.
    #[error("cannot ask {url}: {why}")]
    Address {
        /// As it was written.
        url: String,
        /// What is wrong.
        why: crate::address::AddressError,
    },
    /// Nothing was paid, and nobody answers.
    #[error("cannot reach {origin}: {source}")]
    Unreachable {
        /// Who was asked.
        origin: String,
        /// What the network said.
        source: Source,
    },
    /// The site sends the request to another origin, or in circles. Payments never follow there.
    #[error("the page moved to {to}: ask for that address if you trust it")]
    Moved {
        /// Where to.
        to: String,
    },
    /// What is asked must not be signed.
    #[error("not paid: {0}")]
    Unpayable(Refusal),
    /// It costs more than agreed.
    #[error("it costs {price}{}; to pay it: --max {}", .max.map(|max| format!(", which is dearer than {max}")).unwrap_or_default(), crate::checks::as_cap(.price))]
    Dearer {
        /// What is asked.
        price: Price,
        /// What was agreed, if anything was.
        max: Option<Price>,
    },
    /// Too little money in the wallet.
    #[error("{} is missing: {} can be spent{}", .0.short_by.map_or("money".to_owned(), |sum| sum.to_string()), .0.available.map_or("too little".to_owned(), |sum| sum.to_string()), .0.top_up_url.as_deref().map(|url| format!("; add money at {url}")).unwrap_or_default())]
    ShortOfFunds(Box<Problem>),
    /// The site or the wallet says no.
    #[error("{} ({}, {})", .0.detail, .0.code, .0.status)]
    Refused(Box<Problem>),
    /// It may have been paid: the answer was lost.
    #[error(
        "it is not known yet whether command {command} was carried out: run the same command again (until {until} it can arrive, and it is never paid twice)"
    )]
    Unknown {
        /// The command's id, 22 characters of base64url.
        command: String,
        /// Until when the instance would still take it.
        until: Timestamp,
    },
    /// It was probably paid, but what came back proves nothing.
    #[error("no valid receipt ({why}): the site may have been paid, and nothing is signed for this page again until that is known")]
    Receipt {
        /// What is wrong with it.
        why: &'static str,
    },
    /// A document of the site or the wallet cannot be used.
    #[error("cannot use {url}: {why}")]
    Document {
        /// Which.
        url: String,
        /// Why.
        why: String,
    },
    /// Another program is using the session, or none of that id is kept.
    #[error("no session {id} can be closed here: farthing sessions lists them, and one that pays right now is left alone")]
    NoSession {
        /// As it was named.
        id: String,
    },
    /// The body broke off, or could not be written.
    #[error("the answer broke off: {source}; run the same command again, nothing is paid twice")]
    BrokeOff {
        /// What the network or the writer said.
        source: Source,
    },
}

impl Error {
    /// The refusal of a payment or a call as an error.
    #[must_use]
    pub fn refused(problem: Problem) -> Error {
        if problem.code == "insufficient-funds" { Error::ShortOfFunds(Box::new(problem)) } else { Error::Refused(Box::new(problem)) }
    }
}
