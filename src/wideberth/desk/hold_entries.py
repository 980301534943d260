"""What is said about holds in the urgent feeds of a line: three types of entries, each in version 1.

    hold         {"activities":[…],"area":{…},"from_ms":…,"hold":…,"parties":[…],"reason":…,"until":{…}}
    hold.lifted  {"approvals":[…],"hold":…}
    hold.ended   {"hold":…}

`area` is a volume without times and band, or null: everywhere. `activities` null: all. `until` is one of
{"talks": id}, {"agreement": id, "version": n}, {"at_ms": …}. A hold that stands on several lines is said with
the same bytes on each. The last one is said by its author's node, of a hold until a time.

What two officers sign to lift one is no entry: canonical JSON

    {"author":…,"hold":…,"sha256":…,"type":"wideberth.lift","v":1}

whose `sha256` is that of the body of the hold itself: they lift what it says, and no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import nobody, volumes
from wideberth.errors import Invalid
from wideberth.ledger import approval, body, canonical, ids
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.hold import Area, Condition, Hold, Moment, Talks, Terms
from wideberth.space.volume import Pad, Volume

V: Final = 1
LETTER: Final = "h"
PARTIES: Final = 20
"""Parties that one hold may bind."""
ACTIVITIES: Final = 20
TEXT: Final = 100
"""Characters of an activity."""
REASON: Final = 300
APPROVALS: Final = 4
"""Signatures under one lift; two of different officers are needed."""
LIFT: Final = "wideberth.lift"


class Put(Struct, frozen=True):
    """A hold, from here on."""

    TYPE: ClassVar = "hold"
    hold: Hold


class Lifted(Struct, frozen=True):
    """Officers of the author's lift it: it counts with two, each by a key of the roster."""

    TYPE: ClassVar = "hold.lifted"
    hold: str
    approvals: tuple[Approval, ...]


class Ended(Struct, frozen=True):
    """The time until which it holds is over by the author's clock."""

    TYPE: ClassVar = "hold.ended"
    hold: str


Said: TypeAlias = Put | Lifted | Ended

KNOWN: Final[Known] = {
    (Put.TYPE, V): frozenset(
        {"activities", "area", "crit", "from_ms", "hold", "parties", "reason", "until"},
    ),
    (Lifted.TYPE, V): frozenset({"approvals", "crit", "hold"}),
    (Ended.TYPE, V): frozenset({"crit", "hold"}),
}


