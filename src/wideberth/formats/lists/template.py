"""Empty lists to fill in: headers, an example row and a page of help in six languages."""

from __future__ import annotations

from typing import Literal

from wideberth.formats.lists import columns, words
from wideberth.formats.lists.book import Page, workbook
from wideberth.formats.lists.columns import RIGHT_TO_LEFT, Language
from wideberth.formats.lists.helptexts import HELP, NOTICES
from wideberth.formats.lists.writer import csv_bytes

Kind = Literal["site", "movement"]

COLUMNS: dict[Kind, tuple[str, ...]] = {
    "site": (
        "id", "name", "kind", "lat", "lon", "radius", "address", "admin", "party", "source", "grade",
        "review", "note",
    ),
    "movement": (
        "id", "name", "party", "callsign", "from", "via", "to", "half_width", "start", "end", "zone", "lower",
        "upper", "note",
    ),
}  # fmt: skip
"""What a template has, in order."""

_EXAMPLES: dict[str, str] = {
    **words.SAMPLE,
    "radius": "250 m",
    "review": "2030-12-31",
    "via": "33.60000, 36.30000; 33.70000, 36.40000",
    "half_width": "500 m",
    "start": "2030-11-23 08:00",
    "end": "2030-11-23 14:00",
    "zone": "UTC",
    "lower": "SFC",
    "upper": "500ft AGL",
}


def rows(kind: Kind, language: Language) -> list[tuple[str, ...]]:
    """The notice, the header and the example, which is marked so and never read."""
    names = COLUMNS[kind]
    header = tuple(columns.title(name, language) for name in names)
    example = tuple(words.EXAMPLE[language] if name == "id" else _EXAMPLES.get(name, "") for name in names)
    return [(NOTICES[language],), header, example]


def csv_template(kind: Kind, language: Language) -> bytes:
    """The template as CSV in UTF-8."""
    return csv_bytes(rows(kind, language))


def xlsx_template(kind: Kind, language: Language) -> bytes:
    """The template as a workbook, with a sheet of help; right to left in Arabic and Hebrew."""
    right_to_left = language in RIGHT_TO_LEFT
    title, *lines = HELP[language]
    page = [(NOTICES[language], ""), *((columns.title(n, language), _sample(n)) for n in COLUMNS[kind])]
    page += [("", line) for line in lines]
    first = Page(_sheet(kind, language), rows(kind, language), 2, right_to_left)
    return workbook([first, Page(title, page, 0, right_to_left)])


def _sample(name: str) -> str:
    return _EXAMPLES.get(name, "…")


def _sheet(kind: Kind, language: Language) -> str:
    return f"{kind} {language}"
