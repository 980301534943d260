"""The blackout sheet: channels, boxes, codes in each language, a log, and what is done afterwards."""

from __future__ import annotations

from msgspec import structs

from wideberth.node import phrases
from wideberth.render import paper
from wideberth.render.blackout import LOG_ROWS, ROLES, SCHEMA, Blackout, Box, Channel, OfLine, html, lines

BOOK = phrases.shipped()
BOX = Box(
    "South",
    "heron 1 <x>",
    "activated",
    "1/2",
    "2027-01-15 10:00Z – 2027-01-15 11:00Z",
    "SFC to FL100",
    "33°57.2′N – 34°02.8′N, 032°56.7′E – 033°03.3′E",
)
SHEET = Blackout(
    SCHEMA,
    "2027-01-15 08:12Z",
    False,
    "party",
    "jolin-navaj",
    "2027-01-17 08:12Z",
    (OfLine("South", "ripul-pulap", "the line was silent", "Trial terms, version 1", ("en", "he")),),
    (BOX,),
    3,
    (("Clinic", "site", "own list", "ours, survey", "overlap", "2027-01-15 10:00Z – no end"),),
    0,
    ("en", "he"),
)


def test_channels_are_shown_by_role_or_left_to_be_filled_in() -> None:
    blank = html(SHEET, BOOK, {})
    for role in ROLES:
        assert f"<td>{role}</td><td class=hand></td>" in blank
    named = html(SHEET, BOOK, {"South": (Channel("duty officer", "radio 243.0 & telephone"),)})
    assert "<td>duty officer</td><td>radio 243.0 &amp; telephone</td>" in named
    assert "<td>deputy</td>" not in named


def test_boxes_have_times_levels_and_bounds_and_what_is_left_out_is_counted() -> None:
    page = html(SHEET, BOOK, {})
    for each in (BOX.times.replace("-", "\u2011"), BOX.levels, BOX.area, "heron 1 &lt;x&gt;"):
        assert each in page
    assert "and 3 more, which are not here" in page and "2027-01-17 08:12Z" in page
    assert "Clinic" in page
    none = html(structs.replace(SHEET, boxes=(), more_boxes=0, sites=()), BOOK, {})
    assert "No plan is known, as of 2027-01-15 08:12Z." in none
    assert "safe" not in none.replace("safeguard", "")


def test_every_code_is_there_in_each_language_and_what_nobody_has_checked_is_marked() -> None:
    page = html(SHEET, BOOK, {})
    for code in BOOK.phrases:
        assert f"<b>{code}</b>" in page
        hebrew = paper.text(BOOK.texts["he"][f"phrase.{code}.title"])
        star = " *" if BOOK.doubtful("he", f"phrase.{code}.title") else ""
        assert f'<td lang="he" class="rtl" dir="rtl">{hebrew}{star}</td>' in page
    assert "* not checked by a native officer" in page
    assert "Русский" not in page
    english = html(structs.replace(SHEET, languages=("en",)), BOOK, {})
    assert "not checked by" not in english and "niner" in english and "<b>A</b>\u00a0alfa" in english


def test_there_is_a_log_with_both_times_and_how_it_is_entered() -> None:
    page = html(SHEET, BOOK, {})
    assert page.count("<td class=hand></td>" * 7) == LOG_ROWS
    assert "said at (UTC)" in page and "written at" in page
    assert "wideberth manual told" in page and "never as signed by them" in page
    assert "Silence is no answer and no consent" in page


def test_it_asks_nobody_for_anything_and_an_exercise_is_marked() -> None:
    page = html(structs.replace(SHEET, exercise=True), BOOK, {})
    for wrong in ("<script", "http:", "https:", "<img", "<link", "url(", "@import"):
        assert wrong not in page
    assert page.count(paper.MARK) >= 3
    text = lines(structs.replace(SHEET, exercise=True))
    assert text[0] == paper.MARK and "  and 3 more" in text


def test_as_text_it_says_the_same() -> None:
    text = "\n".join(lines(SHEET))
    for each in (BOX.area, "South: ripul-pulap", "keep clear until 2027-01-17 08:12Z", "Clinic"):
        assert each in text
    assert "nothing is known, as of this sheet" in "\n".join(lines(structs.replace(SHEET, boxes=())))
