"""A watch without a node as it is shown: its alerts, tracks and sources, as the views that a node gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from wideberth.cli.watch_words import Heard
from wideberth.node.watch_shown import alert_view, track_view
from wideberth.node.watch_views import AlertView, SourceView, TrackView
from wideberth.watch.alerts import Alert
from wideberth.watch.looking import Looking

QUIET = ("connecting", "silent", "down")


class Watched:
    """`looking`, and how its sources stand (asked anew at each look)."""

    def __init__(self, looking: Looking, sources: Callable[[], Sequence[SourceView]]) -> None:
        self.looking = looking
        self.sources = sources

    def alert(self, alert: Alert) -> AlertView:
        """One alert."""
        return alert_view(alert, _same, self._heard)

    def alerts(self) -> list[AlertView]:
        """Those that are not over."""
        return [self.alert(each) for each in self.looking.alerts]

    def tracks(self) -> list[TrackView]:
        """All tracks."""
        return [track_view(each, _same) for each in self.looking.picture.tracks()]

    def heard(self) -> Heard:
        """How many tracks and sources are heard."""
        states = Counter(each.state for each in self.looking.picture.tracks())
        silent = sum(each.state in QUIET for each in self.sources())
        told = {each.key for each in self.looking.alerts}
        pending = sum(each.key not in told for each in self.looking.findings())
        return Heard(states["live"], states["stale"], states["lost"], silent, pending)

    def _heard(self, track: str) -> int | None:
        found = self.looking.picture.track(track)
        return None if found is None else min(found.at_ms, found.heard_ms)


def _same(party: str) -> str:
    return party
