"""KMZ: a KML document in a zip archive. The archive is a stranger's: nothing in it is believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

from wideberth.errors import Invalid
from wideberth.formats import kml
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan

SIZE_LIMIT = 64 * 1024 * 1024
ENTRY_LIMIT = 1_000
_DIRECTORY_LIMIT = ENTRY_LIMIT * 1_024
"""Bytes of the archive's directory: 46 an entry and its name; checked before the names are read."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_END_64 = b"PK\x06\x07"
_WANTED = "a KMZ file: a plain zip archive with doc.kml in it"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError, RuntimeError)
"""What zipfile raises for a damaged archive (NotImplementedError is a RuntimeError)."""


def read(data: bytes, options: Options) -> Reading:
    """The plans of the KML document in a KMZ: `doc.kml`, else the only .kml at the root.

    Raises: Invalid (`file.empty`, `file.too_large`, `zip.*`, `kmz.no_kml`, `kmz.several`, and as
    `kml.read`, the path beginning with the name of the entry).
    """
    name, document, notes = _document(data)
    try:
        reading = kml.read(document, options)
    except Invalid as error:
        at = f"{name}, {error.path}" if error.path else name
        raise Invalid(error.code, at, error.found, error.wanted) from None
    return Reading(reading.filed, (*notes, *reading.notes))


def write(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A KMZ with `doc.kml` as `kml.write` makes it; the same plans give the same bytes.

    Raises: as `kml.write`.
    """
    document, notes = kml.write(plans)
    packed = io.BytesIO()
    entry = zipfile.ZipInfo("doc.kml", date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(entry, document)
    return packed.getvalue(), notes


def _document(data: bytes) -> tuple[str, bytes, tuple[str, ...]]:
    """Name and bytes of the KML document, and notes."""
    if not data:
        raise Invalid("file.empty", "", "an empty file", _WANTED)
    if len(data) > SIZE_LIMIT:
        raise Invalid("file.too_large", "", f"{len(data):,} bytes", f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    _check_end(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            chosen, notes = _choose(entries)
            return chosen.filename, _content(archive, chosen), notes
    except _BROKEN as error:
        raise Invalid("zip.damaged", "", str(error) or type(error).__name__, _WANTED) from None


def _check_end(data: bytes) -> None:
    """Refuse an archive without its end, or whose directory is larger than it may be."""
    at = len(data) - _END_SIZE
    if at < 0 or not data.startswith(_END, at) or not data.endswith(b"\0\0"):
        at = data.rfind(_END, max(0, len(data) - 65_535 - _END_SIZE))
    if at < 0 or len(data) < at + _END_SIZE:
        raise Invalid("zip.damaged", "", "no end of a zip archive (cut short, or not a zip file)", _WANTED)
    if data[max(0, at - 20) : at].startswith(_END_64):
        raise Invalid("zip.large_format", "", "a zip archive in the 64-bit format", _WANTED)
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


def _choose(entries: Sequence[zipfile.ZipInfo]) -> tuple[zipfile.ZipInfo, tuple[str, ...]]:
    """`doc.kml`, else the only .kml at the root; other .kml entries are told."""
    documents = [entry for entry in entries if entry.filename.lower().endswith(".kml")]
    named = [entry for entry in documents if entry.filename == "doc.kml"]
    root = named or [entry for entry in documents if "/" not in entry.filename]
    if not root:
        found = f"{len(documents)} in folders" if documents else "none"
        raise Invalid("kmz.no_kml", "", f"no .kml at the root of the archive ({found})", "doc.kml")
    if len(root) > 1:
        names = ", ".join(sorted(entry.filename for entry in root))
        raise Invalid("kmz.several", "", names, "doc.kml, or one .kml at the root")
    others = sorted(entry.filename for entry in documents if entry is not root[0])
    notes = (f"{root[0].filename} is read; other documents in the archive are not ({', '.join(others)})",)
    return root[0], notes if others else ()


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, never more than the limit, whatever its header says."""
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found = f"compression method {entry.compress_type}"
        raise Invalid("zip.method", entry.filename, found, "stored or deflated entries")
    with archive.open(entry) as stream:
        content = stream.read(SIZE_LIMIT + 1)
    if len(content) > SIZE_LIMIT:
        found = f"more than {SIZE_LIMIT:,} bytes when unpacked"
        raise Invalid("file.too_large", entry.filename, found, f"at most {SIZE_LIMIT:,} bytes (64 MiB)")
    return content


def _too_many(found: str) -> Invalid:
    return Invalid("zip.too_many_entries", "", found, f"at most {ENTRY_LIMIT:,} entries")
