"""Everything that a node's own people may see on their map, as shapes. Part of the node.

Own plans are whole, as they were filed. What another party told is as it told it, and says how coarsely. A
case stands where this node finds its conflict; where the other party's plan was not shown, it is no more than
inferred, somewhere at the own one. What is over for more than a day is left out, and so is a plan that has
ended.

This is not node.published: that is what is given away to maps of others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, structs

from wideberth.desk import policies, site_lists, sites
from wideberth.desk.notices import Notice
from wideberth.desk.statement_entries import Declared
from wideberth.errors import Refused
from wideberth.formats import drawn
from wideberth.formats.properties import state_altitude
from wideberth.model.plan import UNSPECIFIED
from wideberth.model.site import Listed
from wideberth.node.desk_lists import Which
from wideberth.node.desk_views import CaseView
from wideberth.node.kept_shapes import SHAPES
from wideberth.node.open_line import OpenLine
from wideberth.node.views import time
from wideberth.node.watch_views import AlertHereView
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

Kind = Literal["plan", "notice", "site", "movement", "policy", "allotment", "hold", "case", "alert"]
KINDS: Final[tuple[Kind, ...]] = (
    "plan",
    "notice",
    "site",
    "movement",
    "policy",
    "allotment",
    "hold",
    "case",
    "alert",
)
RESTRICTED: Final[frozenset[Kind]] = frozenset(("alert", "movement", "site"))
"""Kinds that only who may read lists of sites sees: an alert names what a track comes to."""
Level = Literal["full", "coarse", "inferred"]
Whose = Literal["ours", "theirs", "both", ""]
OURS: Final = "ours"
MOST: Final = 20_000
"""Shapes that are given at a time."""
KEEP_MS: Final = 24 * 3_600_000
"""How long what is over is given still: so far back a map looks without `as_of`."""


class MapShape(Struct, frozen=True, kw_only=True):
    """Something to draw.

    Attributes:
        id: unique, and the same each time.
        kind, whose: what it is, and whose; empty: nobody's. `party`: what that one is called here.
        level: how well it is known: as it was filed or told in full; coarsely; or inferred.
        label: what people call it. `state`: its state, phase or grade, by its code; empty: it has none.
        start, end: when it holds, RFC 3339; None: unbounded.
        hours: of an allotment: minutes of each day in UTC, from and until; None: at any hour.
        lower, upper: {value, unit, datum}; None: none is said.
        geometry: GeoJSON, degrees (formats.drawn).
        href: where the console shows it whole; None: nowhere.
    """

    id: str
    kind: Kind
    whose: Whose
    party: str
    level: Level
    label: str
    state: str
    start: str | None
    end: str | None
    lower: dict[str, Any] | None
    upper: dict[str, Any] | None
    geometry: dict[str, Any]
    href: str | None
    hours: tuple[int, ...] | None = None


class MapView(Struct, frozen=True):
    """All of it, as of a moment. `missing`: kinds that were asked for, and that this account may not see."""

    as_of: str
    shapes: tuple[MapShape, ...]
    missing: tuple[str, ...]


class _Of(Struct, frozen=True, kw_only=True):
    """What the volumes of one thing have in common."""

    id: str
    kind: Kind
    whose: Whose
    party: str
    volumes: Sequence[Volume]
    label: str
    state: str = ""
    level: Level = "full"
    href: str | None = None
    hours: tuple[int, int] | None = None


def shapes(node: Node, kinds: Collection[Kind], now_ms: int) -> tuple[MapShape, ...]:
    """The shapes of some kinds, as of now.

    Raises: Refused (`map.too_many`).
    """
    # what is held does not change: the node is held only while it is looked at
    with node.held():
        found = [each for each in _all(node, kinds, now_ms) if each.kind in kinds]
    cases = node.desk.cases(None, Which(over=False)) if "case" in kinds else []
    alerts = node.room.watch.alerts() if "alert" in kinds else []
    # what is left out is not counted: plans that nobody has ended must not take the map away
    total = sum(not _over(volume, now_ms) for each in found for volume in each.volumes)
    by_notice = _told(node) if cases else {}
    of_cases: list[MapShape] = []
    for case in cases:
        # a case that is inferred has a shape for each volume of the own plan
        of_cases += of_case(node, case, by_notice)
        _check(total + len(of_cases) + len(alerts))
    _check(total + len(alerts))
    made = [shape for each in found for shape in _volumes(each, now_ms)]
    made += of_cases
    made += [_alert(each) for each in alerts]
    return tuple(made)


def _check(total: int) -> None:
    """Raises: Refused (`map.too_many`)."""
    if total > MOST:
        words = f"{total:,} shapes are too many for one map; accepted: up to {MOST:,}, so fewer kinds (what)"
        raise Refused("map.too_many", words)


def _over(volume: Volume, now_ms: int) -> bool:
    """Whether it has been over for so long that it is left out."""
    return volume.end is not None and volume.end <= now_ms - KEEP_MS


def of_volume(volume: Volume) -> dict[str, Any]:
    """Geometry, window and limits of a volume, as JSON has them."""
    return {
        "geometry": SHAPES.geometry(volume.ground),
        "start": None if volume.start is None else time(volume.start),
        "end": None if volume.end is None else time(volume.end),
        "lower": state_altitude(volume.lower),
        "upper": state_altitude(volume.upper),
    }


def _alert(found: AlertHereView) -> MapShape:
    """Where the track is when it is so at the earliest."""
    names = dict.fromkeys(each for each in (found.callsign or found.track, found.other_name) if each)
    return MapShape(
        id=f"alert:{found.alert}",
        kind="alert",
        whose="",
        party="",
        level="full",
        label=" – ".join(names),
        state=found.kind,
        start=None,
        end=None,
        lower=None,
        upper=None,
        geometry=drawn.point(found.lon, found.lat),
        href=f"#/watch/alerts/{found.alert}",
    )


def _volumes(of: _Of, now_ms: int) -> Iterator[MapShape]:
    for k, volume in enumerate(of.volumes):
        if _over(volume, now_ms):
            continue
        yield MapShape(
            id=f"{of.kind}:{of.id}:{k}",
            kind=of.kind,
            whose=of.whose,
            party=of.party,
            level=of.level,
            label=of.label,
            state=of.state,
            href=of.href,
            hours=of.hours,
            **of_volume(volume),
        )


def _all(node: Node, kinds: Collection[Kind], now_ms: int) -> Iterator[_Of]:
    """What has volumes."""
    if "plan" in kinds:
        for own in node.private.plans.plans.values():
            plan = own.plan
            if plan.state != "ended":
                activity = "" if plan.activity == UNSPECIFIED else plan.activity
                name = plan.label or plan.callsign or activity
                yield _Of(
                    id=plan.id,
                    kind="plan",
                    whose="ours",
                    party=OURS,
                    volumes=plan.volumes,
                    label=name,
                    state=plan.state,
                    href=f"#/plans/{plan.id}",
                )
    for held in node.private.sites.lists.values():
        for row in sites.told(held):
            yield _row(row, held.id, "ours", OURS, f"#/sites/{held.id}")
    for line in node.all_lines():
        yield from _on_line(line, now_ms)
    yield from _manual(node)
    if "hold" in kinds:
        yield from _holds(node)
    yield from _own_policies(node, now_ms)


def _on_line(line: OpenLine, now_ms: int) -> Iterator[_Of]:
    """What the other party told on a line, and what both have agreed."""
    fold, peer, name = line.fold.all, line.state.peer, line.name
    for notice in fold.notices.notices.values():
        said = notice.said
        if notice.by == peer and notice.state != "ended":
            activity = "" if said.activity == UNSPECIFIED else said.activity
            level: Level = "coarse" if said.level == "coarse" else "full"
            yield _Of(
                id=said.notice,
                kind="notice",
                whose="theirs",
                party=name,
                volumes=said.volumes,
                level=level,
                label=said.callsign or activity,
                state=notice.state,
                href=f"#/notices/{line.id}/{said.notice}",
            )
    for versions in fold.sites.of(peer):
        held = site_lists.in_force(versions)
        if held is not None:
            for row in held.rows:
                yield _row(
                    row, f"{line.id}:{held.said.list}", "theirs", name, f"#/sites/{line.id}/{held.said.list}"
                )
    for policy in policies.standing(fold.statements, peer, now_ms):
        yield _policy(
            policy.said, f"{line.id}:{policy.id}", "theirs", name, policies.volumes(policy), line.id
        )
    force = line.fold.standing.in_force
    if force is not None:
        agreed = force.version.agreement
        me = agreed.label(line.state.party)
        for n, each in enumerate(agreed.rules.allotments):
            ground = each.area or agreed.terms.area
            if ground is not None:
                ours = each.party == me
                yield _Of(
                    id=f"{line.id}:{n}",
                    kind="allotment",
                    whose="ours" if ours else "theirs",
                    party=OURS if ours else each.party,
                    volumes=(Volume(ground),),
                    label=each.activity,
                    hours=each.hours,
                    href=f"#/agreements/{line.id}",
                )


def _own_policies(node: Node, now_ms: int) -> Iterator[_Of]:
    """Each once, on however many lines it was told."""
    seen: set[str] = set()
    for line in node.all_lines():
        for policy in policies.standing(line.fold.all.statements, line.state.party, now_ms):
            if policy.id not in seen:
                seen.add(policy.id)
                yield _policy(policy.said, policy.id, "ours", OURS, policies.volumes(policy), line.id)


def _policy(said: object, of: str, whose: Whose, party: str, volumes: Sequence[Volume], line: str) -> _Of:
    text = said.text if isinstance(said, Declared) else ""
    href = f"#/statements/{line}/{of.rpartition(':')[2]}"
    return _Of(id=of, kind="policy", whose=whose, party=party, volumes=volumes, label=text[:80], href=href)


def _row(row: Listed, of: str, whose: Whose, party: str, href: str) -> _Of:
    """A row of a list of sites and movements."""
    return _Of(
        id=f"{of}:{row.id}",
        kind=row.kind,
        whose=whose,
        party=party,
        volumes=row.volumes,
        label=row.name or row.callsign or row.id,
        state=row.grade,
        href=href,
    )


def _manual(node: Node) -> Iterator[_Of]:
    """What was told by hand."""
    for manual in node.private.manual.lines.values():
        for planned in manual.plans.values():
            plan = planned.plan
            if plan.state != "ended":
                name = plan.callsign or plan.label or plan.id
                yield _Of(
                    id=f"{manual.id}:{plan.id}",
                    kind="notice",
                    whose="theirs",
                    party=manual.opened.label,
                    volumes=plan.volumes,
                    label=name,
                    state=plan.state,
                    href=f"#/manual/{manual.id}",
                )


def _holds(node: Node) -> Iterator[_Of]:
    """Holds that stand and have an area."""
    now_ms = node.clock.now()
    # by author and id: nobody hides a hold by an id that is another's
    in_force = {(each.by, each.hold) for each in node.room.holds.all(over=False)}
    seen: set[tuple[str, str]] = set()
    for line in node.all_lines():
        for held in line.fold.all.holds.holds.values():
            said = held.said
            if said.area is None or held.key in seen or held.key not in in_force:
                continue
            seen.add(held.key)
            ours = held.by == line.state.party
            begins = said.from_ms if said.from_ms > now_ms else None
            volume = Volume(said.area.ground, said.area.lower, said.area.upper, begins)
            yield _Of(
                id=said.id if ours else f"{line.id}:{said.id}",
                kind="hold",
                whose="ours" if ours else "theirs",
                party=OURS if ours else line.name,
                volumes=(volume,),
                label=said.reason or "",
                state="in force",
                href=f"#/holds/{said.id}",
            )


def _told(node: Node) -> dict[str, Notice]:
    """All notices, by their ids: those of a line are unique."""
    with node.held():
        return {
            name: each for line in node.all_lines() for name, each in line.fold.all.notices.notices.items()
        }


def of_case(node: Node, case: CaseView, told: dict[str, Notice]) -> Iterator[MapShape]:
    """Where a case is: the place of its conflict, else the own plan, within which it must be."""
    theirs = next((each for each in case.notices if each != case.own), "")
    known = told.get(theirs)
    level: Level = "inferred" if known is None or not known.said.volumes else "full"
    if known is not None and known.said.level == "coarse":
        level = "coarse"
    name = " × ".join(each for each in (case.plan_label, case.callsign) if each)
    base = MapShape(
        id=f"case:{case.case}",
        kind="case",
        whose="both",
        party=case.label or case.peer,
        level=level,
        label=name,
        state=case.phase,
        start=None,
        end=None,
        lower=None,
        upper=None,
        geometry={},
        href=f"#/cases/{case.case}",
    )
    met = case.conflict
    if met is not None and met.near is not None:
        yield structs.replace(base, geometry=drawn.point(*met.near), start=met.start, end=met.end)
        return
    own = None if case.plan is None else node.private.plans.plans.get(case.plan)
    if own is not None:
        for k, volume in enumerate(own.plan.volumes):
            yield structs.replace(base, id=f"{base.id}:{k}", level="inferred", **of_volume(volume))
