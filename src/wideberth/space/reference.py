"""What altitudes are measured against: geoid, ground, air pressure. Values; the conversion is in `height`."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from wideberth.space.geoid import Geoid
from wideberth.space.ground import Circle, Polygon
from wideberth.space.units import METRE


class Terrain(Struct, frozen=True):
    """The range of the ground's height over the whole area, in 0.1 mm above `datum`.

    `known` is False for the default, which only says that the ground lies somewhere on Earth.
    """

    low: int = -500 * METRE
    high: int = 8_900 * METRE
    datum: Literal["MSL", "HAE"] = "MSL"
    known: bool = False


class Qnh(Struct, frozen=True):
    """One agreed QNH setting: `hpa` where its value is known; `area` None is everywhere.

    Two barometric altitudes inside one such area are compared directly.
    """

    hpa: float | None = None
    area: Polygon | Circle | None = None


class Atmosphere(Struct, frozen=True):
    """The range of sea-level pressure (hPa), of deviation from ISA (K), and altimetry error (0.1 mm)."""

    pressure_low: float = 950.0
    pressure_high: float = 1050.0
    deviation_low: float = -30.0
    deviation_high: float = 25.0
    altimetry: int = 75 * METRE


class VerticalReference(Struct, frozen=True):
    """All that an altitude conversion needs."""

    geoid: Geoid
    terrain: Terrain = Terrain()
    qnh: Qnh | None = None
    atmosphere: Atmosphere = Atmosphere()
