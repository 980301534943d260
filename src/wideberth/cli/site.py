"""`wideberth site`: lists of sites and movements of a running node, own ones and those that it was told."""

from __future__ import annotations

import time as clock
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import asked, reached, site_asked, site_line, site_person, site_words
from wideberth.cli.load import load
from wideberth.cli.place import describe
from wideberth.cli.say import BAD_INPUT, CONFLICTS, out, says_yes, show, stopping, tell
from wideberth.cli.site_asked import Json, List, Row, Yes, answer, path
from wideberth.cli.site_import import IMPORT_HELP, import_lists
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats import native
from wideberth.formats.reading import Options
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.model.site import NOTICE
from wideberth.node.site_views import RowView, ToldView, TouchView
from wideberth.render.table import refusal
from wideberth.render.words import counted

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SITE_HELP = """\
Lists of sites (hospitals, camps, schools, water points) and of movements: kept, verified, told, answered.

Notification gives no permission and no guarantee. Absence from a list removes no protection under
international humanitarian law.

\b
Examples:
  wideberth site import hospitals.xlsx --list Hospitals
  wideberth site verify Hospitals H-12
  wideberth site send Hospitals South
  wideberth site status
  wideberth site held Hospitals H-12
"""
SHOW_HELP = """\
Show a list, or with ROW one row of it and its place in every notation.

LIST may also be one that another party has told.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
VERIFY_HELP = """\
Say that you have verified the place of a row. It counts when two persons have, each by an account of their
own.

What is verified is the row as it is shown: after any change two persons look again.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
REVALIDATE_HELP = """\
Say that you have looked at a place again, and by when somebody is to look next.

\b
Examples:
  wideberth site revalidate Hospitals H-12 --until 2027-06-30T00:00:00Z

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TOUCHES_HELP = """\
Say which sites, own ones and those that others have told, plans in files come too near to. Nothing is
entered, and nobody is told.

\b
Exit codes: 0 none known, 1 there are such sites, 2 bad input, 3 could not.
"""
CASES_HELP = """\
List the cases of own plans, and of notices of other parties, that touch a site. They are this party's own
matter: nobody else is told.

\b
Exit codes: 0 none, 1 there are such cases, 2 bad input, 3 could not.
"""

site = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
site.command("import", short_help="Take notification lists.", help=IMPORT_HELP)(import_lists)
site.command("send", short_help="Tell a list on a line.", help=site_line.SEND_HELP)(site_line.send)
site.command(
    "acknowledge", short_help="Say what is made of a list that was told.", help=site_line.ACKNOWLEDGE_HELP
)(site_line.acknowledge)
site.command("status", short_help="Say how far own lists have come.", help=site_line.STATUS_HELP)(
    site_line.status
)
site.command("held", short_help="Say who held a row since when.", help=site_line.HELD_HELP)(site_line.held)
site.add_typer(
    site_person.person, name="person", help=site_person.PERSON_HELP, short_help="People beside a row."
)


@site.command("list", short_help="List the lists, own ones and those that were told.")
def list_lists(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List all lists: own ones, and those that other parties have told."""
    with stopping():
        with reached.reached(url, data) as client:
            found, told = site_asked.lists(client), site_asked.told(client)
        if json:
            answer({"own": found, "told": told})
        elif found or told:
            show(site_words.lists(found, told))
            tell(NOTICE)
        else:
            tell("no list yet; next: wideberth site import FILE --list NAME")


