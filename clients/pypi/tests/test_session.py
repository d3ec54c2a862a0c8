"""Sessions against the wire vectors and a site that may lie: python -m unittest discover -s clients/pypi/tests"""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "clients/pypi"))

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from farthing_pay import Refused, chains
from farthing_pay.chains import Chains
from farthing_pay.payer import b64, moment, public, signed, unb64
from farthing_pay.receipts import is_proved, read
from farthing_pay.session import Sessions, paying
from farthing_pay.sessions import _until
from farthing_pay.vouchers import begins, closing, opening, voucher
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
        self.id = "i" * 43

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if request.url.path == "/.well-known/farthing.json":
            return httpx.Response(200, json=self.lie.get("document", DOCUMENT))
        paid = next((line for name in ("Authorization", "Payment-Authorization") if (line := request.headers.get(name, "")).startswith("Payment ")), None)
        payload = Credential.from_authorization(paid).payload if paid else None
        self.shown.append(payload)
        if not payload:
            return self.refuse(402, {"code": "payment-required"})
        if payload["action"] == "voucher" and (payload["sessionId"] not in self.sessions or self.lie.get("gone")):
            return self.refuse(410, {"code": "channel-not-found"})
        if self.lie.get("poor"):
            return self.refuse(402, {"code": "insufficient-funds"})
        if payload["action"] == "open" and "denied" in self.lie:
            return httpx.Response(403, json={"code": "guard-denied"})
        if self.lie.get("expired") == Credential.from_authorization(paid).challenge.id:
            return self.refuse(402, {"code": "quote-expired"})
        at = self.sessions.setdefault(payload["sessionId"], {"spent": 0, "accepted": 0, "hold": payload.get("hold"), "until": payload.get("until")})
        ends = payload["action"] == "close"
        if not ends:
            if not self.raises(at, payload):
                return self.refuse(402, {"code": "invalid-signature"})
            if at["spent"] + 10 > at["accepted"] or "required" in self.lie:
                required = self.lie.get("required", at["spent"] + 10)
                return self.refuse(402, {"code": "insufficient-balance", "requiredCumulative": str(required), "acceptedCumulative": str(at["accepted"])})
            if "fails" in self.lie:
                return httpx.Response(self.lie["fails"], text="no page")
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

    def raises(self, at: dict, payload: dict) -> bool:
        """Takes what a voucher authorises; a link is hashed to the one before it."""
        chain = at.get("chain")
        if "link" in payload:
            link, index = unb64(payload["link"]), int(payload["index"])
            high, low = (link, chain["tip"]) if index > chain["index"] else (chain["tip"], link)
            for _ in range(abs(index - chain["index"])):
                high = hashlib.sha256(b"fth/hc1" + unb64(payload["sessionId"]) + high).digest()
            if high != low or index > chain["length"]:
                return False
            if index > chain["index"]:
                chain |= {"index": index, "tip": link}
            at["accepted"] = max(at["accepted"], chain["base"] + chain["index"] * chain["step"])
            return True
        units = int(payload.get("cumulative") or payload["first"])
        if "anchor" in payload and units > at["accepted"]:
            tip = unb64(payload["anchor"])
            at["chain"] = {"base": units, "step": int(payload["step"]), "length": int(payload["length"]), "index": 0, "tip": tip}
        at["accepted"] = max(at["accepted"], units)
        return True

    def refuse(self, status: int, problem: dict) -> httpx.Response:
        details = {"instance": INSTANCE, "offer": "o" * 43, "step": "10", "hold": "1000", "scope": "/*"}
        request = {"amount": "10", "currency": "eur-micro", "recipient": "harbour", "unitType": "call", "methodDetails": details} | self.asks
        challenge = Challenge(id=self.id, realm="localhost", method="farthing", intent="session", request=request, expires=_until(time.time() + 60))
        return httpx.Response(status, json=problem, headers={"WWW-Authenticate": challenge.to_www_authenticate("localhost")})

    def ids(self) -> set:
        return {one["sessionId"] for one in self.shown if one}

    def most(self) -> int:
        return max(at["accepted"] for at in self.sessions.values())

    def kinds(self) -> list:
        """How each request was paid."""
        of = {"link": "link", "anchor": "checkpoint", "cumulative": "signed"}
        shown = [one for one in self.shown if one]
        return [one["action"] if one["action"] != "voucher" else next(kind for name, kind in of.items() if name in one) for one in shown]


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
        kept = {"id": seeds["session"], "instance": details["instance"], "spent": 2000, "authorised": 2, "hold": "1000000", "live": True}
        chains, none = Chains(payer.seed), {"chain": None}
        kept |= {name: challenge["request_json"][name] for name in ("recipient", "currency")}
        case = of["voucher-signed"]
        self.assertEqual(voucher(payer, kept | {"seq": 7} | none, 8000, chains), case["unsigned"] | {"signature": case["signature"]})
        case = of["close-bare"]
        self.assertEqual(closing(payer, kept | {"seq": 1000}), case["unsigned"] | {"seq": "1001", "signature": case["signature"]})
        usual = {"base": 2, "step": 2, "length": 4096, "index": 0, "seq": 1}
        payer.signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(of["open-chain"]["seed"]))
        payer.key, payer.named = public(payer.signer), {}
        asked = SimpleNamespace(request=challenge["request_json"], id=challenge["id"], realm=challenge["realm"])
        # The vectors of kind signed have no key for vouchers, and another account.
        for name, chain in (("open-chain", usual), ("open-signed", None)):
            case = of[name]
            unsigned, lines = case["unsigned"], case["text"].split("\n")
            terms = (unsigned["sessionId"], int(unsigned["first"]), int(unsigned["hold"]), unsigned["until"])
            _, opens = opening(payer, asked, terms, begins(chains, seeds["session"], chain))
            named = [name for name in unsigned if name != "account"]
            self.assertEqual({name: opens[name] for name in named}, {name: unsigned[name] for name in named})
            text = "\n".join([*lines[:15], seeds["voucher_key"], lines[16], payer.account])
            payer.signer.public_key().verify(unb64(opens["signature"]), text.encode())
        self.assertEqual(opens["kind"], "signed")

    def test_links_and_checkpoints_are_those_of_the_vectors(self):
        of = {case["name"]: case for case in VECTORS["credentials"]}
        seeds, challenge = VECTORS["seeds"][0], VECTORS["challenges"][0]
        payer = SimpleNamespace(seed=bytes.fromhex(seeds["wallet_seed"]), account=of["voucher-signed"]["account"])
        chains = Chains(payer.seed)
        for case in VECTORS["chains"]:
            if case["voucher_seed"] == seeds["voucher_seed"] and case["session"] == seeds["session"]:
                chain = {name: int(case[name]) for name in ("base", "step", "length")}
                for place, link in case["links"].items():
                    self.assertEqual(chains.link(case["session"], chain, int(place)), link, f"{case['name']} {place}")
        kept = {"id": seeds["session"], "instance": challenge["request_json"]["methodDetails"]["instance"], "live": True}
        kept |= {name: challenge["request_json"][name] for name in ("recipient", "currency")}
        kept |= {"seq": 1000, "authorised": 1998, "hold": "1000000", "chain": {"base": 2, "step": 2, "length": 4096, "index": 998, "seq": 1}}
        self.assertEqual(voucher(payer, kept, 2000, chains), of["voucher-link"]["unsigned"])
        self.assertEqual((kept["chain"]["index"], kept["authorised"]), (999, 2000))
        # A chain of 64 whose links are used up is followed by one over 9000, as long as what is held has room for.
        kept |= {"seq": 8, "authorised": 8936, "hold": str(9000 + 64 * 256), "chain": {"base": 8872, "step": 64, "length": 1, "index": 1, "seq": 2}}
        case = of["voucher-checkpoint"]
        self.assertEqual(voucher(payer, kept, 9000, chains), case["unsigned"] | {"signature": case["signature"]})
        self.assertEqual(kept["chain"], {"base": 9000, "step": 64, "length": 256, "index": 0, "seq": 8})
        self.assertNotIn("link", voucher(payer, kept, 9064, chains), "no link until the checkpoint has an answer")


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


