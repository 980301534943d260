"""When something of another party's was here, where no own entry says so: one line in the private feed.

    here      {"line":…,"sizes":{…}}        so many entries of each of these feeds of the peer's are here

An own entry on the line says what its author had folded (LINE 6), and most of what comes is answered at once.
What is not would leave no trace of when it came. So within a second of it, and once a minute at most for each
line, the private feed says so. It is a commit of its own, after what came was committed and confirmed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from wideberth.errors import Invalid, Refused, Stale
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Origin
from wideberth.line.clock import Now
from wideberth.line.state import State

if TYPE_CHECKING:
    from wideberth.node.node import Node
    from wideberth.node.open_line import OpenLine

TYPE: Final = "here"
EVERY_MS: Final = 60_000
MOST: Final = 10_000
"""So many are held in memory, the newest."""


class Here(NamedTuple):
    """What was here of some feeds at a moment."""

    at_ms: int
    sizes: Mapping[Origin, int]


class Kept:
    """What the private feed says: the newest words, and the largest number of each feed."""

    def __init__(self) -> None:
        self.newest: deque[Here] = deque(maxlen=MOST)
        self.sizes: dict[Origin, int] = {}


def take(kept: Kept, entry: Entry) -> None:
    """One more entry of the private feed, of whatever type."""
    if entry.header.type == TYPE:
        kept.newest.append(found := read(entry))
        reach(kept.sizes, [found.sizes])


def read(entry: Entry) -> Here:
    """What such an entry says; what cannot be read says nothing."""
    try:
        found = body.value(entry).get("sizes")
        some = found.items() if isinstance(found, dict) else ()
        sizes = {ids.origin(name): size for name, size in some if isinstance(size, int)}
    except Invalid:
        sizes = {}
    return Here(entry.header.at_ms, sizes)


def reach(known: dict[Origin, int], more: Iterable[Mapping[Origin, int]]) -> dict[Origin, int]:
    """The largest that is said of each feed."""
    for sizes in more:
        for origin, size in sizes.items():
            known[origin] = max(size, known.get(origin, 0))
    return known


class Arrivals:
    """Of one node. Nobody waits for it, and where nothing can be written now it is tried again."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._said_ms: dict[str, int] = {}

    def tick(self) -> None:
        """Say, in one commit, what nothing else says of lines of which a minute nothing was said."""
        with self._node.held(), suppress(Refused, Stale, OSError):
            now = self._node.now()
            new = {
                line.id: self._unsaid(line.state) for line in self._node.all_lines() if self._due(line, now)
            }
            said = [(TYPE, _write(line, sizes)) for line, sizes in new.items() if sizes]
            if said:
                with self._node.recording() as private:
                    private.write(said, now.wall_ms)
                self._said_ms |= {line: now.boot_ms for line, sizes in new.items() if sizes}

    def _due(self, line: OpenLine, now: Now) -> bool:
        last = self._said_ms.get(line.id)
        return last is None or now.boot_ms >= last + EVERY_MS

    def _unsaid(self, state: State) -> dict[Origin, int]:
        own = [feed.written.folded for feed in state.of(state.party)]
        said = reach({}, [*own, self._node.private.here.sizes])
        here = {feed.origin: state.placed.get(feed.origin, 0) for feed in state.of(state.peer)}
        return {origin: size for origin, size in here.items() if size > said.get(origin, 0)}


def _write(line: str, sizes: Mapping[Origin, int]) -> Value:
    return {"line": line, "sizes": {origin.text: size for origin, size in sizes.items()}}
