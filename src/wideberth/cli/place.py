"""`wideberth place`: what a place is read as, in every notation, and the doubts about it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Annotated

import msgspec
import typer
from msgspec import Struct, structs
from rich.table import Table
from rich.text import Text

from wideberth.cli import asked
from wideberth.cli.files import read_bytes
from wideberth.cli.load import load
from wideberth.cli.say import CONFLICTS, out, show, stopping
from wideberth.errors import Invalid, shorten
from wideberth.formats import gazetteer, terms
from wideberth.formats.reading import Options
from wideberth.space.doubts import Doubt, doubts
from wideberth.space.echo import echoes
from wideberth.space.ground import Circle, Polygon
from wideberth.space.nearest import Near, Towns, between, compass, nearest
from wideberth.space.notation import read_place
from wideberth.space.place import Place
from wideberth.space.units import DEGREE, METRE, parse_length
from wideberth.space.words import Named, kilometres, meant

PLACE_HELP = """\
Say what a place is read as, and what gives reason to ask again.

Every place is shown in every notation, with the nearest town. Several places are taken as one place that is
stated several times: their distances are told, and a doubt where they are not one (unless --different).

\b
Examples:
  wideberth place "37SBU9596" "N 35°11'30\\" E 36°45'"
  wideberth place "333036N0361530E" --own "33.51, 36.26" --separation 3NM
  wideberth place "35.40 40.10" --words "3 km south of Deir ez-Zor" --agreement terms.toml

