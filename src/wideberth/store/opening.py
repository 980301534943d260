"""All rows of a journal, looked at before anything is built on them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from wideberth.errors import Refused
from wideberth.store import readers, whole
from wideberth.store.cipher import Cipher
from wideberth.store.journal import Head
from wideberth.store.readers import RUN, Run, Task
from wideberth.store.whole import Piece, Verified

_BEYOND = "SELECT n FROM entries WHERE feed = ? AND n >= ? AND n < ? ORDER BY n LIMIT 1"
_FIRST, _LAST = -(2**63), 2**63 - 1

Heads = list[tuple[int, Head]]
"""The number of each feed in the journal, and its head as it was stored."""
Select = Callable[..., list[Any]]
"""The rows that a statement gives, with its values. Raises: Refused (`journal.damaged`)."""


def runs(heads: Heads) -> list[Run]:
    """All entries, in runs."""
    return [
        Run(head.feed, number, begin, min(begin + RUN, head.size))
        for number, head in heads
        for begin in range(0, head.size, RUN)
    ]


def verified(heads: Heads, task: Task, select: Select, sealing: Cipher) -> dict[str, Verified]:
    """The heads, after every entry was opened and every tree computed again.

    Raises: Refused (`journal.lost`, `journal.altered`, `journal.damaged`).
    """

    def piece(run: Run) -> Piece:
        rows = select(task.query, run.number, run.begin, run.end)
        return whole.piece(run.feed, run.begin, run.end, rows, sealing)

    with readers.started(task) as ahead:
        # what no reader has, also because something is wrong with it, is looked at here
        pieces = (found or piece(run) for run, found in zip(task.runs, ahead, strict=False))
        return {
            head.feed: whole.verify(head, islice(pieces, len(range(0, head.size, RUN)))) for _, head in heads
        }


def check_strays(heads: Heads, count: int, select: Select) -> None:
    """Rows of feeds that are not there or beyond their heads, or feeds that no longer are.

    `count` feeds were kept. Raises: Refused (`journal.lost`, `journal.altered`).
    """
    numbers = [number for number, _ in heads]
    if numbers != list(range(1, count + 1)):
        lost = next((n for n in range(1, count + 1) if n not in set(numbers)), count + 1)
        raise Refused("journal.lost", f"{count} feeds were kept, {len(numbers)} have a head; see feed {lost}")
    for number, head in heads:
        for begin, end in ((_FIRST, 0), (head.size, -_FIRST - 1)):
            for (n,) in select(_BEYOND, number, begin, end):
                raise Refused(
                    "journal.altered", f"entry {n} of {head.feed}: its head counts {head.size} entries"
                )
    for table in ("entries", "notes"):
        # by seeking, not by reading a million rows again
        at = _FIRST
        while rows := select(_next(table), at):
            number = rows[0][0]
            if not isinstance(number, int) or not 0 < number <= count:
                raise Refused("journal.altered", f"rows of a feed {number} in {table}, which has no head")
            at = number + 1
    found, kept = (
        select("SELECT count(*) FROM notes")[0][0],
        sum(h.notes for _, h in heads),
    )
    if found != kept:
        raise Refused("journal.altered", f"{found} signed checkpoints in notes; {kept} were kept")


def _next(table: str) -> str:
    return f"SELECT feed FROM {table} WHERE feed >= ? ORDER BY feed LIMIT 1"  # noqa: S608 - two fixed names
