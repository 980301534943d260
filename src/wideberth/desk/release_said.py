"""What is said about releases in the main feeds of a line: five types of entries, each in version 1.

    release            {"approvals":[…],"caveats":{…},"exercise":…,"index":…,"release":…,"sha256":…,"size":…,
                        "title":…}
    release.taken      {"release":…,"role":…,"sha256":…}
    release.recalled   {"reason":…,"release":…}
    onward.asked       {"about":{"id":…,"kind":…,"version":…},"asked":…,"reason":…,"recipient":…,
                        "records":[…],"until_ms":…}
    onward.answered    {"answer":…,"approvals":[…],"asked":…,"reason":…,"until_ms":…}

The copy itself, a zip of `size` bytes with this SHA-256, stands in `part` entries before the first of them;
`index` is the SHA-256 of the `release.json` in it, which two officers of its author have signed. The
recipient says that its officer has `taken` it; its author, that it is recalled.

`onward.asked` is put to the party that told it: may these records of what it told go on to this recipient?
`records` are the numbers of records of a release; empty: all of it, and of everything else. Two officers of
that party sign, before they consent, no entry but canonical JSON

    {"about":{…},"asked":…,"asker":…,"originator":…,"records":[…],"recipient":…,"sha256":…,
     "type":"wideberth.onward","until_ms":…,"v":1}

whose `sha256` is that of the body of the asking. Silence is no consent, and a later answer takes the place of
an earlier one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import Struct

from wideberth.desk.release_fields import (
    RECORDS,
    TITLE,
    V,
    members,
    name,
    number,
    one_of,
    read_approvals,
    read_caveats,
    release_id,
    shown,
    what,
    write_approvals,
    write_caveats,
    yes_no,
)
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, parts
from wideberth.ledger.approval import Approval, Subject
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.release import Answer, Caveats

LETTER: Final = "o"
REASON: Final = 300
CONSENT: Final = "wideberth.onward"
ANSWERS: Final[tuple[Answer, ...]] = ("consent", "decline")
Subjects = Literal["notice", "sites", "statement", "talks", "release"]
SUBJECTS: Final[tuple[Subjects, ...]] = ("notice", "sites", "statement", "talks", "release")


class Given(Struct, frozen=True):
    """A release, to the other party of this line.

    Attributes:
        release: its id.
        title: what it is called.
        caveats: what holds of all of it.
        index: SHA-256 of its `release.json`.
        sha256, size: of the zip that stands in the parts before, size in bytes.
        approvals: officers' signatures over the index; two count.
        exercise: whether it is of an exercise.
    """

    TYPE: ClassVar = "release"
    release: str
    title: str
    caveats: Caveats
    index: bytes
    sha256: bytes
    size: int
    approvals: tuple[Approval, ...]
    exercise: bool = False

    @property
    def subject(self) -> Subject:
        """What its author's officers have signed."""
        return Subject("release", self.index)


class Taken(Struct, frozen=True):
    """An officer of the recipient's, in this role, has taken the copy with this SHA-256."""

    TYPE: ClassVar = "release.taken"
    release: str
    sha256: bytes
    role: str


class Recalled(Struct, frozen=True):
    """Its author takes it back: it is not to be used any more."""

    TYPE: ClassVar = "release.recalled"
    release: str
    reason: str | None = None


class About(Struct, frozen=True):
    """What somebody was told: of a kind, by its id on that line, in a version (1 for what has none)."""

    kind: Subjects
    id: str
    version: int = 1


class Asked(Struct, frozen=True):
    """May this go on to a recipient?

    Attributes:
        asked: the id of the asking, `o-` and 26 characters.
        about: what the other party has told.
        recipient: to whom, by name.
        records: numbers of records of a release, in order; empty: all.
        until_ms: until when consent is asked for.
        reason: why, if the author wants to say.
    """

    TYPE: ClassVar = "onward.asked"
    asked: str
    about: About
    recipient: str
    records: tuple[int, ...]
    until_ms: int
    reason: str | None = None


class Answered(Struct, frozen=True):
    """What the originator says: consent until a time, with two officers' signatures, or not."""

    TYPE: ClassVar = "onward.answered"
    asked: str
    answer: Answer
    until_ms: int | None = None
    approvals: tuple[Approval, ...] = ()
    reason: str | None = None


Said: TypeAlias = Given | Taken | Recalled | Asked | Answered

KNOWN: Final[Known] = {
    (Given.TYPE, V): frozenset(
        {"approvals", "caveats", "crit", "exercise", "index", "release", "sha256", "size", "title"}
    ),
    (Taken.TYPE, V): frozenset({"crit", "release", "role", "sha256"}),
    (Recalled.TYPE, V): frozenset({"crit", "reason", "release"}),
    (Asked.TYPE, V): frozenset({"about", "asked", "crit", "reason", "recipient", "records", "until_ms"}),
    (Answered.TYPE, V): frozenset({"answer", "approvals", "asked", "crit", "reason", "until_ms"}),
}
NOUNS: Final = {
    **{kind.TYPE: "release" for kind in (Given, Taken, Recalled)},
    **{kind.TYPE: "asked" for kind in (Asked, Answered)},
}
"""Which field of a body names the noun."""


