"""`wideberth alarms`: what rings until somebody takes it."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
import typer

from wideberth.cli import as_of, call_words, reached
from wideberth.cli.call_asked import Role
from wideberth.cli.meant import meant
from wideberth.cli.say import out, show, stopping
from wideberth.errors import Invalid
from wideberth.node.room_views import RingView

ALARMS_HELP = """\
What a person is to know now, and what climbs until somebody takes it: calls of theirs that nobody has taken,
calls of ours that nobody there has, what was told too late, what is overdue. What sounds stands first, with a
mark: only what is flash, too late or overdue does.

\b
Examples:
  wideberth alarms list
  wideberth alarms take duty --role "deputy"
"""
TAKE_HELP = """\
Take what rings, as a role: it sounds no more and climbs no further. A call is taken by `call take`.

\b
Exit codes: 0 done, 2 bad input, 3 could not.
"""
SCHEMA: Final = "wideberth.rings/1"
RINGS: Final = "/v1/rings"

alarms = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


@alarms.command("list", short_help="List what rings.")
def list_alarms(url: reached.Url = None, data: reached.Data = None, json: Json = False) -> None:
    """List what rings, what sounds first, then the oldest first."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", RINGS, list[RingView])
        _answer(found, json=json)


@alarms.command(short_help="Take what rings: it climbs no further.", help=TAKE_HELP)
def take(
    name: Annotated[
        str, typer.Argument(metavar="WHAT", help="Its id, the beginning of it, or its kind if there is one.")
    ],
    role: Role,
    url: reached.Url = None,
    data: reached.Data = None,
    json: Json = False,
) -> None:
    """Take what rings, as a role. `TAKE_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            found = client.ask("GET", RINGS, list[RingView])
            some = [found[n] for n in meant([(each.id, each.kind) for each in found], name)]
            if len(some) != 1:
                named = (
                    "; ".join(f"{each.kind} {each.id}" for each in (some or found)[:10])
                    or "nothing: nothing rings"
                )
                raise Invalid("ring.which", "WHAT", name, named)
            [one] = some
            said = {"kind": one.kind, "id": one.id, "line": one.line, "role": role}
            found = client.ask("POST", f"{RINGS}/take", list[RingView], said)
        _answer(found, json=json)


def _answer(found: list[RingView], *, json: bool) -> None:
    if json:
        whole = {"schema": SCHEMA, **as_of.said(), "rings": found}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    elif found:
        show(call_words.rings(found))
    else:
        out(b"nothing rings\n")
