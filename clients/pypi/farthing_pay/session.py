"""Pays from streaming sessions, one signed voucher a request, through stock pympp."""

from contextlib import suppress
from contextvars import ContextVar

import httpx
from mpp import Credential, ParseError
from mpp.client import PaymentTransport
from mpp.methods import Method
from mpp.runtime import ClientMethod
from pydantic import BaseModel

from .payer import need
from .sessions import Sessions

__all__ = ["Sessions", "paying"]

_asked: ContextVar[tuple[str, dict] | None] = ContextVar("farthing_session", default=None)


class _Reading(httpx.AsyncBaseTransport):
    """pympp lets a 402 go before anybody asks what it says, and drops what its observers of answers raise: so both are read here."""

    def __init__(self, inner: httpx.AsyncBaseTransport, sessions: Sessions):
        self.inner, self.sessions = inner, sessions
        self.plain = httpx.AsyncClient(transport=inner)

    async def aclose(self) -> None:
        await self.inner.aclose()

    async def handle_async_request(self, request):
        payload = _paid(request)
        try:
            response = await self.inner.handle_async_request(request)
        except BaseException:
            self.sessions.lost(payload.get("sessionId"))
            raise
        if response.status_code in (402, 410) or response.headers.get("Content-Type", "").startswith("application/problem+json"):
            await response.aread()
        if payload and not response.is_success:
            self.sessions.refused(payload, response.status_code, _document(response))
        if payload and response.is_success:
            try:
                await self.sessions.answered(response.headers.get("Payment-Receipt"), self.plain.get)
            except BaseException:
                await response.aclose()
                raise
        return response


def _paid(request: httpx.Request) -> dict:
    """What a request pays from a session, of whichever field; empty for any other."""
    for name in ("Authorization", "Payment-Authorization"):
        with suppress(ParseError):
            payload = Credential.from_authorization(request.headers.get(name, "")).payload
            if payload.get("action") in ("open", "voucher"):
                return payload
    return {}


def paying(sessions: Sessions, methods=(), inner: httpx.AsyncBaseTransport | None = None) -> PaymentTransport:
    """A stock transport that pays from sessions, and by ``methods`` what has none, for ``httpx.AsyncClient(transport=…)``. ``inner``
    sends the requests."""

    async def create_credential(params) -> str:
        url, problem = _asked.get() or (None, None)
        need(url, "no paying(…) says which site is being paid")
        return await sessions.credential(params.challenge, url, problem)

    def asked(event) -> None:
        _asked.set((str(event["request"].url), _document(event["response"])))

    of = Method(name="farthing", intent="session", request_model=BaseModel, payload_model=BaseModel)
    fits = lambda challenge: challenge.request.get("unitType") != "purchase"  # noqa: E731
    method = ClientMethod(method=of, create_credential=create_credential, can_handle_challenge=fits)
    transport = PaymentTransport([method, *methods], _Reading(inner or httpx.AsyncHTTPTransport(), sessions))
    transport.on_challenge_received(asked)
    return transport


def _document(response: httpx.Response) -> dict:
    try:
        said = response.json() if response.is_closed else {}
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
