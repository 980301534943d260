"""Plans of QGroundControl (`.plan`), read: the mission as the corridors of its legs.

QGroundControl developer guide, Plan File Format: `mission.items` are simple items (one MAVLink item each)
and complex ones, which hold the items they stand for (survey, corridor scan) or the figures they are made
of (structure scan, landing patterns). Positions are latitude, longitude; heights are metres. A plan that
has only a geofence is read as the areas inside which it keeps the vehicle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import cast

from wideberth.errors import Invalid
from wideberth.formats import jsontext, mission
from wideberth.formats.mission import ABSOLUTE, ITEM_LIMIT, RELATIVE, Home, Item, level
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.formats.routed import NO_TIMES, Knot, Routed, assemble, corridors, margins
from wideberth.space.stated import circle, polygon
from wideberth.space.units import METRE, to_integer
from wideberth.space.volume import Volume, check_volume

WANTED = 'a plan of QGroundControl: {"fileType": "Plan", "mission": …}'
FENCE = "the geofence limits the vehicle, not the mission: it is not read"
ONLY_FENCE = "a plan without mission: its geofence is read as areas, SFC to UNL"
EXCLUSION = "exclusion areas of the geofence are not read"


Object = Mapping[str, object]


def is_plan(document: object) -> bool:
    """True for the JSON of a plan."""
    return isinstance(document, dict) and (
        document.get("fileType") in ("Plan", "Mission")
        or ("groundStation" in document and "mission" in document)
    )


def read(data: bytes, options: Options) -> Reading:
    """The mission of a plan file as one plan, without times; else the areas of its geofence.

    Raises: Invalid (`qgc.*`, `mission.*`, `json.*`, `geometry.*`, `altitude.*`).
    """
    document = jsontext.parse(data)
    if not isinstance(document, dict) or not is_plan(document):
        raise Invalid("qgc.not_a_plan", "", "another JSON document", WANTED)
    tally = Tally()
    name = PurePath(options.file).name
    stated = document.get("mission")
    # the oldest files are the mission object itself
    task = document if document.get("fileType") == "Mission" else _object(stated, "mission") if stated else {}
    home = _home(task.get("plannedHomePosition"))
    items = _Items(home, tally).read(task.get("items", []))
    rally = _rally(document.get("rallyPoints"), home, tally)
    vehicle = task.get("vehicleType")
    legs = mission.legs(
        items, home, tally, vehicle=vehicle if isinstance(vehicle, int) else None, rally=rally
    )
    fence = document.get("geoFence")
    if not legs:
        return _fence(fence, name, options, tally)
    if isinstance(fence, dict) and (fence.get("polygons") or fence.get("circles") or fence.get("polygon")):
        tally.tell(FENCE, "geoFence")
    margin = margins(options, tally, legs[0].begin.where)
    tally.tell(NO_TIMES, "mission")
    volumes, places = corridors(legs, margin, tally, options.wrap)
    record = Routed(id=name, where="mission", volumes=tuple(volumes), places=tuple(places))
    return assemble([record], options, tally)


def _fence(fence: object, name: str, options: Options, tally: Tally) -> Reading:
    """The areas inside which the geofence keeps the vehicle."""
    volumes: list[Volume] = []
    places: list[str] = []
    stated = _object(fence, "geoFence") if fence else {}
    for i, one in enumerate(_list(stated.get("polygons", []), "geoFence.polygons")):
        where = f"geoFence.polygons[{i}]"
        area = _object(one, where)
        if area.get("inclusion", True) is not True:
            tally.tell(EXCLUSION, where)
            continue
        ring = [_pair(p, f"{where}.polygon[{k}]") for k, p in enumerate(_list(area.get("polygon"), where))]
        made = polygon([ring], "geodesic", where, closed=False, wrap=options.wrap)
        volumes.append(check_volume(Volume(made), where))
        places.append(where)
    for i, one in enumerate(_list(stated.get("circles", []), "geoFence.circles")):
        where = f"geoFence.circles[{i}]"
        area = _object(one, where)
        if area.get("inclusion", True) is not True:
            tally.tell(EXCLUSION, where)
            continue
        inner = _object(area.get("circle"), f"{where}.circle")
        lon, lat = _pair(inner.get("center"), f"{where}.circle.center")
        radius = _number(inner.get("radius"), f"{where}.circle.radius")
        if radius is None:
            raise Invalid("qgc.type", f"{where}.circle.radius", "nothing", "a number of metres")
        grown = to_integer(min(max(radius, -1.0), 1e8), METRE, "up")
        volumes.append(Volume(circle(lon, lat, grown, where, wrap=options.wrap)))
        places.append(where)
    if not volumes:
        raise Invalid("mission.empty", "mission.items", "no item that is flown to", "one waypoint or more")
    tally.tell(ONLY_FENCE, "geoFence")
    tally.tell(NO_TIMES, "geoFence")
    record = Routed(id=name, where="geoFence", volumes=tuple(volumes), places=tuple(places))
    return assemble([record], options, tally)


def _home(value: object) -> Home | None:
    """[lat, lon, AMSL] or, in old files, a simple item with `coordinate`."""
    if value is None:
        return None
    if isinstance(value, dict):
        value = value.get("coordinate")
    lat, lon, height = _position(value, "mission.plannedHomePosition")
    return mission.home_of(lon, lat, height, "mission.plannedHomePosition")


def _rally(value: object, home: Home | None, tally: Tally) -> list[Knot]:
    """Rally points: latitude, longitude, height above home."""
    if not isinstance(value, dict):
        return []
    found: list[Knot] = []
    for i, point in enumerate(_list(value.get("points", []), "rallyPoints.points")):
        where = f"rallyPoints.points[{i}]"
        lat, lon, height = _position(point, where)
        if lat is None or lon is None:
            raise Invalid("mission.position", where, "half a position", "latitude and longitude")
        low, high = level(RELATIVE[0], height, home, tally, where)
        found.append(Knot(lon=lon, lat=lat, low=low, high=high, where=where))
    return found


class _Items:
    """The items of a mission in order, complex ones in their parts."""

    def __init__(self, home: Home | None, tally: Tally) -> None:
        self.home = home
        self.tally = tally
        self.found: list[Item] = []

    def read(self, value: object) -> list[Item]:
        for i, one in enumerate(_list(value, "mission.items")):
            self._item(_object(one, f"mission.items[{i}]"), f"mission.items[{i}]")
        return self.found

    def _item(self, item: Object, where: str) -> None:
        if len(self.found) >= ITEM_LIMIT:
            raise Invalid("mission.too_many", where, "more items", f"at most {ITEM_LIMIT:,}")
        kind = item.get("type")
        if kind in ("SimpleItem", "missionItem"):
            self.found.append(self._simple(item, where))
        elif kind == "ComplexItem":
            self._complex(item, where)
        else:
            raise Invalid("qgc.item", f"{where}.type", kind, "SimpleItem or ComplexItem")

    def _simple(self, item: Object, where: str) -> Item:
        params = [
            _number(value, f"{where}.params[{i}]")
            for i, value in enumerate(_list(item.get("params", []), f"{where}.params"))
        ]
        if "param1" in item:
            params = [_number(item.get(f"param{n}"), f"{where}.param{n}") for n in range(1, 5)]
        params += [None] * (4 - len(params))
        if len(params) < 7:
            params = [*params[:4], *_position(item.get("coordinate"), f"{where}.coordinate")]
        return Item(
            number=self._whole(item.get("doJumpId", item.get("id", 0)), f"{where}.doJumpId"),
            command=self._whole(item.get("command"), f"{where}.command"),
            frame=self._whole(item.get("frame"), f"{where}.frame"),
            params=tuple(params),
            where=where,
        )

    def _whole(self, value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 65_535:
            raise Invalid("qgc.type", where, value, "a whole number from 0 to 65,535")
        return value

    def _complex(self, item: Object, where: str) -> None:
        kind = item.get("complexItemType")
        inner = item.get("TransectStyleComplexItem")
        parts = inner.get("Items") if isinstance(inner, dict) else item.get("Items")
        if isinstance(parts, list) and parts:
            for i, part in enumerate(parts):
                at = f"{where}.TransectStyleComplexItem.Items[{i}]"
                one = _object(part, at)
                if one.get("type") == "ComplexItem":
                    raise Invalid("qgc.item", f"{at}.type", "a complex item in another", "SimpleItem")
                self._item(one, at)
        elif kind == "StructureScan":
            self._structure(item, where)
        elif isinstance(kind, str) and kind.lower() in ("fwlandingpattern", "vtollandingpattern"):
            self._landing(item, where)
        else:
            wanted = "a survey or corridor scan with its items, a structure scan, or a landing pattern"
            raise Invalid("qgc.item", f"{where}.complexItemType", kind, f"{wanted} (save it again)")

    def _structure(self, item: Object, where: str) -> None:
        """A structure scan circles its polygon at a distance, layer by layer, and comes from above or below.

        The way is the polygon moved outwards; each corner is passed within distance / sin(half its angle).
        """
        camera = _object(item.get("CameraCalc"), f"{where}.CameraCalc")
        away = self._stated(camera, "DistanceToSurface", f"{where}.CameraCalc")
        ring = [_pair(p, f"{where}.polygon[{k}]") for k, p in enumerate(_list(item.get("polygon"), where))]
        if len(ring) < 3:
            raise Invalid("geometry.too_few_points", f"{where}.polygon", f"{len(ring)} vertices", "3 or more")
        heights = [
            value
            for key in ("Altitude", "EntranceAlt", "EntranceAltitude", "ScanBottomAlt")
            if (value := _number(item.get(key), f"{where}.{key}")) is not None
        ]
        if not heights:
            raise Invalid("qgc.type", f"{where}.EntranceAltitude", "nothing", "a number of metres")
        tall = self._stated(item, "StructureHeight", where)
        frame = RELATIVE[0] if item.get("altitudeRelative", True) is True else ABSOLUTE[0]
        reach = max(0.0, away) * max(_mitre(ring, k) for k in range(len(ring)))
        number = self.found[-1].number if self.found else 0
        for height in (min(heights), max(heights) + max(0.0, tall)):
            for lon, lat in (*ring, ring[0]):
                # as a waypoint that is passed within a radius: the legs beside it are as much wider
                params = (None, reach, None, None, lat, lon, height)
                self.found.append(Item(number=number, command=16, frame=frame, params=params, where=where))

    def _landing(self, item: Object, where: str) -> None:
        """A circle at the approach, then the way down to the place of landing."""
        radius = _number(item.get("loiterRadius"), f"{where}.loiterRadius") or 0.0
        relative = item.get("altitudesAreRelative", item.get("landingAltitudeRelative", True)) is True
        frame = RELATIVE[0] if relative else ABSOLUTE[0]
        key = "landingApproachCoordinate" if "landingApproachCoordinate" in item else "loiterCoordinate"
        approach = _position(item.get(key), f"{where}.{key}")
        land = _position(item.get("landCoordinate"), f"{where}.landCoordinate")
        if None in (*approach, *land[:2]):
            raise Invalid("mission.position", where, "a landing without positions", f"landCoordinate, {key}")
        number = self.found[-1].number if self.found else 0
        circling = (None, radius, None, None, *approach)
        landing = (None, None, None, None, *land)
        self.found.append(
            Item(number=number, command=31, frame=frame, params=circling, where=f"{where}.{key}")
        )
        self.found.append(
            Item(number=number, command=21, frame=frame, params=landing, where=f"{where}.landCoordinate")
        )

    def _stated(self, item: Object, key: str, where: str) -> float:
        value = _number(item.get(key), f"{where}.{key}")
        if value is None:
            raise Invalid("qgc.type", f"{where}.{key}", "nothing", "a number of metres")
        return value


def _mitre(ring: Sequence[tuple[float, float]], k: int) -> float:
    """By which a corner of the moved ring lies further off than the distance: 1 / sin(angle / 2)."""
    (x0, y0), (x, y), (x2, y2) = ring[k - 1], ring[k], ring[(k + 1) % len(ring)]
    narrow = math.cos(math.radians(y))
    a, b = ((x0 - x) * narrow, y0 - y), ((x2 - x) * narrow, y2 - y)
    angle = abs(math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]))
    return 1 / max(math.sin(angle / 2), 0.01)


def _object(value: object, where: str) -> Object:
    if not isinstance(value, dict):
        raise Invalid("qgc.type", where, type(value).__name__, "an object")
    return cast(Object, value)


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Invalid("qgc.type", where, type(value).__name__, "a list")
    return value


def _number(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e12:
        raise Invalid("qgc.type", where, value, "a number, or null")
    return float(value)


def _pair(value: object, where: str) -> tuple[float, float]:
    """Longitude and latitude of [latitude, longitude]."""
    lat, lon, _ = _position(value, where)
    if lat is None or lon is None:
        raise Invalid("mission.position", where, "half a position", "latitude and longitude")
    return lon, lat


def _position(value: object, where: str) -> tuple[float | None, float | None, float | None]:
    """Latitude, longitude, height; each may be missing."""
    values = [_number(one, f"{where}[{i}]") for i, one in enumerate(_list(value or [], where)[:3])]
    lat, lon, height = (*values, None, None, None)[:3]
    return lat, lon, height
