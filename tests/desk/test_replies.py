"""Replies: what is taken, what is taken out of it, what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wideberth.desk import replies
from wideberth.desk.replies import Said
from wideberth.errors import Invalid, WideberthError

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u061c\u00ad\u2060\ufeff\ufe0f\u3164\u2800\U000e0041\u180e"
TEXTS = st.text(max_size=300) | st.text(
    st.sampled_from(f"aб ש ع.\n\r\t\0<>&\"'\u0301\u0651\u2028{TURNING}{UNSEEN}"), max_size=60
)


def code(text: str, language: str = "", name: str = "") -> str:
    with pytest.raises(WideberthError) as found:
        replies.read(text, language, name)
    return found.value.code


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_what_is_taken_is_seen_whole(text: str, name: str) -> None:
    try:
        said = replies.read(text, "", name)
    except Invalid as error:
        assert error.code.startswith("reply.") and (len(text) < 3 or text not in error.message)
        return
    for each in said.text + said.name:
        kind = unicodedata.category(each)
        assert each == "\n" or kind not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"), ascii(each)
        assert each not in TURNING + UNSEEN
    assert said.text.strip() == said.text != ""
    assert len(said.text) <= replies.LONGEST and "\n" not in said.name
    assert replies.read(said.text, "", said.name) == said  # nothing is left to be taken out


@pytest.mark.parametrize("each", [*TURNING, "\0", "\x1b", "\x7f", "\x9b", "\ue000", "\U0010ffff"])
def test_what_turns_or_steers_is_refused(each: str) -> None:
    assert code(f"good{each}bye") == code("good", name=f"a{each}b") == "reply.signs"


@pytest.mark.parametrize("each", UNSEEN)
def test_what_is_not_seen_is_taken_out(each: str) -> None:
    assert replies.read(f"go{each}od{each}", name=f"a{each}b") == Said("good", "", "ab")
    assert code(each * 3) == "reply.empty"
    assert replies.same(replies.read(f"g{each}ood")) == replies.same(replies.read("good"))


def test_marks_are_piled_no_higher_than_letters_need() -> None:
    vocalised, pointed = "مُحَمَّدٌ", "שָּׁלוֹם"
    assert replies.read(vocalised).text == unicodedata.normalize("NFC", vocalised)
    assert replies.read(pointed).text == unicodedata.normalize("NFC", pointed)
    assert code("z" + "\u0335" * 5) == "reply.marks"
    assert code("\u0301a") == code("a\n\u0301") == code("a \u0301") == "reply.marks"


def test_lines_and_spaces_are_alike() -> None:
    said = replies.read("a\r\nb\u2028c\u00a0\u3000d  \n\n\n\n e\t")
    assert said.text == "a\nb\nc  d\n\ne"


def test_limits() -> None:
    assert len(replies.read("я" * replies.LONGEST).text) == replies.LONGEST
    assert code("я" * (replies.LONGEST + 1)) == code("x" * 10**6) == "reply.long"
    assert replies.read("a\n" * (replies.LINES - 1) + "a").text.count("\n") == replies.LINES - 1
    assert code("a\n" * replies.LINES + "a") == "reply.lines"
    assert code("a", name="b" * (replies.NAME + 1)) == "reply.name"
    assert code("a", "fr") == "reply.language"
    assert code("") == code(" \n ") == "reply.empty"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Nothing.At all, e.g. 3.5 km or etc.", 0),
        ("see https://a.example/b", 1),
        ("javascript:/x and data:/y", 2),
        ("www.example.org http://b.example", 2),
        ("mail a@b.example", 1),
        ("example.com and Example.RU", 2),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", 1),
        ("example。com", 1),
    ],
)
def test_addresses_are_counted(text: str, count: int) -> None:
    assert replies.links(text) == count
    if count > replies.LINKS:
        assert code(text) == "reply.links"
    else:
        assert replies.read(text).text
    assert count == 0 or code("a", name=text) == "reply.links"


def test_what_says_the_same_is_the_same() -> None:
    first = replies.same(Said("Good, bye!"))
    assert first == replies.same(Said("GOOD   bye")) == replies.same(Said("ｇｏｏｄ-bye"))
    assert first != replies.same(Said("Good boy"))
    assert replies.same(Said("!!!")) != replies.same(Said("???"))


def test_reasons() -> None:
    assert all(replies.check_reason(each) == each for each in replies.REASONS)
    with pytest.raises(Invalid, match="advertising"):
        replies.check_reason("because")
