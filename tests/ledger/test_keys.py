"""One verifier of Ed25519: exactly what libsodium accepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import seed
from tests.ledger.vectors import rows, wycheproof
from wideberth.errors import Invalid
from wideberth.ledger import keys

SEED = seed("key")


@given(st.binary(max_size=200))
def test_a_signature_verifies_and_is_the_one_of_another_library(message: bytes) -> None:
    other = Ed25519PrivateKey.from_private_bytes(SEED)
    assert keys.public(SEED) == other.public_key().public_bytes_raw()
    signature = keys.sign(SEED, message)
    assert signature == other.sign(message)
    assert keys.verifies(keys.public(SEED), message, signature)
    assert not keys.verifies(keys.public(SEED), message + b"x", signature)
    assert not keys.verifies(keys.public(seed("other")), message, signature)


@given(st.binary(max_size=70), st.binary(max_size=70))
def test_what_is_no_key_or_no_signature_does_not_verify(key: bytes, signature: bytes) -> None:
    assert not keys.verifies(key, b"message", signature)


def test_nothing_may_be_moved_between_signature_key_and_message() -> None:
    key, signature = keys.public(SEED), keys.sign(SEED, b"ab")
    assert keys.verifies(key, b"ab", signature)
    assert not keys.verifies(key, b"b", signature + b"a")
    assert not keys.verifies(key, signature[-1:] + b"ab", signature[:-1])
    assert not keys.verifies(key + b"x", b"ab", signature)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    for call in (keys.public, lambda secret: keys.sign(secret, b"")):
        with pytest.raises(Invalid) as caught:
            call(bytes(length))
        assert caught.value.code == "ledger.key"


def test_vectors_of_wycheproof(shared: Path) -> None:
    counts = {"valid": 0, "invalid": 0}
    for group, case in wycheproof(shared / "vectors" / "wycheproof" / "ed25519_test.json"):
        key, message, signature = (
            bytes.fromhex(x) for x in (group["publicKey"]["pk"], case["msg"], case["sig"])
        )
        assert keys.verifies(key, message, signature) is (case["result"] == "valid"), case["tcId"]
        counts[case["result"]] += 1
    assert counts == {"valid": 88, "invalid": 63}


def test_edge_cases_on_which_libraries_differ(shared: Path) -> None:
    """CCTV: nothing with a point of small order or an encoding that is not canonical; 43 of 914 remain."""
    ours, theirs, both = 0, 0, 0
    cases = rows(shared / "vectors" / "cctv-ed25519" / "ed25519vectors.json")
    for case in cases:
        key, signature, message = bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode()
        mine = keys.verifies(key, message, signature)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            other = True
        except (InvalidSignature, ValueError):
            other = False
        if mine:
            assert not {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R"} & set(
                case["flags"] or ()
            )
        ours, theirs, both = ours + mine, theirs + other, both + (mine and other)
    assert (len(cases), ours, theirs, both) == (914, 43, 208, 43)
