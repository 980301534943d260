"""A peer that does not do as agreed: what it says in the place of what it should, and why it is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final, NamedTuple, cast

from msgspec import structs

from tests.blind.sides import Side, Told, key
from wideberth.blind import group, messages, psi
from wideberth.blind.check import SIGNED, BlindCheck
from wideberth.blind.messages import Commit, Evaluated, Masked, Message, Result, Stopped
from wideberth.blind.rules import Agreed, Role
from wideberth.ledger import keys

BAD: Final = b"\xff" * 32
"""No canonical encoding, and after all others."""


class Liar(Side):
    """A side that says other things than it should; it knows what an eavesdropper on `honest` would."""

    def __init__(self, role: Role, cover: Told, terms: Agreed, honest: BlindCheck, **more: Any) -> None:
        super().__init__(role, cover, terms, **more)
        self.honest = honest
        self.heard: dict[type, Message] = {}
        self.forged = b""
        self.secrets: list[bytes] = []

    def signed(self, message: Message, by: Role | None = None) -> Message:
        """Signed once more: a liar has its own key."""
        if not isinstance(message, Commit | Result):
            return message
        text = SIGNED + messages.signed(message)
        return cast(Message, structs.replace(message, signature=keys.sign(key(by or self.role), text)))

    @property
    def mine(self) -> list[bytes]:
        return psi.split(self._mine.masked)


Alter = Callable[[Liar, Any], Message]


class Cheat(NamedTuple):
    """Of a kind of message what is sent in its place; `why` the honest side must refuse it.

    Of some it takes a second kind, `then`; `late`: only from the second round on; `ahead`: why as well, where
    the liar is a round ahead, and has only what is of the round before to copy.
    """

    kind: type
    alter: Alter
    why: tuple[str, ...]
    then: Alter | None = None
    late: bool = False
    unsigned: bool = False
    ahead: tuple[str, ...] = ()


def put(**fields: Any) -> Alter:
    return lambda _, message: structs.replace(message, **fields)


def forge(made: Callable[[Liar], list[bytes]]) -> Alter:
    """Committed to, as if it were a set."""

    def alter(liar: Liar, message: Commit) -> Message:
        liar.forged = b"".join(made(liar))
        return structs.replace(
            message, n=psi.bucket(len(liar.forged) // 32), masked=hashlib.sha256(liar.forged).digest()
        )

    return alter


def shown(liar: Liar, message: Masked) -> Message:
    return structs.replace(message, points=liar.forged)


def forged(made: Callable[[Liar], list[bytes]], *why: str) -> Cheat:
    """A set that it has committed to, and that is none."""
    return Cheat(Commit, forge(made), why, then=shown)


def element(label: str) -> bytes:
    return group.base(psi.secret(hashlib.sha256(label.encode()).digest(), bytes(16), "a", 0))


def without_sentinel(liar: Liar) -> list[bytes]:
    lost = liar.mine[liar._mine.place[0]]
    return sorted([element("other"), *(each for each in liar.mine if each != lost)])


def doubled(liar: Liar) -> list[bytes]:
    return [liar.mine[0], *liar.mine[:-1]]


def turned(liar: Liar) -> list[bytes]:
    return [liar.mine[1], liar.mine[0], *liar.mine[2:]]


def swapped(points: bytes) -> bytes:
    each = psi.split(points)
    return b"".join([each[1], each[0], *each[2:]])


def one_put(points: bytes, point: bytes) -> bytes:
    return points[:-32] + point


def by_another_key(liar: Liar, message: Evaluated) -> Message:
    """Evaluated and proven with a key that it is not bound to."""
    secret = psi.secret(b"x" * 32, message.session, message.role, message.round)
    masked = liar.heard[Masked]
    assert isinstance(masked, Masked)
    again = psi.evaluate(masked.points, secret)
    context = psi.proof_context(message.session, message.round, message.role)
    proofs = psi.prove(secret, psi.public(secret), masked.points, again, context)
    return structs.replace(message, points=again, proofs=proofs)


def of_this_key_for_others(liar: Liar, message: Evaluated) -> Message:
    """Truly evaluated and proven, but of other elements than the honest side's."""
    secret, commit = liar._mine.secret, liar._mine.commit
    masked = psi.split(cast(Masked, liar.heard[Masked]).points)
    other = b"".join([element("other"), *masked[1:]])
    again = psi.evaluate(other, secret)
    context = psi.proof_context(message.session, message.round, message.role)
    return structs.replace(message, points=again, proofs=psi.prove(secret, commit.key, other, again, context))


