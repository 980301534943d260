"""Grid references: MGRS, UTM, GARS and Plus codes. Each is read as its whole cell.

Sources: NGA.STND.0037 (the universal grids and the military grid reference system), NGA.SIG.0012 (UTM and
UPS), the GARS of NGA's Geographic Area Reference System, and the Open Location Code specification.
"""

from __future__ import annotations

import re

import mgrs

from wideberth.errors import Invalid
from wideberth.space.cell import box_of, place_of, square_of, utm
from wideberth.space.ellipsoid import GEOD
from wideberth.space.place import Place

BANDS = "CDEFGHJKLMNPQRSTUVWX"
"""Latitude bands of 8° from 80° S; X is 12° high."""
ROWS = "ABCDEFGHJKLMNPQRSTUV"
COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")
SQUARE = 100_000
CYCLE = 2_000_000
"""Metres of northing after which the rows of letters repeat."""
SOUTHERN = 10_000_000
BAND_MARGIN = 0.05
"""Degrees beyond its band that a UTM coordinate may lie and still be taken as in it (5 km)."""
WIDE_ZONES = ("31V", "32V", "31X", "33X", "35X", "37X")
"""Zones of Norway and Svalbard that reach 6° from their central meridian (NGA.STND.0037)."""

MGRS_WANTED = "an MGRS reference such as 37SBU9596: zone, band, square, an even number of digits up to 10"
UTM_WANTED = "UTM with its hemisphere, such as UTM 37 north 250000 3700000 (easting 100,000 to 900,000)"

_MGRS = re.compile(r"(\d{1,2}) ?([A-Z]) ?([A-Z]) ?([A-Z]) ?([\d ]*)")
_POLAR = re.compile(r"([ABYZ]) ?([A-Z]) ?([A-Z]) ?((?:\d[\d ]*)?)")
_METRES = r"(\d{1,9}(?:\.\d{1,6})?)"
_UTM = re.compile(
    r"(?:(UTM|ZONE|UTM ZONE) ?)?(\d{1,2}) ?(NORTH|SOUTH|[A-Z])? ?,?"
    rf" ?(?:E|EASTING|X)?[ =:]{{0,2}}{_METRES} ?(?:M ?E?|E)?[ ,;]{{1,3}}"
    rf"(?:N|NORTHING|Y)?[ =:]{{0,2}}{_METRES} ?(?:M ?N?|N)?"
)
_GARS = re.compile(r"(\d{3})([A-HJ-NP-Q])([A-HJ-NP-Z])(?:([1-4])([1-9])?)?")
_CODE = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(rf"([{_CODE}0]{{2,8}})\+([{_CODE}]{{0,7}})(.*)")


def read_grid(text: str, path: str = "", ellipsoid: str = "WGS84") -> Place | None:
    """The place of a grid reference; None where the text is none. `text` is plain (see `spelling`).

    Raises: Invalid (`place.mgrs`, `place.utm`, `place.gars`, `place.plus_code`).
    """
    text = re.sub(r"^(?:MGRS|USNG|GARS)[ :]+", "", text)
    if match := _PLUS.fullmatch(text):
        return _plus(match, path)
    if match := _GARS.fullmatch(text):
        return _gars(match, path)
    if match := _UTM.fullmatch(text):
        return _utm(match, text, path, ellipsoid)
    if match := _MGRS.fullmatch(text):
        return _mgrs(match, text, path, ellipsoid)
    if match := _POLAR.fullmatch(text):
        return _polar(match, text, path)
    return None


def _digits(found: str, text: str, path: str) -> str:
    """The digits of a reference, in one run or as two of one length."""
    groups = found.split()
    digits = "".join(groups)
    uneven = len(groups) > 2 or (len(groups) == 2 and len(groups[0]) != len(groups[1]))
    if uneven or len(digits) % 2 or len(digits) > 10:
        raise Invalid("place.mgrs", path, text, MGRS_WANTED)
    return digits


