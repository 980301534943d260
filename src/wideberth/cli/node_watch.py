"""`wideberth node watch`: what happens in a running node, a line each, as it happens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import msgspec
import typer

from wideberth.cli import line_asked, line_words, reached
from wideberth.cli.say import out, stopping, tell
from wideberth.errors import Unreachable, shorten
from wideberth.node.views import Happened

if TYPE_CHECKING:
    from wideberth.links.client import Said  # takes long to load

WATCH_HELP = """\
Show what happens in a running node, a line each, until Ctrl-C.

When the connection breaks, or the node begins again, it goes on from where it was; what cannot be told any
more is said as such: read the state again (line list).

\b
Examples:
  wideberth node watch
  wideberth node watch --line South --json
  wideberth node watch --bell

\b
Exit codes: 2 bad input (also when the token ends), 3 could not.
"""
SILENCE: Final = 40.0
"""Seconds without any sign of life after which a connection is given up; a node gives one each 15."""
PAUSES: Final = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before another try, the last one again and again."""


def watch(
    line: Annotated[
        str | None, typer.Option("--line", metavar="LINE", help="Only of this line.", show_default=False)
    ] = None,
    url: reached.Url = None,
    data: reached.Data = None,
    bell: Annotated[bool, typer.Option("--bell", help="Ring the terminal where an alarm rings.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Each event as a line of JSON.")] = False,
) -> None:
    """Show what happens. `WATCH_HELP` says the rest."""
    with stopping():
        with reached.reached(url, data) as client:
            known = line_asked.view(client, line).line if line is not None else None
            where = client.where
        tell(f"watching {where}; Ctrl-C ends it")
        follow(Watcher(url, data, known, json=json, bell=bell), time.sleep)


def follow(watcher: Watcher, pause: Callable[[float], None]) -> NoReturn:
    """Read events, and when the stream ends come again.

    Raises: Refused where the node lets this account in no more, Unreachable (`client.answer`).
    """
    missed = 0
    while True:
        try:
            watcher.read()
        except Unreachable as error:
            if error.code == "client.answer":
                raise
            if missed == 0 or watcher.heard:
                tell(f"{shorten(error.message, 400)}; trying again")
        if watcher.heard:
            missed = 0
        pause(PAUSES[min(missed, len(PAUSES) - 1)])
        missed += 1


class Watcher:
    """The place in a stream of events, and how they are shown; `heard`: whether the last reading gave any."""

    def __init__(
        self, url: str | None, data: str | None, line: str | None, *, json: bool, bell: bool = False
    ) -> None:
        self.heard = False
        self._url, self._data, self._line, self._json = url, data, line, json
        self._last = ""
        self._bell = bell

    def read(self) -> None:
        """As long as the stream goes. Raises: as Client.stream and reached.reached."""
        self.heard = False
        headers = {"last-event-id": self._last} if self._last else {}
        with (
            reached.reached(self._url, self._data) as client,
            client.stream("/v1/events", headers, SILENCE) as lines,
        ):
            for each in lines:
                self.heard = True
                self._show(each)

    def _show(self, said: Said | None) -> None:
        if said is None:
            return
        before, self._last = self._last, said.id
        if said.event == "again":
            if before:
                tell("what happened meanwhile cannot be told any more: read the state again (line list)")
            return
        try:
            found = msgspec.convert(said.data, Happened)
        except msgspec.ValidationError as error:
            raise Unreachable("client.answer", "the node's events are not of this version") from error
        if self._bell and found.loud and self._line in (None, found.line):
            # standard output may be a file: the terminal is where people are told
            typer.echo("\a", nl=False, err=True)
        if self._line in (None, found.line):
            out(msgspec.json.encode(found) + b"\n" if self._json else f"{line_words.event(found)}\n".encode())
