"""The spellings of a canary: what a word, a place, a height or a time may look like on paper and in files."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Final, Literal, NamedTuple

import mgrs
import pyproj

How = Literal["exact", "folded", "squeezed"]
FOOT: Final = 3_048
"""0.1 mm."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIGITS: Final = b"0123456789"


class Canary(NamedTuple):
    """What stands in one secret record only.

    `words` as written; `points` in 1e-7° (longitude, latitude); `heights` in 0.1 mm; `times` in ms UTC; `raw`
    bytes of a key.
    """

    name: str
    words: tuple[str, ...] = ()
    points: tuple[tuple[int, int], ...] = ()
    heights: tuple[int, ...] = ()
    times: tuple[int, ...] = ()
    raw: bytes = b""


class Needle(NamedTuple):
    """One spelling. `lengths`: of the whole run of digits that it begins, where it must be one.

    `how`: in the text as it stands; in lower case; or in lower case with letters, digits and full stops only.
    """

    canary: str
    form: str
    how: How
    text: bytes
    lengths: tuple[int, ...] = ()
    number: bool = False

    def fits(self, text: bytes, at: int) -> bool:
        """Whether what stands around it lets it be read as this number."""
        before = text[:at][-1:]
        if self.lengths:
            end = at
            while end < len(text) and text[end] in _DIGITS:
                end += 1
            after = text[end : end + 1]
            return (
                end - at in self.lengths and not (before.isalnum() or before == b".") and not after.isalpha()
            )
        if self.number:
            digits = at
            while digits and text[digits - 1] == ord("0"):
                digits -= 1
            return not text[max(0, digits - 1) : digits].isdigit()
        return True


def spelled(canary: Canary) -> Iterator[Needle]:
    """All its spellings."""
    if canary.raw:
        yield Needle(canary.name, "bytes", "exact", canary.raw)
    for word in canary.words:
        yield Needle(canary.name, "word", "folded", word.casefold().encode())
        if word.isascii() and len(tight := "".join(filter(str.isalnum, word)).casefold()) > 6:
            yield Needle(canary.name, "word without signs", "squeezed", tight.encode())
    for point in canary.points:
        yield from _place(canary.name, *point)
    for height in canary.heights:
        yield from _height(canary.name, height)
    for time in canary.times:
        yield from _time(canary.name, time)


def _decimals(value: float, digits: int) -> set[str]:
    """A number cut off after so many decimals, and rounded to them."""
    cut = math.floor(abs(value) * 10**digits) / 10**digits
    return {f"{cut:.{digits}f}", f"{abs(value):.{digits}f}"}


def _place(name: str, lon: int, lat: int) -> Iterator[Needle]:
    east, north = lon / 1e7, lat / 1e7
    for axis in (east, north):
        for digits in range(3, 8):
            for text in _decimals(axis, digits):
                yield Needle(name, f"decimal degrees, {digits}", "exact", text.encode(), number=True)
                yield Needle(
                    name, f"decimal comma, {digits}", "exact", text.replace(".", ",").encode(), number=True
                )
    for scaled in (abs(lon), abs(lat)):
        for digits in (5, 6, 7):
            for whole in floor_round(scaled / 10 ** (7 - digits)):
                spelt = str(whole).encode()
                yield Needle(name, f"integer 1e-{digits} degree", "exact", spelt, lengths=(len(spelt),))
        yield Needle(name, "double", "exact", struct.pack("<d", scaled / 1e7)[3:])
        yield Needle(name, "double, most significant first", "exact", struct.pack(">d", scaled / 1e7)[:5])
    yield from _sexagesimal(name, east, north)
    yield from _projected(name, east, north)


