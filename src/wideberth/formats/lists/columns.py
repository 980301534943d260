"""The columns of notification lists and what they are called, in six languages.

Headers are compared without case, accents, marks and white space. The first name of each language is what the
template writes. A header that is not here is told and not read: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

from wideberth.formats.lists.names import TABLE

Language = Literal["en", "ar", "fr", "ru", "uk", "he"]
LANGUAGES: tuple[Language, ...] = ("en", "ar", "fr", "ru", "uk", "he")
RIGHT_TO_LEFT = ("ar", "he")


def _table() -> dict[str, dict[Language, tuple[str, ...]]]:
    """Meaning of a column -> language -> names."""
    found: dict[str, dict[Language, tuple[str, ...]]] = {}
    meaning = ""
    texts: dict[str, str] = {}
    for line in [*TABLE.splitlines(), "end"]:
        if not line.startswith(" "):
            if meaning:
                found[meaning] = {
                    language: tuple(name.strip() for name in text.split(";") if name.strip())
                    for language in LANGUAGES
                    if (text := texts.get(language, ""))
                }
            meaning, texts = line, {}
        elif line[2:6].strip():
            last, _, text = line.strip().partition(":")
            texts[last] = text
        else:
            last = next(reversed(texts))
            texts[last] += f" {line.strip()}"
    return found


NAMES = _table()

HXL = {
    "geo lat": "lat",
    "geo lon": "lon",
    "geo coord": "coordinates",
    "loc name": "name",
    "loc code": "id",
    "loc id": "id",
    "loc type": "kind",
    "org": "party",
    "org name": "party",
    "contact": "contact",
    "contact name": "contact",
    "contact phone": "contact",
    "contact email": "contact",
    "date start": "start",
    "date end": "end",
    "meta source": "source",
    "country name": "admin",
    "country code": "admin",
    "adm1 name": "admin",
    "adm1 code": "admin",
    "adm1 pcode": "admin",
    "adm2 name": "admin",
    "adm2 code": "admin",
    "adm2 pcode": "admin",
    "adm3 name": "admin",
    "adm3 pcode": "admin",
}
"""Tags of the Humanitarian Exchange Language (HXL 1.1) that say what a column is."""

FREE = frozenset(("name", "kind", "address", "admin", "source", "grade", "note", "contact", "id", "party"))
"""Columns of which a list may have several: the first is read, the others are told (contacts never are)."""

_BRACKETS = re.compile(r"[(\[（][^()\[\]（）]{0,80}[)\]）]")
_PARTED = re.compile(r"[/|\n\r؛;]| - | – ")
_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": "", "ё": "е"})
HEADER_LIMIT = 400
"""Characters of a header that are looked at."""


def plain(text: str) -> str:
    """A header as it is compared: case, accents, vowel marks, punctuation and white space do not count."""
    folded = unicodedata.normalize("NFKD", text[:HEADER_LIMIT].casefold()).translate(_LETTERS)
    kept = "".join(c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    kept = unicodedata.normalize("NFC", kept).translate(_LETTERS)
    kept = re.sub(r"['’ʼ`\"״”“]", "", kept)
    return " ".join(re.sub(r"[\W_]+", " ", kept).split()) or kept.strip()


@cache
def _known() -> dict[str, str]:
    found: dict[str, str] = {}
    for meaning, languages in NAMES.items():
        for names in languages.values():
            for name in names:
                found.setdefault(plain(name), meaning)
    return found


def meaning(header: str) -> str | None:
    """What a column is by its header; None where that is not known or two parts of it disagree."""
    known = _known()
    bare = _BRACKETS.sub(" ", header[:HEADER_LIMIT])
    for text in (header, bare, *(_without_unit(each) for each in (header, bare))):
        found = known.get(plain(text))
        if found is not None:
            return found
    parts = {known.get(plain(part)) for part in _PARTED.split(bare) if part.strip()}
    return parts.pop() if len(parts) == 1 else None


UNSURE = "?"
"""The unit of a column whose header names one that is not known, or several."""
_UNITS = {
    "m": "m", "metre": "m", "metres": "m", "meter": "m", "meters": "m", "mètres": "m", "м": "m",
    "метров": "m",
    "متر": "m", "מטר": "m", "מטרים": "m", "км": "km", "كم": "km", "קמ": "km", "km": "km", "ft": "ft",
    "feet": "ft", "kilometres": "km", "kilometers": "km", "kms": "km",
    "nm": "nm", "nmi": "nm", "s": "s", "hz": "hz", "метри": "m", "метры": "m",
}  # fmt: skip


def _without_unit(header: str) -> str:
    words = plain(header).split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _UNITS else header


def unit(header: str) -> str | None:
    """The unit that a header names beside other words: m, km, ft, nm, s, hz; None where it names none.

    `UNSURE` where it names several, or where brackets hold words that are no known unit: `(miles)`.
    """
    words = plain(header).split()[1:]
    found = {_UNITS[word] for word in words if word in _UNITS}
    if len(found) == 1:
        return found.pop()
    bracketed = any(plain(each) for each in _BRACKETS.findall(header[:HEADER_LIMIT]))
    return UNSURE if found or bracketed else None


_ELSEWHERE = re.compile(
    r"\b(?:w|west|o|ouest|з|с ?к ?(?:19)?(?:42|95)|[sc][ck] ?(?:19)?(?:42|95)|pulkovo|пулково|ed ?(?:19)?50"
    r"|europ\w* .*1950|nad ?(?:19)?27|wgs ?(?:19)?72|clarke|utm|tokyo|s|south|sud|unknown|gauss)\b"
)


def elsewhere(header: str) -> str:
    """What a header of positions says in brackets of another datum or half of the Earth; else nothing."""
    found = (_ELSEWHERE.search(plain(each)) for each in _BRACKETS.findall(header[:HEADER_LIMIT]))
    return next((match[0] for match in found if match and not _both_halves(header)), "")


def _both_halves(header: str) -> bool:
    """True for `(N/S)`, `(E or W)`: the cells say which."""
    words = set(plain(header).split())
    return words >= {"n", "s"} or words >= {"e", "w"}


def is_size(header: str) -> bool:
    """True for a header with a word for a size: a default in its place could be smaller."""
    return bool(_SIZES & set(plain(header).split()))


_SIZES = frozenset(
    map(
        plain,
        [
            "radius",
            "diameter",
            "rayon",
            "diamètre",
            "радиус",
            "диаметр",
            "радіус",
            "діаметр",
            "القطر",
            "קוטר",
            "רדיוס",
        ],
    )
)


def hxl(tag: str) -> str | None:
    """What a column is by its HXL tag (`#geo+lat`, attributes in any order beyond the first)."""
    words = [word.strip().lower() for word in tag.strip().lstrip("#").replace(" ", "").split("+")]
    pair = " ".join(words[:2])
    return HXL.get(pair) or next(
        (HXL[f"{words[0]} {word}"] for word in words[2:] if f"{words[0]} {word}" in HXL), None
    )


def is_tag(text: str) -> bool:
    """True for an HXL hashtag."""
    return (
        re.fullmatch(r"\s*#[a-z][a-z0-9_]*(\s*\+\s*[a-z][a-z0-9_]*){0,20}\s*", text[:HEADER_LIMIT])
        is not None
    )


def title(name: str, language: Language) -> str:
    """The header that the template writes for a column."""
    return NAMES[name].get(language, NAMES[name]["en"])[0]
