"""What is said about cases on a line (LINE 9): eight types of entries, each in version 1.

`write` gives the value of a body for feed.append, `read` what a whole entry says. Retractions go into the
urgent feed; all others into main. A notice's version stands here as far as cases need it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct

from wideberth.desk import volumes
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.ids import HASH, Origin
from wideberth.model.case import FOUND, HOW, Found, How
from wideberth.space.volume import Volume

T = TypeVar("T")

V: Final = 1
CHANGES: Final = ("delay_ms", "lift_dmm", "volumes", "cancel")
"""What a proposal may change, one of these; its value is read by who offers and who answers it."""
ROLES: Final = ("deputy", "commander")


class Ref(NamedTuple):
    """An entry of the line: a proposal."""

    origin: Origin
    n: int


class Opened(Struct, frozen=True):
    """The author finds the two notices in conflict. Opening twice merges.

    `where`: what they have in common on the public grid, where the other party cannot work it out because it
    does not see the author's volumes; else empty.
    """

    TYPE: ClassVar = "case.opened"
    case: str
    notices: tuple[str, str]
    found: Found
    where: tuple[Volume, ...] = ()


class Proposed(Struct, frozen=True):
    """A change of one of the two plans, in the version that is named, offered until `until_ms` (UTC)."""

    TYPE: ClassVar = "case.proposal"
    case: str
    notice: str
    version: int
    until_ms: int
    change: dict[str, Value]


class Accepted(Struct, frozen=True):
    """The author accepts a proposal of the other party's, and takes back its own in this case."""

    TYPE: ClassVar = "case.accept"
    case: str
    proposal: Ref


class Acknowledged(Struct, frozen=True):
    """The author's node has folded that its proposal was accepted: nothing withdraws it any more."""

    TYPE: ClassVar = "case.acknowledged"
    case: str
    proposal: Ref


class Lapsed(Struct, frozen=True):
    """The author's proposal is over: its time has passed on the author's own clock."""

    TYPE: ClassVar = "case.lapse"
    case: str
    proposal: Ref


class Retracted(Struct, frozen=True):
    """The author takes its proposal back, for safety."""

    TYPE: ClassVar = "case.retract"
    case: str
    proposal: Ref


class Escalated(Struct, frozen=True):
    """The author raises the case to a role of its own party."""

    TYPE: ClassVar = "case.escalated"
    case: str
    to: str


class Closed(Struct, frozen=True):
    """The author finds no conflict between the two any more."""

    TYPE: ClassVar = "case.closed"
    case: str
    how: How


Said: TypeAlias = Opened | Proposed | Accepted | Acknowledged | Lapsed | Retracted | Escalated | Closed
_KINDS = (Opened, Proposed, Accepted, Acknowledged, Lapsed, Retracted, Escalated, Closed)

KNOWN: Known = {(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in _KINDS}


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    match said:
        case Opened():
            where = volumes.write_all(said.where) if said.where else None
            return {"case": said.case, "found": said.found, "notices": list(said.notices), "where": where}
        case Proposed():
            return {
                "case": said.case,
                "change": said.change,
                "notice": said.notice,
                "until_ms": said.until_ms,
                "version": said.version,
            }
        case Accepted() | Acknowledged() | Lapsed() | Retracted():
            return {
                "case": said.case,
                "proposal": {"n": said.proposal.n, "origin": said.proposal.origin.text},
            }
        case Escalated():
            return {"case": said.case, "to": said.to}
    return {"case": said.case, "how": said.how}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` in a private feed, `case.entry`, and as
    ids.case).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private:
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in a feed of a line")
    value = body.value(entry)
    ids.unbase32(value.get("case"), HASH, "case")
    return _READ[header.type](str(value["case"]), value, header.origin)


def _opened(case: str, value: Mapping[str, Value], origin: Origin) -> Opened:
    found = value.get("notices")
    if not isinstance(found, list) or len(found) != 2:
        raise Invalid("case.entry", "notices", found, "the two notices")
    one, other = (str(each) for each in found)
    if ids.case(origin.line, one, other) != case:
        raise Invalid("case.entry", "case", case, "the id that the two notices make")
    where = value.get("where")
    shown = () if where is None else volumes.read_all(where, "where")
    return Opened(case, (one, other), _one_of(value, "found", FOUND), shown)


def _proposed(case: str, value: Mapping[str, Value], _: Origin) -> Proposed:
    notice, change = value.get("notice"), value.get("change")
    ids.notice(notice)
    if not isinstance(change, dict) or len(change) != 1 or next(iter(change)) not in CHANGES:
        raise Invalid("case.entry", "change", change, f"an object with one of {', '.join(CHANGES)}")
    version, until_ms = _number(value, "version", 1), _number(value, "until_ms", 0)
    return Proposed(case, str(notice), version, until_ms, change)


def _accepted(case: str, value: Mapping[str, Value], origin: Origin) -> Accepted:
    return Accepted(case, _ref(value, origin))


def _acknowledged(case: str, value: Mapping[str, Value], origin: Origin) -> Acknowledged:
    return Acknowledged(case, _ref(value, origin))


def _lapsed(case: str, value: Mapping[str, Value], origin: Origin) -> Lapsed:
    return Lapsed(case, _ref(value, origin))


def _retracted(case: str, value: Mapping[str, Value], origin: Origin) -> Retracted:
    return Retracted(case, _ref(value, origin))


def _escalated(case: str, value: Mapping[str, Value], _: Origin) -> Escalated:
    return Escalated(case, _one_of(value, "to", ROLES))


def _closed(case: str, value: Mapping[str, Value], _: Origin) -> Closed:
    return Closed(case, _one_of(value, "how", HOW))


_READ: dict[str, Callable[[str, Mapping[str, Value], Origin], Said]] = {
    Opened.TYPE: _opened,
    Proposed.TYPE: _proposed,
    Accepted.TYPE: _accepted,
    Acknowledged.TYPE: _acknowledged,
    Lapsed.TYPE: _lapsed,
    Retracted.TYPE: _retracted,
    Escalated.TYPE: _escalated,
    Closed.TYPE: _closed,
}


def _ref(value: Mapping[str, Value], origin: Origin) -> Ref:
    found = value.get("proposal")
    if not isinstance(found, dict):
        raise Invalid("case.entry", "proposal", found, "an object of origin and n")
    of = ids.origin(found.get("origin"), "proposal.origin")
    if of.line != origin.line:
        raise Invalid("case.entry", "proposal.origin", of.text, "a feed of this line")
    return Ref(of, _number(found, "n", 0))


def _number(value: Mapping[str, Value], name: str, least: int) -> int:
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("case.entry", name, found, f"a whole number from {least} on")
    return found


def _one_of(value: Mapping[str, Value], name: str, wanted: tuple[T, ...]) -> T:
    found = value.get(name)
    for each in wanted:
        if found == each:
            return each
    raise Invalid("case.entry", name, found, ", ".join(map(str, wanted)))
