"""Line checks: is the other node there, and somebody at its desk? Asked on a schedule, or by an officer.

    line.check      {"desk":…}                              in an urgent feed; whether the desk is asked too
    line.checked    {"n":…,"origin":…,"role":…,"rung":…}    the answer to all checks of a feed up to entry n

The first rung is the other node's own answer, which it gives at once: delivered, opened and understood by a
machine. The second is an officer's word there, with the role. An answer counts for what its author had
folded, so that none is given in advance. What silence means: nothing but that the line is to be tried by
other means; never that anything is agreed to.

The state depends on the set of entries alone, whatever their order. `due` and `findings` take the time from
outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Literal, NamedTuple, TypeAlias, cast

from msgspec import Struct, field, structs

from wideberth.desk import nobody
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed

V: Final = 1
ROLE: Final = 64
"""Characters of a role, such as duty officer 2."""
KEPT: Final = 100
"""So many checks of each feed are known; older ones are only in the record."""

Rung = Literal["machine", "desk"]
Stage = Literal["asked", "machine", "desk"]
Signal = Literal["the machine answers", "the desk answers"]

STAGES: Final[dict[Stage, str]] = {
    "asked": "no answer yet",
    "machine": "delivered, and answered by the machine",
    "desk": "answered by the desk",
}
SIGNALS: Final[dict[Signal, str]] = {
    "the machine answers": "the other node has the check, and says so by itself",
    "the desk answers": "an officer there says so, with the role",
}
TABLE: Final[dict[tuple[Stage, Signal], Stage]] = {
    ("asked", "the machine answers"): "machine",
    ("asked", "the desk answers"): "desk",
    ("machine", "the machine answers"): "machine",
    ("machine", "the desk answers"): "desk",
    # the desk's word says the machine's too
    ("desk", "the machine answers"): "desk",
    ("desk", "the desk answers"): "desk",
}
_SIGNAL: Final[dict[Rung, Signal]] = {"machine": "the machine answers", "desk": "the desk answers"}


class Check(Struct, frozen=True):
    """Are you there? `desk`: an officer's answer is asked for too."""

    TYPE: ClassVar = "line.check"
    desk: bool = False


class Checked(Struct, frozen=True):
    """Yes, as of this rung: the answer to all checks of the feed `origin` up to entry `n`."""

    TYPE: ClassVar = "line.checked"
    origin: Origin
    n: int
    rung: Rung
    role: str | None = None


Said: TypeAlias = Check | Checked

KNOWN: Final[Known] = {
    (kind.TYPE, V): frozenset((*kind.__struct_fields__, "crit")) for kind in (Check, Checked)
}


class Terms(Struct, frozen=True):
    """The numbers, as agreed, in ms. A node that asks second waits a while for the other's check."""

    interval_ms: int = 12 * 60 * 60_000
    second_ms: int = 10 * 60_000
    machine_ms: int = 2 * 60_000
    desk_ms: int = 15 * 60_000


class Asked(NamedTuple):
    """A check: the entry `n` of `origin`, when it was asked on its author's clock, and by whom it is to be
    answered.
    """

    origin: Origin
    n: int
    at_ms: int
    desk: bool


class Answer(NamedTuple):
    """The furthest answer of one rung, when it was given on its author's clock, and by which role."""

    n: int
    at_ms: int
    role: str | None


class Finding(NamedTuple):
    """An answer that is overdue: to which check, from whom, and what to do."""

    code: str
    asked: Asked
    words: str


class State(Struct, frozen=True):
    """All checks of a line that count still, and how far each rung has answered them, by the asker's feed."""

    asked: dict[Origin, tuple[Asked, ...]] = field(default_factory=dict)
    answers: dict[tuple[Origin, Rung], Answer] = field(default_factory=dict)


def evolve(state: State, placed: Placed) -> State:
    """What one more entry changes; what says nothing of checks, or nothing that counts, changes nothing."""
    entry, header = placed.entry, placed.entry.header
    if header.type not in (Check.TYPE, Checked.TYPE) or not entry.body:
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    if isinstance(said, Check):
        asked = Asked(header.origin, header.n, header.at_ms, said.desk)
        known = {each.n: each for each in (*state.asked.get(header.origin, ()), asked)}
        newest = tuple(known[n] for n in sorted(known)[-KEPT:])
        return structs.replace(state, asked={**state.asked, header.origin: newest})
    # for its own checks, and for what its author had not seen, it is no answer
    if said.origin.party == header.origin.party or said.n >= placed.folded.get(said.origin, 0):
        return state
    place = said.origin, said.rung
    answer = Answer(said.n, header.at_ms, said.role)
    furthest = max(answer, state.answers.get(place, answer), key=_furthest)
    return structs.replace(state, answers={**state.answers, place: furthest})


def stage(state: State, asked: Asked) -> Stage:
    """How far a check was answered."""
    found: Stage = "asked"
    for rung in _SIGNAL:
        if asked.n <= _upto(state, asked.origin, rung):
            found = TABLE[found, _SIGNAL[rung]]
    return found


def ask(*, desk: bool) -> Check:
    """A check that an officer wants now."""
    return Check(desk)


