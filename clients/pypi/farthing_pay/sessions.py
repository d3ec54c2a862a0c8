"""The sessions of one payer: what is opened, signed and believed. docs/sessions.md has the words. No network code of its own."""

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from mpp import Challenge, Credential

from .asked import bare, fresh_in, origin_of, whole
from .chains import Chains, chain_over, fits
from .payer import Clock, Payer, Sums, Wallet, caps, covers, moment, need
from .receipts import is_proved, keys_of, read
from .vouchers import begins, closing, opening, voucher

BEYOND = ("chain-exhausted", "step-limit")
GONE = ("channel-not-found", "channel-finalized")
OVER = (*GONE, "hold-exhausted", "invalid-signature", "signer-mismatch")
DAY = 86_400


class Sessions:
    """The sessions of one payer. The options are those of ``farthing_pay.farthing``, but that ``max`` is the most that a session may
    hold; each: most that one request may cost, by default the price of one unit. store: path of a file to keep them in."""

    def __init__(
        self, *, max: Sums, each: Sums = (), wallet: Wallet = None, seed: str | None = None, instance: str | None = None, account: str = "",
        store: str | os.PathLike | None = None, now: Clock = time.time,
    ):
        self._payer = Payer(max=max, wallet=wallet, seed=seed, instance=instance, account=account, now=now)
        self._each, self._instance, self._now = caps(each), instance, now
        self._file = store and Path(store)
        self.kept = json.loads(self._file.read_text()) if self._file and self._file.exists() else {}
        self._chains, self._flying, self._opening = Chains(self._payer.seed), {}, {}

    async def credential(self, challenge: Challenge, url: str, problem: dict) -> str:
        """What pays the next request under a challenge; ``problem`` is what the request before it was refused with."""
        code, details = problem.get("code"), challenge.request["methodDetails"]
        again, place = code not in (None, "payment-required"), f"{origin_of(url)} {details['scope']}"
        if code == "insufficient-funds":
            self.gone(None if self.kept.get(place, {}).get("open", True) else self.kept[place]["id"])
            need(False, f"there is too little money in the account {problem.get('topUpUrl', '')}".strip())
        # Of many requests at once one opens the session and the others pay from it; one never heard of again is not waited for long.
        while place in self._opening and not again:
            try:
                await asyncio.wait_for(self._opening[place].wait(), 10)
            except TimeoutError:
                self._opening.pop(place, asyncio.Event()).set()
        price, most, limit = self._asks(challenge, url)
        currency, recipient = challenge.request["currency"], challenge.request["recipient"]
        kept, required, due = self.kept.get(place), whole(problem.get("requiredCumulative", "0")), None
        need(not kept or "broken" not in kept, f"the site claimed {(kept or {}).get('broken')}; close the session")
        same = kept and [kept[name] for name in ("recipient", "currency", "instance")] == [recipient, currency, details["instance"]]
        if same and code not in OVER and moment(kept["until"]) > self._now() and (kept["open"] or not again):
            due = max(required, kept["spent"] + price * (1 + self._flying.get(kept["id"], 0)))
        if due and due <= int(kept["hold"]):
            kept["requests"] += not again
            need(due <= most * kept["requests"], f"the site asks for {due} {currency}; for {kept['requests']} requests {most * kept['requests']} is the most")
            kept["seq"] += 1
            payload = voucher(self._payer, kept, due, self._chains, as_signed=code in BEYOND)
            self._flying[kept["id"]] = self._flying.get(kept["id"], 0) + 1
        else:
            first = max(price, required) if code == "insufficient-balance" else price
            need(first <= most and first <= limit, f"{first} {currency} for one request is above each or max")
            # The session before is kept until it is closed, unless the site has it no more.
            if kept and code not in GONE:
                self.kept[f"{place} {kept['id']}"] = kept
            held = max(first, min(limit, max(first * 16, whole(details["hold"]))))
            id = self._payer.command()
            chain = chain_over(first, held, int(details["step"]), 1) if fits(challenge.request, price) and first == price else None
            begun = begins(self._chains, id, chain)
            kept, payload = opening(self._payer, challenge, (id, first, held, _until(self._now() + DAY)), begun)
            kept |= {"chain": chain, "live": False}
            self.kept[place], self._flying[kept["id"]], self._opening[place] = kept, 1, asyncio.Event()
        kept |= {"url": bare(url), "realm": challenge.realm, "challenge": challenge.to_www_authenticate(challenge.realm)}
        self._write()
        return Credential(challenge.to_echo(), payload).to_authorization()

    def _asks(self, challenge, url) -> tuple[int, int, int]:
        """Price, most a request may cost and most a session may hold, if the challenge may be answered at all."""
        request, details = challenge.request, challenge.request["methodDetails"]
        currency, per = request["currency"], max(1, whole(details.get("per", "1")))
        price = (whole(request["amount"]) + per - 1) // per
        need(not self._instance or details["instance"] == self._instance, f"the instance is {details['instance']}")
        need(moment(challenge.expires) > self._now(), "the challenge has expired or has no time")
        need(covers(challenge.realm or "", urlsplit(url)), f"realm {challenge.realm} is not that of {url}, or it is not https")
        need(currency in self._payer.caps, f"no max is set for the currency {currency}")
        limit, most = self._payer.caps[currency], self._each.get(currency, price)
        need(price <= most and price <= limit, f"{price} {currency} a request is above {'each' if price > most else 'max'}")
        return price, most, limit

    async def answered(self, header: str | None, http) -> None:
        """What an answer says of its session: more than was authorised is an error, and nothing more is paid from it."""
        receipt = read(header) or {}
        place, kept = next(((at, one) for at, one in self.kept.items() if one["id"] == receipt.get("reference")), (None, None))
        if receipt.get("intent") != "session" or not kept:
            return
        self._landed(place, kept)
        spent, accepted = int(receipt["spent"]), int(receipt["acceptedCumulative"])
        try:
            need(max(spent, accepted) <= kept["authorised"], f"the site claims {spent} spent, {accepted} accepted; {kept['authorised']} was authorised")
            await self._certify(kept, header, http)
            begins_now = kept.get("chain") and int(receipt["seq"]) == kept["chain"]["seq"]
            kept |= {"open": True, "spent": max(spent, kept["spent"]), "live": kept.get("live", False) or bool(begins_now)}
        except Exception as why:
            kept["broken"] = str(why)
            raise
        finally:
            self._write()

    async def _certify(self, kept: dict, header: str | None, http, ends: bool = False) -> None:
        """A payment's receipt is unsigned; what opens or ends a session must be signed."""
        if "proof" not in (read(header) or {}) and kept["open"] and not ends:
            return
        if "keys" not in kept:
            kept["keys"] = keys_of((await http(f"{origin_of(kept['url'])}/.well-known/farthing.json")).json(), kept["instance"])
        need(header and is_proved(header, kept["instance"], kept["keys"]), f"no key of the instance proves the receipt of {kept['id']}")
        kept["receipts"].append(header)

    async def close(self, origin: str, http) -> list[dict]:
        """Ends the sessions with a site: what was not spent is free again. What each captured and released, by its final receipt.
        ``http`` is the ``get`` of an ``httpx.AsyncClient``."""
        ended = []
        for place, kept in [(place, kept) for place, kept in self.kept.items() if place.startswith(f"{origin} ")]:
            answer = await self._closed(kept, http, Challenge.from_www_authenticate(kept["challenge"]))
            if answer.status_code == 402 and (fresh := fresh_in(answer, kept)):
                # A session outlives its challenge: any other of its realm and recipient will do.
                answer = await self._closed(kept, http, fresh)
            header = answer.json().get("receipt") if answer.status_code == 410 else answer.headers.get("Payment-Receipt")
            need(answer.is_success or answer.status_code == 410, f"{kept['id']} is not closed: the site answers {answer.status_code}")
            final = read(header)
            if final:
                await self._certify(kept, header, http, ends=True)
                need(int(final["captured"]) <= kept["authorised"], f"{final['captured']} captured, {kept['authorised']} authorised")
            del self.kept[place]
            self._write()
            ended.append({"id": kept["id"], "captured": final and final["captured"], "released": final and final["released"], "receipts": kept["receipts"]})
        return ended

    async def _closed(self, kept: dict, http, challenge: Challenge):
        credential = Credential(challenge.to_echo(), closing(self._payer, kept)).to_authorization()
        return await http(kept["url"], headers={challenge.credential_header: credential})

    def refused(self, payload: dict, status: int, problem: dict) -> None:
        """What was answered to a request that paid nothing in the end. An opening that we are refused leaves no session; one whose page
        failed does."""
        self.lost(payload["sessionId"])
        never = payload["action"] == "open" and status != 402 and status < 500 and problem.get("code")
        if never or (status == 410 and problem.get("code") in (None, *GONE)):
            self.gone(payload["sessionId"])

    def lost(self, id: str | None) -> None:
        """A request has no answer, or none that says how its session stands."""
        for place, kept in self.kept.items():
            if kept["id"] == id:
                self._landed(place, kept)

    def _landed(self, place: str, kept: dict) -> None:
        self._flying[kept["id"]] = max(0, self._flying.get(kept["id"], 0) - 1)
        if opened := self._opening.pop(place, None):
            opened.set()

    def gone(self, id: str | None) -> None:
        """The site has a session no more: the next request opens another."""
        self.kept = {place: kept for place, kept in self.kept.items() if kept["id"] != id}
        self._write()

    def _write(self) -> None:
        if self._file:
            aside = self._file.with_suffix(".aside")
            aside.touch(0o600)
            aside.write_text(json.dumps(self.kept))
            os.replace(aside, self._file)


def _until(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
