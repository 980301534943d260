"""Figures for people: units, and rounding to the side that does not flatter."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.render.sample import NOW, conflict, filed, report_of
from wideberth.conflict.result import Axes
from wideberth.model.separation import PRESETS, Rule
from wideberth.model.terms import Place
from wideberth.render import words
from wideberth.space.units import FOOT, METRE, NAUTICAL_MILE

ONE, TWO = filed("A", "a"), filed("B", "b")


@pytest.mark.parametrize(
    ("value", "metric", "up", "shown"),
    [
        (3 * NAUTICAL_MILE, False, False, "3 NM"),
        (3 * NAUTICAL_MILE - 1, False, False, "2.99 NM"),
        (3 * NAUTICAL_MILE + 1, False, True, "3.01 NM"),
        (3 * NAUTICAL_MILE, True, True, "5.56 km"),
        (3 * NAUTICAL_MILE, True, False, "5.55 km"),
        (150 * METRE, False, False, "150 m"),
        (999 * METRE, True, False, "999 m"),
        (0, False, False, "0 m"),
        (1_234 * NAUTICAL_MILE, False, False, "1,234 NM"),
    ],
)
def test_lengths(value: int, metric: bool, up: bool, shown: str) -> None:
    assert words.length(value, metric, up) == shown


@pytest.mark.parametrize(
    ("value", "metric", "shown"),
    [
        (3_000 * FOOT, False, "3,000 ft"),
        (3_000 * FOOT, True, "914.4 m"),
        (3_000 * FOOT - 1, False, "2,999 ft"),
        (30 * METRE, False, "98.4 ft"),
        (30 * METRE, True, "30 m"),
    ],
)
def test_heights(value: int, metric: bool, shown: str) -> None:
    assert words.height(value, metric) == shown


@pytest.mark.parametrize(
    ("value", "up", "shown"),
    [
        (0, False, "0 s"),
        (59_999, False, "59 s"),
        (59_001, True, "1 min"),
        (270_000, False, "4 min 30 s"),
        (3_600_000, False, "1 h"),
        (3_661_000, False, "1 h 1 min"),
        (3_661_000, True, "1 h 2 min"),
        (7_199_000, True, "2 h"),
        (7_199_000, False, "1 h 59 min"),
        (90_000_000, False, "1 d 1 h"),
    ],
)
def test_durations(value: int, up: bool, shown: str) -> None:
    assert words.duration(value, up) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(1_000_000, "1 MHz"), (2_400_500_000, "2.4 GHz"), (25_000, "25 kHz"), (7, "7 Hz")]
)
def test_frequencies(value: int, shown: str) -> None:
    assert words.frequency(value) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("crewed", "preset crewed (3 NM, 3,000 ft, 5 min)"),
        ("drone", "preset drone (100 m, 30 m, 2 min)"),
        ("convoy", "preset convoy (1 km, any altitude, 30 min)"),
        ("maritime", "preset maritime (10 NM, any altitude, 1 h)"),
        ("spectrum", "preset spectrum (20 km, any altitude, 5 min, 1 MHz)"),
    ],
)
def test_minima_are_shown_as_they_were_stated(name: str, shown: str) -> None:
    assert words.separation(PRESETS[name]) == shown


def test_every_axis_can_be_any() -> None:
    rule = Rule("any", "any", "any", "any")
    assert words.rule_words(rule) == "any distance, any altitude, any time, any frequency"
    assert words.rule_words(Rule(3 * NAUTICAL_MILE // 2, 0, 0, 0)) == "1.5 NM, 0 ft, 0 s, 0 Hz"


def test_axes_name_the_gap_and_the_minimum() -> None:
    found = conflict(
        ONE, TWO, gap=Axes(2 * NAUTICAL_MILE - 1, 0, None), required=Axes(3 * NAUTICAL_MILE, 0, None)
    )
    assert words.axes(found, metric=False) == [("horizontal", "1.99 NM of 3 NM"), ("vertical", "overlap")]
    found = conflict(
        ONE, TWO, gap=Axes(0, 0, 60_000, 400_000), required=Axes(10_000, 3_048, 300_000, 1_000_000)
    )
    assert words.axes(found, metric=True) == [
        ("horizontal", "overlap (1 m needed)"),
        ("vertical", "overlap (0.4 m needed)"),
        ("time", "1 min of 5 min"),
        ("frequency", "400 kHz of 1 MHz"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "gap", "shown"),
    [
        (NOW, NOW + 3_600_000, 0, "2026-11-23 10:00Z – 11:00Z"),
        (NOW, NOW + 86_400_000, 0, "2026-11-23 10:00Z – 2026-11-24 10:00Z"),
        (NOW, NOW, 0, "2026-11-23 10:00Z"),
        (NOW, None, 0, "from 2026-11-23 10:00Z until further notice"),
        (None, NOW, 0, "until 2026-11-23 10:00Z"),
        (None, None, 0, "in force, until further notice"),
        (NOW, NOW + 60_000, 60_000, "one ends 2026-11-23 10:00Z, the other begins 2026-11-23 10:01Z"),
    ],
)
def test_windows(start: int | None, end: int | None, gap: int, shown: str) -> None:
    assert words.window(conflict(ONE, TWO, gap=Axes(0, 0, gap), start=start, end=end), None) == shown


def test_positions_carry_over_and_take_the_right_letters() -> None:
    assert words.position((33.041666, 34.390166)) == "34°23.41′N 033°02.50′E (34.39017, 33.04167)"
    assert words.position((-0.5, -59.99999)) == "60°00.00′S 000°30.00′W (-59.99999, -0.50000)"


def test_the_nearest_place_with_distance_and_direction() -> None:
    places = (Place("North", (330_000_000, 350_000_000)), Place("Here", (330_000_000, 340_000_000)))
    assert words.nearest((33.0, 34.0), places, metric=False) == "at Here"
    assert words.nearest((33.0, 34.9), places, metric=True) == "11 km S of North"
    assert words.nearest((33.05, 34.0), places, metric=False) == "2.5 NM E of Here"
    assert words.nearest((33.0, 34.0), (), metric=False) == ""


def test_the_headline_counts_and_never_says_safe() -> None:
    report = report_of((ONE, TWO, conflict(ONE, TWO)))
    assert words.headline(report) == "1 conflict between 2 plans, as of 2026-11-23 10:00Z"
    assert words.compared(report) == "2 plans of 2 parties in 2 files were read"
    clear = structs.replace(report, conflicts=())
    assert words.headline(clear) == "no known conflict, as of 2026-11-23 10:00Z"
    alone = structs.replace(clear, filed=(ONE,))
    assert words.headline(alone).startswith("nothing was compared, as of 2026-11-23 10:00Z")
    assert words.headline(structs.replace(alone, own=True)) == "no known conflict, as of 2026-11-23 10:00Z"
    assert words.compared(report_of()) == "0 plans of 0 parties in 0 files were read"
