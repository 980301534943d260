"""What a recipient could infer: figures beside the exact preview of a release. Part of the node.

What was told before is all that has left for the recipient, and for whoever is taken to know what it knows,
in releases, and on the lines to them: every version of every notice, lists of sites as they stand, policies.
Who is taken to know what follows from the allies that are declared here, both ways and onward: the figures
may be larger than true for that, and never smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from wideberth.desk import inference, notice_entries, policies, site_lists
from wideberth.desk.inference import Meter, Place, Told, Totals, Wanted
from wideberth.desk.inferred import Cell
from wideberth.desk.release_entries import Source
from wideberth.desk.release_own import Own, State
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.model.agreement import Step
from wideberth.model.release import Record
from wideberth.node.open_line import OpenLine
from wideberth.node.release_records import GRID
from wideberth.node.release_views import ReleaseGridView, grid
from wideberth.node.views import time
from wideberth.render import inference as words_of
from wideberth.space.units import METRE, NAUTICAL_MILE, SECOND
from wideberth.space.volume import Volume

if TYPE_CHECKING:
    from wideberth.node.node import Node

WANTED: Final = Wanted(10 * NAUTICAL_MILE, 3_600_000)
"""What is suggested for, unless the officer asks for something else: the steps of the public coarse grid."""


class Asked(NamedTuple):
    """What is measured, with nothing of the node in it any more."""

    release: str
    recipients: tuple[str, ...]
    earlier: tuple[Told, ...]
    now: tuple[Told, ...]
    true: Mapping[str, tuple[Volume, ...]]
    numbers: Mapping[str, int]


class MeterCellView(Struct, frozen=True):
    """Where something is, as far as is known: a box of metres, square metres of ground, metres of height,
    between which times; None: not known, or not bounded.
    """

    north_south_m: float
    east_west_m: float
    area_m2: int
    height_m: float | None
    from_: str | None
    until: str | None


class MeterPlaceView(Struct, frozen=True):
    """What is known of one place.

    Attributes:
        number: of the record in this release that tells of it; None: it was told before only.
        told: how often it was told, this release included.
        exact: whether its true volumes were told, or are by this release.
        before, after: where it is, as known without and with this release; before: None: nothing was told.
        same: how many other records could be the same place.
    """

    number: int | None
    told: int
    exact: bool
    before: MeterCellView | None
    after: MeterCellView
    same: int


class MeterTotalsView(Struct, frozen=True):
    """Of all places: records, places at least if all that could be the same are, repeats, the earliest and
    latest time, the shortest window in seconds, the smallest ground in square metres.
    """

    records: int
    places: int
    repeats: int
    earliest: str | None
    latest: str | None
    shortest_s: float | None
    smallest_m2: int | None


class MeterView(Struct, frozen=True):
    """What could be inferred from a release with all that was told before, in figures.

    Attributes:
        recipients: whose knowledge is put together: the recipient's, and that of its declared allies.
        before, after: of all places together, without and with this release.
        places: those of this release first.
        outcome: as it is; coarser; unless the same; no grid helps (desk.inference.Suggestion).
        grid: the smallest cells that leave as much unknown as is wanted; None where there are none.
        wanted_m, wanted_s: how little may be known: no ground shorter, no window under that.
        text: the same in lines for people.
    """

    release: str
    recipients: tuple[str, ...]
    before: MeterTotalsView
    after: MeterTotalsView
    places: tuple[MeterPlaceView, ...]
    outcome: str
    grid: ReleaseGridView | None
    wanted_m: float
    wanted_s: float
    text: str


def asked(node: Node, state: State, known: Own) -> Asked:
    """What is to be measured of a release; the node is held."""
    recipients = knowing(state, known.document.recipient)
    earlier: list[Told] = []
    for each in state.releases.values():
        if each.id != known.id and each.document.recipient in recipients and _leaves(each):
            earlier += _of_release(each, each.delivered[0][0] if each.delivered else each.at_ms)
    for name in recipients:
        found = state.recipients.get(name)
        for line in node.all_lines():
            if found is not None and line.state.peer == found.party:
                earlier += _on_line(node, line, name)
    now = list(_of_release(known, node.clock.now()))
    numbers = {
        key(source): record.number
        for source, record in zip(known.drafted.sources, known.document.records, strict=True)
    }
    true = _true(node)
    mine = {each: true[each] for each in numbers if true.get(each)}
    return Asked(known.id, tuple(sorted(recipients)), tuple(earlier), tuple(now), mine, numbers)


def shown(found: Asked, wanted: Wanted = WANTED) -> MeterView:
    """The figures; they may take long, and need nothing of the node."""
    made = inference.suggest(found.earlier, found.now, found.true, wanted)
    meter: Meter = inference.measure(found.earlier, found.now)
    names = {each: f"record {number}" for each, number in found.numbers.items()}
    words = [words_of.text(meter, names), *(f"{each}\n" for each in words_of.suggestion(made, wanted, names))]
    return MeterView(
        found.release,
        found.recipients,
        _totals(meter.before),
        _totals(meter.after),
        tuple(_place(each, found.numbers) for each in meter.places),
        made.outcome,
        None if made.grid is None else grid(made.grid),
        wanted.extent / METRE,
        wanted.window / SECOND,
        "".join(words),
    )


def knowing(state: State, name: str) -> frozenset[str]:
    """Whose knowledge is one with a recipient's: who is tied to it by allies, from either side, and so on."""
    ties: dict[str, set[str]] = {}
    for each in state.recipients.values():
        for ally in each.allies:
            ties.setdefault(each.name, set()).add(ally)
            ties.setdefault(ally, set()).add(each.name)
    found, left = {name}, [name]
    while left:
        for other in ties.get(left.pop(), set()) - found:
            found.add(other)
            left.append(other)
    return frozenset(found)


