"""Quantities are exact: what is written in decimal is what is counted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.space.units import (
    DURATIONS,
    FREQUENCIES,
    LENGTHS,
    Rounding,
    metres,
    parse_duration,
    parse_frequency,
    parse_length,
    to_integer,
)

Parse = Callable[..., int]


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_length, "3NM", 55_560_000),
        (parse_length, "3 nm", 55_560_000),
        (parse_length, "1nmi", 18_520_000),
        (parse_length, " 3000 ft ", 9_144_000),
        (parse_length, "0.1m", 1_000),
        (parse_length, ".5km", 5_000_000),
        (parse_length, "100.m", 1_000_000),
        (parse_length, "0m", 0),
        (parse_length, "+7FT", 21_336),
        (parse_length, "-1m", -10_000),
        (parse_length, "٣.5km", 35_000_000),  # digits of another script are digits
        (parse_duration, "5min", 300_000),
        (parse_duration, "1.5h", 5_400_000),
        (parse_duration, "2d", 172_800_000),
        (parse_duration, "90 s", 90_000),
        (parse_duration, "90sec", 90_000),
        (parse_duration, "250ms", 250),
        (parse_frequency, "2.40GHz", 2_400_000_000),
        (parse_frequency, "121.5 MHz", 121_500_000),
        (parse_frequency, "8.33kHz", 8_330),
        (parse_frequency, "50hz", 50),
    ],
)
def test_known_quantities(parse: Parse, text: str, value: int) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("what", ["length", "duration", "frequency"])
@pytest.mark.parametrize(
    "text", ["", "3", "NM", "3 N M", "3,000ft", "1e3m", "nan m", "--3m", "3m 4m", "9" * 16 + "m", "."]
)
def test_what_is_no_number_with_a_unit_is_refused(what: str, text: str) -> None:
    parse: Parse = {"length": parse_length, "duration": parse_duration, "frequency": parse_frequency}[what]
    with pytest.raises(Invalid) as caught:
        parse(text, "terms.rows[0].h")
    assert caught.value.code == f"{what}.malformed"
    assert caught.value.path == "terms.rows[0].h"
    assert caught.value.found == text


@pytest.mark.parametrize(
    ("parse", "text", "code", "accepted"),
    [
        (parse_length, "3 miles", "length.unknown_unit", "m, km, ft, nm, nmi"),
        (parse_length, "3s", "length.unknown_unit", "3NM"),
        (parse_duration, "3m", "duration.unknown_unit", "ms, s, sec, min, h, d"),
        (parse_frequency, "3m", "frequency.unknown_unit", "hz, khz, mhz, ghz"),
    ],
)
def test_a_unit_is_never_guessed(parse: Parse, text: str, code: str, accepted: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text, "h")
    assert (caught.value.code, caught.value.path) == (code, "h")
    assert accepted in caught.value.wanted


def test_what_falls_between_two_counts_is_rounded_the_way_the_caller_says() -> None:
    assert parse_length("0.00015m", rounding="up") == 2
    assert parse_length("0.00015m", rounding="down") == 1
    assert parse_length("-0.00015m", rounding="down") == -2
    assert parse_length("0.00014m") == 1
    # more digits than decimals are kept to by default: the last one still counts
    assert parse_length("100000000000000.000000000000001m", rounding="up") == 10**18 + 1


def test_a_float_means_the_decimal_that_it_prints_as() -> None:
    assert to_integer(0.1, 10, "up") == 1
    assert to_integer(1.1, 10_000, "up") == 11_000
    assert to_integer(Decimal("0.35"), 10) == 4  # half to even
    assert to_integer(7, 3_048) == 21_336


@given(
    st.sampled_from(
        [(parse_length, LENGTHS), (parse_duration, DURATIONS), (parse_frequency, FREQUENCIES)]
    ).flatmap(lambda pair: st.tuples(st.just(pair[0]), st.sampled_from(sorted(pair[1].items())))),
    st.decimals(-(10**14), 10**14, places=15),
    st.sampled_from(["up", "down", "nearest"]),
    st.sampled_from(["", " "]),
    st.booleans(),
)
def test_a_printed_quantity_reads_back_exactly(
    parse_and_unit: tuple[Parse, tuple[str, int]], number: Decimal, rounding: Rounding, gap: str, upper: bool
) -> None:
    parse, (unit, size) = parse_and_unit
    text = f"{number:f}{gap}{unit.upper() if upper else unit}"
    exact = Fraction(number) * size
    expected = {"up": ceil(exact), "down": floor(exact), "nearest": round(exact)}
    assert parse(text, rounding=rounding) == expected[rounding]


@given(st.integers(-(10**15), 10**15))
def test_metres_for_display_are_ten_thousandths(length: int) -> None:
    assert metres(length) == pytest.approx(float(Fraction(length, 10_000)), rel=1e-15)
