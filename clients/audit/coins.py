# Payments past the books, from the records alone: written from docs/journal-format.md. Each thing that was signed is taken once, for a
# price of its offer and for just so much of the coin, and ends once. Who signed it is told by the signature (EIP-712, secp256k1).
from typing import Any
from sessions import must

P, N, G = 2**256 - 2**32 - 977, 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141, (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
DOMAIN = b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
SIGNED = b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"


def permute(lanes: list[int]) -> list[int]:
    lfsr = 1
    for _ in range(24):
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        lanes = [lane ^ parity[(at % 5 + 4) % 5] ^ turned(parity[(at % 5 + 1) % 5], 1) for at, lane in enumerate(lanes)]
        x, y, current = 1, 0, lanes[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, lanes[x + 5 * y] = lanes[x + 5 * y], turned(current, (step + 1) * (step + 2) // 2)
        rows = [lanes[at : at + 5] for at in range(0, 25, 5)]
        lanes = [row[x] ^ ~row[(x + 1) % 5] & row[(x + 2) % 5] for row in rows for x in range(5)]
        for bit in range(7):
            if lfsr & 1:
                lanes[0] ^= 1 << (1 << bit) - 1
            lfsr = lfsr << 1 ^ (0x171 if lfsr >> 7 else 0)
    return lanes


def turned(lane: int, by: int) -> int:
    return (lane << by % 64 | lane >> 64 - by % 64) & 2**64 - 1 if by % 64 else lane


# Keccak-256, which pads otherwise than SHA3-256.
def keccak(data: bytes) -> bytes:
    lanes, rate = [0] * 25, 136
    pad = bytearray(-len(data) % rate or rate)
    pad[0] |= 1
    pad[-1] |= 0x80
    data += bytes(pad)
    for at in range(0, len(data), rate):
        for lane in range(rate // 8):
            lanes[lane] ^= int.from_bytes(data[at + 8 * lane : at + 8 * lane + 8], "little")
        lanes = permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def added(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(point: Any, by: int) -> Any:
    total = None
    while by:
        total, point, by = added(total, point) if by & 1 else total, added(point, point), by >> 1
    return total


# The address whose key made a signature; of the two forms of each only the lower one counts.
def recovered(hashed: bytes, signature: bytes) -> bytes:
    r, s, odd = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64] - 27
    square = (r**3 + 7) % P
    y = pow(square, (P + 1) // 4, P)
    if not (0 < r < N and 0 < s <= N // 2 and odd in (0, 1) and y * y % P == square):
        return b""
    point, inverse = (r, y if y & 1 == odd else P - y), pow(r, -1, N)
    key = added(times(point, s * inverse % N), times(G, -int.from_bytes(hashed, "big") * inverse % N))
    return keccak(b"".join(part.to_bytes(32, "big") for part in key))[12:] if key else b""


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


class Coins:
    def __init__(self, offers: Any) -> None:
        self.offers, self.claims, self.taken, self.ended = offers, {}, {}, {}

    def enter(self, record: Any, is_sold: bool, has_proofs: bool) -> None:
        where, command, body = record.where, record.command, record.body
        if record.kind == 26:
            case, _ = body
            must(command in self.claims, f"{where}: it ends a payment past the books that was never claimed")
            must(command not in self.ended, f"{where}: it ends a payment past the books a second time")
            amount, signed = self.claims[command]
            must(record.effect == (0 if case else amount), f"{where}: what of a payment past the books arrived is not what was claimed")
            self.ended[command] = case
            if case:
                del self.taken[signed]
            return
        offer, _, amount, asset, network, contract, name, version, decimals, pay_to, value, payer, nonce, after, before, signature, _ = body
        must(command not in self.claims and not is_sold, f"{where}: its serial is another sale's")
        signed = (network, contract, payer, nonce)
        must(signed not in self.taken, f"{where}: what was signed once is taken a second time")
        must(offer in self.offers, f"{where}: it claims a coin under an offer that was never set")
        kind, price = self.offers[offer][4]
        must(kind in (1, 2, 3, 9) and price[1] == asset, f"{where}: it claims a coin for an offer of another kind or currency")
        must(record.effect == amount > 0, f"{where}: it claims another amount than it says")
        value = int.from_bytes(value, "little")
        must(amount * 10**decimals == value * 10**6, f"{where}: {value} of a coin with {decimals} decimals are not {amount}")
        if has_proofs:
            chain = int(network.removeprefix("eip155:"))
            domain = keccak(keccak(DOMAIN) + keccak(name.encode()) + keccak(version.encode()) + word(chain) + bytes(12) + contract)
            facts = bytes(12) + payer + bytes(12) + pay_to + word(value) + word(after) + word(before) + nonce
            hashed = keccak(b"\x19\x01" + domain + keccak(keccak(SIGNED) + facts))
            must(recovered(hashed, signature) == payer, f"{where}: the payer of a coin did not sign it")
        self.claims[command], self.taken[signed] = (amount, signed), command
