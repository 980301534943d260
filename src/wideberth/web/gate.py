"""The outbound gates of lines: how they are set, what they hold, and officers' words on it."""

from __future__ import annotations

from wideberth.node.gate import Seen
from wideberth.node.views import GateView, HeldView
from wideberth.web.call import Call


def view(call: Call) -> GateView:
    """How the gate of a line stands."""
    return call.node.gate.view(call.named["line"])


def put(call: Call) -> GateView:
    """An officer sets it."""
    return call.node.gate.set(call.named["line"], call.body.gate, call.who)


def held(call: Call) -> list[HeldView]:
    """What it holds, with the exact text."""
    return call.node.gate.held(call.named["line"])


def release(call: Call) -> list[HeldView]:
    """An officer has seen texts. Raises: as Gate.release."""
    return call.node.gate.release(call.named["line"], _seen(call), call.who)


def drop(call: Call) -> list[HeldView]:
    """An officer does not let texts through. Raises: as Gate.drop."""
    return call.node.gate.drop(call.named["line"], _seen(call), call.who)


def _seen(call: Call) -> list[Seen]:
    return [Seen(each.n, each.sha256) for each in call.body.entries]
