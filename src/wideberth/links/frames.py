"""Messages in the body of a request or an answer: each after its length, or in parts where it is too large.

    length (4 bytes, big-endian) ‖ message
    0x80000000 + length (4) ‖ SHA-256 of the message (32) ‖ offset (4) ‖ size of the message (4) ‖ bytes

A part's length counts what follows it. Parts of a message come in order, and of one message after another.
One that is lost costs its message only, which the line says again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from wideberth.errors import Invalid
from wideberth.ledger import ids, seal

BODY = 1 << 20
"""The most bytes of a body."""
LEAST = 1 << 10
"""The fewest that a body may be bounded to, so that a part has room."""
SMALLEST = seal.OUTER + seal.BLOCK
"""No sealed message is as small as this."""

_LENGTH = 4
_PART = 1 << 31
_PART_HEAD = ids.HASH + 2 * _LENGTH


class Part(NamedTuple):
    """Some bytes of a message: whose hash it is, where they begin, how many it has in all."""

    hash: bytes
    at: int
    size: int
    data: bytes


class Left(NamedTuple):
    """What is still to be sent: messages, of the first of which `at` bytes are gone already."""

    messages: tuple[bytes, ...] = ()
    at: int = 0


class Begun(NamedTuple):
    """A message of which not all parts are here."""

    hash: bytes
    size: int
    data: bytes


def piece(left: Left, most: int) -> tuple[bytes, Left]:
    """A body of at most `most` bytes (LEAST or more), and what is left after it."""
    body, at = bytearray(), left.at
    for i, message in enumerate(left.messages):
        room = most - len(body)
        if not at and len(message) + _LENGTH <= room:
            body += len(message).to_bytes(_LENGTH, "big") + message
            continue
        if not at and body:
            return bytes(body), Left(left.messages[i:])
        data = message[at : at + room - _LENGTH - _PART_HEAD]
        body += _written(Part(hashlib.sha256(message).digest(), at, len(message), data))
        at += len(data)
        if at < len(message):
            return bytes(body), Left(left.messages[i:], at)
        at = 0
    return bytes(body), Left()


def read(body: bytes) -> list[bytes | Part]:
    """What stands in a body: messages and parts. Raises: Invalid (`transport.frames`)."""
    if len(body) > BODY:
        raise Invalid("transport.frames", "", f"{len(body):,} bytes", f"at most {BODY:,} bytes")
    found: list[bytes | Part] = []
    at = 0
    while at < len(body):
        word = int.from_bytes(body[at : at + _LENGTH], "big")
        length, start = word & ~_PART, at + _LENGTH
        at = start + length
        if at > len(body):
            raise Invalid("transport.frames", f"byte {start}", f"a length of {length:,}", "what is there")
        found.append(_part(body[start:at]) if word & _PART else _message(body[start:at]))
    return found


def join(begun: Begun | None, found: Iterable[bytes | Part]) -> tuple[Begun | None, list[bytes]]:
    """The messages that are whole now, and the one that is begun. A part that fits nothing is dropped."""
    whole: list[bytes] = []
    for each in found:
        if isinstance(each, bytes):
            whole.append(each)
            continue
        same = begun is not None and (begun.hash, begun.size) == (each.hash, each.size)
        if not same:
            if each.at:
                continue
            begun = Begun(each.hash, each.size, b"")
        assert begun is not None  # it is the same, or was just begun
        if each.at > len(begun.data):
            continue
        # a part may come twice: the answer to it was lost
        if each.at + len(each.data) > len(begun.data):
            begun = begun._replace(data=begun.data[: each.at] + each.data)
        if len(begun.data) == begun.size:
            if hashlib.sha256(begun.data).digest() == begun.hash:
                whole.append(begun.data)
            begun = None
    return begun, whole


def _written(part: Part) -> bytes:
    word = _PART + _PART_HEAD + len(part.data)
    numbers = (part.at, part.size)
    head = part.hash + b"".join(number.to_bytes(_LENGTH, "big") for number in numbers)
    return word.to_bytes(_LENGTH, "big") + head + part.data


def _message(data: bytes) -> bytes:
    if not SMALLEST < len(data) <= seal.SEALED:
        wanted = f"a sealed message of {SMALLEST:,} to {seal.SEALED:,} bytes"
        raise Invalid("transport.frames", "", f"{len(data):,} bytes", wanted)
    return data


def _part(data: bytes) -> Part:
    at, size = (
        int.from_bytes(data[start : start + _LENGTH], "big") for start in (ids.HASH, ids.HASH + _LENGTH)
    )
    found = Part(data[: ids.HASH], at, size, data[_PART_HEAD:])
    if not found.data or not SMALLEST < size <= seal.SEALED or at + len(found.data) > size:
        wanted = "a part of a sealed message, within it"
        raise Invalid("transport.frames", "", f"{len(data):,} bytes at {at:,} of {size:,}", wanted)
    return found
