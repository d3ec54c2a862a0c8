//! `/developers/keys`: keys are made, shown once, rotated and revoked.

use super::Fields;
use crate::acts::Done;
use crate::desk::Visitor;
use crate::door::{self, Reply};
use crate::keys::{self, Grant, Made, Wish, id_text};
use crate::web::desk::developers::{self as pages, KeyDraft, KeyNews, KeyRow, KeyStanding, KeyView, KeysView, RevokeView};
use crate::web::desk::{Place, Proof};
use crate::web::lang::plain;
use crate::world;
use http::StatusCode;
use money::Span;
use protocol::problem::Problem;
use store::vault::{KeyId, PayeeKey, Scope, Scopes, What};

/// Keys of a page of the list.
const ROWS: usize = 25;
/// Days that a key may last, as the form offers them; 0 for ever.
const DAYS: [u32; 5] = [0, 7, 30, 90, 365];

impl Visitor<'_> {
    /// `GET /developers/keys?from=`.
    pub(super) async fn keys(&self, query: &Fields) -> Result<Reply, Problem> {
        let from = query.get("from").and_then(|text| text.parse().ok()).unwrap_or(0);
        self.keys_page(StatusCode::OK, from, (KeyDraft::new(), KeyNews::None(self.proof(query)))).await
    }

    async fn keys_page(&self, status: StatusCode, from: usize, (draft, news): (KeyDraft, KeyNews)) -> Result<Reply, Problem> {
        let mut all = keys::list(self.instance, &self.payee.handle).await?;
        // Those that open something first, else as they came: the newest first.
        all.sort_by_key(|key| !key.stands(self.visit.now));
        let rows: Vec<KeyRow> = all.iter().skip(from).take(ROWS).map(|key| self.key_row(key)).collect();
        let next = from.saturating_add(ROWS);
        let view = KeysView {
            frame: self.frame(Place::Developers),
            rows,
            older_url: (next < all.len()).then(|| format!("/developers/keys?from={next}")),
            newest_url: (from > 0).then(|| "/developers/keys".to_owned()),
            form: (!self.lacks_proof()).then(|| self.form("/developers/keys", &[])),
            days: DAYS.to_vec(),
            grants: self.grant().scopes().to_vec(),
            draft,
            news,
        };
        Ok(self.page(status, pages::keys(&view)))
    }

    /// `POST /developers/keys`: the key is in this answer and nowhere else.
    pub(super) async fn make_key(&self, form: &Fields) -> Result<Reply, Problem> {
        let draft = KeyDraft::of(form);
        match self.made_of(&draft).await? {
            Ok(made) => self.show_made(&made).await,
            Err((field, why)) => self.keys_page(StatusCode::UNPROCESSABLE_ENTITY, 0, (draft, KeyNews::Wrong { field, why })).await,
        }
    }

    /// The key that a draft describes, or the field that cannot stand, and why.
    async fn made_of(&self, draft: &KeyDraft) -> Result<Result<Made, (&'static str, String)>, Problem> {
        let lang = self.visit.lang;
        let name = draft.name.trim().to_owned();
        if keys::check_name(&name).is_err() {
            return Ok(Err(("name", plain!(lang, "dev-key-wrong-name"))));
        }
        let Some(scopes) = Scopes::parse(draft.scopes.iter().map(|scope| scope.word())) else {
            return Ok(Err(("scope-read", plain!(lang, "dev-key-wrong-scopes"))));
        };
        let Some(days) = draft.days.parse::<u32>().ok().filter(|days| DAYS.contains(days)) else {
            return Ok(Err(("days", plain!(lang, "dev-key-wrong-days"))));
        };
        let lasts = (days > 0).then(|| Span(u64::from(days).saturating_mul(86_400)));
        let wish = Wish { payee: self.payee.handle.clone(), name, scopes, lasts };
        match keys::make_under(self.instance, wish, (&self.grant(), world::command_id()), self.visit.now).await {
            Ok(made) => {
                self.did(Done::to(What::KeyMade, id_text(made.key.id))).await?;
                Ok(Ok(made))
            }
            // The form has no box for it: whoever sends it wrote the form themselves.
            Err(Problem::ScopeMissing { .. }) => Ok(Err(("scope-read", plain!(lang, "dev-key-wrong-grant")))),
            Err(Problem::LimitReached { most }) => Ok(Err(("name", plain!(lang, "dev-key-wrong-many", most: most)))),
            Err(problem) => Err(problem),
        }
    }

    async fn show_made(&self, made: &Made) -> Result<Reply, Problem> {
        let news = KeyNews::Made { name: made.key.name.clone(), text: made.text.clone(), replaces: false };
        self.keys_page(StatusCode::OK, 0, (KeyDraft::new(), news)).await
    }

    /// `GET /developers/keys/{id}`.
    pub(super) async fn key(&self, id: KeyId) -> Result<Reply, Problem> {
        let key = self.own_key(id).await?;
        let stands = key.stands(self.visit.now);
        let url = format!("/developers/keys/{}", id_text(id));
        let may_rotate = stands && key.successor.is_none() && key.scopes.beyond(self.grant().scopes()).is_none();
        let view = KeyView {
            frame: self.frame(Place::Developers),
            id: id_text(id),
            successor: key.successor.map(|id| (id_text(id), format!("/developers/keys/{}", id_text(id)))),
            rotate: (may_rotate && !self.lacks_proof()).then(|| self.form(&format!("{url}/rotate"), &[])),
            proof: if may_rotate && self.lacks_proof() { Proof::Wanted } else { Proof::Unasked },
            overlap: keys::OVERLAP,
            revoke_url: stands.then(|| format!("{url}/revoke")),
            row: self.key_row(&key),
        };
        Ok(self.page(StatusCode::OK, pages::key(&view)))
    }

    /// `POST /developers/keys/{id}/rotate`: the new key is in this answer and nowhere else.
    pub(super) async fn rotate_key(&self, id: KeyId) -> Result<Reply, Problem> {
        let key = self.own_key(id).await?;
        let by = (&self.grant(), world::command_id());
        match keys::rotate(self.instance, (&self.payee.handle, id), by, self.visit.now).await {
            Ok(made) => {
                self.did(Done::to(What::KeyRotated, id_text(id))).await?;
                let news = KeyNews::Made { name: made.key.name, text: made.text, replaces: true };
                self.keys_page(StatusCode::OK, 0, (KeyDraft::new(), news)).await
            }
            // It is there, so it was rotated before, or opens nothing any more: its page says which.
            Err(Problem::Unknown) => Ok(door::see_other(&format!("/developers/keys/{}", id_text(key.id)))),
            Err(problem) => Err(problem),
        }
    }

    /// `GET /developers/keys/{id}/revoke`: asks once more.
    pub(super) async fn ask_revoke(&self, id: KeyId) -> Result<Reply, Problem> {
        let key = self.own_key(id).await?;
        let url = format!("/developers/keys/{}", id_text(id));
        let view = RevokeView {
            frame: self.frame(Place::Developers),
            form: self.form(&format!("{url}/revoke"), &[]),
            back_url: url,
            row: self.key_row(&key),
        };
        Ok(self.page(StatusCode::OK, pages::revoke(&view)))
    }

    /// `POST /developers/keys/{id}/revoke`: one that opens nothing any more is left as it is.
    pub(super) async fn revoke_key(&self, id: KeyId) -> Result<Reply, Problem> {
        let key = self.own_key(id).await?;
        if key.stands(self.visit.now) {
            keys::revoke(self.instance, &self.payee.handle, id, self.visit.now).await?;
            self.did(Done::to(What::KeyRevoked, id_text(id))).await?;
        }
        Ok(door::see_other("/developers/keys"))
    }

    /// What this member's role may hand on to a key.
    fn grant(&self) -> Grant {
        Grant::of_role(self.me.role)
    }

    /// A key of this payee; anybody else's is as unknown as none.
    async fn own_key(&self, id: KeyId) -> Result<PayeeKey, Problem> {
        keys::list(self.instance, &self.payee.handle).await?.into_iter().find(|key| key.id == id).ok_or(Problem::Unknown)
    }

    fn key_row(&self, key: &PayeeKey) -> KeyRow {
        let standing = match (key.revoked_at, key.successor) {
            (Some(at), _) => KeyStanding::Revoked(at),
            (None, _) if !key.stands(self.visit.now) => KeyStanding::Expired,
            (None, Some(_)) => KeyStanding::Replaced,
            (None, None) => KeyStanding::Stands,
        };
        KeyRow {
            name: key.name.clone(),
            url: format!("/developers/keys/{}", id_text(key.id)),
            hint: key.hint.clone(),
            scopes: Scope::ALL.into_iter().filter(|scope| key.scopes.has(*scope)).collect(),
            created: key.created_at,
            used: key.used_at,
            expires: key.expires_at,
            standing,
        }
    }
}
