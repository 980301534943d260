"""`wideberth communique`: what is said to everybody, alone or with other parties, and who has signed it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from wideberth.cli import communique_asked as asked
from wideberth.cli import (
    communique_export,
    communique_replies,
    communique_words,
    key_asked,
    line_asked,
    reached,
)
from wideberth.cli.communique_asked import COMMUNIQUES, Area, Name, Texts, Which, one, which
from wideberth.cli.desk_asked import Json, answer, asking, path
from wideberth.cli.files import free
from wideberth.cli.say import out, show, stopping, tell
from wideberth.errors import Invalid, shorten
from wideberth.ledger import approval
from wideberth.node.communique_views import (
    CommuniqueDraftView,
    CommuniqueTextView,
    CommuniqueView,
)

COMMUNIQUE_HELP = """\
Communiqués: what this party says to everybody, alone or together with others.

A joint one is published when two officers of every party have signed the very same text, each by a key of
their own. Where a party differs, both stand side by side and nothing joint is published. What was published
is corrected by its next version, and withdrawn; that it was there stays on record.

\b
Examples:
  wideberth communique new --text en=statement.txt --text ru=statement-ru.txt --with South
  wideberth communique text q-7k3x --out statement.json
  wideberth key approve --officer one.key --what release --file statement.json --out one.approval
  wideberth communique sign q-7k3x --approval one.approval --approval two.approval
  wideberth communique publish q-7k3x
"""
NEW_HELP = """\
Draw a communiqué up: for this party alone or, with --with, as a joint one that these parties are told of.

A text is a file in UTF-8: its first line is the title, an empty line follows, then paragraphs divided by
empty lines. The first language counts. Roles, never persons. With --area the public is asked to keep clear of
the volumes of a file; nothing else of it is said.

\b
Examples:
  wideberth communique new --text en=statement.txt
  wideberth communique new --text en=en.txt --text ru=ru.txt --with South --area strip.geojson --no-replies

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
TEXT_HELP = """\
Write the exact bytes that officers sign: canonical JSON. Without --version of the newest version.

\b
Examples:
  wideberth communique text q-7k3x --out statement.json
  wideberth key approve --officer one.key --what release --file statement.json --out one.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SIGN_HELP = """\
Sign a version, by the signatures of two officers of this party, each by a key of their own, over the exact
text that `communique text` writes. Which version that is, the signatures say.

\b
Examples:
  wideberth communique sign q-7k3x --approval one.approval --approval two.approval

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
DIFFER_HELP = """\
Say where this party differs from a joint communiqué and, with --text, how it would have it. Both stand side
by side in `communique show`, and nothing joint is published.

\b
Examples:
  wideberth communique differ q-7k3x --words "Paragraph 2: no dates were agreed." --text en=ours.txt

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
CORRECT_HELP = """\
Give a communiqué its next version: of a draft another text, of what was published a correction, which says
with --why what it corrects. What was published stays until the correction is signed and published too; the
former versions are its history.

What is not said stays as it was.

\b
Examples:
  wideberth communique correct q-7k3x --text en=statement-2.txt --why "The hours in paragraph 2 were wrong."

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
DRAFT_HELP = """\
\b
Examples:
  wideberth communique {0} q-7k3x --out draft.{1}

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
NOTAM_HELP = f"""\
Write a draft of NOTAMs about the area of a published communiqué, for an aeronautical information service to
check, complete and issue. Only what is public is used: its places, levels and times.

{DRAFT_HELP.format("notam", "txt")}"""
NAVWARN_HELP = f"""\
Write a draft of navigational warnings about the area of a published communiqué, for a coordinator to check,
number and issue. Only what is public is used: its places and times.

{DRAFT_HELP.format("navwarn", "txt")}"""
CAP_HELP = f"""\
Write a draft of an alert (OASIS Common Alerting Protocol 1.2) about a published communiqué, for the authority
that issues alerts. It has status Draft, or Exercise in an exercise. Only what is public is used.

