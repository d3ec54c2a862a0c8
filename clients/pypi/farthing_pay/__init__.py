"""Pays 402 challenges of method ``farthing``, intent ``charge``, through stock pympp. No network code of its own."""

import base64
import hashlib
import json
import re
import time
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from mpp import Credential
from mpp.methods import Method
from mpp.runtime import ClientMethod
from pydantic import BaseModel

_url: ContextVar[str | None] = ContextVar("farthing_url", default=None)


class Refused(Exception):
    """A challenge that this payer will not sign; the text says why."""


def farthing(*, max, wallet=None, seed=None, instance=None, account="", now=time.time) -> ClientMethod:
    """A payment method for ``watch(Mpp(methods=[farthing(...)]))``.

    max: most that one payment may cost, one text per currency: ``60000 eur-micro`` or ``0.06 EUR``.
    wallet: path of a wallet file written by the ``farthing`` command; or seed: its 32 bytes, hexadecimal or base64url.
    instance: pay only this instance. account: the account to charge, if not that of the wallet or the key's own.
    now: seconds since 1970.
    """
    opened = _wallet(wallet) if seed is None else {"seed": seed}
    seed = opened["seed"]
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed) if len(seed) == 64 else _unb64(seed))
    key = _b64(signer.public_key().public_bytes_raw())
    own = account_of(key)
    payer = account or opened.get("account") or own
    caps = dict(map(_cap, [max] if isinstance(max, str) else max))

    async def create_credential(params) -> str:
        challenge, url = params.challenge, _url.get()
        _url.set(None)
        request, expires = challenge.request, challenge.expires
        details = request.get("methodDetails") or {}
        amount, currency = request.get("amount"), request.get("currency")
        _need(re.fullmatch("0|[1-9][0-9]{0,18}", str(amount)) and int(amount) < 1 << 63, "the amount is no whole number")
        _need(currency in caps, f"no max is set for the currency {currency}")
        _need(int(amount) <= caps[currency], f"{amount} {currency} is above the max")
        _need(not instance or details.get("instance") == instance, f"the instance is {details.get('instance')}")
        _need(expires and datetime.fromisoformat(expires).timestamp() > now(), "the challenge has expired or has no time")
        _need(url, "no watch(mpp) says which site is being paid")
        _need(_covers(challenge.realm, urlsplit(url)), f"realm {challenge.realm} is not that of {url}, or it is not https")
        values = dict(instance=details.get("instance"), id=challenge.id, realm=challenge.realm)
        values |= dict(recipient=request.get("recipient"), amount=amount, currency=currency, offer=details.get("offer"))
        values |= dict(digest=challenge.digest or "", expires=expires, account=payer)
        for name, value in values.items():
            fit = isinstance(value, str) and (value or name == "digest") and len(value.encode()) <= 512
            _need(fit and not re.search(r"[\0-\x1f\x7f]", value), f"{name} is missing or unfit to sign")
        signature = signer.sign("\n".join(["farthing/charge/1", *values.values()]).encode())
        payload = {"key": key, "signature": _b64(signature)} | ({"account": payer} if account or payer != own else {})
        return Credential(challenge.to_echo(), payload).to_authorization()

    method = Method(name="farthing", intent="charge", request_model=BaseModel, payload_model=BaseModel)
    return ClientMethod(method=method, create_credential=create_credential)


def watch(mpp):
    """Hands each request's URL to the method, which checks realm and https against it. Returns ``mpp``."""

    def remember(event) -> None:
        _url.set(str(event["request"].url))

    mpp.on_challenge_received(remember)
    return mpp


def account_of(key: str) -> str:
    """The account (32 characters) whose first key is ``key``, an Ed25519 public key in base64url."""
    return base64.b32encode(hashlib.sha256(b"farthing/account/1\n" + _unb64(key)).digest()[:20]).decode().lower()


def _need(condition, why: str) -> None:
    if not condition:
        raise Refused(f"farthing: not paying, {why}")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _wallet(path) -> dict:
    wallet = json.loads(Path(path).read_text())
    read = " ".join(str(wallet.get(name)) for name in ("version", "seed", "account"))
    if not re.fullmatch("1 [A-Za-z0-9_-]{43} [a-z2-7]{32}", read):
        raise ValueError(f"farthing: {path} is not a wallet of version 1")
    return wallet


def _cap(line: str) -> tuple[str, int]:
    match = re.fullmatch(r"([0-9]+)(?:\.([0-9]{1,6}))? ([A-Z]{3}|[a-z][a-z0-9-]*)", line)
    if not match or (match[2] and match[3].islower()):
        raise ValueError(f'farthing: max is like "60000 eur-micro" or "0.06 EUR", not "{line}"')
    whole, fraction, unit = match.groups("")
    decimal = f"{unit.lower()}-micro", int(whole + fraction.ljust(6, "0"))
    return decimal if unit.isupper() else (unit, int(whole))


def _covers(realm: str, site) -> bool:
    host = site.hostname or ""
    loopback = re.fullmatch(r"localhost|.+\.localhost|127(\.[0-9]+){3}|::1", host)
    parent = "." in realm and host.endswith(f".{realm}") and not re.fullmatch(r"[0-9.]+|.*:.*", host)
    return (site.scheme == "https" or loopback) and (host == realm or parent)
