"""Pays for a URL from sessions with stock pympp and our session method; prints one line of JSON.

target/tools/venv/bin/python clients/tests/pypi/session.py URL SEED_HEX MAX [--each SUM] [--count N] [--at-once] [--store FILE] [--close]
Runs from the source tree after `cargo xtask setup`.
"""

import argparse
import asyncio
import json
import sys

import loopback  # noqa: F401  *.localhost is this machine

sys.path.insert(0, loopback.PLUG_IN)

import httpx
from farthing_pay.receipts import read
from farthing_pay.session import Sessions, paying


class Counted(httpx.AsyncHTTPTransport):
    requests = 0

    async def handle_async_request(self, request):
        self.requests += 1
        return await super().handle_async_request(request)


async def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("seed")
    parser.add_argument("max")
    parser.add_argument("--each", action="append", default=[])
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--at-once", action="store_true")
    parser.add_argument("--store")
    parser.add_argument("--close", action="store_true")
    arguments = parser.parse_args()
    sessions = Sessions(seed=arguments.seed, max=arguments.max, each=arguments.each, store=arguments.store)
    plain = Counted()
    async with httpx.AsyncClient(transport=paying(sessions, inner=plain), timeout=30) as client:

        async def once() -> dict:
            try:
                response = await client.get(arguments.url)
            except Exception as why:
                return {"error": repr(why)}
            body = response.text if response.is_success else response.json()["code"]
            return {"status": response.status_code, "receipt": read(response.headers.get("Payment-Receipt")), "body": body}

        if arguments.at_once:
            said = await asyncio.gather(*(once() for _ in range(arguments.count)))
        else:
            said = [await once() for _ in range(arguments.count)]
        paid = plain.requests
        site = "/".join(arguments.url.split("/")[:3])
        closed = await sessions.close(site, client.get) if arguments.close else []
    print(json.dumps({"said": said, "requests": paid, "closed": closed}))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
