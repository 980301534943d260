"""Lists of sites in words and tables, for people; each ends with what a list never is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from wideberth.errors import shorten
from wideberth.model.site import NOTICE, STATUSES
from wideberth.node.site_views import (
    HeldSinceView,
    ListView,
    RecipientView,
    RowView,
    StatusView,
    ToldView,
    TouchView,
)

SHOWN: Final = 200
"""Rows that are shown; --json has all."""
NEVER: Final = "never told"


def lists(found: Sequence[ListView], told: Sequence[ToldView]) -> Table:
    """Own lists, and what other parties have told."""
    table = _table("list", "whose", "version", "rows", "verified", "overdue", "since")
    for each in found:
        cells = (each.name, "own", each.version, each.rows, each.verified, each.old, each.at)
        table.add_row(*(_cell(cell) for cell in cells))
    for one in told:
        if not one.mine:
            rows = one.unread or str(len(one.rows))
            more = (one.name, peer(one), str(one.version), rows, "", "", one.at or "")
            table.add_row(*(_cell(cell) for cell in more))
    return table


def rows(found: Sequence[RowView]) -> Table:
    """Rows of an own list."""
    table = _table("row", "name", "what", "grade", "verification", "review", "overdue")
    for each in found[:SHOWN]:
        said = each.row
        cells = (said["id"], said["name"], said["of"] or said["kind"], _words(each.grade), each.stage)
        table.add_row(*(_cell(cell) for cell in (*cells, day(each.review), each.old or "")))
    return table


def their_rows(found: ToldView) -> Table:
    """Rows that another party has told, with what was said of each."""
    table = _table("row", "name", "what", "grade", "review", "said here")
    statuses = {each.row: each for each in found.statuses}
    for said in found.rows[:SHOWN]:
        status = statuses.get(said["id"])
        cells = (said["id"], said["name"], said["of"] or said["kind"], _words(said["grade"]))
        more = (day(said["review"]), "" if status is None else short(status))
        table.add_row(*(_cell(cell) for cell in (*cells, *more)))
    return table


def doubts(found: ToldView) -> Iterator[str]:
    """What gives reason to ask again about places that another party has told."""
    for each in found.doubts[:SHOWN]:
        yield f"ask again: {shorten(each.field, 60)}: {shorten(each.words, 300)}"
    if len(found.doubts) > SHOWN:
        yield f"ask again: {len(found.doubts) - SHOWN:,} more"


def statuses(found: Sequence[ToldView]) -> Iterator[str]:
    """How each recipient of own lists stands: sent, delivered, and how many rows have which status."""
    for each in found:
        yield f"{shorten(each.name, 60)} to {peer(each)}: {state(each)}"
        yield from (f"  {words}" for words in _counts(each))
        odd = [one for one in each.statuses if one.status in ("objection", "unclear")]
        yield from (f"    {shorten(one.row, 60)}: {one.words}" for one in odd[:SHOWN])


def state(found: ToldView) -> str:
    """How far the newest version has come."""
    waits = f"; version {found.waiting} waits to be said" if found.waiting else ""
    if found.version == 0:
        return f"nothing was told yet{waits}"
    came = "not delivered yet" if found.delivered is None else f"delivered {found.delivered}"
    return f"version {found.version}, sent {found.at}, {came}{waits}"


def _counts(found: ToldView) -> Iterator[str]:
    for status, words in STATUSES.items():
        count = found.counts.get(status, 0)
        if count:
            yield f"{count:,} {'row' if count == 1 else 'rows'}: {words}"


def message(found: ToldView, now: str) -> str:
    """The same in one short message, for a telephone."""
    counts = ", ".join(f"{count} {_words(status)}" for status, count in found.counts.items())
    odd = [one.row for one in found.statuses if one.status in ("objection", "unclear")]
    which = f" ({', '.join(odd[:10])}{' ...' if len(odd) > 10 else ''})" if odd else ""
    return f"{found.name}, {peer(found)}: {state(found)}. {counts or 'no row'}{which}. As of {now}"


def sheet(found: Sequence[ToldView], names: dict[tuple[str, str], str]) -> list[tuple[str, ...]]:
    """The same as rows of a workbook, one for each row and recipient; `names` by list and row."""
    made: list[tuple[str, ...]] = [
        (NOTICE,),
        (
            "list",
            "row",
            "name",
            "recipient",
            "version",
            "sent",
            "delivered",
            "status",
            "said at",
            "entry",
        ),
    ]
    for each in found:
        for one in each.statuses:
            name = names.get((each.own or "", one.row), "")
            entry = "" if one.entry is None else f"{one.entry} of {one.origin}"
            sent = (str(each.version), each.at or "", each.delivered or "not delivered yet")
            made.append((each.name, one.row, name, peer(each), *sent, one.words, one.at or "", entry))
    return made


def held(found: HeldSinceView) -> Iterator[str]:
    """Who held a row since when."""
    yield f"{shorten(found.row, 60)} of {shorten(found.name, 60)}"
    for each in found.recipients:
        yield f"{peer(each)}: {'' if each.versions else NEVER}"
        for one in each.versions:
            yield f"  version {one.version}, entry {one.entry} of {one.origin}"
            yield f"    sent {one.sent}"
            yield f"    delivered {one.delivered or 'not yet: no receipt has come'}"
            yield f"    {one.status.words}{_at(one.status)}"
            if one.until is not None:
                yield f"    withdrawn by version {one.until}, sent {one.until_at}"


def _at(status: StatusView) -> str:
    return "" if status.entry is None else f" ({status.at}, entry {status.entry} of {status.origin})"


def touches(found: Sequence[TouchView], *, named: bool = True) -> Iterator[str]:
    """Sites that plans come too near to; `named`: with the plan, where it is not said already."""
    for each in found:
        whose = "own list" if not each.of else f"told by {shorten(each.label or each.of, 40)}"
        near = "overlaps it" if each.found == "overlap" else f"{each.gap_m:,.0f} m away"
        plan = f", {each.plan}" if named else ""
        kept = f"case {each.case[:8]}{plan}: " if each.case else ""
        what = f"{shorten(each.name or each.row, 60)} ({each.kind}, {_words(each.grade)}, {whose})"
        yield f"{kept}{what}: {near}, {each.required_m:,.0f} m are kept"
        if each.old:
            yield f"  {each.old}"


def peer(found: ToldView | RecipientView) -> str:
    """What people call the other party."""
    return shorten(found.label, 40) if found.label else f"{found.peer[:8]}…"


def short(status: StatusView) -> str:
    """A status in few words."""
    return "nothing yet" if status.status == "none" else _words(status.status)


def day(text: str | None) -> str:
    """The day of a time."""
    return "" if text is None else text[:10]


def _words(text: str) -> str:
    return text.replace("_", " ")


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name)
    return table


def _cell(value: object) -> Text:
    return Text(shorten(str(value), 60))
