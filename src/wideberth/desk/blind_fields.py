"""What the bodies of entries about the blind check are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from wideberth.blind.messages import SIGNATURE
from wideberth.blind.rules import STEP
from wideberth.errors import Invalid
from wideberth.ledger import ids
from wideberth.ledger.canonical import WHOLE, Value

T = TypeVar("T")

LETTER: Final = "b"
TERM: Final = 17
"""Bytes of the term of a cell."""
DEEPEST: Final = 64
"""The finest level of the tree."""
_HEX: Final = re.compile(f"[0-9a-f]{{{2 * TERM}}}")


def session_id(session: bytes) -> str:
    """The id of a run, of the 16 bytes that its messages name it by."""
    return ids.noun(LETTER, session)


def session_bytes(value: Mapping[str, Value]) -> bytes:
    """The 16 bytes. Raises: Invalid (`ledger.noun`, `ledger.base32`)."""
    return ids.unnoun(value.get("session"), LETTER, "session")


def session(value: Mapping[str, Value]) -> str:
    """The id. Raises: as `session_bytes`."""
    return session_id(session_bytes(value))


def round_(value: Mapping[str, Value]) -> int:
    """The number of a round. Raises: Invalid (`blind.entry`)."""
    return number(value, "round", 0, DEEPEST // STEP)


def term(value: Mapping[str, Value]) -> bytes:
    """The term of a cell. Raises: Invalid (`blind.entry`)."""
    found = value.get("cell")
    if not isinstance(found, str) or not _HEX.fullmatch(found):
        raise Invalid(
            "blind.entry", "cell", found, f"the term of a cell: {2 * TERM} hex digits in lower case"
        )
    return bytes.fromhex(found)


def write_bytes(data: bytes) -> str | None:
    """Base32; null for none."""
    return ids.base32(data) if data else None


def read_bytes(value: Mapping[str, Value], name: str, length: int) -> bytes:
    """Bytes of a known length. Raises: Invalid (`ledger.base32`)."""
    return ids.unbase32(value.get(name), length, name)


def signature(value: Mapping[str, Value]) -> bytes:
    """Of a message; empty where the feed alone signs. Raises: as `read_bytes`."""
    return b"" if value.get("signature") is None else read_bytes(value, "signature", SIGNATURE)


def write_bits(bits: tuple[bool, ...]) -> str | None:
    """The first one is the highest of the first byte; null for none."""
    if not bits:
        return None
    size = (len(bits) + 7) // 8
    whole = int("".join("01"[each] for each in bits), 2) << (8 * size - len(bits))
    return ids.base32(whole.to_bytes(size, "big"))


def read_bits(value: Mapping[str, Value], name: str, n: int) -> tuple[bool, ...]:
    """So many bits. Raises: Invalid (`blind.entry`, `ledger.base32`)."""
    wanted = f"{n:,} bits, and zeros up to a whole byte; null for none"
    if not n:
        if value.get(name) is not None:
            raise Invalid("blind.entry", name, value.get(name), wanted)
        return ()
    data = read_bytes(value, name, (n + 7) // 8)
    text = f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"
    if "1" in text[n:]:
        raise Invalid("blind.entry", name, value.get(name), wanted)
    return tuple(each == "1" for each in text[:n])


def number(value: Mapping[str, Value], name: str, least: int, most: int = WHOLE) -> int:
    """A whole number. Raises: Invalid (`blind.entry`)."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        raise Invalid("blind.entry", name, found, f"a whole number from {least} to {most:,}")
    return found


def one_of(value: Mapping[str, Value], name: str, wanted: tuple[T, ...]) -> T:
    """One of the values that there are. Raises: Invalid (`blind.entry`)."""
    for each in wanted:
        if value.get(name) == each:
            return each
    raise Invalid("blind.entry", name, value.get(name), ", ".join(map(str, wanted)))
