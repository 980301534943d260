"""Altitudes as documents write them: every datum kept apart, none guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wideberth.errors import Invalid
from wideberth.space.altitude import (
    DATUMS,
    SURFACE,
    UNLIMITED,
    Altitude,
    Datum,
    altitude_of,
    check_order,
    checked,
    parse_altitude,
    show,
)

FOOT, METRE = 3_048, 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SFC", SURFACE),
        ("gnd", SURFACE),
        ("UNL", UNLIMITED),
        ("unlim", UNLIMITED),
        ("FL310", Altitude("FL", 31_000 * FOOT)),
        ("fl 95", Altitude("FL", 9_500 * FOOT)),
        ("120m AGL", Altitude("AGL", 120 * METRE)),
        ("120 M  agl", Altitude("AGL", 120 * METRE)),
        ("2500ft ALT", Altitude("ALT", 2_500 * FOOT)),
        ("50m HAE", Altitude("HAE", 50 * METRE)),
        ("50m W84", Altitude("HAE", 50 * METRE)),
        ("50.25m WGS84", Altitude("HAE", 502_500)),
        ("-430m HAE", Altitude("HAE", -430 * METRE)),
        ("  3000ft\tMSL ", Altitude("MSL/ALT", 3_000 * FOOT)),
        ("3000ftAMSL", Altitude("MSL/ALT", 3_000 * FOOT)),
    ],
)
def test_altitudes_of_field_documents(text: str, expected: Altitude) -> None:
    assert parse_altitude(text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "altitude.malformed"),
        ("3000", "altitude.malformed"),
        ("3000ft", "altitude.malformed"),
        ("310FL", "altitude.malformed"),
        ("FL-10", "altitude.malformed"),
        ("FL31000", "altitude.malformed"),
        ("3,000ft MSL", "altitude.malformed"),
        ("nan m HAE", "altitude.malformed"),
        ("1e3m HAE", "altitude.malformed"),
        ("120yd AGL", "altitude.malformed"),
        ("120m QFE", "altitude.unknown_datum"),
        ("120m FL", "altitude.unknown_datum"),
        ("0m SFC", "altitude.unknown_datum"),
        ("100001m HAE", "altitude.range"),
        ("-99999999ft ALT", "altitude.range"),
        ("FL9999", "altitude.range"),
    ],
)
def test_what_does_not_say_its_altitude_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_altitude(text, "features[0].properties.lower")
    assert (caught.value.code, caught.value.path) == (code, "features[0].properties.lower")


@pytest.mark.parametrize(
    ("value", "unit", "datum", "expected"),
    [
        (310, "FL", "FL", Altitude("FL", 31_000 * FOOT)),
        (31_000, "ft", "FL", Altitude("FL", 31_000 * FOOT)),
        (0.1, "m", "W84", Altitude("HAE", 1_000)),
        (Decimal("0.3"), "ft", "MSL", Altitude("MSL", 914)),
        (12, "m", "AGL", Altitude("AGL", 12 * METRE)),
        (3_000, "ft", "MSL/ALT", Altitude("MSL/ALT", 3_000 * FOOT)),
        (7, "m", "SFC", SURFACE),
        (7, "m", "UNL", UNLIMITED),
    ],
)
def test_altitudes_of_value_unit_and_datum(
    value: float | Decimal, unit: str, datum: str, expected: Altitude
) -> None:
    assert altitude_of(value, unit, datum) == expected


@pytest.mark.parametrize(
    ("value", "unit", "datum", "code", "path"),
    [
        (1, "m", "AMSL", "altitude.unknown_datum", "lower.datum"),
        (1, "m", "msl", "altitude.unknown_datum", "lower.datum"),
        (1, "FL", "ALT", "altitude.unknown_unit", "lower.unit"),
        (1, "M", "HAE", "altitude.unknown_unit", "lower.unit"),
        (100_001, "m", "HAE", "altitude.range", "lower"),
        (float("nan"), "m", "HAE", "altitude.range", "lower.value"),
        (float("-inf"), "ft", "FL", "altitude.range", "lower.value"),
        (10**400, "m", "HAE", "altitude.range", "lower.value"),
    ],
)
def test_a_bad_value_unit_or_datum_is_named(
    value: float, unit: str, datum: str, code: str, path: str
) -> None:
    with pytest.raises(Invalid) as caught:
        altitude_of(value, unit, datum, "lower")
    assert (caught.value.code, caught.value.path) == (code, path)


def test_a_hundred_kilometres_are_still_credible() -> None:
    edge = Altitude("HAE", 100_000 * METRE)
    assert checked(edge) is edge
    with pytest.raises(Invalid) as caught:
        checked(Altitude("AGL", -100_000 * METRE - 1), "upper")
    assert (caught.value.code, caught.value.path) == ("altitude.range", "upper")


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        (Altitude("FL", 100), Altitude("FL", 100)),
        (SURFACE, SURFACE),
        (SURFACE, Altitude("AGL", 1)),
        (Altitude("AGL", -1), SURFACE),
        (Altitude("FL", 100), UNLIMITED),
        (Altitude("FL", 9_000), Altitude("ALT", 5)),  # two datums cannot tell
        (Altitude("MSL/ALT", 9_000), Altitude("MSL", 5)),
        (Altitude("HAE", 290 * METRE), Altitude("MSL", 0)),
        (Altitude("FL", 10_000 * FOOT), Altitude("MSL", 6_000 * FOOT)),
        (Altitude("MSL", 8_000 * METRE), Altitude("AGL", 0)),
        (SURFACE, Altitude("MSL", -400 * METRE)),
    ],
)
def test_limits_that_may_be_the_right_way_up_pass(lower: Altitude, upper: Altitude) -> None:
    check_order(lower, upper)


@pytest.mark.parametrize(
    ("lower", "upper", "found"),
    [
        (Altitude("FL", 20_000 * FOOT), Altitude("FL", 10_000 * FOOT), "FL200 … FL100"),
        (Altitude("AGL", FOOT), SURFACE, "1 ft AGL … SFC"),
        (Altitude("MSL", 20_000 * FOOT), Altitude("MSL/ALT", 400 * FOOT), "20,000 ft MSL … 400 ft MSL/ALT"),
        (Altitude("FL", 31_000 * FOOT), Altitude("MSL", 3_000 * FOOT), "FL310 … 3,000 ft MSL"),
        (Altitude("HAE", 40_000 * FOOT), Altitude("AGL", 400 * FOOT), "40,000 ft HAE … 400 ft AGL"),
        (SURFACE, Altitude("AGL", -FOOT), "SFC … -1 ft AGL"),
        (UNLIMITED, UNLIMITED, "UNL … UNL"),
        (UNLIMITED, Altitude("HAE", 5 * FOOT), "UNL … 5 ft HAE"),
    ],
)
def test_limits_upside_down_are_refused(lower: Altitude, upper: Altitude, found: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_order(lower, upper, "features[1]")
    assert (caught.value.code, caught.value.path, caught.value.found) == (
        "altitude.upside_down",
        "features[1]",
        found,
    )


@pytest.mark.parametrize(
    ("altitude", "metric", "text"),
    [
        (SURFACE, False, "SFC"),
        (UNLIMITED, True, "UNL"),
        (Altitude("FL", 9_500 * FOOT), False, "FL095"),
        (Altitude("FL", 31_000 * FOOT), True, "FL310"),
        (Altitude("FL", 31_050 * FOOT), False, "31,050 ft FL"),
        (Altitude("FL", -500 * FOOT), False, "-500 ft FL"),
        (Altitude("AGL", 400 * FOOT), False, "400 ft AGL"),
        (Altitude("AGL", 120 * METRE), True, "120 m AGL"),
        (Altitude("MSL/ALT", 3_000 * FOOT), False, "3,000 ft MSL/ALT"),
    ],
)
def test_shown_for_people(altitude: Altitude, metric: bool, text: str) -> None:
    assert show(altitude, metric) == text


@given(st.integers(0, 3_200))
def test_a_flight_level_shown_reads_back(level: int) -> None:
    altitude = Altitude("FL", level * 100 * FOOT)
    assert parse_altitude(show(altitude)) == altitude


@given(
    st.decimals(-99_999, 99_999, places=4),
    st.sampled_from(["m", "ft"]),
    st.sampled_from(["HAE", "ALT", "AGL"]),
)
def test_text_and_parts_agree(number: Decimal, unit: str, datum: Datum) -> None:
    exact = altitude_of(number, unit, datum)
    assert parse_altitude(f"{number:f} {unit} {datum}") == exact
    assert abs(exact.value - number * (METRE if unit == "m" else FOOT)) <= Decimal("0.5")


@given(st.sampled_from(DATUMS), st.integers(-(10**9), 10**9), st.booleans())
def test_what_is_shown_names_its_datum(datum: Datum, value: int, metric: bool) -> None:
    assert datum in show(Altitude(datum, value), metric)
