"""What is said about notices in the main feeds of a line: six types of entries, each in version 1.

    notice        {"activity":…,"callsign":…,"level":…,"notice":…,"simplified":…,"state":…,"version":…,
                   "volumes":…}
    notice.state  {"notice":…,"override":…,"state":…,"unconfirmed":[…],"version":…}
    checked       {"notices":[{"notice":…,"version":…},…]}
    not_checked   {"notices":[{"notice":…,"version":…},…],"why":…}
    consent       {"notice":…,"version":…}
    notice.relayed  {"notice":…,"rung":…,"version":…}

A notice is what a party tells of a plan or a site. Its id is random and belongs to this line alone; an
amendment is the next version of the same id. What is told in conflict-only has no volumes: null. That a plan
begins or ends is no new version: what was compared stays compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.agreement import Disclosure
from wideberth.model.plan import STATES, State
from wideberth.model.relay import RUNGS, Rung
from wideberth.space.volume import Volume

T = TypeVar("T")

V: Final = 1
LEVELS: Final[tuple[Disclosure, ...]] = ("full", "coarse", "conflict-only")
"""How much is told; of what is not told at all there is no notice."""
TEXT = 100
"""Characters of an activity, a callsign or a role."""
MOST = 500
"""Notices that one answer is for."""
Why = Literal["budget", "no_terms", "unread"]
WHY: Final[tuple[Why, ...]] = ("budget", "no_terms", "unread")
"""Why a notice is not compared: too many answers were given today about that area; no terms are in force; the
author cannot read what the notice says.
"""


class Which(NamedTuple):
    """A version of a notice."""

    notice: str
    version: int


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


class Stated(Struct, frozen=True):
    """The plan of this version has another state.

    `override`: the role that activated it although `unconfirmed` parties had not compared it; None where all
    had (LINE 11).
    """

    TYPE: ClassVar = "notice.state"
    notice: str
    version: int
    state: State
    override: str | None = None
    unconfirmed: tuple[str, ...] = ()


class Checked(Struct, frozen=True):
    """The author has compared these with its own plans; what it found, it has entered before."""

    TYPE: ClassVar = "checked"
    notices: tuple[Which, ...]


class NotChecked(Struct, frozen=True):
    """The author has not compared these, and does not: call."""

    TYPE: ClassVar = "not_checked"
    notices: tuple[Which, ...]
    why: Why


class Consented(Struct, frozen=True):
    """The author consents to this plan in the areas and hours that it was allotted; to nothing else."""

    TYPE: ClassVar = "consent"
    notice: str
    version: int


class Relayed(Struct, frozen=True):
    """How far a version has come among the author's own people; who they are is told to nobody."""

    TYPE: ClassVar = "notice.relayed"
    notice: str
    version: int
    rung: Rung


Said: TypeAlias = Told | Stated | Checked | NotChecked | Consented | Relayed
_KINDS = (Told, Stated, Checked, NotChecked, Consented, Relayed)

KNOWN: Known = {(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in _KINDS}


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    if isinstance(said, Checked):
        return {"notices": _write_all(said.notices)}
    if isinstance(said, NotChecked):
        return {"notices": _write_all(said.notices), "why": said.why}
    which: dict[str, Value] = {"notice": said.notice, "version": said.version}
    if isinstance(said, Consented):
        return which
    if isinstance(said, Relayed):
        return {**which, "rung": said.rung}
    if isinstance(said, Stated):
        return {
            **which,
            "override": said.override,
            "state": said.state,
            "unconfirmed": list(said.unconfirmed),
        }
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
    return _read(header.type, body.value(entry))


def _read(of_type: str, value: dict[str, Value]) -> Said:
    if of_type == Checked.TYPE:
        return Checked(_which_all(value))
    if of_type == NotChecked.TYPE:
        return NotChecked(_which_all(value), _one_of(value, "why", WHY))
    which = _which(value)
    if of_type == Consented.TYPE:
        return Consented(*which)
    if of_type == Told.TYPE:
        return _told(value, which)
    if of_type == Relayed.TYPE:
        return Relayed(*which, _one_of(value, "rung", tuple(RUNGS)))
    override, missing = value.get("override"), value.get("unconfirmed")
    if not isinstance(missing, list) or len(missing) > TEXT:
        raise Invalid("notice.entry", "unconfirmed", missing, "a list of parties")
    for each in missing:
        ids.unbase32(each, ids.HASH, "unconfirmed")
    return Stated(
        *which,
        _one_of(value, "state", STATES),
        None if override is None else _text(value, "override"),
        tuple(map(str, missing)),
    )


def _told(value: dict[str, Value], which: Which) -> Told:
    level, state = _one_of(value, "level", LEVELS), _one_of(value, "state", STATES)
    simplified, found = value.get("simplified"), value.get("volumes")
    if not isinstance(simplified, bool):
        raise Invalid("notice.entry", "simplified", simplified, "true or false")
    if (found is None) is not (level == "conflict-only"):
        raise Invalid("notice.entry", "volumes", found, "volumes; null in conflict-only, and only there")
    shown = () if found is None else volumes.read_all(found)
    return Told(*which, level, state, _text(value, "activity"), _text(value, "callsign"), shown, simplified)


def _write_all(notices: Sequence[Which]) -> list[Value]:
    return [{"notice": each.notice, "version": each.version} for each in notices]


def _which_all(value: dict[str, Value]) -> tuple[Which, ...]:
    found = value.get("notices")
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise Invalid("notice.entry", "notices", found, f"a list of 1 to {MOST} notices")
    return tuple(_which(each if isinstance(each, dict) else {}) for each in found)


def _which(value: dict[str, Value]) -> Which:
    notice, version = value.get("notice"), value.get("version")
    ids.notice(notice)
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= WHOLE:
        raise Invalid("notice.entry", "version", version, "a whole number from 1 on")
    return Which(str(notice), version)


def _one_of(value: dict[str, Value], name: str, wanted: tuple[T, ...]) -> T:
    for each in wanted:
        if value.get(name) == each:
            return each
    raise Invalid("notice.entry", name, value.get(name), ", ".join(map(str, wanted)))


def _text(value: dict[str, Value], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or len(found) > TEXT or not found.isprintable():
        raise Invalid("notice.entry", name, found, f"one line of at most {TEXT} characters, all to be seen")
    return found
