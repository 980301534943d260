"""Pairing (LINE 18): what two parties make of each other's values, and what comes out of it.

Each party draws a pairing key (X25519) and 32 random bytes for this one pairing, and shows them with its
identity key. Both hash all of it, in the order of the identity keys, to the same transcript. People compare
it, as digits or as words; everything else is derived from it. docs/pairing.md says why that suffices, and
pairing_step how the values are exchanged on a network.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted, Refused
from wideberth.ledger import certificate, ids, quints
from wideberth.ledger.certificate import Papers, Purpose
from wideberth.ledger.entries import TEXT, LineOpened, Paper
from wideberth.ledger.ids import HASH, Kind, Line, Origin

Way = Literal["online", "file"]

COMMITMENT = b"wideberth/pair/v1\n"
TRANSCRIPT: Final[dict[Way, bytes]] = {
    "online": b"wideberth/pair/v1/online\n",
    "file": b"wideberth/pair/v1/file\n",
}
CHANCE = b"wideberth/pair/v1/chance\n"
SECRET = b"wideberth/pair/v1/secret\n"
WORDS = b"wideberth/pair/v1/words\n"
YES = b"wideberth/pair/v1/yes\n"

HELLO = 3 * HASH
"""Bytes of what a party shows."""
DIGITS = 12
PAPERS = 100
"""The most papers that a party sends with a pairing."""

NEEDED: Final[tuple[tuple[Purpose, Kind], ...]] = (
    ("log", "urgent"),
    ("log", "main"),
    ("cosign", "urgent"),
    ("cosign", "main"),
    ("seal", "main"),
)
"""What a line cannot begin without: a key for each, from entry 0; cosign for the other party's feeds."""


class Hello(Struct, frozen=True):
    """What a party shows of itself: identity key, public pairing key, random bytes; 32 bytes each.

    The random bytes begin with ids.EXERCISE where it is for an exercise; others do so once in 2^64 times.
    """

    identity: bytes
    pairing: bytes
    chance: bytes

    @property
    def data(self) -> bytes:
        """The three, in this order: 96 bytes."""
        return self.identity + self.pairing + self.chance

    @property
    def exercise(self) -> bool:
        """Whether it is for an exercise."""
        return self.chance.startswith(ids.EXERCISE)

    @property
    def commitment(self) -> bytes:
        """SHA-256("wideberth/pair/v1" ‖ newline ‖ identity ‖ pairing ‖ chance)."""
        return hashlib.sha256(COMMITMENT + self.data).digest()


