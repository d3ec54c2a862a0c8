"""What a caller says: the wallet that pays, and the most that it may pay. No network code."""

import json
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

Sums = str | Iterable[str]
"""Sums such as ``0.06 EUR``, one for each currency."""
Wallet = str | os.PathLike | None
Clock = Callable[[], float]


def wallet_of(path) -> dict:
    """What stands in a wallet file."""
    wallet = json.loads(Path(path).read_text())
    read = " ".join(str(wallet.get(name)) for name in ("version", "seed", "account"))
    if not re.fullmatch("1 [A-Za-z0-9_-]{43} [a-z2-7]{32}", read):
        raise ValueError(f"farthing: {path} is not a wallet of version 1")
    return wallet


def caps(lines) -> dict[str, int]:
    """Sums such as ``0.06 EUR``, one text or several, as base units by currency."""
    return dict(map(_cap, [lines] if isinstance(lines, str) else lines))


def _cap(line: str) -> tuple[str, int]:
    match = re.fullmatch(r"([0-9]+)(?:\.([0-9]{1,6}))? ([A-Z]{3}|[a-z][a-z0-9-]*)", line)
    if not match or (match[2] and match[3].islower()):
        raise ValueError(f'farthing: max is like "60000 eur-micro" or "0.06 EUR", not "{line}"')
    whole, fraction, unit = match.groups("")
    decimal = f"{unit.lower()}-micro", int(whole + fraction.ljust(6, "0"))
    return decimal if unit.isupper() else (unit, int(whole))
