# Ed25519 signatures (RFC 8032, 5.1.7) are verified here; nothing is signed. With the package `cryptography` its C code does it.
# Without it, all multiples of the two points that a check needs are added up from tables: a hundred thousand checks under
# one key take under a minute.

import functools
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z
Table = list[list[tuple[int, int, int]]]


def add(p: Point, q: Point) -> Point:
    """The sum of two points on the curve −x² + y² = 1 + d·x²·y²: complete, so also for equal ones (RFC 8032, 5.1.4)."""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def decoded(text: bytes) -> Point | None:
    """The point of 32 bytes, if they are one's only encoding (RFC 8032, 5.1.3)."""
    number = int.from_bytes(text, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * ROOT_OF_MINUS_1 % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def encoded(point: Point) -> bytes:
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def table(point: Point) -> Table:
    """For each of 32 bytes of a factor the multiples that its 256 values stand for, each as y − x, y + x and 2·d·x·y."""
    points = []
    for _ in range(32):
        points.append(NEUTRAL)
        for _ in range(255):
            points.append(add(points[-1], point))
        point = add(points[-1], point)
    # One inversion for all Z: the products up to each, and back (Montgomery).
    products = [1]
    for p in points:
        products.append(products[-1] * p[2] % P)
    inverse, flat = pow(products.pop(), -1, P), []
    for p in reversed(points):
        z, inverse = inverse * products.pop() % P, inverse * p[2] % P
        x, y = p[0] * z % P, p[1] * z % P
        flat.append((y - x, y + x, 2 * D * x * y % P))
    flat.reverse()
    return [flat[at : at + 256] for at in range(0, len(flat), 256)]


BASE = functools.cache(lambda: table(decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))))


@functools.lru_cache(maxsize=8)
def negated(key: bytes) -> Table | None:
    """The table of a key's point with its sign turned; none for a key of small order, under which anything would hold."""
    point = decoded(key)
    if point is None:
        return None
    eightfold = point
    for _ in range(3):
        eightfold = add(eightfold, eightfold)
    return None if encoded(eightfold) == encoded(NEUTRAL) else table((P - point[0], point[1], 1, P - point[3]))


def verify_plain(key: bytes, message: bytes, signature: bytes) -> bool:
    """True if S·B − h·A is the R of the signature R ‖ S."""
    rows = negated(key) if len(key) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if rows is None or s >= ORDER:
        return False
    factor = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ORDER
    x, y, z, t = NEUTRAL
    for number, lines in ((s, BASE()), (factor, rows)):
        for row, byte in zip(lines, number.to_bytes(32, "little")):
            minus, plus, product = row[byte]  # `add`, for a point whose Z is 1
            a, b, c = (y - x) * minus % P, (y + x) * plus % P, t * product % P
            e, f, g, h = b - a, z + z - c, z + z + c, b + a
            x, y, z, t = e * f % P, g * h % P, f * g % P, e * h % P
    return encoded((x, y, z, t)) == signature[:32]


def verify_compiled(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same with the package `cryptography`."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return negated_is_sound(key)


@functools.lru_cache(maxsize=8)
def negated_is_sound(key: bytes) -> bool:
    return negated(key) is not None


try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    verify = verify_compiled
except ImportError:
    verify = verify_plain
