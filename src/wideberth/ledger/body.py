"""Entries: the header is the leaf of the tree, the body is bound to it by a salted commitment (LINE 3).

A header outlives its body. The salt, 16 random bytes, sees to it that the commitment then gives nothing away:
without it, anybody could try likely bodies.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

import msgspec
from msgspec import Struct

from wideberth.errors import Invalid, NotTrusted
from wideberth.ledger import canonical, ids, merkle
from wideberth.ledger.canonical import WHOLE, Value
from wideberth.ledger.ids import Origin

SALT = 16
COMMITMENT = b"wideberth/body/v1\n"
FIELDS = ("agreement", "at_ms", "body_c", "folded", "n", "origin", "type", "v")
TYPE = 64
"""Characters of a type."""

_PLAIN = re.compile("[a-z0-9._/]*")
_TYPE = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")

Known = Mapping[tuple[str, int], frozenset[str]]
"""The types and versions that a program knows, each with the names of its body's fields."""


class Header(Struct, frozen=True):
    """What stays of an entry for ever.

    `v` is the version of `type`; `n` counts from 0 in the feed `origin`; `folded` is how many entries of each
    other feed of the line the author had folded (a private feed is of no line, and names only other epochs of
    itself); `at_ms` is the author's clock, ms POSIX UTC; `agreement` is
    the SHA-256 of the terms in force, or None; `body_c` the commitment to the body.
    """

    v: int
    type: str
    origin: Origin
    n: int
    folded: dict[Origin, int]
    at_ms: int
    agreement: bytes | None
    body_c: bytes


class Entry(Struct, frozen=True):
    """An entry: `leaf` is the header's bytes as they were received, `header` what they say."""

    leaf: bytes
    header: Header
    salt: bytes
    body: bytes

    @property
    def hash(self) -> bytes:
        """The leaf hash in the feed's tree."""
        return merkle.leaf_hash(self.leaf)


class _Leaf(Struct):
    """A header as it stands in a leaf."""

    v: int
    type: str
    origin: str
    n: int
    folded: dict[str, int]
    at_ms: int
    agreement: str | None
    body_c: str


_decode = msgspec.json.Decoder(_Leaf).decode


def commit(salt: bytes, body: bytes) -> bytes:
    """SHA-256("wideberth/body/v1" ‖ newline ‖ salt ‖ body). Raises: Invalid (`ledger.salt`)."""
    if len(salt) != SALT:
        raise Invalid("ledger.salt", "salt", f"{len(salt)} bytes", f"{SALT} random bytes")
    return hashlib.sha256(COMMITMENT + salt + body).digest()


def write(header: Header) -> bytes:
    """The leaf of a header.

    Raises: Invalid (`ledger.header`, `ledger.json_too_large`, and as canonical.write).
    """
    leaf = _Leaf(
        v=header.v,
        type=header.type,
        origin=header.origin.text,
        n=header.n,
        folded={origin.text: size for origin, size in header.folded.items()},
        at_ms=header.at_ms,
        agreement=None if header.agreement is None else ids.base32(header.agreement),
        body_c=ids.base32(header.body_c),
    )
    if all(map(_PLAIN.fullmatch, (leaf.type, leaf.origin, *leaf.folded))):
        data = _written(leaf)
    else:
        data = canonical.write(_fields(leaf), canonical.HEADER)
    read(data)
    return data


def read(leaf: bytes) -> Header:
    """The header that a leaf holds: these eight fields and no other.

    Raises: Invalid (`ledger.header`, `ledger.origin`, `ledger.base32`, and as canonical.accept).
    """
    quick = _quickly(leaf)
    found = _fields(quick) if quick else canonical.accept(leaf, canonical.HEADER)
    if tuple(found) != FIELDS:
        raise Invalid("ledger.header", "", sorted(found), f"the fields {', '.join(FIELDS)}")
    origin = ids.origin(found["origin"])
    kind = found["type"]
    if not isinstance(kind, str) or len(kind) > TYPE or not _TYPE.fullmatch(kind):
        raise Invalid(
            "ledger.header", "type", kind, f"at most {TYPE} of a-z, 0-9, _, in parts joined by dots"
        )
    terms = found["agreement"]
    return Header(
        v=_number(found["v"], "v", 1),
        type=_one(kind),
        origin=origin,
        n=_number(found["n"], "n", 0),
        folded=_shared(tuple(quick.folded.items()), origin) if quick else _folded(found["folded"], origin),
        at_ms=_number(found["at_ms"], "at_ms", 0),
        agreement=None if terms is None else ids.unbase32(terms, ids.HASH, "agreement"),
        body_c=ids.unbase32(found["body_c"], ids.HASH, "body_c"),
    )


def _fields(leaf: _Leaf) -> dict[str, Value]:
    return {name: getattr(leaf, name) for name in FIELDS}


