//! `/r/{serial}`: one receipt, for its payer alone.

use super::Visitor;
use super::history::signed;
use super::lines::{split, title};
use super::sessions::session_address;
use super::statements::attachment;
use crate::door::{self, Reply};
use crate::given::{returns, told};
use crate::payees::brand::LOGO_PATH;
use crate::receipts::{Sold, receipt_document};
use crate::sessions::{self, Captured};
use crate::web::film;
use crate::web::lang::plain;
use crate::web::paper;
use crate::web::{self, Lang, Leg, Line, Moment, Money, PageKind, ReceiptUndo, ReceiptView};
use http::StatusCode;
use market::{Class, Giver, OfferVersion, Place, Sale, SaleState, State};
use money::{Amount, CommandId, Party, Share, Timestamp};
use protocol::document::{Kind, signed as signed_document};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use store::index::Return;

impl Visitor<'_> {
    /// `GET /r/{serial}`, `GET /r/{serial}.json` and `.pdf`. Somebody else's is as unknown as one that is not there.
    pub(super) async fn receipt(&self, path: &str) -> Result<Reply, Problem> {
        let name = path.strip_prefix("/r/").unwrap_or_default();
        let (name, kind) = name.split_once('.').map_or((name, None), |(name, kind)| (name, Some(kind)));
        if kind.is_some_and(|kind| !matches!(kind, "json" | "pdf")) {
            return Err(Problem::Unknown);
        }
        let id = parse_serial(name).map_err(|_| Problem::Unknown)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let issued = self.issued(id).await?.filter(|issued| issued.sold.sale.payer == login.party).ok_or(Problem::Unknown)?;
        let base = self.base_of("receipt", name);
        if kind == Some("json") {
            return Ok(self.file("application/json", &format!("{base}.json"), self.receipt_facts(&issued)));
        }
        let view = self.receipt_view(login.party, &issued).await?;
        if kind == Some("pdf") {
            let description = plain!(self.visit.lang, "receipt-title", number: name);
            let named = self.named();
            let issue = self.issue(&named, attachment(&base, description, self.receipt_facts(&issued)));
            return self.on_paper(paper::receipt(&view, &issue), &base).await;
        }
        Ok(door::page_in(self.visit, StatusCode::OK, PageKind::Wallet, view.look.as_ref(), web::receipt(&view)))
    }

    /// The sale or capture that a receipt is of.
    async fn issued(&self, id: CommandId) -> Result<Option<Issued>, Problem> {
        let sale = |state: &State, id| Some((Sold::find(state, id)?, state.offer(state.sale(id)?.offer)?.clone()));
        if let Some((sold, version)) = self.instance.look(move |state, _| sale(state, id)).await? {
            return Ok(Some(Issued { sold, version, used: None }));
        }
        let Some(captured) = sessions::captured(self.instance, id).await? else { return Ok(None) };
        let offer = captured.of.offer;
        let version = self.instance.look(move |state, _| state.offer(offer).cloned()).await?;
        Ok(version.map(|version| Issued { sold: captured.sold.clone(), version, used: Some(captured) }))
    }

    /// The whole receipt with its proof. Less the proof it is what `Payment-Receipt` has the hash of.
    fn receipt_facts(&self, issued: &Issued) -> Vec<u8> {
        let speaker = self.instance.speaker();
        let facts = issued.used.as_ref().map_or_else(|| receipt_document(speaker, &issued.sold), |used| used.document(speaker));
        let document = signed_document(facts, Kind::Receipt, &speaker.keys.receipt);
        document.expect("a receipt names its instance").canonical().into_bytes()
    }

    async fn receipt_view(&self, payer: Party, issued: &Issued) -> Result<ReceiptView, Problem> {
        let Issued { sold, version, used } = issued;
        let (sale, lang) = (&sold.sale, self.visit.lang);
        let what = match used {
            Some(captured) => film::used((captured.of.units, &captured.of.metered), lang),
            None => title(&sale.item),
        };
        let total = Money::of(sale.charged, sale.asset);
        let (realm, target) = split(&sale.item);
        let origin = self.instance.realm_url(realm);
        let legs = sold.legs.iter().zip(&version.offer.split).map(|(leg, rule)| Leg {
            label: leg.label.clone(),
            to: leg.to.clone(),
            bp: match rule.share {
                Share::BasisPoints(bp) => Some(bp),
                Share::Fixed(_) | Share::Rest => None,
            },
            amount: Money::of(leg.amount, sale.asset),
        });
        Ok(ReceiptView {
            frame: self.frame().await?,
            serial: sold.serial(),
            title: if used.is_some() { sale.item.to_string() } else { what.clone() },
            item_url: format!("{origin}{target}"),
            session_url: used.as_ref().map(|captured| session_address(captured.session)),
            payee: self.instance.payee_name(&sold.payee),
            look: self.instance.brands.of(&sold.payee).look(LOGO_PATH),
            payee_handle: sold.payee.clone(),
            origin,
            payer_reference: sold.payer_reference(self.instance.speaker()).to_owned(),
            at: sale.at,
            total,
            lines: vec![Line { text: what, amount: total }],
            legs: legs.collect(),
            fees: vec![Line { text: plain!(lang, "receipt-fee"), amount: Money::of(Amount::ZERO, sale.asset) }],
            balance_after: self.balance_after(payer, sale).await?,
            timeline: match used {
                Some(_) => vec![captured_moment(sale, lang)],
                None => timeline(sale, &returns(self.instance, (sold.id, sale)).await?, lang),
            },
            part: sale.is_part_refunded().then(|| (Money::of(sale.returned, sale.asset), Money::of(sale.left(), sale.asset))),
            undo: if used.is_some() { ReceiptUndo::Used } else { self.undo_of(sold) },
            pdf_url: format!("/r/{}.pdf", sold.serial()),
            json_url: format!("/r/{}.json", sold.serial()),
        })
    }

    /// What the wallet had right after the sale, once the index has seen it.
    async fn balance_after(&self, payer: Party, sale: &Sale) -> Result<Option<Money>, Problem> {
        let next = Place { record: sale.place.record.saturating_add(1), ..sale.place };
        let rows = self.instance.index(move |index| index.history(payer, Class::Funded, Some(next), 1)).await?;
        Ok(rows.first().filter(|row| row.place == sale.place).map(|row| signed(row.balance, row.asset)))
    }

    fn undo_of(&self, sold: &Sold) -> ReceiptUndo {
        let sale = &sold.sale;
        match sale.state {
            SaleState::Refunded { at, .. } => ReceiptUndo::TakenBack { at },
            SaleState::Live if sale.undo_until <= sale.at => ReceiptUndo::Never,
            SaleState::Live if sale.can_undo(self.visit.now) => {
                ReceiptUndo::Open { until: sale.undo_until, form: self.form("/undo", &[("sale", &sold.serial())]) }
            }
            SaleState::Live => ReceiptUndo::Closed { since: sale.undo_until },
        }
    }
}

