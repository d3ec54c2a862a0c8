//! `/sign-in`: the way back into a kept wallet, and the fresh proof that sensitive acts ask for. `/sign-out` too.
//!
//! Each sign-in makes a new login, so an id that was planted in a browser opens nothing afterwards. A wallet with money in it
//! that only this browser knows is never replaced by another one.

use super::onward::Onward;
use super::{Asked, Visitor};
use crate::door::{self, CEREMONY_COOKIE, Reply, WALLET_COOKIE};
use crate::login::{self, Browser, SignedIn};
use crate::proof::recovery::Code;
use crate::web::lang::plain;
use crate::web::{self, PageKind, PasskeyForm, SignInView};
use http::StatusCode;
use money::Party;
use protocol::problem::Problem;
use store::vault::Door;

/// Who proved to be somebody, and with what.
#[derive(Clone, Copy)]
struct Proved {
    party: Party,
    is_by_code: bool,
}

impl Visitor<'_> {
    /// `GET /sign-in`.
    pub(super) async fn sign_in_page(&self, asked: &Asked) -> Result<Reply, Problem> {
        let onward = Onward::of(&door::form(asked.query.as_bytes()));
        self.sign_in_with(StatusCode::OK, &onward, None).await
    }

    pub(super) async fn sign_in_with(&self, status: StatusCode, onward: &Onward, refused: Option<String>) -> Result<Reply, Problem> {
        let purse = self.purse().await?;
        let own = self.login.as_ref().zip(purse);
        let keep_first = own.and_then(|(login, purse)| (!login.is_kept && !purse.whole().is_zero()).then(|| self.money(purse.whole())));
        let fields = onward.fields();
        let passkey = self
            .proving
            .passkeys
            .as_ref()
            .map(|_| PasskeyForm { form: self.form("/sign-in/passkey", &fields), options_url: "/sign-in/passkey/options".to_owned() });
        let view = SignInView {
            frame: self.frame_of(purse),
            is_again: self.login.as_ref().is_some_and(|login| login.is_kept),
            refused,
            keep_first,
            passkey,
            recovery: self.form("/sign-in/recovery", &fields),
            mail: self.instance.mailer.is_some().then(|| self.form("/sign-in/mail", &fields)),
            open: self.login.is_none().then(|| self.form("/open", &fields)),
        };
        let desk = self.desk_url(onward);
        let kind = desk.as_deref().map_or(PageKind::Wallet, |origin| PageKind::WalletTo { origin });
        Ok(door::page(self.visit, status, kind, web::sign_in(&view)))
    }

    /// `POST /sign-in/passkey/options`: the ceremony's challenge, for the page's script.
    pub(super) fn sign_in_options(&self, asked: &Asked) -> Result<Reply, Problem> {
        self.own_form(asked)?;
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        self.proving.ask(self.visit.now)
    }

    /// `POST /sign-in/passkey`.
    pub(super) async fn sign_in_by_passkey(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = Onward::of(&form);
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        match self.proving.shown(self.instance, (&asked.headers, &form), self.visit.now).await? {
            Some(party) => self.signed_in(asked, Proved { party, is_by_code: false }, &onward).await,
            None => self.opened_nothing(&onward).await,
        }
    }

    /// `POST /sign-in/recovery`.
    pub(super) async fn sign_in_by_code(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = Onward::of(&form);
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let typed = form.get("code").map_or("", String::as_str);
        let Some(code) = Code::read(typed) else { return self.opened_nothing(&onward).await };
        if let Some(refused) = self.keeps_out(&onward).await? {
            return Ok(refused);
        }
        match self.proving.take(self.instance, code).await? {
            Some(party) => self.signed_in(asked, Proved { party, is_by_code: true }, &onward).await,
            None => self.opened_nothing(&onward).await,
        }
    }

    /// Signs in who read the mail of a wallet's address.
    pub(super) async fn signed_in_by_mail(&self, asked: &Asked, party: Party, onward: &Onward) -> Result<Reply, Problem> {
        self.signed_in(asked, Proved { party, is_by_code: false }, onward).await
    }

    async fn signed_in(&self, asked: &Asked, proved: Proved, onward: &Onward) -> Result<Reply, Problem> {
        let now = self.visit.now;
        if let Some(login) = self.login.as_ref().filter(|login| login.party != proved.party) {
            if login.is_kept {
                return self.sign_in_with(StatusCode::CONFLICT, onward, Some(plain!(self.visit.lang, "signin-other"))).await;
            }
            if let Some(refused) = self.keeps_out(onward).await? {
                return Ok(refused);
            }
        }
        let browser = Browser { proved_at: Some(now), ..asked.browser(Door::Wallet, now) };
        let login = login::begin(self.instance, proved.party, browser).await?;
        if let Some(old) = &self.login {
            old.end(self.instance).await?;
        }
        let mut address = onward.address();
        if proved.is_by_code {
            // Whoever had the other browsers may be why the code was needed.
            let (party, keep) = (login.party, login.hash());
            self.instance.vault(move |vault| vault.delete_other_logins(party, &keep)).await?;
            if *onward == Onward::Home {
                "/settings?recovered=1".clone_into(&mut address);
            }
        }
        let mut reply = door::see_other(&address);
        set_login(&mut reply, &login);
        door::set_cookie(&mut reply, CEREMONY_COOKIE, "", 0);
        Ok(reply)
    }

    /// The page that refuses to put another wallet in the place of one with money that nobody could come back to.
    pub(super) async fn keeps_out(&self, onward: &Onward) -> Result<Option<Reply>, Problem> {
        let purse = self.purse().await?;
        let is_lost = self.login.as_ref().zip(purse).is_some_and(|(login, purse)| !login.is_kept && !purse.whole().is_zero());
        Ok(if is_lost { Some(self.sign_in_with(StatusCode::CONFLICT, onward, None).await?) } else { None })
    }

    async fn opened_nothing(&self, onward: &Onward) -> Result<Reply, Problem> {
        self.sign_in_with(StatusCode::UNPROCESSABLE_ENTITY, onward, Some(plain!(self.visit.lang, "signin-wrong"))).await
    }

    /// `POST /sign-out`.
    pub(super) async fn sign_out(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let purse = self.purse().await?;
        if !login.is_kept && purse.is_some_and(|purse| !purse.whole().is_zero()) {
            return self.sign_in_with(StatusCode::CONFLICT, &Onward::Settings, None).await;
        }
        let mut reply = door::see_other("/");
        login.end(self.instance).await?;
        door::set_cookie(&mut reply, WALLET_COOKIE, "", 0);
        Ok(reply)
    }

    /// Where a fresh proof is to be had first, if a kept wallet's browser has none.
    pub(super) fn proof_first(&self, login: &SignedIn, onward: &Onward) -> Option<Reply> {
        (login.is_kept && !login.is_fresh(self.visit.now)).then(|| door::see_other(&onward.sign_in()))
    }
}

/// Sets the cookie of a new login.
pub(super) fn set_login(reply: &mut Reply, login: &SignedIn) {
    if let Some((value, max_age_s)) = &login.cookie {
        door::set_cookie(reply, WALLET_COOKIE, value, *max_age_s);
    }
}
