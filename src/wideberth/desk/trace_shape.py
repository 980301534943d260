"""A line of a release as it is looked for: its literals in pieces of a few words, and slots between them."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from msgspec import Struct

from wideberth.desk.trace_text import marks, plain, squeeze
from wideberth.model.marked import Line, Slot

PIECE: Final = 12
"""Letters from which on words of a literal are a piece of their own."""
ANCHOR: Final = 8
"""Letters of an anchor, where the line has one of so many."""
FIGURE: Final = 6
"""The same of one with a figure in it: the rarest of these is the anchor, where there is one."""
ANCHORS: Final = 3
"""Pieces by which a line without figures is looked for: its longest."""
_RUN: Final = re.compile(r"[^\W_]+")
_FIGURE: Final = re.compile(r"\d")


class Piece(Struct, frozen=True):
    """Some words of a literal.

    Attributes:
        letters: of them, with nothing between.
        words: the same, apart.
        figures: whether there is a figure among them.
        inside: marks between its letters, each with the letter that it stands before; 0: before the first.
        lead, trail: marks before the first letter and after the last, where the literal begins or ends there.
    """

    letters: str
    words: tuple[str, ...]
    figures: bool
    inside: tuple[tuple[int, str], ...]
    lead: str
    trail: str


class Words(Struct, frozen=True):
    """A slot: letters of its alternatives, and the marks at their beginnings and ends."""

    variants: tuple[str, ...]
    lead: tuple[str, ...]
    trail: tuple[str, ...]


class Points(Struct, frozen=True):
    """A slot of marks only."""

    variants: tuple[str, ...]


Part: TypeAlias = Piece | Words | Points
Shape: TypeAlias = tuple[Part, ...]


def pieces(literal: str) -> tuple[Piece, ...]:
    """A literal in pieces; none where it has no letters."""
    text = plain(literal)
    runs = list(_RUN.finditer(text))
    groups: list[list[re.Match[str]]] = []
    size = PIECE
    for run in runs:
        if size >= PIECE:
            groups.append([])
            size = 0
        groups[-1].append(run)
        size += len(run[0])
    if len(groups) > 1 and size < PIECE:
        rest = groups.pop()
        groups[-1] += rest
    found: list[Piece] = []
    before: re.Match[str] | None = None
    for group in groups:
        inside: list[tuple[int, str]] = []
        length = 0
        for run in group:
            mark = marks(text[before.end() : run.start()]) if before is not None else ""
            if mark:
                inside.append((length, mark))
            length += len(run[0])
            before = run
        lead = marks(text[: group[0].start()]) if group[0] is runs[0] else ""
        trail = marks(text[group[-1].end() :]) if group[-1] is runs[-1] else ""
        words = tuple(run[0] for run in group)
        letters = "".join(words)
        found.append(Piece(letters, words, bool(_FIGURE.search(letters)), tuple(inside), lead, trail))
    return tuple(found)


def slot(found: Slot) -> Words | Points:
    """A slot as it is looked for."""
    if found.marks:
        return Points(tuple(marks(plain(each)) for each in found.variants))
    squeezed = [squeeze(each) for each in found.variants]
    return Words(
        tuple(each.letters for each in squeezed),
        tuple(marks(each.gap(0)) if each.letters else "" for each in squeezed),
        tuple(marks(each.gap(len(each.letters))) if each.letters else "" for each in squeezed),
    )


def figured(found: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Pieces with figures, which say of what a line is: a text without one of them has not that line."""
    return tuple(each for each in found if each.figures and len(each.letters) >= FIGURE)


def longest(found: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The longest few: by these a line without figures is looked for."""
    long = [each for each in found if len(each.letters) >= ANCHOR]
    return tuple(sorted(long or found, key=lambda each: -len(each.letters))[:ANCHORS])


class Compiler:
    """Compiles lines; a literal or a slot that comes again is not worked out again."""

    def __init__(self) -> None:
        self._pieces: dict[str, tuple[Piece, ...]] = {}
        self._slots: dict[tuple[tuple[str, ...], bool], Words | Points] = {}

    def pieces(self, line: Line) -> tuple[Piece, ...]:
        """Those of its literals."""
        return tuple(piece for each in line if isinstance(each, str) for piece in self._literal(each))

    def shape(self, line: Line) -> tuple[Shape, tuple[str, ...]]:
        """The line compiled, and for each of its parts the name of its slot, or nothing."""
        parts: list[Part] = []
        names: list[str] = []
        for each in line:
            if isinstance(each, str):
                found = self._literal(each)
                parts += found
                names += [""] * len(found)
                if not found and parts and isinstance(last := parts[-1], Points):
                    # marks between two slots belong to those beside them
                    parts[-1] = Points(tuple(one + marks(plain(each)) for one in last.variants))
            else:
                parts.append(self._slot(each))
                names.append(each.name)
        return tuple(parts), tuple(names)

    def _literal(self, literal: str) -> tuple[Piece, ...]:
        found = self._pieces.get(literal)
        if found is None:
            found = self._pieces[literal] = pieces(literal)
        return found

    def _slot(self, found: Slot) -> Words | Points:
        key = (found.variants, found.marks)
        compiled = self._slots.get(key)
        if compiled is None:
            compiled = self._slots[key] = slot(found)
        return compiled
