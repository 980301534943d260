"""The watch as a whole: reports go in, at each look changes of alerts come out.

It holds no clock: the same reports before the same looks give the same changes, live, at any speed of a
replay, and however the reports are cut into batches. A look has three steps, so that the middle one, which
takes the time and touches nothing of the watch, may run in another thread while reports go on coming:

    frame = looking.frame(now_ms)
    found = find(frame)
    changes = looking.conclude(frame, found)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct, structs

from wideberth.model.separation import EVERY, SeparationTable
from wideberth.model.track import NOBODY, Doubt, Report, Whose
from wideberth.space.reference import VerticalReference
from wideberth.watch import alerts, conform
from wideberth.watch.alerts import About, Alert, Change, Settings
from wideberth.watch.closing import closing, rules_table
from wideberth.watch.closing_plain import Table
from wideberth.watch.columns import PARTY
from wideberth.watch.conform import Standing
from wideberth.watch.encounter import Encounter
from wideberth.watch.entering import Zones
from wideberth.watch.findings import Finding, Key
from wideberth.watch.motion import Heights, Rows
from wideberth.watch.picture import Picture, Taken, Track
from wideberth.watch.remembered import Remembered
from wideberth.watch.whose import Known
from wideberth.watch.zone import Zone

DOUBTED: Final[tuple[Doubt, ...]] = ("emergency", "two_places", "jump", "clock", "not_real")
"""Of several doubts about one track the first of these is told."""


class Terms(Struct, frozen=True):
    """What decides.

    Attributes:
        table: minima between activities; the time of a rule counts for volumes only.
        reference: what altitudes are measured against.
        look_ahead_ms: a loss counts that begins from now to so much later, both included.
        own: this party's name, as in Known; empty: nobody is own.
        every: tracks of nobody are compared with each other.
        conforming: whether own tracks are to be on plans, and to keep to them.
        present: whether nobody's tracks that come into own plans are told of.
        settings: the times of alerts.
    """

    table: SeparationTable
    reference: VerticalReference
    look_ahead_ms: int = 300_000
    own: str = ""
    every: bool = False
    conforming: bool = True
    present: bool = True
    settings: Settings = Settings()


class Frame(Struct, frozen=True):
    """All that one look works on; nothing of it changes while the watch goes on."""

    now_ms: int
    look_ahead_ms: int
    rows: Rows
    ids: Sequence[str]
    table: Table
    zones: Zones | None
    own: tuple[Track, ...]
    """For `conclude`; `find` does not read it."""
    planned: tuple[tuple[Standing, tuple[int, ...]], ...]
    """Own units on plans that have begun, and the rows of the places where each may be."""
    others: tuple[Standing, ...]
    """Own units that are not to be looked at; without plans that is nobody."""


class Found(NamedTuple):
    """What one look finds, before anybody is asked whose that is."""

    findings: list[Finding]
    standings: list[Standing]


def find(frame: Frame) -> Found:
    """What is too close, or about to be, and how own units stand to their plans."""
    now_ms, ahead = frame.now_ms, frame.look_ahead_ms
    findings = closing(frame.rows, frame.ids, frame.table, now_ms, ahead)
    standings = list(frame.others)
    if frame.zones is not None:
        findings += frame.zones.entering(frame.rows, frame.ids, now_ms, ahead)
        for each, slots in frame.planned:
            gaps = [frame.zones.outside(frame.rows[slot], each.plan, now_ms) for slot in slots]
            certain = [gap for gap in gaps if gap is not None]
            # one whose reports cannot all be true is outside where it is so at every place it may have
            standings.append(
                structs.replace(each, outside=min(certain) if len(certain) == len(gaps) else None)
            )
    return Found(findings, standings)


class Looking:
    """Everything that is watched, and what came of it so far. One thread at a time may touch it."""

    def __init__(
        self,
        terms: Terms,
        known: Known | None = None,
        zones: Sequence[Zone] = (),
        plans: Sequence[Zone] = (),
    ) -> None:
        self._terms = terms
        self._given = known or Known()
        self._known = self._by_terms()
        self._plans: dict[str, Zone] = {}
        self._zones: dict[str, Zone] = {}
        self._activities = activities(terms.table)
        self._table = rules_table(terms.table, self._activities)
        self.picture = Picture(Heights(terms.reference), self._known, self._activities)
        self._state = alerts.State()
        self._conform = conform.State()
        self._findings: list[Finding] = []
        self._remembered = Remembered()
        self._set_zones(zones, plans)

    @property
    def alerts(self) -> list[Alert]:
        """Those that are not over and that people were told of, the nearest first."""
        return self._state.told()

    @property
    def left_out(self) -> int:
        """How much was found at the last look and is in no alert, because there are too many."""
        return self._state.left_out

    def findings(self) -> list[Finding]:
        """What the last look found that concerns this party; alerts are what became of it."""
        return self._findings

    def set(
        self,
        *,
        terms: Terms | None = None,
        known: Known | None = None,
        zones: Sequence[Zone] | None = None,
        plans: Sequence[Zone] | None = None,
    ) -> None:
        """Go by these from the next look on; what is not given stays. Alerts that are open go on."""
        if terms is not None:
            if terms.reference is not self._terms.reference:
                self.picture.set_heights(Heights(terms.reference))
            self._terms = terms
            self._activities = activities(terms.table)
            self._table = rules_table(terms.table, self._activities)
        if known is not None:
            self._given = known
        if known is not None or terms is not None:
            self._known = self._by_terms()
            self.picture.set_known(self._known, self._activities)
        self._set_zones(
            tuple(self._zones.values()) if zones is None else zones,
            tuple(self._plans.values()) if plans is None else plans,
        )

    def resume(self, some: Iterable[Alert]) -> None:
        """Go on with alerts of a watch that ended, held as they are: found again each is the same alert."""
        known = {**self._state.open, **{each.key: each for each in some}}
        self._state = structs.replace(self._state, open=known)

    def take(self, reports: Iterable[Report], now_ms: int) -> Counter[Taken]:
        """Take what came in; what became of it."""
        take = self.picture.take
        return Counter([take(report, now_ms) for report in reports])

    def look(self, now_ms: int) -> list[Change]:
        """One look: what changed, the nearest first."""
        frame = self.frame(now_ms)
        return self.conclude(frame, find(frame))

    def frame(self, now_ms: int) -> Frame:
        """What a look at this time works on."""
        self.picture.age(now_ms)
        ids, rows = tuple(self.picture.ids), self.picture.rows.copy()
        own = self._own(rows, ids)
        planned: list[tuple[Standing, tuple[int, ...]]] = []
        others: list[Standing] = []
        for track in own if self._terms.conforming else ():
            standing = self._standing(track)
            if standing.plan and standing.heard:
                planned.append((standing, track.slots))
            else:
                others.append(standing)
        return Frame(
            now_ms,
            self._terms.look_ahead_ms,
            rows,
            ids,
            self._table,
            self._compiled,
            tuple(own),
            tuple(planned),
            tuple(others),
        )

    def conclude(self, frame: Frame, found: Found) -> list[Change]:
        """What the findings of a frame make of the alerts."""
        now_ms, settings = frame.now_ms, self._terms.settings
        some = [told for each in found.findings if (told := self._told(each)) is not None]
        self._conform, more = conform.step(self._conform, found.standings, now_ms, settings)
        some += more
        some += self._lost(frame.own, now_ms)
        some += self._doubtful(some, frame.own, now_ms)
        self._findings = some
        self._state, changes = alerts.step(self._state, some, now_ms, settings, self.about)
        self._remembered.follow(changes, self._state.open, now_ms, self.picture.track, self._zone)
        return changes

    def acknowledge(self, alert: str, role: str, now_ms: int) -> Change:
        """Somebody in this role has read it.

        Raises: Invalid (`watch.alert`), Refused (`watch.acknowledged`).
        """
        self._state, change = alerts.acknowledge(self._state, alert, role, now_ms)
        return change

    def encounter(self, alert: str, now_ms: int) -> Encounter:
        """What a picture of an alert is drawn from: of one that is open, or of the last that were cleared.

        Raises: Invalid (`watch.alert`).
        """
        found = next((each for each in self._state.told() if each.id == alert), None)
        return self._remembered.encounter(alert, found, now_ms, self.picture.track, self._zone)

    def about(self, key: Key) -> About:
        """What is known now of what a finding is about."""
        track, zone = self.picture.track(key.track), self._zone(key)
        # what is stale is still looked at, with more and more doubt
        silent = track is None or track.state == "lost"
        whose = NOBODY if track is None else track.whose
        callsign = "" if track is None else track.callsign
        if key.kind == "closing":
            other = self.picture.track(key.other)
            if other is None:
                return About(whose, None, callsign, "", True)
            return About(whose, other.whose, callsign, other.callsign, silent or other.state == "lost")
        if zone is None:
            return About(whose, None, callsign, "", silent, bool(key.other))
        return About(whose, Whose(zone.party, zone.id, how="claimed"), callsign, zone.name, silent)

    def _by_terms(self) -> Known:
        given, terms = self._given, self._terms
        return structs.replace(given, own=terms.own or given.own, every=terms.every or given.every)

    def _set_zones(self, zones: Sequence[Zone], plans: Sequence[Zone]) -> None:
        self._zones = {each.id: each for each in zones}
        self._plans = {each.id: each for each in plans}
        both = {**self._zones, **self._plans}
        some = tuple(both.values())
        self._compiled = Zones(some, self.picture.parties, self._terms.reference) if some else None

    def _zone(self, key: Key) -> Zone | None:
        if not key.other or key.kind == "closing":
            return None
        return self._plans.get(key.other) or self._zones.get(key.other)

    def _own(self, rows: Rows, ids: Sequence[str]) -> list[Track]:
        own = self._known.own
        if not own:
            return []
        mine = np.flatnonzero(rows[:, PARTY] == self.picture.parties[own]).tolist()
        tracks = [self.picture.track(name) for name in dict.fromkeys(ids[slot] for slot in mine)]
        return [track for track in tracks if track is not None]

    def _standing(self, track: Track) -> Standing:
        plan = track.whose.plan if track.whose.plan in self._plans else ""
        moves = self._under_way(track)
        return Standing(track.id, plan, track.report.point, track.state != "lost", moves)

    def _under_way(self, track: Track) -> bool:
        parked = self._terms.settings.parked
        return conform.under_way(track.kind, track.report.grounded, track.velocity, parked)

    def _told(self, finding: Finding) -> Finding | None:
        """The finding as this party is told of it; None: it is nobody's business here."""
        key = finding.key
        track = self.picture.track(key.track)
        if track is None:
            return None
        own, quiet = self._known.own, self._quiet(track)
        if key.kind == "closing":
            other = self.picture.track(key.other)
            if other is None:
                return None
            if quiet or self._quiet(other):
                ours = own and own in (track.whose.party, other.whose.party)
                return finding if ours else None
            return finding
        zone = self._zone(key)
        if zone is None or quiet or track.whose.plan == zone.id:
            return None
        if zone.party and zone.party == track.whose.party:
            return None
        if zone.kind == "plan" and not track.whose.party:
            if not self._terms.present:
                return None
            return structs.replace(finding, key=Key("unplanned", key.track, zone.id))
        return finding

    def _quiet(self, track: Track) -> bool:
        quiet = self._known.quiet_sources
        return bool(quiet) and not track.whose.party and quiet.issuperset(track.sources)

    def _lost(self, own: Iterable[Track], now_ms: int) -> list[Finding]:
        """Own units of which nothing is heard, and that had not landed, or parked, before."""
        return [
            Finding(Key("lost", track.id), now_ms, track.report.point)
            for track in own
            if track.state == "lost"
            and not track.report.grounded
            and (track.whose.plan in self._plans or self._under_way(track))
        ]

    def _doubtful(self, findings: Sequence[Finding], own: Iterable[Track], now_ms: int) -> list[Finding]:
        """What is to be doubted of own tracks, and of those that are about to come near something own."""
        doubted = {track.id: track for track in own if track.doubts}
        for each in findings:
            for name in self._near(each.key):
                track = self.picture.track(name)
                if track is not None and track.doubts:
                    doubted[name] = track
        return [
            Finding(
                Key("doubtful", name),
                now_ms,
                track.report.point,
                code=next(each for each in DOUBTED if each in track.doubts),
            )
            for name, track in doubted.items()
        ]

    def _near(self, key: Key) -> tuple[str, ...]:
        """The tracks of a finding where something of ours is part of it; where nothing is own, always."""
        own = self._known.own
        if key.kind == "closing":
            pair = key.track, key.other
            tracks = [self.picture.track(each) for each in pair]
            near = not own or any(each is not None and each.whose.party == own for each in tracks)
            return pair if near else ()
        zone = self._zone(key)
        return (key.track,) if not own or (zone is not None and zone.party == own) else ()


def activities(table: SeparationTable) -> list[str]:
    """The activities that a table tells apart; the first, without a name, stands for all others."""
    return ["", *sorted({name for row in table.rows for name in row.between} - {EVERY, ""})]
