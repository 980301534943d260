"""`wideberth site import`: notification lists become own lists of a node, once their places are believed."""

from __future__ import annotations

import hashlib
import time as clock
from collections.abc import Sequence
from importlib.resources import files as resources
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec
import typer
from msgspec import structs

from wideberth.cli import asked, reached
from wideberth.cli.desk_asked import now
from wideberth.cli.files import read_bytes
from wideberth.cli.load import in_file
from wideberth.cli.place import area_of
from wideberth.cli.say import BAD_INPUT, out, stopping, tell
from wideberth.cli.site_asked import SCHEMA, Json, path
from wideberth.desk.site_cases import RULE
from wideberth.errors import Invalid, Refused, WideberthError, shorten
from wideberth.formats import gazetteer, listed_json
from wideberth.formats.lists import contacts, doubtful, listing
from wideberth.formats.lists.doubtful import Doubt, Held
from wideberth.formats.lists.listing import Placed
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.site import NOTICE
from wideberth.node.site_views import EditionView, PersonView
from wideberth.render.table import refusal
from wideberth.render.words import counted
from wideberth.space.notation import read_place

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

IMPORT_HELP = """\
Take notification lists (CSV, TSV, XLSX, ODS) as an edition of an own list.

Nothing is taken while a row cannot be read, or gives reason to ask again about its place: exchanged figures,
your own position, another country, a place too coarse, the same site twice. --keep-good takes the other rows;
--despite ROW takes that row all the same, once somebody has asked.

A row that is not in the edition stays in force until you --withdraw it. Names, telephones and plates are
never taken into a list; --contacts-until keeps them apart, and erases them on that day.

\b
Examples:
  wideberth site import hospitals.xlsx --list Hospitals --country SY
  wideberth site import hospitals.xlsx --list Hospitals --keep-good --despite H-12
  wideberth site import hospitals.xlsx --list Hospitals --withdraw H-3
  wideberth site import convoys.csv --list Convoys --contacts-until 2026-12-31T00:00:00Z

\b
Exit codes: 0 done, 2 bad input (of rows that were kept out, too), 3 could not.
"""
SERIOUS: Final = "kept out"


class Edition(NamedTuple):
    """What files come to: the rows that are taken, what is doubted, and whether anything was kept out."""

    rows: list[Placed]
    doubts: list[Doubt]
    people: dict[str, dict[str, str]]
    left: bool


