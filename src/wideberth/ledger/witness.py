"""What a C2SP witness does with a request to cosign (c2sp.org/tlog-witness), without its HTTP.

Any witness that speaks it can cosign a feed; this is also what a party does with another's heads.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from wideberth.errors import Invalid
from wideberth.ledger import checkpoint, feed, ids, merkle, note
from wideberth.ledger.checkpoint import Checkpoint, Opened
from wideberth.ledger.note import Verifier

PROOF = 63
"""Lines of a consistency proof."""

_OLD = re.compile("old (0|[1-9][0-9]{0,18})")
WANTED = "`old SIZE`, at most 63 hashes in base64, an empty line, a checkpoint"


class Request(NamedTuple):
    """The size that the asker believes the witness knows, the proof from there, and a checkpoint (a note)."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


def parse(data: bytes) -> Request:
    """The parts of an `add-checkpoint` request. Raises: Invalid (`ledger.request`, `ledger.base64`)."""
    first, between, signed = data[: note.SIZE].partition(b"\n\n")
    try:
        lines = first.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Invalid("ledger.request", f"byte {error.start}", "a byte that is not ASCII", WANTED) from error
    old = _OLD.fullmatch(lines[0])
    if not between or not old or len(lines) > 1 + PROOF or len(data) > note.SIZE:
        raise Invalid("ledger.request", "line 1", lines[0], WANTED)
    proof = tuple(ids.unbase64(line, f"line {i}") for i, line in enumerate(lines[1:], start=2))
    return Request(int(old[1]), proof, signed)


def write(request: Request) -> bytes:
    """The bytes of a request."""
    hashes = [ids.base64(each) for each in request.proof]
    return "\n".join((f"old {request.old}", *hashes, "", "")).encode() + request.note


def add(request: Request, known: Checkpoint | None, origin: str, logs: Collection[Verifier]) -> Opened:
    """The checkpoint that a witness may now commit, with compare-and-set on `request.old`, and then cosign.

    `known` is the newest it cosigned of the log.
    Raises: as checkpoint.read (an unknown key: 403) and feed.advance (Invalid: 400, Stale: 409, NotTrusted:
    422).
    """
    opened = checkpoint.read(request.note, origin, logs)
    before = known or checkpoint.of(origin, merkle.EMPTY)
    feed.advance(before, request.old, opened.checkpoint, request.proof)
    return opened


def origin_of(request: Request) -> str:
    """Which log a request is about, as it says itself: for finding its keys, not for believing it.

    Raises: Invalid (`ledger.note`, `ledger.base64`, `ledger.checkpoint`).
    """
    return checkpoint.parse(note.parse(request.note).text).origin
