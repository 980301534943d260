"""What made-up traffic is like: drone-like, military-like, mixed.

All figures are judgements, not measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

from wideberth.model.separation import PRESETS, Rule, SeparationTable
from wideberth.space.altitude import Datum
from wideberth.space.units import FOOT, METRE

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Levels:
    """Heights in 0.1 mm: the floor is `base` plus 0 to `steps` times `step`, the thickness `thick` steps."""

    base: int
    step: int
    steps: int
    thick: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chain:
    """Lines of `legs` legs of `length` metres and half a width out of `half_widths` metres.

    One volume a leg, flown at `speed` m/s; where `hours` are given one volume for all legs, that long.
    """

    legs: tuple[int, int]
    length: Span
    half_widths: tuple[float, ...]
    levels: Levels
    speed: Span = (1.0, 1.0)
    hours: Span | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """Circles, or polygons of `corners` vertices, reaching `size` metres from their middle, for `hours`."""

    size: Span
    hours: Span
    levels: Levels
    corners: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A mix of makes of plans with their shares, and the theatre they are spread over.

    10,000 volumes fill a theatre of `radius` metres for `hours`; half of all plans begin in one of
    its `spots` places of `spot` metres (one standard deviation), the rest anywhere.
    """

    name: str
    preset: str
    datum: Datum
    radius: float
    hours: float
    makes: tuple[tuple[float, Chain | Zone], ...]
    spots: int = 12
    spot: float = 0.1

    @property
    def table(self) -> SeparationTable:
        """The separation that holds: a preset, the same for every pair of activities."""
        return PRESETS[self.preset]

    @property
    def rule(self) -> Rule:
        """The one rule of that table."""
        return self.table.rows[0].rules[0]


_LOW = Levels(base=450 * METRE, step=10 * METRE, steps=11, thick=(2, 4))
_FLIGHT = Levels(base=5_000 * FOOT, step=1_000 * FOOT, steps=34, thick=(1, 1))
_BLOCK = Levels(base=0, step=1_000 * FOOT, steps=24, thick=(1, 6))
_HIGH = Levels(base=0, step=1_000 * FOOT, steps=30, thick=(2, 12))
_FEET = Levels(base=0, step=100 * FOOT, steps=20, thick=(2, 5))

_MISSIONS = Chain((1, 6), (100.0, 2_000.0), (10.0, 20.0, 50.0), _LOW, speed=(5.0, 20.0))
_ROUTES = Chain((1, 3), (20_000.0, 50_000.0), (1_852.0, 3_704.0, 5_556.0), _HIGH, hours=(0.5, 6.0))
_FLIGHTS = Chain((3, 6), (10_000.0, 40_000.0), (926.0, 1_852.0, 3_704.0), _FLIGHT, speed=(60.0, 200.0))

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "drone",
            "drone",
            "HAE",
            radius=12_000.0,
            hours=12.0,
            makes=(
                (0.5, _MISSIONS),
                (0.25, Zone((50.0, 500.0), (0.1, 1.5), _LOW)),
                (0.25, Zone((100.0, 800.0), (0.1, 1.5), _LOW, corners=(4, 9))),
            ),
        ),
        Kind(
            "military",
            "crewed",
            "FL",
            radius=300_000.0,
            hours=24.0 * 30,
            makes=(
                (0.5, _ROUTES),
                (0.2, Zone((2_500.0, 20_000.0), (0.5, 8.0), _HIGH)),
                (0.3, Zone((5_000.0, 30_000.0), (0.5, 8.0), _HIGH, corners=(4, 12))),
            ),
        ),
        Kind(
            "mixed",
            "crewed",
            "FL",
            radius=300_000.0,
            hours=24.0,
            makes=(
                (0.25, _FLIGHTS),
                (0.20, Chain((1, 4), (500.0, 5_000.0), (20.0, 50.0), _FEET, speed=(5.0, 30.0))),
                (0.25, Zone((1_000.0, 8_000.0), (0.5, 3.0), _BLOCK)),
                (0.28, Zone((2_000.0, 12_000.0), (0.5, 3.0), _BLOCK, corners=(4, 12))),
                (0.02, _ROUTES),
            ),
        ),
    )
}
