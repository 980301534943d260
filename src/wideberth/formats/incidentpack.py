"""Packs of an incident: a zip archive with an index of its files and their SHA-256. Same files, same bytes.

Nothing is compressed, and no time of a clock is in the archive itself: a reader needs no more than any tool
for zip archives, and two who make the same pack can compare one hash.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from wideberth.errors import Invalid
from wideberth.formats import archive

SCHEMA: Final = "wideberth.incident/1"
INDEX: Final = "index.json"
RECORD: Final = ".record"
WANTED: Final = "a pack as wideberth record incident writes it"
_FIRST: Final = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can say."""
_UNIX: Final = 3
_OWNER: Final = 0o600 << 16


def write(index: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """The archive: the index first, with the size and SHA-256 of each file, then these by their names."""
    listed = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        for name, data in sorted(files.items())
    }
    head = msgspec.json.format(msgspec.json.encode({**index, "files": listed}), indent=2) + b"\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as pack:
        for name, data in ((INDEX, head), *sorted(files.items())):
            entry = zipfile.ZipInfo(name, _FIRST)
            entry.create_system, entry.external_attr = _UNIX, _OWNER
            pack.writestr(entry, data)
    return made.getvalue()


def read(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The index and the files, all of them there and as the index says.

    Raises: Invalid (`incident.pack`, and as archive.names and archive.content).
    """
    names = archive.names(data, WANTED)
    if not names or names[0] != INDEX:
        raise _wrong("no index")
    try:
        index = msgspec.json.decode(archive.content(data, INDEX, WANTED), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise _wrong("an index that cannot be read") from None
    listed = index.get("files")
    if index.get("schema") != SCHEMA or not isinstance(listed, dict) or list(listed) != list(names[1:]):
        raise _wrong("other files than its index says")
    files = {name: archive.content(data, name, WANTED) for name in listed}
    for name, found in files.items():
        if listed[name] != {"sha256": hashlib.sha256(found).hexdigest(), "size": len(found)}:
            raise _wrong(f"another {name} than its index says")
    return index, files


def _wrong(found: str) -> Invalid:
    return Invalid("incident.pack", "", found, WANTED)