def new_id(chance: bytes) -> str:
    """The id of a new hold, of 16 random bytes."""
    return ids.noun(LETTER, chance)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`ledger.approval`).
    """
    if isinstance(said, Ended):
        return {"hold": said.hold}
    if isinstance(said, Lifted):
        approvals: list[Value] = [
            canonical.accept(approval.write(each), canonical.HEADER) for each in said.approvals
        ]
        return {"approvals": approvals, "hold": said.hold}
    hold = said.hold
    area = None if hold.area is None else Volume(hold.area.ground, hold.area.lower, hold.area.upper)
    return {
        "activities": None if hold.activities is None else list(hold.activities),
        "area": None if area is None else volumes.write(area),
        "from_ms": hold.from_ms,
        "hold": hold.id,
        "parties": list(hold.parties),
        "reason": hold.reason,
        "until": _write_until(hold.until),
    }


def checked(hold: Hold) -> Hold:
    """A hold that can be said as it is: what the other party reads of it is the same.

    Raises: Invalid (`hold.entry`, `hold.too_large`, and as read_hold).
    """
    value = write(Put(hold))
    size = len(canonical.write(value))
    if size > canonical.URGENT:
        wanted = f"at most {canonical.URGENT:,} bytes: an area of fewer corners that holds the true one"
        raise Invalid("hold.too_large", "area", f"{size:,} bytes", wanted)
    return read_hold(value)


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in an urgent feed of a line,
    `hold.entry`, `ledger.noun`, `ledger.base32`, `ledger.approval`, and as volumes.read).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "urgent":
        where = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", where, "in the urgent feed of a line")
    value = body.value(entry)
    if header.type == Put.TYPE:
        return Put(read_hold(value))
    if header.type == Ended.TYPE:
        return Ended(_id(value))
    found = value.get("approvals")
    if not isinstance(found, list) or not 0 < len(found) <= APPROVALS:
        raise Invalid("hold.entry", "approvals", found, f"1 to {APPROVALS} approvals")
    return Lifted(_id(value), tuple(map(_approval, found)))


def read_hold(value: Mapping[str, Value]) -> Hold:
    """The hold that a body says. Raises: as `read`."""
    name = _id(value)
    parties = value.get("parties")
    if not isinstance(parties, list) or not 0 < len(parties) <= PARTIES:
        raise Invalid("hold.entry", "parties", parties, f"1 to {PARTIES} parties")
    for each in parties:
        ids.unbase32(each, ids.HASH, "parties")
    if len(set(map(str, parties))) != len(parties):
        raise Invalid("hold.entry", "parties", parties, "each party once")
    from_ms, until = _moment(value.get("from_ms"), "from_ms"), _until(value.get("until"))
    if isinstance(until, Moment) and until.at_ms < from_ms:
        raise Invalid("hold.entry", "until.at_ms", until.at_ms, "a time after the one from which it holds")
    return Hold(
        name,
        tuple(map(str, parties)),
        from_ms,
        until,
        _activities(value.get("activities")),
        _area(value.get("area")),
        None if value.get("reason") is None else _text(value.get("reason"), "reason", REASON),
    )


def lift_text(author: str, hold: str, sha256: bytes) -> bytes:
    """The exact bytes that two officers of the author sign; `sha256` is that of the body of the hold."""
    said: dict[str, Value] = {"author": author, "hold": hold, "sha256": ids.base32(sha256)}
    return canonical.write({**said, "type": LIFT, "v": 1})


def subject(text: bytes) -> Subject:
    """What an approval of this lift is over."""
    return Subject("lift", hashlib.sha256(text).digest())


def _write_until(until: Condition) -> dict[str, Value]:
    match until:
        case Talks():
            return {"talks": until.talks}
        case Terms():
            return {"agreement": ids.base32(until.agreement), "version": until.version}
    return {"at_ms": until.at_ms}


def _until(found: Value) -> Condition:
    match found:
        case {"talks": talks, **rest} if not rest:
            ids.unnoun(talks, "t", "until.talks")
            return Talks(str(talks))
        case {"agreement": number, "version": version, **rest} if not rest:
            return Terms(
                ids.unbase32(number, approval.AGREEMENT_ID, "until.agreement"),
                _number(version, "until.version", "a whole number from 1 on", 1),
            )
        case {"at_ms": at_ms, **rest} if not rest:
            return Moment(_moment(at_ms, "until.at_ms"))
    wanted = '{"talks"}, {"agreement", "version"} or {"at_ms"}'
    raise Invalid("hold.entry", "until", sorted(found) if isinstance(found, dict) else found, wanted)


def _activities(found: Value) -> tuple[str, ...] | None:
    if found is None:
        return None
    if not isinstance(found, list) or not 0 < len(found) <= ACTIVITIES:
        raise Invalid("hold.entry", "activities", found, f"1 to {ACTIVITIES} activities; null for all")
    return tuple(_text(each, "activities", TEXT) for each in found)


def _area(found: Value) -> Area | None:
    if found is None:
        return None
    volume = volumes.read(found, "area")
    if (volume.start, volume.end, volume.band, volume.pad) != (None, None, None, Pad()):
        raise Invalid("hold.entry", "area", "times, a band or a pad", "ground and altitudes only")
    return Area(volume.ground, volume.lower, volume.upper)


def _approval(found: Value) -> Approval:
    if not isinstance(found, dict):
        raise Invalid("hold.entry", "approvals", found, "approvals as objects")
    signed = approval.read(canonical.write(found, canonical.HEADER))
    if signed.subject.what != "lift":
        raise Invalid("hold.entry", "approvals", signed.subject.what, "approvals of a lift")
    return signed


def _id(value: Mapping[str, Value]) -> str:
    found = value.get("hold")
    ids.unnoun(found, LETTER, "hold")
    return str(found)


def _moment(found: Value, path: str) -> int:
    return _number(found, path, "a time in ms", 0)


def _number(found: Value, path: str, wanted: str, least: int) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= WHOLE:
        raise Invalid("hold.entry", path, found, wanted)
    return found


def _text(found: Value, path: str, most: int) -> str:
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("hold.entry", path, found, f"one line of 1 to {most} characters, all to be seen")
    if nobody.reached_by(found):
        raise Invalid("hold.entry", path, nobody.FOUND, "a text in which nobody can be found")
    return found
