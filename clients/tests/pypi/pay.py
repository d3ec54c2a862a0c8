"""Pays a URL with stock pympp and our method; prints one line of JSON for each response.

target/tools/venv/bin/python clients/tests/pypi/pay.py URL SEED_HEX MAX [--count N] [--post BODY]
MAX is like "60000 eur-micro" or "0.06 EUR". Runs from the source tree after `cargo xtask setup`.
"""

import argparse
import asyncio
import hashlib
import json
import sys

import loopback  # noqa: F401  *.localhost is this machine

sys.path.insert(0, loopback.PLUG_IN)

import httpx
from farthing_pay import farthing, watch
from mpp import Receipt
from mpp.client import Mpp


async def pay(client: httpx.AsyncClient, arguments: argparse.Namespace) -> dict:
    body = {} if arguments.post is None else {"content": arguments.post, "headers": {"Content-Type": "text/plain"}}
    response = await client.request("GET" if arguments.post is None else "POST", arguments.url, **body)
    header = response.headers.get("Payment-Receipt")
    receipt = None
    if header:
        read = Receipt.from_payment_receipt(header)
        receipt = {"status": read.status, "method": read.method, "reference": read.reference, **(read.extensions or {})}
        receipt["timestamp"] = read.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha256(response.content).hexdigest()
    return {"status": response.status_code, "receipt": receipt, "length": len(response.content), "sha256": digest}


async def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("seed")
    parser.add_argument("max")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--post")
    arguments = parser.parse_args()
    mpp = watch(Mpp(methods=[farthing(seed=arguments.seed, max=arguments.max)]))
    async with mpp.client(timeout=30) as client:
        # All at once: each payment stands on a challenge of its own.
        payments = [pay(client, arguments) for _ in range(arguments.count)]
        outcomes = await asyncio.gather(*payments, return_exceptions=True)
    for outcome in outcomes:
        print(json.dumps({"error": repr(outcome)} if isinstance(outcome, BaseException) else outcome))
    return 0 if all(isinstance(outcome, dict) and outcome["status"] == 200 for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
