"""What one look at all tracks finds, before anybody is told (watch.alerts)."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from wideberth.model.alert import Kind
from wideberth.space.ground import Point


class Key(NamedTuple):
    """The same for the same finding at every look.

    Attributes:
        kind: of the alert that it may become.
        track: the id of a track; of two that close, the smaller one.
        other: the id of the other track, of the zone, or of the own plan; empty where there is none.
    """

    kind: Kind
    track: str
    other: str = ""


class Finding(Struct, frozen=True, gc=False):
    """Something found at one look.

    Attributes:
        key: what it is about.
        at_ms: POSIX ms when it is so at the earliest, all doubts taken for the worse; that of the look: now.
        point: (lon, lat) in 1e-7 degrees where the track is then, as it moves by its report.
        nominal: whether it is so even without any doubt, for both tracks exactly as they report.
        closest_ms: when the two are closest, as they report; None where nothing closes.
        h: the horizontal gap then, 0.1 mm (of a zone: the least of the look-ahead); None: not known.
        v: the vertical gap then, 0.1 mm, 0 where the bands meet; None where no altitude is known.
        required_h, required_v: the minima that are not kept, 0.1 mm; None: at every distance.
        turning: found only because a track goes on turning as it does.
        code: of a doubt about the track (model.track.DOUBTS), or the kind of the zone; else empty.
    """

    key: Key
    at_ms: int
    point: Point
    nominal: bool = True
    closest_ms: int | None = None
    h: int | None = None
    v: int | None = None
    required_h: int | None = None
    required_v: int | None = None
    turning: bool = False
    code: str = ""
