"""The one way to write a value down: RFC 8785 (JCS), less what readers are known to read differently.

UTF-8; no key twice; whole numbers within ±(2^53 - 1), without fraction or exponent; no half surrogate and no
NUL; at most `DEPTH` levels; an object on top. What arrives is accepted only where writing what was read gives
the same bytes, and those bytes are kept.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias, cast

import rfc8785

from wideberth.errors import Invalid

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"

DEPTH = 16
"""Levels of [ and {; the outermost is level 1."""
HEADER = 4 * 1024
"""Bytes of an entry's header."""
BODY = 64 * 1024
"""Bytes of a body in a main feed."""
URGENT = 4 * 1024
"""Bytes of a body in an urgent feed."""
WHOLE = 2**53 - 1
"""The largest whole number that every reader of JSON reads exactly."""

# written out, because what a library calls printable changes with its version, and the record is for ever
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_DIGITS = 17
"""Characters of a number within ±WHOLE, with its sign."""
# an unterminated text runs to the end, so that the scan stays linear whatever it is given
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
_UNFIT = re.compile("[\0\ud800-\udfff]")


def write(value: Value, limit: int = BODY, depth: int = DEPTH) -> bytes:
    """The canonical bytes of a value; `depth`: more levels only for what stands around a body.

    Raises: Invalid (`ledger.json_type`, `ledger.json_number`, `ledger.json_text`, `ledger.json_depth`,
    `ledger.json_too_large`).
    """
    _check(value, depth)
    data = _dumps(value)
    _check_size(data, limit)
    return data


def accept(data: bytes, limit: int = BODY, depth: int = DEPTH) -> dict[str, Value]:
    """The object that canonical bytes hold; `depth` as in `write`.

    Raises: Invalid as `parse` does, and `ledger.json_not_canonical` where the same value has other bytes.
    """
    value = parse(data, limit, depth)
    if not isinstance(value, dict):
        raise Invalid("ledger.json_type", "", "an array", "a JSON object")
    if _dumps(value) != data:
        raise Invalid("ledger.json_not_canonical", "", data[:60].decode("utf-8", "replace"), "RFC 8785 bytes")
    return value


def parse(data: bytes, limit: int = BODY, depth: int = DEPTH) -> dict[str, Value] | list[Value]:
    """The value of strict JSON, canonical or not: size and depth are known before anything is parsed.

    Raises: Invalid (`ledger.json_too_large`, `ledger.json_encoding`, `ledger.json_depth`,
    `ledger.json_syntax`, `ledger.json_repeated_key`, `ledger.json_number`, `ledger.json_text`,
    `ledger.json_type`).
    """
    _check_size(data, limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte {error.start}"
        raise Invalid(
            "ledger.json_encoding", where, f"the byte 0x{data[error.start]:02x}", "UTF-8"
        ) from error
    _check_depth(data, depth)
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        where = f"byte {len(text[: error.pos].encode())}"
        raise Invalid("ledger.json_syntax", where, text[error.pos : error.pos + 20], "JSON") from error
    if not isinstance(value, dict | list):
        raise Invalid("ledger.json_type", "", text, "a JSON object or array")
    # depth and numbers were checked on the way; a NUL or half a surrogate can only come out of an escape
    if "\\u" in text:
        _check(value, depth)
    return cast("dict[str, Value] | list[Value]", value)


def seen(text: str, most: int) -> bool:
    """Whether it is a name to be shown: 1 to `most` characters, none unseen, no space at either end."""
    return 0 < len(text) <= most and not _UNSEEN.search(text) and text == text.strip(" ")


def _dumps(value: Value) -> bytes:
    """The bytes of a value that was checked.

    The standard library's encoder is many times faster, and differs in two things only: fractions, of which
    there are none here, and the order of keys, where one has a character beyond U+FFFF.
    """
    text = _encoder.encode(value)
    return rfc8785.dumps(cast("dict[str, Any]", value)) if _BEYOND.search(text) else text.encode()


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise Invalid("ledger.json_too_large", "", f"{len(data):,} bytes", f"at most {limit:,} bytes")


def _check_depth(data: bytes, most: int) -> None:
    """Refuse deep nesting before the parser can recurse."""
    if data.count(b"[") + data.count(b"{") <= most:
        return
    depth = 0
    for byte in _TEXT.sub(b"", data):
        if byte in b"[{":
            depth += 1
            if depth > most:
                raise _deep(most)
        elif byte in b"]}":
            depth -= 1


def _deep(most: int) -> Invalid:
    return Invalid("ledger.json_depth", "", f"more than {most} levels", f"at most {most} levels of [ and {{")


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key in found:
            raise Invalid("ledger.json_repeated_key", "", key, "each key once in an object")
        found[key] = value
    return found


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS or abs(int(digits)) > WHOLE:
        raise _not_whole(digits)
    return int(digits)


def _no_number(digits: str) -> int:
    raise _not_whole(digits)


def _not_whole(found: object) -> Invalid:
    return Invalid(
        "ledger.json_number", "", found, "whole numbers within ±(2^53 - 1), no fraction, no exponent"
    )


_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_no_number, parse_constant=_no_number
)


def _check(value: object, most: int) -> None:
    """Refuse what the profile has no place for, anywhere in a value."""
    left: list[tuple[object, int]] = [(value, 1)]
    while left:
        found, depth = left.pop()
        if isinstance(found, dict | list):
            if depth > most:
                raise _deep(most)
            inner = found if isinstance(found, list) else [*found, *found.values()]
            left.extend((each, depth + 1) for each in inner)
            if isinstance(found, dict) and not all(isinstance(key, str) for key in found):
                raise Invalid("ledger.json_type", "", sorted(map(str, found)), "keys that are texts")
        elif isinstance(found, str):
            if _UNFIT.search(found):
                raise Invalid("ledger.json_text", "", found, "whole characters, and no NUL")
        elif isinstance(found, int):  # bool is an int, and within the bounds
            if abs(found) > WHOLE:
                raise _not_whole(found)
        elif isinstance(found, float):
            raise _not_whole(found)
        elif found is not None:
            raise Invalid("ledger.json_type", "", type(found).__name__, "what JSON has")
