//! Paying a 402: choose, sign, write down, present, and make sense of the answer.

use crate::checks::{Agreed, Asked, choose, within_cap};
use crate::io::Reply;
use crate::kept::{Access, Command, KeptReceipt, Unanswered, taken_until};
use crate::payer::present::{Before, Presented, unknown};
use crate::payer::{Fetched, Payer, Payment, Request, served};
use crate::site::Site;
use crate::{Error, Problem, Refusal};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use protocol::Credential;
use protocol::text::command as command_text;

/// What an answer to a credential means.
pub(super) enum Settled {
    /// The page.
    Served(Fetched),
    /// It moved nothing, and the answer carries fresh challenges.
    Fresh(Reply),
    /// It was paid for, and is to be asked for as its owner.
    Owned,
}

impl Payer {
    /// Pays what a 402 asks. Signs once; a second time only if the first credential provably moved nothing.
    pub(super) async fn pay(&self, request: &Request, reply: Reply) -> Result<Fetched, Error> {
        let mut reply = reply;
        let mut again = true;
        loop {
            let agreed = self.choose(request, &reply)?;
            let site = self.site_of(&request.url, &agreed).await?;
            let command = self.sign(request, &agreed)?;
            self.state.begin(&request.identity(), &command)?;
            let presented = match self.present(&command, Before::Nothing).await {
                Err(error @ Error::Unreachable { .. }) => {
                    self.state.answered(&request.identity())?;
                    return Err(error);
                }
                other => other?,
            };
            match self.settle(request, &command, (&agreed, &site), presented).await? {
                Settled::Served(fetched) => return Ok(fetched),
                Settled::Owned => return self.ask_as_owner(request).await,
                Settled::Fresh(fresh) if again => (reply, again) = (fresh, false),
                Settled::Fresh(fresh) => return Err(Error::refused(said(&fresh))),
            }
        }
    }

    /// Takes up the command that an earlier call left without an answer. `None`: there is none, or it is known what
    /// became of it and the page can be asked for as usual.
    pub(super) async fn resume(&self, request: &Request) -> Result<Option<Fetched>, Error> {
        let Some(command) = self.state.unanswered(&request.identity())? else { return Ok(None) };
        let damaged = || Error::Document { url: request.url.to_string(), why: "the command that was kept for it is damaged".to_owned() };
        let agreed = command.agreed().ok_or_else(damaged)?;
        let site = self.site_of(&request.url, &agreed).await?;
        let allowed = within_cap(agreed.price(), &self.policy);
        if self.world.now() > command.until || allowed.is_err() {
            if self.is_recorded(&command, (&agreed, &site)).await? {
                self.keep_record(request, &agreed, &site)?;
            } else if let Err(refusal) = allowed {
                return Err(refused(refusal));
            }
            self.state.answered(&request.identity())?;
            return Ok(None);
        }
        let presented = self.present(&command, Before::Unclear).await?;
        match self.settle(request, &command, (&agreed, &site), presented).await? {
            Settled::Served(fetched) => Ok(Some(fetched)),
            Settled::Fresh(_) | Settled::Owned => Ok(None),
        }
    }

