"""What a party enters about its manual lines (LINE 21): in its private feed, and on a line the peer joined.

In the private feed, each in version 1. `at_claimed_ms` is when it was, as the officer says; when it was
entered is the entry's own `at_ms`. Roles, never names.

    manual.opened   {"channel":…,"label":…,"language":…,"level":…,"manual":…,"preset":…}
    manual.told     {"at_claimed_ms":…,"language":…,"manual":…,"notice":…,"read_back":…,"sha256":…,"to":…,
                     "version":…,"what":…}
    manual.answer   {"answer":…,"at_claimed_ms":…,"by":…,"language":…,"manual":…,"notice":…,"version":…}
    manual.call     {"at_claimed_ms":…,"language":…,"manual":…,"mine":…,"precedence":…,"role":…,"words":…}
    manual.plan     {"activity":…,"at_claimed_ms":…,"by":…,"callsign":…,"label":…,"manual":…,"plan":…,
                     "sha256":…,"state":…,"version":…,"volumes":…}
    manual.joined   {"line":…,"manual":…}
    manual.case     as manual_case_entries has it

In the main feed of a line, each in version 1: the history of a manual line, offered to the party that it was
to, and what that party says of each row.

    manual.history      {"rows":[{"answer":…,"at_claimed_ms":…,"at_ms":…,"case":…,"language":…,
                         "notice":…,"read_back":…,"role":…,"sha256":…,"version":…,"what":…}…]}
    manual.confirmed    {"n":…,"origin":…,"role":…,"rows":["confirmed"…]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, TypeAlias

from msgspec import Struct

from wideberth.desk import call_entries, manual_case_entries, volumes
from wideberth.desk.case_entries import Ref
from wideberth.desk.manual_case_entries import CaseSaid
from wideberth.desk.manual_fields import WHAT, V, language, number, one_of, text
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids, parts
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.entries import Part
from wideberth.model.agreement import PRECEDENCES, Precedence
from wideberth.model.manual import ANSWERS, CHANNELS, LEVELS, READ_BACKS, Answer, Channel, Level, ReadBack
from wideberth.model.plan import STATES, Plan, State
from wideberth.model.separation import PRESETS

ROWS: Final = 40
"""Rows of one entry of history: with the longest texts a body holds them."""
INLINE: Final = 48_000
DEEPEST: Final = 16
WORDS: Final = ("confirmed", "disputed", "not known")
"""What the peer says of a row."""


class Opened(Struct, frozen=True):
    """A manual line; `preset` names the separation by which its plans are compared here."""

    TYPE: ClassVar = "manual.opened"
    manual: str
    label: str
    channel: Channel
    language: str
    level: Level
    preset: str


class Told(Struct, frozen=True):
    """A version of a notice was told or sent: the text with this SHA-256, `what` in a few words."""

    TYPE: ClassVar = "manual.told"
    manual: str
    notice: str
    version: int
    sha256: bytes
    what: str
    to: str
    at_claimed_ms: int
    language: str
    read_back: ReadBack


class Answered(Struct, frozen=True):
    """What the far end said to a version of a notice."""

    TYPE: ClassVar = "manual.answer"
    manual: str
    notice: str
    version: int
    answer: Answer
    by: str
    at_claimed_ms: int
    language: str


class Called(Struct, frozen=True):
    """Something else that was said on it: by us (`mine`) or to us, in a few words.

    `code` and `fields`: in the phrase book's, if it was so; `heard`: the fields as they were read back, None
    where nothing was.
    """

    TYPE: ClassVar = "manual.call"
    manual: str
    mine: bool
    precedence: Precedence
    words: str
    role: str
    at_claimed_ms: int
    language: str
    code: str | None = None
    fields: dict[str, Value] = {}
    heard: dict[str, Value] | None = None


class Planned(Struct, frozen=True):
    """A plan of the far end's, as this party's officer has understood it."""

    TYPE: ClassVar = "manual.plan"
    manual: str
    plan: Plan
    version: int
    by: str
    at_claimed_ms: int


class Joined(Struct, frozen=True):
    """The far end has a line now."""

    TYPE: ClassVar = "manual.joined"
    manual: str
    line: str


class Row(Struct, frozen=True):
    """Something that was told (then `answer` is None) or answered, as it is offered for confirmation.

    `at_ms`: when it was entered. `sha256`, `what`, `read_back` are None of an answer. `case`: it was said of
    this one, by us or by them; `sha256` is None of what they said.
    """

    notice: str
    version: int
    role: str
    at_claimed_ms: int
    at_ms: int
    language: str
    sha256: bytes | None = None
    what: str | None = None
    read_back: ReadBack | None = None
    answer: Answer | None = None
    case: str | None = None


class History(Struct, frozen=True):
    """Rows of a manual line, offered on the line to the party that it was to."""

    TYPE: ClassVar = "manual.history"
    rows: tuple[Row, ...]


class Confirmed(Struct, frozen=True):
    """What an officer in this role says of each row of an entry of history."""

    TYPE: ClassVar = "manual.confirmed"
    history: Ref
    rows: tuple[str, ...]
    role: str


Private: TypeAlias = Opened | Told | Answered | Called | Planned | Joined | CaseSaid
Said: TypeAlias = History | Confirmed

KNOWN: Known = {
    (History.TYPE, V): frozenset(("crit", "rows")),
    (Confirmed.TYPE, V): frozenset(("crit", "n", "origin", "role", "rows")),
}
"""On a line."""
PRIVATE: Final = frozenset(each.TYPE for each in (Opened, Told, Answered, Called, Planned, Joined, CaseSaid))


def write(said: Private | Said) -> tuple[tuple[Part, ...], dict[str, Value]]:
    """The parts that come before, if any, and the value of the body; the entry's type is `said.TYPE`.

    Raises: Invalid (`ledger.part` for volumes that no parts hold).
    """
    match said:
        case Planned():
            return _write_plan(said)
        case CaseSaid():
            return (), manual_case_entries.write(said)
        case History():
            return (), {"rows": [_write_row(each) for each in said.rows]}
        case Confirmed():
            value: dict[str, Value] = {"n": said.history.n, "origin": said.history.origin.text}
            return (), {**value, "role": said.role, "rows": list(said.rows)}
        case _:
            fields = {name: getattr(said, name) for name in said.__struct_fields__}
            return (), {
                k: ids.base32(each) if isinstance(each, bytes) else each for k, each in fields.items()
            }


def read_private(entry: Entry, before: Sequence[Part] = ()) -> Private:
    """What an entry of the private feed says; `before` are the parts of its volumes.

    Raises: Invalid (`manual.entry`, and as volumes.read, ids.notice, ids.unbase32), and as parts.join.
    """
    value, of_type = body.value(entry), entry.header.type
    if of_type == CaseSaid.TYPE:
        return manual_case_entries.read(entry)
    manual = str(value.get("manual"))
    ids.unbase32(manual, ids.HASH, "manual")
    if of_type == Opened.TYPE:
        return Opened(
            manual,
            text(value.get("label"), "label"),
            one_of(value.get("channel"), "channel", CHANNELS),
            language(value.get("language")),
            one_of(value.get("level"), "level", LEVELS),
            one_of(value.get("preset"), "preset", tuple(PRESETS)),
        )
    if of_type == Joined.TYPE:
        return Joined(manual, str(value.get("line")))
    at_ms = number(value.get("at_claimed_ms"), "at_claimed_ms", 0)
    if of_type == Planned.TYPE:
        return _read_plan(value, manual, at_ms, before)
    spoken = language(value.get("language"))
    if of_type == Called.TYPE:
        mine, words = value.get("mine"), text(value.get("words"), "words", WHAT)
        precedence = one_of(value.get("precedence"), "precedence", PRECEDENCES)
        role = text(value.get("role"), "role")
        code, heard = value.get("code"), value.get("heard")
        return Called(
            manual,
            mine is True,
            precedence,
            words,
            role,
            at_ms,
            spoken,
            None if code is None else text(code, "code"),
            call_entries.fields(value.get("fields")),
            None if heard is None else call_entries.fields(heard),
        )
    notice, version = _notice(value)
    if of_type == Answered.TYPE:
        answer, by = one_of(value.get("answer"), "answer", ANSWERS), text(value.get("by"), "by")
        return Answered(manual, notice, version, answer, by, at_ms, spoken)
    return Told(
        manual,
        notice,
        version,
        ids.unbase32(value.get("sha256"), ids.HASH, "sha256"),
        text(value.get("what"), "what", WHAT),
        text(value.get("to"), "to"),
        at_ms,
        spoken,
        one_of(value.get("read_back"), "read_back", READ_BACKS),
    )


def read(entry: Entry) -> Said:
    """What an entry of a line says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in a main feed of a line,
    `manual.entry`, and as ids.notice, ids.origin, ids.unbase32).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        raise Invalid("ledger.misplaced", "origin", header.origin.text, "in the main feed of a line")
    value = body.value(entry)
    rows = value.get("rows")
    if not isinstance(rows, list) or not 0 < len(rows) <= ROWS:
        raise Invalid("manual.entry", "rows", type(rows).__name__, f"a list of 1 to {ROWS} rows")
    if header.type == History.TYPE:
        return History(tuple(_read_row(each, f"rows[{i}]") for i, each in enumerate(rows)))
    ref = Ref(ids.origin(value.get("origin"), "origin"), number(value.get("n"), "n", 0))
    said = tuple(one_of(each, f"rows[{i}]", WORDS) for i, each in enumerate(rows))
    return Confirmed(ref, said, text(value.get("role"), "role"))


