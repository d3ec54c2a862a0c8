# What sessions hold, authorise, draw and capture, from the records alone: written from docs/journal-format.md.
import collections
from typing import Any
from meters import Asides, Meters


class Finding(Exception):
    pass


def must(holds: bool, what: str) -> None:
    if not holds:
        raise Finding(what)


class Session:
    def __init__(self, payer: bytes, opening: Any) -> None:
        first, self.asset, self.cap, self.base, _, (kind, _), _, self.step, self.length, *_ = opening
        self.payer, self.kind, self.accepted = payer, kind, self.base if kind else self.cap
        self.checkpoint = self.drawn = self.captured = self.captures = 0
        self.ended, self.seqs, self.reserves, self.aside = False, set(), {}, Asides()
        self.watched = collections.defaultdict(list)  # pieces of each film, apart from each other
        self.versions = [[first, 0, 0, 0]]  # offer, units, what they cost, what of that was captured

    def authorise(self, where: str, case: int, fields: Any) -> None:
        must(self.kind > 0 or not case, f"{where}: a session without vouchers has one")
        match case:
            case 1:
                reached = fields[0]
            case 2 if fields[0] == self.checkpoint:
                must(fields[1] <= self.length, f"{where}: link {fields[1]} of a chain of {self.length}")
                reached = self.base + fields[1] * self.step
            case 3 if fields[0] > self.accepted:
                reached, _, self.step, self.length, _ = fields
                self.base, self.checkpoint = reached, self.checkpoint + 1
            case _:
                return
        self.accepted = max(self.accepted, reached)
        must(self.accepted <= self.cap, f"{where}: a voucher for {self.accepted} in a session that holds {self.cap}")