    pub(super) fn choose(&self, request: &Request, reply: &Reply) -> Result<Agreed, Error> {
        let asked = Asked { url: &request.url, body: request.body.as_deref(), policy: &self.policy, now: self.world.now() };
        let lines = reply.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok());
        choose(lines, &asked).map_err(refused)
    }

    /// Signs a challenge that passed every check. The command's id is fresh: one id, one signature.
    fn sign(&self, request: &Request, agreed: &Agreed) -> Result<Unanswered, Error> {
        let credential = Credential::sign(agreed.challenge.clone(), self.wallet.key());
        let credential = credential.map_err(|what| Error::Unpayable(Refusal::Unreadable(what.0)))?;
        let command = Command {
            field: if agreed.challenge.header.is_some() { "payment-authorization" } else { "authorization" },
            credential: credential.header_value(),
            key: command_text(self.world.command_id()),
            until: taken_until(agreed.expires),
        };
        Ok(Unanswered::new(request, command))
    }

    pub(super) async fn settle(
        &self,
        request: &Request,
        command: &Unanswered,
        (agreed, site): (&Agreed, &Site),
        presented: Presented,
    ) -> Result<Settled, Error> {
        let Presented { reply, before } = presented;
        let identity = request.identity();
        if !reply.status.is_client_error() && !reply.status.is_server_error() {
            return self.settle_paid(request, (agreed, site), reply).await;
        }
        let Some(problem) = &reply.problem else {
            self.state.answered(&identity)?;
            let no_way = reply.status == StatusCode::PAYMENT_REQUIRED;
            return if no_way { Err(Error::refused(said(&reply))) } else { Ok(Settled::Served(served(request, reply, Payment::None))) };
        };
        if problem.asks_for_fresh() || (agreed.stands && problem.asks_otherwise()) {
            // Too old or unknown by now says nothing of an earlier time, when it may have been taken: the books decide.
            let paid = before == Before::Unclear && self.is_recorded(command, (agreed, site)).await?;
            if paid {
                self.keep_record(request, agreed, site)?;
            }
            self.state.answered(&identity)?;
            return Ok(if paid { Settled::Owned } else { Settled::Fresh(reply) });
        }
        let paid = match &*problem.code {
            "response-gone" => true,
            "origin-failed" => !problem.refunded,
            _ => false,
        };
        if paid {
            self.keep_record(request, agreed, site)?;
        }
        self.state.answered(&identity)?;
        let owned = problem.code == "response-gone" && agreed.request.lasts.is_some();
        if owned { Ok(Settled::Owned) } else { Err(Error::refused(problem.clone())) }
    }

    /// A page came: its receipt is proved and kept before the command counts as answered.
    async fn settle_paid(&self, request: &Request, (agreed, site): (&Agreed, &Site), reply: Reply) -> Result<Settled, Error> {
        if agreed.stands && reply.field("payment-receipt").is_none() {
            // It was free, so nothing was taken for it.
            self.state.answered(&request.identity())?;
            return Ok(Settled::Served(served(request, reply, Payment::None)));
        }
        let proved = self.proved(&request.url, (agreed, site), &reply).await?;
        let charged = proved.amount;
        let receipt = match self.state.receipt(&request.url)? {
            // The page was owned: what it cost at first, and until when that can be undone, still holds.
            Some(first) if charged.is_zero() && first.serial == proved.serial => KeptReceipt { access: proved.access, ..first },
            _ => proved,
        };
        self.state.keep(&receipt)?;
        let once = receipt.access == Access::Once;
        let mut fetched = served(request, reply, Payment::Paid { receipt, charged });
        if once {
            fetched.body = fetched.body.settling(self.state.clone(), request.identity());
        } else {
            self.state.answered(&request.identity())?;
        }
        Ok(Settled::Served(fetched))
    }

    /// Asks the books whether a charge was made whose answer was lost.
    async fn is_recorded(&self, command: &Unanswered, (agreed, site): (&Agreed, &Site)) -> Result<bool, Error> {
        let account = self.account_of(site);
        match account.receipt(agreed.nonce).await {
            Ok(_) => Ok(true),
            Err(Error::Refused(problem)) if problem.status == 404 => Ok(false),
            Err(_) => Err(unknown(command)),
        }
    }

    fn keep_record(&self, request: &Request, agreed: &Agreed, site: &Site) -> Result<(), Error> {
        self.state.keep(&KeptReceipt::of_record(&request.url, agreed, site))
    }

    /// The page as its owner; never paid for here, since this call has signed already.
    pub(super) async fn ask_as_owner(&self, request: &Request) -> Result<Fetched, Error> {
        let owned = self.owned(request)?;
        let reply = self.ask(request, owned.as_ref()).await?;
        if reply.status == StatusCode::PAYMENT_REQUIRED {
            return Err(Error::refused(said(&reply)));
        }
        Ok(served(request, reply, owned.map_or(Payment::None, Payment::Owned)))
    }
}

pub(super) fn said(reply: &Reply) -> Problem {
    reply.problem.clone().unwrap_or_else(|| Problem::silent(reply.status.as_u16()))
}

pub(super) fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Currency(price) => Error::Dearer { price, max: None },
        Refusal::Dearer { price, max } => Error::Dearer { price, max: Some(max) },
        other @ (Refusal::NoChallenge
        | Refusal::Film
        | Refusal::Unreadable(_)
        | Refusal::Realm { .. }
        | Refusal::PlainHttp
        | Refusal::Expired
        | Refusal::Digest
        | Refusal::Instance { .. }) => Error::Unpayable(other),
    }
}
