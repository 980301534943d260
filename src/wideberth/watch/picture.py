"""All tracks as they are known now: reports come in, rows to compare stand ready.

A report is believed of the place of its track that it can have come from: newer, it moves it; older, it is
only counted. One that can have come from none opens a second place: a false position must not hide the true
one, so both are compared, in rows of their own under the same id, and the track is doubted. The place that is
shown is the one before, until AGREED reports in a row have the new one. A place of which nothing more is
heard is compared until it is as old as what is lost; from when it is stale, in more doubt.

The time of a report counts, but none is taken as later than it came: a clock that is ahead would else hide
all that others tell of the track.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from msgspec import Struct

from wideberth.model.track import DOUBTS, NOBODY, Doubt, Kind, Report, Velocity, Whose
from wideberth.space.units import SECOND
from wideberth.watch import judged
from wideberth.watch import trail as trails
from wideberth.watch.columns import ACTIVITY, LIVE, PARTY
from wideberth.watch.judged import JUDGED, State, kind_of, plausible, state
from wideberth.watch.motion import Heights, Rows, place, write
from wideberth.watch.reckoning import From, Reckoning, believed
from wideberth.watch.reckoning import place as earth
from wideberth.watch.slots import Slots
from wideberth.watch.trail import Trail
from wideberth.watch.whose import LONE, Known, of_track

Taken = Literal["new", "moved", "old", "duplicate", "refused"]

MOST: Final = 200_000
"""Tracks. Beyond, those of nobody leave, heard of longest ago first; then others'; this party's own never."""
MOST_PLACES: Final = 4
"""Of one track. Of more, the one leaves that the fewest reports have."""
MOST_SOURCES: Final = 8
"""Of one track, that are remembered."""


class Track(Struct):
    """What is known of one track. To be read; only the picture changes it.

    Attributes:
        report: the newest one of the place that is shown.
        kind: as first said by a report, its source or its number.
        velocity: reported, or worked out from positions (`velocity_from`); with `turn` (1e-7 degrees a
            second), `doubt` (0.1 mm), `drift` and `climb_drift` (mm/s) as they are compared.
        at_ms: when the shown place holds; first_ms, heard_ms: when the first and the newest report came, by
            this node's clock.
        sources: in the order in which they first told of it.
        count: of reports, of the old ones and duplicates too.
        state: by the age of the shown place.
        doubts: in the order of model.track.DOUBTS.
        slots: its rows, that of the shown place first.
        trail: where it was shown.
    """

    id: str
    report: Report
    kind: Kind
    at_ms: int
    first_ms: int
    heard_ms: int
    places: list[Reckoning]
    trail: Trail
    serial: int
    sources: tuple[str, ...] = ()
    callsign: str = ""
    whose: Whose = NOBODY
    count: int = 0
    state: State = "live"
    doubts: tuple[Doubt, ...] = ()
    since: dict[Doubt, int] = {}
    newest: dict[str, int] = {}

    @property
    def velocity(self) -> Velocity | None:
        return self.places[0].velocity

    @property
    def velocity_from(self) -> From:
        return self.places[0].source

    @property
    def turn(self) -> int:
        return self.places[0].turn

    @property
    def doubt(self) -> int:
        return self.places[0].fix.doubt

    @property
    def drift(self) -> int:
        return self.places[0].drift

    @property
    def climb_drift(self) -> int:
        return self.places[0].climb_drift

    @property
    def slots(self) -> tuple[int, ...]:
        return tuple(each.slot for each in self.places)


class Picture:
    """The tracks of one node, or of one run without a node.

    Attributes:
        ids: the id of the track of each row; empty where the row is free. A track whose reports cannot all be
            true has several rows: they are of one party number, so never compared with each other, and what
            is found of any of them is found of the track.
        parties: numbers of parties, as in the rows.
        activities: as numbered in the rows: of whatever else a track does, the number of the empty one.
        refused: how many reports were refused.
    """

    def __init__(self, heights: Heights, known: Known, activities: Sequence[str]) -> None:
        self._heights = heights
        self._slots: Slots[tuple[Track, Reckoning]] = Slots()
        self.ids = self._slots.ids
        self.parties: dict[str, int] = {"": 0}
        self.refused = 0
        self._tracks: dict[str, Track] = {}
        self._others: OrderedDict[str, None] = OrderedDict()
        self._nobodys: OrderedDict[str, None] = OrderedDict()
        self._serial = 0
        self._spacing = trails.spacing(1)
        self.set_known(known, activities)

    @property
    def rows(self) -> Rows:
        """One row a place; LIVE is 0 where it is free or lost. Good until the next report."""
        return self._slots.rows

    def tracks(self) -> list[Track]:
        """In the order in which they were first heard of."""
        return list(self._tracks.values())

    def track(self, track: str) -> Track | None:
        """The track of this id."""
        return self._tracks.get(track)

    def __len__(self) -> int:
        return len(self._tracks)

    def set_known(self, known: Known, activities: Sequence[str]) -> None:
        """By what tracks are known from now on; all are looked at anew.

        Raises: ValueError where the empty activity is not among `activities`.
        """
        self._known = known
        self.activities = tuple(activities)
        self._activity = {name: k for k, name in enumerate(activities)}
        self._no_activity = self.activities.index("")
        for table in (known.by_id, known.by_source, known.by_callsign):
            for each in table.values():
                self.parties.setdefault(each.party, len(self.parties))
        self.parties.setdefault(known.own, len(self.parties))
        for track in self._tracks.values():
            self._say_whose(track)

    def set_heights(self, heights: Heights) -> None:
        """What altitudes are measured against from now on; rows follow when the picture ages next."""
        self._heights = heights
        self._slots.all_due()

    def take(self, report: Report, now_ms: int) -> Taken:
        """What becomes of a report that came at this moment. It changes no other track.

        Beyond MOST tracks a new one makes another leave.
        """
        if not plausible(report):
            self.refused += 1
            return "refused"
        track = self._tracks.get(report.id)
        if track is None:
            return self._begin(report, now_ms)
        track.count += 1
        at, doubt = self._when(track, report, now_ms)
        there = earth(report.point)
        mine = self._place_of(track, report, at, there, doubt)
        if mine is None:
            return self._elsewhere(track, report, at, now_ms, doubt)
        if at <= mine.at:
            return self._late(track, mine, report, at, now_ms)
        mine.take(report, at, there, doubt, track.kind)
        self._heard(track, report, now_ms)
        if mine.leapt or not (report.velocity is None or believed(report.velocity, track.kind)):
            self._mark(track, "jump", now_ms)
        if len(track.places) > 1:
            self._agreed(track, mine, now_ms)
        self._put(track, mine, now_ms)
        if mine is track.places[0]:
            self._shown(track, now_ms)
        return "moved"

    def age(self, now_ms: int) -> None:
        """Make stale, lost and forgotten what has become so. To be called before each look."""
        for track, mine in self._slots.overdue(now_ms):
            self._older(track, mine, now_ms)
        self._spacing = trails.spacing(len(self._tracks))

    def _begin(self, report: Report, now_ms: int) -> Taken:
        whose = of_track(self._known, report.id, (report.source,), report.callsign)
        if len(self._tracks) >= MOST and not self._make_room(whose):
            self.refused += 1
            return "refused"
        kind = kind_of(report, self._known.kinds)
        self._serial += 1
        track = Track(
            report.id, report, kind, report.at_ms, now_ms, now_ms, [], Trail(), self._serial, count=1
        )
        at, doubt = self._when(track, report, now_ms)
        self._tracks[report.id] = track
        first = Reckoning(self._slots.take(report.id), report, at, doubt, kind, "jump")
        if report.velocity is not None and not believed(report.velocity, kind):
            self._mark(track, "jump", now_ms)
        track.places.append(first)
        self._slots.hold(first.slot, (track, first))
        self._put(track, first, now_ms)
        self._shown(track, now_ms)
        return "new"

    def _when(self, track: Track, report: Report, now_ms: int) -> tuple[int, int]:
        """When a report holds, and in what doubt (0.1 mm); what it gives to doubt is marked."""
        for each in report.doubts:
            self._mark(track, each, now_ms)
        at, doubt = report.at_ms, max(report.doubt, JUDGED[track.kind].doubt)
        if at > now_ms:
            # it is not known whose clock is right
            if at - now_ms > judged.AHEAD:
                self._mark(track, "clock", now_ms)
            speed = 0 if report.velocity is None else min(report.velocity.speed, JUDGED[track.kind].top)
            doubt += speed * min(at - now_ms, judged.AHEAD) // SECOND * 10
            at = now_ms
        newest = track.newest.get(report.source)
        if newest is None:
            if len(track.newest) < MOST_SOURCES:
                track.newest[report.source] = at
                self._known_by(track, report)
        elif at > newest:
            track.newest[report.source] = at
        elif newest - at > judged.BACK:
            self._mark(track, "clock", now_ms)
        return at, doubt

    def _place_of(
        self, track: Track, report: Report, at: int, there: tuple[float, float, float], doubt: int
    ) -> Reckoning | None:
        """The place that a report can be of; of several the one that it is nearest to."""
        places = track.places
        if len(places) == 1:
            only = places[0]
            return only if only.excess(report, at, there, doubt, track.kind) <= 0 else None
        fit = [each for each in places if each.excess(report, at, there, doubt, track.kind) <= 0]
        if len(fit) < 2:
            return fit[0] if fit else None

        def away(each: Reckoning) -> float:
            expected = place(self._slots.whole[each.slot], max(at, each.at))
            return float(np.linalg.norm(expected - np.array(there)))

        return min(fit, key=away)

    def _elsewhere(self, track: Track, report: Report, at: int, now_ms: int, doubt: int) -> Taken:
        """A report that can have come from no place of its track opens another one."""
        places = track.places
        if now_ms - at > JUDGED[track.kind].lost_ms:
            return "old"
        why: Doubt = "jump" if report.source == places[0].report.source else "two_places"
        if len(places) >= MOST_PLACES:
            self._leave(track, min(places[1:], key=lambda each: (each.hits, each.at)))
        other = Reckoning(self._slots.take(track.id), report, at, doubt, track.kind, why)
        places.append(other)
        self._slots.hold(other.slot, (track, other))
        self._heard(track, report, now_ms)
        self._agreed(track, other, now_ms)
        self._put(track, other, now_ms)
        if track.state == "lost":
            self._older(track, places[0], now_ms)
        return "moved"

    def _agreed(self, track: Track, mine: Reckoning, now_ms: int) -> None:
        """Which of several places is shown, after a report of one of them."""
        places = track.places
        if mine is places[0]:
            for each in places[1:]:
                each.run = 0
            return
        self._mark(track, mine.why, now_ms)
        if mine.run >= judged.AGREED:
            before = places[0]
            before.why, before.run = mine.why, 0
            places.remove(mine)
            places.insert(0, mine)
            self._put(track, before, now_ms)

    def _late(self, track: Track, mine: Reckoning, report: Report, at: int, now_ms: int) -> Taken:
        """A report that is no newer than what is known."""
        if at == mine.at and report.point == mine.report.point:
            if mine.fill(report, track.kind):
                self._put(track, mine, now_ms)
                if mine is track.places[0]:
                    self._shown(track, now_ms)
            self._known_by(track, report)
            return "duplicate"
        if mine is track.places[0]:
            track.trail.add(at, report.point, report.altitude, self._spacing)
        return "old"

    def _heard(self, track: Track, report: Report, now_ms: int) -> None:
        track.heard_ms = now_ms
        if track.id in self._nobodys:
            self._nobodys.move_to_end(track.id)
        elif track.id in self._others:
            self._others.move_to_end(track.id)
        if report.callsign and report.callsign != track.callsign:
            self._known_by(track, report)
        if track.kind == "unknown" and report.kind != "unknown":
            track.kind = report.kind
            for mine in track.places:
                self._slots.due[mine.slot] = now_ms

    def _known_by(self, track: Track, report: Report) -> None:
        """A source, or a callsign, that the track had not: it may be known whose it is."""
        if report.source not in track.sources and len(track.sources) < MOST_SOURCES:
            track.sources = (*track.sources, report.source)
        track.callsign = report.callsign or track.callsign
        self._say_whose(track)

    def _say_whose(self, track: Track) -> None:
        track.whose = of_track(self._known, track.id, track.sources, track.callsign)
        self._nobodys.pop(track.id, None)
        self._others.pop(track.id, None)
        if not track.whose.party:
            self._nobodys[track.id] = None
        elif track.whose.party != self._known.own:
            self._others[track.id] = None
        for mine in track.places:
            self._slots.whole[mine.slot, [PARTY, ACTIVITY]] = self._numbers(track)

    def _numbers(self, track: Track) -> tuple[int, int]:
        """Party and activity, as in the rows."""
        whose = track.whose
        lone = LONE - track.serial if self._known.every else 0
        party = self.parties[whose.party] if whose.party else lone
        return party, self._activity.get(whose.activity, self._no_activity)

    def _mark(self, track: Track, doubt: Doubt, now_ms: int) -> None:
        track.since[doubt] = now_ms
        if doubt not in track.doubts:
            track.doubts = tuple(each for each in DOUBTS if each in track.since)

    def _put(self, track: Track, mine: Reckoning, now_ms: int) -> None:
        """Write the row of a place by its age, and say when it changes next."""
        known = JUDGED[track.kind]
        age = now_ms - mine.at
        stale = age > known.stale_ms
        write(self._slots.whole, mine.slot, mine.moving(stale, *self._numbers(track)), self._heights)
        if age > known.lost_ms:
            self._slots.whole[mine.slot, LIVE] = 0.0
        due = mine.at + (known.lost_ms if stale else known.stale_ms) + 1
        if mine is track.places[0] and track.doubts:
            due = min(due, min(track.since.values()) + judged.DOUBTED)
        self._slots.due[mine.slot] = due

    def _shown(self, track: Track, now_ms: int) -> None:
        mine = track.places[0]
        track.report, track.at_ms = mine.report, mine.at
        track.trail.add(mine.at, mine.report.point, mine.report.altitude, self._spacing)
        track.state = state(track.kind, now_ms - mine.at)

    def _older(self, track: Track, mine: Reckoning, now_ms: int) -> None:
        known = JUDGED[track.kind]
        age = now_ms - mine.at
        if mine is not track.places[0]:
            if age > known.lost_ms:
                self._leave(track, mine)
            else:
                self._put(track, mine, now_ms)
            return
        if age > known.lost_ms and len(track.places) > 1:
            # nothing more of the place that was shown: another one is
            newest = max(track.places[1:], key=lambda each: each.at)
            if newest.at > mine.at:
                track.places.remove(newest)
                track.places.insert(0, newest)
                self._leave(track, mine)
                self._shown(track, now_ms)
                self._older(track, newest, now_ms)
                return
        for each in [each for each, since in track.since.items() if now_ms - since >= judged.DOUBTED]:
            del track.since[each]
        track.doubts = tuple(each for each in DOUBTS if each in track.since)
        self._put(track, mine, now_ms)
        track.state = state(track.kind, age)
        if track.state == "lost":
            kept = judged.KEPT_OWN if self._own(track.whose) else judged.KEPT
            over = track.heard_ms + kept
            if now_ms >= over:
                self._forget(track)
                return
            self._slots.due[mine.slot] = min([over, *(at + judged.DOUBTED for at in track.since.values())])

    def _own(self, whose: Whose) -> bool:
        return bool(whose.party) and whose.party == self._known.own

    def _make_room(self, whose: Whose) -> bool:
        """Let the track leave that is missed least; False where only this party's own are left."""
        for group in (self._nobodys, self._others):
            if group and (group is self._nobodys or whose.party):
                self._forget(self._tracks[next(iter(group))])
                return True
        return False

    def _forget(self, track: Track) -> None:
        for each in list(track.places):
            self._leave(track, each)
        del self._tracks[track.id]
        self._nobodys.pop(track.id, None)
        self._others.pop(track.id, None)

    def _leave(self, track: Track, mine: Reckoning) -> None:
        track.places.remove(mine)
        self._slots.leave(mine.slot)
