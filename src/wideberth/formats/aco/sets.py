"""An order as sets, and the sets of each airspace control means.

A set is an identifier and its fields between slashes, ended by two slashes: `CIRCLE/LATM:2037N05943E/5NM//`.
A set whose identifier begins with a digit is columnar: its rows are lines that begin with a slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats.messagetext import Lines

MOST_MEANS = 20_000
MOST_FIELDS = 12_000
"""Fields of one set: a polygon may have 10,000 vertices."""
_NAME = re.compile(r"\s*([A-Z0-9]{2,12})\s*(?=/)")
KNOWN = re.compile(r"(?:^|/|\s)(?:MSGID/ACO\b|ACMID/|ACOID/)")


class Set(Struct, frozen=True):
    """One set; `fields` are stripped, with single spaces."""

    name: str
    fields: tuple[str, ...]
    line: int


class Means(Struct, frozen=True):
    """An airspace control means: its kind as a code, its name, and its sets after ACMID."""

    code: str
    name: str
    sets: tuple[Set, ...]
    line: int
    deleted: bool


class Order(Struct, frozen=True):
    """What an order states of itself, and its means; `deleted` names those that it takes back."""

    sets: tuple[Set, ...]
    means: tuple[Means, ...]
    deleted: tuple[str, ...]


def order(text: str) -> Order:
    """The order in an upper-case text. Raises: Invalid (`aco.none`, `aco.too_many`)."""
    head: list[Set] = []
    means: list[Means] = []
    deleted: list[str] = []
    inside: list[Set] = []
    opened: Set | None = None
    status = ""
    for one in (*_sets(text), None):
        if opened is not None and (one is None or one.name in ("ACMID", "ACMSTAT", "ACOID")):
            means.append(_means(opened, inside, status == "DELETE"))
            opened, inside = None, []
        if one is None:
            break
        if one.name == "ACMID":
            opened = one
        elif one.name == "ACMSTAT":
            status = one.fields[0] if one.fields else ""
            deleted += [_after(field) for field in one.fields[1:]] if status == "DELETE" else []
        elif opened is not None:
            inside.append(one)
        else:
            head.append(one)
        if len(means) > MOST_MEANS:
            wanted = f"at most {MOST_MEANS:,}"
            raise Invalid("aco.too_many", f"line {one.line}", "more airspace control means", wanted)
    if not means and not deleted:
        raise Invalid("aco.none", "", "no set ACMID", "an airspace control order: ACMID/ACM:ROZ/NAME:…//")
    return Order(tuple(head), tuple(means), tuple(deleted))


def _sets(text: str) -> Iterator[Set]:
    """The sets in order; what stands between them without an identifier is skipped."""
    lines = Lines(text)
    begin = 0
    while begin < len(text):
        end = text.find("//", begin)
        end = len(text) if end < 0 else end
        match = _NAME.match(text, begin, end)
        if match is not None:
            fields = tuple(" ".join(field.split()) for field in text[match.end() + 1 : end].split("/"))
            if len(fields) > MOST_FIELDS:
                wanted = f"at most {MOST_FIELDS:,}"
                raise Invalid("aco.too_many", f"line {lines.at(match.start(1))}", "more fields", wanted)
            yield Set(match[1], fields, lines.at(match.start(1)))
        begin = end + 2


def _means(opened: Set, inside: list[Set], deleted: bool) -> Means:
    code = next((_after(f) for f in opened.fields if f.startswith("ACM:")), "")
    name = next((_after(f) for f in opened.fields if f.startswith(("NAME:", "DESIG:"))), "")
    return Means(code, name, tuple(inside), opened.line, deleted)


def _after(field: str) -> str:
    """A field's value without its descriptor: `NAME:ATLANTIC` is ATLANTIC."""
    return field.partition(":")[2].strip() if ":" in field else field
