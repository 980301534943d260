"""Bytes that stand in `part` entries of a line's feed before the entry that names them."""

from __future__ import annotations

from collections.abc import Iterator

from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.ledger import body, entries, parts
from wideberth.ledger.entries import Part
from wideberth.node.open_line import OpenLine


def joined(line: OpenLine, before: Ref, sha256: bytes) -> bytes:
    """What the parts with this SHA-256 make that stand before an entry of the same feed.

    Raises: Invalid, NotTrusted (as parts.join) where they are not all here.
    """
    return parts.join(_parts(line, before, sha256))


def _parts(line: OpenLine, before: Ref, sha256: bytes) -> Iterator[Part]:
    for entry in line.state.feeds[before.origin].entries[: before.n]:
        if entry.header.type == Part.TYPE and body.understood(entry, entries.KNOWN):
            try:
                found = entries.read(entry)
            except Invalid:
                continue  # of something else
            if isinstance(found, Part) and found.sha256 == sha256:
                yield found
