"""Large bytes in parts: whole again whatever the order, or refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.ledger.two import A, origin, seed
from wideberth.errors import Invalid, NotTrusted, WideberthError
from wideberth.ledger import canonical, entries, feed, parts
from wideberth.ledger.entries import Part

TERMS = random.Random(5).randbytes(2 * parts.PART + 7)
CUT = parts.split(TERMS)


@settings(max_examples=30)
@given(
    st.one_of(st.binary(min_size=1, max_size=50), st.integers(1, 3).map(lambda n: bytes(n * parts.PART))),
    st.randoms(use_true_random=False),
)
def test_parts_make_the_whole_in_any_order_and_more_than_once(data: bytes, chance: random.Random) -> None:
    cut = [*parts.split(data), *parts.split(data)[:1]]
    chance.shuffle(cut)
    assert parts.join(cut) == data


def test_a_part_fits_a_body() -> None:
    assert [len(part.data) for part in CUT] == [parts.PART, parts.PART, 7]
    for part in (CUT[0], structs.replace(CUT[0], i=parts.PARTS - 1, of=parts.PARTS)):
        written = feed.Written(part.TYPE, entries.V, {}, 0)
        made = feed.append(feed.Head(origin(A)), written, entries.write(part), seed("salt")[:16]).entry
        assert entries.read(made) == part and len(made.body) < canonical.BODY


def test_there_is_a_largest_whole() -> None:
    assert (parts.WHOLE, parts.PARTS) == (16_777_216, 420)
    largest = bytes(parts.WHOLE)
    assert parts.join(parts.split(largest)) == largest
    for data in (b"", largest + b"x"):
        with pytest.raises(Invalid) as caught:
            parts.split(data)
        assert caught.value.code == "ledger.part"


ONE, TWO, LAST = CUT


@pytest.mark.parametrize(
    ("given_parts", "code"),
    [
        ([], "ledger.parts_missing"),
        ([ONE, LAST], "ledger.parts_missing"),
        ([ONE, TWO], "ledger.parts_missing"),
        ([ONE, TWO, structs.replace(LAST, data=LAST.data[:-1])], "ledger.parts_hash"),
        ([ONE, TWO, structs.replace(LAST, sha256=bytes(32))], "ledger.part"),
        ([ONE, TWO, structs.replace(LAST, of=4)], "ledger.part"),
        ([ONE, TWO, LAST, structs.replace(ONE, data=TWO.data)], "ledger.part"),
        ([structs.replace(ONE, data=ONE.data[1:]), TWO, LAST], "ledger.part"),
        ([ONE, TWO, structs.replace(LAST, data=b"")], "ledger.part"),
        ([ONE, TWO, structs.replace(LAST, data=bytes(parts.PART + 1))], "ledger.part"),
        ([structs.replace(ONE, of=parts.PARTS + 1)], "ledger.part"),
    ],
)
def test_anything_else_is_refused(given_parts: list[Part], code: str) -> None:
    with pytest.raises(WideberthError) as caught:
        parts.join(given_parts)
    assert caught.value.code == code
    assert isinstance(caught.value, NotTrusted if code == "ledger.parts_hash" else Invalid)
