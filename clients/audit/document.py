#!/usr/bin/env python3
# Checks a statement or receipt of Farthing that somebody kept, with code of its own.
#
#     python3 document.py DOCUMENT.json FARTHING.json
#
# DOCUMENT is the signed JSON, as the wallet gives it or as it is embedded in its PDF; FARTHING is what the instance publishes at
# /.well-known/farthing.json. Checks that the root key vouches for the receipt key, that the receipt key signed the document, and
# that a statement adds up. Prints what it is; a finding is one line on standard error and exit status 1. It needs nothing but
# Python 3.10 and the file ed25519.py beside it.
import base64, hashlib, json, pathlib, sys, typing
from ed25519 import verify


def canonical(fields: dict[str, typing.Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def must(holds: bool, what: str) -> None:
    if not holds:
        sys.exit(what)


# The receipt key that made the proof, if the root key vouches for it and the root key is the instance's.
def key_of(facts: dict[str, typing.Any], key_id: bytes) -> bytes:
    root = bytes_of(facts["root_key"])
    digest = hashlib.sha256(b"farthing/instance/1\n" + root).digest()[:16]
    must(base64.b32encode(digest).decode().rstrip("=").lower() == facts["instance"], "the root key is another instance's")
    for entry in facts["receipt_keys"]:
        key, text = bytes_of(entry["key"]), f"farthing/key/1\n{facts['instance']}\nreceipt\n{entry['key']}"
        if hashlib.sha256(key).digest()[:4] == key_id:
            must(verify(root, text.encode(), bytes_of(entry["signature"])), "the root key does not vouch for the receipt key")
            return key
    sys.exit("no key that is published made this proof")


# That so many units cost so much. What is charged is rounded down once for all units of a session and offer version from the first
# on, so that a capture of some of them may come to one base unit more than they alone would.
def is_priced(facts: dict[str, typing.Any], amount: int) -> None:
    whole, rest = divmod(int(facts["units"]) * int(facts["unit_price"]), int(facts["per"]))
    must(amount == whole or (rest > 0 and amount == whole + 1), "units at their price are not what was captured")


# That a statement's figures follow from its rows.
def adds_up(document: dict[str, typing.Any]) -> None:
    amounts = [int(row["amount"]) for row in document["rows"]]
    must(int(document["opening"]) + sum(amounts) == int(document["closing"]), "opening and movements are not closing")
    must(sum(units for units in amounts if units > 0) == int(document["in"]), "what came in is another sum")
    must(sum(units for units in amounts if units < 0) == int(document["out"]), "what went out is another sum")
    paid = -sum(int(row["amount"]) for row in document["rows"] if row["kind"] in ("sale", "tip", "session"))
    for row in document["rows"]:
        if row["kind"] == "session":
            is_priced(row, -int(row["amount"]))
    back = sum(int(row["amount"]) for row in document["rows"] if row["kind"] == "refund")
    division = document["division"]
    parts = sum(int(part["amount"]) for part in division["payees"] + division["fees"]) + int(division["tips"])
    must(paid == int(division["total"]) == parts + back and back == int(division["refunds"]), "the parts are not what was paid")


def main() -> None:
    document, facts = (json.loads(pathlib.Path(name).read_text("utf-8")) for name in sys.argv[1:3])
    proof = bytes_of(document.pop("proof"))
    must(len(proof) == 69 and proof[0] == 1, "its proof is of another kind")
    must(document["instance"] == facts["instance"], "it is of another instance")
    kind = document.get("kind", "receipt")
    digest = base64url(hashlib.sha256(canonical(document)).digest())
    text = f"farthing/document/1\n{document['instance']}\n{kind}\n{digest}"
    must(verify(key_of(facts, proof[1:5]), text.encode(), proof[5:]), "its signature does not hold")
    if kind == "statement":
        adds_up(document)
        print(f"statement {document['month']} of {document['account']}: {len(document['rows'])} rows, {document['state']}, good")
    else:
        if "units" in document:
            is_priced(document, int(document["charged"]))
        must(sum(int(leg["amount"]) for leg in document["legs"].values()) == int(document["charged"]), "the legs are not what was charged")
        print(f"receipt {document['serial']}: good")


main()
