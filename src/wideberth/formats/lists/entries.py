"""Rows become sites, movements and volumes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.lists import cells, grounds, positions, words
from wideberth.formats.lists.moments import Stamp
from wideberth.formats.lists.row import RowReader
from wideberth.formats.lists.sheet import shown
from wideberth.model.plan import State, check_state
from wideberth.model.site import Grade, Site
from wideberth.space import stated
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Ground
from wideberth.space.place import Place
from wideberth.space.units import DEGREE
from wideberth.space.volume import Pad, Volume, check_volume

Kind = Literal["site", "movement", "volume"]

BOTH = "a row states a shape and a place or a way: both are held"
LINES = (
    "between the points of a movement the geodesic is taken:"
    " a road further from it than the half-width is not held"
)
SITE_END = "a site has no end: it stands until its owner withdraws it; its dates are not read"
GRADE = "a grade that is not known is read as unverified: {}"
RECORD = "a record is a site or a movement, not: {}; it is read as a site"
NO_LIMITS = "a movement without limits is read as SFC to UNL"
NO_TIMES = "a movement without start or end is read as in force until further notice"


class Knot(Struct, frozen=True):
    """A point of a movement that has a row for each."""

    place: Place
    stamp: Stamp | None
    early: int | None
    late: int | None
    sequence: int | None


class Entry(Struct, frozen=True, kw_only=True):
    """One row. `fields` are its texts by meaning (no personal data), `at` its position where it has one.

    `volumes` are empty where a row is one point of a movement, `knot`.
    """

    kind: Kind
    where: str
    id: str
    name: str
    party: str
    fields: dict[str, str]
    at: tuple[int, int] | None
    volumes: tuple[Volume, ...] = ()
    site: Site | None = None
    knot: Knot | None = None
    half_width: int = 0
    doubt: int = 0
    activity: str = ""
    label: str = ""
    note: str = ""
    callsign: str = ""
    state: State = "accepted"
    priority: int = 0
    variant_of: str | None = None
    review: int | None = None


def entry(row: RowReader) -> Entry | None:
    """The entry of a row; None for an example and for a row with faults (`row.faults`)."""
    identity = row.text("id")
    if words.is_example(identity) and _untouched(row):
        row.tell("a row marked as an example is not read")
        return None
    kind = _kind(row)
    made = {"site": _site, "movement": _movement, "volume": _volume}[kind](row)
    return None if row.faults else made


def _untouched(row: RowReader) -> bool:
    """True for the example of a template as it was made: one written over is somebody's site."""
    keys = ("lat", "lon", "from", "to", "shape", "coordinates", "mgrs")
    held = {key: shown(row.cell(key)).rstrip("0") for key in keys}
    return all(not text or text == words.SAMPLE.get(key, "").rstrip("0") for key, text in held.items())


def _kind(row: RowReader) -> Kind:
    text = row.text("record")
    said = words.record(text) if text else None
    if text and said is None:
        row.tell(RECORD.format(shorten(text, 30)))
    if said in ("site", "movement", "volume"):
        return said  # type: ignore[return-value] # just asked
    timed = row.cell("time") is not None or row.cell("sequence") is not None
    return (
        "movement" if timed or any(row.cell(m) is not None for m in ("from", "to", "waypoints")) else "site"
    )


def _common(row: RowReader, kind: Kind, at: tuple[int, int] | None) -> dict[str, object]:
    fields = {meaning: row.text(meaning) for meaning in row.shared.table.columns}
    name = fields.get("name", "")
    found: dict[str, object] = {
        "kind": kind,
        "where": row.where,
        "id": fields.get("id") or name or row.where,
        "name": name,
        "party": fields.get("party", ""),
        "fields": {meaning: text for meaning, text in fields.items() if text},
        "at": at,
    }
    return found


def _place(row: RowReader) -> Place | None:
    """The place of a row from whichever columns state it. None is a fault."""
    datum = row.attempt(lambda: positions.datum_of(row.cell("datum"), row.path("datum")), None)
    found: list[tuple[Place, str]] = []
    if row.faults:
        return None
    for meaning in ("coordinates", "mgrs", "shape"):
        cell = row.cell(meaning)
        if cell is not None and not (meaning == "shape" and positions.is_area(cell)):
            read = positions.point if meaning == "shape" else positions.text
            place = row.attempt(partial(read, cell, datum, row.path(meaning)), None)
            found += [(place, meaning)] if place is not None else []
    lat, lon = row.cell("lat"), row.cell("lon")
    if lat is not None or lon is not None:
        place = row.attempt(lambda: positions.pair(lat, lon, datum, row.path("lat"), row.path("lon")), None)
        found += [(place, "lat")] if place is not None else []
    if row.faults:
        return None
    for place, _ in found:
        _tell(row, [place])
    if not found:
        meaning = next(
            m for m in ("lat", "coordinates", "mgrs", "from", "shape") if row.column(m) or m == "shape"
        )
        row.faults.append(
            Invalid("list.missing", row.path(meaning), "an empty cell", "a position in every row")
        )
        return None
    best = found[0][0]
    for place, meaning in found[1:]:
        best = row.attempt(partial(positions.agree, best, place, row.path(meaning)), best)
    return best


