//! `/sign-in` and `/sign-out` of operators. A login lasts twelve hours and is never prolonged.

use super::Visitor;
use crate::door::{self, ADMIN_COOKIE, CEREMONY_COOKIE, Reply};
use crate::login::{self, Browser, SignedIn};
use crate::proof::recovery::Code;
use crate::wallet::Asked;
use crate::web::lang::plain;
use crate::web::{self, AdminSignInView, PasskeyForm};
use http::StatusCode;
use money::Party;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::vault::{Door, What};

impl Visitor<'_> {
    /// `GET /sign-in`.
    pub(super) async fn sign_in_page(&self) -> Result<Reply, Problem> {
        Ok(self.sign_in_with(StatusCode::OK, None))
    }

    fn sign_in_with(&self, status: StatusCode, refused: Option<String>) -> Reply {
        let form = PasskeyForm { form: self.form("/sign-in/passkey"), options_url: "/sign-in/passkey/options".to_owned() };
        let view = AdminSignInView {
            frame: self.frame(),
            passkey: self.proving.passkeys.as_ref().map(|_| form),
            recovery: self.form("/sign-in/recovery"),
            refused,
        };
        self.page(status, web::admin_sign_in(&view))
    }

    /// `POST /sign-in/passkey/options`.
    pub(super) fn sign_in_options(&self) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        self.proving.ask(self.visit.now)
    }

    /// `POST /sign-in/passkey`.
    pub(super) async fn sign_in_by_passkey(&self, asked: &Asked, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        match self.proving.shown(self.instance, (&asked.headers, form), self.visit.now).await? {
            Some(party) => {
                self.did(party, What::SignedIn).await?;
                self.signed_in(asked, party, "/").await
            }
            None => Ok(self.opened_nothing()),
        }
    }

    /// `POST /sign-in/recovery`: signs in, and signs the operator's other browsers out.
    pub(super) async fn sign_in_by_code(&self, asked: &Asked, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let Some(code) = Code::read(form.get("code").map_or("", String::as_str)) else { return Ok(self.opened_nothing()) };
        match self.proving.take(self.instance, code).await? {
            Some(party) => {
                self.instance.vault(move |vault| vault.delete_logins(party)).await?;
                self.did(party, What::Recovered).await?;
                self.signed_in(asked, party, "/operators?recovered=1").await
            }
            None => Ok(self.opened_nothing()),
        }
    }

    async fn signed_in(&self, asked: &Asked, party: Party, onward: &str) -> Result<Reply, Problem> {
        let now = self.visit.now;
        let browser = Browser { proved_at: Some(now), ..asked.browser(Door::Admin, now) };
        let login = login::begin(self.instance, party, browser).await?;
        if let Some(old) = &self.login {
            old.end(self.instance).await?;
        }
        Ok(enter(&login, onward))
    }

    fn opened_nothing(&self) -> Reply {
        self.sign_in_with(StatusCode::UNPROCESSABLE_ENTITY, Some(plain!(self.visit.lang, "signin-wrong")))
    }

    /// `POST /sign-out`.
    pub(super) async fn sign_out(&self, login: &SignedIn) -> Result<Reply, Problem> {
        login.end(self.instance).await?;
        self.did(login.party, What::SignedOut).await?;
        let mut reply = door::see_other("/sign-in");
        door::set_cookie(&mut reply, ADMIN_COOKIE, "", 0);
        Ok(reply)
    }
}

/// Goes on as signed in: the ceremony is over, the login begins.
pub(super) fn enter(login: &SignedIn, onward: &str) -> Reply {
    let mut reply = door::see_other(onward);
    if let Some((value, max_age_s)) = &login.cookie {
        door::set_cookie(&mut reply, ADMIN_COOKIE, value, *max_age_s);
    }
    door::set_cookie(&mut reply, CEREMONY_COOKIE, "", 0);
    reply
}
