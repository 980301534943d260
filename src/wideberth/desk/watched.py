"""What the watch over live tracks told this party's people, in the private feed: no other party learns of it.

    alert.raised   {"alert":…,"at_ms":…,"callsign":…,"closest_ms":…,"code":…,"first_ms":…,"h":…,"kind":…,
                    "lat_e7":…,"lon_e7":…,"nominal":…,"other":…,"other_name":…,"other_party":…,
                    "other_plan":…,"party":…,"plan":…,"required_h":…,"required_v":…,"track":…,"turning":…,
                    "v":…}
    alert.taken    {"alert":…,"role":…}                 a person has it before them
    alert.called   {"alert":…,"call":…,"line":…,"why":…}  it called the other party; or why it could not
    alert.cleared  {"alert":…,"code":…}
    track.claimed  {"party":…,"plan":…,"track":…}       an officer says whose it is; party null: no longer

Lengths in 0.1 mm, angles in 1e-7 degrees, times in ms POSIX UTC. Reports are not entries: where something was
is kept with the alert that it led to (node.encounters), and for a month. All in version 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final, TypeAlias

import msgspec
from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import nobody
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, canonical
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.alert import Kind
from wideberth.model.track import Whose
from wideberth.watch.findings import Finding, Key

V: Final = 1
ROLE: Final = 60
"""Characters of a role."""
TRACK: Final = 100
"""Characters of the id of a track."""
CALLSIGN: Final = 20
"""Characters of a callsign."""
OVER: Final = 500
"""Alerts that are over and stay in memory, the newest; the journal has all."""
DAY_MS: Final = 24 * 3_600_000


class Raised(Struct, frozen=True):
    """An alert, as it was found when it was raised.

    `party` and `other_party`: whose; empty: nobody's. `other_name`: callsign of the other track, or name of
    the zone. `other_plan`: its plan or notice, if any.
    """

    TYPE: ClassVar = "alert.raised"
    alert: str
    kind: Kind
    track: str
    other: str
    party: str
    plan: str
    other_party: str
    other_plan: str
    callsign: str
    other_name: str
    first_ms: int
    at_ms: int
    lat_e7: int
    lon_e7: int
    nominal: bool
    closest_ms: int | None
    h: int | None
    v: int | None
    required_h: int | None
    required_v: int | None
    turning: bool
    code: str

    @property
    def finding(self) -> Finding:
        """What was found then."""
        return Finding(
            Key(self.kind, self.track, self.other),
            self.at_ms,
            (self.lon_e7, self.lat_e7),
            self.nominal,
            self.closest_ms,
            self.h,
            self.v,
            self.required_h,
            self.required_v,
            self.turning,
            self.code,
        )


class Taken(Struct, frozen=True):
    """A person in this role has it before them."""

    TYPE: ClassVar = "alert.taken"
    alert: str
    role: str


class Called(Struct, frozen=True):
    """It called the other party of a line by itself; without a call: why it could not."""

    TYPE: ClassVar = "alert.called"
    alert: str
    line: str
    call: str | None
    why: str


class Cleared(Struct, frozen=True):
    """It is over; `code` says why where that is not plain."""

    TYPE: ClassVar = "alert.cleared"
    alert: str
    code: str = ""


class Claimed(Struct, frozen=True):
    """Whose a track is, by the word of an officer; `party` None: nobody says so any more."""

    TYPE: ClassVar = "track.claimed"
    track: str
    party: str | None
    plan: str = ""


Said: TypeAlias = Raised | Taken | Called | Cleared | Claimed
_TYPES: Final = (Raised, Taken, Called, Cleared, Claimed)
_BY_TYPE: Final = {each.TYPE: each for each in _TYPES}
KNOWN: Final[Known] = {(each.TYPE, V): frozenset({"crit", *each.__struct_fields__}) for each in _TYPES}


class Kept(Struct, frozen=True):
    """An alert as it stands on record: since when (own clock), who has taken it, whom it called, its end."""

    raised: Raised
    at_ms: int
    role: str | None = None
    taken_ms: int | None = None
    called: tuple[Called, ...] = ()
    cleared_ms: int | None = None
    code: str = ""


class State(Struct, frozen=True):
    """Alerts by their ids: all that are open, and the newest of those that are over; and claims by track.

    `over` names the latter, the oldest first. `calls`: when alerts called, by line, today's and older.
    """

    alerts: Map[str, Kept] = Map()
    over: tuple[str, ...] = ()
    claims: Map[str, Whose] = Map()
    calls: Map[str, tuple[int, ...]] = Map()

    @property
    def open(self) -> Iterator[Kept]:
        """Those that are not over."""
        return (each for each in self.alerts.values() if each.cleared_ms is None)

    def called_on(self, line: str, now_ms: int) -> int:
        """How often alerts have called on a line today (UTC)."""
        return sum(each // DAY_MS == now_ms // DAY_MS for each in self.calls.get(line, ()))


def write(said: Said) -> Value:
    """The body of an entry; its type is `said.TYPE`, its version `V`."""
    made: Value = msgspec.to_builtins(said)
    return made


def read(entry: Entry) -> Said:
    """What an entry of one of these types says. Raises: Invalid (`alert.entry`, and as body.value)."""
    kind = _BY_TYPE[entry.header.type]
    try:
        found: Said = msgspec.convert(body.value(entry), kind, strict=True)  # type: ignore[assignment]  # one of them
    except msgspec.ValidationError as error:
        raise Invalid("alert.entry", entry.header.type, str(error), "the fields of this type") from error
    return found


def evolve(state: State, entry: Entry) -> State:
    """The step of the fold. What does not fit changes nothing."""
    if not body.understood(entry, KNOWN):
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    at_ms = entry.header.at_ms
    if isinstance(said, Claimed):
        if said.party is None:
            if said.track not in state.claims:
                return state
            return structs.replace(state, claims=state.claims.delete(said.track))
        found = Whose(said.party, said.plan, how="claimed")
        return structs.replace(state, claims=state.claims.set(said.track, found))
    if isinstance(said, Raised):
        if said.alert in state.alerts:
            return state
        return structs.replace(state, alerts=state.alerts.set(said.alert, Kept(said, at_ms)))
    known = state.alerts.get(said.alert)
    if known is None or known.cleared_ms is not None:
        return state
    return _said_of(state, known, said, at_ms)


def _said_of(state: State, known: Kept, said: Taken | Called | Cleared, at_ms: int) -> State:
    name = said.alert
    match said:
        case Taken():
            if known.role is not None:
                return state
            made = structs.replace(known, role=said.role, taken_ms=at_ms)
            return structs.replace(state, alerts=state.alerts.set(name, made))
        case Called():
            made = structs.replace(known, called=(*known.called, said))
            calls = state.calls
            if said.call is not None:
                today = [each for each in calls.get(said.line, ()) if each // DAY_MS == at_ms // DAY_MS]
                calls = calls.set(said.line, (*today, at_ms))
            return structs.replace(state, alerts=state.alerts.set(name, made), calls=calls)
    made = structs.replace(known, cleared_ms=at_ms, code=said.code)
    alerts, over = state.alerts.set(name, made), (*state.over, name)
    if len(over) > OVER:
        alerts, over = alerts.delete(over[0]), over[1:]
    return structs.replace(state, alerts=alerts, over=over)


def one(state: State, alert: str) -> Kept:
    """Raises: Invalid (`alert.none`)."""
    found = state.alerts.get(alert)
    if found is None:
        raise Invalid("alert.none", "alert", alert, "an alert of this node: wideberth watch alerts")
    return found


def take(state: State, alert: str, role: str) -> Taken:
    """A person has it before them: that says nothing to anybody else, and is no permission.

    Raises: Invalid (`alert.none`, `alert.role`), Refused (`alert.taken`, `alert.over`).
    """
    if nobody.reached_by(role):
        raise Invalid("alert.role", "role", nobody.FOUND, "a role, such as duty officer, and no person")
    if not canonical.seen(role, ROLE):
        raise Invalid("alert.role", "role", role, f"a role of 1 to {ROLE} characters")
    found = one(state, alert)
    if found.cleared_ms is not None:
        raise Refused("alert.over", "this alert is over; nothing is left to be taken")
    if found.role is not None:
        raise Refused("alert.taken", f"this is taken already: {found.role}")
    return Taken(alert, role)


def claim(track: str, party: str | None, plan: str = "") -> Claimed:
    """Whose a track is. Raises: Invalid (`track.id`)."""
    if not canonical.seen(track, TRACK):
        raise Invalid("track.id", "track", track, f"the id of a track, of 1 to {TRACK} characters")
    return Claimed(track, party, plan)


def named(text: str, most: int = 2 * TRACK) -> str:
    """A name of a track or a zone as it may stand in an entry: of anybody's text what is seen."""
    return "".join(each for each in text if each.isprintable())[:most].strip()


def shown(callsign: str) -> str:
    """A callsign as it may stand in an entry: what a source sends is anybody's text."""
    return "".join(each for each in callsign if each.isprintable() and each.isascii())[:CALLSIGN].strip()
