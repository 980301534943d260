"""What is said about statements: declarations and policies, concerns, claim queries.

    declaration.made          {"area":{…}|null,"basis":…,"declaration":…,"expires_ms":…|null,"from_ms":…,
                               "role":…,"text":…,"version":…}
    declaration.acknowledged  {"declaration":…,"role":…,"version":…}              by the other party
    declaration.responded     {"declaration":…,"role":…,"text":…,"version":…}     by the other party
    declaration.withdrawn     {"declaration":…,"role":…}
    concern.raised            {"assurance":…,"by_ms":…,"concern":…,"precedence":…,"role":…,"text":…}
    concern.acknowledged      {"concern":…,"role":…}                              by the other party
    concern.answered          {"assurance":…,"concern":…,"role":…,"text":…}       by the other party
    concern.accepted          {"answer":{"n":…,"origin":…},"concern":…,"role":…}
    concern.kept_open         {"answer":{"n":…,"origin":…},"by_ms":…,"concern":…,"role":…}
    concern.reminded          {"concern":…,"n":…}                                 by its author's node
    concern.withdrawn         {"concern":…,"role":…}
    claim.asked               {"by_ms":…,"claim":…,"role":…,"what":{…}}
    claim.acknowledged        {"claim":…,"role":…}                                by the other party
    claim.answered            {"answer":…,"claim":…,"expires_ms":…,"role":…,"text":…|null}  by the other party
    claim.withdrawn           {"claim":…,"role":…}

Claim queries in urgent feeds, all else in main ones. The id is `d-` and 26 characters, the same on each line
on which something is said; on a line it is its author's: the same id of the other party is another statement.
`area` is {"activities":[…]|null,"rank":…,"volumes":[…]}. `role` is never a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, Literal, TypeAlias, TypeVar

from msgspec import Struct

from wideberth.desk import statement_fields as fields
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Kind as Feed
from wideberth.model.agreement import PRECEDENCES, Precedence
from wideberth.model.statement import ANSWERS, ASSURANCES, Answer, Area, Assurance, Subject

T = TypeVar("T")

V: Final = 1
Noun = Literal["declaration", "concern", "claim"]
NOUNS: Final[tuple[Noun, ...]] = ("declaration", "concern", "claim")


class Declared(Struct, frozen=True):
    """A version of a declaration, in force from `start` until `expires` (POSIX ms); with an area a policy."""

    id: str
    version: int
    text: str
    basis: str
    start: int
    expires: int | None
    role: str
    area: Area | None = None
    noun: ClassVar[Noun] = "declaration"
    verb: ClassVar[str] = "made"


class Raised(Struct, frozen=True):
    """A concern: what is feared, which assurance is requested, by when it is to be answered."""

    id: str
    text: str
    assurance: str
    precedence: Precedence
    by: int
    role: str
    noun: ClassVar[Noun] = "concern"
    verb: ClassVar[str] = "raised"


class Asked(Struct, frozen=True):
    """Is this yours? To be answered by `by`."""

    id: str
    what: Subject
    by: int
    role: str
    noun: ClassVar[Noun] = "claim"
    verb: ClassVar[str] = "asked"


class Acknowledged(Struct, frozen=True):
    """Somebody of the other party has read it, of a declaration in this version; it says nothing else."""

    noun: Noun
    id: str
    role: str
    version: int | None = None
    verb: ClassVar[str] = "acknowledged"


class Responded(Struct, frozen=True):
    """What the other party says to a version of a declaration."""

    id: str
    version: int
    text: str
    role: str
    noun: ClassVar[Noun] = "declaration"
    verb: ClassVar[str] = "responded"


class Assured(Struct, frozen=True):
    """The other party answers a concern: whether it gives the assurance, and its words."""

    id: str
    given: Assurance
    text: str
    role: str
    noun: ClassVar[Noun] = "concern"
    verb: ClassVar[str] = "answered"


class Accepted(Struct, frozen=True):
    """The author of a concern takes that answer as one."""

    id: str
    answer: Ref
    role: str
    noun: ClassVar[Noun] = "concern"
    verb: ClassVar[str] = "accepted"


class KeptOpen(Struct, frozen=True):
    """With that answer the concern is still open for its author, who waits for another until `by`."""

    id: str
    answer: Ref
    by: int
    role: str
    noun: ClassVar[Noun] = "concern"
    verb: ClassVar[str] = "kept_open"


class Reminded(Struct, frozen=True):
    """The answer to a concern is overdue, the n-th time that its author's node says so."""

    id: str
    n: int
    noun: ClassVar[Noun] = "concern"
    verb: ClassVar[str] = "reminded"


