"""Two sides of a blind check in memory, over cells told outright, and what lies between them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from itertools import product
from random import Random
from typing import Any, cast

import numpy as np

from wideberth.blind import tree
from wideberth.blind.check import BlindCheck, Out, Own, Verdict
from wideberth.blind.cover import Cover, Covered, Entries
from wideberth.blind.messages import Message
from wideberth.blind.psi import Spread
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Descent
from wideberth.formats import geoidgrid
from wideberth.ledger import keys
from wideberth.model.agreement import Blind
from wideberth.model.separation import PRESETS, SeparationTable
from wideberth.space.reference import VerticalReference
from wideberth.space.tiles import Tiles

Cell = tuple[int, int, int, int]
Span = tuple[Cell, Cell]
"""The first and the last cell of the floor on each axis that a plan touches: it touches all between."""
FROM = 1_800_000_000_000
HOUR = 3_600_000
ROLES: tuple[Role, ...] = ("a", "b")
SESSION = hashlib.sha256(b"session").digest()[:16]
QUICK = Blind(start_level=12, floor_level=20)
TABLE = next(iter(PRESETS.values()))


@cache
def reference() -> VerticalReference:
    return VerticalReference(geoidgrid.read((files("wideberth.data") / "egm96-15.bin.z").read_bytes()))


def agreed(blind: Blind = QUICK, table: SeparationTable = TABLE, **more: Any) -> Agreed:
    return Agreed(
        **{
            "terms": (hashlib.sha256(b"terms").digest(),),
            "channel": bytes(32),
            "table": table,
            "reference": reference(),
            "blind": blind,
            "from_ms": FROM,
            "until_ms": FROM + 24 * HOUR,
            **more,
        }
    )


class Told:
    """A cover of plans whose cells are told: each plan is a box of cells of the floor."""

    def __init__(self, plans: Sequence[Span], terms: Agreed) -> None:
        self.plans, self.floor, self.first = plans, terms.blind.floor_level, terms.levels[0]

    def start(self) -> Covered:
        steps = (self.floor - self.first) // 4
        found = {cell for low, high in self.plans for cell in _between(low, high, steps)}
        return self._covered(found, self.first)

    def refine(self, covered: Covered, kept: tree.Index, level: int) -> Covered:
        children = {
            cast(Cell, tuple(2 * at + part for at, part in zip(cell, parts, strict=True)))
            for cell in map(tuple, covered.cells[kept].tolist())
            for parts in product((0, 1), repeat=4)
        }
        return self._covered(children, level)

    def _covered(self, cells: set[Cell], level: int) -> Covered:
        steps = (self.floor - level) // 4
        rows, first, plan, filled = [], [0], [], []
        for cell in sorted(cells):
            inside = [k for k, span in enumerate(self.plans) if _touches(span, cell, steps)]
            if inside:
                rows.append(cell)
                plan += inside
                first.append(len(plan))
                filled.append(all(_fills(self.plans[k], cell, steps) for k in inside))
        return Covered(
            level,
            np.array(rows, dtype=np.int64).reshape(-1, 4),
            np.array(first),
            np.array(plan, dtype=np.int64),
            np.array(filled, dtype=bool),
            cast(Entries, None),
            cast(Tiles, None),
        )


def _between(low: Cell, high: Cell, steps: int) -> Iterator[Cell]:
    ranges = [range(a >> steps, (b >> steps) + 1) for a, b in zip(low, high, strict=True)]
    for each in product(*ranges):
        yield cast(Cell, each)


def _touches(span: Span, cell: Cell, steps: int) -> bool:
    return all(a >> steps <= c <= b >> steps for a, b, c in zip(*span, cell, strict=True))


def _fills(span: Span, cell: Cell, steps: int) -> bool:
    return all(a <= c << steps and ((c + 1) << steps) - 1 <= b for a, b, c in zip(*span, cell, strict=True))


def meet(one: Span, other: Span) -> bool:
    """Whether two boxes share a cell of the floor: the truth."""
    return all(a <= d and c <= b for a, b, c, d in zip(*one, *other, strict=True))


def key(role: Role) -> bytes:
    """The seed of a side's signing key."""
    return hashlib.sha256(b"signs " + role.encode()).digest()


def own(role: Role, seed: str = "", spread: Spread = map, **more: Any) -> Own:
    other: Role = "b" if role == "a" else "a"
    return Own(
        **{
            "session": SESSION,
            "seed": hashlib.sha256(f"{seed}/{role}".encode()).digest(),
            "document": b"plans of " + role.encode(),
            "sign": partial(keys.sign, key(role)),
            "verify": partial(keys.verifies, keys.public(key(other))),
            "spread": spread,
            **more,
        }
    )


class Side(BlindCheck):
    """One side, and the codes that it has logged."""

    def __init__(self, role: Role, cover: Told | Cover, terms: Agreed, **more: Any) -> None:
        self.logged: list[str] = []
        log = {"log": lambda code, _words: self.logged.append(code)}
        super().__init__(terms, role, Descent(cast(Cover, cover), terms.levels), own(role, **log | more))


def verdict(said: Sequence[Out]) -> Verdict | None:
    return next((each for each in said if isinstance(each, Verdict)), None)


def talk(
    sides: Mapping[Role, BlindCheck], chance: Random | None = None, twice: float = 0.0
) -> list[tuple[Role, Message]]:
    """Both to their end, what comes next drawn, and some of it again; all that was sent, and by whom."""
    chance = chance or Random(0)  # which message is next
    waiting: list[tuple[Role, Message]] = []
    sent: list[tuple[Role, Message]] = []

    def said(role: Role, outs: Sequence[Out]) -> None:
        for each in outs:
            if not isinstance(each, Verdict):
                waiting.append((role, each))
                sent.append((role, each))

    for role in ROLES:
        said(role, sides[role].start())
    while waiting:
        role, message = waiting.pop(chance.randrange(len(waiting)))
        if chance.random() < twice:
            waiting.append((role, message))
        other: Role = "b" if role == "a" else "a"
        said(other, sides[other].receive(message))
    return sent
