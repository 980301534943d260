"""Latitude and longitude as people write them: decimal degrees, degrees and minutes, and seconds.

Works on text that `spelling` made plain. Without hemispheres or labels the latitude comes first.
"""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.space.place import Angle, Axis, Place, angle, compact, place

WANTED = (
    "one place: 33.51, 36.29; 33°30'36\"N 36°15'30\"E; 333036N0361530E; 37SBU9596; UTM 37 north 250000"
    " 3700000; GARS; a full Plus code; a map link"
)

_COMPACT = re.compile(
    r"(?:(?P<a>\d{4,6}(?:[.,]\d{1,9})?) ?(?P<p>[NS])[ ,;/-]{0,3}(?P<b>\d{5,7}(?:[.,]\d{1,9})?) ?(?P<q>[EW])"
    r"|(?P<r>[NS]) ?(?P<c>\d{4,6}(?:[.,]\d{1,9})?)[ ,;/-]{0,3}(?P<s>[EW]) ?(?P<d>\d{5,7}(?:[.,]\d{1,9})?))"
)
# ISO 6709, annex H, in decimal degrees; a height and a solidus may follow
_SIGNED = re.compile(r"([+-]\d{2}(?:\.\d{1,12})?)([+-]\d{3}(?:\.\d{1,12})?)(?:[+-]\d{1,5}(?:\.\d{1,3})?)?/?")
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[°'\":;,/|NSEWφλ+-]| ")


class Token(Struct, frozen=True):
    """A number or a sign. `spaced` (before, after) says where white space stands beside it."""

    text: str
    spaced: tuple[bool, bool] = (False, False)

    @property
    def number(self) -> bool:
        """True for a number."""
        return self.text[0].isdigit()


Group = list[Token]


def read_angles(text: str, path: str = "") -> Place:
    """The place of two angles. `text` is plain, with hemispheres as N S E W.

    Raises: Invalid (`place.unreadable`, `place.ambiguous`, `place.hemisphere`, `place.sign`,
    `place.order`, `place.minutes`, `place.latitude`, `place.longitude`, `place.digits`).
    """
    together = _COMPACT.fullmatch(text)
    if together is not None:
        return _compact(together, path)
    if signed := _SIGNED.fullmatch(text):
        text = f"{signed[1]}, {signed[2]}"
    if text.startswith("[") and not re.search("[NSEWφλ]", text):
        wanted = "a latitude and a longitude with their hemispheres: in brackets either may come first"
        raise Invalid("place.order", path, text, wanted)
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1].strip()
    tokens = _tokens(_decimals(text, path), path)
    first, second = _halves(tokens, text, path)
    one, other = _angle(first, text, path), _angle(second, text, path)
    return _pair(one, other, text, path)


def _compact(match: re.Match[str], path: str) -> Place:
    before = match["r"] is not None
    lat, north = (match["c"], match["r"]) if before else (match["a"], match["p"])
    lon, east = (match["d"], match["s"]) if before else (match["b"], match["q"])
    return place(
        compact("lat", lat.replace(",", "."), north == "S", path),
        compact("lon", lon.replace(",", "."), east == "W", path),
        "compact",
    )


def _decimals(text: str, path: str) -> str:
    """Commas that are decimal signs as points, once it is certain which they are."""
    tight = len(re.findall(r"\d,(?=\d)", text))
    if tight == 0 or re.search(r"\d\.\d", text):
        return text
    signs = len(re.findall("[NSEWφλ]", text))
    parted = re.search(r"[;/|]|, |,(?=[^\d ])|(?<=[^\d]),", text) or signs > 1 or text.count("°") > 1
    numbers = len(re.findall(r"\d+(?:,\d+)?", text))
    spaces = re.search(r"\d [+-]?\d", text)
    if parted or (tight == numbers == 2 and spaces):
        return re.sub(r"(?<=\d),(?=\d)", ".", text)
    if tight == 1 and not spaces:
        return text
    wanted = "a decimal point, or a semicolon between latitude and longitude: this comma may be either"
    raise Invalid("place.ambiguous", path, text, wanted)


def _tokens(text: str, path: str) -> list[Token]:
    texts: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Invalid("place.unreadable", path, text, WANTED)
        texts.append(match[0])
        at = match.end()
    found = []
    for i, each in enumerate(texts):
        if each != " ":
            after = i + 1 == len(texts) or texts[i + 1] == " "
            found.append(Token(each, (i == 0 or texts[i - 1] == " ", after)))
    return found


def _halves(tokens: list[Token], text: str, path: str) -> tuple[Group, Group]:
    """The tokens of each angle, in the order in which they stand."""
    named = [i for i, token in enumerate(tokens) if token.text in "NSEW"]
    labels = [i for i, token in enumerate(tokens) if token.text in "φλ"]
    marks = bool(named) or len(labels) == 2
    separators = [i for i, token in enumerate(tokens) if _separates(tokens, i, marks)]
    if len(separators) > 1:
        raise Invalid("place.unreadable", path, text, WANTED)
    if separators:
        return tokens[: separators[0]], tokens[separators[0] + 1 :]
    if len(labels) == 2 and labels[0] == 0:
        return tokens[: labels[1]], tokens[labels[1] :]
    if len(named) == 2:
        first, last = named[0] == 0, named[1] == len(tokens) - 1
        if first == last:
            wanted = "each hemisphere on the same side of its figures, or a comma between them"
            raise Invalid("place.ambiguous", path, text, wanted)
        cut = named[1] if first else named[0] + 1
        return tokens[:cut], tokens[cut:]
    return _by_figures(tokens, text, path)


