"""What is said on the hotline: six types of entries in the urgent feeds of a line, each in version 1.

    call.check      {"call":…,"code":"CHECK","fields":{…},"language":…,"precedence":"flash","re":…,"text":…,
                     "to":…}                         the line never holds it back (LINE 12, 15)
    call            the same, with any other code, or null where it is in free words alone
    call.rang       {"call":…,"step":…}              by the other node itself: it rings for these
    call.taken      {"call":…,"language":…,"role":…} a person there has it before them
    call.read_back  {"call":…,"fields":{…},"role":…} and has said its fields again
    call.said       {"answer":…,"call":…,"fields":[…],"role":…}   `fields`: the names that were not understood
    call.ended      {"call":…}                       by its author: nothing more is needed

The reader renders code and fields in its own language; `language` is the author's. What a code means is in
the phrase book (desk.phrases), and so is which fields it has: here any may be, so that a newer book's call
is shown and never dropped. `re` is the call of the other party's that it answers. `to` is a role.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final, TypeAlias, TypeVar

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.line.messages import CHECK as CHECK_TYPE
from wideberth.model.agreement import PRECEDENCES, Precedence
from wideberth.model.call import ANSWERS, CHECK, Answer
from wideberth.model.ring import STEPS, Step

T = TypeVar("T")

V: Final = 1
CALL: Final = 16
"""Bytes of a call's id."""
PREFIX: Final = "k-"
ROLE: Final = 60
"""Characters of a role."""
TEXT: Final = 600
"""Characters of free text, of which each may take four bytes and more."""
NAME: Final = 40
"""Characters of a code, and of the name of a field."""
FIELDS: Final = 16
LANGUAGE: Final = 12


class Called(Struct, frozen=True):
    """A call as it was said. `code` None: free text alone."""

    TYPE: ClassVar = "call"
    call: str
    code: str | None
    fields: dict[str, Value]
    language: str
    precedence: Precedence
    to: str
    text: str | None = None
    re: str | None = None

    @property
    def type(self) -> str:
        """The type of its entry."""
        return CHECK_TYPE if self.code == CHECK else self.TYPE


class Rang(Struct, frozen=True):
    """The other node rings for so many by now."""

    TYPE: ClassVar = "call.rang"
    call: str
    step: Step


class Taken(Struct, frozen=True):
    """A person in this role has it before them, in this language."""

    TYPE: ClassVar = "call.taken"
    call: str
    role: str
    language: str


class ReadBack(Struct, frozen=True):
    """What they have understood of its fields."""

    TYPE: ClassVar = "call.read_back"
    call: str
    fields: dict[str, Value]
    role: str


class Answered(Struct, frozen=True):
    """What they say to it; `fields` are those that were not understood."""

    TYPE: ClassVar = "call.said"
    call: str
    answer: Answer
    role: str
    fields: tuple[str, ...] = ()


class Ended(Struct, frozen=True):
    """Its author needs nothing more."""

    TYPE: ClassVar = "call.ended"
    call: str


Said: TypeAlias = Called | Rang | Taken | ReadBack | Answered | Ended
_KINDS = (Called, Rang, Taken, ReadBack, Answered, Ended)
_FIELDS = {kind.TYPE: frozenset((*kind.__struct_fields__, "crit")) for kind in _KINDS}

KNOWN: Final[Known] = {(kind, V): of for kind, of in {**_FIELDS, CHECK_TYPE: _FIELDS[Called.TYPE]}.items()}
CALLS: Final = frozenset({(Called.TYPE, V), (CHECK_TYPE, V)})
"""The types of a call itself."""


