//! How watching stands: what was spent and is left, which devices watch, and the form that stops one of them or all of it.

use super::seats;
use super::{MOST_FORM, Stands, seconds_for, video_of};
use crate::door::{self, ENT_COOKIE, Reply};
use crate::gateway::Gate;
use crate::gateway::priced::Ask;
use crate::gateway::proxy::{Body, private_caching};
use crate::gateway::session::finish;
use crate::login;
use crate::web::{self, DeviceLine, DevicesView, Form, PageKind};
use http::{Request, StatusCode, header};
use market::EndReason;
use money::{Amount, CommandId, Price};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use protocol::problem::{Device, Problem};
use serde_json::json;
use std::num::NonZeroU8;

/// Where it says which devices watch.
const DEVICES: &str = "/.well-known/farthing/watch/devices";
/// Where one of them is stopped.
const STOP: &str = "/.well-known/farthing/watch/stop";

impl Gate {
    /// What a request tells of its device: a browser is its cookie; what sends none its address and what it calls itself.
    fn device(&self, ask: &Ask) -> (u64, String) {
        let agent = ask.header(header::USER_AGENT).unwrap_or_default();
        let shows = match door::cookie(&ask.headers, ENT_COOKIE) {
            Some(handle) => format!("cookie\n{handle}"),
            None => format!("address\n{}\n{agent}", ask.visit.client_ip),
        };
        let print = self.instance.keys.print(format!("farthing/device/1\n{shows}").as_bytes());
        let [a, b, c, d, e, f, g, h, ..] = print;
        let name = login::device(agent);
        let name = if name.is_empty() && agent.starts_with("farthing/") { "farthing".to_owned() } else { name };
        (u64::from_be_bytes([a, b, c, d, e, f, g, h]), name)
    }

    /// Takes or keeps the seat of who asks for a segment.
    pub(super) fn must_have_a_seat(&self, ask: &Ask, stands: Stands, most: Option<NonZeroU8>) -> Result<(), Problem> {
        let (device, name) = self.device(ask);
        let taken = self.instance.seats.take(stands.session, (device, &name), (most, seats::lasts(stands.target_s)), self.instance.now());
        taken.map_err(|seats| Problem::DeviceLimit(seats.into_iter().map(told).collect()))
    }

    /// The devices that watch from a session, and whether one is this.
    fn watching_now(&self, ask: &Ask, session: CommandId) -> Vec<(Device, bool)> {
        let (this, _) = self.device(ask);
        let seats = self.instance.seats.of(session, self.instance.now());
        seats.into_iter().map(|seat| (seat.device == this, seat)).map(|(here, seat)| (told(seat), here)).collect()
    }

    /// `GET /.well-known/farthing/watch/devices?page=…`: the page on which a person stops one of them.
    pub(in super::super) async fn devices(&self, ask: &Ask) -> Reply {
        self.devices_page(ask).await.unwrap_or_else(|problem| self.refuse(ask, &problem))
    }

    async fn devices_page(&self, ask: &Ask) -> Result<Reply, Problem> {
        let fields = door::form(ask.target.sent.split_once('?').map(|(_, query)| query).unwrap_or_default().as_bytes());
        let (target, (_, offer)) = fields.get("page").and_then(|page| self.for_sale(page)).ok_or(Problem::Unknown)?;
        let (_, video) = video_of(&offer).ok_or(Problem::Unknown)?;
        let party = self.reader(ask).await?.ok_or(Problem::Unknown)?.party;
        let session = self.watched_by(party, &offer).await?.ok_or(Problem::Unknown)?;
        let line = |(device, is_this): (Device, bool)| DeviceLine { id: device.id, name: device.name, since: device.since, is_this };
        let page = web::devices(&DevicesView {
            instance: self.shown_instance(ask),
            site: self.title(),
            stop: Form { action: STOP.to_owned(), csrf: String::new(), fields: vec![("page".to_owned(), target.page.clone())] },
            back: crate::gateway::back::on_this_site(&target.page),
            most: video.devices.map(NonZeroU8::get),
            devices: self.watching_now(ask, session).into_iter().map(line).collect(),
            now: ask.visit.now,
        });
        Ok(door::page(&ask.visit, StatusCode::OK, PageKind::SitePage, page))
    }

