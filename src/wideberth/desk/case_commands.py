"""What people say in a case: decided here, before anything is entered."""

from __future__ import annotations

from wideberth.desk import case_entries, cases, changes
from wideberth.desk.case_entries import Accepted, Escalated, Proposed, Ref, Retracted
from wideberth.desk.cases import Case, Proposal, State
from wideberth.desk.changes import Change
from wideberth.desk.cutover import Binding
from wideberth.errors import Invalid, Refused
from wideberth.model.plan import Plan


def propose(
    state: State,
    case: Case,
    notice: str,
    change: Change,
    until_ms: int,
    plan: Plan | None,
    bound: Binding | None,
    *,
    party: str,
    shown: bool,
) -> Proposed:
    """A change of one of the two plans, offered until then.

    Args:
        state: all cases of the line; `case` is one of them.
        notice: whose plan would change.
        change: one of case_entries.CHANGES.
        plan: as it is compared on this line; None where this party sees nothing of it.
        bound: what is agreed; None where nothing is.
        party: whose proposal it is.
        shown: whether the other party sees that plan in full: only then new volumes tell it nothing more.

    Raises: Invalid (`case.notice`, and as changes.changed, changes.check_steps), Refused (`case.closed`,
    `case.hidden`, `case.no_terms`, `case.proposals`).
    """
    _check_open(case)
    if notice not in case.notices:
        raise Invalid("case.notice", "notice", notice, " or ".join(case.notices))
    known = state.notices.get(notice)
    if len(case.open(party)) >= cases.OPEN:
        raise Refused("case.proposals", f"{cases.OPEN} are open already; accepted: after one is retracted")
    if bound is None:
        raise Refused("case.no_terms", "no agreement is in force on this line; accepted: a call")
    if known is None or plan is None or (not plan.volumes and "cancel" not in change):
        raise Refused("case.hidden", "nothing is shown of that plan; accepted: a change of the own one")
    if "volumes" in change and not shown:
        words = (
            "the other party does not see that plan in full; accepted: a delay, a climb or descent, cancel"
        )
        raise Refused("case.hidden", words)
    changes.check_steps(change, bound.rules.proposals)
    changes.changed(plan, change)
    return Proposed(case.id, notice, known.version, until_ms, change)


def accept(case: Case, party: str, which: Ref | None) -> Accepted:
    """A proposal of the other party's; None: the only one that is open.

    Raises: Refused (`case.closed`, `case.no_proposal`).
    """
    _check_open(case)
    found = [each for each in case.open() if each.by != party and which in (None, each.ref)]
    return Accepted(case.id, _only(found, "of the other party's").ref)


def retract(state: State, case: Case, party: str, which: Ref | None) -> Retracted:
    """An own proposal, open or accepted, until it is final.

    Raises: Refused (`case.no_proposal`, `case.final`).
    """
    found = [
        each
        for each in case.proposals
        if each.by == party and each.status in ("open", "accepted") and which in (None, each.ref)
    ]
    only = _only(found, "of this party's")
    if cases.final(state, only):
        raise Refused("case.final", "it is accepted for good; accepted: a new version of the plan, or a call")
    return Retracted(case.id, only.ref)


def escalate(case: Case, to: str) -> Escalated:
    """Raise it to a role of one's own. Raises: Invalid (`case.role`), Refused (`case.closed`)."""
    _check_open(case)
    if to not in case_entries.ROLES:
        raise Invalid("case.role", "to", to, ", ".join(case_entries.ROLES))
    return Escalated(case.id, to)


def _check_open(case: Case) -> None:
    if not case.finds:
        raise Refused("case.closed", "this case is closed: neither party finds a conflict any more")


def _only(found: list[Proposal], whose: str) -> Proposal:
    if not found:
        raise Refused("case.no_proposal", f"no proposal {whose} is open in this case")
    if len(found) > 1:
        named = ", ".join(f"{each.ref.origin.text} {each.ref.n}" for each in found)
        raise Refused(
            "case.no_proposal", f"several proposals {whose} are open: {named}; accepted: one of them"
        )
    return found[0]
