"""What readers of TOML files of ours share: parsing, places in the file, and the types of values.

A place is written as in an error: `separation[1].rules[0].time`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping

from wideberth.errors import Invalid

Table = Mapping[str, object]

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")

LARGEST_FILE = 1 << 20
"""Bytes; terms are written by people."""


def parse(data: bytes, path: str) -> Table:
    """The TOML document.

    Raises: Invalid (`terms.too_large`, `terms.encoding`, `terms.malformed`), with where it stops being one.
    """
    if len(data) > LARGEST_FILE:
        raise Invalid("terms.too_large", path, f"{len(data):,} bytes", f"at most {LARGEST_FILE:,}")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Invalid("terms.encoding", path, f"byte {error.start} is not UTF-8", "TOML in UTF-8") from error
    except RecursionError as error:
        raise Invalid("terms.malformed", path, "values nested too deeply", "TOML 1.0") from error
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        raise Invalid("terms.malformed", path, str(error), "TOML 1.0") from error


def at(path: str, key: str) -> str:
    """The place of a key in the table at `path`."""
    return f"{path}.{key}" if path else key


def check_keys(table: Table, known: tuple[str, ...], path: str) -> None:
    """Raises: Invalid (`terms.unknown_key`)."""
    for key in table:
        if key not in known:
            raise Invalid("terms.unknown_key", at(path, key), key, ", ".join(known))


def table(value: object, path: str) -> Table:
    """The value, if it is a table. Raises: Invalid (`terms.type`)."""
    if not isinstance(value, dict):
        raise Invalid("terms.type", path, value, "a table")
    return value


def tables(found: Table, key: str, path: str) -> list[tuple[Table, str]]:
    """The tables of an array, each with its place; none where the key is absent.

    Raises: Invalid (`terms.type`).
    """
    value, where = found.get(key, []), at(path, key)
    if not isinstance(value, list):
        raise Invalid("terms.type", where, value, f"a list of tables ([[{key}]])")
    return [(table(item, f"{where}[{i}]"), f"{where}[{i}]") for i, item in enumerate(value)]


def text(table: Table, key: str, path: str, default: str | None = None) -> str:
    """The text of a key. Raises: Invalid (`terms.missing` where there is no default, `terms.type`)."""
    if key not in table:
        if default is not None:
            return default
        raise Invalid("terms.missing", at(path, key), "nothing", f"{key}, a text")
    return is_text(table[key], at(path, key))


def is_text(value: object, path: str) -> str:
    """The value, if it is a text. Raises: Invalid (`terms.type`)."""
    if not isinstance(value, str):
        raise Invalid("terms.type", path, value, "a text in quotes")
    return value


def number(value: object, low: float, high: float, unit: str, path: str) -> float:
    """The value, if it is a number in the range. Raises: Invalid (`terms.type`, `terms.range`)."""
    wanted = f"a number from {low:g} to {high:g} {unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid("terms.type", path, value, wanted)
    if not math.isfinite(value) or not low <= value <= high:
        raise Invalid("terms.range", path, value, wanted)
    return float(value)


def span(value: object, low: float, high: float, unit: str, path: str) -> tuple[float, float]:
    """Two such numbers, the lower first. Raises: as `number`."""
    if not isinstance(value, list) or len(value) != 2:
        raise Invalid("terms.type", path, value, f"lowest and highest, in {unit}")
    first = number(value[0], low, high, unit, f"{path}[0]")
    last = number(value[1], low, high, unit, f"{path}[1]")
    if first > last:
        raise Invalid("terms.range", path, f"{first:g} to {last:g}", "lowest before highest")
    return first, last


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, on which a place stands, or the nearest around it that has one of its own."""
    best, found = 0, None
    where = ""
    counts: dict[str, int] = {}
    for n, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.fullmatch(line):
            here = where = _opened(header[2].split("."), header[1] == "[[", counts)
        elif key := _KEY.match(line):
            here = at(where, key[1])
        else:
            continue
        if len(here) > best and (place == here or place.startswith((f"{here}.", f"{here}["))):
            best, found = len(here), n
    return found


def _opened(names: list[str], listed: bool, counts: dict[str, int]) -> str:
    """The place of the table that a header opens; tables of lists are counted in `counts`."""
    where = ""
    for i, name in enumerate(names):
        where = at(where, name)
        if listed and i == len(names) - 1:
            counts[where] = counts.get(where, 0) + 1
        if where in counts:
            where = f"{where}[{counts[where] - 1}]"
    return where
