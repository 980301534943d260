"""Ways of finding which plans of two parties are too close, each side in turn in this process, and the costs.

Ours are whole runs of the product: plans in, messages as bytes from one side to the other, verdicts out. The
peer intersects sets, and is given the terms that ours made.
"""

from __future__ import annotations

import hashlib
import importlib
import math
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import msgspec
from msgspec import structs

from wideberth.blind import audit, group, messages, psi
from wideberth.blind.check import BlindCheck, Out, Own, Verdict
from wideberth.blind.cover import Cover
from wideberth.blind.messages import Commit, Masked
from wideberth.blind.one_shot import OneShot
from wideberth.blind.psi import Spread
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Descent, Match
from wideberth.ledger import keys
from wideberth.model.plan import Plan

SESSION: Final = bytes(range(16))
SEEDS: Final[dict[Role, bytes]] = {"a": hashlib.sha256(b"a").digest(), "b": hashlib.sha256(b"b").digest()}
SIGNING: Final[dict[Role, bytes]] = {
    role: hashlib.sha256(b"sign " + role.encode()).digest() for role in SEEDS
}
OTHER: Final[dict[Role, Role]] = {"a": "b", "b": "a"}
PERCENTILE: Final = 99
FALSE_MATCHES: Final = 1e-9
"""What the peer is asked to keep false positives below; its raw set has none."""


@dataclass(slots=True)
class Took:
    """Seconds: of the processor in all threads, and on the wall."""

    cpu: float = 0.0
    wall: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add what is done meanwhile."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall


class Heard(Descent):
    """One side's sets, with the terms and the number of matches of each round."""

    def __init__(self, cover: Cover, levels: Sequence[int]) -> None:
        super().__init__(cover, levels)
        self.rounds: dict[int, list[bytes]] = {}
        self.matched: list[int] = []

    def terms(self) -> list[bytes]:
        found = super().terms()
        self.rounds[self._now.level] = found
        return found

    def take(self, matched: Sequence[int], both: Sequence[bool], last: bool) -> None:
        self.matched.append(len(matched))
        super().take(matched, both, last)


class Once(OneShot):
    """The same of the set of one exchange by file."""

    def __init__(self, cover: Cover, agreed: Agreed, role: Role) -> None:
        super().__init__(cover, agreed, role)
        self.rounds = {agreed.blind.floor_level: super().terms()}
        self.matched: list[int] = []

    def take(self, matched: Sequence[int], both: Sequence[bool], last: bool) -> None:
        self.matched.append(len(matched))
        super().take(matched, both, last)


def sets_of(cover: Cover, agreed: Agreed, role: Role) -> Heard | Once:
    """As the agreed form has it."""
    return Once(cover, agreed, role) if agreed.form == "one-shot" else Heard(cover, agreed.levels)


class Matches(Protocol):
    """Whoever has matches."""

    @property
    def matches(self) -> Sequence[Match]: ...


@dataclass(slots=True)
class Side:
    """What one side did: `cover` is the part of `took` that plans became cells in, start to floor."""

    took: Took = field(default_factory=Took)
    cover: Took = field(default_factory=Took)
    verdict: Verdict | None = None
    rounds: dict[int, list[bytes]] = field(default_factory=dict)
    matched: list[int] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    @property
    def terms(self) -> int:
        """Cells of all rounds; `elements` has the sentinel and the pads too."""
        return sum(map(len, self.rounds.values()))

    @property
    def elements(self) -> int:
        return self.verdict.terms if self.verdict else 0

    @property
    def matches(self) -> tuple[Match, ...]:
        return self.verdict.matches if self.verdict else ()


Sides = dict[Role, Side]


class _Timed(Cover):
    """A cover that tells what it took."""

    def __init__(self, plans: Sequence[Plan], agreed: Agreed, took: Took) -> None:
        self._took = took
        with took.timed():
            super().__init__(plans, agreed)

    def at(self, level: int) -> Any:
        with self._took.timed():
            return super().at(level)

    def refine(self, *given: Any) -> Any:
        with self._took.timed():
            return super().refine(*given)


def ours(plans: dict[Role, tuple[Plan, ...]], agreed: Agreed, spread: Spread = map) -> Sides:
    """A whole run of both sides, one after the other, as bytes go from one to the other."""
    sides: Sides = {"a": Side(), "b": Side()}
    checks: dict[Role, BlindCheck] = {}
    waiting: deque[tuple[Role, bytes]] = deque()

    def tell(role: Role, said: Sequence[Out]) -> None:
        for each in said:
            if isinstance(each, Verdict):
                sides[role].verdict = each
            else:
                data = messages.write(each)
                sides[role].sent.append(data)
                waiting.append((OTHER[role], data))

    for role, side in sides.items():
        with side.took.timed():
            sets = sets_of(_Timed(plans[role], agreed, side.cover), agreed, role)
            checks[role] = BlindCheck(agreed, role, sets, _own(role, plans[role], spread))
            side.rounds, side.matched = sets.rounds, sets.matched
            tell(role, checks[role].start())
    while waiting:
        role, data = waiting.popleft()
        with sides[role].took.timed():
            tell(role, checks[role].receive(messages.read(data)))
    return sides


