//! `PAYMENT-REQUIRED`: a charge challenge as a requirement of scheme `exact` or `upto` on our network, and the challenge that one
//! carries, made again from it.

use super::{Json, TIMEOUT_S, UPTO, VERSION, named, network, sealed};
use crate::challenge::{self, Challenge, ChargeRequest, INTENT, Lasts, METHOD};
use crate::text::{Malformed, base64url, check_handle, offer, parse_offer};
use money::{Amount, Asset};

/// What a 402 says.
#[derive(Clone, Copy)]
pub struct Required<'a> {
    /// Why nothing is served, in a few words.
    pub error: &'a str,
    /// The page, as an absolute address.
    pub url: &'a str,
    /// The ways to pay, each from [`requirement`].
    pub accepts: &'a [Json],
    /// Whether `payment-identifier` is read: the name under which a client asks again.
    pub naming: Naming,
}

/// How much is told of `payment-identifier`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Naming {
    /// It is not read.
    Unread,
    /// That it is read.
    Told,
    /// The same with the schema of a name, 250 bytes.
    WithSchema,
}

impl Required<'_> {
    /// The value of `PAYMENT-REQUIRED`. Error, resource and an absolute address are always there: some clients throw the whole answer
    /// away where one is missing.
    #[must_use]
    pub fn header_value(&self) -> String {
        let info = Json::object().with("info", Json::object().with("required", false));
        let extension = match self.naming {
            Naming::Unread => None,
            Naming::Told => Some(info),
            Naming::WithSchema => Some(info.with("schema", schema())),
        };
        let extensions = extension.map(|extension| Json::object().with(super::payment::IDENTIFIER, extension));
        let document = Json::object()
            .with("x402Version", VERSION)
            .with("error", self.error)
            .with("resource", Json::object().with("url", self.url))
            .with("accepts", self.accepts.to_vec())
            .with_maybe("extensions", extensions);
        sealed(&document)
    }
}

fn schema() -> Json {
    let of_type = |name: &str| Json::object().with("type", name);
    let id = of_type("string").with("minLength", 16_u64).with("maxLength", 128_u64).with("pattern", "^[a-zA-Z0-9_-]+$");
    Json::object()
        .with("$schema", "https://json-schema.org/draft/2020-12/schema")
        .with("type", "object")
        .with("properties", Json::object().with("required", of_type("boolean")).with("id", id))
        .with("required", vec![Json::from("required")])
}

/// The intent that a scheme says in the words of x402. It is under the challenge's MAC: a requirement of one scheme does not pass for
/// one of another.
fn intent(scheme: &str) -> &'static str {
    if scheme == UPTO { challenge::UPTO } else { INTENT }
}

/// A challenge as a way to pay; none if it is none of ours, or another scheme's.
#[must_use]
pub fn requirement(challenge: &Challenge, scheme: &str) -> Option<Json> {
    let request = challenge.purchase().ok().filter(|_| challenge.intent == intent(scheme))?;
    let (name, decimals) = named(request.currency);
    let extra = Json::object()
        .with("realm", &*challenge.realm)
        .with("offer", offer(request.offer))
        .with("challenge", &*challenge.id)
        .with_maybe("expires", challenge.expires.as_deref())
        .with_maybe("opaque", challenge.opaque.as_deref())
        .with_maybe("digest", challenge.digest.as_deref())
        .with_maybe("duration", request.lasts.map(written))
        .with_maybe("undo", request.undo.map(|seconds| seconds.to_string()))
        .with_maybe("externalId", request.external_id.as_deref())
        .with("name", name)
        .with("decimals", decimals);
    let requirement = Json::object()
        .with("scheme", scheme)
        .with("network", network(request.instance))
        .with("amount", request.amount.to_string())
        .with("asset", request.currency.as_str())
        .with("payTo", &*request.recipient)
        .with("maxTimeoutSeconds", TIMEOUT_S)
        .with("extra", extra);
    Some(requirement)
}

/// The challenge that a requirement of ours carries, whatever was done to it: whether it is as we wrote it, its MAC says, and of
/// what is not under the MAC a comparison with [`requirement`].
///
/// # Errors
/// [`Malformed`] naming the field.
pub fn challenge_of(requirement: &Json) -> Result<Challenge, Malformed> {
    let extra = requirement.get("extra").ok_or(Malformed("extra"))?;
    let recipient = requirement.need("payTo")?;
    check_handle(recipient).map_err(|_| Malformed("payTo"))?;
    let request = ChargeRequest {
        amount: Amount::parse(requirement.need("amount")?).map_err(|_| Malformed("amount"))?,
        currency: Asset::parse(requirement.need("asset")?).map_err(|_| Malformed("asset"))?,
        recipient: recipient.to_owned(),
        instance: super::instance_of(requirement.need("network")?)?,
        offer: parse_offer(extra.need("offer")?).map_err(|_| Malformed("offer"))?,
        lasts: extra.maybe("duration")?.map(lasts).transpose()?,
        undo: extra.maybe("undo")?.map(|text| seconds(text, "undo")).transpose()?,
        external_id: extra.maybe("externalId")?.map(str::to_owned),
    };
    Ok(Challenge {
        id: extra.need("challenge")?.to_owned(),
        realm: extra.need("realm")?.to_owned(),
        method: METHOD.to_owned(),
        intent: intent(requirement.need("scheme")?).to_owned(),
        request: base64url(request.canonical().as_bytes()),
        expires: extra.maybe("expires")?.map(str::to_owned),
        digest: extra.maybe("digest")?.map(str::to_owned),
        opaque: extra.maybe("opaque")?.map(str::to_owned),
        header: None,
    })
}

fn written(lasts: Lasts) -> String {
    match lasts {
        Lasts::Ever => "ever".to_owned(),
        Lasts::Seconds(seconds) => seconds.to_string(),
    }
}

fn lasts(text: &str) -> Result<Lasts, Malformed> {
    if text == "ever" { Ok(Lasts::Ever) } else { seconds(text, "duration").map(Lasts::Seconds) }
}

fn seconds(text: &str, what: &'static str) -> Result<u64, Malformed> {
    text.parse().map_err(|_| Malformed(what))
}
