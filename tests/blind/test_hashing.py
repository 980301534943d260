"""Hashing to elements and scalars: vectors of RFC 9380 and RFC 9497, and the RFC's text written out again."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.blind import suites
from wideberth.blind import group, hashing

# RFC 9496, section 4
ORDER = 2**252 + 27742317777372353535851937790883648493
# RFC 9380, appendix K.3: expand_message_xmd with SHA-512
DST = b"QUUX-V01-CS02-with-expander-SHA512-256"
Q128, A512 = b"q128_" + b"q" * 128, b"a512_" + b"a" * 512
ALPHA = b"abcdef0123456789"
EXPANDED = [
    (b"", "6b9a7312411d92f921c6f68ca0b6380730a1a4d982c507211a90964c394179ba"),
    (b"abc", "0da749f12fbe5483eb066a5f595055679b976e93abe9be6f0f6318bce7aca8dc"),
    (ALPHA, "087e45a86e2939ee8b91100af1583c4938e0f5fc6c9db4b107b83346bc967f58"),
    (Q128, "7336234ee9983902440f6bc35b348352013becd88938d2afec44311caf8356b3"),
    (A512, "57b5f7e766d5be68a6bfe1768e3c2b7f1228b3e4b3134956dd73a59b954c66f4"),
    (
        b"",
        (
            "41b037d1734a5f8df225dd8c7de38f851efdb45c372887be655212d07251b921b052b62eaed99b46f72f2ef4cc96bfaf"
            "254ebbbec091e1a3b9e4fb5e5b619d2e0c5414800a1d882b62bb5cd1778f098b8eb6cb399d5d9d18f5d5842cf5d13d7e"
            "b00a7cff859b605da678b318bd0e65ebff70bec88c753b159a805d2c89c55961"
        ),
    ),
    (
        b"abc",
        (
            "7f1dddd13c08b543f2e2037b14cefb255b44c83cc397c1786d975653e36a6b11bdd7732d8b38adb4a0edc26a0cef4bb4"
            "5217135456e58fbca1703cd6032cb1347ee720b87972d63fbf232587043ed2901bce7f22610c0419751c065922b48843"
            "1851041310ad659e4b23520e1772ab29dcdeb2002222a363f0c2b1c972b3efe1"
        ),
    ),
    (
        ALPHA,
        (
            "3f721f208e6199fe903545abc26c837ce59ac6fa45733f1baaf0222f8b7acb0424814fcb5eecf6c1d38f06e9d0a6ccfb"
            "f85ae612ab8735dfdf9ce84c372a77c8f9e1c1e952c3a61b7567dd0693016af51d2745822663d0c2367e3f4f0bed827f"
            "eecc2aaf98c949b5ed0d35c3f1023d64ad1407924288d366ea159f46287e61ac"
        ),
    ),
    (
        Q128,
        (
            "b799b045a58c8d2b4334cf54b78260b45eec544f9f2fb5bd12fb603eaee70db7317bf807c406e26373922b7b8920fa29"
            "142703dd52bdf280084fb7ef69da78afdf80b3586395b433dc66cde048a258e476a561e9deba7060af40adf30c64249c"
            "a7ddea79806ee5beb9a1422949471d267b21bc88e688e4014087a0b592b695ed"
        ),
    ),
    (
        A512,
        (
            "05b0bfef265dcee87654372777b7c44177e2ae4c13a27f103340d9cd11c86cb2426ffcad5bd964080c2aee97f03be1ca"
            "18e30a1f14e27bc11ebbd650f305269cc9fb1db08bf90bfc79b42a952b46daf810359e7bc36452684784a64952c343c5"
            "2e5124cd1f71d474d5197fefc571a92929c9084ffe1112cf5eea5192ebff330b"
        ),
    ),
]


def written_out(message: bytes, dst: bytes, length: int) -> bytes:
    """RFC 9380 5.3.1, step by step."""
    ell = (length + 63) // 64
    dst_prime = dst + bytes([len(dst)])
    z_pad = bytes(128)
    b = [hashlib.sha512(z_pad + message + length.to_bytes(2, "big") + bytes(1) + dst_prime).digest()]
    b.append(hashlib.sha512(b[0] + bytes([1]) + dst_prime).digest())
    for i in range(2, ell + 1):
        strxor = bytes(x ^ y for x, y in zip(b[0], b[i - 1], strict=True))
        b.append(hashlib.sha512(strxor + bytes([i]) + dst_prime).digest())
    return b"".join(b[1:])[:length]


@pytest.mark.parametrize(("message", "wanted"), EXPANDED)
def test_vectors_of_rfc_9380(message: bytes, wanted: str) -> None:
    assert hashing.expand(message, DST, len(wanted) // 2).hex() == wanted


@given(st.binary(max_size=300), st.binary(max_size=255), st.integers(1, 300))
def test_expanding_is_as_the_rfc_is_written(message: bytes, dst: bytes, length: int) -> None:
    assert hashing.expand(message, dst, length) == written_out(message, dst, length)


def test_the_most_and_more_than_that() -> None:
    assert hashing.expand(b"", DST, 255 * 64) == written_out(b"", DST, 255 * 64)
    for dst, length in ((DST, 255 * 64 + 1), (DST, 2**16), (bytes(256), 32)):
        with pytest.raises(OverflowError):
            hashing.expand(b"", dst, length)


@pytest.mark.parametrize("mode", [0, 1])
def test_vectors_of_rfc_9497(shared: Path, mode: int) -> None:
    """HashToGroup by what comes of blinding; HashToScalar by DeriveKeyPair (3.2.1), with a tag of its own."""
    suite = suites.read(shared, mode)
    derived = suite.seed + len(suite.info).to_bytes(2) + suite.info + bytes(1)
    assert hashing.to_scalar(derived, b"DeriveKeyPair" + suite.context) == suite.secret
    assert len(suite.vectors) == 2 + mode
    for each in suite.vectors:
        points = hashing.hash_to_group(each.inputs, suite.context)
        blinded = [group.multiply(blind, points[32 * k : 32 * k + 32]) for k, blind in enumerate(each.blinds)]
        assert b"".join(blinded) == each.blinded
        assert group.multiply(suite.secret, each.blinded) == each.evaluated
        for k, (message, blind) in enumerate(zip(each.inputs, each.blinds, strict=True)):
            found = suites.finalize(message, blind, each.evaluated[32 * k : 32 * k + 32])
            assert found == each.outputs[k]


@given(st.lists(st.binary(max_size=20), max_size=5), st.binary(max_size=40))
def test_many_are_hashed_as_one_by_one(messages: list[bytes], context: bytes) -> None:
    every = hashing.hash_to_group(messages, context)
    assert every == b"".join(hashing.hash_to_group([each], context) for each in messages)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=40))
def test_contexts_have_nothing_in_common(message: bytes, one: bytes, other: bytes) -> None:
    same = one == other
    assert (hashing.hash_to_group([message], one) == hashing.hash_to_group([message], other)) is same
    assert (hashing.hash_to_scalar(message, one) == hashing.hash_to_scalar(message, other)) is same


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_a_scalar_is_64_uniform_bytes_little_endian(message: bytes, context: bytes) -> None:
    uniform = written_out(message, b"HashToScalar-" + context, 64)
    wanted = sum(byte << (8 * k) for k, byte in enumerate(uniform)) % ORDER
    assert int.from_bytes(hashing.hash_to_scalar(message, context), "little") == wanted
