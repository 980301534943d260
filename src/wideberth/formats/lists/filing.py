"""Entries become plans: points of one movement a route, rows of volumes of one plan one plan."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from wideberth.errors import Invalid, shorten
from wideberth.formats.lists.entries import Entry
from wideberth.formats.profile import NO_PARTY
from wideberth.formats.properties import TEXT_LIMIT
from wideberth.formats.published import ANTIMERIDIAN, DOUBT, free_name
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.space import stated
from wideberth.space.ground import crosses_antimeridian
from wideberth.space.route import route
from wideberth.space.units import DEGREE
from wideberth.space.volume import Pad, Volume, check_volume

KNOTS = "rows with one id, a place and a time or a number in order are the points of one movement"
SORTED = "the points of a movement were put in the order of {}"
WHOLE = "a movement whose points have no time each is read as everywhere along them the whole time"
NO_TOLERANCE = "a movement states no time_pad, read as 0 s before and after its times"


def assemble(
    entries: Sequence[Entry],
    options: Options,
    tally: Tally,
    faults: Sequence[Invalid],
    incomplete: frozenset[tuple[str, str]],
) -> Reading:
    """The plans of the entries, in the order of their first rows. What cannot be a plan joins the faults.

    `incomplete` are (party, id) of rows that could not be read: a movement without one of its points would
    lead elsewhere, so it is refused.
    """
    wrong = list(faults)
    filed: list[Filed] = []
    taken: dict[tuple[str, str], int] = {}
    doubt = 0
    for group in _groups(entries):
        first = group[0]
        party = first.party
        if not party:
            party = shorten(options.file, TEXT_LIMIT)
            tally.tell(NO_PARTY.format(party), first.where)
        try:
            volumes, where = _volumes(group, options, tally, incomplete)
        except Invalid as error:
            wrong.append(error)
            continue
        for volume in volumes:
            if crosses_antimeridian(volume.ground):
                tally.tell(ANTIMERIDIAN, first.where)
        doubt = max(doubt, *(one.doubt for one in group))
        plan = Plan(
            party=party,
            id=free_name(party, first.id, taken, first.where, tally),
            volumes=volumes,
            activity=first.activity or UNSPECIFIED,
            state=first.state,
            priority=first.priority,
            label=first.label,
            callsign=first.callsign,
            note=first.note,
            variant_of=first.variant_of,
            review=first.review,
        )
        filed.append(Filed(plan, where))
    notes = tally.notes()
    if doubt:
        notes = (*notes, DOUBT.format(f"{doubt / 10_000:,.0f} m" if doubt >= 10_000 else "1 m"))
    return Reading(tuple(filed), notes, tuple(wrong))


def _groups(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Rows that make one plan together; all others stand alone."""
    groups: dict[object, list[Entry]] = {}
    for n, one in enumerate(entries):
        together = one.kind == "volume" or (one.knot is not None and "id" in one.fields)
        key: object = (one.party, one.id, one.kind) if together else n
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _volumes(
    group: Sequence[Entry], options: Options, tally: Tally, incomplete: frozenset[tuple[str, str]]
) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
    first = group[0]
    if first.kind == "volume":
        for one in group[1:]:
            if _attributes(one) != _attributes(first):
                wanted = f"the same activity, state, texts and times of review as in {first.where}"
                raise Invalid("list.plan_differs", one.where, f"plan {one.id}", wanted)
        return tuple(one.volumes[0] for one in group), tuple(one.where for one in group)
    if first.knot is not None and (first.party, first.id) in incomplete:
        wanted = "every row of a movement, each point of it"
        raise Invalid("list.incomplete", first.where, f"{first.id} without a row that cannot be read", wanted)
    if len(group) == 1 and first.knot is not None:
        stamp = first.knot.stamp
        if (stamp is not None and stamp.clock is not None) or first.knot.sequence is not None:
            wanted = (
                "two points or more with one id; or a start and an end; or, for a place that stays,"
                " `site` in a column record"
            )
            raise Invalid("list.one_point", first.where, "a single point of a movement", wanted)
    if len(group) == 1:
        return first.volumes, (first.where,) * len(first.volumes)
    tally.tell(KNOTS, first.where)
    made = _route(_in_order(group, tally), options, tally)
    return made, (f"{first.where} to {group[-1].where}",) * len(made)


def _attributes(one: Entry) -> tuple[object, ...]:
    return (
        one.activity,
        one.state,
        one.priority,
        one.label,
        one.callsign,
        one.note,
        one.variant_of,
        one.review,
    )


def _in_order(group: Sequence[Entry], tally: Tally) -> list[Entry]:
    """By number where every row has one, else by time where every row has one, else as they stand."""
    numbers = [one.knot.sequence for one in group if one.knot and one.knot.sequence is not None]
    times = [one.knot.early for one in group if one.knot and one.knot.early is not None]
    for keys, name in ((numbers, "their numbers"), (times, "their times")):
        if len(keys) == len(group):
            ordered = [
                one
                for _, _, one in sorted(
                    (key, n, one) for n, (key, one) in enumerate(zip(keys, group, strict=True))
                )
            ]
            if ordered != list(group):
                tally.tell(SORTED.format(name), group[0].where)
            return ordered
    return list(group)


def _route(group: Sequence[Entry], options: Options, tally: Tally) -> tuple[Volume, ...]:
    """The volumes of a movement with a row a point.

    Raises: Invalid (as `route.route` and `stated.corridor`).
    """
    first = group[0]
    knots = [one.knot for one in group if one.knot is not None]
    width = max(one.half_width for one in group)
    doubt = max(one.doubt for one in group)
    lower = group[0].volumes[0].lower if _same(one.volumes[0].lower for one in group) else None
    upper = group[0].volumes[0].upper if _same(one.volumes[0].upper for one in group) else None
    if lower is None or upper is None:
        raise Invalid(
            "list.limits_differ",
            first.where,
            f"limits of {first.id} that differ",
            "the same limits at every point",
        )
    line = [(knot.place.point[0] / DEGREE, knot.place.point[1] / DEGREE) for knot in knots]
    exact = all(knot.stamp is not None and knot.stamp.clock is not None for knot in knots)
    if exact:
        early = [knot.early for knot in knots if knot.early is not None]
        loose = max(
            knot.late - knot.early for knot in knots if knot.late is not None and knot.early is not None
        )
        tolerance = options.time_tolerance
        if tolerance is None:
            tolerance = 0
            tally.tell(NO_TOLERANCE, first.where)
        made = route(line, early, width, tolerance + loose, lower, upper, edges="geodesic", path=first.where)
    else:
        tally.tell(WHOLE, first.where)
        starts = [one.volumes[0].start for one in group]
        ends = [one.volumes[0].end for one in group]
        start = None if None in starts else min(each for each in starts if each is not None)
        end = None if None in ends else max(each for each in ends if each is not None)
        points = {knot.place.point for knot in knots}
        ground = (
            stated.circle(*line[0], width, first.where)
            if len(points) == 1
            else stated.corridor(line, width, "geodesic", first.where)
        )
        made = (check_volume(Volume(ground, lower, upper, start, end), first.where),)
    return tuple(
        Volume(v.ground, v.lower, v.upper, v.start, v.end, v.band, Pad(v.pad.h + doubt, v.pad.v, v.pad.t))
        for v in made
    )


def _same(values: object) -> bool:
    found = list(values)  # type: ignore[call-overload] # an iterable
    return all(a == b for a, b in itertools.pairwise(found))
