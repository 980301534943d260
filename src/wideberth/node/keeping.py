"""Watch keeping: whether the officer on duty is there, and what sounds how often. Part of the node.

A sign of presence is an act of the account that has the post: anything that it changes, or its express word
(`present`). What is only looked at is none: a screen asks by itself, with nobody before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wideberth.desk import alarms, presence
from wideberth.desk.alarms import Bell
from wideberth.desk.presence import Handed, Watch
from wideberth.desk.rings import About, Ring
from wideberth.errors import Refused
from wideberth.line.clock import Now
from wideberth.model.presence import PHASES, POSTS, Phase, Post
from wideberth.model.ring import WHY
from wideberth.node.keeping_views import PresenceView
from wideberth.node.log import Event
from wideberth.node.open_line import Found
from wideberth.node.ringing import Ringing, Wanted
from wideberth.node.since import Since
from wideberth.node.views import BellView, time
from wideberth.store import duty

if TYPE_CHECKING:
    from wideberth.node.node import Node

MINUTE_MS: Final = 60_000
MISSED: Final = About("duty", None, "officer")
"""What rings while nobody is there."""


class Keeping:
    """Of one node, whose lock all of it holds. Methods raise as Node.recording."""

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self._bell = Bell()
        self._signs: dict[int, int] = {}
        self._watch: Watch | None = None
        self._on: duty.Watch = {}
        self._turn: tuple[object, int] | None = None
        self._since = Since()
        self._unsent: dict[str, str] = {}

    def begin(self, ringing: Ringing) -> None:
        """What is missed rings."""
        ringing.sources.append(self._missed)

    # what it shows

    def bell(self) -> BellView:
        """What sounds, and how often it did."""
        hour, budget = (
            alarms.in_hour(self._bell, self._node.clock.elapsed()),
            self._node.settings.alarms.budget,
        )
        words = alarms.words(hour, budget)
        return BellView(sum(each.loud for each in self._rings()), hour, budget, words, dict(self._unsent))

    def vacant(self) -> tuple[Post, ...]:
        """The posts that nobody has; where the file of accounts cannot be read now, as of a moment ago."""
        with suppress(Refused):
            self._read()
        return tuple(each for each in POSTS if each not in self._on or self._on[each].user is None)

    @property
    def sounded(self) -> int:
        """How often something sounded in this start."""
        return self._bell.all

    def presence(self) -> PresenceView:
        """Whether the officer on duty is there, for people."""
        with self._node.held():
            now, interval_ms = self._node.now(), self._interval_ms()
            self._look(now)
            watch = self._watch
            held = watch is not None and watch.holder is not None
            ring = self._node.private.rings.rings.get(MISSED)
            phase = self._phase(now)
            return PresenceView(
                phase=phase,
                words=PHASES[phase],
                interval_min=interval_ms // MINUTE_MS,
                sign=_wall(watch.sign_ms, now) if watch is not None and held else None,
                due=_wall(watch.due_ms(interval_ms), now) if watch is not None and held else None,
                steps=() if ring is None else tuple(step for step, _ in ring.steps),
                taken_by=None if ring is None else ring.role,
            )

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
            ringing = self._node.room.ringing
            ringing.settle()
            ring = self._node.private.rings.rings.get(MISSED)
            if mine != "officer" and ring is not None and ring.role is None:
                ringing.take(MISSED, mine)
            return self.presence()

    def handed(self, post: Post, sheet: str) -> None:
        """A post was handed over with the sheet of this SHA-256. Raises: Invalid (`duty.sheet`)."""
        said = Handed(post, presence.sheet(sheet))
        with self._node.held(), self._node.recording() as private_feed:
            private_feed.write([(said.TYPE, presence.write(said))], self._node.clock.now())

    # how

    def heard(self, about: About) -> None:
        """Something sounds now."""
        self._bell = alarms.heard(self._bell, about, self._node.clock.elapsed())

    def unsent(self, channel: str, words: str | None) -> None:
        """Alarms do not go out on a channel, in words; or they do again. Called from any thread."""
        if words is None:
            self._unsent.pop(channel, None)
        else:
            self._unsent[channel] = words
        self._node.log.write(Event(level="info" if words is None else "error", code="alarm.unsent"))

    def tick(self) -> None:
        """Time has passed: what nobody has taken for some time sounds again."""
        with self._node.held():
            self._bell, due = alarms.again(self._bell, self._rings(), self._node.clock.elapsed())
            for each in due:
                self._tell(each.about.line, sound(each))

    def _missed(self) -> Iterator[Wanted]:
        """Whoever takes a miss has it for one interval; then it rings anew."""
        now = self._node.now()
        with suppress(Refused):  # the file of accounts cannot be read now: who was on a moment ago still is
            self._look(now)
        if self._phase(now) not in ("missed", "vacant"):
            return
        ring = self._node.private.rings.rings.get(MISSED)
        if ring is not None and ring.taken_ms is not None:
            passed = self._since.elapsed_ms(ring.taken_ms, ring.taken_ms, now)
            self._since.keep({ring.taken_ms})
            if passed >= self._interval_ms():
                return
        yield Wanted(MISSED, "duty.missed", "immediate")

    def _look(self, now: Now) -> None:
        self._read()
        if not self._on or not self._interval_ms():
            self._watch = None
            return
        change = self._on.get("officer")
        holder = None if change is None or change.user is None else (change.user, change.at_ms)
        if self._watch is None:
            last = 0 if holder is None else self._node.people.acts.last(holder[0]) or 0
            since_ms = max(last, now.wall_ms if change is None else change.at_ms)
            missed = MISSED in self._node.private.rings.rings
            self._watch = presence.begin(holder, since_ms, now, self._interval_ms(), missed=missed)
        signed = None if holder is None else self._signs.get(holder[0])
        self._watch = presence.look(self._watch, holder, signed, now.boot_ms)

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

    def _phase(self, now: Now) -> Phase:
        return "unwatched" if self._watch is None else self._watch.phase(now.boot_ms, self._interval_ms())

    def _rings(self) -> list[Ring]:
        return self._node.room.ringing.rings()


def sound(ring: Ring) -> Found:
    """What is told where something sounds again."""
    about, step = ring.about, ring.steps[-1][0] if ring.steps else "officer"
    return Found("ring.changed", type=about.kind, code=step, words=WHY[ring.why], noun=about.id, loud=True)


def _wall(boot_ms: int, now: Now) -> str:
    return time(max(now.wall_ms - now.boot_ms + boot_ms, 0))
