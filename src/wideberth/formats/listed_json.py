"""Rows of lists of sites and movements in JSON, as the API has them: units in names, times RFC 3339."""

from __future__ import annotations

from typing import Any, Final

from wideberth.desk import listed
from wideberth.errors import Invalid
from wideberth.formats import native
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.site import GRADES, KINDS, Listed

_TEXTS: Final = ("activity", "callsign", "name", "of", "source")
_FIELDS: Final = ("grade", "id", "kind", "photo_sha256", "review", "volumes", *_TEXTS)


def write(row: Listed) -> dict[str, Any]:
    """The row as an object; volumes as the native JSON has them."""
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "of": row.of,
        "grade": row.grade,
        "source": row.source,
        "photo_sha256": None if row.photo is None else row.photo.hex(),
        "review": None if row.review is None else to_rfc3339(row.review),
        "activity": row.activity,
        "callsign": row.callsign,
        "volumes": [native.volume_to_json(each) for each in row.volumes],
    }


def read(found: object, path: str) -> Listed:
    """The row that an object says; what is left out is empty.

    Raises: Invalid (`site.row`, `site.text`, `site.personal`, `native.*`, `time.*`, and as native.read).
    """
    if not isinstance(found, dict) or not {"id", "kind", "volumes"} <= set(found) <= set(_FIELDS):
        shown = sorted(map(str, found)) if isinstance(found, dict) else found
        raise Invalid("site.row", path, shown, f"an object of {', '.join(sorted(_FIELDS))}")
    volumes, review = found["volumes"], found.get("review")
    if not isinstance(volumes, list) or not volumes:
        raise Invalid("site.row", f"{path}.volumes", volumes, "a list of volumes, not empty")
    if review is not None and not isinstance(review, str):
        raise Invalid("site.row", f"{path}.review", review, "a time, or null")
    texts = {name: listed.text(found.get(name, ""), f"{path}.{name}") for name in _TEXTS}
    return Listed(
        id=listed.row_id(found["id"], f"{path}.id"),
        kind=listed.one_of(found["kind"], KINDS, f"{path}.kind"),
        volumes=tuple(
            native.volume_from_json(each, f"{path}.volumes[{i}]") for i, each in enumerate(volumes)
        ),
        grade=listed.one_of(found.get("grade", "unverified"), GRADES, f"{path}.grade"),
        photo=_photo(found.get("photo_sha256"), f"{path}.photo_sha256"),
        review=None if review is None else parse_time(review, f"{path}.review", None),
        **texts,
    )


def _photo(found: object, path: str) -> bytes | None:
    if found is None:
        return None
    try:
        data = bytes.fromhex(found) if isinstance(found, str) and found == found.lower() else b""
    except ValueError:
        data = b""
    if len(data) != 32:
        raise Invalid("site.row", path, found, "a SHA-256 in 64 hexadecimal figures, or null")
    return data