/// What a receipt is of.
struct Issued {
    sold: Sold,
    version: OfferVersion,
    /// What was used, if it is a capture of a session.
    used: Option<Captured>,
}

fn captured_moment(sale: &Sale, lang: Lang) -> Moment {
    let detail = if sale.signed { plain!(lang, "story-vouchers") } else { plain!(lang, "story-trusted") };
    Moment { at: sale.at, what: plain!(lang, "story-captured"), detail }
}

fn timeline(sale: &Sale, given: &[(Timestamp, Return)], lang: Lang) -> Vec<Moment> {
    let how = if sale.signed { plain!(lang, "story-signed") } else { plain!(lang, "story-pressed") };
    let mut moments = vec![Moment { at: sale.at, what: plain!(lang, "story-paid"), detail: how }];
    moments.extend(given.iter().map(|(at, given)| {
        let by = match given.giver {
            Giver::Payer => plain!(lang, "story-by-you"),
            Giver::Payee => plain!(lang, "story-by-payee"),
            Giver::Operator => plain!(lang, "story-by-operator"),
            Giver::Door => plain!(lang, "story-by-itself"),
        };
        let what = if given.left.is_zero() { plain!(lang, "story-back") } else { plain!(lang, "story-part") };
        Moment { at: *at, what, detail: told((sale, given), by, lang) }
    }));
    moments
}
