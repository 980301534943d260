"""What a node knew at a moment: the same node, over its journal as it was then, its clock standing there.

So every view is worked out by the code that works it out now. Nothing can be changed through it, and of the
data directory nothing is written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final, NoReturn

from msgspec import structs

from wideberth.errors import Invalid
from wideberth.formats import times
from wideberth.ledger import ids
from wideberth.node import known, views
from wideberth.node.clock import Clock
from wideberth.node.known import Known, Unshown
from wideberth.node.lines import Lines
from wideberth.node.log import Log
from wideberth.node.node import Node
from wideberth.node.open_line import OpenLine
from wideberth.node.past_views import AsOfView, KnownView, UnshownView
from wideberth.node.quiet import Quiet
from wideberth.node.views import LineView, NodeView
from wideberth.store.early import Early, refused

NOT_KEPT: Final = "how it stood then is not kept"
LISTED: Final = 100
"""Entries of a line that are told apart, the latest of them; of more only their number is told."""


class Past(Node):
    """A node as of a moment. What would change something is Refused (`node.as_of`)."""

    TALK = Quiet

    def __init__(self, live: Node, found: Known, at_ms: int) -> None:
        """`live` is the node as it is, `found` what its journal shows of the moment `at_ms`."""
        self.as_of = at_ms
        self._live, self._known = live, found
        journal = Early(found.records)
        with ExitStack() as stack:
            own = live.opened
            lines = Lines(journal, _never, live.party, own.keys.seeds.log)
            clock = Clock(lambda: at_ms, lambda: 0)
            # nothing that happens in here has happened now
            log = Log(live.path, clock.now, "error")
            opened = own._replace(people=live.people, lines=lines)
            # nothing waits for the peer in here
            guards = structs.replace(live.guards, epoch_check=True)
            super().__init__(stack, (live.path, live.settings), opened, clock, log, guards)
            self._held = stack.pop_all()
        # all is read: the lines hold what they need of it
        journal.close()

    def stands(self) -> bool:
        """Whether nothing has come since that belongs to the moment, as where a clock was set back."""
        with self._live.held():
            heads = self._live.private.journal.heads()
        mine = {name: head.size for name, head in heads.items() if ids.origin(name).party == self.party}
        return self._known.stands(mine)

    def known(self) -> AsOfView:
        """What was here, and what may have been."""
        found = []
        for line in self.all_lines():
            with self._live.held():
                state = self._live.of(line.id).state
                mine = [tuple(each.entries) for each in state.of(state.party)]
                theirs = [tuple(each.entries) for each in state.of(state.peer)]
                arrivals = [*self.private.here.newest, *self._live.private.here.newest]
            apart = known.unshown(theirs, mine, arrivals, self._at_ms)
            entries = sum(each.size for each in line.state.feeds.values())
            newest = tuple(map(_unshown, apart[-LISTED:]))
            found.append(KnownView(line.id, line.label, entries, len(apart), newest))
        return AsOfView(views.time(self._at_ms), tuple(found))

    def status(self) -> NodeView:
        """The node, in its present start, with the lines of then."""
        live = self._live.status()
        return structs.replace(live, now=views.time(self._at_ms), lines=len(self.all_lines()), trouble=None)

    def lines(self) -> list[LineView]:
        """All lines, but for how each stood."""
        return [_standing(each) for each in super().lines()]

    def line(self, line: str) -> LineView:
        """One line, but for how it stood."""
        return _standing(super().line(line))

    @contextmanager
    def using(self, line: str) -> Iterator[OpenLine]:
        """A line to be looked at: compared as it was, with nothing that is said of it."""
        with self.held():
            found = self.of(line)
            yield found
            found.look()
            self.desk.settle(found)

    def take_up(self, *_: object, **__: object) -> NoReturn:
        """Raises: Refused (`node.as_of`)."""
        raise refused()

    def incoming(self, *_: object, **__: object) -> NoReturn:
        """Raises: Refused (`node.as_of`)."""
        raise refused()

    @property
    def _at_ms(self) -> int:
        return self.clock.now()


class Pasts:
    """Moments of a node. The last one that was looked at is kept: who asks for one asks again."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._last: Past | None = None

    @contextmanager
    def at(self, at_ms: int) -> Iterator[Past]:
        """The node as of a moment, for one caller at a time.

        Raises: Invalid (`node.as_of`) for what is still to come, and as Journal.read.
        """
        now_ms = self._node.clock.now()
        if at_ms > now_ms:
            wanted = f"a time that is over: it is {views.time(now_ms)}"
            raise Invalid("node.as_of", "as_of", times.to_rfc3339(at_ms), wanted)
        with self._lock:
            if self._last is None or self._last.as_of != at_ms or not self._last.stands():
                self.forget()
                with self._node.held():
                    journal = self._node.private.journal
                self._last = Past(self._node, known.known(journal, self._node.party, at_ms), at_ms)
            yield self._last

    def forget(self) -> None:
        """Give its memory back."""
        if self._last is not None:
            self._last.close()
            self._last = None


def _never() -> NoReturn:
    """A journal that takes nothing is not opened again."""
    raise refused()


def _standing(view: LineView) -> LineView:
    """A line without what is worked out anew in each start, and kept nowhere."""
    return structs.replace(view, health=None, why=NOT_KEPT, stage_words=NOT_KEPT)


def _unshown(found: Unshown) -> UnshownView:
    header = found.header
    shown = None if found.shown_ms is None else views.time(found.shown_ms)
    return UnshownView(header.origin.text, header.n, header.type, views.time(header.at_ms), shown)
