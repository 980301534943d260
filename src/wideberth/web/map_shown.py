"""The map of the console: shapes that an account may see, volumes as shapes, places as they are read."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats import drawn as geometries
from wideberth.formats import native
from wideberth.node import map_shapes
from wideberth.node.map_shapes import KINDS, RESTRICTED, Kind, MapView
from wideberth.node.places import towns
from wideberth.node.views import time
from wideberth.space.doubts import doubts
from wideberth.space.echo import echoes
from wideberth.space.nearest import compass, nearest
from wideberth.space.notation import read_place
from wideberth.space.units import DEGREE, METRE
from wideberth.space.words import kilometres
from wideberth.web.call import Call
from wideberth.web.roles import SITES
from wideberth.web.route import ANYBODY, LARGE, Route

WHAT: Final = "what"
TEXT: Final = "text"
LONGEST: Final = 200
"""Characters of a place."""
MOST: Final = 10_000
"""Volumes that are drawn at a time."""
POINTS = 1_000_000
"""Points of what is drawn at a time: a large polygon of four corners has thousands."""


class ToDraw(Struct, frozen=True, forbid_unknown_fields=True):
    """Volumes as the native JSON has them."""

    volumes: tuple[dict[str, Any], ...]


class ShapeOf(Struct, frozen=True):
    """A volume to draw: as MapShape has it."""

    geometry: dict[str, Any]
    start: str | None
    end: str | None
    lower: dict[str, Any]
    upper: dict[str, Any]


class PlaceDoubt(Struct, frozen=True):
    """A reason to ask again: its kind (space.doubts.Kind), and in words."""

    kind: str
    text: str


class PlaceRead(Struct, frozen=True):
    """A place as it is read.

    Attributes:
        lat, lon: degrees. `doubt_m`: how far it may be off by the way it is written.
        notation: the one in which it is written. `all`: the place in every notation that has a name for it.
        nearest: the nearest town, in words; `credit` whose names of towns these are.
        doubts: reasons to ask again. `notes`: what else was understood.
    """

    lat: float
    lon: float
    doubt_m: float
    notation: str
    all: dict[str, str]
    nearest: str
    doubts: tuple[PlaceDoubt, ...]
    notes: tuple[str, ...]
    credit: str = "GeoNames (geonames.org), CC BY 4.0"


def shown(call: Call) -> MapView:
    """What there is. Raises: Invalid (`api.query`), Refused (`map.too_many`)."""
    asked = _kinds(call)
    missing = (
        () if SITES.intersection(call.who.roles) else tuple(each for each in asked if each in RESTRICTED)
    )
    now_ms = call.node.clock.now()
    kinds = frozenset(asked).difference(missing)
    return MapView(time(now_ms), map_shapes.shapes(call.node, kinds, now_ms), missing)


def drawn(call: Call) -> list[ShapeOf]:
    """Volumes as shapes, one each. Raises: Invalid (`map.volumes`, and as native.read)."""
    said = call.body.volumes
    if not 0 < len(said) <= MOST:
        raise Invalid("map.volumes", "volumes", f"{len(said):,} volumes", f"1 to {MOST:,} volumes")
    some = [native.volume_from_json(each, f"volumes[{i}]") for i, each in enumerate(said)]
    made: list[ShapeOf] = []
    points = 0
    for n, each in enumerate(some):
        made.append(ShapeOf(**map_shapes.of_volume(each)))
        points += geometries.points(made[-1].geometry)
        if points > POINTS:
            raise Invalid(
                "map.volumes", f"volumes[{n}]", f"over {POINTS:,} points", "fewer or smaller volumes"
            )
    return made


def place(call: Call) -> PlaceRead:
    """A place in any notation. Raises: Invalid (`api.query`, and as read_place)."""
    text = call.asked.get(TEXT, "")
    if not 0 < len(text) <= LONGEST:
        raise Invalid("api.query", TEXT, f"{len(text)} characters", f"a place, in up to {LONGEST} characters")
    where = read_place(text, TEXT)
    said = call.node.settings.position
    own = read_place(said, "position") if said else None
    town = nearest(towns(), where.point)
    way = f"{compass(town.bearing)} ({round(town.bearing) % 360:03}°)"
    return PlaceRead(
        lat=where.point[1] / DEGREE,
        lon=where.point[0] / DEGREE,
        doubt_m=where.doubt / METRE,
        notation=where.notation,
        all=echoes(where),
        nearest=f"{kilometres(town.distance)} {way} of {shorten(town.name)}, {town.country}",
        doubts=tuple(PlaceDoubt(each.kind, each.text) for each in doubts(where, own=own)),
        notes=where.notes,
    )


def _kinds(call: Call) -> tuple[Kind, ...]:
    """All, unless some are named."""
    said = call.asked.get(WHAT)
    if said is None:
        return KINDS
    named = said.split(",")
    for each in named:
        if each not in KINDS:
            raise Invalid("api.query", WHAT, each, f"some of {', '.join(KINDS)}, with commas between them")
    return tuple(each for each in KINDS if each in named)


ROUTES: Final = (
    Route("GET", "/v1/map", ANYBODY, None, MapView, shown,
          "All that the account may see, as shapes. `what`: some kinds with commas between them: plan, "
          "notice, site, movement, policy, allotment, hold, case, alert. Not what has been over for a day.",
          query=(WHAT,), heavy=True),
    Route("POST", "/v1/shapes", ANYBODY, ToDraw, list[ShapeOf], drawn,
          "Volumes in native JSON as shapes to draw, one each. Nothing is entered.", most=LARGE,
          heavy=True),
    Route("GET", "/v1/place", ANYBODY, None, PlaceRead, place,
          "What a place is read as, in every notation, with the doubts about it.", query=(TEXT,),
          present=True),
)  # fmt: skip
"""What of the API is about the map."""