def _is_placed(row: RowReader) -> bool:
    """True where a column beside that of the shape states a place."""
    return any(row.cell(m) is not None for m in ("lat", "lon", "coordinates", "mgrs"))


def _tell(row: RowReader, places: Sequence[Place]) -> None:
    """What reading the places took for granted."""
    for place in places:
        for note in place.notes:
            row.tell(note)


def _site(row: RowReader) -> Entry | None:
    place = None
    shape: Ground | None = None
    if positions.is_area(row.cell("shape")):
        shape = row.attempt(lambda: grounds.ground(row), None)
    if not positions.is_area(row.cell("shape")) or _is_placed(row):
        place = _place(row)
    around = row.length("radius") or 0
    grade = _grade(row)
    review = row.review()
    if row.cell("start") is not None or row.cell("end") is not None:
        row.tell(SITE_END)
    if row.faults:
        return None
    doubt = place.doubt if place is not None else 0
    volumes = []
    if shape is not None:
        volumes.append(Volume(shape, SURFACE, UNLIMITED, None, None, None, Pad(h=around)))
    if place is not None:
        circle = row.attempt(lambda: stated.circle(*_lonlat(place), grounds.radius(row), row.where), None)
        if circle is None:
            return None
        if shape is not None:
            row.tell(BOTH)
        volumes.append(Volume(circle, SURFACE, UNLIMITED, None, None, None, Pad(h=doubt)))
        shape = shape if shape is not None else circle
    if shape is None:
        return None
    common = _common(row, "site", place.point if place is not None else None)
    texts = {m: row.text(m) for m in ("kind", "source", "note")}
    site = Site(
        id=str(common["id"]),
        name=str(common["name"]),
        ground=Circle(shape.centre, shape.radius + doubt, shape.slack)
        if isinstance(shape, Circle)
        else shape,
        kind=texts["kind"],
        grade=grade,
        source=texts["source"],
        review=review,
    )
    told = [texts["kind"], f"grade: {grade.replace('_', ' ')}"]
    told += [f"source: {texts['source']}"] if texts["source"] else []
    told += [texts["note"]] if texts["note"] else []
    return Entry(
        **common,  # type: ignore[arg-type] # as _common says
        volumes=tuple(volumes),
        site=site,
        doubt=doubt,
        activity="site",
        label=str(common["name"]),
        note="; ".join(text for text in told if text),
        review=review,
    )


def _lonlat(place: Place) -> tuple[float, float]:
    return place.point[0] / DEGREE, place.point[1] / DEGREE


def _grade(row: RowReader) -> Grade:
    text = row.text("grade")
    found = words.grade(text) if text else "unverified"
    if found is None:
        row.tell(GRADE.format(shorten(text, 30)))
        return "unverified"
    return found


def _limits(row: RowReader) -> tuple[Altitude, Altitude]:
    lower, upper = row.cell("lower"), row.cell("upper")
    if lower is None and upper is None:
        row.tell(NO_LIMITS)
    low = high = None
    if lower is not None:
        low = row.attempt(lambda: cells.altitude(lower, row.unit("lower"), "down", row.path("lower")), None)
    if upper is not None:
        high = row.attempt(lambda: cells.altitude(upper, row.unit("upper"), "up", row.path("upper")), None)
    return low or SURFACE, high or UNLIMITED


def _movement(row: RowReader) -> Entry | None:
    line_cells = [m for m in ("from", "via", "waypoints", "to") if row.cell(m) is not None]
    width = grounds.half_width(row)
    lower, upper = _limits(row)
    shaped = positions.is_area(row.cell("shape"))
    if not line_cells and not shaped:
        return _knot(row, width, lower, upper)
    if shaped and (row.cell("time") is not None or row.cell("sequence") is not None):
        wanted = "a shape with a start and an end, or a point with its time or number in order"
        row.faults.append(Invalid("list.shape", row.path("shape"), "a shape at one point of a way", wanted))
    datum = row.attempt(lambda: positions.datum_of(row.cell("datum"), row.path("datum")), None)
    points: list[Place] = []
    for meaning in line_cells:
        cell = row.cell(meaning)
        points += row.attempt(partial(positions.texts, cell, datum, row.path(meaning)), [])
    start, end = row.window()
    if start is None and end is None and not row.faults:
        row.tell(NO_TIMES)
    if row.faults:
        return None
    _tell(row, points)
    ways = [points] if points else []
    if _is_placed(row) or (not shaped and row.cell("shape") is not None):
        aside = _place(row)
        ways += [[aside]] if aside is not None else []
    if len(ways) + shaped > 1:
        row.tell(BOTH)
    doubt = max((place.doubt for way in ways for place in way), default=0)
    volumes: list[Volume] = []
    for way in ways:
        make = partial(_corridor, way, width, lower, upper, start, end, doubt, row.where)
        made = row.attempt(make, None)
        volumes += [made] if made is not None else []
    if points:
        row.tell(LINES)
    if shaped:
        volumes += row.attempt(lambda: [_shaped(row, lower, upper, start, end)], [])
    if row.faults:
        return None
    return _moving(row, ways[0][0].point if ways else None, tuple(volumes), doubt)


