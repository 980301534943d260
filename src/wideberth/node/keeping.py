"""Watch keeping: whether the officer on duty is there, and what rings. Part of the node.

A sign of presence is an act of the account that has the post: anything that it changes, or its express word
(`present`). What is only looked at is none: a screen asks by itself, with nobody before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from wideberth.desk import alarms as rules
from wideberth.desk import presence
from wideberth.desk.alarms import Alarm, Bell
from wideberth.desk.presence import Handed, Resumed, Said, Watch
from wideberth.errors import Refused, Stale
from wideberth.line.clock import Now
from wideberth.model.presence import PHASES, POSTS, Phase, Post
from wideberth.node.keeping_views import AlarmsView, PresenceView, RingView
from wideberth.node.log import Event
from wideberth.node.open_line import Found
from wideberth.node.views import time
from wideberth.store import duty

if TYPE_CHECKING:
    from wideberth.node.node import Node

MINUTE_MS: Final = 60_000
Source = Callable[[], Iterable[Alarm]]
"""Gives the alarms of one part of the node that nobody has taken."""


class Keeping:
    """Of one node, whose lock all of it holds. Methods raise as Node.recording.

    `sources`: the parts of the node whose alarms ring too.
    """

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self.sources: list[Source] = [self._missed]
        self._node, self._tell = node, tell
        self._bell = Bell()
        self._ringing: tuple[Alarm, ...] = ()
        self._signs: dict[int, int] = {}
        self._watch: Watch | None = None
        self._on: duty.Watch = {}
        self._turn: tuple[object, int] | None = None
        self._unsent: dict[str, str] = {}

    # what it shows

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """What rings now."""
        return self._ringing

    @property
    def rings(self) -> int:
        """How often something rang in the last hour."""
        return rules.in_hour(self._bell, self._node.clock.elapsed())

    @property
    def all_rings(self) -> int:
        """How often something rang in this start."""
        return self._bell.all

    def alarms_view(self) -> AlarmsView:
        """What rings, for people."""
        with self._node.held():
            found = tuple(
                RingView(
                    each.kind,
                    each.id,
                    each.line or None,
                    each.why,
                    each.step,
                    time(each.since_ms),
                    each.words,
                )
                for each in self._ringing
            )
            budget = self._node.settings.alarms.budget
            return AlarmsView(found, self.rings, budget, over(self.rings, budget), dict(self._unsent))

    def presence(self) -> PresenceView:
        """Whether the officer on duty is there, for people."""
        with self._node.held():
            now = self._node.now()
            self._look(now)
            watch, phase = self._watch, self._phase()
            interval_ms = self._interval_ms()
            sign = due = None
            if watch is not None and watch.holder is not None:
                sign = self._wall(watch.sign_ms, now)
                due = self._wall(watch.sign_ms + interval_ms, now)
            began = None if watch is None else watch.began_ms
            miss = self._node.private.presence.miss
            return PresenceView(
                phase=phase,
                words=PHASES[phase],
                interval_min=interval_ms // MINUTE_MS,
                sign=sign,
                due=due,
                missed=None if began is None else self._wall(began, now),
                steps=() if miss is None else miss.steps,
            )

    @property
    def sheet(self) -> tuple[str, int] | None:
        """The SHA-256 of the sheet with which the post of officer was handed over last, and when (ms)."""
        return self._node.private.presence.sheet

    def unsent(self, channel: str, words: str | None) -> None:
        """Alarms do not go out on a channel, in words; or they do again. Called from any thread."""
        if words is None:
            self._unsent.pop(channel, None)
        else:
            self._unsent[channel] = words
        self._node.log.write(Event("info" if words is None else "error", "alarm.unsent"))

    # what people do

    def sign(self, user: int) -> None:
        """An account has done something. Called from any thread; waits for nothing."""
        self._signs[user] = self._node.clock.elapsed()

    def present(self, user: int) -> PresenceView:
        """Somebody who has a post says: I am there. Of another post than the officer's it takes a miss.

        Raises: Refused (`duty.not_on`).
        """
        with self._node.held():
            mine = next((each for each in POSTS if self._holder(each) == user), None)
            if mine is None:
                raise Refused("duty.not_on", "this person has no post on duty; accepted: wideberth duty take")
            self.sign(user)
            now = self._node.now()
            self._look(now)
            if mine != "officer" and self._watch is not None and self._node.private.presence.miss is not None:
                self._enter([Resumed("officer", mine)])
                self._watch = presence.taken(self._watch, now.boot_ms)
            self._ring(now)
            return self.presence()

    def handed(self, post: Post, sheet: str) -> None:
        """A post was handed over with the sheet of this SHA-256. Raises: Invalid (`duty.sheet`)."""
        said = Handed(post, presence.sheet(sheet))
        with self._node.held():
            self._enter([said])

    # how

    def tick(self) -> None:
        """Time has passed: once a second. What cannot be written is tried again."""
        with self._node.held():
            now = self._node.now()
            try:
                self._look(now)
            except (Refused, Stale, OSError):
                pass  # it is told where it is written; what rings already goes on
            self._ring(now)

    def _look(self, now: Now) -> None:
        self._read()
        if not self._on or not self._interval_ms():
            self._watch = None
            return
        change = self._on.get("officer")
        holder = None if change is None or change.user is None else (change.user, change.at_ms)
        miss = self._node.private.presence.miss
        watch, first = self._watch, tuple[Said, ...]()
        if watch is None:
            last = None if holder is None else self._node.people.acts.last(holder[0])
            began = max(0 if change is None else change.at_ms, last or 0)
            if change is None:
                # there are others on duty, and never was an officer: it counts from now
                began = now.wall_ms
            watch, first = presence.begin(holder, began, miss, now)
            if first:
                miss = None
        signed = None if holder is None else self._signs.get(holder[0])
        vacant = [each for each in POSTS if self._holder(each) is None]
        watch, said = presence.look(watch, holder, signed, miss, now.boot_ms, self._interval_ms(), vacant)
        self._enter([*first, *said])
        # only now: what could not be entered is found again
        self._watch = watch

    def _ring(self, now: Now) -> None:
        found = [each for source in self.sources for each in source()]
        self._ringing = tuple(found[: rules.MOST])
        self._bell, due = rules.ring(self._bell, found, now.boot_ms)
        for each in due:
            told = Found("alarm.rings", type=each.kind, code=each.why, words=each.words, noun=each.id)
            self._tell(each.line or None, told)

    def _missed(self) -> Iterable[Alarm]:
        """The alarm of a miss."""
        miss = self._node.private.presence.miss
        if miss is not None and miss.steps and self._watch is not None:
            yield Alarm("duty", "officer", "", "overdue", miss.steps[-1], miss.began_ms)

    def _enter(self, said: Iterable[Said]) -> None:
        found = [(each.TYPE, presence.write(each)) for each in said]
        if not found:
            return
        with self._node.recording() as private_feed:
            private_feed.write(found, self._node.clock.now())
        self._tell(None, Found("duty.changed"))

    def _read(self) -> None:
        """Who is on, where that has changed. Raises: as Accounts."""
        people = self._node.people
        turn = (people, people.turns)
        if turn != self._turn:
            self._on, self._turn = people.watch(), turn

    def _holder(self, post: Post) -> int | None:
        self._read()
        change = self._on.get(post)
        return None if change is None else change.user

    def _interval_ms(self) -> int:
        return self._node.settings.presence_min * MINUTE_MS

    def _phase(self) -> Phase:
        return "unwatched" if self._watch is None else self._watch.phase

    def _wall(self, boot_ms: int, now: Now) -> str:
        return time(max(now.wall_ms - now.boot_ms + boot_ms, 0))


def over(rings: int, budget: int) -> str:
    """How often it rang, in words."""
    times = f"rang {rings:,} times in the last hour"
    return f"{times}; more than {budget:,} is too often to heed: find the cause" if rings > budget else times
