"""What touches a site: own plans and notices of others against own sites and those that others have told.

    site.case    {"case":…,"found":…,"list":…,"of":…,"plan":…,"row":…,"version":…}   in the private feed
    site.closed  {"case":…,"how":…}                                                 in the private feed

A site case is the planner's own matter, on the planner's own node: nobody else is told of it, and no answer
closes it. It is closed when the plan no longer touches the site.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct, field, structs

from wideberth.conflict.find import Found, find
from wideberth.conflict.result import Conflict
from wideberth.desk import listed, site_entries
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.case import FOUND
from wideberth.model.case import Found as Nearness
from wideberth.model.plan import Plan
from wideberth.model.separation import EVERY, Row, Rule, SeparationTable
from wideberth.model.site import Kind, Listed
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE, SECOND

V: Final = 1
OWN: Final = ""
"""Stands for the line where a site is of an own list."""
RULE: Final = Rule(500 * METRE, "any", 1_800 * SECOND)
"""Where an agreement has no row for it: 500 m from any part of a site at any height, from a movement half an
hour before and after as well. A judgement: a place may be marked at its gate, and a row says how large it is.
"""
ACTIVITIES: Final[dict[Kind, str]] = {"site": "site", "movement": "movement"}
"""What a separation table calls them."""
CASE: Final = b"wideberth/site-case/v1\n"

How = Literal["amended", "ended", "site_changed"]
HOWS: Final[dict[How, str]] = {
    "amended": "the plan has a new version that keeps clear",
    "ended": "the plan has ended",
    "site_changed": "the site was withdrawn, or stands elsewhere",
}


class Key(NamedTuple):
    """A site: the line on which it was told (OWN: it is of an own list), its list there, its row."""

    of: str
    list: str
    row: str

    @property
    def name(self) -> str:
        """The same as one text: ids of lines and lists hold no such mark."""
        return "/".join(self)


class Touch(NamedTuple):
    """A site that volumes come near to.

    Attributes:
        site: which one.
        found: whether they overlap it, or only come closer than they should.
        gap: 0.1 mm on the ground; 0 where they overlap.
        required: 0.1 mm, pads included.
        start, end: POSIX ms; None: without end.
        near: (lon, lat) in degrees.
    """

    site: Key
    found: Nearness
    gap: int
    required: int
    start: int | None
    end: int | None
    near: tuple[float, float]


def key(text: str) -> Key:
    """The site of a name."""
    of, list_, row = text.split("/", 2)
    return Key(of, list_, row)


def plan(site: Key, row: Listed) -> Plan:
    """A site as what is to be kept clear of."""
    return Plan(_SITES, site.name, row.volumes, ACTIVITIES[row.kind])


def table(agreed: SeparationTable | None) -> SeparationTable:
    """Which minima hold: the rows of an agreement that name sites or movements, else RULE.

    A row for every pair of activities says nothing of sites: three miles around each hospital would be told
    so often that nobody would look.
    """
    rows = [] if agreed is None else [each for each in agreed.rows if _names_sites(each)]
    source = "minima of sites" if not rows or agreed is None else agreed.source
    return SeparationTable((Row((EVERY, EVERY), (RULE,)), *rows), source)


def touches(
    asked: Plan, sites: Iterable[Plan], minima: SeparationTable, reference: VerticalReference
) -> tuple[Touch, ...]:
    """The sites that a plan comes too near to, each once, overlaps first.

    Args:
        asked: whosever it is; one that has ended touches nothing.
        sites: as `plan` makes them.
        minima: as `table` gives them.
        reference: for altitudes.
    """
    return touched(find([structs.replace(asked, party=_ASKED), *sites], minima, reference))


def asking(asked: Plan) -> Plan:
    """A plan as it is put to an index of sites: as another party's than they are."""
    return structs.replace(asked, party=_ASKED)


def touched(found: Found) -> tuple[Touch, ...]:
    """The touches among the conflicts of one plan with sites."""
    best: dict[Key, Touch] = {}
    for conflict in found.conflicts:
        made = _touch(conflict)
        if made.site not in best or rank(made) < rank(best[made.site]):
            best[made.site] = made
    return tuple(sorted(best.values(), key=rank))


