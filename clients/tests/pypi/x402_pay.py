"""Pays a URL with the stock x402 client of PyPI and our scheme; prints one line of JSON for each response.

target/tools/venv/bin/python clients/tests/pypi/x402_pay.py URL SEED_HEX MAX [--count N]
MAX is like "60000 eur-micro" or "0.06 EUR". Runs from the source tree after `cargo xtask setup`.
"""

import argparse
import asyncio
import base64
import json
import sys

import loopback  # noqa: F401  *.localhost is this machine

sys.path.insert(0, loopback.PLUG_IN)

from farthing_pay.x402 import Farthing, UpTo, watch
from x402 import x402Client
from x402.http.clients import x402HttpxClient


async def pay(http, url: str) -> dict:
    response = await http.get(url)
    settled = response.headers.get("PAYMENT-RESPONSE")
    receipt = json.loads(base64.b64decode(settled)) if settled else None
    return {"status": response.status_code, "receipt": receipt, "length": len(response.content), "body": response.text}


async def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("seed")
    parser.add_argument("max")
    parser.add_argument("--count", type=int, default=1)
    arguments = parser.parse_args()
    options = {"seed": arguments.seed, "max": arguments.max}
    client = x402Client().register("farthing:*", Farthing(**options)).register("farthing:*", UpTo(**options))
    async with x402HttpxClient(watch(client), timeout=30) as http:
        payments = [pay(http, arguments.url) for _ in range(arguments.count)]
        outcomes = await asyncio.gather(*payments, return_exceptions=True)
    for outcome in outcomes:
        print(json.dumps({"error": repr(outcome)} if isinstance(outcome, BaseException) else outcome))
    return 0 if all(isinstance(outcome, dict) and outcome["status"] == 200 for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
