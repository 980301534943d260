"""What is said of the blind check in the main feeds of a line: seven types of entries, each in version 1.

    blind.committed       {"from_ms":…,"key":…,"level":…,"masked":…,"n":…,"plans":…,"proof":…,"role":…,
                           "round":…,"rules":…,"session":…,"signature":…}
    blind.result          {"filled":…,"matches":…,"n":…,"role":…,"round":…,"session":…,"signature":…}
    blind.ended           {"count":…,"outcome":…,"session":…,"until_ms":…,"why":…}
    blind.matched         {"cells":[{"cell":…,"notices":[…]},…],"session":…}
    blind.audit.asked     {"approvals":[…],"call":…,"case":…,"cell":…,"round":…,"session":…}
    blind.audit.agreed    the same, by the other side: it agrees to this very question
    blind.audit.answered  {"call":…,"case":…,"cell":…,"present":…,"proof":…,"round":…,"session":…}

The first two are the messages COMMIT and RESULT of blind.messages; the sets themselves are in no feed. A
session is `b-` and base32 of its 16 bytes; a cell is its term in hex; all other bytes are base32. `filled`
are the bits of the `n` matches (the term that both must have among them), the first one the highest of its
byte, null where there is none; `signature` is null where the feed alone signs. `why` is null but of "not
clear", and `count` but of a run that only counts. An audit is for one case or one call, and the other of the
two is null (desk.blind_audit_entries).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import ClassVar, Final, NamedTuple, TypeAlias

from msgspec import Struct

from wideberth.blind import messages
from wideberth.blind.messages import Commit, Result
from wideberth.blind.rules import STEP, Role
from wideberth.desk import blind_audit_entries as audits
from wideberth.desk import blind_fields as fields
from wideberth.desk.blind_audit_entries import Agreed, Answered, Asked
from wideberth.errors import Invalid
from wideberth.ledger import body, canonical, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value
from wideberth.model.blind import OUTCOMES, Outcome

V: Final = 1
FILLED: Final = 300_000
"""Matches of one round that a result can be said of: their bits fit a body."""
NOTICES: Final = 1_000
"""Notices of one cell in an entry; more are said in the next one."""
CELLS: Final = 60_000
"""Bytes of the cells of an entry: with the rest they fit a body."""
ROLES: Final[tuple[Role, ...]] = ("a", "b")
_WHY: Final = re.compile("[a-z_]{1,40}")


class Committed(Struct, frozen=True):
    """The author is bound to a set, a key and its plans before it learns anything of a round."""

    TYPE: ClassVar = "blind.committed"
    commit: Commit


class Compared(Struct, frozen=True):
    """What matched in a round, as the author has it."""

    TYPE: ClassVar = "blind.result"
    result: Result


class Ended(Struct, frozen=True):
    """The run is over for its author.

    `why`: of "not clear", a code without `blind.`; else empty. `until_ms`: where the horizon ends, POSIX ms.
    `count`: of a run that only counts, how many cells matched.
    """

    TYPE: ClassVar = "blind.ended"
    session: str
    outcome: Outcome
    until_ms: int
    why: str = ""
    count: int | None = None


class Cell(NamedTuple):
    """A matched cell (its term, 17 bytes), and the author's notices that have a plan in it, sorted."""

    term: bytes
    notices: tuple[str, ...]


class Matched(Struct, frozen=True):
    """What the author has in cells that matched, in the order of their terms; more may follow."""

    TYPE: ClassVar = "blind.matched"
    session: str
    cells: tuple[Cell, ...]


Said: TypeAlias = Committed | Compared | Ended | Matched | Asked | Agreed | Answered

_COMMIT: Final = (
    "from_ms", "key", "level", "masked", "n", "plans", "proof", "role", "round", "rules", "session",
    "signature",
)  # fmt: skip
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    Committed.TYPE: _COMMIT,
    Compared.TYPE: ("filled", "matches", "n", "role", "round", "session", "signature"),
    Ended.TYPE: ("count", "outcome", "session", "until_ms", "why"),
    Matched.TYPE: ("cells", "session"),
    **audits.FIELDS,
}
KNOWN: Final[Known] = {(name, V): frozenset({*names, "crit"}) for name, names in _FIELDS.items()}


def write(said: Said) -> dict[str, Value]:
    """The value of the body; the entry's type is `said.TYPE`, its version `V`.

    Raises: Invalid (`blind.entry` for more matches than an entry holds, `ledger.approval`).
    """
    match said:
        case Committed():
            return _write_commit(said.commit)
        case Compared():
            return _write_result(said.result)
        case Ended():
            return {
                "count": said.count,
                "outcome": said.outcome,
                "session": said.session,
                "until_ms": said.until_ms,
                "why": said.why or None,
            }
        case Matched():
            return {"cells": [_write_cell(each) for each in said.cells], "session": said.session}
    return audits.write(said)


def read(entry: Entry) -> Said:
    """What an entry of one of these types says.

    Raises: Invalid (`ledger.not_understood`, `ledger.misplaced` but in a main feed of a line, `blind.entry`,
    `ledger.noun`, `ledger.notice`, `ledger.base32`, `ledger.approval`).
    """
    header = entry.header
    if not body.understood(entry, KNOWN):
        wanted = ", ".join(sorted(kind for kind, _ in KNOWN))
        raise Invalid("ledger.not_understood", "type", f"{header.type} in version {header.v}", wanted)
    if header.origin.private or header.origin.kind != "main":
        where = f"{header.type} in {header.origin.text}"
        raise Invalid("ledger.misplaced", "origin", where, "in the main feed of a line")
    return _READ[header.type](body.value(entry))