def _quickly(leaf: bytes) -> _Leaf | None:
    """The fields of a header in its canonical bytes, many times faster; None where it may not be in them.

    Without a backslash every text stands as it is. What is written again from what was read, in the one order
    and without space, is then canonical if it is the same bytes.
    """
    if len(leaf) > canonical.HEADER or not leaf.isascii() or b"\\" in leaf:
        return None
    try:
        found = _decode(leaf)
    except msgspec.MsgspecError:
        return None
    whole = max(map(abs, (found.at_ms, found.n, found.v, *found.folded.values()))) <= WHOLE
    return found if whole and _written(found) == leaf else None


def _written(leaf: _Leaf) -> bytes:
    """The canonical bytes, where no text in it needs an escape."""
    folded = ",".join([f'"{name}":{size}' for name, size in sorted(leaf.folded.items())])
    agreement = "null" if leaf.agreement is None else f'"{leaf.agreement}"'
    return (
        f'{{"agreement":{agreement},"at_ms":{leaf.at_ms},"body_c":"{leaf.body_c}","folded":{{{folded}}},'
        f'"n":{leaf.n},"origin":"{leaf.origin}","type":"{leaf.type}","v":{leaf.v}}}'
    ).encode()


def opened(leaf: bytes, salt: bytes, body: bytes) -> Entry:
    """The entry that a leaf, a salt and a body make together.

    Raises: NotTrusted (`ledger.commitment`) where the body is not the one that the leaf is bound to; Invalid
    as `read`, and as canonical.accept where that body is not canonical or too large for its feed.
    """
    header = read(leaf)
    if commit(salt, body) != header.body_c:
        raise NotTrusted("ledger.commitment", f"not the body of entry {header.n} of {header.origin.text}")
    canonical.accept(body, limit(header.origin))
    return Entry(leaf, header, salt, body)


def reread(leaf: bytes, salt: bytes, body: bytes) -> Entry:
    """As `opened`, many times faster, for bytes that `opened` accepted before they were stored.

    Only what a journal that was verified gives back: nothing is checked again.
    """
    found = _decode(leaf)
    origin = ids.origin(found.origin)
    header = Header(
        v=found.v,
        type=_one(found.type),
        origin=origin,
        n=found.n,
        folded=_shared(tuple(found.folded.items()), origin),
        at_ms=found.at_ms,
        agreement=None if found.agreement is None else ids.unbase32(found.agreement, ids.HASH, "agreement"),
        body_c=ids.unbase32(found.body_c, ids.HASH, "body_c"),
    )
    return Entry(leaf, header, salt, body)


def limit(origin: Origin) -> int:
    """The most bytes of a body in a feed."""
    return canonical.URGENT if origin.kind == "urgent" else canonical.BODY


def value(entry: Entry) -> dict[str, Value]:
    """What the body says."""
    return canonical.accept(entry.body, limit(entry.header.origin))


def understood(entry: Entry, known: Known) -> bool:
    """Whether a program may act on an entry (LINE 5).

    Not where its type, or this version of it, is unknown, or where its body names in `crit` a field that is.
    Such an entry is kept, cosigned and shown, and answered "unable". Nor where its body cannot be read, or is
    not there: it was dropped, or is left out of a record.
    """
    fields = known.get((entry.header.type, entry.header.v))
    if fields is None or not entry.body:
        return False
    try:
        needed = value(entry).get("crit", [])
    except Invalid:
        return False
    # a `crit` that cannot be read might name anything
    return isinstance(needed, list) and all(isinstance(name, str) and name in fields for name in needed)


def covers(folded: Mapping[Origin, int], earlier: Mapping[Origin, int]) -> bool:
    """Whether as much or more of every feed is folded."""
    for origin, size in earlier.items():  # noqa: SIM110 - a loop: this is most of what placing an entry costs
        if folded.get(origin, 0) < size:
            return False
    return True


def _number(found: Value, path: str, least: int) -> int:
    if isinstance(found, bool) or not isinstance(found, int) or found < least:
        raise Invalid("ledger.header", path, found, f"a whole number from {least} to {WHOLE}")
    return found


@lru_cache(maxsize=256)
def _one(kind: str) -> str:
    """One object for all entries of a type."""
    return kind


@lru_cache(maxsize=64)
def _shared(items: tuple[tuple[str, int], ...], own: Origin) -> dict[Origin, int]:
    """One object for all entries in a row that have folded the same: it is most of what a header takes."""
    return _folded(dict(items), own)


def _folded(found: Value, own: Origin) -> dict[Origin, int]:
    if not isinstance(found, dict):
        raise Invalid("ledger.header", "folded", found, "an object of feeds and sizes")
    # nothing folded of a feed is written by leaving it out: one way to say it
    folded = {ids.origin(name, "folded"): _number(size, "folded", 1) for name, size in found.items()}
    for other in folded:
        if other.line != own.line or other == own or (own.private and other.party != own.party):
            wanted = "other feeds of the same line; in a private feed, its own other epochs"
            raise Invalid("ledger.header", "folded", other.text, wanted)
    return folded
