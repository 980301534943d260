"""After an incident: what a side was bound to in a blind check, shown without more than was asked, or whole.

`prove_term` and `audit_term` are about one term: that it was, or was not, in the set that a side committed
to. The key stays closed. It is a proof of RFC 9497 2.2 under a context of its own (docs/blind.md, "An
audit"). `audit_open` is for an arbiter, who is given the seed and the document of the plans: everything is
made again, and what differs is told. Both speak of the committed set, not of the truth of the plans.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
from msgspec import Struct

from wideberth.blind import check, group, messages, proof, psi, tree
from wideberth.blind.messages import Commit, Evaluated, Masked, Result
from wideberth.blind.psi import Spread
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Descent
from wideberth.errors import Invalid, NotTrusted

DIFFERENCES: Final[dict[str, str]] = {
    "rules": "it was bound to other terms, another horizon or another level",
    "plans": "the document is not the one it was bound to",
    "key": "its key is not of the seed",
    "shown": "the masked set that was shown is not the one it was bound to",
    "set": "made again, the set has another hash; it was not shown, so that nobody knows what differs",
    "sentinel": "the term that both must have is not in the set",
    "cells": "cells of plans in the document are not in the set",
    "strange": "the set has elements that are of no plan in the document, nor pads of the seed",
    "pads": "the set is not filled up as agreed",
    "filled": "it said that its plans fill cells that they do not fill",
}
"""What an arbiter may find."""
_ROLES: Final[tuple[Role, ...]] = ("a", "b")


class Shown(Struct, frozen=True):
    """A term as the prover's key masks it (32 bytes), and the proof that it is that (64)."""

    element: bytes
    proof: bytes


class Opening(Struct, frozen=True):
    """What a side hands to an arbiter: the seed of a run, and the document of its plans."""

    session: bytes
    role: Role
    seed: bytes
    document: bytes


class Opened(Struct, frozen=True):
    """What an arbiter finds of one round.

    Attributes:
        round, level: which; `cells`: how many the plans of the document have.
        differs: keys of DIFFERENCES, in their order; none: as committed.
        missing: terms of cells of these plans that are not in the set.
        strange: how many elements of the set are of no plan, and no pad.
        overstated: terms of the cells that were said to be filled, and are not.
    """

    round: int
    level: int
    cells: int
    differs: tuple[str, ...] = ()
    missing: tuple[bytes, ...] = ()
    strange: int = 0
    overstated: tuple[bytes, ...] = ()


Matched = Mapping[bytes, tuple[bool, bool]]
"""Of a round: each element of the own masked set that matched, and whether this and the other side have said
that they fill its cell."""


def prove_term(seed: bytes, session: bytes, role: Role, number: int, term: bytes) -> Shown:
    """Shows whether a term was in the set of a round, whichever it is.

    Args:
        seed: of the run.
        session: of it.
        role: of this side.
        number: of the round.
        term: 17 bytes of a cell. Whether the other side may ask for it is for the caller to know.
    """
    context = psi.context(session, number)
    secret = psi.secret(seed, session, role, number)
    point = psi.points([term], context)
    element = group.multiply(secret, point)
    return Shown(element, proof.prove(secret, psi.public(secret), point, element, _bound(context, role)))


def audit_term(
    commit: Commit, masked: bytes, term: bytes, shown: Shown, levels: Collection[int] | None = None
) -> Literal["present", "absent"]:
    """Whether a term was in the set that a commitment is about.

    Absent from a later round means nothing where the cell around it did not match before: see `around`.

    Args:
        commit: as the other side has signed it; the signature is not looked at here.
        masked: the masked set that it sent.
        term: 17 bytes of a cell.
        shown: its answer.
        levels: those of cells in this round; without, the one of the commitment.

    Raises: NotTrusted (`blind.masked`, `blind.key`, `blind.proof`, `blind.element`): the answer is a lie;
        Invalid (`blind.audit_level`, `blind.term`, `blind.level`): there is no such cell in this round.
    """
    level, _ = tree.read(term)
    levels = (commit.level,) if levels is None else levels
    if level not in levels:
        wanted = f"a cell of level {' or '.join(map(str, sorted(levels)))}"
        raise Invalid("blind.audit_level", "term", f"level {level}", wanted)
    if len(masked) != commit.n * messages.POINT or hashlib.sha256(masked).digest() != commit.masked:
        raise NotTrusted("blind.masked", "the masked set is not the one committed to")
    context = psi.context(commit.session, commit.round)
    if not psi.check_key(commit.key, commit.proof, context + commit.role.encode()):
        raise NotTrusted("blind.key", "the key is not proven")
    point = psi.points([term], context)
    proof.verify(commit.key, point, shown.element, _bound(context, commit.role), shown.proof)
    return "present" if _holds(masked, shown.element) else "absent"