class Sessions:
    def __init__(self, offers: dict[bytes, Any]) -> None:
        self.offers, self.sessions, self.held, self.meters, self.payees = offers, {}, collections.Counter(), Meters(), {}

    def whose(self, record: Any) -> tuple[bytes, str]:
        session = self.sessions[record.body[0] if record.kind == 17 else record.command]
        return session.payer, session.asset

    # So much for so many units under an offer version.
    def rate(self, where: str, offer: bytes, asset: str) -> tuple[int, int]:
        case, price = self.offers.get(offer, [None] * 5)[4] or (0, None)
        must(case in (3, 4, 8) and price[1] == asset, f"{where}: a session is priced by an offer that is not metered in its asset")
        return price[0], price[2]

    # What units cost at most, whatever was counted before them.
    def most(self, where: str, session: Session, version: list[Any], units: int) -> int:
        amount, per = self.rate(where, version[0], session.asset)
        return -(-units * amount // per)

    # The version that prices a draw, perhaps a new one: of the same site's and payee's offers.
    def version(self, where: str, session: Session, at: int, offer: Any) -> list[Any]:
        if offer:
            own, other = self.offers[session.versions[0][0]], self.offers.get(offer, [None] * 3)
            must(own[1:3] == other[1:3], f"{where}: a session is drawn for another payee or site")
            session.versions.append([offer, 0, 0, 0])
        must(at < len(session.versions), f"{where}: version {at} of a session that has {len(session.versions)}")
        return session.versions[at]

    def draw(self, where: str, session: Session, version: list[Any], units: int, said: int) -> None:
        amount, per = self.rate(where, version[0], session.asset)
        version[1] += units
        due = version[1] * amount // per - version[2]
        version[2] += due
        session.drawn += due
        must(due == said, f"{where}: {units} units more cost {due}, not {said}")
        must(session.drawn <= session.accepted, f"{where}: {session.drawn} are drawn, {session.accepted} were authorised")

    # An event of a meter: of its units, what was authorised is drawn. From a session that is over nothing is.
    def count(self, record: Any) -> None:
        where, (_, _, _, units, at, *named), (_, amount, unbilled) = record.where, record.body, record.effect
        session = self.sessions.get(record.command)
        must(session is not None and at < len(session.versions), f"{where}: it counts in a session or version that is not there")
        wrong = self.meters.wrong(record.time, self.offers[session.versions[at][0]], record.body)
        must(not wrong and unbilled <= units, f"{where}: {wrong or 'more units are unbilled than there are'}")
        most = session.aside.take(record.time, named, session.versions[at])
        must(record.done == (24 if most is None else 21), f"{where}: it draws from what is not set aside, or not from what is")
        must(most is None or unbilled == max(units - most, 0), f"{where}: it draws not what was set aside for it")
        if session.ended:
            must(unbilled == units and not amount, f"{where}: it draws from a session that is over")
        else:
            self.draw(where, session, session.versions[at], units - unbilled, amount)

    # Takes in a record of any kind, with its legs as party and units.
    def enter(self, record: Any, moved: list[tuple[bytes, int]]) -> None:
        where, body, effect, kind = record.where, record.body, record.effect, record.kind
        if kind == 12:
            must(record.command not in self.sessions and body[3] <= body[2] == effect, f"{where}: it opens no session of its own")
            self.rate(where, body[0], body[1])
            self.sessions[record.command] = Session(record.maker, body)
            self.held[record.maker, body[1]] += effect
        if kind == 23:
            self.meters.set(record.time, body)
        if kind in (21, 24):
            self.count(record)
        if kind not in (13, 14, 15, 17, 18, 19, 20, 22, 28, 29):
            return
        session = self.sessions.get(body[0] if kind in (17, 20) else record.command)
        must(session is not None and not session.ended, f"{where}: it is about a session that was never opened, or is over")
        match kind:
            case 13 | 14 | 22 | 29:
                seq, _, voucher, at, (_, offer), units, *earlier = body
                must(seq not in session.seqs, f"{where}: request {seq} is paid a second time")
                session.seqs.add(seq)
                session.authorise(where, *voucher)
                version = self.version(where, session, at, offer)
                if kind == 13:
                    return self.draw(where, session, version, units, effect[1])
                if earlier:
                    _, effect, drawn = effect
                    told = [session.reserves.pop(seq - 1 - bit, None) for bit in range(64) if earlier[0] >> bit & 1]
                    known = all(call and call[0] is version and call[2:] == [0, True] for call in told)
                    must(bool(told) and known, f"{where}: a call is delivered that was not promised")
                    self.draw(where, session, version, sum(call[1] for call in told), drawn)
                must(effect == self.most(where, session, version, units), f"{where}: what it reserves is not what the units cost at most")
                must(session.drawn + effect <= session.accepted, f"{where}: more is reserved than was authorised")
                session.reserves[seq] = [version, units, 0, kind in (22, 29)]
            case 15:
                seq, part, units, again = body
                version, most, next_part, is_call = session.reserves.pop(seq, [None, 0, -1, False])
                must(part == next_part, f"{where}: it settles part {part} of reserve {seq}, which is not next")
                if again:
                    session.reserves[seq] = [version, again, part + 1, is_call]
                self.draw(where, session, version, min(units, most), effect[1])
            case 20:
                _, at, units, lasts = body
                must(at < len(session.versions), f"{where}: version {at} of a session that has {len(session.versions)}")
                version, kept = session.versions[at], session.aside.live(record.time)
                own = self.offers[version[0]][1] in self.payees.get(record.maker, ())
                must(own and 0 < lasts <= 600, f"{where}: it is set aside by another than the payee, or for too long")
                kept = sum(self.most(where, session, *row) for row in kept)
                must(effect == self.most(where, session, version, units), f"{where}: what it sets aside is not what it costs at most")
                must(session.drawn + kept + effect <= session.accepted, f"{where}: more is set aside than was authorised")
                session.aside.rows[record.command] = (version, units, record.time + lasts * 10**6)
            case 28:
                film, begins, ends, at, (_, offer) = body
                left = [(begins, ends)]
                for known, until in session.watched[film]:
                    left = [(a, b) for x, y in left for a, b in ((x, min(y, known)), (max(x, until), y)) if a < b]
                must(bool(left), f"{where}: a piece of a film is drawn a second time")
                session.watched[film] += left
                self.draw(where, session, self.version(where, session, at, offer), sum(b - a for a, b in left), effect[1])
            case 17:
                session.cap += body[1]
                session.accepted = session.accepted if session.kind else session.cap
                self.held[session.payer, session.asset] += body[1]
                must(effect == session.cap, f"{where}: the session holds {session.cap}, not {effect}")
            case 18:
                waits = [version for version in session.versions if version[3] < version[2]]
                must(bool(waits) and body == session.captures + 1, f"{where}: it captures nothing, or out of turn")
                amount, waits[0][3] = waits[0][2] - waits[0][3], waits[0][2]
                must(effect == [record.command, amount], f"{where}: it captures {effect[1]} of {amount}")
                taken = [(party, -units) for party, units in moved if units < 0]
                own = all(party == session.payer for party, _ in taken) and sum(units for _, units in taken) == amount
                must(own, f"{where}: it takes another sum than {amount}, or from another than its payer")
                session.captures, session.captured = body, session.captured + amount
                self.held[session.payer, session.asset] -= amount
            case 19 if effect != []:  # else it is closing
                left = session.cap - session.captured
                must(session.drawn == session.captured, f"{where}: it ends with {session.drawn - session.captured} not captured")
                must(effect == left, f"{where}: it holds {left} more, not {effect}")
                calls = sum(is_call for *_, is_call in session.reserves.values())
                must(not calls, f"{where}: it ends with {calls} calls that are neither drawn nor given back")
                must(not session.aside.live(record.time), f"{where}: it ends while a service works on what it set aside")
                session.ended = True
                self.held[session.payer, session.asset] -= left
