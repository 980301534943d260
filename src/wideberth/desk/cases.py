"""Cases of a line: proposals, what became of them, and when an accept is final (LINE 6, 9, 10).

Two nodes need not receive entries in one order, and a withdrawal may cross an accept. So everything is judged
by what entries *cover* (had folded), never by which came first:

    a lapse, a retraction, a new version     withdraws its author's proposal, unless it covers the accept
    an accept                                withdraws its author's own proposals in the case in the same way,
                                             also where it comes to nothing itself: crossing accepts void
                                             each other
    an accept                                counts if the proposal is open then

A disputed entry (ledger.order) withdraws nothing and accepts nothing. `spec/case.pml` is a model of this, and
its traces are replayed against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from immutables import Map
from msgspec import Struct, field, structs

from wideberth.desk import case_entries
from wideberth.desk.case_entries import (
    Accepted,
    Acknowledged,
    Escalated,
    Lapsed,
    Opened,
    Proposed,
    Ref,
    Retracted,
    Said,
)
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.model.case import Found, Phase, Why
from wideberth.space.volume import Volume

NOTICE: Final = "notice"
"""The type of entries that give a notice its next version; cases look at its id and version only."""

PREFIX: Final = "case."
Status = Literal["open", "accepted", "amended"] | Why
OPEN, KEPT = 20, 200
"""Proposals of one party that may be open at once in a case; all that are kept of a case, where some came to
nothing. Whoever proposes without end fills nothing with it.
"""
STANDS: Final[tuple[Status, ...]] = ("accepted", "amended")
"""Accepted; amended: a plan of the case has a new version since."""


class Proposal(Struct, frozen=True):
    """A proposal, what became of it, and which entry accepted it."""

    ref: Ref
    by: str
    said: Proposed
    status: Status = "open"
    accept: Ref | None = None


class Case(Struct, frozen=True):
    """A case. `finds`: what each party found, while it does; `shown`: and where on the grid, if it said so;
    `escalated`: to which role, by party. `unclear`: something was said in it that is not understood here
    (LINE 5): it is not closed before one of the plans has a new version.
    """

    id: str
    notices: tuple[str, str]
    finds: dict[str, Found] = field(default_factory=dict)
    shown: dict[str, tuple[Volume, ...]] = field(default_factory=dict)
    proposals: tuple[Proposal, ...] = ()
    escalated: dict[str, str] = field(default_factory=dict)
    unclear: bool = False

    @property
    def where(self) -> tuple[Volume, ...]:
        """Where on the grid it is, by whoever said so."""
        return tuple(each for some in self.shown.values() for each in some)

    @property
    def standing(self) -> Proposal | None:
        """The proposal that is accepted, until a plan has a new version."""
        return next((each for each in self.proposals if each.status == "accepted"), None)

    def open(self, by: str | None = None) -> list[Proposal]:
        """Proposals that wait for an answer, of one party or of both."""
        return [each for each in self.proposals if each.status == "open" and by in (None, each.by)]


class Version(Struct, frozen=True):
    """The newest version of a notice, and whose it is."""

    by: str
    version: int


class State(Struct, frozen=True):
    """What the entries of a line say about cases, in their order.

    `of` are the ids of the cases that a notice is in. `reached`: for each party how much of each feed any one
    of its entries has folded; `placed`: how many entries of each feed are.
    """

    line: Line
    notices: Map[str, Version] = Map()
    cases: Map[str, Case] = Map()
    of: Map[str, tuple[str, ...]] = Map()
    reached: dict[str, dict[Origin, int]] = field(default_factory=dict)
    placed: dict[Origin, int] = field(default_factory=dict)


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    after = _reached(state, placed)
    entry = placed.entry
    if entry.header.type == NOTICE:
        return _version(after, placed)
    if not body.understood(entry, case_entries.KNOWN):
        return _unclear(after, entry) if entry.header.type.startswith(PREFIX) else after
    try:
        said = case_entries.read(entry)
    except Invalid:
        return after  # kept and shown as what it is; nothing of it counts
    return _said(after, placed, said)


def final(state: State, proposal: Proposal) -> bool:
    """Whether an accept can no longer be undone: the proposer has entered something that covers it.

    What is placed has all that it folded placed before it, so nothing that came before is still unknown.
    A node asks this only while nothing of its own is missing (LINE 15).
    """
    if proposal.status not in STANDS or proposal.accept is None:
        return False
    reached = state.reached.get(proposal.by, {})
    return reached.get(proposal.accept.origin, 0) > proposal.accept.n


def phase(state: State, case: Case) -> Phase:
    """Where a case stands."""
    if not case.finds:
        return "open" if case.unclear else "closed"
    standing = case.standing
    if standing is not None:
        return "final" if final(state, standing) else "accepted"
    if case.escalated:
        return "escalated"
    waiting = {each.by for each in case.open()}
    if not waiting:
        return "open"
    return "proposed" if len(waiting) == 1 else "countered"


def occupying(state: State, notice: str) -> Iterator[Proposal]:
    """Proposals whose volumes count as occupied beside those of the notice itself (LINE 10).

    All that somebody may still accept, or has accepted and that has not become a new version.
    """
    for case in by_notice(state, notice).values():
        for each in case.proposals:
            if each.said.notice == notice and each.status in ("open", "accepted"):
                yield each


def _reached(state: State, placed: Placed) -> State:
    header = placed.entry.header
    party = header.origin.party
    before = state.reached.get(party, {})
    more = {o: n for o, n in placed.folded.items() if n > before.get(o, 0)}
    reached = {**state.reached, party: {**before, **more}} if more else state.reached
    return structs.replace(state, reached=reached, placed={**state.placed, header.origin: header.n + 1})


def _said(state: State, placed: Placed, said: Said) -> State:
    origin, n = placed.entry.header.origin, placed.entry.header.n
    if isinstance(said, Opened):
        state = _begun(state, said.case, said.notices)
        before = state.cases[said.case]
        found = {**before.finds, origin.party: said.found}
        shown = {party: each for party, each in before.shown.items() if party != origin.party}
        if said.where:
            shown[origin.party] = said.where
        return _with(state, structs.replace(before, finds=found, shown=shown))
    case = state.cases.get(said.case)
    if case is None:
        return state
    match said:
        case Proposed():
            return _with(state, _proposed(state, case, Ref(origin, n), said))
        case Accepted():
            return state if placed.disputed else _with(state, _accepted(case, placed, said.proposal))
        case Lapsed() | Retracted():
            why: Why = "lapsed" if isinstance(said, Lapsed) else "retracted"
            return _with(state, _withdrawn(case, placed, why, said.proposal))
        case Acknowledged():
            return state  # what it covers counts, as of every entry
        case Escalated():
            return _with(state, structs.replace(case, escalated={**case.escalated, origin.party: said.to}))
        case _:
            finds, escalated = (
                {party: each for party, each in of.items() if party != origin.party}
                for of in (case.finds, case.escalated)
            )
            shown = {party: each for party, each in case.shown.items() if party != origin.party}
            return _with(state, structs.replace(case, finds=finds, escalated=escalated, shown=shown))


def _begun(state: State, case: str, notices: tuple[str, str]) -> State:
    """With this case in it."""
    if case in state.cases:
        return state
    of = state.of
    for notice in notices:
        of = of.set(notice, (*of.get(notice, ()), case))
    return _with(structs.replace(state, of=of), Case(case, notices))


def _unclear(state: State, entry: Entry) -> State:
    """A later version of this program says something in a case, or opens one."""
    try:
        value = body.value(entry)
        name, notices = str(value.get("case")), value.get("notices")
        if isinstance(notices, list) and len(notices) == 2:
            one, other = map(str, notices)
            if ids.case(entry.header.origin.line, one, other) == name:
                state = _begun(state, name, (one, other))
    except Invalid:
        return state
    case = state.cases.get(name)
    return state if case is None else _with(state, structs.replace(case, unclear=True))


def _with(state: State, case: Case) -> State:
    return structs.replace(state, cases=state.cases.set(case.id, case))


def _proposed(state: State, case: Case, ref: Ref, said: Proposed) -> Case:
    """A proposal; one for another version than the newest comes to nothing, whichever was entered first."""
    if said.notice not in case.notices:
        return case
    known = state.notices.get(said.notice)
    newest = known is not None and known.version == said.version
    status: Status = "open" if newest and len(case.open(ref.origin.party)) < OPEN else "superseded"
    made = Proposal(ref, ref.origin.party, said, status)
    kept = case.proposals
    if len(kept) >= KEPT:
        # the first of those that came to nothing: nothing revives it
        gone = next((each for each in kept if each.status not in ("open", *STANDS)), None)
        kept = tuple(each for each in kept if each is not gone)
    return structs.replace(case, proposals=(*kept, made))


def _accepted(case: Case, placed: Placed, which: Ref) -> Case:
    left = _withdrawn(case, placed, "crossed")
    header = placed.entry.header
    return structs.replace(
        left,
        proposals=tuple(
            structs.replace(each, status="accepted", accept=Ref(header.origin, header.n))
            if each.ref == which and each.status == "open" and each.by != header.origin.party
            else each
            for each in left.proposals
        ),
    )


def _withdrawn(case: Case, placed: Placed, why: Why, which: Ref | None = None) -> Case:
    """Without the author's own proposals (or one of them), as far as it is not too late for that."""
    party = placed.entry.header.origin.party
    if placed.disputed:
        return case
    return structs.replace(
        case,
        proposals=tuple(
            structs.replace(each, status=why, accept=None)
            if each.by == party and which in (None, each.ref) and _in_time(each, placed)
            else each
            for each in case.proposals
        ),
    )


