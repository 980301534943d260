"""Notices of a line: what each party is told, in its newest version, and who has compared it (LINE 9, 11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import cases, notice_entries, releases
from wideberth.desk.case_entries import Ref
from wideberth.desk.notice_entries import Consented, NotChecked, Relayed, Said, Stated, Told, Why
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.model import plan
from wideberth.model.agreement import BLOCKS, Block
from wideberth.model.plan import TRANSITIONS
from wideberth.model.relay import Rung

Needs = Literal["checked", "nothing"]
"""What of the other party's an activation waits for."""


class Passed(Struct, frozen=True):
    """How far a party passed a version on among its people, when by its clock it said so, and where."""

    rung: Rung
    at_ms: int
    ref: Ref


class Notice(Struct, frozen=True):
    """The newest version of a notice.

    Attributes:
        by: whose it is; `ref` is the entry that says it, `at_ms` when by its author's clock.
        state: of the plan, by what was said since.
        override, unconfirmed: as in Stated, of its activation.
        checked: whether the other party has compared this version; `why_not`: why it does not.
        consented: whether the other party has consented to it where an area is allotted to that party.
        by_answer, by_consent: which entries of theirs said so.
        passed: how far each party, author or reader, has passed this version on, by party.
    """

    by: str
    said: Told
    ref: Ref
    at_ms: int
    state: plan.State
    override: str | None = None
    unconfirmed: tuple[str, ...] = ()
    checked: bool = False
    why_not: Why | None = None
    consented: bool = False
    by_answer: Ref | None = None
    by_consent: Ref | None = None
    passed: Map[str, Passed] = Map()

    @property
    def ended(self) -> bool:
        """Whether its plan has ended: it occupies nothing any more."""
        return self.state == "ended"


class State(Struct, frozen=True):
    """What the entries of a line say about notices, in their order.

    `unread`: which version of a notice the other party has said last that it cannot read, by who said it.
    """

    line: Line
    notices: Map[str, Notice] = Map()
    unread: Map[tuple[str, str], int] = Map()


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold."""
    entry = placed.entry
    if not body.understood(entry, notice_entries.KNOWN):
        return state
    try:
        said = notice_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    return _said(state, placed, said)


def _said(state: State, placed: Placed, said: Said) -> State:
    origin, n = placed.entry.header.origin, placed.entry.header.n
    if isinstance(said, Told):
        known = state.notices.get(said.notice)
        if known is not None and (known.by != origin.party or not _follows(known, said)):
            return state
        at_ms = placed.entry.header.at_ms
        made = Notice(origin.party, said, Ref(origin, n), at_ms, said.state)
        if known is not None:
            # how its plan was activated is so of its later versions
            made = structs.replace(made, override=known.override, unconfirmed=known.unconfirmed)
        return _with(state, made)
    if isinstance(said, Stated):
        return _stated(state, origin.party, said)
    if isinstance(said, Relayed):
        return _relayed(state, placed, said)
    # what permits does not count where it is in doubt whether its author knew what it had said
    permits = not isinstance(said, NotChecked)
    if permits and placed.disputed:
        return state
    if isinstance(said, Consented):
        known = state.notices.get(said.notice)
        counts = known is not None and known.by != origin.party and known.said.version == said.version
        given = {"consented": True, "by_consent": Ref(origin, n)}
        return _with(state, structs.replace(known, **given)) if counts and known else state
    if isinstance(said, NotChecked) and said.why == "unread":
        told = state.unread.update({(origin.party, each.notice): each.version for each in said.notices})
        state = structs.replace(state, unread=told)
    for which in said.notices:
        known = state.notices.get(which.notice)
        if known is not None and known.by != origin.party and known.said.version == which.version:
            why = None if not isinstance(said, NotChecked) else said.why
            state = _with(
                state, structs.replace(known, checked=permits, why_not=why, by_answer=Ref(origin, n))
            )
    return state


def _relayed(state: State, placed: Placed, said: Relayed) -> State:
    """Of the newest version; where it is in doubt what its author knew, only that it is no longer so."""
    known, header = state.notices.get(said.notice), placed.entry.header
    if known is None or known.said.version != said.version:
        return state
    if placed.disputed and said.rung != "no longer":
        return state
    ref = Ref(header.origin, header.n)
    passed = known.passed.set(header.origin.party, Passed(said.rung, header.at_ms, ref))
    return _with(state, structs.replace(known, passed=passed))


def _with(state: State, notice: Notice) -> State:
    return structs.replace(state, notices=state.notices.set(notice.said.notice, notice))


def _stated(state: State, party: str, said: Stated) -> State:
    known = state.notices.get(said.notice)
    if known is None or known.by != party or known.said.version != said.version:
        return state
    if said.state not in TRANSITIONS[known.state]:
        return state
    override, unconfirmed = (
        (said.override, said.unconfirmed)
        if said.state == "activated"
        else (known.override, known.unconfirmed)
    )
    return _with(state, structs.replace(known, state=said.state, override=override, unconfirmed=unconfirmed))


def _follows(known: Notice, said: Told) -> bool:
    """A version that is newer, or the same with more of it told; a plan that has ended has none."""
    if known.ended or said.version < known.said.version:
        return False
    return said.version > known.said.version or releases.wider(said.level, known.said.level)


def consent(known: Mapping[str, Notice], name: str, party: str, version: int | None) -> Consented:
    """A party's consent to a plan of the other's; `version`: the one that was looked at; None: the newest.

    Raises: Invalid (`notice.none`), Refused (`notice.newer`).
    """
    told = known.get(name)
    if told is None or told.by == party:
        raise Invalid("notice.none", "notice", name, "a notice of the other party's")
    if version is not None and version != told.said.version:
        words = f"version {told.said.version} was told, and this is for version {version}"
        raise Refused("notice.newer", f"{words}; accepted: consent to what stands, once it was looked at")
    return Consented(name, told.said.version)


def blocked(
    state: State, cased: cases.State, notice: str, folded: Mapping[Origin, int], block: Block, needs: Needs
) -> tuple[str, ...]:
    """Why the plan of a notice may not be activated yet towards the other party, in words; none if it may.

    Args:
        state: of the line.
        cased: its cases.
        notice: an own one.
        folded: how many entries of each feed of the other party's are held here.
        block: which open case holds a plan back, as agreed.
        needs: "nothing" of what is told in conflict-only, which only this party can compare. That the other
            party has folded it is not enough, also where all is agreed to be told in full: it may tell less
            of a plan of its own, and open the case later.
    """
    found = state.notices.get(notice)
    if found is None:
        return ("the other party has not been told",)
    peer = next(each for each in state.line.parties if each != found.by)
    words = []
    if needs == "checked" and not found.checked:
        does_not = "the other party says that it does not compare it"
        words.append(does_not if found.why_not else "the other party has not said that it has compared it")
    if any(size > cased.placed.get(origin, 0) for origin, size in folded.items() if origin.party == peer):
        words.append("not everything that the other party has entered is folded")
    return (*words, *open_cases(cased, notice, block))


def open_cases(cased: cases.State, notice: str, block: Block) -> tuple[str, ...]:
    """The open cases of a notice that hold its plan back, in words."""
    levels = BLOCKS[: BLOCKS.index(block) + 1]
    return tuple(
        f"case {case.id} is open"
        for case in cases.by_notice(cased, notice).values()
        if case.unclear or any(each in levels for each in case.finds.values())
    )
