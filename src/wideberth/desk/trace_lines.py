"""A line of a release found again in a text, and which of its alternatives stand there.

A piece of the line that the text has anchors it; from there the other pieces are looked for close by, to both
sides. One that is missing (a word was replaced, the line is cut) does not hinder the others. A slot is read
where the pieces beside it stand.

Nothing here knows any copy's choices: whatever is read, rightly or not, each alternative is as likely as any
other to be that of a copy the text does not come from. That keeps the figures of desk.trace true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from wideberth.desk import trace_shape
from wideberth.desk.trace_shape import Part, Piece, Points, Shape, Words
from wideberth.desk.trace_text import Squeezed, marks, squeeze
from wideberth.model.marked import Line

LEAST: Final = 12
"""Letters of a line's literals that must stand in the text, and a third of all, or else all of them."""
AROUND: Final = 40
"""Letters that may have come between two pieces of a line."""
EXACT: Final = 6
"""Letters below which a piece is only taken where the slots before it lead to it exactly."""
OFTEN: Final = 500
"""Places of one piece in one text that are looked at, the first."""
LARGE: Final = 250_000
"""Letters of a text from which on a line is passed over where one of its words is not among the text's."""
_RUN: Final = re.compile(r"[^\W_]+")
_BLANK: Final = re.compile(r"\s")

Span: TypeAlias = tuple[int, int]
Seen: TypeAlias = frozenset[int]
"""Which alternatives stand there; none: something else does."""


class Place(Struct, frozen=True):
    """Where a line stands in a text.

    Attributes:
        begin, end: letters of the text.
        fit: letters of literals that are there.
        read: slots that could be read: the number of the part, which alternatives stand there, of how many.
    """

    begin: int
    end: int
    fit: int
    read: tuple[tuple[int, Seen, int], ...]


class Reader:
    """One text, and the lines that were looked for in it. Lines of the same shape are looked for once."""

    def __init__(self, text: str) -> None:
        self.text: Squeezed = squeeze(text)
        self._back = self.text.letters[::-1]
        large = len(self._back) > LARGE
        self._words = frozenset(_RUN.findall(self.text.raw)) if large else None
        self._counted: dict[str, int] = {}
        self._found: dict[Shape, tuple[Place, ...]] = {}
        self._lines: dict[Line, tuple[tuple[Place, ...], tuple[str, ...]]] = {}
        self._compiler = trace_shape.Compiler()

    def find(self, line: Line) -> tuple[tuple[Place, ...], tuple[str, ...]]:
        """Where a line stands, in order, and the names of its slots by the number of the part.

        A line that the text does not have costs a look for each of its anchors, which is remembered.
        """
        pieces = self._compiler.pieces(line)
        figured = trace_shape.figured(pieces)
        has = (
            all(map(self._often, figured)) if figured else any(map(self._often, trace_shape.longest(pieces)))
        )
        if not has:
            return (), ()
        found = self._lines.get(line)
        if found is None:
            shape, names = self._compiler.shape(line)
            places = self._found.get(shape)
            if places is None:
                places = self._found[shape] = self._places(shape)
            found = self._lines[line] = (places, names)
        return found

    def _often(self, piece: Piece) -> int:
        """How often the text has it."""
        found = self._counted.get(piece.letters)
        if found is None:
            known = self._words is None or self._words.issuperset(piece.words)
            found = self._counted[piece.letters] = self.text.letters.count(piece.letters) if known else 0
        return found

    def _places(self, shape: Shape) -> tuple[Place, ...]:
        found: list[Place] = []
        letters = self.text.letters
        pieces = tuple(each for each in shape if isinstance(each, Piece))
        figured = trace_shape.figured(pieces)
        # the rarest: the id of a release stands in each of its records
        wanted = {min(figured, key=self._often)} if figured else set(trace_shape.longest(pieces))
        for number, piece in enumerate(shape):
            if not isinstance(piece, Piece) or piece not in wanted:
                continue
            before, taken = tuple(found), 0
            at = letters.find(piece.letters)
            for _ in range(OFTEN):
                if at < 0:
                    break
                while taken < len(before) and before[taken].end <= at:
                    taken += 1
                inside = taken < len(before) and before[taken].begin <= at
                if not inside and not self._cuts_figure(piece.letters, at):
                    place = self._align(shape, number, at)
                    if place is not None:
                        found.append(place)
                at = letters.find(piece.letters, at + 1)
            found = sorted(set(found), key=lambda each: (each.begin, each.end, -each.fit))
        return tuple(found)

    def _cuts_figure(self, piece: str, at: int) -> bool:
        """Whether a number begins before the piece or goes on after it: "record 3" is not in "record 31"."""
        letters, end = self.text.letters, at + len(piece)
        before = piece[0].isdigit() and letters[at - 1 : at].isdigit() and not self.text.gap(at)
        return before or (piece[-1].isdigit() and letters[end : end + 1].isdigit() and not self.text.gap(end))

    def _align(self, shape: Shape, anchor: int, at: int) -> Place | None:
        """The line around one of its pieces, where enough of it is there."""
        letters, size = self.text.letters, len(self._back)
        piece = shape[anchor]
        assert isinstance(piece, Piece)
        spans: list[Span | None] = [None] * len(shape)
        end = at + len(piece.letters)
        spans[anchor] = (at, end)
        for number, span in _follow(letters, shape[anchor + 1 :], end, back=False):
            spans[anchor + 1 + number] = span
        for number, (first, last) in _follow(self._back, shape[:anchor][::-1], size - at, back=True):
            spans[anchor - 1 - number] = (size - last, size - first)
        there = [span for span in spans if span is not None]
        fit = sum(last - first for first, last in there)
        every = sum(len(each.letters) for each in shape if isinstance(each, Piece))
        if fit < every and (fit < LEAST or 3 * fit < every):
            return None
        read = _words(letters, shape, spans)
        read |= _points(self.text, shape, spans, read)
        ends = [span for span in spans if span is not None]
        told = tuple(
            (number, read[number], len(part.variants))
            for number, part in enumerate(shape)
            if number in read and not isinstance(part, Piece)
        )
        return Place(ends[0][0], ends[-1][1], fit, told)


