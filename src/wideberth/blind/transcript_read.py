"""The messages of a transcript, taken apart from their bytes and put in their places (steps 1 to 4).

Written from docs/blind.md; the other reader of these bytes is blind.messages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

STEPS: Final = (
    "message",
    "session",
    "changed",
    "order",
    "signature",
    "rules",
    "commit",
    "plans",
    "key",
    "masked",
    "evaluated",
    "result",
)
"""The code of each step, the first being number 1, as docs/blind.md counts them."""
ROLES: Final = "ab"
LARGEST: Final = 1_000_000
"""Elements of a set, at most."""

_HEADING = b"wideberth/blind/v1\n"


class Failed(NamedTuple):
    """Where a transcript does not hold: the step, the round and side where it is one's, and in words."""

    step: int
    code: str
    words: str
    round: int | None = None
    role: str | None = None


class Message(NamedTuple):
    """A message, taken apart. Fields that its kind does not have are empty."""

    kind: str
    session: bytes
    round: int
    role: str
    said: bytes
    level: int = 0
    n: int = 0
    key: bytes = b""
    masked: bytes = b""
    plans: bytes = b""
    proofs: bytes = b""
    rules: bytes = b""
    from_ms: int = 0
    points: bytes = b""
    matches: bytes = b""
    bits: tuple[bool, ...] = ()
    code: str = ""
    signature: bytes = b""


Place = tuple[str, int, str]
"""Kind, round and role: there is one message for each."""


class Fails(Exception):
    def __init__(self, code: str, words: str, number: int | None = None, role: str | None = None) -> None:
        super().__init__(words)
        self.failed = Failed(STEPS.index(code) + 1, code, words, number, role)


def joined(messages: Iterable[bytes]) -> bytes:
    """Messages as a file: each behind its length in 4 bytes."""
    return b"".join(len(each).to_bytes(4, "big") + each for each in messages)


def parted(data: bytes) -> list[bytes]:
    """The messages of such a file; of one that is cut off, the last is shorter, and is then no message."""
    found, at = [], 0
    while at < len(data):
        begin = at + 4
        at = begin + int.from_bytes(data[at:begin], "big")
        found.append(data[begin:at])
    return found


def placed(messages: Iterable[bytes]) -> dict[Place, Message]:
    """Steps 1 to 3."""
    found = list(map(_read, dict.fromkeys(messages)))
    for each in found:
        if each.session != found[0].session:
            raise Fails("session", "messages of two sessions", each.round, each.role)
    known: dict[Place, Message] = {}
    for each in found:
        if known.setdefault((each.kind, each.round, each.role), each) is not each:
            raise Fails("changed", f"two different messages {each.kind}", each.round, each.role)
    return known


def check_due(known: Mapping[Place, Message]) -> None:
    """Step 4."""
    for (kind, number, role), each in sorted(known.items()):
        other = other_of(role)
        before: list[Place] = {
            "C": [("R", number - 1, "a"), ("R", number - 1, "b")] if number else [],
            "M": [("C", number, role), ("C", number, other)],
            "E": [("M", number, role), ("M", number, other)],
            "R": [("E", number, role), ("E", number, other)],
            "S": [],
        }[kind]
        for place in before:
            if place not in known:
                words = f"{each.kind} without {place[0]} of {place[2]} in round {place[1]}"
                raise Fails("order", words, number, role)


def _read(data: bytes) -> Message:
    """Step 1."""
    at = len(_HEADING)
    if data[:at] != _HEADING or data[at : at + 1] not in (b"C", b"M", b"E", b"R", b"S"):
        raise Fails("message", "it does not begin as a message does")
    kind, take = chr(data[at]), _taker(data, at + 1)
    session = take(16)
    number = 0 if kind == "S" else take(1)[0]
    role = take(1)[0]
    if role > 1:
        raise Fails("message", f"role {role}")
    head = kind, session, number, ROLES[role]
    if kind == "S":
        code = take(-1)
        if not re.fullmatch(rb"[a-z_]{1,40}", code):
            raise Fails("message", "no code")
        return Message(*head, data, code=code.decode("ascii"))
    return {"C": _commit, "M": _masked, "E": _evaluated, "R": _result}[kind](head, data, take)


_Take = Callable[[int], bytes]
_Head = tuple[str, bytes, int, str]


def _taker(data: bytes, at: int) -> _Take:
    """Gives the next so many bytes, or with −1 all that is left."""

    def take(count: int) -> bytes:
        nonlocal at
        end = len(data) if count < 0 else at + count
        if end > len(data):
            raise Fails("message", "it is too short")
        at, begin = end, at
        return data[begin:end]

    return take


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _commit(head: _Head, data: bytes, take: _Take) -> Message:
    level, n = take(1)[0], _number(take(4))
    key, masked, plans, proof, rules = take(32), take(32), take(32), take(64), take(32)
    from_ms, signature = int.from_bytes(take(8), "big", signed=True), take(64)
    if take(-1) or not 0 < n <= LARGEST:
        raise Fails("message", f"a COMMIT of {len(data)} bytes to {n} elements")
    return Message(
        *head,
        data,
        level=level,
        n=n,
        key=key,
        masked=masked,
        plans=plans,
        proofs=proof,
        rules=rules,
        from_ms=from_ms,
        signature=signature,
    )


def _points(data: bytes) -> bytes:
    if not 0 < len(data) <= 32 * LARGEST or len(data) % 32:
        raise Fails("message", f"{len(data)} bytes of elements")
    return data


def _masked(head: _Head, data: bytes, take: _Take) -> Message:
    return Message(*head, data, points=_points(take(-1)))


def _evaluated(head: _Head, data: bytes, take: _Take) -> Message:
    proofs = take(64 * _number(take(2)))
    return Message(*head, data, proofs=proofs, points=_points(take(-1)))


def _result(head: _Head, data: bytes, take: _Take) -> Message:
    matches, m = take(32), _number(take(4))
    if m > LARGEST:
        raise Fails("message", f"{m} matches")
    packed, signature = take((m + 7) // 8), take(64)
    text = "".join(format(each, "08b") for each in packed)
    if take(-1) or "1" in text[m:]:
        raise Fails("message", "a RESULT with more than it should have")
    return Message(
        *head, data, matches=matches, bits=tuple(each == "1" for each in text[:m]), signature=signature
    )


def other_of(role: str) -> str:
    return "b" if role == "a" else "a"
