"""What both parties of a line have certified and revoked, whatever way it came (LINE 14).

It is in the private feed (from the pairing, or given by hand) and in the feeds of the line. A paper is good
because an identity key signed it; who brought it does not matter, nor in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import certificate, entries, record
from wideberth.ledger.body import Entry
from wideberth.ledger.certificate import Certificate, Papers
from wideberth.ledger.ids import Line

LARGEST: Final = 250
"""Certificates of one party that are taken up, and as many revocations: a record has room for no more."""
MARK: Final = f'"type":"{entries.Paper.TYPE}"'.encode()
"""Stands in the header of each entry that holds one, so that the others need not be parsed."""


class Held:
    """Those of one line."""

    def __init__(self, line: Line, known: Mapping[str, Papers]) -> None:
        """`known`: what the line began with, verified."""
        self._line = line
        self._of = {party: known.get(party, Papers()) for party in line.parties}

    def all(self) -> dict[str, Papers]:
        """All, by party."""
        return dict(self._of)

    def take(self, data: bytes) -> frozenset[str]:
        """A paper; the parties for which something is new by it.

        Raises: Invalid, NotTrusted (as record.read_paper; `line.papers_full`): it is not taken.
        """
        changed = {}
        for party, paper in record.read_paper(self._line, data).items():
            before = self._of[party]
            elsewhere = isinstance(paper, Certificate) and paper.origin.line != self._line.id
            if elsewhere or paper in (*before.certificates, *before.revocations):
                continue
            after = certificate.papers((*before.certificates, *before.revocations, paper))
            if max(len(after.certificates), len(after.revocations)) > LARGEST:
                raise NotTrusted("line.papers_full", f"more than {LARGEST} papers of {party}")
            changed[party] = after
        self._of |= changed
        return frozenset(changed)

    def take_good(self, notes: Iterable[bytes]) -> None:
        """Those that are of this line; the others are of other lines, or nothing."""
        for data in here(self._line, notes):
            try:
                self.take(data)
            except (Invalid, NotTrusted):
                continue


def here(line: Line, notes: Iterable[bytes]) -> Iterator[bytes]:
    """Papers without the certificates for other lines: by their text alone, before any signature is verified.

    Of hundreds of lines each would else verify the papers of all, and have no room for its own.
    """
    heading, named = certificate.CERTIFICATE.encode(), line.id.encode()
    return (each for each in notes if named in each or not each.startswith(heading))


def said(entry: Entry) -> bytes | None:
    """The paper in an entry; None where there is none that can be read."""
    if not entry.body or MARK not in entry.leaf:
        return None
    try:
        found = entries.read(entry)
    except Invalid:
        return None
    return found.note if isinstance(found, entries.Paper) else None
