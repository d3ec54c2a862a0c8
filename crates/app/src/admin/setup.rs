//! `/setup`: a code that was printed on the machine, or given by an operator, makes its bearer an operator.

use super::Visitor;
use super::sign_in::enter;
use crate::door::Reply;
use crate::login::{self, Browser};
use crate::proof::invitation::InvitationCode;
use crate::proof::{named, options, ticket};
use crate::wallet::Asked;
use crate::web::lang::plain;
use crate::web::{self, PasskeyForm, SetupView};
use crate::world;
use http::StatusCode;
use money::Party;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::vault::{Door, Invitation, InvitationHash, What};

/// Longest name of an operator, in letters.
const MOST_NAME: usize = 60;

impl Visitor<'_> {
    /// `GET /setup`: the code comes in the fragment, which only the page's script sees, or is typed.
    pub(super) async fn setup_page(&self, _asked: &Asked) -> Result<Reply, Problem> {
        let known = self.instance.vault(|vault| vault.has_passkey(Door::Admin)).await?;
        Ok(self.setup_with(StatusCode::OK, (known, ["", ""]), None))
    }

    fn setup_with(&self, status: StatusCode, (known, [code, name]): (bool, [&str; 2]), refused: Option<String>) -> Reply {
        let form = PasskeyForm { form: self.form("/setup"), options_url: "/setup/options".to_owned() };
        let view = SetupView {
            frame: self.frame(),
            is_first: !known,
            form: self.proving.passkeys.as_ref().map(|_| form),
            code: code.to_owned(),
            name: name.to_owned(),
            refused,
        };
        self.page(status, web::setup(&view))
    }

    /// `POST /setup/options`: begins a passkey for a new operator, if the code stands. It is taken when the passkey is made.
    pub(super) async fn setup_options(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        if self.invited(form).await?.is_none() {
            return Err(Problem::Unknown);
        }
        let passkeys = self.proving.passkeys.as_ref().ok_or(Problem::Unknown)?;
        let name = name_of(form);
        let shown = if name.is_empty() { self.instance.config.name.clone() } else { name };
        Ok(options(&passkeys.make((Party(world::random()), &shown), &[], self.visit.now)?))
    }

    /// `POST /setup`.
    pub(super) async fn set_up(&self, asked: &Asked, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (now, lang) = (self.visit.now, self.visit.lang);
        self.proving.tries.step(self.visit.client_ip, now)?;
        let (known, name) = (self.instance.vault(|vault| vault.has_passkey(Door::Admin)).await?, name_of(form));
        let typed = form.get("code").map_or("", String::as_str);
        let again = |why: String| self.setup_with(StatusCode::UNPROCESSABLE_ENTITY, (known, [typed, &name]), Some(why));
        let Some(hash) = self.invited(form).await? else { return Ok(again(plain!(lang, "setup-wrong"))) };
        if name.is_empty() {
            return Ok(again(plain!(lang, "setup-nameless")));
        }
        let response = form.get("response").map_or("", String::as_str);
        let made = self.proving.passkeys.as_ref().zip(ticket(&asked.headers)).and_then(|(keys, ticket)| keys.made(ticket, response, now));
        let Some((party, made)) = made else { return Ok(again(plain!(lang, "passkey-not-added"))) };
        let passkey = named(made, party, (Door::Admin, now), (&BTreeMap::new(), &asked.headers));
        let taken = self.instance.vault(move |vault| {
            // Whoever comes second with the same code finds it taken and leaves nothing behind.
            if !vault.take_invitation(&hash, now)? {
                return Ok(false);
            }
            vault.add_passkey(&passkey)?;
            vault.set_fact(party, "name", &name, now).map(|()| true)
        });
        if !taken.await? {
            return Err(Problem::Unknown);
        }
        self.did(party, What::OperatorAdded).await?;
        let browser = Browser { proved_at: Some(now), ..asked.browser(Door::Admin, now) };
        let login = login::begin(self.instance, party, browser).await?;
        Ok(enter(&login, "/operators?added=1"))
    }

    /// The invitation that a form's code stands for, if it makes operators.
    async fn invited(&self, form: &BTreeMap<String, String>) -> Result<Option<InvitationHash>, Problem> {
        let Some(code) = InvitationCode::read(form.get("code").map_or("", String::as_str)) else { return Ok(None) };
        let (hash, now) = (code.hash(), self.visit.now);
        let found = self.instance.vault(move |vault| vault.invitation(&hash, now)).await?;
        Ok((found == Some(Invitation::Operator)).then_some(hash))
    }
}

fn name_of(form: &BTreeMap<String, String>) -> String {
    form.get("name").map_or("", |name| name.trim()).chars().take(MOST_NAME).collect()
}
