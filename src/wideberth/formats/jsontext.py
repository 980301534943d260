"""JSON as it is exchanged between parties who must read the same thing: strict, and bounded before parsing.

RFC 8259 in UTF-8, less what its readers are known to read differently: repeated keys, NaN and Infinity,
numbers that a double cannot hold, half surrogates. No document recurses deeper than `DEPTH`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator

import numpy as np

from wideberth.errors import Invalid, shorten

SIZE = 64 * 1024 * 1024
"""Bytes of a file of any JSON format."""
DEPTH = 64
ARRAYS = 1_000_000
"""Of "[": a document with more positions than this is refused before any time is spent on it."""
OBJECTS = 1_000_000
"""Of "{"."""
VALUES = 5_000_000
"""Of ",": bounds the memory of whatever else a document may list."""
DIGITS = 40
"""Of an integer; none of ours has more than 16."""

WANTED = "JSON (RFC 8259) in UTF-8"
_BOMS = (
    (b"\xef\xbb\xbf", "a byte order mark"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
# an unterminated text runs to the end, so that the scan stays linear whatever it is given
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKETS = bytes(c for c in range(256) if c not in b"[]{}")
_HALF = re.compile("[\ud800-\udfff]")


def parse(data: bytes) -> object:
    """The value of a JSON document: dict, list, str, int, float, bool or None.

    Raises: Invalid (`file.empty`, `file.too_large`, `json.encoding`, `json.depth`, `json.too_many_arrays`,
    `json.too_many_values`, `json.syntax`, `json.repeated_key`, `json.number`, `json.surrogate`).
    """
    text = _decoded(data)
    _check_bounds(data)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_float,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        found = repr(text[error.pos : error.pos + 20]) if error.pos < len(text) else "the end of the file"
        where = f"line {error.lineno}, column {error.colno}"
        raise Invalid("json.syntax", where, found, f"{WANTED}; {_plain(error.msg)}") from error
    except Invalid as error:
        # the parser does not say where it stands: read once more and look for the place
        raise Invalid(error.code, _place(text), error.found, error.wanted) from error
    if "\\u" in text:
        _check_halves(value)
    return value


def walk(value: object) -> Iterator[tuple[str, object]]:
    """Every key and value of a parsed document with its path, such as `features[3].properties.lower`."""
    left: list[tuple[str, object]] = [("", value)]
    while left:
        path, found = left.pop()
        yield path, found
        if isinstance(found, dict):
            for key, inner in found.items():
                yield path, key
                left.append((_under(path, key), inner))
        elif isinstance(found, list):
            left.extend((f"{path}[{i}]", inner) for i, inner in enumerate(found))


def _under(path: str, key: str) -> str:
    return f"{path}.{shorten(key, 40)}" if path else shorten(key, 40)


def _decoded(data: bytes) -> str:
    if len(data) > SIZE:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE:,} bytes (64 MiB)")
    if not data.strip():
        raise Invalid("file.empty", "", "nothing", WANTED)
    for mark, name in _BOMS:
        if data.startswith(mark):
            raise Invalid("json.encoding", "byte 0", name, f"{WANTED} without a byte order mark")
    if b"\0" in data[:4]:
        raise Invalid("json.encoding", "byte 0", "zero bytes, as in UTF-16 or UTF-32", WANTED)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"the byte 0x{data[error.start]:02x}"
        raise Invalid("json.encoding", f"byte {error.start}", found, WANTED) from error


def _check_bounds(data: bytes) -> None:
    """Refuse what would take much time, memory or recursion, from the bytes alone."""
    arrays, objects = data.count(b"["), data.count(b"{")
    if arrays > ARRAYS:
        raise Invalid("json.too_many_arrays", "", f"{arrays:,} of [", f"at most {ARRAYS:,}")
    if objects > OBJECTS:
        raise Invalid("json.too_many_values", "", f"{objects:,} of {{", f"at most {OBJECTS:,}")
    values = max(data.count(b","), data.count(b'"') // 4)
    if values > VALUES:
        raise Invalid("json.too_many_values", "", f"{values:,} values", f"at most {VALUES:,}")
    if arrays + objects <= DEPTH:
        return
    brackets = np.frombuffer(_TEXT.sub(b"", data).translate(None, _NO_BRACKETS), dtype=np.uint8)
    opening = (brackets == ord("[")) | (brackets == ord("{"))
    depth = int(np.cumsum(np.where(opening, 1, -1)).max(initial=0))
    if depth > DEPTH:
        raise Invalid("json.depth", "", f"{depth:,} levels", f"at most {DEPTH} levels of [ and {{")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Invalid("json.repeated_key", "", _repeated(pairs), "each key once in an object")
    return found


def _repeated(pairs: list[tuple[str, object]]) -> str | None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return None


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise Invalid("json.number", "", digits, "numbers up to 1.7e308")
    return value


def _integer(digits: str) -> int:
    if len(digits) > DIGITS:
        raise Invalid(
            "json.number", "", f"{digits[:20]}… ({len(digits):,} digits)", f"at most {DIGITS} digits"
        )
    return int(digits)


def _constant(name: str) -> float:
    raise Invalid("json.number", "", name, "finite numbers; leave out what is not known, or write null")


def _plain(message: str) -> str:
    return message[0].lower() + message[1:]


def _check_halves(value: object) -> None:
    """Refuse half of a surrogate pair: it is no character, and no UTF-8 can carry it on."""
    for path, found in walk(value):
        if isinstance(found, str) and _HALF.search(found):
            raise Invalid("json.surrogate", path, found, "whole characters (both halves of a surrogate pair)")


class _Bad:
    """Stands for a value that was refused."""


def _place(text: str) -> str:
    """The path of a value that a hook refuses; empty where a second fault further on hides it."""
    try:
        document = json.loads(
            text,
            object_pairs_hook=lambda pairs: _Bad() if _repeated(pairs) is not None else dict(pairs),
            parse_float=_marked(_float),
            parse_int=_marked(_integer),
            parse_constant=lambda _: _Bad(),
        )
    except json.JSONDecodeError:
        return ""
    return next((path for path, found in walk(document) if isinstance(found, _Bad)), "")


def _marked(read: Callable[[str], object]) -> Callable[[str], object]:
    def marked(digits: str) -> object:
        try:
            return read(digits)
        except Invalid:
            return _Bad()

    return marked