def key(source: Source) -> str:
    """The same for the same thing, whatever version of it and however it is told."""
    return " ".join((source.kind, source.line or "", source.id, source.part))


def _leaves(known: Own) -> bool:
    """Whether it has left, or can at any moment: of two that are approved side by side each counts."""
    return bool(known.delivered) or (bool(known.signed) and known.withdrawn_ms is None)


def _of_release(known: Own, at_ms: int) -> Iterator[Told]:
    for source, record in zip(known.drafted.sources, known.document.records, strict=True):
        if record.volumes:
            yield _told(known.document.recipient, at_ms, source, record)


def _told(recipient: str, at_ms: int, source: Source, record: Record) -> Told:
    return Told(recipient, at_ms, key(source), record.volumes, record.level, record.grid)


def _on_line(node: Node, line: OpenLine, recipient: str) -> Iterator[Told]:
    """All with a place that this party has told on a line."""
    me = line.state.party
    plans = {ids.notice_of(line.id, each): each for each in node.private.plans.plans}
    force = line.fold.standing.in_force
    cells = GRID if force is None else force.version.agreement.rules.coarse
    for placed in line.state.order.placed:
        entry = placed.entry
        if entry.header.origin.party != me or entry.header.type != notice_entries.Told.TYPE or not entry.body:
            continue
        try:
            said = notice_entries.read(entry) if body.understood(entry, notice_entries.KNOWN) else None
        except Invalid:
            continue  # nothing of it counts
        if isinstance(said, notice_entries.Told) and said.volumes:
            own_plan = plans.get(said.notice)
            source = Source("notice", said.notice, line.id) if own_plan is None else Source("plan", own_plan)
            at_ms, exact = entry.header.at_ms, said.level == "full"
            yield _cells(recipient, at_ms, source, said.volumes, None if exact else cells)
    lists = {site_lists.list_id(line.state.line, each): each for each in node.private.sites.lists}
    for versions in line.fold.all.sites.of(me):
        for version in versions:
            own = lists.get(version.said.list, version.said.list)
            for row in version.rows:
                yield _cells(recipient, version.at_ms, Source("sites", own, part=row.id), row.volumes, None)
    # also what does not hold any more: it was told
    for policy in line.fold.all.statements.of(me, "declaration"):
        area = policies.volumes(policy)
        if area:
            yield _cells(recipient, policy.at_ms, Source("statement", policy.id), area, None)


def _cells(
    recipient: str, at_ms: int, source: Source, volumes: tuple[Volume, ...], cells: Step | None
) -> Told:
    return Told(recipient, at_ms, key(source), volumes, "full" if cells is None else "coarse", cells)


def _true(node: Node) -> dict[str, tuple[Volume, ...]]:
    """The true volumes of own plans and own rows."""
    found = {key(Source("plan", each)): own.plan.volumes for each, own in node.private.plans.plans.items()}
    for of, held in node.private.sites.lists.items():
        for name, row in held.rows.items():
            found[key(Source("sites", of, part=name))] = row.row.volumes
    return found


def _totals(found: Totals) -> MeterTotalsView:
    return MeterTotalsView(
        found.records,
        found.places,
        found.repeats,
        None if found.earliest is None else time(found.earliest),
        None if found.latest is None else time(found.latest),
        None if found.shortest is None else found.shortest / 1_000,
        found.smallest_m2,
    )


def _place(found: Place, numbers: Mapping[str, int]) -> MeterPlaceView:
    return MeterPlaceView(
        numbers.get(found.key),
        found.told,
        found.exact,
        None if found.before is None else _cell(found.before),
        _cell(found.after),
        found.others,
    )


def _cell(found: Cell) -> MeterCellView:
    return MeterCellView(
        found.north_south / METRE,
        found.east_west / METRE,
        found.area_m2,
        None if found.height is None else found.height / METRE,
        None if found.from_ms is None else time(found.from_ms),
        None if found.until_ms is None else time(found.until_ms),
    )
