"""From features as they stand in a file to plans: the rules that GeoJSON and KML share.

A reader of one format turns each feature into a `Raw`: its shapes as numbers, its properties as they
are, and where they stood. `assemble` does the rest: shapes become grounds (edges straight in
longitude and latitude), properties become values, features of one party and plan become volumes of
one plan, and every default that was taken is told once for the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import TypeVar, cast

from msgspec import Struct, structs

from wideberth.errors import Invalid, shorten
from wideberth.formats import properties as stated
from wideberth.formats.raw import Raw, RawLine, RawPoint, RawShape, Tally
from wideberth.formats.reading import Filed, Options, Reading
from wideberth.formats.repeats import Window, expand
from wideberth.model.plan import UNSPECIFIED, Plan, State, check_state
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Ground, crosses_antimeridian
from wideberth.space.route import route
from wideberth.space.stated import Position, circle, corridor, polygon
from wideberth.space.units import METRE
from wideberth.space.volume import Volume, check_volume

T = TypeVar("T")

NO_PARTY = "no party is stated, read as {!r}"
NO_PLAN = "no plan id is stated, named after the file and the position in it"
NO_ALTITUDE = "no altitude is stated, read as SFC to UNL"
NO_LOWER = "no lower limit is stated, read as SFC"
NO_UPPER = "no upper limit is stated, read as UNL"
NO_TIME = "no start and no end are stated, read as in force until further notice"
NO_START = "no start is stated, read as in force already"
NO_END = "no end is stated, read as in force until further notice"
NO_TIME_PAD = "a route states no time_pad_s, read as 0 s"
TWO_TIMES = "a time of a route has two readings (leap second, repeated hour): its time pad is {:g} s wider"
MSL_TEXT = 'the altitude "MSL" may be height above the geoid (MSL) or on QNH (ALT), read as both'
ANTIMERIDIAN = "an edge crosses the antimeridian (180°) the short way"
MOST_REPEATED = 200_000
"""Volumes of one file that repeats make."""
RADIUS = "a point without radius_m was given the radius asked for, {:g} m"
WIDTH = "a line without half_width_m was given the half-width asked for, {:g} m"
COLLAPSED = "repeated neighbouring positions were taken as one"


class _Part(Struct, frozen=True):
    """One feature, interpreted; None where a property is absent."""

    party: str
    id: str
    named: bool
    path: str
    activity: str | None
    state: State | None
    priority: int | None
    variant_of: str | None
    label: str | None
    callsign: str | None
    note: str | None
    review: int | None
    volumes: tuple[Volume, ...]
    where: tuple[str, ...]


class Spoiled(Struct, frozen=True):
    """A feature that could not be read, and the plan it states, if it does."""

    error: Invalid
    plan: object = None


def assemble(features: Sequence[Raw], options: Options, spoiled: Sequence[Spoiled] = ()) -> Reading:
    """The plans of a file. Plans and volumes keep the order of the features.

    With `options.keep_good` features that cannot be read become faults, as do those that the format's reader
    has `spoiled` already; a plan of several features with one among these is left out whole, for half of a
    plan would look like all of it.

    Raises: Invalid (`profile.*`, `plan.*`, `text.*`, `pad.*`, `route.*`, `time.*`, `altitude.*`,
    `frequency.*`, `geometry.*`).
    """
    tally = Tally()
    _check_ids(features)
    parts: dict[tuple[str, str], list[_Part]] = {}
    repeated = 0
    wrong = list(spoiled)
    for n, raw in enumerate(features, start=1):
        try:
            part = _part(raw, n, options, tally, MOST_REPEATED - repeated)
        except Invalid as error:
            if not options.keep_good:
                raise
            wrong.append(Spoiled(error, raw.properties.get("plan")))
            continue
        if raw.properties.get("repeats") is not None:
            repeated += len(part.volumes)
        parts.setdefault((part.party, part.id), []).append(part)
    halves = {one.plan for one in wrong if isinstance(one.plan, str)}
    faults = [one.error for one in wrong]
    faults += [
        Invalid("plan.incomplete", group[0].path, name, "a plan whose every feature can be read")
        for (_, name), group in parts.items()
        if name in halves
    ]
    whole = (group for (_, name), group in parts.items() if name not in halves)
    return Reading(tuple(_filed(group) for group in whole), tally.notes(), tuple(faults))


def _check_ids(features: Sequence[Raw]) -> None:
    """Two features may share their id only as volumes of one plan that both name."""
    seen: dict[str, Raw] = {}
    for raw in features:
        if raw.fallback_id is None:
            continue
        first = seen.setdefault(raw.fallback_id, raw)
        if first is raw:
            continue
        plan = raw.properties.get("plan")
        if plan is None or plan != first.properties.get("plan"):
            wanted = f"an id of its own (also at {first.path}), or the same plan stated in both"
            raise Invalid("plan.repeated_id", raw.path, raw.fallback_id, wanted)


def _part(raw: Raw, n: int, options: Options, tally: Tally, room: int) -> _Part:
    found, path = raw.properties, raw.properties_path
    stated.check_keys(found, path)
    for note in raw.told:
        tally.tell(note, raw.path)
    party = stated.text(found, "party", path)
    if party is None:
        party = shorten(options.file, stated.TEXT_LIMIT)
        tally.tell(NO_PARTY.format(party), raw.path)
    plan_id, named = _plan_id(raw, n, options, tally)
    label = stated.text(found, "label", path)
    if label is None and raw.label and raw.label != plan_id:
        label = stated.check_text(raw.label, f"{raw.path}.name")
    state = stated.text(found, "state", path)
    volumes, where = _volumes(raw, options, tally, room)
    return _Part(
        party=party,
        id=plan_id,
        named=named,
        path=raw.path,
        activity=stated.text(found, "activity", path),
        state=None if state is None else check_state(state, f"{path}.state"),
        priority=stated.priority(found, path),
        variant_of=stated.text(found, "variant_of", path),
        label=label,
        callsign=stated.text(found, "callsign", path),
        note=stated.text(found, "note", path),
        review=stated.instant(found, "review", path, options.zone),
        volumes=volumes,
        where=where,
    )


def _plan_id(raw: Raw, n: int, options: Options, tally: Tally) -> tuple[str, bool]:
    """The plan's id, and whether the feature states it as `plan`."""
    plan = stated.text(raw.properties, "plan", raw.properties_path)
    if plan is not None:
        return plan, True
    if raw.fallback_id is not None:
        return stated.check_name(raw.fallback_id, f"{raw.path}.id"), False
    tally.tell(NO_PLAN, raw.path)
    return f"{shorten(PurePath(options.file).name, stated.TEXT_LIMIT)}#{n}", False


