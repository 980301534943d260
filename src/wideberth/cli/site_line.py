"""`wideberth site send|acknowledge|status|held`: lists of sites on lines: told, answered, held since."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wideberth.cli import line_asked, reached, site_asked, site_words
from wideberth.cli.files import free
from wideberth.cli.line_asked import Line
from wideberth.cli.say import out, show, stopping, tell
from wideberth.cli.site_asked import Json, List, Row, answer
from wideberth.errors import Invalid, Refused, shorten
from wideberth.formats.lists.book import Page, workbook
from wideberth.formats.times import to_rfc3339
from wideberth.links.node_url import part
from wideberth.model.site import NOTICE, SAID, STATUSES, Status
from wideberth.node.site_views import HeldSinceView, ToldView
from wideberth.render import sms

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SEND_HELP = """\
Tell a list, as it stands now, on a line: each row without who gave it, with its grade and review.

The other party holds it when it is delivered, and answers row by row. Silence means nothing.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ACKNOWLEDGE_HELP = f"""\
Say what this party makes of a list that it was told: of all rows, or with --row of some.

\b
{chr(10).join(f"  {name.replace('_', '-')}: {STATUSES[name]}" for name in SAID)}

None of these is permission, and none is needed for a place to be protected.

\b
Examples:
  wideberth site acknowledge North Hospitals
  wideberth site acknowledge North Hospitals --status objection --row H-12

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
STATUS_HELP = """\
Say how far own lists have come at each recipient: sent, delivered, and what is said of each row.

\b
Examples:
  wideberth site status
  wideberth site status Hospitals --xlsx status.xlsx
  wideberth site status --sms

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
HELD_HELP = """\
Say who held a row since when: each version that had it, when it was sent, when it was delivered (cosigned by
the recipient's node), what was said of it, with the numbers of the entries that prove it.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""


def send(
    of: List, line: Line, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """Tell a list. `SEND_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        own, to = site_asked.own(client, of), line_asked.view(client, line)
        where = line_asked.path(to.line, "sites", part(own.list), "send")
        _told([client.ask("POST", where, ToldView)], json=json)


def acknowledge(
    line: Line,
    of: List,
    status: Annotated[
        str, typer.Option("--status", metavar="STATUS", help="One of the words above.")
    ] = "acknowledged",
    row: Annotated[
        list[str] | None, typer.Option("--row", metavar="ROW", help="Of this row only; again for more.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say what is made of a list. `ACKNOWLEDGE_HELP` says the rest."""
    with stopping(), reached.reached(url, data) as client:
        said = _status(status)
        known = line_asked.view(client, line)
        told = client.ask("GET", line_asked.path(known.line, "sites"), list[ToldView])
        found = site_asked.theirs([each for each in told if not each.mine], of)
        body: dict[str, Any] = {"version": found.version}
        body |= {"rows": dict.fromkeys(row, said)} if row else {"all": said}
        where = line_asked.path(known.line, "sites", part(found.list), "status")
        done = client.ask("POST", where, ToldView, body)
        if json:
            answer({"told": done})
        else:
            show(site_words.their_rows(done))
            tell(NOTICE)


def status(
    of: Annotated[
        str | None, typer.Argument(metavar="[LIST]", help="One list only.", show_default=False)
    ] = None,
    xlsx: Annotated[
        str | None, typer.Option("--xlsx", metavar="FILE", help="As a workbook; never over a file.")
    ] = None,
    as_sms: Annotated[
        bool, typer.Option("--sms", help="As short messages for telephones, of 160 characters at most.")
    ] = False,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Say how far lists have come. `STATUS_HELP` says the rest."""
    with stopping():
        if (xlsx is not None) + as_sms + json > 1:
            raise Refused("output.several", "one of --xlsx, --sms and --json")
        free(xlsx)
        with reached.reached(url, data) as client:
            own = None if of is None else site_asked.own(client, of).list
            found = [each for each in site_asked.told(client) if each.mine and own in (None, each.own)]
            names = _names(client, found) if xlsx is not None else {}
        if xlsx is not None:
            page = Page("status", site_words.sheet(found, names), 2)
            Path(xlsx).write_bytes(workbook([page]))
            tell(f"{shorten(xlsx, 400)} is written. {NOTICE}")
        elif as_sms:
            now = to_rfc3339(clock.time_ns() // 60_000_000_000 * 60_000)
            texts = [text for each in found for text in _messages(each, now)]
            out("".join(f"{text}\n" for text in texts).encode())
        else:
            _told(found, json=json)


def held(of: List, row: Row, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Who held a row. `HELD_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            own = site_asked.own(client, of)
            found = client.ask("GET", site_asked.of_row(own.list, "held", row), HeldSinceView)
        if json:
            answer({"held": found})
        else:
            out("".join(f"{line}\n" for line in (*site_words.held(found), NOTICE)).encode())


def _names(client: Client, found: list[ToldView]) -> dict[tuple[str, str], str]:
    """What rows are called, by list and row."""
    lists = {each.own for each in found if each.own is not None}
    return {
        (of, each.row["id"]): each.row["name"] for of in lists for each in site_asked.rows(client, of).rows
    }


def _messages(found: ToldView, now: str) -> list[str]:
    return [*sms.texts(site_words.message(found, now)), *sms.texts(NOTICE)]


def _status(text: str) -> Status:
    """Raises: Invalid (`site.status`)."""
    for each in SAID:
        if text.casefold().replace("-", "_").replace(" ", "_") == each:
            return each
    raise Invalid("site.status", "--status", text, ", ".join(each.replace("_", "-") for each in SAID))


def _told(found: list[ToldView], *, json: bool) -> None:
    if json:
        answer({"told": found})
    elif found:
        out("".join(f"{line}\n" for line in (*site_words.statuses(found), NOTICE)).encode())
    else:
        tell("nothing was told yet; next: wideberth site send LIST LINE")
