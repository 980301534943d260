"""The case of a record file that was checked, read from it once more; and its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import structs

from wideberth.desk import case_record, line_checks
from wideberth.desk.agreements import Standing
from wideberth.errors import Invalid
from wideberth.formats import agreement, recordfile
from wideberth.formats.recordfile import OfCase, Reader
from wideberth.ledger import body, entries, record
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.feed import Item
from wideberth.ledger.record import Anchor
from wideberth.node import feed_export, open_line
from wideberth.render import case_page
from wideberth.render.case import Shown
from wideberth.render.record import Checked
from wideberth.store.kept import Kept

KNOWN: Known = {**entries.KNOWN, **line_checks.KNOWN, **open_line.KNOWN}
"""The types of entries that a reader of records understands."""
OURS = "this node's party"
"""What a node's own party is called."""


def read(checked: Checked, of: OfCase, stream: BinaryIO, digest: bytes, more: Sequence[bytes] = ()) -> Shown:
    """What a record tells of its case. Only of one in which nothing is false.

    `more` are the papers that the reader has from elsewhere.
    Raises: Invalid (`record.changed`), and as Reader.
    """
    stream.seek(0)
    reader = Reader(stream)
    held = _entries(reader)
    if reader.digest != digest:
        raise Invalid("record.changed", "", "a file that was changed meanwhile", "a file that stays as it is")
    line = checked.result.line
    told = case_record.tell(line, of.id, held, of.since)
    papers = record.papers(line, [*checked.opening.papers, *more]).papers
    standing = case_record.agreed(line, papers, held, lambda data: agreement.read(data).agreement)
    return Shown(_named(checked, standing), told, standing)


def _entries(reader: Reader) -> list[Entry]:
    return [
        Entry(part.leaf, body.read(part.leaf), part.salt, part.body)
        for part in reader.parts()
        if isinstance(part, Item)
    ]


def _named(checked: Checked, standing: Standing) -> Checked:
    """A party whom the reader knows, and calls nothing, is called what the terms that it signed call it."""
    found = standing.held[-1].version.agreement if standing.held else None
    known = {
        party: label or (found.label(party) if found else "") for party, label in checked.trusted.items()
    }
    return structs.replace(checked, trusted=known)


def page(path: Path, of: OfCase, anchors: Iterable[Anchor], now_s: int) -> str:
    """The page of a record that was just written, for whoever it is handed to: with the names in the terms.

    Raises: as `read`, and as recordfile.verify.
    """
    with path.open("rb") as stream:
        reader = Reader(stream)
        result = recordfile.verify(reader, KNOWN, now_s)
        known = record.anchored(result.line, anchors)
        checked = Checked(path.name, reader.opening, result, dict.fromkeys(known, ""))
        found = read(checked, of, stream, reader.digest)
    names = {party: label or known[party] for party, label in found.checked.trusted.items()}
    found = structs.replace(found, checked=structs.replace(checked, trusted=names))
    return case_page.page(found, reader.digest)


def written(path: Path) -> tuple[OfCase, int]:
    """The case of a record that was just written, and how many of the entries in it are of the case.

    Raises: Invalid (`record.choice` for a record of feeds; and as Reader).
    """
    with path.open("rb") as stream:
        reader = Reader(stream)
        held = _entries(reader)
    of = reader.opening.case
    if of is None:
        raise Invalid("record.choice", str(path), "a record of feeds", "the record of a case")
    return of, len(case_record.of_case(held, of.id, case_record.notices_of(of.id, held) or ()))


def paired(journal: Kept) -> Iterator[Anchor]:
    """The parties of the lines that a node has: it was paired with them."""
    for own, opened_line in feed_export.lines(journal):
        for party in opened_line.line.parties:
            yield Anchor(party, OURS if party == own else opened_line.label or "")
