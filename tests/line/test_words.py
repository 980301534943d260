"""Recognition words: their key goes one way; nothing said in one way, purpose or day is right in another."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.ledger.two import seed
from tests.line.pairs import MET, NORTH, SOUTH
from wideberth.errors import Invalid, Refused
from wideberth.ledger import ids
from wideberth.line import pairing, words
from wideberth.line.words import DAY_MS, FIRST, PURPOSES, Count, Key, Way

ROOT = seed("words")
A, B = (ids.base32(seed(each)) for each in ("a", "b"))
DAYS = st.integers(FIRST, FIRST + 40)
SAID = st.binary(min_size=6, max_size=6)
WAYS = st.builds(Way, st.sampled_from((A, B)), st.sampled_from((A, B)), st.sampled_from(tuple(PURPOSES)))
VOICE = Way(A, B, "voice")


def code(of: pytest.ExceptionInfo[Invalid] | pytest.ExceptionInfo[Refused]) -> str:
    return of.value.code


def hkdf(secret: bytes, info: bytes) -> bytes:
    """RFC 5869 with SHA-256, no salt, 32 bytes: written out, from its text."""
    extracted = hmac.digest(bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_hkdf_is_that_of_the_rfc() -> None:
    """RFC 5869, appendix A, cases 1 to 3: the library's, and for case 3 the one above."""
    for secret, salt, info, length, wanted in (
        (b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)), 42,
         "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        (bytes(range(80)), bytes(range(0x60, 0xB0)), bytes(range(0xB0, 0x100)), 82,
         ("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
          "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")),
        (b"\x0b" * 22, None, b"", 42,
         "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ):  # fmt: skip
        assert HKDF(SHA256(), length, salt=salt, info=info).derive(secret).hex() == wanted
    assert hkdf(b"\x0b" * 22, b"").hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"


def test_the_words_are_what_the_page_says_written_out_again() -> None:
    """docs/words.md, by another hand: the standard library alone."""
    secret = hkdf(ROOT, b"wideberth/words/v1/step\n" + (FIRST + 1).to_bytes(4, "big"))
    secret = hkdf(secret, b"wideberth/words/v1/step\n" + (FIRST + 2).to_bytes(4, "big"))
    key = words.on(words.begin(ROOT), FIRST + 2)
    assert key == Key(FIRST + 2, secret) and "secret" not in repr(key)
    way = hkdf(secret, b"wideberth/words/v1/way\n" + seed("a") + seed("b") + b"voice")
    challenge = b"\x00\x01\x02\x03\x04\x05"
    wanted = hmac.digest(way, b"wideberth/words/v1/reply\n" + challenge, "sha256")[:6]
    assert words.reply(key, VOICE, challenge) == wanted
    unit = hkdf(secret, b"wideberth/words/v1/way\n" + seed("a") + seed("b") + b"unit")
    asked = hmac.digest(unit, b"wideberth/words/v1/row\n\x07\x03", "sha256")[:6]
    row = words.row(key, Way(A, B, "unit"), 7, 3)
    assert row == (asked, hmac.digest(unit, b"wideberth/words/v1/reply\n" + asked, "sha256")[:6])


def test_they_begin_with_what_the_pairing_has_come_to_and_the_line_secret_does_not_tell() -> None:
    other = pairing.meet(SOUTH.hello, NORTH.hello, "online")
    ends = (pairing.meet(NORTH.hello, SOUTH.hello, "online"), NORTH), (other, SOUTH)
    roots = [pairing.words(met, end.private) for met, end in ends]
    assert roots[0] == roots[1] != pairing.secret(*((ends[0][0], NORTH.private)))
    assert pairing.words(MET, NORTH.private) != roots[0], "another pairing, other words"
    with pytest.raises(Invalid) as caught:
        words.begin(b"short")
    assert code(caught) == "words.root"


@given(DAYS, DAYS)
def test_a_key_goes_on_and_never_back(one: int, other: int) -> None:
    first, last = sorted((one, other))
    key = words.on(words.begin(ROOT), first)
    assert words.on(key, last) == words.on(words.begin(ROOT), last)
    assert (words.on(key, last).secret == key.secret) == (first == last)
    if first < last:
        with pytest.raises(Refused) as caught:
            words.on(words.on(key, last), first)
        assert code(caught) == "words.past"


def test_a_day_that_no_calendar_has_is_none() -> None:
    with pytest.raises(Refused) as caught:
        words.on(Key(words.LAST, ROOT), words.LAST + 1)
    assert code(caught) == "words.day"
    assert words.date_of(words.FIRST) == "2025-01-01" and words.date_of(words.LAST + 5) == "9999-12-31"
    assert words.date_of(-3) == "1970-01-01"


@given(DAYS, DAYS, WAYS, WAYS, SAID)
def test_day_direction_and_purpose_are_told_apart(
    one: int, other: int, way: Way, as_: Way, said: bytes
) -> None:
    root = words.begin(ROOT)
    mine = words.reply(words.on(root, one), way, said)
    theirs = words.reply(words.on(root, other), as_, said)
    assert (mine == theirs) == ((one, way) == (other, as_))
    assert words.reply(words.on(words.begin(seed("another line")), one), way, said) != mine


@given(SAID, st.sampled_from(tuple(PURPOSES)))
def test_what_is_reflected_is_wrong(said: bytes, purpose: words.Purpose) -> None:
    """Whoever has a challenge put to him puts it back to who asked, and says what comes."""
    key, now = words.begin(ROOT), FIRST * DAY_MS + DAY_MS // 2
    asked, reflected = Way(A, B, purpose), Way(B, A, purpose)
    assert words.right(key, asked, said, words.reply(key, asked, said), now)
    assert not words.right(key, asked, said, words.reply(key, reflected, said), now)
    assert not words.right(key, asked, said, said, now)


@given(st.integers(0, DAY_MS - 1), st.integers(-2, 2))
def test_near_midnight_the_neighbouring_day_counts(at: int, off: int) -> None:
    today = FIRST + 10
    now = today * DAY_MS + at
    near = off == 0 or (off == -1 and at < words.NEAR_MS) or (off == 1 and at >= DAY_MS - words.NEAR_MS)
    assert (today + off in words.days(now)) == near
    key = words.on(words.begin(ROOT), words.oldest(now))
    said = words.reply(words.on(words.begin(ROOT), today + off), VOICE, b"sixsix")
    assert words.right(key, VOICE, b"sixsix", said, now) == near
    assert words.oldest(now) == min(words.days(now)) and words.days(now)[0] == today


@given(SAID)
def test_words_and_digits_say_the_same_in_any_mixture(said: bytes) -> None:
    named, digits = words.shown(said)
    assert re.fullmatch(r"[a-z]{5}-[a-z]{5}-[a-z]{5}", named) and re.fullmatch(r"(\d{5} ){2}\d{5}", digits)
    spoken = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    mixed = f"{named.split('-')[0]}, {digits.split()[1]} {named.split('-')[2].upper()}"
    for text in (named, digits, named.upper(), named.replace("-", " \u2013 "), spoken, mixed):
        assert words.read(text, "reply") == said


@pytest.mark.parametrize(
    "text",
    ["", "lusab", "lusab-babad", "lusab-babad-gutih-tugad", "lusab-babad-xxxxx", "65536 00000 00000", "1 2 3",
     "000000 00000 00000", "lusabbabadgutih", "²²²²² 00000 00000", "a" * 10_000],
)  # fmt: skip
def test_what_is_no_three_groups_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        words.read(text, "reply")
    assert (code(caught), caught.value.path) == ("words.text", "reply")


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        assert len(words.read(text, "x")) == words.SAID
    except Invalid as error:
        assert error.code == "words.text"


def test_a_row_is_what_a_node_would_answer_and_each_is_another() -> None:
    key, seen = words.begin(ROOT), set()
    for way in (Way(A, B, "unit"), Way(B, A, "unit")):
        for table in (1, 2, words.TABLES):
            for n in range(1, words.ROWS + 1):
                challenge, said = words.row(key, way, table, n)
                assert words.reply(key, way, challenge) == said
                seen |= {challenge, said}
    assert len(seen) == 2 * 2 * 3 * words.ROWS
    for table, n in ((0, 1), (words.TABLES + 1, 1), (1, 0), (1, words.ROWS + 1)):
        with pytest.raises(Invalid) as caught:
            words.row(key, VOICE, table, n)
        assert code(caught) == "words.table"
    with pytest.raises(Invalid) as caught:
        words.reply(key, VOICE, b"short")
    assert code(caught) == "words.text"


def test_a_guess_is_right_once_in_more_than_2_to_the_33() -> None:
    assert words.SAID * 8 - 1 >= 33, "also when two days count"
    # and nothing of it is thrown away: each of the 48 bits is another one often enough
    key = words.begin(ROOT)
    said = [words.reply(key, VOICE, hashlib.sha256(bytes([n])).digest()[:6]) for n in range(200)]
    for bit in range(48):
        assert 60 < sum(int.from_bytes(each, "big") >> bit & 1 for each in said) < 140


class Asking(RuleBasedStateMachine):
    """Any order of right and wrong replies and officers' words goes by the printed table."""

    def __init__(self) -> None:
        super().__init__()
        self.count, self.wrong = Count(), 0

    def step(self, signal: words.Signal) -> bool:
        wanted = words.TABLE.get((self.count.stage, signal))
        if wanted is None:
            with pytest.raises(Refused) as caught:
                words.counted(self.count, signal)
            assert code(caught) == "words.locked" and self.count.stage == "locked"
            return False
        self.count = words.counted(self.count, signal)
        assert self.count.stage == wanted
        return True

    @rule()
    def is_right(self) -> None:
        self.wrong = 0 if self.step("right") else self.wrong

    @rule()
    def is_wrong(self) -> None:
        self.wrong += self.step("wrong for the third time" if self.wrong == 2 else "wrong")

    @rule()
    def unlock(self) -> None:
        assert self.step("an officer unlocks")
        self.wrong = 0

    @invariant()
    def three_and_no_more(self) -> None:
        assert self.count.wrong == self.wrong <= words.TRIES and self.count.left == words.TRIES - self.wrong
        assert (self.count.stage == "locked") == (self.wrong == words.TRIES)
        if self.count.stage == "locked":
            for check in (words.check_open, words.wrong):
                with pytest.raises(Refused):
                    check(self.count)
        else:
            words.check_open(self.count)
            assert words.wrong(self.count).wrong == self.wrong + 1


Asking.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
test_asking = Asking.TestCase


def test_the_page_has_the_table_of_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "words.md").read_text(encoding="utf-8")
    rows = "".join(f"| {stage} | {signal} | {then} |\n" for (stage, signal), then in words.TABLE.items())
    assert rows in page
