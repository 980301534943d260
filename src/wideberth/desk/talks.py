"""Talks of a line: arranged, attended, minuted, signed or differed from. What an officer may do with them.

On a line there are two parties, and what is judged is what stands between these two; talks of more parties
stand on each of their lines. A text of the minutes is both parties' when both have signed that very text.
What silence means: nothing. Who has not answered has agreed to no meeting, and who has not signed to no text.

The state depends on the set of entries alone, in their order. It does not hold the texts of minutes, only
where they stand.
"""

from __future__ import annotations

import hashlib
from typing import Final

from immutables import Map
from msgspec import Struct, structs

from wideberth.desk import talks_entries
from wideberth.desk.case_entries import Ref
from wideberth.desk.talks_entries import (
    Answered,
    Attended,
    CalledOff,
    Differed,
    Minuted,
    Outcome,
    Proposed,
    Said,
    Signed,
)
from wideberth.errors import Invalid, Refused
from wideberth.ledger import body, parts
from wideberth.ledger.entries import Part
from wideberth.ledger.ids import Line
from wideberth.ledger.order import Placed
from wideberth.model.talks import OVER, TRANSITIONS, Event, Invitation, Phase, Reply

KEPT: Final = 200
"""Talks that one party may have proposed on a line; more are only in the record."""
TEXTS: Final = 20
"""Texts of minutes that one party may put in the same talks; more are only in the record."""

Word = Signed | Differed


class Minutes(Struct, frozen=True):
    """A text of the minutes: whose, its SHA-256, and the entry that says so."""

    by: str
    version: int
    sha256: bytes
    ref: Ref
    at_ms: int


class Answer(Struct, frozen=True):
    """What a party has said to a version, last."""

    version: int
    answer: Reply
    at_ms: int | None


