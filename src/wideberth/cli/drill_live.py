"""`wideberth drill run NAME --live`: a person does it, at the pace of the clock, and gets a score sheet."""

from __future__ import annotations

import os
import re
import select
import sys
import tempfile
from pathlib import Path
from typing import Final

import typer

from wideberth.cli import call_fields, exporting
from wideberth.cli.say import out, tell
from wideberth.formats.times import show_time
from wideberth.ledger.canonical import Value
from wideberth.model.phrase import Field, Language
from wideberth.node.clock import SYSTEM
from wideberth.render import score
from wideberth.story import exercise, live
from wideberth.story.live import Score

IN_TIME_S: Final = 30
"""Before it rings for the deputy."""
ANSWERED_S: Final = 120
PIECE: Final = 4096
_CLOCK: Final = re.compile(r"(\d\d):?(\d\d)Z?")


class Terminal:
    """The one that the command was typed at."""

    def __init__(self) -> None:
        self._rest = b""

    def say(self, line: str) -> None:
        """Show a line."""
        out(f"{line}\n".encode())

    def ring(self) -> None:
        """The bell."""
        if sys.stdout.isatty():
            out(b"\a")

    def typed(self, within_ms: int) -> str | None:
        """What was typed up to the end of a line. Raises: EOFError."""
        if b"\n" not in self._rest:
            ready, _, _ = select.select([sys.stdin.fileno()], [], [], within_ms / 1_000)
            if not ready:
                return None
            more = os.read(sys.stdin.fileno(), PIECE)
            if not more:
                raise EOFError
            self._rest += more
        line, found, rest = self._rest.partition(b"\n")
        if not found:
            return None
        self._rest = rest
        return line.decode("utf-8", "replace")

    def elapsed(self) -> int:
        """The machine's clock."""
        return SYSTEM.elapsed()

    def read(self, field: Field, text: str, now_ms: int) -> Value:
        """As `wideberth call` reads it; of a time the hour and minute are enough."""
        return read(field, text, now_ms)


def read(field: Field, text: str, now_ms: int) -> Value:
    """A value as somebody reads it back. Raises: Invalid."""
    if field.kind == "time" and (found := _CLOCK.fullmatch(text)):
        text = f"{show_time(now_ms)[:10]}T{found[1]}:{found[2]}:00Z"
    return call_fields.as_entered(field, text, now_ms)


def run(name: str, language: Language, sheet: str | None, *, force: bool) -> Score:
    """One drill with a person. Raises: Refused (`drill.no_scene`, `output.exists`), OSError."""
    live.scene(name)
    if sheet is not None:
        exporting.check_new(Path(sheet), force)
    with tempfile.TemporaryDirectory(prefix="wideberth-drill-") as folder:
        place = Path(folder)
        (place / "set").mkdir()
        of = exercise.build(place / "set")
        with exercise.staged(of, place) as stage:
            try:
                found = live.play(name, stage, Terminal(), language)
            except KeyboardInterrupt:
                tell("stopped")
                raise typer.Exit(130) from None
    title = f"{found.drill}: {found.code}"
    for line in score.lines(title, rows(found), found.why):
        out(f"{line}\n".encode())
    if sheet is not None:
        below = f"Called at {found.at} (the exercise's clock)."
        exporting.write_page(Path(sheet), score.page(title, below, rows(found), found.why), force=force)
        tell(f"{sheet} is the score sheet, to print.")
    return found


def rows(found: Score) -> list[tuple[str, str, str]]:
    """What was looked at, what came out, and what was wanted."""
    taken = "nobody took it" if found.taken_s is None else f"after {found.taken_s:.0f} s"
    again = f", at the {found.tries}. time" if found.tries > 1 else ""
    back = "not read back" if not found.tries else f"the same{again}" if found.understood else "not the same"
    if found.differed:
        back += f"; at first not the same: {', '.join(found.differed)}"
    said = found.answer or "none"
    done = "not done" if found.done_s is None else f"after {found.done_s:.0f} s"
    return [
        ("taken", taken, f"within {IN_TIME_S} s, before it rings for the deputy"),
        ("it rang for", ", ".join(found.rung) or "nobody", "the officer alone"),
        ("read back", back, "the same, at the first time"),
        ("answer", f"{said}: {'it fits' if found.fits else 'it does not fit'}", ", or ".join(found.wanted)),
        ("all of it", done, f"within {ANSWERED_S} s"),
    ]
