"""What a payer signs of a session: its opening, its vouchers, its end. docs/sessions.md has the texts. No network code."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .chains import Chains, chain_over, derived, index_of
from .payer import Payer, public, signed

NO_CHAIN = dict.fromkeys(("step", "length", "anchor"))


def voucher_key(seed: bytes, id: str) -> Ed25519PrivateKey:
    """The key of a session's vouchers: made again from the wallet's seed and the id, so it is kept nowhere."""
    return Ed25519PrivateKey.from_private_bytes(derived(derived(seed, id, "farthing/voucher/1"), id, "farthing/voucher-key/1"))


def opening(payer: Payer, challenge, terms: tuple[str, int, int, str], begun: dict) -> tuple[dict, dict]:
    """A session about to be opened as it is kept, and the payload that opens it; terms: id, first voucher, hold, end. ``begun`` are
    the members of the chain that begins with it, if one does."""
    request, details, (id, first, hold, until) = challenge.request, challenge.request["methodDetails"], terms
    of, by = {name: request[name] for name in ("recipient", "currency")}, public(voucher_key(payer.seed, id))
    told = {"hold": str(hold), "first": str(first), "until": until, "kind": "chain" if begun else "signed"} | begun
    values = {"instance": details["instance"], "challenge": challenge.id, "realm": challenge.realm} | of
    values |= {name: details[name] for name in ("offer", "scope")} | told
    values |= NO_CHAIN | begun | {"voucherKey": by, "id": id, "account": payer.account}
    kept = of | {"id": id, "instance": details["instance"], "hold": told["hold"], "until": until, "open": False}
    kept |= {"authorised": first, "spent": 0, "seq": 1, "requests": 1, "receipts": [], "chain": None}
    opens = {"action": "open", "sessionId": id, "seq": "1", "key": payer.key} | told | {"voucherKey": by}
    return kept, opens | {"signature": signed("farthing/open/1", values, payer.signer)} | payer.named


def begins(chains: Chains, id: str, chain: dict | None) -> dict:
    """How a chain is told where it begins: the members of an opening or a checkpoint."""
    return {"step": str(chain["step"]), "length": str(chain["length"]), "anchor": chains.link(id, chain, 0)} if chain else {}


def voucher(payer: Payer, kept: dict, units: int, chains: Chains, as_signed: bool = False) -> dict:
    """The voucher for so much in all: a link where one fits, else a signature, and with it the next chain where the one before is used
    up. ``kept`` is changed to what the session stands at once it is shown."""
    id, chain, told = kept["id"], kept.get("chain"), {"action": "voucher", "sessionId": kept["id"], "seq": str(kept["seq"])}
    # What begins a chain has to be answered first: of requests at the same time another might come before it.
    index = index_of(chain, units) if chain and kept["live"] and not as_signed else None
    if index is not None:
        chain["index"] = max(index, chain["index"])
        kept["authorised"] = max(units, kept["authorised"])
        return told | {"index": str(index), "link": chains.link(id, chain, index)}
    begun = {}
    # A checkpoint has to raise, or it begins nothing.
    if chain and (units - chain["base"]) // chain["step"] > chain["length"] and units > kept["authorised"]:
        kept |= {"chain": chain_over(units, int(kept["hold"]), chain["step"], kept["seq"]), "live": False}
        begun = begins(chains, id, kept["chain"])
    kept["authorised"] = max(units, kept["authorised"])
    values = {"instance": kept["instance"], "id": id, "recipient": kept["recipient"], "currency": kept["currency"]}
    values |= {"cumulative": str(units)} | NO_CHAIN | begun | {"account": payer.account}
    signature = signed("farthing/voucher/1", values, voucher_key(payer.seed, id))
    return told | {"cumulative": str(units)} | begun | {"signature": signature}


def closing(payer: Payer, kept: dict) -> dict:
    """The end of a session of which so much was counted as spent."""
    id, agreed, seq = kept["id"], str(kept["spent"]), str(kept["seq"] + 1)
    values = {"instance": kept["instance"], "id": id, "agreed": agreed, "account": payer.account}
    signature = signed("farthing/close/1", values, voucher_key(payer.seed, id))
    return {"action": "close", "sessionId": id, "seq": seq, "agreed": agreed, "signature": signature}
