"""Readers kept by others, asked how much of a file they read: each gets the file as it stands.

Where one wants another shape of the same text (NOTAM on lines, without parentheses), it is also given that,
so that the count says what it can read and not only how it wants to be asked.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable
from importlib.util import find_spec

import openair
from aviconv_notam import parser
from msgspec import Struct


class Opinion(Struct, frozen=True):
    """`records` that the reader `name` found, of `asked`; `whole` where it took the file without an error."""

    name: str
    records: int
    whole: bool


def notam(data: bytes, file: str) -> Opinion:
    """aviconv-notam, a notice at a time, in the shape that it wants."""
    if file.endswith(".csv"):
        rows = csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True))
        texts = [html.unescape(row["raw"]) for row in rows]
    else:
        texts = [data.decode("latin-1")]
    read = sum(_notice(text) for text in texts)
    return Opinion("aviconv-notam", read, read == len(texts))


def _notice(text: str) -> bool:
    plain = text.strip().removeprefix("(").split("CREATED:")[0].strip().removesuffix(")")
    if "\n" not in plain:
        plain = re.sub(r" +(?=[QABCDEFG]\) ?)", "\n", plain)
    try:
        parser.parse(plain)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read the notice
        return False
    return True


def airspace(data: bytes, _file: str) -> Opinion:
    """openair-rs-py, the file as it stands."""
    try:
        found = openair.parse_string(data.decode("utf-8", "replace"))
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read the file
        return Opinion("openair-rs-py", 0, whole=False)
    return Opinion("openair-rs-py", len(found), whole=True)


def kml(data: bytes, _file: str) -> Opinion | None:
    """Fastkml where it is installed (LGPL, so no dependency of ours)."""
    if find_spec("fastkml") is None:
        return None
    from fastkml import KML, Placemark
    from fastkml.utils import find_all

    try:
        found = list(find_all(KML.from_string(data), of_type=Placemark))
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read the file
        return Opinion("fastkml", 0, whole=False)
    drawn = sum(one.geometry is not None for one in found)
    return Opinion("fastkml", drawn, drawn == len(found))


def navwarn(data: bytes, _file: str) -> Opinion:
    """The archive's own reading: its column `polygon`."""
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True)))
    areas = sum(len(json.loads(row["polygon"])) for row in rows if row.get("polygon"))
    return Opinion("the archive's own polygons", areas, all(row.get("polygon") for row in rows))


ORACLES: dict[str, Callable[[bytes, str], Opinion | None]] = {
    "notam": notam,
    "openair": airspace,
    "kml": kml,
    "navwarn": navwarn,
}
"""By the name of our format."""
