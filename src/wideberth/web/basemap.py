"""The party's own map under everything: one PMTiles file, named in node.toml, of which parts are given.

PMTiles, version 3: a header of 127 bytes, directories, metadata as JSON, and tiles; whoever draws it asks for
ranges of bytes (RFC 9110, 14). The file is the party's own matter; of its metadata only names are looked at.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid, Refused
from wideberth.formats.published import line
from wideberth.web.call import Call, Part
from wideberth.web.route import ANYBODY, OCTETS, Route

PIECE: Final = 4 << 20
"""Bytes that are given at a time."""
HEADER: Final = 127
METADATA: Final = 1 << 20
"""Bytes of metadata, packed or not, that are looked at."""
LAYERS: Final = 200
_MAGIC: Final = b"PMTiles\x03"
_VECTOR, _RASTER = 1, (2, 3, 4, 5)
_GZIP: Final = 2
_RANGE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})")
_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]{1,60}")


class BasemapView(Struct, frozen=True):
    """The party's own map.

    Attributes:
        kind: of its tiles; None: there is none, or what is named cannot be read, as `why` says.
        min_zoom, max_zoom: between which it has tiles. `bounds`: west, south, east, north, degrees.
        layers: of vector tiles, by their names. `attribution`: what it says of its sources, as text.
    """

    kind: Literal["raster", "vector"] | None
    min_zoom: int = 0
    max_zoom: int = 0
    bounds: tuple[float, ...] = (-180.0, -85.0, 180.0, 85.0)
    layers: tuple[str, ...] = ()
    attribution: str = ""
    why: str = ""


class _Head(NamedTuple):
    metadata_at: int
    metadata_bytes: int
    packed: int
    tiles: int
    zooms: tuple[int, int]
    bounds: tuple[float, float, float, float]


def about(call: Call) -> BasemapView:
    """What is named in node.toml."""
    said = call.node.settings.basemap
    if not said:
        return BasemapView(None)
    try:
        with _opened(call) as file:
            head = _head(file)
            meta = _metadata(file, head)
    except (OSError, Refused) as error:
        return BasemapView(None, why=error.strerror or "" if isinstance(error, OSError) else str(error))
    layers = meta.get("vector_layers")
    named = [each.get("id") for each in layers if isinstance(each, dict)] if isinstance(layers, list) else []
    known = [each for each in named if isinstance(each, str) and _NAME.fullmatch(each)]
    attribution = meta.get("attribution")
    text = re.sub(r"<[^>]{0,500}>", " ", attribution) if isinstance(attribution, str) else ""
    return BasemapView(
        "vector" if head.tiles == _VECTOR else "raster",
        *head.zooms,
        head.bounds,
        tuple(known[:LAYERS]),
        line(text, 200),
    )


def part(call: Call) -> Part:
    """A range of the file. Raises: Refused (`basemap.none`, `basemap.format`), Invalid (`basemap.range`)."""
    wanted = f"Range: bytes=FIRST-LAST, of up to {PIECE:,} bytes within the file"
    found = _RANGE.fullmatch(call.headers.get("range", ""))
    try:
        with _opened(call) as file:
            _head(file)
            size = file.seek(0, io.SEEK_END)
            if found is None or not int(found[1]) <= int(found[2]) or int(found[1]) >= size:
                raise Invalid("basemap.range", "range", call.headers.get("range", "none"), wanted)
            first, last = int(found[1]), min(int(found[2]), size - 1)
            if last - first >= PIECE:
                raise Invalid("basemap.range", "range", f"{last - first + 1:,} bytes", wanted)
            file.seek(first)
            return Part(file.read(last - first + 1), first, size)
    except OSError as error:
        raise Refused("basemap.none", f"the basemap of node.toml cannot be read: {error.strerror}") from None


def _opened(call: Call) -> BinaryIO:
    """Raises: Refused (`basemap.none`), OSError."""
    said = call.node.settings.basemap
    if not said:
        raise Refused("basemap.none", "node.toml names no basemap; accepted: basemap = a PMTiles file")
    # beside node.toml, unless the whole path is said
    return (call.rim.path / Path(said)).open("rb")


def _head(file: BinaryIO) -> _Head:
    """Raises: Refused (`basemap.format`), OSError."""
    data = file.read(HEADER)
    if len(data) < HEADER or data[:8] != _MAGIC or data[99] not in (_VECTOR, *_RASTER):
        raise Refused(
            "basemap.format", "the basemap is no PMTiles file of version 3 with tiles that are known"
        )
    at, size = struct.unpack_from("<QQ", data, 24)
    west, south, east, north = (each / 1e7 for each in struct.unpack_from("<iiii", data, 102))
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        west, south, east, north = -180.0, -85.0, 180.0, 85.0
    return _Head(at, size, data[97], data[99], (data[100], min(data[101], 24)), (west, south, east, north))


def _metadata(file: BinaryIO, head: _Head) -> dict[str, Any]:
    """What the file says of itself; nothing where it cannot be read."""
    # a place that no file has: seek would take it for no number
    if head.metadata_bytes > METADATA or head.metadata_at >= 1 << 62:
        return {}
    file.seek(head.metadata_at)
    data = file.read(head.metadata_bytes)
    try:
        if head.packed == _GZIP:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
                data = unpacked.read(METADATA)
        found = json.loads(data)
    except (OSError, EOFError, ValueError, RecursionError, zlib.error):
        return {}
    return found if isinstance(found, dict) else {}


ROUTES: Final = (
    Route("GET", "/v1/basemap", ANYBODY, None, BasemapView, about,
          "The party's own map under everything: what `basemap` of node.toml names.", present=True),
    Route("GET", "/v1/basemap.pmtiles", ANYBODY, None, bytes, part,
          "Bytes of that file. A Range is needed: `bytes=FIRST-LAST`, of up to 4 MiB.", media=OCTETS,
          headers=("range",), present=True),
)  # fmt: skip
"""What of the API is about it."""
