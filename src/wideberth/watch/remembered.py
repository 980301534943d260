"""What is kept for pictures of alerts: trails from before each was raised until it was cleared, bounded.

The picture forgets the trail of a track after some minutes, and the track after it is lost. So the trails are
taken over when an alert is raised, again whenever it changes, and now and then while it goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from wideberth.errors import Invalid
from wideberth.space.units import SECOND
from wideberth.watch import encounter
from wideberth.watch.alerts import Alert, Change
from wideberth.watch.encounter import Encounter, Way
from wideberth.watch.findings import Key
from wideberth.watch.picture import Track
from wideberth.watch.zone import Zone

OPEN: Final = 500
"""The most alerts whose trails are taken over; of others there is what the picture has when it is asked."""
OVER: Final = 200
"""The most that were cleared, and of which there still is a picture."""
AGAIN_MS: Final = 240 * SECOND
"""Trails are taken over before the picture, which has ten minutes, forgets them."""

Tracks = Callable[[str], Track | None]
OfKey = Callable[[Key], Zone | None]


class Remembered:
    """Trails of alerts that are open, and pictures of the last that were cleared."""

    def __init__(self) -> None:
        self._ways: dict[str, dict[str, Way]] = {}
        self._zones: dict[str, Zone] = {}
        self._taken_ms: dict[str, int] = {}
        self._over: dict[str, Encounter] = {}

    def follow(
        self,
        changes: Iterable[Change],
        still_open: Mapping[Key, Alert],
        now_ms: int,
        tracks: Tracks,
        zone: OfKey,
    ) -> None:
        """Take over what there is of alerts that changed, and of those whose turn it is."""
        for change in changes:
            alert = change.alert
            if change.what == "raised" and len(self._taken_ms) < OPEN:
                self._taken_ms[alert.id] = now_ms
            if alert.id in self._taken_ms:
                self._take_over(alert, now_ms, tracks, zone)
            if change.what == "cleared":
                self._over[alert.id] = self.encounter(alert.id, alert, now_ms, tracks, zone)
                for kept in (self._ways, self._zones, self._taken_ms):
                    kept.pop(alert.id, None)
        while len(self._over) > OVER:
            del self._over[next(iter(self._over))]
        if any(now_ms - at_ms >= AGAIN_MS for at_ms in self._taken_ms.values()):
            for alert in still_open.values():
                if now_ms - self._taken_ms.get(alert.id, now_ms) >= AGAIN_MS:
                    self._take_over(alert, now_ms, tracks, zone)

    def encounter(
        self, name: str, alert: Alert | None, now_ms: int, tracks: Tracks, zone: OfKey
    ) -> Encounter:
        """Of an alert that is open as `alert`, else of one that was cleared.

        Raises: Invalid (`watch.alert`).
        """
        if alert is None:
            found = self._over.get(name)
            if found is None:
                raise Invalid("watch.alert", "alert", name, "an alert that is open, or one of the last")
            return found
        ways = self._joined(alert, tracks)
        return encounter.encounter(alert, ways.values(), zone(alert.key) or self._zones.get(name), now_ms)

    def _take_over(self, alert: Alert, now_ms: int, tracks: Tracks, zone: OfKey) -> None:
        self._ways[alert.id] = self._joined(alert, tracks)
        found = zone(alert.key)
        if found is not None:
            self._zones[alert.id] = found
        self._taken_ms[alert.id] = now_ms

    def _joined(self, alert: Alert, tracks: Tracks) -> dict[str, Way]:
        key, ways = alert.key, dict(self._ways.get(alert.id, {}))
        for name in (key.track, key.other) if key.kind == "closing" else (key.track,):
            track = tracks(name)
            if track is not None:
                ways[name] = encounter.merged(ways.get(name), way(track))
        return ways


def way(track: Track) -> Way:
    """What the picture has of a track."""
    return Way(track.id, track.callsign, track.kind, track.whose, tuple(track.trail.spots()))