{DRAFT_HELP.format("cap", "xml")}"""
Why = Annotated[str | None, typer.Option("--why", metavar="TEXT", help="Why, in a few words.")]
Out = Annotated[
    str | None, typer.Option("--out", metavar="FILE", help="Where to; never over a file. Else printed.")
]

communique = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
communique.add_typer(communique_replies.replies, name="replies", help=communique_replies.REPLIES_HELP)
communique.command(short_help="Write the public pages to a folder.", help=communique_export.EXPORT_HELP)(
    communique_export.export
)


@communique.command(short_help="Draw one up.", help=NEW_HELP)
def new(
    text: Texts,
    others: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="LINE", help="Who signs it too: by their line; again for more."),
    ] = None,
    area: Area = None,
    replies: Annotated[bool, typer.Option(help="Whether everybody may reply.")] = True,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Draw a communiqué up. `NEW_HELP` says the rest."""
    with stopping():
        body: dict[str, Any] = {
            "texts": asked.texts(text),
            "volumes": [] if area is None else asked.volumes(area),
            "replies": replies,
        }
        with reached.reached(url, data) as client:
            lines = line_asked.views(client) if others else []
            body["parties"] = [line_asked.chosen(lines, each).peer for each in others or ()]
            found = client.ask("POST", COMMUNIQUES, CommuniqueView, body)
        _answer(found, json=json)


@communique.command("list", short_help="List communiqués.")
def list_communiques(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List all communiqués, the newest first: drafts, what is published, and what was withdrawn."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", COMMUNIQUES, list[CommuniqueView])
        if json or not found:
            answer({"communiques": found}, () if json else ("no communiqués",), (), json=json)
        else:
            show(communique_words.table(found))


@communique.command("show", short_help="Show one at length.")
def show_communique(
    name: Name, url: reached.Url = None, data: reached.Data = None, json: Json = False
) -> None:
    """Show a communiqué: its versions, who has signed which very text, and where a party differs."""
    with stopping():
        with reached.reached(url, data) as client:
            found = one(client, name)
        _answer(found, json=json)
        for each in () if json else communique_words.side_by_side(found):
            show(each)


@communique.command(short_help="Write the exact text that is signed.", help=TEXT_HELP)
def text(
    name: Name,
    version: Which = None,
    output: Out = None,
    url: reached.Url = None,
    data: reached.Data = None,
) -> None:
    """Write the exact text of a version. `TEXT_HELP` says the rest."""
    with stopping():
        free(output)
        with reached.reached(url, data) as client:
            known = one(client, name)
            where = asking(path(COMMUNIQUES, known.communique, "text"), {"sha256": which(known, version)})
            found = client.ask("GET", where, CommuniqueTextView)
        _write(output, found.text.encode(), f", version {found.version}, SHA-256 {found.sha256}")


