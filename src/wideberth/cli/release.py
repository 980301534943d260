"""`wideberth release`: copies of named records for a named recipient, under caveats, by two officers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from wideberth.cli import desk_asked as asked
from wideberth.cli import (
    exporting,
    key_asked,
    reached,
    release_asked,
    release_file,
    release_onward,
    release_recipient,
    release_words,
)
from wideberth.cli.desk_asked import Json, path
from wideberth.cli.files import free
from wideberth.cli.release_asked import RELEASES, Name
from wideberth.cli.say import out, show, stopping, tell
from wideberth.errors import Refused, shorten
from wideberth.formats.release_file import read as read_release
from wideberth.formats.times import parse_time, to_rfc3339
from wideberth.links.node_url import part
from wideberth.node.release_meter import MeterView
from wideberth.node.release_views import (
    RecallNoticeView,
    ReleaseLinkView,
    ReleaseView,
)
from wideberth.space.units import parse_duration

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

RELEASE_HELP = """\
Releases: copies of named records for a named recipient, under caveats. Nothing leaves before two officers
have signed its very bytes, each by a key of their own.

Every recipient's copy is marked in its wording, so that a leaked one can be traced. Nobody is told more than
was chosen for it; a release gives no permission and no guarantee.

\b
Examples:
  wideberth release recipient add Observers
  wideberth release draft --to Observers --title "Survey flights" --plan survey-1 --sites Hospitals=full
  wideberth release meter r-7k3x
  wideberth release preview r-7k3x --file release.json --out release.json
  wideberth key approve --officer one.key --what release --file release.json --out one.approval
  wideberth release approve r-7k3x --approval one.approval --approval two.approval
  wideberth release save r-7k3x survey.zip
  wideberth verify survey.zip --trust PARTY
  wideberth release recall r-7k3x --reason "the plan has changed"
"""
DRAFT_HELP = """\
Draw up a release for one recipient or several, each with a copy of its own. Nothing leaves.

A record is told coarsely unless it is said to be told in full: --level full for all, or NAME=full for one.
Words (a declaration, a concern, minutes) are told in full or not at all. What another party told goes further
only with its consent.

\b
Examples:
  wideberth release draft --to Observers --title "Survey flights" --plan survey-1 --grid 20NM,5000ft,2h
  wideberth release draft --to Observers --to South --title Sites --sites Hospitals=full --row h-1
  wideberth release draft --to Observers --title Plans --plan survey-1=full --expires 2027-02-01T00:00:00Z

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
APPROVE_HELP = """\
Approve a release, by the signatures of two officers, each by a key of their own, over the exact bytes of its
release.json. What is drawn up anew is approved anew.

\b
Examples:
  wideberth release preview r-7k3x --file release.json --out release.json
  wideberth key approve --officer one.key --what release --file release.json --out one.approval
  wideberth release approve r-7k3x --approval one.approval --approval two.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
LINK_HELP = """\
Deliver a release by a link that gives the copy once. It is shown here this once, and kept nowhere: hand it to
the recipient by a way that you trust. Whoever has it first has the copy.

\b
Examples:
  wideberth release link r-7k3x --for 24h

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
ROLE: Final = "releasing officer"
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="Who does it: a role, never a person.")]

release = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
release.add_typer(release_recipient.recipient, name="recipient", help="Whom this party releases to.")
release.command("read", short_help="Read a release that came as a file.", help=release_file.READ_HELP)(
    release_file.read
)