def in_the_other_name(liar: Liar, message: Evaluated) -> Message:
    """Proven in the honest side's role."""
    masked = cast(Masked, liar.heard[Masked]).points
    context = psi.proof_context(message.session, message.round, liar.other)
    secret, commit = liar._mine.secret, liar._mine.commit
    return structs.replace(message, proofs=psi.prove(secret, commit.key, masked, message.points, context))


def old_key(liar: Liar, message: Commit) -> Message:
    """The key of the round before, proven anew."""
    secret = liar.secrets[-2]
    context = psi.context(message.session, message.round) + message.role.encode()
    return structs.replace(message, key=psi.public(secret), proof=psi.prove_key(secret, context))


def copied_key(liar: Liar, message: Commit) -> Message:
    theirs = liar.honest._mine.commit
    return structs.replace(message, key=theirs.key, proof=theirs.proof)


def reflected(liar: Liar, message: Message) -> Message:
    """The honest side's own message in the liar's name; one that fits as little where there is none yet."""
    own = liar.heard.get(type(message))
    if isinstance(message, Masked):
        return structs.replace(message, points=liar.honest._mine.masked)
    if own is None or own.round != message.round:  # type: ignore[union-attr]  # it is there
        own = put(signature=bytes(64))(liar, message) if isinstance(message, Result) else message
        own = structs.replace(own, points=swapped(own.points)) if isinstance(own, Evaluated) else own
    return structs.replace(own, role=message.role)


def fewer(liar: Liar, message: Result) -> Message:
    return structs.replace(message, filled=message.filled[:-1])


def flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


OVER = psi.bucket(200_000)

