"""Who pays, and what may be signed: what the methods of this package have in common. No network code."""

import base64
import hashlib
import re
import secrets
import time
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .settings import Clock, Sums, Wallet, caps, wallet_of


class Refused(Exception):
    """A challenge that this payer will not sign; the text says why."""


class Payer:
    """A key, the account it pays from and the most that one payment may cost in each currency."""

    def __init__(
        self, *, max: Sums, wallet: Wallet = None, seed: str | None = None, instance: str | None = None, account: str = "", now: Clock = time.time
    ):
        opened = wallet_of(wallet) if seed is None else {"seed": seed}
        self.seed = bytes.fromhex(opened["seed"]) if len(opened["seed"]) == 64 else unb64(opened["seed"])
        self.signer = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.key = public(self.signer)
        own = account_of(self.key)
        self.account = account or opened.get("account") or own
        self.named = {"account": self.account} if account or self.account != own else {}
        self.caps = caps(max)
        self._instance = instance
        self.now = now

    def check(self, *, amount, currency, instance, expires, realm, url) -> None:
        """Refuses what must not be signed. A realm that is None is that of a server which names none."""
        need(re.fullmatch("0|[1-9][0-9]{0,18}", str(amount)) and int(amount) < 1 << 63, "the amount is no whole number")
        need(currency in self.caps, f"no max is set for the currency {currency}")
        need(int(amount) <= self.caps[currency], f"{amount} {currency} is above the max")
        need(not self._instance or instance == self._instance, f"the instance is {instance}")
        need(moment(expires) > self.now(), "the challenge has expired or has no time")
        need(url, "no watch(…) says which site is being paid")
        site = urlsplit(url)
        need(covers(site.hostname if realm is None else str(realm), site), f"realm {realm} is not that of {url}, or it is not https")

    def payload(self, tag: str, values: dict) -> dict:
        """Key and signature over a tag and the values one a line; ``digest`` may be empty."""
        return {"key": self.key, "signature": signed(tag, values | {"account": self.account}, self.signer)} | self.named

    def command(self) -> str:
        """A fresh id: 48 bits of milliseconds, 80 random bits."""
        return b64(int(self.now() * 1000).to_bytes(6, "big") + secrets.token_bytes(10))


def account_of(key: str) -> str:
    """The account (32 characters) whose first key is ``key``, an Ed25519 public key in base64url."""
    return base64.b32encode(hashlib.sha256(b"farthing/account/1\n" + unb64(key)).digest()[:20]).decode().lower()


def signed(tag: str, values: dict, signer: Ed25519PrivateKey) -> str:
    """The signature over a tag and the values one a line; ``digest`` may be empty, and what is None is an empty line."""
    for name, value in values.items():
        fit = value is None or isinstance(value, str) and (value or name == "digest") and len(value.encode()) <= 512
        need(fit and not re.search(r"[\0-\x1f\x7f]", value or ""), f"{name} is missing or unfit to sign")
    return b64(signer.sign("\n".join([tag, *(value or "" for value in values.values())]).encode()))


def public(signer: Ed25519PrivateKey) -> str:
    return b64(signer.public_key().public_bytes_raw())


def moment(text) -> float:
    """Seconds since 1970 of a time of day somewhere (RFC 3339); 0 of what is none."""
    try:
        read = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return 0
    return read.timestamp() if read.tzinfo else 0


def need(condition, why: str) -> None:
    if not condition:
        raise Refused(f"farthing: not paying, {why}")


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def covers(realm: str, site) -> bool:
    host = site.hostname or ""
    loopback = re.fullmatch(r"localhost|.+\.localhost|127(\.[0-9]+){3}|::1", host)
    parent = "." in realm and host.endswith(f".{realm}") and not re.fullmatch(r"[0-9.]+|.*:.*", host)
    return bool((site.scheme == "https" or loopback) and (host == realm or parent))
