"""Statements as a node shows them to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. Nothing here is a permission: acknowledged says that somebody has read it,
and nothing said means nothing.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.model.agreement import Precedence
from wideberth.model.statement import Kind, Phase


class StatedView(Struct, frozen=True):
    """That somebody has said something: when by its author's clock, in which role; the entry."""

    at: str
    role: str
    origin: str
    entry: int


class StatementReplyView(Struct, frozen=True):
    """What the other party said to a statement.

    Attributes:
        answer: one word (yes, no, partly, unknown); None where it is a text alone. `words` what that says.
        version: of the declaration that it is about.
        expires: until when it stands; `expired`: it does not any more, as of the time of the view.
    """

    said: StatedView
    answer: str | None
    words: str
    text: str | None
    version: int | None
    expires: str | None
    expired: bool


class ClaimPlaceView(Struct, frozen=True):
    """A place of a claim query, as it was read: degrees on WGS84, and everything it may mean around that.

    Attributes:
        stated: as somebody wrote it; `notation` and `datum` how that was read.
        words: what was said of it.
        echo: the same in every notation.
        nearest: the nearest town, in words; empty in a list.
    """

    lat_deg: float
    lon_deg: float
    doubt_m: float
    notation: str
    datum: str
    stated: str | None
    words: str | None
    echo: dict[str, str]
    nearest: str


class ClaimSubjectView(Struct, frozen=True):
    """What a claim query asks about."""

    description: str
    at: str | None
    place: ClaimPlaceView | None
    notice: str | None
    track: str | None


class PolicyAreaView(Struct, frozen=True):
    """Of a policy: its rank among its author's, its activities (None: all), its volumes in native JSON."""

    rank: int
    activities: tuple[str, ...] | None
    volumes: tuple[dict[str, Any], ...]


class StatementView(Struct, frozen=True):
    """A statement on one line, as of the time of the view.

    Attributes:
        line, label, peer: which line, what the other party is called here, and its name.
        mine: whether this party has stated it.
        version: of a declaration or policy; `said` the entry of this version, `first` when the first was.
        delivered: when the other party's node confirmed to have it; None where it has not, or it is theirs.
        text: of what is stated, feared, or seen.
        basis, start, expires, area: of a declaration or policy.
        precedence, assurance: of a concern, and which assurance it requests.
        what: of a claim query.
        by: when an answer is due; `overdue` since when it is; `reminders` how often that was entered.
        phase: where it stands; `words` what that means; `silence` what it means that nothing was said.
        acknowledged: who of the other party has read this version. That says nothing else.
        replies: of the other party, the oldest first; `judged` the entry of the newest that its author has
            said something to.
        withdrawn: that its author has taken it back.
        doubts: about its places, worked out here; none in a list.
        waits: entries about it of this party that are not told yet.
    """

    line: str
    label: str | None
    peer: str
    statement: str
    kind: Kind
    mine: bool
    version: int | None
    said: StatedView | None
    first: str | None
    delivered: str | None
    text: str
    basis: str | None
    start: str | None
    expires: str | None
    area: PolicyAreaView | None
    precedence: Precedence | None
    assurance: str | None
    what: ClaimSubjectView | None
    by: str | None
    overdue: str | None
    reminders: int
    phase: Phase
    words: str
    silence: str | None
    acknowledged: StatedView | None
    replies: tuple[StatementReplyView, ...]
    judged: int | None
    withdrawn: StatedView | None
    doubts: tuple[str, ...]
    waits: int


class PolicyView(Struct, frozen=True):
    """A policy that a plan or a notice touches: the party's own matter, told to nobody.

    Attributes:
        line: on which it was told; None of an own one.
        whose: what its author is called here; `mine` whether that is this party.
        words: for people, whole.
    """

    line: str | None
    statement: str
    whose: str
    mine: bool
    version: int
    rank: int
    text: str
    basis: str
    start: str
    expires: str | None
    words: str
