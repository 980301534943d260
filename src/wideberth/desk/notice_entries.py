"""What is said about notices in the main feeds of a line: two types of entries, each in version 1.

    notice    {"activity":…,"callsign":…,"level":…,"notice":…,"simplified":…,"state":…,"version":…,
               "volumes":…}
    checked   {"notice":…,"version":…}

A notice is what a party tells of a plan or a site. Its id is random and belongs to this line alone; an
amendment is the next version of the same id. What is told in conflict-only has no volumes: null.
"""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import STATES, State
from wideberth.space.volume import Volume

V: Final = 1
LEVELS: Final[tuple[Disclosure, ...]] = ("full", "coarse", "conflict-only")
"""How much is told; of what is not told at all there is no notice."""
TEXT = 100
"""Characters of an activity or a callsign."""


class Told(Struct, frozen=True):
    """A version of a notice.

    `simplified`: its volumes hold the true ones and are larger, because those did not fit (LINE 5).
    """

    TYPE: ClassVar = "notice"
    notice: str
    version: int
    level: Disclosure
    state: State
    activity: str
    callsign: str = ""
    volumes: tuple[Volume, ...] = ()
    simplified: bool = False


class Checked(Struct, frozen=True):
    """The author has compared this version with its own plans; what it found, it has entered before."""

    TYPE: ClassVar = "checked"
    notice: str
    version: int


Said: TypeAlias = Told | Checked

KNOWN: Known = {(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in (Told, Checked)}


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    which: dict[str, Value] = {"notice": said.notice, "version": said.version}
    if isinstance(said, Checked):
        return which
    return {
        **which,
        "activity": said.activity,
        "callsign": said.callsign,
        "level": said.level,
        "simplified": said.simplified,
        "state": said.state,
        "volumes": volumes.write_all(said.volumes) if said.volumes else None,
    }


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a private or an urgent feed,
    `notice.entry`, `ledger.notice`, and as volumes.read).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in the main feed of a line")
    value = body.value(entry)
    notice, version = value.get("notice"), value.get("version")
    ids.notice(notice)
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= WHOLE:
        raise Invalid("notice.entry", "version", version, "a whole number from 1 on")
    if header.type == Checked.TYPE:
        return Checked(str(notice), version)
    return _told(value, str(notice), version)


def _told(value: dict[str, Value], notice: str, version: int) -> Told:
    level = next((each for each in LEVELS if each == value.get("level")), None)
    if level is None:
        raise Invalid("notice.entry", "level", value.get("level"), ", ".join(LEVELS))
    state = next((each for each in STATES if each == value.get("state")), None)
    if state is None:
        raise Invalid("notice.entry", "state", value.get("state"), ", ".join(STATES))
    simplified, found = value.get("simplified"), value.get("volumes")
    if not isinstance(simplified, bool):
        raise Invalid("notice.entry", "simplified", simplified, "true or false")
    if (found is None) is not (level == "conflict-only"):
        raise Invalid("notice.entry", "volumes", found, "volumes; null in conflict-only, and only there")
    shown = () if found is None else volumes.read_all(found)
    return Told(
        notice, version, level, state, _text(value, "activity"), _text(value, "callsign"), shown, simplified
    )


def _text(value: dict[str, Value], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or len(found) > TEXT or not found.isprintable():
        raise Invalid("notice.entry", name, found, f"one line of at most {TEXT} characters, all to be seen")
    return found
