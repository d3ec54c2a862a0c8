"""What a site asks, and where: read before anything is signed. No network code."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from mpp import Challenge, ParseError

from .payer import need


def bare(url: str) -> str:
    """A URL without what it says of its user, which is nobody's to keep."""
    return urlsplit(url)._replace(netloc=urlsplit(url).netloc.rpartition("@")[2], fragment="").geturl()


def origin_of(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(bare(url)))


def fresh_in(answer, kept: dict) -> Challenge | None:
    """A challenge of an answer's that a session may go on under."""
    for line in answer.headers.get_list("www-authenticate"):
        with suppress(ParseError):
            read = Challenge.from_www_authenticate(line)
            if read.intent == "session" and [read.realm, read.request.get("recipient")] == [kept.get("realm"), kept["recipient"]]:
                return read
    return None


def whole(text) -> int:
    """A number as the wire has it."""
    need(re.fullmatch("0|[1-9][0-9]{0,18}", str(text)), f"{text} is no whole number")
    return int(text)
