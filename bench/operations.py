"""What a live index is asked to do: a seeded run of operations, and how long each took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bench.plane import Flat, undecided
from bench.traffic import Floats, Index, Traffic

ADD, REMOVE, REPLACE, ASK = "add", "remove", "replace", "ask"
MIX = {ADD: 0.2, REMOVE: 0.2, REPLACE: 0.1, ASK: 0.5}


class Live(Protocol):
    """An index of volumes, each a plan of its own, by their rows in the traffic."""

    def fill(self, rows: Index) -> None:
        """Hold these, all at once."""

    def add(self, row: int) -> None:
        """Hold one more."""

    def remove(self, row: int) -> None:
        """Let one go."""

    def replace(self, old: int, new: int) -> None:
        """Hold a new version in place of an old one, of the same party."""

    def ask(self, row: int) -> Sequence[int]:
        """Rows held that conflict with this one, held or not; none of its own party."""

    def close(self) -> None:
        """Let go of everything; threads end."""


@dataclass(frozen=True, slots=True)
class Operations:
    """`held` rows at the start; then `what`, to `row`, for REPLACE in place of `old` (else −1).

    `name` (n,): rows that are versions of one plan have the same; a plan's first row's number.
    """

    held: Index
    what: tuple[str, ...]
    row: Index
    old: Index
    name: Index


@dataclass(frozen=True, slots=True)
class Run:
    """`took` nanoseconds for each operation, `seconds` for all of them, `filling` seconds before; `answers`
    (m, 2) of the number of an operation and a row.
    """

    took: Index
    seconds: float
    filling: float
    answers: Index


def operations(traffic: Traffic, resident: int, count: int, seed: int) -> Operations:
    """As many rows held after each operation as before, give or take a few; the same for the same arguments.

    Raises: ValueError where the traffic has too few rows for that.
    """
    chance, n = np.random.default_rng([seed, 11]), len(traffic)
    order = chance.permutation(n)
    held, spare = order[:resident].tolist(), order[resident:].tolist()
    by_party: dict[int, list[int]] = {}
    for row in spare[: len(spare) // 2]:
        by_party.setdefault(int(traffic.party[row]), []).append(row)
    fresh = spare[len(spare) // 2 :]
    names, inside = np.arange(n), list(held)
    whats, picks = chance.choice(list(MIX), size=count, p=list(MIX.values())), chance.random(count)
    done: list[tuple[str, int, int]] = []
    for what, pick in zip(whats.tolist(), picks.tolist(), strict=True):
        place = int(pick * len(inside))
        if what == ASK:
            done.append((ASK, int(order[int(pick * n)]), -1))
        elif what == ADD:
            if not fresh:
                raise ValueError("too few volumes for so many operations")
            row = fresh.pop()
            inside.append(row)
            done.append((ADD, row, -1))
        else:
            inside[place], inside[-1] = inside[-1], inside[place]
            old = inside.pop()
            versions = by_party.get(int(traffic.party[old]), [])
            if what == REPLACE and versions:
                row = versions.pop()
                names[row] = names[old]
                inside.append(row)
                done.append((REPLACE, row, old))
            else:
                done.append((REMOVE, old, -1))
    what_, row_, old_ = zip(*done, strict=True)
    return Operations(np.array(held), what_, np.array(row_), np.array(old_), names)


def perform(index: Live, wanted: Operations) -> Run:
    """Fill the index and do all operations, one after another, each timed."""
    clock, took, answers = time.perf_counter_ns, [], []
    begin = time.perf_counter()
    index.fill(wanted.held)
    filling = time.perf_counter() - begin
    begin = time.perf_counter()
    for what, row, old in zip(wanted.what, wanted.row.tolist(), wanted.old.tolist(), strict=True):
        answer: Sequence[int] = ()
        start = clock()
        if what == ASK:
            answer = index.ask(row)
        elif what == ADD:
            index.add(row)
        elif what == REMOVE:
            index.remove(row)
        else:
            index.replace(old, row)
        took.append(clock() - start)
        answers.append(answer)
    seconds = time.perf_counter() - begin
    index.close()
    flat = [(k, row) for k, answer in enumerate(answers) for row in answer]
    return Run(np.array(took), seconds, filling, np.array(flat, dtype=np.int64).reshape(-1, 2))


def percentiles(took: Index) -> Floats:
    """p50, p99, p99.9 and the greatest, in microseconds."""
    return np.asarray(np.percentile(took, [50, 99, 99.9, 100]) / 1_000)


def differing(flat: Flat, wanted: Operations, one: Index, two: Index) -> tuple[int, int]:
    """Answers that only one of two runs gave, and how many such the plane leaves open, which do not count."""
    n = len(flat)
    codes = np.setxor1d(one[:, 0] * n + one[:, 1], two[:, 0] * n + two[:, 1])
    number, row = np.divmod(codes, n)
    open_ = undecided(flat, wanted.row[number], row)
    return int((~open_).sum()), int(open_.sum())
