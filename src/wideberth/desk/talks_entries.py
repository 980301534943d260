"""What is said about talks in the main feeds of a line: eight types of entries, each in version 1.

    talks             {"agenda":[…],"at_ms":…,"parties":[…],"place":…,"talks":…,"title":…,"version":…}
    talks.answer      {"answer":…,"at_ms":…,"by":…,"talks":…,"version":…}    of a version
    talks.attendance  {"by":…,"roles":[…],"talks":…}               each party says it of its own people: roles
    talks.minutes     {"by":…,"sha256":…,"talks":…,"text":…,"version":…}
    talks.signed      {"by":…,"sha256":…,"talks":…}
    talks.differs     {"by":…,"differences":…,"sha256":…,"talks":…}
    talks.outcome     {"agreement":…,"by":…,"communique":…,"talks":…}
    talks.called_off  {"by":…,"talks":…}

`by` is the party that proposed the talks: the other one's talks of the same id are others. The text of
minutes stands in the entry where it fits, else in `part` entries before it that make the same SHA-256; their
`version` is that of the party whose text it is. Each party says all of it with the same bytes on each line
that it has with a party of the talks. Of people there are roles, never names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import nobody
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.model.talks import REPLIES, Invitation, Reply

V: Final = 1
LETTER: Final = "t"
TEXT: Final = 200
"""Characters of a title, a place, an item of the agenda."""
ROLE: Final = 64
ITEMS: Final = 50
"""Items of an agenda; roles that attend."""
PARTIES: Final = 20
INLINE: Final = 30_000
"""Bytes of minutes that stand in the entry; escaped as JSON they still fit a body."""
LARGEST: Final = 1_000_000
"""Bytes of minutes."""
DIFFERENCES: Final = 8_000
"""Characters of what a party says about where it differs."""


class Proposed(Struct, frozen=True):
    """A version of talks: the first proposes them, the next ones amend them."""

    TYPE: ClassVar = "talks"
    said: Invitation


class Answered(Struct, frozen=True):
    """What the author says to a version; `at_ms` is another time that it proposes."""

    TYPE: ClassVar = "talks.answer"
    talks: str
    by: str
    version: int
    answer: Reply
    at_ms: int | None = None


class Attended(Struct, frozen=True):
    """They were held, and these roles of the author's were there."""

    TYPE: ClassVar = "talks.attendance"
    talks: str
    by: str
    roles: tuple[str, ...]


class Minuted(Struct, frozen=True):
    """The author's text of the minutes: its SHA-256, and its bytes unless in parts."""

    TYPE: ClassVar = "talks.minutes"
    talks: str
    by: str
    version: int
    sha256: bytes
    text: str | None = None


class Signed(Struct, frozen=True):
    """The author takes this very text for the minutes."""

    TYPE: ClassVar = "talks.signed"
    talks: str
    by: str
    sha256: bytes


class Differed(Struct, frozen=True):
    """The author does not take this text for the minutes, and says where it differs."""

    TYPE: ClassVar = "talks.differs"
    talks: str
    by: str
    sha256: bytes
    differences: str


class Outcome(Struct, frozen=True):
    """What came of them, as the author sees it: terms by their SHA-256, a communiqué by its id."""

    TYPE: ClassVar = "talks.outcome"
    talks: str
    by: str
    agreement: bytes | None = None
    communique: str | None = None


class CalledOff(Struct, frozen=True):
    """They do not take place, says the author."""

    TYPE: ClassVar = "talks.called_off"
    talks: str
    by: str


Said: TypeAlias = Proposed | Answered | Attended | Minuted | Signed | Differed | Outcome | CalledOff
_ABOUT: Final = (Answered, Attended, Minuted, Signed, Differed, Outcome, CalledOff)

KNOWN: Final[Known] = {
    (Proposed.TYPE, V): frozenset(
        {"agenda", "at_ms", "crit", "parties", "place", "talks", "title", "version"}
    ),
    **{(kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in _ABOUT},
}


def new_id(chance: bytes) -> str:
    """The id of new talks, of 16 random bytes."""
    return ids.noun(LETTER, chance)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    if isinstance(said, Proposed):
        made = said.said
        return {
            "agenda": list(made.agenda),
            "at_ms": made.at_ms,
            "parties": list(made.parties),
            "place": made.place,
            "talks": made.id,
            "title": made.title,
            "version": made.version,
        }
    about: dict[str, Value] = {"by": said.by, "talks": said.talks}
    match said:
        case Answered():
            return {**about, "answer": said.answer, "at_ms": said.at_ms, "version": said.version}
        case Attended():
            return {**about, "roles": list(said.roles)}
        case Minuted():
            digest = ids.base32(said.sha256)
            return {**about, "sha256": digest, "text": said.text, "version": said.version}
        case Signed():
            return {**about, "sha256": ids.base32(said.sha256)}
        case Differed():
            return {**about, "differences": said.differences, "sha256": ids.base32(said.sha256)}
        case Outcome():
            terms = None if said.agreement is None else ids.base32(said.agreement)
            return {**about, "agreement": terms, "communique": said.communique}
    return about


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in a main feed of a line, and as
    read_value).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, "in the main feed of a line")
    return read_value(header.type, body.value(entry))