def answer(state: State, party: str, rung: Rung, role: str | None = None) -> Checked:
    """What this party answers to all that it was asked.

    Raises: Refused (`line_check.none` where nothing waits for this answer), Invalid (`line_check.role`).
    """
    if role is not None and nobody.reached_by(role):
        raise Invalid("line_check.role", "role", nobody.FOUND, "a role, such as duty officer, and no person")
    if (rung == "desk") is not (role is not None and canonical.seen(role, ROLE)):
        raise Invalid(
            "line_check.role", "role", role, f"of the desk a role of 1 to {ROLE} characters, else none"
        )
    for each in reversed(_newest(state)):
        if each.origin.party != party and each.n > _upto(state, each.origin, rung):
            return Checked(each.origin, each.n, rung, role)
    raise Refused("line_check.none", "no check of the other party waits for that answer; accepted: none now")


def unanswered(state: State, party: str, rung: Rung) -> bool:
    """Whether a check of the other party waits for an answer of this one."""
    return any(
        each.origin.party != party and each.n > _upto(state, each.origin, rung) for each in _newest(state)
    )


def due(state: State, line: Line, party: str, since_ms: int, now_ms: int, terms: Terms) -> bool:
    """Whether this party is to ask by itself.

    Both nodes count from the newest check that either asked, by their own entries' times; `since_ms`: from
    when on where there was none. The party whose identity key is the lesser asks first. Nobody asks again
    before an own check is answered.
    """
    mine = [each for each in _newest(state) if each.origin.party == party]
    if any(stage(state, each) == "asked" for each in mine):
        return False
    answered = [each.at_ms for (origin, rung), each in state.answers.items() if origin.party != party]
    # what is dated ahead of now was asked while the clock was wrong, and says nothing of when
    times = [at_ms for at_ms in (*(each.at_ms for each in mine), *answered) if at_ms <= now_ms]
    last_ms = max([since_ms, *times])
    return now_ms >= last_ms + terms.interval_ms + line.rank(party) * terms.second_ms


def findings(state: State, party: str, now_ms: int, terms: Terms) -> tuple[Finding, ...]:
    """Which answers to this party's checks are overdue, the oldest of each rung, and what to do."""
    found: dict[str, Finding] = {}
    for each in (asked for newest in _newest(state) for asked in state.asked[newest.origin]):
        reached = stage(state, each)
        late_ms = now_ms - each.at_ms
        if each.origin.party != party or reached == "desk":
            continue
        if reached == "asked" and late_ms >= terms.machine_ms:
            found.setdefault("machine", _finding("line_check.no_machine", each, late_ms, terms.machine_ms))
        elif each.desk and late_ms >= terms.desk_ms:
            found.setdefault("desk", _finding("line_check.no_desk", each, late_ms, terms.desk_ms))
    return tuple(found.values())


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`."""
    if isinstance(said, Check):
        return {"desk": said.desk}
    return {"n": said.n, "origin": said.origin.text, "role": said.role, "rung": said.rung}


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in an urgent feed of a line,
    `line_check.entry`, `ledger.origin`, and as body.value).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "urgent":
        found = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", found, "in the urgent feed of a line")
    value = body.value(entry)
    if header.type == Checked.TYPE:
        return _checked(value)
    desk = value.get("desk")
    if not isinstance(desk, bool):
        raise Invalid("line_check.entry", "desk", desk, "true or false")
    return Check(desk)


def _checked(value: Mapping[str, Value]) -> Checked:
    n, role, rung = value.get("n"), value.get("role"), value.get("rung")
    if isinstance(n, bool) or not isinstance(n, int) or n < 0:
        raise Invalid("line_check.entry", "n", n, f"a whole number from 0 to {canonical.WHOLE}")
    if not isinstance(rung, str) or rung not in _SIGNAL:
        raise Invalid("line_check.entry", "rung", rung, "machine or desk")
    by_desk = isinstance(role, str) and canonical.seen(role, ROLE)
    if by_desk is not (rung == "desk") or (role is not None and not by_desk):
        raise Invalid("line_check.entry", "role", role, "a role where the desk answers, else null")
    origin = ids.origin(value.get("origin"), "origin")
    return Checked(origin, n, rung, cast("str | None", role))


def _newest(state: State) -> list[Asked]:
    """The newest check of each party, in its newest epoch: whoever answers it has answered all before."""
    found = {origin.party: some[-1] for origin, some in sorted(state.asked.items())}
    return list(found.values())


def _upto(state: State, origin: Origin, rung: Rung) -> int:
    found = state.answers.get((origin, rung))
    return -1 if found is None else found.n


def _furthest(answer: Answer) -> tuple[int, int, str]:
    return answer.n, -answer.at_ms, answer.role or ""


def _finding(code: str, asked: Asked, late_ms: int, allowed_ms: int) -> Finding:
    who, do = _OVERDUE[code]
    minutes = f"for {late_ms // 60_000} min, {allowed_ms // 60_000} min agreed"
    return Finding(code, asked, f"{who} {minutes}. {do}")


_OVERDUE: Final = {
    "line_check.no_machine": (
        "The other node has not answered a line check",
        "Use the fallback channel, call by voice, and enter what was said.",
    ),
    "line_check.no_desk": (
        "Their node has a line check, and nobody at the desk there has answered it",
        "Call by voice, and enter what was said.",
    ),
}
