"""Manual lines, as a node shows them to its own people: types of its API, printed by commands.

All of it is reported by us, until the far end has joined and has confirmed it.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from wideberth.model.agreement import Precedence
from wideberth.model.case import Found
from wideberth.model.manual import Answer, Channel, Level, ReadBack, Rung
from wideberth.model.manual_case import Phase, Said, Status
from wideberth.model.plan import State
from wideberth.render.wording import As


class ReachedView(Struct, frozen=True):
    """How far an own plan got on a manual line.

    Attributes:
        plan: its id here; `notice` is the id by which it is told.
        version: the newest; `told` the newest that was told, None where none was.
        rung: how far the newest version got; `means` in words.
        last: when that was, as was claimed; None where nothing was.
    """

    plan: str
    label: str
    notice: str
    reference: str
    version: int
    state: State
    told: int | None
    rung: Rung
    means: str
    last: str | None


class RowView(Struct, frozen=True):
    """Something that was told or answered.

    Attributes:
        claimed: when, as the officer said; `entered`: when it was entered.
        role: to whom it was told, or who answered.
        what, sha256, read_back: of what was told; `answer` of an answer.
        case: it was said of this one, by us or by them; else None.
        shown: "reported by us", or what the far end has said of it since it joined.
    """

    notice: str
    version: int
    role: str
    claimed: str
    entered: str
    language: str
    what: str | None
    sha256: str | None
    read_back: ReadBack | None
    answer: Answer | None
    case: str | None
    shown: str


class CallView(Struct, frozen=True):
    """Something else that was said; `mine`: by us.

    `code`, `fields`: as the phrase book has them; `heard`: what was read back, null where nothing was;
    `differs`: the fields of that which are not the same, compared by machine. All of it is reported by us.
    """

    mine: bool
    precedence: Precedence
    words: str
    role: str
    claimed: str
    entered: str
    language: str
    code: str | None
    fields: dict[str, Any]
    heard: dict[str, Any] | None
    differs: tuple[str, ...]


class TheirsView(Struct, frozen=True):
    """A plan of the far end's, as it was understood; `by` the role that said it."""

    plan: str
    version: int
    label: str
    activity: str
    callsign: str
    state: State
    volumes: int
    by: str
    claimed: str


class ManualView(Struct, frozen=True):
    """A manual line.

    Attributes:
        level: how much is told on it of any plan; `preset`: the separation by which it is compared.
        line: that the far end has joined; None where it has not.
        reached: own plans that have not ended, or were told; `more`: so many others are not shown.
        rows, calls: what was said, in the order in which it was entered.
        theirs: plans of the far end's.
    """

    manual: str
    label: str
    channel: Channel
    language: str
    level: Level
    preset: str
    line: str | None
    reached: tuple[ReachedView, ...]
    more: int
    rows: tuple[RowView, ...]
    calls: tuple[CallView, ...]
    theirs: tuple[TheirsView, ...]


class ScriptView(Struct, frozen=True):
    """The exact text of a notice for the far end, and its SHA-256 (hexadecimal)."""

    manual: str
    plan: str
    notice: str
    version: int
    form: As
    text: str
    sha256: str


class MetView(Struct, frozen=True):
    """A conflict of an own plan with one of the far end's; for our own people only.

    Attributes:
        case: the id of their case on the manual line.
        found: overlap, or close: not far enough apart.
        in_truth: whether the plan itself is; else only what the far end may see of it.
        start, end: of the earliest conflict between the two; None: unbounded.
    """

    case: str
    plan: str
    label: str
    theirs: str
    their_label: str
    found: Found
    in_truth: bool
    start: str | None
    end: str | None


class ConflictsView(Struct, frozen=True):
    """What is known of conflicts with the far end.

    Attributes:
        as_of: when they were looked for.
        preset: the separation by which.
        theirs: how many plans of the far end's are known.
        found: the conflicts.
        words: the result in one sentence.
    """

    manual: str
    as_of: str
    preset: str
    theirs: int
    found: tuple[MetView, ...]
    words: str


class HistoryView(Struct, frozen=True):
    """An entry of history that a party offered on a line, `mine` or the other's, and what was said of it.

    Attributes:
        origin, n: name the entry.
        role: of the officer who confirmed; None where nobody has.
    """

    origin: str
    n: int
    mine: bool
    rows: tuple[RowView, ...]
    role: str | None


class OfferView(Struct, frozen=True):
    """A proposal in a case of a manual line.

    Attributes:
        n: its number in the case.
        mine: whether we offered it; `ours` whether it changes the own plan.
        words: the change in words.
        told: whether the far end has heard of it, and has not read it back as something else.
        means: the status in words.
    """

    n: int
    mine: bool
    ours: bool
    change: dict[str, Any]
    words: str
    told: bool
    status: Status
    means: str


class ManualCaseView(Struct, frozen=True):
    """A case on a manual line; all of it is reported by us.

    Attributes:
        phase: where it stands; `words` what that means.
        plan, version, label: the own plan; `theirs`, `their_version`, `their_label` that of the far end.
        found: how the two are in conflict now, by what the far end may see; None where they are not.
        start, end: of the earliest conflict; None: unbounded, or there is none.
        may_tell: whether anything of the own plan is told on this line.
        said: all that was said of it, in the order in which it was entered.
        clears: what would clear it, in steps: changes of the own plan (`ours`), and of theirs; only where one
            case was asked for.
    """

    manual: str
    case: str
    reference: str
    phase: Phase
    words: str
    plan: str
    version: int
    label: str
    theirs: str
    their_version: int
    their_label: str
    found: Found | None
    start: str | None
    end: str | None
    may_tell: bool
    proposals: tuple[OfferView, ...]
    said: tuple[RowView, ...]
    clears: dict[str, tuple[dict[str, Any], ...]]


class CaseScriptView(Struct, frozen=True):
    """The exact text of what is told of a case, and its SHA-256 (hexadecimal)."""

    manual: str
    case: str
    said: Said
    proposal: int | None
    form: As
    text: str
    sha256: str
