"""What of the wire vectors no other test of the package makes again. testdata/README.md says which set runs where."""

import base64
import hashlib
import hmac
import json
import re
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from farthing_pay.payer import b64, public, signed, unb64
from farthing_pay.receipts import is_proved, read
from farthing_pay.vouchers import voucher_key
from mpp import Challenge, Credential, Receipt
from x402.http import decode_payment_required_header, decode_payment_response_header, decode_payment_signature_header


def vectors(name: str) -> dict:
    return json.loads((ROOT / f"testdata/{name}/vectors.json").read_text())


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, b"".join(parts), "sha256")


def signer(seed_hex: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed_hex))


def as_json(model) -> dict:
    return model.model_dump(by_alias=True, exclude_none=True)


class Receipts(unittest.TestCase):
    def test_proved_by_the_key_that_signed_them_and_edited_ones_by_none(self):
        said = vectors("receipt")
        keys = {"receipt_keys": [{"key": said["key"]}]}
        other = {"receipt_keys": [{"key": public(signer("03" * 32))}]}
        self.assertEqual(public(signer(said["seed_hex"])), said["key"])
        for case in said["proved"]:
            with self.subTest(case["name"]):
                self.assertEqual(read(case["value"]), case["fields"])
                stock = Receipt.from_payment_receipt(case["value"])
                self.assertEqual((stock.status, stock.method, stock.reference), ("success", "farthing", case["fields"]["reference"]))
                self.assertTrue(is_proved(case["value"], said["instance"], keys))
                self.assertFalse(is_proved(case["value"], said["instance"], other))
        for case in said["refused"]:
            with self.subTest(case["name"]):
                self.assertFalse(is_proved(case["value"], read(case["value"])["instance"], keys))


class X402(unittest.TestCase):
    def test_fields_of_ours_are_read_by_the_stock_reader(self):
        said = vectors("x402")
        for case in said["exact"]:
            with self.subTest(case["name"]):
                self.assertEqual(as_json(decode_payment_required_header(case["payment_required"])), case["required_json"])
        for case in said["responses"]:
            with self.subTest(case["name"]):
                self.assertEqual(as_json(decode_payment_response_header(case["payment_response"])), case["json"])
        for case in said["exact"] + said["settle"]:
            with self.subTest(case["name"]):
                self.assertEqual(as_json(decode_payment_signature_header(case["payment_signature"])), case["payment_json"])

    def test_what_a_server_that_is_not_ours_is_paid_with(self):
        for case in vectors("x402")["settle"]:
            with self.subTest(case["name"]):
                values = {name: case[name] for name in ("instance", "command", "recipient", "amount", "currency", "expires")}
                values["account"] = case["payload"].get("account", case["account"])
                self.assertEqual("\n".join(["farthing/settle/1", *values.values()]), case["signed_text"])
                self.assertEqual(signed("farthing/settle/1", values, signer(case["seed_hex"])), case["signature"])


LINES = {
    "open": ("offer", "scope", "hold", "first", "until", "kind", "step", "length", "anchor", "voucherKey", "sessionId"),
    "voucher": ("cumulative", "step", "length", "anchor"),
    "topUp": ("additional", "command"),
    "close": ("agreed",),
}