class Links(unittest.TestCase):
    def test_a_request_costs_a_hash_and_a_chain_that_is_over_is_followed_by_another(self):
        site = Site()
        with unittest.mock.patch.object(chains, "USUAL_LENGTH", 3):
            ended = visit(site, closed(9))
        self.assertEqual(site.kinds(), ["open", *["link"] * 3, "checkpoint", *["link"] * 3, "checkpoint", "close"])
        self.assertEqual((len(site.ids()), ended[0]["captured"]), (1, "90"))

    def test_many_at_once_begin_no_chain_before_it_is_known(self):
        async def work(client, _):
            for _ in range(4):
                answers = await asyncio.gather(*(client.get(URL) for _ in range(5)))
                self.assertEqual({answer.status_code for answer in answers}, {200})

        site = Site()
        with unittest.mock.patch.object(chains, "USUAL_LENGTH", 3):
            visit(site, work)
        self.assertEqual((len(site.ids()), site.most()), (1, 200))
        self.assertTrue({"link", "checkpoint", "signed"} <= set(site.kinds()))

    def test_a_program_that_starts_again_shows_the_next_link(self):
        with tempfile.TemporaryDirectory() as folder:
            site, store = Site(), Path(folder, "sessions.json")
            visit(site, pages(3), store=store)
            visit(site, pages(3), store=store)
            self.assertEqual((site.kinds(), site.most()), (["open", *["link"] * 5], 60))
            self.assertNotIn(site.shown[-1]["link"], store.read_text(), "links are secrets until they are shown")

    def test_there_are_no_links_where_a_request_costs_no_whole_number_of_them(self):
        details = {"instance": INSTANCE, "offer": "o" * 43, "hold": "1000", "scope": "/*"}
        for asks in ({"unitType": "token"}, {"methodDetails": details | {"step": "4"}}, {"methodDetails": details | {"step": "10", "per": "2"}}):
            site = Site(asks=asks)
            self.assertEqual(visit(site, pages(3), each="0.01 EUR"), [200] * 3)
            self.assertEqual(site.kinds()[-1], "signed", asks)


