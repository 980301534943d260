"""The watch of a node over live tracks: reports come in, alerts ring, call where agreed. Part of the node.

Reports come in any thread and wait for nobody; a step takes what has come, looks, and tells what changed. It
looks without holding the node. Which alerts are open is on record in the private feed: what is entered is the
difference between what is found and what is on record, so nothing is lost or doubled whatever was killed in
between; and people are told before anything is written.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from wideberth.desk import watched
from wideberth.desk.rings import About
from wideberth.desk.watched import Claimed, Cleared, Kept, Raised, Said
from wideberth.errors import Invalid, Refused, Stale
from wideberth.model.agreement import Precedence
from wideberth.model.alert import PRECEDENCE
from wideberth.model.published import Warned
from wideberth.model.ring import Why as Ring
from wideberth.model.track import Report
from wideberth.node import watch_evidence, watch_known, watch_record, watch_shown
from wideberth.node.open_line import Found
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.watch_calls import WatchCalls
from wideberth.node.watch_known import Compared
from wideberth.node.watch_views import AlertHereView, SourceView, TrackView, WatchView
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference
from wideberth.watch import loops
from wideberth.watch.alerts import Alert, Change
from wideberth.watch.encounter import Encounter
from wideberth.watch.looking import Looking, find

if TYPE_CHECKING:
    from wideberth.node.node import Node

WAITING: Final = 500_000
"""Reports that wait to be looked at; of more the oldest go, and are counted."""
AGAIN_MS: Final = 15_000
"""How often it is looked up what tracks are compared with, where nothing of it has changed: time passes."""
HOUR_MS: Final = 3_600_000
"""How often pictures of alerts that are too old are let go."""
KIND: Final = "alert"
"""Of what rings."""


class Came(NamedTuple):
    """Reports, and when they came (POSIX ms)."""

    reports: Sequence[Report]
    at_ms: int


class Watch:
    """Of one node. Methods that change something raise as Node.recording."""

    def __init__(
        self, node: Node, geoid: Geoid, ringing: Ringing, tell: Callable[[str | None, Found], None]
    ) -> None:
        self._node, self._geoid, self._ringing, self._tell = node, geoid, ringing, tell
        self.calls = WatchCalls(node)
        self._looking: Looking | None = None
        self._compared: Compared | None = None
        self._signed: tuple[int, list[object]] = (0, [])
        self._compared_ms = 0
        self._expired_ms: int | None = None
        self._came: deque[Came] = deque()
        self._waiting = self.dropped = 0
        self._queue, self._busy = threading.Lock(), threading.Lock()
        self._sources: dict[str, SourceView] = {}
        self._followers: list[Callable[[], None]] = []
        ringing.sources.append(self._wanted)

    # what comes

    def take(self, reports: Sequence[Report]) -> None:
        """Reports of a source, in any thread; they are looked at by the next step."""
        with self._queue:
            self._came.append(Came(reports, self._node.clock.now()))
            self._waiting += len(reports)
            while self._waiting > WAITING and len(self._came) > 1:
                gone = len(self._came.popleft().reports)
                self._waiting -= gone
                self.dropped += gone

    def source(self, view: SourceView) -> None:
        """How a source stands now; told where that changed."""
        before = self._sources.get(view.name)
        self._sources[view.name] = view
        if before is None or before.state != view.state:
            self._tell(None, Found("alert.changed", type="source", code=view.state, noun=view.name))

    def step(self) -> None:
        """Take what has come, and look; not where another thread does.

        Raises: as Private.write, after it was told.
        """
        if self._node.as_of is not None or not self._busy.acquire(blocking=False):
            return
        try:
            self._step()
        finally:
            self._busy.release()

    def load(self) -> None:
        """Load the compiled loops, which the very first time takes a minute; looks go on meanwhile."""
        loops.load(VerticalReference(self._geoid))

    def tick(self) -> None:
        """Time has passed. Where nothing can be written it is tried again."""
        with suppress(Refused, Stale, OSError):
            self.step()
        elapsed = self._node.clock.elapsed()
        if self._expired_ms is None or elapsed >= self._expired_ms + HOUR_MS:
            self._expired_ms = elapsed
            watch_evidence.expire(self._node.path, self._node.clock.now())

    # what is shown

    def view(self) -> WatchView:
        """How the watch stands."""
        with self._node.held():
            found = list(self._node.private.watched.open)
            by = watch_known.words(self._node)
        looking = self._looking
        tracks = 0 if looking is None else len(looking.picture.tracks())
        return watch_record.whole(found, tracks, self._node.clock.now(), by, self.dropped, self._compared)

    def tracks(self) -> list[TrackView]:
        """All tracks, own ones first."""
        looking = self._looking
        if looking is None:
            return []
        with self._busy:
            some = list(looking.picture.tracks())
            found = [watch_shown.track_view(each, self._named) for each in some]
        return sorted(found, key=lambda each: (each.party != "ours", each.party, each.callsign, each.track))

    def alerts(self, *, over: bool = False) -> list[AlertHereView]:
        """Alerts that are open, the nearest first; with `over` the newest that are over as well."""
        with self._node.held():
            state = self._node.private.watched
            kept = [each for each in state.alerts.values() if over or each.cleared_ms is None]
            found = [self._view(each) for each in kept]
        return sorted(found, key=lambda each: (each.cleared is not None, each.at, each.alert))

    def alert(self, alert: str) -> AlertHereView:
        """One of them. Raises: Invalid (`alert.none`)."""
        with self._node.held():
            return self._view(watched.one(self._node.private.watched, alert))

    def encounter(self, alert: str) -> Encounter:
        """What a picture of an alert is drawn from. Raises: Invalid (`alert.none`, `alert.no_picture`)."""
        with self._node.held():
            kept = watched.one(self._node.private.watched, alert)
        if kept.cleared_ms is not None:
            found = watch_evidence.read(self._node.path, alert)
            if found is not None:
                return found
        if self._looking is not None:
            with self._busy, suppress(Invalid):
                return self._looking.encounter(alert, self._node.clock.now())
        wanted = "an alert of this start of the node, or one that was over at most 30 days ago"
        raise Invalid("alert.no_picture", "alert", alert, wanted)

    def warned(self) -> list[Warned]:
        """Alerts that are open, as a map needs them."""
        with self._node.held():
            return [watch_record.warned(each) for each in self._node.private.watched.open]

    def sources(self) -> list[SourceView]:
        """Where reports come from, as set up and as they stand."""
        with self._node.held():
            settings = self._node.settings.watch.sources
            found = [watch_record.source_view(each, self._sources.get(each.name)) for each in settings]
        pushed = [each for name, each in self._sources.items() if name not in {one.name for one in settings}]
        return [*found, *pushed]

    # what people do

    def acknowledge(self, alert: str, role: str) -> AlertHereView:
        """Somebody in this role has it: it rings no more, and goes on. Raises: as watched.take."""
        # in this order, as a step does: who looks holds the node last
        with self._busy, self._node.held():
            said = watched.take(self._node.private.watched, alert, role)
            self._enter([said])
            if self._looking is not None:
                with suppress(Invalid, Refused):
                    self._looking.acknowledge(alert, role, self._node.clock.now())
            self._ringing.settle()
            self._told(alert, "acknowledged")
            return self.alert(alert)

    def claim(self, track: str, party: str, plan: str = "") -> None:
        """An officer says whose a track is: `own`, a line's label, `nobody`; nothing: no longer.

        Raises: Invalid (`track.id`, `track.party`, `plan.none`).
        """
        with self._node.held():
            whose = watch_known.claimant(self._node, party)
            if plan and plan not in self._node.private.plans.plans:
                raise Invalid("plan.none", "plan", plan, "a plan of this node: wideberth plan list")
            said: Claimed = watched.claim(track, whose, plan)
            self._enter([said])

    # how

    def _step(self) -> None:
        now_ms = self._node.clock.now()
        with self._queue:
            came, self._came, self._waiting = self._came, deque(), 0
        looking = self._ready(now_ms, bool(came))
        if looking is None:
            return
        for each in came:
            looking.take(each.reports, each.at_ms)
        frame = looking.frame(now_ms)
        changes = looking.conclude(frame, find(frame))
        self._settle(looking, changes)

    def _ready(self, now_ms: int, came: bool) -> Looking | None:
        """The engine, by what is so now; None where nothing was ever reported and nothing is open."""
        with self._node.held():
            open_ = list(self._node.private.watched.open)
            if self._looking is None and not (came or open_ or self._node.settings.watch.sources):
                return None
            before, signs = self._compared, self._signs()
            if self._looking is not None and before is not None and self._stands(signs, now_ms):
                return self._looking
            found = watch_known.compared(self._node, self._geoid, now_ms)
        if self._looking is None or before is None:
            self._looking = Looking(found.terms, found.known, found.zones, found.plans)
            self._looking.resume(map(watch_record.alert_of, open_))
        elif found != before:
            self._looking.set(
                terms=found.terms if found.terms != before.terms else None,
                known=found.known if found.known != before.known else None,
                zones=found.zones if found.zones != before.zones else None,
                plans=found.plans if found.plans != before.plans else None,
            )
        self._compared, self._signed, self._compared_ms = found, signs, now_ms
        return self._looking

    def _signs(self) -> tuple[int, list[object]]:
        """What is another thing where something of it has changed that tracks are compared with."""
        folds: list[object] = [
            each for line in self._node.all_lines() for each in (line.fold.all, line.fold.standing)
        ]
        return self._node.private.changed, folds

    def _stands(self, signs: tuple[int, list[object]], now_ms: int) -> bool:
        count, folds = self._signed
        same = len(folds) == len(signs[1]) and all(a is b for a, b in zip(folds, signs[1], strict=True))
        return same and count == signs[0] and 0 <= now_ms - self._compared_ms < AGAIN_MS

    def _settle(self, looking: Looking, changes: Sequence[Change]) -> None:
        """Tell what changed; then enter what is not on record, ring, and call."""
        for each in changes:
            self._told(each.alert.id, each.what, each.alert)
        over = {each.alert.id: each.alert for each in changes if each.what == "cleared"}
        with self._node.held():
            state = self._node.private.watched
            now = {each.id: each for each in looking.alerts}
            said: list[Said] = [
                watch_record.raised(each) for name, each in now.items() if name not in state.alerts
            ]
            for kept in state.open:
                name = kept.raised.alert
                if name not in now:
                    why = over[name].why if name in over else None
                    said.append(Cleared(name, why or ""))
            for alert in over.values():
                now_ms = self._node.clock.now()
                watch_evidence.keep(self._node.path, looking.encounter(alert.id, now_ms), now_ms)
            if said:
                self._enter(said)
            if said or changes:
                self._ringing.settle()
            self.calls.settle(looking)

    def _enter(self, said: Sequence[Said]) -> None:
        with self._node.recording() as private:
            private.write([(each.TYPE, watched.write(each)) for each in said], self._node.clock.now())

    def _told(self, alert: str, what: str, found: Alert | None = None) -> None:
        kind = None if found is None else found.key.kind
        self._tell(None, Found("alert.changed", type=kind, code=what, noun=alert))

    def _wanted(self) -> Iterator[Wanted]:
        """What rings: alerts that nobody has taken; those that could not be entered too."""
        state = self._node.private.watched
        known: dict[str, Raised] = {
            each.raised.alert: each.raised for each in state.open if each.role is None
        }
        if self._looking is not None and self._node.as_of is None:
            new = (each for each in self._looking.alerts if each.id not in state.alerts)
            known |= {each.id: watch_record.raised(each) for each in new}
        for name, each in known.items():
            why: Ring = f"alert.{each.kind}"  # type: ignore[assignment]  # a ring for each kind, by a test
            yield Wanted(About(KIND, None, name), why, self._precedence(each))

    def _precedence(self, raised: Raised) -> Precedence:
        """As of its kind; where nothing of this party's is part of it, a line in a list."""
        ours = self._node.party in (raised.party, raised.other_party)
        return PRECEDENCE[raised.kind] if ours or not raised.party else "priority"

    def _view(self, kept: Kept) -> AlertHereView:
        live = None
        if self._looking is not None and kept.cleared_ms is None:
            live = next((each for each in self._looking.alerts if each.id == kept.raised.alert), None)
        return watch_record.of_kept(kept, live, self._named, self._heard, self._called)

    def _heard(self, track: str) -> int | None:
        found = None if self._looking is None else self._looking.picture.track(track)
        return None if found is None else found.heard_ms

    def _called(self, line: str) -> str:
        return self._node.of(line).name

    def _named(self, party: str) -> str:
        return watch_known.named(self._node, party)
