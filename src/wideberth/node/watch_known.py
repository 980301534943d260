"""What a node compares live tracks with: whose they are, what is kept clear, and how far apart they stay."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import structs

from wideberth.desk import cutover, policies, site_cases, site_lists
from wideberth.desk.cutover import Binding
from wideberth.desk.site_cases import Key
from wideberth.errors import Invalid
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.model.separation import PRESETS, Rule, SeparationTable, choose
from wideberth.model.site import Listed
from wideberth.model.track import Whose
from wideberth.node.config_watch import OWN
from wideberth.space.altitude import Altitude
from wideberth.space.geoid import Geoid
from wideberth.space.reference import VerticalReference
from wideberth.space.units import METRE, SECOND
from wideberth.space.volume import Volume
from wideberth.watch.looking import Terms
from wideberth.watch.whose import Known, plain
from wideberth.watch.zone import Zone

if TYPE_CHECKING:
    from wideberth.node.node import Node
    from wideberth.node.open_line import OpenLine

NOTHING: Final = SeparationTable((), "nothing is agreed")
"""Under which no two tracks are too close: without an agreement or a named preset nothing is decided."""
SITE: Final = "site "
"""Before the name of a site in the id of its zone; no plan, notice or statement has a blank in its id."""
LOW: Final = 1_000 * METRE
"""Above the ground: where no agreement says how far to keep from a site, what moves live is told of below
this alone (a judgement): else each airliner over a town would be an alert.
"""
POLICY_RULES: Final = policies.TABLE.rows[0].rules


class Compared(NamedTuple):
    """All of it, as values."""

    terms: Terms
    known: Known
    zones: tuple[Zone, ...]
    plans: tuple[Zone, ...]


def compared(node: Node, geoid: Geoid, now_ms: int) -> Compared:
    """As it stands; while all of the node is held."""
    own = [each for each in _plans(node) if not _over(each.volumes, now_ms)]
    plans = tuple(Zone(each.id, "plan", node.party, each.label or each.id, each.volumes) for each in own)
    zones = (*plans, *_notices(node, now_ms), *sites(node, now_ms), *_policies(node, now_ms))
    return Compared(_terms(node, geoid), _known(node, own, now_ms), zones, plans)


def words(node: Node) -> str:
    """By which minima tracks are compared with each other, in words."""
    if any(each is not None for each in _bounds(node)):
        return "minima of the agreements in force or suspended, the larger where several are"
    if node.settings.watch.preset:
        return f"minima of the preset {node.settings.watch.preset}: no agreement is in force"
    return "tracks are NOT COMPARED with each other: agree on terms, or set watch.preset in node.toml"


def site(zone: str) -> Key | None:
    """The site that a zone is of; None: it is of none."""
    return site_cases.key(zone.removeprefix(SITE)) if zone.startswith(SITE) else None


def _bounds(node: Node) -> Iterator[Binding | None]:
    """What is kept to on each line; of a suspended agreement the minima: nobody is further away for that."""
    for line in node.all_lines():
        last = line.fold.standing.in_force
        bound = node.desk.bound(line.id)
        yield bound if bound is not None or last is None else cutover.binding(last.version.agreement)


def _terms(node: Node, geoid: Geoid) -> Terms:
    settings, guards = node.settings.watch, node.guards
    bounds = [each for each in _bounds(node) if each is not None]
    ahead = settings.look_ahead_s * SECOND
    if not bounds:
        table = PRESETS.get(settings.preset, NOTHING)
        return Terms(
            table,
            VerticalReference(geoid),
            ahead,
            node.party,
            conforming=guards.conform,
            present=guards.unplanned,
        )
    bound = reduce(cutover.merge, bounds)
    agreed = [each.rules.watch.look_ahead_ms for each in bounds if each.rules.watch is not None]
    reference = VerticalReference(geoid, bound.ground, bound.qnh, bound.atmosphere)
    return Terms(
        bound.table,
        reference,
        max([ahead, *agreed]),
        node.party,
        conforming=guards.conform,
        present=guards.unplanned,
    )


def _plans(node: Node) -> list[Plan]:
    return [each.plan for each in node.private.plans.plans.values() if each.plan.state != "ended"]


def _over(volumes: tuple[Volume, ...], now_ms: int) -> bool:
    return all(each.end is not None and each.end + each.pad.t <= now_ms for each in volumes)


def _notices(node: Node, now_ms: int) -> Iterator[Zone]:
    for line in node.all_lines():
        for name, each in line.fold.all.notices.notices.items():
            told = each.said.volumes
            if each.by == line.state.peer and not each.ended and told and not _over(told, now_ms):
                name_shown = each.said.callsign or f"a plan of {line.name}"
                yield Zone(name, "notice", line.state.peer, name_shown, told)


def sites(node: Node, now_ms: int) -> Iterator[Zone]:
    """Sites and movements of own lists, and of those that were told."""
    if not node.guards.site_match:
        return
    for key, row in _listed(node):
        if not _over(row.volumes, now_ms):
            rules = _site_rules(node, key, row)
            low = rules == (site_cases.RULE,)
            volumes = tuple(map(_low, row.volumes)) if low else row.volumes
            rules = (structs.replace(site_cases.RULE, v=0),) if low else rules
            yield Zone(f"{SITE}{key.name}", row.kind, "", row.name, volumes, rules)


def _low(volume: Volume) -> Volume:
    """A volume without limit, up to LOW."""
    if volume.upper.datum != "UNL":
        return volume
    return structs.replace(volume, upper=Altitude("AGL", LOW))


def _listed(node: Node) -> Iterator[tuple[Key, Listed]]:
    for held in node.private.sites.lists.values():
        for name, row in held.rows.items():
            yield Key(site_cases.OWN, held.id, name), row.row
    for line in node.all_lines():
        for versions in line.fold.all.sites.of(line.state.peer):
            told = site_lists.in_force(versions)
            if told is not None:
                yield from ((Key(line.id, told.said.list, row.id), row) for row in told.rows)


def _site_rules(node: Node, key: Key, row: Listed) -> tuple[Rule, ...]:
    """As for plans: what the agreement says of sites, else the rule of desk.site_cases."""
    bound = node.desk.bound(key.of) if key.of != site_cases.OWN else None
    table = site_cases.table(None if bound is None else bound.table)
    return choose(table, UNSPECIFIED, site_cases.ACTIVITIES[row.kind]).row.rules


def _policies(node: Node, now_ms: int) -> Iterator[Zone]:
    for line in node.all_lines():
        state, label = line.fold.all.statements, line.name
        for party in (line.state.party, line.state.peer):
            for each in policies.standing(state, party, now_ms):
                volumes = policies.volumes(each)
                if volumes and not _over(volumes, now_ms):
                    whose = "ours" if party == node.party else label
                    yield Zone(each.id, "policy", party, f"policy area of {whose}", volumes, POLICY_RULES)


def _known(node: Node, own: list[Plan], now_ms: int) -> Known:
    by_callsign: dict[str, Whose] = {}
    for line in node.all_lines():
        for name, each in line.fold.all.notices.notices.items():
            said = each.said
            theirs = each.by == line.state.peer and not each.ended and bool(said.callsign)
            if theirs and not _over(said.volumes, now_ms):
                by_callsign[plain(said.callsign)] = Whose(each.by, name, said.activity, "callsign")
    for plan in own:
        if plan.callsign:
            # a plan that has begun before one that has not
            key = plain(plan.callsign)
            before = by_callsign.get(key)
            if before is None or before.party != node.party or plan.state != "accepted":
                by_callsign[key] = Whose(node.party, plan.id, plan.activity, "callsign")
    settings = node.settings.watch.sources
    return Known(
        own=node.party,
        by_id={name: _acting(node, each) for name, each in node.private.watched.claims.items()},
        by_source={
            each.name: found for each in settings if (found := _of_source(node, each.whose, each.activity))
        },
        by_callsign=by_callsign,
        kinds={each.name: each.kind for each in settings if each.kind != "unknown"},
        quiet_sources=frozenset(each.name for each in settings if not each.unplanned),
    )


def _acting(node: Node, claimed: Whose) -> Whose:
    """A claim with the activity of the plan that it names."""
    own = node.private.plans.plans.get(claimed.plan)
    activity = own.plan.activity if own is not None else ""
    return Whose(claimed.party, claimed.plan, activity, "claimed")


def _of_source(node: Node, whose: str, activity: str) -> Whose | None:
    if not whose:
        return None
    party = node.party if whose == OWN else party_called(node, whose)
    return None if party is None else Whose(party, "", activity, "source")


def party_called(node: Node, name: str) -> str | None:
    """The party at the other end of the line that has this id or label; None where there is none."""
    plain_name = name.casefold().strip()
    for line in node.all_lines():
        if name in (line.id, line.state.peer) or plain_name == (line.label or "").casefold():
            return line.state.peer
    return None


def line_of(node: Node, party: str) -> OpenLine | None:
    """The line to a party."""
    return next((each for each in node.all_lines() if each.state.peer == party), None)


def named(node: Node, party: str) -> str:
    """What people call a party."""
    if not party:
        return "nobody's, as far as is known"
    if party == node.party:
        return "ours"
    line = line_of(node, party)
    return party if line is None else line.name


def claimant(node: Node, said: str) -> str | None:
    """The party that somebody names: `own`, the label of a line, or `nobody`; None: no longer claimed.

    Raises: Invalid (`track.party`).
    """
    if said == OWN:
        return node.party
    if said == "nobody":
        return ""
    if not said:
        return None
    found = party_called(node, said)
    if found is None:
        raise Invalid("track.party", "party", said, f"{OWN}, nobody, or what a line is called")
    return found
