"""In which order what waits on a line is said: as it was said, where no gate stops it.

What no gate ever holds passes by what one holds. Everything else keeps its order, so that what was released
waits for what was said before it and is still held.
"""

from __future__ import annotations

from wideberth.ledger.ids import Kind
from wideberth.line import say as saying
from wideberth.line.messages import Say, Why
from wideberth.line.state import State
from wideberth.node.private import Private, Untold


def ready(private: Private, line: str, kind: Kind) -> list[Untold]:
    """Of what waits in feeds of this kind, in its order, that which no gate stops."""
    found, stopped = [], False
    for each in _waiting(private, line, kind):
        stopped |= each.held
        if each.free or not stopped:
            found.append(each)
    return found


def behind(private: Private, state: State, said: Say) -> Why | None:
    """Why something is not even tried now: a gate, or what waits before it. None where it is."""
    line = state.line.id
    if private.holds(line, said) != "off":
        return "gate"
    if ready(private, line, said.kind):
        return saying.closed(state, said.kind) or "credit"
    stopped = private.gated(said) and any(not each.free for each in _waiting(private, line, said.kind))
    return "gate" if stopped else None


def _waiting(private: Private, line: str, kind: Kind) -> list[Untold]:
    return [each for each in private.untold if each.line == line and each.kind == kind]
