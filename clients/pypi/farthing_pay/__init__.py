"""Pays 402 challenges of method ``farthing``, intent ``charge``, through stock pympp. No network code of its own."""

import time
from contextvars import ContextVar

from mpp import Credential
from mpp.methods import Method
from mpp.runtime import ClientMethod
from pydantic import BaseModel

from .payer import Clock, Payer, Refused, Sums, Wallet, account_of

__all__ = ["Refused", "account_of", "farthing", "watch"]

_url: ContextVar[str | None] = ContextVar("farthing_url", default=None)


def farthing(
    *, max: Sums, wallet: Wallet = None, seed: str | None = None, instance: str | None = None, account: str = "", now: Clock = time.time
) -> ClientMethod:
    """A payment method for ``watch(Mpp(methods=[farthing(...)]))``.

    max: most that one payment may cost, one text per currency: ``60000 eur-micro`` or ``0.06 EUR``.
    wallet: path of a wallet file written by the ``farthing`` command; or seed: its 32 bytes, hexadecimal or base64url.
    instance: pay only this instance. account: the account to charge, if not that of the wallet or the key's own.
    now: seconds since 1970.
    """
    payer = Payer(max=max, wallet=wallet, seed=seed, instance=instance, account=account, now=now)

    async def create_credential(params) -> str:
        challenge, url = params.challenge, _url.get()
        _url.set(None)
        request, expires = challenge.request, challenge.expires
        details = request.get("methodDetails") or {}
        amount, currency, instance = request.get("amount"), request.get("currency"), details.get("instance")
        payer.check(amount=amount, currency=currency, instance=instance, expires=expires, realm=challenge.realm or "", url=url)
        values = dict(instance=instance, id=challenge.id, realm=challenge.realm, recipient=request.get("recipient"))
        values |= dict(amount=amount, currency=currency, offer=details.get("offer"), digest=challenge.digest or "", expires=expires)
        return Credential(challenge.to_echo(), payer.payload("farthing/charge/1", values)).to_authorization()

    method = Method(name="farthing", intent="charge", request_model=BaseModel, payload_model=BaseModel)
    return ClientMethod(method=method, create_credential=create_credential)


def watch(mpp):
    """Hands each request's URL to the method, which checks realm and https against it. Returns ``mpp``."""

    def remember(event) -> None:
        _url.set(str(event["request"].url))

    mpp.on_challenge_received(remember)
    return mpp
