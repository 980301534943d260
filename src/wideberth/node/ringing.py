"""What rings for the people of a node, and climbs until somebody takes it. Part of the node.

What should ring is asked of each part of the room; the difference to what does is entered. So nothing rings
that is over, and nothing is forgotten, whatever was killed in between. Who follows the node is told before
anything is written: a full disk silences nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from wideberth.desk import rings
from wideberth.desk.rings import About, Begun, Climbed, Over, Ring, Said
from wideberth.errors import Refused, Stale
from wideberth.model.agreement import CLOCKS, Clock, Precedence
from wideberth.model.ring import WHY, Step, Why
from wideberth.node.open_line import Found
from wideberth.node.room_views import RingView, StepView
from wideberth.node.since import Since
from wideberth.node.views import time

if TYPE_CHECKING:
    from wideberth.node.node import Node


class Wanted(NamedTuple):
    """Something that should ring, or go on ringing, now."""

    about: About
    why: Why
    precedence: Precedence


Source = Callable[[], Iterable[Wanted]]
"""All that one part of the room wants to ring. Asked often: it looks only at what is open."""


class Ringing:
    """Of one node, whose lock all of it holds."""

    def __init__(self, node: Node, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._tell = node, tell
        self._since = Since()
        self._told: set[tuple[About, Step]] = set()
        self._unwritten: dict[About, Ring] = {}
        self.sources: list[Source] = []
        """The parts that want something to ring."""

    def all(self) -> list[RingView]:
        """All that is not over, what sounds first, then the oldest first."""
        with self._node.held():
            found = sorted(self.rings(), key=lambda each: (not each.loud, each.at_ms, each.about.id))
            return [self._view(each) for each in found]

    def take(self, about: About, role: str) -> list[RingView]:
        """A person takes it: it sounds no more and climbs no further.

        Raises: as rings.take, and as Node.recording; Refused (`ring.call`): a call is taken on its line;
        (`ring.alert`): an alert is taken where it stands.
        """
        if about.kind == "call":
            raise Refused("ring.call", "a call is taken by: wideberth call take")
        if about.kind == "alert":
            raise Refused("ring.alert", "an alert is taken by: wideberth watch take")
        with self._node.held():
            self._enter([rings.take(self._node.private.rings, about, role)])
            self._told_of(about, "taken", loud=False)
            return self.all()

    def steps(self, about: About) -> tuple[Step, ...]:
        """For whom it rings by now."""
        found = self._node.private.rings.rings.get(about)
        return () if found is None else tuple(step for step, _ in found.steps)

    def settle(self) -> None:
        """Enter what begins to ring, and what is over. Raises: as Private.write."""
        state = self._node.private.rings
        wanted = {each.about: each for source in self.sources for each in source()}
        begun = [each for about, each in wanted.items() if about not in state.rings]
        over = [about for about in state.rings if about not in wanted]
        # until it is written it rings from here
        now = self._node.clock.now()
        before = self._unwritten
        self._unwritten = {each.about: before.get(each.about, Ring(*each, at_ms=now)) for each in begun}
        if begun or over:
            gone = {*over, *(about for about in before if about not in wanted)}
            self._told = {each for each in self._told if each[0] not in gone}
            said: list[Said] = [Begun(*each) for each in begun]
            self._enter([*said, *map(Over, over)])
            self._unwritten = {}
            for about in over:
                self._told_of(about, "over", loud=False)
        if begun:
            self._climb()

    def tick(self) -> None:
        """Time has passed: what nobody has taken climbs, and sounds where nothing can be written as well."""
        with self._node.held():
            for do in (self.settle, self._climb):
                with suppress(Refused, Stale, OSError):
                    do()

    def _climb(self) -> None:
        said: list[Said] = []
        now = self._node.now()
        found = self.rings()
        self._since.keep({each.about for each in found})
        vacant: tuple[Step, ...] = self._node.room.keeping.vacant()
        guards = self._node.guards
        for ring in found:
            if ring.role is not None:
                continue
            elapsed = self._since.elapsed_ms(ring.about, ring.at_ms, now)
            climbed = {step for step, _ in ring.steps}
            if not guards.climbs:
                elapsed, vacant = 0, ()
            for step in rings.due(self._clock(ring), elapsed, climbed, vacant):
                if step == "deputy" and not guards.deputies:
                    continue
                if ring.about not in self._unwritten:
                    said.append(Climbed(ring.about, step))
                if (ring.about, step) not in self._told:
                    self._told.add((ring.about, step))
                    self._told_of(ring.about, step, loud=ring.loud, why=ring.why)
        if said:
            self._enter(said)

    def _clock(self, ring: Ring) -> Clock:
        bound = None if ring.about.line is None else self._node.desk.bound(ring.about.line)
        clocks = CLOCKS if bound is None else bound.rules.clocks
        return clocks[ring.precedence]

    def rings(self) -> list[Ring]:
        """All that is not over, also what could not be entered yet."""
        return [*self._node.private.rings.rings.values(), *self._unwritten.values()]

    def _enter(self, said: Iterable[Said]) -> None:
        with self._node.recording() as private:
            private.write([(each.TYPE, rings.write(each)) for each in said], self._node.clock.now())

    def _told_of(self, about: About, code: str, *, loud: bool, why: Why | None = None) -> None:
        words = None if why is None else WHY[why]
        self._tell(
            about.line,
            Found("ring.changed", type=about.kind, code=code, words=words, noun=about.id, loud=loud),
        )

    def _view(self, ring: Ring) -> RingView:
        line = ring.about.line
        return RingView(
            kind=ring.about.kind,
            id=ring.about.id,
            line=line,
            label=None if line is None else self._node.of(line).label,
            why=ring.why,
            words=WHY[ring.why],
            precedence=ring.precedence,
            since=time(ring.at_ms),
            phase=ring.phase,
            loud=ring.loud,
            steps=tuple(StepView(step, time(at_ms)) for step, at_ms in ring.steps),
            taken_by=ring.role,
        )
