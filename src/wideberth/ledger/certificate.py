"""Which key may sign what, and from when (LINE 2 and 14).

The identity key certifies `{key, purpose, origin, from_n}` and revokes `{key, last_n}`. Both are signed notes
under the party's name, two lines of text: what it is, and canonical JSON. They hold whatever way they come,
and in whatever order.

`n` counts entries of the feed `origin`: the party's own feed for log, seal and officer keys, the peer's feed
for the key that cosigns it. A revocation says for each feed from which entry on the key no longer counts; in
a feed that it does not name, from the first.

An officer's certificate also says what kind of key it is and in which role it is held. There is room for keys
in a token (WebAuthn): a paper about a kind that is not known is read, kept and shown, and its key counts for
nothing. What the papers say about officers is the roster (see roster).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import canonical, checkpoint, ids, keys, note
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.ids import Origin
from wideberth.ledger.note import Verifier

Purpose = Literal["log", "cosign", "seal", "officer"]
Standing = Literal["valid", "disputed", "unknown"]
PURPOSES: Final = ("log", "cosign", "seal", "officer")
CERTIFICATE = "wideberth/certificate/v1"
REVOCATION = "wideberth/revocation/v1"
SIZE = 64 * 1024
"""Bytes of the JSON in either."""

ED25519 = "ed25519"
"""The one kind of officer's key that counts."""
ROLE = 64
"""Characters of a role."""
LARGEST = 4096
"""Bytes of a key of a kind that is not known, so that what comes later fits."""

_SEAL_KEYS = (keys.KEY, 1216)
_ANY_KEYS = range(keys.KEY, LARGEST + 1)
_FIELDS = ("from_n", "key", "origin", "purpose")
_OFFICER_FIELDS = ("from_n", "key", "kind", "origin", "purpose", "role")
_KIND = re.compile("[a-z][a-z0-9-]{0,31}")


class Certificate(Struct, frozen=True):
    """`key` may sign for `purpose` about entry n of `origin`, n ≥ `from_n`.

    An officer's has a `kind` ("ed25519" counts) and a `role` ("duty officer 2", never a person's name); no
    other has either.
    """

    key: bytes
    purpose: Purpose
    origin: Origin
    from_n: int
    kind: str | None = None
    role: str | None = None


class Revocation(Struct, frozen=True):
    """What `key` signed about entry n of a feed is disputed for n ≥ `last_n` of that feed; 0 if not named."""

    key: bytes
    last_n: dict[Origin, int]


Paper: TypeAlias = Certificate | Revocation


class Papers(NamedTuple):
    """All that is held of what one identity key has signed about its party's keys."""

    certificates: tuple[Certificate, ...] = ()
    revocations: tuple[Revocation, ...] = ()


def sign(paper: Paper, identity_seed: bytes) -> bytes:
    """The signed note. Raises: Invalid (as `read_text`, `ledger.key`)."""
    identity, said = keys.public(identity_seed), text(paper)
    read_text(said, identity)  # what could not be read is not signed
    return note.write(note.sign(said, ids.cosigner(ids.party(identity)), identity_seed))


def certify(certificate: Certificate, identity_seed: bytes) -> bytes:
    """The signed note. Raises: as `sign`."""
    return sign(certificate, identity_seed)


def revoke(revocation: Revocation, identity_seed: bytes) -> bytes:
    """The signed note. Raises: as `sign`."""
    return sign(revocation, identity_seed)


def text(paper: Paper) -> str:
    """The two lines that are signed: what it is, and canonical JSON.

    Raises: Invalid (as canonical.write) for what JSON cannot say; whether it can be read, `read_text` tells.
    """
    value: dict[str, Value] = {"key": ids.base32(paper.key), "v": 1}
    if isinstance(paper, Revocation):
        value["last_n"] = {origin.text: n for origin, n in paper.last_n.items()}
        return _lines(REVOCATION, value)
    value |= {"from_n": paper.from_n, "origin": paper.origin.text, "purpose": paper.purpose}
    value |= {name: said for name, said in (("kind", paper.kind), ("role", paper.role)) if said is not None}
    return _lines(CERTIFICATE, value)


