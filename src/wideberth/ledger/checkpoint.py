"""C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint): what a feed consists of, in three signed lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from wideberth.errors import Invalid, NotTrusted, shorten
from wideberth.ledger import ids, merkle, note
from wideberth.ledger.note import Verified, Verifier

AHEAD_S = 300
"""How far ahead of the reader's clock the time of a cosignature may be."""

LINES = 3
_SIZE = re.compile("0|[1-9][0-9]{0,18}")


class Checkpoint(NamedTuple):
    """Origin, number of leaves, root hash, and lines that somebody else may have added."""

    origin: str
    size: int
    root: bytes
    extension: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        root = ids.base64(self.root)
        return "".join(f"{each}\n" for each in (self.origin, self.size, root, *self.extension))


class Opened(NamedTuple):
    """A checkpoint whose signatures verified, the note it came in, and those signatures."""

    checkpoint: Checkpoint
    note: note.Note
    verified: tuple[Verified, ...]


def of(origin: str, tree: merkle.Tree) -> Checkpoint:
    """What there is to sign about a tree."""
    return Checkpoint(origin, tree.size, merkle.root(tree))


def parse(text: str) -> Checkpoint:
    """The parts of a checkpoint's text. Raises: Invalid (`ledger.checkpoint`, `ledger.base64`)."""
    lines = text.split("\n")
    whole = len(lines) > LINES and not lines.pop() and all(lines)
    if not whole or not _SIZE.fullmatch(lines[1]) or int(lines[1]) > merkle.SIZES:
        raise Invalid(
            "ledger.checkpoint", "", text, "origin, size and root hash, a line each (tlog-checkpoint)"
        )
    origin, size, root, *more = lines
    found = Checkpoint(origin, int(size), ids.unbase64(root, "root"), tuple(more))
    if len(found.root) != merkle.HASH:
        raise Invalid("ledger.checkpoint", "root", root, f"a hash of {merkle.HASH} bytes")
    return found


def sign(checkpoint: Checkpoint, seed: bytes) -> note.Note:
    """The note that a feed's author publishes: its key is named like its origin.

    Raises: Invalid (`ledger.key`).
    """
    return note.sign(checkpoint.text, checkpoint.origin, seed)


def read(data: bytes, origin: str, logs: Collection[Verifier], cosigners: Iterable[Verifier] = ()) -> Opened:
    """A checkpoint of a feed, signed by one of its keys.

    Signatures are verified before the text is parsed. `cosigners` add to what is verified; they do not
    replace the author's signature.
    Raises: Invalid (`ledger.note`, `ledger.base64`, `ledger.checkpoint`), NotTrusted (`ledger.signature`,
    `ledger.unsigned`, `ledger.other_origin`).
    """
    found = note.parse(data)
    verified = note.verify(found, (*logs, *cosigners))
    if not any(each.verifier in logs for each in verified):
        raise NotTrusted("ledger.unsigned", "no key of the feed has signed this")
    checkpoint = parse(found.text)
    if checkpoint.origin != origin:
        # signed, but by somebody who may write anything there
        raise NotTrusted(
            "ledger.other_origin", f"a checkpoint of {shorten(checkpoint.origin, 200)}, not of {origin}"
        )
    return Opened(checkpoint, found, verified)


def cosigned(verified: Sequence[Verified], now_s: int, ahead_s: int = AHEAD_S) -> dict[str, int]:
    """Who has cosigned and when (s POSIX UTC), the latest of each; none that is beyond now + ahead."""
    found: dict[str, int] = {}
    for each in verified:
        if each.time_s is not None and each.time_s <= now_s + ahead_s:
            found[each.verifier.name] = max(each.time_s, found.get(each.verifier.name, 0))
    return found