def _touch(conflict: Conflict) -> Touch:
    name = next(each for party, each in conflict.plans if party == _SITES)
    gap = conflict.gap.h or 0
    over: Nearness = "close" if gap or conflict.gap.t else "overlap"
    return Touch(key(name), over, gap, conflict.required.h or 0, conflict.start, conflict.end, conflict.near)


def rank(touch: Touch) -> tuple[int, int, int, Key]:
    """In which order touches are told: overlaps, then the nearest, then the earliest."""
    return FOUND.index(touch.found), touch.gap, -(2**62) if touch.start is None else touch.start, touch.site


_SITES: Final = "(sites)"
_ASKED: Final = "(plan)"


def _names_sites(row: Row) -> bool:
    return any(each in ACTIVITIES.values() for each in row.between)


class Opened(Struct, frozen=True):
    """A version of an own plan touches a site."""

    TYPE: ClassVar = "site.case"
    case: str
    plan: str
    version: int
    site: Key
    found: Nearness


class Closed(Struct, frozen=True):
    """It no longer does."""

    TYPE: ClassVar = "site.closed"
    case: str
    how: How


Said: TypeAlias = Opened | Closed
KNOWN: Final[Known] = {
    (Opened.TYPE, V): frozenset({"case", "crit", "found", "list", "of", "plan", "row", "version"}),
    (Closed.TYPE, V): frozenset({"case", "crit", "how"}),
}


class State(Struct):
    """The site cases that are open, by their ids; and the ids of each plan's."""

    open: dict[str, Opened] = field(default_factory=dict)
    by_plan: dict[str, set[str]] = field(default_factory=dict)


def case_id(plan_id: str, site: Key) -> str:
    """The id of the case of a plan and a site: the same however often it is opened."""
    return ids.base32(hashlib.sha256(CASE + f"{plan_id}\n{site.name}".encode()).digest())


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    if isinstance(said, Closed):
        return {"case": said.case, "how": said.how}
    return {
        "case": said.case,
        "found": said.found,
        "list": said.site.list,
        "of": said.site.of,
        "plan": said.plan,
        "row": said.site.row,
        "version": said.version,
    }


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` outside the private feed, `site.row`,
    `site.text`, `ledger.base32`).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if not header.origin.private:
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in the private feed")
    value = body.value(entry)
    ids.unbase32(value.get("case"), ids.HASH, "case")
    case = str(value["case"])
    if header.type == Closed.TYPE:
        return Closed(case, listed.one_of(value.get("how"), tuple(HOWS), "how"))
    of = value.get("of")
    if of != OWN:
        ids.unbase32(of, ids.HASH, "of")
    site = Key(str(of), site_entries.list_id(value.get("list")), listed.row_id(value.get("row")))
    version, found = listed.number(value.get("version"), "version"), value.get("found")
    plan_id = listed.text(value.get("plan"), "plan", least=1)
    return Opened(case, plan_id, version, site, listed.one_of(found, FOUND, "found"))


def take(state: State, entry: Entry) -> None:
    """The step of the fold, in place. What cannot be read changes nothing."""
    if not body.understood(entry, KNOWN):
        return
    try:
        said = read(entry)
    except Invalid:
        return
    if isinstance(said, Opened):
        state.open[said.case] = said
        state.by_plan.setdefault(said.plan, set()).add(said.case)
    elif (known := state.open.pop(said.case, None)) is not None:
        state.by_plan[known.plan].remove(said.case)
        if not state.by_plan[known.plan]:
            del state.by_plan[known.plan]


def decide(
    state: State, plan_id: str, version: int, found: Sequence[Touch], how: How = "amended"
) -> tuple[Said, ...]:
    """What is to be entered of a plan in this version, from all that it touches now; nothing if all is known.

    `how`: why the cases are closed whose site it touches no more.
    """
    now: Mapping[str, Touch] = {case_id(plan_id, each.site): each for each in found}
    made: list[Said] = []
    for case, touch in now.items():
        before = state.open.get(case)
        opened = Opened(case, plan_id, version, touch.site, touch.found)
        if before != opened:
            made.append(opened)
    made += [Closed(case, how) for case in of_plan(state, plan_id) if case not in now]
    return tuple(made)


def of_plan(state: State, plan_id: str) -> list[str]:
    """The open cases of a plan."""
    return sorted(state.by_plan.get(plan_id, ()))
