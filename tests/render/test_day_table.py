from __future__ import annotations

from wideberth.render.day_table import MARK, Row, Table, page

ROW = Row(1, ("lusab-babad-gutih", "30185 00012 61035"), ("babab-babab-dabab", "00000 00000 04096"))


def test_an_exercise_is_marked_above_and_below() -> None:
    found = page(Table("South", "2027-01-16", 1, "2027-01-15 08:00Z", [ROW], [], exercise=True))
    assert found.count(MARK) == 2 and "<title>EXERCISE Recognition words" in found
    assert MARK not in page(Table("South", "2027-01-16", 1, "2027-01-15 08:00Z", [ROW], []))


def test_whatever_a_party_is_called_is_shown_as_it_is() -> None:
    found = page(Table("<b>South & Co", "2027-01-16", 1, "2027-01-15 08:00Z", [ROW], [ROW]))
    assert "With &lt;b&gt;South &amp; Co." in found and "<b>South" not in found
    assert "lusab-babad-gutih &nbsp;30185 00012 61035" in found
