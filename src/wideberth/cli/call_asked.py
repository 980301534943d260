"""What commands about calls ask a running node for, and which call is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer

from wideberth.cli import as_of
from wideberth.cli.desk_asked import asking
from wideberth.cli.meant import NAMED, meant
from wideberth.cli.say import out, tell
from wideberth.errors import Invalid, shorten
from wideberth.formats.times import parse_time
from wideberth.links.node_url import part
from wideberth.model.phrase import LANGUAGES, Book, Language, Phrase
from wideberth.node.room_views import CalledView
from wideberth.node.views import NodeView

if TYPE_CHECKING:
    from wideberth.links.client import Client  # takes long to load

SCHEMA: Final = "wideberth.calls/1"
CALLS: Final = "/v1/calls"
WHOLE: Final = 28
"""Characters of a call's id."""
SHORT: Final = 10
"""Characters of a call's id in lists."""

Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]
Lang = Annotated[
    str, typer.Option("--lang", metavar="|".join(LANGUAGES), help="The language of who reads it.")
]
Role = Annotated[
    str,
    typer.Option("--role", metavar="ROLE", help="The role of who says it, never a name.", show_default=False),
]
CallName = Annotated[str, typer.Argument(metavar="CALL", help="The call: its id, or the beginning of it.")]


def calls(client: Client, line: str | None = None) -> list[CalledView]:
    """The newest calls, of one line or of all. Raises: as Client.ask."""
    return client.ask("GET", asking(CALLS, {"line": line}), list[CalledView])


def call(client: Client, text: str, *, mine: bool = False) -> CalledView:
    """The call that is meant; of an id that both parties have used theirs, or with `mine` the own one.

    Raises: Invalid (`call.none`, `call.several`), and as Client.ask.
    """
    found = calls(client)
    some = [found[n] for n in meant([(each.call, None) for each in found], text)]
    names = {each.call for each in some}
    if len(names) > 1:
        named = "; ".join(sorted(names)[:NAMED])
        raise Invalid("call.several", "CALL", text, f"one of these: {named}")
    for each in some:
        if len(some) > 1 and each.mine == mine:
            return each
    if not some and len(text) < WHOLE:
        raise Invalid("call.none", "CALL", text, "a call of this node: wideberth call list")
    return client.ask("GET", f"{CALLS}/{part(some[0].call if some else text)}", CalledView)


def now_ms(client: Client) -> int:
    """What time it is at the node. Raises: as Client.ask."""
    return parse_time(client.ask("GET", "/v1/status", NodeView).now, "now")


def phrase(book: Book, text: str) -> Phrase:
    """The phrase of a code, however it is written. Raises: Invalid (`phrase.code`)."""
    plain = text.strip().upper().replace("_", "-").replace(" ", "-")
    if plain not in book.phrases:
        raise Invalid("phrase.code", "CODE", text, ", ".join(book.phrases))
    return book.phrases[plain]


def language(text: str) -> Language:
    """Raises: Invalid (`phrase.language`)."""
    for each in LANGUAGES:
        if text.lower() == each:
            return each
    raise Invalid("phrase.language", "--lang", text, ", ".join(LANGUAGES))


def answer(
    found: Sequence[CalledView], texts: Sequence[str], following: Sequence[str], *, json: bool
) -> None:
    """What there is on standard output, as JSON or as lines; on standard error what to do next."""
    if json:
        whole = {"schema": SCHEMA, **as_of.said(), "calls": found, "next": list(following)}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{each}\n" for each in texts).encode())
    for each in following:
        tell(shorten(each, 2_000))