def around(cell: bytes, levels: Iterable[int]) -> list[bytes]:
    """The terms of the cells that hold a cell, one for each of these levels that is not below its own.

    Raises: Invalid (`blind.term`, `blind.level`).
    """
    level, index = tree.read(cell)
    cells = np.array([index], dtype=np.int64)
    return [tree.terms(tree.parents(cells, level, each), each)[0] for each in levels if each <= level]


def write(message: Shown | Opening) -> bytes:
    """The bytes of an answer (116), or of what is handed to an arbiter."""
    if isinstance(message, Shown):
        return messages.HEADING + b"T" + message.element + message.proof
    role = bytes([_ROLES.index(message.role)])
    return messages.HEADING + b"O" + message.session + role + message.seed + message.document


def read(data: bytes) -> Shown | Opening:
    """Which of them these bytes are. Raises: Invalid (`blind.message`)."""
    at = len(messages.HEADING) + 1
    head, rest = data[:at], data[at:]
    if head == messages.HEADING + b"T" and len(rest) == messages.POINT + messages.PROOF:
        return Shown(rest[: messages.POINT], rest[messages.POINT :])
    if head == messages.HEADING + b"O" and len(rest) >= 49 and rest[16] < len(_ROLES):
        return Opening(rest[:16], _ROLES[rest[16]], rest[17:49], rest[49:])
    raise Invalid("blind.message", "", f"{len(data):,} bytes", "an answer to an audit, or an opening")


def matched(masked: Masked, again: Evaluated, own: Evaluated, mine: Result, theirs: Result) -> Matched:
    """What matched in a round, of messages that have been verified; not of mode `count`, which hides it.

    Args:
        masked: of the side that is looked at.
        again: of the other side: the same set, masked by both.
        own: of the side that is looked at: the other's set, masked by both.
        mine: of the side that is looked at, `theirs` of the other.

    Raises: NotTrusted (`blind.unequal`): the results are not about these sets.
    """
    both = set(psi.split(own.points))
    pairs = sorted(
        (twice, once)
        for twice, once in zip(psi.split(again.points), psi.split(masked.points), strict=True)
        if twice in both
    )
    if not len(pairs) == len(mine.filled) == len(theirs.filled):
        raise NotTrusted("blind.unequal", "the results are not about these sets")
    said = zip(mine.filled, theirs.filled, strict=True)
    return {once: flags for (_, once), flags in zip(pairs, said, strict=True)}


def audit_open(
    commits: Sequence[Commit],
    masked: Sequence[bytes],
    opening: Opening,
    agreed: Agreed,
    sets: Descent,
    found: Sequence[Matched],
    spread: Spread = map,
) -> list[Opened]:
    """What a side was bound to, made again: round for round whether it is as committed, or what differs.

    It ends with the first round whose key is not of the seed: what matched in it cannot be told.

    Args:
        commits: of that side, in order, as it signed them.
        masked: the sets that it sent; may be fewer, where the run ended before.
        opening: of that side.
        agreed: the terms of the run.
        sets: of the plans in the document: read, and covered under the same terms, by the caller.
        found: for each round what matched; may be fewer.
        spread: runs the work, in pieces.

    Raises: Invalid (`blind.opening`): commitments that are not of this side, run and order.
    """
    for number, commit in enumerate(commits):
        if (commit.session, commit.role, commit.round) != (opening.session, opening.role, number):
            raise Invalid("blind.opening", f"commits[{number}]", "another round", "all of one side, in order")
    plans = check.plans(opening.seed, opening.session, opening.document)
    rounds: list[Opened] = []
    for number, commit in enumerate(commits):
        level = agreed.levels[number : number + 1]
        bound = (commit.rules, commit.from_ms, level) == (agreed.sha256, agreed.from_ms, (commit.level,))
        shown = masked[number] if number < len(masked) else None
        here = found[number] if number < len(found) else {}
        one = _again(commit, shown, opening, sets, here, spread)
        rounds.append(_opened(commit, one, {"rules": not bound, "plans": commit.plans != plans}))
        if "key" in one.differs or number + 1 >= min(len(commits), len(agreed.levels)):
            break
        _take(sets, one, here)
    return rounds


