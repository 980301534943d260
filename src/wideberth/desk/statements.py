"""Statements of a line: what each party has stated to the other, what was said to it, and what is overdue.

What a statement is now follows from the entries alone (model.statement has the steps); that its time is
over, or an answer overdue, is told as of a time that comes from outside. In doubt (ledger.order) only what
restricts counts: a withdrawal, an acceptance, an answer that assures or disclaims something do not.

A party that states without end fills nothing: of each kind so many are known, and the oldest gives way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import statement_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.statement_entries import (
    Accepted,
    Acknowledged,
    Asked,
    Assured,
    Claimed,
    Declared,
    KeptOpen,
    Made,
    Noun,
    Raised,
    Reminded,
    Reply,
    Responded,
    Said,
    Withdrawn,
)
from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.statement import BY_OTHER, REMIND_MS, REMINDERS, TRANSITIONS, Event, Kind, Phase

KEPT: Final[dict[Noun, int]] = {"declaration": 100, "concern": 200, "claim": 500}
"""So many of each kind are known of a party on a line."""
REPLIES: Final = 10
"""So many replies to one statement, the newest."""
WAITING: Final[tuple[Phase, ...]] = ("stated", "acknowledged", "still open")
"""Phases in which a concern or a claim query waits for an answer."""

Key = tuple[str, str]
"""The author, and the id."""


class Mark(Struct, frozen=True):
    """That somebody has said so, and who: the entry, its author's clock, the role."""

    ref: Ref
    at_ms: int
    role: str


class Replied(Struct, frozen=True):
    """What the other party said to a statement."""

    ref: Ref
    at_ms: int
    said: Reply


class Statement(Struct, frozen=True):
    """A statement as it is.

    Attributes:
        by: its author.
        said: its newest version, `ref` the entry, `at_ms` its author's clock then, `first_ms` of the first.
        phase: of it, whatever the time.
        acknowledged: that somebody of the other party has read this version.
        replies: the oldest first.
        judged: the newest answer to a concern that its author has said something to.
        due: when an answer is due, POSIX ms; None where none is asked for.
        reminders: how often its author's node has said that it is overdue; `reminded_ms`: when it did last.
    """

    by: str
    said: Made
    ref: Ref
    at_ms: int
    first_ms: int
    phase: Phase = "stated"
    acknowledged: Mark | None = None
    replies: tuple[Replied, ...] = ()
    judged: Ref | None = None
    due: int | None = None
    reminders: int = 0
    reminded_ms: int | None = None
    withdrawn: Mark | None = None

    @property
    def id(self) -> str:
        """Its id."""
        return self.said.id

    @property
    def kind(self) -> Kind:
        """What it is: a declaration with an area is a policy."""
        if isinstance(self.said, Declared) and self.said.area is not None:
            return "policy"
        return self.said.noun

    @property
    def answer(self) -> Replied | None:
        """The newest reply."""
        return self.replies[-1] if self.replies else None


