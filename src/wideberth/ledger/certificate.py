"""Which key may sign what, and from when (LINE 2 and 14).

The identity key certifies `{key, purpose, origin, from_n}` and revokes `{key, last_n}`. Both are signed notes
under the party's name, two lines of text: what it is, and canonical JSON. They hold whatever way they come,
and in whatever order.

`n` counts entries of the feed `origin`: the party's own feed for log, seal and officer keys, the peer's feed
for the key that cosigns it. A revocation says for each feed from which entry on the key no longer counts; in
a feed that it does not name, from the first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, Literal, NamedTuple, cast

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

_SEAL_KEYS = (keys.KEY, 1216)


class Certificate(Struct, frozen=True):
    """`key` may sign for `purpose` about entry n of `origin`, n ≥ `from_n`."""

    key: bytes
    purpose: Purpose
    origin: Origin
    from_n: int


class Revocation(Struct, frozen=True):
    """What `key` signed about entry n of a feed is disputed for n ≥ `last_n` of that feed; 0 if not named."""

    key: bytes
    last_n: dict[Origin, int]


class Papers(NamedTuple):
    """All that is held of what one identity key has signed about its party's keys."""

    certificates: tuple[Certificate, ...] = ()
    revocations: tuple[Revocation, ...] = ()


def certify(certificate: Certificate, identity_seed: bytes) -> bytes:
    """The signed note. Raises: Invalid (`ledger.certificate`, `ledger.key`)."""
    value: dict[str, Value] = {
        "from_n": certificate.from_n,
        "key": ids.base32(certificate.key),
        "origin": certificate.origin.text,
        "purpose": certificate.purpose,
    }
    return _signed(CERTIFICATE, value, identity_seed, read_certificate)


def revoke(revocation: Revocation, identity_seed: bytes) -> bytes:
    """The signed note. Raises: Invalid (`ledger.certificate`, `ledger.key`)."""
    value: dict[str, Value] = {
        "key": ids.base32(revocation.key),
        "last_n": {origin.text: n for origin, n in revocation.last_n.items()},
    }
    return _signed(REVOCATION, value, identity_seed, read_revocation)


def read_certificate(data: bytes, identity: bytes) -> Certificate:
    """A certificate that this identity key signed.

    Raises: Invalid (`ledger.certificate`, and as note.parse and canonical.accept), NotTrusted
    (`ledger.signature`, `ledger.unsigned`).
    """
    found = _opened(data, CERTIFICATE, identity, ("from_n", "key", "origin", "purpose"))
    purpose, origin = found["purpose"], ids.origin(found["origin"])
    own = origin.party == ids.party(identity)
    if purpose not in PURPOSES or own is (purpose == "cosign"):
        wanted = "log, seal or officer for a feed of its own, cosign for the peer's"
        raise Invalid("ledger.certificate", "purpose", purpose, wanted)
    key = _key(found["key"], _SEAL_KEYS if purpose == "seal" else (keys.KEY,))
    if key == identity:
        raise Invalid("ledger.certificate", "key", found["key"], "one key, one purpose: not the identity key")
    return Certificate(key, cast("Purpose", purpose), origin, _number(found["from_n"], "from_n"))


def read_revocation(data: bytes, identity: bytes) -> Revocation:
    """A revocation that this identity key signed. Raises: as `read_certificate`."""
    found = _opened(data, REVOCATION, identity, ("key", "last_n"))
    last_n = found["last_n"]
    if not isinstance(last_n, dict):
        raise Invalid("ledger.certificate", "last_n", last_n, "an object of feeds and entries")
    by_feed = {ids.origin(name, "last_n"): _number(n, "last_n") for name, n in last_n.items()}
    return Revocation(_key(found["key"], _SEAL_KEYS), by_feed)


def standing(key: bytes, purpose: Purpose, origin: Origin, n: int, papers: Papers) -> Standing:
    """What a signature of `key` about entry `n` of `origin` is worth.

    "disputed": certified, and revoked at or before n: what restricts stays in force, what permits is void
    until it is reaffirmed. "unknown": never certified for this, or for two purposes: one key, one purpose.
    """
    return _standings(purpose, origin, n, papers).get(key, "unknown")


