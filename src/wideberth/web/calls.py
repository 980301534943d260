"""The hotline, and what rings."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from wideberth.desk.rings import About
from wideberth.model.agreement import Precedence
from wideberth.model.call import Answer
from wideberth.node.calls import Asked
from wideberth.node.room_views import CalledView, InsideView, RingView
from wideberth.web.call import Call
from wideberth.web.roles import OFFICER
from wideberth.web.route import ANYBODY, Route

CALL: Final = "/v1/calls/{call}"


class Own(Struct, frozen=True, forbid_unknown_fields=True):
    """A position, in 1e-7 degrees on WGS84."""

    lat_e7: int
    lon_e7: int


class CallMade(Struct, frozen=True, forbid_unknown_fields=True):
    """A call: a code of the phrase book with its fields, free text, or both; to a role.

    `own`: where who says it is, told to nobody. `sure`: the mark of doubts about its places that were shown.
    """

    to: str
    code: str | None = None
    fields: dict[str, Any] = {}
    precedence: Precedence = "routine"
    language: str = "en"
    text: str | None = None
    re: str | None = None
    own: Own | None = None
    sure: str | None = None


class CallTaken(Struct, frozen=True, forbid_unknown_fields=True):
    """By which role, in which language."""

    role: str
    language: str = "en"


class CallReadBack(Struct, frozen=True, forbid_unknown_fields=True):
    """What was understood, by field, and by which role."""

    fields: dict[str, Any]
    role: str


class CallAnswered(Struct, frozen=True, forbid_unknown_fields=True):
    """What is said to a call; `fields` are the names of those that were not understood."""

    answer: Answer
    role: str
    fields: list[str] = []


class RingTaken(Struct, frozen=True, forbid_unknown_fields=True):
    """Which ring, and by which role it is taken."""

    kind: str
    id: str
    role: str
    line: str | None = None


def calls(call: Call) -> list[CalledView]:
    """The newest."""
    return call.node.room.calls.all(call.asked.get("line"))


def one(call: Call) -> CalledView:
    """One of them."""
    return call.node.room.calls.one(call.named["call"])


def make(call: Call) -> CalledView:
    """Call the other party. Raises: as Calls.call."""
    said = call.body
    own = None if said.own is None else (said.own.lon_e7, said.own.lat_e7)
    words = said.text, said.re
    asked = Asked(said.code, said.fields, said.to, said.precedence, said.language, *words, own, said.sure)
    return call.node.room.calls.call(call.named["line"], asked)


def take(call: Call) -> CalledView:
    """A person has it. Raises: as Calls.take."""
    return call.node.room.calls.take(call.named["call"], call.body.role, call.body.language)


def read_back(call: Call) -> CalledView:
    """What was understood. Raises: as Calls.read_back."""
    return call.node.room.calls.read_back(call.named["call"], call.body.fields, call.body.role)


def answer(call: Call) -> CalledView:
    """What is said to it. Raises: as Calls.answer."""
    said = call.body
    return call.node.room.calls.answer(call.named["call"], said.answer, said.role, tuple(said.fields))


def end(call: Call) -> CalledView:
    """Nothing more is needed. Raises: as Calls.end."""
    return call.node.room.calls.end(call.named["call"])


def rings(call: Call) -> list[RingView]:
    """All that is not over."""
    return call.node.room.ringing.all()


def inside(call: Call) -> list[InsideView]:
    """Own plans that have begun. Raises: Invalid (`line.none`, `notice.none`)."""
    line, notice = call.named["line"], call.named["notice"]
    call.node.desk.notice(line, notice)
    return call.node.room.timely.inside(line, notice)


def take_ring(call: Call) -> list[RingView]:
    """A person takes it. Raises: as Ringing.take."""
    said = call.body
    return call.node.room.ringing.take(About(said.kind, said.line, said.id), said.role)


ROUTES: Final = (
    Route("GET", "/v1/calls", ANYBODY, None, list[CalledView], calls,
          "The newest calls of all lines, or of one; what is not told yet stands first.", query=("line",)),
    Route("GET", CALL, ANYBODY, None, CalledView, one, "One call, and how far it has come."),
    Route("POST", "/v1/lines/{line}/calls", OFFICER, CallMade, CalledView, make,
          "Call the other party: CHECK is a flash, and goes before everything.", act="call.make"),
    Route("POST", f"{CALL}/take", OFFICER, CallTaken, CalledView, take,
          "A person has a call of theirs before them: it climbs no further. That is no answer.",
          act="call.take"),
    Route("POST", f"{CALL}/read-back", OFFICER, CallReadBack, CalledView, read_back,
          "Say the fields of a call again: they are compared with what was said.", act="call.read_back"),
    Route("POST", f"{CALL}/answer", OFFICER, CallAnswered, CalledView, answer,
          "Say something to a call. No answer is ever permission.", act="call.answer"),
    Route("POST", f"{CALL}/end", OFFICER, None, CalledView, end, "Of an own call nothing more is needed.",
          act="call.end"),
    Route("GET", "/v1/lines/{line}/notices/{notice}/inside", ANYBODY, None, list[InsideView], inside,
          "Own plans that have begun and are too near to a notice of theirs, and which can clear."),
    Route("GET", "/v1/rings", ANYBODY, None, list[RingView], rings,
          "What rings until somebody takes it, what sounds first."),
    Route("POST", "/v1/rings/take", OFFICER, RingTaken, list[RingView], take_ring,
          "Take what rings: it sounds no more and climbs no further.", act="ring.take"),
)  # fmt: skip
"""What of the API is about calls."""
