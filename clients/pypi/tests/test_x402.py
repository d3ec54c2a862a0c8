"""The scheme in a stock x402 client against the wire vectors and its own refusals: python -m unittest discover -s clients/pypi/tests"""

import asyncio
import base64
import json
import sys
import unittest
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from farthing_pay.payer import unb64
from farthing_pay.x402 import Farthing, UpTo, watch
from x402 import x402Client
from x402.http.clients.httpx import x402AsyncTransport

VECTORS = json.loads((ROOT / "testdata/charge/vectors.json").read_text())
CASES = VECTORS["cases"]
X402 = json.loads((ROOT / "testdata/x402/vectors.json").read_text())
FIRST = CASES[0]
EVERY_CURRENCY = [f"{2**63} {code}-micro" for code in ("eur", "usd", "krw")] + ["210 sat"]
NOW = datetime.fromisoformat(FIRST["expires"]).timestamp() - 1


def asked(vector, **changed) -> dict:
    """The requirement of a case: the same challenge in x402's words."""
    request = vector["request_json"]
    extra = {name: vector[name] for name in ("realm", "expires", "opaque")} | {"challenge": vector["id"], "name": "EUR", "decimals": 6}
    extra |= {"offer": request["methodDetails"]["offer"]} | ({"digest": vector["digest"]} if vector["digest"] else {})
    network = f"farthing:{request['methodDetails']['instance']}"
    named = {"amount": request["amount"], "asset": request["currency"], "payTo": request["recipient"]}
    return {"scheme": "exact", "network": network, "maxTimeoutSeconds": 300, "extra": extra} | named | changed


def pay(accepts=None, url="https://news.example/a/quiet-harbour", *, watched=True, controls=False, scheme=Farthing, **options) -> dict:
    """Lets a stock client pay what a 402 at `url` asks (`accepts`, or the field as it is); the payment it sent."""
    required = {"x402Version": 2, "error": "Payment required", "resource": {"url": url, "mimeType": "text/html"}}
    header = base64.b64encode(json.dumps(required | {"accepts": accepts or [asked(FIRST)]}).encode()).decode()
    header = accepts if isinstance(accepts, str) else header
    sent = []

    async def answer(request):
        sent.extend(request.headers.get_list("payment-signature"))
        return httpx.Response(200 if sent else 402, headers={} if sent else {"PAYMENT-REQUIRED": header})

    async def run():
        client = x402Client().set_spend_controls(controls)
        client.register("farthing:*", scheme(**{"seed": FIRST["seed_hex"], "max": EVERY_CURRENCY, "now": lambda: NOW} | options))
        transport = x402AsyncTransport(watch(client) if watched else client, httpx.MockTransport(answer))
        async with httpx.AsyncClient(transport=transport) as http:
            return await http.get(url)

    if asyncio.run(run()).status_code != 200:
        raise AssertionError("not paid")
    return json.loads(base64.b64decode(sent[0]))


class Vectors(unittest.TestCase):
    def test_signed_as_in_the_payment_scheme(self):
        for vector in X402["exact"]:
            with self.subTest(vector["name"]):
                named = vector["payload"].get("account", "")
                paid = pay(vector["payment_required"], vector["url"], seed=vector["seed_hex"], account=named)
                self.assertEqual(paid["payload"], vector["payload"])
                self.assertEqual((paid["accepted"], paid["x402Version"]), (vector["accepted"], 2))

    def test_up_to_an_amount_is_signed_as_such(self):
        for vector in X402["upto"]:
            paid = pay(vector["payment_required"], vector["url"], seed=vector["seed_hex"], scheme=UpTo)
            self.assertEqual((paid["payload"], paid["accepted"]), (vector["payload"], vector["accepted"]))
            with self.assertRaises(Exception):  # only who registers it pays so
                pay(vector["payment_required"], vector["url"], seed=vector["seed_hex"])
        theirs = asked(FIRST, scheme="upto", extra={"name": "EUR"})
        with self.assertRaisesRegex(Exception, "no challenge"):
            pay([theirs], "https://shop.example/report", scheme=UpTo)

    def test_refused(self):
        for refused in VECTORS["refused"]:
            with self.subTest(refused["name"]):
                values = refused["values"]
                extra = {"realm": values["realm"], "offer": values["offer"], "challenge": values["id"], "expires": values["expires"]}
                named = {"network": f"farthing:{values['instance']}", "amount": values["amount"], "asset": values["currency"]}
                with self.assertRaisesRegex(Exception, "not paying|payTo"):
                    pay([asked(FIRST) | named | {"payTo": values["recipient"], "extra": extra}], account=values["account"] or "")


class Checks(unittest.TestCase):
    def refuses(self, pattern, *arguments, **options):
        with self.assertRaisesRegex(Exception, pattern):
            pay(*arguments, **options)

    def test_the_stock_client_knows_the_currencies_of_max_and_holds_its_own_limit_too(self):
        pay(max="0.06 EUR", controls={})
        self.refuses("only default assets", max="0.06 USD", controls={})
        self.refuses("max_amount_per_payment", [asked(FIRST, amount="1000001")], max="2 EUR", controls={})
        pay([asked(FIRST, amount="1000001")], max="2 EUR", controls={"max_amount_per_payment": False})

    def test_the_cap_the_page_the_time_and_the_instance(self):
        pay(max="0.05 EUR")
        self.refuses("above the max", max="49999 eur-micro")
        self.refuses("no max is set", max="50000 usd-micro")
        pay(url="https://www.news.example:8443/a")
        for host in ("https://example", "https://evil.example", "http://news.example", "https://news.example.evil.example"):
            self.refuses("realm", url=f"{host}/")
        self.refuses("which site", watched=False)
        self.refuses("realm", [asked(FIRST, extra=asked(FIRST)["extra"] | {"realm": None})])
        self.refuses("expired", now=lambda: NOW + 1)
        self.refuses("instance", instance="a" * 26)
        self.refuses("network", [asked(FIRST, network="farthing:short")])

    def test_a_server_that_is_not_ours_is_paid_by_a_command_of_the_payer_once_and_not_for_long(self):
        theirs = asked(FIRST, maxTimeoutSeconds=60, extra={"name": "EUR"})
        payload = pay([theirs], "https://shop.example/report")["payload"]
        self.assertEqual(set(payload), {"key", "signature", "command", "expires"})
        self.assertEqual(datetime.fromisoformat(payload["expires"]).timestamp(), NOW + 60)
        self.assertEqual(int.from_bytes(unb64(payload["command"])[:6], "big"), NOW * 1000)
        known = X402["settle"][0]

        def told(by) -> str:
            lines = ["farthing/settle/1", known["instance"], by["command"], "harbour", "50000", "eur-micro"]
            return "\n".join([*lines, by["expires"], known["account"]])

        self.assertEqual(told(known), known["signed_text"])
        text = told(payload)
        Ed25519PublicKey.from_public_bytes(unb64(payload["key"])).verify(unb64(payload["signature"]), text.encode())
        self.assertNotEqual(pay([theirs])["payload"]["command"], payload["command"])
        self.assertEqual(pay([theirs], account=CASES[2]["payload_account"])["payload"]["account"], CASES[2]["payload_account"])
        slow = pay([asked(FIRST, maxTimeoutSeconds=86_400, extra={})])["payload"]["expires"]
        self.assertEqual(datetime.fromisoformat(slow).timestamp(), NOW + 300)
        self.refuses("https", [theirs], "http://shop.example/report")
        self.refuses("above the max", [theirs], max="0.04 EUR")


if __name__ == "__main__":
    unittest.main()
