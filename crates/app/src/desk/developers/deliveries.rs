//! `/developers/deliveries`: one list of all that was sent or waits, each opened with its request and response.

use super::Fields;
use crate::desk::Visitor;
use crate::door::{self, Reply};
use crate::hooks::{self, delivery_text, id_text, parse_id};
use crate::web::PageKind;
use crate::web::desk::Place;
use crate::web::desk::developers::{self as pages, DeliveriesView, DeliveryFilterView, DeliveryRow, DeliveryView, TryView};
use http::StatusCode;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::vault::{Delivery, DeliveryFilter, DeliveryId, DeliveryState, Try, WebhookId};

/// Lines of a page: fewer than of other lists, since each has more to say.
const ROWS: u32 = 25;

impl Visitor<'_> {
    /// `GET /developers/deliveries?webhook=&state=&before=`.
    pub(super) async fn deliveries(&self, query: &Fields) -> Result<Reply, Problem> {
        let word = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
        let filter = DeliveryFilter {
            webhook: parse_id(word("webhook")),
            state: DeliveryState::ALL.into_iter().find(|state| state.word() == word("state")),
            before: word("before").parse().ok(),
        };
        let address = |before: Option<u64>| address(&filter, before);
        let targets = hooks::list(self.instance, &self.payee.handle).await?;
        let failed = DeliveryFilter { state: Some(DeliveryState::Failed), before: None, ..filter.clone() };
        let (failures, _) = self.delivery_rows(failed, 1).await?;
        let fields: Vec<(&str, String)> = filter.webhook.map(|id| ("webhook", id_text(id))).into_iter().collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (rows, next) = self.delivery_rows(filter.clone(), ROWS).await?;
        let view = DeliveriesView {
            frame: self.frame(Place::Developers),
            filter: DeliveryFilterView {
                webhook: filter.webhook.map(id_text).unwrap_or_default(),
                webhooks: targets.into_iter().map(|target| (id_text(target.id), target.url)).collect(),
                state: filter.state,
            },
            is_open: filter.webhook.is_none() && filter.state.is_none(),
            older_url: next.map(|next| address(Some(next))),
            newest_url: filter.before.map(|_| address(None)),
            retry: (!failures.is_empty()).then(|| self.form("/developers/deliveries/retry", &fields)),
            rows,
        };
        Ok(self.page(StatusCode::OK, pages::deliveries(&view)))
    }

    /// Lines of the list, and the number from which on it goes on.
    pub(super) async fn delivery_rows(&self, filter: DeliveryFilter, rows: u32) -> Result<(Vec<DeliveryRow>, Option<u64>), Problem> {
        let urls = self.targets().await?;
        let payee = self.payee.handle.clone();
        let found = self.instance.vault(move |vault| vault.deliveries(&payee, &filter, rows.saturating_add(1))).await?;
        let wanted = usize::try_from(rows).unwrap_or(usize::MAX);
        let next = found.get(wanted.saturating_sub(1)).filter(|_| found.len() > wanted).map(|delivery| delivery.number);
        Ok((found.iter().take(wanted).map(|delivery| delivery_row(delivery, &urls)).collect(), next))
    }

    /// Where each webhook sends to.
    async fn targets(&self) -> Result<BTreeMap<WebhookId, String>, Problem> {
        let all = hooks::list(self.instance, &self.payee.handle).await?;
        Ok(all.into_iter().map(|webhook| (webhook.id, webhook.url)).collect())
    }

    /// `GET /developers/deliveries/{id}?try=`.
    pub(super) async fn delivery(&self, id: DeliveryId, query: &Fields) -> Result<Reply, Problem> {
        let (delivery, tries) = self.own_delivery(id).await?;
        let url = format!("/developers/deliveries/{}", delivery_text(id));
        let asked: Option<usize> = query.get("try").and_then(|text| text.parse().ok());
        let one = |(number, attempt): (usize, &Try)| TryView {
            url: format!("{url}?try={number}"),
            number,
            at: attempt.at,
            status: attempt.status,
            latency_ms: attempt.latency_ms,
            request: attempt.request.clone(),
            response: attempt.response.clone(),
            fault: attempt.fault.clone(),
        };
        let view = DeliveryView {
            frame: self.frame(Place::Developers),
            opened: asked.filter(|number| (1..=tries.len()).contains(number)).unwrap_or(tries.len()),
            tries: (1..).zip(&tries).map(one).collect(),
            row: delivery_row(&delivery, &self.targets().await?),
            webhook_url: format!("/developers/webhooks/{}", id_text(delivery.webhook)),
            retry: self.form(&format!("{url}/retry"), &[]),
            json_url: format!("{url}.json"),
            event: delivery.event,
            body: delivery.body,
        };
        Ok(self.page(StatusCode::OK, pages::delivery(&view)))
    }

    /// `GET /developers/deliveries/{id}.json`: what `GET /v1/deliveries/{id}` answers.
    pub(super) async fn delivery_json(&self, id: DeliveryId) -> Result<Reply, Problem> {
        let (delivery, tries) = self.own_delivery(id).await?;
        let name = format!("farthing-delivery-{}.json", delivery_text(id));
        let kind = PageKind::Export { content_type: "application/json", file_name: &name };
        Ok(door::page(self.visit, StatusCode::OK, kind, format!("{:#}\n", hooks::opened(&delivery, &tries))))
    }

    /// `POST /developers/deliveries/{id}/retry`.
    pub(super) async fn retry(&self, id: DeliveryId) -> Result<Reply, Problem> {
        hooks::retry(self.instance, &self.payee.handle, id, self.visit.now).await?;
        Ok(door::see_other(&format!("/developers/deliveries/{}", delivery_text(id))))
    }

    /// `POST /developers/deliveries/retry`: all that were given up, of one webhook or of all.
    pub(super) async fn retry_failed(&self, form: &Fields) -> Result<Reply, Problem> {
        let named = form.get("webhook").map(|text| parse_id(text).ok_or(Problem::Unknown)).transpose()?;
        let all = match named {
            Some(id) => vec![id],
            None => self.targets().await?.into_keys().collect(),
        };
        for id in all {
            hooks::retry_failed(self.instance, &self.payee.handle, id, self.visit.now).await?;
        }
        Ok(door::see_other(&address(&DeliveryFilter { webhook: named, ..DeliveryFilter::default() }, None)))
    }

    /// A delivery to a webhook of this payee's; anybody else's is as unknown as none.
    async fn own_delivery(&self, id: DeliveryId) -> Result<(Delivery, Vec<Try>), Problem> {
        let payee = self.payee.handle.clone();
        self.instance.vault(move |vault| vault.delivery(&payee, id)).await?.ok_or(Problem::Unknown)
    }
}

/// The list with a filter, from a place on.
fn address(filter: &DeliveryFilter, before: Option<u64>) -> String {
    let fields = [
        ("webhook", filter.webhook.map(id_text)),
        ("state", filter.state.map(|state| state.word().to_owned())),
        ("before", before.map(|number| number.to_string())),
    ];
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
    let query = query.finish();
    if query.is_empty() { "/developers/deliveries".to_owned() } else { format!("/developers/deliveries?{query}") }
}

fn delivery_row(delivery: &Delivery, urls: &BTreeMap<WebhookId, String>) -> DeliveryRow {
    let is_waiting = delivery.state == DeliveryState::Waiting;
    DeliveryRow {
        kind: delivery.kind.clone(),
        url: format!("/developers/deliveries/{}", delivery_text(delivery.id)),
        target: urls.get(&delivery.webhook).cloned().unwrap_or_default(),
        created: delivery.created_at,
        sent: delivery.sent_at,
        state: delivery.state,
        status: delivery.status,
        latency_ms: delivery.latency_ms,
        tries: delivery.tries,
        next: is_waiting.then_some(delivery.next_at),
    }
}
