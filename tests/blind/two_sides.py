"""Whole runs of a blind check between two sides that hold cells of the floor, without plans or geometry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from msgspec import structs

from tests.desk.geoids import REFERENCE
from wideberth.blind import audit, check, messages, psi, tree
from wideberth.blind.audit import Matched, Opening
from wideberth.blind.check import BlindCheck, Own, Verdict
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result
from wideberth.blind.rules import Agreed, Mode, Role
from wideberth.blind.sets import Descent, Match
from wideberth.blind.transcript import Given, Report, verify
from wideberth.ledger import keys
from wideberth.model.agreement import Blind
from wideberth.model.separation import SeparationTable

SESSION = bytes(range(16))
SEEDS: dict[Role, bytes] = {"a": b"A" * 32, "b": b"B" * 32}
SIGNERS: dict[Role, bytes] = {"a": b"1" * 32, "b": b"2" * 32}
PUBLIC: dict[str, bytes] = {role: keys.public(seed) for role, seed in SIGNERS.items()}
DOCUMENTS: dict[Role, bytes] = {"a": b"plans of a", "b": b"plans of b"}
ROLES: tuple[Role, Role] = ("a", "b")
BASE = np.array([27_000, 300, 130, 0])
Leaf = tuple[int, int, int, int]
T = TypeVar("T", Commit, Masked, Evaluated, Result)
S = TypeVar("S", bound=Commit | Result)


def agreed(mode: Mode = "cells", start: int = 12, **more: int) -> Agreed:
    blind = Blind(mode, start_level=start, matched_percent=100, **more)
    return Agreed((b"t" * 32,), b"c" * 32, SeparationTable((), "test"), REFERENCE, blind, 1_000, 2_000)


def cell(leaf: Leaf, level: int = 20) -> bytes:
    """The term of a cell of the floor, by its place in one root cell (0 to 31 on each axis), or around it."""
    return tree.terms(_cells([leaf]) >> (5 - level // 4), level)[0]


def _cells(leaves: Collection[Leaf]) -> tree.Cells:
    return (BASE << 5) + np.array(sorted(leaves), dtype=np.int64).reshape(-1, 4)


class Leaves(Descent):
    """Cells of the floor, and the terms around them of each level; `full` says which are filled."""

    def __init__(
        self, leaves: Collection[Leaf], agreed: Agreed, full: Callable[[bytes], bool] = lambda _term: False
    ) -> None:
        self.levels, self.full, self.left = agreed.levels, full, list(leaves)
        self.at = 0
        self.matches: list[Match] = []
        self.now = self._terms()

    def _terms(self) -> list[bytes]:
        return sorted({cell(leaf, self.levels[self.at]) for leaf in self.left})

    def terms(self) -> list[bytes]:
        return self.now

    def filled(self, k: int) -> bool:
        return self.full(self.now[k])

    def take(self, matched: Sequence[int], both: Sequence[bool], last: bool) -> None:
        terms = self.now
        for k, stops in zip(matched, both, strict=True):
            if stops or last:
                self.matches.append(Match(terms[k], (), stops))
        closer = {terms[k] for k, stops in zip(matched, both, strict=True) if not stops}
        if not last:
            self.left = [leaf for leaf in self.left if cell(leaf, self.levels[self.at]) in closer]
            self.at += 1
            self.now = self._terms()


class Run(NamedTuple):
    """All that was sent, in order, and what each side made of it."""

    terms: Agreed
    sent: tuple[Message, ...]
    verdicts: dict[Role, Verdict | None]

    @property
    def wire(self) -> list[bytes]:
        return list(map(messages.write, self.sent))

    def of(self, kind: type[T], role: Role) -> list[T]:
        return [each for each in self.sent if isinstance(each, kind) and each.role == role]

    def one(self, kind: type[T], role: Role, number: int) -> T:
        return self.of(kind, role)[number]

    def found(self, role: Role) -> list[Matched]:
        """What matched in each round, as an arbiter works it out."""
        other: Role = "b" if role == "a" else "a"
        return [
            audit.matched(*column)
            for column in zip(
                self.of(Masked, role),
                self.of(Evaluated, other),
                self.of(Evaluated, role),
                self.of(Result, role),
                self.of(Result, other),
                strict=True,
            )
        ]


def side(role: Role, terms: Agreed, sets: Descent, session: bytes = SESSION) -> BlindCheck:
    other = PUBLIC["b" if role == "a" else "a"]
    return BlindCheck(
        terms,
        role,
        sets,
        Own(
            session,
            SEEDS[role],
            DOCUMENTS[role],
            lambda data: keys.sign(SIGNERS[role], data),
            lambda data, signature: keys.verifies(other, data, signature),
        ),
    )


def play(terms: Agreed, a: Descent, b: Descent, session: bytes = SESSION) -> Run:
    """Both sides to their verdicts."""
    sides = {"a": side("a", terms, a, session), "b": side("b", terms, b, session)}
    waiting = [*sides["a"].start(), *sides["b"].start()]
    sent: list[Message] = []
    while waiting:
        said = waiting.pop(0)
        if not isinstance(said, Verdict):
            sent.append(said)
            waiting += sides["b" if said.role == "a" else "a"].receive(said)
    return Run(terms, tuple(sent), {role: sides[role].verdict for role in ROLES})


def opening(role: Role, session: bytes = SESSION) -> Opening:
    return Opening(session, role, SEEDS[role], DOCUMENTS[role])


def given(terms: Agreed, chunk: int = 16_384) -> Given:
    counted = terms.blind.mode == "count"
    return Given(PUBLIC, keys.verifies, terms.sha256, terms.levels, counted, chunk)


def judge(run: Run, sent: Collection[bytes] | None = None) -> Report:
    return verify(run.wire if sent is None else sent, given(run.terms))


def signed(message: S) -> S:
    """The same, signed again by its side."""
    signature = keys.sign(SIGNERS[message.role], check.SIGNED + messages.signed(message))
    return structs.replace(message, signature=signature)


def committed(
    terms: Agreed,
    role: Role,
    said: Sequence[bytes],
    number: int = 0,
    seed: bytes | None = None,
    n: int | None = None,
) -> tuple[Commit, bytes]:
    """A COMMIT to exactly these terms, whatever they are, and the masked set."""
    secret = psi.secret(seed or SEEDS[role], SESSION, role, number)
    context = psi.context(SESSION, number)
    masked, _ = psi.mask(psi.points(said, context), secret)
    commit = Commit(
        SESSION,
        number,
        role,
        terms.levels[number],
        n or len(said),
        psi.public(secret),
        hashlib.sha256(masked).digest(),
        check.plans(SEEDS[role], SESSION, DOCUMENTS[role]),
        psi.prove_key(secret, context + role.encode()),
        terms.sha256,
        terms.from_ms,
    )
    return signed(commit), masked
