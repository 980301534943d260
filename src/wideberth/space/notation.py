"""One place as people write it: degrees in any style, grid references, map links, in several scripts.

Nothing is guessed: a text that may mean two places is refused, and the error says how to write it instead.
`Place.doubt` holds all that the text may mean: half of its last digit, its whole cell, its datum.
"""

from __future__ import annotations

import re

from wideberth.errors import Invalid
from wideberth.space.angles import read_angles
from wideberth.space.datum import ELLIPSOIDS, from_datum, known_datum, take_datum
from wideberth.space.grid import read_grid
from wideberth.space.maplink import is_link, read_link
from wideberth.space.place import Place
from wideberth.space.spelling import hemispheres, plain

_GAUSS_KRUEGER = re.compile(r"(?:^|[ ,;(])[XYХУРH] ?[=:]|ГАУСС|GAUSS|KRÜGER|KRUGER|\bGK\b")
_WKT = re.compile(r"POINT ?\( ?([+-]?\d{1,3}(?:\.\d{1,15})?) ([+-]?\d{1,2}(?:\.\d{1,15})?) ?\)")
_LARGE = re.compile(r"\d{5,9}(?:\.\d+)?(?: ?M)?[ ,;]{1,3}\d{5,9}(?:\.\d+)?(?: ?M)?")
ALWAYS_WGS84 = ("map link", "Plus code", "GARS")


def read_place(text: str, path: str = "", *, datum: str | None = None) -> Place:
    """The one place that a text states, on WGS84.

    Args:
        text: the place, with the name of its datum or without.
        path: for errors.
        datum: what the text is stated on where it does not say (None: WGS84): `SK-42`, `ED50`, `unknown`.

    Raises: Invalid (`place.*`) for anything that is not certainly one place.
    """
    plainly = plain(text, path)
    if is_link(plainly):
        return _checked(read_link(plainly, path), None if datum is None else known_datum(datum, path), path)
    plainly, named = take_datum(plainly, path)
    name = named or (None if datum is None else known_datum(datum, path))
    if _GAUSS_KRUEGER.search(plainly) and not plainly.startswith("UTM"):
        wanted = "degrees, MGRS or UTM: X and Y of a Gauss–Krüger or other national grid are not converted"
        raise Invalid("place.gauss_kruger", path, text, wanted)
    if _LARGE.fullmatch(plainly):
        wanted = (
            "the grid that these metres belong to (UTM 37 north 250000 3700000); Gauss–Krüger is not read"
        )
        raise Invalid("place.gauss_kruger", path, text, wanted)
    if match := _WKT.fullmatch(plainly):
        return _checked(read_angles(f"{match[2]}, {match[1]}", path), name, path)
    ellipsoid = ELLIPSOIDS.get(name or "", "WGS84")
    where = read_grid(plainly, path, ellipsoid)
    if where is not None and name in ("SK-42", "SK-95"):
        raise Invalid("place.datum", path, text, f"{name} in degrees: it has no MGRS or UTM of its own")
    try:
        return _checked(where or read_angles(hemispheres(plainly, path), path), name, path)
    except Invalid as error:
        raise Invalid(error.code, error.path, text, error.wanted) from None


def _checked(where: Place, name: str | None, path: str) -> Place:
    """The place on WGS84; notations that are defined on it cannot be on another datum."""
    if name not in (None, "WGS84", "unknown") and where.notation in ALWAYS_WGS84:
        raise Invalid("place.datum", path, f"{where.notation} on {name}", f"a {where.notation} on WGS84")
    return from_datum(where, name or "WGS84", path)
