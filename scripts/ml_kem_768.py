"""ML-KEM-768 (FIPS 203), slow and in the open, every coin an argument: only for checking golden vectors.

Never for secrets: nothing here takes the same time for every key.
"""

from __future__ import annotations

import hashlib

Q, N, K = 3329, 256, 3
PUBLIC = 384 * K + 32
_ZETAS = [pow(17, int(f"{i:07b}"[::-1], 2), Q) for i in range(128)]
_GAMMAS = [pow(17, 2 * int(f"{i:07b}"[::-1], 2) + 1, Q) for i in range(128)]

Poly = list[int]


def public(seed: bytes) -> bytes:
    """The encapsulation key of a 64-byte seed d ‖ z (FIPS 203, algorithms 13 and 16)."""
    rho, sigma = _halves(hashlib.sha3_512(seed[:32] + bytes([K])).digest())
    secret = [_ntt(_noise(sigma, i)) for i in range(K)]
    error = [_ntt(_noise(sigma, K + i)) for i in range(K)]
    rows = [[_uniform(rho, i, j) for j in range(K)] for i in range(K)]
    key = [_add(_dot(row, secret), error[i]) for i, row in enumerate(rows)]
    return b"".join(_pack(poly, 12) for poly in key) + rho


def encapsulate(key: bytes, coins: bytes) -> tuple[bytes, bytes]:
    """Shared secret and ciphertext for 32 bytes of coins (algorithms 14 and 17)."""
    shared, seed = _halves(hashlib.sha3_512(coins + hashlib.sha3_256(key).digest()).digest())
    theirs = [_unpack(key[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    rho = key[384 * K :]
    mine = [_ntt(_noise(seed, i)) for i in range(K)]
    columns = [[_uniform(rho, j, i) for j in range(K)] for i in range(K)]
    first = [_add(_inverse(_dot(column, mine)), _noise(seed, K + i)) for i, column in enumerate(columns)]
    bits = [coins[i // 8] >> i % 8 & 1 for i in range(N)]
    message = [bit * ((Q + 1) // 2) for bit in bits]
    second = _add(_add(_inverse(_dot(theirs, mine)), _noise(seed, 2 * K)), message)
    packed = [_pack(_compress(poly, 10), 10) for poly in first] + [_pack(_compress(second, 4), 4)]
    return shared, b"".join(packed)


def _halves(data: bytes) -> tuple[bytes, bytes]:
    return data[:32], data[32:]


def _uniform(rho: bytes, row: int, column: int) -> Poly:
    """SampleNTT."""
    stream = hashlib.shake_128(rho + bytes([column, row])).digest(2000)
    found: Poly = []
    for i in range(0, len(stream), 3):
        a, b, c = stream[i : i + 3]
        found += [value for value in (a + 256 * (b % 16), b // 16 + 16 * c) if value < Q]
        if len(found) >= N:
            break
    return found[:N]


def _noise(seed: bytes, number: int) -> Poly:
    """SamplePolyCBD, eta = 2."""
    stream = int.from_bytes(hashlib.shake_256(seed + bytes([number])).digest(128), "little")
    nibbles = [stream >> 4 * i & 15 for i in range(N)]
    return [((x & 1) + (x >> 1 & 1) - (x >> 2 & 1) - (x >> 3 & 1)) % Q for x in nibbles]


def _ntt(poly: Poly) -> Poly:
    found, i, length = list(poly), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta, i = _ZETAS[i], i + 1
            for j in range(start, start + length):
                t = zeta * found[j + length] % Q
                found[j], found[j + length] = (found[j] + t) % Q, (found[j] - t) % Q
        length //= 2
    return found


def _inverse(poly: Poly) -> Poly:
    found, i, length = list(poly), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta, i = _ZETAS[i], i - 1
            for j in range(start, start + length):
                t = found[j]
                found[j], found[j + length] = (t + found[j + length]) % Q, zeta * (found[j + length] - t) % Q
        length *= 2
    return [x * 3303 % Q for x in found]


def _dot(one: list[Poly], other: list[Poly]) -> Poly:
    total = [0] * N
    for f, g in zip(one, other, strict=True):
        for i, gamma in enumerate(_GAMMAS):
            a, b, c, d = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
            total[2 * i] = (total[2 * i] + a * c + b * d * gamma) % Q
            total[2 * i + 1] = (total[2 * i + 1] + a * d + b * c) % Q
    return total


def _add(one: Poly, other: Poly) -> Poly:
    return [(a + b) % Q for a, b in zip(one, other, strict=True)]


def _compress(poly: Poly, bits: int) -> Poly:
    return [((x << bits) + Q // 2) // Q % (1 << bits) for x in poly]


def _pack(poly: Poly, bits: int) -> bytes:
    return sum(x << bits * i for i, x in enumerate(poly)).to_bytes(N * bits // 8, "little")


def _unpack(data: bytes, bits: int) -> Poly:
    whole = int.from_bytes(data, "little")
    return [whole >> bits * i & (1 << bits) - 1 for i in range(N)]
