"""What a party keeps of its own blind checks, in the private feed: no other party learns of it.

    blind.begun    {"from_ms":…,"line":…,"role":…,"seed":…,"session":…,"until_ms":…,"which":…}
    blind.charged  {"cells":…,"session":…}
    blind.found    {"cells":[{"cell":…,"plans":[…]},…],"charge":…,"count":…,"first":[…],"left_out":[…],
                    "more":…,"outcome":…,"session":…,"why":…}

`seed` is the audit seed: with it, and the plans as this feed had them just then, all that was sent can be
made again. `which` (hexadecimal) has a bit for each own plan, sorted by id, that was to be in the set;
`left_out` are those that cannot be checked so. What the other side may have learned is charged before it can
learn it, and what it did learn when that is known (`charge`; `first` are the cells of the first level). Of
what was found, `cell` is a term in hexadecimal; what does not fit one entry is said in several, all but the
last with `more`. All in version 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, TypeAlias, cast

from immutables import Map
from msgspec import Struct, structs

from wideberth.blind.check import WHY, Outcome
from wideberth.blind.messages import SESSION
from wideberth.blind.rules import Role
from wideberth.desk import plans
from wideberth.desk.plans import Own
from wideberth.errors import Invalid
from wideberth.ledger import body, ids
from wideberth.ledger.body import Entry, Known
from wideberth.ledger.canonical import Value

V: Final = 1
DAY_MS: Final = 24 * 3_600_000
SEED: Final = 32
CELLS: Final = 200
"""Cells of one entry."""
NAMED: Final = 1_000
"""Own plans that one entry names, in all of its cells."""
FIRST: Final = 500
"""Cells of the first level in one entry."""
RUNS: Final = 500
"""Runs of one line that are remembered; the journal has all."""
_HEX: Final = re.compile("(?:[0-9a-f]{2}){1,64}")
_BITS: Final = re.compile("(?:[0-9a-f]{2})*")


class Begun(Struct, frozen=True):
    """A run begins here: its secret, and which plans are in it."""

    TYPE: ClassVar = "blind.begun"
    session: bytes
    line: str
    role: Role
    seed: bytes
    from_ms: int
    until_ms: int
    which: bytes


class Charged(Struct, frozen=True):
    """So many cells may be known to the other side from now on, until it is known how many are."""

    TYPE: ClassVar = "blind.charged"
    session: bytes
    cells: int


class Cell(Struct, frozen=True):
    """A cell that matched, by its term, and the own plans in it."""

    cell: bytes
    plans: tuple[str, ...]


class Concluded(Struct, frozen=True):
    """What came of it here; `more` where another entry goes on."""

    TYPE: ClassVar = "blind.found"
    session: bytes
    outcome: Outcome
    why: str = ""
    cells: tuple[Cell, ...] = ()
    charge: int = 0
    first: tuple[bytes, ...] = ()
    left_out: tuple[str, ...] = ()
    count: int | None = None
    more: bool = False


Said: TypeAlias = Begun | Charged | Concluded

KNOWN: Final[Known] = {
    (Begun.TYPE, V): frozenset(
        {"crit", "from_ms", "line", "role", "seed", "session", "until_ms", "which"},
    ),
    (Charged.TYPE, V): frozenset({"cells", "crit", "session"}),
    (Concluded.TYPE, V): frozenset(
        {"cells", "charge", "count", "crit", "first", "left_out", "more", "outcome", "session", "why"},
    ),
}


class Kept(Struct, frozen=True):
    """An own run: how it began, the plans as they were then, and what came of it.

    `outcome` None: nothing yet. `at_ms` is when it began, `over_ms` when it was over here.
    """

    begun: Begun
    own: plans.State
    at_ms: int
    outcome: Outcome | None = None
    why: str = ""
    cells: tuple[Cell, ...] = ()
    charge: int = 0
    first: frozenset[bytes] = frozenset()
    left_out: frozenset[str] = frozenset()
    count: int | None = None
    over_ms: int | None = None

    @property
    def plans(self) -> list[Own]:
        """The plans that were to be in it, sorted by id."""
        every = sorted(self.own.plans.values(), key=lambda each: each.plan.id)
        bits = self.begun.which
        return [each for k, each in enumerate(every) if k // 8 < len(bits) and bits[k // 8] >> k % 8 & 1]

    @property
    def compared(self) -> dict[str, int]:
        """The plans that were in the set, by their ids, and in which version each."""
        return {each.plan.id: each.version for each in self.plans if each.plan.id not in self.left_out}


class State(Struct, frozen=True):
    """Own runs by their sessions, of all lines, and the newest of each line."""

    runs: Map[bytes, Kept] = Map()
    newest: Map[str, tuple[bytes, ...]] = Map()

    def of(self, line: str) -> Iterator[Kept]:
        """Those of a line, the newest first."""
        return (self.runs[each] for each in reversed(self.newest.get(line, ())))


def which(own: plans.State, chosen: Sequence[str]) -> bytes:
    """The bits of these plans among all own ones."""
    names = set(chosen)
    bits = bytearray((len(own.plans) + 7) // 8)
    for k, each in enumerate(sorted(own.plans)):
        if each in names:
            bits[k // 8] |= 1 << k % 8
    return bytes(bits)


def parted(found: Concluded) -> list[Concluded]:
    """The same, in entries that fit."""
    parts: list[list[Cell]] = [[]]
    for cell in found.cells:
        for begin in range(0, max(len(cell.plans), 1), NAMED):
            one = Cell(cell.cell, cell.plans[begin : begin + NAMED])
            named = sum(len(each.plans) for each in (*parts[-1], one))
            if parts[-1] and (len(parts[-1]) >= CELLS or named > NAMED):
                parts.append([])
            parts[-1].append(one)
    firsts = [found.first[k : k + FIRST] for k in range(0, len(found.first), FIRST)]
    count = max(len(parts), len(firsts))
    parts += [[] for _ in range(count - len(parts))]
    firsts += [() for _ in range(count - len(firsts))]
    return [
        structs.replace(found, cells=tuple(part), first=first, more=k + 1 < count)
        for k, (part, first) in enumerate(zip(parts, firsts, strict=True))
    ]


def spent(state: State, line: str, day: int) -> tuple[int, frozenset[bytes]]:
    """What the other side of a line has learned, or may have, in a day of UTC (days since 1970).

    Cells that are charged, and those of the first level that are known to have matched.
    """
    some = [each for each in state.of(line) if each.at_ms // DAY_MS == day]
    return sum(each.charge for each in some), frozenset[bytes]().union(*(each.first for each in some))


def write(said: Said) -> Value:
    """The body of an entry."""
    if isinstance(said, Begun):
        return {
            "from_ms": said.from_ms,
            "line": said.line,
            "role": said.role,
            "seed": ids.base32(said.seed),
            "session": ids.base32(said.session),
            "until_ms": said.until_ms,
            "which": said.which.hex(),
        }
    if isinstance(said, Charged):
        return {"cells": said.cells, "session": ids.base32(said.session)}
    cells: list[Value] = [{"cell": each.cell.hex(), "plans": list(each.plans)} for each in said.cells]
    return {
        "cells": cells,
        "charge": said.charge,
        "count": said.count,
        "first": [each.hex() for each in said.first],
        "left_out": list(said.left_out),
        "more": said.more,
        "outcome": said.outcome,
        "session": ids.base32(said.session),
        "why": said.why,
    }


def read(entry: Entry) -> Said:
    """What an entry of one of these types says. Raises: Invalid (`blind.entry`, `ledger.base32`)."""
    value = body.value(entry)
    session = _bytes(value, "session", SESSION)
    if entry.header.type == Begun.TYPE:
        role, line = value.get("role"), value.get("line")
        if role not in ("a", "b") or not isinstance(line, str):
            raise Invalid("blind.entry", "role", role, "a or b, of a line")
        begin, end = (_whole(value, name) for name in ("from_ms", "until_ms"))
        bits = value.get("which")
        if not isinstance(bits, str) or not _BITS.fullmatch(bits):
            raise Invalid("blind.entry", "which", bits, "bits of own plans, in hexadecimal")
        some = bytes.fromhex(bits)
        return Begun(session, line, cast("Role", role), _bytes(value, "seed", SEED), begin, end, some)
    if entry.header.type == Charged.TYPE:
        return Charged(session, _whole(value, "cells"))
    outcome, why, more = value.get("outcome"), value.get("why"), value.get("more")
    if outcome not in ("clear", "matched", "not clear") or not isinstance(more, bool):
        raise Invalid("blind.entry", "outcome", outcome, "clear, matched or not clear")
    if not isinstance(why, str) or (why and why not in WHY):
        raise Invalid("blind.entry", "why", why, ", ".join(sorted(WHY)))
    cells, first = value.get("cells"), value.get("first")
    if not isinstance(cells, list) or not isinstance(first, list):
        raise Invalid("blind.entry", "cells", cells, "cells and the plans in them")
    charge = _whole(value, "charge")
    terms = tuple(map(_term, first))
    out = value.get("left_out")
    left_out = tuple(map(str, out)) if isinstance(out, list) else ()
    matched = tuple(map(_cell, cells))
    count = None if value.get("count") is None else _whole(value, "count")
    return Concluded(session, cast("Outcome", outcome), why, matched, charge, terms, left_out, count, more)


def evolve(state: State, entry: Entry, own: plans.State) -> State:
    """The step of the fold; `own`: the own plans as they are here. What cannot be read changes nothing."""
    if not body.understood(entry, KNOWN):
        return state
    try:
        said = read(entry)
    except Invalid:
        return state
    at_ms = entry.header.at_ms
    if isinstance(said, Begun):
        if said.session in state.runs:
            return state
        there = (*state.newest.get(said.line, ()), said.session)
        runs = state.runs.set(said.session, Kept(said, own, at_ms))
        for gone in there[:-RUNS]:
            runs = runs.delete(gone)
        return State(runs, state.newest.set(said.line, there[-RUNS:]))
    known = state.runs.get(said.session)
    if known is None or known.over_ms is not None:
        return state
    if isinstance(said, Charged):
        made = structs.replace(known, charge=said.cells)
        return structs.replace(state, runs=state.runs.set(said.session, made))
    made = structs.replace(
        known,
        charge=said.charge,
        first=known.first.union(said.first),
        left_out=known.left_out.union(said.left_out),
        count=said.count,
        outcome=said.outcome,
        why=said.why,
        cells=(*known.cells, *said.cells),
        over_ms=None if said.more else at_ms,
    )
    return structs.replace(state, runs=state.runs.set(said.session, made))


def _cell(value: Value) -> Cell:
    found = value if isinstance(value, dict) else {}
    named = found.get("plans")
    if not isinstance(named, list):
        raise Invalid("blind.entry", "cells", value, "cells, and plans")
    return Cell(_term(found.get("cell")), tuple(map(str, named)))


def _term(value: Value) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise Invalid("blind.entry", "cell", value, "a cell in hexadecimal")
    return bytes.fromhex(value)


def _bytes(value: dict[str, Value], name: str, size: int) -> bytes:
    found = value.get(name)
    if not isinstance(found, str):
        raise Invalid("blind.entry", name, found, f"{size} bytes in base32")
    return ids.unbase32(found, size, name)


def _whole(value: dict[str, Value], name: str) -> int:
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Invalid("blind.entry", name, found, "ms since 1970")
    return found
