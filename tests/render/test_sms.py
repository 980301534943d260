"""Texts for telephones: each fits one message, together they say it all, and no character is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.model.site import NOTICE
from wideberth.render import sms

GSM = st.text("abc XYZ,.é@£[]{}€|", min_size=1, max_size=700)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=400)


@given(GSM | ANY)
def test_each_text_fits_and_together_they_say_all(words: str) -> None:
    found = sms.texts(words)
    for each in found:
        taken, most = sms.size(each)
        assert taken <= most
    numbers = [f"{n}/{len(found)} " for n in range(1, len(found) + 1)]
    bare = [each.removeprefix(n) for each, n in zip(found, numbers, strict=True)] if len(found) > 1 else found
    assert "".join("".join(bare).split()) == "".join(words.split())


def test_the_alphabet_of_gsm_holds_twice_as_many_and_marks_cost_two() -> None:
    assert sms.size("a" * 160) == (160, 160)
    assert sms.size("[") == (2, 160)
    assert sms.size("Школа") == (5, 70)
    assert sms.size("😀") == (2, 70)
    assert sms.texts("a" * 160) == ["a" * 160]
    assert [len(each) for each in sms.texts("a" * 161)] == [160, 9]
    assert len(sms.texts("€" * 81)) == 2


def test_words_are_kept_whole_and_the_notice_is_one_text() -> None:
    found = sms.texts("received " * 40)
    assert [each.split(" ", 1)[0] for each in found] == [
        f"{n}/{len(found)}" for n in range(1, len(found) + 1)
    ]
    assert all(word == "received" for each in found for word in each.split()[1:])
    assert sms.texts(NOTICE) == [NOTICE]


@pytest.mark.parametrize("words", ["а" * 71, "ب" * 700])
def test_other_letters_are_cut_at_seventy(words: str) -> None:
    assert all(len(each) <= 70 for each in sms.texts(words))
