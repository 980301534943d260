"""Releases in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.cli.release_asked import SHORT
from wideberth.errors import shorten
from wideberth.model.release import PHASES
from wideberth.node.release_views import (
    LINK_STATES,
    CaveatsView,
    RecipientView,
    ReleaseDeliveryView,
    ReleaseRecordView,
    ReleaseView,
)
from wideberth.render.words import counted

LISTED: Final = 40


def recipients(found: Sequence[RecipientView]) -> Table:
    """Recipients, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("recipient", "reached by", "knows what", "releases"):
        made.add_column(name, overflow="fold")
    for each in found:
        ways = "line, file, link" if each.line else "file, link"
        allies = f"{', '.join(each.allies)} know it too" if each.allies else "nobody else is taken to know"
        row = (each.recipient, ways, allies, str(each.releases))
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def table(found: Sequence[ReleaseView]) -> Table:
    """Releases, one a row."""
    made = Table(box=None, pad_edge=False)
    for name in ("release", "to", "title", "stands", "left"):
        made.add_column(name, overflow="fold")
    for each in found:
        ways = ", ".join(dict.fromkeys(way.way for way in each.deliveries)) or "not at all"
        row = (each.release[:SHORT], each.recipient, each.title, each.phase, ways)
        made.add_row(*(Text(shorten(cell, 200)) for cell in row))
    return made


def release(found: ReleaseView) -> list[str]:
    """A release at length."""
    return [
        f"release   {found.release}",
        f"to        {shorten(found.recipient, 100)}",
        f"title     {shorten(found.title, 200)}",
        f"made      {found.made}",
        f"stands    {found.phase}: {PHASES[found.phase]}",
        f"signed    by {counted(found.signatures, 'officer')} of {found.needed} over its index {found.index}",
        *(f"caveats   {each}" for each in caveats(found.caveats)),
        *(line for each in found.records[:LISTED] for line in _record(each)),
        *([f"          and {len(found.records) - LISTED:,} more"] if len(found.records) > LISTED else []),
        *(f"file      {each.file}, {each.size:,} bytes" for each in found.files),
        *(line for each in found.deliveries for line in _delivery(each)),
        *(_receipt(each.at, each.role, by_hand=each.by_hand) for each in found.receipts),
        *([f"recalled  {found.recalled}"] if found.recalled else []),
    ]


def following(found: ReleaseView) -> Iterator[str]:
    """What to do next."""
    name = found.release[:SHORT]
    if found.phase == "draft":
        yield f"See it exactly: wideberth release preview {name} --file release.txt; release meter {name}"
        yield (
            f"Two officers sign its index: wideberth release preview {name} --file release.json --out"
            " release.json; wideberth key approve --what release --file release.json; release approve"
        )
    elif found.phase == "approved":
        yield f"Deliver it: wideberth release send {name}; release save {name} FILE.zip; release link {name}"
    elif found.phase in ("recalled", "expired") and found.deliveries:
        if found.phase == "recalled" and any(each.way != "line" for each in found.deliveries):
            yield f"Hand over to whoever has a file: wideberth release notice {name}"
        if found.phase == "recalled" and not found.recall_told and _on_line(found):
            yield "The recall is not on the line yet: say it by voice."
    for each in found.deliveries:
        if each.way == "line" and found.phase != "recalled" and not each.delivered:
            yield f"{found.recipient} does not have it yet." if each.told else NOT_TOLD


NOT_TOLD: Final = "It is not on the line yet: it waits for its turn, for the gate, or for a consent."


def caveats(found: CaveatsView) -> Iterator[str]:
    """Caveats, one a line."""
    names = ", ".join(found.release_to)
    yield f"also for {shorten(names, 400)}" if names else "for nobody else"
    if not found.onward:
        yield "never to be passed on"
    elif found.originator_control:
        yield "to be passed on with the originator's signed consent, each time"
    else:
        yield "may be passed on"
    yield f"to be used until {found.expires}" if found.expires else "to be used until it is recalled"


def _record(each: ReleaseRecordView) -> Iterator[str]:
    title = shorten(each.title, 100) if each.title else "no title"
    cells = ""
    if each.grid is not None:
        cells = f", cells of {each.grid.h_m:,.0f} m, {each.grid.v_m:,.0f} m, {each.grid.t_s:,.0f} s"
    yield f"record    {each.number}  {each.kind} of {shorten(each.said_by, 60)}: {title}; {each.level}{cells}"
    facts = "; ".join(f"{name}: {value}" for name, value in each.facts)
    yield f"          {counted(len(each.volumes), 'volume')}; {shorten(facts, 400)}"


def _delivery(each: ReleaseDeliveryView) -> Iterator[str]:
    yield f"left      {each.at} by {each.way} ({shorten(each.role, 60)}), SHA-256 {each.sha256}"
    if each.way == "line":
        yield f"          {'delivered' if each.delivered else 'NOT DELIVERED' if each.told else 'NOT TOLD'}"
    elif each.link is not None:
        yield f"          {each.link} (until {each.until}): {LINK_STATES[each.link]}"


def _receipt(at: str, role: str, *, by_hand: bool) -> str:
    return f"received  {at} by {shorten(role, 60)}{', as was entered by hand' if by_hand else ''}"


def _on_line(found: ReleaseView) -> bool:
    return any(each.way == "line" for each in found.deliveries)
