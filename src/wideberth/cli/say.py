"""What commands say and how they end.

Exit codes (DESIGN 8): 0 clear or done, 1 conflicts (or a record that is false), 2 bad input, 3 could not, 4 a
record that is consistent but not anchored.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Final

import typer

from wideberth.errors import Invalid, Unreachable, WideberthError
from wideberth.render.mark import MARK

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 100
"""Columns of what is not shown on a terminal."""
CONFLICTS, BAD_INPUT, COULD_NOT = 1, 2, 3
NOT_VERIFIED, NOT_ANCHORED = 1, 4


KEY: Final = b'"exercise"'


class _Exercise:
    """Whether a command has come upon an exercise, and has said so: on standard output, on standard error."""

    found = False
    said = False
    told = False


_EXERCISE: ContextVar[_Exercise | None] = ContextVar("exercise", default=None)


def exercise() -> None:
    """What comes now is of an exercise: text begins with MARK, an object of JSON with `"exercise": true`."""
    if (now := _EXERCISE.get()) is not None:
        now.found = True


def in_exercise() -> bool:
    """Whether what is shown or written now is of an exercise."""
    now = _EXERCISE.get()
    return now is not None and now.found


def _marked(data: bytes) -> bytes:
    """Bytes for standard output as they go out."""
    now = _EXERCISE.get()
    if now is None or not in_exercise():
        return data
    if data.startswith(MARK.encode()) or (data.startswith(b"<?xml") and MARK.encode() in data):
        now.said = True
        return data
    if data.startswith(b"{"):
        now.said = True
        if KEY in data:  # it says so itself
            return data
        return data.replace(b"{", b"{" + KEY + b": true,", 1)
    first, now.said = not now.said, True
    return f"{MARK}\n".encode() + data if first and not data.startswith(b"[") else data


def _mark_told() -> None:
    """Whoever has seen nothing of it on standard output sees it on standard error, before anything else."""
    now = _EXERCISE.get()
    if now is not None and now.found and not now.said and not now.told:
        now.told = True
        typer.echo(MARK, err=True)


def out(data: bytes) -> None:
    """Bytes to standard output. A reader that has left (`| head`) ends the command quietly."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(_marked(data))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # what is still buffered has no reader either: without this, Python complains about it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(COULD_NOT) from None


def show(what: RenderableType) -> None:
    """A table to standard output: coloured and fitted on a terminal, plain and 100 columns wide elsewhere."""
    from rich.console import Console  # takes long to load, and few commands make a table

    terminal = Console()
    if terminal.is_terminal:
        Console(width=min(WIDTH, terminal.width), highlight=False, soft_wrap=False).print(what)
        return
    plain = Console(width=WIDTH, color_system=None, force_terminal=False, highlight=False)
    with plain.capture() as captured:
        plain.print(what)
    out("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()).encode("utf-8"))


def tell(line: str) -> None:
    """A line for people on standard error."""
    _mark_told()
    typer.echo(line, err=True)


def says_yes(question: str) -> bool:
    """Ask at the terminal; anything but a yes is none."""
    # typer's own question would put a space on standard output, where JSON may be wanted
    typer.echo(f"{question} [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def stopping() -> Iterator[None]:
    """Turns an error raised on purpose into a line and an exit code: 2, or 3 where input is not at fault."""
    begun = _EXERCISE.set(_Exercise())
    try:
        yield
        _mark_told()
    except WideberthError as error:
        tell(said(error))
        could_not = isinstance(error, Unreachable) or error.code in NOT_THE_INPUT
        raise typer.Exit(COULD_NOT if could_not else BAD_INPUT) from error
    except OSError as error:
        tell(f"could not: {error.filename or 'a file'}: {error.strerror or error}")
        raise typer.Exit(COULD_NOT) from error
    finally:
        _EXERCISE.reset(begun)


def said(error: WideberthError) -> str:
    """What was found, what is accepted, and the code, for people."""
    if isinstance(error, Invalid) and error.path:
        return f"{error.path}: {error.message}  [{error.code}]"
    first, *more = error.message.split("\n")
    return "\n".join([f"{first}  [{error.code}]", *more])


NOT_THE_INPUT = (
    "accounts.disk",
    "accounts.locked",
    "accounts.residue",
    "accounts.wait",
    "demo.step",
    "journal.disk",
    "journal.locked",
    "journal.unreachable",
    "node.locked",
    "pair.listen",
    "pair.lost",
    "pair.not_kept",
    "pair.not_waiting",
    "pair.time_out",
    "pair.unreachable",
    "personal.disk",
    "personal.residue",
    "reply.damaged",
    "reply.disk",
    "reply.residue",
    "picture.no_png",
    "record.changed",
    "record.not_verified",
)


def could_not(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last resort for errors nobody foresaw (a `sys.excepthook`): one line and exit code 3.

    WIDEBERTH_DEBUG=1 shows where it happened.
    """
    if os.environ.get("WIDEBERTH_DEBUG") == "1":
        sys.__excepthook__(kind, error, trace)
    words = " ".join(str(error).split())[:200]
    tell(f"could not: {kind.__name__}{f': {words}' if words else ''} (WIDEBERTH_DEBUG=1 shows where)")
    raise SystemExit(COULD_NOT)