def _in_time(proposal: Proposal, placed: Placed) -> bool:
    """Whether an entry of the proposer's can still withdraw it: it must not cover the accept."""
    if proposal.status == "open":
        return True
    accept = proposal.accept
    return (
        proposal.status in STANDS and accept is not None and placed.folded.get(accept.origin, 0) <= accept.n
    )


def _version(state: State, placed: Placed) -> State:
    """A notice has a new version: what was proposed to the old one is superseded, what stands is amended."""
    found = _named(placed.entry)
    party = placed.entry.header.origin.party
    if found is None:
        return state
    notice, version = found
    known = state.notices.get(notice)
    if known is not None and (known.by != party or version <= known.version):
        return state
    after = structs.replace(state, notices=state.notices.set(notice, Version(party, version)))
    for case in by_notice(state, notice).values():
        after = _with(after, _amended(_withdrawn(case, placed, "superseded"), notice))
    return after


def _amended(case: Case, notice: str) -> Case:
    return structs.replace(
        case,
        unclear=False,
        proposals=tuple(
            structs.replace(each, status="amended")
            if each.status == "accepted"
            else structs.replace(each, status="superseded")
            if each.status == "open" and each.said.notice == notice
            else each
            for each in case.proposals
        ),
    )


def _named(entry: Entry) -> tuple[str, int] | None:
    """Which notice, in which version."""
    if not entry.body:
        return None
    try:
        value = body.value(entry)
        notice, version = value.get("notice"), value.get("version")
        ids.notice(notice)
    except Invalid:
        return None
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        return None
    return str(notice), version


def by_notice(state: State, notice: str) -> Mapping[str, Case]:
    """The cases that a notice is in, by their ids."""
    return {each: state.cases[each] for each in state.of.get(notice, ())}
