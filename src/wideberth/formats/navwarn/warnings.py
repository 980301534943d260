"""A text as warnings, and a warning as its paragraphs and lettered parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.dtg import MONTHS, day_of, full_year, month_of, time_of_day
from wideberth.formats.messagetext import Lines

MOST = 20_000
"""Warnings of one file."""
LONGEST = 60_000
"""Characters of one warning."""
HEADER = 300
"""Characters at the beginning of a warning in which its own date-time group stands."""
WANTED = "a warning such as NAVAREA IV 694/26, HYDROLANT 237/26"

_MONTH = "|".join(MONTHS)
_NAME = (
    r"(?:NAVAREA\s+[IVX]{1,5}|HYDROLANT|HYDROPAC|HYDROARC|SUB-?AREA\s+[IVX]{1,5}|COASTAL\s+WARNING"
    r"|NAVIGATIONAL\s+WARNING(?:\s+DRAFT)?|WZ)\s+(?:NR\.?\s*)?\d{1,5}/(?:\d{4}|\d{2})"
)
_STAMP = rf"\d{{6}}\s?(?:Z|UTC)\s+(?:{_MONTH})[A-Z]{{0,6}}(?:\s+\d{{2,4}})?"
_OPENING = re.compile(
    rf"(?:^|\n)[ \t]*(?:(?P<stamp>{_STAMP})[\s.]{{1,9}})?(?P<name>{_NAME})(?:\([\d,\s]{{1,60}}\))?"
)
_LEADS = re.compile(r"(?:CANCEL\w{0,6}|AND|,|SEE|REF|OF|BY|IN)\s*$")
_DTG = re.compile(rf"(\d{{2}})(\d{{4}})\s?(?:Z|UTC)\s+({_MONTH})[A-Z]{{0,6}}(?:\s+(\d{{4}}|\d{{2}}))?(?!\d)")
_YEAR = re.compile(r"/(\d{4}|\d{2})(?!\d)")
_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})\.\s")
_LETTER = re.compile(r"(?:^|(?<=\s))([A-Z])\.\s")
_CANCEL_THIS = re.compile(
    rf"CANCEL\s+THIS\s+(?:MSG|MESSAGE|WARNING)\s+(?:ON\s+|AT\s+)?(\d{{2}})(\d{{4}})\s?(?:Z|UTC)\s+({_MONTH})[A-Z]{{0,6}}"
    rf"(?:\s+(\d{{4}}|\d{{2}}))?(?!\d)"
)
_CANCEL_OTHER = re.compile(rf"CANCEL\s+((?:{_NAME})(?:\([\d,\s]{{1,60}}\))?)")
KNOWN = re.compile(rf"(?:^|\n|\s){_NAME}(?!\d)")


class Text(Struct, frozen=True):
    """A warning as it stands: its name, its text and the line that it begins on."""

    name: str
    text: str
    line: int


class Part(Struct, frozen=True):
    """A lettered part of a paragraph; `label` is `1.A`."""

    label: str
    text: str


class Paragraph(Struct, frozen=True):
    """A numbered paragraph: what it says of all its parts, and the parts."""

    label: str
    head: str
    parts: tuple[Part, ...]


class Warn(Struct, frozen=True):
    """A warning, taken apart.

    `issued` is its date-time group and `ends` when it cancels itself (POSIX ms; None: not said), `cancels`
    names the others that it cancels, `regions` what stands before its first paragraph.
    """

    name: str
    issued: int | None
    year_known: bool
    ends: int | None
    cancels: tuple[str, ...]
    regions: str
    paragraphs: tuple[Paragraph, ...]


def texts(text: str) -> list[Text]:
    """The warnings of an upper-case text. Raises: Invalid (`navwarn.none`, `navwarn.too_many`)."""
    openings: list[re.Match[str]] = []
    for match in _OPENING.finditer(text):
        led = match["stamp"] is None and _LEADS.search(text, max(0, match.start() - 20), match.start() + 1)
        if not led:
            openings.append(match)
    if not openings:
        raise Invalid("navwarn.none", "", "no navigational warning", WANTED)
    if len(openings) > MOST:
        raise Invalid("navwarn.too_many", "", f"{len(openings):,} warnings", f"at most {MOST:,}")
    lines = Lines(text)
    found: list[Text] = []
    for match, following in zip(openings, [*openings[1:], None], strict=True):
        stop = len(text) if following is None else following.start()
        begin = match.start("stamp") if match["stamp"] else match.start("name")
        name = " ".join(text[match.start("name") : match.end()].split())
        found.append(Text(name, text[begin:stop], lines.at(begin)))
    return found


def name_in(text: str) -> str | None:
    """The name at the head of one warning's text, None where it has none."""
    match = re.search(rf"{_NAME}(?:\([\d,\s]{{1,60}}\))?", text[:HEADER])
    return None if match is None else " ".join(match[0].split())


