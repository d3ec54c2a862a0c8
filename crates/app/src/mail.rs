//! Mail that the instance sends, over the SMTP server that the configuration names. One plain text at a time; whoever waits for
//! it is told when it can't be sent, in the log with the server's words.

use crate::config::Mail as Settings;
use crate::config::is_loopback_name;
use crate::world;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use protocol::text::base32;
use std::time::Duration;
use thiserror::Error;

/// From the first word to the server to its last.
const MOST_TIME: Duration = Duration::from_secs(20);
/// Longest address, by RFC 5321.
const MOST_ADDRESS: usize = 254;

/// The way out for mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why `[mail]` can't be used; says what to write instead.
#[derive(Error, Debug)]
pub enum BadMail {
    /// No server's address.
    #[error("`{0}` is no server: smtps://user@host:465, or smtp://127.0.0.1:25 for one on this machine")]
    Server(String),
    /// A password or a code would cross the network in the clear.
    #[error("smtp:// without TLS is for this machine only: write smtps://, or add ?tls=required")]
    Clear,
    /// No sender.
    #[error("`{0}` is no sender: `Name <address@example.org>`")]
    From(String),
    /// A password that can't be read.
    #[error("cannot read the password in {path}: {source}")]
    Password {
        /// Which file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A mail that did not get out.
#[derive(Error, Debug)]
pub enum Unsent {
    /// It could not be put together.
    #[error("the mail could not be written: {0}")]
    Message(#[source] lettre::error::Error),
    /// The server did not take it.
    #[error("the mail server did not take it: {0}")]
    Server(#[source] lettre::transport::smtp::Error),
}

impl Mailer {
    /// Of a configuration; nothing is sent yet.
    ///
    /// # Errors
    /// [`BadMail`].
    pub fn new(settings: &Settings) -> Result<Mailer, BadMail> {
        let server = || BadMail::Server(settings.smtp.clone());
        let url = url::Url::parse(&settings.smtp).map_err(|_| server())?;
        let is_clear = url.scheme() == "smtp" && !url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        if is_clear && !url.host_str().is_some_and(is_loopback_name) {
            return Err(BadMail::Clear);
        }
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp).map_err(|_| server())?.timeout(Some(MOST_TIME));
        if let Some(path) = &settings.password_file {
            let password = std::fs::read_to_string(path).map_err(|source| BadMail::Password { path: path.clone(), source })?;
            let user = percent_encoding::percent_decode_str(url.username()).decode_utf8_lossy().into_owned();
            builder = builder.credentials(Credentials::new(user, password.trim_end_matches(['\r', '\n']).to_owned()));
        }
        let from = settings.from.parse().map_err(|_| BadMail::From(settings.from.clone()))?;
        Ok(Mailer { transport: builder.build(), from })
    }

    /// Sends one plain text; resolves when the server has taken it.
    ///
    /// # Errors
    /// [`Unsent`].
    pub async fn send(&self, to: &str, subject: &str, text: String) -> Result<(), Unsent> {
        let to: Address = to.parse().map_err(|_| Unsent::Message(lettre::error::Error::MissingTo))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{}@{}>", base32(&world::random::<15>()), self.from.email.domain())))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(Unsent::Message)?;
        self.transport.send(message).await.map(|_| ()).map_err(Unsent::Server)
    }
}

/// An address as it is kept: whoever wrote `Ann@Example.org` is found as `ann@example.org`. `None` if it is none.
#[must_use]
pub fn address_of(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let address: Address = (typed.len() <= MOST_ADDRESS).then(|| typed.parse().ok())??;
    let is_plain = address.user().is_ascii() && address.domain().contains('.') && !address.domain().starts_with('[');
    is_plain.then(|| address.to_string().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(smtp: &str, from: &str) -> Settings {
        Settings { smtp: smtp.to_owned(), from: from.to_owned(), password_file: None }
    }

    #[test]
    fn a_server_is_reached_over_tls_or_on_this_machine() {
        let ok = |smtp: &str| Mailer::new(&settings(smtp, "Wallet <w@example.org>")).map(|_| ());
        assert!(ok("smtp://127.0.0.1:2525").is_ok() && ok("smtps://me@mail.example:465").is_ok());
        assert!(ok("smtp://mail.example:587?tls=required").is_ok());
        assert!(matches!(ok("smtp://mail.example:25"), Err(BadMail::Clear)));
        assert!(matches!(ok("smtp://mail.example:587?tls=opportunistic"), Err(BadMail::Clear)));
        for wrong in ["", "mail.example", "http://mail.example"] {
            assert!(matches!(ok(wrong), Err(BadMail::Server(_))), "{wrong}");
        }
        assert!(matches!(Mailer::new(&settings("smtp://127.0.0.1", "nobody")), Err(BadMail::From(_))));
    }

    #[test]
    fn an_address_is_one_plain_address() {
        assert_eq!(address_of(" Ann.Roe@Example.ORG ").as_deref(), Some("ann.roe@example.org"));
        for wrong in ["", "ann", "ann@localhost", "ann@[127.0.0.1]", "a@b.c\r\nBcc: x@y.z", "Ann <a@b.c>", "a@b.c, d@e.f", "ä@b.c"] {
            assert_eq!(address_of(wrong), None, "{wrong}");
        }
        assert_eq!(address_of(&format!("{}@example.org", "a".repeat(260))), None);
    }
}
