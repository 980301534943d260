"""Whether somebody is there: when a sign of presence is due, what a miss climbs to, and what stands of it.

In the private feed, each in version 1, with posts and never persons:

    duty.missed    {"post":…,"step":…}      nobody took it until then: this step was rung
    duty.resumed   {"by":…,"post":…}        somebody is there again; `by` the post that said so
    duty.handed    {"post":…,"sheet":…}     it was handed over with the sheet of this SHA-256 (hexadecimal)

All durations run on the boot clock, which nobody sets; after a restart they go on from the earlier of the two
readings (`since`). So a wall clock that jumps moves nothing while the node runs, and after a restart can only
make a miss earlier, never later.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import ClassVar, Final, TypeAlias, TypeVar

from msgspec import Struct, structs

from wideberth.errors import Invalid
from wideberth.ledger import body
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.line.clock import Now, since
from wideberth.model.agreement import CLOCKS, Clock
from wideberth.model.presence import POSTS, STEPS, Phase, Post, Step

T = TypeVar("T")
V: Final = 1
CLOCK: Final = CLOCKS["immediate"]
"""How fast a miss climbs, unless told otherwise: as an immediate call that nobody takes."""
SHEET: Final = re.compile("[0-9a-f]{64}")


class Missed(Struct, frozen=True):
    """Nobody took the miss until then."""

    TYPE: ClassVar = "duty.missed"
    post: Post
    step: Step


class Resumed(Struct, frozen=True):
    """Somebody is there again."""

    TYPE: ClassVar = "duty.resumed"
    post: Post
    by: Post


class Handed(Struct, frozen=True):
    """A post was handed over with a handover sheet."""

    TYPE: ClassVar = "duty.handed"
    post: Post
    sheet: str


Said: TypeAlias = Missed | Resumed | Handed
KNOWN: Final[Known] = {
    (Missed.TYPE, V): frozenset({"post", "step"}),
    (Resumed.TYPE, V): frozenset({"by", "post"}),
    (Handed.TYPE, V): frozenset({"post", "sheet"}),
}


class Miss(Struct, frozen=True):
    """A miss that nobody has taken: since when (wall clock, ms) and which steps were rung."""

    began_ms: int
    steps: tuple[Step, ...]


class State(Struct, frozen=True):
    """What stands in the private feed.

    `miss` is the one of the post of officer, None where there is none. `sheet`: with which sheet that post
    was handed over last, and when.
    """

    miss: Miss | None = None
    sheet: tuple[str, int] | None = None


EMPTY: Final = State()


def write(said: Said) -> Value:
    """The body of an entry."""
    return {name: getattr(said, name) for name in sorted(said.__struct_fields__)}


def read(entry: Entry) -> Said:
    """What an entry of a known type says. Raises: Invalid (`duty.entry`, `duty.sheet`)."""
    value = body.value(entry)
    post = _one_of(value.get("post"), POSTS, "post")
    if entry.header.type == Missed.TYPE:
        return Missed(post, _one_of(value.get("step"), STEPS, "step"))
    if entry.header.type == Resumed.TYPE:
        return Resumed(post, _one_of(value.get("by"), POSTS, "by"))
    return Handed(post, sheet(value.get("sheet")))


def _one_of(found: Value, wanted: tuple[T, ...], path: str) -> T:
    for each in wanted:
        if found == each:
            return each
    raise Invalid("duty.entry", path, found, ", ".join(map(str, wanted)))


def sheet(text: object, path: str = "sheet") -> str:
    """The SHA-256 of a sheet. Raises: Invalid (`duty.sheet`)."""
    if not isinstance(text, str) or not SHEET.fullmatch(text):
        raise Invalid("duty.sheet", path, text, "the SHA-256 of the sheet: 64 hexadecimal digits")
    return text


def take(state: State, entry: Entry) -> State:
    """The step of the fold. What cannot be read, or does not fit, changes nothing."""
    if not body.understood(entry, KNOWN):
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    return evolve(state, said, entry.header.at_ms)


def evolve(state: State, said: Said, at_ms: int) -> State:
    """What stands after this was entered at `at_ms` (wall clock, ms)."""
    if said.post != "officer":
        return state
    if isinstance(said, Handed):
        return structs.replace(state, sheet=(said.sheet, at_ms))
    if isinstance(said, Resumed):
        return structs.replace(state, miss=None)
    known = state.miss or Miss(at_ms, ())
    if said.step in known.steps:
        return state
    return structs.replace(state, miss=Miss(known.began_ms, (*known.steps, said.step)))


class Watch(Struct, frozen=True):
    """What is known of the post of officer in this start of a node, on the boot clock (ms).

    Attributes:
        holder: whoever has it, by a number that is another one for everybody and each time; None: vacant.
        sign_ms: the last sign of presence, or when the post was taken or fell vacant.
        began_ms: since when a miss is open; None where none is.
    """

    holder: tuple[int, int] | None
    sign_ms: int
    began_ms: int | None = None

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        if self.holder is None:
            return "vacant"
        return "present" if self.began_ms is None else "missed"


def begin(
    holder: tuple[int, int] | None, sign_ms: int, miss: Miss | None, now: Now
) -> tuple[Watch, tuple[Said, ...]]:
    """The watch as a node starts, and what is to be entered.

    Args:
        holder: as in Watch.
        sign_ms: the holder's last sign that is on record (wall clock, ms).
        miss: the one that is open in the private feed.
        now: both readings, at the start.
    """
    sign = since(sign_ms, now)
    if holder is None:
        return Watch(None, sign, since(miss.began_ms, now) if miss else sign), ()
    if miss is None:
        return Watch(holder, sign), ()
    if sign_ms > miss.began_ms:
        # it was given, and the node ended before it could be entered
        return Watch(holder, sign), (Resumed("officer", "officer"),)
    return Watch(holder, sign, since(miss.began_ms, now)), ()


def look(
    watch: Watch,
    holder: tuple[int, int] | None,
    signed_ms: int | None,
    miss: Miss | None,
    boot_ms: int,
    interval_ms: int,
    vacant: Collection[Post],
    clock: Clock = CLOCK,
) -> tuple[Watch, tuple[Said, ...]]:
    """The watch a moment later, and what is to be entered in the private feed.

    Args:
        watch: as it was.
        holder: as in Watch, now.
        signed_ms: the holder's last sign in this start (boot clock); None: none.
        miss: the one that is open in the private feed.
        boot_ms: the time on the boot clock.
        interval_ms: how long after a sign the next one is due.
        vacant: the posts that nobody has.
        clock: how fast a miss climbs.
    """
    said: list[Said] = []
    if holder != watch.holder:
        watch = Watch(holder, boot_ms, None if holder else boot_ms)
        if holder is not None and miss is not None:
            said.append(Resumed("officer", "officer"))
            miss = None
    if holder is not None and signed_ms is not None and signed_ms > watch.sign_ms:
        taken = watch.began_ms is not None and signed_ms >= watch.began_ms
        watch = structs.replace(watch, sign_ms=signed_ms, began_ms=None if taken else watch.began_ms)
        if taken and miss is not None:
            said.append(Resumed("officer", "officer"))
            miss = None
    due_ms = watch.sign_ms + interval_ms
    if holder is not None and watch.began_ms is None and boot_ms >= due_ms:
        watch = structs.replace(watch, began_ms=due_ms)
    if watch.began_ms is not None:
        rung = () if miss is None else miss.steps
        due = steps(boot_ms - watch.began_ms, vacant, clock)
        said += [Missed("officer", each) for each in due if each not in rung]
    return watch, tuple(said)


def taken(watch: Watch, boot_ms: int) -> Watch:
    """The deputy or the commander has the miss in hand: the next sign is due an interval later."""
    if watch.holder is None:
        return watch
    return structs.replace(watch, sign_ms=boot_ms, began_ms=None)


def steps(passed_ms: int, vacant: Collection[Post], clock: Clock = CLOCK) -> tuple[Step, ...]:
    """The steps that are due so long after a miss began; a vacant post is passed over, and costs no time."""
    at: dict[Step, int] = {
        "officer": 0,
        "deputy": clock.deputy_ms,
        "watch": clock.watch_ms,
        "commander": clock.commander_ms,
        "channel": clock.commander_ms,
    }
    saved, due = 0, list[Step]()
    for step, following in zip(STEPS, (*STEPS[1:], None), strict=True):
        if step in vacant:
            if following is not None:
                saved += at[following] - at[step]
        elif passed_ms >= at[step] - saved:
            due.append(step)
    return tuple(due)
