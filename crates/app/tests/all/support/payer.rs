//! A payer made of a key, at the level of the wire.

use super::http::{self, Answer};
use money::{CommandId, Timestamp};
use protocol::calls::{Call, Kind, sign};
use protocol::challenge::parse_all;
use protocol::text::{Instance, command};
use protocol::{Challenge, Credential, SigningKey};
use sha2::{Digest, Sha256};
use std::time::SystemTime;

/// A key pair with the address of its wallet.
pub struct Payer {
    /// Signs.
    pub key: SigningKey,
    /// The seed, for clients that want it.
    pub seed: [u8; 32],
    wallet: String,
    instance: Instance,
}

/// Now, as tests may know it.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp(u64::try_from(since.as_micros()).unwrap())
}

/// A fresh command id.
pub fn command_id() -> CommandId {
    let mut bytes = [0; 10];
    getrandom::fill(&mut bytes).unwrap();
    CommandId::new(now().ms(), bytes)
}

impl Payer {
    /// The payer of a name at the wallet of a demo.
    pub fn new(name: &str, server: &super::server::Server) -> Payer {
        let seed: [u8; 32] = Sha256::digest(name).into();
        let instance = Instance::parse(server.doors()["instance"].as_str().unwrap()).unwrap();
        Payer { key: SigningKey::from_seed(seed), seed, wallet: server.url("wallet"), instance }
    }

    /// The payer of a number, at whatever wallet it is told with each call.
    pub fn of(number: u64, instance: &str) -> Payer {
        let seed: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
        let instance = Instance::parse(instance).unwrap();
        Payer { key: SigningKey::from_seed(seed), seed, wallet: String::new(), instance }
    }

    /// The nonce of a challenge: the id of the purchase that it will make.
    pub fn nonce(challenge: &Challenge) -> CommandId {
        let opaque = protocol::text::from_base64url(challenge.opaque.as_deref().unwrap()).unwrap();
        let opaque: serde_json::Value = serde_json::from_slice(&opaque).unwrap();
        protocol::text::parse_command(opaque["n"].as_str().unwrap()).unwrap()
    }

    /// The same with so many base units of play money.
    pub fn with(name: &str, server: &super::server::Server, units: u64) -> Payer {
        Payer::of_currency(name, server, (units, "eur-micro"))
    }

    /// The same at an instance of another currency.
    pub fn of_currency(name: &str, server: &super::server::Server, (units, currency): (u64, &str)) -> Payer {
        let payer = Payer::new(name, server);
        let body = serde_json::json!({"amount": units.to_string(), "currency": currency}).to_string();
        let answer = payer.write("/v1/top-ups", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        payer
    }

    /// The address of its wallet.
    pub fn wallet(&self) -> &str {
        &self.wallet
    }

    /// The seed in hex.
    pub fn seed_hex(&self) -> String {
        self.seed.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Pays the challenge of a 402 and asks again, under an `Idempotency-Key`.
    pub fn pay(&self, url: &str) -> Answer {
        let answer = http::get(url, &[]);
        if answer.status != 402 {
            return answer;
        }
        self.present(url, &self.credential(&answer), Some("first"))
    }

    /// The challenge of a 402.
    pub fn challenge(answer: &Answer) -> Challenge {
        parse_all(answer.all("www-authenticate")).unwrap().into_iter().next().expect("a 402 has a challenge")
    }

    /// The credential for the challenge of a 402, as a header value.
    pub fn credential(&self, answer: &Answer) -> String {
        Credential::sign(Payer::challenge(answer), &self.key).unwrap().header_value()
    }

    /// The credential for a challenge that stands in JSON with its request opened, as it goes back there.
    pub fn credential_for(&self, told: &serde_json::Value) -> serde_json::Value {
        let text = |key: &str| told[key].as_str().map(str::to_owned);
        let [id, realm, method, intent] = ["id", "realm", "method", "intent"].map(|key| text(key).unwrap());
        let request = protocol::json::Object::parse(told["request"].to_string().as_bytes()).unwrap();
        let request = protocol::text::base64url(request.canonical().as_bytes());
        let (expires, digest, opaque) = (text("expires"), text("digest"), text("opaque"));
        let challenge = Challenge { id, realm, method, intent, request, expires, digest, opaque, header: None };
        let signed = Credential::sign(challenge, &self.key).unwrap();
        let signature = protocol::text::base64url(&signed.signature);
        serde_json::json!({"challenge": told, "payload": {"key": signed.key.to_string(), "signature": signature}})
    }

    /// Presents a credential.
    pub fn present(&self, url: &str, credential: &str, retry_key: Option<&str>) -> Answer {
        let mut headers = vec![("Authorization", credential)];
        headers.extend(retry_key.map(|key| ("Idempotency-Key", key)));
        http::get(url, &headers)
    }

    /// A signed read under `/v1`.
    pub fn read(&self, target: &str) -> Answer {
        let call = Call { instance: self.instance, method: "GET", target, kind: Kind::Read };
        let authorization = sign(&call, &self.key, now()).unwrap();
        http::get(&format!("{}{target}", self.wallet), &[("Authorization", &authorization)])
    }

    /// A signed write under `/v1`.
    pub fn write(&self, target: &str, body: &str) -> Answer {
        self.write_as(command_id(), target, body)
    }

    /// The same under an id of the caller's.
    pub fn write_as(&self, id: CommandId, target: &str, body: &str) -> Answer {
        self.try_write(&self.wallet, id, (target, body)).unwrap()
    }

    /// The same at a wallet that may have moved or broken off.
    pub fn try_write(&self, wallet: &str, id: CommandId, (target, body): (&str, &str)) -> std::io::Result<Answer> {
        let authorization = self.signed_write(id, target, body);
        let headers = [("Authorization", &*authorization), ("Idempotency-Key", &command(id)), ("Content-Type", "application/json")];
        http::send("POST", &format!("{wallet}{target}"), &headers, body.as_bytes())
    }

    /// The signature of a write, as a header value.
    pub fn signed_write(&self, id: CommandId, target: &str, body: &str) -> String {
        let call = Call { instance: self.instance, method: "POST", target, kind: Kind::Write { body: body.as_bytes(), command: id } };
        sign(&call, &self.key, now()).unwrap()
    }

    /// What can be spent, in base units.
    pub fn available(&self) -> u64 {
        let answer = self.read("/v1/wallet");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let balances = answer.json()["balances"].as_array().cloned().unwrap_or_default();
        balances
            .iter()
            .find(|balance| balance["currency"] == "eur-micro")
            .map_or(0, |balance| balance["available"].as_str().unwrap().parse().unwrap())
    }
}