class Met(Struct, frozen=True):
    """What both have once they know each other's values, before anybody has compared anything.

    `transcript` is a SHA-256; `genesis` begins the line; `mine` and `peer` are the values. No secret.
    """

    transcript: bytes
    genesis: bytes
    mine: Hello
    peer: Hello

    @property
    def line(self) -> Line:
        """The line that begins."""
        return ids.line(self.genesis)

    @property
    def digits(self) -> str:
        """What officers compare online: the transcript modulo 10^12, in three groups of four."""
        text = f"{int.from_bytes(self.transcript, 'big') % 10**DIGITS:0{DIGITS}}"
        return f"{text[:4]} {text[4:8]} {text[8:]}"

    @property
    def words(self) -> tuple[str, str]:
        """What officers compare by file: the whole transcript, in two rows of eight words.

        The party whose identity key has the lesser bytes reads the first row, the other the second.
        """
        return quints.words(self.transcript[: HASH // 2]), quints.words(self.transcript[HASH // 2 :])


def marked(chance: bytes, *, exercise: bool) -> bytes:
    """32 random bytes as they are, or those of an exercise: their first 8 are ids.EXERCISE then."""
    return ids.EXERCISE + chance[len(ids.EXERCISE) :] if exercise else chance


def hello(identity: bytes, private: bytes, chance: bytes) -> Hello:
    """What a party shows, from its public identity key, private pairing key and random bytes.

    Raises: Invalid (`pair.length`).
    """
    return read_hello(identity + _private(private).public_key().public_bytes_raw() + chance)


def read_hello(data: bytes) -> Hello:
    """What a party has shown: 96 bytes. Raises: Invalid (`pair.length`)."""
    if len(data) != HELLO:
        raise Invalid(
            "pair.length", "", f"{len(data)} bytes", f"{HELLO} bytes: identity, pairing key, random"
        )
    return Hello(data[:HASH], data[HASH : 2 * HASH], data[2 * HASH :])


def meet(mine: Hello, peer: Hello, way: Way) -> Met:
    """What both sides make of both sides' values: the same on both, whichever came first.

    Raises: NotTrusted (`pair.reflected` where the peer shows what is mine), Refused (`pair.same_identity`,
    `pair.exercise`).
    """
    if peer.pairing == mine.pairing or peer.chance == mine.chance:
        raise NotTrusted("pair.reflected", "what came is this side's own; accepted: the other party's values")
    if peer.identity == mine.identity:
        raise Refused("pair.same_identity", "both ends have the same identity; accepted: two parties")
    if peer.exercise != mine.exercise:
        one, other = ("this", "the other") if mine.exercise else ("the other", "this")
        words = f"{one} side pairs for an exercise, {other} side for what is real; accepted: both the same"
        raise Refused("pair.exercise", words)
    first, second = sorted((mine, peer), key=lambda each: each.identity)
    transcript = hashlib.sha256(TRANSCRIPT[way] + first.data + second.data).digest()
    chance = marked(hashlib.sha256(CHANCE + transcript).digest(), exercise=mine.exercise)
    return Met(transcript, ids.genesis(mine.identity, peer.identity, chance), mine, peer)


def secret(met: Met, private: bytes) -> bytes:
    """The line secret, 32 bytes: HKDF-SHA256 of X25519 between the pairing keys, salted with the transcript.

    Raises: Invalid (`pair.length`), NotTrusted (`pair.key` where the peer's key would make it known to
    anybody), Refused (`pair.other_key` where `private` is not the one that was shown).
    """
    return _derived(met, private, SECRET)


def words(met: Met, private: bytes) -> bytes:
    """What the recognition words of the line begin with (line.words), 32 bytes; made as the line secret is.

    Nobody can make it of the line secret, which a node keeps: what is erased of the words is gone.
    Raises: as `secret`.
    """
    return _derived(met, private, WORDS)


def yes(met: Met, private: bytes, identity: bytes) -> bytes:
    """How a party tells the other that its officer said yes: only who holds a pairing key can make it.

    HMAC-SHA256 of the identity of the party that says it, under a key derived as the line secret is.
    Raises: as `secret`.
    """
    return hmac.digest(_derived(met, private, YES), identity, "sha256")


def needed(line: Line, party: str) -> list[tuple[Purpose, Origin]]:
    """Purposes and feeds for which a party must have certified a key before its line can begin."""
    other = line.parties[1 - line.rank(party)]
    return [
        (purpose, Origin(line.id, other if purpose == "cosign" else party, kind, 0))
        for purpose, kind in NEEDED
    ]


def read_papers(line: Line, identity: bytes, notes: Sequence[bytes]) -> Papers:
    """The certificates with which a party begins its side of a line, each verified under its identity key.

    They are also the proof that the party holds that key: every one of them names a feed of this very line,
    whose id is made of the transcript.
    Raises: Invalid (`pair.papers`, `pair.papers_missing`), NotTrusted (`pair.paper_line`), and as
    certificate.read_certificate.
    """
    if len(notes) > PAPERS:
        raise Invalid("pair.papers", "", f"{len(notes)} papers", f"at most {PAPERS}")
    found = certificate.papers(certificate.read_certificate(each, identity) for each in notes)
    for each in found.certificates:
        if each.origin.line != line.id:
            raise NotTrusted("pair.paper_line", f"a certificate for another line: {each.origin.text}")
    missing = [
        f"{purpose} for {origin.text}"
        for purpose, origin in needed(line, ids.party(identity))
        if "valid" not in certificate.standings(purpose, origin, 0, found).values()
    ]
    if missing:
        wanted = f"also a valid certificate, from entry 0 on, of: {', '.join(missing)}"
        raise Invalid("pair.papers_missing", "papers", f"{len(notes)} papers", wanted)
    return found


def to_enter(
    met: Met, own: Sequence[bytes], peers: Sequence[bytes], label: str | None = None
) -> tuple[LineOpened | Paper, ...]:
    """What a node enters in its private feed, in this order, when a pairing is complete.

    `own` and `peers` are the papers of both; `label` is what this node calls the peer.
    Raises: Invalid (`pair.label`), and as `read_papers`.
    """
    check_label(label)
    for identity, notes in ((met.mine.identity, own), (met.peer.identity, peers)):
        read_papers(met.line, identity, notes)
    return LineOpened(met.genesis, label), *_papers(own), *_papers(peers)


def check_label(label: str | None) -> None:
    """What a node calls its peer, if anything. Raises: Invalid (`pair.label`)."""
    if label is not None and not (0 < len(label) <= TEXT and label.isprintable()):
        raise Invalid("pair.label", "label", label, f"one line of 1 to {TEXT} characters, all to be seen")


def _papers(notes: Iterable[bytes]) -> tuple[Paper, ...]:
    return tuple(map(Paper, notes))


def _derived(met: Met, private: bytes, use: bytes) -> bytes:
    key = _private(private)
    if key.public_key().public_bytes_raw() != met.mine.pairing:
        raise Refused("pair.other_key", "this is not the pairing key that was shown; accepted: that one")
    try:
        shared = key.exchange(X25519PublicKey.from_public_bytes(met.peer.pairing))
    except ValueError as error:  # all zeros: a point of small order, which no honest party has for a key
        raise NotTrusted("pair.key", "a pairing key that makes a secret known to anybody") from error
    info = use + ids.unbase32(met.line.id, HASH, "line")
    return HKDF(SHA256(), HASH, salt=met.transcript, info=info).derive(shared)


def _private(private: bytes) -> X25519PrivateKey:
    if len(private) != HASH:
        raise Invalid("pair.length", "", f"{len(private)} bytes", f"a private pairing key of {HASH} bytes")
    return X25519PrivateKey.from_private_bytes(private)
