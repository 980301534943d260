"""The handover sheet: ticked and signed, nothing forgotten in silence, and no words are markup."""

from __future__ import annotations

import hashlib
import re

import pytest
from msgspec import structs

from wideberth.render import paper
from wideberth.render.handover import MOST, SCHEMA, Handover, html, lines, section, sha256

SHEET = Handover(
    SCHEMA,
    "2027-01-15 08:12Z",
    False,
    "party",
    "jolin-navaj  (lhmzhbll…)",
    ("Alarms: sounded 1 time in the last hour.",),
    (
        section("Lines", ("party", "state"), [("South <b>", "SILENT: nobody answers")]),
        section("Open cases", ("case",), []),
        section("Next 24 hours", ("own plan",), [(f"plan {n}",) for n in range(MOST + 3)]),
    ),
)


def test_every_row_is_ticked_and_both_sign() -> None:
    page = html(SHEET)
    assert page.count(paper.BOX) == 1 + MOST
    assert page.count(">signature<") == 2
    assert "and 3 more, which are not on this sheet" in page
    assert "plan 8" in page and "plan 9<" not in page


def test_what_there_is_nothing_of_is_named() -> None:
    assert "<b>Nothing to hand over of:</b> Open cases." in html(SHEET)
    assert lines(SHEET)[-1] == "Nothing to hand over of: Open cases."
    full = structs.replace(SHEET, sections=SHEET.sections[:1])
    assert "Nothing to hand over" not in html(full) + "\n".join(lines(full))


def test_it_says_its_time_everywhere_and_never_that_anything_is_safe() -> None:
    page = html(SHEET)
    assert page.count("as of 2027-01-15 08:12Z") >= 3
    assert "safe" not in page and "It gives no permission" in page
    assert "As of its time" in page


def test_an_exercise_says_so_at_the_top_and_bottom_of_every_page_and_in_text() -> None:
    found = structs.replace(SHEET, exercise=True)
    page = html(found)
    assert page.count(f'<div class="exercise">{paper.MARK}</div>') == 2
    assert re.search(r"<thead><tr><td><div class=\"exercise\">", page)
    assert "<title>EXERCISE" in page and lines(found)[0] == paper.MARK
    assert "EXERCISE" not in html(SHEET)


def test_it_asks_nobody_for_anything_and_what_somebody_wrote_is_text() -> None:
    page = html(SHEET)
    assert "South &lt;b&gt;" in page and "South <b>" not in page
    for wrong in ("<script", "http:", "https:", "<img", "<link", "url(", "@import"):
        assert wrong not in page
    assert "\u202e" not in html(structs.replace(SHEET, words="\u202eevil"))


def test_the_same_sheet_is_the_same_bytes_and_is_named_by_them() -> None:
    assert html(SHEET) == html(structs.replace(SHEET))
    assert sha256(html(SHEET)) == hashlib.sha256(html(SHEET).encode()).hexdigest()


@pytest.mark.parametrize("colour", ["red", "green", "blue", "#f", "rgb("])
def test_it_is_black_on_white(colour: str) -> None:
    style = html(SHEET).split("</style>")[0].replace("#fff", "").replace("#000", "")
    assert colour not in style


def test_however_much_there_is_it_stays_short() -> None:
    rows = [(f"row {n}",) for n in range(30)]
    many = structs.replace(SHEET, sections=tuple(section(f"Part {k}", ("a",), rows) for k in range(17)))
    page = html(many)
    shown = page.count(paper.BOX)
    assert shown == 17
    assert page.count("more, which are not on this sheet") == 17
    assert f"and {30 - shown // 17} more" in page
    # few parts are shown whole
    assert html(structs.replace(SHEET, sections=many.sections[:3])).count(paper.BOX) == 3 * MOST
