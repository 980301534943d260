"""A file of ATS messages into its flight plans and their items (Doc 4444, appendix 3)."""

from __future__ import annotations

import re

from msgspec import Struct

from wideberth.errors import Invalid, shorten
from wideberth.formats.messagetext import Lines

MOST = 20_000
"""Messages of one file."""
LONGEST = 20_000
"""Characters of one message: the longest route that a system takes is far shorter."""

_OPENING = re.compile(r"\(\s{0,9}([A-Z]{3})(?:[A-Z]{1,4}/[A-Z]{1,4}\d{3}){0,2}\s{0,9}-")
_BRACKET = re.compile(r"[()]")
_ITEM_16 = re.compile(r"\s*([A-Z]{4})(\d{2})(\d{2})\b")
_ITEM_19 = re.compile(r"\s*[EPRSJDANC]/")
_ITEM_13 = re.compile(r"([A-Z]{4})(\d{4})")
_ITEM_8 = re.compile(r"([IVYZ])([SNGMX])")
_IDENT = re.compile(r"([A-Z0-9]{1,7})(?:/[A-Z]\d{4})?")
_KEYS = (
    "STS PBN NAV COM DAT SUR DEP DEST DOF REG EET SEL TYP CODE DLE OPR ORGN PER ALTN RALT TALT RIF RMK RVR"
    " RFP"
)
_KEY = re.compile(rf"(?:^|(?<=\s))({'|'.join(_KEYS.split())})/")
WANTED = "(FPL-IDENT-RULES-TYPE-EQUIPMENT-DEPARTURE AND TIME-ROUTE-DESTINATION AND ELAPSED TIME-OTHER)"


class Message(Struct, frozen=True):
    """One message as it stands; `body` is None where its closing bracket is missing."""

    kind: str
    line: int
    body: str | None


class Items(Struct, frozen=True):
    """The items of a flight plan that say who, where and when.

    `ident` is item 7, `rules` and `flight` the letters of item 8, `departure` and `off_block` (minutes of
    the day) item 13, `route` item 15, `destination`, `elapsed` (minutes) and `alternates` item 16, `other`
    the texts of item 18 by their indicator.
    """

    ident: str
    rules: str
    flight: str
    departure: str
    off_block: int
    route: str
    destination: str
    elapsed: int
    alternates: tuple[str, ...]
    other: dict[str, str]


def messages(text: str) -> tuple[list[Message], str]:
    """The messages of an upper-case text in order, and what stands outside of them.

    Raises: Invalid (`fpl.none`, `fpl.too_many`).
    """
    openings = list(_OPENING.finditer(text))
    if not openings:
        raise Invalid("fpl.none", "", "no flight plan message", WANTED)
    if len(openings) > MOST:
        raise Invalid("fpl.too_many", "", f"{len(openings):,} messages", f"at most {MOST:,}")
    lines = Lines(text)
    found: list[Message] = []
    outside = [text[: openings[0].start()]]
    for opening, following in zip(openings, [*openings[1:], None], strict=True):
        stop = len(text) if following is None else following.start()
        end = _closing(text, opening.start(), min(stop, opening.start() + LONGEST))
        body = None if end is None else text[opening.start() + 1 : end]
        found.append(Message(opening[1], lines.at(opening.start()), body))
        outside.append("\n" if end is None else text[end + 1 : stop])
    return found, "\n".join(outside)


def _closing(text: str, start: int, stop: int) -> int | None:
    """Where the bracket that opens at `start` is closed."""
    depth = 0
    for bracket in _BRACKET.finditer(text, start, stop):
        depth += 1 if bracket[0] == "(" else -1
        if depth == 0:
            return bracket.start()
    return None


def items(body: str, where: str) -> Items:
    """The items of a flight plan. Raises: Invalid (`fpl.item`)."""
    parts = body.split("-")
    at = next((k for k in range(7, len(parts)) if _ITEM_16.match(parts[k])), None)
    if at is None:
        raise Invalid("fpl.item", where, shorten(body), f"{WANTED}; no item 16 (destination) was found")
    ident = _IDENT.fullmatch(_plain(parts[1]))
    kind = _ITEM_8.fullmatch(_plain(parts[2]))
    leaves = _ITEM_13.fullmatch(_plain(parts[5]))
    ends = _ITEM_16.match(parts[at])
    assert ends is not None
    if ident is None:
        raise _wrong(where, 7, parts[1], "an identification of up to 7 letters and digits")
    if kind is None:
        raise _wrong(where, 8, parts[2], "I, V, Y or Z, and S, N, G, M or X")
    if leaves is None or (off_block := _clock(leaves[2])) is None:
        raise _wrong(where, 13, parts[5], "four letters and a time, such as EGLL1230")
    if int(ends[3]) > 59:
        raise _wrong(where, 16, parts[at], "four letters and an elapsed time, such as EHAM0145")
    others = parts[at + 1 :]
    stop = next((k for k, part in enumerate(others) if _ITEM_19.match(part)), len(others))
    return Items(
        ident=ident[1],
        rules=kind[1],
        flight=kind[2],
        departure=leaves[1],
        off_block=off_block,
        route=_plain("-".join(parts[6:at])),
        destination=ends[1],
        elapsed=int(ends[2]) * 60 + int(ends[3]),
        alternates=tuple(parts[at][ends.end() :].split()),
        other=_other(_plain("-".join(others[:stop])), where),
    )


def _other(text: str, where: str) -> dict[str, str]:
    """Item 18 by its indicators. Raises: Invalid (`fpl.item`) for one that comes twice and differs."""
    found: dict[str, str] = {}
    keys = list(_KEY.finditer(text))
    for key, stop in zip(keys, [*(k.start() for k in keys), len(text)][1:], strict=True):
        value = text[key.end() : stop].strip()
        if found.setdefault(key[1], value) != value and key[1] in ("DOF", "DEP", "DEST"):
            raise _wrong(where, 18, f"{key[1]}/{found[key[1]]} and {key[1]}/{value}", f"{key[1]}/ once")
    return found


def _clock(digits: str) -> int | None:
    """Minutes of the day of HHMM; 2400 is the end of it."""
    hours, minutes = int(digits[:2]), int(digits[2:])
    return hours * 60 + minutes if minutes <= 59 and hours * 60 + minutes <= 24 * 60 else None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _wrong(where: str, item: int, found: str, wanted: str) -> Invalid:
    return Invalid("fpl.item", f"{where}, item {item}", _plain(found), wanted)
