"""Gzip is unpacked within bounds, or refused."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.formats import gzipped


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=3), st.integers(0, 9))
def test_members_one_after_the_other(parts: list[bytes], zeros: int) -> None:
    data = b"".join(gzip.compress(part) for part in parts) + b"\0" * zeros
    assert gzipped.is_gzip(data)
    assert gzipped.unpack(data) == b"".join(parts)


def refusal(data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        gzipped.unpack(data)
    return caught.value


def test_a_bomb() -> None:
    assert refusal(gzip.compress(bytes(gzipped.MAX_BYTES + 1))).code == "gzip.bomb"


def test_a_bomb_in_several_members() -> None:
    half = gzip.compress(bytes(gzipped.MAX_BYTES // 2 + 1))
    assert refusal(half + half).code == "gzip.bomb"


@pytest.mark.parametrize("kept", [9, 15, -9, -1])
def test_truncated(kept: int) -> None:
    assert refusal(gzip.compress(b"[1, 2, 3]" * 100)[:kept]).code == "gzip.truncated"


def test_damaged() -> None:
    data = bytearray(gzip.compress(b"[1, 2, 3]" * 100))
    data[-8] ^= 1  # the checksum
    assert refusal(bytes(data)).code == "gzip.corrupt"
    assert refusal(gzip.compress(b"[]") + b"garbage").code == "gzip.corrupt"
