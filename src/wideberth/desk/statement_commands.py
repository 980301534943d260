"""What a party may say about statements, now: each gives what is to be entered, or says why not.

Acknowledging says that somebody has read it, and nothing else. Nothing here agrees to anything.
"""

from __future__ import annotations

from typing import Final, TypeVar

from msgspec import structs

from wideberth.desk import statement_entries, statements
from wideberth.desk.case_entries import Ref
from wideberth.desk.statement_entries import (
    Accepted,
    Acknowledged,
    Asked,
    Assured,
    Claimed,
    Declared,
    KeptOpen,
    Made,
    Raised,
    Responded,
    Said,
    Withdrawn,
)
from wideberth.desk.statements import KEPT, State, Statement
from wideberth.errors import Invalid, Refused
from wideberth.ledger import canonical
from wideberth.model.statement import Answer, Assurance

S = TypeVar("S", bound=Said)

YEAR_MS: Final = 366 * 86_400_000
LONGEST_MS: Final = 10 * YEAR_MS
"""How far ahead anything may be due, or expire: what is further is a slip."""


def make(state: State, party: str, said: Made, now_ms: int) -> Made:
    """State something new, or the next version of an own declaration.

    Raises: Invalid (`statement.time`, and as `checked`), Refused (`statement.full`, `statement.over`,
    `statement.other_kind`).
    """
    _check_times(said, now_ms)
    known = state.all.get((party, said.id))
    if known is None:
        waits = [each for each in state.of(party, said.noun) if each.phase != "withdrawn"]
        if len(waits) >= KEPT[said.noun]:
            words = f"{len(waits)} of this kind stand on this line; accepted: one more, when one is withdrawn"
            raise Refused("statement.full", words)
        return checked(said)
    if not isinstance(said, Declared) or not isinstance(known.said, Declared):
        raise Refused(
            "statement.other_kind", "only a declaration or a policy has versions; accepted: a new one"
        )
    if known.phase == "withdrawn":
        raise _over(known)
    if (said.area is None) is not (known.said.area is None):
        words = "a declaration stays one, and a policy a policy; accepted: a new one"
        raise Refused("statement.other_kind", words)
    return checked(structs.replace(said, version=max(said.version, known.said.version + 1)))


def acknowledge(state: State, party: str, of: str, role: str) -> Acknowledged:
    """Somebody has read a statement of the other party's.

    Raises: Invalid (`statement.none`, and as `checked`), Refused (`statement.over`,
    `statement.acknowledged`).
    """
    found = theirs(state, party, of)
    if found.acknowledged is not None:
        raise Refused("statement.acknowledged", "this version is acknowledged; accepted: an answer to it")
    version = found.said.version if isinstance(found.said, Declared) else None
    return checked(Acknowledged(found.said.noun, of, role, version))


def respond(state: State, party: str, of: str, text: str, role: str) -> Responded:
    """Say something to a declaration or policy of the other party's.

    Raises: Invalid (`statement.none`, and as `checked`), Refused (`statement.over`,
    `statement.other_kind`).
    """
    found = theirs(state, party, of)
    if not isinstance(found.said, Declared):
        raise _other(found)
    return checked(Responded(of, found.said.version, text, role))


def assure(state: State, party: str, of: str, given: Assurance, text: str, role: str) -> Assured:
    """Answer a concern of the other party's. Raises: as `respond`."""
    found = theirs(state, party, of)
    if not isinstance(found.said, Raised):
        raise _other(found)
    return checked(Assured(of, given, text, role))


def claim(
    state: State, party: str, of: str, answer: Answer, expires: int, role: str, text: str | None, now_ms: int
) -> Claimed:
    """Answer a claim query of the other party's; it stands until `expires` (POSIX ms).

    Raises: as `respond`; Invalid (`statement.time`).
    """
    found = theirs(state, party, of)
    if not isinstance(found.said, Asked):
        raise _other(found)
    _to_come(expires, "expires", now_ms)
    return checked(Claimed(of, answer, expires, role, text))


def accept(state: State, party: str, of: str, answer: int | None, role: str) -> Accepted:
    """Take the answer to an own concern as one; by its entry, the newest if none is named.

    Raises: Invalid (`statement.none`, and as `checked`), Refused (`statement.over`,
    `statement.other_kind`, `statement.no_answer`, `statement.newer_answer`).
    """
    return checked(Accepted(of, _judged(state, party, of, answer), role))


def keep_open(
    state: State, party: str, of: str, answer: int | None, by: int, role: str, now_ms: int
) -> KeptOpen:
    """Say that an own concern is still open with that answer, and by when another is due.

    Raises: as `accept`; Invalid (`statement.time`).
    """
    found = _judged(state, party, of, answer)
    _to_come(by, "by", now_ms)
    return checked(KeptOpen(of, found, by, role))


def withdraw(state: State, party: str, of: str, role: str) -> Withdrawn:
    """Take an own statement back.

    Raises: Invalid (`statement.none`, and as `checked`), Refused (`statement.over`).
    """
    found = own(state, party, of)
    return checked(Withdrawn(found.said.noun, of, role))


def own(state: State, party: str, of: str) -> Statement:
    """An own statement that stands. Raises: Invalid (`statement.none`), Refused (`statement.over`)."""
    found = state.all.get((party, of))
    if found is None:
        raise Invalid("statement.none", "statement", of, "an own statement on this line: wideberth say list")
    if found.phase == "withdrawn":
        raise _over(found)
    return found


def theirs(state: State, party: str, of: str) -> Statement:
    """One of the other party's that stands. Raises: as `own`."""
    other = next(each for each in state.line.parties if each != party)
    found = state.all.get((other, of))
    if found is None:
        wanted = "a statement of the other party's on this line: wideberth say list"
        raise Invalid("statement.none", "statement", of, wanted)
    if found.phase == "withdrawn":
        raise _over(found)
    return found


def checked(said: S) -> S:
    """The same, as an entry of it is read. Raises: Invalid (as canonical.write, statement_entries.said)."""
    value = statement_entries.write(said)
    urgent = statement_entries.feed_of(said.noun) == "urgent"
    canonical.write(value, canonical.URGENT if urgent else canonical.BODY)
    statement_entries.said(statement_entries.type_of(said), value)
    return said


def _judged(state: State, party: str, of: str, answer: int | None) -> Ref:
    found = own(state, party, of)
    if not isinstance(found.said, Raised):
        raise _other(found)
    if found.answer is None or statements.phase(found, 0) not in (
        "answered",
        "still open",
        "accepted as answered",
    ):
        raise Refused("statement.no_answer", "nothing was answered to this concern; accepted: when it is")
    if answer is not None and answer != found.answer.ref.n:
        raise Refused(
            "statement.newer_answer", "there is another answer since; accepted: a word about that one"
        )
    return found.answer.ref


def _check_times(said: Made, now_ms: int) -> None:
    if not isinstance(said, Declared):
        _to_come(said.by, "by", now_ms)
    elif said.expires is not None:
        _to_come(said.expires, "expires", now_ms)


def _to_come(at_ms: int, path: str, now_ms: int) -> None:
    if not now_ms < at_ms <= now_ms + LONGEST_MS:
        raise Invalid("statement.time", path, at_ms, "a moment to come, within ten years")


def _over(found: Statement) -> Refused:
    return Refused("statement.over", f"this {found.kind} is withdrawn; accepted: a new one")


def _other(found: Statement) -> Refused:
    return Refused("statement.other_kind", f"this is a {found.kind}; accepted: what is said to one")