@release.command(short_help="Draw up a release.", help=DRAFT_HELP)
def draft(
    to: Annotated[list[str], typer.Option("--to", metavar="NAME", help="A recipient; again for more.")],
    title: release_asked.Title,
    plan: release_asked.Plans = None,
    notice: release_asked.Notices = None,
    sites: release_asked.Lists = None,
    row: release_asked.Rows = None,
    statement: release_asked.Statements = None,
    talks: release_asked.Talks = None,
    received: release_asked.Received = None,
    level: release_asked.Level = "coarse",
    grid: release_asked.Grid = None,
    line: release_asked.OnLine = None,
    release_to: release_asked.ReleaseTo = None,
    onward: release_asked.Onward = False,
    no_control: release_asked.NoControl = False,
    expires: release_asked.Expires = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Draw up a release. `DRAFT_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            chosen = {
                "plan": plan, "notice": notice, "sites": sites, "statement": statement, "talks": talks,
                "release": received,
            }  # fmt: skip
            body = {
                "recipients": release_asked.known(client, to),
                "title": title,
                "records": release_asked.records(client, chosen, row, level, grid, line),
                "caveats": release_asked.caveats(release_to, expires, onward=onward, no_control=no_control),
            }
            found = client.ask("POST", RELEASES, list[ReleaseView], body)
        words = [each for one in found for each in release_words.release(one)]
        after = [each for one in found for each in release_words.following(one)]
        asked.answer({"releases": found}, words, after, json=json)


@release.command(short_help="Draw a draft up anew.")
def amend(
    name: Name,
    title: release_asked.Title,
    plan: release_asked.Plans = None,
    notice: release_asked.Notices = None,
    sites: release_asked.Lists = None,
    row: release_asked.Rows = None,
    statement: release_asked.Statements = None,
    talks: release_asked.Talks = None,
    received: release_asked.Received = None,
    level: release_asked.Level = "coarse",
    grid: release_asked.Grid = None,
    line: release_asked.OnLine = None,
    release_to: release_asked.ReleaseTo = None,
    onward: release_asked.Onward = False,
    no_control: release_asked.NoControl = False,
    expires: release_asked.Expires = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Draw a draft up anew, all of it: what was signed of it counts no more."""
    with stopping():
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            chosen = {
                "plan": plan, "notice": notice, "sites": sites, "statement": statement, "talks": talks,
                "release": received,
            }  # fmt: skip
            body = {
                "title": title,
                "records": release_asked.records(client, chosen, row, level, grid, line),
                "caveats": release_asked.caveats(release_to, expires, onward=onward, no_control=no_control),
                "before": known.index,
            }
            found = client.ask("PUT", path(RELEASES, known.release), ReleaseView, body)
        _answer(found, json=json)


@release.command("list", short_help="List releases.")
def list_releases(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List this party's releases, the newest first."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", RELEASES, list[ReleaseView])
        if json or not found:
            asked.answer({"releases": found}, () if json else ("nothing was released",), (), json=json)
        else:
            show(release_words.table(found))


@release.command("show", short_help="Show one release.")
def show_release(name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Show a release: what is in it, who has signed it, how it has left, and what became of it."""
    with stopping():
        with reached.reached(url, data) as client:
            found = release_asked.one(client, name)
        _answer(found, json=json)


@release.command(short_help="See a file of its copy, exactly.")
def preview(
    name: Name,
    file: Annotated[str, typer.Option("--file", metavar="FILE", help="Which file of the copy.")] = (
        "release.txt"
    ),
    to: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write it there; else it is shown.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """See a file of a copy, byte for byte as it would leave. release.json is what two officers sign."""
    with stopping():
        free(to)
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            found = b"".join(client.fetch("GET", path(RELEASES, known.release, "files", part(file))))
        if to is None:
            out(found)
        else:
            exporting.write_bytes(Path(to), found, force=False)
            tell(f"{shorten(to, 400)} is written. Nothing has left: it is for your own eyes.")


@release.command(short_help="What its recipient could infer, in figures.")
def meter(
    name: Name,
    extent: Annotated[
        str | None, typer.Option("--extent", metavar="10NM", help="No ground may be known better than this.")
    ] = None,
    window: Annotated[
        str | None, typer.Option("--window", metavar="1h", help="No window may be known better than this.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """What its recipient, with its allies, could infer from this and all that it was told before."""
    with stopping():
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            place = asked.asking(path(RELEASES, known.release, "meter"), {"extent": extent, "window": window})
            found = client.ask("GET", place, MeterView)
        words = [f"known to   {shorten(', '.join(found.recipients), 400)}", *found.text.splitlines()]
        asked.answer({"meter": found}, words, (), json=json)


@release.command(short_help="Approve it, by two officers.", help=APPROVE_HELP)
def approve(
    name: Name,
    approvals: Annotated[
        list[str],
        typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Approve a release. `APPROVE_HELP` says the rest."""
    with stopping():
        texts = [key_asked.read_paper(each).decode() for each in approvals]
        with reached.reached(url, data) as client:
            found = _act(client, name, "approvals", {"approvals": texts})
        _answer(found, json=json)


@release.command(short_help="Take back what has not left.")
def withdraw(name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """Take a release back before it has left."""
    with stopping():
        with reached.reached(url, data) as client:
            found = _act(client, name, "withdraw", None)
        _answer(found, json=json)


@release.command(short_help="Deliver it on the line to its recipient.")
def send(
    name: Name, role: Role = ROLE, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """Deliver an approved release on the line to its recipient."""
    with stopping():
        with reached.reached(url, data) as client:
            found = _act(client, name, "send", {"role": role})
        _answer(found, json=json)


@release.command(short_help="Deliver it as a file.")
def save(
    name: Name,
    to: Annotated[str, typer.Argument(metavar="FILE.zip", help="The copy is written there.")],
    role: Role = ROLE,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Deliver an approved release as a file: it is entered as having left before it is written."""
    with stopping():
        free(to)
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            found = b"".join(client.fetch("POST", path(RELEASES, known.release, "file"), {"role": role}))
        wrong = read_release(found).wrong
        if wrong:
            raise Refused("release.not_whole", f"what came is not whole: {'; '.join(wrong)}; accepted: again")
        exporting.write_bytes(Path(to), found, force=False)
        tell(f"{shorten(to, 400)} is written, for {shorten(known.recipient, 100)} and nobody else.")
        tell(f"Its reader checks it without a node: wideberth verify {shorten(to, 400)} --trust PARTY")
        tell(f"When you hear that it came: wideberth release receipt {known.release[:10]} --role ROLE")


@release.command(short_help="Deliver it by a one-use link.", help=LINK_HELP)
def link(
    name: Name,
    lasts: Annotated[str, typer.Option("--for", metavar="24h", help="How long it leads there.")] = "24h",
    role: Role = ROLE,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Deliver a release by a link. `LINK_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            until = parse_time(asked.now(client), "now") + parse_duration(lasts, "--for")
            body = {"until": to_rfc3339(until), "role": role}
            found = client.ask("POST", path(RELEASES, known.release, "link"), ReleaseLinkView, body)
        words = [found.url or found.path, f"works once, until {found.until}"]
        after = [] if found.url else ["No public listener is set up (node.toml): it leads nowhere yet."]
        asked.answer({"link": found}, words, after, json=json)


@release.command(short_help="Enter that its recipient has it.")
def receipt(
    name: Name,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="Who says so there: a role.")],
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When; else now.")] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Enter by hand that its recipient says that it has it."""
    with stopping():
        when = None if at is None else to_rfc3339(parse_time(at, "--at"))
        with reached.reached(url, data) as client:
            found = _act(client, name, "receipt", {"role": role, "at": when})
        _answer(found, json=json)


