"""What commands about releases ask a running node for: which release is meant, which records are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from wideberth.cli import desk_asked, line_asked, site_asked, statement_asked
from wideberth.cli.desk_asked import path
from wideberth.cli.meant import NAMED, meant
from wideberth.errors import Invalid
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.node.release_records import LEVELS
from wideberth.node.release_views import RecipientView, ReleaseView
from wideberth.space.units import METRE, SECOND, parse_duration, parse_length

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

RELEASES: Final = "/v1/releases"
RECIPIENTS: Final = "/v1/recipients"
SCHEMA: Final = "wideberth.desk/1"
SHORT: Final = 10
"""Characters of an id that tell it from others, for people."""

Name = Annotated[
    str, typer.Argument(metavar="RELEASE", help="The release: its id, or the beginning of it, or its title.")
]
Title = Annotated[str, typer.Option("--title", metavar="TEXT", help="What it is called.", show_default=False)]
Plans = Annotated[
    list[str] | None, typer.Option("--plan", metavar="PLAN", help="An own plan; again for more.")
]
Notices = Annotated[
    list[str] | None,
    typer.Option("--notice", metavar="NOTICE", help="What the other party of --line told of a plan."),
]
Lists = Annotated[
    list[str] | None,
    typer.Option("--sites", metavar="LIST", help="An own list of sites; or with --line one that was told."),
]
Rows = Annotated[
    list[str] | None,
    typer.Option("--row", metavar="ROW", help="Only this row of the list, or record of what was received."),
]
Statements = Annotated[
    list[str] | None,
    typer.Option("--statement", metavar="ID", help="A declaration, policy or concern."),
]
Talks = Annotated[
    list[str] | None, typer.Option("--talks", metavar="ID", help="The minutes that both have signed.")
]
Received = Annotated[
    list[str] | None,
    typer.Option("--received", metavar="RELEASE", help="What another party released to us, as it was told."),
]
Level = Annotated[
    str,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="full or coarse, unless a record says it itself: PLAN=full. Words are told in full.",
    ),
]
Grid = Annotated[
    str | None,
    typer.Option("--grid", metavar="20NM,5000ft,2h", help="In which cells; else 10NM,5000ft,1h."),
]
OnLine = Annotated[
    str | None, typer.Option("--line", metavar="LINE", help="On which line it was told.", show_default=False)
]
ReleaseTo = Annotated[
    list[str] | None,
    typer.Option("--release-to", metavar="NAME", help="Who may have it too; again for more."),
]
Onward = Annotated[
    bool, typer.Option("--onward", help="It may go further, with our signed consent each time; else never.")
]
NoControl = Annotated[
    bool, typer.Option("--no-control", help="With --onward: without our consent each time.")
]
Expires = Annotated[
    str | None, typer.Option("--expires", metavar="TIME", help="Until when it may be used; else a recall.")
]


def one(client: Client, text: str) -> ReleaseView:
    """The release that is meant, whole.

    Raises: Invalid (`release.none`, `release.several`), and as Client.ask.
    """
    known = client.ask("GET", RELEASES, list[ReleaseView])
    found = [known[n] for n in meant([(each.release, each.title) for each in known], text)]
    if len(found) > 1:
        named = "; ".join(f"{each.release[:SHORT]} (to {each.recipient})" for each in found[:NAMED])
        raise Invalid("release.several", "RELEASE", text, f"one of these: {named}")
    if not found:
        raise Invalid("release.none", "RELEASE", text, "one of this node's: wideberth release list")
    return client.ask("GET", path(RELEASES, found[0].release), ReleaseView)


def recipients(client: Client) -> list[RecipientView]:
    """All recipients. Raises: as Client.ask."""
    return client.ask("GET", RECIPIENTS, list[RecipientView])


def known(client: Client, names: Sequence[str]) -> list[str]:
    """The recipients of these names, as they are kept. Raises: Invalid (`release.recipient`)."""
    found = {each.recipient.casefold(): each.recipient for each in recipients(client)}
    for each in names:
        if each.casefold() not in found:
            there = ", ".join(found.values()) or "none yet"
            wanted = f"one that is kept ({there}), or first: wideberth release recipient add"
            raise Invalid("release.recipient", "--to", each, wanted)
    return list(dict.fromkeys(found[each.casefold()] for each in names))


def records(
    client: Client,
    chosen: dict[str, list[str] | None],
    rows: list[str] | None,
    level: str,
    grid: str | None,
    line: str | None,
) -> list[dict[str, Any]]:
    """The records that are chosen, as the API takes them; by kind what was named.

    Raises: Invalid (`release.level`, `release.records`, `release.grid`, and as each is looked for).
    """
    on = None if line is None else line_asked.view(client, line).line
    cells = None if grid is None else _grid(grid)
    looks: dict[str, Callable[[str], str]] = {
        "plan": lambda text: desk_asked.plan(client, text).plan,
        "notice": lambda text: _notice(client, on, text),
        "sites": lambda text: site_asked.own(client, text).list if on is None else text,
        "statement": lambda text: _statement(client, text, line),
        "talks": lambda text: text,
        "release": lambda text: text,
    }
    made: list[dict[str, Any]] = []
    for kind, named in chosen.items():
        for each in named or ():
            text, at = _level(each, "full" if kind in ("talks", "release") else level)
            told = on if kind != "plan" else None
            record = {"kind": kind, "of": looks[kind](text), "line": told, "level": at}
            made.append({**record, "grid": cells if at == "coarse" else None})
    if rows:
        lists = [each for each in made if each["kind"] in ("sites", "release")]
        if len(lists) != 1:
            raise Invalid(
                "release.records",
                "--row",
                rows,
                "rows of the one list, or records of the one release, that is named",
            )
        lists[0]["rows"] = rows
    return made


def caveats(
    release_to: list[str] | None, expires: str | None, *, onward: bool, no_control: bool
) -> dict[str, Any]:
    """The caveats, as the API takes them. Raises: Invalid (as parse_time)."""
    until = None if expires is None else to_rfc3339(parse_time(expires, "--expires"))
    return {
        "release_to": release_to or [],
        "originator_control": not no_control,
        "onward": onward,
        "expires": until,
    }


def _notice(client: Client, line: str | None, text: str) -> str:
    if line is None:
        raise Invalid("release.records", "--notice", text, "with --line: the one that it was told on")
    return desk_asked.notice(client, line, text).notice


def _statement(client: Client, text: str, line: str | None) -> str:
    """Of whichever party; an own one may stand on several lines. Raises: as statement_asked.several."""
    return statement_asked.several(client, text, line, mine=None)[0].statement


def _level(text: str, level: str) -> tuple[str, str]:
    """What is named, and how exactly it is told."""
    named, _, said = text.rpartition("=")
    if named and said in LEVELS:
        return named, said
    if level not in LEVELS:
        raise Invalid("release.level", "--level", level, ", ".join(LEVELS))
    return text, level


def _grid(text: str) -> dict[str, float]:
    some = text.split(",")
    if len(some) != 3:
        raise Invalid("release.grid", "--grid", text, "ground, altitude and time: 20NM,5000ft,2h")
    return {
        "h_m": parse_length(some[0].strip(), "--grid", "up") / METRE,
        "v_m": parse_length(some[1].strip(), "--grid", "up") / METRE,
        "t_s": parse_duration(some[2].strip(), "--grid", "up") / SECOND,
    }
