"""Rows at rest: AES-256-GCM-SIV (RFC 8452), each bound to the journal and the place that it stands in.

    nonce (12 random bytes) ‖ ciphertext with its 16-byte tag

A row moved to another place, feed, table or journal does not open. GCM-SIV, because a machine restored from
an image may draw a nonce twice: equal rows would then be seen to be equal, and nothing else is given away.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.feed import Item

KEY = 32
"""Bytes of a journal's key."""
ID = 16
"""Random bytes by which a journal is told from others under the same key."""
NONCE = 12
PURPOSE = b"wideberth/journal/v1\n"

_LENGTH = 4


class Cipher:
    """Seals and opens the rows of one journal. Raises: Invalid (`journal.key_length`)."""

    def __init__(self, key: bytes, journal: bytes) -> None:
        if len(key) != KEY:
            raise Invalid("journal.key_length", "", f"{len(key)} bytes", f"a key of {KEY} bytes")
        self.journal = journal
        self._aead = AESGCMSIV(key)
        self._prefix = PURPOSE + journal

    def seal(self, data: bytes, place: bytes) -> bytes:
        """The row for one place."""
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, data, self._prefix + place)

    def open(self, row: object, place: bytes) -> bytes | None:
        """What was sealed; None where the row is altered or belongs to another place.

        A damaged file may hold anything in a row, also another type.
        """
        if not isinstance(row, bytes):
            return None
        try:
            return self._aead.decrypt(row[:NONCE], row[NONCE:], self._prefix + place)
        except (InvalidTag, ValueError):  # ValueError: shorter than a nonce
            return None


def entry_place(feed: str, n: int) -> bytes:
    """Where entry n of a feed stands."""
    return b"entry\n%d\n%s" % (n, feed.encode())


def dropped_place(feed: str, n: int) -> bytes:
    """Where entry n of a feed stands without its body: no row with one is taken for it, nor it for one."""
    return b"dropped\n%d\n%s" % (n, feed.encode())


def note_place(feed: str, size: int) -> bytes:
    """Where the checkpoint of a size stands."""
    return b"note\n%d\n%s" % (size, feed.encode())


def head_place(number: int) -> bytes:
    """Where the head of the journal's feed `number` stands."""
    return b"head\n%d" % number


def snapshot_place(line: str, number: int) -> bytes:
    """Where snapshot `number` of a line stands."""
    return b"snapshot\n%d\n%s" % (number, line.encode())


COUNT_PLACE = b"feeds"
"""Where the number of feeds stands."""


def pack(item: Item) -> bytes:
    """Salt (16 bytes), length of the header (4, big-endian), header, body."""
    return item.salt + len(item.leaf).to_bytes(_LENGTH, "big") + item.leaf + item.body


def blank(item: Item) -> bytes:
    """As `pack`, with zeros for salt and body: as long as it was, so that nothing moves in a file."""
    return pack(Item(item.leaf, bytes(body.SALT), bytes(len(item.body))))


def unpack(data: bytes) -> Item:
    """The item that was packed."""
    begin = body.SALT + _LENGTH
    end = begin + int.from_bytes(data[body.SALT : begin], "big")
    return Item(data[begin:end], data[: body.SALT], data[end:])
