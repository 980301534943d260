"""Why a plan may not begin yet, towards each of the other parties (LINE 11)."""

from __future__ import annotations

from collections.abc import Iterator

from wideberth.desk import notices, plans, releases
from wideberth.desk.notices import Needs, Notice
from wideberth.desk.plans import Own
from wideberth.ledger import ids
from wideberth.model.agreement import BLOCKS
from wideberth.node.line_desk import LineDesk
from wideberth.node.owed import void


def blocked(line: LineDesk, own: Own) -> tuple[str, ...]:
    """In words; none if nothing on this line holds it back.

    Without an agreement nothing more is promised; what the two know to be in conflict is no less so.
    """
    if line.bound is None:
        told = line.told(own.plan.id)
        return () if told is None else notices.open_cases(line.line.fold.all.cases, told.said.notice, "close")
    return tuple(dict.fromkeys([*_by_what_was_said(line, own), *_by_what_is_found(line, own)]))


def _by_what_was_said(line: LineDesk, own: Own) -> Iterator[str]:
    assert line.bound is not None
    level, told = line.level(own), line.told(own.plan.id)
    if told is None:
        if level in ("full", "coarse"):
            yield "it has not been told yet"
        return
    if told.by != line.me:
        yield "the other party has told a notice of its own under the id of this one: call"
        return
    if told.said.version < own.version:
        yield "its newest version has not been told yet"
        return
    if told.said.version > own.version:
        yield "they were told a newer version than this node holds (an old backup?): amend or end it"
        return
    if releases.wider(level, told.said.level):
        yield "it has not been told yet as it is agreed now"
        return
    state, fold, bound = line.line.state, line.line.fold.all, line.bound
    folded = {feed.origin: feed.size for feed in state.of(state.peer)}
    yield from notices.blocked(
        fold.notices, fold.cases, told.said.notice, folded, bound.rules.block_activation, _needs(told)
    )
    if told.checked and void(line.line.state, told.by_answer):
        yield "their answer was signed with a key that is revoked: call, or until they answer anew"
    if (not told.consented or void(line.line.state, told.by_consent)) and allotted(line, own):
        yield "it is in an area and hours that are allotted to them, and they have not consented"


def _by_what_is_found(line: LineDesk, own: Own) -> Iterator[str]:
    """A plan meets theirs, and no case of it is open: they are told nothing, or it may not be said yet."""
    assert line.bound is not None
    levels = BLOCKS[: BLOCKS.index(line.bound.rules.block_activation) + 1]
    state, why = line.line.fold.all.cases.cases, ""
    if line.level(own) == "none":
        why = ", of which nothing is said to them"
    for theirs, meeting in sorted(line.in_truth(own).items()):
        case = state.get(ids.case(line.line.id, notice_of(line, own), theirs))
        if meeting.found in levels and (case is None or line.me not in case.finds):
            yield f"it is in conflict with their notice {theirs}{why}"


def _needs(told: Notice) -> Needs:
    if told.said.level == "conflict-only":
        return "nothing"
    return "checked"


def unconfirmed(line: LineDesk, own: Own) -> bool:
    """Whether the other party has not compared the newest version, though it was owed the notice."""
    told = line.told(own.plan.id)
    return line.level(own) in ("full", "coarse") and not (
        told is not None
        and (told.by, told.said.version, told.checked) == (line.me, own.version, True)
        and not void(line.line.state, told.by_answer)
    )


def lead(line: LineDesk, own: Own, now_ms: int) -> plans.Lead | None:
    """How early the other party was told; what is not told yet is told now. None without an agreement."""
    if line.bound is None:
        return None
    told = line.told(own.plan.id)
    at_ms = told.at_ms if told is not None and told.said.version == own.version else now_ms
    return plans.lead(own.plan, line.bound.rules, at_ms)


def notice_of(line: LineDesk, own: Own) -> str:
    """The id of its notice there."""
    return ids.notice_of(line.line.id, own.plan.id)


def allotted(line: LineDesk, own: Own) -> bool:
    """Whether a plan is in an area and hours that are allotted to the other party."""
    found = line.line.fold.named(line.line.state)
    if line.bound is None or line.compared is None or found is None:
        return False
    theirs = found.agreement.label(line.peer)
    some = [each for each in line.bound.rules.allotments if each.party == theirs]
    return bool(some and plans.allotted(own.plan, some, "", line.compared.reference))
