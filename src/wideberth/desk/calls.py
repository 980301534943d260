"""The calls of a line, and how far each has come: folded from the entries of its urgent feeds (DESIGN 5).

Only the other party takes a call, reads it back and answers it, having folded it; only its author ends it. A
read-back is compared here, field by field (desk.phrases): both nodes hold the same bytes, so both come to the
same.

What was said to a call by an entry that is disputed, or signed by a revoked key alone, counts where it
restricts: an objection, unclear, unable. That somebody has taken it, has understood it or passes it on does
not, and neither does its end: then it rings again (LINE 14, `judged`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import call_entries, nobody, phrases
from wideberth.desk.call_entries import Answered, Called, Ended, Rang, ReadBack, Said, Taken
from wideberth.desk.case_entries import Ref
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.ids import Line, Origin
from wideberth.ledger.order import Placed
from wideberth.model.call import TRANSITIONS, UNSETTLED, WAITING, Event, Phase
from wideberth.model.ring import Step as Rung

KEPT: Final = 5_000
"""Calls of each party that are held; of older ones all is in the record alone."""
NOWHERE: Final = Ref(Origin(ids.PRIVATE, "", "urgent", 0), 0)
"""The place of a call that is on no line yet."""
SAID: Final = 20
"""Answers to one call that are held, the newest."""
STEPS: Final = 30
"""So much of what was said to a call is held, to be judged again: of what restricts, and of all else."""


class Key(NamedTuple):
    """A call: whose it is, and its id. The other party's call of the same id is another one."""

    by: str
    call: str


class At(NamedTuple):
    """When an entry was made, by its author's clock, and which one it is."""

    at_ms: int
    ref: Ref


class Given(NamedTuple):
    """An answer as it was given, and when."""

    said: Answered
    at: At


class Step(NamedTuple):
    """What was said to a call, and by which entry."""

    said: Said
    at: At


class Call(Struct, frozen=True):
    """A call as it stands.

    Attributes:
        by: its author's name.
        said: what it says; `at` when, and in which entry.
        n: which of the line's calls it is, in their order.
        phase: how far it has come.
        rang: for whom it rings there, and since when by their clock.
        taken: by whom, if anybody; `taken_at` when.
        read_back: what they understood; None as long as they have not said.
        differs: names of fields that they have otherwise, or not, or too many.
        answers: what they said, the oldest first.
        steps: what was said to it, but for what rings, also what changed nothing; the oldest first.
    """

    by: str
    said: Called
    at: At
    n: int = 0
    phase: Phase = "sent"
    rang: tuple[tuple[Rung, int], ...] = ()
    taken: Taken | None = None
    taken_at: At | None = None
    read_back: ReadBack | None = None
    differs: tuple[str, ...] = ()
    answers: tuple[Given, ...] = ()
    ended: At | None = None
    steps: tuple[Step, ...] = ()

    @property
    def key(self) -> Key:
        """Which one it is."""
        return Key(self.by, self.said.call)

    @property
    def waiting(self) -> bool:
        """Whether nobody has taken it: it climbs."""
        return self.phase in WAITING