class Claimed(Struct, frozen=True):
    """The other party answers a claim query, in a role; it stands until `expires`."""

    id: str
    answer: Answer
    expires: int
    role: str
    text: str | None = None
    noun: ClassVar[Noun] = "claim"
    verb: ClassVar[str] = "answered"


class Withdrawn(Struct, frozen=True):
    """Its author takes it back."""

    noun: Noun
    id: str
    role: str
    verb: ClassVar[str] = "withdrawn"


Made: TypeAlias = Declared | Raised | Asked
Reply: TypeAlias = Responded | Assured | Claimed
Said: TypeAlias = Made | Reply | Acknowledged | Accepted | KeptOpen | Reminded | Withdrawn

_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "declaration.made": ("area", "basis", "declaration", "expires_ms", "from_ms", "role", "text", "version"),
    "declaration.acknowledged": ("declaration", "role", "version"),
    "declaration.responded": ("declaration", "role", "text", "version"),
    "declaration.withdrawn": ("declaration", "role"),
    "concern.raised": ("assurance", "by_ms", "concern", "precedence", "role", "text"),
    "concern.acknowledged": ("concern", "role"),
    "concern.answered": ("assurance", "concern", "role", "text"),
    "concern.accepted": ("answer", "concern", "role"),
    "concern.kept_open": ("answer", "by_ms", "concern", "role"),
    "concern.reminded": ("concern", "n"),
    "concern.withdrawn": ("concern", "role"),
    "claim.asked": ("by_ms", "claim", "role", "what"),
    "claim.acknowledged": ("claim", "role"),
    "claim.answered": ("answer", "claim", "expires_ms", "role", "text"),
    "claim.withdrawn": ("claim", "role"),
}
KNOWN: Final[Known] = {(name, V): frozenset((*some, "crit")) for name, some in _FIELDS.items()}
KINDS: Final[dict[str, str]] = {name: name.partition(".")[0] for name in _FIELDS}
"""The key of the body that holds the id, by type."""


def type_of(said: Said) -> str:
    """The type of its entry."""
    return f"{said.noun}.{said.verb}"


def feed_of(noun: Noun) -> Feed:
    """The feed in which it is said: claim queries wait behind nothing."""
    return "urgent" if noun == "claim" else "main"


