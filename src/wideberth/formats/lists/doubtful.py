"""What gives reason to ask again about the places of a list, row by row, before it is kept and told."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from wideberth.errors import shorten
from wideberth.formats.lists import compare, reader
from wideberth.formats.lists.entries import Entry
from wideberth.formats.lists.listing import Placed
from wideberth.space.doubts import doubts
from wideberth.space.ground import Circle, Point, Polygon
from wideberth.space.nearest import Towns, nearest
from wideberth.space.place import Place
from wideberth.space.words import kilometres

BORDER: Final = 20_000.0
"""Metres: so much nearer must a town of another country be. A judgement: places lie on borders."""
FEW: Final = 3
"""Sites of a list from which on it has a middle."""
MILD: Final = frozenset({"datum", "not_a_pin"})
"""Kinds that are told and keep no row out."""


class Doubt(NamedTuple):
    """About a row: its id and place in the file, which kind of doubt, in words, whether it is serious."""

    row: str
    where: str
    kind: str
    text: str
    serious: bool


class Held(NamedTuple):
    """What the places are held against.

    Attributes:
        separation: 0.1 mm, the minimum that sites are used with.
        own: the own position, which no place should be.
        area: where places are expected.
        country: ISO 3166-1 alpha-2, in which they are expected; needs `towns`.
    """

    separation: int
    own: Place | None = None
    area: Polygon | Circle | None = None
    country: str | None = None
    towns: Towns | None = None


def find(rows: Sequence[Placed], held: Held) -> list[Doubt]:
    """All doubts, in the order of the rows."""
    entries = [each.entry for each in rows if each.entry is not None]
    ids = {each.where: each.row.id for each in rows}
    others = list(_between(entries, ids))
    found = []
    country, middle = _country(held), _middle(entries)
    for each in rows:
        for kind, text in (*_alone(each, held, country), *_otherwise(each, middle)):
            found.append(Doubt(each.row.id, each.where, kind, text, kind not in MILD))
        found += [one for one in others if one.where == each.where]
    return found


def _alone(each: Placed, held: Held, country: Towns | None) -> Iterator[tuple[str, str]]:
    """What a place alone, and what it is held against, gives reason to ask."""
    if each.entry is None or each.entry.at is None:
        return
    where = Place(each.entry.at, each.entry.doubt, "a list")
    for doubt in doubts(where, own=held.own, area=held.area, separation=held.separation):
        yield doubt.kind, doubt.text
    if country is not None and held.towns is not None and held.country is not None:
        yield from _elsewhere(each.entry.at, held.towns, country, held.country)


def _middle(entries: Sequence[Entry]) -> Place | None:
    """Where the sites of the list are; None where there are too few to say."""
    sites = [each.at for each in entries if each.kind == "site" and each.at is not None]
    if len(sites) < FEW:
        return None
    lon, lat = (round(statistics.median(at[axis] for at in sites)) for axis in (0, 1))
    return Place((lon, lat), 0, "the middle of a list")


def _otherwise(each: Placed, middle: Place | None) -> Iterator[tuple[str, str]]:
    """Another reading of the same figures that would lie among the other sites, where this one does not."""
    if middle is None or each.entry is None or each.entry.at is None:
        return
    for doubt in doubts(Place(each.entry.at, 0, "a list"), second=middle):
        if doubt.kind in ("swapped", "sign"):
            how = doubt.text.partition(" the place would be")[0]
            yield doubt.kind, f"{how} it would lie among the other sites"


def _elsewhere(at: Point, towns: Towns, country: Towns, name: str) -> Iterator[tuple[str, str]]:
    town, own = nearest(towns, at), nearest(country, at)
    if town.country != name and own.distance > town.distance + BORDER:
        text = (
            f"the nearest town is {town.name}, {town.country}, {kilometres(town.distance)} away;"
            f" the nearest of {name} is {own.name}, {kilometres(own.distance)} away"
        )
        yield "country", text


def _country(held: Held) -> Towns | None:
    """The towns of the country; None where there are none, or none is asked for."""
    if held.towns is None or held.country is None:
        return None
    some = np.array([each == held.country for each in held.towns.countries])
    if not some.any():
        return None
    rows = np.flatnonzero(some)
    return Towns(
        tuple(held.towns.names[i] for i in rows),
        tuple(held.towns.countries[i] for i in rows),
        held.towns.lon[rows],
        held.towns.lat[rows],
        held.towns.population[rows],
    )


def _between(entries: Sequence[Entry], ids: dict[str, str]) -> Iterator[Doubt]:
    """What rows give reason to ask beside each other."""
    for away in reader.far(entries):
        place = away.entry.where
        text = f"it is {away.metres / 1000:,.0f} km from the middle of the list"
        yield Doubt(ids[place], place, "far", text, True)
    for first, second in compare.duplicates(entries):
        text = f"it is probably the same site as {shorten(ids[first.where], 60)} ({first.where})"
        yield Doubt(ids[second.where], second.where, "duplicate", text, True)
