"""Point in polygon by other means: rings drawn densely in an azimuthal plane, decided by GEOS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from hypothesis import strategies as st

from tests.space.geodesy import GEOD, Array, along

Ring = list[tuple[float, float]]


class Drawn:
    """A polygon about a centre; good to about a metre for shapes up to some hundred kilometres."""

    def __init__(self, rings: Sequence[Ring], straight: bool, lon: float, lat: float) -> None:
        """`rings` in degrees, not closed; `straight`: edges straight in lon/lat, else geodesic."""
        self.centre = lon, lat
        parts = []
        for ring in rings:
            edges = [
                along(*p, *q, straight, 200)[:-1] for p, q in zip(ring, ring[1:] + ring[:1], strict=True)
            ]
            parts.append(self.to_plane(np.concatenate(edges)))
        self.shape = shapely.Polygon(parts[0], parts[1:])

    def to_plane(self, lonlat: Array) -> Array:
        lon, lat = (np.full(len(lonlat), c) for c in self.centre)
        azimuth, _, away = GEOD.inv(lon, lat, lonlat[:, 0], lonlat[:, 1])
        return np.stack([np.asarray(away) * f(np.radians(np.asarray(azimuth))) for f in (np.sin, np.cos)], -1)

    def holds(self, lonlat: Array) -> Array:
        """Metres to the boundary, positive inside."""
        points = shapely.points(self.to_plane(lonlat))
        away = shapely.distance(self.shape.boundary, points)
        return np.where(shapely.contains(self.shape, points), away, -away)


def turned(lon: float) -> float:
    """The longitude between −180 and 180 (kept at 180)."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180


@st.composite
def stars(
    draw: st.DrawFn, lon: float, lat: float, metres: float, straight: bool, hollow: bool = False
) -> list[Ring]:
    """Star-shaped rings about a centre, on the 1e-7 degree grid: the outer and, if `hollow`, a hole."""
    count = draw(st.integers(3, 7))
    rings = []
    for share in (1.0, 0.05) if hollow else (1.0,):
        ring = []
        for k in range(count):
            angle = 360 / count * (k + draw(st.floats(-0.2, 0.2)))
            away = metres * share * draw(st.floats(0.6, 1.0))
            if straight:
                scale = 111_000 * np.cos(np.radians(lat))
                x = lon + away * np.sin(np.radians(angle)) / scale
                y = lat + away * np.cos(np.radians(angle)) / 111_000
            else:
                x, y, _ = (float(v) for v in GEOD.fwd(lon, lat, angle, away))
            ring.append((round(turned(x), 7), round(y, 7)))
        rings.append(ring)
    return rings
