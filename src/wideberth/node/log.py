"""The log of a node: what happened and when, never what anybody said.

One line of JSON an event, in a file for each day (UTC). An event has fields of fixed kinds only: a code, ids
of which eight characters are written, numbers. There is none for text, so that no plan, message, name,
password or token can get in, by mistake either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, Refused

Level = Literal["debug", "info", "warning", "error"]
LEVELS: Final = get_args(Level)
MODE = 0o600
SHOWN = 8
"""Characters of an id that are written: enough to tell two apart, too few to be one."""
LARGEST = 2**53 - 1

_CODE = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,40}")
_ID = re.compile(r"(?:[pn]-)?[a-z2-7]{26}|[a-z2-7]{52}")


class Event(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Something that happened.

    Attributes:
        level: how much it matters.
        code: area.what, as an error's.
        line: id of the line.
        party: id of the party.
        case: id of a case, plan or notice.
        user: number of an account.
        entry: n of an entry.
        count: how many.
        size: bytes.
        lasted_ms: how long it took.
        status: of an answer over HTTP.
    """

    level: Level
    code: str
    line: str | None = None
    party: str | None = None
    case: str | None = None
    user: int | None = None
    entry: int | None = None
    count: int | None = None
    size: int | None = None
    lasted_ms: int | None = None
    status: int | None = None


_IDS: Final = ("line", "party", "case")
_NUMBERS: Final = ("user", "entry", "count", "size", "lasted_ms", "status")


def line(event: Event, at_ms: int) -> bytes:
    """An event as it is written, with its newline. Raises: Invalid (`log.field`), which shows no value."""
    if event.level not in LEVELS:
        raise _wrong("level", ", ".join(LEVELS))
    code: object = event.code  # types say what is meant; this says what is written
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise _wrong("code", "area.what")
    said: dict[str, object] = {"at": _time(at_ms), "level": event.level, "code": code}
    for name in _IDS:
        found = getattr(event, name)
        if found is not None:
            if not isinstance(found, str) or not _ID.fullmatch(found):
                raise _wrong(name, "a whole id")
            said[name] = found[: SHOWN + found.find("-") + 1]
    for name in _NUMBERS:
        number = getattr(event, name)
        if number is not None:
            if type(number) is not int or not 0 <= number <= LARGEST:
                raise _wrong(name, "a whole number, not negative")
            said[name] = number
    return msgspec.json.encode(said) + b"\n"


class Log:
    """Writes events from a level on. A log that cannot be written stops nothing: `lost` counts them."""

    def __init__(self, folder: Path, now: Callable[[], int], least: Level = "info") -> None:
        self.lost = 0
        self._folder = folder
        self._now = now
        self._least = LEVELS.index(least)

    def write(self, event: Event) -> None:
        """One event, as one write at the end of the day's file. Raises: Invalid (`log.field`)."""
        at_ms = self._now()
        data = line(event, at_ms)
        if LEVELS.index(event.level) < self._least:
            return
        path = self._folder / f"{_time(at_ms)[:10]}.jsonl"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
            file = os.open(path, flags, MODE)
            try:
                whole = os.write(file, data) == len(data)
            finally:
                os.close(file)
        except OSError:
            whole = False
        self.lost += not whole


def failure(error: Invalid | Refused) -> Event:
    """That an error was raised: its code, and nothing of its message, which may hold what somebody typed."""
    return Event(level="warning" if isinstance(error, Refused) else "info", code=error.code)


def _wrong(name: str, wanted: str) -> Invalid:
    return Invalid("log.field", name, "something else", wanted)


def _time(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
