"""The feeds in a journal, in words and as JSON (`wideberth.feeds/1`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from wideberth.errors import shorten
from wideberth.ledger.ids import Origin

SCHEMA = "wideberth.feeds/1"


class Listed(Struct, frozen=True):
    """One feed: whose it is, how many entries it has, and below which size they are signed and cosigned."""

    origin: Origin
    own: bool
    label: str | None
    entries: int
    signed: int
    cosigned: int


def table(listed: Sequence[Listed]) -> Iterator[str]:
    """Two lines for each feed: what it is, and its name to copy."""
    if not listed:
        yield "no feed in this journal"
    for each in listed:
        whose = "ours" if each.own else shorten(each.label, 40) if each.label else f"{each.origin.party[:8]}…"
        kind = "private feed" if each.origin.private else f"{each.origin.kind} feed"
        epoch = f", epoch {each.origin.epoch}" if each.origin.epoch else ""
        cosigned = "" if each.origin.private else f", cosigned to {each.cosigned:,}"
        yield f"{kind}, {whose}{epoch}: {each.entries:,} entries, signed to {each.signed:,}{cosigned}"
        yield f"  {each.origin.text}"


def document(listed: Sequence[Listed]) -> dict[str, Any]:
    """For machines."""
    feeds = [
        {
            "feed": each.origin.text,
            "party": each.origin.party,
            "own": each.own,
            "label": each.label,
            "entries": each.entries,
            "signed_to": each.signed,
            "cosigned_to": each.cosigned,
        }
        for each in listed
    ]
    return {"schema": SCHEMA, "feeds": feeds}