def read(data: bytes, identity: bytes) -> Paper:
    """A certificate or revocation that this identity key signed.

    Raises: Invalid (`ledger.certificate`, and as note.parse and canonical.accept), NotTrusted
    (`ledger.signature`, `ledger.unsigned`).
    """
    found = note.parse(data)
    note.verify(found, [Verifier(ids.cosigner(ids.party(identity)), note.ED25519, identity)])
    return read_text(found.text, identity)


def read_text(text: str, identity: bytes) -> Paper:
    """What the text of a paper says, before this identity key signs it or after its signature was verified.

    Raises: Invalid (`ledger.certificate`, `ledger.origin`, `ledger.base32`, and as canonical.accept).
    """
    heading, _, rest = text.partition("\n")
    if heading not in (CERTIFICATE, REVOCATION) or not rest.endswith("\n"):
        raise Invalid("ledger.certificate", "line 1", heading, f"{CERTIFICATE} or {REVOCATION}")
    value = canonical.accept(rest[:-1].encode(), SIZE)
    return _certificate(value, identity) if heading == CERTIFICATE else _revocation(value)


def read_certificate(data: bytes, identity: bytes) -> Certificate:
    """A certificate that this identity key signed. Raises: as `read`."""
    found = read(data, identity)
    if isinstance(found, Revocation):
        raise Invalid("ledger.certificate", "line 1", REVOCATION, CERTIFICATE)
    return found


def read_revocation(data: bytes, identity: bytes) -> Revocation:
    """A revocation that this identity key signed. Raises: as `read`."""
    found = read(data, identity)
    if isinstance(found, Certificate):
        raise Invalid("ledger.certificate", "line 1", CERTIFICATE, REVOCATION)
    return found


def papers(found: Iterable[Paper]) -> Papers:
    """Certificates and revocations as they come, sorted by what they are."""
    held = tuple(found)
    return Papers(
        tuple(each for each in held if isinstance(each, Certificate)),
        tuple(each for each in held if isinstance(each, Revocation)),
    )


def standing(key: bytes, purpose: Purpose, origin: Origin, n: int, papers: Papers) -> Standing:
    """What a signature of `key` about entry `n` of `origin` is worth.

    "disputed": certified, and revoked at or before n, or certified for two purposes or as of two kinds: what
    restricts stays in force, what permits is void until it is reaffirmed. A party that certifies a key twice
    does not unsay so what it signed with it. "unknown": never certified for this, or of a kind that is not
    known.
    """
    return standings(purpose, origin, n, papers).get(key, "unknown")


def standings(purpose: Purpose, origin: Origin, n: int, papers: Papers) -> dict[bytes, Standing]:
    """The same of every key that is certified for this, in one pass over the papers."""
    uses: dict[bytes, set[tuple[Purpose, str | None]]] = {}
    for each in papers.certificates:
        uses.setdefault(each.key, set()).add((each.purpose, each.kind))
    kind = ED25519 if purpose == "officer" else None
    certified = {
        each.key
        for each in papers.certificates
        if (each.purpose, each.kind, each.origin) == (purpose, kind, origin) and each.from_n <= n
    }
    revoked = {each.key for each in papers.revocations if n >= each.last_n.get(origin, 0)}
    return {
        key: "disputed" if key in revoked or uses[key] != {(purpose, kind)} else "valid" for key in certified
    }


def void(origin: Origin, n: int, papers: Papers) -> bool:
    """Whether only a revoked key has signed entry `n` of `origin`: then it permits nothing (LINE 14).

    `papers`: of its author.
    """
    worth = standings("log", origin, n, papers).values()
    return "disputed" in worth and "valid" not in worth


def logs(origin: Origin, n: int, papers: Papers) -> tuple[Verifier, ...]:
    """The keys that may sign a checkpoint of `origin` whose last entry is `n`."""
    return tuple(Verifier(origin.text, note.ED25519, key) for key in _valid("log", origin, n, papers))


def cosigners(origin: Origin, n: int, name: str, papers: Papers) -> tuple[Verifier, ...]:
    """The keys with which the party `name`, whose papers these are, may cosign `origin` up to entry `n`."""
    signer = ids.cosigner(name)
    return tuple(Verifier(signer, note.COSIGNATURE, key) for key in _valid("cosign", origin, n, papers))


def certified(purpose: Purpose, origin: Origin, papers: Papers) -> tuple[Verifier, ...]:
    """The log keys, or such, that were ever certified for a feed, whatever they are worth by now."""
    found = {each.key for each in papers.certificates if (each.purpose, each.origin) == (purpose, origin)}
    return tuple(Verifier(origin.text, note.ED25519, key) for key in sorted(found))


