"""Files of lists over the API: read and weighed before anything is entered; an empty one to fill in."""

from __future__ import annotations

from typing import Any, Final, get_args

from msgspec import Struct

from wideberth.desk.site_cases import RULE
from wideberth.errors import Invalid
from wideberth.formats import listed_json, sited
from wideberth.formats.lists import contacts, doubtful, template
from wideberth.formats.lists import reader as tables
from wideberth.formats.lists.columns import LANGUAGES, Language
from wideberth.formats.lists.doubtful import Doubt, Held
from wideberth.formats.lists.listing import Listing
from wideberth.formats.lists.notice import NOTICE
from wideberth.formats.reading import Options
from wideberth.formats.registry import recognise
from wideberth.formats.times import check_zone
from wideberth.node.places import towns
from wideberth.space.notation import read_place
from wideberth.space.stated import check_width
from wideberth.space.units import parse_length
from wideberth.web.call import Call
from wideberth.web.roles import PLANNING, SITES
from wideberth.web.route import BUNDLE, OCTETS, Route

OF_LIST: Final = ("name", "list", "country", "own", "radius", "half_width", "tz")
OF_TEMPLATE: Final = ("language", "kind", "ending")
MOST: Final = BUNDLE // 4
"""Bytes of a file, as commands read one."""
UNNAMED: Final = "a list that has no name yet"


class ReadDoubtView(Struct, frozen=True):
    """What gives reason to ask again about the place of a row; `serious`: until then it is not taken."""

    kind: str
    text: str
    serious: bool


class ReadRowView(Struct, frozen=True):
    """A row of a file: where it stands there, what an edition of the list would make of it, what is doubted.

    `how`: added, changed or same. `people`: what the file says of people beside it, which is in no list.
    """

    row: dict[str, Any]
    where: str
    how: str
    doubts: tuple[ReadDoubtView, ...]
    people: dict[str, str]


class ReadFaultView(Struct, frozen=True):
    """Something in a file that cannot be read: where, what stands there, what would be accepted."""

    where: str
    code: str
    words: str


class ReadListView(Struct, frozen=True):
    """A file as an edition of a list, of which nothing is entered.

    Attributes:
        rows: that could be read. `faults`: what could not.
        notes: what reading it took for granted.
        missing: rows of the list as it stands that are not in the file: they stay in force.
    """

    rows: tuple[ReadRowView, ...]
    faults: tuple[ReadFaultView, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    notice: str = NOTICE


def read(call: Call) -> ReadListView:
    """A file is read.

    Raises: Invalid (`site.country`, `time.zone`, and as sited.read, read_place, Sites.weighed).
    """
    held = _held(call)
    name = call.asked.get("name", "")
    # as commands do: to the second
    now = call.node.clock.now() // 1_000 * 1_000
    options = Options(
        file=name,
        as_of=now,
        zone=check_zone(call.asked["tz"], "tz") if "tz" in call.asked else None,
        radius=_width(call, "radius"),
        half_width=_width(call, "half_width"),
        keep_good=True,
    )
    found = sited.read(call.body, options)
    taken = call.node.sites.weighed(call.asked.get("list") or UNNAMED, [each.row for each in found.rows])
    how = {**dict.fromkeys(taken.added, "added"), **dict.fromkeys(taken.changed, "changed")}
    rows = _rows(found, doubtful.find(found.rows, held), how, _people(name, call.body))
    faults = tuple(
        ReadFaultView(each.path, each.code, f"{each.found}; accepted: {each.wanted}") for each in found.faults
    )
    return ReadListView(rows, faults, found.notes, taken.missing)


def _rows(
    found: Listing, doubts: list[Doubt], how: dict[str, str], people: dict[str, dict[str, str]]
) -> tuple[ReadRowView, ...]:
    of: dict[str, list[ReadDoubtView]] = {}
    for one in doubts:
        of.setdefault(one.where, []).append(ReadDoubtView(one.kind, one.text, one.serious))
    return tuple(
        ReadRowView(
            listed_json.write(each.row),
            each.where,
            how.get(each.row.id, "same"),
            tuple(of.get(each.where, ())),
            people.get(each.where, {}),
        )
        for each in found.rows
    )


def _people(name: str, data: bytes) -> dict[str, dict[str, str]]:
    """By the place of a row; only tables have columns of people."""
    # by what it is: a .txt may be airspace as well
    return contacts.read(data) if recognise(name, data).read is tables.read else {}


def _held(call: Call) -> Held:
    """What places are held against. Raises: Invalid (`site.country`, and as read_place)."""
    assert isinstance(RULE.h, int)  # of sites it is a length
    country, own = call.asked.get("country"), call.asked.get("own")
    known = None if country is None else towns()
    if known is not None and country is not None:
        country = country.upper()
        if country not in known.countries:
            raise Invalid("site.country", "country", country, "the two letters of a country (ISO 3166-1)")
    return Held(RULE.h, None if own is None else read_place(own, "own"), None, country, known)


def _width(call: Call, name: str) -> int | None:
    """Raises: Invalid (`length.*`, `geometry.half_width`)."""
    text = call.asked.get(name)
    if text is None:
        return None
    found = parse_length(text, name, "up")
    check_width(found, name)
    return found


def empty(call: Call) -> bytes:
    """An empty list to fill in. Raises: Invalid (`template.*`)."""
    language, kind, ending = (call.asked.get(each) for each in OF_TEMPLATE)
    make = {"xlsx": template.xlsx_template, "csv": template.csv_template}.get(ending or "xlsx")
    if make is None:
        raise Invalid("template.ending", "ending", ending, "xlsx or csv")
    return make(_kind(kind), _language(language))


def _language(text: str | None) -> Language:
    for each in LANGUAGES:
        if (text or "en") == each:
            return each
    raise Invalid("template.language", "language", text, ", ".join(LANGUAGES))


def _kind(text: str | None) -> template.Kind:
    kinds: tuple[template.Kind, ...] = get_args(template.Kind)
    for each in kinds:
        if (text or "site") == each:
            return each
    raise Invalid("template.kind", "kind", text, ", ".join(kinds))


ROUTES: Final = (
    Route("POST", "/v1/read-sites", PLANNING, bytes, ReadListView, read,
          "A file as an edition of the `list` of that name: rows, what is doubted about their places, what "
          "cannot be read, and what it would change. Nothing is entered. `name` of the file; places are held "
          "against `country` and the `own` position; `radius`, `half_width` and `tz` where it says none.",
          query=OF_LIST, most=MOST, heavy=True),
    Route("GET", "/v1/site-template", SITES, None, bytes, empty,
          "An empty list to fill in: `language`, `kind` (site, movement), `ending` (xlsx, csv).",
          media=OCTETS, query=OF_TEMPLATE),
)  # fmt: skip
"""What of the API is about files of lists."""
