#!/usr/bin/env python3
"""Recomputes every balance of a Farthing journal with code of its own, written from docs/journal-format.md alone.

    python3 audit.py JOURNAL-FOLDER

Prints JSON: frames and records read, the head's hash, every account with its balance, and per asset the sum over all
accounts, which is zero. A finding is one line on standard error and exit status 1. Needs nothing but Python 3.
"""

import hashlib
import json
import pathlib
import sys

MAGIC, HEAD_MAGIC, SEAL_MAGIC = b"\xfaFRAME\r\n", b"\xfaHEADS\r\n", b"\xfaSEALS\r\n"
KINDS, BLOCK, FOOTER = (".frames", ".segment", ".open"), 4096, 140
CLASSES = {1: "funded", 2: "earned-pending", 3: "fee", 4: "rail"}
TABLE = []
for entry in range(256):
    for _ in range(8):
        entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
    TABLE.append(entry)


class Finding(Exception):
    """What is wrong with the journal."""


def must(holds, what):
    if not holds:
        raise Finding(what)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def number(data, at, size):
    return int.from_bytes(data[at : at + size], "little")


def padded(at):
    return -(-at // BLOCK) * BLOCK


def begins(data, at):
    """Whether a frame was begun here: a header whose checksum holds."""
    head = data[at : at + 88]
    return len(head) == 88 and head[:8] == MAGIC and crc32c(head[:84]) == number(head, 84, 4)


def torn(data, at, kind):
    """Whether what stands at `at` of the last file can be a write that a crash cut short."""
    if kind == ".frames":
        return len(data) < at + 88 or begins(data, at) and len(data) < at + 88 + number(data, at + 44, 4)
    end, stop = len(data.rstrip(b"\0")), at + 88 + number(data, at + 44, 4)
    if begins(data, at):
        whole = stop <= len(data) and crc32c(data[at + 88 : stop]) == number(data, at + 80, 4)
        return not whole and end <= padded(stop)
    return not any(begins(data, later) for later in range(at + BLOCK, end, BLOCK))


class Fields:
    """Takes fields off the front of a record."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        must(self.at <= len(self.data), "the record ends inside a field")
        return self.data[self.at - size : self.at]

    def count(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def amount(self):
        must(self.count(8) < 1 << 63, "an amount is above 2^63 - 1")

    def text(self):
        try:
            return self.take(self.count(2)).decode()
        except UnicodeDecodeError:
            raise Finding("a text is not UTF-8") from None

    def texts(self, texts):
        for _ in range(texts):
            self.text()

    def one_of(self, what, cases):
        """A byte that names a case, then what the case carries."""
        kind = self.count(1)
        must(kind in cases, f"{what} {kind} is unknown")
        return cases[kind](self) if cases[kind] else None


def price(f):
    f.amount()
    f.text()


def leg_rule(f):
    f.text()
    f.one_of("beneficiary", {0: None, 1: Fields.text, 2: None})
    f.one_of("share", {0: None, 1: lambda f: f.take(2), 2: Fields.amount})


def offer(f):
    f.texts(4)
    f.one_of("price", {0: None, 1: price, 2: price})
    for _ in range(f.count(2)):
        leg_rule(f)
    f.take(8 + 2)
    f.one_of("flag", {0: None, 1: lambda f: f.take(8)})


def top_up(f):
    f.take(20)
    f.text()
    f.amount()
    f.amount()


def purchase(f):
    f.take(20 + 32)
    f.text()
    f.amount()
    f.text()
    f.one_of("consent", {0: None, 1: lambda f: (f.take(32 + 64 + 32 + 16 + 8), f.texts(3))})


def refund(f):
    f.take(16)
    f.one_of("reason", {0: lambda f: f.take(20), 1: lambda f: f.take(20), 2: None, 3: None})


def guard(f):
    f.take(20)
    f.one_of("scope", {0: None, 1: Fields.text})
    f.one_of("window", {0: None, 1: None})
    f.text()
    f.one_of("flag", {0: None, 1: Fields.amount})


BODIES = {
    1: lambda f: f.take(16 + 32 + 32),
    2: lambda f: (f.text(), f.take(20)),
    3: offer,
    4: lambda f: f.texts(2),
    5: top_up,
    6: purchase,
    7: refund,
    8: guard,
}


def sale(f):
    f.take(16)
    f.amount()


EFFECTS = {1: None, 2: None, 3: lambda f: f.take(32), 4: lambda f: f.take(32), 5: Fields.amount, 6: sale, 7: sale, 8: None}


class Audit:
    """The books as the legs alone make them."""

    def __init__(self):
        self.frames = self.records = self.sequence = self.epoch = self.time = self.torn = 0
        self.first = self.began = 0
        self.hash, self.hashes, self.accounts, self.keys = bytes(32), {}, [], set()

    def record(self, data):
        f = Fields(data)
        f.take(16)
        f.one_of("maker", {0: None, 1: lambda f: f.take(20)})
        f.one_of("command", BODIES)
        f.one_of("effect", EFFECTS)
        for _ in range(f.count(2)):
            self.open(f)
        sums, touched = {}, []
        for _ in range(f.count(2)):
            at, units = f.count(4), f.count(8, signed=True)
            must(at < len(self.accounts), f"a leg names account {at}, which was never opened")
            account = self.accounts[at]
            account["balance"] += units
            sums[account["asset"]] = sums.get(account["asset"], 0) + units
            touched.append((at, account))
        must(f.at == len(data), "bytes are left over after the record")
        for asset, units in sums.items():
            must(units == 0, f"its legs in {asset} sum to {units}")
        for at, account in touched:
            must(account["balance"] >= 0 or account["class"] == "rail", f"it leaves account {at} below zero")
        self.records += 1

    def open(self, f):
        party, asset, kind = f.take(20).hex(), f.text(), f.count(1)
        must(kind in CLASSES, f"account class {kind} is unknown")
        lot = f.one_of("flag", {0: None, 1: lambda f: f.take(16).hex()})
        key = (party, asset, kind, lot)
        must(key not in self.keys, f"it opens account {len(self.accounts)}, which is open already")
        self.keys.add(key)
        self.accounts.append({"party": party, "asset": asset, "class": CLASSES[kind], "lot": lot, "balance": 0})

    def frame(self, data, at, kind, last_file):
        """Checks and reads the frame at `at`; where the next one begins."""
        if kind == ".open" and not any(data[at:]):
            return len(data)
        head = data[at : at + 88]
        body = data[at + 88 : at + 88 + number(head, 44, 4)]
        if last_file and torn(data, at, kind):
            self.torn = len(data.rstrip(b"\0") if kind == ".open" else data) - at
            return len(data)
        must(head[:8] == MAGIC[: len(head)], "no frame begins here")
        must(len(head) == 88, "the frame is incomplete")
        must(crc32c(head[:84]) == number(head, 84, 4), "the header's checksum does not hold")
        must(number(head, 8, 2) in (1, 2), f"frame format {number(head, 8, 2)} is unknown")
        must(number(head, 10, 2) == 0 and number(head, 44, 4) <= 1 << 24, "a field of the header is out of range")
        must(len(body) == number(head, 44, 4), "the frame is incomplete")
        must(crc32c(body) == number(head, 80, 4), "the body's checksum does not hold")
        must(0 < number(head, 24, 8) == self.sequence + 1 < 1 << 48, "the sequence is not the next")
        must(head[48:80] == self.hash, "the previous hash is not that of the frame before")
        must(number(head, 16, 8) >= self.epoch, "the epoch falls")
        must(number(head, 32, 8) > self.time or self.sequence == 0, "the time does not rise")
        must(number(head, 40, 4) == 1, f"rules version {number(head, 40, 4)} is unknown")
        self.epoch, self.time = number(head, 16, 8), number(head, 32, 8)
        fields, count = Fields(body), 0
        while fields.at < len(body):
            try:
                self.record(fields.take(fields.count(4)))
            except Finding as finding:
                raise Finding(f"record {count}: {finding}") from None
            count += 1
        must(count == number(head, 12, 4) <= 1 << 16, "the records are not as many as the header says")
        self.hash = self.hashes[self.sequence + 1] = hashlib.sha256(self.hash + head + body).digest()
        self.sequence, self.frames = self.sequence + 1, self.frames + 1
        self.began = self.time if self.sequence == self.first else self.began
        return padded(at + 88 + len(body)) if kind == ".open" else at + 88 + len(body)

    def journal(self, folder):
        files = sorted((f for f in folder.iterdir() if f.suffix in KINDS), key=lambda f: (f.stem, KINDS.index(f.suffix)))
        # An active file stays beside its segment for a moment; the segment counts.
        files = [f for f in files if f.suffix != ".open" or not f.with_suffix(".segment").exists()]
        must(files, f"{folder} holds no journal")
        acknowledged = recorded(folder / "head")
        for file in files:
            data, at, self.first = file.read_bytes(), 0, self.sequence + 1
            must(file.stem == f"{self.first:020}", f"{file}: frame {self.first} is next: a file is missing or renamed")
            footer = data[-FOOTER:] if file.suffix == ".segment" else b""
            data = data[: len(data) - len(footer)]
            while at < len(data):
                try:
                    at = self.frame(data, at, file.suffix, file == files[-1])
                except Finding as finding:
                    raise Finding(f"{file}, offset {at}, frame {self.sequence + 1}: {finding}") from None
            must(self.sequence >= self.first or file == files[-1], f"{file}: empty, and a later file exists")
            if file.suffix == ".segment":
                facts = (self.first, self.sequence, self.sequence - self.first + 1, len(data), self.began, self.time, self.epoch)
                expected = SEAL_MAGIC + bytes([1, 0, 0, 0, 0, 0, 0, 0]) + b"".join(n.to_bytes(8, "little") for n in facts) + self.hash
                expected += hashlib.sha256(data + expected).digest()
                must(footer == expected + crc32c(expected).to_bytes(4, "little"), f"{file}, offset {len(data)}: the footer is not that of its frames")
        sequence, known = acknowledged
        must(self.hashes.get(sequence, known) == known, f"frame {sequence} is not the one that was acknowledged")
        must(self.sequence >= sequence, f"the journal ends at frame {self.sequence}, but frame {sequence} was acknowledged")

    def report(self):
        sums = {}
        for account in self.accounts:
            sums[account["asset"]] = sums.get(account["asset"], 0) + account["balance"]
        facts = {"frames": self.frames, "records": self.records, "head": self.hash.hex(), "torn_bytes": self.torn}
        accounts = [{"number": at, **account, "balance": str(account["balance"])} for at, account in enumerate(self.accounts)]
        return {**facts, "accounts": accounts, "sums": {asset: str(units) for asset, units in sorted(sums.items())}}


def recorded(file):
    """Sequence and hash of the frame that was acknowledged last, as far as the file `head` tells."""
    data = file.read_bytes() if file.exists() else b""
    slots = [slot for slot in (data[:76], data[4096:4172]) if len(slot) == 76 and slot[:8] == HEAD_MAGIC]
    whole = [slot for slot in slots if crc32c(slot[:72]) == number(slot, 72, 4)]
    return max(((number(slot, 24, 8), slot[40:72]) for slot in whole), default=(0, bytes(32)))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: python3 audit.py JOURNAL-FOLDER")
    audit = Audit()
    try:
        audit.journal(pathlib.Path(sys.argv[1]))
    except Finding as finding:
        sys.exit(str(finding))
    print(json.dumps(audit.report(), indent=2))


main()
