//! Mailed codes in the wallet: signing in with one, and tying an address to the wallet.

use super::onward::Onward;
use super::{Asked, Visitor};
use crate::door::{self, MAIL_COOKIE, Reply};
use crate::mail::address_of;
use crate::proof::mailed::{Mailed, Typed};
use crate::web::lang::plain;
use crate::web::{self, MailCodeView, PageKind};
use http::StatusCode;
use protocol::problem::Problem;
use std::sync::Arc;

/// How long a browser keeps the ticket of a code, in seconds.
const CODE_S: u64 = 900;

impl Visitor<'_> {
    /// `POST /sign-in/mail`: sends a code if the address keeps a wallet, and says neither way.
    pub(super) async fn ask_mail(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = Onward::of(&form);
        if self.instance.mailer.is_none() {
            return Err(Problem::Unknown);
        }
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let Some(address) = address_of(form.get("mail").map_or("", String::as_str)) else {
            let refused = plain!(self.visit.lang, "mail-wrong");
            return self.sign_in_with(StatusCode::UNPROCESSABLE_ENTITY, &onward, Some(refused)).await;
        };
        if let Some(refused) = self.keeps_out(&onward).await? {
            return Ok(refused);
        }
        let asked_of = address.clone();
        let party = self.instance.vault(move |vault| vault.party_of_mail(&asked_of)).await?;
        let made = self.proving.mailed.make(&address, Mailed::SignIn(party), self.visit.now)?;
        if party.is_some() {
            self.send_code(address, &made.code);
        }
        let mut reply = self.mail_code_page((StatusCode::OK, "/sign-in/mail/code"), &onward, None).await?;
        door::set_cookie(&mut reply, MAIL_COOKIE, &made.ticket, CODE_S);
        Ok(reply)
    }

    /// `POST /sign-in/mail/code`.
    pub(super) async fn sign_in_by_mail(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = Onward::of(&form);
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let ticket = door::cookie(&asked.headers, MAIL_COOKIE).unwrap_or_default();
        let typed = form.get("code").map_or("", String::as_str);
        match self.proving.mailed.typed(ticket, typed, self.visit.now) {
            Typed::Right(Mailed::SignIn(Some(party))) => {
                let mut reply = self.signed_in_by_mail(asked, party, &onward).await?;
                door::set_cookie(&mut reply, MAIL_COOKIE, "", 0);
                Ok(reply)
            }
            Typed::Right(Mailed::SignIn(None) | Mailed::Address(..)) | Typed::Over => {
                let refused = plain!(self.visit.lang, "mail-code-over");
                self.sign_in_with(StatusCode::UNPROCESSABLE_ENTITY, &onward, Some(refused)).await
            }
            Typed::Wrong(left) => {
                let refused = plain!(self.visit.lang, "mail-code-wrong", count: u64::from(left));
                self.mail_code_page((StatusCode::UNPROCESSABLE_ENTITY, "/sign-in/mail/code"), &onward, Some(refused)).await
            }
        }
    }

    /// `POST /settings/mail`: sends a code to an address that is to keep this wallet.
    pub(super) async fn set_mail(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.may_change(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        if self.instance.mailer.is_none() {
            return Err(Problem::Unknown);
        }
        let party = login.party;
        let typed = form.get("mail").map_or("", |typed| typed.trim());
        if typed.is_empty() {
            self.instance.vault(move |vault| vault.delete_mail(party)).await?;
            return Ok(door::see_other("/settings"));
        }
        let Some(address) = address_of(typed) else { return self.not_changed(login, plain!(self.visit.lang, "mail-wrong")).await };
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let made = self.proving.mailed.make(&address, Mailed::Address(party, address.clone()), self.visit.now)?;
        self.send_code(address, &made.code);
        let mut reply = self.mail_code_page((StatusCode::OK, "/settings/mail/code"), &Onward::Settings, None).await?;
        door::set_cookie(&mut reply, MAIL_COOKIE, &made.ticket, CODE_S);
        Ok(reply)
    }

    /// `POST /settings/mail/code`.
    pub(super) async fn confirm_mail(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let ticket = door::cookie(&asked.headers, MAIL_COOKIE).unwrap_or_default();
        let now = self.visit.now;
        match self.proving.mailed.typed(ticket, form.get("code").map_or("", String::as_str), now) {
            Typed::Right(Mailed::Address(party, address)) if party == login.party => {
                // Who reads this address has proved it: that it keeps another wallet is theirs to know.
                let is_set = self.instance.vault(move |vault| vault.set_mail(party, &address, now)).await?;
                let mut reply = if is_set {
                    door::see_other("/settings?mailed=1")
                } else {
                    self.not_changed(login, plain!(self.visit.lang, "mail-taken")).await?
                };
                door::set_cookie(&mut reply, MAIL_COOKIE, "", 0);
                Ok(reply)
            }
            Typed::Wrong(left) => {
                let refused = plain!(self.visit.lang, "mail-code-wrong", count: u64::from(left));
                let place = (StatusCode::UNPROCESSABLE_ENTITY, "/settings/mail/code");
                self.mail_code_page(place, &Onward::Settings, Some(refused)).await
            }
            Typed::Right(_) | Typed::Over => self.not_changed(login, plain!(self.visit.lang, "mail-code-over")).await,
        }
    }

    async fn mail_code_page(
        &self,
        (status, action): (StatusCode, &str),
        onward: &Onward,
        refused: Option<String>,
    ) -> Result<Reply, Problem> {
        let view = MailCodeView {
            frame: self.frame().await?,
            form: self.form(action, &onward.fields()),
            again_url: if action.starts_with("/settings") { "/settings".to_owned() } else { onward.sign_in() },
            refused,
        };
        let desk = self.desk_url(onward);
        let kind = desk.as_deref().map_or(PageKind::Wallet, |origin| PageKind::WalletTo { origin });
        Ok(door::page(self.visit, status, kind, web::mail_code(&view)))
    }

    /// Sends a code while the answer is on its way, so that nobody can tell by the time whether there was anything to send.
    fn send_code(&self, address: String, code: &str) {
        let (lang, name) = (self.visit.lang, self.instance.config.name.clone());
        let subject = plain!(lang, "mail-subject", code: code.to_owned(), instance: &name);
        let wallet = self.instance.wallet_url();
        let text = plain!(lang, "mail-text", code: code.to_owned(), instance: &name, wallet: wallet);
        let instance = Arc::clone(self.instance);
        tokio::spawn(async move {
            let Some(mailer) = &instance.mailer else { return };
            if let Err(error) = mailer.send(&address, &subject, text).await {
                tracing::error!(%error, "a code could not be mailed");
            }
        });
    }
}
