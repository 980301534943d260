"""The gazetteer that ships with the package: towns of GeoNames, made by scripts/gazetteer.py.

zlib over: the number of towns (4 bytes, little-endian), latitudes and longitudes in 1e-4 degrees, populations
(int32 each, the bytes of one weight together), countries of two letters, names in UTF-8 between line ends.
"""

from __future__ import annotations

import hashlib
import zlib

import numpy as np

from wideberth.errors import Invalid
from wideberth.space.nearest import Towns

SHA256 = "686f02df6e7d9fafcedd6418f9e95986bc372f02f283696bfa70c7f9b8745335"
"""Of the unpacked bytes: the packed ones may differ between versions of zlib."""
LARGEST = 4 << 20
"""Bytes unpacked."""
ATTRIBUTION = "Town names: GeoNames (geonames.org), CC BY 4.0"
WANTED = f"the gazetteer shipped with the package, SHA-256 {SHA256[:16]}…; install it again"


def read(data: bytes) -> Towns:
    """The towns from the packed bytes; never unpacks more than the gazetteer may be long.

    Raises: Invalid (`gazetteer.hash`) for anything but the very file that was shipped.
    """
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(data, LARGEST)
    except zlib.error as error:
        found = f"{len(data):,} bytes that do not unpack: {error}"
        raise Invalid("gazetteer.hash", "gazetteer", found, WANTED) from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != SHA256 or not unpacker.eof or unpacker.unused_data:
        raise Invalid("gazetteer.hash", "gazetteer", f"SHA-256 {digest[:16]}…", WANTED)
    count = int.from_bytes(raw[:4], "little")
    columns = np.frombuffer(raw, dtype=np.uint8, count=count * 12, offset=4).reshape(3, 4, count)
    lat, lon, population = (np.ascontiguousarray(each.T).view("<i4")[:, 0] for each in columns)
    at = 4 + count * 12
    letters = raw[at : at + 2 * count].decode("ascii")
    return Towns(
        tuple(raw[at + 2 * count :].decode("utf-8").split("\n")),
        tuple(letters[i : i + 2] for i in range(0, 2 * count, 2)),
        lon.astype(np.float64) / 10_000,
        lat.astype(np.float64) / 10_000,
        population.astype(np.int64),
    )
