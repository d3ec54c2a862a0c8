"""RFC 6761 makes every name under localhost loopback; many resolvers know only the bare name. Importing this makes it so."""

import socket
from pathlib import Path

PLUG_IN = str(Path(__file__).resolve().parents[2] / "pypi")
_getaddrinfo = socket.getaddrinfo


def _loopback(host, *rest, **named):
    name = host.decode() if isinstance(host, bytes) else str(host)
    return _getaddrinfo("127.0.0.1" if name.endswith(".localhost") else host, *rest, **named)


socket.getaddrinfo = _loopback