def matched(session: str, cells: Iterable[Cell]) -> list[Matched]:
    """Cells, each once, and what the author has in them, as entries that fit.

    One without a notice is left out.
    """
    said: list[list[Cell]] = []
    size = CELLS
    for cell in sorted(cells):
        for at in range(0, len(cell.notices), NOTICES):
            part = Cell(cell.term, cell.notices[at : at + NOTICES])
            more = len(canonical.write(_write_cell(part))) + 1
            # of one cell in several parts each is in an entry of its own: an entry names a cell once
            if size + more > CELLS or at:
                said.append([])
                size = 0
            said[-1].append(part)
            size += more
    return [Matched(session, tuple(each)) for each in said]


def _write_commit(commit: Commit) -> dict[str, Value]:
    return {
        "from_ms": commit.from_ms,
        "key": ids.base32(commit.key),
        "level": commit.level,
        "masked": ids.base32(commit.masked),
        "n": commit.n,
        "plans": ids.base32(commit.plans),
        "proof": ids.base32(commit.proof),
        "role": commit.role,
        "round": commit.round,
        "rules": ids.base32(commit.rules),
        "session": fields.session_id(commit.session),
        "signature": fields.write_bytes(commit.signature),
    }


def _write_result(result: Result) -> dict[str, Value]:
    if len(result.filled) > FILLED:
        raise Invalid("blind.entry", "filled", f"{len(result.filled):,} matches", f"at most {FILLED:,}")
    return {
        "filled": fields.write_bits(result.filled),
        "matches": ids.base32(result.matches),
        "n": len(result.filled),
        "role": result.role,
        "round": result.round,
        "session": fields.session_id(result.session),
        "signature": fields.write_bytes(result.signature),
    }


def _write_cell(cell: Cell) -> dict[str, Value]:
    return {"cell": cell.term.hex(), "notices": list(cell.notices)}


def _committed(value: Mapping[str, Value]) -> Committed:
    level = fields.number(value, "level", 0, fields.DEEPEST)
    if level % STEP:
        raise Invalid("blind.entry", "level", level, f"a multiple of {STEP}")
    return Committed(
        Commit(
            session=fields.session_bytes(value),
            round=fields.round_(value),
            role=fields.one_of(value, "role", ROLES),
            level=level,
            n=fields.number(value, "n", 1, messages.MOST),
            key=fields.read_bytes(value, "key", messages.POINT),
            masked=fields.read_bytes(value, "masked", ids.HASH),
            plans=fields.read_bytes(value, "plans", ids.HASH),
            proof=fields.read_bytes(value, "proof", messages.PROOF),
            rules=fields.read_bytes(value, "rules", ids.HASH),
            from_ms=fields.number(value, "from_ms", 0),
            signature=fields.signature(value),
        )
    )


def _compared(value: Mapping[str, Value]) -> Compared:
    return Compared(
        Result(
            session=fields.session_bytes(value),
            round=fields.round_(value),
            role=fields.one_of(value, "role", ROLES),
            matches=fields.read_bytes(value, "matches", ids.HASH),
            filled=fields.read_bits(value, "filled", fields.number(value, "n", 0, FILLED)),
            signature=fields.signature(value),
        )
    )


def _ended(value: Mapping[str, Value]) -> Ended:
    outcome, why = fields.one_of(value, "outcome", tuple(OUTCOMES)), value.get("why")
    if outcome != "not clear":
        if why is not None:
            raise Invalid("blind.entry", "why", why, "null: a reason is only of not clear")
    elif not isinstance(why, str) or not _WHY.fullmatch(why):
        raise Invalid("blind.entry", "why", why, "1 to 40 of a-z and _")
    count = None if value.get("count") is None else fields.number(value, "count", 0, messages.MOST)
    until_ms = fields.number(value, "until_ms", 0)
    return Ended(fields.session(value), outcome, until_ms, str(why) if why is not None else "", count)


def _matched(value: Mapping[str, Value]) -> Matched:
    found = value.get("cells")
    if not isinstance(found, list) or not found:
        raise Invalid("blind.entry", "cells", found, "one cell or more")
    cells = tuple(_read_cell(each) for each in found)
    if any(one.term >= other.term for one, other in pairwise(cells)):
        raise Invalid("blind.entry", "cells", "cells out of order", "each once, in the order of their terms")
    return Matched(fields.session(value), cells)


def _read_cell(found: Value) -> Cell:
    if not isinstance(found, dict) or set(found) != {"cell", "notices"}:
        raise Invalid("blind.entry", "cells", found, "objects of cell and notices")
    notices = found["notices"]
    if not isinstance(notices, list) or not 0 < len(notices) <= NOTICES:
        raise Invalid("blind.entry", "notices", notices, f"1 to {NOTICES:,} notices")
    for each in notices:
        ids.notice(each, "notices")
    named = tuple(map(str, notices))
    if list(named) != sorted(set(named)):
        raise Invalid("blind.entry", "notices", "notices out of order", "each once, sorted")
    return Cell(fields.term(found), named)


_READ: Final[dict[str, Callable[[Mapping[str, Value]], Said]]] = {
    Committed.TYPE: _committed,
    Compared.TYPE: _compared,
    Ended.TYPE: _ended,
    Matched.TYPE: _matched,
    **audits.READ,
}
