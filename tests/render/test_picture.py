"""The picture: well-formed, self-contained, legible, and right about where things are."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest
from lxml import etree
from msgspec import structs

from tests.render.sample import HOUR, NOW, conflict, filed, report_of, samples
from wideberth.conflict.result import Axes
from wideberth.errors import Invalid, Refused
from wideberth.model.terms import Place
from wideberth.render.axes import MINUTE
from wideberth.render.picture import html, png_writer, svg
from wideberth.render.report import Report
from wideberth.render.svg import Spots, fit, style, width
from wideberth.render.view import view
from wideberth.space.altitude import SURFACE, UNLIMITED, Altitude
from wideberth.space.ground import Circle, Corridor, Polygon
from wideberth.space.reference import VerticalReference
from wideberth.space.units import FLIGHT_LEVEL, FOOT, METRE

FRAME = (66.0, 74.0, 742.0, 648.0)


def texts(document: str) -> list[str]:
    """Every text that is shown, halos left out."""
    root = etree.fromstring(document.encode())
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return ["".join(map(str, t.itertext())) for t in found if t.get("aria-hidden") != "true"]


def boxes(document: str, size: str) -> list[tuple[float, float, float, float]]:
    """About where the shown texts of one size stand."""
    found = []
    for element in etree.fromstring(document.encode()).iter("{http://www.w3.org/2000/svg}text"):
        if element.get("aria-hidden") == "true" or element.get("font-size") != size:
            continue
        wide = len("".join(map(str, element.itertext()))) * 0.5 * float(size)
        x, y = float(element.get("x", "0")), float(element.get("y", "0"))
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[element.get("text-anchor", "start")]
        found.append((left, y - float(size) * 0.7, left + wide, y))
    return found


def test_the_samples_are_drawn_with_names_numbers_and_figures(reference: VerticalReference) -> None:
    drawn = svg(samples(reference))
    shown = texts(drawn)
    for wanted in (
        "3 conflicts between 6 plans, as of 2026-11-23 10:00Z",
        "Coast survey",
        "Red Kite · Buoy field",
        "FL150 – FL160",
        "SFC – 3,000 ft ALT",
        "1,500 – 2,500 ft ALT",
        "3 min apart",
        "horizontal 2.09 NM of 3 NM · overlap: vertical, time",
        "flight level",
        "2026-11-24 UTC",
        "10 NM",
        "N",
        "34°20′N",
        "33°00′E",
    ):
        assert wanted in shown, wanted
    assert [shown.count(number) for number in "123"] == [2, 2, 2]  # on the map and at the panel


def test_nothing_is_fetched_and_no_script_runs(reference: VerticalReference) -> None:
    for document in (svg(samples(reference)), html(samples(reference))):
        assert set(re.findall(r"https?://[^\"' >]*", document)) == {"http://www.w3.org/2000/svg"}
        for word in ("<script", "<image", "<img", "<link", "@import", "href", "src="):
            assert word not in document


def test_names_of_a_map_do_not_lie_on_each_other(reference: VerticalReference) -> None:
    drawn = svg(samples(reference))
    for size in ("10", "12"):
        found = boxes(drawn, size)
        for i, a in enumerate(found):
            for b in found[:i]:
                apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
                assert apart, (a, b)


def test_text_is_escaped() -> None:
    one = filed("A & <b>", "x", label='"><svg onload=1>')
    two = filed("B\x00\u202e", "y")
    report = report_of((one, two, conflict(one, two)))
    assert 'A & <b> · "><svg onload=1>' in texts(svg(report))
    assert "B\\u0000\\u202e" in texts(svg(report))
    page = html(report)
    assert "<svg onload" not in page
    assert "&lt;svg onload=1&gt;" in page


@pytest.mark.parametrize(
    ("lon", "lat"), [(33.0, 34.0), (179.99, -17.0), (-180.0, 0.0), (0.0, 89.95), (120.0, -90.0)]
)
def test_scale_and_direction_are_true_everywhere(lon: float, lat: float) -> None:
    ground = Circle((round(lon * 1e7), round(lat * 1e7)), 10_000 * METRE)
    one, two = filed("A", "a", ground), filed("B", "b", ground)
    seen = view(report_of((one, two, conflict(one, two, near=(lon, lat)))), FRAME)
    from wideberth.space.flatten import outline

    rim = seen.pixels(outline(ground)[0])
    centre = np.array([(FRAME[0] + FRAME[2]) / 2, (FRAME[1] + FRAME[3]) / 2])
    away = np.hypot(*(rim - centre).T) * seen.scale
    assert away.min() > 9_990 and away.max() < 10_060
    back = seen.positions(seen.pixels(np.array([[lon, min(89.99, max(lat, -89.99))]])))
    assert back[0, 1] == pytest.approx(min(89.99, max(lat, -89.99)), abs=1e-6)


def test_a_shape_much_larger_than_the_other_runs_out_of_the_map() -> None:
    small, large = filed("A", "a"), filed("B", "b", Circle((330_000_000, 340_000_000), 900_000 * METRE))
    seen = view(report_of((small, large, conflict(small, large))), FRAME)
    assert 10_000 < seen.scale * (FRAME[2] - FRAME[0]) < 100_000


def test_without_conflict_all_plans_are_in_sight() -> None:
    one = filed("A", "a", Circle((0, 0), METRE))
    two = filed("B", "b", Circle((100_000_000, 100_000_000), METRE))
    report = structs.replace(report_of((one, two, conflict(one, two))), conflicts=())
    seen = view(report, FRAME)
    for x, y in seen.pixels(np.array([[0.0, 0.0], [10.0, 10.0]])):
        assert FRAME[0] < x < FRAME[2] and FRAME[1] < y < FRAME[3]
    assert "no known conflict, as of 2026-11-23 10:00Z" in texts(svg(report))
    assert svg(structs.replace(report, filed=())).endswith("</svg>")


def test_plans_in_conflict_are_hatched_and_others_faint() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    other = filed("A", "c", Circle((330_500_000, 340_000_000), 500 * METRE))
    report = report_of((one, two, conflict(one, two)))
    drawn = svg(structs.replace(report, filed=(*report.filed, other)))
    assert drawn.count('stroke-opacity="0.35"') == 1
    assert texts(drawn).count("c") == 0
    assert 'fill="url(#hatch-0)"' in drawn and 'fill="url(#hatch-1)"' in drawn


def test_parties_differ_in_more_than_colour() -> None:
    styles = [style(k) for k in range(36)]
    assert len({(s.dash, s.angle, s.dense, s.colour) for s in styles}) >= 12
    assert len({s.dash for s in styles[:6]}) == len({s.angle for s in styles[:6]}) == 6


def test_hundreds_of_conflicts_stay_legible() -> None:
    pairs = []
    for k in range(300):
        at = (330_000_000 + 150_000 * (k % 20), 340_000_000 + 150_000 * (k // 20))
        one, two = filed("A", f"a{k}", Circle(at, 500 * METRE)), filed("B", f"b{k}", Circle(at, 600 * METRE))
        pairs.append((one, two, conflict(one, two, near=(at[0] / 1e7, at[1] / 1e7))))
    drawn = svg(report_of(*pairs))
    names = [t for t in texts(drawn) if re.fullmatch(r"[ab]\d+", t)]
    assert 2 <= len(names) <= 24
    assert any("in detail: one a pair of plans, at most 6" in t for t in texts(drawn))
    assert len(drawn) < 1_500_000


def test_places_of_the_agreement_are_marked() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = report_of((one, two, conflict(one, two)))
    places = (Place("Harbour", (330_100_000, 340_300_000)), Place("Far away", (0, 0)))
    shown = texts(svg(structs.replace(report, places=places)))
    assert "Harbour" in shown
    assert "Far away" not in shown


def profiles(report: Report) -> list[str]:
    return texts(svg(report))


def test_different_datums_are_said_on_axis_and_bars() -> None:
    one = filed("A", "a", lower=SURFACE, upper=Altitude("AGL", 120 * METRE))
    two = filed("B", "b", lower=Altitude("HAE", 100 * METRE), upper=UNLIMITED)
    report = structs.replace(report_of((one, two, conflict(one, two, agl_unresolved=True))), metric=True)
    shown = profiles(report)
    assert "m, datums differ" in shown
    assert "SFC – 120 m AGL" in shown
    assert "100 m HAE – UNL" in shown
    assert any("ground height unknown" in t for t in shown)


def test_what_runs_on_has_an_arrow_instead_of_an_edge() -> None:
    low, high = Altitude("FL", 100 * FLIGHT_LEVEL), Altitude("FL", 110 * FLIGHT_LEVEL)
    bounded = filed("A", "a", lower=low, upper=high)
    endless = filed("B", "b", start=None, end=None)
    drawn = svg(report_of((bounded, endless, conflict(bounded, endless))))
    colour = style(1).colour
    arrows = re.findall(rf'<path d="M[^"]*Z" fill="{colour}" stroke="#ffffff"/>', drawn)
    assert len(arrows) == 4
    assert not re.findall(rf'<path d="M[^"]*Z" fill="{style(0).colour}" stroke="#ffffff"/>', drawn)


def test_equal_limits_and_endless_windows_are_drawn() -> None:
    level = Altitude("FL", 310 * FLIGHT_LEVEL)
    one = filed("A", "a", lower=level, upper=level, start=NOW, end=NOW)
    two = filed("B", "b", lower=level, upper=level, start=None, end=None)
    found = conflict(one, two, start=NOW, end=NOW, gap=Axes(None, 0, 0), required=Axes(None, FOOT, 0))
    shown = profiles(report_of((one, two, found)))
    assert shown.count("FL310") >= 2
    both = filed("A", "a", start=None, end=None), filed("B", "b", start=None, end=None)
    shown = profiles(report_of((*both, conflict(*both, start=None, end=None))))
    assert "2026-11-23 UTC" in shown


def test_times_are_shown_in_the_zone_asked_for() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = structs.replace(report_of((one, two, conflict(one, two))), zone="Asia/Kolkata")
    shown = profiles(report)
    assert "15:30" in shown and "16:30" in shown
    assert "2026-11-23 Asia/Kolkata" in shown
    west = profiles(structs.replace(report, zone="America/St_Johns"))
    assert "06:30" in west and "2026-11-23 America/St_Johns" in west


@pytest.mark.parametrize(
    "span", [10_000, 10 * MINUTE, HOUR, 40 * HOUR, 24 * 400 * HOUR, 24 * 365 * 500 * HOUR]
)
def test_time_axes_of_any_length_have_a_few_ticks(span: int) -> None:
    one, two = filed("A", "a", end=NOW + span), filed("B", "b", end=NOW + span)
    shown = profiles(report_of((one, two, conflict(one, two, end=NOW + span))))
    ticks = [t for t in shown if re.fullmatch(r"\d\d:\d\d(:\d\d)?|\d{4}-\d\d-\d\d", t)]
    assert 2 <= len(ticks) <= 9


def test_every_kind_of_ground_is_drawn() -> None:
    square = ((330_000_000, 340_000_000), (331_000_000, 340_000_000), (331_000_000, 341_000_000))
    one = filed("A", "a", Polygon((square,)))
    two = filed("B", "b", Corridor(square, 500 * METRE))
    cap = filed("C", "c", Polygon((tuple((lon * 10_000_000, 800_000_000) for lon in (-120, 0, 120)),)))
    drawn = svg(structs.replace(report_of((one, two, conflict(one, two)), (one, cap, conflict(one, cap)))))
    assert etree.fromstring(drawn.encode()) is not None
    assert "nan" not in drawn and "inf" not in drawn


def test_the_page_lists_what_the_table_lists(reference: VerticalReference) -> None:
    error = Invalid("file.empty", "", "an empty file", "a document")
    report = structs.replace(samples(reference), notes=("a note & more",), refused=(("x.kml", error),))
    page = html(report)
    assert page.startswith("<!DOCTYPE html>")
    for wanted in (
        "2.09 NM of 3 NM",
        "Blue Heron · Supply lift",
        "ours.geojson: features[3]",
        "a note &amp; more",
        "x.kml: found an empty file; accepted: a document  [file.empty]",
        "Agree with the other party",
    ):
        assert wanted in page, wanted
    assert "default-src 'none'" in page


def test_png(reference: VerticalReference) -> None:
    pytest.importorskip("resvg_py", reason="the extra `picture` is not installed")
    data = png_writer()(samples(reference))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20], "big") == 2 * 1_160


def test_png_without_the_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)  # what a missing package looks like to import
    with pytest.raises(Refused) as caught:
        png_writer()
    assert caught.value.code == "picture.no_png"
    assert "wideberth[picture]" in caught.value.message


def test_labels_keep_off_each_other_and_inside() -> None:
    spots = Spots(0, 0, 100, 100)
    assert spots.place([(50, 50)], 20, 10) == (50, 50)
    assert spots.place([(55, 52), (50, 70)], 20, 10) == (50, 70)
    assert spots.place([(95, 50), (50, -1)], 20, 10) is None


def test_texts_are_cut_to_their_room() -> None:
    assert fit("short", 100, 10) == "short"
    assert fit("a long text that does not fit", 60, 10).endswith("…")
    assert fit("/a/long/path/that/ends/in.geojson", 90, 10).endswith("in.geojson")
    assert width(fit("x" * 100, 90, 10), 10) <= 90


def test_a_legend_too_long_is_cut_with_a_count() -> None:
    plans = [filed(f"Party number {k}", "p") for k in range(20)]
    report = report_of((plans[0], plans[1], conflict(plans[0], plans[1])))
    shown = texts(svg(structs.replace(report, filed=tuple(plans))))
    listed = sum(t.startswith("Party number") and "·" not in t for t in shown)
    assert 3 <= listed < 20
    assert f"and {20 - listed} more parties" in shown


@pytest.mark.parametrize(
    ("radius", "metric", "bar"),
    [(100, True, "500 m"), (30_000, True, "10 km"), (30_000, False, "10 NM"), (10, False, "0.2 NM")],
)
def test_the_scale_bar_has_a_round_length(radius: int, metric: bool, bar: str) -> None:
    ground = Circle((330_000_000, 340_000_000), radius * METRE)
    one, two = filed("A", "a", ground), filed("B", "b", ground)
    found = conflict(one, two, required=Axes(METRE, 0, 0))
    assert bar in texts(svg(structs.replace(report_of((one, two, found)), metric=metric)))


def test_plans_all_round_the_earth_are_drawn() -> None:
    grounds = [
        Circle((lon * 10_000_000, lat * 10_000_000), METRE)
        for lon, lat in ((0, 0), (180, 0), (0, 90), (0, -90))
    ]
    plans = tuple(filed("A", f"p{k}", ground) for k, ground in enumerate(grounds))
    drawn = svg(structs.replace(report_of(), filed=plans))
    assert "nan" not in drawn
    assert etree.fromstring(drawn.encode()) is not None


def test_the_unit_of_a_bar_is_metres_on_request() -> None:
    one = filed("A", "a", lower=Altitude("MSL", 500 * METRE), upper=Altitude("MSL", 900 * METRE))
    two = filed("B", "b", lower=Altitude("MSL", 700 * METRE), upper=Altitude("MSL", 700 * METRE))
    shown = profiles(structs.replace(report_of((one, two, conflict(one, two))), metric=True))
    assert "m MSL" in shown and "500 – 900 m MSL" in shown and "700 m MSL" in shown


def test_two_plans_that_meet_leg_by_leg_are_drawn_once() -> None:
    one, two = filed("A", "a"), filed("B", "b")
    report = report_of((one, two, conflict(one, two)))
    drawn = svg(structs.replace(report, conflicts=report.conflicts * 5))
    assert texts(drawn).count("1") == 2, "on the map and on the panel"
    assert "2" not in texts(drawn)
