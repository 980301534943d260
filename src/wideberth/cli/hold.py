"""`wideberth hold`: what keeps plans from beginning until a condition, and how two officers lift it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wideberth.cli import asked as options
from wideberth.cli import desk_asked as asked
from wideberth.cli import hold_words, key_asked, line_asked, reached
from wideberth.cli.desk_asked import Json, path
from wideberth.cli.files import free
from wideberth.cli.load import load
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import show, stopping, tell
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import native
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.node.hold_views import HoldView
from wideberth.node.views import AgreementsView, LineView, NodeView
from wideberth.space import altitude, stated
from wideberth.space.altitude import SURFACE, UNLIMITED
from wideberth.space.notation import read_place
from wideberth.space.units import DEGREE, parse_length
from wideberth.space.volume import Volume, check_volume

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

HOLDS: Final = "/v1/holds"
US: Final = "us"
HOLD_HELP = """\
Holds: a stand-down over parties, activities and an area until a condition. While one is in force no plan that
touches it may begin. Nobody has to give a reason.

Silence ends no hold. One that has a time ends by the clock; two officers of its author lift any other, by
their own keys.

\b
Examples:
  wideberth hold list
  wideberth hold put --party us --party South --around "35.19 36.75" --radius 20km --until-talks t-3vq2
  wideberth hold show h-7k3x --lift-text lift.json
  wideberth hold lift h-7k3x --approval one.approval --approval two.approval
"""
PUT_HELP = """\
Put a hold: in force at once, here and, as soon as they have it, at the parties that it names.

`--party us` is this party; alone it is a stand-down that all others are told. Without an area it holds
everywhere, without an activity for all.

\b
Examples:
  wideberth hold put --party us --until 2027-02-01T06:00:00Z
  wideberth hold put --party us --party South --area strip.geojson --activity survey --until-talks t-3vq2
  wideberth hold put --party South --around "35.19 36.75" --radius 20km --until-version 2

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SHOW_HELP = """\
Show a hold: whom it binds, what ends it, where it stands on each line, and own plans that lie in it.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
LIFT_HELP = """\
Lift an own hold, by the signatures of two officers, each by a key of their own, over the exact text that
`hold show --lift-text` writes. It may be lifted before its condition has come, and that is shown.

\b
Examples:
  wideberth hold show h-7k3x --lift-text lift.json
  wideberth key approve --officer one.key --what lift --file lift.json --out one.approval
  wideberth hold lift h-7k3x --approval one.approval --approval two.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
Name = Annotated[str, typer.Argument(metavar="HOLD", help="The hold: its id, or the beginning of it.")]
Terms = Annotated[
    int | None,
    typer.Option("--until-version", min=1, metavar="N", help="Until version N of the agreement is in force."),
]