\b
Exit codes: 0 no doubt known, 1 doubts, 2 bad input, 3 could not.
Town names: GeoNames (geonames.org), CC BY 4.0.
"""

SCHEMA = "wideberth.place/1"
MOST_PLACES = 20


class Asked(Struct, frozen=True):
    """What the places are held against."""

    own: Place | None
    area: Polygon | Circle | None
    separation: int | None
    words: str
    known: tuple[Named, ...]
    different: bool


def place(
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="A place, as people write it.", show_default=False)
    ],
    own: Annotated[
        str | None,
        typer.Option("--own", metavar="TEXT", help="Your own position: the place should not be it."),
    ] = None,
    area: Annotated[
        str | None,
        typer.Option("--area", metavar="FILE", help="A file of one area where places are expected."),
    ] = None,
    agreement: asked.Agreement = None,
    words: Annotated[
        str | None, typer.Option("--words", metavar="TEXT", help='What was said of it: "12 km south of X".')
    ] = None,
    separation: Annotated[
        str | None, typer.Option("--separation", metavar="3NM", help="The minimum that it is used with.")
    ] = None,
    datum: Annotated[
        str | None,
        typer.Option("--datum", metavar="SK-42", help="Datum of places that name none; unknown adds 200 m."),
    ] = None,
    different: Annotated[
        bool, typer.Option("--different", help="The places are different ones: tell their distances only.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")] = False,
) -> None:
    """Say what a place is read as. `PLACE_HELP` says the rest."""
    with stopping():
        if len(texts) > MOST_PLACES:
            raise Invalid("place.too_many", "", f"{len(texts)} places", f"at most {MOST_PLACES}")
        places = [read_place(text, shorten(text, 40), datum=datum) for text in texts]
        towns = gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())
        held = _held(own, area, agreement, words or "", separation, datum, different)
        found = _doubts(places, held, towns)
        near = [nearest(towns, each.point) for each in places]
        if json:
            out(_json(texts, places, near, found))
        else:
            for text, each, town in zip(texts, places, near, strict=True):
                show(_table(text, each, town))
            show(_between(places, found))
    if found:
        raise typer.Exit(CONFLICTS)


def _held(
    own: str | None,
    area: str | None,
    agreement: str | None,
    words: str,
    separation: str | None,
    datum: str | None,
    different: bool,
) -> Asked:
    """The options, read. Raises: Invalid (as their readers, `place.area`)."""
    agreed = None if agreement is None else terms.read(read_bytes(agreement), shorten(agreement, 400))
    ground = area_of(area) if area is not None else None if agreed is None else agreed.area
    known = () if agreed is None else tuple(Named(each.name, each.point, each.area) for each in agreed.places)
    return Asked(
        None if own is None else read_place(own, "--own", datum=datum),
        ground,
        None if separation is None else parse_length(separation, "--separation", "down"),
        words,
        known,
        different,
    )


def describe(lon: float, lat: float) -> list[str]:
    """A position in degrees in every notation, and the nearest town."""
    where = read_place(f"{lat:.7f}, {lon:.7f}")
    towns = gazetteer.read((files("wideberth.data") / "gazetteer.bin.z").read_bytes())
    lines = [f"{notation} {echoed}" for notation, echoed in echoes(where).items()]
    return [*lines, f"nearest town {_from(nearest(towns, where.point))}"]


def area_of(path: str) -> Polygon | Circle:
    """The one area of a file of plans. Raises: Invalid (`place.area`, and as its reader)."""
    loaded = load([path], Options(file=path, as_of=0), lambda *_: None)
    if loaded.refused:
        raise loaded.refused[0][1].under(shorten(path, 400))
    grounds = {volume.ground for _, one in loaded.filed for volume in one.plan.volumes}
    if len(grounds) == 1 and isinstance(ground := grounds.pop(), Polygon | Circle):
        return ground
    raise Invalid("place.area", "--area", shorten(path), "a file with one polygon or circle")


def _doubts(places: Sequence[Place], held: Asked, towns: Towns) -> list[tuple[int, Doubt]]:
    """(number of the place, doubt)."""
    found = []
    for i, each in enumerate(places):
        known = (*held.known, *meant(held.words, held.known, towns, each.point))
        second = places[0] if i and not held.different else None
        several = doubts(
            each,
            own=held.own,
            area=held.area,
            separation=held.separation,
            words=held.words,
            named=known,
            second=second,
        )
        found += [(i, doubt) for doubt in several]
    return found


def _doubt(where: Place) -> str:
    return f"± {kilometres(-(-where.doubt // METRE))}"


def _from(town: Near) -> str:
    way = f"{compass(town.bearing)} ({round(town.bearing) % 360:03}°)"
    return f"{kilometres(town.distance)} {way} of {town.name}, {town.country}"


def _table(text: str, where: Place, town: Near) -> Table:
    """A place in every notation."""
    table = Table(
        title=Text(shorten(text, 90)), title_justify="left", show_header=False, box=None, pad_edge=False
    )
    table.add_row("read as", Text(f"{where.notation}, {_doubt(where)}, datum {where.datum}"))
    for notation, echoed in echoes(where).items():
        table.add_row(notation, Text(echoed))
    table.add_row("nearest town", Text(_from(town)))
    for note in where.notes:
        table.add_row("note", Text(note))
    return table


def _between(places: Sequence[Place], found: Sequence[tuple[int, Doubt]]) -> Table:
    """Distances from the first place, and the doubts."""
    table = Table(show_header=False, box=None, pad_edge=False)
    for i, each in enumerate(places[1:], start=2):
        distance, bearing = between(places[0].point, each.point)
        table.add_row(
            "distance", Text(f"1 to {i}: {kilometres(distance)}, bearing {round(bearing) % 360:03}°")
        )
    for i, doubt in found:
        table.add_row("doubt", Text(f"place {i + 1}: {doubt.text}" if len(places) > 1 else doubt.text))
    if not found:
        table.add_row("doubt", Text("none known; compare the place with its sender all the same"))
    return table


def _json(
    texts: Sequence[str], places: Sequence[Place], near: Sequence[Near], found: Sequence[tuple[int, Doubt]]
) -> bytes:
    """The answer as `wideberth.place/1`."""
    listed = [
        {
            "text": text,
            "lat_deg": where.point[1] / DEGREE,
            "lon_deg": where.point[0] / DEGREE,
            "doubt_m": where.doubt / METRE,
            "notation": where.notation,
            "datum": where.datum,
            "notes": where.notes,
            "echo": echoes(where),
            "nearest_town": {
                "name": town.name,
                "country": town.country,
                "distance_m": round(town.distance),
                "bearing_deg": round(town.bearing, 1),
            },
            "doubts": [structs.asdict(doubt) for k, doubt in found if k == i],
        }
        for i, (text, where, town) in enumerate(zip(texts, places, near, strict=True))
    ]
    distances = []
    for i, each in enumerate(places[1:], start=1):
        distance, bearing = between(places[0].point, each.point)
        distances.append(
            {"from": 0, "to": i, "distance_m": round(distance, 1), "bearing_deg": round(bearing, 1)}
        )
    answer = {"schema": SCHEMA, "places": listed, "between": distances, "credit": gazetteer.ATTRIBUTION}
    return msgspec.json.format(msgspec.json.encode(answer), indent=2) + b"\n"
