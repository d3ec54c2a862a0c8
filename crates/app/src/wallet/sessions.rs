//! `/sessions/{id}`: what a session holds, what was drawn from it and by whom it is paid out, and the press that ends it.

use super::history::signed;
use super::lines::{Line, split};
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::sessions::{self, Standing, Units};
use crate::web::film;
use crate::web::lang::plain;
use crate::web::{
    self, CaptureLine, Lang, Money, Notice, PageKind, Row, SessionKind, SessionLine, SessionState, SessionView, Tone, UnitsLine,
};
use http::StatusCode;
use money::{Amount, CommandId};
use protocol::problem::{Problem, SessionProblem};
use protocol::text::{parse_serial, serial};
use store::index::{EndedBy, SessionRow};

/// Captures on a session's page; a session that was captured more often says how many there are.
const CAPTURES: u32 = 50;
/// Sessions that the first page says are drawn to a good part.
const TOLD: usize = 5;

impl Visitor<'_> {
    /// `GET /sessions/{id}`. Somebody else's is as unknown as one that is not there.
    pub(super) async fn session(&self, asked: &Asked) -> Result<Reply, Problem> {
        let id = asked.path.strip_prefix("/sessions/").and_then(|name| parse_serial(name).ok()).ok_or(Problem::Unknown)?;
        let standing = self.own_session(id).await?;
        let Some(standing) = standing else { return Ok(door::see_other("/")) };
        let was_ended = door::form(asked.query.as_bytes()).contains_key("ended");
        let notice = standing.row.end.filter(|_| was_ended).map(|_| self.ended_notice(&standing.row));
        self.session_page(StatusCode::OK, &standing, notice).await
    }

    /// `POST /sessions/end`.
    pub(super) async fn end_session(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let id = form.get("session").and_then(|name| parse_serial(name).ok()).ok_or(Problem::Unknown)?;
        match sessions::end(self.instance, login.party, id).await {
            Ok(()) => Ok(door::see_other(&format!("{}?ended=1", session_address(id)))),
            // What is under way is finished first; nothing new begins.
            Err(Problem::Busy { .. } | Problem::Session(SessionProblem::UnderWay { .. })) => Ok(door::see_other(&session_address(id))),
            Err(Problem::Unknown) => {
                // The books forget what has been over for a week; a press on an old page still leads to what it came to.
                let standing = self.own_session(id).await?;
                standing.map(|_| door::see_other(&session_address(id))).ok_or(Problem::Unknown)
            }
            Err(problem) => Err(problem),
        }
    }

    /// A session of this login's; none without one.
    async fn own_session(&self, id: CommandId) -> Result<Option<Standing>, Problem> {
        let Some(login) = &self.login else { return Ok(None) };
        let standing = sessions::standing(self.instance, id).await?;
        if standing.row.payer == login.party { Ok(Some(standing)) } else { Err(Problem::Unknown) }
    }

    async fn session_page(&self, status: StatusCode, standing: &Standing, notice: Option<Notice>) -> Result<Reply, Problem> {
        let (row, lang) = (&standing.row, self.visit.lang);
        let (id, asset) = (row.id, row.asset);
        let units = sessions::units(self.instance, id).await?;
        let captures = self.instance.index(move |index| index.captures(id, CAPTURES)).await?;
        let offers = sessions::offers(self.instance, captures.iter().map(|(_, capture)| capture.offer).collect()).await?;
        let capture = |(at, capture): &(money::Timestamp, store::index::Capture)| CaptureLine {
            at: *at,
            what: offers
                .get(&capture.offer)
                .and_then(super::lines::metered_of)
                .map(|metered| film::used((capture.units, &metered), lang))
                .unwrap_or_default(),
            amount: Money::of(capture.amount, asset),
            receipt_url: format!("/r/{}", serial(capture.id)),
        };
        let part = |part: &Units| UnitsLine {
            name: part.name.clone(),
            what: film::used((part.units, &part.metered), lang),
            amount: Money::of(part.amount, asset),
        };
        let view = SessionView {
            frame: self.frame().await?,
            notice,
            line: self.session_line(standing),
            payee: self.instance.payee_name(&row.payee),
            opened: row.at,
            captured: Money::of(row.captured, asset),
            waiting: Money::of(standing.waiting(), asset),
            units: units.iter().filter(|part| part.units > 0).map(part).collect(),
            captures: captures.iter().map(capture).collect(),
            all_captures: row.captures.into(),
            bills_url: self.bills_url().await?,
            close: (row.end.is_none() && !standing.is_closing).then(|| self.form("/sessions/end", &[("session", &serial(id))])),
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::session(&view)))
    }

    /// A session as lists show it.
    pub(super) fn session_line(&self, standing: &Standing) -> SessionLine {
        let row = &standing.row;
        let (realm, _) = split(&row.item);
        let money = |amount: Amount| Money::of(amount, row.asset);
        SessionLine {
            url: session_address(row.id),
            site: self.site_called(realm),
            item: row.item.clone(),
            kind: match row.kind {
                market::SessionKind::Trusted => SessionKind::Trusted,
                market::SessionKind::Signed => SessionKind::Signed,
                market::SessionKind::Chain => SessionKind::Chain,
            },
            state: match row.end {
                Some(end) => SessionState::Ended { at: end.at, by: by_word(end.by, self.visit.lang), released: money(end.released) },
                None if standing.is_closing => SessionState::Closing,
                None => SessionState::Open,
            },
            held: money(row.cap),
            drawn: money(row.drawn),
            left: money(standing.left()),
            until: row.until,
        }
    }

    /// The one line of a history that stands for a session.
    pub(super) fn session_row(&self, (line, session): (&Line, &SessionRow), lang: Lang) -> Row {
        let (realm, _) = split(&session.item);
        let row = &line.row;
        let amount = session.captured.debit();
        // What was used under several versions has no one price.
        let used = match line.used.filter(|_| session.versions == 1) {
            Some(metered) => film::used((session.units, &metered), lang),
            None => plain!(lang, "units-many", units: session.units),
        };
        let back = session.end.map(|end| plain!(lang, "session-back", amount: Money::of(end.released, session.asset).exact(lang)));
        let place = [used].into_iter().chain(back).collect::<Vec<_>>().join(" · ");
        Row {
            at: row.at,
            title: plain!(lang, "row-session-at", site: self.site_called(realm)),
            place,
            mark: session.end.is_none().then(|| plain!(lang, "session-open")),
            receipt_url: None,
            session_url: Some(session_address(session.id)),
            amount: signed(amount, session.asset),
            fee: None,
            balance_after: Some(signed(row.balance, row.asset)),
            undo: None,
        }
    }

    /// What payers are told of holds that are drawn to a good part: one for each session, until it is raised or over.
    pub(super) fn told(&self, open: &[Standing]) -> Vec<Notice> {
        let lang = self.visit.lang;
        let mut near: Vec<&Standing> = open.iter().filter(|standing| standing.told > 0).collect();
        near.sort_by_key(|standing| std::cmp::Reverse(standing.told));
        let notice = |standing: &&Standing| {
            let row = &standing.row;
            let (realm, _) = split(&row.item);
            let money = |amount: Amount| Money::of(amount, row.asset).exact(lang);
            let site = self.site_called(realm);
            let lead = match standing.told {
                100.. => plain!(lang, "session-told-all", site: site),
                level => plain!(lang, "session-told", site: site, level: u64::from(level)),
            };
            let text = plain!(lang, "session-told-text", drawn: money(row.drawn), held: money(row.cap));
            Notice { tone: if standing.told < 80 { Tone::Calm } else { Tone::Warn }, lead, text }
        };
        near.iter().take(TOLD).map(notice).collect()
    }

    fn ended_notice(&self, row: &SessionRow) -> Notice {
        let lang = self.visit.lang;
        let money = |amount: Amount| Money::of(amount, row.asset).exact(lang);
        let released = row.end.map_or(Amount::ZERO, |end| end.released);
        let text = plain!(lang, "session-ended-text", captured: money(row.captured), released: money(released));
        Notice { tone: Tone::Calm, lead: plain!(lang, "session-ended-lead"), text }
    }

    fn site_called(&self, realm: &str) -> String {
        self.instance.realm_name(realm).unwrap_or_else(|| realm.to_owned())
    }
}

/// The page of a session in the wallet.
pub(super) fn session_address(id: CommandId) -> String {
    format!("/sessions/{}", serial(id))
}

fn by_word(by: EndedBy, lang: Lang) -> String {
    match by {
        EndedBy::Payer => plain!(lang, "session-by-you"),
        EndedBy::Idle => plain!(lang, "session-by-idle"),
        EndedBy::Expiry => plain!(lang, "session-by-time"),
        EndedBy::Operator => plain!(lang, "session-by-operator"),
    }
}