def new_asking(chance: bytes) -> str:
    """The id of a new asking, of 16 random bytes."""
    return ids.noun(LETTER, chance)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`ledger.approval`).
    """
    match said:
        case Given():
            return {
                "approvals": write_approvals(said.approvals),
                "caveats": write_caveats(said.caveats),
                "exercise": said.exercise,
                "index": ids.base32(said.index),
                "release": said.release,
                "sha256": ids.base32(said.sha256),
                "size": said.size,
                "title": said.title,
            }
        case Taken():
            return {"release": said.release, "role": said.role, "sha256": ids.base32(said.sha256)}
        case Recalled():
            return {"reason": said.reason, "release": said.release}
        case Asked():
            return {
                "about": _write_about(said.about),
                "asked": said.asked,
                "reason": said.reason,
                "recipient": said.recipient,
                "records": list(said.records),
                "until_ms": said.until_ms,
            }
    return {
        "answer": said.answer,
        "approvals": write_approvals(said.approvals),
        "asked": said.asked,
        "reason": said.reason,
        "until_ms": said.until_ms,
    }


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

    Raises: Invalid (`release.entry`, `ledger.noun`, `ledger.base32`, `ledger.approval`).
    """
    if of_type == Asked.TYPE:
        return _asked(value)
    if of_type == Answered.TYPE:
        return _answered(value)
    release = release_id(value.get("release"))
    if of_type == Recalled.TYPE:
        return Recalled(release, _reason(value))
    sha256 = ids.unbase32(value.get("sha256"), ids.HASH, "sha256")
    if of_type == Taken.TYPE:
        return Taken(release, sha256, name(value.get("role"), "role"))
    return Given(
        release,
        name(value.get("title"), "title", TITLE),
        read_caveats(value.get("caveats")),
        ids.unbase32(value.get("index"), ids.HASH, "index"),
        sha256,
        number(value.get("size"), "size", 1, parts.WHOLE),
        read_approvals(value.get("approvals")),
        yes_no(value.get("exercise"), "exercise"),
    )


def consent_text(asker: str, originator: str, said: Asked, until_ms: int) -> bytes:
    """The exact bytes that two officers of the originator sign to consent until a time."""
    records: list[Value] = list(said.records)
    value: dict[str, Value] = {
        "about": _write_about(said.about),
        "asked": said.asked,
        "asker": asker,
        "originator": originator,
        "recipient": said.recipient,
        "records": records,
        "sha256": ids.base32(hashlib.sha256(canonical.write(write(said))).digest()),
        "type": CONSENT,
        "until_ms": until_ms,
        "v": 1,
    }
    return canonical.write(value)


def subject(text: bytes) -> Subject:
    """What an approval of this consent is over."""
    return Subject("release", hashlib.sha256(text).digest())


def _write_about(about: About) -> dict[str, Value]:
    return {"id": about.id, "kind": about.kind, "version": about.version}


def _asked(value: Mapping[str, Value]) -> Asked:
    about = members(value.get("about"), ("id", "kind", "version"), "about")
    found = value.get("records")
    if not isinstance(found, list) or len(found) > RECORDS:
        raise Invalid("release.entry", "records", what(found), f"at most {RECORDS:,} numbers")
    records = tuple(number(each, "records", 1, RECORDS) for each in found)
    kind = one_of(about["kind"], "about.kind", SUBJECTS)
    if list(records) != sorted(set(records)) or (records and kind != "release"):
        raise Invalid("release.entry", "records", what(found), "numbers of records of a release, in order")
    return Asked(
        _asking_id(value),
        About(kind, shown(about["id"], "about.id"), number(about["version"], "about.version", 1)),
        name(value.get("recipient"), "recipient"),
        records,
        number(value.get("until_ms"), "until_ms"),
        _reason(value),
    )


def _answered(value: Mapping[str, Value]) -> Answered:
    answer, until = one_of(value.get("answer"), "answer", ANSWERS), value.get("until_ms")
    approvals = read_approvals(value.get("approvals"), least=0)
    consent = answer == "consent"
    if consent is not (until is not None) or consent is not bool(approvals):
        raise Invalid("release.entry", "until_ms", what(until), "a time and approvals with a consent only")
    return Answered(
        _asking_id(value),
        answer,
        None if until is None else number(until, "until_ms"),
        approvals,
        _reason(value),
    )


def _asking_id(value: Mapping[str, Value]) -> str:
    found = value.get("asked")
    ids.unnoun(found, LETTER, "asked")
    return str(found)


def _reason(value: Mapping[str, Value]) -> str | None:
    found = value.get("reason")
    return None if found is None else name(found, "reason", REASON)
