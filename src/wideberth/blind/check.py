"""The blind check as one side does it: messages in, messages or a verdict out. No socket, clock or chance.

For each round both sides say what they are bound to (COMMIT), show their masked sets (MASKED), mask the
other's again and prove that it was with the same key (EVALUATED), and say what matched (RESULT). What one
side sends may come in any order: what is early waits. Whatever is not as agreed ends it, NOT CLEAR.

Source: docs/blind.md; the masking is elliptic curve Diffie-Hellman private set intersection, with the proofs
of RFC 9497.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct, structs

from wideberth.blind import messages, psi, rounds
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result, Stopped
from wideberth.blind.one_shot import Sets
from wideberth.blind.rules import Agreed, Role
from wideberth.blind.sets import Match, left_out
from wideberth.errors import NotTrusted, Refused

Outcome = Literal["clear", "matched", "not clear"]
Phase = Literal["new", "committed", "masked", "evaluated", "told", "over"]

TRANSITIONS: Final[dict[Phase, tuple[Phase, ...]]] = {
    "new": ("committed", "over"),
    "committed": ("masked", "over"),
    "masked": ("evaluated", "over"),
    "evaluated": ("told", "over"),
    "told": ("committed", "over"),
    "over": (),
}
"""What follows what in each round; `told`: this side has said its result."""

SENTINEL: Final = b"sentinel"
"""The term that both put into every round: where it does not match, something is wrong."""
FEW: Final = 64
"""Matches that are always refined, whatever share of the own cells they are."""
CHILDREN: Final = 16
"""Of a cell, one step of the levels down (rules.STEP)."""
PLANS: Final = b"wideberth/blind/plans/v1\n"
MATCHES: Final = b"wideberth/blind/matches/v1\n"
SIGNED: Final = b"wideberth/blind/signature/v1\n"
"""What a signature of a message is over begins so."""

WHY: Final[dict[str, str]] = {
    "rules": "the two sides do not go by the same agreement, levels or horizon",
    "signature": "a message that the other party has not signed",
    "commit": "a commitment that does not fit the round",
    "key": "a key that is not proven, or was used before",
    "masked": "a masked set that is not the one committed to, or is not one",
    "proof": "an evaluation that is not proven",
    "element": "an element that is no point of the group",
    "changed": "a second message in the place of the first",
    "order": "a message that is not due",
    "role": "a message in the name of this side",
    "session": "a message of another run",
    "plans": "the plans were changed during the run",
    "sentinel": "the term that both must have did not match",
    "unequal": "the two sides found different matches",
    "filled": "cells that are said to be filled, and are not among the matches",
    "share": "more of the own cells matched than is agreed to be looked at closer",
    "budget": "as much was learned today as is agreed",
    "terms": "more cells than are agreed for one round",
    "stopped": "the other party has stopped",
    "timeout": "no answer in time",
    "failed": "this node could not work it out: its log says when",
    "interrupted": "the node was stopped in between",
    "refused": "the other party does not check now",
    "plan_cells": "a plan of too many cells to be checked blindly",
    "plan_pad": "a plan of a larger margin than can be checked blindly",
}
"""Why it is NOT CLEAR."""


class Own(NamedTuple):
    """What a side brings beside its plans.

    Attributes:
        session: of the run (16 bytes).
        seed: 32 random bytes, used for this run only: all keys, pads and salts come of it.
        document: the plans as bytes: what is committed to, and shown only to an arbiter.
        sign: an Ed25519 signature over bytes; `verify`: whether the other side has made one.
        allowed: cells of the first level that may still match today, beside those of `seen`.
        seen: terms of the first level that have matched today already: they cost nothing more.
        used: points that were keys of earlier runs; none may be one again.
    """

    session: bytes
    seed: bytes
    document: bytes
    sign: Callable[[bytes], bytes]
    verify: Callable[[bytes, bytes], bool]
    allowed: int = messages.MOST
    seen: frozenset[bytes] = frozenset()
    used: frozenset[bytes] = frozenset()
    spread: psi.Spread = map
    log: Callable[[str, str], None] = lambda _code, _words: None
    progress: Callable[[int, int, str], None] = lambda _round, _rounds, _what: None


class Verdict(Struct, frozen=True):
    """What came of a run, for this side.

    Attributes:
        outcome: `clear` is: no known conflict between the committed plans, within the horizon.
        why: of NOT CLEAR, a key of WHY; else empty.
        from_ms, until_ms: the horizon.
        matches: cells in which plans of both conflict, as far as their size can tell; of NOT CLEAR those that
            both had found by then.
        rounds: that were begun; `terms`: elements of the own sets together, pads included.
        count: of mode `count`, how many cells matched; else None.
        first: terms of the first level that matched, as far as this side knows.
        charge: how many cells the run costs of those allowed today (BlindCheck.charge).
    """

    outcome: Outcome
    why: str
    from_ms: int
    until_ms: int
    matches: tuple[Match, ...] = ()
    rounds: int = 0
    terms: int = 0
    count: int | None = None
    first: tuple[bytes, ...] = ()
    charge: int = 0


Out: TypeAlias = Message | Verdict


class BlindCheck:
    """One side of one run. Its methods compute for seconds; one caller at a time.

    `charge`: cells that the other side may have learned by now and that are not in Own.seen. From when its
    set is evaluated it is the most that can have matched, and only once its own evaluation is proven what
    did: who goes silent in between is charged for all that it may know. A count costs one.
    """

    def __init__(self, agreed: Agreed, role: Role, sets: Sets, own: Own) -> None:
        self.agreed, self.role, self.own = agreed, role, own
        self.other: Role = "b" if role == "a" else "a"
        self.phase: Phase = "new"
        self.round = -1
        self.verdict: Verdict | None = None
        self.terms = 0
        self.charge = 0
        self.plans = plans(own.seed, own.session, own.document)
        self._sets = sets
        self._rules = agreed.sha256
        self._inbox: dict[tuple[int, type], Message] = {}
        self._keys = set(own.used)
        self._theirs: bytes | None = None
        self._mine: rounds.Round
        self._again = b""
        self._found: list[tuple[bytes, int]] = []
        self._first: tuple[bytes, ...] = ()
        self._full: frozenset[bytes] = frozenset()
        self._most = psi.bucket(agreed.blind.terms)

    def start(self) -> list[Out]:
        """The first COMMIT and what follows from what came before it; or a verdict, where it may not be."""
        if self.own.allowed < 1:
            return list(self._stop("budget"))
        return self._said(chain(self._begun(), self._advance()))

    def receive(self, message: Message) -> list[Out]:
        """What a message of the other side leads to. After a verdict nothing does."""
        if self.phase == "over":
            return []
        try:
            self._put(message)
        except _Ends as error:
            return list(self._stop(_why(error)))
        return self._said(self._advance())

    def _said(self, steps: Iterator[Out]) -> list[Out]:
        """All of it; where the other side is found not to do as agreed, what was said before that too."""
        said: list[Out] = []
        try:
            for each in steps:
                said.append(each)  # noqa: PERF402  # kept also where a later step is the last
        except (_Ends, NotTrusted, Refused) as error:
            said.extend(self._stop(_why(error)))
        return said

    def stop(self, why: str) -> list[Out]:
        """Go no further, and tell the other side why."""
        return [] if self.phase == "over" else list(self._stop(why))

    # one message

    def _put(self, message: Message) -> None:
        """Raises: _Ends."""
        if message.session != self.own.session:
            raise _Ends("session")
        if message.role != self.other:
            raise _Ends("role")
        if isinstance(message, Stopped):
            raise _Ends("stopped")
        if isinstance(message, Commit | Result) and not self.own.verify(
            SIGNED + messages.signed(message), message.signature
        ):
            raise _Ends("signature")
        key = message.round, type(message)
        known = self._inbox.get(key)
        if known is not None and known != message:
            raise _Ends("changed")
        # a side that has told its result may begin the next round before the other has
        if not self.round <= message.round <= self.round + 1 or message.round >= len(self.agreed.levels):
            if known is None:
                raise _Ends("order")
            return
        self._inbox[key] = message

    def _advance(self) -> Iterator[Out]:
        """As far as what is here leads."""
        while self.phase != "over":
            match self.phase:
                case "committed" if isinstance(due := self._due(Commit), Commit):
                    self._check(due)
                    self._go("masked")
                    yield Masked(self.own.session, self.round, self.role, self._mine.masked)
                case "masked" if isinstance(due := self._due(Masked), Masked):
                    yield self._evaluated(due)
                    self._go("evaluated")
                case "evaluated" if isinstance(due := self._due(Evaluated), Evaluated):
                    yield from self._told(due)
                case "told" if isinstance(due := self._due(Result), Result):
                    yield from self._concluded(due)
                case _:
                    return

    def _due(self, kind: type) -> Message | None:
        return self._inbox.get((self.round, kind))

    # one round

    def _begun(self) -> Iterator[Out]:
        """The next round: its set, and what this side is bound to."""
        self.round += 1
        own, blind = self.own, self.agreed.blind
        own.progress(self.round, len(self.agreed.levels), "cells")
        terms = self._sets.terms()
        if len(terms) + 1 > blind.terms:
            yield from self._stop("terms")
            return
        blank = Commit(
            session=own.session,
            round=self.round,
            role=self.role,
            level=self.agreed.levels[self.round],
            n=0,
            key=b"",
            masked=b"",
            plans=self.plans,
            proof=b"",
            rules=self._rules,
            from_ms=self.agreed.from_ms,
        )
        mine = rounds.begin(SENTINEL, terms, own.seed, blank, own.spread)
        signature = own.sign(SIGNED + messages.signed(mine.commit))
        self._mine = mine._replace(commit=structs.replace(mine.commit, signature=signature))
        self._keys.add(self._mine.commit.key)
        self.terms += mine.commit.n
        self._go("committed")
        yield self._mine.commit

    def _check(self, commit: Commit) -> None:
        """Whether a commitment of the other side fits. Raises: _Ends."""
        if (commit.rules, commit.from_ms) != (self._rules, self.agreed.from_ms):
            raise _Ends("rules")
        fits = commit.level == self.agreed.levels[self.round] and commit.n == psi.bucket(commit.n)
        # a set can be committed to without being known: by the hash of the one that it is to be compared with
        copied = commit.masked == self._mine.commit.masked or commit.plans == self.plans
        if not fits or copied or commit.n > self._most:
            raise _Ends("commit")
        if self._theirs not in (None, commit.plans):
            raise _Ends("plans")
        context = psi.context(self.own.session, self.round) + self.other.encode()
        if commit.key in self._keys or not psi.check_key(commit.key, commit.proof, context):
            raise _Ends("key")
        self._keys.add(commit.key)
        self._theirs = commit.plans

    def _evaluated(self, masked: Masked) -> Evaluated:
        """Their set, masked again. Raises: _Ends, and as psi.check_masked and psi.evaluate."""
        theirs = self._commit()
        size = len(masked.points) // messages.POINT
        if size != theirs.n or hashlib.sha256(masked.points).digest() != theirs.masked:
            raise _Ends("masked")
        psi.check_masked(masked.points)
        self.own.progress(self.round, len(self.agreed.levels), "masking")
        again = psi.evaluate(masked.points, self._mine.secret, self.own.spread)
        self._again = again
        if self.round == 0:
            most = 1 if self.agreed.blind.mode == "count" else theirs.n - 1
            self.charge = min(self._mine.terms, most)
        if self.agreed.blind.mode == "count":
            again = b"".join(sorted(psi.split(again)))
            return Evaluated(self.own.session, self.round, self.role, b"", again)
        self.own.progress(self.round, len(self.agreed.levels), "proving")
        context = psi.proof_context(self.own.session, self.round, self.role)
        secret, key = self._mine.secret, self._mine.commit.key
        proofs = psi.prove(secret, key, masked.points, again, context, self.own.spread)
        return Evaluated(self.own.session, self.round, self.role, proofs, again)

    def _told(self, evaluated: Evaluated) -> Iterator[Out]:
        """What matched, as this side finds it. Raises: _Ends, and as psi.verify."""
        mine = self._mine
        if len(evaluated.points) != len(mine.masked):
            raise _Ends("proof")
        counted = self.agreed.blind.mode == "count"
        if counted:
            psi.check_masked(evaluated.points)
        else:
            self.own.progress(self.round, len(self.agreed.levels), "verifying")
            context = psi.proof_context(self.own.session, self.round, self.other)
            key = self._commit().key
            psi.verify(key, mine.masked, evaluated.points, evaluated.proofs, context, self.own.spread)
        theirs = set(psi.split(self._again))
        both = psi.split(evaluated.points)
        matched = sorted(each for each in both if each in theirs)
        self._found = []
        if not counted:
            of = {both[place]: k - 1 for k, place in enumerate(mine.place)}
            self._found = [(each, of[each]) for each in matched]
            if both[mine.place[0]] not in theirs:
                raise _Ends("sentinel")
        elif not matched:
            raise _Ends("sentinel")
        self._count = len(matched) - 1
        if self.round == 0:
            self._charge()
        # who fills a cell is in all that is inside it
        if self._full and left_out(self._sets.terms(), {k for _, k in self._found}, self._full):
            raise _Ends("filled")
        # pads are of nobody else; the sentinel has no cell
        filled = tuple(0 <= k < mine.terms and self._sets.filled(k) for _, k in self._found)
        digest = hashlib.sha256(MATCHES + b"".join(matched)).digest()
        result = Result(self.own.session, self.round, self.role, digest, filled)
        signature = self.own.sign(SIGNED + messages.signed(result))
        self._result = structs.replace(result, signature=signature)
        self._go("told")
        yield self._result

    def _concluded(self, theirs: Result) -> Iterator[Out]:
        """Both results are here. Raises: _Ends, and as Cover.refine."""
        last = self.round + 1 == len(self.agreed.levels)
        same = theirs.matches == self._result.matches
        if not same or len(theirs.filled) != len(self._result.filled):
            raise _Ends("filled" if same else "unequal")
        if self.agreed.blind.mode == "count":
            yield from self._over("matched" if self._count else "clear", count=self._count)
            return
        cells = [
            (k, own, other)
            for (_, k), own, other in zip(self._found, self._result.filled, theirs.filled, strict=True)
            if 0 <= k < self._mine.terms
        ]
        if self.round == 0 and not last:
            if self.charge > self.own.allowed:
                raise _Ends("budget")
            share = self.agreed.blind.matched_percent
            if len(cells) > FEW and len(cells) * 100 > share * self._mine.terms:
                raise _Ends("share")
        both = [own and other for _, own, other in cells]
        # a cell has so many children, and nothing else is due in the next round
        self._most = psi.bucket(min(self.agreed.blind.terms, CHILDREN * both.count(False) + 1))
        terms = self._sets.terms()
        self._full = frozenset(terms[k] for k, _, other in cells if other)
        self._sets.take([k for k, _, _ in cells], both, last)
        if last:
            yield from self._over("matched" if self._sets.matches else "clear")
        else:
            yield from self._begun()

    def _charge(self) -> None:
        """What matched at the first level is known."""
        terms = self._sets.terms()
        self._first = tuple(sorted(terms[k] for _, k in self._found if 0 <= k < self._mine.terms))
        fresh = len(set(self._first) - self.own.seen)
        self.charge = min(1, self._count) if self.agreed.blind.mode == "count" else fresh

    def _commit(self) -> Commit:
        found = self._due(Commit)
        assert isinstance(found, Commit)
        return found

    # how it ends

    def _go(self, to: Phase) -> None:
        assert to in TRANSITIONS[self.phase]
        self.phase = to

    def _over(self, outcome: Outcome, why: str = "", count: int | None = None) -> Iterator[Out]:
        self._go("over")
        self.verdict = Verdict(
            outcome,
            why,
            self.agreed.from_ms,
            self.agreed.until_ms,
            tuple(self._sets.matches),
            self.round + 1,
            self.terms,
            count,
            self._first,
            self.charge,
        )
        yield self.verdict

    def _stop(self, why: str) -> Iterator[Out]:
        self.own.log(f"blind.{why}", WHY.get(why, why))
        if why != "stopped":
            yield Stopped(self.own.session, self.role, why)
        yield from self._over("not clear", why)


def plans(seed: bytes, session: bytes, document: bytes) -> bytes:
    """The commitment to a document of plans, salted from the seed (32 bytes)."""
    salt = psi.salt(seed, session)
    return hashlib.sha256(PLANS + salt + hashlib.sha256(document).digest()).digest()


class _Ends(Exception):
    """Something is not as agreed: a key of WHY."""


def _why(error: _Ends | NotTrusted | Refused) -> str:
    return str(error) if isinstance(error, _Ends) else error.code.removeprefix("blind.")
