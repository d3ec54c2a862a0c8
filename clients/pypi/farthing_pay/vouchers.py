"""What a payer signs of a session: its opening, its vouchers, its end. docs/sessions.md has the texts. No network code."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .payer import Payer, public, signed, unb64

NO_CHAIN = dict.fromkeys(("step", "length", "anchor"))


def voucher_key(seed: bytes, id: str) -> Ed25519PrivateKey:
    """The key of a session's vouchers: made again from the wallet's seed and the id, so it is kept nowhere."""
    for info in (b"farthing/voucher/1", b"farthing/voucher-key/1"):
        seed = HKDF(SHA256(), 32, unb64(id), info).derive(seed)
    return Ed25519PrivateKey.from_private_bytes(seed)


def opening(payer: Payer, challenge, terms: tuple[str, int, int, str]) -> tuple[dict, dict]:
    """A session about to be opened as it is kept, and the payload that opens it; terms: id, first voucher, hold, end."""
    request, details, (id, first, hold, until) = challenge.request, challenge.request["methodDetails"], terms
    of, by = {name: request[name] for name in ("recipient", "currency")}, public(voucher_key(payer.seed, id))
    told = {"hold": str(hold), "first": str(first), "until": until, "kind": "signed"}
    values = {"instance": details["instance"], "challenge": challenge.id, "realm": challenge.realm} | of
    values |= {name: details[name] for name in ("offer", "scope")} | told | NO_CHAIN | {"voucherKey": by, "id": id, "account": payer.account}
    kept = of | {"id": id, "instance": details["instance"], "hold": told["hold"], "until": until, "open": False}
    kept |= {"authorised": first, "spent": 0, "seq": 1, "requests": 1, "receipts": []}
    opens = {"action": "open", "sessionId": id, "seq": "1", "key": payer.key} | told | {"voucherKey": by}
    return kept, opens | {"signature": signed("farthing/open/1", values, payer.signer)} | payer.named


def voucher(payer: Payer, kept: dict, units: int) -> dict:
    """The voucher for so much in all."""
    values = {"instance": kept["instance"], "id": kept["id"], "recipient": kept["recipient"], "currency": kept["currency"]}
    values |= {"cumulative": str(units)} | NO_CHAIN | {"account": payer.account}
    signature = signed("farthing/voucher/1", values, voucher_key(payer.seed, kept["id"]))
    return {"action": "voucher", "sessionId": kept["id"], "seq": str(kept["seq"]), "cumulative": str(units), "signature": signature}


def closing(payer: Payer, kept: dict) -> dict:
    """The end of a session of which so much was counted as spent."""
    id, agreed, seq = kept["id"], str(kept["spent"]), str(kept["seq"] + 1)
    values = {"instance": kept["instance"], "id": id, "agreed": agreed, "account": payer.account}
    signature = signed("farthing/close/1", values, voucher_key(payer.seed, id))
    return {"action": "close", "sessionId": id, "seq": seq, "agreed": agreed, "signature": signature}