def read_checkpoint(data: bytes, origin: Origin, papers: Papers) -> checkpoint.Opened:
    """A checkpoint of a feed, signed with a key that is valid for its last entry.

    Keys that are certified but not valid there are known, so that "revoked" is told from "a stranger".
    Raises: as checkpoint.read, and NotTrusted (`ledger.key_not_valid`).
    """
    found = checkpoint.read(data, origin.text, certified("log", origin, papers))
    valid = logs(origin, max(found.checkpoint.size - 1, 0), papers)
    if not any(each.verifier in valid for each in found.verified):
        size = found.checkpoint.size
        raise NotTrusted("ledger.key_not_valid", f"signed with a key that does not count at size {size}")
    return found


def _valid(purpose: Purpose, origin: Origin, n: int, papers: Papers) -> Sequence[bytes]:
    found = standings(purpose, origin, n, papers)
    return sorted(key for key, worth in found.items() if worth == "valid")


def _lines(heading: str, value: dict[str, Value]) -> str:
    return f"{heading}\n{canonical.write(value, SIZE).decode()}\n"


def _certificate(value: dict[str, Value], identity: bytes) -> Certificate:
    officer = value.get("purpose") == "officer"
    _check_fields(value, _OFFICER_FIELDS if officer else _FIELDS)
    purpose, origin = value["purpose"], ids.origin(value["origin"])
    own = origin.party == ids.party(identity)
    if purpose not in PURPOSES or own is (purpose == "cosign"):
        wanted = "log, seal or officer for a feed of its own, cosign for the peer's"
        raise Invalid("ledger.certificate", "purpose", purpose, wanted)
    kind = _kind(value["kind"]) if officer else None
    role = _role(value["role"]) if officer else None
    key = _key(value["key"], _lengths(cast("Purpose", purpose), kind))
    if key == identity:
        raise Invalid("ledger.certificate", "key", value["key"], "one key, one purpose: not the identity key")
    from_n = _number(value["from_n"], "from_n")
    return Certificate(key, cast("Purpose", purpose), origin, from_n, kind, role)


def _revocation(value: dict[str, Value]) -> Revocation:
    _check_fields(value, ("key", "last_n"))
    last_n = value["last_n"]
    if not isinstance(last_n, dict):
        raise Invalid("ledger.certificate", "last_n", last_n, "an object of feeds and entries")
    by_feed = {ids.origin(name, "last_n"): _number(n, "last_n") for name, n in last_n.items()}
    return Revocation(_key(value["key"], _ANY_KEYS), by_feed)


def _check_fields(value: dict[str, Value], fields: Collection[str]) -> None:
    if tuple(value) != (*fields, "v") or value["v"] != 1:
        raise Invalid("ledger.certificate", "line 2", sorted(value), f"{', '.join(fields)}; v 1")


def _kind(found: Value) -> str:
    if not isinstance(found, str) or not _KIND.fullmatch(found):
        raise Invalid("ledger.certificate", "kind", found, "at most 32 of a-z, 0-9, -, as in ed25519")
    return found


def _role(found: Value) -> str:
    if not isinstance(found, str) or not canonical.seen(found, ROLE):
        wanted = f"a role such as duty officer 2: 1 to {ROLE} characters, all to be seen"
        raise Invalid("ledger.certificate", "role", found, wanted)
    return found


def _lengths(purpose: Purpose, kind: str | None) -> Collection[int]:
    if purpose == "seal":
        return _SEAL_KEYS
    return (keys.KEY,) if kind in (None, ED25519) else _ANY_KEYS


def _key(found: Value, lengths: Collection[int]) -> bytes:
    length = len(found) * 5 // 8 if isinstance(found, str) else 0
    if length not in lengths:
        wanted = " to " if isinstance(lengths, range) else " or "
        ends = sorted({min(lengths), max(lengths)})
        raise Invalid("ledger.certificate", "key", found, f"a key of {wanted.join(map(str, ends))} bytes")
    return ids.unbase32(found, length, "key")


def _number(found: Value, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise Invalid("ledger.certificate", path, found, f"a whole number from 0 to {WHOLE}")
    return found
