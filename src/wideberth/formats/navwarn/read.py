"""Navigational warnings as plans: NAVAREA, HYDROLANT, HYDROPAC, HYDROARC and coastal warnings as text.

Each paragraph holds areas and times; a lettered part with times of its own holds at those, else at those of
its paragraph. A warning whose times were not understood holds from its date to its cancellation.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import separated
from wideberth.formats.messagetext import text_of
from wideberth.formats.mixed import others
from wideberth.formats.navwarn.kinds import kind_of
from wideberth.formats.navwarn.places import bounds, count_positions, has_positions, places
from wideberth.formats.navwarn.times import times
from wideberth.formats.navwarn.warnings import MOST, WANTED, Paragraph, Text, Warn, name_in, texts, warning
from wideberth.formats.published import Published, Window, assemble
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Options, Reading
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude, parse_altitude
from wideberth.space.ground import Ground

MOST_VOLUMES = 200_000
"""Of one file."""
COLUMNS = ("raw", "polygon")
"""Of an archive of warnings as a table; archives of NOTAM have the first only."""

NO_STAMP = "a warning without a date of its own: it holds from before the time of the check"
NO_YEAR = "the date of a warning states no year: that of its number is taken"
NO_TIMES = "no time is stated: the warning holds from its date until it is cancelled, or until further notice"
UNSURE = "its times were not understood in full: the warning holds from its date until it is cancelled"
CANCELS = "{} cancels {}: it is kept where it is read as well"
BEYOND = "times after the warning cancels itself are kept"
LEVELS = "no height is stated in a warning: SFC to UNL"
NO_PLACE = "a warning without a position that only lists or cancels others is left out"

_LISTS = re.compile(r"\bIN\s+FORCE\b|\bCANCEL\w{0,6}\b|\bNO\s+(?:NAV\w{0,20}\s+)?WARNINGS?\b")
_HEIGHTS = re.compile(
    r"\b(?:SURFACE|SFC|SEA LEVEL|GROUND|GND) TO (?:FL ?(\d{2,3})|"
    r"(\d{1,3}(?:,\d{3})|\d{2,6}) ?(FEET|FT|METERS|METRES|M)(?: (AMSL|MSL|AGL))?)(?![A-Z0-9])"
)


class _Piece(Struct, frozen=True):
    """Grounds that hold at the same windows; `label` names the paragraph and part."""

    label: str
    grounds: tuple[Ground, ...]
    doubt: int
    windows: tuple[Window, ...]


class _Scope(NamedTuple):
    """What the parts of a warning share; `alone`: no paragraph without positions speaks of times."""

    found: Warn
    alone: bool
    where: str
    options: Options
    tally: Tally


def is_table(head: str) -> bool:
    """Whether the first line of a file names the columns of an archive of warnings."""
    names = [name.strip().strip('"').lower() for name in head.lstrip("\ufeff").split("\n", 1)[0].split(",")]
    return all(name in names for name in COLUMNS)


def read(data: bytes, options: Options) -> Reading:
    """The warnings of a text, or of a table with the columns `raw` and `polygon` (which is not read).

    Raises: Invalid (`message.encoding`, `navwarn.none`, `navwarn.too_many`, `navwarn.table`).
    """
    tally = Tally()
    text = text_of(data, tally)
    records: list[Published] = []
    table = is_table(text[:10_000])
    faults = [] if table else others(text.upper(), "navigational warning")
    count = 0
    for where, one in _rows(text) if table else _texts(text):
        try:
            made = _records(warning(one, options.as_of, where), where, options, tally)
        except Invalid as error:
            faults.append(error)
            continue
        records += made
        count += sum(len(record.grounds) * len(record.windows) for record in made)
        if count > MOST_VOLUMES:
            raise Invalid("navwarn.too_many", where, "more volumes", f"at most {MOST_VOLUMES:,}")
    return assemble(records, options, tally, faults)


def _texts(text: str) -> Iterator[tuple[str, Text]]:
    for one in texts(text.upper()):
        yield f"{one.name} line {one.line}", one


def _rows(text: str) -> Iterator[tuple[str, Text]]:
    """The warnings of a table. Raises: Invalid (`navwarn.table`, `navwarn.too_many`, `navwarn.none`)."""
    table = separated.rows(text)
    number = 1
    try:
        header = [name.strip().lower() for name in next(table)]
        raw, named = header.index("raw"), header.index("notam_id") if "notam_id" in header else None
        for number, row in enumerate(table, start=2):
            if number > MOST + 1:
                raise Invalid("navwarn.too_many", f"row {number}", "more rows", f"at most {MOST:,}")
            if not any(row):
                continue
            words = html.unescape(row[raw]).upper() if raw < len(row) else ""
            name = row[named].strip().upper() if named is not None and named < len(row) else ""
            name = name_in(words) or name or f"ROW {number}"
            yield f"{name} row {number}", Text(name, words, number)
    except csv.Error as error:
        raise Invalid(
            "navwarn.table", f"row {number}", str(error), "a table of comma-separated values"
        ) from error
    if number == 1:
        raise Invalid("navwarn.none", "", "a table without rows", WANTED)


def _records(found: Warn, where: str, options: Options, tally: Tally) -> list[Published]:
    """The records of a warning: one, or one for each set of times.

    Raises: Invalid (`navwarn.no_position`, `navwarn.time`, and as `places.places`).
    """
    _tell(found, where, tally)
    near = options.as_of if found.issued is None else found.issued
    # what other paragraphs say of times may concern those with positions
    elsewhere = times(" ".join(p.head for p in found.paragraphs if not has_positions(_all(p))), near)
    scope = _Scope(found, elsewhere.sure and not elsewhere.windows, where, options, tally)
    pieces = [piece for paragraph in found.paragraphs for piece in _pieces(paragraph, scope)]
    words = " ".join(
        [*(p.head for p in found.paragraphs), *(part.text for p in found.paragraphs for part in p.parts)]
    )
    if not pieces:
        if found.cancels or _LISTS.search(words):
            tally.tell(NO_PLACE, where)
            return []
        raise Invalid("navwarn.no_position", where, "no position", "latitudes and longitudes in the text")
    grouped: dict[tuple[Window, ...], list[_Piece]] = {}
    for piece in pieces:
        grouped.setdefault(piece.windows, []).append(piece)
    upper = _upper(found)
    if upper == UNLIMITED:
        tally.tell(LEVELS, where)
    return [
        Published(
            id=found.name if len(grouped) == 1 else f"{found.name} {group[0].label}",
            where=where,
            grounds=tuple(ground for piece in group for ground in piece.grounds),
            lower=SURFACE,
            upper=upper,
            windows=windows,
            label=found.regions.title(),
            activity=kind_of(words),
            doubt=max(piece.doubt for piece in group),
        )
        for windows, group in grouped.items()
    ]


def _tell(found: Warn, where: str, tally: Tally) -> None:
    if found.issued is None:
        tally.tell(NO_STAMP, where)
    elif not found.year_known:
        tally.tell(NO_YEAR, where)
    if found.cancels:
        tally.tell(CANCELS.format(found.name, ", ".join(found.cancels[:10])), where)


def _pieces(paragraph: Paragraph, scope: _Scope) -> list[_Piece]:
    """The areas of a paragraph with their times.

    Letters part it where each stands beside positions; letters that count the corners of one area do not.
    """
    texts_of = [part.text for part in paragraph.parts]
    whole = _all(paragraph)
    if not has_positions(whole):
        return []
    corners = bounds(paragraph.head) and all(count_positions(text) == 1 for text in texts_of)
    if not texts_of or corners or not all(has_positions(text) for text in texts_of):
        return [_piece(paragraph.label, whole, (whole,), scope)]
    head = [_piece(paragraph.label, paragraph.head, (whole,), scope)] if has_positions(paragraph.head) else []
    return [
        *head,
        *(_piece(part.label, part.text, (paragraph.head, part.text), scope) for part in paragraph.parts),
    ]


def _piece(label: str, text: str, words: tuple[str, ...], scope: _Scope) -> _Piece:
    """The areas of a text, at the times of some words."""
    place = f"{scope.where}, {label}"
    held = places(text, scope.options, place)
    for note in held.told:
        scope.tally.tell(note, place)
    return _Piece(label, held.grounds, held.doubt, _windows(words, scope, place))


def _windows(words: tuple[str, ...], scope: _Scope, where: str) -> tuple[Window, ...]:
    """When a part holds: the times of its paragraph and its own; where in doubt as long as the warning."""
    found, tally = scope.found, scope.tally
    near = scope.options.as_of if found.issued is None else found.issued
    stated = [times(text, near) for text in words]
    whole = (found.issued, found.ends)
    if not scope.alone or not all(each.sure for each in stated):
        tally.tell(UNSURE, where)
        held = tuple(window for each in stated for window in each.windows)
        return (_around((whole, *held)),)
    windows = tuple(dict.fromkeys(window for each in stated for window in each.windows))
    if not windows:
        tally.tell(NO_TIMES, where)
        return (whole,)
    if found.ends is not None and any(end is not None and end > found.ends for _, end in windows):
        tally.tell(BEYOND, where)
    return tuple((start, found.ends if end is None else end) for start, end in windows)


def _all(paragraph: Paragraph) -> str:
    return " ".join([paragraph.head, *(part.text for part in paragraph.parts)])


def _around(windows: tuple[Window, ...]) -> Window:
    """One window that holds all."""
    starts = [start for start, _ in windows if start is not None]
    ends = [end for _, end in windows if end is not None]
    first = None if windows[0][0] is None else min(starts)
    return first, None if windows[0][1] is None else max(ends)


def _upper(found: Warn) -> Altitude:
    """The height that the text states for all its areas, if it states one; else without limit."""
    placed = [paragraph for paragraph in found.paragraphs if has_positions(_all(paragraph))]
    stated = {match[0]: match for match in _HEIGHTS.finditer(_all(placed[0]))}
    if len(placed) > 1 or len(stated) != 1 or not _HEIGHTS.search(placed[0].head):
        return UNLIMITED
    match = next(iter(stated.values()))
    if match[1]:
        return parse_altitude(f"FL{match[1]}")
    unit = "m" if match[3].startswith("M") else "ft"
    return parse_altitude(f"{match[2].replace(',', '')}{unit} {match[4] or 'MSL'}", rounding="up")
