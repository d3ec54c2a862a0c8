#!/usr/bin/env python3
# Checks what a payer can prove of a session of Farthing, with code of its own.
#
#     python3 session.py FILE
#
# FILE is what `farthing sessions export` wrote. Checks that the root key is its instance's and vouches for the receipt keys, that the
# payer's key signed the opening, that a receipt key signed each receipt, and that all of it can be true at once. Prints JSON; a finding
# is one line on standard error and exit status 1. It needs nothing but Python 3.10 and the files beside it.
import base64, hashlib, json, pathlib, struct, sys
from typing import Any
from books import PROOF, base32, base64url, bytes_of, canonical, climb, verify
from proofs import account, holds
from sessions import Finding, must


class Session:
    def __init__(self, file: dict[str, Any]) -> None:
        must(file["farthing"] == "farthing/session-proofs/1", "it is of another kind")
        self.file, self.instance, root = file, file["instance"], bytes_of(file["root_key"])
        own = base32(hashlib.sha256(b"farthing/instance/1\n" + root).digest()[:16])
        must(own == self.instance, "the root key is not the one of its instance")
        head = ["farthing/key/1", self.instance, "receipt"]
        signed = [key for key in file["receipt_keys"] if holds(root, bytes_of(key["signature"]), *head, key["key"])]
        self.keys = {hashlib.sha256(key := bytes_of(entry["key"])).digest()[:4]: key for entry in signed}
        must(bool(self.keys), "the root key signed none of the receipt keys")
        self.stands, self.until, self.ended, self.differs, self.opened = (0, 0, 0), None, None, [], None
        if file.get("opening"):
            self.opening(file["opening"])

    def opening(self, said: dict[str, str]) -> None:
        key, lines = bytes_of(said["key"]), [self.file["realm"], self.file["recipient"], self.file["currency"]]
        head = ["farthing/open/1", self.instance, said["challenge"], *lines, said["offer"], said["scope"]]
        head += [said[name] for name in ("hold", "first", "until", "kind")]
        head += [said.get(name) for name in ("step", "length", "anchor", "voucher_key")]
        good = base32(account(key)) == self.file["account"]
        good = good and holds(key, bytes_of(said["signature"]), *head, self.file["session"], self.file["account"])
        must(good, "its opening is not signed by its account")
        self.opened, self.until = int(said["hold"]), said["until"]

    # A receipt of the instance beside those before it. Requests at the same time are not counted in each other's, so only the end must
    # say at least as much as all of them.
    def receipt(self, value: str) -> None:
        said = json.loads(bytes_of(value))
        proof = bytes_of(said.pop("proof"))
        version, key_id, group, leaf, size = PROOF.unpack(proof[: PROOF.size])
        root = climb(hashlib.sha256(b"\0" + canonical(said)).digest(), leaf, size, proof[PROOF.size : -64])
        text = f"farthing/receipts/1\n{self.instance}\n{base64url(group.to_bytes(8, 'big'))}\n{size}\n{base64url(root)}"
        good = version == 1 and key_id in self.keys and verify(self.keys[key_id], text.encode(), proof[-64:])
        must(good, "no key of the instance proves it")
        own = [self.file[name] for name in ("session", "instance", "recipient", "currency")]
        must([said[name] for name in ("reference", "instance", "recipient", "currency")] == own, "it is of another session")
        self.until = self.until or said["until"]
        must(said["until"] == self.until, "it ends at another time")
        must(self.ended is None, "it follows the final one")
        now = hold, accepted, spent = int(said["hold"]), int(said["acceptedCumulative"]), int(said["spent"])
        must(spent <= accepted <= hold, f"of {hold} held it says {accepted} authorised and {spent} drawn")
        final = said["action"] == "close"
        less = hold < (self.opened or 0) or final and any(new < old for new, old in zip(now, self.stands))
        must(not less, "it takes back what was signed before")
        if final:
            captured, released = int(said["captured"]), int(said["released"])
            must(said["final"] == "true" and captured + released == hold and captured == spent, "its end does not add up")
            self.ended = {"captured": said["captured"], "released": said["released"]}
            if "agreed" in said:
                self.differs.append(f"the payer counted {said['agreed']} when it ended, the instance says that {spent} was drawn")
        self.stands = tuple(max(pair) for pair in zip(now, self.stands))


def main() -> None:
    where = sys.argv[1]
    try:
        file = json.loads(pathlib.Path(where).read_text("utf-8"))
        session = Session(file)
        for number, value in enumerate(file["receipts"], 1):
            where = f"{sys.argv[1]}, receipt {number}"
            session.receipt(value)
    except (Finding, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error) as finding:
        sys.exit(f"{where}: {finding if isinstance(finding, Finding) else f'it cannot be read ({finding!r})'}")
    id, (hold, accepted, spent) = base32(base64.urlsafe_b64decode(file["session"] + "==")), session.stands
    counted, differs = int(file["counted"]), session.differs
    if accepted > int(file["authorised"]):
        differs.append(f"the instance says that {accepted} was authorised, the payer authorised {file['authorised']}")
    if session.ended and spent != counted and not differs:
        differs.append(f"the payer counted {counted}, the instance says that {spent} was drawn")
    stands = {"hold": f"{hold}", "accepted": f"{accepted}", "spent": f"{spent}"} if file["receipts"] else None
    opened = None if session.opened is None else f"{session.opened}"
    report = {"holds": True, "session": id, "account": file["account"], "recipient": file["recipient"], "instance": file["instance"]}
    report |= {"currency": file["currency"], "opened": opened, "receipts": len(file["receipts"]), "stands": stands, "ended": session.ended}
    print(json.dumps(report | {"differs": differs}, indent=2))


main()