class State(Struct, frozen=True):
    """What the entries of a line say; `order` has the ids of each party and kind, the oldest first."""

    line: Line
    all: Map[Key, Statement] = Map()
    order: Map[tuple[str, Noun], tuple[str, ...]] = Map()

    def of(self, by: str, noun: Noun | None = None) -> Iterator[Statement]:
        """The statements of a party, the oldest first."""
        for each in statement_entries.NOUNS:
            if noun in (None, each):
                for name in self.order.get((by, each), ()):
                    yield self.all[by, name]


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold. An entry that cannot be read, or does not fit, changes nothing."""
    entry = placed.entry
    if not body.understood(entry, statement_entries.KNOWN):
        return state
    try:
        said = statement_entries.read(entry)
    except Invalid:
        return state
    header = entry.header
    mark = Mark(Ref(header.origin, header.n), header.at_ms, "" if isinstance(said, Reminded) else said.role)
    event = _event(said)
    author = header.origin.party
    if event in BY_OTHER:
        author = next(each for each in state.line.parties if each != author)
    known = state.all.get((author, said.id))
    if placed.disputed and not _restricts(said, known):
        return state
    if known is None:
        return _first(state, author, said, mark) if isinstance(said, Made) else state
    if known.said.noun != said.noun or event is None:
        return state
    after = _stepped(known, said, event, mark)
    return state if after is None else structs.replace(state, all=state.all.set((author, said.id), after))


def judged(statement: Statement, void: Callable[[Ref], bool]) -> Statement:
    """A concern or claim query without answers that are void, unless they restrict; itself where none is.

    `void` says whether only a revoked key has signed an entry, by all papers that are known by now (LINE 14).
    """
    if isinstance(statement.said, Declared):
        return statement
    left = tuple(each for each in statement.replies if _restricts(each.said, statement) or not void(each.ref))
    if len(left) == len(statement.replies):
        return statement
    read = statement.acknowledged
    kept = read is not None and not void(read.ref)
    to = statement.phase
    if not left or left[-1] != statement.answer:
        waits: Phase = "acknowledged" if kept else "stated"
        to = "withdrawn" if to == "withdrawn" else "answered" if left else waits
    return structs.replace(statement, replies=left, phase=to, acknowledged=read if kept else None)


def phase(statement: Statement, now_ms: int) -> Phase:
    """What it is as of a time: one whose time is over is expired, and so is an answer to a claim query."""
    over: int | None = None
    if isinstance(statement.said, Declared):
        over = statement.said.expires
    elif statement.answer is not None and isinstance(statement.answer.said, Claimed):
        over = statement.answer.said.expires
    steps = TRANSITIONS[statement.kind][statement.phase]
    return (
        steps.get("time is over", statement.phase) if over is not None and over <= now_ms else statement.phase
    )


def overdue(statement: Statement, now_ms: int) -> int | None:
    """Since when an answer is overdue (POSIX ms); None where none is."""
    waits = statement.due is not None and statement.phase in WAITING
    return statement.due if waits and statement.due is not None and statement.due <= now_ms else None


def in_force(statement: Statement, now_ms: int) -> bool:
    """Whether a declaration or policy is one now, or will be."""
    return isinstance(statement.said, Declared) and phase(statement, now_ms) not in ("expired", "withdrawn")


def reminders(state: State, party: str, as_of: Callable[[Statement], int]) -> tuple[Reminded, ...]:
    """What a party's node enters now of its own concerns whose answer is overdue.

    Args:
        state: of the line.
        party: whose.
        as_of: what time it is for a statement, POSIX ms.
    """
    found = []
    for each in state.of(party, "concern"):
        assert isinstance(each.said, Raised)
        now_ms = as_of(each)
        since = overdue(each, now_ms)
        if since is None or each.reminders >= REMINDERS:
            continue
        again = each.reminded_ms
        if again is None or now_ms >= again + REMIND_MS[each.said.precedence]:
            found.append(Reminded(each.id, each.reminders + 1))
    return tuple(found)


def _event(said: Said) -> Event | None:
    """Which step of the table it is, once the statement is there; None: it can only be the first."""
    match said:
        case Declared():
            return "new version"
        case Acknowledged():
            return "acknowledged"
        case Responded():
            return "responded"
        case Assured() | Claimed():
            return "answered"
        case Accepted():
            return "accepted"
        case KeptOpen():
            return "kept open"
        case Reminded():
            return "reminded"
        case Withdrawn():
            return "withdrawn"
    return None


def _restricts(said: Said, known: Statement | None) -> bool:
    """Whether it counts in doubt: what is stated, what is refused, what something is said to be theirs."""
    match said:
        case Declared():
            return known is None
        case Assured():
            return said.given == "no"
        case Claimed():
            return said.answer == "yes"
    return isinstance(said, Raised | Asked | Responded | KeptOpen)


def _first(state: State, author: str, said: Made, mark: Mark) -> State:
    """One more; where a party has as many as are kept, one gives way: a withdrawn one, else the oldest."""
    place = author, said.noun
    names, all_ = state.order.get(place, ()), state.all
    if len(names) >= KEPT[said.noun]:
        over = (name for name in names if all_[author, name].phase == "withdrawn")
        gone = next(over, names[0])
        names = tuple(name for name in names if name != gone)
        all_ = all_.delete((author, gone))
    made = Statement(author, said, mark.ref, mark.at_ms, mark.at_ms, due=_due(said))
    return structs.replace(
        state,
        all=all_.set((author, said.id), made),
        order=state.order.set(place, (*names, said.id)),
    )


def _due(said: Made) -> int | None:
    return None if isinstance(said, Declared) else said.by


def _stepped(known: Statement, said: Said, event: Event, mark: Mark) -> Statement | None:
    """The statement after an entry; None where it does not fit."""
    to = TRANSITIONS[known.kind][known.phase].get(event)
    if to is None:
        return None
    after = structs.replace(known, phase=to)
    match said:
        case Declared():
            return _amended(known, said, mark)
        case Acknowledged():
            if said.version != _version(known.said):
                return None
            return structs.replace(after, acknowledged=known.acknowledged or mark)
        case Responded() | Assured() | Claimed():
            return _replied(known, after, said, mark)
        case Accepted() | KeptOpen():
            if known.answer is None or known.answer.ref != said.answer:
                return None  # it is about an answer that has a newer one
            after = structs.replace(after, judged=said.answer)
            if isinstance(said, KeptOpen):
                after = structs.replace(after, due=said.by, reminders=0, reminded_ms=None)
            return after
        case Reminded():
            if said.n != known.reminders + 1 or said.n > REMINDERS:
                return None
            return structs.replace(after, reminders=said.n, reminded_ms=mark.at_ms)
    return structs.replace(after, withdrawn=mark)


def _amended(known: Statement, said: Declared, mark: Mark) -> Statement | None:
    """The next version: nothing was said to it yet. A declaration stays one, and a policy a policy."""
    before = known.said
    if not isinstance(before, Declared) or said.version <= before.version:
        return None
    if (said.area is None) is not (before.area is None):
        return None
    return structs.replace(
        known, said=said, ref=mark.ref, at_ms=mark.at_ms, phase="stated", acknowledged=None
    )


def _replied(known: Statement, after: Statement, said: Reply, mark: Mark) -> Statement | None:
    replies = (*known.replies, Replied(mark.ref, mark.at_ms, said))[-REPLIES:]
    if isinstance(said, Responded):
        version = _version(known.said)
        if version is None or said.version > version:
            return None
        if said.version < version:
            # it crossed with the next version: kept, and to that one nothing was said
            return structs.replace(known, replies=replies)
    return structs.replace(after, replies=replies)


def _version(said: Made) -> int | None:
    return said.version if isinstance(said, Declared) else None
