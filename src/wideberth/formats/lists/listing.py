"""A notification list as rows to be kept and told: sites, and movements with their way.

What a list has beside that (notes, addresses, people) stays out of it. A row is known by its id, from one
edition to the next; without one by its name.
"""

from __future__ import annotations

from typing import NamedTuple

from wideberth.desk import listed
from wideberth.errors import Invalid
from wideberth.formats.lists import filing, reader
from wideberth.formats.lists.entries import Entry
from wideberth.formats.raw import Tally
from wideberth.formats.reading import Filed, Options
from wideberth.model.site import Listed

SITE = "site"
BY_NAME = "rows without an id are known by their names"


class Placed(NamedTuple):
    """A row, where it stands in its file, and the entry that it came from where it came from one alone."""

    row: Listed
    where: str
    entry: Entry | None


class Listing(NamedTuple):
    """The rows that could be read, what must be told, and what could not be read."""

    rows: tuple[Placed, ...]
    notes: tuple[str, ...]
    faults: tuple[Invalid, ...]


def read(data: bytes, options: Options) -> Listing:
    """The rows of a list. Raises: Invalid (as reader.records) for what is no list."""
    tally = Tally()
    found = reader.records(data, options, tally)
    faults = list(found.faults)
    rows: list[Placed] = []
    moving: list[Entry] = []
    for entry in found.entries:
        if entry.kind == "site":
            _add(rows, faults, _site(entry, tally), entry.where, entry)
        else:
            moving.append(entry)
    assembled = filing.assemble(moving, options, tally, (), found.incomplete)
    faults += assembled.faults
    for filed in assembled.filed:
        _add(rows, faults, _movement(filed), filed.where[0], None)
    _check_repeated(rows, faults)
    notes = dict.fromkeys((*found.notes, *assembled.notes, *tally.notes()))
    return Listing(tuple(rows), tuple(notes), tuple(faults))


def _add(
    rows: list[Placed], faults: list[Invalid], row: Listed | None, where: str, entry: Entry | None
) -> None:
    """A row that can be told, or why it cannot."""
    if row is None:
        wanted = "an id in every row, or a name"
        faults.append(Invalid("site.no_id", where, "no id and no name", wanted))
        return
    try:
        rows.append(Placed(listed.read(listed.write(row), ""), where, entry))
    except Invalid as error:
        faults.append(Invalid(error.code, f"{where}{error.path}", error.found, error.wanted))


def _check_repeated(rows: list[Placed], faults: list[Invalid]) -> None:
    known: dict[str, str] = {}
    for each in list(rows):
        first = known.setdefault(each.row.id, each.where)
        if first != each.where:
            rows.remove(each)
            wanted = f"another id in every row (it is that of {first})"
            faults.append(Invalid("site.repeated", each.where, each.row.id, wanted))


def _site(entry: Entry, tally: Tally) -> Listed | None:
    site = entry.site
    assert site is not None  # of every entry of this kind
    name = entry.fields.get("id") or entry.name
    if not entry.fields.get("id"):
        tally.tell(BY_NAME, entry.where)
    if not name:
        return None
    return Listed(
        id=name,
        kind="site",
        name=entry.name,
        volumes=entry.volumes,
        of=site.kind,
        grade=site.grade,
        source=site.source,
        review=site.review,
    )


def _movement(filed: Filed) -> Listed | None:
    plan = filed.plan
    if plan.id in filed.where:
        return None  # named after its row, which another edition may have elsewhere
    return Listed(
        id=plan.id,
        kind="site" if plan.activity == SITE else "movement",
        name=plan.label,
        volumes=plan.volumes,
        activity="" if plan.activity == SITE else plan.activity,
        callsign=plan.callsign,
        review=plan.review,
    )
