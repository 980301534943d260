"""Features as they stand in a file: shapes as numbers, properties untouched. GeoJSON and KML become these."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from wideberth.formats.properties import Properties, VertexTimes
from wideberth.space.altitude import Altitude


class RawPoint(Struct, frozen=True, kw_only=True):
    """One position (degrees: lon, lat, and what else is ignored). `path` is for errors.

    On every shape: `where` names it among the shapes of a feature, `lower` and `upper` are limits that
    the geometry itself states, which a stated `lower` or `upper` overrides.
    """

    at: Sequence[object]
    path: str
    where: str = ""
    lower: Altitude | None = None
    upper: Altitude | None = None


class RawLine(Struct, frozen=True, kw_only=True):
    """Positions of a line; `times` (as `properties.read_times` gives them) where the geometry states them."""

    points: Sequence[Sequence[object]]
    path: str
    where: str = ""
    lower: Altitude | None = None
    upper: Altitude | None = None
    times: VertexTimes | None = None


class RawPolygon(Struct, frozen=True, kw_only=True):
    """Rings of positions, closed: outer ring first."""

    rings: Sequence[Sequence[Sequence[object]]]
    path: str
    where: str = ""
    lower: Altitude | None = None
    upper: Altitude | None = None


RawShape = RawPoint | RawLine | RawPolygon


class Raw(Struct, frozen=True, kw_only=True):
    """One feature as it stands in the file; each shape becomes a volume (a timed line several).

    `path` names the feature, `properties_path` its properties. `fallback_id` is the feature's own id,
    taken where no `plan` is stated. `label` is taken where none is stated and the plan is not so named.
    `window` (POSIX ms) is a start and end that the format itself states. `told` are notes of the reader.
    """

    shapes: tuple[RawShape, ...]
    properties: Properties
    path: str
    properties_path: str
    fallback_id: str | None = None
    label: str = ""
    window: tuple[int | None, int | None] | None = None
    told: tuple[str, ...] = ()


class Tally:
    """Notes of one file, each told once with the first place it concerns and how many more there are."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[str, str, int]] = {}

    def tell(self, note: str, place: str) -> None:
        """Count `note` for `place`, once for a place that it concerns several times in a row."""
        first, last, count = self._places.get(note, (place, "", 0))
        if place != last:
            self._places[note] = (first, place, count + 1)

    def notes(self) -> tuple[str, ...]:
        """The notes, in the order in which they were first told."""
        return tuple(
            f"{note} ({first}{f' and {count - 1} more' if count > 1 else ''})"
            for note, (first, _, count) in self._places.items()
        )
