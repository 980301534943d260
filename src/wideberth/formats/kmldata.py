"""ExtendedData of KML: texts, of which the keys of the profile are given their types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from wideberth.errors import Invalid
from wideberth.formats import jsontext
from wideberth.formats.kmlshape import NUMBER, child_text, children
from wideberth.formats.properties import NUMBER_KEYS, Properties

_WHOLE = re.compile(r"[+-]?[0-9]{1,15}")
_BAND = re.compile(r"([^.{}]{1,20}(?:\.[0-9][^.{}]{0,20})?)\.\.([^{}]{1,40})")
_BAND_WANTED = '2.40GHz..2.48GHz, or {"from": "2.40GHz", "to": "2.48GHz"}'


def extended_data(placemark: etree._Element, path: str) -> Properties:
    """The properties of a Placemark; an empty value is an absent one.

    Raises: Invalid (`kml.repeated_key`, `profile.type`, `json.*`).
    """
    found: dict[str, object] = {}
    where = f"{path}, ExtendedData"
    for key, text in _pairs(placemark):
        if key in found:
            raise Invalid("kml.repeated_key", where, key, "each key once")
        if text:
            found[key] = _typed(key, text, f"{where}.{key}")
    return found


def _pairs(placemark: etree._Element) -> Iterator[tuple[str, str]]:
    for extended in children(placemark, "ExtendedData"):
        for data in children(extended, "Data"):
            yield data.get("name", ""), child_text(data, "value")
        for schema in children(extended, "SchemaData"):
            for simple in children(schema, "SimpleData"):
                yield simple.get("name", ""), (simple.text or "").strip()


def _typed(key: str, text: str, path: str) -> object:
    """The value that the profile expects for the key; other texts stay as they are."""
    if key in NUMBER_KEYS:
        return _number(text, path)
    if key == "times":
        return _json(text, path) if text.startswith("[") else text.replace(",", " ").split()
    if key == "band" and not text.startswith("{"):
        return _band(text, path)
    if key in ("band", "pad") or (key in ("lower", "upper") and text.startswith("{")):
        return _json(text, path)
    return text


def _number(text: str, path: str) -> int | Decimal:
    if NUMBER.fullmatch(text) is None:
        raise Invalid("profile.type", path, text, "a number, without its unit")
    return int(text) if _WHOLE.fullmatch(text) else Decimal(text)


def _band(text: str, path: str) -> dict[str, str]:
    match = _BAND.fullmatch(text)
    if match is None:
        raise Invalid("profile.type", path, text, _BAND_WANTED)
    return {"from": match[1].strip(), "to": match[2].strip()}


def _json(text: str, path: str) -> object:
    try:
        return jsontext.parse(text.encode("utf-8"))
    except Invalid as error:
        at = f"{path}, {error.path}" if error.path else path
        raise Invalid(error.code, at, error.found, error.wanted) from None