def _filed(group: Sequence[_Part]) -> Filed:
    """One plan of the features that carry its party and id."""
    first = group[0]
    for part in group[1:]:
        if not (part.named and first.named):
            wanted = f"an id of its own (also at {first.path}), or the same plan stated in both"
            raise Invalid("plan.repeated_id", part.path, part.id, wanted)
    state: State | None = _agreed("state", ((part.path, part.state) for part in group))
    plan = Plan(
        party=first.party,
        id=first.id,
        volumes=tuple(volume for part in group for volume in part.volumes),
        activity=_agreed("activity", ((part.path, part.activity) for part in group)) or UNSPECIFIED,
        state=state or "accepted",
        priority=_agreed("priority", ((part.path, part.priority) for part in group)) or 0,
        label=_joined(part.label for part in group),
        callsign=_joined(part.callsign for part in group),
        note=_joined(part.note for part in group),
        variant_of=_agreed("variant_of", ((part.path, part.variant_of) for part in group)),
        review=min((part.review for part in group if part.review is not None), default=None),
    )
    return Filed(plan, tuple(where for part in group for where in part.where))


def _agreed(key: str, values: Iterable[tuple[str, T | None]]) -> T | None:
    """The one value that the features of a plan state; those that state none agree with any."""
    first: tuple[str, T] | None = None
    for path, value in values:
        if value is None:
            continue
        if first is not None and value != first[1]:
            wanted = f"one {key} for all volumes of a plan ({first[0]} states {first[1]!r})"
            raise Invalid("plan.differs", f"{path}, {key}", value, wanted)
        first = first or (path, value)
    return None if first is None else first[1]


def _joined(texts: Iterable[str | None]) -> str:
    """The different texts of a plan's features, sorted, so that the order of features does not matter."""
    return "; ".join(sorted({text for text in texts if text}))


