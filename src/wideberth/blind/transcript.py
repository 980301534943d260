"""Whether the messages of a blind check bear out what came of it: a second verifier, for a third party.

It is written from docs/blind.md ("Messages", "A transcript"), and shares the arithmetic of the group
(blind.group) with the rest of the package and nothing else: what both sides got wrong in the same way, this
does not. Neither plans nor secrets are needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from wideberth.blind import group
from wideberth.blind.transcript_proofs import evaluation_proven, key_proven, scalars, split
from wideberth.blind.transcript_read import (
    LARGEST,
    ROLES,
    Failed,
    Fails,
    Message,
    Place,
    check_due,
    other_of,
    placed,
)
from wideberth.errors import NotTrusted

CHUNK: Final = 16_384
"""Elements that one proof is about."""

_SIGNED = b"wideberth/blind/signature/v1\n"
_MATCHES = b"wideberth/blind/matches/v1\n"
_CONTEXT = b"wideberth/blind/v1/"
_PARTS = 16
_IDENTITY = bytes(32)

Good = Callable[[bytes, bytes, bytes], bool]
"""Whether (Ed25519 key, message, signature) belong together."""


class Seen(NamedTuple):
    """What was found to be true of a round.

    Attributes:
        round, level: which.
        sizes: elements of the sets of a and b, pads included; None where it has not committed to one.
        steps: (code, role) of each step that held, in order.
        matches: cells that matched; None where it did not get so far.
        final: of these, those that both sides say they fill.
    """

    round: int
    level: int
    sizes: tuple[int | None, int | None]
    steps: tuple[tuple[str, str], ...]
    matches: int | None
    final: int


class Given(NamedTuple):
    """What whoever looks at a transcript knows beside it.

    Attributes:
        keys: with which `a` and `b` sign (Ed25519).
        good: verifies a signature.
        rules: SHA-256 of what was agreed; without it, that both have the same is all that is known.
        levels: of the rounds, as agreed; without them a run is never clear or matched.
        counted: whether mode `count` was agreed: then evaluations are not proven.
        chunk: elements that one proof is about.
        heard: told of each step of a round that begins.
    """

    keys: Mapping[str, bytes]
    good: Good
    rules: bytes | None = None
    levels: Sequence[int] | None = None
    counted: bool = False
    chunk: int = CHUNK
    heard: Callable[[int, str], None] = lambda _round, _code: None


class Report(NamedTuple):
    """What a transcript shows.

    Attributes:
        outcome: what came of the run for a side that had all of these messages.
        why: of `not clear`, the code of a step or of STOPPED, `unfinished` or `levels`; else empty.
        failed: the first step that did not hold, if any.
        session: of the run (16 bytes); empty where nothing could be read.
        from_ms: where the horizon begins; None where nobody has committed to it.
        rules: SHA-256 of what both go by; `anchored`: whether it is the one that was given.
        proven: whether the evaluations are; in mode `count` they are not.
        rounds: as far as they were begun.
    """

    outcome: Literal["clear", "matched", "not clear"]
    why: str
    failed: Failed | None
    session: bytes
    from_ms: int | None
    rules: bytes
    anchored: bool
    proven: bool
    rounds: tuple[Seen, ...]


def verify(messages: Iterable[bytes], given: Given) -> Report:
    """What the messages of both sides show, in the steps of docs/blind.md. They may come in any order.

    Raises: Refused (`blind.no_group`).
    """
    known: dict[Place, Message] = {}
    rounds: list[Seen] = []
    failed = None
    try:
        known = placed(messages)
        check_due(known)
        for number in sorted({place[1] for place in known if place[0] != "S"}):
            look = _Round(number, known, given, rounds[-1] if rounds else None)
            try:
                look.verify()
            finally:
                rounds.append(look.seen())
    except Fails as error:
        failed = error.failed
    outcome, why = _outcome(failed, known, rounds, given.levels)
    first = next((each for place, each in sorted(known.items()) if place[0] == "C"), None)
    return Report(
        outcome,
        why,
        failed,
        next(iter(known.values())).session if known else b"",
        first.from_ms if first else None,
        first.rules if first else b"",
        failed is None and first is not None and given.rules is not None,
        not given.counted,
        tuple(rounds),
    )


def _outcome(
    failed: Failed | None, known: Mapping[Place, Message], rounds: list[Seen], levels: Sequence[int] | None
) -> tuple[Literal["clear", "matched", "not clear"], str]:
    if failed is not None:
        return "not clear", failed.code
    for place, each in sorted(known.items()):
        if place[0] == "S":
            return "not clear", each.code
    last = len(rounds) - 1
    whole = rounds and all(("R", last, role) in known for role in ROLES)
    if not whole or (levels is not None and len(rounds) < len(levels)):
        return "not clear", "unfinished"
    if levels is None:
        return "not clear", "levels"
    found = sum(each.final for each in rounds[:-1]) + (rounds[-1].matches or 0)
    return ("matched" if found else "clear"), ""


# steps 5 to 12: one round


class _Round:
    """The steps of one round, in order, each for a and then for b."""

    def __init__(
        self, number: int, known: Mapping[Place, Message], given: Given, before: Seen | None
    ) -> None:
        self.number, self.known, self.given, self.before = number, known, given, before
        self.held: list[tuple[str, str]] = []
        self.matches: list[bytes] | None = None

    def verify(self) -> None:
        """Raises: Fails."""
        for code, kind, step in (
            ("signature", "C", self.signature),
            ("signature", "R", self.signature),
            ("rules", "C", self.same_rules),
            ("commit", "C", self.commit),
            ("plans", "C", self.plans),
            ("key", "C", self.key),
            ("masked", "M", self.masked),
            ("evaluated", "E", self.evaluated),
            ("result", "R", self.result),
        ):
            for role in ROLES:
                message = self.known.get((kind, self.number, role))
                if message is not None:
                    self.given.heard(self.number, code)
                    step(message)
                    self.held.append((code, role))

    def seen(self) -> Seen:
        """What held."""
        sizes = [each and each.n for each in map(self._commit, ROLES)]
        level = max(each.level for each in map(self._commit, ROLES) if each is not None)
        told = [
            self.known[place] for place in (("R", self.number, role) for role in ROLES if self._told(role))
        ]
        matches = len(self.matches) - 1 if told and self.matches is not None else None
        final = sum(all(bits) for bits in zip(*(each.bits for each in told), strict=True)) if told[1:] else 0
        return Seen(self.number, level, (sizes[0], sizes[1]), tuple(self.held), matches, final)

    def _told(self, role: str) -> bool:
        return ("result", role) in self.held

    def _commit(self, role: str) -> Message | None:
        return self.known.get(("C", self.number, role))

    def _fails(self, code: str, words: str, message: Message) -> Fails:
        return Fails(code, words, self.number, message.role)

    def signature(self, message: Message) -> None:
        """Step 5."""
        end = len(message.said) - 64
        if not self.given.good(
            self.given.keys[message.role], _SIGNED + message.said[:end], message.signature
        ):
            raise self._fails("signature", f"{message.kind} is not signed", message)

    def same_rules(self, message: Message) -> None:
        """Step 6."""
        first = next(each for place, each in sorted(self.known.items()) if place[0] == "C")
        if (message.rules, message.from_ms) != (first.rules, first.from_ms):
            raise self._fails("rules", "they do not go by the same terms and horizon", message)
        if self.given.rules not in (None, message.rules):
            raise self._fails("rules", "other terms than those given", message)

    def commit(self, message: Message) -> None:
        """Step 7."""
        other = self._commit(other_of(message.role))
        agreed = self.given.levels
        if agreed is not None and (self.number >= len(agreed) or agreed[self.number] != message.level):
            raise self._fails("commit", f"level {message.level} is not agreed for this round", message)
        if (other is not None and other.level != message.level) or (
            self.before is not None and message.level <= self.before.level
        ):
            raise self._fails("commit", f"level {message.level} is not that of the round", message)
        most = LARGEST
        if self.before is not None and self.before.matches is not None:
            most = _size(_PARTS * (self.before.matches - self.before.final) + 1)
        if message.n != _size(message.n) or message.n > most:
            raise self._fails("commit", f"{message.n} elements", message)

    def plans(self, message: Message) -> None:
        """Step 8."""
        for (kind, _, role), each in self.known.items():
            if kind == "C" and (each.plans == message.plans) != (role == message.role):
                raise self._fails("plans", "the plans were changed, or are the other side's", message)

    def key(self, message: Message) -> None:
        """Step 9."""
        used = [each for place, each in self.known.items() if place[0] == "C" and each.key == message.key]
        if len(used) > 1:
            raise self._fails("key", "a key that was used twice", message)
        proof = scalars(message.proofs)
        if proof is None or not _holds(key_proven, message.key, proof, self._context(message.role)):
            raise self._fails("key", "that its secret is known is not proven", message)

    def masked(self, message: Message) -> None:
        """Step 10."""
        said = self.known["C", self.number, message.role]
        other = self.known["C", self.number, other_of(message.role)]
        if len(message.points) != 32 * said.n or hashlib.sha256(message.points).digest() != said.masked:
            raise self._fails("masked", "not the set committed to", message)
        if said.masked == other.masked:
            raise self._fails("masked", "the set of the other side", message)
        self._increasing(message, "masked")
        self._elements(message, "masked")

    def evaluated(self, message: Message) -> None:
        """Step 11."""
        asked = self.known["M", self.number, other_of(message.role)].points
        if len(message.points) != len(asked):
            raise self._fails("evaluated", "not as many elements as the masked set has", message)
        self._elements(message, "evaluated")
        if self.given.counted:
            self._increasing(message, "evaluated")
            if message.proofs:
                raise self._fails("evaluated", "proofs, where none are agreed", message)
            return
        size = 32 * self.given.chunk
        if len(message.proofs) != 64 * -(-len(asked) // size):
            raise self._fails("evaluated", f"{len(message.proofs) // 64} proofs", message)
        whole = hashlib.sha512(asked + message.points).digest()
        key = self.known["C", self.number, message.role].key
        for j, at in enumerate(range(0, len(asked), size)):
            context = self._context(message.role) + j.to_bytes(2, "big") + whole
            lists = asked[at : at + size], message.points[at : at + size]
            proof = scalars(message.proofs[64 * j : 64 * j + 64])
            if proof is None or not _holds(evaluation_proven, key, *lists, proof, context):
                raise self._fails("evaluated", f"proof {j} does not hold", message)

    def result(self, message: Message) -> None:
        """Step 12."""
        if self.matches is None:
            one, other = (set(split(self.known["E", self.number, role].points)) for role in ROLES)
            self.matches = sorted(one & other)
        if not self.matches:
            raise self._fails("result", "not even the sentinel has matched", message)
        if message.matches != hashlib.sha256(_MATCHES + b"".join(self.matches)).digest():
            raise self._fails("result", "other matches than the sets have", message)
        if len(message.bits) != (0 if self.given.counted else len(self.matches)):
            raise self._fails("result", "not one bit for each match", message)

    def _context(self, role: str) -> bytes:
        session = self.known["C", self.number, role].session
        return _CONTEXT + session + self.number.to_bytes(1, "big") + role.encode("ascii")

    def _increasing(self, message: Message, code: str) -> None:
        before = _IDENTITY
        for each in split(message.points):
            if each <= before:
                raise self._fails(code, "the elements are not strictly increasing", message)
            before = each

    def _elements(self, message: Message, code: str) -> None:
        for each in split(message.points):
            if each == _IDENTITY:
                raise self._fails(code, "the identity", message)
            try:
                group.add(each, _IDENTITY)
            except NotTrusted:
                raise self._fails(code, "32 bytes that are no element", message) from None


def _holds(proven: Callable[..., bool], *about: object) -> bool:
    """Whether a proof holds, also where it is about something that is no element."""
    try:
        return proven(*about)
    except NotTrusted:
        return False


def _size(n: int) -> int:
    """The size that a set of n elements is filled up to."""
    if n <= 64:
        return 64
    e = n.bit_length() - 1
    free = e - e.bit_length()
    return (n + (1 << free) - 1) >> free << free