def _own(role: Role, plans: Sequence[Plan], spread: Spread) -> Own:
    peer = keys.public(SIGNING[OTHER[role]])
    return Own(
        SESSION,
        SEEDS[role],
        msgspec.json.encode(plans),
        lambda data: keys.sign(SIGNING[role], data),
        lambda data, signature: keys.verifies(peer, data, signature),
        spread=spread,
    )


def whole_grid(agreed: Agreed) -> Agreed:
    """The same primitives and proofs without descent: one round, of all cells at the floor."""
    floor = agreed.blind.floor_level
    return structs.replace(
        agreed, blind=structs.replace(agreed.blind, start_level=floor, terms=messages.MOST - 1)
    )


def by_file(agreed: Agreed) -> Agreed:
    """The same in one exchange, with cells of several levels."""
    return structs.replace(
        agreed, form="one-shot", blind=structs.replace(agreed.blind, terms=messages.MOST - 1)
    )


def plainly(plans: dict[Role, tuple[Plan, ...]], agreed: Agreed) -> dict[Role, Heard | Once]:
    """The rounds that a run would have, without masking: what is in the open here no side ever shows.

    Raises: Refused (`blind.terms`, `blind.plan_cells`) where they are too many.
    """
    sets = {role: sets_of(Cover(mine, agreed), agreed, role) for role, mine in plans.items()}
    for number, _ in enumerate(agreed.levels, 1):
        place = {role: {term: k for k, term in enumerate(each.terms())} for role, each in sets.items()}
        common = sorted(place["a"].keys() & place["b"].keys())
        both = [all(each.filled(place[role][term]) for role, each in sets.items()) for term in common]
        for role, each in sets.items():
            each.take([place[role][term] for term in common], both, number == len(agreed.levels))
    return sets


def flagged(sets: Mapping[Role, Matches]) -> set[tuple[int, int]]:
    """Pairs of numbers of plans, of a and of b, that share a cell that matched."""
    of_b = {match.cell: match.plans for match in sets["b"].matches}
    return {(p, q) for match in sets["a"].matches for p in match.plans for q in of_b[match.cell]}


# the peer


def openmined(terms: dict[Role, list[str]]) -> tuple[dict[Role, Took], int, dict[Role, set[str]]]:
    """Both directions of openmined-psi, as ours tells both sides: what each took, bytes, what each found.

    Raises: ImportError where it is not installed.
    """
    psi_peer: Any = importlib.import_module("private_set_intersection.python")

    took: dict[Role, Took] = {"a": Took(), "b": Took()}
    found: dict[Role, set[str]] = {}
    size = 0
    for asks, answers in OTHER.items():
        with took[asks].timed():
            client = psi_peer.client.CreateWithNewKey(True)
            request = client.CreateRequest(terms[asks])
        with took[answers].timed():
            server = psi_peer.server.CreateWithNewKey(True)
            raw = psi_peer.DataStructure.RAW
            setup = server.CreateSetupMessage(FALSE_MATCHES, len(terms[asks]), terms[answers], raw)
            response = server.ProcessRequest(request)
        with took[asks].timed():
            places = client.GetIntersection(setup, response)
            found[asks] = {terms[asks][k] for k in places}
        size += sum(len(each.SerializeToString()) for each in (request, setup, response))
    return took, size, found


# what it is made of


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds of the processor: for an element from a term, and for one multiplication."""

    hashing: float
    multiplying: float


def costs(count: int = 2_000) -> Costs:
    """What the primitives cost on this machine now."""
    terms = [k.to_bytes(17, "big") for k in range(count)]
    context = psi.context(SESSION, 0)
    secret = psi.secret(SEEDS["a"], SESSION, "a", 0)
    one, other = Took(), Took()
    with one.timed():
        points = psi.points(terms, context)
    with other.timed():
        group.multiply(secret, points)
    return Costs(one.cpu / count * 1e6, other.cpu / count * 1e6)


@dataclass(frozen=True, slots=True)
class Audited:
    """Milliseconds on the wall, median and p99, to prove and check one cell; bytes shown."""

    middle: float
    most: float
    size: int


def audited(side: Side, role: Role, asked: int) -> Audited:
    """So many cells of the largest set are asked for, half of them not in it, and each answer is checked.

    Raises: AssertionError where an answer is not the truth.
    """
    sent = [messages.read(each) for each in side.sent]
    commit = max((each for each in sent if isinstance(each, Commit)), key=lambda each: each.n)
    [masked] = [each.points for each in sent if isinstance(each, Masked) and each.round == commit.round]
    own = side.rounds[commit.level]
    step = max(1, len(own) // max(1, asked // 2))
    present = own[::step][: asked // 2]
    held = set(own)
    # of another day: nobody has plans there
    absent = [each for each in map(_elsewhere, present) if each not in held]
    took, size = [], 0
    for term, truth in [(each, "present") for each in present] + [(each, "absent") for each in absent]:
        begin = time.perf_counter()
        shown = audit.prove_term(SEEDS[role], SESSION, role, commit.round, term)
        said = audit.audit_term(commit, masked, term, shown)
        took.append(1_000 * (time.perf_counter() - begin))
        assert said == truth, f"{term.hex()}: {said}"
        size = len(shown.element) + len(shown.proof)
    took.sort()
    return Audited(took[len(took) // 2], took[math.ceil(len(took) * PERCENTILE / 100) - 1], size)


def _elsewhere(term: bytes) -> bytes:
    return term[:1] + (int.from_bytes(term[1:5], "big") + 1_000).to_bytes(4, "big") + term[5:]
