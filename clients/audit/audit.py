#!/usr/bin/env python3
# Recomputes every balance of a Farthing journal with code of its own, written from docs/journal-format.md alone.
#
#     python3 audit.py [--proofs] JOURNAL-FOLDER [RECEIPTS]
#
# Checks every checksum, the hash chain, the footers and the recorded head; that the legs of each record sum to zero, keep to the
# floors and name the posting before them; that a sale takes from its payer what it charges, and refunds reverse a sale once, whole
# or in parts; that a session's draws cost what its rates give and stay within its vouchers, its captures within its draws, and its
# hold is covered; that a purchase up to an amount costs what its units do, and no more; that what a payer of a coin signed is taken
# once. With --proofs also every signature of payers and every link of sessions, see proofs.py and coins.py. RECEIPTS is what
# `farthing export --receipts` wrote: each is checked against the journal and its key, see books.py.
# Prints JSON: every account with its balance, and per asset the sum over all, which is zero. A finding is one line on standard error and
# exit status 1; the first in the journal ends the audit, since what follows rests on it; of receipts all are named. It needs
# nothing but Python 3.10 and the files beside it.
import collections, functools, hashlib, io, json, pathlib, struct, sys, typing
from books import Books, Finding, Record, must
from proofs import Proofs

FRAME, HEADS, SEALS = b"\xfaFRAME\r\n", b"\xfaHEADS\r\n", b"\xfaSEALS\r\n"
HEADER, FOOTER, HEAD = struct.Struct("<8sHHIQQQII32sII"), struct.Struct("<8sH6x7Q32s"), struct.Struct("<8sH6xQQQ32sI")
# The kinds of files, and multiples of how many bytes their frames begin at; the classes of accounts.
ALIGNED, CLASSES = {".frames": 1, ".open": 4096, ".segment": 1, ".blocks": 4096}, {1: "funded", 2: "earned-pending", 3: "fee", 4: "rail"}
CRC = [functools.reduce(lambda crc, _: crc >> 1 ^ 0x82F63B78 * (crc & 1), range(8), byte) for byte in range(256)]

# Layouts: so many bytes; a number, as `struct` spells it; a text; fields in order; a list of what repeats; cases by their byte.
U16, U32, U64, I64, TEXT, NONE = "<H", "<I", "<Q", "<q", "text", ()
U8, PRICE, SHARE = "<B", (U64, TEXT), (TEXT, {0: NONE, 1: TEXT, 2: NONE}, {0: NONE, 1: U16, 2: U64})
METERED = (U64, TEXT, U64, TEXT, U64)
FILM, FALLS = (*METERED, U64, U64), (*PRICE, U64, U64, [(U64, U64)])
PRICES = {0: NONE, 1: PRICE, 2: PRICE, 3: METERED, 4: FILM, 8: (*FILM, U8), 9: FALLS}
LASTS = {0: NONE, 1: U64, 2: NONE, 3: U64, 4: NONE, 5: U64}
OFFER = (TEXT, TEXT, TEXT, TEXT, PRICES, [SHARE], U64, U16, LASTS)
SIGNED = (32, 64, 32, 16, U64, TEXT, TEXT, TEXT)
PURCHASE = (20, 32, TEXT, U64, TEXT, {0: NONE, 1: SIGNED, 2: NONE, 3: (*SIGNED, TEXT, TEXT)})
BODY = {1: (16, 32, 32), 2: (TEXT, 20), 3: OFFER, 4: (TEXT, TEXT), 5: (20, TEXT, U64, U64), 6: PURCHASE, 9: (20, TEXT, U64)}
BODY |= {7: (16, {0: 20, 1: 20, 2: NONE, 3: NONE}), 8: (20, {0: NONE, 1: TEXT}, dict.fromkeys(range(3), NONE), TEXT, {0: NONE, 1: U64})}
PROOF, ENDS = {0: NONE, 1: (32, 64, 32, TEXT)}, {0: (U64, 32, 64, 32, TEXT), 1: 20, 2: NONE, 3: NONE, 4: NONE}
VOUCHER = {0: NONE, 1: (U64, 64), 2: (U16, U16, 32), 3: (U64, 64, U64, U16, 32)}
BODY[13] = BODY[14] = BODY[22] = (U32, U32, VOUCHER, U8, {0: NONE, 1: 32}, U64)
BODY |= {12: (32, TEXT, U64, U64, U64, dict.fromkeys(range(3), NONE), 32, U64, U16, 32, PROOF), 15: (U32, U16, U64, U64)}
BODY |= {16: [U64], 17: (16, U64, PROOF), 18: U32, 19: ENDS, 28: (U32, U64, U64, U8, {0: NONE, 1: 32})}
BODY |= {23: (TEXT, TEXT, TEXT, U64), 24: (16, U64, U64, U64, U8), 27: {0: PURCHASE, 1: (PURCHASE, U64), 2: NONE}, 29: (*BODY[22], U64)}
BODY |= {20: (16, U8, U64, U64), 21: (*BODY[24], 16)}
COIN = (TEXT, 20, TEXT, TEXT, U8)
BODY |= {25: (32, TEXT, U64, TEXT, *COIN, 20, 16, 20, 32, U64, U64, 65, U64), 26: {0: 32, 1: NONE, 2: NONE}}
BODY |= {10: BODY[8], 11: (*BODY[7], {0: NONE, 1: U64}, dict.fromkeys(range(5), NONE))}
EFFECT = {1: NONE, 2: NONE, 3: 32, 4: 32, 5: U64, 6: (16, U64), 7: (16, U64), 8: NONE, 9: U64, 11: (16, U64, U64)}
EFFECT |= {12: U64, 13: (U8, U64), 14: U64, 16: NONE, 17: U64, 18: (16, U64), 19: NONE, 20: U64, 23: NONE, 25: U64, 26: U64, 27: U64}
EFFECT[21] = EFFECT[24] = EFFECT[29] = (U8, U64, U64)
# A guard that asks is a guard; what is given back in parts may be the last of them; settling and watching draw; an end may be two
# things; a call and a service reserve; what an event names may be gone; what was promised is sold, or given back.
DONE = {10: (8,), 11: (7, 11), 15: (13,), 19: (19, 20), 20: (14,), 21: (21, 24), 22: (14,), 27: (6, 27), 28: (13,)}
ACCOUNT, LEG = (20, TEXT, dict.fromkeys(CLASSES, NONE), {0: NONE, 1: 16}), {1: (U32, I64), 2: (U32, I64, U64)}