def parts_of(entry: Entry) -> bytes | None:
    """SHA-256 of the volumes that came before in parts; None where there are none."""
    found = body.value(entry).get("sha256") if entry.header.type == Planned.TYPE else None
    return None if found is None else ids.unbase32(found, ids.HASH, "sha256")


def _notice(value: Mapping[str, Value]) -> tuple[str, int]:
    ids.notice(value.get("notice"))
    return str(value["notice"]), number(value.get("version"), "version", 1)


def _write_row(row: Row) -> dict[str, Value]:
    sha256 = None if row.sha256 is None else ids.base32(row.sha256)
    return {
        "answer": row.answer,
        "at_claimed_ms": row.at_claimed_ms,
        "at_ms": row.at_ms,
        "case": row.case,
        "language": row.language,
        "notice": row.notice,
        "read_back": row.read_back,
        "role": row.role,
        "sha256": sha256,
        "version": row.version,
        "what": row.what,
    }


_ROW: Final = sorted(Row.__struct_fields__)


def _read_row(found: Value, path: str) -> Row:
    if not isinstance(found, dict) or sorted(found) != _ROW:
        raise Invalid("manual.entry", path, type(found).__name__, f"an object of {', '.join(_ROW)}")
    notice, version = _notice(found)
    answered, case = found["answer"] is not None, found["case"]
    if case is not None:
        ids.unbase32(case, ids.HASH, f"{path}.case")
    # what they said of a case has no text of ours
    needed = ("read_back", "what") if case is not None and not answered else ("read_back", "sha256", "what")
    if any((found[name] is None) is not answered for name in needed) or (answered and case is not None):
        raise Invalid("manual.entry", path, "both or neither", "what was told, or what was answered")
    return Row(
        notice,
        version,
        text(found["role"], f"{path}.role"),
        number(found["at_claimed_ms"], f"{path}.at_claimed_ms", 0),
        number(found["at_ms"], f"{path}.at_ms", 0),
        language(found["language"], f"{path}.language"),
        None if found["sha256"] is None else ids.unbase32(found["sha256"], ids.HASH, f"{path}.sha256"),
        None if answered else text(found["what"], f"{path}.what", WHAT),
        None if answered else one_of(found["read_back"], f"{path}.read_back", READ_BACKS),
        one_of(found["answer"], f"{path}.answer", ANSWERS) if answered else None,
        None if case is None else str(case),
    )