def _sexagesimal(name: str, east: float, north: float) -> Iterator[Needle]:
    short: list[list[tuple[str, str]]] = []
    for value, width, signs in ((north, 2, "sn"), (east, 3, "we")):
        sign = signs[value >= 0]
        for seconds in {math.floor(abs(value) * 3_600), round(abs(value) * 3_600)}:
            rest = f"{seconds // 60 % 60:02}{seconds % 60:02}"
            for degrees in {f"{seconds // 3_600:0{width}}", f"{seconds // 3_600}"}:
                for text in (f"{degrees}{rest}{sign}", f"{sign}{degrees}{rest}", f"{degrees}{rest}."):
                    yield Needle(name, "degrees, minutes, seconds", "squeezed", text.encode())
        whole, part = divmod(abs(value), 1)
        for digits in (2, 3, 4):
            for text in _decimals(part * 60, digits):
                spelt = f"{whole:.0f}{text.zfill(3 + digits)}".encode()
                yield Needle(name, f"degrees, minutes, {digits}", "squeezed", spelt)
        # of whole minutes and tenths many numbers are made: both axes, with their signs
        some = [f"{each // 60:0{width}}{each % 60:02}" for each in (floor_round(abs(value) * 60))]
        some += [f"{whole:0{width}.0f}{text.zfill(4)}" for text in _decimals(part * 60, 1)]
        short.append([(f"{text}{sign}", f"{sign}{text}") for text in some])
    for up in short[0]:
        for along in short[1]:
            for text in (up[0] + along[0], up[1] + along[1]):
                yield Needle(name, "degrees, minutes", "squeezed", text.encode())


def floor_round(value: float) -> set[int]:
    """A number cut off, and rounded."""
    return {math.floor(value), round(value)}


@cache
def _to(epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, epsg, always_xy=True)


def _projected(name: str, east: float, north: float) -> Iterator[Needle]:
    for digits in range(2, 6):
        text = mgrs.MGRS().toMGRS(north, east, MGRSPrecision=digits).lower()
        yield Needle(name, f"MGRS, {10 ** (5 - digits)} m", "squeezed", text.encode())
    zone = math.floor(east / 6) + 31
    easting, northing = _to((32_600 if north >= 0 else 32_700) + zone).transform(east, north)
    for value in floor_round(northing):
        yield Needle(name, "UTM", "exact", f"{value}".encode(), lengths=(len(str(value)),))
    for up in floor_round(northing):
        for along in floor_round(easting):
            yield Needle(name, "UTM without signs", "squeezed", f"{along}{up}".encode())
    for metres in _to(3857).transform(east, north):
        for value in floor_round(abs(metres)):
            yield Needle(name, "Web Mercator", "exact", f"{value}".encode(), lengths=(len(str(value)),))


def _height(name: str, height: int) -> Iterator[Needle]:
    """Feet, metres and 0.1 mm; only heights of five digits in feet are canaries."""
    for feet in floor_round(height / FOOT):
        yield Needle(name, "feet", "exact", f"{feet}".encode(), lengths=(5,))
        yield Needle(name, "feet, thousands apart", "exact", f"{feet:,}".encode(), number=True)
    yield Needle(name, "0.1 mm", "exact", f"{height}".encode(), lengths=(len(str(height)),))
    for digits in (1, 2, 3):
        for text in _decimals(height / 10_000, digits):
            yield Needle(name, "metres", "exact", text.encode(), number=True)


def _time(name: str, ms: int) -> Iterator[Needle]:
    """To the second, and to the minute with its day."""
    at = datetime.fromtimestamp(ms // 1000, UTC)
    yield Needle(name, "epoch", "exact", f"{ms // 1000}".encode(), lengths=(10, 13, 16, 19))
    month, day = _MONTHS[at.month - 1], f"{at:%d}"
    for form, text in {
        "RFC 3339": f"{at:%Y-%m-%dt%H:%M}",
        "RFC 3339, spaced": f"{at:%Y-%m-%d %H:%M}",
        "time of day": f"{at:%H:%M:%S}",
    }.items():
        yield Needle(name, form, "folded", text.encode())
    for form, text in {
        "date and time without signs": f"{at:%Y%m%d%H%M}",
        "date and time, T": f"{at:%Y%m%d}t{at:%H%M}",
        "NOTAM": f"{at:%y%m%d%H%M}",
        "day, month, time": f"{day}{month}{at:%Y%H%M}",
        "month, day, time": f"{month}{day}{at:%H%M}",
        "DTG": f"{day}{at:%H%M}z",
        "DTG, seconds": f"{day}{at:%H%M%S}z",
        "day and time": f"{day}{month}{at:%H%M}",
    }.items():
        yield Needle(name, form, "squeezed", text.encode())
