"""Progress on standard error for whatever takes longer than a second."""

from __future__ import annotations

import threading
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

PATIENCE = 1.0
"""Seconds before anything is shown."""


class Steps:
    """Shows what is being done, after a second, if anybody watches. To be used in a `with`."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)
        watched = console.is_terminal and not quiet
        # a timer, because one long file gives no occasion to look at the clock
        self._timer = threading.Timer(PATIENCE, self._progress.start) if watched else None

    def __enter__(self) -> Steps:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
            self._progress.stop()

    def at(self, what: str, done: int, total: int) -> None:
        """`done` of `total` of what is being done."""
        self._progress.update(self._task, description=what, completed=done, total=total)
