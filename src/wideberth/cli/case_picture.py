"""The picture of a case: the own plan and theirs as it is shown here, compared under the terms in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import structs

from wideberth.cli import desk_asked as asked
from wideberth.cli import line_asked
from wideberth.cli.answer import geoid_reference
from wideberth.cli.case_words import their_notice
from wideberth.cli.desk_words import peer
from wideberth.conflict.find import find
from wideberth.errors import Refused, shorten
from wideberth.formats import agreement, native
from wideberth.formats.reading import Filed
from wideberth.links.node_url import part
from wideberth.model.plan import Plan
from wideberth.model.terms import Terms
from wideberth.node.desk_views import CaseView, NoticeView, PlanView
from wideberth.node.statement_views import StatementView
from wideberth.node.views import AgreementsView
from wideberth.render.report import Report, in_order
from wideberth.space.ground import Ground
from wideberth.space.reference import VerticalReference

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

OURS = "ours"


def report(client: Client, view: CaseView, now_ms: int) -> Report:
    """What is drawn. Raises: Refused (`case.no_picture`), and as Client.ask."""
    notice = their_notice(view)
    terms = _terms(client, view.line)
    if view.plan is None or notice is None or terms is None:
        raise Refused("case.no_picture", "what is compared here is not known; accepted: a case under terms")
    own = client.ask("GET", asked.path(asked.PLANS, view.plan), PlanView)
    place = f"{line_asked.path(view.line, 'notices')}/{part(notice)}"
    theirs = client.ask("GET", place, NoticeView)
    if own.document is None or not theirs.volumes:
        raise Refused("case.no_picture", "nothing is shown of their plan, so nothing can be drawn of it")
    mine = native.read_plan({**own.document, "party": OURS}, "plan")
    name = peer(view.label, view.peer)
    other = native.read_plan(
        {
            "party": name,
            "id": theirs.notice,
            "activity": theirs.activity,
            "callsign": theirs.callsign,
            "volumes": list(theirs.volumes),
        },
        "notice",
    )
    near = {each.statement: each.whose for each in (*own.policies, *theirs.policies)}
    return structs.replace(_report(mine, other, terms, now_ms), policies=_policies(client, near))


def _policies(client: Client, near: Mapping[str, str]) -> tuple[tuple[str, tuple[Ground, ...]], ...]:
    """The policies that either of the two touches, each once: by whose they are."""
    found: dict[str, tuple[str, tuple[Ground, ...]]] = {}
    some = client.ask("GET", "/v1/statements", list[StatementView]) if near else []
    for each in some:
        if each.area is not None and each.statement in near:
            volumes = [native.volume_from_json(one, "volume") for one in each.area.volumes]
            name = f"policy of {near[each.statement]}: {shorten(each.text, 60)}"
            found[each.statement] = name, tuple(one.ground for one in volumes)
    return tuple(found.values())


def _report(mine: Plan, other: Plan, terms: Terms, now_ms: int) -> Report:
    reference = VerticalReference(geoid_reference().geoid, terms.ground, terms.qnh, terms.atmosphere)
    found = find([mine, other], terms.table, reference)
    if not found.conflicts:
        # a picture without one would say that there is none
        raise Refused("case.no_picture", "the conflict is not one of what is shown here; accepted: a call")
    filed = tuple((each.party, _filed(each)) for each in (mine, other))
    return Report(
        as_of=now_ms,
        filed=filed,
        table=terms.table,
        conflicts=in_order(found.conflicts, filed),
        notes=found.notes,
        places=terms.places,
    )


def _filed(plan: Plan) -> Filed:
    return Filed(plan, tuple(f"volume {n}" for n in range(1, len(plan.volumes) + 1)))


def _terms(client: Client, line: str) -> Terms | None:
    found = client.ask("GET", line_asked.path(line, "agreements"), AgreementsView)
    data = next((each.terms for each in found.versions if each.in_force), None)
    return None if data is None else agreement.read_terms(data.encode())
