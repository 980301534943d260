from __future__ import annotations

import hashlib
import time
from statistics import median

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.store import passwords
from wideberth.store.passwords import COST, Cost

QUICK = Cost(1, 8, 1)
WORDS = "dull kettle orbits fourteen"


def test_a_password_is_kept_as_argon2id_as_the_rfc_recommends() -> None:
    kept = passwords.hashed(WORDS)
    found = extract_parameters(kept)
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 65_536, 3, 4)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert WORDS not in kept and passwords.hashed(WORDS, QUICK) != passwords.hashed(WORDS, QUICK)
    assert passwords.matches(kept, WORDS) and not passwords.matches(kept, WORDS + "n")


def test_what_is_compared_for_nobody_costs_what_everybody_costs() -> None:
    for cost in (COST, QUICK):
        nobodys = extract_parameters(passwords.nobodys(cost))
        assert nobodys == extract_parameters(passwords.hashed(WORDS, cost))
        assert not PasswordHasher(cost.passes, cost.memory, cost.lanes).check_needs_rehash(
            passwords.nobodys(cost)
        )


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    kept, cost = passwords.hashed(WORDS, Cost(2, 4096, 1)), Cost(2, 4096, 1)

    def lasted(of: str | None) -> float:
        begin = time.process_time()
        assert not passwords.matches(of, "another one entirely", cost)
        return time.process_time() - begin

    some, none = zip(*((lasted(kept), lasted(None)) for _ in range(25)), strict=True)
    assert 0.5 < median(none) / median(some) < 2


def test_nobodys_password_matches_nothing() -> None:
    assert not passwords.matches(None, "", QUICK) and not passwords.matches(None, WORDS, QUICK)


@pytest.mark.parametrize("text", ["", "x" * 11, "x" * 1_025, "é" * 513])
def test_a_password_is_long_enough_and_not_endless_and_never_shown(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.hashed(text, QUICK)
    assert caught.value.code == "accounts.password"
    assert len(text) < 5 or text[:5] not in str(caught.value)


def test_any_password_can_be_tried() -> None:
    kept = passwords.hashed("x" * 1_024, QUICK)
    assert passwords.matches(kept, "x" * 1_024, QUICK)
    assert not passwords.matches(kept, "x" * 10**6, QUICK)
    assert not passwords.matches(kept, "\ud800", QUICK)


def test_a_password_written_in_two_ways_is_one() -> None:
    one, other = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
    assert one != other and passwords.matches(passwords.hashed(one, QUICK), other, QUICK)


def test_a_hash_that_is_none_is_told() -> None:
    with pytest.raises(Refused) as caught:
        passwords.matches("$argon2id$damaged", WORDS, QUICK)
    assert caught.value.code == "accounts.damaged"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Duty-1", "duty-1"),
        ("\u0415\u043bена", "елена"),
        ("É.b@c_d", "é.b@c_d"),
        ("E\u0301.b@c_d", "é.b@c_d"),
        ("x" * 64, "x" * 64),
    ],
)
def test_a_name_is_compared_without_capitals(text: str, plain: str) -> None:
    assert passwords.name(text) == plain


@pytest.mark.parametrize(
    "text", ["", "a b", "a\nb", "x" * 65, "a\u202eb", "<b>", "x" * 10**6, "\ud800", "a/b", "a'b"]
)
def test_a_name_that_could_mislead_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.name(text)
    assert caught.value.code == "accounts.name"


@given(st.text(max_size=70))
def test_a_name_is_stable(text: str) -> None:
    try:
        plain = passwords.name(text)
    except Invalid:
        return
    assert passwords.name(plain) == plain


def test_a_token_is_32_random_bytes_and_what_is_kept_does_not_show_them() -> None:
    shown, kept = passwords.new_token()
    secret = ids.unbase32(shown.removeprefix("wbt-"), 32, "")
    assert shown.startswith("wbt-") and kept == hashlib.sha256(b"wideberth/token/v1\n" + secret).digest()
    assert passwords.token(shown) == kept
    assert len({passwords.new_token()[0] for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "text", ["", "wbt-", "x", "wbt-" + "a" * 51, "wbt-" + "A" * 52, "wbt-\ud800", "a" * 10**6]
)
def test_what_is_no_token_is_nobodys(text: str) -> None:
    assert passwords.token(text) is None
    assert passwords.token(passwords.new_token()[0].removeprefix("wbt-")) is None
