"""What a party owes another on a line, as it is said."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from wideberth.desk import case_entries, cases, notice_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.notice_entries import Checked, NotChecked, Stated, Told, Which
from wideberth.desk.notices import Notice
from wideberth.desk.plans import Own
from wideberth.desk.releases import View
from wideberth.ledger.canonical import Value
from wideberth.ledger.keyring import Keyring
from wideberth.line import state as line_state
from wideberth.model.case import How
from wideberth.model.plan import TRANSITIONS, State
from wideberth.node.answering import Turn
from wideberth.node.compared import Compared
from wideberth.node.fold import Folded


class Said(NamedTuple):
    """Something to be said in the main feed."""

    type: str
    v: int
    body: dict[str, Value]


class Nouns:
    """Plans by their own ids, notices and cases."""

    def __init__(self) -> None:
        self.plans: set[str] = set()
        self.notices: set[str] = set()
        self.cases: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self.plans or self.notices or self.cases)

    def add(self, other: Nouns) -> None:
        """Those of another as well."""
        self.plans |= other.plans
        self.notices |= other.notices
        self.cases |= other.cases


def in_case(said: case_entries.Said) -> Said:
    """What is said of a case."""
    return Said(said.TYPE, case_entries.V, case_entries.write(said))


def of_notice(said: notice_entries.Said) -> Said:
    """What is said of a notice."""
    return Said(said.TYPE, notice_entries.V, notice_entries.write(said))


def telling_of(
    own: Own, view: View, notice: str, known: Notice | None, parties: frozenset[str]
) -> Iterator[Said]:
    """The newest version of a plan, as it is shown, where the other party knows an older one or none.

    `view`: what is shown; `parties`: whom the terms in force name.
    """
    # how it was activated is said by the states that follow
    before = own.override is not None and (known is None or known.state == "accepted")
    told = Told(
        notice,
        own.version,
        view.level,
        "accepted" if before and own.plan.state != "ended" else own.plan.state,
        view.activity,
        view.callsign,
        view.volumes,
        view.simplified,
    )
    yield of_notice(told)
    if told.state != own.plan.state:
        yield from states(told, told.state, own, parties)


def states(told: Told, at: State, own: Own, parties: frozenset[str]) -> Iterator[Said]:
    """From the state in which the other party knows it (`at`) to its own, in steps there are."""
    to = own.plan.state
    # of an override all are told, also where the plan has ended since
    at_once = to in TRANSITIONS[at] and (at != "accepted" or own.override is None)
    steps: tuple[State, ...] = (to,) if at_once or to == "activated" else ("activated", to)
    for each in steps:
        begun = each == "activated"
        # whom the terms do not name is nobody's business here
        unconfirmed = tuple(name for name in own.unconfirmed if begun and name in parties)
        override = own.override if begun else None
        yield of_notice(Stated(told.notice, told.version, each, override, unconfirmed))


def void(line: line_state.State, permits: Ref | None) -> bool:
    """Whether an entry of the other party's permits nothing: only a revoked key has signed it (LINE 14)."""
    if permits is None or permits.origin.party != line.peer:
        return False
    of = permits.origin
    ring = Keyring(of, line.papers[line.peer], line.party, line.papers[line.party])
    return any(begin <= permits.n < end for begin, end in ring.gaps(line.feeds[of].size))


def final_now(state: cases.State, waiting: Collection[str]) -> set[str]:
    """Of cases in which an acceptance was not final yet, those in which one is: any entry may do it."""
    return {
        name
        for name in waiting
        if (case := state.cases.get(name)) is not None
        and any(each.status == "accepted" and cases.final(state, each) for each in case.proposals)
    }


def how(case: cases.Case, fold: Folded, own: Mapping[str, Own], compared: Compared | None) -> How:
    """How a conflict that is found no more has come to its end; `own`: own plans, by their notices."""
    versions = []
    for notice in case.notices:
        told, plan = fold.notices.notices.get(notice), own.get(notice)
        gone = told is None or told.ended or (compared is not None and compared.over(told.by, notice))
        if told is None or gone or (plan is not None and plan.plan.state == "ended"):
            return "ended"
        versions.append(told.said.version if plan is None else plan.version)
    return "amended" if max(versions) > 1 else "clear"


def answers(look: Sequence[str], fold: Folded, party: str, held: Mapping[str, Turn]) -> list[Said]:
    """That the peer's notices are compared, what was found is said before; or why they are not.

    Args:
        look: some notices, of either party.
        fold: of the line.
        party: whose answers.
        held: those that are not answered now.
    """
    which, unread, spent = [], [], []
    for notice in look:
        known, newest = fold.notices.notices.get(notice), fold.cases.notices.get(notice)
        if newest is None or newest.by == party or (known is not None and known.ended):
            continue
        if known is None or known.said.version < newest.version:
            # of what it says no more than this can be told
            if fold.notices.unread.get((party, notice)) != newest.version:
                unread.append(Which(notice, newest.version))
        elif notice in held:
            if held[notice] == "spent" and known.why_not != "budget":
                spent.append(Which(notice, known.said.version))
        elif not known.checked:
            which.append(Which(notice, known.said.version))
    return [
        *(of_notice(Checked(some)) for some in _parted(which)),
        *(of_notice(NotChecked(some, "unread")) for some in _parted(unread)),
        *(of_notice(NotChecked(some, "budget")) for some in _parted(spent)),
    ]


def _parted(which: Sequence[Which]) -> Iterator[tuple[Which, ...]]:
    size = notice_entries.MOST
    return (tuple(which[i : i + size]) for i in range(0, len(which), size))
