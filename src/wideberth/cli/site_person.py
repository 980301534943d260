"""`wideberth site person`: what is known of people beside a row, kept apart and erased on a day."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from wideberth.cli import asked, reached, site_asked
from wideberth.cli.files import read_bytes
from wideberth.cli.say import out, says_yes, stopping, tell
from wideberth.cli.site_asked import SCHEMA, Json, List, Row, Yes, path
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.node.site_views import PersonView

PERSON_HELP = """\
Names, telephones and plates beside a row: never in a list, a feed or an export. Sealed apart, each with a
day on which it is erased for good.

\b
Examples:
  wideberth site person keep Hospitals H-12 desk.txt --until 2027-01-31T00:00:00Z
  wideberth site person get Hospitals H-12
  wideberth site person erase Hospitals H-12
"""
KEEP_HELP = """\
Keep what FILE says: lines such as `telephone: +963 …`. It takes the place of what was kept before.

A file, because a command line is seen by others on the machine and is remembered. Destroy it afterwards.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""

person = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@person.command(short_help="Keep it until a day.", help=KEEP_HELP)
def keep(
    of: List,
    row: Row,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Lines of `what: text`.", show_default=False)],
    until: Annotated[
        str, typer.Option("--until", metavar="RFC3339", help="When it is erased.", show_default=False)
    ],
    tz: asked.Zone = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Keep what is known of people. `KEEP_HELP` says the rest."""
    with stopping():
        fields = _fields(file)
        end = to_rfc3339(parse_time(until, "--until", asked.zone(tz)))
        with reached.reached(url, data) as client:
            own = site_asked.own(client, of)
            body = {"row": row, "fields": fields, "until": end}
            found = client.ask("POST", path(own.list, "person"), PersonView, body)
        _answer(found, json=json)


@person.command(short_help="Ask for it.")
def get(of: List, row: Row, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Ask for what is kept beside a row (officers, and who may release)."""
    with stopping():
        with reached.reached(url, data) as client:
            own = site_asked.own(client, of)
            found = client.ask("GET", site_asked.of_row(own.list, "person", row), PersonView)
        _answer(found, json=json)


@person.command(short_help="Erase it now.")
def erase(of: List, row: Row, yes: Yes = False, url: reached.Url = None, data: reached.Data = None) -> None:
    """Erase what is kept beside a row at once, for good."""
    with stopping():
        if not yes and not says_yes("Erase it for good?"):
            raise Refused("site.not_confirmed", "nothing was done; accepted: y, or --yes")
        with reached.reached(url, data) as client:
            own = site_asked.own(client, of)
            client.ask("DELETE", site_asked.of_row(own.list, "person", row), None)
        tell("erased")


def _fields(file: str) -> dict[str, str]:
    """Raises: Invalid (`site.fields`, `file.*`); none of them says what stands there."""
    try:
        text = read_bytes(file).decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("file.not_text", shorten(file, 400), "bytes that are not UTF-8", "UTF-8") from None
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        name, mark, value = (each.strip() for each in line.partition(":"))
        if line.strip():
            if not mark or not name or not value or name in found:
                raise Invalid("site.fields", f"line {number}", "something else", "what: text, each once")
            found[name] = value
    return found


def _answer(found: PersonView, *, json: bool) -> None:
    if json:
        document = {"schema": SCHEMA, "person": found}
        out(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        return
    lines = [f"{shorten(name, 60)}: {shorten(text, 500)}" for name, text in found.fields.items()]
    out("".join(f"{line}\n" for line in (*lines, f"erased on {found.erased}")).encode())
