"""KMZ: a KML document in a zip archive. The archive is a stranger's: nothing in it is believed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from wideberth.errors import Invalid
from wideberth.formats import archive, kml
from wideberth.formats.reading import Options, Reading
from wideberth.model.plan import Plan

_WANTED = "a KMZ file: a plain zip archive with doc.kml in it"


def read(data: bytes, options: Options) -> Reading:
    """The plans of the KML document in a KMZ: `doc.kml`, else the only .kml at the root.

    Raises: Invalid (`file.empty`, `file.too_large`, `zip.*`, `kmz.no_kml`, `kmz.several`, and as
    `kml.read`, the path beginning with the name of the entry).
    """
    name, notes = _choose(archive.names(data, _WANTED))
    document = archive.content(data, name, _WANTED)
    try:
        reading = kml.read(document, options)
    except Invalid as error:
        at = f"{name}, {error.path}" if error.path else name
        raise Invalid(error.code, at, error.found, error.wanted) from None
    return Reading(reading.filed, (*notes, *reading.notes), reading.faults)


def write(plans: Sequence[Plan]) -> tuple[bytes, tuple[str, ...]]:
    """A KMZ with `doc.kml` as `kml.write` makes it; the same plans give the same bytes.

    Raises: as `kml.write`.
    """
    document, notes = kml.write(plans)
    packed = io.BytesIO()
    entry = zipfile.ZipInfo("doc.kml", date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(entry, document)
    return packed.getvalue(), notes


def _choose(names: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """`doc.kml`, else the only .kml at the root; other .kml entries are told."""
    documents = [name for name in names if name.lower().endswith(".kml")]
    named = [name for name in documents if name == "doc.kml"]
    root = named or [name for name in documents if "/" not in name]
    if not root:
        found = f"{len(documents)} in folders" if documents else "none"
        raise Invalid("kmz.no_kml", "", f"no .kml at the root of the archive ({found})", "doc.kml")
    if len(root) > 1:
        raise Invalid("kmz.several", "", ", ".join(sorted(root)), "doc.kml, or one .kml at the root")
    others = sorted(name for name in documents if name != root[0])
    notes = (f"{root[0]} is read; other documents in the archive are not ({', '.join(others)})",)
    return root[0], notes if others else ()
