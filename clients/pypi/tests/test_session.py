"""Sessions against the wire vectors and a site that may lie: python -m unittest discover -s clients/pypi/tests"""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from farthing_pay import Refused
from farthing_pay.payer import b64, public, signed, unb64
from farthing_pay.receipts import is_proved, read
from farthing_pay.session import Sessions, paying
from farthing_pay.sessions import _until
from farthing_pay.vouchers import closing, opening, voucher
from mpp import Challenge, Credential
from mpp.errors import PaymentOutcomeUnknownError

VECTORS = json.loads((ROOT / "testdata/session/vectors.json").read_text())
SEED = "11" * 32
ROOT_KEY, RECEIPTS, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([byte]) * 32) for byte in (1, 2, 9))


def base32(data: bytes) -> str:
    import base64

    return base64.b32encode(data).decode().rstrip("=").lower()


INSTANCE = base32(hashlib.sha256(b"farthing/instance/1\n" + unb64(public(ROOT_KEY))).digest()[:16])
CERTIFICATE = signed("farthing/key/1", {"instance": INSTANCE, "role": "receipt", "key": public(RECEIPTS)}, ROOT_KEY)
DOCUMENT = {"root_key": public(ROOT_KEY), "receipt_keys": [{"key": public(RECEIPTS), "signature": CERTIFICATE}]}


def proof(said: dict, key: Ed25519PrivateKey) -> str:
    """The proof of a receipt that is signed alone."""
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    group, root = b"\5" * 8, hashlib.sha256(b"\0" + canonical).digest()
    values = {"instance": INSTANCE, "group": b64(group), "size": "1", "root": b64(root)}
    head = b"\1" + hashlib.sha256(unb64(public(key))).digest()[:4] + group + b"\0\0\0\1"
    return b64(head + unb64(signed("farthing/receipts/1", values, key)))


class Site:
    """A site that sells calls at 10; ``lie`` changes what it says. What it was shown is in ``shown``."""

    def __init__(self, lie=None, asks=None):
        self.lie, self.asks, self.shown, self.sessions = lie or {}, asks or {}, [], {}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path == "/.well-known/farthing.json":
            return httpx.Response(200, json=self.lie.get("document", DOCUMENT))
        paid = request.headers.get("Authorization")
        payload = Credential.from_authorization(paid).payload if paid else None
        self.shown.append(payload)
        if not payload:
            return self.refuse(402, {"code": "payment-required"})
        if payload["action"] == "voucher" and (payload["sessionId"] not in self.sessions or self.lie.get("gone")):
            return self.refuse(410, {"code": "channel-not-found"})
        at = self.sessions.setdefault(payload["sessionId"], {"spent": 0, "accepted": 0, "hold": payload.get("hold"), "until": payload.get("until")})
        ends = payload["action"] == "close"
        if not ends:
            at["accepted"] = max(at["accepted"], int(payload.get("cumulative") or payload["first"]))
            if at["spent"] + 10 > at["accepted"] or "required" in self.lie:
                required = self.lie.get("required", at["spent"] + 10)
                return self.refuse(402, {"code": "insufficient-balance", "requiredCumulative": str(required), "acceptedCumulative": str(at["accepted"])})
            at["spent"] += 10
        said = {"status": "success", "method": "farthing", "intent": "session", "timestamp": "2026-11-22T17:11:05Z", "reference": payload["sessionId"]}
        said |= {"seq": payload["seq"], "units": "1", "spent": str(self.lie.get("spent", at["spent"]))}
        said["acceptedCumulative"] = str(self.lie.get("accepted", at["accepted"]))
        if payload["action"] != "voucher":
            said |= {"instance": INSTANCE, "recipient": "harbour", "currency": "eur-micro", "hold": at["hold"], "until": at["until"], "action": payload["action"]}
        if ends:
            captured = self.lie.get("captured", at["spent"])
            said |= {"captured": str(captured), "released": str(int(at["hold"]) - captured), "final": "true"}
        if payload["action"] != "voucher" and self.lie.get("unsigned") != payload["action"]:
            said["proof"] = proof(said, STRANGER if self.lie.get("forged") == payload["action"] else RECEIPTS)
        return httpx.Response(200, text="page", headers={"Payment-Receipt": b64(json.dumps(said).encode())})

    def refuse(self, status: int, problem: dict) -> httpx.Response:
        details = {"instance": INSTANCE, "offer": "o" * 43, "step": "10", "hold": "1000", "scope": "/*"}
        request = {"amount": "10", "currency": "eur-micro", "recipient": "harbour", "unitType": "call", "methodDetails": details} | self.asks
        challenge = Challenge(id="i" * 43, realm="localhost", method="farthing", intent="session", request=request, expires=_until(time.time() + 60))
        return httpx.Response(status, json=problem, headers={"WWW-Authenticate": challenge.to_www_authenticate("localhost")})

    def ids(self) -> set:
        return {one["sessionId"] for one in self.shown if one}

    def most(self) -> int:
        return max(int(one.get("cumulative") or one.get("first") or 0) for one in self.shown if one)


