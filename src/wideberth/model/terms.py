"""The terms of an agreement that a check needs: who, where, how far apart, measured against what."""

from __future__ import annotations

from msgspec import Struct

from wideberth.model.separation import SeparationTable
from wideberth.space.ground import Circle, Point, Polygon
from wideberth.space.reference import Atmosphere, Qnh, Terrain

SCHEMA = "wideberth.terms/1"


class Place(Struct, frozen=True):
    """A named place or region that both parties know; `point` is its middle, (lon, lat) in 1e-7 degrees."""

    name: str
    point: Point
    area: Polygon | Circle | None = None


class Terms(Struct, frozen=True):
    """Agreed terms.

    `parties` is empty where the terms name none, `area` None where they hold everywhere. `ground` is the
    range of the height of the ground in the area; its `known` is False where the terms do not say.
    """

    table: SeparationTable
    title: str = ""
    parties: tuple[str, ...] = ()
    area: Polygon | Circle | None = None
    ground: Terrain = Terrain()
    qnh: Qnh | None = None
    atmosphere: Atmosphere = Atmosphere()
    places: tuple[Place, ...] = ()
