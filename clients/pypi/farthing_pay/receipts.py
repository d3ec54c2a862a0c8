"""What an instance signs: its keys, and the receipts that they prove. Needs SHA-256 and Ed25519, nothing of ours."""

import base64
import hashlib
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .payer import b64, unb64


def read(header: str | None) -> dict | None:
    """A receipt as it stands in ``Payment-Receipt``, unproved."""
    return json.loads(unb64(header)) if header else None


def keys_of(document: dict, instance: str) -> dict:
    """The keys in a site's ``/.well-known/farthing.json``: those that the root key signed, whose hash is the instance."""
    root, shown = document["root_key"], document["receipt_keys"]
    own = base64.b32encode(hashlib.sha256(b"farthing/instance/1\n" + unb64(root)).digest()[:16]).decode().rstrip("=").lower()
    good = [one for one in shown if _holds(root, f"farthing/key/1\n{instance}\nreceipt\n{one['key']}", unb64(one["signature"]))]
    if own != instance or not good:
        raise ValueError(f"farthing: the site does not show the keys of {instance}")
    return {"root_key": root, "receipt_keys": [{"key": one["key"], "signature": one["signature"]} for one in good]}


def is_proved(header: str, instance: str, keys: dict) -> bool:
    """True if one of the keys signed the receipt: alone, or with others in a tree (RFC 9162)."""
    fields = read(header)
    proof = unb64(fields.pop("proof", ""))
    if len(proof) < 81 or proof[0] != 1:
        return False
    canonical = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    at, size, path = int.from_bytes(proof[13:15], "big"), int.from_bytes(proof[15:17], "big"), proof[17:-64]
    node, left = hashlib.sha256(b"\0" + canonical.encode()).digest(), size
    while left > 1:
        if at ^ 1 < left:
            beside, path = path[:32], path[32:]
            node = hashlib.sha256(b"\1" + (beside + node if at & 1 else node + beside)).digest()
        at, left = at >> 1, left + 1 >> 1
    text = "\n".join(["farthing/receipts/1", instance, b64(proof[5:13]), str(size), b64(node)])
    named = [one["key"] for one in keys["receipt_keys"] if hashlib.sha256(unb64(one["key"])).digest()[:4] == proof[1:5]]
    return fields.get("instance") == instance and not path and any(_holds(key, text, proof[-64:]) for key in named)


def _holds(key: str, text: str, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(unb64(key)).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
