"""Both sides of a case on a manual line as a node knows them, and how its people see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import structs

from wideberth.desk import manual, releases
from wideberth.desk.manual import Line
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.desk.manual_cases import Proposal
from wideberth.desk.manual_entries import Planned
from wideberth.desk.plans import Own
from wideberth.model.manual import Level, ReadBack
from wideberth.model.manual_case import STATUSES, Said
from wideberth.model.plan import Plan
from wideberth.node.by_hand import GRID, Met
from wideberth.node.manual_views import MetView, OfferView
from wideberth.node.views import time
from wideberth.render import case_script


class Word(NamedTuple):
    """What an officer enters of a case: by whom it was said, to or by which role, when, and what was told.

    `proposal` counts those of the case; None: the only one that can be meant, or the conflict itself.
    """

    said: Said
    mine: bool
    role: str | None
    at_claimed_ms: int
    language: str | None = None
    read_back: ReadBack = "none"
    sha256: bytes | None = None
    proposal: int | None = None


class Sides(NamedTuple):
    """A case with both plans as they are now, and its proposals as they stand."""

    line: Line
    id: str
    own: Own
    theirs: Planned
    proposals: tuple[Proposal, ...]


def level(line: Line, own: Own) -> Level | None:
    """How much is told of a plan on a manual line; None: nothing."""
    return manual.level(line, own.disclosure)


def seen(plan: Plan, level: Level | None) -> Plan:
    """A plan as it is compared: as the far end may see it; itself where that is told nothing."""
    if level != "coarse":
        return plan
    return structs.replace(plan, volumes=releases.compared(plan, level, GRID))


def words_of(said: Said, sides: Sides, word: Word, meant: Proposal | None) -> str:
    """What a word on a case says, for a list."""
    if meant is None:
        return case_script.words(said, sides.id, mine=word.mine)
    change, ours = case_script.change_words(meant.change), meant.of == sides.own.plan.id
    return case_script.words(said, sides.id, mine=word.mine, n=meant.n, ours=ours, change=change)


def over(said: CaseSaid, still: Met | None) -> list[CaseSaid]:
    """That the case is over, where no conflict is left: nobody at the far end was told so."""
    if still is not None:
        return []
    words = case_script.words("closed", said.case, mine=True)
    return [
        structs.replace(
            said,
            said="closed",
            mine=True,
            words=words,
            role=None,
            sha256=None,
            proposal=None,
            read_back="none",
        )
    ]


def offer(each: Proposal, own: Own) -> OfferView:
    """A proposal, for people."""
    words = case_script.change_words(each.change)
    ours = each.of == own.plan.id
    return OfferView(
        each.n, each.mine, ours, each.change, words, each.told, each.status, STATUSES[each.status]
    )


def met_view(
    case: str, pair: tuple[str, str], met: Met, labels: Mapping[str, str], *, in_truth: bool
) -> MetView:
    """A conflict, for people."""
    own, theirs = pair
    start = None if met.start is None else time(met.start)
    end = None if met.end is None else time(met.end)
    return MetView(case, own, labels[own], theirs, labels[theirs], met.found, in_truth, start, end)
