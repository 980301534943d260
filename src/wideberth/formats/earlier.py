"""What an earlier check found, read from the JSON that it printed (`wideberth.check/1`).

Volumes are named by rank in that JSON, and ranks shift when a plan is amended; plans keep their names. So
what is kept of a result is one `Met` for each pair of plans. Keys that are not known are left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.result import SCHEMA
from wideberth.formats.times import parse_time

Key = tuple[str, str]
Pair = tuple[Key, Key]
Object = Mapping[str, object]

AXES = ("horizontal_m", "vertical_m", "time_s", "frequency_hz")
LARGEST = 10**15
"""Of a gap in its unit: frequencies are the largest."""
WANTED = "what `wideberth check --json` printed"
REWRITTEN = f"{WANTED}; a result that is written over the file it is compared with empties it first"


class Met(Struct, frozen=True):
    """That two plans (party, id) were in conflict: in how many pairs of volumes, and when and how much.

    `start` is the earliest `from`, `end` the latest `until` (POSIX ms, None is unbounded); `gap` the smallest
    per axis of `AXES`, in the units of the JSON; `files` that in which each plan stood.
    """

    plans: Pair
    pairs: int
    start: int | None
    end: int | None
    gap: tuple[float | None, ...]
    files: tuple[str, str]


class Outcome(Struct, frozen=True):
    """A result as far as another is compared with it.

    `met` by pair of plans. `listed` of `count` conflicts were listed. `separation` is the table as JSON,
    `source` its name. `files` are those that were read (None: the result does not say), `refused` those
    that were not. `unseen` are pairs of `met` that an even earlier result had and this one did not check.
    """

    as_of: int
    met: Mapping[Pair, Met]
    listed: int
    count: int
    separation: object
    source: str
    files: frozenset[str] | None
    refused: frozenset[str]
    unseen: frozenset[Pair] = frozenset()


def read(data: bytes) -> Outcome:
    """The outcome that a file holds.

    Raises: Invalid (`file.*`, `json.*`, and as `outcome_of`).
    """
    if not data.strip():
        raise Invalid("file.empty", "", "an empty file", REWRITTEN)
    return outcome_of(jsontext.parse(data))


def outcome_of(document: object) -> Outcome:
    """The outcome that the object of `check --json` tells.

    Raises: Invalid (`since.schema`, `since.missing_key`, `since.type`, `time.*`).
    """
    if not isinstance(document, dict):
        raise Invalid("since.schema", "", type(document).__name__, f"{WANTED}, {SCHEMA}")
    schema = document.get("schema")
    if schema != SCHEMA:
        raise Invalid("since.schema", "schema", "no schema" if schema is None else schema, SCHEMA)
    found = cast(Object, document)
    listed = _list(found, "conflicts", "")
    met = _together(_conflict(one, f"conflicts[{i}]") for i, one in enumerate(listed))
    unseen = _unseen(found)
    count = found.get("count")
    return Outcome(
        as_of=parse_time(_text(found, "as_of", ""), "as_of"),
        met={**unseen, **met},
        listed=len(listed),
        count=count if isinstance(count, int) and count > len(listed) else len(listed),
        separation=_list(found, "separation", ""),
        source=_text(found, "separation_source", ""),
        files=_files(found),
        refused=frozenset(
            _text(_object(one, f"refused[{i}]"), "file", f"refused[{i}]")
            for i, one in enumerate(_list(found, "refused", ""))
        ),
        unseen=frozenset(unseen.keys() - met.keys()),
    )


def _conflict(value: object, path: str) -> Met:
    found = _object(value, path)
    places = [f"{path}.where[{k}]" for k in range(2)]
    files = [
        _text(_object(one, place), "file", place)
        for place, one in zip(places, _two(found, "where", path), strict=True)
    ]
    return _met(found, path, 1, files)


def _met(found: Object, path: str, pairs: int, files: Sequence[str]) -> Met:
    """What a conflict and a pair that was not checked both state."""
    gap = _object(_get(found, "gap", path), f"{path}.gap")
    plans = [
        (_text(plan, "party", place), _text(plan, "id", place))
        for place, plan in (
            (f"{path}.plans[{k}]", _object(one, f"{path}.plans[{k}]"))
            for k, one in enumerate(_two(found, "plans", path))
        )
    ]
    (one, file), (other, other_file) = sorted(zip(plans, files, strict=True))
    return Met(
        plans=(one, other),
        pairs=pairs,
        start=_time(found, "from", path),
        end=_time(found, "until", path),
        gap=tuple(_figure(gap, axis, f"{path}.gap") for axis in AXES),
        files=(file, other_file),
    )


def _unseen(found: Object) -> dict[Pair, Met]:
    """What the result itself could not check again: it may still be there."""
    if found.get("since") is None:
        return {}
    since = _object(found["since"], "since")
    listed: list[Met] = []
    for i, value in enumerate(_list(since, "not_checked", "since")):
        path = f"since.not_checked[{i}]"
        one = _object(value, path)
        pairs = _get(one, "pairs", path)
        if isinstance(pairs, bool) or not isinstance(pairs, int):
            raise Invalid("since.type", f"{path}.pairs", pairs, "a whole number")
        files = [_name(file, f"{path}.files[{k}]") for k, file in enumerate(_two(one, "files", path))]
        listed.append(_met(one, path, pairs, files))
    return _together(listed)


def _together(conflicts: Iterable[Met]) -> dict[Pair, Met]:
    """One for each pair of plans."""
    found: dict[Pair, Met] = {}
    for one in conflicts:
        first = found.get(one.plans)
        found[one.plans] = one if first is None else _both(first, one)
    return found


def _both(one: Met, other: Met) -> Met:
    return Met(
        plans=one.plans,
        pairs=one.pairs + other.pairs,
        start=None if one.start is None or other.start is None else min(one.start, other.start),
        end=None if one.end is None or other.end is None else max(one.end, other.end),
        gap=tuple(_least(a, b) for a, b in zip(one.gap, other.gap, strict=True)),
        files=one.files,
    )


def _least(one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _get(found: Object, key: str, path: str) -> object:
    if key not in found:
        raise Invalid("since.missing_key", path, f"no {key}", f"{WANTED}, whole")
    return found[key]


def _object(value: object, path: str) -> Object:
    if not isinstance(value, dict):
        raise Invalid("since.type", path, value, "an object")
    return cast(Object, value)


def _list(found: Object, key: str, path: str) -> list[object]:
    value = _get(found, key, path)
    if not isinstance(value, list):
        raise Invalid("since.type", _under(path, key), value, "a list")
    return value


def _two(found: Object, key: str, path: str) -> list[object]:
    listed = _list(found, key, path)
    if len(listed) != 2:
        raise Invalid("since.type", _under(path, key), f"{len(listed)} of them", "two, one for each plan")
    return listed


def _text(found: Object, key: str, path: str) -> str:
    return _name(_get(found, key, path), _under(path, key))


def _name(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise Invalid("since.type", path, value, "text")
    return value


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _time(found: Object, key: str, path: str) -> int | None:
    return None if _get(found, key, path) is None else parse_time(_text(found, key, path), f"{path}.{key}")


def _figure(gap: Object, axis: str, path: str) -> float | None:
    value = _get(gap, axis, path)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        raise Invalid("since.type", f"{path}.{axis}", repr(value), "a gap as a number, or null")
    return value


def _files(found: Object) -> frozenset[str] | None:
    if found.get("files") is None:
        return None
    return frozenset(_name(one, f"files[{i}]") for i, one in enumerate(_list(found, "files", "")))