def _write_plan(said: Planned) -> tuple[tuple[Part, ...], dict[str, Value]]:
    plan, shown = said.plan, volumes.write_all(said.plan.volumes)
    data = canonical.write(shown, parts.WHOLE, DEEPEST)
    cut = () if len(data) <= INLINE else parts.split(data)
    return cut, {
        "activity": plan.activity,
        "at_claimed_ms": said.at_claimed_ms,
        "by": said.by,
        "callsign": plan.callsign,
        "label": plan.label,
        "manual": said.manual,
        "plan": plan.id,
        "sha256": ids.base32(cut[0].sha256) if cut else None,
        "state": plan.state,
        "version": said.version,
        "volumes": None if cut else shown,
    }


def _read_plan(value: Mapping[str, Value], manual: str, at_ms: int, before: Sequence[Part]) -> Planned:
    shown = value.get("volumes")
    if shown is None:
        shown = canonical.parse(parts.join(before), parts.WHOLE, DEEPEST)
    ids.plan(value.get("plan"))
    state: State = one_of(value.get("state"), "state", STATES)
    plan = Plan(
        party=manual,
        id=str(value["plan"]),
        volumes=volumes.read_all(shown),
        activity=str(value.get("activity")),
        state=state,
        label=str(value.get("label")),
        callsign=str(value.get("callsign")),
    )
    return Planned(
        manual, plan, number(value.get("version"), "version", 1), text(value.get("by"), "by"), at_ms
    )
