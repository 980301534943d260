"""Recorded reports played on the time that they tell of: at any speed, and always with the same outcome.

Every second of that time there is one look. What was recorded until then is taken before it, as if it had
come right then. How fast the clock of the wall runs meanwhile changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from wideberth.cli.watch_faces import Face, Now
from wideberth.cli.watched import Watched
from wideberth.model.track import Report
from wideberth.watch.alerts import Alert

EVERY: Final = 1_000
"""ms between two looks."""
REST: Final = 60
"""Looks after which it is seen whether there is anything to look at."""


class Rim(NamedTuple):
    """What playing takes from the machine: seconds since some moment, and a pause of some."""

    elapsed: Callable[[], float]
    pause: Callable[[float], None]


class Played(NamedTuple):
    """What came of it: looks, alerts that were raised (as they stood last), when it ended."""

    looks: int
    raised: dict[str, Alert]
    first_ms: int
    end_ms: int


def merged(recorded: Sequence[Sequence[Report]]) -> list[Report]:
    """The reports of several recordings in the order of time; of one moment in the order of the files."""
    return sorted((report for each in recorded for report in each), key=lambda report: report.at_ms)


def play(
    watched: Watched,
    reports: Sequence[Report],
    until_ms: int | None,
    speed: float | None,
    face: Face,
    rim: Rim,
) -> Played:
    """Look each second from the first report to the last, or to `until_ms`; `speed` None: without a pause."""
    first = _whole(reports[0].at_ms)
    end = _whole(reports[-1].at_ms) if until_ms is None else max(first, _whole(until_ms))
    looking, raised = watched.looking, dict[str, Alert]()
    began, at, k, looks = rim.elapsed(), first, 0, 0
    while True:
        before = k
        while k < len(reports) and reports[k].at_ms <= at:
            k += 1
        looking.take(reports[before:k], at)
        changes = looking.look(at)
        looks += 1
        for each in changes:
            raised[each.alert.id] = each.alert
        now = Now(at, watched.alerts, watched.sources, watched.heard)
        face.look(now, [(each.what, watched.alert(each.alert)) for each in changes])
        if at >= end:
            return Played(looks, raised, first, end)
        step = EVERY
        if looks % REST == 0 and not looking.alerts and not looking.picture.tracks():
            # nothing is known, and nothing can be found before the next report
            ahead = _whole(reports[k].at_ms) if k < len(reports) else end
            step = max(EVERY, min(ahead, end) - at)
        at += step
        if speed is not None:
            left = began + (at - first) / 1_000 / speed - rim.elapsed()
            if left > 0:
                rim.pause(left)
            elif step > EVERY:
                began = rim.elapsed() - (at - first) / 1_000 / speed


def _whole(instant: int) -> int:
    """The first look at which something of that moment is known."""
    return -(-instant // EVERY) * EVERY
