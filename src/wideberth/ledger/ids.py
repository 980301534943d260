"""Names of lines, parties and feeds (LINE 1), and the two ways bytes are written as text.

In JSON and in names, bytes are lower-case base32 (RFC 4648) without padding; in signed notes they are base64,
as C2SP has it. Both are accepted in their one canonical form only.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b32encode, b64decode, b64encode
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from wideberth.errors import Invalid
from wideberth.ledger import canonical

HASH = 32
"""Bytes of a SHA-256, of an Ed25519 or X25519 key, of the genesis' random part."""
EPOCHS = 2**31 - 1
FEEDS = 1024
"""Names that are kept as they were read."""
KINDS: Final = ("urgent", "main")
"""In the order in which a tie between an author's own feeds is broken."""
GENESIS_TYPE = "wideberth.genesis"
PRIVATE: Final = "private"
"""Stands where a line's id would, in the origin of a party's private feed."""
NOTICE = 16
"""Bytes of a notice's id."""
OF_PLAN = b"wideberth/notice/v1\n"
CASE = b"wideberth/case/v1"
EXERCISE: Final = b"EXERCISE"
"""So begins the random part of an exercise line's genesis: nothing that is signed on it fits a real line."""
FEED = "wideberth/<line>/<party>/<urgent|main>/<epoch>, or wideberth/private/<party>/main/<epoch>"

Kind = Literal["urgent", "main"]
_BASE32 = re.compile("[a-z2-7]+")
_DIGITS = str.maketrans("abcdefghijklmnopqrstuvwxyz234567", "0123456789abcdefghijklmnopqrstuv")
_NUMBER = re.compile("0|[1-9][0-9]{0,9}")


class Origin(NamedTuple):
    """The name of a feed: which line, whose, urgent or main, which epoch (from 0).

    A party's private feed is on no line: `line` is PRIVATE, `kind` main (LINE 16).
    """

    line: str
    party: str
    kind: Kind
    epoch: int

    @property
    def text(self) -> str:
        """`wideberth/<line>/<party>/<urgent|main>/<epoch>`: origin and key name of the feed's checkpoints."""
        return f"wideberth/{self.line}/{self.party}/{self.kind}/{self.epoch}"

    @property
    def private(self) -> bool:
        """Whether it is a party's private feed, which nobody else is sent."""
        return self.line == PRIVATE


class Line(Struct, frozen=True):
    """A line: its id, and its two parties in the order of their identity keys' bytes.

    `exercise`: whether it was begun for an exercise, which is part of its id's making and never changes.
    """

    id: str
    keys: tuple[bytes, bytes]
    parties: tuple[str, str]
    exercise: bool = False

    def rank(self, party: str) -> int:
        """0 or 1. Raises: Invalid (`ledger.stranger`) for anybody else."""
        if party not in self.parties:
            raise Invalid("ledger.stranger", "", party, f"a party of the line: {', '.join(self.parties)}")
        return self.parties.index(party)

    def other(self, party: str) -> str:
        """The party at the other end. Raises: Invalid (`ledger.stranger`)."""
        return self.parties[1 - self.rank(party)]

    def identity(self, party: str) -> bytes:
        """The identity key of a party of the line. Raises: Invalid (`ledger.stranger`)."""
        return self.keys[self.rank(party)]


def base32(data: bytes) -> str:
    """Lower-case base32 without padding: 52 characters for 32 bytes."""
    return b32encode(data).decode().rstrip("=").lower()


def unbase32(text: object, length: int, path: str) -> bytes:
    """The `length` bytes that a text stands for. Raises: Invalid (`ledger.base32`)."""
    if isinstance(text, str) and len(text) == (length * 8 + 4) // 5 and _BASE32.fullmatch(text):
        # Python reads digits of this base many times faster than base64.b32decode reads its alphabet
        bits, spare = int(text.translate(_DIGITS), 32), len(text) * 5 - length * 8
        # the last character may carry bits that are no part of any byte: one text for the same bytes, not two
        if not bits & ((1 << spare) - 1):
            return (bits >> spare).to_bytes(length, "big")
    raise Invalid("ledger.base32", path, text, f"{length} bytes in lower-case base32 without padding")


def base64(data: bytes) -> str:
    """Standard base64 with padding, as C2SP's formats have it."""
    return b64encode(data).decode()


def unbase64(text: str, path: str) -> bytes:
    """Standard base64 with padding, in its one canonical form. Raises: Invalid (`ledger.base64`)."""
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not data or base64(data) != text:
        raise Invalid("ledger.base64", path, text, "standard base64 with padding (RFC 4648, section 4)")
    return data


def party(identity: bytes) -> str:
    """The name of the party with an Ed25519 identity key: base32 of SHA-256(key)."""
    return base32(hashlib.sha256(identity).digest())


def cosigner(name: str) -> str:
    """The key name under which a party cosigns."""
    return f"wideberth/{name}"


