# Every signature of payers and every link of sessions in a journal again: written from docs/journal-format.md and docs/sessions.md.
# What sessions authorised is made anew from these alone; nothing may be drawn beyond it.
import base64, bisect, datetime, hashlib
from typing import Any
import ed25519
from sessions import must

KINDS = ("trusted", "signed", "chain")
APART = 64  # links that are remembered of a chain stand at least so far apart


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def moment(micros: int) -> str:
    return datetime.datetime.fromtimestamp(micros // 10**6, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# The account whose first key is this one.
def account(key: bytes) -> bytes:
    return hashlib.sha256(b"farthing/account/1\n" + key).digest()[:20]


def holds(key: bytes, signature: bytes, *lines: Any) -> bool:
    text = "\n".join("" if line is None else line if isinstance(line, str) else str(line) for line in lines)
    return ed25519.verify(key, text.encode(), signature)


# The link so many steps before one.
def hashed(session: bytes, link: bytes, steps: int) -> bytes:
    for _ in range(steps):
        link = hashlib.sha256(b"fth/hc1" + session + link).digest()
    return link


class Chain:
    def __init__(self, base: int, step: int, length: int, anchor: bytes) -> None:
        self.base, self.step, self.length, self.links, self.top = base, step, length, {0: anchor}, [0]

    def holds(self, session: bytes, index: int, link: bytes) -> bool:
        if index > self.length:
            return False
        if index <= self.top[-1]:
            above = self.top[bisect.bisect_left(self.top, index)]
            return hashed(session, self.links[above], above - index) == link
        below = self.top[-1]
        if hashed(session, link, index - below) != self.links[below]:
            return False
        if len(self.top) > 1 and below - self.top[-2] < APART:
            del self.links[self.top.pop()]
        self.links[index] = link
        self.top.append(index)
        return True


class Session:
    def __init__(self, books: Any, record: Any) -> None:
        offer, self.asset, self.cap, first, until, (kind, _), key, step, length, anchor, (signed, proof) = record.body
        self.id, self.payer, self.name = record.command, record.maker, f"session {base32(record.command)}"
        self.instance, self.payee, realm = base32(books.founding[0]), books.offers[offer][1], books.offers[offer][2]
        self.key, self.trusted, self.authorised, self.checkpoint = key, not kind, first if kind else self.cap, 0
        self.chain, self.before = Chain(first, step, length, anchor) if kind == 2 else None, None
        self.signatures = signed
        must(signed or not kind, f"{record.where}: {self.name}: its payer did not sign its opening")
        if signed:
            by, signature, challenge, scope = proof
            head = ["farthing/open/1", self.instance, base64url(challenge), realm, self.payee, self.asset, base64url(offer), scope]
            head += [self.cap, first, moment(until), KINDS[kind], *([step, length, base64url(anchor)] if kind == 2 else [None] * 3)]
            # Who signs vouchers with the key that opened need not name it.
            names = [base64url(key)] + ([None] if by == key else [])
            tail = [base64url(self.id), base32(self.payer)]
            good = account(by) == self.payer and any(holds(by, signature, *head, name, *tail) for name in names)
            must(good, f"{record.where}: {self.name}: the signature of its opening does not hold")

    # A voucher: what it authorises, and what it is counted as.
    def shown(self, where: str, case: int, fields: Any) -> str:
        where = f"{where}: {self.name}"
        must(not self.trusted, f"{where}: it has a voucher, and is for none")
        if case == 2:
            checkpoint, index, link = fields
            chain = self.chain if checkpoint == self.checkpoint else self.before if checkpoint + 1 == self.checkpoint else None
            must(chain is not None, f"{where}: link {index} is of chain {checkpoint}, which is not its own")
            good = chain.holds(self.id, index, link)
            must(good, f"{where}: link {index} of chain {checkpoint} does not hash to the link before it")
            if chain is self.chain:
                self.authorised = max(self.authorised, chain.base + index * chain.step)
            return "links"
        cumulative, signature, *chain = fields
        lines = [*chain[:2], base64url(chain[2])] if chain else [None] * 3
        text = ["farthing/voucher/1", self.instance, base64url(self.id), self.payee, self.asset, cumulative, *lines, base32(self.payer)]
        must(holds(self.key, signature, *text), f"{where}: no signature of its voucher key holds over {cumulative}")
        if cumulative > self.authorised:
            self.authorised = cumulative
            if chain:
                self.before, self.chain, self.checkpoint = self.chain, Chain(cumulative, *chain), self.checkpoint + 1
        return "signatures"


class Proofs:
    def __init__(self) -> None:
        self.sessions: dict[bytes, Session] = {}
        self.count = {"purchases": 0, "signatures": 0, "links": 0}

    # Takes in a record that `books` has taken in.
    def enter(self, books: Any, record: Any) -> None:
        where, body, kind = record.where, record.body, record.kind
        if kind == 6 and body[5][0] in (1, 3):
            self.purchase(books, record)
        if kind == 27 and body[0] == 0:
            self.purchase(books, record._replace(body=body[1]), "upto")
        if kind == 12:
            self.sessions[record.command] = Session(books, record)
            self.count["signatures"] += self.sessions[record.command].signatures
        session = self.sessions.get(body[0] if kind in (17, 20) else record.command)
        if session is None or kind not in (13, 14, 15, 17, 18, 19, 20, 21, 22, 24, 28, 29):
            return
        if kind in (13, 14, 22, 29) and body[2][0]:
            self.count[session.shown(where, *body[2])] += 1
        if kind == 17:
            _, additional, (signed, proof) = body
            must(signed or session.trusted, f"{where}: {session.name}: its payer did not sign that more is held")
            if signed:
                lines = [session.payee, session.asset, additional, base64url(record.command), base32(session.payer)]
                text = ["farthing/topup/1", session.instance, base64url(session.id), *lines]
                good = account(proof[0]) == session.payer and holds(proof[0], proof[1], *text)
                must(good, f"{where}: {session.name}: no signature of its payer holds over {additional} more")
                self.count["signatures"] += 1
            session.cap += additional
            session.authorised = session.cap if session.trusted else session.authorised
        if kind == 19 and body[0] == 0:
            agreed, _, signature, *_ = body[1]
            text = ["farthing/close/1", session.instance, base64url(session.id), agreed, base32(session.payer)]
            good = holds(session.key, signature, *text)
            must(good, f"{where}: {session.name}: the signature of its end does not hold")
            self.count["signatures"] += 1
        facts, most = books.sessions.sessions[session.id], min(session.authorised, session.cap)
        must(facts.accepted <= most, f"{where}: {session.name}: {facts.accepted} are said to be authorised, its vouchers prove {most}")
        must(facts.captured <= facts.drawn <= most, f"{where}: {session.name}: {facts.drawn} are drawn, its vouchers prove {most}")
        if facts.ended:
            del self.sessions[session.id]

    # The signature of a purchase: under a challenge of its own, also up to an amount, a standing one, or, without any, as a settlement.
    def purchase(self, books: Any, record: Any, word: str = "charge") -> None:
        payer, offer, _, amount, asset, (case, signed) = record.body
        key, signature, challenge, _, expires, digest, line, realm, *asked = signed
        instance, payee = base32(books.founding[0]), books.offers[offer][1]
        text = [f"farthing/{'pay' if asked else word}/1", instance, base64url(challenge), realm, payee, amount, asset]
        text += [*asked, digest, base64url(record.command)] if asked else [base64url(offer), digest, moment(expires)]
        if not any(challenge):
            text = ["farthing/settle/1", instance, base64url(record.command), payee, amount, asset, moment(expires)]
        good = account(key) == payer and line == base32(payer) and holds(key, signature, *text, line)
        must(good, f"{record.where}: the purchase's signature does not hold over the facts of the record")
        self.count["purchases"] += 1
