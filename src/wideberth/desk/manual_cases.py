"""Cases on manual lines: what was said of a conflict with a plan that the far end told, and what it comes to.

`evolve` folds what is entered; the rest decides what may be. Whether the two are in conflict is found
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct, structs

from wideberth.desk import changes, manual_fields
from wideberth.desk.changes import Change
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.errors import Invalid, Refused
from wideberth.model.agreement import Rules
from wideberth.model.manual_case import LIVE, SAID, TRANSITIONS, Event, Phase, Status
from wideberth.model.plan import Plan

STEP: Final = Rules().proposals
"""The steps of what we propose: on a manual line nothing else is agreed."""
_MUST_HAVE_TEXT: Final = ("told", "accept", "closed")
"""What is entered as told by us only in the text that the node has given."""


class Proposal(Struct, frozen=True):
    """A change of the plan `of` in `version`, offered by us (`mine`) or by the far end.

    `n` counts from 1. `told`: the far end has heard of it, and has not read it back as something else.
    """

    n: int
    mine: bool
    of: str
    version: int
    change: Change
    words: str
    told: bool
    status: Status = "open"


class Case(Struct, frozen=True):
    """A case of which something was said, of an own plan and one of the far end's.

    `said`: all of it, with when it was entered. `closed`: the last word was that it is over.
    """

    id: str
    plan: str
    theirs: str
    proposals: tuple[Proposal, ...] = ()
    said: tuple[tuple[int, CaseSaid], ...] = ()
    closed: bool = False


def evolve(case: Case | None, said: CaseSaid, at_ms: int) -> Case:
    """What is entered counts as far as the table lets it; all of it stays in the record."""
    known = case or Case(said.case, said.plan, said.theirs)
    known = structs.replace(known, said=(*known.said, (at_ms, said)), closed=said.said == "closed")
    if said.said == "proposal" and said.of is not None and said.change is not None:
        version = said.version if said.of == said.plan else said.their_version
        told = not said.mine and said.read_back != "differed"
        n = len(known.proposals) + 1
        new = Proposal(n, said.mine, said.of, version, said.change, said.words, told)
        return structs.replace(known, proposals=(*known.proposals, new))
    return structs.replace(known, proposals=tuple(_after(each, said) for each in known.proposals))


def _after(each: Proposal, said: CaseSaid) -> Proposal:
    """A proposal of the case after something else was said."""
    if each.n != said.proposal:
        # whoever accepts one takes back its own; what is over is over for all
        over = said.said == "closed" or (said.said == "accept" and said.mine == each.mine)
        return _moved(each, "over") if over else each
    if said.said == "told":
        return structs.replace(each, told=said.read_back != "differed")
    event = _event(said)
    # each side answers the other's, and takes back its own
    fits = event is not None and (said.mine == each.mine) == (event in ("retract", "over"))
    return _moved(each, event) if event is not None and fits else each


def _event(said: CaseSaid) -> Event | None:
    match said.said:
        case "accept":
            return "read back" if said.read_back == "matched" else "accept"
        case "decline" | "retract":
            return said.said
    return None


def _moved(each: Proposal, event: Event) -> Proposal:
    return structs.replace(each, status=TRANSITIONS[each.status].get(event, each.status))


def standing(case: Case, versions: Mapping[str, int]) -> tuple[Proposal, ...]:
    """The proposals as they stand now: one to another version than the plan has is superseded.

    Args:
        versions: of the plans that have not ended, by their ids.
    """
    ended = not {case.plan, case.theirs} <= set(versions)
    return tuple(
        _moved(each, "over") if ended or versions.get(each.of) != each.version else each
        for each in case.proposals
    )


def live(proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """Those whose volumes count as occupied."""
    return tuple(each for each in proposals if each.status in LIVE)


def phase(proposals: tuple[Proposal, ...], *, meets: bool) -> Phase:
    """Where a case stands, by its proposals as they stand and whether the two are in conflict now."""
    found = {each.status for each in proposals}
    if "accepted" in found:
        return "accepted"
    if "open" in found:
        return "proposed"
    return "open" if meets else "closed"


def occupied(plan: Plan, proposals: tuple[Proposal, ...]) -> dict[int, Plan]:
    """What a plan would be by each proposal that counts for it, by its number, where it makes a plan."""
    found = {}
    for each in live(proposals):
        if each.of == plan.id:
            try:
                after = changes.changed(plan, each.change)
            except (Invalid, ValueError):
                continue
            if after.state != "ended" and after.volumes:
                found[each.n] = after
    return found


def check(said: CaseSaid, now_ms: int) -> None:
    """What any entry has to have. Raises: Invalid (`manual.entry`, `manual.personal`, `manual.claimed`)."""
    manual_fields.one_of(said.said, "said", tuple(SAID))
    manual_fields.language(said.language)
    manual_fields.claimed(said.at_claimed_ms, now_ms)
    if not (said.mine and said.said == "proposal"):
        manual_fields.entered(said.role, "role")
    if said.mine and said.said in _MUST_HAVE_TEXT and said.sha256 is None:
        raise Invalid("manual.entry", "sha256", None, "the text that was told: manual case script")
    if not said.mine and (said.sha256 is not None or said.said in ("told", "closed")):
        raise Invalid("manual.entry", "said", said.said, "proposal, accept, decline or retract, of theirs")


def propose(said: CaseSaid, plan: Plan, meets: Callable[[Plan], bool]) -> CaseSaid:
    """A change is offered, by us or by them.

    Raises: Invalid (as changes.changed, `case.steps`), Refused (`case.not_clear`: of ours, with which the two
    would still be in conflict).
    """
    change = said.change or {}
    after = changes.changed(plan, change)
    if said.mine:
        changes.check_steps(change, STEP)
        if meets(after):
            words = "with this change the two are still in conflict; accepted: one that clears it"
            raise Refused("case.not_clear", f"{words}: manual case show")
    return said


def which(proposals: tuple[Proposal, ...], said: CaseSaid) -> Proposal:
    """The proposal that is meant: the only one that counts, if none is named.

    Raises: Invalid (`case.no_proposal`), Refused (`manual.not_told`, `manual.proposal_over`).
    """
    retracts = said.said in ("retract", "told")
    mine = said.mine if retracts else not said.mine
    if said.proposal is None:
        some = [each for each in live(proposals) if each.mine == mine]
    else:
        some = [each for each in proposals if each.n == said.proposal and each.mine == mine]
    if len(some) != 1:
        whose = "ours" if mine else "theirs"
        numbers = ", ".join(str(each.n) for each in live(proposals) if each.mine == mine) or "none"
        wanted = f"one of {whose}: {numbers}"
        raise Invalid("case.no_proposal", "proposal", said.proposal or f"{len(some)} of them", wanted)
    [found] = some
    if found.status not in LIVE:
        message = f"this proposal is {found.status}; accepted: one that waits for an answer"
        raise Refused("manual.proposal_over", message)
    if said.said in ("accept", "decline") and not found.told:
        message = "this proposal was not told, or was read back otherwise; accepted: `manual case told` first"
        raise Refused("manual.not_told", message)
    return found


def close(proposals: tuple[Proposal, ...], *, meets: bool) -> None:
    """It is over for both. Raises: Refused (`manual.in_conflict`)."""
    if meets or any(each.status == "accepted" for each in live(proposals)):
        message = (
            "the two are in conflict, or what was accepted is not read back; accepted: when neither is so"
        )
        raise Refused("manual.in_conflict", message)
