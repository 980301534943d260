"""Plans, notices and cases, as the node's desk has them, and who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import UNSET, structs

from wideberth.desk.case_entries import Ref
from wideberth.desk.changes import Change
from wideberth.errors import Invalid, Refused
from wideberth.formats import native
from wideberth.ledger import ids
from wideberth.model.agreement import DISCLOSURES, Disclosure
from wideberth.model.plan import Plan
from wideberth.node.desk_lists import PAGE, Which
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.filings import Given
from wideberth.store import duty
from wideberth.web.call import Call

LISTED: Final = ("after", "named", "over")
"""Parameters of a list: from which on, only what is called so, and with `over=no` without what is over."""
OF_LINE: Final = ("after", "line", "named", "over")
VERSION: Final = "version"
"""Of what was looked at: what stands by then may be another."""
_YES: Final = {"yes": True, "no": False}


def submit(call: Call) -> list[PlanView]:
    """File plans. Raises: as native.read_plan; Desk.submit."""
    filed = call.node.desk.submit(given(call.body.plans, call.body.disclosure))
    return [structs.replace(each, document=None) for each in filed]


def plans(call: Call) -> list[PlanView]:
    """Own plans, a page of them. Raises: Invalid (`list.after`, `api.query`)."""
    return call.node.desk.plans(_which(call.asked))


def plan(call: Call) -> PlanView:
    """One of them. Raises: as Desk.plan."""
    return call.node.desk.plan(call.named["plan"])


def amend(call: Call) -> PlanView:
    """The next version of a plan. Raises: as native.read_plan; Desk.amend."""
    said, name = call.body, call.named["plan"]
    made = _plan(said.plan, "plan")
    with call.node.held():
        known = call.node.desk.plan(name).disclosure
        # who says nothing of it means it to stay: what was narrow must not become wide by an omission
        level = known if said.disclosure is UNSET else said.disclosure
        return call.node.desk.amend(name, Given(made, level), said.version)


def activate(call: Call) -> PlanView:
    """A plan begins. Raises: Refused (`duty.not_holder`), and as Desk.activate."""
    role = call.body.override
    if role is not None:
        _check_post(call, duty.post(role, "override"))
    return call.node.desk.activate(call.named["plan"], role, call.body.version)


def state(call: Call) -> PlanView:
    """Another state. Raises: as Desk.state."""
    return call.node.desk.state(call.named["plan"], call.body.to)


def clears(call: Call) -> dict[str, list[dict[str, Any]]]:
    """What would clear a plan, by line. Raises: as Desk.clears."""
    return dict(call.node.desk.clears(call.named["plan"]))


def notices(call: Call) -> list[NoticeView]:
    """The notices of a line, a page of them. Raises: Invalid (`list.after`, `api.query`)."""
    return call.node.desk.notices(call.named["line"], _which(call.asked))


def notice(call: Call) -> NoticeView:
    """One of them. Raises: as Desk.notice."""
    return call.node.desk.notice(call.named["line"], call.named["notice"])


def consent(call: Call) -> NoticeView:
    """Consent to a plan in an allotted area. Raises: Invalid (`notice.version`), and as Desk.consent."""
    said = call.asked.get(VERSION)
    if said is not None and not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Invalid("notice.version", VERSION, said, "the number of a version")
    return call.node.desk.consent(
        call.named["line"], call.named["notice"], None if said is None else int(said)
    )


def cases(call: Call) -> list[CaseView]:
    """Cases of one line or of all, a page of them. Raises: as `plans`; Invalid (`line.none`)."""
    return call.node.desk.cases(call.asked.get("line"), _which(call.asked))


def case(call: Call) -> CaseView:
    """One of them. Raises: as Desk.case."""
    return call.node.desk.case(call.named["case"])


def propose(call: Call) -> CaseView:
    """Offer a change. Raises: Invalid (`case.change`), and as Desk.propose."""
    said = call.body
    return call.node.desk.propose(call.named["case"], said.notice, change(said.change), said.for_s * 1_000)


def accept(call: Call) -> CaseView:
    """Accept a proposal. Raises: Invalid (`ledger.origin`), and as Desk.accept."""
    return call.node.desk.accept(call.named["case"], _ref(call), anyway=call.body.anyway)


def retract(call: Call) -> CaseView:
    """Take an own proposal back. Raises: Invalid (`ledger.origin`), and as Desk.retract."""
    return call.node.desk.retract(call.named["case"], _ref(call))


def escalate(call: Call) -> CaseView:
    """Raise a case to a role. Raises: as Desk.escalate."""
    return call.node.desk.escalate(call.named["case"], call.body.to)


def _which(asked: Mapping[str, str]) -> Which:
    over = asked.get("over", "yes")
    if over not in _YES:
        raise Invalid("api.query", "over", over, "yes or no")
    return Which(asked.get("named"), asked.get("after"), PAGE, _YES[over])


def given(said: Sequence[Mapping[str, Any]], disclosure: Disclosure | None) -> list[Given]:
    """Plans as they are asked for; `disclosure` of those that say none.

    Raises: as native.read_plan; Invalid (`plan.disclosure`).
    """
    found = []
    for n, each in enumerate(said):
        of = dict(each)
        level = _level(of.pop("disclosure", disclosure), f"plans[{n}].disclosure")
        found.append(Given(_plan(of, f"plans[{n}]"), level))
    return found


def _plan(found: Mapping[str, Any], path: str) -> Plan:
    """Raises: as native.read_plan."""
    # the node gives both; what a file calls a plan is its label here
    read = native.read_plan({"party": "-", "id": "-", **found}, path)
    return read if read.label or "id" not in found else structs.replace(read, label=read.id)


def _level(found: object, path: str) -> Disclosure | None:
    """Raises: Invalid (`plan.disclosure`)."""
    for each in (None, *DISCLOSURES):
        if found == each:
            return each
    raise Invalid("plan.disclosure", path, found, f"{', '.join(DISCLOSURES)}, or null: as agreed")


def change(said: Any) -> Change:
    """A change as it is asked for. Raises: Invalid (`case.change`)."""
    found = {name: value for name, value in structs.asdict(said).items() if value is not None}
    if len(found) != 1:
        raise Invalid("case.change", "change", ", ".join(found) or "nothing", "one change")
    return found


def _ref(call: Call) -> Ref | None:
    """Raises: Invalid (`ledger.origin`, `case.proposal`)."""
    said = call.body
    if said.origin is None and said.n is None:
        return None
    if said.origin is None or said.n is None:
        raise Invalid("case.proposal", "", "half of a proposal's name", "origin and n, or neither")
    return Ref(ids.origin(said.origin), said.n)


def _check_post(call: Call, post: duty.Post) -> None:
    """Raises: Refused (`duty.not_holder`)."""
    on = call.node.people.watch().get(post)
    if on is None or on.user != call.who.id:
        words = f"you are not the {post} on duty, who alone can override as such; accepted: duty take {post}"
        raise Refused("duty.not_holder", words)
