"""What commands on a data directory ask for: where it is, its people, and new secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
import typer

from wideberth.cli import key_asked
from wideberth.cli.say import exercise, out, says_yes, tell
from wideberth.errors import Refused, shorten
from wideberth.node import directory
from wideberth.node.config import Config

SCHEMA = "wideberth.node/1"

Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="WIDEBERTH_DATA",
        help="The data directory; else wideberth under the XDG data home (~/.local/share).",
        show_default=False,
    ),
]
PasswordFile = Annotated[
    str | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        help="The password is the first line of FILE (mode 600); else it is asked for at the terminal.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help=f"The answer as JSON ({SCHEMA}).")]


def place(data: str | None) -> Path:
    """The data directory that is meant."""
    return Path(data) if data else directory.default(os.environ, Path.home())


def settings(path: Path, flags: Mapping[str, object] = MappingProxyType({})) -> Config:
    """The settings of a data directory; what is shown of one of an exercise is marked from here on.

    Raises: as directory.settings.
    """
    found = directory.settings(path, os.environ, flags)
    if found.exercise:
        exercise()
    return found


def password(file: str | None, name: str) -> str:
    """A new password, from a file, or asked for. Raises: Refused (`accounts.no_password`), as first_line."""
    return _password(file, f"New password of {shorten(name)}", twice=True)


def _password(file: str | None, prompt: str, *, twice: bool) -> str:
    if file is not None:
        return key_asked.first_line(Path(file))
    typed = secret(prompt, twice=twice)
    if typed is None:
        raise Refused("accounts.no_password", "no password; accepted: --password-file, a terminal")
    return typed


def secret(prompt: str, *, twice: bool = True) -> str | None:
    """A secret, typed and not shown; None where nobody types."""
    try:
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))
    except typer.Abort:
        return None


def known_password(file: str | None, name: str) -> str:
    """The password of an account, from a file, or asked for. Raises: as `password`."""
    return _password(file, f"Password of {shorten(name)}", twice=False)


def time(ms: int) -> str:
    """A moment (ms, UTC) as RFC 3339."""
    moment = datetime.fromtimestamp(ms / 1_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def confirm(question: str, *, yes: bool) -> None:
    """Wait for a yes. Raises: Refused (`accounts.not_confirmed`)."""
    if not yes and not says_yes(question):
        raise Refused("accounts.not_confirmed", "nothing was changed; accepted: y, or --yes")


def answer(
    document: Mapping[str, Any], lines: Sequence[str], following: Sequence[str], *, json: bool
) -> None:
    """The answer on standard output, as JSON or as lines; on standard error, what to do next."""
    if json:
        whole = {"schema": SCHEMA, **document, "next": list(following)}
        out(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")
    else:
        out("".join(f"{shorten(line, 2_000)}\n" for line in lines).encode("utf-8"))
    for line in following:
        tell(shorten(line, 2_000))
