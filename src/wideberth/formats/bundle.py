"""Bundles: sealed messages of one line in a file, for a disk, a stick or a mailbox.

    "wideberth/bundle/v1" ‖ newline ‖ routing tag (16 bytes) ‖ number of messages (4, big-endian)
    length (4, big-endian) ‖ sealed message         for each

The messages are the bytes that any transport carries. The tag is one for each direction of a line; it says
nothing to whoever does not hold the line's genesis. So a stranger learns sizes and their number, no names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import ids, seal

HEADING: Final = b"wideberth/bundle/v1\n"
TAG: Final = 16
MESSAGES: Final = 1_000_000

_NUMBER = 4
_NEWER = b"wideberth/bundle/v"


class Bundle(Struct):
    """A bundle as it is read: its tag, how many messages it says it holds, and how many were `read`."""

    tag: bytes
    number: int
    read: int = 0


def tag(line: str, recipient: str) -> bytes:
    """SHA-256("wideberth/bundle/v1" ‖ newline ‖ line ‖ recipient)[:16], both as their 32 bytes.

    Raises: Invalid (`ledger.base32`).
    """
    names = ids.unbase32(line, ids.HASH, "line") + ids.unbase32(recipient, ids.HASH, "recipient")
    return hashlib.sha256(HEADING + names).digest()[:TAG]


def write(to: bytes, messages: Sequence[bytes]) -> Iterator[bytes]:
    """The pieces of a file. Raises: Invalid (`bundle.messages`)."""
    if len(messages) > MESSAGES:
        raise Invalid("bundle.messages", "", f"{len(messages):,} messages", f"at most {MESSAGES:,}")
    yield HEADING + to + _bytes(len(messages))
    for each in messages:
        yield _bytes(len(each)) + each


def begin(file: BinaryIO) -> Bundle:
    """What stands before the messages.

    Raises: Invalid (`bundle.file`, `bundle.version`, `bundle.messages`).
    """
    heading = file.read(len(HEADING))
    if heading != HEADING:
        if heading.startswith(_NEWER):
            raise Invalid("bundle.version", "", heading.decode("ascii", "replace"), "version 1")
        raise Invalid("bundle.file", "", heading[:20].hex(), "a bundle, as a node has written it")
    rest = file.read(TAG + _NUMBER)
    if len(rest) < TAG + _NUMBER:
        raise Invalid("bundle.file", "", f"{len(rest)} bytes after the heading", "a routing tag and a number")
    number = int.from_bytes(rest[TAG:], "big")
    if number > MESSAGES:
        raise Invalid("bundle.messages", "", f"{number:,} messages", f"at most {MESSAGES:,}")
    return Bundle(rest[:TAG], number)


def messages(file: BinaryIO, bundle: Bundle) -> Iterator[bytes]:
    """The messages one by one, as far as the file is whole; `bundle.read` counts them.

    None of them is opened here: each is verified for itself.
    """
    while bundle.read < bundle.number:
        length = int.from_bytes(file.read(_NUMBER), "big")
        if not 0 < length <= seal.SEALED:
            return
        data = file.read(length)
        if len(data) < length:
            return
        bundle.read += 1
        yield data


def _bytes(number: int) -> bytes:
    return number.to_bytes(_NUMBER, "big")
