//! At the threshold: nobody is signed in, or somebody who works for no payee.

use super::stranger;
use crate::door::{self, Reply, Visit};
use crate::instance::Instance;
use crate::login::SignedIn;
use crate::wallet::Asked;
use crate::web::desk::{self, SignInView, WithoutTeamView};
use crate::web::{Form, PageKind};
use http::{Method, StatusCode};
use protocol::problem::Problem;
use std::sync::Arc;

/// What somebody without a login sees: the way in by the wallet. Whatever they asked for is not told apart.
pub(super) fn sign_in_first(instance: &Instance, visit: &Visit, asked: &Asked) -> Reply {
    if asked.path != "/" {
        return door::see_other("/");
    }
    let view = SignInView { frame: stranger(instance, visit), hop_url: format!("{}/hop?door=desk", instance.wallet_url()) };
    door::page(visit, StatusCode::OK, PageKind::Desk, desk::sign_in(&view))
}

/// What somebody sees who works for no payee, and the way out.
pub(super) async fn without_team(instance: &Arc<Instance>, (visit, asked): (&Visit, &Asked), login: &SignedIn) -> Result<Reply, Problem> {
    if asked.method == Method::POST && asked.path == "/sign-out" {
        let form = door::form(&asked.body);
        if !door::is_same_origin(&asked.headers, &instance.desk_url().unwrap_or_default()) {
            return Err(Problem::CrossSite);
        }
        login.check(&form)?;
        login.end(instance).await?;
        return Ok(signed_out());
    }
    if asked.path != "/" {
        return Ok(door::see_other("/"));
    }
    let sign_out = Form { action: "/sign-out".to_owned(), csrf: login.csrf.clone(), fields: Vec::new() };
    let view = WithoutTeamView { frame: stranger(instance, visit), join_url: "/join".to_owned(), sign_out };
    Ok(door::page(visit, StatusCode::OK, PageKind::Desk, desk::without_team(&view)))
}

/// The cookie is gone, and so is the login it named.
pub(super) fn signed_out() -> Reply {
    let mut reply = door::see_other("/");
    door::set_cookie(&mut reply, door::DESK_COOKIE, "", 0);
    reply
}
