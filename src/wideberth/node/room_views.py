"""What the room shows its own people: calls and what rings. Times RFC 3339 in UTC with ms."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.model import ring
from wideberth.model.agreement import Precedence
from wideberth.model.call import Answer, Phase


class StepView(Struct, frozen=True):
    """For whom it rings, and since when."""

    step: ring.Step
    at: str


class RingView(Struct, frozen=True):
    """Something that rings until somebody takes it.

    Attributes:
        kind, id, line: what it is about, and on which line, if on any; `label` the other party.
        why, words: as model.ring.WHY.
        loud: whether it sounds.
        steps: for whom it rings by now.
        taken_by: the role of who has taken it.
    """

    kind: str
    id: str
    line: str | None
    label: str | None
    why: ring.Why
    words: str
    precedence: Precedence
    since: str
    phase: ring.Phase
    loud: bool
    steps: tuple[StepView, ...]
    taken_by: str | None


class AnswerView(Struct, frozen=True):
    """What was said to a call: by which role, when; names of fields that were not understood."""

    answer: Answer
    role: str
    at: str
    fields: tuple[str, ...]


class InsideView(Struct, frozen=True):
    """An own plan that has begun and is too near to a notice of the other party's; told to nobody else.

    Attributes:
        begins: of the notice; `left_s` until then, `needs_s` what its activity needs to act, as agreed.
        can_clear: whether that is enough.
    """

    plan: str
    label: str
    callsign: str
    begins: str | None
    left_s: int
    needs_s: int
    can_clear: bool


class DoubtView(Struct, frozen=True):
    """A doubt about a place (space.doubts): in which field, of which kind, in a sentence."""

    field: str
    kind: str
    words: str


class CalledView(Struct, frozen=True):
    """A call as it stands.

    Attributes:
        call, line, label: its id, its line, and what the other party is called.
        mine: whether this party made it.
        told: whether it is on the line. If not, it waits in this node, and is to be said by voice.
        delivered: whether the other node durably holds it (of an own call).
        at: when it was made, by its author's clock.
        code, fields, text, language: as it was said (the phrase book, desk.phrases).
        to, precedence, re: to which role, how urgent, and which call it answers.
        phase, words: how far it has come (model.call.PHASES).
        rang: for whom it rings there, or here.
        taken_by, taken_at: the role of who took it.
        read_back: what was read back, by field; None where nothing was.
        differs: fields that were read back otherwise.
        answers: what was said to it, the oldest first.
        doubts: about its places, with what this node knows.
        unread: fields that this node's phrase book does not understand, and why.
        climbs: for whom it rings next, and when at the latest, as long as nobody takes it; a post that nobody
            holds is not waited for.
        due: when an own call that came to nothing rings at home; None where it does not.
    """

    call: str
    line: str
    label: str | None
    mine: bool
    told: bool
    delivered: bool
    at: str
    code: str | None
    fields: dict[str, Any]
    text: str | None
    language: str
    to: str
    precedence: Precedence
    re: str | None
    phase: Phase
    words: str
    rang: tuple[StepView, ...]
    taken_by: str | None
    taken_at: str | None
    read_back: dict[str, Any] | None
    differs: tuple[str, ...]
    answers: tuple[AnswerView, ...]
    doubts: tuple[DoubtView, ...]
    unread: dict[str, str]
    climbs: tuple[StepView, ...] = ()
    due: str | None = None