    /// `GET /.well-known/farthing/watch?page=…`: how the session of this browser stands, for the page that plays.
    pub(in super::super) async fn watching(&self, ask: &Ask) -> Reply {
        let mut reply = self.how_it_stands(ask).await.unwrap_or_else(|problem| door::problem(&problem, &self.origin_url()));
        self.let_read(&mut reply, ask);
        reply
    }

    async fn how_it_stands(&self, ask: &Ask) -> Result<Reply, Problem> {
        let fields = door::form(ask.target.sent.split_once('?').map(|(_, query)| query).unwrap_or_default().as_bytes());
        let (target, (_, offer)) = fields.get("page").and_then(|page| self.for_sale(page)).ok_or(Problem::Unknown)?;
        let (metered, _) = video_of(&offer).ok_or(Problem::Unknown)?;
        let more = format!("{}?page={}", crate::gateway::human::PAY_PATH, utf8_percent_encode(&target.page, NON_ALPHANUMERIC));
        let party = self.reader(ask).await?.map(|reader| reader.party);
        let session = match party {
            Some(party) => self.watched_by(party, &offer).await?,
            None => None,
        };
        let figures = match session {
            Some(id) => {
                self.instance.look(move |state, now| state.session(id).map(|session| (session.drawn, session.headroom(now)))).await?
            }
            None => None,
        };
        let devices = session.map(|id| self.watching_now(ask, id)).unwrap_or_default();
        let price = |amount: Amount| Price { amount, asset: metered.asset }.to_string();
        let standing = match figures {
            Some((drawn, left)) => json!({
                "watching": true, "spent": price(drawn), "left": price(left),
                "secondsLeft": seconds_for(&metered, left), "more": more,
                "devices": devices.iter().map(|(device, here)| json!({
                    "id": device.id, "name": device.name, "since": device.since.to_string(), "here": here,
                })).collect::<Vec<_>>(),
                "devicesPage": format!("{DEVICES}?page={}", utf8_percent_encode(&target.page, NON_ALPHANUMERIC)),
            }),
            None => json!({ "watching": false, "more": more }),
        };
        let mut reply = door::json(StatusCode::OK, &standing);
        private_caching(reply.headers_mut(), None);
        Ok(reply)
    }

    /// `POST /.well-known/farthing/watch/stop` with the field `page`: what was watched is posted, the rest is given back. With the field
    /// `device` that device stops alone, and who asks has its seat.
    pub(in super::super) async fn stop_watching(&self, ask: &Ask, request: Request<Body>) -> Reply {
        self.stopped(ask, request).await.unwrap_or_else(|problem| self.refuse(ask, &problem))
    }

    async fn stopped(&self, ask: &Ask, request: Request<Body>) -> Result<Reply, Problem> {
        if !self.is_own_form(ask) {
            return Err(Problem::CrossSite);
        }
        let form = door::form(&crate::gateway::read_whole(request.into_body(), MOST_FORM).await?);
        let (target, (_, offer)) = form.get("page").and_then(|page| self.for_sale(page)).ok_or(Problem::Unknown)?;
        let payer = self.reader(ask).await?.ok_or(Problem::Unknown)?.party;
        let session = self.watched_by(payer, &offer).await?;
        if let (Some(session), Some(device)) = (session, form.get("device")) {
            let from = u64::from_str_radix(device, 16).map_err(|_| Problem::Unknown)?;
            let (device, name) = self.device(ask);
            if !self.instance.seats.hand_over(session, from, (device, &name), self.instance.now()) {
                tracing::debug!(site = %self.name, "a device that was to stop had stopped");
            }
        } else if let Some(session) = session {
            finish(&self.instance, session, EndReason::Pressed { payer }).await?;
        }
        Ok(door::see_other(&crate::gateway::back::on_this_site(&target.page)))
    }
}

fn told(seat: seats::Seat) -> Device {
    Device { id: format!("{:016x}", seat.device), name: seat.name, since: seat.since }
}
