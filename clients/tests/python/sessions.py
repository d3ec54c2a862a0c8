#!/usr/bin/env python3
# Sessions on the wire a second time, written from docs/sessions.md alone: makes every vector again and compares, byte for byte.
#
#     python3 sessions.py testdata/session/vectors.json
#
# Python 3.10 and clients/audit/ed25519.py, nothing else.

import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "audit"))
import ed25519  # noqa: E402

MOST = 2**63 - 1
MOST_STEPS = 1024


class Refused(Exception):
    pass


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def hkdf(seed: bytes, salt: bytes, info: str) -> bytes:
    extracted = hmac.digest(salt, seed, "sha256")
    return hmac.digest(extracted, info.encode() + b"\1", "sha256")


# Ed25519 (RFC 8032, 5.1.5 and 5.1.6)


def multiple(number: int) -> bytes:
    point = ed25519.NEUTRAL
    for row, byte in zip(ed25519.BASE(), number.to_bytes(32, "little")):
        minus, plus, product = row[byte]
        x, y, z, t = point
        a, b, c = (y - x) * minus % ed25519.P, (y + x) * plus % ed25519.P, t * product % ed25519.P
        e, f, g, h = b - a, z + z - c, z + z + c, b + a
        point = e * f % ed25519.P, g * h % ed25519.P, f * g % ed25519.P, e * h % ed25519.P
    return ed25519.encoded(point)


def secret(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    number = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return number, digest[32:]


def public(seed: bytes) -> bytes:
    return multiple(secret(seed)[0])


def sign(seed: bytes, text: bytes) -> bytes:
    number, prefix = secret(seed)
    nonce = int.from_bytes(hashlib.sha512(prefix + text).digest(), "little") % ed25519.ORDER
    point = multiple(nonce)
    answer = int.from_bytes(hashlib.sha512(point + public(seed) + text).digest(), "little") % ed25519.ORDER
    return point + ((nonce + answer * number) % ed25519.ORDER).to_bytes(32, "little")


# Reading


def need(fields: dict, name: str) -> str:
    if not isinstance(fields.get(name), str):
        raise Refused(name)
    return fields[name]


def number(fields: dict, name: str, least: int = 0, most: int = MOST) -> int:
    text = need(fields, name)
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or not least <= int(text) <= most:
        raise Refused(name)
    return int(text)


def binary(fields: dict, name: str, length: int) -> bytes:
    text = need(fields, name)
    bare = text.rstrip("=")
    if not re.fullmatch("[A-Za-z0-9_-]*", bare) or (text != bare and len(text) % 4):
        raise Refused(name)
    data = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if b64(data) != bare or len(data) != length:
        raise Refused(name)
    return data


def shaped(fields: dict, name: str, pattern: str) -> str:
    text = need(fields, name)
    if not re.fullmatch(pattern, text):
        raise Refused(name)
    return text


def opened(text: str) -> dict:
    """An object of strings and objects, no member twice."""

    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs) or any(not name.isascii() for name, _ in pairs):
            raise Refused("JSON")
        if any(not isinstance(value, str | dict) for _, value in pairs):
            raise Refused("JSON")
        return dict(pairs)

    value = json.loads(text, object_pairs_hook=members)
    if not isinstance(value, dict):
        raise Refused("JSON")
    return value


def read_chain(fields: dict, base: int) -> bool:
    if all(name not in fields for name in ("step", "length", "anchor")):
        return False
    step = number(fields, "step", 1)
    if base + step * number(fields, "length", 1, 65_536) > MOST:
        raise Refused("length")
    binary(fields, "anchor", 32)
    return True


TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
ACCOUNT = "[a-z2-7]{32}"


def read_voucher(fields: dict) -> bool:
    """True for a checkpoint."""
    if "cumulative" in fields:
        if "index" in fields or "link" in fields:
            raise Refused("voucher")
        is_checkpoint = read_chain(fields, number(fields, "cumulative"))
        binary(fields, "signature", 64)
        return is_checkpoint
    if any(name in fields for name in ("signature", "step", "length", "anchor")):
        raise Refused("voucher")
    number(fields, "index", 0, 65_536)
    binary(fields, "link", 32)
    return False


