"""Lists of sites, what was told of them, and what touches them, as the node has them."""

from __future__ import annotations

from typing import Final

from wideberth.errors import Invalid
from wideberth.formats import listed_json, native
from wideberth.formats.times import parse_time
from wideberth.model.plan import UNSPECIFIED, Plan
from wideberth.node.site_views import (
    EditionView,
    HeldSinceView,
    ListView,
    PersonView,
    RowsView,
    RowView,
    ToldView,
    TouchView,
)
from wideberth.web.call import Call

ROW: Final = "row"
PLAN: Final = "plan"
BY: Final = ("officer", "planner", "releasing")
"""Roles that may, the one that is written down first."""
MOST: Final = 10_000
"""Volumes that are asked about at a time."""


def lists(call: Call) -> list[ListView]:
    """All own lists."""
    return call.node.sites.lists()


def rows(call: Call) -> RowsView:
    """One of them with its rows. Raises: as Sites.rows."""
    return call.node.sites.rows(call.named["list"])


def edition(call: Call) -> EditionView:
    """A new edition of a list. Raises: as listed_json.read, and as Sites.edition."""
    said = call.body
    found = [listed_json.read(each, f"rows[{i}]") for i, each in enumerate(said.rows)]
    return call.node.sites.edition(said.name, found, said.withdrawn)


def verify(call: Call) -> RowView:
    """The place of a row is verified. Raises: as Sites.verify."""
    said = call.body
    return call.node.sites.verify(call.named["list"], said.row, said.version, _by(call), call.who.id)


def revalidate(call: Call) -> RowView:
    """A place was looked at again. Raises: Invalid (`time.*`), and as Sites.revalidate."""
    said = call.body
    review_ms = parse_time(said.review, "review")
    return call.node.sites.revalidate(call.named["list"], said.row, said.version, _by(call), review_ms)


def held(call: Call) -> HeldSinceView:
    """Who held a row since when. Raises: as Sites.held."""
    return call.node.sites.held(call.named["list"], _row(call))


def keep_person(call: Call) -> PersonView:
    """What is known of people beside a row. Raises: Invalid (`time.*`), and as Sites.keep_person."""
    said = call.body
    until_ms = parse_time(said.until, "until")
    return call.node.sites.keep_person(call.named["list"], said.row, said.fields, until_ms)


def person(call: Call) -> PersonView:
    """The same, asked for. Raises: as Sites.person."""
    return call.node.sites.person(call.named["list"], _row(call))


def forget_person(call: Call) -> None:
    """The same, erased. Raises: as Sites.forget_person."""
    call.node.sites.forget_person(call.named["list"], _row(call))


def send(call: Call) -> ToldView:
    """A list is told on a line. Raises: as Sites.send."""
    return call.node.sites.send(call.named["line"], call.named["list"])


def told(call: Call) -> list[ToldView]:
    """All that was told of lists, on all lines."""
    return call.node.sites.told()


def told_on(call: Call) -> list[ToldView]:
    """The same, on one line."""
    return call.node.sites.told(call.named["line"])


def answer(call: Call) -> ToldView:
    """What is said of a list that was told. Raises: as Sites.answer."""
    said = call.body
    line, of = call.named["line"], call.named["list"]
    return call.node.sites.answer(line, of, said.version, said.all, said.rows)


def touching(call: Call) -> list[TouchView]:
    """The sites that volumes come too near to. Raises: Invalid (`site.volumes`, and as native.read)."""
    said = call.body
    if not 0 < len(said.volumes) <= MOST:
        raise Invalid("site.volumes", "volumes", f"{len(said.volumes):,} volumes", f"1 to {MOST:,} volumes")
    volumes = tuple(native.volume_from_json(each, f"volumes[{i}]") for i, each in enumerate(said.volumes))
    return call.node.sites.touching(Plan("", "", volumes, said.activity or UNSPECIFIED))


def cases(call: Call) -> list[TouchView]:
    """The site cases that are open, of one plan or of all."""
    return call.node.sites.cases(call.asked.get(PLAN))


def _by(call: Call) -> str:
    """In which role: never who."""
    return next(each for each in BY if each in call.who.roles)


def _row(call: Call) -> str:
    """Of no row, if none is named: whether there is such a list is said first."""
    return call.asked.get(ROW, "")
