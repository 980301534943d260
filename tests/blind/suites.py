"""The test vectors of RFC 9497 for ristretto255 and SHA-512, read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from wideberth.blind import group

IDENTIFIER = "ristretto255-SHA512"


class Vector(NamedTuple):
    """One call: elements are end to end."""

    inputs: list[bytes]
    blinds: list[bytes]
    blinded: bytes
    evaluated: bytes
    outputs: list[bytes]
    proof: bytes
    nonce: bytes


class Suite(NamedTuple):
    """A mode's key, and its calls."""

    context: bytes
    seed: bytes
    info: bytes
    secret: bytes
    vectors: list[Vector]


def read(shared: Path, mode: int) -> Suite:
    """OPRF (mode 0) or VOPRF (mode 1)."""
    every = json.loads((shared / "vectors/oprf/allVectors.json").read_bytes())
    (suite,) = [each for each in every if each["identifier"] == IDENTIFIER and each["mode"] == mode]
    seed, info, secret = (bytes.fromhex(suite[name]) for name in ("seed", "keyInfo", "skSm"))
    return Suite(context(mode), seed, info, secret, [vector(each) for each in suite["vectors"]])


def vector(found: dict[str, Any]) -> Vector:
    """One call, as the file has it."""
    shown = found.get("Proof", {})
    return Vector(
        parts(found["Input"]),
        parts(found["Blind"]),
        b"".join(parts(found["BlindedElement"])),
        b"".join(parts(found["EvaluationElement"])),
        parts(found["Output"]),
        bytes.fromhex(shown.get("proof", "")),
        bytes.fromhex(shown.get("r", "")),
    )


def context(mode: int) -> bytes:
    """CreateContextString of RFC 9497 3.1."""
    return b"OPRFV1-" + mode.to_bytes(1) + b"-" + IDENTIFIER.encode()


def parts(text: str) -> list[bytes]:
    return [bytes.fromhex(each) for each in text.split(",")]


def finalize(message: bytes, blind: bytes, evaluated: bytes) -> bytes:
    """Finalize of RFC 9497 3.3.1."""
    inverse = group.scalar(pow(group.number(blind), -1, group.ORDER))
    unblinded = group.multiply(inverse, evaluated)
    told = b"".join(len(each).to_bytes(2) + each for each in (message, unblinded))
    return hashlib.sha512(told + b"Finalize").digest()