class _Again(NamedTuple):
    """A set made again: `places` has, for the element of each own term, which it is."""

    terms: list[bytes]
    places: dict[bytes, int]
    there: set[bytes]
    differs: dict[str, bool]
    strange: int
    overstated: tuple[bytes, ...]


def _again(
    commit: Commit, masked: bytes | None, opening: Opening, sets: Descent, found: Matched, spread: Spread
) -> _Again:
    chance = opening.seed, opening.session, opening.role, commit.round
    secret, context = psi.secret(*chance), psi.context(opening.session, commit.round)
    terms = sets.terms()
    if psi.public(secret) != commit.key:
        return _Again(terms, {}, set(), {"key": True}, 0, ())

    def made(some: Sequence[bytes]) -> list[bytes]:
        return psi.split(group.multiply(secret, psi.points(some, context, spread)))

    sentinel, *mine = made([check.SENTINEL, *terms])
    places = {each: k for k, each in enumerate(mine)}
    if masked is None:
        pads = made(psi.pads(*chance, max(0, commit.n - 1 - len(terms))))
        blob = b"".join(sorted([sentinel, *mine, *pads]))
        other = hashlib.sha256(blob).digest() != commit.masked
        return _Again(terms, places, {sentinel, *mine}, {"set": other}, 0, ())
    if hashlib.sha256(masked).digest() != commit.masked:
        return _Again(terms, places, {sentinel, *mine}, {"shown": True}, 0, ())
    there = set(psi.split(masked))
    rest = there - {sentinel, *mine}
    pads = made(psi.pads(*chance, len(rest)))
    strange = len(rest - set(pads))
    size = psi.bucket(len(there & set(mine)) + strange + 1)
    said = [places.get(each) for each, (own, _) in found.items() if own]
    false = [k for k in said if k is None or not sets.filled(k)]
    overstated = tuple(terms[k] for k in false if k is not None)
    differs = {"sentinel": sentinel not in there, "pads": commit.n != size, "filled": bool(false)}
    return _Again(terms, places, there, differs, strange, overstated)


def _opened(commit: Commit, one: _Again, whole: Mapping[str, bool]) -> Opened:
    missing = tuple(one.terms[k] for each, k in one.places.items() if each not in one.there)
    differs = {**whole, **one.differs, "cells": bool(missing), "strange": bool(one.strange)}
    said = tuple(name for name in DIFFERENCES if differs.get(name))
    return Opened(commit.round, commit.level, len(one.terms), said, missing, one.strange, one.overstated)


def _take(sets: Descent, one: _Again, found: Matched) -> None:
    """On to the next round, as both results have it."""
    kept = {one.places[each]: all(flags) for each, flags in found.items() if each in one.places}
    sets.take(list(kept), list(kept.values()), last=False)


def _bound(context: bytes, role: str) -> bytes:
    """The context of a proof for an audit; none of a run's proofs has it."""
    return context + role.encode() + b"audit"


def _holds(masked: bytes, element: bytes) -> bool:
    """Whether an element is in a set; its bytes may also lie across two others."""
    at = masked.find(element)
    while at >= 0 and at % messages.POINT:
        at = masked.find(element, at + 1)
    return at >= 0
