"""Records that a node makes while it runs: feeds of a line, or a case, as files that anybody can verify.

They are read from the journal, in which nothing that was written changes: the node is held only to see which
line is meant, and goes on while they are made. A commit that fails meanwhile closes the journal, and then
the record is refused, never half of one given.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from wideberth.errors import Invalid
from wideberth.formats import recordfile
from wideberth.formats.recordfile import Opening, Part
from wideberth.node import case_export, feed_export

if TYPE_CHECKING:
    from wideberth.node.node import Node

LARGEST: Final = 128 * 2**20
"""Bytes of a record, which is in memory until it was handed over; and of the line that a case is found on."""


def of_case(node: Node, case: str, *, headers: bool) -> bytes:
    """The record of a case, as case_export.choose makes it.

    Raises: Invalid (`case.none`), Refused (`record.too_large`), and as case_export.choose.
    """
    with node.held():
        line = _line(node, case)
        journal = node.private.journal
        now = node.clock.now()
    chosen = case_export.choose(journal, case, line, headers=headers, most=LARGEST)
    opening = feed_export.opening(journal, line, now)._replace(case=chosen.of)
    return _written(opening, chosen.parts)


def of_feeds(node: Node, line: str, feeds: Sequence[str], first: int, last: int | None) -> bytes:
    """Feeds of a line, from an entry on, up to one and on to the next checkpoint.

    Raises: Invalid (`line.none`, `record.feed`, and as feed_export.origins), Refused (`record.too_large`),
    and as feed_export.signed_span.
    """
    with node.held():
        node.of(line)
        journal = node.private.journal
        now = node.clock.now()
    origins = feed_export.origins(feeds)
    if not origins or origins[0].line != line:
        found = origins[0].text if origins else "nothing"
        raise Invalid("record.feed", "feed", found, "feeds of this line, one or several")
    spans = [feed_export.signed_span(journal, origin, first, last) for origin in origins]
    return _written(feed_export.opening(journal, line, now), feed_export.parts(journal, spans))


def _line(node: Node, case: str) -> str:
    """The line that a case is on. Raises: Invalid (`case.none`)."""
    for each in node.all_lines():
        if case in each.fold.all.cases.cases:
            return each.id
    raise Invalid("case.none", "case", case, "a case of this node")


def _written(opening: Opening, parts: Iterable[Part]) -> bytes:
    """Raises: Refused (`record.too_large`)."""
    made = io.BytesIO()
    for piece in recordfile.write(opening, parts):
        if made.tell() + len(piece) > LARGEST:
            raise case_export.too_large("this record", LARGEST)
        made.write(piece)
    return made.getvalue()