@communique.command(short_help="Sign a version by two officers.", help=SIGN_HELP)
def sign(
    name: Name,
    approvals: Annotated[
        list[str],
        typer.Option("--approval", metavar="FILE", help="What an officer has signed; once for each."),
    ],
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Sign a version. `SIGN_HELP` says the rest."""
    with stopping():
        papers = [key_asked.read_paper(each) for each in approvals]
        hashes = {approval.read(each.removesuffix(b"\n")).subject.hash for each in papers}
        if len(hashes) != 1:
            found = f"signatures over {len(hashes)} texts"
            raise Invalid("communique.version", "--approval", found, "signatures over the same version")
        body = {"sha256": hashes.pop().hex(), "approvals": [each.decode() for each in papers]}
        _do(name, "sign", body, url, data, json=json)


@communique.command(short_help="Say where this party differs.", help=DIFFER_HELP)
def differ(
    name: Name,
    words: Annotated[str, typer.Option("--words", metavar="TEXT", help="Where, and how.")],
    text: Texts = None,
    version: Which = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Differ from a version. `DIFFER_HELP` says the rest."""
    with stopping():
        instead = asked.texts(text)
        with reached.reached(url, data) as client:
            known = one(client, name)
            body = {"sha256": which(known, version), "differences": words, "texts": instead}
            where = path(COMMUNIQUES, known.communique, "differ")
            found = client.ask("POST", where, CommuniqueView, body)
        _answer(found, json=json)


@communique.command(short_help="Publish a version that all have signed.")
def publish(
    name: Name,
    version: Which = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Put a version on this node's public pages: the newest that every party has signed."""
    with stopping(), reached.reached(url, data) as client:
        known = one(client, name)
        body = {"sha256": None if version is None else which(known, version)}
        where = path(COMMUNIQUES, known.communique, "publish")
        _answer(client.ask("POST", where, CommuniqueView, body), json=json)


@communique.command(short_help="Give it its next version.", help=CORRECT_HELP)
def correct(
    name: Name,
    text: Texts = None,
    why: Annotated[
        str | None, typer.Option("--why", metavar="TEXT", help="What it corrects, once it was published.")
    ] = None,
    area: Area = None,
    no_area: Annotated[
        bool, typer.Option("--no-area", help="Nobody is asked to keep clear any more.")
    ] = False,
    replies: Annotated[
        bool | None, typer.Option("--replies/--no-replies", help="Whether everybody may reply.")
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Give it its next version. `CORRECT_HELP` says the rest."""
    with stopping():
        if area is not None and no_area:
            raise Invalid("communique.entry", "--area", "with --no-area", "one of them")
        given = asked.texts(text) if text else None
        volumes = [] if no_area else None if area is None else asked.volumes(area)
        with reached.reached(url, data) as client:
            known = one(client, name)
            newest = known.versions[0]
            body = {
                "texts": list(newest.texts) if given is None else given,
                "volumes": list(newest.volumes) if volumes is None else volumes,
                "replies": newest.replies if replies is None else replies,
                "correction": why or "",
                "before": newest.sha256,
            }
            found = client.ask("PUT", path(COMMUNIQUES, known.communique), CommuniqueView, body)
        _answer(found, json=json)


@communique.command(short_help="Withdraw it.")
def withdraw(
    name: Name,
    why: Why = None,
    version: Which = None,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take it off the public pages, or take a draft back. That it was there stays on record, and is said."""
    with stopping(), reached.reached(url, data) as client:
        known = one(client, name)
        body = {"sha256": None if version is None else which(known, version), "why": why}
        where = path(COMMUNIQUES, known.communique, "withdraw")
        _answer(client.ask("POST", where, CommuniqueView, body), json=json)


@communique.command(short_help="A draft of NOTAMs about its area.", help=NOTAM_HELP)
def notam(name: Name, output: Out = None, url: reached.Url = None, data: reached.Data = None) -> None:
    """Write a draft. `NOTAM_HELP` says the rest."""
    _notice(name, "notam", output, url, data)


@communique.command(short_help="A draft of navigational warnings.", help=NAVWARN_HELP)
def navwarn(name: Name, output: Out = None, url: reached.Url = None, data: reached.Data = None) -> None:
    """Write a draft. `NAVWARN_HELP` says the rest."""
    _notice(name, "navwarn", output, url, data)


@communique.command(short_help="A draft of an alert (CAP 1.2).", help=CAP_HELP)
def cap(name: Name, output: Out = None, url: reached.Url = None, data: reached.Data = None) -> None:
    """Write a draft. `CAP_HELP` says the rest."""
    _notice(name, "cap", output, url, data)


def _notice(name: str, to: str, output: str | None, url: str | None, data: str | None) -> None:
    with stopping():
        free(output)
        with reached.reached(url, data) as client:
            known = one(client, name)
            where = asking(path(COMMUNIQUES, known.communique, "notice"), {"format": to})
            found = client.ask("GET", where, CommuniqueDraftView)
        for each in found.notes:
            tell(f"note: {shorten(each, 400)}")
        _write(output, found.text.encode(), ", a draft of version " + str(found.version))
        tell("A draft: the competent authority checks, completes and issues it.")


def _write(output: str | None, data: bytes, more: str) -> None:
    if output is None:
        out(data)
    else:
        Path(output).write_bytes(data)
        tell(f"{shorten(output, 400)} is written{more}.")


def _do(name: str, what: str, body: dict[str, Any], url: str | None, data: str | None, *, json: bool) -> None:
    with reached.reached(url, data) as client:
        known = one(client, name)
        found = client.ask("POST", path(COMMUNIQUES, known.communique, what), CommuniqueView, body)
    _answer(found, json=json)


def _answer(found: CommuniqueView, *, json: bool) -> None:
    following = list(communique_words.following(found))
    answer({"communique": found}, communique_words.communique(found), following, json=json)