def read_open(fields: dict) -> None:
    number(fields, "first", 0, number(fields, "hold", 1))
    has_chain = read_chain(fields, number(fields, "first"))
    if need(fields, "kind") not in ("chain", "signed", "trusted") or (fields["kind"] == "chain") != has_chain:
        raise Refused("kind")
    shaped(fields, "until", TIME)
    if "voucherKey" in fields:
        binary(fields, "voucherKey", 32)
    read_signer(fields)


def read_signer(fields: dict) -> None:
    binary(fields, "key", 32)
    if "account" in fields:
        shaped(fields, "account", ACCOUNT)
    binary(fields, "signature", 64)


def read_payload(fields: dict) -> None:
    action = need(fields, "action")
    if action not in ("open", "voucher", "topUp", "close", "pay"):
        raise Refused("action")
    if action != "pay":
        binary(fields, "sessionId", 16)
        number(fields, "seq", 1)
    if action == "open":
        read_open(fields)
    elif action == "voucher":
        read_voucher(fields)
    elif action == "topUp":
        number(fields, "additional", 1)
        binary(fields, "command", 16)
        read_signer({name: value for name, value in fields.items() if name != "account"})
    elif action == "close":
        voucher = fields.get("voucher", None)
        if voucher is not None and (not isinstance(voucher, dict) or read_voucher(voucher)):
            raise Refused("voucher")
        number(fields, "agreed")
        binary(fields, "signature", 64)
    else:
        number(fields, "max")
        binary(fields, "command", 16)
        read_signer(fields)


def read_request(fields: dict) -> None:
    number(fields, "amount")
    shaped(fields, "currency", "[a-z]{3}-micro")
    shaped(fields, "recipient", "[a-z0-9-]{2,32}")
    shaped(fields, "unitType", "[a-z0-9-]{1,32}")
    details = fields.get("methodDetails")
    if not isinstance(details, dict):
        raise Refused("methodDetails")
    shaped(details, "instance", "[a-z2-7]{26}")
    binary(details, "offer", 32)
    if "per" in details:
        number(details, "per", 1)
    number(details, "step", 1)
    number(details, "hold", 1)
    shaped(details, "scope", r'[!#-\[\]-~]{1,256}')


