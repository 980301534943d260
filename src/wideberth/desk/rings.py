"""What rings for this party's people, how far it has climbed, and who has taken it: in the private feed.

    ring.begun   {"id":…,"kind":…,"line":…,"precedence":…,"why":…}   line: null where it is of none
    ring.climbed {"id":…,"kind":…,"line":…,"step":…}
    ring.taken   {"id":…,"kind":…,"line":…,"role":…}
    ring.over    {"id":…,"kind":…,"line":…}

What is to ring is worked out by the node from what its nouns come to; these entries say since when, and are
what the clocks go on from after a restart.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Final, NamedTuple, TypeAlias

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import nobody
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, canonical
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.agreement import PRECEDENCES, Clock, Precedence
from wideberth.model.ring import LOUD, STEPS, TRANSITIONS, WHY, Phase, Step, Why

V: Final = 1
ROLE: Final = 60


class About(NamedTuple):
    """What it is about: a noun by its kind (call, duty, relay, concern, …), its line if any, its id."""

    kind: str
    line: str | None
    id: str


class Begun(Struct, frozen=True):
    """It rings from now on."""

    TYPE: ClassVar = "ring.begun"
    about: About
    why: Why
    precedence: Precedence


class Climbed(Struct, frozen=True):
    """Nobody has taken it: it rings for these as well."""

    TYPE: ClassVar = "ring.climbed"
    about: About
    step: Step


class Taken(Struct, frozen=True):
    """A person in this role has taken it."""

    TYPE: ClassVar = "ring.taken"
    about: About
    role: str


class Over(Struct, frozen=True):
    """What it was about is over."""

    TYPE: ClassVar = "ring.over"
    about: About


Said: TypeAlias = Begun | Climbed | Taken | Over
_KINDS = (Begun, Climbed, Taken, Over)
_NAMES: Final = {
    Begun.TYPE: {"precedence", "why"},
    Climbed.TYPE: {"step"},
    Taken.TYPE: {"role"},
    Over.TYPE: set[str](),
}
KNOWN: Final[Known] = {
    (kind, V): frozenset({"id", "kind", "line", "crit", *names}) for kind, names in _NAMES.items()
}


class Ring(Struct, frozen=True):
    """A ring as it stands: since when (own clock), for whom, who has taken it and when."""

    about: About
    why: Why
    precedence: Precedence
    at_ms: int
    steps: tuple[tuple[Step, int], ...] = ()
    role: str | None = None
    taken_ms: int | None = None

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        return "ringing" if self.role is None else "taken"

    @property
    def loud(self) -> bool:
        """Whether it sounds (the alarm budget): flash, too late or overdue, and nobody has taken it."""
        return self.role is None and (self.precedence == "flash" or self.why in LOUD)


class State(Struct, frozen=True):
    """All that is not over."""

    rings: Map[About, Ring] = Map()


def evolve(state: State, entry: Entry) -> State:
    """The step of the fold; what does not fit changes nothing."""
    if not body.understood(entry, KNOWN):
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    at_ms, found = entry.header.at_ms, state.rings.get(said.about)
    if isinstance(said, Begun):
        if found is not None:
            return state
        return State(state.rings.set(said.about, Ring(said.about, said.why, said.precedence, at_ms)))
    if found is None:
        return state
    match said:
        case Climbed():
            if "climbs" not in TRANSITIONS[found.phase] or said.step in dict(found.steps):
                return state
            after = structs.replace(found, steps=(*found.steps, (said.step, at_ms)))
        case Taken():
            if "taken" not in TRANSITIONS[found.phase]:
                return state
            after = structs.replace(found, role=said.role, taken_ms=at_ms)
        case _:
            return State(state.rings.delete(said.about))
    return State(state.rings.set(said.about, after))


def due(
    clock: Clock, elapsed_ms: int, climbed: Collection[Step], vacant: Collection[Step] = ()
) -> list[Step]:
    """For whom it rings after so long, who was not rung for yet.

    A post that nobody holds is not waited for: the next step comes at once.
    """
    after = {
        "officer": 0,
        "deputy": clock.deputy_ms,
        "watch": clock.watch_ms,
        "commander": clock.commander_ms,
        "channel": clock.commander_ms,
    }
    found: list[Step] = []
    at_once = True
    for step in STEPS:
        reached = at_once or elapsed_ms >= after[step]
        at_once = reached and step in vacant
        if reached and step not in climbed:
            found.append(step)
    return found


def take(state: State, about: About, role: str) -> Taken:
    """A person takes it. Raises: Invalid (`ring.none`, `ring.role`), Refused (`ring.taken`)."""
    if nobody.reached_by(role):
        raise Invalid("ring.role", "role", nobody.FOUND, "a role, such as duty officer, and no person")
    if not canonical.seen(role, ROLE):
        raise Invalid("ring.role", "role", role, f"a role of 1 to {ROLE} characters")
    found = state.rings.get(about)
    if found is None:
        raise Invalid("ring.none", "id", about.id, "something that rings: wideberth alarms")
    if found.role is not None:
        raise Refused("ring.taken", f"this is taken already: {found.role}")
    return Taken(about, role)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    about: dict[str, Value] = {"id": said.about.id, "kind": said.about.kind, "line": said.about.line}
    match said:
        case Begun():
            return {**about, "precedence": said.precedence, "why": said.why}
        case Climbed():
            return {**about, "step": said.step}
        case Taken():
            return {**about, "role": said.role}
    return about


def read(entry: Entry) -> Said:
    """What an entry of one of these types says. Raises: Invalid (`ring.entry`, and as body.value)."""
    value = body.value(entry)
    line = value.get("line")
    about = About(_text(value, "kind"), None if line is None else _text(value, "line"), _text(value, "id"))
    match entry.header.type:
        case Begun.TYPE:
            why = next((each for each in WHY if each == value.get("why")), None)
            precedence = next((each for each in PRECEDENCES if each == value.get("precedence")), None)
            if why is None or precedence is None:
                raise Invalid("ring.entry", "why", value.get("why"), ", ".join(WHY))
            return Begun(about, why, precedence)
        case Climbed.TYPE:
            step = next((each for each in STEPS if each == value.get("step")), None)
            if step is None:
                raise Invalid("ring.entry", "step", value.get("step"), ", ".join(STEPS))
            return Climbed(about, step)
        case Taken.TYPE:
            return Taken(about, _text(value, "role"))
    return Over(about)


def _text(value: dict[str, Value], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or not canonical.seen(found, 100):
        raise Invalid("ring.entry", name, found, "one line of at most 100 characters")
    return found
