"""Two editions of one list: what is new, what is missing, what moved, what reads otherwise.

Rows are matched by id where both editions have it, else by name and nearness. A row that is missing takes
nothing away: the site stays in force until its owner confirms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from wideberth.formats.lists.columns import plain
from wideberth.formats.lists.entries import Entry
from wideberth.formats.lists.positions import distance, is_area
from wideberth.space.units import DEGREE, METRE

NEAR = 1_000.0
"""Metres: rows without a common id and with the same name are one site within this (a judgement)."""
SAME = 100.0
"""Metres: rows of one list with one name within this are probably one site (a judgement)."""
LISTED = 10_000
"""Duplicates of a list that are named."""
PLACES = frozenset(("lat", "lon", "coordinates", "mgrs", "shape", "datum"))
"""Columns whose change is told as metres, not as text (but a shape that is no point as text)."""


class Field(Struct, frozen=True):
    """A column whose text differs."""

    column: str
    old: str
    new: str


class Changed(Struct, frozen=True):
    """A row that is in both; `moved` in metres, 0 where it did not."""

    old: Entry
    new: Entry
    moved: float
    fields: tuple[Field, ...]


class Difference(Struct, frozen=True):
    """Rows only in the new list, only in the old, in both but changed; pairs of the new that may be one."""

    added: tuple[Entry, ...]
    dropped: tuple[Entry, ...]
    changed: tuple[Changed, ...]
    same: int
    duplicates: tuple[tuple[Entry, Entry], ...]

    @property
    def differs(self) -> bool:
        """True where the lists are not alike."""
        return bool(self.added or self.dropped or self.changed)


def compare(old: Sequence[Entry], new: Sequence[Entry]) -> Difference:
    """The difference of two editions; the order of rows does not count."""
    pairs, dropped, added = _matched(old, new)
    changed = []
    same = 0
    for before, after in pairs:
        moved = distance(before.at, after.at) if before.at and after.at and before.at != after.at else 0.0
        if (before.at is None) != (after.at is None):
            moved = float("inf")
        fields = _fields(before, after)
        if moved or fields:
            changed.append(Changed(before, after, moved, fields))
        else:
            same += 1
    return Difference(tuple(added), tuple(dropped), tuple(changed), same, duplicates(new))


def _matched(
    old: Sequence[Entry], new: Sequence[Entry]
) -> tuple[list[tuple[Entry, Entry]], list[Entry], list[Entry]]:
    by_id = _unique(old)
    pairs: list[tuple[Entry, Entry]] = []
    left: list[Entry] = []
    used: set[str] = set()
    for one, is_only in _only(new):
        before = by_id.get(_key(one)) if is_only else None
        if before is None:
            left.append(one)
        else:
            pairs.append((before, one))
            used.add(before.where)
    rest = [one for one in old if one.where not in used]
    more, dropped, added = _by_name(rest, left)
    return [*pairs, *more], dropped, added


def _key(one: Entry) -> tuple[str, str, str]:
    return one.kind, one.party, one.fields.get("id", "")


def _unique(rows: Sequence[Entry]) -> Mapping[tuple[str, str, str], Entry]:
    return {_key(one): one for one, is_only in _only(rows) if is_only}


def _only(rows: Sequence[Entry]) -> list[tuple[Entry, bool]]:
    """Each row, and whether its id is stated and is that of no other."""
    counts: dict[tuple[str, str, str], int] = {}
    for one in rows:
        counts[_key(one)] = counts.get(_key(one), 0) + 1
    return [(one, bool(one.fields.get("id")) and counts[_key(one)] == 1) for one in rows]


def _by_name(
    old: Sequence[Entry], new: Sequence[Entry]
) -> tuple[list[tuple[Entry, Entry]], list[Entry], list[Entry]]:
    """The nearest row of the same name within reach; rows alike in everything first."""
    waiting: dict[str, list[Entry]] = {}
    for one in old:
        waiting.setdefault(_name(one), []).append(one)
    pairs, added = [], []
    for one in new:
        candidates = waiting.get(_name(one), [])[:100]
        best = min(
            candidates, key=lambda other: (_apart(one, other), other.fields != one.fields), default=None
        )
        if best is None or _apart(one, best) > NEAR:
            added.append(one)
            continue
        waiting[_name(one)].remove(best)
        pairs.append((best, one))
    taken = {before.where for before, _ in pairs}
    return pairs, [one for one in old if one.where not in taken], added


def _name(one: Entry) -> str:
    return plain(one.name or one.id)


def _apart(one: Entry, other: Entry) -> float:
    if one.at is None or other.at is None:
        return 0.0 if one.at == other.at else float("inf")
    return 0.0 if one.at == other.at else distance(one.at, other.at)


def _fields(before: Entry, after: Entry) -> tuple[Field, ...]:
    names = [name for name in {**before.fields, **after.fields} if name not in PLACES]
    if any(is_area(one.fields.get("shape")) for one in (before, after)):
        names.append("shape")  # a line or an area has no position whose move would be told
    found = [Field(name, before.fields.get(name, ""), after.fields.get(name, "")) for name in names]
    return tuple(field for field in found if field.old != field.new)


def duplicates(rows: Sequence[Entry]) -> tuple[tuple[Entry, Entry], ...]:
    """Pairs of sites that are probably one: at one point, or near and of one name. At most `LISTED`."""
    found: list[tuple[Entry, Entry]] = []
    at_point: dict[tuple[int, int], Entry] = {}
    by_name: dict[str, list[Entry]] = {}
    for one in rows:
        if one.kind != "site" or one.at is None or len(found) >= LISTED:
            continue
        first = at_point.setdefault(one.at, one)
        if first is not one:
            found.append((first, one))
            continue
        namesakes = by_name.setdefault(_name(one), [])
        near = next((other for other in namesakes[-200:] if _apart(one, other) <= SAME), None)
        if near is not None:
            found.append((near, one))
        namesakes.append(one)
    return tuple(found)


def document(found: Difference, old: str, new: str, as_of: str) -> dict[str, object]:
    """The difference as JSON, schema wideberth.diff/1."""
    return {
        "schema": "wideberth.diff/1",
        "as_of": as_of,
        "old": old,
        "new": new,
        "same": found.same,
        "added": [_row(one) for one in found.added],
        "not_in_new": [
            {**_row(one), "in_force": "stays in force until its owner confirms"} for one in found.dropped
        ],
        "changed": [
            {
                **_row(one.new),
                "old_row": one.old.where,
                "moved_m": round(one.moved, 1) if one.moved != float("inf") else None,
                "fields": [{"column": f.column, "old": f.old, "new": f.new} for f in one.fields],
            }
            for one in found.changed
        ],
        "duplicates": [[_row(first), _row(second)] for first, second in found.duplicates],
    }


def _row(one: Entry) -> dict[str, object]:
    where = None
    if one.at is not None:
        where = {"lon_deg": one.at[0] / DEGREE, "lat_deg": one.at[1] / DEGREE, "doubt_m": one.doubt / METRE}
    return {"row": one.where, "kind": one.kind, "id": one.id, "name": one.name, "at": where}
