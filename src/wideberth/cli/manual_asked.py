"""What commands about manual lines ask for: which line, which plan, when it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

import msgspec
import typer

from wideberth.cli import as_of, desk_asked, manual_words
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out
from wideberth.errors import Invalid, Refused, shorten
from wideberth.links.node_url import part
from wideberth.model.manual import ANSWERS, READ_BACKS
from wideberth.node.manual_views import ManualView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load


SCHEMA: Final = "wideberth.manual/1"
DIGITS: Final = 8
"""Of a SHA-256, enough to tell one text from another."""
_DIGITS: Final = re.compile(f"[0-9a-f]{{{DIGITS},64}}")
_NOTICE: Final = re.compile("n-[a-z2-7]{26}")

Line = Annotated[
    str, typer.Argument(metavar="MANUAL", help="What the far end is called here, or the line's id.")
]
Plan = Annotated[
    str,
    typer.Argument(
        metavar="PLAN",
        help="An own plan: its id, the beginning of it, or its label; or the id of its notice.",
        show_default=False,
    ),
]
By = Annotated[
    str, typer.Option("--by", metavar="ROLE", help="Who said it, never a name.", show_default=False)
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="When it was, with its offset; else now.")
]
Language = Annotated[str | None, typer.Option("--language", help="If another than the line's.")]
Text = Annotated[
    str | None,
    typer.Option(
        "--text",
        metavar="SHA256",
        help=f"Which text we told: {DIGITS} or more digits, as its script gave them.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="The answer as JSON (wideberth.manual/1).")]


def path(manual: str, *more: str) -> str:
    """The place of a manual line in the API, or of something of it."""
    return "/".join(["/v1/manual", part(manual), *(part(each) for each in more)])


def question(asked: Mapping[str, str]) -> str:
    """What stands after a place."""
    return f"?{urlencode(asked)}" if asked else ""


def manuals(client: Client) -> list[ManualView]:
    """All of them. Raises: as Client.ask."""
    return client.ask("GET", "/v1/manual", list[ManualView])


def chosen(found: list[ManualView], text: str) -> ManualView:
    """The one that a text means. Raises: Invalid (`manual.none`, `manual.several`)."""
    some = [found[n] for n in meant([(each.manual, each.label) for each in found], text)]
    if len(some) == 1:
        return some[0]
    named = shorten("; ".join(each.label for each in (some or found)[:NAMED]), 400)
    if some:
        raise Invalid("manual.several", "MANUAL", text, f"one of these: {named}")
    wanted = f"one of this node's: {named}" if found else "a line; there is none: manual open"
    raise Invalid("manual.none", "MANUAL", text, wanted)


def own(client: Client, text: str) -> str:
    """The own plan that a text means, by its id; that of a notice is the node's to know.

    Raises: as desk_asked.plan.
    """
    return text if _NOTICE.fullmatch(text) else desk_asked.plan(client, text).plan


def same_text(sha256: str, text: str | None) -> None:
    """What was told is what is to be told now. Raises: Invalid (`manual.sha256`), Refused (as the node)."""
    plain = (text or "").casefold().strip()
    if not _DIGITS.fullmatch(plain):
        wanted = f"{DIGITS} or more digits of the SHA-256 that the script gave"
        raise Invalid("manual.sha256", "--text", text or "nothing", wanted)
    if not sha256.startswith(plain):
        words = "what is to be told now is another text, for something has changed since"
        raise Refused("manual.other_text", f"{words}; accepted: print it again, and tell that")


def reads_back(text: str) -> None:
    """Raises: Invalid (`manual.entry`)."""
    if text not in READ_BACKS:
        raise Invalid("manual.entry", "--read-back", text, ", ".join(READ_BACKS))


def says(text: str) -> None:
    """Raises: Invalid (`manual.entry`)."""
    if text not in ANSWERS:
        raise Invalid("manual.entry", "ANSWER", text, ", ".join(ANSWERS))


def answer(found: Sequence[ManualView], *, json: bool) -> None:
    """Lines on standard output, as JSON or in words."""
    if json:
        whole = {"schema": SCHEMA, **as_of.said(), "manual": list(found)}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
        return
    texts = ["".join(f"{each}\n" for each in manual_words.lines(one)) for one in found]
    out("\n".join(texts).encode())
