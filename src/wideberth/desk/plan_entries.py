"""What a party enters about its own plans in its private feed: two types of entries, each in version 1.

    plan          {"activity":…,"callsign":…,"disclosure":…,"label":…,"note":…,"plan":…,"priority":…,
                   "review_ms":…,"sha256":…,"state":…,"variant_of":…,"version":…,"volumes":…}
    plan.state    {"override":…,"plan":…,"state":…,"unconfirmed":[…],"version":…}

Volumes too large for a body come before in `part` entries, bound by `sha256`; `volumes` is null then. Who did
it is not here: people can be forgotten, entries cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, TypeAlias, TypeVar

from msgspec import Struct

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, parts
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.entries import Part
from wideberth.model.agreement import DISCLOSURES, Disclosure
from wideberth.model.plan import STATES, Plan, State

T = TypeVar("T")

V: Final = 1
INLINE: Final = 48_000
"""Bytes of volumes that stand in the entry itself."""
DEEPEST: Final = 16


class Filed(Struct, frozen=True):
    """A version of a plan. `plan.id` is the one that this party's node gave; versions count from 1.

    `disclosure`: how much of it is told at most; None: as the agreements say.
    """

    TYPE: ClassVar = "plan"
    plan: Plan
    version: int
    disclosure: Disclosure | None = None


class Stated(Struct, frozen=True):
    """The plan of this version has another state.

    `override`: the role that activated it although `unconfirmed` parties had not compared it.
    """

    TYPE: ClassVar = "plan.state"
    plan: str
    version: int
    state: State
    override: str | None = None
    unconfirmed: tuple[str, ...] = ()


Said: TypeAlias = Filed | Stated

KNOWN: Known = {
    (Filed.TYPE, V): frozenset(
        [
            "activity",
            "callsign",
            "crit",
            "disclosure",
            "label",
            "note",
            "plan",
            "priority",
            "review_ms",
            "sha256",
            "state",
            "variant_of",
            "version",
            "volumes",
        ]
    ),
    (Stated.TYPE, V): frozenset(("crit", "override", "plan", "state", "unconfirmed", "version")),
}


def write(said: Said) -> tuple[tuple[Part, ...], dict[str, Value]]:
    """The parts that come before, if any, and the value of the body.

    Raises: Invalid (`ledger.part` for volumes that no parts hold).
    """
    if isinstance(said, Stated):
        return (), {
            "override": said.override,
            "plan": said.plan,
            "state": said.state,
            "unconfirmed": list(said.unconfirmed),
            "version": said.version,
        }
    plan, shown = said.plan, volumes.write_all(said.plan.volumes)
    data = canonical.write(shown, parts.WHOLE, DEEPEST)
    cut = () if len(data) <= INLINE else parts.split(data)
    return cut, {
        "activity": plan.activity,
        "callsign": plan.callsign,
        "disclosure": said.disclosure,
        "label": plan.label,
        "note": plan.note,
        "plan": plan.id,
        "priority": plan.priority,
        "review_ms": plan.review,
        "sha256": ids.base32(cut[0].sha256) if cut else None,
        "state": plan.state,
        "variant_of": plan.variant_of,
        "version": said.version,
        "volumes": None if cut else shown,
    }


def read(entry: Entry, before: Sequence[Part] = ()) -> Said:
    """What an entry of one of these types says; `before` are the parts of its volumes.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a feed of a line, `plan.entry`,
    `ledger.plan`, as volumes.read), and as parts.join.
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if not header.origin.private:
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in a private feed")
    value = body.value(entry)
    ids.plan(value.get("plan"))
    version, state = _number(value, "version", 1), _one_of(value, "state", STATES)
    if header.type == Stated.TYPE:
        override, missing = value.get("override"), value.get("unconfirmed")
        unconfirmed = tuple(map(str, missing)) if isinstance(missing, list) else ()
        role = None if override is None else str(override)
        return Stated(str(value["plan"]), version, state, role, unconfirmed)
    shown = value.get("volumes")
    if shown is None:
        shown = canonical.parse(parts.join(before), parts.WHOLE, DEEPEST)
    disclosure, review = value.get("disclosure"), value.get("review_ms")
    plan = Plan(
        party=header.origin.party,
        id=str(value["plan"]),
        volumes=volumes.read_all(shown),
        activity=_text(value, "activity"),
        state=state,
        priority=_number(value, "priority", -WHOLE),
        label=_text(value, "label"),
        callsign=_text(value, "callsign"),
        note=_text(value, "note"),
        variant_of=None if value.get("variant_of") is None else _text(value, "variant_of"),
        review=None if review is None else _number(value, "review_ms", -WHOLE),
    )
    return Filed(plan, version, None if disclosure is None else _one_of(value, "disclosure", DISCLOSURES))


def parts_of(entry: Entry) -> bytes | None:
    """SHA-256 of the volumes that came before in parts; None where they stand in the entry."""
    found = body.value(entry).get("sha256")
    return None if found is None else ids.unbase32(found, ids.HASH, "sha256")


def _text(value: dict[str, Value], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise Invalid("plan.entry", name, found, "a text")
    return found


def _number(value: dict[str, Value], name: str, least: int) -> int:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("plan.entry", name, found, f"a whole number from {least} on")
    return found


def _one_of(value: dict[str, Value], name: str, wanted: tuple[T, ...]) -> T:
    for each in wanted:
        if value.get(name) == each:
            return each
    raise Invalid("plan.entry", name, value.get(name), ", ".join(map(str, wanted)))