@site.command("show", short_help="Show a list, or one row of it.", help=SHOW_HELP)
def show_list(
    of: List,
    row: Annotated[
        str | None, typer.Argument(metavar="[ROW]", help="The id of a row.", show_default=False)
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Show a list. `SHOW_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            theirs = _theirs(client, of)
            if theirs is not None:
                _show_theirs(theirs, json=json)
                return
            found = site_asked.rows(client, site_asked.own(client, of).list)
        if row is not None:
            _show_row(_row(found.rows, row), json=json)
        elif json:
            answer({"list": found.list, "rows": found.rows})
        else:
            show(site_words.rows(found.rows))
            tell(NOTICE)


@site.command(short_help="Verify the place of a row.", help=VERIFY_HELP)
def verify(
    of: List,
    row: Row,
    yes: Yes = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Verify a place. `VERIFY_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        own = site_asked.own(client, of)
        found = _row(site_asked.rows(client, own.list).rows, row)
        if not yes:
            out("".join(f"{line}\n" for line in _described(found)).encode())
            if not says_yes("Have you yourself verified that this is the place?"):
                raise Refused("site.not_confirmed", "nothing was done; accepted: y, or --yes")
        body = {"row": row, "version": found.version}
        done = client.ask("POST", path(own.list, "verify"), RowView, body)
        _said(done, json=json)


@site.command(short_help="Say that a place was looked at again.", help=REVALIDATE_HELP)
def revalidate(
    of: List,
    row: Row,
    until: Annotated[
        str,
        typer.Option("--until", metavar="RFC3339", help="By when somebody looks next.", show_default=False),
    ],
    tz: asked.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Look at a place again. `REVALIDATE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        review = to_rfc3339(parse_time(until, "--until", asked.zone(tz)))
        own = site_asked.own(client, of)
        found = _row(site_asked.rows(client, own.list).rows, row)
        body = {"row": row, "version": found.version, "review": review}
        done = client.ask("POST", path(own.list, "revalidate"), RowView, body)
        _said(done, json=json)


@site.command(short_help="Say which sites plans touch.", help=TOUCHES_HELP)
def touches(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files of plans.", show_default=False)
    ],
    keep_good: asked.KeepGood = False,
    half_width: asked.HalfWidth = None,
    tz: asked.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say which sites plans touch. `TOUCHES_HELP` says the rest."""
    with stopping():
        options = _options(tz, half_width, keep_good=keep_good)
        loaded = load(files, options, lambda *_: None)
        for file, fault in loaded.refused:
            tell(refusal(file, fault))
        rows: list[dict[str, Any]] = []
        with reached.reached(url, data) as client:
            for file, filed in loaded.filed:
                plan = filed.plan
                volumes = [native.volume_to_json(each) for each in plan.volumes]
                body = {"volumes": volumes, "activity": plan.activity}
                found = client.ask("POST", "/v1/site-touches", list[TouchView], body)
                rows += [{"file": file, "plan": plan.id, "touches": found}] if found else []
        now = to_rfc3339(clock.time_ns() // 1_000_000)
        if json:
            answer({"plans": rows, "as_of": now})
        else:
            for each in rows:
                out(f"{shorten(each['plan'], 60)} ({shorten(each['file'], 200)}):\n".encode())
                out("".join(f"  {line}\n" for line in site_words.touches(each["touches"])).encode())
            if loaded.refused:
                tell(f"NOT CHECKED: {counted(len(loaded.refused), 'fault')}")
            if rows or loaded.filed:
                tell(f"{'sites are' if rows else 'no site is known to be'} touched, as of {now}. {NOTICE}")
    if loaded.refused:
        raise typer.Exit(BAD_INPUT)
    if rows:
        raise typer.Exit(CONFLICTS)


@site.command(short_help="List the cases of plans that touch a site.", help=CASES_HELP)
def cases(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List site cases. `CASES_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", "/v1/site-cases", list[TouchView])
        if json:
            answer({"cases": found})
        else:
            out("".join(f"{line}\n" for line in site_words.touches(found)).encode())
            tell(f"{len(found):,} open. {NOTICE}")
    if found:
        raise typer.Exit(CONFLICTS)


def _options(tz: str | None, half_width: str | None, *, keep_good: bool) -> Options:
    return asked.options(
        now=clock.time_ns() // 1_000_000_000 * 1_000,
        tz=asked.zone(tz),
        half_width=half_width,
        keep_good=keep_good,
    )


def _theirs(client: Client, of: str) -> ToldView | None:
    """The list of another party's that a text means, where it means no own one."""
    told = [each for each in site_asked.told(client) if not each.mine]
    try:
        site_asked.own(client, of)
    except Invalid:
        return site_asked.theirs(told, of) if told else None
    return None


def _row(rows: tuple[RowView, ...], row: str) -> RowView:
    """Raises: Invalid (`site.none`)."""
    for each in rows:
        if each.row["id"] == row:
            return each
    raise Invalid("site.none", "ROW", row, "the id of a row: wideberth site show LIST")


def _show_theirs(found: ToldView, *, json: bool) -> None:
    if json:
        answer({"told": found})
        return
    show(site_words.their_rows(found))
    unread = found.unread and f"version {found.version} cannot be read: {found.unread}"
    for each in (unread, found.old, *site_words.doubts(found)):
        if each:
            tell(each)
    tell(NOTICE)


def _show_row(found: RowView, *, json: bool) -> None:
    if json:
        answer({"row": found})
    else:
        out("".join(f"{line}\n" for line in (*_described(found), NOTICE)).encode())


def _said(found: RowView, *, json: bool) -> None:
    if json:
        answer({"row": found})
    else:
        review = f"; review {site_words.day(found.review)}" if found.review else ""
        out(f"{shorten(found.row['id'], 60)}: {found.stage_words}{review}\n".encode())
        tell(NOTICE)


def _described(found: RowView) -> list[str]:
    """A row in words, with its place in every notation."""
    said = found.row
    lines = [
        f"{shorten(said['id'], 60)} {shorten(said['name'], 200)} ({said['of'] or said['kind']})",
        f"  grade {found.grade.replace('_', ' ')}: {found.stage_words}",
        f"  source {shorten(said['source'], 200) or 'not stated'}; picture {said['photo_sha256'] or 'none'}",
        f"  review {found.review or 'not stated'}{f' ({found.old})' if found.old else ''}",
        f"  version {found.version}, entry {found.entry}, {found.at}",
        *(f"  verified {each.at} by {each.by}, entry {each.entry}" for each in found.verified),
    ]
    for volume in said["volumes"]:
        ground = volume["ground"]
        if ground["type"] == "circle":
            lines += [f"  {line}" for line in describe(*ground["centre"])]
            lines.append(f"  radius {ground['radius_m']:,} m")
        else:
            lines.append(f"  a {ground['type']}: --json has it")
    return lines
