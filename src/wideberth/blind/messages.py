"""What the two sides of a blind check send each other, and its bytes.

Each message begins with HEADING and a letter for its kind; integers are big-endian.

    C  COMMIT     session 16 ‖ round 1 ‖ role 1 ‖ level 1 ‖ n 4 ‖ key 32 ‖ masked 32 ‖ plans 32 ‖ proof 64 ‖
                  rules 32 ‖ from_ms 8 ‖ signature 64
    M  MASKED     session 16 ‖ round 1 ‖ role 1 ‖ n · 32
    E  EVALUATED  session 16 ‖ round 1 ‖ role 1 ‖ proofs 2 ‖ proofs · 64 ‖ n · 32
    R  RESULT     session 16 ‖ round 1 ‖ role 1 ‖ matches 32 ‖ n 4 ‖ ⌈n/8⌉ bytes of bits ‖ signature 64
    S  STOPPED    session 16 ‖ role 1 ‖ code, ASCII

A signature is over everything before it. COMMIT and RESULT go into feeds, and hold hashes only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct, structs

from wideberth.blind.rules import Role
from wideberth.errors import Invalid

HEADING: Final = b"wideberth/blind/v1\n"
SESSION: Final = 16
POINT: Final = 32
PROOF: Final = 64
SIGNATURE: Final = 64
MOST: Final = 1_000_000
"""Elements of a set, at most, whatever is agreed."""
_ROLES: Final[tuple[Role, ...]] = ("a", "b")
_HEAD: Final = struct.Struct(">16sBB")
_COMMIT: Final = struct.Struct(">BI32s32s32s64s32sq")
_RESULT: Final = struct.Struct(">32sI")
_CODE: Final = re.compile(rb"[a-z_]{1,40}")


class Commit(Struct, frozen=True):
    """What a side is bound to before it learns anything of a round.

    Attributes:
        session: 16 bytes, chosen by whoever begins, used once.
        round: from 0; `role`: whose.
        level: of the round's cells.
        n: elements of its set, pads included.
        key: its point of the round, K = kG (32 bytes); `proof` that it knows k (64).
        masked: SHA-256 of the masked set; `plans`: salted commitment to the document of its plans.
        rules: SHA-256 of what is agreed (rules.Agreed).
        from_ms: where the horizon begins.
        signature: Ed25519, over all of it.
    """

    session: bytes
    round: int
    role: Role
    level: int
    n: int
    key: bytes
    masked: bytes
    plans: bytes
    proof: bytes
    rules: bytes
    from_ms: int
    signature: bytes = b""


class Masked(Struct, frozen=True):
    """The masked set, n × 32 bytes, strictly increasing."""

    session: bytes
    round: int
    role: Role
    points: bytes


class Evaluated(Struct, frozen=True):
    """The other side's masked set, masked again in its order, and a proof (64 bytes) for each chunk of it."""

    session: bytes
    round: int
    role: Role
    proofs: bytes
    points: bytes


class Result(Struct, frozen=True):
    """What came of a round, as this side has it.

    Attributes:
        matches: SHA-256 of the matches, masked by both, sorted.
        filled: for each of them in that order whether its cell is filled by every plan of this side in it.
        signature: Ed25519, over all of it.
    """

    session: bytes
    round: int
    role: Role
    matches: bytes
    filled: tuple[bool, ...]
    signature: bytes = b""


class Stopped(Struct, frozen=True):
    """A side goes no further, and why: a code without `blind.`."""

    session: bytes
    role: Role
    code: str


Message: TypeAlias = Commit | Masked | Evaluated | Result | Stopped


def signed(message: Commit | Result) -> bytes:
    """What its signature is over."""
    return write(structs.replace(message, signature=b""))


def write(message: Message) -> bytes:
    """The bytes of a message."""
    role = _ROLES.index(message.role)
    if isinstance(message, Stopped):
        return HEADING + b"S" + message.session + bytes([role]) + message.code.encode()
    head = _HEAD.pack(message.session, message.round, role)
    match message:
        case Commit():
            fixed = _COMMIT.pack(
                message.level,
                message.n,
                message.key,
                message.masked,
                message.plans,
                message.proof,
                message.rules,
                message.from_ms,
            )
            return HEADING + b"C" + head + fixed + message.signature
        case Masked():
            return HEADING + b"M" + head + message.points
        case Evaluated():
            count = len(message.proofs) // PROOF
            return HEADING + b"E" + head + count.to_bytes(2, "big") + message.proofs + message.points
        case Result():
            fixed = _RESULT.pack(message.matches, len(message.filled))
            return HEADING + b"R" + head + fixed + _bits(message.filled) + message.signature


