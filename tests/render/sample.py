"""Reports to show, made by hand or found in the sample plans of the package."""

from __future__ import annotations

from importlib.resources import files

from wideberth.conflict.find import find
from wideberth.conflict.result import Axes, Conflict
from wideberth.formats import geojson, kml
from wideberth.formats.reading import Filed, Options
from wideberth.formats.times import parse_time
from wideberth.model.plan import Plan
from wideberth.model.separation import PRESETS
from wideberth.render.report import Report, in_order
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Ground
from wideberth.space.reference import VerticalReference
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE
from wideberth.space.volume import Volume

NOW = parse_time("2026-11-23T10:00:00Z")
HOUR = 3_600_000
NEAR = Axes(NAUTICAL_MILE, 0, 0)
CREWED = Axes(3 * NAUTICAL_MILE, 3_000 * FOOT, 300_000)


def samples(reference: VerticalReference) -> Report:
    """The sample plans, checked with the preset `crewed`."""
    filed = []
    for name, reader in (("ours.geojson", geojson), ("theirs.kml", kml)):
        data = (files("wideberth.data") / "samples" / name).read_bytes()
        filed += [(name, one) for one in reader.read(data, Options(name, as_of=NOW)).filed]
    found = find([one.plan for _, one in filed], PRESETS["crewed"], reference)
    return Report(NOW, tuple(filed), PRESETS["crewed"], in_order(found.conflicts, filed))


def filed(
    party: str,
    name: str,
    ground: Ground | None = None,
    *,
    lower: Altitude = SURFACE,
    upper: Altitude = UNLIMITED,
    start: int | None = NOW,
    end: int | None = NOW + HOUR,
    label: str = "",
) -> tuple[str, Filed]:
    """A plan of one volume in the file of its party."""
    volume = Volume(ground or Circle((330_000_000, 340_000_000), 2_000 * METRE), lower, upper, start, end)
    return f"{party}.geojson", Filed(Plan(party, name, (volume,), label=label), ("features[0]",))


def conflict(
    one: tuple[str, Filed],
    two: tuple[str, Filed],
    *,
    gap: Axes = NEAR,
    required: Axes = CREWED,
    start: int | None = NOW,
    end: int | None = NOW + HOUR,
    near: tuple[float, float] = (33.0, 34.0),
    agl_unresolved: bool = False,
    rule: int | None = 0,
) -> Conflict:
    """A conflict of the first volumes of two plans."""
    keys = (one[1].plan.key, two[1].plan.key)
    return Conflict(keys, (0, 0), ("*", "*"), rule, (), gap, required, start, end, near, agl_unresolved)


def report_of(*pairs: tuple[tuple[str, Filed], tuple[str, Filed], Conflict]) -> Report:
    """A report of pairs of plans and their conflicts."""
    plans = tuple(one for pair in pairs for one in pair[:2])
    return Report(NOW, plans, PRESETS["crewed"], tuple(pair[2] for pair in pairs))
