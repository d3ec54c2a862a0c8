# What a journal's records add up to: accounts, sales, refunds; and the receipts of the sales as `farthing export --receipts` writes
# them: a line with the keys, then a line for each sale with its document (all of it) and its `Payment-Receipt` (what is signed).
import base64, collections, datetime, functools, hashlib, json, pathlib, struct
from typing import Any, NamedTuple
import ed25519
from coins import Coins
from sessions import Finding, Sessions, must

PROOF = struct.Struct(">B4sQHH")  # version, key id, frame and number of the group, place in it, its size; path and signature follow
GROUP = 64  # the sales of a frame are signed together, so many at a time
verify = functools.cache(ed25519.verify)  # those of a group share a signature


# A record of the journal. Its legs are account numbers and what was added to each.
class Record(NamedTuple):
    where: str
    place: int
    time: int
    command: bytes
    maker: Any
    kind: int
    body: Any
    effect: Any
    done: int
    body_bytes: bytes
    legs: list[tuple[int, int]]


def canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    must(base64url(data) == text, "its base64url is not the one way to write it")
    return data


def base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()


def moment(micros: int) -> str:
    return datetime.datetime.fromtimestamp(micros // 10**6, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def agree(said: dict[str, Any], true: dict[str, Any], what: str) -> None:
    differ = sorted(name for name in said.keys() | true.keys() if said.get(name) != true.get(name))
    must(not differ, f"{what} does not say what the journal says: {', '.join(differ)}")


# The root of a group's tree (RFC 9162, 2.1.3.2), from a leaf and its neighbours on the way up.
def climb(node: bytes, leaf: int, size: int, path: bytes) -> bytes:
    while size > 1:
        if leaf ^ 1 < size:  # else it goes up as it is
            beside, path = path[:32], path[32:]
            node = hashlib.sha256(b"\x01" + (beside + node if leaf & 1 else node + beside)).digest()
        leaf, size = leaf >> 1, size + 1 >> 1
    must(not path, "its proof has another path")
    return node


# What each leg of a sale has given back once its payer has had `total` back: each of the others in turn the nearest to its share
# of what those before it left, the upper of two that are as near.
def reversal(legs: list[tuple[int, int]], total: int) -> list[int]:
    rest, of, turned = total, sum(units for _, units in legs if units > 0), []
    for _, units in legs:
        part = (2 * rest * units + of) // (2 * of) if units > 0 else -total
        turned.append(-part)
        rest, of = (rest - part, of - units) if units > 0 else (rest, of)
    return turned


class Books:
    def __init__(self) -> None:
        self.accounts, self.opened = [], set()  # key, balance, place of the last posting; all keys
        self.founding: list[bytes] = []
        self.payees, self.offers = {b"operator".ljust(20, b"\0"): "operator"}, {}
        self.sales: dict[str, Record] = {}
        self.frames: dict[int, list[str]] = collections.defaultdict(list)  # serials of each frame
        self.returned: dict[str, int] = collections.defaultdict(int)
        self.names: dict[Any, Any] = {}
        self.sessions, self.coins = Sessions(self.offers), Coins(self.offers)
        self.promised: dict[bytes, Any] = {}
        self.proofs: Any = None  # where signatures and links are to be checked

    # Every account with its balance, and the sum of each asset, as they are printed.
    def totals(self) -> dict[str, Any]:
        rows, sums = [], collections.Counter()
        for number, ((party, asset, group, lot), units, _) in enumerate(self.accounts):
            account = {"number": number, "party": party.hex(), "asset": asset, "class": group, "lot": lot.hex() or None}
            rows.append(account | {"balance": str(units)})
            sums[asset] += units
        return {"accounts": rows, "sums": {asset: str(units) for asset, units in sorted(sums.items())}}

    # Each leg of a record as party and units.
    def moved(self, record: Record) -> list[tuple[bytes, int]]:
        return [(self.accounts[at][0][0], units) for at, units in record.legs]

    # Takes in a record whose legs have been added up.
    def enter(self, record: Record) -> None:
        where, body, effect, told = record.where, record.body, record.effect, record
        if record.kind == 27:
            record = self.promise(record)
            body = record.body
        match record.kind:
            case 1:
                self.founding = body
            case 2:
                self.payees[body[1]] = body[0]
                self.sessions.payees.setdefault(body[1], set()).add(body[0])
            case 3:
                self.offers[effect] = body
                own = hashlib.sha256(b"farthing/offer/1\n" + record.body_bytes).digest()
                must(own == effect, f"{where}: its offer has another id")
            case 6:
                taken = [(party, units) for party, units in self.moved(record) if units < 0]
                must(all(party == body[0] for party, _ in taken), f"{where}: it takes from another than its payer")
                must(effect == [record.command, -sum(units for _, units in taken)], f"{where}: it charges what it does not take")
                must(body[1] in self.offers, f"{where}: it sells under an offer that was never set")
                self.sales[serial := base32(record.command)] = record
                self.frames[record.place >> 16].append(serial)
            case 7 | 11:
                sale = self.sales.get(serial := base32(body[0]))
                must(sale is not None and effect[0] == body[0], f"{where}: it takes back {serial}, which is no sale")
                before, (_, part, *left) = self.returned[serial], effect
                now = self.returned[serial] = before + part
                must(before < sale.effect[1], f"{where}: it takes back {serial} a second time")
                must(sum(left) == sale.effect[1] - now and all(left), f"{where}: it leaves another rest of {serial}")
                must(record.kind == 7 or part == (body[2][1] or part), f"{where}: it gives back another part of {serial}")
                back = zip(sale.legs, reversal(sale.legs, before), reversal(sale.legs, now))
                legs = [(at, new - old) for (at, _), old, new in back if new != old]
                must(sorted(record.legs) == sorted(legs), f"{where}: it does not reverse {serial}")
            case 25 | 26:
                self.coins.enter(record, base32(record.command) in self.sales, bool(self.proofs))
        self.sessions.enter(told, self.moved(record))
        for party, asset in self.sessions.held and {self.accounts[at][0][:2] for at, units in record.legs if units < 0}:
            self.covered(where, party, asset)
        if record.kind in (12, 17):
            self.covered(where, *self.sessions.whose(record))
        if self.proofs:
            self.proofs.enter(self, told)

    # A purchase up to an amount: what it keeps back at most, then what its units cost, as the sale that it is, or nothing.
    def promise(self, record: Record) -> Record:
        where, (part, body), effect, held = record.where, record.body, record.effect, self.sessions.held
        if part == 0:
            payer, _, _, most, asset, _ = body
            must(effect == most == self.costs(where, body, 1 << 64), f"{where}: its payer signed another sum than a request costs at most")
            must(self.promised.setdefault(record.command, body) is body, f"{where}: it is promised a second time")
            held[payer, asset] += most
            self.covered(where, payer, asset)
            return record
        purchase = self.promised.pop(record.command, None)
        must(purchase is not None, f"{where}: nothing is promised that is used here")
        held[purchase[0], purchase[4]] -= purchase[3]
        if part == 2:
            must(effect == 0 and not record.legs, f"{where}: nothing was delivered, and something is charged")
            return record
        must(body[0] == purchase, f"{where}: what is used is not what was promised")
        due = self.costs(where, purchase, body[1])
        must(effect == [record.command, due], f"{where}: {body[1]} units cost {due}")
        return record._replace(kind=6, body=purchase)

    # What so many units of an offer cost by themselves, up to the most of a request.
    def costs(self, where: str, purchase: Any, units: int) -> int:
        kind, price = self.offers[purchase[1]][4]
        must(kind == 3 and price[1] == purchase[4], f"{where}: its offer does not count, or in another asset")
        amount, _, per, _, most = price
        return -(-min(units, most) * amount // per)

    # What open sessions of a payer hold is there.
    def covered(self, where: str, party: bytes, asset: str) -> None:
        held = self.sessions.held[party, asset]
        has = held and sum(units for key, units, _ in self.accounts if key[:3] == (party, asset, "funded"))
        must(held <= has, f"{where}: it leaves a payer {has} {asset}, of which sessions hold {held}")

    # What is wrong with the receipts in a file, a line each.
    def check(self, file: pathlib.Path) -> list[str]:
        findings, seen = [], set()
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            serial = "keys"
            try:
                said = json.loads(line)
                if number == 1:
                    keys = self.keys(said)
                    continue
                serial = str(said["serial"])
                must(serial in self.sales, "the journal has no such sale")
                must(serial not in seen, "it stands twice")
                seen.add(serial)
                self.receipt(self.sales[serial], said, keys)
            except (Finding, ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error) as finding:
                findings.append(f"{file}, line {number}, receipt {serial}: {finding}")
                if number == 1:
                    return findings
        lacking = [(serial, sale) for serial, sale in self.sales.items() if serial not in seen]
        return findings + [f"{sale.where}: the sale {serial} has no receipt" for serial, sale in lacking]

    # The receipt key and what else is the same in all receipts, from the first line.
    def keys(self, said: dict[str, Any]) -> dict[str, str]:
        must(bool(self.founding), "the journal does not say whose it is")
        own, root, key = self.founding
        must(hashlib.sha256(b"farthing/instance/1\n" + root).digest()[:16] == own, "the instance is not that of the root key")
        instance, text = base32(own), f"farthing/key/1\n{base32(own)}\nreceipt\n{base64url(key)}"
        agree({"instance": said["instance"], "root_key": said["root_key"]}, {"instance": instance, "root_key": base64url(root)}, "it")
        signatures = [bytes_of(entry["signature"]) for entry in said["receipt_keys"] if entry["key"] == base64url(key)]
        must(any(verify(root, text.encode(), signature) for signature in signatures), "the root key has not signed the receipt key")
        return {"instance": instance, "mode": said["mode"]}

    def receipt(self, sale: Record, said: dict[str, Any], keys: dict[str, str]) -> None:
        payer, offer, item, _, asset, _ = sale.body
        terms, key = self.offers[offer], self.founding[2]
        document, header = json.loads(said["document"]), json.loads(bytes_of(said["payment_receipt"]))
        # A payee knows a payer by a name of its own, made with a key that never leaves: two payers never share one.
        name, pair = header["payer"], (payer, terms[1])
        must(self.names.setdefault(pair, name) == name and self.names.setdefault(name, pair) == pair, "its payer is another's name")
        same = {"instance": keys["instance"], "payer": name, "offer": base64url(offer), "currency": asset}
        charged, at = str(sale.effect[1]), moment(sale.time)
        signed, proof = {name: header[name] for name in header if name != "proof"}, bytes_of(header["proof"])
        true = same | {"status": "success", "method": "farthing", "intent": "charge", "timestamp": at, "reference": said["serial"]}
        true |= {"recipient": terms[1], "amount": charged, "entitlement": item}
        true["full"] = base64url(hashlib.sha256(said["document"].encode()).digest())
        if terms[8][0] & 1:
            true["until"] = moment(sale.time + terms[8][1] * 10**6)
        if signed["entitlement"] == base64url(hashlib.sha256(item.encode()).digest()):
            true["entitlement"] = signed["entitlement"]  # an address too long for a header
        agree(signed, true, "it")
        true = same | {"serial": said["serial"], "mode": keys["mode"], "at": at, "payee": terms[1], "item": item, "charged": charged}
        agree({name: document[name] for name in document if name != "legs"}, true, "its document")
        parts, got = collections.Counter(), collections.Counter()
        for leg in document["legs"].values():
            parts[leg["to"]] += int(leg["amount"])
        for party, units in self.moved(sale):
            got[self.payees.get(party, party)] += max(units, 0)
        must(+parts == +got, "the legs of its document are not those of the journal")
        version, key_id, group, leaf, size = PROOF.unpack(proof[: PROOF.size])
        must((version, key_id) == (1, hashlib.sha256(key).digest()[:4]), "its proof is of another key or kind")
        frame = self.frames[sale.place >> 16]
        chunk, at = divmod(frame.index(said["serial"]), GROUP)
        true = ((sale.place >> 16 << 16) + chunk, at, min(len(frame) - chunk * GROUP, GROUP))
        must((group, leaf, size) == true, "its proof names another place")
        root = climb(hashlib.sha256(b"\0" + canonical(signed)).digest(), leaf, size, proof[PROOF.size : -64])
        text = f"farthing/receipts/1\n{keys['instance']}\n{base64url(group.to_bytes(8, 'big'))}\n{size}\n{base64url(root)}"
        must(verify(key, text.encode(), proof[-64:]), "its signature does not hold")
