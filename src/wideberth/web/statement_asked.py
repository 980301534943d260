"""What is asked of the API about statements. Strict: a field that is not known is refused.

Times are RFC 3339; `role` is who says it, never a person.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from wideberth.desk.statement_fields import RANKS
from wideberth.model.agreement import Precedence
from wideberth.model.statement import Answer, Assurance

OFFICER = "officer"
Lines = Annotated[list[str], Meta(min_length=1, max_length=100)]
Entry = Annotated[int, Meta(ge=0)]


class PolicyArea(Struct, frozen=True, forbid_unknown_fields=True):
    """Of a policy: volumes as the native JSON has them; `activities` None: all."""

    volumes: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=1_000)]
    rank: Annotated[int, Meta(ge=1, le=RANKS)] = 1
    activities: list[str] | None = None


class NewDeclaration(Struct, frozen=True, forbid_unknown_fields=True):
    """A declaration, or with an area a policy; `amends` an own one: its next version.

    In force from `start`, None: now, until `expires`, None: until it is withdrawn. `despite`: although its
    places give reason to ask again.
    """

    lines: Lines
    text: str
    basis: str
    start: str | None = None
    expires: str | None = None
    area: PolicyArea | None = None
    amends: str | None = None
    role: str = OFFICER
    despite: bool = False


class NewConcern(Struct, frozen=True, forbid_unknown_fields=True):
    """A concern, and the assurance that it requests; `by` None: as its precedence says."""

    lines: Lines
    text: str
    assurance: str
    precedence: Precedence = "routine"
    by: str | None = None
    role: str = OFFICER


class NewClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """Is this yours? A place as text, a notice, or a track; `at` None: now; `by` None: in ten minutes.

    `words` were said of the place, `own` is one's own position, which it should not be. `despite`: although
    it gives reason to ask again.
    """

    lines: Lines
    description: str
    at: str | None = None
    place: str | None = None
    words: str | None = None
    notice: str | None = None
    track: str | None = None
    by: str | None = None
    own: str | None = None
    role: str = OFFICER
    despite: bool = False


class SaysOfStatement(Struct, frozen=True, forbid_unknown_fields=True):
    """Who says it."""

    role: str = OFFICER


class AnswersStatement(Struct, frozen=True, forbid_unknown_fields=True):
    """An answer: to a declaration a text, to a concern an assurance and a text, to a claim query an answer.

    `expires` of an answer to a claim query; None: in an hour.
    """

    text: str | None = None
    assurance: Assurance | None = None
    answer: Answer | None = None
    expires: str | None = None
    role: str = OFFICER


class AcceptsAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer, by the entry that it is, is one; None: the newest."""

    answer: Entry | None = None
    role: str = OFFICER


class KeepsOpen(Struct, frozen=True, forbid_unknown_fields=True):
    """With that answer the concern is still open; another is due `by`; None: as its precedence says."""

    answer: Entry | None = None
    by: str | None = None
    role: str = OFFICER
