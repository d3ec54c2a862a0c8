//! What a payer shows in each dialect, made honestly or changed afterwards, and how it gets to a door.

use super::super::locked::{hash_of, of_lightning, pay, told};
use super::super::sessions::Client;
use super::super::*;
use super::{Dialect, Edit, thief};
use crate::facilitator::Facilitator;
use crate::wallet::Asked as AskedOf;
use data_encoding::BASE64;
use http::Method;
use money::{CommandId, Party};
use protocol::l402::{Credential as Bearer, parse_hex};
use protocol::session::{Action, Asked, At, Kind, Open, Opening, Pay, Paying, SessionCredential, SignedVoucher, Voucher};
use protocol::text::{base64url, from_base64url};
use protocol::x402::{EXACT, Payment, Settlement, UPTO, challenge_of, network, requirement};
use serde_json::{Value, json};

/// What a payer asks for.
#[derive(Clone, Copy)]
pub struct Call {
    pub method: &'static str,
    pub page: &'static str,
    pub query: &'static str,
    pub body: &'static str,
}

/// The call that everything is signed for.
pub const CALL: Call = Call { method: "GET", page: "/a/quiet", query: "", body: "" };
/// Another page of the same offer.
pub const OTHER: Call = Call { page: "/a/other", ..CALL };

/// What goes with a call.
#[derive(Clone)]
pub enum Shown {
    /// A line of a field.
    Field(&'static str, String),
    /// A credential in `_meta` of a tool's call.
    Meta(Value),
    /// The body of a settlement.
    Settle(Value),
    /// A credential at the lock of an invoice.
    Lock { invoice: String, credential: String },
}

impl Call {
    fn target(&self) -> String {
        format!("{}{}", self.page, self.query)
    }

    /// As the message that calls the tool of the page's name.
    fn message(&self, meta: Option<&Value>) -> String {
        let name = self.page.rsplit('/').next().unwrap_or_default();
        let mut params = json!({"name": name, "arguments": {"about": self.body}});
        if let Some(credential) = meta {
            params["_meta"] = json!({"org.paymentauth/credential": credential});
        }
        json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}).to_string()
    }
}

/// Sends a call with all that is shown.
pub async fn send(bed: &Bed, shown: &[Shown], call: &Call, at: &Visit) -> Answer {
    let fields: Vec<(&str, &str)> =
        shown.iter().filter_map(|shown| if let Shown::Field(name, value) = shown { Some((*name, value.as_str())) } else { None }).collect();
    for one in shown {
        match one {
            Shown::Field(..) => {}
            Shown::Meta(credential) => return message(bed, call, Some(credential), &fields, at).await,
            Shown::Settle(body) => return settle(bed, body, at).await,
            Shown::Lock { invoice, credential } => {
                let with: Vec<_> = [("authorization", credential.as_str())].into_iter().chain(fields).collect();
                return locked::lock(bed, &hash_at(bed, invoice), invoice, &with, at).await;
            }
        }
    }
    bed.ask_at(with_body(call.method, &call.target(), &fields, call.body), at).await
}

pub async fn message(bed: &Bed, call: &Call, meta: Option<&Value>, fields: &[(&str, &str)], at: &Visit) -> Answer {
    bed.ask_at(with_body("POST", &format!("/mcp{}", call.query), fields, call.message(meta)), at).await
}