def _volumes(
    raw: Raw, options: Options, tally: Tally, room: int
) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
    """The volumes of one feature, and the place of each; `room` bounds how many repeats may make."""
    _check_fit(raw)
    windows = _repeated(raw, options, tally, room)
    volumes: list[Volume] = []
    where: list[str] = []
    for shape in raw.shapes:
        made = _shape_volumes(raw, shape, windows, options, tally)
        volumes.extend(made)
        where.extend([shape.where or raw.path] * len(made))
        if any(crosses_antimeridian(volume.ground) for volume in made):
            tally.tell(ANTIMERIDIAN, raw.path)
    return tuple(volumes), tuple(where)


def _check_fit(raw: Raw) -> None:
    """Refuse measures that none of the feature's shapes could use: somebody meant something else."""
    kinds = {type(shape) for shape in raw.shapes}
    for key, kind, wanted in (
        ("radius_m", RawPoint, "radius_m on a Point only"),
        ("half_width_m", RawLine, "half_width_m on a line only"),
        ("times", RawLine, "times on a line only"),
        ("time_pad_s", RawLine, "time_pad_s on a line with times only"),
    ):
        if raw.properties.get(key) is not None and kind not in kinds:
            raise Invalid("profile.wrong_shape", f"{raw.properties_path}.{key}", raw.properties[key], wanted)


def _repeated(raw: Raw, options: Options, tally: Tally, room: int) -> tuple[Window, ...] | None:
    """The windows of a feature that repeats, None where it does not."""
    found, path = raw.properties, raw.properties_path
    text = stated.text(found, "repeats", path)
    if text is None:
        return None
    if raw.window is not None:
        wanted = "start and end as keys, as days, beside repeats; no TimeSpan, no TimeStamp"
        raise Invalid("time.twice", raw.path, "times in two places", wanted)
    timed = any(isinstance(shape, RawLine) and shape.times is not None for shape in raw.shapes)
    if timed or found.get("times") is not None:
        wanted = "repeats without times: a route is flown once"
        raise Invalid("repeats.route", f"{path}.repeats", text, wanted)
    windows, notes = expand(
        text,
        stated.text(found, "start", path),
        stated.text(found, "end", path),
        zone=options.zone,
        as_of=options.as_of,
        path=path,
    )
    if len(windows) * len(raw.shapes) > room:
        wanted = f"at most {MOST_REPEATED:,} volumes of a file from repeats"
        shown = f"{len(windows):,} occurrences of {len(raw.shapes):,} shapes"
        raise Invalid("repeats.too_many", f"{path}.repeats", shown, wanted)
    for note in notes:
        tally.tell(note, raw.path)
    return windows


def _shape_volumes(
    raw: Raw, shape: RawShape, windows: tuple[Window, ...] | None, options: Options, tally: Tally
) -> tuple[Volume, ...]:
    found, path = raw.properties, raw.properties_path
    lower, upper = _limits(raw, shape, tally)
    pad = stated.pad(found, path)
    band = stated.band(found, path)
    if isinstance(shape, RawLine) and (shape.times is not None or found.get("times") is not None):
        legs = _route(raw, shape, lower, upper, options, tally)
        made = tuple(structs.replace(leg, band=band, pad=pad) for leg in legs)
    else:
        if found.get("time_pad_s") is not None:
            wanted = "time_pad_s beside times only"
            raise Invalid("route.no_times", f"{path}.time_pad_s", found["time_pad_s"], wanted)
        each = (_window(raw, options, tally),) if windows is None else windows
        # one ground for all: the search keeps each distinct ground once
        ground = _ground(raw, shape, options, tally)
        made = tuple(Volume(ground, lower, upper, start, end, band, pad) for start, end in each)
    return tuple(check_volume(volume, raw.path) for volume in made)


def _limits(raw: Raw, shape: RawShape, tally: Tally) -> tuple[Altitude, Altitude]:
    """Lower and upper limit: as stated, else those of the geometry, else SFC to UNL (told)."""
    lower = stated.altitude(raw.properties, "lower", raw.properties_path)
    upper = stated.altitude(raw.properties, "upper", raw.properties_path)
    for key, limit in (("lower", lower), ("upper", upper)):
        if limit is not None and limit.datum == "MSL/ALT" and isinstance(raw.properties.get(key), str):
            tally.tell(MSL_TEXT, f"{raw.properties_path}.{key}")
    if lower is None and upper is None:
        if shape.lower is None and shape.upper is None:
            tally.tell(NO_ALTITUDE, raw.path)
        lower, upper = shape.lower, shape.upper
    elif lower is None or upper is None:
        tally.tell(NO_LOWER if lower is None else NO_UPPER, raw.path)
    return lower or SURFACE, upper or UNLIMITED


