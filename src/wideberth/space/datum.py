"""Geodetic datums other than WGS84: what is converted, with which error, and what is refused.

Conversions are Helmert transformations of the EPSG dataset, done by PROJ without grids. Where a datum has
several of them for its regions, the doubt holds their disagreement, not only the figure stated for one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct, structs
from pyproj import Transformer

from wideberth.errors import Invalid
from wideberth.space.cell import point_of
from wideberth.space.ground import ROUNDING
from wideberth.space.place import Place
from wideberth.space.units import METRE

UNKNOWN = 200 * METRE
"""Added where the map's datum is not known (GEOMETRY, Places): 111 to 130 m is what SK-42 and ED50 differ."""
SAME = 5 * METRE
"""Added for datums that agree with WGS84: plate motion since their epoch, and PZ-90 (EPSG 1244, 2.5 m)."""
ACCEPTED = "WGS84, ETRS89, NAD83, PZ-90, SK-42 (Pulkovo 1942), SK-95, ED50, or unknown"


class Shift(Struct, frozen=True):
    """A Helmert transformation to WGS84 and where it is used: (west, south, east, north) in degrees."""

    helmert: str
    ellipsoid: str
    box: tuple[float, float, float, float]
    doubt: int


_FRAME = "+convention=coordinate_frame"
_VECTOR = "+convention=position_vector"
SHIFTS: dict[str, tuple[Shift, ...]] = {
    # EPSG 15865, all of the former Soviet Union, 4.5 m. National transformations (EPSG 1291, 1807, 1334,
    # 1679) differ from it by up to 20 m, and maps of other countries carry the datum without any: 50 m.
    "SK-42": (
        Shift(
            f"+x=25 +y=-141 +z=-78.5 +rx=0 +ry=-0.35 +rz=-0.736 +s=0 {_FRAME}",
            "krass",
            (-180, -90, 180, 90),
            50 * METRE,
        ),
    ),
    # EPSG 5043 (GOST R 51794-2008), Russia, 1 m.
    "SK-95": (
        Shift(
            f"+x=24.47 +y=-130.89 +z=-81.56 +rx=0 +ry=0 +rz=-0.13 +s=-0.22 {_FRAME}",
            "krass",
            (18.9, 39.8, 180, 85.2),
            5 * METRE,
        ),
    ),
    # EPSG 1135 (NIMA TR8350.2: Iraq, Israel, Jordan, Lebanon, Kuwait, Saudi Arabia, Syria) states no error;
    # EPSG 1087 and 1784 beside it differ by up to 25 m. EPSG 1784 (Turkey, 2 m); EPSG 1133 (mean of western
    # Europe, 10 m; its regions differ by up to 44 m).
    "ED50": (
        Shift("+x=-103 +y=-106 +z=-141", "intl", (34.17, 16.37, 55.67, 37.39), 50 * METRE),
        Shift(
            f"+x=-84.1 +y=-101.8 +z=-129.7 +rx=0 +ry=0 +rz=0.468 +s=1.05 {_VECTOR}",
            "intl",
            (25.62, 34.42, 44.83, 43.45),
            50 * METRE,
        ),
        Shift("+x=-87 +y=-98 +z=-121", "intl", (-9.56, 34.88, 31.59, 71.24), 50 * METRE),
    ),
}
ELLIPSOIDS = {name: shifts[0].ellipsoid for name, shifts in SHIFTS.items()}