hold = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@hold.command("list", short_help="List holds.")
def list_holds(
    every: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """List the holds that are in force; with --all also those that are over."""
    with stopping():
        with reached.reached(url, data) as client:
            now = asked.now(client)
            found = client.ask("GET", HOLDS if every else f"{HOLDS}?over=no", list[HoldView])
        if json or not found:
            words = () if json else (f"no hold is known to be in force, as of {now}",)
            asked.answer({"as_of": now, "holds": found}, words, (), json=json)
        else:
            show(hold_words.table(found))
            tell(f"as of {now}")


@hold.command("show", short_help="Show one hold.", help=SHOW_HELP)
def show_hold(
    name: Name,
    lift_text: Annotated[
        str | None,
        typer.Option("--lift-text", metavar="FILE", help="Write the text that two officers sign to lift it."),
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a hold. `SHOW_HELP` says the rest."""
    with stopping():
        free(lift_text)
        with reached.reached(url, data) as client:
            found = one(client, name)
        if lift_text is not None:
            if not found.mine:
                raise Refused("hold.not_own", "another party's hold is lifted by its own officers")
            Path(lift_text).write_bytes(found.lift_text.encode())
            tell(f"{shorten(lift_text, 400)} is written.")
        _answer(found, json=json)


@hold.command(short_help="Put a hold.", help=PUT_HELP)
def put(
    party: Annotated[
        list[str],
        typer.Option("--party", metavar="PARTY", help="Whom it binds: us, or a line; again for more."),
    ],
    until: Annotated[
        str | None, typer.Option("--until", metavar="RFC3339", help="Until this time.", show_default=False)
    ] = None,
    until_talks: Annotated[
        str | None, typer.Option("--until-talks", metavar="ID", help="Until these talks were held.")
    ] = None,
    until_version: Terms = None,
    agreement: Annotated[
        str | None,
        typer.Option("--agreement", metavar="ID", help="Of which agreement; else the one on the line."),
    ] = None,
    begins: Annotated[
        str | None, typer.Option("--from", metavar="RFC3339", help="From when on; else from now on.")
    ] = None,
    activity: Annotated[
        list[str] | None, typer.Option("--activity", metavar="NAME", help="Which it stops; again for more.")
    ] = None,
    area: Annotated[
        str | None, typer.Option("--area", metavar="FILE", help="A file of plans with one volume in it.")
    ] = None,
    around: Annotated[
        str | None, typer.Option("--around", metavar="PLACE", help="Around a place, with --radius.")
    ] = None,
    radius: Annotated[str | None, typer.Option("--radius", metavar="20km", help="How far around it.")] = None,
    lower: Annotated[
        str | None, typer.Option("--lower", metavar="ALTITUDE", help="From which altitude up; else SFC.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--upper", metavar="ALTITUDE", help="Up to which altitude; else UNL.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="If you want to say any.")
    ] = None,
    tz: options.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put a hold. `PUT_HELP` says the rest."""
    with stopping():
        zone = options.zone(tz)
        if sum(each is not None for each in (until, until_talks, until_version)) != 1:
            wanted = "one of --until, --until-talks, --until-version"
            raise Invalid("hold.until", "--until", "none or several", wanted)
        where = _area(area, around, radius, (lower, upper))
        body: dict[str, Any] = {
            "activities": activity or None,
            "area": None if where is None else native.volume_to_json(where),
            "begins": None if begins is None else to_rfc3339(parse_time(begins, "--from", zone)),
            "reason": reason,
        }
        with reached.reached(url, data) as client:
            lines = line_asked.views(client)
            parties = [_party(client, lines, each) for each in party]
            body["parties"] = list(dict.fromkeys(parties))
            if until is not None:
                body["until"] = {"at": to_rfc3339(parse_time(until, "--until", zone))}
            elif until_talks is not None:
                body["until"] = {"talks": until_talks}
            else:
                number = agreement or _agreement(client, lines, parties)
                body["until"] = {"agreement": number, "version": until_version}
            found = client.ask("POST", HOLDS, HoldView, body)
        _answer(found, json=json)


@hold.command(short_help="Lift an own hold.", help=LIFT_HELP)
def lift(
    name: Name,
    approvals: Annotated[
        list[str],
        typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Lift a hold. `LIFT_HELP` says the rest."""
    with stopping():
        texts = [key_asked.read_paper(each).decode() for each in approvals]
        with reached.reached(url, data) as client:
            known = one(client, name)
            found = client.ask("POST", path(HOLDS, known.hold, "lift"), HoldView, {"approvals": texts})
        _answer(found, json=json)


def one(client: Client, text: str) -> HoldView:
    """The hold that is meant, whole. Raises: Invalid (`hold.none`, `hold.several`), and as Client.ask."""
    known = client.ask("GET", HOLDS, list[HoldView])
    found = [known[n] for n in meant([(each.hold, None) for each in known], text)]
    if len(found) > 1:
        named = "; ".join(each.hold for each in found[:NAMED])
        raise Invalid("hold.several", "HOLD", text, f"one of these: {named}")
    if not found:
        raise Invalid("hold.none", "HOLD", text, "one of this node's: wideberth hold list --all")
    return client.ask("GET", path(HOLDS, found[0].hold), HoldView)


def _party(client: Client, lines: list[LineView], text: str) -> str:
    if text.casefold() == US:
        return client.ask("GET", "/v1/status", NodeView).party
    return line_asked.chosen(lines, text).peer


def _agreement(client: Client, lines: list[LineView], parties: list[str]) -> str:
    """The one agreement that is known on the lines to these parties. Raises: Invalid (`hold.agreement`)."""
    numbers = set()
    for line in lines:
        if line.peer in parties or len(parties) == 1:
            place = line_asked.path(line.line, "agreements")
            numbers |= set(client.ask("GET", place, AgreementsView).phases)
    if len(numbers) != 1:
        raise Invalid("hold.agreement", "--agreement", f"{len(numbers)} agreements", "the id of one")
    return numbers.pop()


def _area(
    file: str | None, around: str | None, radius: str | None, band: tuple[str | None, str | None]
) -> Volume | None:
    """Raises: Invalid (`hold.area`, and as read_place, parse_length, parse_altitude), and as load."""
    if (around is None) is not (radius is None) or (file is not None and around is not None):
        raise Invalid("hold.area", "--area", "none of them whole", "--area, or --around with --radius")
    lower, upper = SURFACE, UNLIMITED
    if file is not None:
        loaded = load([file], options.options(now=0, tz=None), lambda *_: None)
        for _, fault in loaded.refused:
            raise fault
        some = [volume for _, one_plan in loaded.filed for volume in one_plan.plan.volumes]
        if len(some) != 1:
            raise Invalid("hold.area", "--area", f"{len(some)} volumes", "a file with one volume in it")
        ground, lower, upper = some[0].ground, some[0].lower, some[0].upper
    elif around is not None and radius is not None:
        lon, lat = (each / DEGREE for each in read_place(around, "--around").point)
        ground = stated.circle(lon, lat, parse_length(radius, "--radius", "up"), "--around")
    elif band == (None, None):
        return None
    else:
        raise Invalid("hold.area", "--lower", "altitudes without an area", "also --area or --around")
    if band[0] is not None:
        lower = altitude.parse_altitude(band[0], "--lower", "down")
    if band[1] is not None:
        upper = altitude.parse_altitude(band[1], "--upper", "up")
    return check_volume(Volume(ground, lower, upper), "--area")


def _answer(found: HoldView, *, json: bool) -> None:
    asked.answer({"hold": found}, hold_words.hold(found), list(hold_words.following(found)), json=json)