@release.command(short_help="Take it back, whatever has become of it.")
def recall(
    name: Name,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="If you want to say any.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Recall a release: its links are dead at once, its recipient's node is told, a notice is printed."""
    with stopping():
        with reached.reached(url, data) as client:
            found = _act(client, name, "recall", {"reason": reason})
        _answer(found, json=json)


@release.command(short_help="The notice for whoever has a copy that was recalled.")
def notice(name: Name, url: reached.Url = None, data: reached.Data = None) -> None:
    """Show what is printed and handed to whoever has a copy that was recalled."""
    with stopping():
        with reached.reached(url, data) as client:
            known = release_asked.one(client, name)
            found = client.ask("GET", path(RELEASES, known.release, "notice"), RecallNoticeView)
        out(found.text.encode())


def _act(client: Client, name: str, what: str, body: object) -> ReleaseView:
    known = release_asked.one(client, name)
    return client.ask("POST", path(RELEASES, known.release, what), ReleaseView, body)


def _answer(found: ReleaseView, *, json: bool) -> None:
    words, after = release_words.release(found), list(release_words.following(found))
    asked.answer({"release": found}, words, after, json=json)


for _command, _short, _help in release_onward.COMMANDS:
    release.command(_command.__name__.replace("_", "-"), short_help=_short, help=_help)(_command)