def logs(origin: Origin, n: int, papers: Papers) -> tuple[Verifier, ...]:
    """The keys that may sign a checkpoint of `origin` whose last entry is `n`."""
    return tuple(Verifier(origin.text, note.ED25519, key) for key in _valid("log", origin, n, papers))


def cosigners(origin: Origin, n: int, name: str, papers: Papers) -> tuple[Verifier, ...]:
    """The keys with which the party `name`, whose papers these are, may cosign `origin` up to entry `n`."""
    signer = ids.cosigner(name)
    return tuple(Verifier(signer, note.COSIGNATURE, key) for key in _valid("cosign", origin, n, papers))


def read_checkpoint(data: bytes, origin: Origin, papers: Papers) -> checkpoint.Opened:
    """A checkpoint of a feed, signed with a key that is valid for its last entry.

    Keys that are certified but not valid there are known, so that "revoked" is told from "a stranger".
    Raises: as checkpoint.read, and NotTrusted (`ledger.key_not_valid`).
    """
    certified = {each.key for each in papers.certificates if each.purpose == "log" and each.origin == origin}
    known = [Verifier(origin.text, note.ED25519, key) for key in sorted(certified)]
    found = checkpoint.read(data, origin.text, known)
    valid = logs(origin, max(found.checkpoint.size - 1, 0), papers)
    if not any(each.verifier in valid for each in found.verified):
        size = found.checkpoint.size
        raise NotTrusted("ledger.key_not_valid", f"signed with a key that does not count at size {size}")
    return found


def _standings(purpose: Purpose, origin: Origin, n: int, papers: Papers) -> dict[bytes, Standing]:
    """Of every key that is certified for this, in one pass over the papers."""
    purposes: dict[bytes, set[Purpose]] = {}
    for each in papers.certificates:
        purposes.setdefault(each.key, set()).add(each.purpose)
    certified = {
        each.key
        for each in papers.certificates
        if each.origin == origin and each.from_n <= n and purposes[each.key] == {purpose}
    }
    revoked = {each.key for each in papers.revocations if n >= each.last_n.get(origin, 0)}
    return {key: "disputed" if key in revoked else "valid" for key in certified}


def _valid(purpose: Purpose, origin: Origin, n: int, papers: Papers) -> Sequence[bytes]:
    found = _standings(purpose, origin, n, papers)
    return sorted(key for key, worth in found.items() if worth == "valid")


def _signed(
    heading: str,
    value: dict[str, Value],
    identity_seed: bytes,
    reader: Callable[[bytes, bytes], object],
) -> bytes:
    identity = keys.public(identity_seed)
    text = f"{heading}\n{canonical.write({**value, 'v': 1}, SIZE).decode()}\n"
    data = note.write(note.sign(text, ids.cosigner(ids.party(identity)), identity_seed))
    reader(data, identity)
    return data


def _opened(data: bytes, heading: str, identity: bytes, fields: Collection[str]) -> dict[str, Value]:
    found = note.parse(data)
    note.verify(found, [Verifier(ids.cosigner(ids.party(identity)), note.ED25519, identity)])
    first, _, rest = found.text.partition("\n")
    if first != heading or not rest.endswith("\n"):
        raise Invalid("ledger.certificate", "line 1", first, heading)
    value = canonical.accept(rest[:-1].encode(), SIZE)
    if tuple(value) != (*fields, "v") or value["v"] != 1:
        raise Invalid("ledger.certificate", "line 2", sorted(value), f"{', '.join(fields)}; v 1")
    return value


def _key(found: Value, lengths: Collection[int]) -> bytes:
    length = len(found) * 5 // 8 if isinstance(found, str) else 0
    if length not in lengths:
        raise Invalid("ledger.certificate", "key", found, f"a key of {' or '.join(map(str, lengths))} bytes")
    return ids.unbase32(found, length, "key")


def _number(found: Value, path: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < 0:
        raise Invalid("ledger.certificate", path, found, f"a whole number from 0 to {WHOLE}")
    return found
