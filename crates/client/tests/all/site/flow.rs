//! An event stream of the small site: as many events as are authorised, then a word that asks for more.

use super::stream::{Metered, receipt, told};
use super::{Seen, Sent, Site};
use bytes::Bytes;
use http::Response;
use money::Amount;
use protocol::receipt::Done;
use protocol::session::{At, NeedVoucher, StreamNotice, StreamWord};
use std::collections::{BTreeSet, VecDeque};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

pub const PATH: &str = "/api/flow";

/// What the streams of a site do.
#[derive(Default)]
pub struct Flows {
    /// How many events there are.
    pub total: u32,
    /// After which of them the connection breaks, once each.
    pub cuts: VecDeque<u32>,
    /// After which of them the stream breaks off with its receipt, once.
    pub halt: Option<u32>,
    /// So many units too many stand in the last receipt.
    pub lies: u64,
    /// Which of them were billed.
    billed: BTreeSet<u32>,
    open: Option<Flow>,
}

struct Flow {
    at: At,
    next: u32,
    out: UnboundedSender<Result<Bytes, &'static str>>,
}

impl Site {
    /// A request of the stream's address whose voucher was taken.
    pub(super) fn flows(&self, metered: &mut Metered, at: At, (seen, signs): (&Seen, Option<Done>)) -> Response<Sent> {
        let session = metered.sessions.get_mut(&at.session).unwrap();
        let counted = session.counted(self, at).header_value();
        let counted = signs.map_or(counted, |done| session.certified(self, at, done, None));
        if seen.line.starts_with("HEAD") {
            self.pump(metered);
            return receipt(204, counted);
        }
        let required = session.drawn + u64::from(metered.price);
        if required > session.standing.accepted().units() {
            return told(402, "insufficient-balance", [("requiredCumulative", required.to_string())]);
        }
        let last = seen.last_event.as_deref().map_or(0, |id| id.parse().unwrap());
        let (out, rest) = unbounded_channel();
        metered.flows.open = Some(Flow { at, next: last + 1, out });
        self.pump(metered);
        let mut response = receipt(200, counted);
        response.headers_mut().insert("content-type", "text/event-stream".parse().unwrap());
        *response.body_mut() = Sent(VecDeque::new(), Some(rest));
        response
    }

    fn pump(&self, metered: &mut Metered) {
        let Some(mut flow) = metered.flows.open.take() else { return };
        let session = metered.sessions.get_mut(&flow.at.session).unwrap();
        let price = u64::from(metered.price);
        let say = |text: String| drop(flow.out.send(Ok(Bytes::from(text))));
        while flow.next <= metered.flows.total {
            let required = session.drawn + price;
            if required > session.standing.accepted().units() {
                let amount = |units| Amount::new(units).unwrap();
                let need = NeedVoucher {
                    session: flow.at.session,
                    required: amount(required),
                    accepted: session.standing.accepted(),
                    hold: session.hold,
                    spent: amount(session.drawn),
                };
                say(StreamWord::NeedVoucher.event(&need.data()));
                metered.flows.open = Some(flow);
                return;
            }
            if metered.flows.billed.insert(flow.next) {
                (session.drawn, session.units) = (required, session.units + 1);
            }
            say(format!("id: {0}\ndata: event {0}\n\n", flow.next));
            if metered.flows.cuts.front() == Some(&flow.next) {
                metered.flows.cuts.pop_front();
                drop(flow.out.send(Err("torn")));
                return;
            }
            flow.next += 1;
            if metered.flows.halt == Some(flow.next - 1) {
                metered.flows.halt = None;
                say(StreamWord::Receipt.event(&session.counted(self, flow.at).header_value()));
                drop(flow.out.send(Err("torn")));
                return;
            }
        }
        let notice = StreamNotice { session: flow.at.session, percent: 50 };
        say(StreamWord::Notice.event(&notice.data()));
        session.units += metered.flows.lies;
        session.drawn += metered.flows.lies * price;
        say(StreamWord::Receipt.event(&session.counted(self, flow.at).header_value()));
    }
}