def new(chance: bytes) -> str:
    """The id that 16 random bytes make."""
    return fields.PREFIX + ids.base32(chance)


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `type_of`, its version `V`."""
    value: dict[str, Value] = {said.noun: said.id}
    if not isinstance(said, Reminded):
        value["role"] = said.role
    match said:
        case Declared():
            value |= {"area": None if said.area is None else fields.area(said.area), "basis": said.basis}
            value |= {"expires_ms": said.expires, "from_ms": said.start, "text": said.text}
            value["version"] = said.version
        case Raised():
            value |= {"assurance": said.assurance, "by_ms": said.by, "precedence": said.precedence}
            value["text"] = said.text
        case Asked():
            value |= {"by_ms": said.by, "what": fields.subject(said.what)}
        case Acknowledged() if said.version is not None:
            value["version"] = said.version
        case Responded():
            value |= {"text": said.text, "version": said.version}
        case Assured():
            value |= {"assurance": said.given, "text": said.text}
        case Accepted():
            value["answer"] = fields.ref(said.answer)
        case KeptOpen():
            value |= {"answer": fields.ref(said.answer), "by_ms": said.by}
        case Reminded():
            value["n"] = said.n
        case Claimed():
            value |= {"answer": said.answer, "expires_ms": said.expires, "text": said.text}
    return value


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced`, and as `said`).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        raise Invalid(
            "ledger.not_understood", "type", f"{header.type} in version {header.v}", ", ".join(_FIELDS)
        )
    wanted = "urgent" if KINDS[header.type] == "claim" else "main"
    if header.origin.private or header.origin.kind != wanted:
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, f"in the {wanted} feed of a line")
    return said(header.type, body.value(entry))


def said(of_type: str, value: Mapping[str, Value]) -> Said:
    """What the value of a body of this type says.

    Raises: Invalid (`statement.entry`, `statement.text`, `statement.personal`, `ledger.base32`,
    `ledger.origin`, and as volumes.read_all, ids.notice).
    """
    found = {name: value[name] for name in _FIELDS[of_type] if name in value}
    if len(found) < len(_FIELDS[of_type]):
        raise Invalid("statement.entry", "", sorted(value), f"an object of {', '.join(_FIELDS[of_type])}")
    noun, verb = of_type.split(".")
    of = fields.statement_id(found[noun], noun)
    if verb == "reminded":
        return Reminded(of, fields.number(found["n"], "n", 1))
    by = fields.role(found["role"])
    if verb in ("acknowledged", "withdrawn"):
        return _plain(_noun(noun), verb, of, by, found)
    return _READ[of_type](of, by, found)


def _plain(noun: Noun, verb: str, of: str, by: str, value: Mapping[str, Value]) -> Said:
    if verb == "withdrawn":
        return Withdrawn(noun, of, by)
    version = fields.number(value["version"], "version", 1) if noun == "declaration" else None
    return Acknowledged(noun, of, by, version)


def _declared(of: str, by: str, value: Mapping[str, Value]) -> Declared:
    start, expires = fields.moment(value["from_ms"], "from_ms"), value["expires_ms"]
    end = None if expires is None else fields.moment(expires, "expires_ms")
    if end is not None and end <= start:
        raise Invalid("statement.entry", "expires_ms", end, "later than from_ms, or null")
    return Declared(
        of,
        fields.number(value["version"], "version", 1),
        fields.text(value["text"], "text"),
        fields.text(value["basis"], "basis", fields.BASIS),
        start,
        end,
        by,
        None if value["area"] is None else fields.read_area(value["area"]),
    )


def _raised(of: str, by: str, value: Mapping[str, Value]) -> Raised:
    return Raised(
        of,
        fields.text(value["text"], "text"),
        fields.text(value["assurance"], "assurance", fields.BASIS),
        fields.one_of(value["precedence"], PRECEDENCES, "precedence"),
        fields.moment(value["by_ms"], "by_ms"),
        by,
    )


def _asked(of: str, by: str, value: Mapping[str, Value]) -> Asked:
    return Asked(of, fields.read_subject(value["what"]), fields.moment(value["by_ms"], "by_ms"), by)


def _responded(of: str, by: str, value: Mapping[str, Value]) -> Responded:
    return Responded(
        of, fields.number(value["version"], "version", 1), fields.text(value["text"], "text"), by
    )


def _assured(of: str, by: str, value: Mapping[str, Value]) -> Assured:
    given = fields.one_of(value["assurance"], tuple(ASSURANCES), "assurance")
    return Assured(of, given, fields.text(value["text"], "text"), by)


def _accepted(of: str, by: str, value: Mapping[str, Value]) -> Accepted:
    return Accepted(of, fields.read_ref(value["answer"]), by)


def _kept_open(of: str, by: str, value: Mapping[str, Value]) -> KeptOpen:
    return KeptOpen(of, fields.read_ref(value["answer"]), fields.moment(value["by_ms"], "by_ms"), by)


def _claimed(of: str, by: str, value: Mapping[str, Value]) -> Claimed:
    answer = fields.one_of(value["answer"], tuple(ANSWERS), "answer")
    words = None if value["text"] is None else fields.text(value["text"], "text", fields.SHORT)
    return Claimed(of, answer, fields.moment(value["expires_ms"], "expires_ms"), by, words)


_READ: Final[dict[str, Callable[[str, str, Mapping[str, Value]], Said]]] = {
    "declaration.made": _declared,
    "declaration.responded": _responded,
    "concern.raised": _raised,
    "concern.answered": _assured,
    "concern.accepted": _accepted,
    "concern.kept_open": _kept_open,
    "claim.asked": _asked,
    "claim.answered": _claimed,
}


def _noun(found: str) -> Noun:
    return next(each for each in NOUNS if each == found)
