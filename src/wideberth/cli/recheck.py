"""`--watch`: check again whenever one of the files has changed and then held still.

Files are looked at, once a second, because editors replace them (a new file under the old name) and network
disks tell of no change. What cannot be read is shown as refused, and looked at again like the rest.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from wideberth.cli.answer import Question, answer
from wideberth.cli.say import said, tell
from wideberth.cli.since import compared_with, outcome
from wideberth.errors import WideberthError, shorten
from wideberth.formats.earlier import Outcome
from wideberth.render.changes import moment
from wideberth.render.report import Report

EVERY = 1.0
"""Seconds between two looks."""
RESTLESS = 10
"""Looks after which a file that does not stop changing is read all the same."""
NAMED = 5
"""Files that are named as changed."""

Look = tuple[int, ...] | None


class Rim(Struct, frozen=True):
    """What the loop takes from the machine: now in POSIX ms, a pause in seconds, and a look at a file."""

    now: Callable[[], int]
    pause: Callable[[float], None]
    look: Callable[[str], Look]


def look_at(path: str) -> Look:
    """What changes when a file does; None where it is not there.

    The time of change of the entry as well: a copy may keep both the size and the time of its original.
    """
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


MACHINE = Rim(lambda: clock.time_ns() // 1_000_000_000 * 1_000, clock.sleep, look_at)


def watch(
    question: Question,
    before: Outcome | None,
    show: Callable[[Report], None],
    *,
    head: Callable[[str], None],
    quiet: bool,
    rim: Rim = MACHINE,
) -> NoReturn:
    """Check, show, and do so again after each change, told against the check before; until interrupted.

    `head` is told when and why it is done again.
    """
    paths = [*question.files, *([] if question.agreement is None else [question.agreement])]
    tell(f"watching {len(paths)} file{'s' if len(paths) > 1 else ''}; Ctrl-C ends it")
    known = before

    def turn(changed: Sequence[str]) -> None:
        nonlocal known
        now = rim.now()
        if changed:
            head(f"{moment(now, question.reading.zone)}: {_named(changed)} changed")
        try:
            report = answer(question, now, quiet=quiet)
        except WideberthError as error:
            # half of an edit may leave nothing to compare: the next is told against what was known before
            tell(said(error))
            return
        if known is None:
            known = outcome(report)
        else:
            report, known = compared_with(report, known)
        show(report)

    follow(paths, turn, rim)


def follow(paths: Sequence[str], turn: Callable[[Sequence[str]], None], rim: Rim) -> NoReturn:
    """Call `turn` at once with nothing, and with the paths that changed once they held still for one look."""
    seen = _looks(paths, rim)
    turn(())
    while True:
        rim.pause(EVERY)
        found = _looks(paths, rim)
        if found == seen:
            continue
        for _ in range(RESTLESS):
            rim.pause(EVERY)
            held, found = found, _looks(paths, rim)
            if found == held:
                break
        changed = [path for path, one, other in zip(paths, seen, found, strict=True) if one != other]
        seen = found
        if changed:
            turn(changed)


def _looks(paths: Sequence[str], rim: Rim) -> list[Look]:
    return [rim.look(path) for path in paths]


def _named(paths: Sequence[str]) -> str:
    shown = ", ".join(shorten(path, 100) for path in paths[:NAMED])
    return shown if len(paths) <= NAMED else f"{shown} and {len(paths) - NAMED} more"
