"""`--as-of TIME` of each view of a running node: what it knew at a moment. Offered here for all of them.

A command that asks a node and only shows something gets the option when it is loaded; no command knows of it.
What is asked is asked as of the moment, and above what is shown stands that it is not the present.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from typer.core import TyperGroup

from wideberth.cli.say import out, stopping, tell
from wideberth.errors import shorten
from wideberth.formats.times import parse_time, to_rfc3339

if TYPE_CHECKING:
    from typer._click import Command, Parameter  # of typer's own copy; only their names

    from wideberth.links.client import Client  # takes long to load

VIEWS: Final = frozenset(
    {
        "alarms",
        "askings",
        "audits",
        "cases",
        "cells",
        "chain",
        "clears",
        "conflicts",
        "gate",
        "held",
        "history",
        "known",
        "list",
        "received",
        "runs",
        "show",
        "status",
    }
)
"""Names of commands that only show something, each of which may stand under several nouns."""
PRESENT: Final = frozenset({"admin", "watch", "words"})
"""Verbs whose views are of the present only."""
HELP: Final = "As of this moment: what was known then. Nothing can be changed by it."


class _Asked(NamedTuple):
    """The moment that a command is asked as of, and the command."""

    moment: str
    context: typer.Context


_ASKED: ContextVar[_Asked | None] = ContextVar("asked", default=None)


def offer(verb: str, command: Command) -> None:
    """Give the option to all views that a verb has."""
    if verb in PRESENT:
        return
    for name, each in _commands(verb, command):
        named = {one.name for one in each.params}
        if name in VIEWS and "url" in named and "as_of" not in named:
            each.params.append(_option())


def moment() -> str | None:
    """The moment that the running command is asked as of, as the API has it; None: now."""
    asked = _ASKED.get()
    return None if asked is None else asked.moment


def said() -> dict[str, str]:
    """What JSON says of it: nothing where it is now."""
    found = moment()
    return {} if found is None else {"as_of": found}


def head(client: Client) -> None:
    """Say above all else that it is not the present, and what is in doubt. Raises: as Client.ask."""
    asked = _ASKED.get()
    if asked is None:
        return
    from wideberth.node.past_views import AsOfView  # only this needs it

    found = client.ask("GET", "/v1/known", AsOfView)
    lines = [f"AS OF {found.as_of}: not the present"]
    for each in found.lines:
        if each.unshown:
            name = shorten(each.label or each.line[:8], 60)
            known = f"wideberth line known --as-of {asked.moment}"
            lines.append(f"{each.unshown:,} more of {name} may have been here: {known}")
    if asked.context.params.get("json"):
        for line in lines:
            tell(line)
    else:
        out("".join(f"{line}\n" for line in [*lines, ""]).encode())


def _commands(name: str, command: Command) -> Iterator[tuple[str, Command]]:
    if isinstance(command, TyperGroup):
        for inner, each in command.commands.items():
            yield from _commands(inner, each)
    else:
        yield name, command


def _begin(context: typer.Context, text: str | None) -> str | None:
    if text is not None:
        with stopping():
            asked = _Asked(to_rfc3339(parse_time(text, "--as-of")), context)
        token = _ASKED.set(asked)
        context.call_on_close(lambda: _ASKED.reset(token))
    return text


def _carrier(
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="RFC3339",
            help=HELP,
            callback=_begin,
            expose_value=False,
            show_default=False,
        ),
    ] = None,
) -> None:
    """What typer makes the option from."""


@cache
def _option() -> Parameter:
    alone = typer.Typer(add_completion=False)
    alone.command()(_carrier)
    return next(each for each in typer.main.get_command(alone).params if each.name == "as_of")
