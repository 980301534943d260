"""A place in every notation, each as precise as its doubt allows: so that people see what was understood."""

from __future__ import annotations

import math
from typing import Literal

import mgrs

from wideberth.space.cell import utm
from wideberth.space.place import LONGEST_DEGREE, Axis, Place
from wideberth.space.units import DEGREE, METRE

Notation = Literal["decimal", "DM", "DMS", "compact", "MGRS", "UTM", "GARS"]
NOTATIONS: tuple[Notation, ...] = ("decimal", "DM", "DMS", "compact", "MGRS", "UTM", "GARS")
SLACK = 1.05
"""A digit is still written when half of it is this much coarser than the doubt, so that a text comes back."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def echo(where: Place, notation: Notation) -> str | None:
    """The place in a notation; None where the notation has no name for it (UTM at the poles)."""
    if notation == "decimal":
        digits = _digits(where, 1, 7)
        return f"{_decimal(where.point[1], digits)}, {_decimal(where.point[0], digits)}"
    if notation == "DM":
        digits = _digits(where, 60, 5)
        return f"{_parts('lat', where, digits, 1)} {_parts('lon', where, digits, 1)}"
    if notation == "DMS":
        digits = _digits(where, 3600, 3)
        return f"{_parts('lat', where, digits, 2)} {_parts('lon', where, digits, 2)}"
    if notation == "compact":
        return _compact(where)
    if notation == "MGRS":
        return _mgrs(where)
    if notation == "UTM":
        return _utm(where)
    return _gars(where)


def echoes(where: Place) -> dict[str, str]:
    """The place in every notation that has a name for it."""
    found = {notation: echo(where, notation) for notation in NOTATIONS}
    return {notation: text for notation, text in found.items() if text is not None}


def _digits(where: Place, parts: int, most: int) -> int:
    """How many digits after the point of a degree's `parts`-th part are worth writing."""
    narrow = math.cos(math.radians(where.point[1] / DEGREE))
    reach = math.hypot(1, narrow) * LONGEST_DEGREE * METRE / (2 * parts)
    digits = 0
    while digits < most and reach / 10**digits > where.doubt * SLACK:
        digits += 1
    return digits


def _rounded(value: int, scale: int) -> int:
    """|value| (1e-7 degrees) in units of 1/scale degree, to the nearest."""
    return (2 * abs(value) * scale + DEGREE) // (2 * DEGREE)


def _decimal(value: int, digits: int) -> str:
    units = _rounded(value, 10**digits)
    whole, rest = divmod(units, 10**digits)
    text = f"{whole}.{rest:0{digits}}" if digits else f"{whole}"
    return f"-{text}" if value < 0 and units else text


def _split(axis: Axis, where: Place, digits: int, cuts: int) -> tuple[list[int], int, str]:
    """(degrees, minutes, and seconds with `cuts` 2; the fraction of the last; the hemisphere)."""
    value = where.point[1 if axis == "lat" else 0]
    units = _rounded(value, 60**cuts * 10**digits)
    last, fraction = divmod(units, 10**digits)
    parts = [last % 60]
    last //= 60
    if cuts == 2:
        parts.insert(0, last % 60)
        last //= 60
    return [last, *parts], fraction, ("SN" if axis == "lat" else "WE")[value >= 0]


def _parts(axis: Axis, where: Place, digits: int, cuts: int) -> str:
    parts, fraction, side = _split(axis, where, digits, cuts)
    tail = f".{fraction:0{digits}}" if digits else ""
    texts = [f"{parts[0]}°", *(f"{part:02}" for part in parts[1:])]
    if cuts == 1:
        return f"{texts[0]}{texts[1]}{tail}'{side}"
    return f"{texts[0]}{texts[1]}'{texts[2]}{tail}\"{side}"


def _compact(where: Place) -> str:
    """As a NOTAM writes it: whole minutes or whole seconds."""
    cuts = 2 if _digits(where, 60, 1) else 1
    digits = _digits(where, 3600, 3) if cuts == 2 else 0
    texts = []
    for axis, wide in (("lat", 2), ("lon", 3)):
        parts, fraction, side = _split("lat" if axis == "lat" else "lon", where, digits, cuts)
        tail = f".{fraction:0{digits}}" if digits else ""
        texts.append(f"{parts[0]:0{wide}}{''.join(f'{part:02}' for part in parts[1:])}{tail}{side}")
    return "".join(texts)


def _reference(where: Place) -> str:
    """The MGRS reference to a metre, by GEOTRANS."""
    return str(mgrs.MGRS().toMGRS(where.point[1] / DEGREE, where.point[0] / DEGREE))


def _mgrs(where: Place) -> str:
    """The cell that holds the point, the smallest that is no finer than the doubt."""
    full = _reference(where)
    east, north = full[-10:-5], full[-5:]
    digits = 0
    while digits < 5 and 100_000 * METRE / 10**digits * 0.5**0.5 > where.doubt * SLACK:
        digits += 1
    return full[:-10] + east[:digits] + north[:digits]


def _utm(where: Place) -> str | None:
    """Whole metres, in the zone that MGRS has there."""
    full = _reference(where)
    if not full[0].isdigit():
        return None
    zone, south = int(full[:2]), where.point[1] < 0
    east, north = utm(zone, south)(where.point[0] / DEGREE, where.point[1] / DEGREE)
    return f"UTM {zone} {'south' if south else 'north'} {round(east)} {round(north)}"


def _gars(where: Place) -> str:
    """The cell of 5, 15 or 30 minutes that holds the point, no finer than the doubt."""
    west = min((where.point[0] + 180 * DEGREE) % (360 * DEGREE) * 60 // (5 * DEGREE), 720 * 6 - 1)
    south = min((where.point[1] + 90 * DEGREE) * 60 // (5 * DEGREE), 360 * 6 - 1)
    column, row = west // 6, south // 6
    text = f"{column + 1:03}{LETTERS[row // 24]}{LETTERS[row % 24]}"
    x, y = west % 6, 5 - south % 6
    half = LONGEST_DEGREE * METRE / 12 / 2
    if half * 6 <= where.doubt:
        return text
    text += str(1 + x // 3 + 2 * (y // 3))
    return text if half * 3 <= where.doubt else text + str(1 + x % 3 + 3 * (y % 3))
