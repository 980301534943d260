"""What keeps a node from writing, told once when it begins and once when it is over.

Only a commit shows that it is over: that nothing failed may mean that nothing was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wideberth.errors import Refused, Stale
from wideberth.node.log import Event, Log
from wideberth.node.open_line import Found

RESTS = 9
"""After an attempt, so many times as long as it took until the next: others want to be served too."""
OVER = "the journal can be written again"
_CODE = "journal."


class Trouble:
    """For one caller at a time. `words`: what it is; None where all can be written, as far as is known."""

    def __init__(self, told: Callable[[Found], None], log: Log) -> None:
        self.words: str | None = None
        self._told, self._log = told, log
        self._next_ms = 0

    def due(self, now_ms: int) -> bool:
        """Whether it is time for an attempt, on the boot clock: a long journal takes long to open again."""
        return self.words is None or now_ms >= self._next_ms

    def tried(self, began_ms: int, ended_ms: int) -> None:
        """An attempt is over, or there was none to make."""
        if self.words is not None and began_ms >= self._next_ms:
            self._next_ms = ended_ms + RESTS * (ended_ms - began_ms)

    @contextmanager
    def minded(self, line: str | None = None) -> Iterator[None]:
        """What fails to be written in here is told, and raised as it was."""
        try:
            yield
        except (Refused, Stale) as error:
            if error.code.startswith(_CODE):
                self._begins(error.code, error.message, line)
            raise
        except OSError as error:
            # never its text: it names files, and whose they are
            self._begins("journal.disk", f"a file cannot be written now: {error.strerror}", line)
            raise

    def over(self) -> None:
        """Something was durably written."""
        if self.words is not None:
            self.words = None
            self._told(Found("node.disk", words=OVER))

    def _begins(self, code: str, words: str, line: str | None) -> None:
        before, self.words = self.words, words
        if before is None:
            # not every second of a night: that would fill a disk
            self._log.write(Event(level="error", code=code, line=line))
            self._told(Found("node.disk", code=code, words=words))