def _window(raw: Raw, options: Options, tally: Tally) -> tuple[int | None, int | None]:
    """Start and end: as stated, or as the format itself states, not both; missing ones are told."""
    start = stated.instant(raw.properties, "start", raw.properties_path, options.zone)
    end = stated.instant(raw.properties, "end", raw.properties_path, options.zone)
    if raw.window is not None:
        if start is not None or end is not None:
            raise Invalid("time.twice", raw.path, "times in two places", "start and end in one place")
        start, end = raw.window
    if start is None and end is None:
        tally.tell(NO_TIME, raw.path)
    elif start is None or end is None:
        tally.tell(NO_START if start is None else NO_END, raw.path)
    return start, end


def _ground(raw: Raw, shape: RawShape, options: Options, tally: Tally) -> Ground:
    """The ground of a shape that is not a route."""
    found, path = raw.properties, raw.properties_path
    if isinstance(shape, RawPoint):
        radius = stated.length(found, "radius_m", path)
        if radius is None and options.radius is not None:
            radius = options.radius
            tally.tell(RADIUS.format(radius / METRE), raw.path)
        if radius is None:
            wanted = "radius_m, a number of metres, or --radius for all"
            raise Invalid("geometry.no_radius", raw.path, "a Point without radius_m", wanted)
        return circle(shape.at[0], shape.at[1], radius, shape.path, wrap=options.wrap)
    if isinstance(shape, RawLine):
        line = cast(Sequence[Position], shape.points)  # `ground` checks that they are numbers
        made = corridor(line, _half_width(raw, options, tally), "lonlat", shape.path, wrap=options.wrap)
        _tell_collapsed(len(line), len(made.points), raw, tally)
        return made
    rings = cast(Sequence[Sequence[Position]], shape.rings)  # likewise
    area = polygon(rings, "lonlat", shape.path, closed=True, wrap=options.wrap)
    _tell_collapsed(sum(len(ring) - 1 for ring in rings), sum(map(len, area.rings)), raw, tally)
    return area


def _half_width(raw: Raw, options: Options, tally: Tally) -> int:
    width = stated.length(raw.properties, "half_width_m", raw.properties_path)
    if width is None and options.half_width is not None:
        width = options.half_width
        tally.tell(WIDTH.format(width / METRE), raw.path)
    if width is None:
        wanted = "half_width_m, a number of metres, or --half-width for all"
        raise Invalid("geometry.no_half_width", raw.path, "a line without half_width_m", wanted)
    return width


def _tell_collapsed(given: int, kept: int, raw: Raw, tally: Tally) -> None:
    if kept < given:
        tally.tell(COLLAPSED, raw.path)


def _route(
    raw: Raw, shape: RawLine, lower: Altitude, upper: Altitude, options: Options, tally: Tally
) -> tuple[Volume, ...]:
    """The legs of a timed line (GEOMETRY, Routes)."""
    found, path = raw.properties, raw.properties_path
    if raw.window is not None or any(found.get(key) is not None for key in ("start", "end")):
        wanted = "times only, one per vertex"
        raise Invalid("route.start_or_end", raw.path, "a route with a start or end", wanted)
    listed = stated.vertex_times(found, path, options.zone)
    if listed is not None and shape.times is not None:
        raise Invalid("time.twice", f"{path}.times", "times in two places", "times in one place")
    times, doubt = listed or shape.times or ((), 0)
    if len(times) != len(shape.points):
        wanted = f"{len(shape.points)} times, one per vertex"
        raise Invalid("route.times", f"{path}.times", f"{len(times)} times", wanted)
    if doubt > 1:  # a fraction of a millisecond is not worth telling
        tally.tell(TWO_TIMES.format(doubt / 1000), raw.path)
    early_late = stated.duration(found, "time_pad_s", path)
    if early_late is None:
        tally.tell(NO_TIME_PAD, raw.path)
    return route(
        cast(Sequence[Position], shape.points),  # `route` checks that they are numbers
        times,
        _half_width(raw, options, tally),
        (early_late or 0) + doubt,
        lower,
        upper,
        edges="lonlat",
        path=shape.path,
        wrap=options.wrap,
    )