def warning(one: Text, as_of: int, where: str) -> Warn:
    """A warning taken apart. Raises: Invalid (`navwarn.too_long`)."""
    if len(one.text) > LONGEST:
        raise Invalid("navwarn.too_long", where, f"{len(one.text):,} characters", f"at most {LONGEST:,}")
    plain = " ".join(one.text.split())
    stamp = _DTG.search(plain[:HEADER])
    numbered = _YEAR.search(one.name)
    year = None if numbered is None else numbered[1]
    issued = None if stamp is None else moment(stamp, as_of, year)
    near = as_of if issued is None else issued
    cancel = _CANCEL_THIS.search(plain)
    ends = None if cancel is None else moment(cancel, near)
    body = _CANCEL_THIS.sub(" ", plain)
    cancels = tuple(" ".join(match[1].split()) for match in _CANCEL_OTHER.finditer(body))
    body = _CANCEL_OTHER.sub(" ", body)
    name_end = body.find(one.name)
    start = name_end + len(one.name) if 0 <= name_end < HEADER else 0
    if stamp is not None and stamp.start() >= start:
        start = max(start, stamp.end())
    regions, paragraphs = _paragraphs(body[start:])
    return Warn(
        one.name,
        issued,
        stamp is not None and stamp[4] is not None,
        ends,
        cancels,
        regions.strip(" ."),
        tuple(paragraphs),
    )


def moment(match: re.Match[str], near: int, year: str | None = None) -> int | None:
    """POSIX ms of a day, time, month and year (`year` where none is said), None where there is none such."""
    clock = time_of_day(match[2])
    digits = match[4] or year
    day = day_of(int(match[1]), month_of(match[3]), None if digits is None else full_year(digits), near)
    return None if clock is None or day is None else day + clock


def _paragraphs(body: str) -> tuple[str, list[Paragraph]]:
    """What stands before the first paragraph, and the paragraphs; a text without numbers is one."""
    cuts = _counted(_NUMBER, body, [str(n) for n in range(1, 100)])
    if not cuts:
        return "", [_parts("1", body)]
    found = [
        _parts(label, body[begin:stop])
        for (label, _, begin), stop in zip(cuts, [*(cut[1] for cut in cuts[1:]), len(body)], strict=True)
    ]
    before = body[: cuts[0][1]]
    if any(c.isdigit() for c in before):  # it says more than names of seas
        found.insert(0, Paragraph("0", before, ()))
    return before, found


def _parts(label: str, text: str) -> Paragraph:
    cuts = _counted(_LETTER, text, [chr(n) for n in range(ord("A"), ord("Z") + 1)])
    if len(cuts) < 2:
        return Paragraph(label, text, ())
    parts = tuple(
        Part(f"{label}.{letter}", text[begin:stop])
        for (letter, _, begin), stop in zip(cuts, [*(cut[1] for cut in cuts[1:]), len(text)], strict=True)
    )
    return Paragraph(label, text[: cuts[0][1]], parts)


def _counted(pattern: re.Pattern[str], text: str, order: Sequence[str]) -> list[tuple[str, int, int]]:
    """Labels that follow each other in order: label, where it begins and where it ends."""
    found: list[tuple[str, int, int]] = []
    for match in pattern.finditer(text):
        if len(found) < len(order) and match[1] == order[len(found)]:
            found.append((match[1], match.start(), match.end()))
    return found
