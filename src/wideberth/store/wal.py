"""Does SQLite's log hold commits behind a place that can no longer be read?

SQLite takes the commits of a log up to the first frame that does not fit its checksum, and drops the rest
without a word. That is right for a commit that was being written when the power failed, and wrong for commits
that were durable and are damaged since. What follows tells them apart: a commit is begun only after the one
before it has been synced, so a frame of a later commit shows that the unreadable one was durable. A later
commit is known by the end of one before it, or by a page that is written again: within a commit SQLite writes
a page once, except that the frame that ends it may repeat one.

https://sqlite.org/fileformat2.html#walformat has the layout.
"""

from __future__ import annotations

import struct

HEADER = 32
FRAME = 24
"""Bytes before the page in each frame: number of the page, pages after a commit or 0, two salts, checksum."""

_ORDER = {0x377F0682: "<", 0x377F0683: ">"}
"""Of the words that are summed, by the log's first four bytes."""
_WORD = 0xFFFFFFFF
_SECTOR = 512


def unreadable(log: bytes) -> int | None:
    """The byte from which commits that were durable cannot be read; None where there are none.

    A damaged last commit looks like one that was never finished, and a log that is cut off like one that
    never went on: neither is seen here.
    """
    if len(log) <= HEADER:  # the header is synced before anything is written behind it
        return None
    magic, _, page, _, *_, one, other = struct.unpack(">8I", log[:HEADER])
    order = _ORDER.get(magic)
    sums = (0, 0) if order is None else _summed(order, log[:FRAME], (0, 0))
    if order is None or sums != (one, other):
        return 0
    salts, begun = log[16:24], HEADER
    frames = range(HEADER, len(log) - FRAME - page + 1, FRAME + page)
    for at in frames:
        pages, said = (
            struct.unpack(">I", log[at + 4 : at + 8]),
            struct.unpack(">2I", log[at + 16 : at + FRAME]),
        )
        sums = _summed(order, log[at : at + 8] + log[at + FRAME : at + FRAME + page], sums)
        if log[at + 8 : at + 16] != salts or sums != said:
            rest = b"".join(
                log[each : each + 8] for each in frames if each >= begun and _whole(log, each, salts)
            )
            return at if _several(rest) else None
        begun = at + FRAME + page if any(pages) else begun
    return None


def _whole(log: bytes, at: int, salts: bytes) -> bool:
    """Whether a frame is of this round of the log, and its header in one sector: no mixture of two rounds."""
    return log[at + 8 : at + 16] == salts and at % _SECTOR <= _SECTOR - FRAME


def _several(headers: bytes) -> bool:
    """Whether frames are of more than one commit."""
    seen: set[int] = set()
    ended = None
    for page, pages in struct.iter_unpack(">2I", headers):
        if ended not in (None, page) or (page in seen and not pages):
            return True
        seen.add(page)
        ended = page if pages else ended
    return False


def _summed(order: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    """SQLite's checksum, continued over data of a multiple of 8 bytes."""
    one, other = sums
    for a, b in struct.iter_unpack(order + "2I", data):
        one = (one + a + other) & _WORD
        other = (other + b + one) & _WORD
    return one, other
