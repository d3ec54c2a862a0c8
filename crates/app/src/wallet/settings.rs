//! `/settings`: how the wallet is kept, and which browsers are signed in.

use super::onward::Onward;
use super::sign_in::options;
use super::{Asked, Visitor};
use crate::door::{self, CEREMONY_COOKIE, Reply};
use crate::login::{SignedIn, device};
use crate::proof::recovery::Code;
use crate::web::lang::plain;
use crate::web::{self, CodesView, LoginLine, Notice, PageKind, PasskeyForm, PasskeyLine, SettingsView, Tone};
use http::{StatusCode, header};
use money::Party;
use protocol::problem::Problem;
use protocol::text::base64url;
use std::collections::BTreeMap;
use store::vault::{Door, LoginHash, Passkey, Proofs};

use super::purse::{MOST_WITH_KEY, whole};

/// Longest name of a passkey, in letters.
const MOST_NAME: usize = 60;
/// Passkeys a wallet may have.
const MOST_PASSKEYS: usize = 20;

impl Visitor<'_> {
    /// `GET /settings`.
    pub(super) async fn settings(&self, asked: &Asked) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Settings.sign_in())) };
        let proofs = self.proofs(login.party).await?;
        let lang = self.visit.lang;
        let calm = |lead: String, text: String| Some(Notice { tone: Tone::Calm, lead, text });
        let notice = if query.contains_key("added") && proofs.passkeys > 0 {
            let text = if proofs.codes == 0 { plain!(lang, "passkey-added-codes") } else { String::new() };
            calm(plain!(lang, "passkey-added"), text)
        } else if query.contains_key("recovered") && login.is_fresh(self.visit.now) {
            calm(plain!(lang, "recovered"), plain!(lang, "recovered-text", count: proofs.codes))
        } else if query.contains_key("written") && proofs.codes > 0 {
            calm(plain!(lang, "codes-written"), plain!(lang, "codes-written-text"))
        } else {
            None
        };
        self.settings_page(login, (StatusCode::OK, notice)).await
    }

    async fn settings_page(&self, login: &SignedIn, (status, notice): (StatusCode, Option<Notice>)) -> Result<Reply, Problem> {
        let (party, now) = (login.party, self.visit.now);
        let found = self.instance.vault(move |vault| {
            Ok((vault.proofs(party, Door::Wallet)?, vault.passkeys(party, Door::Wallet)?, vault.logins_of(party, now)?))
        });
        let (proofs, passkeys, logins) = found.await?;
        let may_remove = passkeys.len() > 1 || proofs.codes > 0;
        let passkeys = passkeys.into_iter().map(|passkey| PasskeyLine {
            remove: may_remove.then(|| base64url(&passkey.id)),
            name: passkey.name,
            created: passkey.created_at,
            used: passkey.used_at,
        });
        let logins = logins.into_iter().map(|(hash, found)| LoginLine {
            is_this: hash == login.hash(),
            is_desk: found.door == Door::Desk,
            end: reference(&hash),
            device: found.device,
            created: found.created_at,
            seen: found.seen_at,
        });
        let add = self
            .proving
            .passkeys
            .as_ref()
            .map(|_| PasskeyForm { form: self.form("/settings/passkeys", &[]), options_url: "/settings/passkeys/options".to_owned() });
        let view = SettingsView {
            frame: self.frame().await?,
            notice,
            limit: self.money(whole(MOST_WITH_KEY, self.asset())),
            is_kept: login.is_kept,
            add,
            passkeys: passkeys.collect(),
            remove: self.form("/settings/passkeys/remove", &[]),
            codes: proofs.codes,
            make_codes: self.form("/settings/codes", &[]),
            logins: logins.collect(),
            end: self.form("/settings/logins/end", &[]),
            sign_out: self.form("/sign-out", &[]),
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::settings(&view)))
    }

    async fn proofs(&self, party: Party) -> Result<Proofs, Problem> {
        self.instance.vault(move |vault| vault.proofs(party, Door::Wallet)).await
    }

    /// The login of a posted form, if it may change how the wallet is kept; else what to answer.
    fn keeper(&self, form: &BTreeMap<String, String>) -> Result<Result<&SignedIn, Reply>, Problem> {
        let Some(login) = &self.login else { return Ok(Err(door::see_other(&Onward::Settings.sign_in()))) };
        login.check(form)?;
        Ok(self.proof_first(login, &Onward::Settings).map_or(Ok(login), Err))
    }

    /// `POST /settings/passkeys/options`: the ceremony's challenge, for the page's script.
    pub(super) async fn passkey_options(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.keeper(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let party = login.party;
        let known = self.instance.vault(move |vault| vault.passkeys(party, Door::Wallet)).await?;
        let passkeys = self.proving.passkeys.as_ref().filter(|_| known.len() < MOST_PASSKEYS).ok_or(Problem::Unknown)?;
        Ok(options(&passkeys.make((party, &self.instance.config.name), &known, self.visit.now)?))
    }

    /// `POST /settings/passkeys`: keeps what the ceremony made.
    pub(super) async fn add_passkey(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.keeper(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let (party, now) = (login.party, self.visit.now);
        let ticket = door::cookie(&asked.headers, CEREMONY_COOKIE).unwrap_or_default();
        let response = form.get("response").map_or("", String::as_str);
        let made = self.proving.passkeys.as_ref().and_then(|passkeys| passkeys.made((ticket, party), response, now));
        let Some(made) = made else { return self.not_done(login, plain!(self.visit.lang, "passkey-not-added")).await };
        let typed = form.get("name").map_or("", |name| name.trim());
        let agent = asked.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let name = if typed.is_empty() { device(agent) } else { typed.chars().take(MOST_NAME).collect() };
        let passkey = Passkey { id: made.id, party, door: Door::Wallet, name, key: made.key, created_at: now, used_at: now };
        // An authenticator that gives out an id twice is refused by the vault.
        self.instance.vault(move |vault| vault.add_passkey(&passkey)).await?;
        login.prove(self.instance, now).await?;
        let mut reply = door::see_other("/settings?added=1");
        door::set_cookie(&mut reply, CEREMONY_COOKIE, "", 0);
        Ok(reply)
    }

    /// `POST /settings/passkeys/remove`.
    pub(super) async fn remove_passkey(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.keeper(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let party = login.party;
        let id = form.get("passkey").and_then(|id| data_encoding::BASE64URL_NOPAD.decode(id.as_bytes()).ok()).unwrap_or_default();
        match self.instance.vault(move |vault| vault.remove_passkey(party, &id)).await? {
            true => Ok(door::see_other("/settings")),
            false => self.not_done(login, plain!(self.visit.lang, "passkey-kept")).await,
        }
    }

    /// `POST /settings/codes`: ten new codes, shown this once.
    pub(super) async fn make_codes(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.keeper(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let fresh = self.proving.fresh(self.instance).await?;
        let (codes, hashes): (Vec<Code>, Vec<_>) = fresh.into_iter().unzip();
        let (party, now) = (login.party, self.visit.now);
        self.instance.vault(move |vault| vault.lay_codes((party, Door::Wallet), &hashes, now)).await?;
        self.codes_page(StatusCode::OK, codes.iter().map(ToString::to_string).collect(), None).await
    }

    async fn codes_page(&self, status: StatusCode, codes: Vec<String>, refused: Option<String>) -> Result<Reply, Problem> {
        let (confirm, again) = (self.form("/settings/codes/confirm", &[]), self.form("/settings/codes", &[]));
        let view = CodesView { frame: self.frame().await?, codes, confirm, again, refused };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::codes(&view)))
    }

    /// `POST /settings/codes/confirm`: one of the codes, typed back from the paper.
    pub(super) async fn confirm_codes(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let party = login.party;
        let confirmed = match Code::read(form.get("code").map_or("", String::as_str)) {
            Some(code) => {
                let hash = self.proving.hash(self.instance, code).await?;
                self.instance.vault(move |vault| vault.confirm_codes((party, Door::Wallet), &hash)).await?
            }
            None => false,
        };
        if !confirmed {
            let refused = plain!(self.visit.lang, "codes-wrong");
            return self.codes_page(StatusCode::UNPROCESSABLE_ENTITY, Vec::new(), Some(refused)).await;
        }
        login.prove(self.instance, self.visit.now).await?;
        Ok(door::see_other("/settings?written=1"))
    }

    /// `POST /settings/logins/end`: one other browser, or all of them.
    pub(super) async fn end_login(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let (party, own, now) = (login.party, login.hash(), self.visit.now);
        let named = form.get("login").cloned().unwrap_or_default();
        let end = self.instance.vault(move |vault| {
            if named == "others" {
                return vault.delete_other_logins(party, &own).map(|_| ());
            }
            let found = vault.logins_of(party, now)?.into_iter().find(|(hash, _)| reference(hash) == named && *hash != own);
            found.map_or(Ok(()), |(hash, _)| vault.delete_login(&hash).map(|_| ()))
        });
        end.await?;
        Ok(door::see_other("/settings"))
    }

    async fn not_done(&self, login: &SignedIn, text: String) -> Result<Reply, Problem> {
        let lead = plain!(self.visit.lang, "not-changed");
        self.settings_page(login, (StatusCode::UNPROCESSABLE_ENTITY, Some(Notice { tone: Tone::Bad, lead, text }))).await
    }
}

/// What a form calls a login: part of the hash that the vault knows it by, which opens nothing.
fn reference(hash: &LoginHash) -> String {
    base64url(hash.0.get(..12).unwrap_or_default())
}
