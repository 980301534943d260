"""Plans to drafts of notices: place, levels and times only, for an information service to issue."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.notam.said import (
    areas_said,
    levels_said,
    moments,
    q_circle,
    ten_figures,
    window_said,
)
from wideberth.formats.raw import Tally
from wideberth.model.plan import Plan
from wideberth.space.volume import Volume

DRAFT = "DRAFT - NOT FOR PROMULGATION UNTIL ISSUED BY AN AIS"
NUMBER = "____/__"
WINDOWS = 50
"""Windows of one notice; more make several notices."""
SPAN = 300 * 86_400_000
"""Milliseconds: windows of one notice lie in less than a year, for days are named without it."""
WIDTH = 69
"""Characters of a line of a teletype message."""

PUBLIC = "a notice is public: only places, levels and times are written, no names, activities or texts"
REVIEW = "a review date is not written"
PADS = "pads are written as part of the area, its levels and times"


class _Part(Struct, frozen=True):
    """A ground in a band, with all its windows."""

    volume: Volume
    windows: list[tuple[int | None, int | None]]


def write(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """Drafts of notices, one for each ground and band of a plan, parted by empty lines.

    Everything is rounded outwards; the circle of the Q-line holds the whole area. The number and the region
    are left blank (`____/__`, `XXXX`), the code says nothing (`QXXXX`).

    Raises: Invalid (`notam.cannot_say`, `geometry.pole_edge`) for emissions, and for places, levels and times
    that notices have no words for.
    """
    tally = Tally()
    texts: list[str] = []
    for plan in plans:
        where = shorten(plan.id)
        tally.tell(PUBLIC, where)
        if plan.review is not None:
            tally.tell(REVIEW, where)
        for part in _parts(plan, where):
            if part.volume.pad.h or part.volume.pad.v or part.volume.pad.t:
                tally.tell(PADS, where)
            texts += _notices(part, where, tally)
    return "\n".join(texts).encode(), tally.notes()


def _parts(plan: Plan, where: str) -> Iterator[_Part]:
    """The volumes of a plan with the same ground, band and pads together."""
    parts: dict[object, _Part] = {}
    for volume in plan.volumes:
        if volume.band is not None:
            found = "an emission on a band of frequencies"
            raise Invalid("notam.cannot_say", where, found, "volumes without a band")
        key = volume.ground, volume.lower, volume.upper, volume.pad
        parts.setdefault(key, _Part(volume, [])).windows.append(moments(volume, where))
    yield from parts.values()


def _notices(part: _Part, where: str, tally: Tally) -> Iterator[str]:
    low, high, q_low, q_high = levels_said(part.volume, where)
    for text, ground, pad, note in areas_said(part.volume.ground, part.volume.pad.h, where):
        if note:
            tally.tell(note, where)
        circle = q_circle(ground, pad, where)
        for b, c, d in _times(part.windows):
            yield _notice(f"XXXX/QXXXX/IV/BO/W/{q_low:03d}/{q_high:03d}/{circle}", (b, c, d), text, low, high)


def _notice(q: str, times: tuple[str, str, str], text: str, low: str, high: str) -> str:
    b, c, d = times
    lines = [DRAFT, f"({NUMBER} NOTAMN", f"Q) {q}", f"A) XXXX B) {b} C) {c}"]
    if d:
        lines += textwrap.wrap(f"D) {d}", WIDTH, break_long_words=False, break_on_hyphens=False)
    lines += textwrap.wrap(f"E) {text}.", WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, f"F) {low} G) {high})", ""])


def _times(windows: Sequence[tuple[int | None, int | None]]) -> Iterator[tuple[str, str, str]]:
    """Items B, C and D: windows without end or start are notices of their own."""
    closed: list[tuple[int, int]] = []
    for start, end in windows:
        if start is None or end is None:
            b = "WIE" if start is None else ten_figures(start)
            yield b, "PERM" if end is None else ten_figures(end), ""
        else:
            closed.append((start, end))
    chunk: list[tuple[int, int]] = []
    for window in _merged(closed):
        if chunk and (len(chunk) == WINDOWS or window[1] - chunk[0][0] > SPAN):
            yield _together(chunk)
            chunk = []
        chunk.append(window)
    if chunk:
        yield _together(chunk)


def _together(chunk: Sequence[tuple[int, int]]) -> tuple[str, str, str]:
    d = ", ".join(window_said(*window) for window in chunk) if len(chunk) > 1 else ""
    return ten_figures(chunk[0][0]), ten_figures(chunk[-1][1]), d


def _merged(windows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(windows):
        if kept and start <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(kept[-1][1], end)
        else:
            kept.append((start, end))
    return kept