def read_receipt(fields: dict) -> None:
    if (need(fields, "status"), need(fields, "method"), need(fields, "intent")) != ("success", "farthing", "session"):
        raise Refused("receipt")
    binary(fields, "reference", 16)
    shaped(fields, "timestamp", TIME)
    for name in ("seq", "acceptedCumulative", "spent", "units", "hold"):
        number(fields, name)
    shaped(fields, "recipient", "[a-z0-9-]{2,32}")
    shaped(fields, "instance", "[a-z2-7]{26}")
    shaped(fields, "currency", "[a-z]{3}-micro")
    shaped(fields, "until", TIME)
    is_close = need(fields, "action") == "close"
    if fields["action"] not in ("open", "checkpoint", "topUp", "close") or fields.get("final") != ("true" if is_close else None):
        raise Refused("action")
    for name in ("captured", "released", *(["agreed"] if "agreed" in fields else [])) if is_close else ():
        number(fields, name)
    proof = need(fields, "proof")
    # Version 1, a place in a group of at most 64, and a whole number of nodes, at most 6.
    data = binary({"proof": proof}, "proof", len(proof.rstrip("=")) * 3 // 4)
    place, size, path = int.from_bytes(data[13:15], "big"), int.from_bytes(data[15:17], "big"), len(data) - 81
    if path < 0 or path % 32 or path > 192 or data[0] != 1 or not place < size <= 64:
        raise Refused("proof")


# Chains


def step(session: bytes, link: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        link = sha(b"fth/hc1" + session + link)
    return link


def held(chain: dict, session: bytes, index: int, link: bytes, left: int) -> tuple[str, int]:
    """How a link stands to a chain, and how many steps are left."""
    known, tip = int(chain["index"]), binary(chain, "tip", 32)
    if index > int(chain["length"]):
        return "chain-exhausted", left
    steps = abs(index - known)
    if steps > left:
        return "step-limit", left
    higher, lower = (link, tip) if index > known else (tip, link)
    if step(session, higher, steps) != lower:
        return "invalid-signature", left - steps
    return ("raises" if index > known else "tip" if index == known else "lower"), left - steps


def authorises(chain: dict) -> int:
    return int(chain["base"]) + int(chain["index"]) * int(chain["step"])


def shown(case: dict) -> tuple[str, str]:
    session, link, index = binary(case, "session", 16), binary(case, "link", 32), int(case["index"])
    outcome, left = held(case["chain"], session, index, link, MOST_STEPS)
    chain = dict(case["chain"], index=case["index"]) if outcome == "raises" else case["chain"]
    if outcome in ("chain-exhausted", "step-limit", "invalid-signature") and case["stale"]:
        if held(case["stale"], session, index, link, left)[0] in ("raises", "tip", "lower"):
            outcome = "stale"
    return outcome, str(authorises(chain))


def standing(case: dict) -> list[str]:
    signed = int(case["first"])
    chain = dict(case["chain"], base=case["first"], index="0") if case["chain"] else None
    accepted = []
    for voucher in case["vouchers"]:
        before = max(signed, authorises(chain)) if chain else signed
        if voucher["index"] is not None:
            chain = dict(chain, index=voucher["index"])
        elif int(voucher["cumulative"]) > before:
            signed = int(voucher["cumulative"])
            if voucher["checkpoint"]:
                chain = dict(voucher["checkpoint"], base=voucher["cumulative"], index="0")
        accepted.append(str(max(signed, authorises(chain)) if chain else signed))
    return accepted


# Writing


def challenge_of(case: dict) -> dict:
    request, opaque = b64(canonical(case["request_json"]).encode()), b64(canonical({"n": case["nonce"]}).encode())
    slots = [case["realm"], "farthing", "session", request, case["expires"], "", opaque]
    mac = hmac.digest(case["secret"].encode(), "|".join(slots).encode(), "sha256")
    return {"id": b64(mac), "realm": case["realm"], "method": "farthing", "intent": "session", "request": request,
            "expires": case["expires"], "opaque": opaque}


def text_of(payload: dict, challenge: dict, case: dict) -> str:
    request = json.loads(base64.urlsafe_b64decode(challenge["request"] + "=="))
    details = request["methodDetails"]
    account = payload.get("account", case["account"])
    chain = [payload.get(name, "") for name in ("step", "length", "anchor")]
    session, of = payload.get("sessionId"), request["recipient"]
    action, asked = payload["action"], case["asked"] or {}
    head = [details["instance"], challenge["id"], challenge["realm"], of]
    target = asked.get("target", "")
    target = b64(sha(target.encode())) if len(target.encode()) > 512 else target
    lines = {
        "open": [*head, request["currency"], details["offer"], details["scope"], *(payload.get(name) for name in ("hold", "first", "until", "kind")),
                 *chain, payload.get("voucherKey", ""), session],
        "voucher": [details["instance"], session, of, request["currency"], payload.get("cumulative"), *chain],
        "topUp": [details["instance"], session, of, request["currency"], payload.get("additional"), payload.get("command")],
        "close": [details["instance"], session, payload.get("agreed")],
        "pay": [*head, payload.get("max"), request["currency"], asked.get("method"), target, asked.get("digest") or "", payload.get("command")],
    }[action]
    return "\n".join([f"farthing/{action.lower()}/1", *lines, account])


def receipt_of(case: dict) -> str:
    fields = case["fields"]
    if case["seed"] is None:
        return b64(canonical(fields).encode())
    seed, leaf = bytes.fromhex(case["seed"]), sha(b"\0" + canonical(fields).encode())
    group = case["frame"].to_bytes(6, "big") + case["chunk"].to_bytes(2, "big")
    text = "\n".join(["farthing/receipts/1", fields["instance"], b64(group), "1", b64(leaf)])
    proof = b"\1" + sha(public(seed))[:4] + group + b"\0\0\0\1" + sign(seed, text.encode())
    return b64(canonical(dict(fields, proof=b64(proof))).encode())


# The vectors


def same(name: str, made, kept) -> None:
    if made != kept:
        sys.exit(f"{name}: made\n{made}\nkept\n{kept}")


def seeds(case: dict, _) -> None:
    session = binary(case, "session", 16)
    seed = hkdf(bytes.fromhex(case["wallet_seed"]), session, "farthing/voucher/1")
    same("voucher seed", seed.hex(), case["voucher_seed"])
    same("voucher key", b64(public(hkdf(seed, session, "farthing/voucher-key/1"))), case["voucher_key"])


def chains(case: dict, _) -> None:
    session, length = binary(case, "session", 16), int(case["length"])
    info = "\n".join(["farthing/chain/1", case["base"], case["step"], case["length"]])
    link, made = hkdf(bytes.fromhex(case["voucher_seed"]), session, info), {}
    for index in range(length, -1, -1):
        if str(index) in case["links"]:
            made[str(index)] = b64(link)
        link = step(session, link)
    same(case["name"], made, case["links"])


def challenges(case: dict, _) -> None:
    made = challenge_of(case)
    same(case["name"], (made["request"], made["id"]), (case["request"], case["id"]))
    line = "Payment " + ", ".join(f'{name}="{value}"' for name, value in made.items())
    same(case["name"], line, case["www_authenticate"])
    read_request(opened(canonical(case["request_json"])))


def credentials(case: dict, vectors: dict) -> None:
    challenge = challenge_of(next(it for it in vectors["challenges"] if it["name"] == case["challenge"]))
    payload, seed = dict(case["unsigned"]), bytes.fromhex(case["seed"])
    if "link" not in payload:
        text = text_of(payload, challenge, case)
        same(case["name"], text, case["text"])
        payload["signature"] = b64(sign(seed, text.encode()))
        same(case["name"], payload["signature"], case["signature"])
        if not ed25519.verify(public(seed), text.encode(), sign(seed, text.encode())):
            sys.exit(f"{case['name']}: the signature does not hold")
    read_payload(opened(canonical(payload)))
    value = "Payment " + b64(canonical({"challenge": challenge, "payload": payload}).encode())
    same(case["name"], value, case["authorization"])


def refused(case: dict, _) -> None:
    read = {"payload": read_payload, "request": read_request, "receipt": read_receipt}[case["what"]]
    try:
        read(opened(case["json"]))
    except Refused as reason:
        return same(case["name"], str(reason), case["reason"])
    sys.exit(f"{case['name']}: is read")


def receipts(case: dict, _) -> None:
    same(case["name"], receipt_of(case), case["value"])
    if case["seed"]:
        read_receipt(opened(base64.urlsafe_b64decode(case["value"] + "==").decode()))


def main(file: str) -> None:
    vectors = json.loads(Path(file).read_text())
    first = vectors["step"]
    same("step", step(binary(first, "session", 16), bytes.fromhex(first["from"]), first["steps"]).hex(), first["to"])
    count, parts = 1, {
        "seeds": seeds, "chains": chains, "challenges": challenges, "credentials": credentials, "receipts": receipts, "refused": refused,
        "shown": lambda case, _: same(case["name"], shown(case), (case["outcome"], case["authorises"])),
        "standing": lambda case, _: same(case["name"], standing(case), [it["accepted"] for it in case["vouchers"]]),
    }
    if set(parts) | {"caption", "step"} != set(vectors):
        sys.exit("another file than this program knows")
    for name, check in parts.items():
        for case in vectors[name]:
            check(case, vectors)
            count += 1
    print(f"{count} vectors, all the same")


if __name__ == "__main__":
    main(*sys.argv[1:])