def type_of(said: Said) -> str:
    """The type of its entry."""
    return said.type if isinstance(said, Called) else said.TYPE


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `type_of`, its version `V`."""
    match said:
        case Called():
            return {
                "call": said.call,
                "code": said.code,
                "fields": dict(said.fields),
                "language": said.language,
                "precedence": said.precedence,
                "re": said.re,
                "text": said.text,
                "to": said.to,
            }
        case Rang():
            return {"call": said.call, "step": said.step}
        case Taken():
            return {"call": said.call, "language": said.language, "role": said.role}
        case ReadBack():
            return {"call": said.call, "fields": dict(said.fields), "role": said.role}
        case Answered():
            fields: list[Value] = [*said.fields]
            return {"answer": said.answer, "call": said.call, "fields": fields, "role": said.role}
    return {"call": said.call}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in an urgent feed of a line, `call.id`,
    `call.entry`, and as body.value).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "urgent":
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, "in the urgent feed of a line")
    value = body.value(entry)
    call = call_id(value.get("call"))
    if header.type in (Called.TYPE, CHECK_TYPE):
        said = called(value)
        if said.type != header.type or (said.code == CHECK and said.precedence != "flash"):
            wanted = f"{CHECK} as a flash in {CHECK_TYPE}, and there alone"
            raise Invalid("call.entry", "code", f"{said.code} in {header.type}", wanted)
        return said
    return _READ[header.type](call, value)


def check(said: Said) -> None:
    """Refuse what no reader could read: it would be dropped there, without a word.

    Raises: Invalid (as `read`).
    """
    value = write(said)
    if isinstance(said, Called):
        called(value)
    else:
        _READ[said.TYPE](call_id(said.call), value)


def call_id(found: Value, path: str = "call") -> str:
    """The id of a call, `k-` and 26 characters. Raises: Invalid (`call.id`, `ledger.base32`)."""
    if not isinstance(found, str) or not found.startswith(PREFIX):
        raise Invalid("call.id", path, found, "k- and 26 characters of lower-case base32")
    ids.unbase32(found[len(PREFIX) :], CALL, path)
    return found


def new_call(chance: bytes) -> str:
    """The id that 16 random bytes make."""
    return PREFIX + ids.base32(chance)


def called(value: Mapping[str, Value]) -> Called:
    """What the body of a call says. Raises: Invalid (as `read`)."""
    code, text, re = value.get("code"), value.get("text"), value.get("re")
    if code is None and text is None:
        raise Invalid("call.entry", "text", None, "free text where there is no code")
    return Called(
        call_id(value.get("call")),
        None if code is None else _line(code, "code", NAME),
        fields(value.get("fields")),
        _line(value.get("language"), "language", LANGUAGE),
        _one_of(value, "precedence", PRECEDENCES),
        _line(value.get("to"), "to", ROLE),
        None if text is None else _line(text, "text", TEXT),
        None if re is None else call_id(re, "re"),
    )


def _rang(call: str, value: Mapping[str, Value]) -> Rang:
    return Rang(call, _one_of(value, "step", tuple(STEPS)))


def _taken(call: str, value: Mapping[str, Value]) -> Taken:
    role = _line(value.get("role"), "role", ROLE)
    return Taken(call, role, _line(value.get("language"), "language", LANGUAGE))


def _read_back(call: str, value: Mapping[str, Value]) -> ReadBack:
    return ReadBack(call, fields(value.get("fields")), _line(value.get("role"), "role", ROLE))


def _answered(call: str, value: Mapping[str, Value]) -> Answered:
    names = value.get("fields")
    if not isinstance(names, list) or len(names) > FIELDS:
        raise Invalid("call.entry", "fields", names, f"a list of at most {FIELDS} names of fields")
    some = tuple(_line(each, "fields", NAME) for each in names)
    role = _line(value.get("role"), "role", ROLE)
    return Answered(call, _one_of(value, "answer", tuple(ANSWERS)), role, some)


def _ended(call: str, _: Mapping[str, Value]) -> Ended:
    return Ended(call)


_READ: Final[dict[str, Callable[[str, Mapping[str, Value]], Said]]] = {
    Rang.TYPE: _rang,
    Taken.TYPE: _taken,
    ReadBack.TYPE: _read_back,
    Answered.TYPE: _answered,
    Ended.TYPE: _ended,
}


def fields(found: Value) -> dict[str, Value]:
    """Values by the names of fields. Raises: Invalid (`call.entry`)."""
    if not isinstance(found, dict) or len(found) > FIELDS:
        raise Invalid("call.entry", "fields", found, f"an object of at most {FIELDS} fields")
    return {_line(name, "fields", NAME): each for name, each in found.items()}


def _line(found: Value, path: str, most: int) -> str:
    if not isinstance(found, str) or not canonical.seen(found, most):
        raise Invalid("call.entry", path, found, f"one line of 1 to {most} characters, all to be seen")
    return found


def _one_of(value: Mapping[str, Value], name: str, wanted: tuple[T, ...]) -> T:
    for each in wanted:
        if value.get(name) == each:
            return each
    raise Invalid("call.entry", name, value.get(name), ", ".join(map(str, wanted)))