URL = "http://localhost:8402/call"


def visit(site: Site, work, **options):
    """Runs `work(client, sessions)` with a client that pays the site from sessions. pympp wraps what an answer is refused for."""
    options = {"seed": SEED, "max": "0.01 EUR"} | options

    async def run():
        sessions = Sessions(**options)
        async with httpx.AsyncClient(transport=paying(sessions, inner=httpx.MockTransport(site))) as client:
            return await work(client, sessions)

    try:
        return asyncio.run(run())
    except PaymentOutcomeUnknownError as error:
        raise error.__cause__ from error


def pages(count: int):
    async def work(client, _):
        return [(await client.get(URL)).status_code for _ in range(count)]

    return work


def closed(count: int):
    async def work(client, sessions):
        await pages(count)(client, sessions)
        return await sessions.close("http://localhost:8402", client.get)

    return work


class Signed(unittest.TestCase):
    def test_openings_vouchers_and_closes_are_those_of_the_vectors(self):
        of = {case["name"]: case for case in VECTORS["credentials"]}
        seeds, challenge = VECTORS["seeds"][0], VECTORS["challenges"][0]
        details = challenge["request_json"]["methodDetails"]
        payer = SimpleNamespace(seed=bytes.fromhex(seeds["wallet_seed"]), account=of["voucher-signed"]["account"])
        kept = {"id": seeds["session"], "instance": details["instance"], "spent": 2000}
        kept |= {name: challenge["request_json"][name] for name in ("recipient", "currency")}
        case = of["voucher-signed"]
        self.assertEqual(voucher(payer, kept | {"seq": 7}, 8000), case["unsigned"] | {"signature": case["signature"]})
        case = of["close-bare"]
        self.assertEqual(closing(payer, kept | {"seq": 1000}), case["unsigned"] | {"seq": "1001", "signature": case["signature"]})
        case = of["open-signed"]
        payer.signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(case["seed"]))
        payer.key, payer.named = public(payer.signer), {}
        asked = SimpleNamespace(request=challenge["request_json"], id=challenge["id"], realm=challenge["realm"])
        unsigned = case["unsigned"]
        _, opens = opening(payer, asked, (unsigned["sessionId"], int(unsigned["first"]), int(unsigned["hold"]), unsigned["until"]))
        named = [name for name in unsigned if name != "account"]
        self.assertEqual({name: opens[name] for name in named}, {name: unsigned[name] for name in named})
        # The vector has no key for vouchers, and another account.
        lines = case["text"].split("\n")
        text = "\n".join([*lines[:15], seeds["voucher_key"], lines[16], payer.account])
        payer.signer.public_key().verify(unb64(opens["signature"]), text.encode())


