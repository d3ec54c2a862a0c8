"""Hash chains: a request is paid by one hash instead of a signature. docs/sessions.md has the words. No network code."""

import hashlib

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .payer import b64, unb64

MOST_STEPS = 1_024
"""So many links the site hashes for one voucher."""
USUAL_LENGTH = 4_096
CALLS = ("call", "request")
"""Units that are one request each: what it costs is known before it is made."""
SIZE, KEPT = 32, 16


def derived(seed: bytes, id: str, info: str) -> bytes:
    """32 bytes drawn from a seed for a session."""
    return HKDF(SHA256(), SIZE, unb64(id), info.encode()).derive(seed)


class Chains:
    """The links of chains in use: made once, one look-up each after that. They are secrets until they are shown, so they are kept in
    memory only; seed and id make them again."""

    def __init__(self, seed: bytes):
        self._seed, self._made = seed, {}

    def link(self, id: str, chain: dict, index: int) -> str:
        """The link of a number; 0 is the anchor."""
        name = (id, chain["base"], chain["step"], chain["length"])
        if name not in self._made:
            if len(self._made) >= KEPT:
                self._made.clear()
            self._made[name] = self._links(*name)
        return b64(self._made[name][index * SIZE :][:SIZE])

    def _links(self, id: str, base: int, step: int, length: int) -> bytes:
        link = derived(derived(self._seed, id, "farthing/voucher/1"), id, f"farthing/chain/1\n{base}\n{step}\n{length}")
        links, head = [link], b"fth/hc1" + unb64(id)
        for _ in range(length):
            links.append(hashlib.sha256(head + links[-1]).digest())
        return b"".join(reversed(links))


def chain_over(base: int, hold: int, step: int, seq: int) -> dict | None:
    """A chain that begins with the request of a number, as it is kept; none where what is held leaves no room for a link."""
    length = min((hold - base) // step, USUAL_LENGTH)
    return {"base": base, "step": step, "length": length, "index": 0, "seq": seq} if length > 0 else None


def fits(request: dict, price: int) -> bool:
    """True if each request costs a whole number of the links that a challenge proposes."""
    step, per = int(request["methodDetails"].get("step", 0)), request["methodDetails"].get("per", "1")
    return request.get("unitType") in CALLS and per == "1" and 0 < step <= price and price % step == 0


def index_of(chain: dict, units: int) -> int | None:
    """The link worth exactly that, if the chain has it and the site can hash its way there."""
    index, rest = divmod(units - chain["base"], chain["step"])
    good = rest == 0 and 0 <= index <= chain["length"] and abs(index - chain["index"]) <= MOST_STEPS
    return index if good else None