def read(data: bytes) -> Message:
    """The message of these bytes. Raises: Invalid (`blind.message`)."""
    kind, rest = data[len(HEADING) : len(HEADING) + 1], data[len(HEADING) + 1 :]
    if data.startswith(HEADING) and kind == b"S":
        return _stopped(rest)
    if not data.startswith(HEADING) or kind not in _READERS:
        raise _unfit("", f"{data[: len(HEADING) + 1]!r}", "a message of a blind check, version 1")
    if len(rest) < _HEAD.size:
        raise _unfit("", f"{len(data):,} bytes", "session, round and role")
    session, number, role = _HEAD.unpack(rest[: _HEAD.size])
    found = _READERS[kind](session, number, _role(role), rest[_HEAD.size :])
    if write(found) != data:
        raise _unfit("", f"{len(data):,} bytes", "bytes that say one thing in one way")
    return found


def _commit(session: bytes, number: int, role: Role, rest: bytes) -> Message:
    if len(rest) != _COMMIT.size + SIGNATURE:
        raise _unfit("commit", f"{len(rest):,} bytes", f"{_COMMIT.size + SIGNATURE}")
    level, n, key, masked, plans, proof, rules, from_ms = _COMMIT.unpack(rest[: _COMMIT.size])
    if not 0 < n <= MOST:
        raise _unfit("n", n, f"1 to {MOST:,} elements")
    signature = rest[_COMMIT.size :]
    return Commit(session, number, role, level, n, key, masked, plans, proof, rules, from_ms, signature)


def _masked(session: bytes, number: int, role: Role, rest: bytes) -> Message:
    return Masked(session, number, role, _points(rest))


def _evaluated(session: bytes, number: int, role: Role, rest: bytes) -> Message:
    end = 2 + int.from_bytes(rest[:2], "big") * PROOF
    if len(rest) < end:
        raise _unfit("proofs", f"{len(rest):,} bytes", f"{end:,} and more")
    return Evaluated(session, number, role, rest[2:end], _points(rest[end:]))


def _result(session: bytes, number: int, role: Role, rest: bytes) -> Message:
    if len(rest) < _RESULT.size:
        raise _unfit("result", f"{len(rest):,} bytes", f"{_RESULT.size} and more")
    matches, n = _RESULT.unpack(rest[: _RESULT.size])
    end = _RESULT.size + (n + 7) // 8
    if n > MOST or len(rest) != end + SIGNATURE:
        raise _unfit("filled", f"{n:,} bits in {len(rest):,} bytes", "as many bits as it says")
    bits = rest[_RESULT.size : end]
    filled = tuple(bool(bits[k // 8] >> (7 - k % 8) & 1) for k in range(n))
    return Result(session, number, role, matches, filled, rest[end:])


def _stopped(rest: bytes) -> Stopped:
    code = rest[SESSION + 1 :]
    if len(rest) < SESSION + 2 or not _CODE.fullmatch(code):
        raise _unfit("code", f"{code[:40]!r}", "1 to 40 of a-z and _")
    return Stopped(rest[:SESSION], _role(rest[SESSION]), code.decode())


_READERS: Final[dict[bytes, Callable[[bytes, int, Role, bytes], Message]]] = {
    b"C": _commit,
    b"M": _masked,
    b"E": _evaluated,
    b"R": _result,
}


def _role(number: int) -> Role:
    if number >= len(_ROLES):
        raise _unfit("role", number, "0 (begins) or 1 (answers)")
    return _ROLES[number]


def _points(data: bytes) -> bytes:
    if not data or len(data) % POINT or len(data) > MOST * POINT:
        raise _unfit("points", f"{len(data):,} bytes", f"1 to {MOST:,} elements of {POINT} bytes")
    return data


def _bits(filled: tuple[bool, ...]) -> bytes:
    made = bytearray((len(filled) + 7) // 8)
    for k, each in enumerate(filled):
        made[k // 8] |= each << (7 - k % 8)
    return bytes(made)


def _unfit(field: str, found: object, wanted: str) -> Invalid:
    return Invalid("blind.message", field, found, wanted)