def _follow(letters: str, parts: Sequence[Part], at: int, *, back: bool) -> Iterator[tuple[int, Span]]:
    """The pieces that come after the letter `at`, as far as they are close by; letters reversed if `back`."""
    exact = {at}
    reach = 0
    for number, part in enumerate(parts):
        if isinstance(part, Words):
            variants = [each[::-1] if back else each for each in part.variants]
            exact = {each + len(one) for each in exact for one in variants if letters.startswith(one, each)}
            reach += max(map(len, variants))
        elif isinstance(part, Piece):
            wanted = part.letters[::-1] if back else part.letters
            size = len(wanted)
            begin = max((each for each in exact if letters.startswith(wanted, each)), default=-1)
            if begin < 0 and size >= EXACT:
                begin = letters.find(wanted, at, at + reach + size + AROUND)
            if begin < 0:
                exact = {each + size for each in exact}
                reach += size
                continue
            yield number, (begin, begin + size)
            at, reach = begin + size, 0
            exact = {at}


def _words(letters: str, shape: Shape, spans: list[Span | None]) -> dict[int, Seen]:
    """What stands in slots of words; where exactly goes into `spans`."""
    read: dict[int, Seen] = {}
    number = 0
    while number < len(shape):
        if isinstance(shape[number], Piece):
            number += 1
            continue
        last = number
        while last < len(shape) and not isinstance(shape[last], Piece):
            last += 1
        slots = [(at, part) for at in range(number, last) if isinstance(part := shape[at], Words)]
        before = spans[number - 1] if number else None
        after = spans[last] if last < len(shape) else None
        if slots and before is not None and after is not None:
            _between(letters, slots, (before[1], after[0]), spans, read)
        elif slots and before is not None:
            _beyond(letters, slots, before[1], spans, read, end=last == len(shape))
        elif slots and after is not None:
            _ahead(letters, slots, after[0], spans, read, begin=number == 0)
        number = last
    return read


def _between(
    letters: str,
    slots: Sequence[tuple[int, Words]],
    gap: Span,
    spans: list[Span | None],
    read: dict[int, Seen],
) -> None:
    """Slots that fill the letters of a gap; where no alternatives do, something else stands there."""
    ways: list[tuple[int, tuple[int, ...]]] = [(gap[0], ())]
    for _, part in slots:
        ways = [
            (at + len(one), (*chosen, which))
            for at, chosen in ways
            for which, one in enumerate(part.variants)
            if at + len(one) <= gap[1] and letters.startswith(one, at)
        ]
    chosen = [each for at, each in ways if at == gap[1]]
    for index, (number, _) in enumerate(slots):
        read[number] = frozenset(each[index] for each in chosen)
    if len(chosen) == 1:
        at = gap[0]
        for (number, part), which in zip(slots, chosen[0], strict=True):
            spans[number] = (at, at + len(part.variants[which]))
            at += len(part.variants[which])