class Fails(unittest.TestCase):
    def test_who_has_too_little_is_told_so_and_opens_when_he_has_more(self):
        site = Site({"poor": True})

        async def work(client, _):
            with self.assertRaisesRegex(Refused, "too little"):
                await client.get(URL)
            self.assertEqual(sum(map(bool, site.shown)), 1, "nothing more was signed")
            site.lie = {}
            return (await client.get(URL)).status_code

        self.assertEqual(visit(site, work), 200)

    def test_a_refused_opening_is_forgotten_and_nobody_waits_for_it(self):
        site = Site({"denied": True})

        async def work(client, _):
            answers = await asyncio.wait_for(asyncio.gather(*(client.get(URL) for _ in range(4))), 5)
            self.assertEqual({answer.status_code for answer in answers}, {403})
            site.lie = {}
            return (await client.get(URL)).status_code

        self.assertEqual(visit(site, work), 200)
        self.assertEqual(site.kinds(), ["open"] * 5)

    def test_what_fails_authorises_nothing_for_the_next(self):
        site = Site()

        async def work(client, sessions):
            await client.get(URL)
            site.lie = {"fails": 404}
            for _ in range(5):
                self.assertEqual((await client.get(URL)).status_code, 404)
            site.lie = {"fails": 503}
            self.assertEqual((await client.get(URL)).status_code, 503)
            site.lie = {}
            return (await client.get(URL)).status_code

        self.assertEqual((visit(site, work), site.most()), (200, 20))

    def test_a_session_is_closed_under_a_fresh_challenge_where_its_own_is_over(self):
        site = Site()

        async def work(client, sessions):
            await client.get(URL)
            site.lie, site.id = {"expired": site.id}, "j" * 43
            return await sessions.close("http://localhost:8402", client.get)

        self.assertEqual([one["captured"] for one in visit(site, work)], ["10"])

    def test_what_a_url_says_of_its_user_is_kept_nowhere(self):
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder, "sessions.json")

            async def work(client, sessions):
                await client.get(URL.replace("//", "//sailor:hunter2@"))
                kept = store.read_text()
                return kept, await sessions.close("http://localhost:8402", client.get)

            kept, ended = visit(Site(), work, store=store)
            self.assertNotIn("hunter2", kept)
            self.assertEqual(len(ended), 1)

    def test_a_time_or_a_sum_that_cannot_be_read_is_a_refusal(self):
        with self.assertRaises(Refused):
            visit(Site(asks={"amount": "ten"}), pages(1))
        self.assertEqual([moment(text) for text in ("tomorrow", None, "2026-11-22T17:11:05", "2026-11-22T17:11:05Z")], [0, 0, 0, 1_795_367_465])


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