async fn settle(bed: &Bed, body: &Value, at: &Visit) -> Answer {
    let asked = AskedOf {
        method: Method::POST,
        path: "/x402/settle".to_owned(),
        target: "/x402/settle".to_owned(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::from(body.to_string()),
    };
    Answer::of(Facilitator::new(Arc::clone(&bed.opened.instance)).answer("settle", &asked, None, at).await).await
}

/// The hash that the invoice names here; of one that is not ours, any.
fn hash_at(bed: &Bed, invoice: &str) -> String {
    let ours = bed.opened.instance.l402().check_invoice(invoice).ok().flatten();
    ours.map_or_else(|| "0".repeat(64), |_| hash_of(bed, invoice))
}

/// Somebody who pays in one dialect.
pub struct Payer {
    pub dialect: Dialect,
    pub key: SigningKey,
    /// The session that is paid from, with what was authorised of it.
    session: Option<(Client, u32)>,
}

impl Payer {
    pub const fn new(dialect: Dialect, key: SigningKey) -> Payer {
        Payer { dialect, key, session: None }
    }

    /// A good credential for a call, under a challenge of its own.
    pub async fn good(&mut self, bed: &Bed, call: &Call) -> Shown {
        match self.dialect {
            Dialect::Charge => charge(&self.signed(bed, call).await),
            Dialect::Mcp => meta(&self.signed(bed, call).await),
            Dialect::X402 | Dialect::UpTo => x402(&self.signed(bed, call).await),
            Dialect::Pay => self.paid(&session_challenge(&quote(bed, call).await), call, world::command_id()),
            Dialect::Session => self.voucher(bed, |client, cumulative| client.signed(bed, cumulative)).await,
            Dialect::L402 | Dialect::Lightning => self.bearer(bed, call).await,
            Dialect::Lock => {
                let invoice = told(&quote(bed, call).await).invoice;
                let challenge = locked::lock(bed, &hash_of(bed, &invoice), &invoice, &[], &visit(world::now())).await.challenge();
                Shown::Lock { credential: Credential::sign(challenge, &self.key).unwrap().header_value(), invoice }
            }
            Dialect::Settle => Shown::Settle(settlement(&self.wanted(bed).signed(&self.key).unwrap())),
        }
    }

    async fn signed(&self, bed: &Bed, call: &Call) -> Credential {
        sign(self.challenge(bed, call).await, &self.key).unwrap()
    }

    /// A charge challenge for a call, as this payer's dialect tells it.
    async fn challenge(&self, bed: &Bed, call: &Call) -> Challenge {
        let now = visit(world::now());
        match self.dialect {
            Dialect::Mcp => challenge_in(&message(bed, call, None, &[], &now).await),
            Dialect::X402 | Dialect::UpTo => challenge_of(&accepted(&quote(bed, call).await)).unwrap(),
            _ => quote(bed, call).await.challenge(),
        }
    }

    fn paid(&self, challenge: &Challenge, call: &Call, command: CommandId) -> Shown {
        let digest = (!call.body.is_empty()).then(|| protocol::digest::of(call.body.as_bytes()));
        let target = call.target();
        let asked = Asked { method: call.method, target: &target, digest: digest.as_deref() };
        let terms = Paying { max: Amount::from_u32(2_000), command, account: None };
        // One of another method is signed as if it were ours.
        let ours = Challenge { method: "farthing".to_owned(), ..challenge.clone() };
        let action = Action::Pay(Pay::sign(terms, &asked, &ours, &self.key).unwrap());
        Shown::Field("authorization", SessionCredential { challenge: challenge.clone(), action }.header_value())
    }

    /// Paid by a thief's key, for an account that is signed with, and then changed to look like this payer's.
    fn paid_by(&self, challenge: &Challenge, account: Option<Party>, change: impl FnOnce(&mut Pay)) -> Shown {
        let asked = Asked { method: CALL.method, target: CALL.page, digest: None };
        let terms = Paying { max: Amount::from_u32(2_000), command: world::command_id(), account };
        let mut pay = Pay::sign(terms, &asked, challenge, &thief::key()).unwrap();
        change(&mut pay);
        Shown::Field("authorization", SessionCredential { challenge: challenge.clone(), action: Action::Pay(pay) }.header_value())
    }

    /// The next voucher of this payer's session, which is opened by the first.
    async fn voucher(&mut self, bed: &Bed, sign: impl FnOnce(&Client, u32) -> Voucher) -> Shown {
        if self.session.is_none() {
            let mut client = Client::of(bed, self.key.clone(), CALL.page).await;
            let opened = client.open(bed, CALL.page, (1_000_000, 2_000, Kind::Signed)).await;
            assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
            self.session = Some((client, 2_000));
        }
        let (client, authorised) = self.session.as_mut().expect("it was just opened");
        *authorised += 2_000;
        let (voucher, at) = (sign(client, *authorised), client.next());
        let action = Action::Voucher(at, voucher);
        Shown::Field("authorization", SessionCredential { challenge: client.challenge.clone(), action }.header_value())
    }

    async fn bearer(&self, bed: &Bed, call: &Call) -> Shown {
        let told = told(&quote(bed, call).await);
        let paid = pay(bed, &told.invoice, &self.key).await;
        assert_eq!(paid.status, StatusCode::OK, "{}", paid.text());
        let line = match self.dialect {
            Dialect::L402 => Bearer { token: told.token, preimage: parse_hex(&paid.text()).unwrap() }.line(),
            _ => of_lightning(&told.lightning.unwrap(), &paid.text()),
        };
        Shown::Field("authorization", line)
    }

    fn wanted(&self, bed: &Bed) -> Settlement {
        let now = world::now();
        Settlement {
            instance: bed.opened.instance.id,
            recipient: "harbour".to_owned(),
            amount: Amount::from_u32(2_000),
            currency: eur(),
            command: CommandId::new(now.ms(), world::random()),
            expires: Timestamp::from_seconds(now.seconds() + 60),
            key: self.key.public(),
            signature: [0; 64],
            account: None,
        }
    }

    /// The opening of a session of its own.
    pub async fn opening(&self, bed: &Bed) -> Shown {
        opened(session_challenge(&quote(bed, &CALL).await), &self.key, None)
    }

    /// What one 402 offers in two dialects, and how the second is refused: where its call goes and in which form.
    pub async fn two_forms(&self, bed: &Bed) -> Option<(Shown, Shown, Call, Dialect)> {
        match self.dialect {
            Dialect::Charge | Dialect::X402 => {
                let signed = self.signed(bed, &CALL).await;
                let (ours, theirs) = (charge(&signed), x402(&signed));
                let is_charge = self.dialect == Dialect::Charge;
                Some(if is_charge { (ours, theirs, CALL, Dialect::X402) } else { (theirs, ours, CALL, Dialect::Charge) })
            }
            Dialect::Mcp => {
                let signed = self.signed(bed, &CALL).await;
                // As if the tool were a page, with what a payment for it binds for a body.
                let page = Call { method: "POST", page: "/mcp/quiet", query: "", body: "quiet\n{\"about\":\"\"}" };
                Some((meta(&signed), charge(&signed), page, Dialect::Charge))
            }
            Dialect::L402 | Dialect::Lightning => {
                let told = told(&quote(bed, &CALL).await);
                let paid = pay(bed, &told.invoice, &self.key).await.text();
                let line = |line| Shown::Field("authorization", line);
                let bearer = line(Bearer { token: told.token, preimage: parse_hex(&paid).unwrap() }.line());
                let lightning = line(of_lightning(&told.lightning.unwrap(), &paid));
                let is_l402 = self.dialect == Dialect::L402;
                Some(if is_l402 { (bearer, lightning, CALL, Dialect::Lightning) } else { (lightning, bearer, CALL, Dialect::L402) })
            }
            Dialect::Pay | Dialect::UpTo | Dialect::Session | Dialect::Lock | Dialect::Settle => None,
        }
    }

    /// The same call with something changed by somebody who would gain by it; nothing where the dialect has no such thing.
    pub async fn edited(&mut self, bed: &Bed, edit: Edit) -> Vec<Shown> {
        match self.dialect {
            Dialect::Charge | Dialect::Mcp | Dialect::X402 | Dialect::UpTo => self.edited_charge(bed, edit).await,
            Dialect::Pay => {
                let challenge = session_challenge(&quote(bed, &CALL).await);
                match edit {
                    Edit::Signature => vec![self.paid_by(&challenge, None, |pay| pay.key = self.key.public())],
                    Edit::Account => {
                        let owner = Some(self.key.public().account());
                        vec![self.paid_by(&challenge, None, |pay| pay.terms.account = owner), self.paid_by(&challenge, owner, |_| ())]
                    }
                    _ => rewritten(&challenge, edit).map(|edited| self.paid(&edited, &CALL, world::command_id())).into_iter().collect(),
                }
            }
            Dialect::Session => self.edited_session(bed, edit).await,
            Dialect::L402 => {
                let Shown::Field(field, line) = self.bearer(bed, &CALL).await else { unreachable!("a bearer's line") };
                let Bearer { mut token, mut preimage } = Bearer::parse(&line).unwrap();
                // Version, nonce 16, hash 32, expiry 8, offer 32, route 16, code 32.
                match edit {
                    Edit::Time => token[56] ^= 1,
                    Edit::Offer => token[57] ^= 1,
                    Edit::Signature => preimage[0] ^= 1,
                    Edit::Network => {
                        let ours = bed.opened.instance.l402().check_token(&token).unwrap().unwrap();
                        token = protocol::l402::Secrets::of(&[9; 32]).token(&ours).to_vec();
                    }
                    _ => return Vec::new(),
                }
                vec![Shown::Field(field, Bearer { token, preimage }.line())]
            }
            Dialect::Lightning => {
                let told = told(&quote(bed, &CALL).await);
                let paid = pay(bed, &told.invoice, &self.key).await.text();
                let challenge = told.lightning.unwrap();
                let line = match edit {
                    Edit::Signature => Some(of_lightning(&challenge, &"0".repeat(64))),
                    Edit::Payee | Edit::Offer | Edit::Account => None,
                    _ => rewritten(&challenge, edit).map(|edited| of_lightning(&edited, &paid)),
                };
                line.map(|line| Shown::Field("authorization", line)).into_iter().collect()
            }
            Dialect::Lock => self.edited_lock(bed, edit).await,
            Dialect::Settle => self.edited_settlement(bed, edit),
        }
    }

    async fn edited_charge(&self, bed: &Bed, edit: Edit) -> Vec<Shown> {
        let good = self.signed(bed, &self.dialect.call()).await;
        let shown = |credential: &Credential| match self.dialect {
            Dialect::Charge => charge(credential),
            Dialect::Mcp => meta(credential),
            _ => x402(credential),
        };
        match edit {
            Edit::Signature => vec![shown(&Credential { signature: [9; 64], ..good })],
            Edit::Account => {
                // Put in after it was signed, and signed for.
                let own = sign(good.challenge.clone(), &thief::key()).unwrap();
                let named = Credential { account: Some(self.key.public().account()), ..own };
                vec![shown(&named), shown(&thief::charge(&good.challenge, &self.key))]
            }
            Edit::Scheme if matches!(self.dialect, Dialect::X402 | Dialect::UpTo) => {
                let other = if self.dialect == Dialect::UpTo { "exact" } else { "upto" };
                [other, "batch-settlement"].map(|scheme| x402_with(&good, |payment| payment["accepted"]["scheme"] = json!(scheme))).to_vec()
            }
            _ => {
                let Some(edited) = rewritten(&good.challenge, edit) else { return Vec::new() };
                // Changed after it was signed, and signed as changed.
                let anew = sign(edited.clone(), &self.key).ok();
                anew.into_iter().chain([Credential { challenge: edited, ..good }]).map(|credential| shown(&credential)).collect()
            }
        }
    }

    async fn edited_session(&mut self, bed: &Bed, edit: Edit) -> Vec<Shown> {
        let key = self.key.clone();
        let voucher = |cumulative: u32, change: &dyn Fn(&mut protocol::session::Bound<'static>), client: &Client, key: &SigningKey| {
            let mut bound = client.bound(bed);
            change(&mut bound);
            SignedVoucher::sign(Amount::from_u32(cumulative), None, &bound, key).unwrap()
        };
        let thief = thief::key();
        let of_voucher = match edit {
            Edit::Amount => {
                // Signed for what was authorised before, and shown for more.
                let raised = |client: &Client, cumulative: u32| {
                    let signed = voucher(cumulative - 2_000, &|_| (), client, &key);
                    Voucher::Signed(SignedVoucher { cumulative: Amount::from_u32(cumulative), ..signed })
                };
                Some(self.voucher(bed, raised).await)
            }
            Edit::Asset => Some(self.voucher(bed, |c, sum| Voucher::Signed(voucher(sum, &|b| b.currency = usd(), c, &key))).await),
            Edit::Payee => Some(self.voucher(bed, |c, sum| Voucher::Signed(voucher(sum, &|b| b.recipient = "ann", c, &key))).await),
            Edit::Network => {
                let other = protocol::text::Instance([7; 16]);
                Some(self.voucher(bed, |c, sum| Voucher::Signed(voucher(sum, &|b| b.instance = other, c, &key))).await)
            }
            Edit::Signature => Some(self.voucher(bed, |c, sum| Voucher::Signed(voucher(sum, &|_| (), c, &thief))).await),
            _ => None,
        };
        let challenge = session_challenge(&quote(bed, &CALL).await);
        let opening = match edit {
            // What a voucher draws was held from somebody's account.
            Edit::Account => Some(opened(challenge, &thief::key(), Some(key.public().account()))),
            _ => rewritten(&challenge, edit).map(|edited| opened(edited, &key, None)),
        };
        of_voucher.into_iter().chain(opening).collect()
    }

    async fn edited_lock(&mut self, bed: &Bed, edit: Edit) -> Vec<Shown> {
        let Shown::Lock { invoice, credential } = self.good(bed, &CALL).await else { unreachable!("a lock's credential") };
        let good = Credential::parse(&credential).unwrap();
        let lock = |credential: &Credential| Shown::Lock { invoice: invoice.clone(), credential: credential.header_value() };
        let mut shown: Vec<Shown> = match edit {
            Edit::Signature => vec![lock(&Credential { signature: [9; 64], ..good })],
            Edit::Account => {
                vec![lock(&thief::charge(&good.challenge, &self.key))]
            }
            _ => {
                let edited = rewritten(&good.challenge, edit);
                let signed = |challenge: Challenge| {
                    let anew = Credential::sign(challenge.clone(), &self.key);
                    lock(&anew.unwrap_or(Credential { challenge, ..good.clone() }))
                };
                edited.into_iter().map(signed).collect()
            }
        };
        if edit == Edit::Amount {
            shown.push(Shown::Lock { invoice: invoice.replacen("20n", "10n", 1), credential });
        }
        shown
    }

    fn edited_settlement(&self, bed: &Bed, edit: Edit) -> Vec<Shown> {
        let wanted = self.wanted(bed);
        let good = settlement(&wanted.clone().signed(&self.key).unwrap());
        let both = |key: &str, value: Value| {
            let mut body = good.clone();
            body["paymentPayload"]["accepted"][key] = value.clone();
            body["paymentRequirements"][key] = value;
            body
        };
        let later = Timestamp::from_seconds(wanted.expires.seconds() + 600).to_string();
        let one = match edit {
            Edit::Amount => both("amount", json!("1")),
            Edit::Asset => both("asset", json!("usd-micro")),
            Edit::Payee => both("payTo", json!("ann")),
            Edit::Network => both("network", json!("eip155:8453")),
            Edit::Scheme => both("scheme", json!("upto")),
            Edit::Time => {
                let mut body = good.clone();
                body["paymentPayload"]["payload"]["expires"] = json!(later);
                body
            }
            Edit::Signature => settlement(&Settlement { signature: [9; 64], ..wanted }),
            Edit::Account => settlement(&thief::settlement(wanted, &self.key)),
            Edit::Offer => return Vec::new(),
        };
        vec![Shown::Settle(one)]
    }
}

/// The opening of a session under a challenge; one of another method is signed as if it were ours.
fn opened(challenge: Challenge, key: &SigningKey, account: Option<Party>) -> Shown {
    let ours = Challenge { method: "farthing".to_owned(), ..challenge.clone() };
    let session = world::command_id();
    let until = Timestamp::from_seconds(world::now().seconds()).after(Span(3_600));
    let (hold, first) = (Amount::from_u32(1_000_000), Amount::from_u32(2_000));
    let terms = Opening { hold, first, until, kind: Kind::Signed, voucher_key: None, account };
    let open = Open::sign(terms, session, &ours, key).unwrap();
    let action = Action::Open(At { session, seq: 1 }, Box::new(open));
    Shown::Field("authorization", SessionCredential { challenge, action }.header_value())
}

/// Signs a challenge of either intent.
fn sign(challenge: Challenge, key: &SigningKey) -> Result<Credential, protocol::Malformed> {
    if challenge.intent == UPTO { Credential::sign_up_to(challenge, key) } else { Credential::sign(challenge, key) }
}

pub fn usd() -> Asset {
    Asset::fiat("USD").unwrap()
}

/// The price of a call.
async fn quote(bed: &Bed, call: &Call) -> Answer {
    bed.ask(with_body(call.method, &call.target(), &[], call.body)).await
}

fn session_challenge(answer: &Answer) -> Challenge {
    let lines: Vec<_> = answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
    parse_all(lines).unwrap().into_iter().find(|challenge| challenge.intent == "session").expect("a session is offered")
}

fn accepted(answer: &Answer) -> protocol::x402::Json {
    let document = protocol::x402::Json::parse(&BASE64.decode(answer.header("payment-required").as_bytes()).unwrap()).unwrap();
    let Some(protocol::x402::Json::List(accepts)) = document.get("accepts") else { panic!("{document}") };
    accepts[0].clone()
}

/// The challenge in the error of a call that is to be paid.
fn challenge_in(answer: &Answer) -> Challenge {
    let told = &answer.json()["error"]["data"]["challenges"][0];
    let text = |key: &str| told[key].as_str().map(str::to_owned);
    Challenge {
        id: text("id").unwrap_or_else(|| panic!("{}", answer.text())),
        realm: text("realm").unwrap(),
        method: text("method").unwrap(),
        intent: text("intent").unwrap(),
        request: base64url(told["request"].to_string().as_bytes()),
        expires: text("expires"),
        digest: text("digest"),
        opaque: text("opaque"),
        header: None,
    }
}

/// A challenge with one of its values another; none where it has no such value.
fn rewritten(challenge: &Challenge, edit: Edit) -> Option<Challenge> {
    let mut edited = challenge.clone();
    let mut request: Value = serde_json::from_slice(&from_base64url(&challenge.request).unwrap()).unwrap();
    // Or it would be refused for another spelling, whatever is changed.
    assert_eq!(base64url(request.to_string().as_bytes()), challenge.request);
    let (path, value) = match edit {
        Edit::Amount => ("/amount", json!("1")),
        Edit::Asset => ("/currency", json!("usd-micro")),
        Edit::Payee => ("/recipient", json!("ann")),
        Edit::Offer => ("/methodDetails/offer", json!(base64url(&[7; 32]))),
        Edit::Network => ("/methodDetails/instance", json!(protocol::text::Instance([7; 16]).to_string())),
        Edit::Time => {
            edited.expires = Some("2099-01-01T00:00:00Z".to_owned());
            return Some(edited);
        }
        Edit::Scheme => {
            edited.method = "tempo".to_owned();
            return Some(edited);
        }
        Edit::Signature | Edit::Account => return None,
    };
    *request.pointer_mut(path)? = value;
    edited.request = base64url(request.to_string().as_bytes());
    Some(edited)
}

pub fn charge(credential: &Credential) -> Shown {
    Shown::Field("authorization", credential.header_value())
}

pub fn x402(credential: &Credential) -> Shown {
    x402_with(credential, |_| ())
}

fn x402_with(credential: &Credential, change: impl FnOnce(&mut Value)) -> Shown {
    let scheme = if credential.challenge.intent == UPTO { UPTO } else { EXACT };
    let accepted = requirement(&credential.challenge, scheme).expect("a challenge of ours");
    let sealed = Payment::header_value(&accepted, credential, None);
    let mut payment: Value = serde_json::from_slice(&BASE64.decode(sealed.as_bytes()).unwrap()).unwrap();
    change(&mut payment);
    Shown::Field("payment-signature", BASE64.encode(payment.to_string().as_bytes()))
}

pub fn meta(credential: &Credential) -> Shown {
    let Challenge { id, realm, method, intent, request, expires, digest, opaque, header: _ } = &credential.challenge;
    let request: Value = serde_json::from_slice(&from_base64url(request).unwrap()).unwrap();
    let mut payload = json!({"key": credential.key.to_string(), "signature": base64url(&credential.signature)});
    if let Some(account) = credential.account {
        payload["account"] = json!(protocol::text::account(account));
    }
    let challenge = json!({
        "id": id, "realm": realm, "method": method, "intent": intent, "request": request,
        "expires": expires, "digest": digest, "opaque": opaque,
    });
    Shown::Meta(json!({"challenge": challenge, "payload": payload}))
}

/// As a stock server sends it.
fn settlement(settlement: &Settlement) -> Value {
    let payload: Value = serde_json::from_str(&settlement.payload().to_string()).unwrap();
    let required = json!({
        "scheme": "exact", "network": network(settlement.instance), "amount": settlement.amount.to_string(),
        "asset": settlement.currency.as_str(), "payTo": settlement.recipient, "maxTimeoutSeconds": 60, "extra": {},
    });
    let payment =
        json!({ "x402Version": 2, "payload": payload, "resource": { "url": "https://shop.example/report" }, "accepted": required });
    json!({ "x402Version": 2, "paymentPayload": payment, "paymentRequirements": required })
}
