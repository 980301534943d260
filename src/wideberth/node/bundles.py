"""The first transport: bundles, files that people carry between two nodes (see formats.bundle)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from wideberth.errors import Refused
from wideberth.formats import bundle
from wideberth.node import files
from wideberth.node.talk import About, Talk

TOGETHER = 100
"""Messages of a file that are held, and committed, together."""


class Imported(NamedTuple):
    """What became of a bundle's messages: how many it should hold, opened, did not open, are not there.

    What did not open or is missing comes again: whoever wrote the bundle puts in all that was not confirmed.
    """

    messages: int
    opened: int
    unopened: int
    missing: int


def write(talk: Talk, path: Path) -> int:
    """All that the peer has not confirmed, in a new file for its owner only; how many messages.

    The file is whole when this returns, or not there.
    Raises: Refused (`bundle.exists`, and as Talk.bundle), Invalid (`bundle.messages`), OSError.
    """
    if path.exists():
        raise Refused("bundle.exists", f"{path} exists and is never written over; accepted: another name")
    made = make(talk)
    files.replace(path, made.parts)
    return made.messages


def read(talk: Talk, path: Path) -> Imported:
    """Take all that opens in a bundle for this party, in any order of bundles and as often as one likes.

    Raises: Invalid (as bundle.begin), Refused (`bundle.other_line`), OSError; as Talk.do, and then what came
    before is kept.
    """
    with path.open("rb") as file:
        return take(talk.about, talk.receive_all, file)


class Made(NamedTuple):
    """A bundle: how many messages are in it, and its bytes, in pieces."""

    messages: int
    parts: Iterable[bytes]


def make(talk: Talk) -> Made:
    """All that the peer has not confirmed. Raises: Refused (as Talk.bundle), Invalid (`bundle.messages`)."""
    messages = talk.bundle()
    return Made(len(messages), bundle.write(bundle.tag(talk.about.line.id, talk.state.peer), messages))


def take(about: About, receive: Callable[[Sequence[bytes]], int], file: BinaryIO) -> Imported:
    """As `read`, from an open file or from memory; `receive` takes some messages, and says how many opened.

    Each time a few: in between whoever has something urgent to say on the line may say it.
    """
    found = bundle.begin(file)
    if found.tag != bundle.tag(about.line.id, about.party):
        words = "the bundle is for another line, or is one that this party has written"
        raise Refused("bundle.other_line", words)
    messages = bundle.messages(file, found)
    opened = 0
    while some := list(islice(messages, TOGETHER)):
        opened += receive(some)
    return Imported(found.number, opened, found.read - opened, found.number - found.read)
