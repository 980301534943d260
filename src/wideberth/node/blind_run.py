"""One run of the blind check on one line: its work, away from the node's lock, one piece after the other.

What comes goes in (`hear`), is worked on in a thread, and what is to be said comes out (`said`). The node
says it, and only then does the other side learn of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from wideberth.blind.check import BlindCheck, Out, Own, Verdict
from wideberth.blind.cover import Cover, Unfit
from wideberth.blind.messages import Message, Stopped
from wideberth.blind.rules import Agreed
from wideberth.blind.sets import Descent
from wideberth.desk.blind_kept import Begun
from wideberth.formats import native
from wideberth.model.plan import Plan

Work = Callable[[Callable[[], None], Callable[[], None]], None]
"""Has something done, in another thread or at once; and if that fails, something else."""


class Step(NamedTuple):
    """What is to be said next, and what the other side may have learned once it is said."""

    out: Out
    charge: int


class Doing(NamedTuple):
    """What is being worked on, in words, and in which round of how many."""

    round: int
    rounds: int
    what: str


class Run:
    """Of one line.

    Attributes:
        begun: as it is kept. `plans` are those that were to be in it, `left_out` the ids of those that cannot
            be checked so.
        said: what is to be said, in its order.
        doing: what is being worked on.
        due_ms: when it is given up, on the boot clock; moved on by whatever comes of it.
        last_ms: when it is given up whatever comes, on the boot clock.
        side: what was sent beside the feeds of this round, to be sent again: by kind, its number and bytes.
        again_ms: when that is due, on the boot clock.
        heard: entries of the line that were given to it.
    """

    def __init__(self, begun: Begun, plans: Sequence[Plan], agreed: Agreed, own: Own, work: Work) -> None:
        self.begun, self.agreed = begun, agreed
        self.plans = tuple(sorted(plans, key=lambda each: each.id))
        self.left_out: frozenset[str] = frozenset()
        self.said: deque[Step] = deque()
        self.doing = Doing(0, len(agreed.levels), "cells")
        self.due_ms = self.again_ms = self.last_ms = 0
        self.side: dict[type, tuple[bytes, bytes]] = {}
        self.heard: set[tuple[type, int]] = set()
        self._own, self._work = own, work
        self._check: BlindCheck | None = None
        self._early: list[Message] = []
        work(self._begin, self.fail)

    @property
    def named(self) -> tuple[Plan, ...]:
        """The plans in it, in the order that its matches number them."""
        return tuple(each for each in self.plans if each.id not in self.left_out)

    def hear(self, message: Message) -> None:
        """A message of the other side's."""
        self._work(lambda: self._put(lambda check: check.receive(message)), self.fail)

    def stop(self, why: str) -> None:
        """Go no further."""
        self._work(lambda: self._put(lambda check: check.stop(why)), self.fail)

    def fail(self) -> None:
        """Something was not foreseen: nothing is known."""
        agreed, charge = self.agreed, 0 if self._check is None else self._check.charge
        verdict = Verdict("not clear", "failed", agreed.from_ms, agreed.until_ms, charge=charge)
        self.said.append(Step(verdict, charge))

    def _begin(self) -> None:
        sets = self._sets()
        own = self._own._replace(document=document(self.named), progress=self._progress)
        self._check = BlindCheck(self.agreed, self.begun.role, sets, own)
        self._put(lambda check: check.start())

    def _sets(self) -> Descent:
        """Of all plans but those that cannot be checked so."""
        while True:
            try:
                return Descent(Cover(self.named, self.agreed), self.agreed.levels)
            except Unfit as unfit:
                self.left_out |= unfit.plans

    def _put(self, do: Callable[[BlindCheck], Iterable[Out]]) -> None:
        if self._check is not None:
            for each in do(self._check):
                self.said.append(Step(each, self._check.charge))

    def _progress(self, number: int, rounds: int, what: str) -> None:
        self.doing = Doing(number, rounds, what)


def document(plans: Iterable[Plan]) -> bytes:
    """What is committed to: the plans as the native JSON has them, sorted by id."""
    return native.write(sorted(plans, key=lambda each: each.id))


def over(step: Step) -> Verdict | Stopped | None:
    """The end of a run, if this is it."""
    return step.out if isinstance(step.out, Verdict | Stopped) else None