def genesis(one: bytes, other: bytes, chance: bytes) -> bytes:
    """The bytes that a line begins with: canonical JSON of both identity keys, in order, and 32 random bytes.

    Raises: Invalid (`ledger.genesis`).
    """
    if one == other or {len(one), len(other), len(chance)} != {HASH}:
        raise Invalid("ledger.genesis", "", "keys that cannot make a line", "two keys and 32 random bytes")
    keys: list[canonical.Value] = [base32(key) for key in sorted((one, other))]
    return canonical.write(
        {"chance": base32(chance), "keys": keys, "type": GENESIS_TYPE, "v": 1}, canonical.HEADER
    )


def line(data: bytes) -> Line:
    """The line of a genesis; its id is base32 of SHA-256(genesis).

    Raises: Invalid (`ledger.genesis`, `ledger.base32`, and as canonical.accept).
    """
    found = canonical.accept(data, canonical.HEADER)
    keys = found.get("keys")
    if not isinstance(keys, list) or len(keys) != len(KINDS):
        raise Invalid("ledger.genesis", "keys", keys, "the two identity keys")
    one, other = (unbase32(key, HASH, f"keys[{i}]") for i, key in enumerate(keys))
    chance = unbase32(found.get("chance"), HASH, "chance")
    if genesis(one, other, chance) != data:
        raise Invalid("ledger.genesis", "", data.decode(), "chance, keys (sorted by their bytes), type, v")
    name, parties = base32(hashlib.sha256(data).digest()), (party(one), party(other))
    return Line(name, (one, other), parties, chance.startswith(EXERCISE))


def alone(identity: bytes) -> Line:
    """What a party's private feed is on, for its order and snapshots: a line with nobody else."""
    name = party(identity)
    return Line(PRIVATE, (identity, identity), (name, name))


def origin(text: object, path: str = "origin") -> Origin:
    """The feed that a text names. Raises: Invalid (`ledger.origin`, `ledger.base32`)."""
    if not isinstance(text, str):
        raise Invalid("ledger.origin", path, text, FEED)
    return _origin(text, path)


@lru_cache(maxsize=FEEDS)
def _origin(text: str, path: str) -> Origin:
    """Every entry names the same few feeds; what is refused is not kept."""
    match text.split("/"):
        case ["wideberth", where, who, ("urgent" | "main") as kind, epoch] if _NUMBER.fullmatch(epoch):
            if where != PRIVATE:
                unbase32(where, HASH, path)
            unbase32(who, HASH, path)
            if int(epoch) <= EPOCHS and (where != PRIVATE or kind == "main"):
                return Origin(where, who, kind, int(epoch))
    raise Invalid("ledger.origin", path, text, FEED)


def notice(text: object, path: str = "notice") -> bytes:
    """The 16 bytes of a notice's id, `n-` and 26 characters of base32.

    Raises: Invalid (`ledger.notice`, `ledger.base32`).
    """
    if not isinstance(text, str) or not text.startswith("n-"):
        raise Invalid("ledger.notice", path, text, "n- and 26 characters of lower-case base32")
    return unbase32(text[2:], NOTICE, path)


def plan(text: object, path: str = "plan") -> bytes:
    """The 16 bytes of a plan's id, `p-` and 26 characters of base32.

    Raises: Invalid (`ledger.plan`, `ledger.base32`).
    """
    if not isinstance(text, str) or not text.startswith("p-"):
        raise Invalid("ledger.plan", path, text, "p- and 26 characters of lower-case base32")
    return unbase32(text[2:], NOTICE, path)


def notice_of(line: str, plan_id: str) -> str:
    r"""The id under which a plan is told on a line, if it is: always the same, and told by nobody else.

    n- and base32 of the first 16 bytes of SHA-256("wideberth/notice/v1\n" ‖ line ‖ plan): the line as its 32
    bytes, the plan as its 16. The plan's id is random and never leaves its party, so to all others a notice's
    id is as random as it is, and those of one plan on two lines have nothing in common.
    Raises: Invalid (as `plan`, `unbase32`).
    """
    named = unbase32(line, HASH, "line") + plan(plan_id)
    return f"n-{base32(hashlib.sha256(OF_PLAN + named).digest()[:NOTICE])}"


def case(line: str, one: str, other: str) -> str:
    """The id of the case between two notices of a line (LINE 9), whichever side opens it.

    base32 of SHA-256("wideberth/case/v1" ‖ line ‖ the notices' bytes, the lesser first): the line as its 32
    bytes, each notice as its 16, nothing between them.
    Raises: Invalid (`ledger.notice`, also for one notice given twice; `ledger.base32`).
    """
    if one == other:
        raise Invalid("ledger.notice", "other", other, "two notices: nothing is in conflict with itself")
    notices = sorted((notice(one, "one"), notice(other, "other")))
    return base32(hashlib.sha256(CASE + unbase32(line, HASH, "line") + b"".join(notices)).digest())


def noun(letter: str, data: bytes) -> str:
    """The id of a noun that several lines may have: its letter, a hyphen, base32 of 16 random bytes."""
    return f"{letter}-{base32(data)}"


def unnoun(text: object, letter: str, path: str) -> bytes:
    """The 16 bytes of such an id. Raises: Invalid (`ledger.noun`, `ledger.base32`)."""
    if not isinstance(text, str) or not text.startswith(f"{letter}-"):
        raise Invalid("ledger.noun", path, text, f"{letter}- and 26 characters of lower-case base32")
    return unbase32(text[2:], NOTICE, path)
