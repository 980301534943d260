"""Manual lines (LINE 21): what this party has told by voice, mail or paper, what it was told, how far it got.

All of it is reported by us. `evolve` folds what is entered; the rest decides what may be. Times come in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct, field, structs

from wideberth.desk import manual_cases, manual_entries, manual_fields, phrases
from wideberth.desk.case_entries import Ref
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.desk.manual_cases import Case
from wideberth.desk.manual_entries import (
    Answered,
    Called,
    Confirmed,
    History,
    Joined,
    Opened,
    Planned,
    Row,
    Said,
    Told,
)
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.model.agreement import PRECEDENCES, Disclosure
from wideberth.model.manual import (
    ANSWERS,
    CHANNELS,
    LEVELS,
    NEED_IT_RIGHT,
    READ_BACK,
    READ_BACKS,
    TRANSITIONS,
    Event,
    Level,
    Rung,
)
from wideberth.model.phrase import Book
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS


class Reached(Struct, frozen=True):
    """How far a notice got: of the newest version that was told. `last_ms` is when that was, as was claimed.

    `wrong`: when it was told last, it was read back otherwise; whoever then objects has not heard it right.
    """

    version: int
    rung: Rung
    last_ms: int
    wrong: bool = False


class Line(Struct, frozen=True):
    """A manual line.

    `rows`: all that was told and answered, in the order in which it was entered; `calls` with when they were
    entered; `plans` of the far end by their ids, in the newest version; `cases` by their ids, of which
    anything was said; `line` that the far end has joined.
    """

    opened: Opened
    rows: tuple[Row, ...] = ()
    reached: dict[str, Reached] = field(default_factory=dict)
    calls: tuple[tuple[int, Called], ...] = ()
    plans: dict[str, Planned] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    line: str | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.opened.manual


class State(Struct, frozen=True):
    """All manual lines, by their ids."""

    lines: dict[str, Line] = field(default_factory=dict)


def evolve(state: State, said: manual_entries.Private, at_ms: int) -> State:
    """What is entered counts: it was decided before. `at_ms`: when it was entered."""
    if isinstance(said, Opened):
        return _with(state, Line(said))
    line = state.lines.get(said.manual)
    if line is None:
        return state
    match said:
        case Told() | Answered():
            return _with(state, _row(line, said, at_ms))
        case Called():
            return _with(state, structs.replace(line, calls=(*line.calls, (at_ms, said))))
        case Planned():
            return _with(state, structs.replace(line, plans={**line.plans, said.plan.id: said}))
        case CaseSaid():
            return _with(state, _of_case(line, said, at_ms))
    return _with(state, structs.replace(line, line=said.line))


def rung(line: Line, notice: str, version: int) -> Rung:
    """How far a version of a notice got."""
    found = line.reached.get(notice)
    return found.rung if found is not None and found.version == version else "not told"


def of(state: State, manual: str) -> Line:
    """Raises: Invalid (`manual.none`)."""
    found = state.lines.get(manual)
    if found is None:
        raise Invalid("manual.none", "manual", manual, "a manual line of this node: wideberth manual list")
    return found


def level(line: Line, disclosure: Disclosure | None) -> Level | None:
    """How much is told on it of a plan that was filed so; None: nothing."""
    if disclosure in ("conflict-only", "none"):
        return None
    return "coarse" if disclosure == "coarse" else line.opened.level


def opened(state: State, said: Opened) -> Opened:
    """A new line. Raises: Invalid (`manual.entry`, `manual.personal`), Refused (`manual.label`)."""
    manual_fields.entered(said.label, "label")
    manual_fields.one_of(said.channel, "channel", CHANNELS)
    manual_fields.language(said.language)
    manual_fields.one_of(said.level, "level", LEVELS)
    manual_fields.one_of(said.preset, "preset", tuple(PRESETS))
    if any(each.opened.label.casefold() == said.label.casefold() for each in state.lines.values()):
        raise Refused("manual.label", "another manual line is called so; accepted: another label")
    return said


def told(said: Told, texts: Iterable[str], now_ms: int) -> Told:
    """An officer has told a version, in one of these texts.

    Raises: Invalid (`manual.entry`, `manual.personal`, `manual.claimed`), Refused (`manual.other_text`).
    """
    manual_fields.entered(said.to, "to")
    manual_fields.language(said.language)
    manual_fields.one_of(said.read_back, "read_back", READ_BACKS)
    manual_fields.claimed(said.at_claimed_ms, now_ms)
    if said.sha256 not in [digest(each) for each in texts]:
        message = "this is not what is to be told now; accepted: the text that `manual script` gives now"
        raise Refused("manual.other_text", message)
    return said


def answered(line: Line, said: Answered, now_ms: int) -> Answered:
    """An officer enters what the far end said.

    Raises: Invalid (`manual.entry`, `manual.personal`, `manual.claimed`), Refused (`manual.not_told`,
    `manual.send_again`).
    """
    manual_fields.entered(said.by, "by")
    manual_fields.language(said.language)
    manual_fields.one_of(said.answer, "answer", ANSWERS)
    manual_fields.claimed(said.at_claimed_ms, now_ms)
    before = rung(line, said.notice, said.version)
    if before == "not told":
        message = "this version was not told, so nobody can have answered it; accepted: `manual told` first"
        raise Refused("manual.not_told", message)
    known = line.reached[said.notice]
    if said.answer not in TRANSITIONS[before] or (known.wrong and said.answer in NEED_IT_RIGHT):
        message = "they had it wrong when it was told last; accepted: tell it again, then their answer"
        raise Refused("manual.send_again", message)
    return said


def called(said: Called, book: Book, now_ms: int) -> Called:
    """Something else was said.

    Raises: Invalid (`manual.entry`, `manual.personal`, `manual.claimed`, and as phrases.check).
    """
    manual_fields.entered(said.words, "words", manual_fields.WHAT)
    manual_fields.entered(said.role, "role")
    manual_fields.language(said.language)
    manual_fields.one_of(said.precedence, "precedence", PRECEDENCES)
    manual_fields.claimed(said.at_claimed_ms, now_ms)
    phrases.check(book, said.code, said.fields)
    phrases.check_heard(book, said.code, said.heard or {}, "heard")
    return said


def planned(line: Line, plan: Plan, by: str, at_claimed_ms: int, now_ms: int) -> Planned:
    """A plan of the far end's, new or in its next version.

    Raises: Invalid (`manual.entry`, `manual.personal`, `manual.claimed`, `plan.no_volumes`), Refused
    (`plan.ended`).
    """
    manual_fields.entered(by, "by")
    manual_fields.claimed(at_claimed_ms, now_ms)
    if not plan.volumes:
        raise Invalid("plan.no_volumes", "volumes", "none", "at least one volume")
    known = line.plans.get(plan.id)
    if known is not None and known.plan.state == "ended":
        raise Refused("plan.ended", "this plan has ended, which is for good; accepted: a new plan")
    version = 1 if known is None else known.version + 1
    made = structs.replace(plan, party=line.id, variant_of=None, note="", priority=0, review=None)
    return Planned(line.id, made, version, by, at_claimed_ms)


def joined(line: Line, to: str) -> Joined:
    """The far end has a line now. Raises: Refused (`manual.joined`)."""
    if line.line is not None:
        raise Refused("manual.joined", "the far end has joined before; accepted: once")
    return Joined(line.id, to)


def histories(line: Line) -> tuple[History, ...]:
    """What is offered for confirmation, in as many entries as it takes."""
    size = manual_entries.ROWS
    return tuple(History(line.rows[i : i + size]) for i in range(0, len(line.rows), size))


def digest(text: str) -> bytes:
    """SHA-256 of a text as it was shown."""
    return hashlib.sha256(text.encode()).digest()


class Offered(NamedTuple):
    """An entry of history on a line: whose, where, and what the other party has said of its rows."""

    ref: Ref
    by: str
    rows: tuple[Row, ...]
    confirmed: Confirmed | None = None


def offered(said: Sequence[tuple[Ref, Said, bool]]) -> tuple[Offered, ...]:
    """All histories of a line, from its entries in their order; the flag says which ones are in doubt.

    The last answer counts; one in doubt, or of another length, or of the author's own history, does not.
    """
    found: dict[Ref, Offered] = {}
    for ref, each, disputed in said:
        if isinstance(each, History):
            found[ref] = Offered(ref, ref.origin.party, each.rows)
            continue
        known = found.get(each.history)
        counts = known is not None and ref.origin.party != known.by and len(each.rows) == len(known.rows)
        if known is not None and counts and not disputed:
            found[known.ref] = known._replace(confirmed=each)
    return tuple(found.values())


def confirm(found: Offered, party: str, rows: Sequence[str], role: str) -> Confirmed:
    """What this party says of each row.

    Raises: Invalid (`manual.entry`, `manual.personal`), Refused (`manual.own_history`).
    """
    manual_fields.entered(role, "role")
    said = tuple(
        manual_fields.one_of(each, f"rows[{i}]", manual_entries.WORDS) for i, each in enumerate(rows)
    )
    if len(said) != len(found.rows):
        raise Invalid("manual.entry", "rows", len(said), f"{len(found.rows)}: one word for each row")
    if found.by == party:
        raise Refused("manual.own_history", "this is our own history; accepted: the other party confirms it")
    return Confirmed(found.ref, said, role)


def _with(state: State, line: Line) -> State:
    return State({**state.lines, line.id: line})


def _row(line: Line, said: Told | Answered, at_ms: int) -> Line:
    known = line.reached.get(said.notice)
    before: Rung = known.rung if known is not None and known.version == said.version else "not told"
    event: Event
    if isinstance(said, Told):
        event = READ_BACK[said.read_back]
        row = Row(
            said.notice,
            said.version,
            said.to,
            said.at_claimed_ms,
            at_ms,
            said.language,
            said.sha256,
            said.what,
            said.read_back,
        )
    else:
        event = said.answer
        row = Row(
            said.notice, said.version, said.by, said.at_claimed_ms, at_ms, said.language, answer=said.answer
        )
    rows = (*line.rows, row)
    after = TRANSITIONS[before].get(event)
    newer = known is None or said.version >= known.version
    wrong = before != "not told" and known is not None and known.wrong
    if isinstance(said, Told):
        wrong = said.read_back == "differed"
    if after is None or not newer or (wrong and event in NEED_IT_RIGHT):
        return structs.replace(line, rows=rows)  # it stays in the record; nothing of it counts
    made = Reached(said.version, after, said.at_claimed_ms, wrong)
    return structs.replace(line, rows=rows, reached={**line.reached, said.notice: made})


def _of_case(line: Line, said: CaseSaid, at_ms: int) -> Line:
    case = manual_cases.evolve(line.cases.get(said.case), said, at_ms)
    made = structs.replace(line, cases={**line.cases, said.case: case})
    if said.role is None:
        return made  # nobody at the far end has heard of it
    row = Row(
        ids.notice_of(line.id, said.plan),
        said.version,
        said.role,
        said.at_claimed_ms,
        at_ms,
        said.language,
        said.sha256,
        said.words,
        said.read_back,
        case=said.case,
    )
    return structs.replace(made, rows=(*line.rows, row))
