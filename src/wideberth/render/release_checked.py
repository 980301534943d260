"""What the file of a release proves, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from wideberth.errors import Invalid, WideberthError, shorten
from wideberth.formats.release_file import Officer, Read, Verified
from wideberth.formats.times import show_time, to_rfc3339
from wideberth.ledger import ids, quints
from wideberth.model.relay import NEVER
from wideberth.render.record import HEADLINES

SCHEMA: Final = "wideberth.release_check/1"
UNREADABLE: Final = "NOT VERIFIED\nThe file cannot be read as a release: do not rely on it.\n"
_ISOLATES: Final = "\u2068\u2069"
NOT_SHOWN: Final = (
    "That two keys are two people is what the releasing party says of itself.",
    "A file does not know whether it was recalled: ask whoever released it.",
    NEVER,
)


class Checked(Struct, frozen=True):
    """A file by its name, what it says, what that proves, and when this was asked (POSIX ms)."""

    file: str
    read: Read
    found: Verified
    now_ms: int


def report(checked: Checked) -> Iterator[str]:
    """The result, line by line."""
    index, found = checked.read.index, checked.found
    caveats = index.caveats
    yield HEADLINES[found.verdict]
    yield _meaning(checked)
    if checked.read.expired(checked.now_ms):
        yield f"EXPIRED: it could be used until {_until(checked)}. Do not go by it."
    yield ""
    yield shorten(checked.file, 200)
    yield f"  release       {shorten(index.release)}"
    yield f"  title         {shorten(index.title, 200)}"
    yield f"  released by   {_by(checked)}"
    yield f"    party  {index.by}"
    yield f"    words  {quints.identity(index.identity)}"
    yield f"  released to   {shorten(index.recipient, 200)}"
    if index.recipient_party is not None:
        yield f"    party  {shorten(index.recipient_party)}"
    for each in caveats.release_to:
        yield f"  and to        {shorten(each, 200)}"
    count = "1 record" if index.records == 1 else f"{index.records:,} records"
    yield f"  drawn up      {show_time(index.made_ms)}, {count}"
    if caveats.originator_control:
        yield "  caveat        originator control: no further without the originator's signed consent"
    if not caveats.onward:
        yield "  caveat        no onward transfer"
    yield f"  may be used   until {_until(checked)}"
    yield f"  recall        ask {shorten(index.by_name, 200)}"
    yield ""
    yield "Approved by"
    yield from (_officer(each) for each in found.officers)
    if not found.officers:
        yield "  nobody"
    if found.wrong:
        yield ""
        yield f"FALSE ({len(found.wrong)})"
        yield from (f"  {shorten(each, 300)}" for each in found.wrong)
    yield ""
    yield "Files"
    yield from (f"  {name}  {size:,} bytes  {digest}" for name, (size, digest) in index.files.items())
    yield from (f"  {shorten(name)}  not in it: {shorten(why)}" for name, why in index.absent.items())
    yield ""
    yield from NOT_SHOWN


def document(checked: Checked) -> dict[str, Any]:
    """The same for machines."""
    index, found = checked.read.index, checked.found
    caveats = index.caveats
    return {
        "schema": SCHEMA,
        "file": checked.file,
        "verdict": found.verdict.replace(" ", "_"),
        "release": index.release,
        "title": index.title,
        "by": index.by,
        "by_name": index.by_name,
        "words": quints.identity(index.identity),
        "label": found.label or None,
        "recipient": index.recipient,
        "recipient_party": index.recipient_party,
        "release_to": list(caveats.release_to),
        "originator_control": caveats.originator_control,
        "onward": caveats.onward,
        "expires": None if caveats.expires_ms is None else to_rfc3339(caveats.expires_ms),
        "expired": checked.read.expired(checked.now_ms),
        "as_of": to_rfc3339(checked.now_ms),
        "made": to_rfc3339(index.made_ms),
        "records": index.records,
        "exercise": index.exercise,
        "approved_by": [
            {"key": ids.base32(each.key), "role": each.role, "counts": each.counts} for each in found.officers
        ],
        "files": {name: {"size": size, "sha256": digest} for name, (size, digest) in index.files.items()},
        "wrong": list(found.wrong),
    }


def unreadable(file: str, error: WideberthError) -> dict[str, Any]:
    """The result for machines where a file cannot be read."""
    place = error.path if isinstance(error, Invalid) else ""
    fault = {"code": error.code, "path": place, "message": error.message}
    return {"schema": SCHEMA, "file": file, "verdict": "not_verified", "error": fault}


def words(data: bytes) -> str:
    """The text of a release as a terminal may show it: it may have been made to steer the terminal."""
    lines = data.decode("utf-8", "replace").split("\n")
    return "\n".join("".join(map(_shown, line)) for line in lines)


def _shown(each: str) -> str:
    return each if each.isprintable() or each in _ISOLATES else f"\\u{ord(each):04x}"


def _meaning(checked: Checked) -> str:
    found, name = checked.found, shorten(checked.read.index.by_name, 200)
    match found.verdict:
        case "not verified":
            return "Something in it is false, or it was not approved: do not rely on it."
        case "verified":
            return f"Two officers of {_by(checked)}, whom you named, have signed exactly these files."
        case "disputed":
            return (
                "A key that signed it was revoked, or is certified for two uses: whether it counted when it"
                f" signed, a file cannot show. Ask {name}."
            )
    return (
        f"The file agrees with itself, but nothing shows that its keys are those of {name}: anybody can make"
        " such a file. Compare the words below with them, by voice or face to face; then say --trust PARTY."
    )


def _by(checked: Checked) -> str:
    named = shorten(checked.read.index.by_name, 200)
    label = shorten(checked.found.label, 200)
    return f"{label} (it calls itself {named})" if label and label != named else named


def _until(checked: Checked) -> str:
    until = checked.read.index.caveats.expires_ms
    return "it is recalled" if until is None else show_time(until)


def _officer(officer: Officer) -> str:
    doubt = "" if officer.counts else "  DISPUTED"
    return f"  {shorten(officer.role) or 'an officer'}, key {ids.base32(officer.key)[:16]}…{doubt}"
