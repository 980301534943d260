"""Gzip, unpacked within bounds."""

from __future__ import annotations

import zlib

from wideberth.errors import Invalid

MAX_BYTES = 64 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
"""zlib's word for "gzip headers only"."""


def is_gzip(data: bytes) -> bool:
    """True where the data begin as gzip does."""
    return data[:2] == b"\x1f\x8b"


def unpack(data: bytes) -> bytes:
    """The content of one or more gzip members, at most 64 MiB.

    Raises: Invalid (`gzip.bomb`, `gzip.truncated`, `gzip.corrupt`).
    """
    parts: list[bytes] = []
    left = MAX_BYTES
    while data:
        member = zlib.decompressobj(_GZIP)
        try:
            part = member.decompress(data, left + 1)
        except zlib.error as error:
            raise Invalid("gzip.corrupt", "", str(error), "an undamaged gzip file") from None
        left -= len(part)
        if left < 0:
            raise Invalid("gzip.bomb", "", "more content", f"at most {MAX_BYTES:,} bytes once unpacked")
        if not member.eof:
            raise Invalid("gzip.truncated", "", "an end within the content", "a complete gzip file")
        parts.append(part)
        # members may be padded with zeros
        data = member.unused_data.lstrip(b"\0")
    return b"".join(parts)
