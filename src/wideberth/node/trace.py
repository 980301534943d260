"""Traces: whose copy of this node's releases a file comes from. Part of the node; nothing is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from wideberth.desk import trace
from wideberth.desk.trace import Candidate, Known, Verdict
from wideberth.formats import leaked
from wideberth.formats.leaked import What
from wideberth.model.marked import Line
from wideberth.model.release import Document
from wideberth.render import release_lines

if TYPE_CHECKING:
    from wideberth.node.node import Node


class TracedView(Struct, frozen=True):
    """What a file has of a copy (desk.trace.Candidate); chances with all known copies counted.

    Attributes:
        words: the figures for people.
    """

    release: str
    recipient: str
    seen: int
    agreeing: int
    other: int
    changed: int
    chance: float
    stretch: int
    stretch_chance: float
    words: str


class TraceTokenView(Struct, frozen=True):
    """A copy whose token the file carries: it says whose file it was made from, not whose text is in it."""

    release: str
    recipient: str


class TraceView(Struct, frozen=True):
    """What is claimed of a file.

    Attributes:
        verdict: "this copy", "parts of these copies" or "no claim".
        words: the same for people, with figures, and what it does not show.
        copies: those that are named; none where nothing is claimed.
        nearest: figures of the nearest copies; no accusation.
        tokens: copies whose token the file carries.
        known: copies that were compared; `lines`: lines of one of them that the file has.
        file: what it is, as it was read.
        least: a copy is named only where its chance is below it.
    """

    verdict: Verdict
    words: str
    copies: tuple[TracedView, ...]
    nearest: tuple[TracedView, ...]
    tokens: tuple[TraceTokenView, ...]
    known: int
    lines: int
    file: What
    least: float = trace.CHANCE


class Traces:
    """Of one node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def knowns(self) -> list[Known]:
        """Every copy that was drawn up, whatever became of it: what has not left may have got out.

        Its lines are those of this program; a version that words them otherwise does not find older copies.
        """
        with self._node.held():
            releases = list(self._node.private.releases.releases.values())
        return [
            Known(each.id, each.document.recipient, lines(each.document), each.drafted.mark)
            for each in releases
        ]

    def trace(self, data: bytes, name: str = "") -> TraceView:
        """Whose copy a file comes from. Other use of the node goes on meanwhile.

        Raises: Invalid and Refused as leaked.texts.
        """
        found = leaked.texts(data, name)
        finding = trace.trace(found.text, self.knowns(), found.tokens)
        return TraceView(
            finding.verdict,
            finding.words,
            tuple(map(_traced, finding.copies)),
            tuple(map(_traced, finding.nearest)),
            tuple(TraceTokenView(*each) for each in finding.tokens),
            finding.known,
            finding.lines,
            found.what,
        )


def lines(document: Document) -> tuple[Line, ...]:
    """All lines of a release, records in the order of their numbers."""
    return (
        *release_lines.heading(document),
        *(line for each in document.records for line in release_lines.record(document, each)),
        *release_lines.closing(document),
    )


def _traced(each: Candidate) -> TracedView:
    return TracedView(
        each.release,
        each.recipient,
        each.seen,
        each.agreeing,
        each.other,
        each.changed,
        each.chance,
        each.stretch,
        each.stretch_chance,
        trace.figures(each),
    )
