"""A drill: what happened once, played on two nodes of an exercise, and what the software must do about it.

Each has named steps, and each step says what the nodes did and checks it. A drill passes when every step came
out as it was said to, and each twin, played with one safeguard off, failed at the step named for it: else the
drill would show nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import Struct, structs

from wideberth.errors import Refused, WideberthError, shorten
from wideberth.model.guards import ALL, Guards
from wideberth.node.clock import Clock
from wideberth.node.views import time
from wideberth.story import exercise
from wideberth.story.exercise import Set, Stage

T = TypeVar("T")

Say = Callable[[str], object]
"""Takes a line for people."""


class Step(Struct, frozen=True):
    """A step of a drill.

    Attributes:
        name: by which a twin names the one that it fails at.
        title: what it shows.
        at: the exercise's wall time when it began.
        passed: whether it came out as it was said to.
        said: what was read from the nodes; at its end, of a step that failed, why.
    """

    name: str
    title: str
    at: str
    passed: bool
    said: tuple[str, ...]


class Script:
    """The steps of a drill as it is played.

    Attributes:
        steps: those that have begun; only the last of them may have failed.
    """

    def __init__(self, stage: Stage, say: Say) -> None:
        """`say` takes a line for people."""
        self.steps: list[Step] = []
        self._stage, self._say = stage, say
        self._said: list[str] = []

    @contextmanager
    def step(self, name: str, title: str) -> Iterator[None]:
        """One step. Raises: Refused (`drill.otherwise`) when it failed, for whatever reason."""
        self._said, at = [], time(self._stage.now_ms)
        self._say(f"  {at[11:19]}Z  {title}")
        try:
            yield
        except WideberthError as error:
            self._failed(name, title, at, f"{error.message} ({error.code})")
            raise Refused("drill.otherwise", f"{name}: {error.message} ({error.code})") from error
        except Exception as error:  # whatever nobody foresaw: it is said in which step
            words = f"{type(error).__name__}: {shorten(str(error), 300)}"
            self._failed(name, title, at, words)
            raise Refused("drill.otherwise", f"{name}: {words}") from error
        self.steps.append(Step(name, title, at, True, tuple(self._said)))

    def tell(self, who: str, text: str) -> None:
        """A fact that was read from a node, and whose node that is."""
        self._said.append(f"{who}: {text}")
        self._say(f"      {who:<6} {text}")

    def check(self, true: bool, what: str) -> None:
        """Raises: Refused (`drill.otherwise`) where something is not as it was said to be."""
        if not true:
            raise Refused("drill.otherwise", f"it came out otherwise: {what}")

    def one(self, found: Sequence[T], what: str) -> T:
        """The only one there is. Raises: Refused (`drill.otherwise`)."""
        self.check(len(found) == 1, f"{len(found)} of {what}, not one")
        return found[0]

    def refused(self, code: str, act: Callable[[], object]) -> WideberthError:
        """What an act is refused with. Raises: Refused (`drill.otherwise`) where it is not, or otherwise."""
        try:
            act()
        except WideberthError as error:
            self.check(error.code == code, f"refused with {error.code}, not {code}: {error.message}")
            return error
        raise Refused("drill.otherwise", f"it came out otherwise: not refused ({code})")

    def _failed(self, name: str, title: str, at: str, why: str) -> None:
        self._say(f"      FAILED  {why}")
        self.steps.append(Step(name, title, at, False, (*self._said, why)))


Play = Callable[[Stage, Script], None]


class Off(NamedTuple):
    """A safeguard that a twin is played without (a field of Guards), and the step at which it must fail."""

    safeguard: str
    step: str


class Drill(NamedTuple):
    """A drill.

    Attributes:
        name: of the place and the year.
        where: the same, for people.
        happened: what the public record says of it.
        shows: what the software must do about it.
        twins: the safeguards that it is played again without, one at a time.
        play: its steps.
        needs: what is still to come before it can pass; None where nothing is.
    """

    name: str
    where: str
    happened: str
    shows: str
    twins: tuple[Off, ...]
    play: Play
    needs: str | None = None


class Twin(Struct, frozen=True):
    """The same without a safeguard: which, the step at which it failed (None: it did not), and which must."""

    safeguard: str
    failed_at: str | None
    must_fail_at: str
    why: str | None


class Outcome(Struct, frozen=True):
    """What a drill has come to.

    Attributes:
        passed: every step came out, nothing is still to come, and the twin failed where it must.
        seconds: how long it took to play, by the machine's clock.
        steps: of the drill; `twins` what came of each twin, none where none was played.
        needs: what is still to come; None where nothing is.
    """

    name: str
    passed: bool
    seconds: float
    steps: tuple[Step, ...]
    twins: tuple[Twin, ...]
    needs: str | None
    exercise: bool = True

    @property
    def failed(self) -> bool:
        """Whether a step did not come out, or a twin did not fail where it must."""
        late = any(each.failed_at != each.must_fail_at for each in self.twins)
        return late or not self.steps or any(not each.passed for each in self.steps)


def without(safeguard: str) -> Guards:
    """All safeguards but one."""
    return structs.replace(ALL, **{safeguard: False})


def steps(drill: Drill, of: Set, guards: Guards = ALL, say: Say = str) -> tuple[Step, ...]:
    """A drill played once on a copy of a set: its steps; where one has failed it is the last."""
    with (
        tempfile.TemporaryDirectory(prefix="wideberth-drill-") as folder,
        exercise.staged(of, Path(folder), guards) as stage,
    ):
        script = Script(stage, say)
        with suppress(Refused):
            drill.play(stage, script)
        return tuple(script.steps)


def run(drill: Drill, of: Set, clock: Clock, *, twins: bool, say: Say = str) -> Outcome:
    """A drill, and its twins if asked for. `clock`: how long it takes; `say` takes lines for people."""
    began = clock.elapsed()
    played = steps(drill, of, ALL, say)
    others = tuple(_twin(drill, of, each) for each in drill.twins) if twins else ()
    seconds = round((clock.elapsed() - began) / 1_000, 3)
    found = Outcome(drill.name, False, seconds, played, others, drill.needs)
    return structs.replace(found, passed=not found.failed and drill.needs is None)


def _twin(drill: Drill, of: Set, off: Off) -> Twin:
    played = steps(drill, of, without(off.safeguard))
    failed = next((each for each in played if not each.passed), None)
    if failed is None:
        return Twin(off.safeguard, None, off.step, None)
    return Twin(off.safeguard, failed.name, off.step, failed.said[-1])
