"""Values of an agreement as they stand in its file: each is written out, and none has a default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from wideberth.errors import Invalid
from wideberth.formats import terms
from wideberth.formats import tomltext as toml
from wideberth.formats.properties import check_name
from wideberth.formats.tomltext import Table
from wideberth.space.units import parse_duration, parse_length

_Choice = TypeVar("_Choice", bound=str)


def needed(table: Table, key: str, path: str = "") -> object:
    """The value of a key. Raises: Invalid (`terms.missing`)."""
    if key not in table:
        raise Invalid("terms.missing", toml.at(path, key), "nothing", f"{key}: what is agreed is written out")
    return table[key]


def choice(table: Table, key: str, path: str, choices: Sequence[_Choice]) -> _Choice:
    """One of some texts. Raises: Invalid (`agreement.choice`, `terms.missing`)."""
    value = needed(table, key, path)
    for each in choices:
        if value == each:
            return each
    raise Invalid("agreement.choice", toml.at(path, key), value, ", ".join(choices))


def whole(table: Table, key: str, low: int, high: int, path: str = "") -> int:
    """A whole number in a range. Raises: Invalid (`terms.range`, `terms.missing`)."""
    value = needed(table, key, path)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Invalid("terms.range", toml.at(path, key), value, f"a whole number from {low} to {high:,}")
    return value


def duration(table: Table, key: str, path: str) -> int:
    """A duration in ms. Raises: Invalid (`terms.range`, `terms.missing`, `duration.*`)."""
    return as_duration(needed(table, key, path), toml.at(path, key))


def as_duration(value: object, path: str) -> int:
    """The same of a value."""
    found = parse_duration(toml.is_text(value, path), path)
    most = terms.LARGEST["time"]
    if not 0 < found <= most:
        raise Invalid("terms.range", path, value, "more than 0 and at most ten years")
    return found


def length(table: Table, key: str, path: str) -> int:
    """A length in 0.1 mm. Raises: Invalid (`terms.range`, `terms.missing`, `length.*`)."""
    where = toml.at(path, key)
    value = toml.is_text(needed(table, key, path), where)
    found = parse_length(value, where)
    if not 0 < found <= terms.LARGEST["horizontal"]:
        raise Invalid("terms.range", where, value, "more than 0, and not beyond the Earth")
    return found


def names(table: Table, key: str, path: str) -> tuple[str, ...]:
    """Names, each once. Raises: Invalid (`terms.type`, `terms.repeated`, `text.*`)."""
    value, where = needed(table, key, path), toml.at(path, key)
    if not isinstance(value, list):
        raise Invalid("terms.type", where, value, "a list of names")
    names = tuple(check_name(toml.is_text(n, f"{where}[{i}]"), f"{where}[{i}]") for i, n in enumerate(value))
    once(names, where)
    return names


def once(names: Iterable[str], path: str) -> None:
    """Raises: Invalid (`terms.repeated`)."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Invalid("terms.repeated", path, name, "each once")
        seen.add(name)


def between(table: Table, key: str, least: str, most: str, path: str) -> int:
    """A duration in a range. Raises: Invalid (`terms.range`, and as `duration`)."""
    found = duration(table, key, path)
    if not parse_duration(least) <= found <= parse_duration(most):
        raise Invalid("terms.range", toml.at(path, key), table[key], f"from {least} to {most}")
    return found