CHEATS: Final[dict[str, Cheat]] = {
    "another agreement": Cheat(Commit, put(rules=bytes(32)), ("rules",)),
    "another horizon": Cheat(Commit, lambda _, m: structs.replace(m, from_ms=m.from_ms + 1), ("rules",)),
    "another level": Cheat(Commit, lambda _, m: structs.replace(m, level=m.level + 4), ("commit",)),
    "over budget": Cheat(Commit, put(n=OVER), ("commit",)),
    "more than can be inside what matched": Cheat(Commit, put(n=psi.bucket(4_000)), ("commit",), late=True),
    "no bucket": Cheat(Commit, put(n=65), ("commit",)),
    "own set copied": Cheat(
        Commit,
        lambda liar, m: structs.replace(m, masked=liar.honest._mine.commit.masked),
        ("commit",),
        ahead=("masked",),
    ),
    "own plans copied": Cheat(
        Commit, lambda liar, m: structs.replace(m, plans=liar.honest.plans), ("commit",)
    ),
    "plans changed": Cheat(Commit, put(plans=bytes(32)), ("plans",), late=True),
    "own key copied": Cheat(Commit, copied_key, ("key",)),
    "identity for a key": Cheat(Commit, put(key=bytes(32)), ("key",)),
    "no element for a key": Cheat(Commit, put(key=BAD), ("key",)),
    "a key that is not known": Cheat(
        Commit, lambda _, m: structs.replace(m, key=element("nobody's")), ("key",)
    ),
    "a proof of another key": Cheat(
        Commit, lambda _, m: structs.replace(m, proof=flipped(m.proof[:-1]) + m.proof[-1:]), ("key",)
    ),
    "a key of the round before": Cheat(Commit, old_key, ("key",), late=True),
    "unsigned": Cheat(Commit, put(signature=bytes(64)), ("signature",), unsigned=True),
    "signed by the wrong one": Cheat(
        Commit,
        lambda liar, m: liar.signed(structs.replace(m, signature=b""), liar.other),
        ("signature",),
        unsigned=True,
    ),
    "a set changed after it": Cheat(
        Masked, lambda _, m: structs.replace(m, points=one_put(m.points, BAD)), ("masked",)
    ),
    "a set cut": Cheat(Masked, lambda _, m: structs.replace(m, points=m.points[:-32]), ("masked",)),
    "the own set back": Cheat(Masked, reflected, ("masked",)),
    "unsorted": forged(turned, "masked"),
    "the same twice": forged(doubled, "masked"),
    "the identity": forged(lambda liar: [bytes(32), *liar.mine[1:]], "masked"),
    "no element": forged(lambda liar: [*liar.mine[:-1], BAD], "element"),
    "an element of another curve": forged(lambda liar: [*liar.mine[:-1], b"\xfe" * 31 + b"\x7f"], "element"),
    "no sentinel": forged(without_sentinel, "sentinel"),
    "two exchanged": Cheat(Evaluated, lambda _, m: structs.replace(m, points=swapped(m.points)), ("proof",)),
    "one of one's choice": Cheat(
        Evaluated, lambda _, m: structs.replace(m, points=one_put(m.points, element("other"))), ("proof",)
    ),
    "the identity evaluated": Cheat(
        Evaluated, lambda _, m: structs.replace(m, points=one_put(m.points, bytes(32))), ("proof", "element")
    ),
    "no element evaluated": Cheat(
        Evaluated, lambda _, m: structs.replace(m, points=one_put(m.points, BAD)), ("proof", "element")
    ),
    "fewer evaluated": Cheat(Evaluated, lambda _, m: structs.replace(m, points=m.points[:-32]), ("proof",)),
    "no proof": Cheat(Evaluated, put(proofs=b""), ("proof",)),
    "a proof too many": Cheat(Evaluated, lambda _, m: structs.replace(m, proofs=m.proofs * 2), ("proof",)),
    "a proof altered": Cheat(
        Evaluated, lambda _, m: structs.replace(m, proofs=flipped(m.proofs[:-1]) + m.proofs[-1:]), ("proof",)
    ),
    "evaluated with another key": Cheat(Evaluated, by_another_key, ("proof",)),
    "other elements evaluated": Cheat(Evaluated, of_this_key_for_others, ("proof",)),
    "a proof in the other's name": Cheat(Evaluated, in_the_other_name, ("proof",)),
    "the own evaluation back": Cheat(Evaluated, reflected, ("proof",)),
    "other matches": Cheat(Result, put(matches=bytes(32)), ("unequal",)),
    "the own result back": Cheat(Result, reflected, ("signature",), unsigned=True),
    "too few bits": Cheat(Result, fewer, ("filled",)),
    "too many bits": Cheat(Result, lambda _, m: structs.replace(m, filled=(*m.filled, False)), ("filled",)),
    "an unsigned result": Cheat(Result, put(signature=bytes(64)), ("signature",), unsigned=True),
    "a result of the next round": Cheat(
        Result, lambda _, m: structs.replace(m, round=m.round + 1), ("signature",), unsigned=True
    ),
    "another run": Cheat(Masked, put(session=bytes(16)), ("session",)),
    "a commitment of another run": Cheat(Commit, put(session=bytes(16)), ("session",)),
    "the other's name": Cheat(Masked, lambda liar, m: structs.replace(m, role=liar.other), ("role",)),
    "a round too far": Cheat(Masked, lambda _, m: structs.replace(m, round=m.round + 2), ("order",)),
    "a stop": Cheat(Evaluated, lambda liar, m: Stopped(m.session, liar.role, "budget"), ("stopped",)),
}


def told(liar: Liar, cheat: Cheat | None, at: int, message: Message) -> tuple[Message, bool]:
    """What the liar says in the place of this, and whether that is another thing."""
    if isinstance(message, Commit):
        liar.secrets.append(liar._mine.secret)
    if cheat is None or isinstance(message, Stopped) or message.round != at:
        return message, False
    if isinstance(message, cheat.kind):
        said = cheat.alter(liar, message)
    elif cheat.then is not None and isinstance(message, Masked):
        said = cheat.then(liar, message)
    else:
        return message, False
    return (said if cheat.unsigned else liar.signed(said)), True
