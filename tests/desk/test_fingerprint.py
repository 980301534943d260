from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.desk import fingerprint
from wideberth.errors import Invalid

MARK = bytes(range(32))


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20), st.integers(0, 60))
def test_records_stay_in_their_pairs(mark: bytes, recipient: str, n: int) -> None:
    found = fingerprint.order(mark, recipient, n)
    assert sorted(found) == list(range(n))
    assert all(each // 2 == at // 2 for at, each in enumerate(found))


def test_choices_are_even_and_those_of_two_recipients_have_nothing_in_common() -> None:
    one, other = fingerprint.choose(MARK, "North"), fingerprint.choose(MARK, "South")
    mine = [one(f"{at}.from", 3) for at in range(3000)]
    theirs = [other(f"{at}.from", 3) for at in range(3000)]
    for value in range(3):
        assert 880 < mine.count(value) < 1120
    assert 880 < sum(a == b for a, b in zip(mine, theirs, strict=True)) < 1120
    assert mine == [fingerprint.choose(MARK, "North")(f"{at}.from", 3) for at in range(3000)]


def test_both_orders_of_a_pair_are_drawn() -> None:
    swapped = sum(found != 2 * at for at, found in enumerate(fingerprint.order(MARK, "North", 800)[::2]))
    assert 150 < swapped < 250


def test_a_token_is_one_of_its_copy() -> None:
    tokens = {fingerprint.token(bytes([at]) * 32, name) for at in range(10) for name in ("North", "South")}
    assert len(tokens) == 20
    assert all(re.fullmatch("[a-z2-7]{26}", each) for each in tokens)


def test_a_mark_has_32_bytes() -> None:
    with pytest.raises(Invalid, match="31 bytes") as refused:
        fingerprint.choose(MARK[1:], "North")
    assert refused.value.code == "trace.mark"
