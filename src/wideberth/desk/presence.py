"""Whether the officer on duty is there: when a sign is due. And with which sheet a post was handed over.

In the private feed, in version 1, with posts and never persons:

    duty.handed    {"post":…,"sheet":…}     it was handed over with the sheet of this SHA-256 (hexadecimal)

That nobody is there is entered as what rings (desk.rings, with the kind `duty` and the id `officer`).

All durations run on the boot clock, which nobody sets; after a restart they go on from the earlier of the two
readings (LINE 12). So a wall clock that jumps moves nothing while the node runs, and after a restart it can
only make a miss earlier, never later.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.line.clock import Now, since
from wideberth.model.presence import POSTS, Phase, Post

V: Final = 1
_SHEET: Final = re.compile("[0-9a-f]{64}")


class Handed(Struct, frozen=True):
    """A post was handed over with a handover sheet."""

    TYPE: ClassVar = "duty.handed"
    post: Post
    sheet: str


KNOWN: Final[Known] = {(Handed.TYPE, V): frozenset({"crit", "post", "sheet"})}


class State(Struct, frozen=True):
    """With which sheet the post of officer was handed over last, and when: by the private feed."""

    sheet: str | None = None
    at_ms: int = 0


EMPTY: Final = State()


def write(said: Handed) -> Value:
    """The body of an entry."""
    return {"post": said.post, "sheet": said.sheet}


def read(entry: Entry) -> Handed:
    """What an entry says. Raises: Invalid (`duty.entry`, `duty.sheet`)."""
    value = body.value(entry)
    post = next((each for each in POSTS if each == value.get("post")), None)
    if post is None:
        raise Invalid("duty.entry", "post", value.get("post"), ", ".join(POSTS))
    return Handed(post, sheet(value.get("sheet")))


def sheet(text: object, path: str = "sheet") -> str:
    """The SHA-256 of a sheet. Raises: Invalid (`duty.sheet`)."""
    if not isinstance(text, str) or not _SHEET.fullmatch(text):
        raise Invalid("duty.sheet", path, text, "the SHA-256 of the sheet: 64 hexadecimal digits")
    return text


def evolve(state: State, entry: Entry) -> State:
    """The step of the fold. What cannot be read changes nothing."""
    if not body.understood(entry, KNOWN):
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    return State(said.sheet, entry.header.at_ms) if said.post == "officer" else state


class Watch(Struct, frozen=True):
    """What is known of the post of officer in this start of a node.

    Attributes:
        holder: the number of the account that has it, and since when; None: nobody.
        sign_ms: the last sign of presence, or when the post was taken, on the boot clock.
    """

    holder: tuple[int, int] | None
    sign_ms: int

    def due_ms(self, interval_ms: int) -> int:
        """When the next sign is due, on the boot clock."""
        return self.sign_ms + interval_ms

    def phase(self, boot_ms: int, interval_ms: int) -> Phase:
        """Where it stands."""
        if self.holder is None:
            return "vacant"
        return "present" if boot_ms < self.due_ms(interval_ms) else "missed"


def begin(holder: tuple[int, int] | None, sign_ms: int, now: Now, interval_ms: int, *, missed: bool) -> Watch:
    """As a node starts.

    Args:
        holder: as in Watch.
        sign_ms: the holder's last sign that is on record, or when the post was taken (wall clock).
        now: both readings.
        interval_ms: how long after a sign the next is due.
        missed: whether a miss is entered that is not over.
    """
    sign = since(sign_ms, now)
    if missed:
        # no wall clock takes a miss back; whoever gave a sign in the last moment gives another
        sign = min(sign, now.boot_ms - interval_ms)
    return Watch(holder, sign)


def look(watch: Watch, holder: tuple[int, int] | None, signed_ms: int | None, boot_ms: int) -> Watch:
    """A moment later.

    Args:
        watch: as it was.
        holder: as in Watch, now.
        signed_ms: the holder's last sign in this start (boot clock); None: none.
        boot_ms: the time on the boot clock.
    """
    if holder != watch.holder:
        return Watch(holder, boot_ms)
    if holder is not None and signed_ms is not None and signed_ms > watch.sign_ms:
        return structs.replace(watch, sign_ms=signed_ms)
    return watch
