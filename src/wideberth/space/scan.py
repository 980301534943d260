"""Positions inside running text, as notices, warnings and orders write them: `333036N 0361530E`,
`23-26.00N 091-10.00W`, `N33°30'36" E036°15'30"`, `48:47:27 N 016:53:33 E`.

Only latitude and longitude with their hemispheres are found here; anything else in the text is left alone.
"""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.place import Angle, Axis, Place, angle, compact, place

_DEGREES = r"\s?[°º˚]\s?|\s?[-:]\s?|\s"
_MINUTES = r"\s?['′’]\s?|\s?[-:]\s?|\s"
_SECONDS = r"\s?(?:[\"″”]|''|′′|’’)"
_FRACTION = r"(?:[.,]\d{1,9})?"


def _body(axis: str, wide: str, digits: str) -> str:
    """An angle's figures: apart (`d`, `m`, `s`), degrees alone with their sign (`a`), or together (`c`)."""
    return (
        rf"(?:(?P<d{axis}>{wide})(?:{_DEGREES})(?P<m{axis}>\d{{1,2}}(?!\d){_FRACTION})"
        rf"(?:(?:{_MINUTES})(?P<s{axis}>\d{{1,2}}(?!\d){_FRACTION}))?(?:{_SECONDS}|\s?['′’])?"
        rf"|(?P<a{axis}>\d{{1,3}}{_FRACTION})\s?[°º˚]"
        rf"|(?P<c{axis}>{digits}{_FRACTION}))"
    )


def _side(axis: str, letters: str, wide: str, digits: str) -> str:
    """An angle with its hemisphere on either side."""
    after = _body(f"{axis}1", wide, digits)
    before = _body(f"{axis}2", wide, digits)
    return (
        rf"(?:(?<![\d.,]){after}\s{{0,3}}(?P<h{axis}1>[{letters}])(?![A-Z])"
        rf"|(?<![A-Z])(?P<h{axis}2>[{letters}])\s?{before}(?![\d°]))"
    )


_LATITUDE = _side("y", "NS", r"\d{1,2}", r"\d{2,6}")
_LONGITUDE = _side("x", "EW", r"\d{1,3}", r"\d{2,7}")
_PAIR = re.compile(rf"{_LATITUDE}\s{{0,8}}[,;/–-]?\s{{0,8}}{_LONGITUDE}")


class Found(Struct, frozen=True):
    """A position in a text: `text[start:end]`; `place` is None where `fault` says what is wrong with it."""

    start: int
    end: int
    place: Place | None
    fault: Invalid | None = None


def scan(text: str) -> list[Found]:
    """The positions in `text`, in order; one that cannot be is among them, with its fault.

    The text is searched as it stands: upper case, Western digits, latitude before longitude.
    """
    found: list[Found] = []
    for match in _PAIR.finditer(text):
        try:
            where = place(_angle(match, "lat"), _angle(match, "lon"), "text")
        except Invalid as fault:
            found.append(Found(match.start(), match.end(), None, fault))
        else:
            found.append(Found(match.start(), match.end(), where))
    return found


def _angle(match: re.Match[str], axis: Axis) -> Angle:
    """The angle of one axis; the error shows the whole position."""
    key = "y" if axis == "lat" else "x"
    side = f"{key}1" if match[f"h{key}1"] else f"{key}2"
    negative = match[f"h{side}"] in "SW"
    together, alone = match[f"c{side}"], match[f"a{side}"]
    try:
        if together is not None:
            return compact(axis, together.replace(",", "."), negative)
        parts = [alone] if alone is not None else [match[f"d{side}"], match[f"m{side}"], match[f"s{side}"]]
        return angle(axis, [part.replace(",", ".") for part in parts if part is not None], negative)
    except Invalid as error:
        raise Invalid(error.code, error.path, match[0], error.wanted) from None