class State(Struct, frozen=True):
    """The calls of a line that are held: by author and id.

    `order` has those of an author by number, `kept` the first of these numbers that is held and the next one;
    `placed` counts all of them. `open` are those in which somebody waits for a word.
    """

    line: Line
    calls: Map[Key, Call] = Map()
    order: Map[tuple[str, int], Key] = Map()
    kept: Map[str, tuple[int, int]] = Map()
    placed: int = 0
    open: Map[Key, None] = Map()

    def sorted(self) -> list[Call]:
        """As they are placed, the oldest first."""
        return sorted(self.calls.values(), key=lambda each: each.n)


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold; what is no call, cannot be read or does not fit changes nothing."""
    entry = placed.entry
    if not body.understood(entry, call_entries.KNOWN):
        return state
    try:
        said = call_entries.read(entry)
    except Invalid:
        return state
    header = entry.header
    party, at = header.origin.party, At(header.at_ms, Ref(header.origin, header.n))
    if isinstance(said, Called):
        return _called(state, Call(party, said, at))
    by = party if isinstance(said, Ended) else state.line.other(party)
    found = state.calls.get(Key(by, said.call))
    if found is None:
        return state
    where = found.at.ref
    if by != party and placed.folded.get(where.origin, 0) <= where.n:
        return state  # nobody answers what is not before them
    if placed.disputed and not restricts(found, said):
        return state
    return _with(state, step(found, said, at))


def step(call: Call, said: Said, at: At) -> Call:
    """What an entry makes of a call; the table says which do anything."""
    event, differs = _event(call, said)
    after = TRANSITIONS[call.phase].get(event)
    if isinstance(said, Rang):
        if after is None or said.step in dict(call.rang):
            return call
        return structs.replace(call, phase=after, rang=(*call.rang, (said.step, at.at_ms)))
    # also what does nothing now: it does where what was before it turns out to be void
    call = structs.replace(call, steps=_held(call, Step(said, at)))
    if after is None:
        return call
    match said:
        case Taken():
            return structs.replace(call, phase=after, taken=said, taken_at=at)
        case ReadBack():
            return structs.replace(call, phase=after, read_back=said, differs=differs)
        case Answered():
            answers = (*call.answers, Given(said, at))[-SAID:]
            return structs.replace(call, phase=after, answers=answers)
    return structs.replace(call, phase=after, ended=at)


def _held(call: Call, new: Step) -> tuple[Step, ...]:
    """The steps with one more; of too many of its sort the oldest goes: neither sort drives out the other."""
    steps, sort = (*call.steps, new), restricts(call, new.said)
    same = [n for n, each in enumerate(steps) if restricts(call, each.said) is sort]
    return steps if len(same) <= STEPS else steps[: same[0]] + steps[same[0] + 1 :]


def restricts(call: Call, said: Said) -> bool:
    """Whether it counts in doubt: that it rings there, and whatever settles nothing."""
    return _event(call, said)[0] in _RESTRICT


def judged(call: Call, void: Callable[[Ref], bool]) -> Call:
    """The call without what settles it and is void; itself where nothing of it is.

    `void` says whether only a revoked key has signed an entry, by all papers that are known by now.
    """
    if not any(void(each.at.ref) for each in call.steps if not restricts(call, each.said)):
        return call
    again = Call(call.by, call.said, call.at, call.n, "ringing" if call.rang else "sent", call.rang)
    for each in call.steps:
        if restricts(call, each.said) or not void(each.at.ref):
            again = step(again, each.said, each.at)
    return again


_RESTRICT: Final[tuple[Event, ...]] = ("rang", "read back otherwise", "objection", "unclear", "unable")


def _event(call: Call, said: Said) -> tuple[Event, tuple[str, ...]]:
    match said:
        case Rang():
            return "rang", ()
        case Taken():
            return "taken", ()
        case ReadBack():
            compared = phrases.compare(call.said.fields, said.fields)
            differs = tuple(each.name for each in compared if each.result != "matched")
            return "read back otherwise" if differs else "read back", differs
        case Answered():
            return said.answer, ()
    return "ended", ()


def _called(state: State, call: Call) -> State:
    """One more call; one of an id that its author has used already changes nothing."""
    key = call.key
    if key in state.calls:
        return state
    first, last = state.kept.get(call.by, (0, 0))
    order, calls = state.order.set((call.by, last), key), state.calls
    waiting = state.open.set(key, None)
    if last + 1 - first > KEPT:
        # the author's own oldest goes: who floods the line pushes out nothing of the other party's
        gone = order[call.by, first]
        order, calls, first = order.delete((call.by, first)), calls.delete(gone), first + 1
        waiting = waiting.delete(gone) if gone in waiting else waiting
    return structs.replace(
        state,
        calls=calls.set(key, structs.replace(call, n=state.placed)),
        order=order,
        kept=state.kept.set(call.by, (first, last + 1)),
        placed=state.placed + 1,
        open=waiting,
    )


def _with(state: State, call: Call) -> State:
    key = call.key
    waiting = state.open
    if call.phase in UNSETTLED:
        waiting = waiting.set(key, None)
    elif key in waiting:
        waiting = waiting.delete(key)
    return structs.replace(state, calls=state.calls.set(key, call), open=waiting)


# what people of a party say


def call(said: Called) -> Called:
    """A new call, as it may be said.

    Raises: Invalid (`call.role`, `call.personal`, `call.entry`, `call.id`).
    """
    role(said.to, "to")
    call_entries.check(said)
    if said.text is not None and nobody.reached_by(said.text):
        raise Invalid("call.personal", "text", nobody.FOUND, "roles and places: an entry stays for ever")
    return said


def take(found: Call, party: str, said: Taken) -> Taken:
    """Raises: Refused (`call.own`, `call.ended`, `call.taken`), Invalid (`call.role`, `call.entry`)."""
    role(said.role, "role")
    call_entries.check(said)
    _theirs(found, party)
    if not found.waiting:
        taken = found.taken.role if found.taken else found.phase
        raise Refused("call.taken", f"this call is taken already: {taken}; accepted: read it back, or answer")
    return said


def read_back(found: Call, party: str, said: ReadBack) -> ReadBack:
    """Raises: Refused (`call.own`, `call.ended`), Invalid (`call.role`, `call.entry`)."""
    role(said.role, "role")
    call_entries.check(said)
    _theirs(found, party)
    return said


def answer(found: Call, party: str, said: Answered) -> Answered:
    """Raises: Refused (`call.own`, `call.ended`, `call.unclear`), Invalid (`call.role`, `call.fields`)."""
    role(said.role, "role")
    _theirs(found, party)
    unknown = sorted(set(said.fields) - set(found.said.fields))
    if unknown:
        wanted = ", ".join(sorted(found.said.fields)) or "none: it has no fields"
        raise Invalid("call.fields", "fields", ", ".join(unknown), wanted)
    if said.answer not in TRANSITIONS[found.phase]:
        words = "what was read back is not what was said"
        raise Refused(
            "call.unclear", f"{words}; accepted: read it back right, unclear, unable or an objection"
        )
    return said


def end(found: Call, party: str) -> Ended:
    """Raises: Refused (`call.not_own`, `call.ended`)."""
    if found.by != party:
        raise Refused("call.not_own", "only who made a call says that nothing more is needed")
    _open(found)
    return Ended(found.said.call)


def role(text: str, path: str) -> str:
    """A role, never a person. Raises: Invalid (`call.role`)."""
    if nobody.reached_by(text):
        raise Invalid("call.role", path, nobody.FOUND, "a role, such as duty officer, and no person")
    if not canonical.seen(text, call_entries.ROLE):
        raise Invalid("call.role", path, text, f"a role of 1 to {call_entries.ROLE} characters")
    return text


def _theirs(found: Call, party: str) -> None:
    if found.by == party:
        raise Refused("call.own", "this is a call of this party's; accepted: one of the other party's")
    _open(found)


def _open(found: Call) -> None:
    if found.phase == "ended":
        raise Refused("call.ended", "its author needs nothing more; accepted: a new call")
