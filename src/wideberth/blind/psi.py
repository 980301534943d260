"""Masking whole sets, evaluating and proving (ECDH-PSI): what one side computes in a round.

Sets are `bytes`: 32 for each element, end to end. `spread` runs the work in pieces, side by side where it is
a thread pool's `map`; `progress` hears of (done, total) elements after each piece.

All that must be chance comes of one seed of 32 random bytes a run, so that who is shown the seed can compute
everything again. A session has 16 bytes, a role is "a" or "b", a round a number below 256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, TypeAlias

from wideberth.blind import group, proof
from wideberth.blind.hashing import hash_to_group, hash_to_scalar
from wideberth.errors import NotTrusted

HEADING: Final = b"wideberth/blind/v1/"
SMALLEST: Final = 64
"""Elements that every set has at least."""
PAD: Final = 32
"""Bytes of a pad; the term of a cell has 17."""
CHUNK: Final = 16_384
"""Elements that one proof is about."""

Spread: TypeAlias = proof.Spread
"""Runs a function over values: `map`, or a thread pool's."""
Progress: TypeAlias = Callable[[int, int], None]
"""Hears of elements done, of so many."""


def context(session: bytes, number: int) -> bytes:
    """The context of a round: no term, key or proof of one round is worth anything in another."""
    return HEADING + session + number.to_bytes(1)


def proof_context(session: bytes, number: int, role: str) -> bytes:
    """The context of what `role` proves in a round."""
    return context(session, number) + role.encode()


def secret(seed: bytes, session: bytes, role: str, number: int) -> bytes:
    """The scalar with which a side masks in a round."""
    return hash_to_scalar(seed, HEADING + b"secret/" + session + role.encode() + number.to_bytes(1))


def public(secret: bytes) -> bytes:
    """The key to it: the generator times the secret."""
    return group.base(secret)


def salt(seed: bytes, session: bytes) -> bytes:
    """32 bytes for the commitment to the plans."""
    return _chance(b"salt", seed, session)


def pads(seed: bytes, session: bytes, role: str, number: int, count: int) -> list[bytes]:
    """Terms that no cell has, and the other side none of, to fill a set up."""
    head = session + role.encode() + number.to_bytes(1)
    return [_chance(b"pad", seed, head + k.to_bytes(4)) for k in range(count)]


def bucket(n: int) -> int:
    """The size that a set of n is filled up to, so that sizes say little.

    At least 64; else the next that has few enough significant bits: at most 12 % more, and an element more
    seldom shows. Source: Padmé, in Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and
    Communication with PURBs" (2019), section 4.
    """
    if n <= SMALLEST:
        return SMALLEST
    exponent = n.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-n // step) * step


def points(
    terms: Sequence[bytes], context: bytes, spread: Spread = map, progress: Progress | None = None
) -> bytes:
    """The element of each term in this context, in order."""

    def hashed(begin: int) -> bytes:
        return hash_to_group(terms[begin : begin + proof.PIECE], context)

    return _in_pieces(hashed, len(terms), spread, progress)


def mask(
    points: bytes, secret: bytes, spread: Spread = map, progress: Progress | None = None
) -> tuple[bytes, list[int]]:
    """The elements times the secret, sorted; and the place in it of each element that was given."""
    masked = split(_multiplied(points, secret, spread, progress))
    order = sorted(range(len(masked)), key=masked.__getitem__)
    place = [0] * len(order)
    for at, k in enumerate(order):
        place[k] = at
    return b"".join([masked[k] for k in order]), place


def check_masked(blob: bytes) -> None:
    """That it can be a masked set: whole elements, strictly increasing, without the identity.

    Whether each is an element shows when it is evaluated. Raises: NotTrusted (`blind.masked`).
    """
    if not blob or len(blob) % group.ELEMENT:
        raise NotTrusted("blind.masked", f"{len(blob)} bytes are no set of elements of {group.ELEMENT} bytes")
    each = split(blob)
    if each[0] == group.IDENTITY:
        raise NotTrusted("blind.masked", "the identity is in the set")
    for k, (one, other) in enumerate(pairwise(each), 1):
        if one >= other:
            raise NotTrusted("blind.masked", f"element {k} is not after the one before it")


def evaluate(blob: bytes, secret: bytes, spread: Spread = map, progress: Progress | None = None) -> bytes:
    """The elements times the secret, in the same order.

    Raises: NotTrusted (`blind.element`) for what is no canonical encoding of an element, or the identity.
    """
    return _multiplied(blob, secret, spread, progress)