_NAMES = (
    ("SK-42", r"(?:СК|SK|CK)[- ]?(?:19)?42|PULKOVO[- ]?(?:19)?42|ПУЛКОВО[- ]?(?:19)?42|EPSG:4284"),
    ("SK-95", r"(?:СК|SK|CK)[- ]?(?:19)?95|PULKOVO[- ]?(?:19)?95|EPSG:4200"),
    ("ED50", r"ED[- ]?(?:19)?50|EUROPEAN(?: DATUM)?[- ]?1950|EPSG:4230"),
    ("WGS84", r"WGS[- ]?(?:19)?84|WGS|EPSG:4326|GPS"),
    (
        "same",
        r"ETRS[- ]?(?:19)?89|NAD[- ]?(?:19)?83|ПЗ-?90(?:\.\d+)?|PZ-?90(?:\.\d+)?|GRS[- ]?80|ITRF(?:\d{2,4})?",
    ),
    ("unknown", r"UNKNOWN|UNKNOWN DATUM|DATUM UNKNOWN|НЕИЗВЕСТНО"),
    (
        "refused",
        (
            r"NAD[- ]?(?:19)?27|PULKOVO 1942\(\d+\)|S-?42/83|OSGB[- ]?(?:19)?36|PALESTINE 1923|CLARKE \d+"
            r"|TOKYO|MGI|DHDN|CASSINI|DEIR EZ ZOR|LEVANT|KERTAU|NAHRWAN(?: \d+)?|AIN EL ABD(?: \d+)?|EPSG:\d+"
        ),
    ),
)
_WORD = [
    (name, re.compile(rf"(?<![^\W_])\(?(?:DATUM[ :=]+)?(?:{words})(?: DATUM)?\)?(?![^\W_]|[.,]\d)"))
    for name, words in _NAMES
]


def take_datum(text: str, path: str = "") -> tuple[str, str | None]:
    """(`text` without the words that name a datum, the datum). `text` is plain (see `spelling`).

    Raises: Invalid (`place.datum`) for two datums, or one that is not converted.
    """
    named: list[str] = []
    rest = text
    for name, words in _WORD:
        if match := words.search(rest):
            named.append(name)
            rest = (rest[: match.start()] + " " + rest[match.end() :]).strip(" ,;:")
    if len(named) > 1 or "refused" in named or any(words.search(rest) for _, words in _WORD):
        raise Invalid("place.datum", path, text, f"one datum: {ACCEPTED}")
    return " ".join(rest.split()), named[0] if named else None


def known_datum(text: str, path: str = "") -> str:
    """The datum that a text of its own names. Raises: Invalid (`place.datum`)."""
    rest, name = take_datum(" ".join(text.upper().split()), path)
    if name is None or rest:
        raise Invalid("place.datum", path, text, ACCEPTED)
    return name


def from_datum(where: Place, name: str, path: str = "") -> Place:
    """The place, stated on the datum `name`, on WGS84; its doubt has grown by the error of the conversion.

    Raises: Invalid (`place.datum_area`) outside the regions that the datum is known for.
    """
    if name == "WGS84":
        return where
    if name == "same":
        return structs.replace(where, doubt=where.doubt + SAME, datum="as WGS84")
    if name == "unknown":
        note = "the datum is not known: 200 m are added to the doubt"
        return structs.replace(
            where, doubt=where.doubt + UNKNOWN, datum="unknown", notes=(*where.notes, note)
        )
    lon, lat = where.point[0] / 1e7, where.point[1] / 1e7
    for shift in SHIFTS[name]:
        west, south, east, north = shift.box
        if west <= lon <= east and south <= lat <= north:
            break
    else:
        raise Invalid(
            "place.datum_area", path, f"{name} at {lat:g}, {lon:g}", "a place where that datum is used"
        )
    x, y = _transformer(shift.helmert, shift.ellipsoid).transform(lon, lat)
    note = f"converted from {name} to WGS84, good to {shift.doubt // METRE} m"
    return structs.replace(
        where,
        point=point_of(x, y),
        doubt=where.doubt + shift.doubt + ROUNDING,
        datum=name,
        notes=(*where.notes, note),
    )


@lru_cache(maxsize=16)
def _transformer(helmert: str, ellipsoid: str) -> Transformer:
    return Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad"
        f" +step +proj=cart +ellps={ellipsoid} +step +proj=helmert {helmert}"
        " +step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )
