"""What the other side of a blind check has said on the line, as a run takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from wideberth.blind import messages
from wideberth.blind.messages import Evaluated, Masked, Message, Stopped
from wideberth.desk import blind_entries, blind_runs
from wideberth.desk.blind_entries import Compared
from wideberth.ledger import keys
from wideberth.model.agreement import Blind
from wideberth.node.blind_run import Run
from wideberth.node.open_line import OpenLine


def said(line: OpenLine, known: blind_runs.Run, run: Run) -> Iterator[Message]:
    """What the peer has entered of a run, as messages."""
    theirs = known.side(line.state.peer)
    yield from (each.commit for each in theirs.bound)
    for each in theirs.results:
        found = blind_entries.read(line.state.feeds[each.at.ref.origin].entries[each.at.ref.n])
        if isinstance(found, Compared):
            yield found.result
    if theirs.end is not None and theirs.end.said.outcome == "not clear":
        yield Stopped(run.begun.session, "b" if run.begun.role == "a" else "a", theirs.end.said.why)


def signed(known: tuple[bytes, ...], data: bytes, signature: bytes) -> bool:
    """Whether one of these keys has signed it."""
    return any(keys.verifies(each, data, signature) for each in known)


def fits(known: blind_runs.Run | None, came: Masked | Evaluated, line: OpenLine) -> bool:
    """Whether a set is one that is worth keeping: of a round both are bound to, and as was said."""
    if known is None:
        return False
    mine, theirs = (known.side(each).bound for each in (line.state.party, line.state.peer))
    if came.round >= min(len(mine), len(theirs)):
        return False
    if isinstance(came, Evaluated):
        return len(came.points) == messages.POINT * mine[came.round].commit.n
    return hashlib.sha256(came.points).digest() == theirs[came.round].commit.masked


def keys_of(line: OpenLine, session: bytes) -> frozenset[bytes]:
    """Points that were keys of other runs."""
    return frozenset(
        each.commit.key
        for run in line.fold.all.blinds.runs.values()
        for side in run.sides
        for each in side.bound
        if each.commit.session != session
    )


def slot(blind: Blind, now_ms: int) -> int:
    """When the run of this time begins."""
    return now_ms // blind.every_ms * blind.every_ms


def name(message: Message) -> tuple[type, int]:
    """Of which there is one in a run."""
    return type(message), 0 if isinstance(message, Stopped) else message.round
