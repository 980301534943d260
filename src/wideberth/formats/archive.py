"""Zip archives from strangers (KMZ, XLSX, WPML): nothing in them is believed, all reading is bounded."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from wideberth.errors import Invalid

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes of the archive, and of each entry unpacked."""
ENTRY_LIMIT = 1_000
_DIRECTORY_LIMIT = ENTRY_LIMIT * 1_024
"""Bytes of the archive's directory: 46 an entry and its name; checked before the names are read."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_END_64 = b"PK\x06\x07"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, RuntimeError)
"""What zipfile raises for a damaged archive (NotImplementedError is a RuntimeError)."""


def names(data: bytes, wanted: str) -> tuple[str, ...]:
    """The names of the entries, in order; `wanted` is what errors say is accepted.

    Raises: Invalid (`file.empty`, `file.too_large`, `zip.*`).
    """
    if not data:
        raise Invalid("file.empty", "", "an empty file", wanted)
    if len(data) > SIZE_LIMIT:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    _check_end(data, wanted)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return tuple(entry.filename for entry in entries)
    except _BROKEN as error:
        raise Invalid("zip.damaged", "", str(error) or type(error).__name__, wanted) from None


def content(data: bytes, name: str, wanted: str, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of the entry `name`, which `names` has listed; never more than the limit is unpacked.

    Raises: Invalid (`file.too_large`, `zip.damaged`, `zip.method`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.getinfo(name)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                found = f"compression method {entry.compress_type}"
                raise Invalid("zip.method", entry.filename, found, "stored or deflated entries")
            with archive.open(entry) as stream:
                unpacked = stream.read(limit + 1)
    except _BROKEN as error:
        raise Invalid("zip.damaged", "", str(error) or type(error).__name__, wanted) from None
    if len(unpacked) > limit:
        most = "64 MiB" if limit == SIZE_LIMIT else f"{limit // 1024:,} KiB"
        found = f"more than {limit:,} bytes when unpacked"
        raise Invalid("file.too_large", name, found, f"at most {limit:,} bytes ({most})")
    return unpacked


def _check_end(data: bytes, wanted: str) -> None:
    """Refuse an archive without its end, or whose directory is larger than it may be."""
    at = len(data) - _END_SIZE
    if at < 0 or not data.startswith(_END, at) or not data.endswith(b"\0\0"):
        at = data.rfind(_END, max(0, len(data) - 65_535 - _END_SIZE))
    if at < 0 or len(data) < at + _END_SIZE:
        raise Invalid("zip.damaged", "", "no end of a zip archive (cut short, or not a zip file)", wanted)
    if data[max(0, at - 20) : at].startswith(_END_64):
        raise Invalid("zip.large_format", "", "a zip archive in the 64-bit format", wanted)
    entries, size = struct.unpack_from("<HI", data, at + 10)
    if entries > ENTRY_LIMIT or size > _DIRECTORY_LIMIT:
        raise _too_many(f"{entries:,} entries, {size:,} bytes of directory")


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise _too_many(f"{len(entries):,} entries")
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if name in seen:
            raise Invalid("zip.repeated_name", "", name, "each name once")
        seen.add(name)
        plain = name.replace("\\", "/")
        if plain.startswith("/") or ".." in plain.split("/") or plain[1:2] == ":" or "\0" in name:
            raise Invalid("zip.unsafe_name", "", name, "names inside the archive, without ..")
        if plain.lower().endswith((".zip", ".kmz")):
            raise Invalid("zip.nested", "", name, "an archive without archives in it")
        if entry.flag_bits & 0x1:
            raise Invalid("zip.encrypted", "", name, "an archive that is not encrypted")


def _too_many(found: str) -> Invalid:
    return Invalid("zip.too_many_entries", "", found, f"at most {ENTRY_LIMIT:,} entries")
