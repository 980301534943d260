"""Plans before they are filed: files read into them, and what they would come to."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.reading import Options, Reading
from wideberth.formats.registry import recognise
from wideberth.formats.times import check_zone
from wideberth.model.agreement import Disclosure
from wideberth.node.draft_views import DraftView, FaultView, ReadView
from wideberth.node.plans_taken import taken
from wideberth.space.stated import check_width
from wideberth.space.units import parse_length
from wideberth.web import desk
from wideberth.web.call import Call
from wideberth.web.roles import PLANNING
from wideberth.web.route import LARGE, Route

ASKED: Final = ("half_width", "name", "radius", "tz", "wrap")
"""Of a file: its name, and how it is read, as the options of the command line of the same names."""
MOST: Final = 1_000
"""Plans of a file that are answered: as many as are filed together."""


class PlanChecks(Struct, frozen=True, forbid_unknown_fields=True):
    """Plans as they would be filed; `of`: the plan whose next version the only one of them would be.

    `disclosure` as filing has it: of a next version without it, that of the plan.
    """

    plans: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=250)]
    disclosure: Disclosure | UnsetType | None = UNSET
    of: str | None = None


def check(call: Call) -> list[DraftView]:
    """What plans would come to. Raises: as native.read_plan; Desk.drafts."""
    said: PlanChecks = call.body
    level = None if said.disclosure is UNSET else said.disclosure
    if said.disclosure is UNSET and said.of is not None:
        level = call.node.desk.plan(said.of).disclosure
    return call.node.desk.drafts(desk.given(said.plans, level), said.of)


def read(call: Call) -> ReadView:
    """The plans of a file.

    Raises: Invalid (`api.query`, `file.*`, `time.zone`, `length.*`, `geometry.half_width`, `plan.too_many`,
    and as the format's reader).
    """
    asked, now_ms = call.asked, call.node.clock.now()
    name = asked.get("name", "")
    if asked.get("wrap", "no") not in ("yes", "no"):
        raise Invalid("api.query", "wrap", asked["wrap"], "yes or no")
    options = Options(
        file=name,
        as_of=now_ms,
        zone=check_zone(asked["tz"], "tz") if "tz" in asked else None,
        wrap=asked.get("wrap") == "yes",
        half_width=_width(call, "half_width"),
        radius=_width(call, "radius"),
        keep_good=True,
    )
    known = recognise(name, call.body)
    assert known.read is not None
    found: Reading = known.read(call.body, options)
    good = taken(((name, one.plan) for one in found.filed), now_ms)
    if len(good.plans) > MOST:
        wanted = f"at most {MOST:,}; more are filed by: wideberth plan submit"
        raise Invalid("plan.too_many", "", f"{len(good.plans):,} plans", wanted)
    faults = (*found.faults, *(error for _, error in good.refused))
    return ReadView(
        format=known.title,
        parties=tuple(sorted({plan.party for _, plan in good.plans})),
        plans=tuple(native.plan_to_json(structs.replace(plan, state="accepted")) for _, plan in good.plans),
        notes=(*found.notes, *good.notes),
        faults=tuple(
            FaultView(each.code, each.path, each.found, each.wanted, each.message) for each in faults
        ),
    )


def _width(call: Call, name: str) -> int | None:
    if name not in call.asked:
        return None
    width = parse_length(call.asked[name], name, "up")
    check_width(width, name)
    return width


ROUTES: Final = (
    Route("POST", "/v1/plan-checks", PLANNING, PlanChecks, list[DraftView], check,
          "What plans would come to if they were filed now, each as if it alone were; or as the next version "
          "`of` one. Nothing is entered, and nobody is told.", most=LARGE),
    Route("POST", "/v1/read-plans", PLANNING, bytes, ReadView, read,
          "The plans of a file in any format, by its `name`. Nothing is filed. `tz`, `half_width`, `radius` "
          "and `wrap` (yes or no) as the options of the command line.", most=LARGE, query=ASKED, heavy=True),
)  # fmt: skip
"""What the API has of it."""
