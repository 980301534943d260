"""Names of lines, parties and feeds."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.two import FIRST, GENESIS, LINE, SECOND, A, B, origin, seed
from wideberth.errors import Invalid
from wideberth.ledger import canonical, ids
from wideberth.ledger.ids import Origin


def test_a_line_is_the_hash_of_its_genesis_whoever_begins() -> None:
    assert ids.genesis(B.identity, A.identity, seed("chance")) == GENESIS
    value = canonical.accept(GENESIS)
    assert value == {
        "chance": ids.base32(seed("chance")),
        "keys": [ids.base32(FIRST.identity), ids.base32(SECOND.identity)],
        "type": "wideberth.genesis",
        "v": 1,
    }
    digest = hashlib.sha256(GENESIS).digest()
    assert LINE.id == base64.b32encode(digest).decode().lower().strip("=") and len(LINE.id) == 52
    assert LINE.keys == (FIRST.identity, SECOND.identity)
    assert LINE.parties == (FIRST.name, SECOND.name)
    assert (LINE.rank(FIRST.name), LINE.rank(SECOND.name)) == (0, 1)
    assert LINE.identity(SECOND.name) == SECOND.identity
    with pytest.raises(Invalid) as caught:
        LINE.rank(ids.base32(bytes(32)))
    assert caught.value.code == "ledger.stranger"


def test_a_party_is_the_hash_of_its_identity_key() -> None:
    assert A.name == ids.base32(hashlib.sha256(A.identity).digest())
    assert ids.cosigner(A.name) == f"wideberth/{A.name}"


@pytest.mark.parametrize(
    ("one", "other", "chance"),
    [(A.identity, A.identity, bytes(32)), (A.identity, b"x", bytes(32)), (A.identity, B.identity, bytes(31))],
)
def test_no_line_is_made_of_less_than_two_keys_and_chance(one: bytes, other: bytes, chance: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        ids.genesis(one, other, chance)
    assert caught.value.code == "ledger.genesis"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"v":1', b'"v":2', "ledger.genesis"),
        (b"wideberth.genesis", b"wideberth.else", "ledger.genesis"),
        (b'"chance":"', b'"chance":"A', "ledger.base32"),
        (b'"keys":[', b'"keys":["a",', "ledger.genesis"),
        (b'"keys":[', b'"kays":[', "ledger.genesis"),
        (b'"v":1', b'"v": 1', "ledger.json_not_canonical"),
        (b'"v":1', b'"v":1,"w":1', "ledger.genesis"),
    ],
)
def test_a_genesis_is_read_strictly(old: bytes, new: bytes, code: str) -> None:
    assert old in GENESIS
    with pytest.raises(Invalid) as caught:
        ids.line(GENESIS.replace(old, new))
    assert caught.value.code == code


def test_keys_in_the_other_order_are_another_text_and_refused() -> None:
    one, other = (ids.base32(party.identity).encode() for party in (FIRST, SECOND))
    swapped = GENESIS.replace(one, b"?").replace(other, one).replace(b"?", other)
    with pytest.raises(Invalid) as caught:
        ids.line(swapped)
    assert caught.value.code == "ledger.genesis"


@given(st.binary(max_size=70))
def test_base32_reads_back_in_one_form_only(data: bytes) -> None:
    text = ids.base32(data)
    if data:
        assert ids.unbase32(text, len(data), "") == data
    for other in (text + "a", text[:-1], text.upper() if text.upper() != text else "", text + "="):
        with pytest.raises(Invalid) as caught:
            ids.unbase32(other, len(data) or 1, "where")
        assert (caught.value.code, caught.value.path) == ("ledger.base32", "where")


def test_bits_that_belong_to_no_byte_must_be_zero() -> None:
    text = ids.base32(bytes(32))
    assert text == "a" * 52
    for last in "bcdefghijklmnop":
        with pytest.raises(Invalid):
            ids.unbase32(text[:-1] + last, 32, "")
    assert ids.unbase32(text[:-1] + "q", 32, "") == bytes(31) + b"\1"
    for other in (
        7,
        None,
        b"a" * 52,
        "a" * 51 + "1",
        "8" + "a" * 51,
        "a" * 51 + "é",
        "a" * 51 + "=",
        " " * 52,
    ):
        with pytest.raises(Invalid) as caught:
            ids.unbase32(other, 32, "where")
        assert caught.value.code == "ledger.base32"


def test_origins_are_read_back() -> None:
    for epoch in (0, 1, 2_147_483_647):
        made = origin(A, "urgent", epoch)
        assert made.text == f"wideberth/{LINE.id}/{A.name}/urgent/{epoch}"
        assert ids.origin(made.text) == made == Origin(LINE.id, A.name, "urgent", epoch)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        f"wideberth/{LINE.id}/{A.name}/main",
        f"Wideberth/{LINE.id}/{A.name}/main/0",
        f"wideberth/{LINE.id}/{A.name}/side/0",
        f"wideberth/{LINE.id}/{A.name}/main/00",
        f"wideberth/{LINE.id}/{A.name}/main/-1",
        f"wideberth/{LINE.id}/{A.name}/main/2147483648",
        f"wideberth/{LINE.id}/{A.name}/main/0/",
        f"wideberth/{LINE.id}/{A.name}/main/0\n",
        f"wideberth/{LINE.id}/{A.name}/main/٣",
    ],
)
def test_other_texts_are_no_origin(text: object) -> None:
    with pytest.raises(Invalid) as caught:
        ids.origin(text, "where")
    assert (caught.value.code, caught.value.path) == ("ledger.origin", "where")


def test_a_private_feed_is_on_no_line() -> None:
    made = ids.origin(f"wideberth/private/{A.name}/main/3")
    assert made == Origin(ids.PRIVATE, A.name, "main", 3) and made.private
    assert made.text == f"wideberth/private/{A.name}/main/3"
    assert not origin(A).private
    for text in (f"wideberth/private/{A.name}/urgent/0", f"wideberth/privat/{A.name}/main/0"):
        with pytest.raises(Invalid):
            ids.origin(text)


ONE, OTHER = (f"n-{ids.base32(seed(word)[:16])}" for word in ("one", "other"))


def test_a_case_has_one_id_whoever_opens_it() -> None:
    found = ids.case(LINE.id, ONE, OTHER)
    assert found == ids.case(LINE.id, OTHER, ONE) and len(found) == 52
    line = base64.b32decode(LINE.id.upper() + "====")
    data = b"wideberth/case/v1" + line + b"".join(sorted(seed(word)[:16] for word in ("one", "other")))
    assert found == base64.b32encode(hashlib.sha256(data).digest()).decode().lower().strip("=")
    assert ids.case("a" * 52, ONE, OTHER) != found
    assert ids.case(LINE.id, ONE, f"n-{ids.base32(bytes(16))}") != found


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (ONE, "ledger.notice"),
        ("p-" + OTHER[2:], "ledger.notice"),
        (7, "ledger.notice"),
        (OTHER[2:], "ledger.notice"),
        (OTHER + "a", "ledger.base32"),
        (OTHER[:-1] + "b", "ledger.base32"),
        (OTHER.upper().replace("N-", "n-"), "ledger.base32"),
    ],
)
def test_a_case_is_between_two_notices(other: Any, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        ids.case(LINE.id, ONE, other)
    assert (caught.value.code, caught.value.path) == (code, "other")


def test_an_origin_names_a_line_and_a_party() -> None:
    for text in (f"wideberth/x/{A.name}/main/0", f"wideberth/{LINE.id}/x/main/0"):
        with pytest.raises(Invalid) as caught:
            ids.origin(text)
        assert caught.value.code == "ledger.base32"