def _mgrs(match: re.Match[str], text: str, path: str, ellipsoid: str) -> Place:
    """The cell of a reference outside the poles (NGA.STND.0037, appendix B)."""
    zone, band = int(match[1]), match[2]
    if not 1 <= zone <= 60 or band not in BANDS or f"{zone}{band}" in ("32X", "34X", "36X"):
        raise Invalid("place.mgrs", path, text, MGRS_WANTED)
    digits = _digits(match[5], text, path)
    columns = COLUMNS[(zone - 1) % 3]
    if match[3] not in columns or match[4] not in ROWS:
        wanted = f"a square that zone {zone} has: a first letter out of {columns}, a second out of A to V"
        raise Invalid("place.mgrs", path, text, f"{wanted}, without I and O")
    half = len(digits) // 2
    size = SQUARE // 10**half
    easting = (columns.index(match[3]) + 1) * SQUARE + int(digits[:half] or 0) * size
    row = (ROWS.index(match[4]) - (5 if zone % 2 == 0 else 0)) % 20
    northing = row * SQUARE + int(digits[half:] or 0) * size
    south = band < "N"
    low, high = _band(band)
    centre_of_zone = zone * 6 - 183
    bottom = utm(zone, south, ellipsoid)(centre_of_zone, low)[1]
    # the first cycle of rows whose cell does not end below the band
    northing += max(0, -(-(bottom - 50_000 - size - northing) // CYCLE)) * CYCLE
    where = square_of(zone, south, easting, northing, (size, size), "MGRS", ellipsoid)
    reach = where.doubt / 10_000 / 110_000
    lon, lat = where.point[0] / 1e7, where.point[1] / 1e7
    if not low - reach <= lat <= high + reach:
        wanted = f"a square inside latitude band {band} ({low}° to {high}°): band and square do not match"
        raise Invalid("place.mgrs", path, text, wanted)
    half_zone = (6.0 if f"{zone}{band}" in WIDE_ZONES else 3.0) + 1.0 + reach * 10
    if abs((lon - centre_of_zone + 180) % 360 - 180) > half_zone:
        raise Invalid("place.mgrs", path, text, f"a square inside zone {zone}")
    return where


def _band(letter: str) -> tuple[int, int]:
    """Lowest and highest latitude of a band in degrees."""
    low = BANDS.index(letter) * 8 - 80
    return low, 84 if letter == "X" else low + 8


def _polar(match: re.Match[str], text: str, path: str) -> Place:
    """The cell of a reference in UPS, by GEOTRANS (the package mgrs)."""
    digits = _digits(match[4], text, path)
    try:
        lat, lon = mgrs.MGRS().toLatLon(match[1] + match[2] + match[3] + digits)
    except (mgrs.core.MGRSError, RuntimeWarning) as error:
        raise Invalid("place.mgrs", path, text, MGRS_WANTED) from error
    # the scale of UPS is 0.994 and more (NGA.SIG.0012): metres on the ground are at most 1.0061 times as many
    reach = SQUARE / 10 ** (len(digits) // 2) * 0.5**0.5 * 1.0061
    far = GEOD.fwd(lon, lat, 0.0, reach)
    return place_of((lon, lat), [(far[0], far[1])], "MGRS")


def _utm(match: re.Match[str], text: str, path: str, ellipsoid: str) -> Place | None:
    """UTM metres; a letter is a band, and N and S may be a hemisphere as well."""
    if match[1] is None and match[3] is None:
        return None
    zone, letter = int(match[2]), match[3]
    easting, northing = float(match[4]), float(match[5])
    possible = 1 <= zone <= 60 and 100_000 <= easting <= 900_000 and 0 <= northing <= SOUTHERN
    if letter is None or not possible or (len(letter) == 1 and letter not in BANDS):
        raise Invalid("place.utm", path, text, UTM_WANTED)
    size = tuple(10.0 ** -len(match[i].partition(".")[2]) for i in (4, 5))
    corner = easting - size[0] / 2, northing - size[1] / 2
    south = letter == "SOUTH" or (len(letter) == 1 and letter < "N")
    read = square_of(zone, south, *corner, (size[0], size[1]), "UTM", ellipsoid)
    if letter in ("N", "NORTH", "SOUTH"):
        # band N is in the north as well: both readings are one place
        return _on_its_side(read, south, text, path)
    low, high = _band(letter)
    inside = low - BAND_MARGIN <= read.point[1] / 1e7 <= high + BAND_MARGIN
    if letter == "S":
        if inside:
            wanted = (
                f"UTM {zone} north … or UTM {zone} south …, or MGRS: S is the band from 32° to 40° north,"
                " and is written for the southern hemisphere too"
            )
            raise Invalid("place.utm", path, text, wanted)
        read = square_of(zone, True, *corner, (size[0], size[1]), "UTM", ellipsoid)
        return _on_its_side(read, True, text, path)
    if not inside:
        wanted = f"a northing inside latitude band {letter} ({low}° to {high}°)"
        raise Invalid("place.utm", path, text, wanted)
    return read


def _on_its_side(read: Place, south: bool, text: str, path: str) -> Place:
    lat = read.point[1] / 1e7
    if not (-80.5 <= lat <= 0.1 if south else -0.1 <= lat <= 84.5):
        raise Invalid("place.utm", path, text, "a northing inside the hemisphere, between 80° S and 84° N")
    return read


def _gars(match: re.Match[str], path: str) -> Place:
    """A cell of 30 minutes, or its quarter (1 to 4 from the north-west), or a ninth of that."""
    column = int(match[1])
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    row = letters.index(match[2]) * 24 + letters.index(match[3])
    if not 1 <= column <= 720 or row >= 360:
        raise Invalid("place.gars", path, match[0], "GARS such as 430LX24: 001 to 720, AA to QZ")
    west, south, size = (column - 1) / 2 - 180, row / 2 - 90, 0.5
    if match[4]:
        size = 0.25
        quarter = int(match[4]) - 1
        west, south = west + quarter % 2 * size, south + (1 - quarter // 2) * size
    if match[5]:
        size = 0.25 / 3
        key = int(match[5]) - 1
        west, south = west + key % 3 * size, south + (2 - key // 3) * size
    return box_of(west, south, size, size, "GARS")


def _plus(match: re.Match[str], path: str) -> Place:
    """A full code: pairs of base 20, then cells of 4 by 5 (Open Location Code, Specification)."""
    first, rest = match[1], match[2]
    wanted = "a full Plus code such as 8G5M8VQ2+XX; one with a town's name needs a map to look it up"
    digits = first.rstrip("0")
    padded = len(digits) < len(first)
    if match[3].strip() or len(first) != 8 or "0" in digits or len(digits) % 2 or not digits:
        raise Invalid("place.plus_code", path, match[0], wanted)
    if (padded and rest) or len(rest) == 1:
        raise Invalid("place.plus_code", path, match[0], wanted)
    code = digits + rest
    south, west, step = -90.0, -180.0, 20.0
    for i in range(0, min(len(code), 10), 2):
        south += _CODE.index(code[i]) * step
        west += _CODE.index(code[i + 1]) * step
        step /= 20
    high = wide = step * 20
    for letter in code[10:]:
        high, wide = high / 5, wide / 4
        south += _CODE.index(letter) // 4 * high
        west += _CODE.index(letter) % 4 * wide
    if south >= 90 or west >= 180:
        raise Invalid("place.plus_code", path, match[0], wanted)
    return box_of(west, south, wide, high, "Plus code")