class Sessions(unittest.TestCase):
    def values(self, case: dict, challenge: dict) -> dict:
        """What is signed for an action, a value a line; those that are None are empty lines."""
        payload, request = case["unsigned"], challenge["request_json"]
        details, action, asked = request["methodDetails"], payload["action"], case["asked"] or {}
        head = {"instance": details["instance"], "id": challenge["id"], "realm": challenge["realm"], "recipient": request["recipient"]}
        owner = {"account": payload.get("account", case["account"])}
        if action == "pay":
            target = asked["target"] if len(asked["target"].encode()) <= 512 else b64(sha(asked["target"].encode()))
            paid = {"max": payload["max"], "currency": request["currency"], "method": asked["method"], "target": target}
            return head | paid | {"digest": asked["digest"] or "", "command": payload["command"]} | owner
        named = {line: payload.get(line, details.get(line) if line in ("offer", "scope") else None) for line in LINES[action]}
        if action == "open":
            return head | {"currency": request["currency"]} | named | owner
        of = {} if action == "close" else {"recipient": request["recipient"], "currency": request["currency"]}
        return {"instance": details["instance"], "sessionId": payload["sessionId"]} | of | named | owner

    def test_challenges_and_what_is_signed_under_them(self):
        said = vectors("session")
        challenges = {case["name"]: case for case in said["challenges"]}
        for case in challenges.values():
            with self.subTest(case["name"]):
                read = Challenge.from_www_authenticate(case["www_authenticate"])
                self.assertTrue(read.verify(case["secret"], case["realm"]))
                self.assertEqual((read.id, read.request), (case["id"], case["request_json"]))
        for case in said["credentials"]:
            with self.subTest(case["name"]):
                payload, of = case["unsigned"], challenges[case["challenge"]]
                if case["text"]:
                    tag, values = f"farthing/{payload['action'].lower()}/1", self.values(case, of)
                    self.assertEqual("\n".join([tag, *(value or "" for value in values.values())]), case["text"])
                    self.assertEqual(signed(tag, values, signer(case["seed"])), case["signature"])
                read = Credential.from_authorization(case["authorization"])
                self.assertEqual(read.challenge.id, of["id"])
                self.assertEqual(read.payload, payload | ({"signature": case["signature"]} if case["text"] else {}))

    def test_keys_of_vouchers_chains_and_receipts(self):
        said = vectors("session")
        for case in said["seeds"]:
            self.assertEqual(public(voucher_key(bytes.fromhex(case["wallet_seed"]), case["session"])), case["voucher_key"])

        def step(session: str, link: bytes, times: int) -> bytes:
            for _ in range(times):
                link = sha(b"fth/hc1", unb64(session), link)
            return link

        first = said["step"]
        self.assertEqual(step(first["session"], bytes.fromhex(first["from"]), first["steps"]).hex(), first["to"])
        for case in said["chains"]:
            info = "\n".join(["farthing/chain/1", case["base"], case["step"], case["length"]]).encode()
            top = HKDF(SHA256(), 32, unb64(case["session"]), info).derive(bytes.fromhex(case["voucher_seed"]))
            for place, link in case["links"].items():
                with self.subTest(f"{case['name']} {place}"):
                    self.assertEqual(b64(step(case["session"], top, int(case["length"]) - int(place))), link)
        for case in said["receipts"]:
            with self.subTest(case["name"]):
                fields = read(case["value"])
                proof = fields.pop("proof", None)
                self.assertEqual((fields, proof is None), (case["fields"], case["seed"] is None))
                if case["seed"]:
                    keys = {"receipt_keys": [{"key": public(signer(case["seed"]))}]}
                    self.assertTrue(is_proved(case["value"], fields["instance"], keys))


