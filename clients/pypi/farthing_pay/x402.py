"""Pays x402 (version 2, schemes ``exact`` and ``upto``, networks ``farthing:*``) through the stock x402 client. No network code of its own."""

import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime

from x402.http import x402HTTPClient, x402HTTPClientSync

from .payer import Clock, Payer, Refused, Sums, Wallet, account_of, need

__all__ = ["Farthing", "Refused", "UpTo", "account_of", "watch"]

LONGEST = 300
"""Longest that a payment to a server which is not ours stays good for, in seconds."""

_url: ContextVar[str | None] = ContextVar("farthing_x402_url", default=None)


class Farthing:
    """A scheme for ``x402Client().register("farthing:*", Farthing(...))``; the options are those of ``farthing_pay.farthing``."""

    scheme = "exact"
    _tag = "farthing/charge/1"

    def __init__(
        self, *, max: Sums, wallet: Wallet = None, seed: str | None = None, instance: str | None = None, account: str = "", now: Clock = time.time
    ):
        self._payer = Payer(max=max, wallet=wallet, seed=seed, instance=instance, account=account, now=now)

    def find_default_asset(self, asset: str, network: str) -> dict | None:
        """Stock clients refuse an asset that no scheme knows."""
        if asset not in self._payer.caps:
            return None
        return {"asset": asset, "symbol": asset.removesuffix("-micro").upper(), "decimals": 6 if asset.endswith("-micro") else 8}

    def create_payment_payload(self, requirements) -> dict:
        url = _url.get()
        _url.set(None)
        payer, extra = self._payer, requirements.extra or {}
        network = re.fullmatch("farthing:([a-z2-7]{26})", requirements.network)
        need(network, f"the network is {requirements.network}")
        common = dict(amount=requirements.amount, currency=requirements.asset, instance=network[1], url=url)
        text = {name: value for name, value in extra.items() if isinstance(value, str)}
        if "challenge" in extra:
            payer.check(**common, expires=text.get("expires"), realm=text.get("realm", ""))
            values = dict(instance=network[1], id=text.get("challenge"), realm=text.get("realm"), recipient=requirements.pay_to)
            values |= dict(amount=requirements.amount, currency=requirements.asset, offer=text.get("offer"))
            return payer.payload(self._tag, values | dict(digest=text.get("digest", ""), expires=text.get("expires")))
        need(self.scheme == "exact", "no challenge says what is paid up to")
        # A server that is not ours makes no challenge: the payer names the command, which is good once and not for long.
        until = datetime.fromtimestamp(payer.now() + min(requirements.max_timeout_seconds or LONGEST, LONGEST), UTC)
        made = dict(command=payer.command(), expires=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
        payer.check(**common, expires=made["expires"], realm=None)
        values = dict(instance=network[1], command=made["command"], recipient=requirements.pay_to)
        values |= dict(amount=requirements.amount, currency=requirements.asset, expires=made["expires"])
        return payer.payload("farthing/settle/1", values) | made


class UpTo(Farthing):
    """A second scheme to register beside it, with the same options: for what costs what its server reports, up to the amount that is
    asked. The signature authorises that amount at most; ``PAYMENT-RESPONSE`` says what it came to."""

    scheme = "upto"
    _tag = "farthing/upto/1"


def watch(client):
    """An HTTP client around an ``x402Client`` that tells the scheme which page is being paid, for ``x402HttpxClient`` and the like."""
    is_sync = type(client).__name__.endswith("Sync")
    return (x402HTTPClientSync if is_sync else x402HTTPClient)(client).on_payment_required(lambda asked: _url.set(asked.request_url) and None)