def crc32c(data: bytes, crc: int = 0xFFFFFFFF) -> int:
    for byte in data:
        crc = CRC[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def read(f: io.BytesIO, layout: typing.Any) -> typing.Any:
    match layout:
        case int(): return f.read(layout)
        case "text": return read(f, read(f, U16)).decode()
        case str(): return struct.unpack(layout, f.read(struct.calcsize(layout)))[0]
        case tuple(): return [read(f, part) for part in layout]
        case list(): return [read(f, layout[0]) for _ in range(read(f, U16))]
        case dict(): return (case := f.read(1)[0]), read(f, layout[case])


# Whether `length` bytes under `magic` and their checksum stand at `at`: for a frame, whether it was begun here.
def begun(data: bytes, at: int, magic: bytes, length: int) -> bool:
    checksum = int.from_bytes(data[at + length : at + length + 4], "little")
    return data[at : at + 8] == magic and crc32c(data[at : at + length]) == checksum


# Every frame of a folder, verified: where it stands, its sequence, time and format, the number of its records and their bytes.
def frames(folder: pathlib.Path, report: dict[str, typing.Any]) -> typing.Iterator[tuple[str, int, int, int, int, bytes]]:
    marks = (folder / "head").read_bytes() if (folder / "head").exists() else b""
    slots = [HEAD.unpack(marks[at : at + 76]) for at in (0, 4096) if len(marks) >= at + 76 and begun(marks, at, HEADS, 72)]
    known, last, hashed, epoch, time = {0: bytes(32)} | {slot[3]: slot[5] for slot in slots}, 0, bytes(32), 0, 0
    # Of two files that begin with the same frame the later kind counts: an active file stays beside its segment for a moment.
    files = list({file.stem: file for file in sorted(folder.iterdir()) if file.suffix in ALIGNED}.values())
    must(bool(files), f"{folder} holds no journal")
    for file in files:
        data, at, step, first, began = file.read_bytes(), 0, ALIGNED[file.suffix], last + 1, 0
        data, footer = (data[:-140], data[-140:]) if file.suffix in (".segment", ".blocks") else (data, b"")
        end = len(data.rstrip(b"\0")) if file.suffix == ".open" else len(data)
        must(file.stem == f"{first:020}", f"{file}, offset 0, frame {first}: a file is missing before it, or it is renamed")
        while at < end:
            where, whole = f"{file}, offset {at}, frame {last + 1}", begun(data, at, FRAME, 84)
            magic, form, zero, count, era, sequence, now, _, size, before, crc, _ = HEADER.unpack(data[at : at + 88].ljust(88, b"\0"))
            body, stop = data[at + 88 : at + 88 + size], -(-(at + 88 + size) // step) * step
            if not whole or crc32c(body) != crc:
                # A write that a crash cut short is the last thing in the last file, and left new bytes or none.
                torn = file == files[-1] and not footer and all(byte in (0, new) for byte, new in zip(magic, FRAME))
                # Behind the frames of a full file may stand a part of its footer: a crash came while it was put there.
                part = file.suffix == ".open" and end - at <= 140 and f"{last + 1:020}" in [other.stem for other in files]
                later = end > stop if whole else any(begun(data, later, FRAME, 84) for later in range(at + step, end, step))
                must(part or torn and not later, f"{where}: its checksums do not hold, or no frame begins here")
                report["torn_bytes"] = 0 if part else end - at
                break
            must(form in LEG and zero == 0 and size <= 1 << 24, f"{where}: format {form} is unknown, or a field is out of range")
            must(sequence == last + 1 < 1 << 48 and before == hashed, f"{where}: it is frame {sequence}, or follows another one")
            must(era >= epoch and (now > time or not last), f"{where}: its epoch falls or its time does not rise")
            must(not any(data[at + 88 + size : stop]), f"{where}: what stands behind it is not zeros")
            hashed = hashlib.sha256(hashed + data[at : at + 88 + size]).digest()
            must(known.get(sequence, hashed) == hashed, f"{where}: it is not the one that was acknowledged")
            last, epoch, time, at, began = sequence, era, now, stop, began or now
            yield where, sequence, time, form, count, body
        facts = FOOTER.pack(SEALS, 1, first, last, last - first + 1, end, began, time, epoch, hashed)
        facts += hashlib.sha256((data if step == 1 else b"") + facts).digest()
        must(footer in (b"", facts + crc32c(facts).to_bytes(4, "little")), f"{file}, offset {end}, frame {last}: the footer is wrong")
    must(last >= max(known), f"{folder}: the journal ends at frame {last}, but frame {max(known)} was acknowledged")
    report |= {"frames": last, "head": hashed.hex()}


# Takes in one record: opens its accounts and adds up its legs. An account is its key, its balance and where it was posted to last.
def enter(books: Books, data: bytes, form: int, place: int, time: int, where: str) -> None:
    f, sums, accounts = io.BytesIO(data), collections.Counter(), books.accounts
    (command, maker), start, (kind, body), end = read(f, (16, {0: NONE, 1: 20})), f.tell() + 1, read(f, BODY), f.tell()
    (done, effect), opened, legs = read(f, (EFFECT, [ACCOUNT], [LEG[form]]))
    fits = done in DONE.get(kind, (kind,)) and f.tell() == len(data)
    must(fits, f"{where}: bytes are left over, or the effect is another command's")
    for party, asset, (group, _), (_, lot) in opened:
        accounts.append([(party, asset, CLASSES[group], bytes(lot)), 0, 0])
        must(accounts[-1][0] not in books.opened, f"{where}: it opens account {len(accounts) - 1}, which is open already")
        books.opened.add(accounts[-1][0])
    for at, units, *previous in legs:
        must(at < len(accounts), f"{where}: a leg names account {at}, which was never opened")
        must(units and previous in ([], accounts[at][2:]), f"{where}: a leg of account {at} is empty or misnames what was before it")
        accounts[at][1] += units
        sums[accounts[at][0][1]] += units
    must(not legs or kind in (5, 6, 7, 9, 11, 18, 27), f"{where}: it moves money, which its command does not")
    for asset, units in sums.items():
        must(units == 0, f"{where}: its legs in {asset} sum to {units}")
    for at, *_ in legs:
        accounts[at][2] = place
        must(accounts[at][1] >= 0 or accounts[at][0][2] == "rail", f"{where}: it leaves account {at} below zero")
    legs = [tuple(leg[:2]) for leg in legs]
    books.enter(Record(where, place, time, command, maker[1], kind, body, effect, done, data[start:end], legs))


def main() -> None:
    has_proofs = "--proofs" == sys.argv[1]
    report, books, (where, *more) = {"frames": 0, "records": 0, "head": "", "torn_bytes": 0}, Books(), sys.argv[1 + has_proofs :]
    books.proofs = Proofs() if has_proofs else None
    try:
        for where, sequence, time, form, count, body in frames(pathlib.Path(where), report):
            records = io.BytesIO(body)
            for index in range(count):
                enter(books, records.read(read(records, U32)), form, sequence << 16 | index, time, f"{where}, record {index}")
            must(records.tell() == len(body) and count <= 1 << 16, f"{where}: its records are not as many as its header says")
            report["records"] += count
        findings = books.check(pathlib.Path(more[0])) if more else []
    except (Finding, ValueError, LookupError, struct.error) as error:
        findings = [str(error) if isinstance(error, Finding) else f"{where}: a record cannot be read ({error!r})"]
    if findings:
        sys.exit("\n".join(findings))
    report |= {"proofs": books.proofs.count} if books.proofs else {}
    print(json.dumps(report | books.totals(), indent=2))


main()
