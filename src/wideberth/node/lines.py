"""All lines of a node over its one journal: when a commit has failed, all of them begin again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wideberth.errors import Refused, Stale
from wideberth.node.private import Private
from wideberth.node.talk import Talk
from wideberth.store.journal import Journal


class Lines:
    """The lines by their ids. For one caller at a time."""

    def __init__(self, journal: Journal, again: Callable[[], Journal], party: str, log_seed: bytes) -> None:
        """`again` opens the journal again, which is closed where this fails. Raises: as Private."""
        self._opened, self._party, self._seed = again, party, log_seed
        self._talks: dict[str, Talk] = {}
        self.broken = False
        """Whether the journal is to be opened again before anything else."""
        self.private = self._read(journal)

    def add(self, talk: Talk, restored: bool | None = None) -> None:
        """Begin a line. Raises: as Talk.start."""
        talk.start(self.private, restored)
        self._talks[talk.about.line.id] = talk

    @contextmanager
    def using(self, line: str) -> Iterator[Talk]:
        """A line, for as long as it is used.

        Raises: KeyError for one that is not there; Refused and Stale where a commit failed (`journal.…`). By
        then all lines have begun again from what the journal holds, which shows what was kept; where that
        failed too (Refused, `journal.disk` where the system has refused a file), the next use tries again.
        """
        with self.recording():
            yield self._talks[line]

    @contextmanager
    def recording(self) -> Iterator[Private]:
        """The private feed, for as long as it is used. Raises: as `using`."""
        if self.broken:
            self._again()
        try:
            yield self.private
        except (Refused, Stale) as error:
            if error.code.startswith("journal."):
                self._again()
            raise

    def close(self) -> None:
        """Give the journal back."""
        self.private.journal.close()

    def _again(self) -> None:
        # until all of it has worked, whoever uses a line tries it first
        self.broken = True
        self.private.journal.close()
        self.private = self._read(self._reopened())
        for talk in self._talks.values():
            talk.start(self.private)
        self.broken = False

    def _reopened(self) -> Journal:
        try:
            return self._opened()
        except OSError as error:
            raise Refused("journal.disk", f"the journal cannot be opened now: {error.strerror}") from error

    def _read(self, journal: Journal) -> Private:
        try:
            return Private(journal, self._party, self._seed)
        except BaseException:
            journal.close()
            raise