def import_lists(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Lists.", show_default=False)],
    name: Annotated[
        str,
        typer.Option(
            "--list", metavar="NAME", help="The list that they are an edition of.", show_default=False
        ),
    ],
    withdraw: Annotated[
        list[str] | None,
        typer.Option("--withdraw", metavar="ROW", help="A row that its owner withdraws; again for more."),
    ] = None,
    despite: Annotated[
        list[str] | None,
        typer.Option("--despite", metavar="ROW", help="Take this row in spite of doubts; again for more."),
    ] = None,
    photo: Annotated[
        list[str] | None,
        typer.Option(
            "--photo", metavar="ROW=FILE", help="A picture of the place: its SHA-256 is kept; again for more."
        ),
    ] = None,
    own: Annotated[
        str | None, typer.Option("--own", metavar="TEXT", help="Your own position: no place should be it.")
    ] = None,
    area: Annotated[
        str | None,
        typer.Option("--area", metavar="FILE", help="A file of one area where places are expected."),
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", metavar="SY", help="The country where places are expected.")
    ] = None,
    contacts_until: Annotated[
        str | None,
        typer.Option(
            "--contacts-until",
            metavar="RFC3339",
            help="Keep what the list says of people apart, and erase it on this day.",
        ),
    ] = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Say what would be kept out; ask no node, take nothing.")
    ] = False,
    keep_good: asked.KeepGood = False,
    radius: asked.Radius = None,
    half_width: asked.HalfWidth = None,
    tz: asked.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take notification lists. `IMPORT_HELP` says the rest."""
    with stopping():
        zone = asked.zone(tz)
        options = asked.options(
            now=clock.time_ns() // 1_000_000_000 * 1_000,
            tz=zone,
            half_width=half_width,
            radius=radius,
            keep_good=keep_good,
        )
        until = None if contacts_until is None else parse_time(contacts_until, "--contacts-until", zone)
        held = _held(own, area, country)
        found = _read(files, options, held, set(despite or ()), people=until is not None)
        _tell_doubts(found.doubts, set(despite or ()))
        if found.left and not keep_good:
            tell(
                "nothing was taken: mend these rows, or say --keep-good, or --despite ROW once you have asked"
            )
            raise typer.Exit(BAD_INPUT)
        rows = _pictured(found.rows, photo or ())
        if check_only:
            tell(f"{len(rows):,} rows would be taken. {NOTICE}")
        else:
            _send(name, rows, withdraw or (), found, until, (url, data), json=json)
        if found.left:
            raise typer.Exit(BAD_INPUT)


def _send(
    name: str,
    rows: Sequence[Placed],
    withdrawn: Sequence[str],
    found: Edition,
    until: int | None,
    at: tuple[str | None, str | None],
    *,
    json: bool,
) -> None:
    body = {
        "name": name,
        "rows": [listed_json.write(each.row) for each in rows],
        "withdrawn": list(withdrawn),
    }
    with reached.reached(*at) as client:
        if until is not None:
            from wideberth.store import personal  # takes long to load, and few lists have people in them

            # before anything is entered: a list cannot be taken back
            personal.check_until(until, parse_time(now(client)), "--contacts-until")
        taken = client.ask("POST", "/v1/sites", EditionView, body)
        kept = 0 if until is None else _keep_people(client, taken, rows, found.people, until)
    if json:
        out(
            msgspec.json.format(
                msgspec.json.encode({"schema": SCHEMA, "edition": taken, "people": kept, "notice": NOTICE}),
                indent=2,
            )
            + b"\n"
        )
        return
    lines = [
        _came_to(taken),
        *([f"kept apart until their day: {counted(kept, 'record')} of people"] if kept else []),
        *(
            [f"not in this edition, and still in force until withdrawn: {_named(taken.missing)}"]
            if taken.missing
            else []
        ),
        NOTICE,
    ]
    out("".join(f"{line}\n" for line in lines).encode())
    tell("next: two persons verify each place (wideberth site verify), then wideberth site send")


def _came_to(taken: EditionView) -> str:
    return (
        f"{shorten(taken.list.name, 60)}, version {taken.list.version}: {len(taken.added):,} new,"
        f" {len(taken.changed):,} changed, {taken.same:,} the same, {len(taken.gone):,} withdrawn;"
        f" {counted(taken.list.rows, 'row')}"
    )


def _named(rows: Sequence[str]) -> str:
    return shorten(", ".join(rows[:20]), 300) + (" …" if len(rows) > 20 else "")


def _held(own: str | None, area: str | None, country: str | None) -> Held:
    """What places are held against. Raises: Invalid (as read_place, `place.area`, `site.country`)."""
    assert isinstance(RULE.h, int)  # of sites it is a length
    towns = None
    if country is not None:
        towns = gazetteer.read((resources("wideberth.data") / "gazetteer.bin.z").read_bytes())
        country = country.upper()
        if country not in towns.countries:
            raise Invalid("site.country", "--country", country, "the two letters of a country (ISO 3166-1)")
    return Held(
        RULE.h,
        None if own is None else read_place(own, "--own"),
        None if area is None else area_of(area),
        country,
        towns,
    )


def _read(paths: Sequence[str], options: Options, held: Held, despite: set[str], *, people: bool) -> Edition:
    """The rows of all files; what cannot be read is told at once."""
    rows: list[Placed] = []
    persons: dict[str, dict[str, str]] = {}
    faults = False
    for file in paths:
        try:
            data = read_bytes(file)
            found = listing.read(data, structs.replace(options, file=file))
        except Invalid as error:
            raise in_file(file, error) from error
        for note in found.notes:
            tell(f"{shorten(file, 400)}: {note}")
        for fault in found.faults:
            tell(refusal(file, fault))
        faults |= bool(found.faults)
        known = {each.row.id for each in rows}
        for each in found.rows:
            if each.row.id in known:
                tell(refusal(file, Invalid("site.repeated", each.where, each.row.id, "each row in one file")))
                faults = True
            else:
                rows.append(each)
        if people:
            by_row = contacts.read(data)
            persons |= {each.row.id: by_row[each.where] for each in found.rows if each.where in by_row}
    doubts = doubtful.find(rows, held)
    wrong = {each.row for each in doubts if each.serious} - despite
    if unknown := despite - {each.row for each in doubts}:
        raise Refused("site.no_doubt", f"there is no doubt about {_named(sorted(unknown))}; accepted: less")
    kept = [each for each in rows if each.row.id not in wrong]
    return Edition(kept, doubts, persons, faults or bool(wrong))


def _tell_doubts(doubts: Sequence[Doubt], despite: set[str]) -> None:
    for each in doubts:
        out_ = SERIOUS if each.serious and each.row not in despite else "taken all the same"
        tell(f"{shorten(each.row, 60)} ({each.where}): {each.text}  [{each.kind}; {out_}]")


def _pictured(rows: Sequence[Placed], photos: Sequence[str]) -> list[Placed]:
    """With the hashes of pictures. Raises: Invalid (`site.photo`, `file.*`)."""
    hashes: dict[str, bytes] = {}
    for each in photos:
        row, mark, file = each.partition("=")
        if not mark or row not in {one.row.id for one in rows}:
            raise Invalid("site.photo", "--photo", each, "the id of a row that is taken, =, and a file")
        hashes[row] = hashlib.sha256(read_bytes(file)).digest()
    return [
        each._replace(row=structs.replace(each.row, photo=hashes[each.row.id]))
        if each.row.id in hashes
        else each
        for each in rows
    ]


def _keep_people(
    client: Client, taken: EditionView, rows: Sequence[Placed], people: dict[str, dict[str, str]], until: int
) -> int:
    kept = 0
    for each in rows:
        fields = people.get(each.row.id)
        if fields:
            body = {"row": each.row.id, "fields": fields, "until": to_rfc3339(until)}
            try:
                client.ask("POST", path(taken.list.list, "person"), PersonView, body)
            except WideberthError:
                tell(f"the list is entered; of {len(people):,} records of people {kept:,} are kept")
                raise
            kept += 1
    return kept