class L402(unittest.TestCase):
    """The whole of it, made again from docs/l402.md: what a server checks, and what a wallet reads."""

    said = vectors("l402")

    def key(self, label: str) -> bytes:
        secret = bytes.fromhex(self.said["cases"][0]["secret_hex"])
        return HKDF(SHA256(), 32, None, f"farthing/l402/{label}/1".encode()).derive(secret)

    def token(self, text: str) -> dict:
        """What a token says, if our secret made it."""
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        if len(data) != 137 or data[0] != 1 or mac(self.key("token"), b"farthing/token/1\n", data[:-32]) != data[-32:]:
            raise ValueError("no token of ours")
        return {"nonce": data[1:17], "hash": data[17:49], "ends": int.from_bytes(data[49:57], "big"), "offer": data[57:89], "route": data[89:105]}

    def preimage(self, nonce: bytes, offer: bytes, amount: int) -> bytes:
        return mac(self.key("preimage"), b"farthing/preimage/1\n", nonce, offer, amount.to_bytes(8, "big"))

    def invoice(self, text: str) -> dict:
        """What an invoice says, if our secret sealed it."""
        said = invoice_of(text)
        nonce, offer = said["metadata"][:16], said["metadata"][16:]
        numbers = b"".join(said[name].to_bytes(8, "big") for name in ("amount", "at", "expiry"))
        sealed = mac(self.key("invoice"), b"farthing/invoice/1\n", nonce, offer, numbers, said["hash"], said["item"].encode())
        if sealed != said["secret"] or sha(self.preimage(nonce, offer, said["amount"])) != said["hash"]:
            raise ValueError("no invoice of ours")
        return said

    def test_token_preimage_and_invoice_are_made_of_one_secret(self):
        for case in self.said["cases"]:
            with self.subTest(case["name"]):
                lock = unb64(case["nonce"]), unb64(case["offer"]), int(case["amount"])
                preimage = self.preimage(*lock)
                self.assertEqual((preimage.hex(), sha(preimage).hex()), (case["preimage"], case["payment_hash"]))
                route = sha(f"{case['method']}\n{case['page']}".encode())[:16]
                token = self.token(case["token"])
                self.assertEqual((token["nonce"], token["offer"], token["route"]), (*lock[:2], route))
                invoice = self.invoice(case["invoice"])
                wanted = (lock[2], case["at"], case["expiry_s"], case["item"], lock[0] + lock[1])
                self.assertEqual(tuple(invoice[name] for name in ("amount", "at", "expiry", "item", "metadata")), wanted)
                node = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), bytes.fromhex(case["node_hex"]))
                node.verify(utils.encode_dss_signature(*invoice["signature"]), invoice["over"], ec.ECDSA(SHA256()))
                with self.assertRaises(InvalidSignature):
                    node.verify(utils.encode_dss_signature(*invoice["signature"]), invoice["over"] + b"\0", ec.ECDSA(SHA256()))
                token = case["token"]
                line = f'L402 version="0", token="{token}", macaroon="{token}", invoice="{case["invoice"]}"'
                self.assertEqual((case["www_authenticate"], case["authorization"]), (line, f"L402 {token}:{case['preimage']}"))

    def test_lightning_charge_has_the_same_invoice(self):
        for case in self.said["cases"]:
            with self.subTest(case["name"]):
                self.assertEqual(case["lightning"] is None, int(case["amount"]) % 1000 != 0)
                if not case["lightning"]:
                    continue
                line = case["lightning"]["www_authenticate"]
                challenge = Challenge.from_www_authenticate(line)
                details = {"invoice": case["invoice"], "network": "regtest", "paymentHash": case["payment_hash"]}
                self.assertEqual(challenge.request, {"amount": str(int(case["amount"]) // 1000), "currency": "sat", "methodDetails": details})
                route = b64(sha(f"{case['method']}\n{case['page']}".encode())[:16])
                slots = [challenge.realm, re.search('request="([^"]*)"', line)[1], challenge.expires, route]
                self.assertEqual(challenge.id, b64(mac(self.key("lightning"), "|".join(slots).encode())))
                read = Credential.from_authorization(case["lightning"]["authorization"])
                self.assertEqual((read.challenge.id, read.payload), (challenge.id, {"preimage": case["preimage"]}))

    def takes(self, field: str, value: str) -> bool:
        try:
            if field == "authorization":
                shown = re.fullmatch("(?:L402|LSAT) ([A-Za-z0-9+/]+={0,2}):([0-9a-f]{64})", value)
                return sha(bytes.fromhex(shown[2])) == self.token(shown[1])["hash"]
            if field == "www_authenticate":
                told = dict(re.findall(r'(\w+)="([^"]*)"', value))
                return value.startswith("L402 ") and bool(told["token"] and told["invoice"])
            return bool(self.invoice(value))
        except (ValueError, KeyError, TypeError):
            return False

    def test_nothing_else_is_taken(self):
        for field in ("authorization", "www_authenticate", "invoice"):
            self.assertTrue(self.takes(field, self.said["cases"][0][field]), field)
        for case in self.said["refused"]:
            with self.subTest(f"{case['field']}: {case['name']}"):
                self.assertFalse(self.takes(case["field"], case["value"]))


MULTIPLES = {"": 10**12, "m": 10**9, "u": 10**6, "n": 10**3, "p": 1}
"""Thousandths of a satoshi in each multiple of a bitcoin, times ten."""


def invoice_of(text: str) -> dict:
    """The fields of an invoice (BOLT 11), its checksum looked at (BIP 173), and what its signature is over."""
    shape = re.fullmatch("(lnbcrt([1-9][0-9]{0,18})([munp]?))1([02-9ac-hj-np-z]{110,})", text)
    if not shape:
        raise ValueError("no invoice of ours")
    prefix, words = shape[1], ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(letter) for letter in shape[4]]
    sum = 1
    for word in [*(ord(letter) >> 5 for letter in prefix), 0, *(ord(letter) & 31 for letter in prefix), *words]:
        top, sum = sum >> 25, (sum & 0x1FFFFFF) << 5 ^ word
        for bit, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            sum ^= part if top >> bit & 1 else 0
    if sum != 1:
        raise ValueError("the checksum")
    plain, fields, place = words[:-110], {}, 7
    while place < len(plain):
        tag, length = plain[place], plain[place + 1] * 32 + plain[place + 2]
        fields[tag] = plain[place + 3 : place + 3 + length]
        place += 3 + length
    said = {name: whole(fields[tag]) for name, tag in (("hash", 1), ("secret", 16), ("metadata", 27))}
    signature = whole(words[-110:-6])
    said |= {"item": whole(fields[13]).decode(), "at": number(plain[:7]), "expiry": number(fields[6])}
    said["amount"] = int(shape[2]) * MULTIPLES[shape[3]] // 10
    said["over"] = prefix.encode() + (number(plain) << -len(plain) * 5 % 8).to_bytes((len(plain) * 5 + 7) // 8, "big")
    said["signature"] = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    return said


def number(words: list[int]) -> int:
    value = 0
    for word in words:
        value = value << 5 | word
    return value


def whole(words: list[int]) -> bytes:
    """Words of five bits as bytes, without what is left over."""
    bits = len(words) * 5
    return (number(words) >> bits % 8).to_bytes(bits // 8, "big")


if __name__ == "__main__":
    unittest.main()