class Pays(unittest.TestCase):
    def test_one_session_pays_request_by_request(self):
        site = Site()
        self.assertEqual(visit(site, pages(4)), [200] * 4)
        self.assertEqual((len(site.shown), len(site.ids()), site.most()), (8, 1, 40))
        ended = visit(site := Site(), closed(4))
        self.assertEqual([one["captured"] for one in ended], ["40"])
        self.assertEqual(int(ended[0]["released"]), 960)
        self.assertEqual(len(ended[0]["receipts"]), 2)
        self.assertTrue(all(is_proved(receipt, INSTANCE, DOCUMENT) for receipt in ended[0]["receipts"]))

    def test_many_at_once_are_one_session(self):
        async def work(client, _):
            return await asyncio.gather(*(client.get(URL) for _ in range(12)))

        site = Site()
        self.assertTrue(all(answer.status_code == 200 for answer in visit(site, work)))
        self.assertEqual((len(site.ids()), site.most()), (1, 120))

    def test_a_hold_that_is_used_up_and_a_session_that_is_gone_are_followed_by_another(self):
        site = Site()
        self.assertEqual(visit(site, pages(4), max="30 eur-micro"), [200] * 4)
        self.assertEqual(len(site.ids()), 2)
        ended = visit(Site(), closed(4), max="30 eur-micro")
        self.assertEqual(sorted(one["captured"] for one in ended), ["10", "30"])
        site = Site()

        async def lost(client, _):
            first = await client.get(URL)
            site.sessions.clear()
            return [first.status_code, (await client.get(URL)).status_code, (await client.get(URL)).status_code]

        self.assertEqual(visit(site, lost), [200, 410, 200])
        self.assertEqual(len(site.ids()), 2)

    def test_a_program_that_starts_again_goes_on(self):
        with tempfile.TemporaryDirectory() as folder:
            site, store = Site(), Path(folder, "sessions.json")
            visit(site, pages(1), store=store)
            visit(site, pages(1), store=store)
            self.assertEqual((len(site.ids()), site.most(), store.stat().st_mode & 0o777), (1, 20, 0o600))


class Refuses(unittest.TestCase):
    def test_a_site_that_claims_more_is_paid_no_more(self):
        for lie in ({"spent": 30}, {"accepted": 30}):
            site = Site()

            async def work(client, _):
                await client.get(URL)
                site.lie = lie
                with self.assertRaises(PaymentOutcomeUnknownError) as refused:
                    await client.get(URL)
                self.assertRegex(str(refused.exception.__cause__), "claims")
                site.lie, before = {}, sum(map(bool, site.shown))
                with self.assertRaisesRegex(Exception, "the site claimed"):
                    await client.get(URL)
                self.assertEqual(sum(map(bool, site.shown)), before, "nothing was signed")

            visit(site, work)

    def test_no_voucher_goes_beyond_what_the_requests_may_cost(self):
        site = Site()

        async def work(client, _):
            await client.get(URL)
            site.lie = {"required": 500}
            with self.assertRaisesRegex(Exception, "for 2 requests 20 is the most"):
                await client.get(URL)

        visit(site, work)
        self.assertEqual(site.most(), 20)

    def test_what_the_site_does_not_sign_is_no_opening_and_no_end(self):
        for lie in ({"unsigned": "open"}, {"forged": "open"}, {"document": DOCUMENT | {"root_key": public(RECEIPTS)}}):
            with self.assertRaisesRegex(Exception, "no key of the instance|does not show the keys"):
                visit(Site(lie), pages(1))
        for lie in ({"unsigned": "close"}, {"forged": "close"}):
            with self.assertRaisesRegex(Exception, "no key of the instance"):
                visit(Site(lie), closed(1))
        with self.assertRaisesRegex(Exception, "11 captured, 10 authorised"):
            visit(Site({"captured": 11}), closed(1))

    def test_nothing_is_opened_that_the_options_do_not_allow(self):
        tries = [
            ({"max": "1 USD"}, {}, "no max is set"),
            ({"max": "9 eur-micro"}, {}, "above max"),
            ({"max": "1 EUR", "each": "9 eur-micro"}, {}, "above each"),
            ({"max": "1 EUR", "instance": "b" * 26}, {}, "the instance is"),
        ]
        for options, asks, why in tries:
            site = Site(asks=asks)
            with self.assertRaisesRegex(Refused, why):
                visit(site, pages(1), **options)
            self.assertEqual(site.shown, [None])
        site = Site(asks={"unitType": "purchase"})
        self.assertEqual((visit(site, pages(1)), site.shown), ([402], [None]), "whole pages are not bought from sessions")

        async def elsewhere(client, _):
            await client.get(URL.replace("localhost", "127.0.0.1"))

        with self.assertRaisesRegex(Refused, "realm"):
            visit(Site(), elsewhere)

    def test_an_answer_without_a_receipt_says_nothing(self):
        self.assertIsNone(read(None))
        self.assertIsNone(asyncio.run(Sessions(seed=SEED, max="1 EUR").answered(None, None)))


if __name__ == "__main__":
    unittest.main()
