"""The steps of a story: what is told of each while it goes on, and that each came out as it was said to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from msgspec import Struct

from wideberth.errors import Refused, WideberthError, shorten
from wideberth.node.clock import Clock
from wideberth.node.views import time

T = TypeVar("T")

PATIENCE_MS: Final = 30_000
"""For anything that happens by itself: a bound, not an expectation."""


class Halted(Exception):
    """Somebody has asked the story to stop: no step has failed."""


class Step(Struct, frozen=True):
    """A step that came out: its number, what it shows, what was read from the nodes, how long it took."""

    n: int
    title: str
    said: tuple[str, ...]
    seconds: float


class Steps:
    """The steps so far, told as they go.

    Attributes:
        done: those that came out.
    """

    def __init__(self, say: Callable[[str], None], pause: Callable[[], None], clock: Clock) -> None:
        """Begin.

        Args:
            say: takes a line for people.
            pause: lets a moment pass in which nodes go on; raises Halted where the story is to stop.
            clock: for the times that are told.
        """
        self.done: list[Step] = []
        self._say, self._pause, self._clock = say, pause, clock
        self._said: list[str] = []

    @contextmanager
    def step(self, title: str, why: str) -> Iterator[None]:
        """One step. Raises: Refused (`demo.step`) that says which, for whatever goes wrong in it."""
        self._pause()
        n, began = len(self.done) + 1, self._clock.elapsed()
        self._said = []
        self._say(f"\n{n:>2}  {time(self._clock.now())[11:19]}Z  {title}")
        self._say(f"    {why}")
        try:
            yield
        except Halted:
            raise
        except WideberthError as error:
            raise Refused("demo.step", f"step {n}, {title}: {error.message} ({error.code})") from error
        except Exception as error:  # whatever nobody foresaw: it is said in which step
            words = f"{type(error).__name__}: {shorten(str(error), 300)}"
            raise Refused("demo.step", f"step {n}, {title}: {words}") from error
        seconds = (self._clock.elapsed() - began) / 1_000
        self.done.append(Step(n, title, tuple(self._said), seconds))

    def tell(self, name: str, text: str) -> None:
        """A fact that was read from a node, and whose node that is."""
        self._said.append(f"{name}: {text}")
        self._say(f"      {name:<6} {text}")

    def check(self, true: bool, what: str) -> None:
        """Raises: Refused (`demo.otherwise`) where something is not as it was said to be."""
        if not true:
            raise Refused("demo.otherwise", f"it came out otherwise: {what}")

    def until(self, what: str, find: Callable[[], T | None]) -> T:
        """What is found, once it is: asked again and again. Raises: Refused (`demo.waited`)."""
        end = self._clock.elapsed() + PATIENCE_MS
        while (found := find()) is None:
            if self._clock.elapsed() > end:
                raise Refused("demo.waited", f"this has not come within {PATIENCE_MS // 1_000} s: {what}")
            self._pause()
        return found
