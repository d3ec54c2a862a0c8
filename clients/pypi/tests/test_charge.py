"""The plug-in against the wire vectors and its own refusals: python -m unittest discover -s clients/pypi/tests"""

import asyncio
import json
import sys
import tempfile
import unittest
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from farthing_pay import Refused, account_of, farthing, watch
from farthing_pay.payer import b64, unb64
from mpp import Challenge, Credential
from mpp.client.transport import PaymentTransport
from mpp.runtime import CredentialParams

VECTORS = json.loads((ROOT / "testdata/charge/vectors.json").read_text())
CASES = VECTORS["cases"]
FIRST = CASES[0]
EVERY_CURRENCY = [f"{2**63} {code}-micro" for code in ("eur", "usd", "krw")] + ["210 sat"]
EXPIRES = datetime.fromisoformat(FIRST["expires"]).timestamp()


def pay(challenge=None, url="https://news.example/a/quiet-harbour", **options) -> Credential:
    """Pays a challenge as the SDK does, with a method made from `options`."""
    challenge = challenge or Challenge.from_www_authenticate(FIRST["www_authenticate"])
    options = {"seed": FIRST["seed_hex"], "max": EVERY_CURRENCY, "now": lambda: EXPIRES - 1} | options
    method = farthing(**options)
    handlers = []
    watch(SimpleNamespace(on_challenge_received=handlers.append))

    async def run() -> str:
        if url:
            handlers[0]({"request": httpx.Request("GET", url)})
        return await method.create_credential(CredentialParams(challenge=challenge))

    return Credential.from_authorization(asyncio.run(run()))


class Vectors(unittest.TestCase):
    def test_signed_as_in_the_vectors(self):
        for vector in CASES:
            with self.subTest(vector["name"]):
                challenge = Challenge.from_www_authenticate(vector["www_authenticate"])
                self.assertTrue(challenge.verify(vector["secret"], vector["realm"]))
                self.assertEqual(account_of(vector["key"]), vector["account"])
                url = f"https://{vector['realm']}{vector['target']}"
                paid = pay(challenge, url, seed=vector["seed_hex"], account=vector["payload_account"] or "")
                self.assertEqual(paid.payload, vector["credential"]["payload"])
                for name, value in vector["credential"]["challenge"].items():
                    self.assertEqual(getattr(paid.challenge, name), value)

    def test_the_text_ends_with_the_account_named_or_not(self):
        plain, named, further = CASES[:3]
        published = "S8CnReUHzjclJYxlWrMZa5Dcij-4_P2vS9ruQSLculkeMlJq0pHzBiZ7Om2U67cNPC6g1xoo2FlWWAZp-RTuDg"
        self.assertEqual([plain["signature"], named["signature"]], [published, published])
        self.assertEqual([plain["payload_account"], named["payload_account"]], [None, plain["account"]])
        self.assertNotEqual(further["payload_account"], further["account"])
        for vector in CASES:
            with self.subTest(vector["name"]):
                text = vector["signed_text"]
                self.assertEqual(text.split("\n")[-1], vector["payload_account"] or vector["account"])
                key = Ed25519PublicKey.from_public_bytes(unb64(vector["key"]))
                key.verify(unb64(vector["signature"]), text.encode())

    def test_refused(self):
        for refused in VECTORS["refused"]:
            with self.subTest(refused["name"]):
                values = refused["values"]
                request = {name: values[name] for name in ("recipient", "amount", "currency")}
                request["methodDetails"] = {"instance": values["instance"], "offer": values["offer"]}
                challenge = Challenge(
                    id=values["id"], realm=values["realm"], method="farthing", intent="charge",
                    request=request, expires=values["expires"],
                )
                with self.assertRaises(Refused):
                    pay(challenge, account=values["account"] or "")