def _shaped(row: RowReader, lower: Altitude, upper: Altitude, start: int | None, end: int | None) -> Volume:
    pad = Pad(h=row.length("radius") or 0)
    return check_volume(Volume(grounds.ground(row), lower, upper, start, end, None, pad), row.where)


def _corridor(
    points: list[Place],
    width: int,
    lower: Altitude,
    upper: Altitude,
    start: int | None,
    end: int | None,
    doubt: int,
    path: str,
) -> Volume:
    """Everything along the points during the whole window; a single point is a circle."""
    line_ = [_lonlat(place) for place in points]
    ground: Ground
    if len({place.point for place in points}) == 1:
        ground = stated.circle(*line_[0], width, path)
    else:
        ground = stated.corridor(line_, width, "geodesic", path)
    return check_volume(Volume(ground, lower, upper, start, end, None, Pad(h=doubt)), path)


def _moving(
    row: RowReader, at: tuple[int, int] | None, volumes: tuple[Volume, ...], doubt: int, **more: object
) -> Entry:
    common = _common(row, "movement", at)
    return Entry(
        **common,  # type: ignore[arg-type] # as _common says
        volumes=volumes,
        doubt=doubt,
        activity=row.text("activity") or "movement",
        label=str(common["name"]),
        note=row.text("note"),
        callsign=row.text("callsign"),
        review=row.review(),
        **more,  # type: ignore[arg-type] # given below
    )


def _knot(row: RowReader, width: int, lower: Altitude, upper: Altitude) -> Entry | None:
    """A row that is one point of a movement, or stands at one place for a time."""
    place = _place(row)
    day, stamp = row.stamp("date"), row.stamp("time")
    if stamp is not None and stamp.day is None:
        base = day if day is not None else row.stamp("start")
        if base is None or base.day is None:
            wanted = "a day beside the time: in the cell, or in a column date"
            row.faults.append(Invalid("list.no_day", row.path("time"), shown(row.cell("time")), wanted))
        else:
            stamp = Stamp(base.day, stamp.clock, stamp.offset)
    sequence = row.cell("sequence")
    number = None
    if sequence is not None:
        number = row.attempt(lambda: cells.whole(sequence, row.path("sequence"), 0, 1_000_000), None)
    start, end = (None, None) if stamp is not None else row.window()
    if row.faults or place is None:
        return None
    if stamp is not None:
        start, end = row.instant(stamp, "start", "time"), row.instant(stamp, "end", "time")
    if row.faults:
        return None
    ground = row.attempt(lambda: stated.circle(*_lonlat(place), width, row.where), None)
    if ground is None:
        return None
    volume = row.attempt(
        lambda: check_volume(Volume(ground, lower, upper, start, end, None, Pad(h=place.doubt)), row.where),
        None,
    )
    if volume is None:
        return None
    knot = Knot(place, stamp, start, end, number)
    return _moving(row, place.point, (volume,), place.doubt, knot=knot, half_width=width)


def _volume(row: RowReader) -> Entry | None:
    """A row that `writer` wrote, or that states a shape and everything else as one."""
    ground = row.attempt(lambda: grounds.ground(row), None)
    lower, upper = _limits(row)
    start, end = row.window()
    pad = Pad(
        h=grounds.margin(row, "pad", 1),
        v=grounds.margin(row, "vertical_pad", 1),
        t=grounds.margin(row, "time_pad", 10),
    )
    band = row.attempt(lambda: grounds.band(row), None)
    priority = row.cell("priority")
    number = 0
    if priority is not None:
        number = row.attempt(lambda: cells.whole(priority, row.path("priority"), 1 - 2**31, 2**31 - 1), 0)
    said = row.text("state")
    accepted: State = "accepted"
    state = row.attempt(lambda: check_state(said or "accepted", row.path("state")), accepted)
    if row.faults or ground is None:
        return None
    volume = row.attempt(
        lambda: check_volume(Volume(ground, lower, upper, start, end, band, pad), row.where), None
    )
    if volume is None:
        return None
    texts = {m: row.exact(m) for m in ("id", "party", "name", "activity", "note", "callsign", "variant")}
    review = row.review()
    if row.faults:
        return None
    return Entry(
        kind="volume",
        where=row.where,
        id=texts["id"] or row.where,
        name=texts["name"],
        party=texts["party"],
        fields={meaning: text for meaning in row.shared.table.columns if (text := row.text(meaning))},
        at=ground.centre if isinstance(ground, Circle) else None,
        volumes=(volume,),
        activity=texts["activity"],
        label=texts["name"],
        note=texts["note"],
        callsign=texts["callsign"],
        state=state,
        priority=number,
        variant_of=texts["variant"] or None,
        review=review,
    )