def _separates(tokens: list[Token], i: int, marks: bool) -> bool:
    """True for a sign between the two angles: , ; / |, and a dash with hemispheres on the far sides."""
    token = tokens[i]
    if token.text in ",;/|":
        return True
    if token.text != "-" or not marks or i == 0 or i + 1 == len(tokens):
        return False
    if token.spaced == (True, True):
        return True
    return tokens[i - 1].text in "NSEW" or (tokens[i + 1].text in "NSEW" and tokens[i - 1].text not in "φλ")


def _by_figures(tokens: list[Token], text: str, path: str) -> tuple[Group, Group]:
    """Without any separator: by a sign, by the degree signs, or half of the numbers each."""
    signs = [i for i, token in enumerate(tokens) if i and _is_sign(token)]
    if len(signs) == 1:
        return tokens[: signs[0]], tokens[signs[0] :]
    degrees = [i for i, token in enumerate(tokens) if token.text == "°"]
    if len(degrees) == 2:
        cut = degrees[1] - 1
        return tokens[:cut], tokens[cut:]
    numbers = [i for i, token in enumerate(tokens) if token.number]
    if not degrees and not signs and len(numbers) in (2, 4, 6):
        cut = numbers[len(numbers) // 2]
        if tokens[cut].spaced[0]:
            return tokens[:cut], tokens[cut:]
    raise Invalid("place.unreadable", path, text, WANTED)


def _is_sign(token: Token) -> bool:
    return token.text in "+-" and token.spaced[0] and not token.spaced[1]


class Read(Struct, frozen=True):
    """One half: its figures, `sides` what says which axis and hemisphere it is of (N S E W φ λ)."""

    parts: tuple[str, ...]
    sides: str
    negative: bool


def _angle(tokens: Group, text: str, path: str) -> Read:
    """The figures of one angle, every sign in its right place."""
    sides = ""
    while tokens and tokens[0].text in "φλ":
        sides, tokens = sides + tokens[0].text, tokens[1:]
    for end in (0, -1):
        if tokens and tokens[end].text in "NSEW":
            sides += tokens[end].text
            tokens = tokens[1:] if end == 0 else tokens[:-1]
    sign = tokens[0].text if tokens and tokens[0].text in "+-" else ""
    parts, follow = _figures(tokens[len(sign) :])
    if not 1 <= len(parts) <= 3 or any("." in part for part in parts[:-1]):
        raise Invalid("place.unreadable", path, text, WANTED)
    if any(each not in allowed for each, allowed in zip(follow, _FOLLOW, strict=False)):
        raise Invalid("place.unreadable", path, text, WANTED)
    if sign and re.search("[NSEW]", sides):
        raise Invalid("place.sign", path, text, "either a sign or a hemisphere, not both")
    return Read(tuple(parts), sides, sign == "-")


_FOLLOW = (("", "°", ":", "-"), ("", "'", ":", "-"), ("", '"', "''"))
"""What may stand after degrees, minutes and seconds."""


def _figures(tokens: Group) -> tuple[list[str], list[str]]:
    """The numbers, and what follows each."""
    parts: list[str] = []
    follow: list[str] = []
    for token in tokens:
        if token.number:
            parts.append(token.text)
            follow.append("")
        elif follow:
            follow[-1] += token.text
        else:
            return [], []
    if follow and follow[-1] in (":", "-"):
        return [], []
    return parts, follow


_AXES: dict[str, Axis] = {"N": "lat", "S": "lat", "φ": "lat", "E": "lon", "W": "lon", "λ": "lon"}


def _pair(one: Read, other: Read, text: str, path: str) -> Place:
    """Which is the latitude: by hemispheres or labels, else the first."""
    axes = [{_AXES[side] for side in each.sides} for each in (one, other)]
    if any(len(axis) > 1 for axis in axes) or axes[0] == axes[1] != set():
        wanted = "one latitude (N or S) and one longitude (E or W)"
        raise Invalid("place.hemisphere", path, text, wanted)
    lettered = [bool(re.search("[NSEW]", each.sides)) for each in (one, other)]
    if lettered[0] != lettered[1] or any(len(re.findall("[NSEW]", each.sides)) > 1 for each in (one, other)):
        raise Invalid("place.hemisphere", path, text, "a hemisphere for both angles, or for neither")
    if bool(axes[0]) != bool(axes[1]):
        raise Invalid("place.hemisphere", path, text, "a label for both angles, or for neither")
    lat, lon = (other, one) if axes[0] == {"lon"} else (one, other)
    try:
        y, x = _degrees("lat", lat), _degrees("lon", lon)
    except Invalid as error:
        raise Invalid(error.code, path, text, error.wanted) from None
    most = max(len(lat.parts), len(lon.parts))
    return place(y, x, ("decimal", "DM", "DMS")[most - 1])


def _degrees(axis: Axis, read: Read) -> Angle:
    negative = read.negative or bool(re.search("[SW]", read.sides))
    return angle(axis, list(read.parts), negative)
