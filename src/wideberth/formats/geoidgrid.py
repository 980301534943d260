"""The geoid grid that ships with the package: zlib over little-endian int16 centimetres.

Made by scripts/geoid.py from the public EGM96 model; ADR 0004 says how good it is.
"""

from __future__ import annotations

import hashlib
import zlib

import numpy as np

from wideberth.errors import Invalid
from wideberth.space.geoid import COLUMNS, ROWS, Geoid

SHA256 = "1c8b320a9c35ae41cf1828f4d8bc5684f78d76576b183776bff9fba6167b04b0"
"""Of the unpacked bytes: the packed ones may differ between versions of zlib."""
SIZE = ROWS * COLUMNS * 2
WANTED = (
    f"the grid shipped with the package, {SIZE:,} bytes unpacked, SHA-256 {SHA256[:16]}…; install it again"
)


def read(data: bytes) -> Geoid:
    """The grid from its packed bytes; never unpacks more than the grid is long.

    Raises: Invalid (`geoid.hash`) for anything but the very grid that was measured.
    """
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(data, SIZE + 1)
    except zlib.error as error:
        raise Invalid(
            "geoid.hash", "geoid", f"{len(data):,} bytes that do not unpack: {error}", WANTED
        ) from error
    if len(raw) != SIZE or not unpacker.eof or unpacker.unused_data:
        raise Invalid("geoid.hash", "geoid", f"{len(data):,} bytes that unpack to another length", WANTED)
    digest = hashlib.sha256(raw).hexdigest()
    if digest != SHA256:
        raise Invalid("geoid.hash", "geoid", f"SHA-256 {digest[:16]}…", WANTED)
    return Geoid(np.frombuffer(raw, dtype="<i2").astype(np.int16).reshape(ROWS, COLUMNS))
