"""What an own plan meets, as a node shows it to its own people. Times are RFC 3339 in UTC with ms."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from wideberth.model.case import Found
from wideberth.node.compared import Meeting
from wideberth.node.views import time

_METRE: Final = 10_000


class ConflictView(Struct, frozen=True):
    """A notice of the other party's that an own plan conflicts with.

    Attributes:
        found: overlap, or close: not far enough apart.
        case: the case that is open for it; None where nothing of the plan is told.
        start, end: of the earliest conflict between the two; None: unbounded, or too many to look at.
        gap_m, required_m: horizontally apart, and as agreed; `gap_v_m`, `required_v_m` vertically.
        near: where, [lon, lat] in degrees.
    """

    notice: str
    found: Found
    case: str | None
    start: str | None
    end: str | None
    gap_m: float | None
    required_m: float | None
    gap_v_m: float | None
    required_v_m: float | None
    near: tuple[float, float] | None


def conflict(case: str | None, theirs: str, meeting: Meeting) -> ConflictView:
    """What a plan meets of a notice of theirs, for people; `case`: which is open for it."""
    first = meeting.first
    return ConflictView(
        notice=theirs,
        found=meeting.found,
        case=case,
        start=None if first is None or first.start is None else time(first.start),
        end=None if first is None or first.end is None else time(first.end),
        gap_m=_metres(None if first is None else first.gap.h),
        required_m=_metres(None if first is None else first.required.h),
        gap_v_m=_metres(None if first is None else first.gap.v),
        required_v_m=_metres(None if first is None else first.required.v),
        near=None if first is None else first.near,
    )


def _metres(value: int | None) -> float | None:
    return None if value is None else value / _METRE
