"""Proofs that a secret was used as its public key says, without showing it.

The batched proof of equal discrete logarithms (DLEQ) of RFC 9497 2.2 with the generator as its A, and a
Schnorr proof of knowledge of a key in the same manner. A proof is 64 bytes: challenge ‖ response.

A nonce that is used twice for different statements gives the secret away. It is derived from the secret and
from all that the proof is about, so that chance is not needed; RFC 9497's vectors give theirs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from wideberth.blind import group
from wideberth.blind.hashing import expand, hash_to_scalar
from wideberth.errors import NotTrusted

PROOF = 2 * group.SCALAR
MOST = 2**16 - 1
"""Elements that one proof may be about: RFC 9497 counts them in two bytes."""
PIECE = 512
"""Elements that are worked on in one go."""

Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Runs a function over values: `map`, or a thread pool's."""


def prove(
    secret: bytes,
    key: bytes,
    elements: bytes,
    evaluated: bytes,
    context: bytes,
    nonce: bytes | None = None,
    spread: Spread = map,
) -> bytes:
    """GenerateProof of RFC 9497 2.2.1: each of `evaluated` is that of `elements` times `secret`, as is `key`
    the generator.

    Args:
        secret: the scalar.
        key: the generator times it.
        elements: C of the RFC, 32 bytes each, at most 65,535.
        evaluated: D of the RFC, as many.
        context: contextString of the RFC.
        nonce: r of the RFC, a scalar never used before; None: derived from all the others.
        spread: runs the work, in pieces.

    Raises: NotTrusted (`blind.element`).
    """
    composite = b"".join(_composites(key, elements, evaluated, context, spread, fast=True))
    other = group.multiply(secret, composite)
    if nonce is None:
        nonce = _nonce(secret, key + composite + other, context)
    told = (key, composite, other, group.base(nonce), group.multiply(nonce, composite))
    return _response(secret, nonce, _challenge(told, b"Challenge", context))


def verify(
    key: bytes, elements: bytes, evaluated: bytes, context: bytes, proof: bytes, spread: Spread = map
) -> None:
    """VerifyProof of RFC 9497 2.2.2.

    Args:
        key: the public key of whoever evaluated.
        elements: C of the RFC, 32 bytes each, at most 65,535.
        evaluated: D of the RFC, as many.
        context: contextString of the RFC.
        proof: 64 bytes.
        spread: runs the work, in pieces.

    Raises: NotTrusted (`blind.proof`; `blind.element` for what is no element, or the identity).
    """
    challenge, response = _parts(proof)
    composite, other = _composites(key, elements, evaluated, context, spread)
    both = challenge + response
    told = (
        key,
        composite,
        other,
        group.add(group.base(response), group.multiply(challenge, key)),
        group.combine(both, other + composite),
    )
    if _challenge(told, b"Challenge", context) != challenge:
        raise NotTrusted("blind.proof", "the proof does not show that all were evaluated with the key")


def prove_key(secret: bytes, context: bytes, nonce: bytes | None = None) -> bytes:
    """A proof of knowing the secret of its public key: Schnorr's, made not interactive as in RFC 9497 2.2.1.

    The challenge hashes key ‖ commitment ‖ "KnownKey", each but the last behind its length in two bytes.
    """
    key = group.base(secret)
    if nonce is None:
        nonce = _nonce(secret, key, context)
    return _response(secret, nonce, _challenge((key, group.base(nonce)), b"KnownKey", context))


def verify_key(key: bytes, context: bytes, proof: bytes) -> None:
    """That whoever made the proof knew the secret of the key.

    Raises: NotTrusted (`blind.proof`; `blind.element` for a key that is no element, or the identity).
    """
    challenge, response = _parts(proof)
    told = (key, group.add(group.base(response), group.multiply(challenge, key)))
    if _challenge(told, b"KnownKey", context) != challenge:
        raise NotTrusted("blind.proof", "the proof does not show that the key's secret is known")


def weights(
    key: bytes, elements: bytes, evaluated: bytes, context: bytes, first: int, seed: bytes | None = None
) -> bytes:
    """The scalars by which ComputeComposites of RFC 9497 2.2.1 weighs each pair, 32 bytes each.

    Args:
        key: B of the RFC.
        elements: C, or a part of it.
        evaluated: D, or the same part of it.
        context: contextString of the RFC.
        first: the place of the part's first pair.
        seed: of `_seed`, if it is known already.
    """
    head = _sized(seed if seed is not None else _seed(key, context))
    size = group.ELEMENT.to_bytes(2)
    found = []
    for i, at in enumerate(range(0, len(elements), group.ELEMENT), first):
        pair = size + elements[at : at + group.ELEMENT] + size + evaluated[at : at + group.ELEMENT]
        found.append(hash_to_scalar(head + i.to_bytes(2) + pair + b"Composite", context))
    return b"".join(found)


def _composites(
    key: bytes, elements: bytes, evaluated: bytes, context: bytes, spread: Spread, fast: bool = False
) -> tuple[bytes, ...]:
    """ComputeComposites of RFC 9497 2.2.1: the weighted sums (M, Z); `fast`, for who has the secret: (M,)."""
    if not 0 < len(elements) == len(evaluated) <= MOST * group.ELEMENT or len(elements) % group.ELEMENT:
        raise NotTrusted(
            "blind.element",
            f"{len(elements)} bytes evaluated to {len(evaluated)}; as many, 32 each, for 1 to {MOST:,}",
        )
    seed = _seed(key, context)
    sides = (elements,) if fast else (elements, evaluated)

    def sums(begin: int) -> tuple[bytes, ...]:
        part = slice(begin * group.ELEMENT, (begin + PIECE) * group.ELEMENT)
        scalars = weights(key, elements[part], evaluated[part], context, begin, seed)
        return tuple(group.combine(scalars, side[part]) for side in sides)

    totals = [group.IDENTITY] * len(sides)
    for found in spread(sums, range(0, len(elements) // group.ELEMENT, PIECE)):
        totals = [group.add(total, each) for total, each in zip(totals, found, strict=True)]
    return tuple(totals)


def _seed(key: bytes, context: bytes) -> bytes:
    return hashlib.sha512(_sized(key) + _sized(b"Seed-" + context)).digest()


def _challenge(told: Iterable[bytes], label: bytes, context: bytes) -> bytes:
    return hash_to_scalar(b"".join(map(_sized, told)) + label, context)


def _response(secret: bytes, nonce: bytes, challenge: bytes) -> bytes:
    rest = group.number(nonce) - group.number(challenge) * group.number(secret)
    return challenge + group.scalar(rest)


def _nonce(secret: bytes, statement: bytes, context: bytes) -> bytes:
    """A scalar that nobody without the secret can tell from chance, and another for each statement."""
    uniform = expand(secret + statement, b"Nonce-" + context, group.UNIFORM)
    return group.scalar(group.number(uniform))


def _parts(proof: bytes) -> tuple[bytes, bytes]:
    parts = proof[: group.SCALAR], proof[group.SCALAR :]
    if len(proof) != PROOF or any(group.number(part) >= group.ORDER for part in parts):
        raise NotTrusted("blind.proof", f"{len(proof)} bytes; a proof is two scalars below the order")
    return parts


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2) + data