def _beyond(
    letters: str,
    slots: Sequence[tuple[int, Words]],
    at: int,
    spans: list[Span | None],
    read: dict[int, Seen],
    *,
    end: bool,
) -> None:
    """Slots after which the line ends, or its next piece is missing: the longest alternative that fits."""
    for number, part in slots:
        fits = [len(one) for one in part.variants if letters.startswith(one, at)]
        if not any(fits) and not (end and fits):
            if end:
                read[number] = frozenset()
            return
        size = max(fits)
        read[number] = frozenset(
            which
            for which, one in enumerate(part.variants)
            if len(one) == size and letters.startswith(one, at)
        )
        spans[number] = (at, at + size)
        at += size


def _ahead(
    letters: str,
    slots: Sequence[tuple[int, Words]],
    at: int,
    spans: list[Span | None],
    read: dict[int, Seen],
    *,
    begin: bool,
) -> None:
    """The same before the line's first piece, or behind one that is missing."""
    for number, part in reversed(slots):
        fits = [len(one) for one in part.variants if letters.endswith(one, 0, at)]
        if not any(fits) and not (begin and fits):
            if begin:
                read[number] = frozenset()
            return
        size = max(fits)
        read[number] = frozenset(
            which
            for which, one in enumerate(part.variants)
            if len(one) == size and letters.endswith(one, 0, at)
        )
        spans[number] = (at - size, at)
        at -= size


def _points(
    text: Squeezed, shape: Shape, spans: Sequence[Span | None], read: dict[int, Seen]
) -> dict[int, Seen]:
    """What stands in slots of marks: told only where the line's other marks are as they were written."""
    found: dict[int, Seen] = {}
    if not any(isinstance(part, Points) for part in shape) or not _kept(text, shape, spans, read):
        return found
    last = len(shape) - 1
    for number, part in enumerate(shape):
        before = spans[number - 1] if number else None
        if not isinstance(part, Points) or before is None:
            continue
        trail = _edge(shape[number - 1], read.get(number - 1), trail=True)
        lead: str | None = ""
        if number < last:
            after = spans[number + 1]
            lead = _edge(shape[number + 1], read.get(number + 1), trail=False)
            if after is None or after[0] != before[1]:
                continue
        if trail is None or lead is None:
            continue
        stands = _stands(text, before[1], end=number == last)
        seen = frozenset(which for which, one in enumerate(part.variants) if trail + one + lead == stands)
        if seen:
            found[number] = seen
    return found


def _kept(text: Squeezed, shape: Shape, spans: Sequence[Span | None], read: dict[int, Seen]) -> bool:
    """Whether the line has marks beside those of slots, and all that can be seen are as they were written."""
    kept: list[bool] = []
    for number, (part, span) in enumerate(zip(shape, spans, strict=True)):
        if span is None:
            continue
        if isinstance(part, Piece):
            kept += [marks(text.gap(span[0] + at)) == mark for at, mark in part.inside]
        trail = _edge(part, read.get(number), trail=True)
        if number + 1 == len(shape):
            if trail:
                kept.append(_stands(text, span[1], end=True) == trail)
            continue
        after = spans[number + 1]
        lead = _edge(shape[number + 1], read.get(number + 1), trail=False)
        if (
            trail is not None
            and lead is not None
            and trail + lead
            and after is not None
            and after[0] == span[1]
        ):
            kept.append(marks(text.gap(span[1])) == trail + lead)
    return bool(kept) and all(kept)


def _stands(text: Squeezed, at: int, *, end: bool) -> str:
    """Marks before the letter `at`; at the end of a line only as far as no space comes between."""
    gap = text.gap(at)
    return marks(_BLANK.split(gap, maxsplit=1)[0] if end else gap)


def _edge(part: Part, seen: Seen | None, *, trail: bool) -> str | None:
    """The marks of what stands beside a slot of marks; None where that is not known."""
    if isinstance(part, Piece):
        return part.trail if trail else part.lead
    if isinstance(part, Words) and seen is not None and len(seen) == 1:
        return (part.trail if trail else part.lead)[next(iter(seen))]
    return None
