"""Audits of the blind check, as a node shows them to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. An audit speaks of the set to which a party was bound, and of no plan that
was not put into it.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from wideberth.model.blind import AuditPhase

Proven = Literal["present", "absent", "lie", "unproven"]
PROVEN: Final[dict[Proven, str]] = {
    "present": "PRESENT: the cell was in the set. A plan that was put into it, grown as agreed, is in this"
    " cell, nobody knows where in it",
    "absent": "NOT IN THE SET: no plan that was put into it is in this cell. It says nothing of plans that"
    " were not put in",
    "lie": "LYING ANSWER: it does not fit what they are bound to",
    "unproven": "NOT PROVEN HERE: the set that they were bound to is not kept here, or not any more",
}
LATER: Final = (
    "; in a later round only what is in cells that matched before is in the set: ask about round 0 first"
)


class AuditCellView(Struct, frozen=True):
    """A cell.

    Attributes:
        cell: its term in hexadecimal, `level` how fine it is.
        area: west, south, east, north in degrees.
        lower_m, upper_m: heights above the ellipsoid.
        start, end: its window.
    """

    cell: str
    level: int
    area: tuple[float, float, float, float]
    lower_m: float
    upper_m: float
    start: str
    end: str


class AuditTextView(Struct, frozen=True):
    """A question, before anybody has signed it.

    Attributes:
        audit: the id that it will have: the SHA-256 of the text, hexadecimal.
        text: exactly what two officers sign.
        run, round, where, kind, about: what it is about.
    """

    audit: str
    text: str
    run: str
    round: int
    where: AuditCellView
    kind: str
    about: str


class AuditView(Struct, frozen=True):
    """An audit.

    Attributes:
        audit: its id: the SHA-256 of its text, hexadecimal. `text` is what officers of both sides sign.
        line, label: of which line.
        mine: this party asks; else the other one does.
        run, round, where: of which set, and of which cell of it, None where there is no such cell.
        kind, about: the incident: a case or a call, and its id.
        phase, words: how it stands, and what that means.
        asks, agrees: officers whose signatures count, of those who ask, and of those who are asked; `needed`.
        asked, agreed, answered: when, by the clock of whoever said so; None: not yet.
        claimed: what was answered: whether the cell was in the set.
        proven, proof: what is proven by it here, and what that says; None: nothing was answered.
    """

    audit: str
    text: str
    line: str
    label: str | None
    mine: bool
    run: str
    round: int
    where: AuditCellView | None
    kind: str
    about: str
    phase: AuditPhase
    words: str
    asks: int
    agrees: int
    needed: int
    asked: str
    agreed: str | None
    answered: str | None
    claimed: bool | None
    proven: Proven | None
    proof: str | None


class OpeningTextView(Struct, frozen=True):
    """What two officers sign to open an own run for an arbiter: its exact `text`."""

    run: str
    text: str
