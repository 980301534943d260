"""The calls of a line as they stand by all papers that are known by now (LINE 14). Part of the node.

The fold has no papers: a key may be revoked long after what it has signed was folded. What such an entry has
settled is open again, and climbs again. Where no key of the line is in doubt nothing is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from wideberth.desk import calls
from wideberth.desk.calls import Call, Key
from wideberth.desk.case_entries import Ref
from wideberth.ledger import certificate
from wideberth.ledger.certificate import Papers
from wideberth.model.call import UNSETTLED
from wideberth.node.open_line import OpenLine


class _Looked(NamedTuple):
    """What was looked at, and which calls are otherwise than folded; each with the call of which it is."""

    state: calls.State
    papers: Mapping[str, Papers]
    each: dict[Key, tuple[Call, Call]]


class Called:
    """Of one node, whose lock all of it holds."""

    def __init__(self) -> None:
        self._looked: dict[str, _Looked] = {}

    def one(self, line: OpenLine, call: Call) -> Call:
        """A call of a line as it stands."""
        found = self._of(line).get(call.key)
        return call if found is None else found[1]

    def all(self, line: OpenLine) -> list[Call]:
        """All of them, the oldest first."""
        return [self.one(line, each) for each in line.fold.all.calls.sorted()]

    def open(self, line: OpenLine) -> Iterator[Call]:
        """Those in which somebody waits for a word."""
        state, otherwise = line.fold.all.calls, self._of(line)
        yield from (self.one(line, state.calls[key]) for key in state.open)
        yield from (
            found
            for key, (_, found) in otherwise.items()
            if key not in state.open and found.phase in UNSETTLED
        )

    def _of(self, line: OpenLine) -> dict[Key, tuple[Call, Call]]:
        state, papers = line.fold.all.calls, line.fold.state.papers
        before = self._looked.get(line.id)
        if before is not None and before.state is state and before.papers is papers:
            return before.each
        found: dict[Key, tuple[Call, Call]] = {}
        if any(each.revocations for each in papers.values()):
            known = before.each if before is not None and before.papers is papers else {}
            for key, call in state.calls.items():
                kept = known.get(key)
                found[key] = kept if kept is not None and kept[0] is call else (call, _judged(call, papers))
        self._looked[line.id] = _Looked(state, papers, found)
        return found


def _judged(call: Call, papers: Mapping[str, Papers]) -> Call:
    def void(ref: Ref) -> bool:
        return certificate.void(ref.origin, ref.n, papers.get(ref.origin.party, Papers()))

    return calls.judged(call, void)
