"""Altitude over time: boxes by datum, and never two datums in one picture."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.mapped import accessible, filed, shown
from tests.console.seen import Seen
from tests.console.two import Two

FL = {"value": 100, "unit": "FL", "datum": "FL"}
SFC = {"value": 0, "unit": "m", "datum": "SFC"}
UNL = {"value": 0, "unit": "m", "datum": "UNL"}
MSL = {"value": 304.8, "unit": "m", "datum": "MSL"}
ALT = {"value": 1_000, "unit": "ft", "datum": "ALT"}


@pytest.fixture(scope="module")
def start(nodes: Two) -> int:
    return filed(nodes)


def asked(desk: Seen, what: str, *values: Any) -> Any:
    return desk.page.evaluate(
        "async ([what, values]) => (await import('/console/views/map_profile.js'))[what](...values)",
        [what, list(values)],
    )


def test_the_datum_is_one_or_it_is_told(desk: Seen) -> None:
    for lower, upper, wanted in (
        (SFC, UNL, ""),
        (SFC, FL, "FL"),
        (MSL, UNL, "MSL"),
        (FL, FL, "FL"),
        (MSL, FL, None),
        (MSL, ALT, None),
        (None, None, ""),
    ):
        assert asked(desk, "datumOf", {"lower": lower, "upper": upper}) == wanted
    assert asked(desk, "onAxis", FL, "FL") == 100
    assert abs(asked(desk, "onAxis", {"value": 3_048, "unit": "m", "datum": "FL"}, "FL") - 100) < 1e-9
    assert abs(asked(desk, "onAxis", MSL, "MSL") - 1_000) < 1e-9
    assert asked(desk, "onAxis", ALT, "ALT") == 1_000
    assert asked(desk, "onAxis", SFC, "FL") is None
    assert asked(desk, "onAxis", UNL, "FL") is None


def test_an_allotment_counts_in_its_hours(desk: Seen) -> None:
    for hours, minute, wanted in (
        (None, 0, True),
        ([360, 720], 359, False),
        ([360, 720], 360, True),
        ([360, 720], 720, False),
        ([1_320, 120], 1_400, True),
        ([1_320, 120], 60, True),
        ([1_320, 120], 600, False),
    ):
        found = desk.page.evaluate(
            "async ([hours, at]) => (await import('/console/views/map.js')).inHours(hours, at)",
            [hours, minute * 60_000],
        )
        assert found is wanted, (hours, minute)


def test_boxes_of_what_is_in_view(desk: Seen, start: int) -> None:
    del start
    page = shown(desk)
    page.get_by_label("All times").check()
    page.wait_for_selector(".map-profile[data-boxes='3'][data-datum=MSL]")
    expect(page.locator(".map-profile")).to_contain_text("2\u2069 counted from another")
    expect(page.locator(".map-profile")).to_contain_text("1\u2069 at all altitudes")
    page.get_by_label("Counted from", exact=True).select_option("FL")
    page.wait_for_selector(".map-profile[data-boxes='2'][data-datum=FL]")
    page.get_by_text("As a table").click()
    table = page.locator(".map-profile table")
    expect(table).to_contain_text("Transit north")
    expect(table).to_contain_text("FL 60")
    expect(table.locator("tbody tr")).to_have_count(6)
    accessible(page)
    page.get_by_text("As a table").click()
    # a box is chosen by the pointer: the convoy is there for six hours
    plot = page.locator(".map-plot canvas").bounding_box()
    assert plot is not None
    page.mouse.click(plot["x"] + plot["width"] * 0.85, plot["y"] + plot["height"] * 0.7)
    expect(page.locator(".map-chosen h3")).to_have_text("Relief convoy")
    desk.shot("map-profile")
    # what is not in view is not in it
    page.get_by_label("Own plans").uncheck()
    page.wait_for_selector(".map-profile[data-boxes='2'][data-datum=MSL]")
    page.get_by_label("Own plans").check()