class Talks(Struct, frozen=True):
    """Talks as they stand between the two parties of a line.

    `by` proposed them; `ref` is where the newest version stands. `answers`, `attendance`, `words` (on the
    minutes), `outcomes` are what each party said last. `off` has called them off.
    """

    by: str
    said: Invitation
    ref: Ref
    at_ms: int
    answers: Map[str, Answer] = Map()
    attendance: Map[str, tuple[str, ...]] = Map()
    minutes: tuple[Minutes, ...] = ()
    words: Map[str, Word] = Map()
    outcomes: Map[str, Outcome] = Map()
    off: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Who proposed them, and their id."""
        return self.by, self.said.id


class State(Struct, frozen=True):
    """The talks of a line, by who proposed them and their id."""

    line: Line
    talks: Map[tuple[str, str], Talks] = Map()


def evolve(state: State, placed: Placed) -> State:
    """The step of the fold: what the printed table does not have changes nothing."""
    entry, header = placed.entry, placed.entry.header
    if placed.disputed or not body.understood(entry, talks_entries.KNOWN):
        return state
    try:
        said = talks_entries.read(entry)
    except Invalid:
        return state  # kept and shown as what it is; nothing of it counts
    author, ref = header.origin.party, Ref(header.origin, header.n)
    if isinstance(said, Proposed):
        return _proposed(state, author, said.said, ref, header.at_ms)
    known = state.talks.get((said.by, said.talks))
    if known is None or not may(state.line, known, said, author):
        return state
    if isinstance(said, Minuted):
        made = Minutes(author, said.version, said.sha256, ref, header.at_ms)
        return _with(state, structs.replace(known, minutes=(*known.minutes, made)))
    return _with(state, _with_said(known, author, said))


def phase(line: Line, talks: Talks) -> Phase:
    """Where talks stand between the two parties of a line."""
    if talks.off is not None:
        return "called off"
    if agreed_text(line, talks) is not None:
        return "signed"
    if any(isinstance(each, Differed) for each in talks.words.values()):
        return "differing"
    if talks.minutes:
        return "minuted"
    if talks.attendance:
        return "held"
    answer = talks.answers.get(_other(line, talks.by))
    if answer is None or answer.version != talks.said.version:
        return "proposed"
    answers: dict[Reply, Phase] = {
        "attend": "arranged",
        "another time": "another time",
        "decline": "declined",
    }
    return answers[answer.answer]


def agreed_text(line: Line, talks: Talks) -> bytes | None:
    """The SHA-256 of the text that both have signed; None while there is none."""
    one, other = (talks.words.get(party) for party in line.parties)
    both = isinstance(one, Signed) and isinstance(other, Signed) and one.sha256 == other.sha256
    return one.sha256 if both and one is not None else None


def over(state: State, talks: str) -> bool:
    """Whether talks of this id were held, and what came of them is on record: what a hold may wait for."""
    return any(phase(state.line, each) in OVER for (_, name), each in state.talks.items() if name == talks)


def may(line: Line, talks: Talks, said: Said, author: str) -> bool:
    """Whether an entry of `author` about talks counts where they stand."""
    now = phase(line, talks)
    if isinstance(said, Outcome):
        return now in OVER  # no step: it says what came of them
    if _EVENTS[type(said)] not in TRANSITIONS[now]:
        return False
    match said:
        case Answered():
            return author != talks.by and said.version == talks.said.version
        case Minuted():
            mine = [each for each in talks.minutes if each.by == author]
            newest = max((each.version for each in mine), default=0)
            return len(mine) < TEXTS and said.version > newest
        case Signed():
            return any(each.sha256 == said.sha256 for each in talks.minutes)
        case Differed():
            return any(each.sha256 == said.sha256 and each.by != author for each in talks.minutes)
    return True


def propose(state: State, author: str, said: Invitation) -> Proposed:
    """Propose talks, or give own ones their next version.

    Raises: Invalid (`talks.entry` for a party that is not of this line, `talks.none`, and as
    talks_entries.read_value), Refused (`talks.not_now`, `talks.full`).
    """
    talks_entries.read_value(Proposed.TYPE, talks_entries.write(Proposed(said)))
    missing = [each for each in state.line.parties if each not in said.parties]
    if missing:
        raise Invalid("talks.entry", "parties", list(said.parties), f"also {missing[0]}, a party of the line")
    known = state.talks.get((author, said.id))
    if known is None:
        if said.version != 1:
            raise Invalid("talks.none", "talks", said.id, "talks that this party has proposed")
        if sum(by == author for by, _ in state.talks) >= KEPT:
            raise Refused("talks.full", f"{KEPT} talks are on this line; accepted: those that are proposed")
        return Proposed(said)
    _check_now(state.line, known, "amended")
    if said.version <= known.said.version:
        raise Refused("talks.not_now", f"version {known.said.version} is there; accepted: a later one")
    return Proposed(said)


def say(state: State, known: Talks, said: Said, author: str) -> Said:
    """What an officer says about talks, if it counts now.

    Raises: Invalid (as talks_entries.read_value), Refused (`talks.not_now`, `talks.unknown_text`).
    """
    talks_entries.read_value(said.TYPE, talks_entries.write(said))
    if isinstance(said, Outcome):
        if not may(state.line, known, said, author):
            words = f"these talks are {phase(state.line, known)}"
            raise Refused("talks.not_now", f"{words}; accepted: when the minutes are signed or differed from")
        return said
    _check_now(state.line, known, _EVENTS[type(said)])
    if isinstance(said, Answered) and author == known.by:
        raise Refused("talks.not_now", "who proposed the talks does not answer them; accepted: amend them")
    if not may(state.line, known, said, author):
        if isinstance(said, Signed | Differed):
            of = "" if isinstance(said, Signed) else " from the other party"
            words = f"no text{of} of SHA-256 {said.sha256.hex()} is among the minutes"
            raise Refused("talks.unknown_text", f"{words}; accepted: one that wideberth talks show has")
        raise Refused("talks.not_now", "the talks have moved on; accepted: as wideberth talks show has them")
    return said


def minute(known: Talks, author: str, text: str) -> tuple[Part | Minuted, ...]:
    """The next text of the minutes from a party; a large one in parts.

    Raises: Invalid (`talks.entry`).
    """
    talks_entries.checked_text(text, "text", talks_entries.LARGEST)
    data = text.encode()
    version = 1 + max((each.version for each in known.minutes if each.by == author), default=0)
    about = (known.said.id, known.by, version, hashlib.sha256(data).digest())
    if len(data) <= talks_entries.INLINE:
        return (Minuted(*about, text),)
    return (*parts.split(data), Minuted(*about))


_EVENTS: Final[dict[type[Said], Event]] = {
    Proposed: "amended",
    Answered: "answered",
    Attended: "attended",
    Minuted: "minuted",
    Signed: "signed",
    Differed: "differed",
    CalledOff: "called off",
}


def _proposed(state: State, author: str, said: Invitation, ref: Ref, at_ms: int) -> State:
    if any(each not in said.parties for each in state.line.parties):
        return state
    known = state.talks.get((author, said.id))
    if known is None:
        if said.version != 1 or sum(by == author for by, _ in state.talks) >= KEPT:
            return state
        return _with(state, Talks(author, said, ref, at_ms))
    if said.version <= known.said.version or "amended" not in TRANSITIONS[phase(state.line, known)]:
        return state
    return _with(state, structs.replace(known, said=said, ref=ref, at_ms=at_ms))


def _with_said(known: Talks, author: str, said: Said) -> Talks:
    match said:
        case Answered():
            made = Answer(said.version, said.answer, said.at_ms)
            return structs.replace(known, answers=known.answers.set(author, made))
        case Attended():
            return structs.replace(known, attendance=known.attendance.set(author, said.roles))
        case Signed() | Differed():
            return structs.replace(known, words=known.words.set(author, said))
        case Outcome():
            return structs.replace(known, outcomes=known.outcomes.set(author, said))
    return structs.replace(known, off=author)


def _with(state: State, talks: Talks) -> State:
    return structs.replace(state, talks=state.talks.set(talks.key, talks))


def _other(line: Line, party: str) -> str:
    return next(each for each in line.parties if each != party)


def _check_now(line: Line, known: Talks, event: Event) -> None:
    now = phase(line, known)
    if event not in TRANSITIONS[now]:
        possible = ", ".join(TRANSITIONS[now]) or "nothing more: other talks have an id of their own"
        raise Refused("talks.not_now", f"not {event}: these talks are {now}; accepted: {possible}")
