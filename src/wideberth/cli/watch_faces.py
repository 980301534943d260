"""How a watch is shown while it goes on: lines on change, objects of JSON, or a table that lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final

import msgspec
from rich.console import Console
from rich.live import Live

from wideberth.cli import watch_words as words
from wideberth.cli.say import out
from wideberth.cli.watch_table import board
from wideberth.cli.watch_words import OWN, Heard
from wideberth.formats.times import to_rfc3339
from wideberth.node.watch_views import AlertView, SourceView
from wideberth.watch.alerts import What

SCHEMA: Final = "wideberth.watch/1"
FRAME: Final = 0.2
"""Seconds between two drawings of the table."""
Changed = Sequence[tuple[What, AlertView]]


class Now(msgspec.Struct, frozen=True):
    """How it stands at a look; what is only shown in a table is asked for when it is drawn."""

    now_ms: int
    alerts: Callable[[], list[AlertView]]
    sources: Callable[[], Sequence[SourceView]]
    heard: Callable[[], Heard]


class Lines:
    """A line when something changes, and what to do next; for pipes, logs and dumb terminals.

    How it stands is said at the first look and each `every_ms` without a change.
    """

    def __init__(self, *, metric: bool, own: str, every_ms: int = 60_000) -> None:
        self._metric, self._own, self._every = metric, own, every_ms
        self._said: int | None = None

    def look(self, now: Now, changes: Changed) -> None:
        """What changed at a look."""
        for what, view in changes:
            out(f"{words.line(what, view, now.now_ms, self._metric)}\n".encode())
            if what == "raised":
                out(f"{' ' * 10}next: {words.next_step(view, now.now_ms, self._own)}\n".encode())
        if changes:
            self._said = now.now_ms
        elif self._said is None or now.now_ms - self._said >= self._every:
            self._said = now.now_ms
            head = words.headline(now.alerts(), now.heard(), now.now_ms)
            out(f"{words.clock(now.now_ms)} {head}\n".encode())

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Objects:
    """One object of JSON a change, and nothing else."""

    def look(self, now: Now, changes: Changed) -> None:
        """What changed at a look."""
        for what, view in changes:
            out(document(what, view, now.now_ms))

    def __enter__(self) -> Objects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Board:
    """A table that lives, on a terminal that can."""

    def __init__(
        self, console: Console, *, metric: bool, own: str, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._console, self._metric, self._own, self._elapsed = console, metric, own, elapsed
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop")
        self._drawn = float("-inf")

    def look(self, now: Now, changes: Changed) -> None:
        """Draw it anew, if the last drawing is old enough; a change rings the terminal."""
        if any(what == "raised" for what, _ in changes):
            self._console.bell()
        elif self._elapsed() - self._drawn < FRAME:
            return
        self._drawn = self._elapsed()
        rows = max(1, (self._console.height - 14) // 2)
        shown = board(
            now.alerts(),
            now.sources(),
            now.heard(),
            now.now_ms,
            metric=self._metric,
            own=self._own,
            rows=min(rows, 12),
        )
        self._live.update(shown, refresh=True)

    def __enter__(self) -> Board:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()


Face = Lines | Objects | Board


def face(*, as_json: bool, metric: bool, paced: bool, own: str = OWN) -> Face:
    """What suits where it is shown: a table only where somebody can watch it. `own`: this party's name."""
    if as_json:
        return Objects()
    console = Console(highlight=False)
    if paced and console.is_terminal and not console.is_dumb_terminal:
        return Board(console, metric=metric, own=own)
    return Lines(metric=metric, own=own)


def document(what: What, view: AlertView, now_ms: int) -> bytes:
    """A change as a line of JSON (wideberth.watch/1)."""
    whole = {"schema": SCHEMA, "as_of": to_rfc3339(now_ms), "change": what, "alert": view}
    return msgspec.json.encode(whole) + b"\n"
