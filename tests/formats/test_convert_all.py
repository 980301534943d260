"""Every format that is written, read back by the reader that its name and content choose: none shrinks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cli.runs import OURS
from wideberth.errors import Invalid
from wideberth.formats import geojson
from wideberth.formats.format import Format, Writing
from wideberth.formats.reading import Options
from wideberth.formats.registry import FORMATS, recognise
from wideberth.model.plan import Plan
from wideberth.space.ellipsoid import GEOD
from wideberth.space.gap import gaps
from wideberth.space.ground import Circle, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.shape import compile_shapes
from wideberth.space.units import DEGREE, METRE
from wideberth.space.volume import Volume

NOW = 1_795_000_000_000
WRITERS = [each for each in FORMATS if each.write is not None]


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    """Our samples: a circle, corridors, polygons."""
    data = Path(OURS).read_bytes()
    return [one.plan for one in geojson.read(data, Options("ours", NOW)).filed]


def spots(volume: Volume) -> list[Circle]:
    """Points that the volume and its pad hold, on their edge where it is round."""
    ground, pad = volume.ground, volume.pad.h
    if isinstance(ground, Polygon):
        return [Circle(point, pad) for ring in ground.rings for point in ring]
    centres = (ground.centre,) if isinstance(ground, Circle) else ground.points
    reach = (ground.radius if isinstance(ground, Circle) else ground.half_width) + pad
    found = []
    for lon, lat in centres:
        for azimuth in range(0, 360, 15):
            x, y, _ = GEOD.fwd(lon / DEGREE, lat / DEGREE, azimuth, reach / METRE)
            found.append(Circle((round(x * DEGREE), round(y * DEGREE)), 0))
    return found


def holds(outer: Volume, inner: Volume) -> bool:
    """True where the window holds, and the outer ground with its pad holds points of the inner one."""
    starts = outer.start is None or (inner.start is not None and outer.start - outer.pad.t <= inner.start)
    ends = outer.end is None or (inner.end is not None and inner.end <= outer.end + outer.pad.t)
    points = spots(inner)
    shapes = compile_shapes([outer.ground, *points])
    rows = np.arange(1, len(points) + 1)
    lower = gaps(shapes, np.zeros(len(points), dtype=np.int64), rows, np.full(len(points), 1e5)).lower
    return starts and ends and bool(np.all(lower <= outer.pad.h / METRE + 0.05))


@pytest.mark.parametrize("each", WRITERS, ids=[each.name for each in WRITERS])
def test_what_is_written_is_read_back_and_holds_what_was_there(
    each: Format, plans: list[Plan], reference: VerticalReference
) -> None:
    assert each.write is not None
    refused = 0
    for plan in plans:
        try:
            data, _ = each.write([plan], Writing(reference, NOW))
        except Invalid as error:
            # what a format cannot say is one clear error, for some of the plans only
            assert error.wanted
            refused += 1
            continue
        if each.read is None:
            continue
        ending = each.endings[0]
        found = recognise(f"x{ending}", data)
        assert found.title == each.title
        assert found.read is not None
        reading = found.read(data, Options(f"x{ending}", NOW, wrap=True))
        assert reading.faults == ()
        again = [volume for one in reading.filed for volume in one.plan.volumes]
        for volume in plan.volumes:
            assert any(holds(other, volume) for other in again), each.name
    assert refused < len(plans)
