"""Tracks that enter zones within the look-ahead, and how far a track is certainly outside one (GEOMETRY).

A track has entered at the earliest moment, now included and the end of the look-ahead too, at which a rule
of the zone may be violated on every axis: certified, as `entering_plain` says; a little early, never late.
Few tracks are looked at plainly, many by `entering_kernels`; both find the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from wideberth.space.ellipsoid import Array, Index, to_lonlat
from wideberth.space.ground import Point
from wideberth.space.reference import VerticalReference
from wideberth.space.units import DEGREE, METRE, SECOND
from wideberth.watch import entering_plain as plain
from wideberth.watch.columns import AT, DATUM, LIVE, NO_ALTITUDE
from wideberth.watch.entering_plain import Hits, Nearest, Search
from wideberth.watch.findings import Finding, Key
from wideberth.watch.motion import Rows
from wideberth.watch.zone import Zone
from wideberth.watch.zone_rows import ANY, ZONE, H, Laid, V, lay_out

FEW: Final = 40
"""Pairs of tracks and volumes from which the compiled loops are faster, once they are loaded."""
MANY: Final = 5_000
"""Pairs from which they are worth loading; the plain code takes half a second for so many."""
_LOADED: Final[set[bool]] = set()
"""Holds something once it was said that they are."""


class Zones:
    """The zones of a look, laid out once.

    Args:
        zones: each id once.
        parties: the numbers of parties in the rows of tracks; a zone of no party, or of one that is not
            here, is compared with all tracks.
        reference: for altitudes.
    """

    def __init__(
        self, zones: Sequence[Zone], parties: Mapping[str, int], reference: VerticalReference
    ) -> None:
        self._zones = tuple(zones)
        self._number = {zone.id: number for number, zone in enumerate(zones)}
        self._laid = lay_out(zones, parties, reference)

    def entering(self, rows: Rows, ids: Sequence[str], now_ms: int, look_ahead_ms: int) -> list[Finding]:
        """What each track enters, at the earliest; the same pair once. Sorted by (at_ms, key).

        Args:
            rows: of tracks; those whose LIVE is not 1 are passed over.
            ids: of the tracks, by row.
            now_ms, look_ahead_ms: POSIX ms, and how far to look.
        """
        live = np.flatnonzero(rows[:, LIVE] == 1.0)
        if self._laid is None or not len(live):
            return []
        pairs = len(live) * len(self._laid.rows)
        search: Search = self._compiled if pairs >= (FEW if _LOADED else MANY) else plain.Plain(self._laid)
        return self._entered(search, rows, ids, live, (now_ms, look_ahead_ms))

    def compiled(self, rows: Rows, now_ms: int, look_ahead_ms: int) -> None:
        """Look by the compiled loops, whatever comes of it: they are loaded then."""
        live = np.flatnonzero(rows[:, LIVE] == 1.0)
        self._entered(self._compiled, rows, [""] * len(rows), live, (now_ms, look_ahead_ms))

    def _entered(
        self, search: Search, rows: Rows, ids: Sequence[str], live: Index, when: tuple[int, int]
    ) -> list[Finding]:
        now_ms, look_ahead_ms = when
        assert self._laid is not None  # asked by the caller
        hits = _earliest(search.hits(rows, live, now_ms, look_ahead_ms), self._laid)
        near = search.nearest(rows, hits, now_ms, look_ahead_ms)
        found = self._findings(rows, ids, hits, near, now_ms)
        found.sort(key=lambda each: (each.at_ms, each.key))
        return found

    def outside(self, row: Array, zone_id: str, now_ms: int) -> int | None:
        """By how much a track, all doubts for the better, is certainly outside a zone at this moment.

        Returns:
            0.1 mm, at least 1, to the nearest volume that counts now, as far as its minima reach; 1 where the
            altitude alone tells, or nothing counts; None where it may be inside.
        """
        laid = self._laid
        least = math.inf
        number = self._number[zone_id]
        mine = () if laid is None else np.flatnonzero(laid.rows[:, ZONE] == number).tolist()
        for k in mine:
            assert laid is not None  # or it would have no rows
            zone = laid.rows[k]
            times = plain.span(row, zone, now_ms, 0)
            if times is None:
                continue
            away = math.floor(max(-1.0, plain.distance(row, zone, laid.shapes, times[0])) * METRE)
            if plain.level_span(row, zone, laid, times) is None:
                away = max(away, 1)
            if away < 1:
                return None
            least = min(least, away)
        return 1 if math.isinf(least) else int(least)

    @cached_property
    def _compiled(self) -> Search:
        # late, because a compiler takes longer to load than few tracks take to look at
        from wideberth.watch.entering_compiled import Compiled

        assert self._laid is not None  # asked by the caller
        return Compiled(self._laid)

    def _findings(
        self, rows: Rows, ids: Sequence[str], hits: Hits, near: Nearest, now_ms: int
    ) -> list[Finding]:
        laid = self._laid
        assert laid is not None  # or nothing would meet
        at = np.minimum(hits.straight, hits.turning)
        points = np.rint(to_lonlat(near.entered) * DEGREE).astype(np.int64).tolist()
        reported = rows[hits.track, AT]
        moments = np.maximum(np.floor(reported + at * SECOND), now_ms).astype(np.int64).tolist()
        closest = np.maximum(np.rint(reported + near.at * SECOND), now_ms).astype(np.int64).tolist()
        minima = laid.rows[hits.row][:, [H, V]].tolist()
        found = []
        for n, (k, r) in enumerate(zip(hits.track.tolist(), hits.row.tolist(), strict=True)):
            zone = self._zones[int(laid.rows[r, ZONE])]
            h, v = minima[n]
            found.append(
                Finding(
                    Key("entry", ids[k], zone.id),
                    moments[n],
                    _point(points[n]),
                    nominal=bool(near.nominal[n]),
                    closest_ms=closest[n],
                    h=round(near.gap[n] * METRE),
                    v=None if rows[k, DATUM] == NO_ALTITUDE else round(max(0.0, near.rise[n])),
                    required_h=None if h == ANY else int(h),
                    required_v=None if v == ANY else int(near.need[n]),
                    turning=math.isinf(hits.straight[n]),
                    code=zone.kind,
                )
            )
        return found


def _point(lonlat: list[int]) -> Point:
    return lonlat[0], lonlat[1]


def _earliest(hits: Hits, laid: Laid) -> Hits:
    """Of each track and zone the row that is met first, and when the first of its rows is met straight on."""
    zone = laid.rows[hits.row, ZONE].astype(np.int64)
    order = np.lexsort((hits.row, np.minimum(hits.straight, hits.turning), zone, hits.track))
    if not len(order):
        return hits
    track, zone = hits.track[order], zone[order]
    starts = np.flatnonzero(np.append(True, (track[1:] != track[:-1]) | (zone[1:] != zone[:-1])))
    ahead = np.minimum.reduceat(hits.straight[order], starts)
    chosen = order[starts]
    # where another row is met straight on, the one that is met first stays the one of the turn
    return Hits(hits.track[chosen], hits.row[chosen], ahead, hits.turning[chosen])


def loaded() -> None:
    """From now on the compiled loops serve small looks too (`loops`)."""
    _LOADED.add(True)