def read_value(of_type: str, value: Mapping[str, Value]) -> Said:
    """What the body of one of these types says.

    Raises: Invalid (`talks.entry`, `ledger.noun`, `ledger.base32`).
    """
    talks = _id(value)
    if of_type == Proposed.TYPE:
        return Proposed(_invitation(talks, value))
    by = _party(value.get("by"), "by")
    if of_type == Answered.TYPE:
        return _answer(talks, by, value)
    if of_type == Attended.TYPE:
        return Attended(talks, by, _texts(value, "roles", ROLE))
    if of_type == Outcome.TYPE:
        terms, communique = value.get("agreement"), value.get("communique")
        sha256 = None if terms is None else ids.unbase32(terms, ids.HASH, "agreement")
        text = None if communique is None else _text(communique, "communique")
        if sha256 is None and text is None:
            raise Invalid("talks.entry", "agreement", None, "an agreement, a communiqué, or both")
        return Outcome(talks, by, sha256, text)
    if of_type == CalledOff.TYPE:
        return CalledOff(talks, by)
    sha256 = ids.unbase32(value.get("sha256"), ids.HASH, "sha256")
    if of_type == Signed.TYPE:
        return Signed(talks, by, sha256)
    if of_type == Differed.TYPE:
        return Differed(talks, by, sha256, checked_text(value.get("differences"), "differences", DIFFERENCES))
    return Minuted(talks, by, _version(value), sha256, _minutes(value.get("text"), sha256))


_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def checked_text(found: object, path: str, most: int) -> str:
    """A text of several lines, that steers no screen and in which nobody can be found.

    Raises: Invalid (`talks.entry`).
    """
    if not isinstance(found, str) or not 0 < len(found) <= most or not found.strip():
        shown = f"{len(found):,} characters" if isinstance(found, str) else found
        raise Invalid("talks.entry", path, shown, f"a text of 1 to {most:,} characters")
    if _CONTROLS.search(found):
        wanted = "lines without characters that steer a screen or turn a text around"
        raise Invalid("talks.entry", path, "one that steers", wanted)
    if nobody.reached_by(found):
        raise Invalid("talks.entry", path, nobody.FOUND, "a text in which nobody can be found")
    return found


def _invitation(talks: str, value: Mapping[str, Value]) -> Invitation:
    parties, place = value.get("parties"), value.get("place")
    if not isinstance(parties, list) or not 1 < len(parties) <= PARTIES:
        raise Invalid("talks.entry", "parties", parties, f"2 to {PARTIES} parties")
    names = tuple(_party(each, "parties") for each in parties)
    if len(set(names)) != len(names):
        raise Invalid("talks.entry", "parties", parties, "each party once")
    return Invitation(
        talks,
        _version(value),
        _text(value.get("title"), "title"),
        _texts(value, "agenda", TEXT),
        _moment(value.get("at_ms"), "at_ms"),
        names,
        None if place is None else _text(place, "place"),
    )


def _answer(talks: str, by: str, value: Mapping[str, Value]) -> Answered:
    found, at_ms = value.get("answer"), value.get("at_ms")
    if at_ms is not None:
        at_ms = _moment(at_ms, "at_ms")
    for each in REPLIES:
        if found == each:
            if (at_ms is None) is (each == "another time"):
                raise Invalid("talks.entry", "at_ms", at_ms, "a time with: another time; else null")
            return Answered(talks, by, _version(value), each, at_ms)
    raise Invalid("talks.entry", "answer", found, ", ".join(REPLIES))


def _minutes(found: Value, sha256: bytes) -> str | None:
    if found is None:
        return None
    text = checked_text(found, "text", INLINE)
    if hashlib.sha256(text.encode()).digest() != sha256:
        raise Invalid("talks.entry", "text", "another SHA-256", "the text of this SHA-256")
    return text


def _id(value: Mapping[str, Value]) -> str:
    found = value.get("talks")
    ids.unnoun(found, LETTER, "talks")
    return str(found)


def _party(found: Value, path: str) -> str:
    ids.unbase32(found, ids.HASH, path)
    return str(found)


def _version(value: Mapping[str, Value]) -> int:
    found = value.get("version")
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= WHOLE:
        raise Invalid("talks.entry", "version", found, "a whole number from 1 on")
    return found


def _moment(found: Value, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= WHOLE:
        raise Invalid("talks.entry", path, found, "a time in ms")
    return found


def _texts(value: Mapping[str, Value], path: str, most: int) -> tuple[str, ...]:
    found = value.get(path)
    if not isinstance(found, list) or not 0 < len(found) <= ITEMS:
        raise Invalid("talks.entry", path, found, f"1 to {ITEMS} lines")
    return tuple(_text(each, path, most) for each in found)


def _text(found: Value, path: str, most: int = TEXT) -> str:
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("talks.entry", path, found, f"one line of 1 to {most} characters, all to be seen")
    if nobody.reached_by(found):
        raise Invalid("talks.entry", path, nobody.FOUND, "a text in which nobody can be found")
    return found
