"""Feeds out of a journal, with all that a stranger needs to verify them (docs/record.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

import wideberth
from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.formats.recordfile import Checkpoint, Exported, Opening, Part
from wideberth.ledger import body, checkpoint, entries, ids, merkle, note, record
from wideberth.ledger.certificate import Certificate, Revocation
from wideberth.ledger.entries import LineOpened, Paper
from wideberth.ledger.ids import Origin
from wideberth.ledger.record import Section
from wideberth.store.journal import Journal

STEP = 1_000
"""Entries between two words about progress."""

Kind = TypeVar("Kind", LineOpened, Paper)


class Span(NamedTuple):
    """Entries of a feed: from `first` on, below `end`, where a checkpoint is; `held` counts all there are."""

    origin: Origin
    first: int
    end: int
    held: int


def origins(feeds: Sequence[str]) -> list[Origin]:
    """The feeds that were asked for. Raises: Invalid (`record.feed`, `ledger.origin`, `ledger.base32`)."""
    found = list(dict.fromkeys(ids.origin(text, "feed") for text in feeds))
    for origin in found:
        if origin.private:
            raise Invalid(
                "record.feed", "feed", origin.text, "a feed of a line: nobody else signs a private one"
            )
        if origin.line != found[0].line:
            raise Invalid("record.feed", "feed", origin.text, f"feeds of one line, as {found[0].line}")
    return found


def signed_span(journal: Journal, origin: Origin, first: int, last: int | None) -> Span:
    """The entries to write: what is not signed yet is left out, and the end is a checkpoint.

    Raises: Invalid (`record.no_feed`, `record.range`), Refused (`record.nothing_signed`).
    """
    head = journal.heads().get(origin.text)
    if head is None:
        wanted = "a feed that this node has: wideberth record feeds, or line show --json where it runs"
        raise Invalid("record.no_feed", "feed", origin.text, wanted)
    signed = size_of(head.note)
    if signed <= first:
        raise Refused(
            "record.nothing_signed",
            f"of {head.size:,} entries of {origin.text}, {signed:,} are signed: none from entry {first:,} on",
        )
    end = signed
    if last is not None:
        if last < first:
            raise Invalid("record.range", "to", last, f"not before the first, {first}")
        ends = (each.n + 1 for each in journal.read(origin.text, last) if each.note is not None)
        end = next(ends, signed)
    # a node that runs may have signed more by now
    return Span(origin, first, end, max(head.size, end))


def opening(journal: Journal, line: str, now: int) -> Opening:
    """What stands before the feeds of a line: its genesis, and the papers of both parties.

    Raises: Invalid (`record.no_line`), Refused (as Journal.read).
    """
    for own, opened in lines(journal):
        if opened.line.id == line:
            exported = Exported(now, own, f"wideberth {wideberth.__version__}")
            return Opening(exported, opened.genesis, tuple(_papers(journal, opened)))
    raise Invalid("record.no_line", "line", line, "a line whose genesis is in this node's private feed")


def parts(
    journal: Journal, spans: Sequence[Span], step: Callable[[str, int, int], None] = lambda *_: None
) -> Iterator[Part]:
    """The feeds, their entries and checkpoints, read as they are taken."""
    for span in spans:
        tree = merkle.EMPTY
        for each in journal.read(span.origin.text):
            if not each.n % STEP:
                step("writing", each.n, span.end)
            if each.n == span.first:
                yield Section(span.origin, tree)
            if each.n < span.first:
                tree, _ = merkle.append(tree, merkle.leaf_hash(each.item.leaf))
                continue
            yield each.item
            if each.note is not None:
                yield Checkpoint(each.note)
            if each.n + 1 == span.end:
                break


def lines(journal: Journal) -> Iterator[tuple[str, LineOpened]]:
    """Whose node this is, and a line that it has; from its private feeds. Raises: as Journal.read."""
    for feed in journal.heads():
        origin = ids.origin(feed)
        if origin.private:
            for said in of_type(journal, feed, LineOpened):
                yield origin.party, said


def of_type(journal: Journal, feed: str, kind: type[Kind]) -> Iterator[Kind]:
    """The entries of one type in a feed, those that can be read. Raises: as Journal.read."""
    mark = b'"type":"%s"' % kind.TYPE.encode()
    for each in journal.read(feed):
        # the header is looked at as bytes: parsing each of a million takes minutes
        if mark in each.item.leaf and not each.item.dropped:
            with suppress(Invalid):
                said = entries.read(body.opened(*each.item))
                if isinstance(said, kind):
                    yield said


def size_of(data: bytes | None) -> int:
    """The size that a held checkpoint states; 0 without one."""
    return checkpoint.parse(note.parse(data).text).size if data else 0


def _papers(journal: Journal, opened: LineOpened) -> list[bytes]:
    """The papers about keys on a line: all in its feeds, and those of the private feed that concern it.

    Not the certificates of the same keys for other lines: they name those lines, and the parties of them.
    """
    line = opened.line
    found: dict[bytes, bool] = {}
    for feed in journal.heads():
        origin = ids.origin(feed)
        if origin.private or origin.line == line.id:
            for said in of_type(journal, feed, Paper):
                found[said.note] = found.get(said.note, False) or not origin.private
    read: dict[bytes, Certificate | Revocation] = {}
    for data in found:
        with suppress(Invalid, NotTrusted):  # of a party of another line
            read[data] = next(iter(record.read_paper(line, data).values()))
    here = {
        data: said.key
        for data, said in read.items()
        if isinstance(said, Certificate) and said.origin.line == line.id
    }
    keys = set(here.values())
    return [
        data
        for data, said in read.items()
        if found[data] or data in here or (isinstance(said, Revocation) and said.key in keys)
    ]
