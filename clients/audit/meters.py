# What meters count, from the records alone: written from docs/journal-format.md.
from typing import Any

SECOND = 10**6


class Meter:
    def __init__(self, late: int, since: int) -> None:
        self.late, self.since, self.known = late, since, {}  # microseconds; events with their own times

    # What is too late from now on is refused for good, so it need not be known any more.
    def turn(self, now: int) -> None:
        if now - self.late > self.since:
            self.since = now - self.late
            self.known = {event: at for event, at in self.known.items() if at >= self.since}


# What services set aside of a session: the version that prices it, units, until when.
class Asides:
    def __init__(self) -> None:
        self.rows: dict[bytes, tuple[Any, int, int]] = {}

    def live(self, now: int) -> list[tuple[Any, int]]:
        self.rows = {command: row for command, row in self.rows.items() if now < row[2]}
        return [row[:2] for row in self.rows.values()]

    # The units that an event may draw from what it names, which is gone then; none if it is not there.
    def take(self, now: int, named: Any, version: Any) -> Any:
        if named and named[0] in self.rows and now < self.rows[named[0]][2] and self.rows[named[0]][0] is version:
            return self.rows.pop(named[0])[1]
        return None


class Meters:
    def __init__(self) -> None:
        self.meters: dict[tuple[str, str], Meter] = {}

    def set(self, now: int, body: Any) -> None:
        payee, unit, _, late = body
        meter = self.meters.setdefault((payee, unit), Meter(late * SECOND, now - late * SECOND))
        meter.turn(now)
        meter.late = late * SECOND

    # What is wrong with an event that an offer prices, if it is not new or not of its meter's window.
    def wrong(self, now: int, offer: Any, body: Any) -> str:
        event, _, at, *_ = body
        case, price = offer[4]
        if case != 3 or (offer[1], price[3]) not in self.meters:
            return "an event is priced by no meter of its payee"
        meter = self.meters[offer[1], price[3]]
        meter.turn(now)
        if not meter.since <= at <= now + 300 * SECOND:
            return "an event is counted out of its time"
        if event in meter.known:
            return "an event is counted a second time"
        meter.known[event] = at
        return ""
