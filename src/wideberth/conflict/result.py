"""What a check finds: a result, never an exception."""

from __future__ import annotations

from msgspec import Struct


class Axes(Struct, frozen=True, gc=False):
    """One figure per axis: `h`, `v` in 0.1 mm, `t` in ms, `f` in Hz; None where the axis has no minimum,
    is `any` or is not compared.
    """

    h: int | None
    v: int | None
    t: int | None
    f: int | None = None


class Conflict(Struct, frozen=True, gc=False):
    """Two volumes closer than their separation.

    `plans` are (party, id), ordered; `volumes` are positions in `Plan.volumes`, in the order of `plans`.
    `activities` and `rule` (index in that row, None for the fallback) name the first violated rule,
    `also` the indices of the others. `gap` and `required` (pads included) are per axis. `start` and `end`
    are POSIX ms: the later start and the earlier end, swapped when apart in time; None is unbounded.
    `near` is (lon, lat) in degrees. `agl_unresolved`: only an unknown height of the ground makes it one.
    """

    plans: tuple[tuple[str, str], tuple[str, str]]
    volumes: tuple[int, int]
    activities: tuple[str, str]
    rule: int | None
    also: tuple[int, ...]
    gap: Axes
    required: Axes
    start: int | None
    end: int | None
    near: tuple[float, float]
    agl_unresolved: bool = False
