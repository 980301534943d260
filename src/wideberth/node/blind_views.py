"""The blind check, as a node shows it to its own people: types of its API, printed by commands.

Times are RFC 3339 in UTC with ms. No known conflict is what two sets of plans came to at a time, and no more.
"""

from __future__ import annotations

from msgspec import Struct

from wideberth.blind.check import Outcome
from wideberth.blind.rules import Mode, Role


class BlindPlanView(Struct, frozen=True):
    """An own plan: its id, and what people call it."""

    plan: str
    label: str


class BlindCellView(Struct, frozen=True):
    """A cell in which plans of both parties are, as far as its size can tell.

    Attributes:
        cell: its term in hexadecimal, `level` how fine it is.
        area: west, south, east, north in degrees.
        lower_m, upper_m: heights above the ellipsoid; `upper_m` None: and above.
        start, end: its window.
        plans: own ones in it; `notices`: the other party's, where it has said so.
    """

    cell: str
    level: int
    area: tuple[float, float, float, float]
    lower_m: float
    upper_m: float | None
    start: str
    end: str
    plans: tuple[BlindPlanView, ...]
    notices: tuple[str, ...]


class BlindMetView(Struct, frozen=True):
    """Own plans, and what the other party has said to have in the same cells: a box around these cells.

    Attributes:
        cells: how many.
        area, lower_m, upper_m, start, end: as of a cell, around all of them.
        plans, notices: as of a cell.
    """

    cells: int
    area: tuple[float, float, float, float]
    lower_m: float
    upper_m: float | None
    start: str
    end: str
    plans: tuple[BlindPlanView, ...]
    notices: tuple[str, ...]


class BlindRunView(Struct, frozen=True):
    """A run.

    Attributes:
        session: its id; `role`: a has begun it, b has answered.
        start, end: its horizon. `began`, `over`: by this node's clock; `over` None while it is under way.
        outcome: here, `theirs` as the other party has said; None: not yet.
        stands: both have ended it alike, and nothing speaks against it.
        why, words: what that means, and what to do.
        plans: how many own ones were in it; `left_out`: those that cannot be checked so.
        met: what met what, and where. `cells`: those that matched, the first ones; `count` how many.
    """

    session: str
    role: Role
    start: str
    end: str
    began: str
    over: str | None
    outcome: Outcome | None
    theirs: Outcome | None
    stands: bool
    why: str
    words: str
    plans: int
    left_out: tuple[BlindPlanView, ...]
    met: tuple[BlindMetView, ...]
    cells: tuple[BlindCellView, ...]
    count: int | None


class BlindDoingView(Struct, frozen=True):
    """What a run that is under way is doing: in which round of how many (from 1), and what."""

    round: int
    rounds: int
    what: str


class BlindView(Struct, frozen=True):
    """The blind check on one line.

    Attributes:
        line, label, peer: which line.
        agreed: whether the terms in force have one; `mode` and the numbers are theirs, else None.
        words: how it stands now, in one sentence.
        now: the same in one word: of a run that both ended alike and that is not out of date; all else is
            "not clear", which is NOT CHECKED.
        next: when the next run begins. `doing`: what one that is under way does.
        standing: the newest run that both ended alike; `last` the newest of all.
        spent, allowed: cells that the other party may have learned today, and how many it may.
    """

    line: str
    label: str | None
    peer: str
    agreed: bool
    mode: Mode | None
    words: str
    now: Outcome
    next: str | None
    interval_s: int | None
    horizon_s: int | None
    floor_level: int | None
    doing: BlindDoingView | None
    standing: BlindRunView | None
    last: BlindRunView | None
    spent: int
    allowed: int | None
