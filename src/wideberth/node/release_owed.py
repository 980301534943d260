"""What a line lacks of releases that have left on it, and what its other party has said of them.

Part of the node: what is durable here is said on the line now, or whenever the line is used next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from wideberth.desk import release_fields, release_own, release_said
from wideberth.desk.release_own import Own
from wideberth.desk.release_said import Given, Recalled
from wideberth.errors import Refused
from wideberth.ledger import entries, parts
from wideberth.ledger.canonical import Value
from wideberth.node.fold import Changed
from wideberth.node.open_line import Found, OpenLine
from wideberth.node.release_book import Book
from wideberth.node.telling import tell_all

if TYPE_CHECKING:
    from wideberth.node.node import Node

KIND = "release"


class Owed:
    """Of one node, which is held by whoever calls."""

    def __init__(self, node: Node, book: Book, tell: Callable[[str | None, Found], None]) -> None:
        self._node, self._book, self._tell = node, book, tell
        self._settled: dict[str, tuple[object, object]] = {}

    def begin(self, line: OpenLine) -> None:
        """A line is taken up, or the node starts."""

        def noticed(changed: Changed) -> None:
            tell_all(self._tell, line.id, "release.changed", changed.of(KIND))

        line.noticed.append(noticed)

    def settle(self, line: OpenLine) -> None:
        """Say what is owed on a line: copies and recalls; enter what its recipient has said.

        Raises: as Talk.say_all and Private.write.
        """
        state, told = self._book.state(), line.fold.all.releases
        before = self._settled.get(line.id)
        if before is not None and before[0] is state and before[1] is told:
            return
        for known in state.releases.values():
            if on(known, line.id):
                self._owed(line, known)
        self._settled[line.id] = self._book.state(), line.fold.all.releases

    def _owed(self, line: OpenLine, known: Own) -> None:
        """What a line lacks of a release that has left on it, and what this node lacks of what it says."""
        told = line.fold.all.releases.releases.get((self._node.party, known.id))
        waiting = {
            (each.type, str(each.body.get("release")))
            for each in (*line.talk.waiting(), *line.talk.dropped())
            if isinstance(each.body, dict)
        }
        if told is None and known.recalled is None and (Given.TYPE, known.id) not in waiting:
            self._say_copy(line, known)
        unsaid = told is not None and told.recalled is None
        if known.recalled is not None and unsaid and (Recalled.TYPE, known.id) not in waiting:
            said = Recalled(known.id, known.recalled[1].reason)
            line.talk.say("main", said.TYPE, release_fields.V, release_said.write(said))
        taken = None if told is None else told.taken
        if taken is not None and not any(each.line == line.id for _, each in known.received):
            at_ms, now_ms = min(taken[0], self._book.now()), self._book.now()
            receipt = release_own.receipt(
                known, "line", at_ms, self._book.papers(), now_ms, line=line.id, role=taken[1].role
            )
            self._book.enter([receipt])

    def _say_copy(self, line: OpenLine, known: Own) -> None:
        document = known.document
        try:
            self._book.check_sources(document, known.drafted.sources)
            data = self._book.zip(known)
        except Refused:
            return  # a consent has ended meanwhile, or it cannot be made again: shown as not told
        signed = max(known.signed, key=lambda each: each.at_ms)
        given = Given(
            known.id,
            document.title,
            document.caveats,
            known.drafted.index,
            hashlib.sha256(data).digest(),
            len(data),
            signed.approvals,
            document.exercise,
        )
        said: list[tuple[str, int, Value]] = [
            (each.TYPE, entries.V, entries.write(each)) for each in parts.split(data)
        ]
        said.append((given.TYPE, release_fields.V, release_said.write(given)))
        line.talk.say_all("main", said)


def on(known: Own, line: str) -> bool:
    """Whether it has left on a line."""
    return any(each.line == line for _, each in known.delivered)