class Checks(unittest.TestCase):
    def refuses(self, pattern, *arguments, **options):
        with self.assertRaisesRegex(Exception, pattern):
            pay(*arguments, **options)

    def at(self, realm):
        text = FIRST["www_authenticate"].replace('realm="news.example"', f'realm="{realm}"')
        return Challenge.from_www_authenticate(text)

    def test_the_cap_is_a_sum_in_one_currency(self):
        for fits in ("50000 eur-micro", "0.05 EUR", "1 EUR", ["1 usd-micro", "50000 eur-micro"]):
            pay(max=fits)
        self.refuses("above the max", max="49999 eur-micro")
        self.refuses("above the max", max="0.049999 EUR")
        self.refuses("no max is set", max="50000 usd-micro")
        for wrong in ("50000", "0.05 eur-micro", "0.0000001 EUR", "-1 EUR", "0,05 EUR", ""):
            self.refuses("max is like", max=wrong)

    def test_only_the_site_being_paid_over_https_or_loopback(self):
        pay(url="https://www.news.example:8443/a")
        hosts = ("https://example", "https://evil.example", "https://fakenews.example", "http://news.example")
        for host in (*hosts, "https://news.example.evil.example"):
            self.refuses("realm", url=f"{host}/")
        self.refuses("which site", url=None)
        for host in ("localhost", "news.localhost", "127.0.0.1"):
            pay(self.at(host), f"http://{host}:8402/a")
        self.refuses("realm", self.at("0.0.1"), "http://127.0.0.1:8402/a")
        self.refuses("realm", self.at("example"), "https://news.example/")

    def test_not_after_its_time_not_for_another_instance(self):
        self.refuses("expired", now=lambda: EXPIRES)
        pay(instance=FIRST["instance"])
        self.refuses("instance", instance="a" * 26)

    def test_the_seed_from_a_wallet_file_with_its_account(self):
        first, named, further = (vector["credential"]["payload"] for vector in CASES[:3])
        seed, further_seed = (b64(bytes.fromhex(vector["seed_hex"])) for vector in (FIRST, CASES[2]))
        kept = {"version": 1, "seed": seed, "account": FIRST["account"]}
        self.assertEqual(pay(seed=seed).payload, first)
        with tempfile.TemporaryDirectory() as folder:
            wallet = Path(folder, "wallet.json")
            options = {"seed": None, "wallet": wallet}
            wallet.write_text(json.dumps(kept))
            self.assertEqual(pay(**options).payload, first)
            self.assertEqual(pay(**options, account=FIRST["account"]).payload, named)
            wallet.write_text(json.dumps(kept | {"seed": further_seed}))
            self.assertEqual(pay(**options).payload, further)
            wrong = {"version": 2}, {"seed": FIRST["seed_hex"]}, {"seed": f"{seed}="}
            for changed in (*wrong, {"account": None}, {"account": FIRST["account"][1:]}):
                wallet.write_text(json.dumps(kept | changed))
                self.refuses("version 1", **options)

    def test_each_payment_sees_the_url_of_its_own_request(self):
        """Two sites paid at once through one method: neither is checked against the other's URL."""

        async def answer(request):
            if "authorization" in request.headers:
                return httpx.Response(200, text=request.url.host)
            await asyncio.sleep(0)
            return httpx.Response(402, headers={"WWW-Authenticate": soon(request.url.host)})

        def soon(realm):
            text = FIRST["www_authenticate"].replace('realm="news.example"', f'realm="{realm}"')
            return text.replace(FIRST["expires"], "2999-01-01T00:00:00Z")

        async def run():
            transport = PaymentTransport([farthing(seed=FIRST["seed_hex"], max="1 EUR")], httpx.MockTransport(answer))
            async with httpx.AsyncClient(transport=watch(transport)) as client:
                urls = ["https://news.example/", "https://harbour.example/"] * 10
                answers = await asyncio.gather(*map(client.get, urls))
                self.assertEqual([answer.text for answer in answers], [urlsplit(url).hostname for url in urls])

        asyncio.run(run())


if __name__ == "__main__":
    unittest.main()