def prove(
    secret: bytes,
    key: bytes,
    masked: bytes,
    evaluated: bytes,
    context: bytes,
    spread: Spread = map,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> bytes:
    """That `evaluated` is `masked` times the secret of `key`: 64 bytes for each chunk.

    The context of a chunk's proof is `context` ‖ the chunk's number (2 bytes) ‖ SHA-512(masked ‖ evaluated).
    RFC 9497 2.2.1 draws the weight of a pair from the key, its place and the pair alone: among many pairs,
    whoever chooses what is evaluated could search for errors whose weighted sum is nothing (Wagner's
    generalised birthday). With all pairs in the context each change draws all weights anew.

    Args:
        secret: with which they were evaluated.
        key: public(secret).
        masked: the other side's set.
        evaluated: of the same number and order.
        context: proof_context, of the side that proves.
        chunk: elements that one proof is about, at most 65,535.

    Raises: NotTrusted (`blind.element`).
    """
    spread = _heard(spread, progress, len(masked) // group.ELEMENT)
    return b"".join(
        proof.prove(secret, key, one, other, bound, spread=spread)
        for one, other, bound in _chunks(masked, evaluated, context, chunk)
    )


def verify(
    key: bytes,
    masked: bytes,
    evaluated: bytes,
    proofs: bytes,
    context: bytes,
    spread: Spread = map,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> None:
    """What `prove` shows, for who knows the key only.

    Args:
        key: of the side that evaluated.
        masked: the own set.
        evaluated: what came back.
        proofs: with it.
        context: proof_context, of the side that evaluated.
        chunk: as it was proven.

    Raises: NotTrusted (`blind.proof`; `blind.element` for what is no element, or the identity).
    """
    count = -(-len(masked) // (chunk * group.ELEMENT))
    if not masked or len(masked) != len(evaluated) or len(proofs) != count * proof.PROOF:
        raise NotTrusted(
            "blind.proof",
            f"{len(masked)} bytes evaluated to {len(evaluated)}, and {len(proofs)} bytes of proofs",
        )
    spread = _heard(spread, progress, len(masked) // group.ELEMENT)
    for k, (one, other, bound) in enumerate(_chunks(masked, evaluated, context, chunk)):
        proof.verify(key, one, other, bound, proofs[k * proof.PROOF : (k + 1) * proof.PROOF], spread)


def prove_key(secret: bytes, context: bytes) -> bytes:
    """That one knows the secret of public(secret): 64 bytes."""
    return proof.prove_key(secret, context)


def check_key(key: bytes, shown: bytes, context: bytes) -> bool:
    """Whether the proof shows that the key's secret is known."""
    try:
        proof.verify_key(key, context, shown)
    except NotTrusted:
        return False
    return True


def split(blob: bytes) -> list[bytes]:
    """The elements of a set, 32 bytes each."""
    return [blob[at : at + group.ELEMENT] for at in range(0, len(blob), group.ELEMENT)]


def _chunks(
    masked: bytes, evaluated: bytes, context: bytes, chunk: int
) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(masked, evaluated, context) of each proof."""
    whole = hashlib.sha512(masked + evaluated).digest()
    size = chunk * group.ELEMENT
    for k, at in enumerate(range(0, len(masked), size)):
        yield masked[at : at + size], evaluated[at : at + size], context + k.to_bytes(2) + whole


def _multiplied(blob: bytes, secret: bytes, spread: Spread, progress: Progress | None) -> bytes:
    def multiplied(begin: int) -> bytes:
        part = slice(begin * group.ELEMENT, (begin + proof.PIECE) * group.ELEMENT)
        return group.multiply(secret, blob[part])

    return _in_pieces(multiplied, -(-len(blob) // group.ELEMENT), spread, progress)


def _in_pieces(
    function: Callable[[int], bytes], count: int, spread: Spread, progress: Progress | None
) -> bytes:
    """What the function gives for the beginning of each piece, end to end."""
    return b"".join(_heard(spread, progress, count)(function, range(0, count, proof.PIECE)))


def _heard(spread: Spread, progress: Progress | None, total: int) -> Spread:
    """The same, that tells of every piece done."""
    if progress is None:
        return spread
    tell, done = progress, 0

    def run(function: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
        nonlocal done
        for found in spread(function, values):
            done = min(total, done + proof.PIECE)
            tell(done, total)
            yield found

    return run


def _chance(label: bytes, seed: bytes, *told: bytes) -> bytes:
    """32 bytes that nobody without the seed can tell from chance; lengths are fixed by the label."""
    return hashlib.sha512(HEADING + label + b"/" + seed + b"".join(told)).digest()[:PAD]
